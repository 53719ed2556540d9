"""Files of arrays: which array, which range of values, and what is refused."""

import pathlib
import warnings
import zipfile

import h5py
import numpy as np
import pytest

from keras_gan.data import check, from_arrays, load, sources
from keras_gan.data.archives import containers
from keras_gan.data.arrays import formats


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def rgb():
    return np.random.default_rng(0).integers(0, 256, (12, 6, 5, 3), dtype=np.uint8)


LABELS = np.arange(12) % 3


def write(name, **arrays):
    """Writes arrays to a file of any kind; a .npy file takes the first of them."""
    if name.endswith(".npy"):
        np.save(name, next(iter(arrays.values())))
    elif name.endswith(".npz"):
        save = np.savez_compressed if "small" in name else np.savez
        save(name, **arrays)
    else:
        with h5py.File(name, "w") as file:
            for key, array in arrays.items():
                file[key] = array
    return name


def joined(dataset):
    return np.concatenate([np.asarray(batch) for batch in dataset])


@pytest.mark.parametrize(
    ("name", "max_bytes"),
    [
        *((name, 100) for name in ("a.npy", "a.npz", "small.npz", "a.h5")),
        ("A.H5", 2**30),
    ],
)
def test_a_file_is_the_array_in_it(rgb, name, max_bytes, monkeypatch):
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", max_bytes)
    write(name, images=rgb, labels=LABELS)
    dataset = load(pathlib.Path(name), batch_size=4, flip=True)
    expected = from_arrays(rgb, batch_size=4, flip=True)
    for batch, other in zip(dataset, expected, strict=True):
        np.testing.assert_array_equal(batch, other)
    np.testing.assert_array_equal(
        joined(dataset.unshuffled), rgb / np.float32(127.5) - 1
    )
    report = check(name)
    assert (report.num_images, report.sizes) == (12, {(6, 5): 12})
    if not name.endswith(".npy"):
        _, labels = next(iter(load(name, batch_size=12, labels=True).unshuffled))
        np.testing.assert_array_equal(labels, LABELS)
        assert dataset.class_names == ["0", "1", "2"]


RANGES = {
    "[-1, 1]": (lambda levels: levels / 127.5 - 1, False),
    "[0, 1]": (lambda levels: levels / 255, True),
    "0..255": (lambda levels: levels.astype("float32"), True),
    "int64": (lambda levels: levels.astype("int64"), False),
    "uint16": (lambda levels: levels.astype("uint16"), False),
}


@pytest.mark.parametrize("case", RANGES)
@pytest.mark.parametrize("max_bytes", [2**30, 100])
def test_every_range_of_images_is_brought_to_minus_one_and_one(
    rgb, case, max_bytes, monkeypatch
):
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", max_bytes)
    convert, is_said = RANGES[case]
    write("a.npy", images=convert(rgb))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        dataset = load("a.npy", batch_size=4)
    assert any("taken for black" in str(one.message) for one in caught) == is_said
    assert any("taken for black" in one for one in check("a.npy").warnings) == is_said
    pixels = joined(dataset.unshuffled)
    np.testing.assert_allclose(pixels, rgb / 127.5 - 1, atol=1e-6)
    assert pixels.dtype == np.float32


def test_floats_between_levels_stay_as_they_are(rgb):
    floats = np.random.default_rng(1).uniform(-1, 1, (4, 6, 5, 3)).astype("float32")
    write("a.npy", images=floats)
    pixels = joined(load("a.npy", batch_size=4).unshuffled)
    np.testing.assert_allclose(pixels, floats, atol=1e-7)


def test_gray_images_and_masks_get_an_axis_of_channels(rgb):
    write("gray.npy", images=rgb[..., 0])
    write("mask.npy", images=rgb > 127)
    assert load("gray.npy", batch_size=4).element_spec.shape == (4, 6, 5, 1)
    masks = joined(load("mask.npy", batch_size=4).unshuffled)
    np.testing.assert_array_equal(masks, np.where(rgb > 127, 1, -1))


def test_images_are_resized(rgb):
    write("a.npy", images=rgb)
    dataset = load("a.npy", batch_size=4, image_shape=(4, 4, 1))
    expected = from_arrays(rgb, batch_size=4, image_shape=(4, 4, 1))
    np.testing.assert_array_equal(joined(dataset), joined(expected))


@pytest.mark.parametrize("name", ["a.npz", "a.h5"])
def test_splits_are_told_by_their_names(rgb, name):
    arrays = {
        "x_train": rgb,
        "y_train": LABELS,
        "x_test": rgb[:3],
        "y_test": LABELS[:3],
    }
    write(name, **arrays)
    assert load(name, batch_size=1).num_images == 12
    test_split = load(name, "test", batch_size=3, labels=True)
    assert test_split.num_images == 3
    _, labels = next(iter(test_split.unshuffled))
    np.testing.assert_array_equal(labels, LABELS[:3])
    with pytest.raises(ValueError, match=r"of the split val.(.|\n)*x_test \(uint8"):
        load(name, "val", batch_size=1)


def test_groups_of_hdf5_are_names(rgb):
    write(
        "a.h5", **{"train/images": rgb, "test/images": rgb[:2], "train/labels": LABELS}
    )
    dataset = load("a.h5", batch_size=1, labels=True)
    assert (dataset.num_images, dataset.class_names) == (12, ["0", "1", "2"])


def test_it_must_be_clear_which_array_has_the_images(rgb):
    write("a.npz", one=rgb, two=rgb[:3], three=np.zeros(4))
    with pytest.raises(ValueError, match="not clear which array") as raised:
        load("a.npz", batch_size=1)
    assert "one (uint8 (12, 6, 5, 3)), two (uint8 (3, 6, 5, 3))" in str(raised.value)
    write("b.npz", images=rgb, masks=rgb[..., 0])
    assert load("b.npz", batch_size=1).element_spec.shape == (1, 6, 5, 3)


