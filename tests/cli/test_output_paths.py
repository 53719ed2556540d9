"""Paths to write: checked before the work, expanded, with an ending of their format."""

import pathlib

import pytest
from PIL import Image
from workplace import keras_gan, refused, tree

OUTPUTS = {
    "check": ["check", "pictures", "--out"],
    "grid": ["generate", "saved.keras", "--out"],
    "mixing": ["generate", "saved.keras", "--mix"],
    "walk": ["generate", "saved.keras", "--walk"],
    "values": ["evaluate", "saved.keras", "--data", "pictures", "--out"],
    "copies": ["evaluate", "saved.keras", "--data", "pictures", "--memorization"],
    "features": ["features", "train", "pictures", "--name", "a", "--out"],
    "stylize": ["stylize", "pictures/00.png", "pictures/01.png", "--out"],
}
FOLDERS = {
    "run": ["train", "--data", "pictures", "--out"],
    "model": ["train", "--data", "pictures", "--export"],
    "files": ["generate", "saved.keras", "--separate"],
}


@pytest.fixture
def no_work(gan, monkeypatch):
    """A saved GAN, and an error if the library is loaded for a command."""

    def library():
        raise AssertionError("the work has begun")

    for name in ("check", "generate", "evaluate", "features", "stylize", "train"):
        monkeypatch.setattr(f"keras_gan_cli.commands.{name}.library", library)


BAD_FILES = {
    "": "must not be empty",
    " ": "must not be empty",
    "results": "this is a folder",
    "results/": "this is a folder",
    "new/": "this is a folder",
    "new": "cannot be written",
    "new.xyz": "cannot be written",
    "text/new.png": "cannot be created",
    "text/more/new.png": "cannot be created",
    "dead/new.png": "cannot be created",
    "x" * 250 + ".png": "too long",
    "y" * 300 + "/new.png": "cannot be",
    "/dev/null": "a device or pipe",
}


@pytest.mark.parametrize("command", OUTPUTS)
def test_a_file_that_cannot_be_written_stops_before_the_work(no_work, command):
    pathlib.Path("results").mkdir()
    pathlib.Path("text").write_text("")
    pathlib.Path("dead").symlink_to("nowhere")
    before = tree()
    for path, fact in BAD_FILES.items():
        assert refused(keras_gan(*OUTPUTS[command], path), fact)
    assert tree() == before


@pytest.mark.parametrize("command", FOLDERS)
def test_a_folder_that_cannot_be_written_stops_before_the_work(no_work, command):
    pathlib.Path("text").write_text("")
    pathlib.Path("dead").symlink_to("nowhere")
    before = tree()
    facts = {"": "must not be empty", "text": "cannot be created"}
    facts |= {"text/new": "cannot be created", "dead": "cannot be created"}
    for path, fact in {**facts, "y" * 300: "cannot be written"}.items():
        assert refused(keras_gan(*FOLDERS[command], path), fact)
    assert tree() == before


def test_two_outputs_are_two_files(no_work):
    words = ["generate", "saved.keras", "--out", "a.png", "--mix", "./a.png"]
    assert refused(keras_gan(*words), "the same file")


def test_the_ending_of_a_grid_is_its_format(gan):
    for name, kind in {"a.png": "PNG", "b.JPG": "JPEG", "new/c.jpeg": "JPEG"}.items():
        result = keras_gan("generate", "saved.keras", "--count", 4, "--out", name)
        assert result.exit_code == 0, result.output
        with Image.open(name) as image:
            assert image.format == kind
    for name, kind in {"d.jpg": "JPEG", "e.png": "PNG"}.items():
        assert keras_gan("check", "pictures", "--out", name).exit_code == 0
        with Image.open(name) as image:
            assert image.format == kind
    keras_gan("generate", "saved.keras", "--walk", "f.GIF")
    with Image.open("f.GIF") as image:
        assert image.format == "GIF"


def test_the_home_folder_is_expanded_in_every_path(gan, workplace, monkeypatch):
    monkeypatch.setenv("HOME", str(workplace))
    result = keras_gan("generate", "~/saved.keras", "--count", 2, "--out", "~/grid.png")
    assert result.exit_code == 0, result.output
    keras_gan("generate", "~/saved.keras", "--count", 2, "--separate", "~/files")
    keras_gan("check", "pictures", "--out", "$HOME/new/check.png")
    for path in ("grid.png", "files/image_00001.png", "new/check.png"):
        assert pathlib.Path(path).is_file()
    assert not pathlib.Path("~").exists()
