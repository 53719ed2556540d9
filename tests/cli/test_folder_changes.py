"""Commands on folders that hold their own output, that change, or have odd names."""

import os
import shutil

import pytest
from workplace import keras_gan, paint, read, refused, train

from keras_gan_cli.records import RunRecord
from keras_gan_cli.tasks.preparation import record_data

SAID = pytest.mark.filterwarnings("default::UserWarning")
"""The commands print warnings; the tests make errors of them."""

NOT_UTF8 = os.fsdecode(b"caf\xe9")


@SAID
def test_a_run_in_the_folder_of_its_data_does_not_become_data(
    workplace, monkeypatch, no_export
):
    monkeypatch.chdir("pictures")
    assert keras_gan("train", "--data", ".", "--batch-size", 32).exit_code == 0
    result = keras_gan("train", "--resume", "--epochs", 2)
    assert "64 images" in result.stdout
    assert "are left out: runs/dcgan-pictures." in result.stderr
    assert "has changed" not in result.stderr
    for _ in range(2):
        result = keras_gan("check", ".")
        assert result.exit_code == 0
        assert "images        64\n" in result.stdout


@SAID
def test_a_resumed_run_says_that_its_data_changed(workplace, no_export):
    assert train("--out", "run").exit_code == 0
    record = read("run", "run.json")
    assert (record["num_images"], record["class_names"]) == (64, None)
    shutil.copy("pictures/00.png", "pictures/64.png")
    result = keras_gan("train", "--resume", "--out", "run", "--epochs", 2)
    assert result.exit_code == 0
    assert "The data of this run has changed: 65 images, before 64." in result.stderr
    assert read("run", "run.json")["num_images"] == 65


class Data:
    def __init__(self, num_images, class_names):
        self.num_images, self.class_names = num_images, class_names


def test_classes_that_changed_are_said():
    record = RunRecord()
    record_data(record, Data(4, ["cat", "dog"]))
    record_data(record, Data(4, ["cat", "dog"]))
    with pytest.warns(UserWarning, match="changed: ant, cat, dog, before cat, dog"):
        record_data(record, Data(4, ["ant", "cat", "dog"]))
    with pytest.warns(UserWarning, match="have changed: none, before ant, cat, dog"):
        record_data(record, Data(4, None))
    assert RunRecord.from_json(record.to_json()) == record


def test_a_run_of_an_earlier_version_has_no_counts():
    record = RunRecord()
    content = record.to_json()
    del content["num_images"], content["class_names"]
    record_data(RunRecord.from_json(content), Data(4, ["cat"]))


def test_a_data_folder_whose_name_is_not_utf8(workplace, no_export):
    os.rename("pictures", NOT_UTF8)
    arguments = ("--data", f"./{NOT_UTF8}", "--batch-size", 32)
    result = keras_gan("train", *arguments)
    assert result.exit_code == 0
    assert "caf\\xe9: 64 images" in result.stdout
    assert os.path.isfile("runs/dcgan-caf_/gan.keras")
    assert keras_gan("train", "--resume", "--epochs", 2).exit_code == 0
    assert keras_gan("check", f"./{NOT_UTF8}").exit_code == 0
    for option in ("--out", "--export"):
        result = keras_gan("train", *arguments, option, NOT_UTF8)
        assert refused(result, f"`{option}` must be UTF-8", "caf\\udce9")


@pytest.mark.slow
@SAID
def test_class_names_that_are_not_utf8_do_not_cost_a_training(workplace):
    for name in (NOT_UTF8, "tea"):
        os.makedirs("classes", exist_ok=True)
        paint(workplace / "classes" / name, 4)
    result = keras_gan(
        *("train", "--data", "classes", "--recipe", "conditional", "--width", 8),
        *("--batch-size", 4, "--out", "run", "--image-shape", "16,16,1"),
    )
    assert result.exit_code == 0, result.output
    assert read("run", "run.json")["class_names"] == ["caf\\xe9", "tea"]
    result = keras_gan("generate", "run", "--labels", "caf\\xe9", "--count", 2)
    assert result.exit_code == 0, result.output
