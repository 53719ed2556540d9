"""Links, unreadable files, system folders and odd names in a folder of images."""

import json
import os
import random
import unicodedata

import numpy as np
import pytest

from keras_gan.data import check, from_directory
from keras_gan.data.filenames import printable, to_text
from keras_gan.data.folders import listing
from keras_gan.data.folders.directory import Folder


def names(folder):
    return [path.relative_to(folder).as_posix() for path in Folder(folder).files]


def advice(folder):
    return "\n".join(check(folder).warnings)


@pytest.fixture
def classes(tmp_path, save_image):
    """Two images each of cat and dog, and a folder with one more elsewhere."""
    root = tmp_path / "classes"
    for level, name in enumerate(["cat", "dog"]):
        for index in range(2):
            save_image(root / name / f"{index}.png", "L", color=10 * level + index)
    save_image(tmp_path / "elsewhere" / "5.png", "L", color=50)
    return root


OWN = ["cat/0.png", "cat/1.png", "dog/0.png", "dog/1.png"]


def test_links_to_folders_are_followed_at_every_depth(classes, tmp_path):
    (classes / "cat" / "more").symlink_to(tmp_path / "elsewhere")
    (classes / "dog" / "more").symlink_to("../../elsewhere")
    (classes / "owl").symlink_to(tmp_path / "elsewhere")
    linked = ["cat/more/5.png", "dog/more/5.png", "owl/5.png"]
    assert names(classes) == sorted([*OWN, *linked])
    dataset = from_directory(classes, batch_size=1, labels=True)
    assert dataset.class_names == ["cat", "dog", "owl"]
    pairs = [(images, int(label[0])) for images, label in dataset.unshuffled]
    received = [
        (int(np.rint((images.numpy()[0, 0, 0, 0] + 1) * 127.5)), label)
        for images, label in pairs
    ]
    assert received == [(0, 0), (1, 0), (50, 0), (10, 1), (11, 1), (50, 1), (50, 2)]
    assert "Links to folders, followed: 3 (owl -> " in advice(classes)


@pytest.mark.parametrize("target", ["..", ".", "../..", "/", "../cat"])
def test_links_to_folders_above_end(classes, target):
    (classes / "cat" / "loop").symlink_to(target)
    assert names(classes) == OWN
    assert f"a folder that contains them, left out: 1 (cat/loop -> {target}" in advice(
        classes
    )


def test_links_in_a_circle_end(classes, tmp_path, save_image):
    other = tmp_path / "other"
    save_image(other / "6.png", "L", color=60)
    (other / "back").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "there").symlink_to(other)
    (classes / "cat" / "more").symlink_to(tmp_path / "elsewhere")
    assert names(classes) == sorted([*OWN, "cat/more/5.png", "cat/more/there/6.png"])


def test_a_folder_in_the_data_is_not_listed_again_behind_a_link(classes):
    (classes / "cat" / "alias").symlink_to("../dog")
    assert names(classes) == OWN
    assert "counted already, left out: 1 (cat/alias -> ../dog)" in advice(classes)
    (classes / "a_latest").symlink_to("dog")
    with pytest.warns(UserWarning, match="already are left out: a_latest -> dog"):
        dataset = from_directory(classes, batch_size=1)
    assert dataset.class_names == ["cat", "dog"]


def test_a_link_to_an_image_is_that_image(tmp_path, save_image):
    save_image(tmp_path / "store" / "a", "L", color=7, format="PNG")
    save_image(tmp_path / "data" / "0.png", "L")
    (tmp_path / "data" / "1.png").symlink_to("../store/a")
    assert names(tmp_path / "data") == ["0.png", "1.png"]
    assert from_directory(tmp_path / "data", batch_size=2).num_images == 2


@pytest.mark.parametrize("place", ["", "cat/", "cat/deep/"])
@pytest.mark.parametrize("target", ["nowhere", "gone.png", "0.png/below"])
def test_dead_links_are_broken_images_wherever_they_are(
    tmp_path, save_image, place, target
):
    save_image(tmp_path / place / "0.png")
    (tmp_path / place / "gone.png").symlink_to(target)
    reason = f"a link to {target}, which leads nowhere"
    report = check(tmp_path)
    assert report.broken == ((f"{place}gone.png", reason),)
    assert not report.ok
    with pytest.raises(ValueError, match="cannot be read in") as raised:
        from_directory(tmp_path, batch_size=1)
    assert f"{place}gone.png: {reason}" in str(raised.value)


