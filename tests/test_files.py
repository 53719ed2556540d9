import pathlib

import pytest

from keras_gan import files


def test_a_writable_folder_is_made_and_left_empty(tmp_path):
    folder = files.writable_folder(tmp_path / "a" / "b")
    assert folder == tmp_path / "a" / "b"
    assert list(folder.iterdir()) == []
    assert files.writable_folder(str(folder)) == folder


def test_a_folder_below_a_file_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(
        OSError, match=r"(?s)cannot be written.*Expected: .*Received: .*What to do: "
    ):
        files.writable_folder(tmp_path / "file" / "folder")


def test_an_atomic_file_appears_when_it_is_complete(tmp_path):
    path = tmp_path / "deep" / "note.txt"
    with files.atomic_file(path) as part:
        part.write_text("half")
        assert part.suffix == ".txt"
        assert not path.exists()
    assert path.read_text() == "half"
    assert list(path.parent.iterdir()) == [path]


def write_half_and_break(path):
    with files.atomic_file(path) as part:
        pathlib.Path(part).write_text("half")
        raise RuntimeError("power cut")


def test_a_write_that_breaks_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="power cut"):
        write_half_and_break(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_to_stay_stays(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("old")
    with (
        pytest.raises(
            FileExistsError, match=r"(?s)Expected: .*Received: .*What to do: "
        ),
        files.atomic_file(path, overwrite=False),
    ):
        pytest.fail("the file was opened")
    assert path.read_text() == "old"


def test_the_home_folder_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with files.atomic_file("~/deep/note.txt") as part:
        part.write_text("text")
    assert (tmp_path / "deep" / "note.txt").read_text() == "text"
    assert files.writable_folder("~/folder") == tmp_path / "folder"


def test_a_folder_is_no_file_to_write(tmp_path):
    (tmp_path / "note.txt").mkdir()
    with (
        pytest.raises(IsADirectoryError, match=r"(?s)folder.*What to do: "),
        files.atomic_file(tmp_path / "note.txt"),
    ):
        pytest.fail("the file was opened")
    assert list(tmp_path.iterdir()) == [tmp_path / "note.txt"]
