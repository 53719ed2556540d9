import pathlib

import pytest
from PIL import Image
from workplace import keras_gan, paint, refused, train, tree

from keras_gan import recipes


def test_an_output_folder_that_holds_another_run_is_left_alone(workplace, no_export):
    train("--out", "run")
    before = tree()
    assert refused(train("--out", "run"), "holds another run", "--resume")
    assert tree() == before


def test_an_empty_output_folder_is_taken(workplace, no_export):
    pathlib.Path("run").mkdir()
    assert train("--out", "run").exit_code == 0


@pytest.mark.parametrize("option", ["--out", "--export"])
def test_a_folder_that_cannot_be_written_stops_before_training(workplace, option):
    pathlib.Path("file").write_text("")
    before = tree()
    assert refused(train(option, "file/below"), "file", "Pass another folder")
    assert tree() == before


def test_an_unknown_recipe_is_named_with_the_near_ones(workplace):
    before = tree()
    assert refused(train("--recipe", "dcgn"), 'Did you mean "dcgan"')
    assert tree() == before


def test_an_unknown_data_set_is_named_with_the_near_ones(workplace):
    before = tree()
    result = keras_gan("train", "--data", "fashion_mnist_10")
    assert refused(result, "fashion_mnist_10k")
    assert tree() == before


def test_bad_folders_are_refused(workplace):
    pathlib.Path("empty").mkdir()
    paint(workplace / "broken")
    pathlib.Path("broken", "07.png").write_bytes(b"no picture")
    paint(workplace / "mixed")
    Image.new("L", (5, 5)).save("mixed/64.png")
    paint(workplace / "few", count=3)
    before = tree()
    facts = {"empty": "no image", "broken": "07.png", "mixed": "2 sizes", "few": "3"}
    for folder, fact in {**facts, "missing/folder": "no folder"}.items():
        assert refused(keras_gan("train", "--data", folder), fact)
    assert tree() == before


def test_an_image_shape_that_cannot_be_is_refused(workplace):
    before = tree()
    for shape in ("8", "8,8", "8,8,x", "8,8,2", "0,8,1"):
        assert refused(train("--image-shape", shape))
    assert tree() == before


def test_errors_of_our_own_keep_their_traceback(workplace, monkeypatch):
    def broken(*arguments, **options):
        raise ValueError("a bug")

    monkeypatch.setitem(recipes.NAMES, "dcgan", broken)
    assert isinstance(train().exception, ValueError)
