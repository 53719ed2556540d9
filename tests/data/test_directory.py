import numpy as np
import pytest

from keras_gan.data import from_directory, set_epoch, sources
from keras_gan.images import to_float


def joined(dataset):
    return np.concatenate([batch.numpy() for batch in dataset])


def test_a_folder_gives_its_images_in_the_order_of_their_names(folder, levels):
    dataset = from_directory(folder, batch_size=8)
    assert dataset.element_spec.shape == (8, 6, 5, 1)
    assert dataset.class_names is None
    assert dataset.num_images == 20
    np.testing.assert_array_equal(joined(dataset.unshuffled), to_float(levels))


@pytest.mark.parametrize("options", [{}, {"flip": True}, {"image_shape": (4, 4, 3)}])
def test_a_folder_too_large_for_memory_gives_the_same(folder, monkeypatch, options):
    cached = from_directory(folder, batch_size=8, seed=3, **options)
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", 100)
    streamed = from_directory(folder, batch_size=8, seed=3, **options)
    assert streamed.element_spec == cached.element_spec
    assert len(streamed) == len(cached)
    for epoch in (0, 1):
        set_epoch(epoch)
        np.testing.assert_array_equal(joined(streamed), joined(cached))
    np.testing.assert_array_equal(
        joined(streamed.unshuffled), joined(cached.unshuffled)
    )


def test_a_folder_per_class_gives_labels(tmp_path, save_image):
    for level, name in enumerate(["zebra", "ant", "cat"]):
        for index in range(2):
            path = tmp_path / name / "more" / f"{index}.png"
            save_image(path, "L", color=10 * level)
    (tmp_path / "nothing").mkdir()
    dataset = from_directory(str(tmp_path), batch_size=3, labels=True)
    assert dataset.class_names == ["ant", "cat", "zebra"]
    levels = {0: 10, 1: 20, 2: 0}
    for images, labels in dataset:
        expected = [levels[int(label)] for label in labels]
        received = np.rint((images.numpy()[:, 0, 0, 0] + 1) * 127.5)
        np.testing.assert_array_equal(received, expected)
    images = from_directory(tmp_path, batch_size=3)
    assert images.element_spec.shape == (3, 6, 5, 1)
    assert images.class_names == ["ant", "cat", "zebra"]


def test_hidden_and_other_files_are_ignored(folder, save_image):
    save_image(folder / ".hidden.png")
    save_image(folder / ".folder" / "picture.png")
    (folder / "notes.txt").write_text("not an image")
    save_image(folder / "upper.PNG", "L")
    assert from_directory(folder, batch_size=8).num_images == 21


@pytest.mark.parametrize(
    ("modes", "channels"),
    [(["L", "L"], 1), (["L", "RGB"], 3), (["RGBA", "RGBA"], 4), (["L", "RGBA"], 3)],
)
def test_the_channels_follow_from_the_modes(tmp_path, save_image, modes, channels):
    for number, mode in enumerate(modes):
        save_image(tmp_path / f"{number}.png", mode)
    dataset = from_directory(tmp_path, batch_size=2)
    assert dataset.element_spec.shape == (2, 6, 5, channels)


def test_image_shape_brings_images_of_many_sizes_together(tmp_path, save_image):
    for number, size in enumerate([(9, 6), (5, 30), (8, 8)]):
        save_image(tmp_path / f"{number}.png", "RGB", size, (255, 0, 0))
    dataset = from_directory(tmp_path, batch_size=3, image_shape=(8, 8, 3))
    assert (joined(dataset) == [1, -1, -1]).all()


def test_crop_or_distort(tmp_path, save_image):
    save_image(tmp_path / "wide.png", "L", (8, 2), 255)
    save_image(tmp_path / "half.png", "L", (8, 2), 0)
    save_image(tmp_path / "pasted.png", "L", (8, 2), 0)
    shape = {"batch_size": 3, "image_shape": (2, 2, 1)}
    assert len(from_directory(tmp_path, **shape)) == 1
    assert len(from_directory(tmp_path, crop=False, **shape)) == 1


def test_broken_images_are_named_with_their_number(folder):
    for number in (3, 4, 7, 9):
        path = folder / f"{number:03}.png"
        path.write_bytes(path.read_bytes()[:50])
    (folder / "004.png").write_text("not an image")
    with pytest.raises(ValueError, match=r"Broken images in .*: 4\.") as raised:
        from_directory(folder, batch_size=8)
    message = str(raised.value)
    assert "003.png (" in message
    assert "004.png (cannot identify image file" in message
    assert "and 1 more" in message
    assert f'keras-gan check "{folder}"' in message


def test_sizes_that_differ_are_named(tmp_path, save_image):
    save_image(tmp_path / "a.png", size=(5, 6))
    save_image(tmp_path / "b.png", size=(7, 6))
    with pytest.raises(ValueError, match="2 sizes") as raised:
        from_directory(tmp_path, batch_size=2)
    assert "a.png is 5 wide and 6 high, b.png is 7 wide and 6 high" in str(raised.value)
    assert "image_shape" in str(raised.value)


def test_a_missing_folder_or_a_file_is_refused(tmp_path, save_image):
    with pytest.raises(ValueError, match="there is no folder") as raised:
        from_directory(tmp_path / "missing")
    assert "does not exist" in str(raised.value)
    save_image(tmp_path / "file.png")
    with pytest.raises(ValueError, match="Received: a file"):
        from_directory(tmp_path / "file.png")


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("not an image")
    with pytest.raises(ValueError, match="There is no image in") as raised:
        from_directory(tmp_path)
    assert "1 other files" in str(raised.value)


def test_fewer_images_than_a_batch_are_refused(folder):
    with pytest.raises(ValueError, match="batch_size=20 or less"):
        from_directory(folder, batch_size=21)


def test_images_alongside_folders_are_refused(folder, save_image):
    save_image(folder / "cats" / "cat.png")
    with pytest.raises(
        ValueError, match="both directly in it and in subfolders"
    ) as raised:
        from_directory(folder)
    assert "000.png alongside the folder cats" in str(raised.value)


def test_labels_need_folders(folder):
    with pytest.raises(ValueError, match="`labels=True` requires labels"):
        from_directory(folder, batch_size=8, labels=True)