def test_a_dead_link_that_may_be_a_class_is_said(classes):
    (classes / "bird").symlink_to("/nowhere/birds")
    with pytest.warns(UserWarning, match="are left out: bird -> /nowhere/birds"):
        from_directory(classes, batch_size=1)
    assert "bird -> /nowhere/birds" in advice(classes)


def deny(monkeypatch, denied, error):
    """Lets `os.scandir` raise an error for folders of a name: root may read all."""
    scandir = os.scandir

    def raise_for_denied(path):
        if os.path.basename(path) == denied:
            raise error
        return scandir(path)

    monkeypatch.setattr(os, "scandir", raise_for_denied)


@pytest.mark.parametrize(
    "error",
    [
        PermissionError(13, "Permission denied"),
        FileNotFoundError(2, "No such file or directory"),
        OSError(36, "File name too long"),
    ],
)
def test_a_folder_that_cannot_be_read_is_no_missing_class(classes, monkeypatch, error):
    deny(monkeypatch, "dog", error)
    report = check(classes)
    assert report.broken == (("dog", f"it cannot be read: {error.strerror}"),)
    assert not report.ok
    with pytest.raises(ValueError, match=f"dog: it cannot be read: {error.strerror}"):
        from_directory(classes, batch_size=1)


def test_a_data_folder_that_cannot_be_read_is_refused(classes, monkeypatch):
    deny(monkeypatch, "classes", PermissionError(13, "Permission denied"))
    for load in (check, from_directory):
        with pytest.raises(ValueError, match="Received: Permission denied"):
            load(classes)


@pytest.mark.parametrize("path", ["x" * 5000, "a/\0", "~nobody_of_this_name/images"])
def test_a_path_that_cannot_be_is_refused(path):
    with pytest.raises(ValueError, match="there is no folder"):
        from_directory(path)


def test_pipes_are_not_opened(classes):
    os.mkfifo(classes / "cat" / "pipe.png")
    (classes / "cat" / "null.png").symlink_to("/dev/null")
    with pytest.warns(
        UserWarning, match=r"devices are left out: cat/null\.png, cat/pipe\.png"
    ):
        assert from_directory(classes, batch_size=1).num_images == 4
    assert "cat/pipe.png" in advice(classes)


def test_a_folder_named_like_an_image_is_a_folder(tmp_path, save_image):
    save_image(tmp_path / "a.png" / "0.png")
    assert from_directory(tmp_path, batch_size=1).class_names == ["a.png"]


SYSTEM = [
    "@eaDir",
    "__MACOSX",
    "#recycle",
    "lost+found",
    "$RECYCLE.BIN",
    "System Volume Information",
]
HIDDEN = [".ipynb_checkpoints", ".Trash", ".Trashes", ".thumbnails"]


@pytest.mark.parametrize("parent", ["", "cat/"])
def test_system_folders_and_hidden_ones_are_no_data(classes, save_image, parent):
    for name in (*SYSTEM, *HIDDEN):
        save_image(classes / parent / name / "0.png")
    save_image(classes / parent / "._1.jpg")
    (classes / parent / "Thumbs.db").touch()
    assert names(classes) == OWN
    assert Folder(classes).class_names == ["cat", "dog"]
    text = advice(classes)
    assert "network storage, left out: 6 (" in text
    assert "Hidden files and folders, left out: 5 (" in text
    assert "Other files, ignored: 1 (.db)" in text
    report = check(classes)
    assert report.ok
    assert report.num_images == 4


def test_empty_class_folders_are_said_and_are_no_classes(classes):
    (classes / "empty").mkdir()
    assert from_directory(classes, batch_size=1).class_names == ["cat", "dog"]
    assert "which are not counted as classes: 1 (empty)" in advice(classes)


def test_images_of_formats_that_are_not_read_are_said(folder):
    (folder / "photo.HEIC").touch()
    with pytest.warns(UserWarning, match=r"not read are left out: 1 \(photo\.HEIC\)"):
        from_directory(folder, batch_size=1)


