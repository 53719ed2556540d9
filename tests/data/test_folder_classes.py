"""Subfolders that may not be the classes that they seem to be."""

import os
import warnings

import numpy as np
import pytest

from keras_gan.data import check, from_directory
from keras_gan.data.folders import classes


def make(folder, names, save_image):
    for index, name in enumerate(names):
        save_image(folder / name / "0.png", "L", color=index)


@pytest.mark.parametrize(
    "names",
    [
        ["train", "val"],
        ["test", "train", "valid"],
        ["Train", "Validation"],
        ["train2017", "val2017"],
        ["testA", "testB", "trainA", "trainB"],
        ["train"],
    ],
)
def test_splits_are_no_classes(tmp_path, save_image, names):
    make(tmp_path, [f"{name}/{kind}" for name in names for kind in "ab"], save_image)
    text = f"are splits, not classes: {', '.join(names)}"
    with pytest.warns(UserWarning, match=text):
        dataset = from_directory(tmp_path, batch_size=1)
    assert dataset.class_names is None
    assert dataset.num_images == 2 * len(names)
    assert any(text in warning for warning in check(tmp_path).warnings)
    with pytest.raises(ValueError, match="splits, not classes") as raised:
        from_directory(tmp_path, batch_size=1, labels=True)
    assert f"such as {tmp_path / names[0]}" in str(raised.value)
    one = from_directory(tmp_path / names[0], batch_size=1, labels=True)
    assert one.class_names == ["a", "b"]


def test_a_train_among_vehicles_is_a_class(tmp_path, save_image):
    make(tmp_path, ["bus", "car", "train"], save_image)
    dataset = from_directory(tmp_path, batch_size=1)
    assert dataset.class_names == ["bus", "car", "train"]
    make(tmp_path, ["test"], save_image)
    with pytest.warns(UserWarning, match="taken for classes, since .*: test, train"):
        from_directory(tmp_path, batch_size=1)


@pytest.mark.parametrize(
    ("names", "label", "name"),
    [
        ([str(number) for number in range(11)], 2, "10"),
        (["1", "2", "3"], 0, "1"),
        (["01", "02", "03"], 0, "01"),
        ([f"class_{number}" for number in range(1, 11)], 1, "class_10"),
    ],
)
def test_numbers_that_are_not_the_labels_are_said(
    tmp_path, save_image, names, label, name
):
    make(tmp_path, names, save_image)
    text = f'label {label} is the class "{name}"'
    with pytest.warns(UserWarning, match=text):
        dataset = from_directory(tmp_path, batch_size=1, labels=True)
    assert dataset.class_names == sorted(names)
    assert dataset.class_names[label] == name
    assert any(text in warning for warning in check(tmp_path).warnings)
    for images, labels in dataset.unshuffled:
        level = int(np.rint((images.numpy()[0, 0, 0, 0] + 1) * 127.5))
        assert names[level] == dataset.class_names[int(labels[0])]


@pytest.mark.parametrize(
    "names",
    [
        [str(number) for number in range(10)],
        ["00", "01", "02"],
        ["class_1", "class_2"],
        ["1998", "2005"],
        ["0", "cat"],
        ["a10", "b9"],
        ["7"],
    ],
)
def test_numbers_in_order_are_not_doubted(names):
    assert list(classes.doubts(sorted(names))) == []


@pytest.mark.parametrize(
    "names", [["Cat", "cat"], ["caf\u00e9", "cafe\u0301"], ["\ufb01sh", "fish"]]
)
def test_names_that_look_alike_are_said(tmp_path, save_image, names):
    make(tmp_path, [*names, "other"], save_image)
    with pytest.warns(UserWarning, match="differ by upper and lower case") as said:
        dataset = from_directory(tmp_path, batch_size=1)
    assert dataset.class_names == sorted([*names, "other"])
    assert all(ascii(name) in str(said[0].message) for name in names)


def test_one_class_of_subfolders_is_doubted(tmp_path, save_image):
    make(tmp_path, ["data/cat", "data/dog"], save_image)
    with pytest.warns(UserWarning, match='one class, "data", .* cat, dog') as said:
        assert from_directory(tmp_path, batch_size=1).class_names == ["data"]
    assert f"{tmp_path}{os.sep}data." in str(said[0].message)
    make(tmp_path, ["more/cat"], save_image)
    assert from_directory(tmp_path, batch_size=1).class_names == ["data", "more"]
    advice = "\n".join(check(tmp_path).warnings)
    assert "deeper subfolders, which belong to the class of the first: 3 (" in advice


def test_check_refuses_what_training_refuses(tmp_path, save_image):
    make(tmp_path, ["cat", "dog"], save_image)
    assert check(tmp_path).ok
    save_image(tmp_path / "stray.png", "L")
    report = check(tmp_path)
    assert not report.ok
    assert "both directly in it and in subfolders" in report.problems[0]
    assert report.problems[0] in str(report)
    with pytest.raises(ValueError, match="both directly in it and in subfolders"):
        from_directory(tmp_path, batch_size=1)


def outcome(folder):
    """Number of images and classes with which training starts, or None."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = from_directory(folder, batch_size=1, image_shape=(4, 4, 3))
    except ValueError:
        return None
    return dataset.num_images, set(dataset.class_names or ())


@pytest.mark.parametrize(
    "files",
    [
        ["a.png", "b.png"],
        ["cat/a.png", "dog/a.png", "dog/more/b.png"],
        ["train/a.png", "val/a.png"],
        ["train/a.png", "b.png"],
        ["cat/a.png", "b.png"],
        ["cat/a.png", "@eaDir/b.png", ".hidden/c.png", ".d.png"],
        ["cat/a.png", "bird -> nowhere"],
        ["cat/a.png", "cat/b.png -> nowhere"],
        ["cat/a.png", "bird -> cat", "cat/loop -> .."],
        ["broken.png", "a.png"],
        ["notes.txt"],
        ["@eaDir/a.png"],
    ],
)
def test_check_agrees_with_training(tmp_path, save_image, files):
    for file in files:
        name, _, target = file.partition(" -> ")
        if target:
            (tmp_path / name).symlink_to(target)
        elif name in ("notes.txt", "broken.png"):
            (tmp_path / name).write_text("not an image")
        else:
            save_image(tmp_path / name)
    report = check(tmp_path, image_shape=(4, 4, 3))
    expected = (report.num_images, set(report.classes)) if report.ok else None
    assert outcome(tmp_path) == expected
