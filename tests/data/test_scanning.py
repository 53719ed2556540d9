"""One pass over all images: bounded memory, and nothing called broken that is not."""

import errno
import threading
import time

import numpy as np
import pytest
from PIL import Image

from keras_gan.data import check, decoding, from_directory, scanning, sources
from keras_gan.data.scanning import Entry, MemoryBound, scan
from keras_gan.style_transfer import preprocessing


class Watched:
    """Counts the bytes that are reserved at once, and the threads that wait."""

    def __init__(self, monkeypatch):
        self.num_bytes = self.peak = 0
        self.lock = threading.Lock()
        reserve, release = MemoryBound.reserve, MemoryBound.release

        def reserve_and_count(bound, chunk, num_bytes):
            reserve(bound, chunk, num_bytes)
            self.add(num_bytes)

        def release_and_count(bound, num_bytes):
            self.add(-num_bytes)
            release(bound, num_bytes)

        monkeypatch.setattr(MemoryBound, "reserve", reserve_and_count)
        monkeypatch.setattr(MemoryBound, "release", release_and_count)

    def add(self, num_bytes):
        with self.lock:
            self.num_bytes += num_bytes
            self.peak = max(self.peak, self.num_bytes)


@pytest.fixture
def photographs(tmp_path):
    """Forty files of 100x100 pixels of RGB: 40,000 bytes in Pillow."""
    for number in range(40):
        Image.new("RGB", (100, 100), (number, 0, 0)).save(tmp_path / f"{number:02}.png")
    return [Entry(path.name, path) for path in sorted(tmp_path.iterdir())]


@pytest.mark.parametrize("num_processors", [1, 2, 16])
@pytest.mark.parametrize("max_bytes", [None, 0, 2**30])
def test_memory_is_bounded_whatever_the_number_of_processors(
    photographs, monkeypatch, num_processors, max_bytes
):
    monkeypatch.setattr(scanning.os, "cpu_count", lambda: num_processors)
    monkeypatch.setattr(scanning, "MAX_DECODING_BYTES", 100_000)
    watched = Watched(monkeypatch)
    names = []
    for result in scan(photographs, (100, 100, 3), max_bytes=max_bytes):
        names.append(result.entry.name)
        time.sleep(0.001)  # a consumer that is slower than the threads
    assert names == [entry.name for entry in photographs]
    # The bound, and the images of the oldest chunk.
    assert 40_000 <= watched.peak <= 100_000 + scanning.CHUNK_SIZE * 40_000
    assert watched.num_bytes == 0


def test_an_image_larger_than_the_bound_is_decoded(photographs, monkeypatch):
    monkeypatch.setattr(scanning, "MAX_DECODING_BYTES", 10)
    assert sum(result.shape == (100, 100, 3) for result in scan(photographs)) == 40


def test_a_scan_that_is_left_ends_its_threads(photographs, monkeypatch):
    monkeypatch.setattr(scanning.os, "cpu_count", lambda: 4)
    monkeypatch.setattr(scanning, "MAX_DECODING_BYTES", 10)
    before = threading.active_count()
    results = scan(photographs)
    next(results)
    results.close()
    assert threading.active_count() == before


def test_pixels_are_kept_up_to_a_bound(photographs):
    kept = [result.pixels for result in scan(photographs, max_bytes=300_000)]
    assert kept[0] is not None
    assert kept[-1] is None
    none = [result.pixels for result in scan(photographs)]
    assert none == [None] * 40


def test_equal_pixels_have_equal_hashes_whatever_the_bands(monkeypatch):
    pixels = np.random.default_rng(0).integers(0, 256, (50, 40, 3), dtype=np.uint8)
    entries = [Entry("a", pixels), Entry("b", pixels.copy()), Entry("c", pixels[::-1])]
    first = [result.digest for result in scan(entries)]
    assert first[0] == first[1] != first[2]
    monkeypatch.setattr(scanning, "BAND_BYTES", 1)
    assert [result.digest for result in scan(entries)] == first
    turned = next(scan([Entry("d", pixels.reshape(40, 50, 3))]))
    assert turned.digest != first[0]


@pytest.mark.parametrize(
    "error", [MemoryError(), OSError(errno.EMFILE, "Too many open files")]
)
def test_errors_of_the_process_are_no_broken_images(folder, monkeypatch, error):
    def fail(source):
        raise error

    monkeypatch.setattr(decoding, "decode", fail)
    with pytest.raises(type(error)):
        check(folder)


@pytest.mark.parametrize("load", [from_directory, check])
def test_a_shape_that_is_too_large_is_no_broken_image(folder, load):
    with pytest.raises(ValueError, match=r"`image_shape` of .* must be") as raised:
        load(folder, image_shape=(10**9, 10**9, 3))
    assert "roken" not in str(raised.value)


def test_more_than_one_frame_is_said(tmp_path):
    frames = [Image.new("L", (4, 4), level) for level in (10, 200)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "still.gif")
    report = check(tmp_path)
    assert report.ok
    assert "Images with more than one frame, of which the first is read: 1" in str(
        report
    )
    with pytest.warns(UserWarning, match=r"more than one frame.*: moving\.gif\.$"):
        from_directory(tmp_path, batch_size=1)
    with pytest.warns(UserWarning, match="GIF|gif") as warned:  # of a style transfer
        preprocessing.read(tmp_path / "moving.gif", "content")
    assert any("has more than one frame" in str(one.message) for one in warned)


def test_nothing_readable_ends_in_a_sentence_with_an_image_shape_too(tmp_path):
    (tmp_path / "empty.jpg").write_bytes(b"")
    report = check(tmp_path, image_shape=(16, 16, 3))
    assert report.picture is None
    assert report.broken == (("empty.jpg", "an empty file"),)
    assert "No image can be decoded" in str(report)


def test_a_dataset_too_large_for_memory_is_checked_and_not_kept(folder, monkeypatch):
    monkeypatch.setattr(sources, "MAX_CACHE_BYTES", 100)
    (folder / "019.png").write_bytes(b"")
    with pytest.raises(ValueError, match="Broken images"):
        from_directory(folder, batch_size=4)