def test_the_order_is_that_of_the_names_on_every_file_system(
    tmp_path, save_image, monkeypatch
):
    expected = [
        "a/1.png",
        "a/2.png",
        "a/b/1.png",
        "a-b/1.png",
        "b/1.png",
        "b/c/d/1.png",
    ]
    for name in expected:
        save_image(tmp_path / name)
    scandir = os.scandir
    shuffle = random.Random(0).shuffle

    class Shuffled:
        def __init__(self, path):
            with scandir(path) as iterator:
                self.entries = list(iterator)
            shuffle(self.entries)

        def close(self):
            pass

        def __enter__(self):
            return iter(self.entries)

        def __exit__(self, *_):
            pass

    monkeypatch.setattr(os, "scandir", Shuffled)
    for _ in range(8):
        assert names(tmp_path) == expected


NOT_UTF8 = os.fsdecode(b"caf\xe9")


def test_names_that_are_not_utf8_are_escaped(tmp_path, save_image):
    for name in (NOT_UTF8, "tea time"):
        for index in range(2):
            save_image(tmp_path / "data" / name / f"{NOT_UTF8}\n{index}.png")
    folder = tmp_path / "data"
    dataset = from_directory(folder, batch_size=4, labels=True)
    assert dataset.class_names == ["caf\\xe9", "tea time"]
    json.dumps(dataset.class_names, ensure_ascii=False).encode("utf-8")
    report = check(folder)
    assert str(report).encode("utf-8")
    assert "caf\\xe9/caf\\xe9\\n0.png = " in str(report)


def test_errors_print_names_that_are_not_utf8(tmp_path, save_image):
    folder = tmp_path / NOT_UTF8
    save_image(folder / f"{NOT_UTF8}.png")
    (folder / f"{NOT_UTF8}2.png").write_text("not an image")
    with pytest.raises(ValueError, match="Broken images") as raised:
        from_directory(folder, batch_size=1)
    assert str(raised.value).encode("utf-8")
    assert "caf\\xe92.png (" in str(raised.value)
    assert str(check(folder)).encode("utf-8")
    save_image(folder / NOT_UTF8 / "1.png")
    with pytest.raises(ValueError, match="both directly in it") as raised:
        from_directory(folder, batch_size=1)
    assert str(raised.value).encode("utf-8")
    with pytest.raises(ValueError, match="there is no folder") as raised:
        from_directory(folder / "missing")
    assert str(raised.value).encode("utf-8")


def test_two_classes_of_one_escaped_name_are_refused(tmp_path, save_image):
    for name in (NOT_UTF8, "caf\\xe9"):
        save_image(tmp_path / name / "0.png")
    with pytest.raises(ValueError, match="have one name"):
        from_directory(tmp_path, batch_size=1)
    assert not check(tmp_path).ok


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain", "plain"),
        ("naïve 漢字", "naïve 漢字"),
        (os.fsdecode(b"\xff\xfe"), "\\xff\\xfe"),
        ("\ud800", "\\ud800"),
    ],
)
def test_text_is_valid_unicode(name, text):
    assert to_text(name) == text


@pytest.mark.parametrize(
    ("name", "text"), [("a\tb", "a\\tb"), ("\x1b[31m", "\\x1b[31m"), (b"\xe9", "\\xe9")]
)
def test_a_printed_name_is_one_line_without_control_characters(name, text):
    assert printable(name) == text


def test_every_form_of_a_path_is_the_same_folder(folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    forms = [".", folder, f"{folder}/", os.fsencode(folder), "~", "~/"]
    assert [from_directory(form, batch_size=8).num_images for form in forms] == [20] * 6


def test_unicode_forms_of_one_name_are_two_files(tmp_path, save_image):
    forms = sorted(unicodedata.normalize(form, "é") for form in ("NFC", "NFD"))
    for form in forms:
        save_image(tmp_path / f"{form}.png")
    assert names(tmp_path) == [f"{form}.png" for form in forms]


def test_a_listing_is_complete(classes):
    found = listing.list_folder(classes)
    assert found.images == OWN
    assert found.folders == ["cat", "dog"]
