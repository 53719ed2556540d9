import numpy as np
import pytest

from keras_gan.data import from_directory, set_epoch, sources
from keras_gan.images import to_float


def joined(dataset):
    return np.concatenate([batch.numpy() for batch in dataset])


def test_a_folder_gives_its_pictures_in_the_order_of_their_names(folder, levels):
    dataset = from_directory(folder, batch_size=8)
    assert dataset.element_spec.shape == (8, 6, 5, 1)
    assert dataset.class_names is None
    assert dataset.num_images == 20
    np.testing.assert_array_equal(joined(dataset.unshuffled), to_float(levels))


@pytest.mark.parametrize("options", [{}, {"flip": True}, {"image_shape": (4, 4, 3)}])
def test_a_folder_too_large_for_memory_gives_the_same(folder, monkeypatch, options):
    kept = from_directory(folder, batch_size=8, seed=3, **options)
    monkeypatch.setattr(sources, "MEMORY", 100)
    read = from_directory(folder, batch_size=8, seed=3, **options)
    assert read.element_spec == kept.element_spec
    assert len(read) == len(kept)
    for epoch in (0, 1):
        set_epoch(epoch)
        np.testing.assert_array_equal(joined(read), joined(kept))
    np.testing.assert_array_equal(joined(read.unshuffled), joined(kept.unshuffled))


def test_a_folder_per_class_gives_labels(tmp_path, picture):
    for number, name in enumerate(["zebra", "ant", "cat"]):
        for each in range(2):
            picture(tmp_path / name / "more" / f"{each}.png", "L", color=10 * number)
    (tmp_path / "nothing").mkdir()
    dataset = from_directory(str(tmp_path), batch_size=3, labels=True)
    assert dataset.class_names == ["ant", "cat", "zebra"]
    levels = {0: 10, 1: 20, 2: 0}
    for images, labels in dataset:
        expected = [levels[int(label)] for label in labels]
        given = np.rint((images.numpy()[:, 0, 0, 0] + 1) * 127.5)
        np.testing.assert_array_equal(given, expected)
    images = from_directory(tmp_path, batch_size=3)
    assert images.element_spec.shape == (3, 6, 5, 1)
    assert images.class_names == ["ant", "cat", "zebra"]


def test_hidden_and_other_files_are_ignored(folder, picture):
    picture(folder / ".hidden.png")
    picture(folder / ".folder" / "picture.png")
    (folder / "notes.txt").write_text("no picture")
    picture(folder / "upper.PNG", "L")
    assert from_directory(folder, batch_size=8).num_images == 21


@pytest.mark.parametrize(
    ("modes", "channels"),
    [(["L", "L"], 1), (["L", "RGB"], 3), (["RGBA", "RGBA"], 4), (["L", "RGBA"], 3)],
)
def test_the_channels_follow_from_the_modes(tmp_path, picture, modes, channels):
    for number, mode in enumerate(modes):
        picture(tmp_path / f"{number}.png", mode)
    dataset = from_directory(tmp_path, batch_size=2)
    assert dataset.element_spec.shape == (2, 6, 5, channels)


def test_image_shape_brings_pictures_of_many_sizes_together(tmp_path, picture):
    for number, size in enumerate([(9, 6), (5, 30), (8, 8)]):
        picture(tmp_path / f"{number}.png", "RGB", size, (255, 0, 0))
    dataset = from_directory(tmp_path, batch_size=3, image_shape=(8, 8, 3))
    assert (joined(dataset) == [1, -1, -1]).all()


def test_crop_or_squeeze(tmp_path, picture):
    picture(tmp_path / "wide.png", "L", (8, 2), 255)
    picture(tmp_path / "half.png", "L", (8, 2), 0)
    picture(tmp_path / "pasted.png", "L", (8, 2), 0)
    shape = {"batch_size": 3, "image_shape": (2, 2, 1)}
    assert len(from_directory(tmp_path, **shape)) == 1
    assert len(from_directory(tmp_path, crop=False, **shape)) == 1


def test_broken_pictures_are_named_with_their_number(folder):
    for number in (3, 4, 7, 9):
        path = folder / f"{number:03}.png"
        path.write_bytes(path.read_bytes()[:50])
    (folder / "004.png").write_text("not a picture")
    with pytest.raises(ValueError, match=r"Broken pictures in .*: 4\.") as raised:
        from_directory(folder, batch_size=8)
    message = str(raised.value)
    assert "003.png (" in message
    assert "004.png (cannot identify image file" in message
    assert "and 1 more" in message
    assert f'keras-gan check "{folder}"' in message


def test_sizes_that_differ_are_named(tmp_path, picture):
    picture(tmp_path / "a.png", size=(5, 6))
    picture(tmp_path / "b.png", size=(7, 6))
    with pytest.raises(ValueError, match="2 sizes") as raised:
        from_directory(tmp_path, batch_size=2)
    assert "a.png is 5 wide and 6 high, b.png is 7 wide and 6 high" in str(raised.value)
    assert "image_shape" in str(raised.value)


def test_a_missing_folder_or_a_file_is_refused(tmp_path, picture):
    with pytest.raises(ValueError, match="There is no folder") as raised:
        from_directory(tmp_path / "missing")
    assert "nothing is" in str(raised.value)
    picture(tmp_path / "file.png")
    with pytest.raises(ValueError, match="Received: a file"):
        from_directory(tmp_path / "file.png")


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(ValueError, match="There is no picture in") as raised:
        from_directory(tmp_path)
    assert "1 other files" in str(raised.value)


def test_fewer_pictures_than_a_batch_are_refused(folder):
    with pytest.raises(ValueError, match="batch_size=20 or less"):
        from_directory(folder, batch_size=21)


def test_pictures_beside_folders_are_refused(folder, picture):
    picture(folder / "cats" / "cat.png")
    with pytest.raises(ValueError, match="both directly and in folders") as raised:
        from_directory(folder)
    assert "000.png beside the folder cats" in str(raised.value)


def test_labels_need_folders(folder):
    with pytest.raises(ValueError, match="There are no labels"):
        from_directory(folder, batch_size=8, labels=True)
