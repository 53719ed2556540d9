import os
import pathlib

import keras
import pytest
from workplace import keras_gan, paint, read, refused, same, train, tree

import keras_gan as kg


def test_a_resumed_run_equals_one_that_never_stopped(workplace):
    assert train("--epochs", 3, "--out", "whole").exit_code == 0
    assert train("--epochs", 1, "--out", "parts").exit_code == 0
    result = keras_gan("train", "--resume", "--out", "parts", "--epochs", 3)
    assert result.exit_code == 0, result.output
    assert "epochs 2 to 3" in result.stdout
    assert same("whole/gan.keras", "parts/gan.keras")
    for name in ("epoch_0000.png", "epoch_0003.png", "animation.gif"):
        one, other = (pathlib.Path(run, "samples", name) for run in ("whole", "parts"))
        assert one.read_bytes() == other.read_bytes()
    rows = pathlib.Path("parts", "history.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["epoch", "1", "2", "3"]
    assert read("whole", "metrics.json") == read("parts", "metrics.json")
    assert sorted(os.listdir("saved_models/parts")) == ["1", "2"]


@pytest.mark.parametrize("step", [1, 3])
def test_a_run_that_was_interrupted_goes_on(workplace, no_export, monkeypatch, step):
    def interrupt(callback, batch, logs=None):
        if int(callback.model.steps) == step:
            raise KeyboardInterrupt

    assert train("--epochs", 3, "--out", "whole").exit_code == 0
    with monkeypatch.context() as patch:
        patch.setattr(kg.callbacks.Progress, "on_train_batch_end", interrupt)
        result = train("--epochs", 3, "--out", "parts")
    assert result.exit_code == 130
    assert "keras-gan train --resume --out parts" in result.stdout
    assert keras_gan("train", "--resume", "--out", "parts").exit_code == 0
    assert same("whole/gan.keras", "parts/gan.keras")


def test_resume_without_a_name_takes_the_newest_run(workplace, no_export):
    train("--out", "runs/older")
    train("--out", "runs/newer")
    os.utime("runs/older/run.json", (1, 1))
    os.utime("runs/older/gan.keras", (1, 1))
    assert keras_gan("train", "--resume", "--epochs", 2).exit_code == 0
    assert read("runs/newer/run.json")["epochs"] == 2
    assert read("runs/older/run.json")["epochs"] == 1


def test_options_against_those_of_the_run_are_refused(workplace, no_export):
    train("--out", "run")
    before = tree()
    for option, value, was in [
        ("--batch-size", 16, "32"),
        ("--image-shape", "4,4,1", "(8, 8, 1)"),
        ("--seed", 5, "0"),
        ("--data", "fashion_mnist_10k", "pictures"),
        ("--recipe", "wgan", "dcgan"),
    ]:
        arguments = ["--out", "run", "--epochs", 2, option, value]
        result = keras_gan("train", "--resume", *arguments)
        assert refused(result, f"Leave {option} out", was, str(value).split(",")[0])
    assert tree() == before


def test_options_that_agree_with_the_run_are_taken(workplace, no_export):
    train("--out", "run", "--flip", "--image-shape", "8,8,1")
    result = train(
        *("--out", "run", "--resume", "--epochs", 2),
        *("--flip", "--image-shape", "8,8,1", "--recipe", "dcgan"),
    )
    assert result.exit_code == 0, result.output


def test_a_run_that_is_finished_is_not_trained_again(workplace, no_export):
    train("--out", "run", "--epochs", 2)
    before = tree()
    for arguments in ([], ["--epochs", 1]):
        result = keras_gan("train", "--resume", "--out", "run", *arguments)
        assert refused(result, "2 epochs", "--epochs 4")
    assert tree() == before


def test_a_run_that_was_stopped_before_its_export_is_finished(workplace):
    train("--out", "run")
    metrics = pathlib.Path("run", "metrics.json")
    before = read(metrics)
    metrics.unlink()
    result = keras_gan("train", "--resume", "--out", "run")
    assert result.exit_code == 0, result.output
    assert read(metrics) == before


def test_resume_where_there_is_no_run_says_so(workplace):
    assert refused(keras_gan("train", "--resume"), "Start one: keras-gan train")
    assert refused(keras_gan("train", "--resume", "--out", "nowhere"), "nowhere")


@pytest.mark.slow
def test_from_goes_on_with_other_data(workplace, no_export, gan):
    paint(workplace / "large", size=(12, 12))
    result = keras_gan(
        *("train", "--from", "saved.keras", "--data", "large", "--batch-size", 32),
        *("--out", "run", "--epochs", 1),
    )
    assert result.exit_code == 0, result.output
    assert "those of the saved GAN" in result.stdout
    whole = keras_gan(
        *("train", "--resume", "--out", "run", "--epochs", 2),
    )
    assert "epochs 2 to 2" in whole.stdout
    again = keras_gan(
        *("train", "--from", "saved.keras", "--data", "large", "--batch-size", 32),
        *("--out", "whole", "--epochs", 2),
    )
    assert again.exit_code == 0
    assert same("run/gan.keras", "whole/gan.keras")
    dataset = kg.data.from_directory("large", 32, image_shape=(8, 8, 1))
    gan.fit(dataset, epochs=2, verbose=0)
    gan.save("by_hand.keras")
    assert same("by_hand.keras", "whole/gan.keras")


def test_from_counts_epochs_from_where_it_starts(workplace, no_export):
    train("--out", "first", "--epochs", 3)
    result = train("--out", "second", "--from", "first", "--epochs", 1)
    assert result.exit_code == 0, result.output
    assert int(keras.saving.load_model("second/gan.keras").steps) == 8
    result = keras_gan("train", "--resume", "--out", "second", "--epochs", 2)
    assert "epochs 2 to 2" in result.stdout


def test_from_a_file_without_optimizers_takes_those_of_the_recipe(
    workplace, no_export, uncompiled
):
    result = train("--from", "uncompiled.keras", "--out", "run")
    assert result.exit_code == 0, result.output
    assert "new, of the recipe dcgan" in result.stdout


def test_from_refuses_another_shape(workplace, gan):
    result = train("--from", "saved.keras", "--image-shape", "4,4,1")
    assert refused(result, "(8, 8, 1)", "(4, 4, 1)")


@pytest.mark.parametrize("content", ["nothing", "a Keras model"])
def test_from_a_file_that_is_no_gan_says_so(workplace, content):
    path = workplace / "other.keras"
    if content == "nothing":
        path.write_bytes(b"no zip")
    else:
        kg.networks.mlp_generator().save(path)
    assert refused(train("--from", path), "not a saved GAN", "other.keras")
