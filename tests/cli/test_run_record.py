"""`run.json`: its versions, and the options that all of `train` is generated from."""

import dataclasses
import json
import pathlib
import shutil

import click
import pytest
from toys import facts
from workplace import keras_gan, read, refused, train, tree

from keras_gan_cli import main, options, records
from keras_gan_cli.options import FIELDS, TrainOptions
from keras_gan_cli.starting import resume_run

FILES = pathlib.Path(__file__).parents[1] / "files"
VERSIONS = [0, 1]

RECORD = records.RunRecord(
    TrainOptions(
        recipe="relativistic",
        image_shape=(28, 28, 1),
        batch_size=32,
        seed=3,
        epochs=2,
        width=8,
        ema_momentum=0.99,
        learning_rate=2e-4,
        export="saved_models/run",
    ),
    first_step=0,
)
"""Content of the files of every version."""


def test_there_is_a_file_of_every_version():
    files = sorted(FILES.glob("run_version_*.json"))
    assert [path.name for path in files] == [
        f"run_version_{version}.json" for version in range(records.FORMAT_VERSION + 1)
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_record_of_every_version_is_read(version):
    path = FILES / f"run_version_{version}.json"
    assert read(path).get("format_version", 0) == version
    assert records.read_record(path) == RECORD


def test_the_newest_version_is_written_as_its_file():
    content = json.loads(json.dumps(RECORD.to_json()))
    known = read(FILES / f"run_version_{records.FORMAT_VERSION}.json")
    # Options that came later are not in the file.
    assert {key: content[key] for key in known} == known


@pytest.mark.parametrize("version", VERSIONS)
def test_a_run_of_every_version_is_compared_on_resume(tmp_path, version):
    shutil.copy(FILES / f"run_version_{version}.json", tmp_path / "run.json")
    same = {"learning_rate": 2e-4, "recipe": "relativistic", "epochs": 5}
    run, record = resume_run(tmp_path, same)
    assert run.folder == tmp_path
    assert record.options == dataclasses.replace(RECORD.options, epochs=5)
    for changed, received in [
        ({"learning_rate": 1e-4}, "--learning-rate 0.0001"),
        ({"recipe": "dcgan"}, "--recipe dcgan"),
    ]:
        with pytest.raises(
            click.UsageError, match="differs from that of the run"
        ) as error:
            resume_run(tmp_path, changed)
        assert f"Received: {received}\n" in str(error.value)


@pytest.mark.parametrize("version", [2, -1, "1", None])
def test_an_unknown_version_is_refused(workplace, no_export, version):
    assert train("--out", "run").exit_code == 0
    path = pathlib.Path("run", "run.json")
    path.write_text(json.dumps(read(path) | {"format_version": version}))
    before = tree()
    for command in (["train", "--resume", "--out", "run"], ["evaluate", "run"]):
        result = keras_gan(*command)
        assert refused(result, "0 to 1", f"format_version={version!r}", "Update")
    assert tree() == before


@pytest.mark.parametrize("content", ["", "[1, 2]", '{"rates": 1}', '{"data": "a"'])
def test_a_record_that_was_changed_by_hand_is_refused(workplace, content):
    pathlib.Path("run.json").write_text(content)
    before = tree()
    result = keras_gan("train", "--resume", "--out", ".")
    assert refused(result, "cannot be read", "run.json (", "Train a new run")
    assert tree() == before


VALUES = [
    ("epochs", "12", "an integer"),
    ("epochs", True, "an integer"),
    ("epochs", 12.0, "an integer"),
    ("epochs", 0, "valid value"),
    ("batch_size", None, "an integer"),
    ("batch_size", -64, "valid value"),
    ("learning_rate", float("nan"), "a finite number or null"),
    ("learning_rate", -1, "valid value"),
    ("ema_momentum", 1.5, "valid value"),
    ("image_shape", "28,28,1", "a list, each an integer or null"),
    ("image_shape", [28, 28], "valid value"),
    ("image_shape", [28, 28, 1.0], "a list, each an integer or null"),
    ("data", 7, "a string"),
    ("data", "a\0b", "a string"),
    ("export", ["a"], "a string or null"),
    ("recipe", "hing", "valid value"),
    ("on_error", "ignore", "valid value"),
    ("flip", "no", "true or false"),
    ("seed", -1, "valid value"),
    ("seed", {"a": 1}, "an integer"),
    ("first_step", -1, "at least 0"),
    ("first_step", "0", "an integer or null"),
    ("class_names", "cat", "a list, each a string or null"),
    ("class_names", ["cat", 1], "a list, each a string or null"),
]


@pytest.mark.parametrize(("key", "value", "expected"), VALUES)
def test_a_value_of_another_type_or_out_of_range_is_refused(
    tmp_path, key, value, expected
):
    path = tmp_path / "run.json"
    path.write_text(json.dumps(RECORD.to_json() | {key: value}))
    with pytest.raises(click.UsageError, match=facts(key, "is invalid")) as error:
        records.read_record(path)
    assert expected in str(error.value)
    for command in (["train", "--resume", "--out"], ["evaluate"]):
        if command == ["evaluate"]:
            (tmp_path / "gan.keras").touch()
        assert refused(keras_gan(*command, tmp_path), f"`{key}`", "is invalid")


@pytest.mark.parametrize("content", ["[" * 10**5, '{"a":' * 10**5, "[]", "[[1, 2]]"])
def test_a_record_that_is_no_object_or_too_deep_is_refused(tmp_path, content):
    path = tmp_path / "run.json"
    path.write_text(content)
    with pytest.raises(click.UsageError, match=facts("cannot be read")):
        records.read_record(path)


def test_a_record_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    path = tmp_path / "run.json"
    path.write_text(json.dumps(RECORD.to_json()))
    monkeypatch.setattr("keras_gan_cli.files.MAX_JSON_BYTES", 100)
    with pytest.raises(click.UsageError, match=r"bytes, more than 100"):
        records.read_record(path)


@pytest.mark.parametrize("content", ["{}", '{"epochs": "3"}', "[]", '{"epochs": null}'])
def test_metrics_that_were_changed_by_hand_are_refused(tmp_path, content):
    (tmp_path / "run.json").write_text(json.dumps(RECORD.to_json()))
    (tmp_path / "gan.keras").touch()
    (tmp_path / "metrics.json").write_text(content)
    with pytest.raises(click.UsageError, match=facts("cannot be read")) as error:
        resume_run(tmp_path, {})
    assert "metrics.json" in str(error.value)


def test_more_steps_than_the_gan_has_made_are_refused(workplace, no_export):
    assert train("--out", "run").exit_code == 0
    path = pathlib.Path("run", "run.json")
    path.write_text(json.dumps(read(path) | {"first_step": 10**9}))
    pathlib.Path("run", "metrics.json").unlink()
    result = keras_gan("train", "--resume", "--out", "run", "--epochs", 20)
    assert refused(result, "`first_step`", "Correct it")


def test_a_field_is_an_option_a_default_and_a_key(workplace, no_export):
    flags = {
        param.name: param
        for param in main.commands["train"].params
        if isinstance(param, click.Option)
    }
    text = " ".join(keras_gan("train", "--help").stdout.split())
    for name, field in FIELDS.items():
        assert flags[name].default is None
        assert field.metadata["help"].split(".")[0] in text
    assert set(flags) == {*FIELDS, "out", "resume", "verbose"}
    for fact in ("[default: 64]", "[default: 0]", "[default: dcgan]", "--no-flip"):
        assert fact in text
    assert "None" not in text
    assert train("--out", "run").exit_code == 0
    assert set(read("run", "run.json")) == {
        *options.KEYS,
        *("format_version", "first_step", "optimizers", "growth_images"),
        *("num_images", "class_names"),
    }


def test_what_decides_the_weights_may_not_change():
    changing = {name for name, field in FIELDS.items() if field.metadata["may_change"]}
    assert {"epochs", "export"} <= changing
    decisive = {"data", "recipe", "width", "learning_rate", "batch_size", "seed"}
    assert not changing & decisive
