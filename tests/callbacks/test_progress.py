import re

import pytest
from toys import has_keras

import keras_gan as kg

epoch_means = pytest.mark.skipif(
    not has_keras(3, 15), reason="the bars of Keras before 3.15 average running means"
)


def plain(text):
    """Returns the text without colors."""
    return re.sub(r"\x1b\[\d+m|\x08", "", text)


def test_a_line_of_the_bar_fits_the_terminal(make, dataset, monkeypatch, capsys):
    for columns in (80, 120):
        monkeypatch.setenv("COLUMNS", str(columns))
        make().fit(dataset, verbose=1, callbacks=[kg.callbacks.Progress()])
        lines = re.split("[\r\n]", plain(capsys.readouterr().out))
        assert any("D(x): 0." in line for line in lines)
        assert max(len(line.rstrip()) for line in lines) <= columns


@epoch_means
def test_the_bar_shows_what_the_discriminator_says(make, dataset, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "120")
    history = (
        make().fit(dataset, verbose=1, callbacks=[kg.callbacks.Progress()]).history
    )
    last = plain(capsys.readouterr().out).strip().splitlines()[-1]
    assert f"D(x): {history['real_probability'][0]:.4f}" in last
    assert f"D(G(z)): {history['fake_probability'][0]:.4f}" in last
    assert last.count(": ") == 4


@epoch_means
def test_scores_stand_in_where_there_are_no_probabilities(
    make, dataset, monkeypatch, capsys
):
    monkeypatch.setenv("COLUMNS", "120")
    gan = make(loss="hinge")
    history = gan.fit(dataset, verbose=1, callbacks=[kg.callbacks.Progress()]).history
    last = plain(capsys.readouterr().out).strip().splitlines()[-1]
    assert f"D(x): {history['real_score'][0]:.4f}" in last


def test_what_was_measured_is_shown_at_the_end(make, dataset, metric, capsys):
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=64)
    history = (
        make()
        .fit(dataset, verbose=1, callbacks=[evaluation, kg.callbacks.Progress()])
        .history
    )
    assert f"fd_toy: {history['fd_toy'][0]:.4f}" in plain(capsys.readouterr().out)


def test_it_takes_the_place_of_kerass_bar_and_obeys_verbose(make, dataset, capsys):
    make().fit(dataset, verbose=0, callbacks=[kg.callbacks.Progress()])
    assert capsys.readouterr().out == ""
    make().fit(dataset, verbose=2, callbacks=[kg.callbacks.Progress()])
    assert len(capsys.readouterr().out.strip().splitlines()) == 1
