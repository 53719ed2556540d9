"""The output of the library in a folder of images: it is no data."""

import json

import numpy as np
import pytest
from PIL import Image

from keras_gan import images
from keras_gan.callbacks.plotting import plot
from keras_gan.data import check, from_directory
from keras_gan.data.folders.outputs import is_output_image, is_run_record

PIXELS = np.random.default_rng(0).integers(0, 256, (6, 5, 3), np.uint8)


def write_figure(path):
    plot([{"epoch": 1, "G": 1.0, "D": 1.0}], path)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("gray.png", lambda path: images.save_png(path, PIXELS[..., :1])),
        ("rgb.PNG", lambda path: images.save_png(path, PIXELS)),
        ("a.gif", lambda path: images.save_animation(path, [PIXELS, PIXELS[::-1]])),
        ("curves.png", write_figure),
    ],
)
def test_what_the_library_writes_is_left_out_and_said(folder, name, write):
    write(folder / name)
    assert is_output_image(folder / name)
    with pytest.warns(UserWarning, match=f"this library wrote are left out: 1 .{name}"):
        dataset = from_directory(folder, batch_size=8)
    assert dataset.num_images == 20
    assert any(name in warning for warning in check(folder).warnings)


def test_a_second_check_does_not_count_the_picture_of_the_first(folder):
    check(folder).save_picture(folder / "check.png")
    assert check(folder).num_images == 20


def test_an_image_that_is_data_is_not_marked(folder):
    images.save_png(folder / "more.png", PIXELS[..., :1], mark=False)
    assert from_directory(folder, batch_size=8).num_images == 21


def test_a_file_of_another_program_is_not_taken_for_one(tmp_path):
    Image.fromarray(PIXELS).save(tmp_path / "a.png")
    Image.fromarray(PIXELS).save(tmp_path / "a.gif", comment="keras_gan2")
    assert not is_output_image(tmp_path / "a.png")
    assert not is_output_image(tmp_path / "a.gif")
    assert not is_output_image(tmp_path / "missing.png")


def test_a_folder_of_nothing_else_was_passed_on_purpose(tmp_path):
    for index in range(3):
        images.save_png(tmp_path / f"{index}.png", PIXELS)
    with pytest.warns(UserWarning, match="were written by this library: 0.png, 1.png"):
        dataset = from_directory(tmp_path, batch_size=3)
    assert dataset.num_images == 3


RUN = {"recipe": "dcgan", "data": "pictures", "epochs": 1, "format_version": 1}


def test_the_folder_of_a_run_and_an_export_are_left_out(folder, save_image):
    save_image(folder / "runs" / "first" / "samples" / "epoch_0001.png")
    (folder / "runs" / "first" / "run.json").write_text(json.dumps(RUN))
    save_image(folder / "models" / "first" / "1" / "assets" / "a.png")
    (folder / "models" / "first" / "1" / "saved_model.pb").touch()
    text = "exported models are left out: models/first/1, runs/first"
    with pytest.warns(UserWarning, match=text):
        dataset = from_directory(folder, batch_size=8)
    assert dataset.num_images == 20
    assert dataset.class_names is None
    report = check(folder)
    assert report.ok
    assert not any("not counted as classes" in warning for warning in report.warnings)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"recipe": "soup"}', "[" * 100_000, "\xff"]
)
def test_another_run_json_is_no_run(folder, save_image, tmp_path_factory, text):
    data = tmp_path_factory.mktemp("data")
    save_image(data / "cat" / "0.png")
    (data / "cat" / "run.json").write_bytes(text.encode("latin-1"))
    assert not is_run_record(data / "cat" / "run.json")
    assert from_directory(data, batch_size=1).num_images == 1