BAD = {
    "channels first": (lambda x: x.transpose(0, 3, 1, 2), r"np\.transpose"),
    "one image": (lambda x: x[0], "This is one image"),
    "two channels": (lambda x: x[..., :2], "1, 3 or 4 channels"),
    "points": (lambda x: x.reshape(12, -1) / 255, "not clear which array"),
    "no images": (lambda x: x[:0], "not one of images|empty"),
    "16 bits": (lambda x: x.astype("uint16") * 257, "images / 257"),
    "0 and 1": (lambda x: (x > 127).astype("uint8"), "by 255"),
    "NaN": (lambda x: np.where(x > 250, np.nan, x / 255), "NaN or infinity"),
    "infinity": (lambda x: np.where(x > 250, np.inf, x / 255), "NaN or infinity"),
    "negative": (lambda x: x.astype("float32") - 300, "in no range"),
    "between": (lambda x: x / 170, "in no range"),
    "complex": (lambda x: x * 1j, "not numbers"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("name", ["a.npy", "a.h5"])
def test_arrays_that_are_no_images_are_refused(rgb, case, name):
    convert, fact = BAD[case]
    write(name, images=convert(rgb))
    with pytest.raises(ValueError, match=fact):
        load(name, batch_size=1)
    with pytest.raises(ValueError, match=fact):
        check(name)


class Harmful:
    """Runs code when it is unpickled."""

    def __reduce__(self):
        return pathlib.Path.touch, (pathlib.Path("harm"),)


def test_no_file_runs_code():
    array = np.array([Harmful(), 1], dtype=object)
    np.save("a.npy", array, allow_pickle=True)
    np.savez("a.npz", images=array)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(ValueError, match="contains Python objects"):
            load(name, batch_size=1)
    assert not pathlib.Path("harm").exists()


def test_objects_beside_the_images_are_not_loaded(rgb):
    objects = np.array([Harmful(), 1], dtype=object)
    np.savez("a.npz", images=rgb, notes=objects, labels=objects)
    assert load("a.npz", batch_size=1).num_images == 12
    assert not pathlib.Path("harm").exists()


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "small.npz", "a.h5"])
def test_files_that_are_damaged_are_refused(rgb, name):
    write(name, images=rgb)
    content = pathlib.Path(name).read_bytes()
    for damaged in (b"", b"x" * 500, content[: len(content) // 2], content[:60]):
        pathlib.Path(name).write_bytes(damaged)
        with pytest.raises(ValueError, match="This file cannot be read: "):
            load(name, batch_size=1)


def test_a_header_cannot_fill_the_memory(rgb):
    np.savez_compressed("bomb.npz", images=np.zeros((400, 64, 64, 3), np.uint8))
    with pytest.raises(ValueError, match="too large to be decompressed"):
        load("bomb.npz", batch_size=1)
    header = np.lib.format.header_data_from_array_1_0(rgb)
    with zipfile.ZipFile("lie.npz", "w") as archive, archive.open("a.npy", "w") as file:
        np.lib.format.write_array_header_1_0(
            file, {**header, "shape": (10**9, 64, 64, 3)}
        )
    with pytest.raises(ValueError, match="ends too early"):
        load("lie.npz", batch_size=1)
    with h5py.File("empty.h5", "w") as file:
        file.create_dataset("images", (10**9, 64, 64, 3), "u1", chunks=(1, 64, 64, 3))
    with pytest.raises(ValueError, match="too large for its bytes"):
        load("empty.h5", batch_size=1)


def test_large_arrays_are_decompressed_up_to_a_limit(rgb, monkeypatch):
    monkeypatch.setattr(formats, "MAX_COMPRESSED_BYTES", 1000)
    write("small.npz", images=rgb)
    with pytest.raises(ValueError, match="at most 1,000 bytes"):
        load("small.npz", batch_size=1)
    write("a.npz", images=rgb)  # not compressed: it is read from the disk
    assert load("a.npz", batch_size=1).num_images == 12
    monkeypatch.setattr(containers, "MAX_MEMBER_BYTES", 100)
    with h5py.File("a.h5", "w") as file:
        file.create_dataset("images", data=rgb, chunks=(12, 6, 5, 3))
    with pytest.raises(ValueError, match="chunks of at most 100 bytes"):
        load("a.h5", batch_size=1)


def test_hdf5_reads_no_other_files(rgb):
    pathlib.Path("secret").write_bytes(rgb.tobytes())
    with h5py.File("external.h5", "w") as file:
        size = rgb.nbytes
        file.create_dataset("images", rgb.shape, "u1", external=[("secret", 0, size)])
    with pytest.raises(ValueError, match="refers to other files"):
        load("external.h5", batch_size=1)
    write("other.h5", images=rgb)
    with h5py.File("link.h5", "w") as file:
        file["images"] = h5py.ExternalLink("other.h5", "images")
    with pytest.raises(ValueError, match="no arrays"):
        load("link.h5", batch_size=1)


def test_labels_must_be_indices_of_classes(rgb):
    write("a.npz", images=rgb, labels=LABELS * 10**9)
    with pytest.raises(ValueError, match="not indices of classes"):
        load("a.npz", batch_size=1)
    write("b.npz", images=rgb, labels=LABELS - 1)
    with pytest.raises(ValueError, match="non-negative"):
        load("b.npz", batch_size=1)
    write("c.npz", images=rgb, labels=LABELS / 2)
    assert load("c.npz", batch_size=1).class_names is None
    with pytest.raises(ValueError, match="requires labels"):
        load("c.npz", batch_size=1, labels=True)
