import numpy as np
import pytest
from PIL import Image

from keras_gan import images


def test_grey_levels_are_rounded_to_the_nearest():
    floats = np.array([-1.0, -0.999, 0.0, 0.004, 1.0, -1.5, 1.5])
    expected = [0, 0, 128, 128, 255, 0, 255]
    levels = images.to_uint8(floats)
    assert levels.dtype == np.uint8
    assert levels.tolist() == expected


def test_every_grey_level_survives_the_way_there_and_back():
    levels = np.arange(256, dtype=np.uint8)
    floats = images.to_float(levels)
    assert floats.dtype == np.float32
    assert floats.min() == -1.0
    assert floats.max() == 1.0
    np.testing.assert_allclose(floats, np.linspace(-1, 1, 256), atol=1e-6)
    np.testing.assert_array_equal(images.to_uint8(floats), levels)


def test_a_grid_fills_row_by_row_with_white_between():
    shades = [np.full((2, 3, 1), shade, np.uint8) for shade in (10, 20, 30)]
    grid = images.grid(np.stack(shades), columns=2, gap=1)
    expected = np.array(
        [
            [10, 10, 10, 255, 20, 20, 20],
            [10, 10, 10, 255, 20, 20, 20],
            [255] * 7,
            [30, 30, 30, 255, 255, 255, 255],
            [30, 30, 30, 255, 255, 255, 255],
        ]
    )
    np.testing.assert_array_equal(grid[..., 0], expected)
    assert grid.shape == (5, 7, 1)


@pytest.mark.parametrize(
    ("count", "columns", "sides"),
    [(16, None, (4, 4)), (5, None, (2, 3)), (2, 9, (1, 2))],
)
def test_a_grid_is_as_square_as_it_can_be(count, columns, sides):
    grid = images.grid(np.zeros((count, 4, 6, 3), np.uint8), columns, gap=2)
    rows, columns = sides
    assert grid.shape == (rows * 6 - 2, columns * 8 - 2, 3)


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((2, 4, 4, 1)),
        np.zeros((4, 4, 1), np.uint8),
        np.zeros((0, 4, 4, 1), np.uint8),
    ],
    ids=["floats", "one image", "none"],
)
def test_a_grid_refuses_what_is_not_uint8_images(bad):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        images.grid(bad)


def test_enlarged_pixels_are_squares():
    image = np.array([[[1], [2]], [[3], [4]]], np.uint8)
    large = images.enlarge(image, side=5)
    np.testing.assert_array_equal(large, np.kron(image, np.ones((3, 3, 1), np.uint8)))
    assert images.enlarge(large, side=6) is not None
    assert images.enlarge(large, side=6).shape == large.shape


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (3, "RGB"), (4, "RGBA")])
def test_a_png_file_holds_the_pixels(tmp_path, channels, mode):
    noise = np.random.default_rng(0).integers(0, 256, (5, 7, channels), np.uint8)
    images.save_png(tmp_path / "new" / "noise.png", noise)
    with Image.open(tmp_path / "new" / "noise.png") as read:
        assert read.mode == mode
        np.testing.assert_array_equal(np.asarray(read).reshape(noise.shape), noise)


def test_a_png_that_fails_leaves_the_old_one(tmp_path):
    path = tmp_path / "noise.png"
    path.write_bytes(b"old")
    with pytest.raises(TypeError):
        images.save_png(path, np.zeros((5, 7, 5), np.uint8))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("as_files", [False, True])
def test_an_animation_plays_all_frames_and_rests_on_the_last(tmp_path, as_files):
    frames = [np.full((4, 4, 1), shade, np.uint8) for shade in (0, 128, 255)]
    if as_files:
        for number, frame in enumerate(frames):
            images.save_png(tmp_path / f"{number}.png", frame)
        frames = [tmp_path / f"{number}.png" for number in range(3)]
    images.save_animation(tmp_path / "a.gif", frames, 0.1, 1.0)
    shades, times = [], []
    with Image.open(tmp_path / "a.gif") as read:
        assert read.info["loop"] == 0
        for number in range(read.n_frames):
            read.seek(number)
            times.append(read.info["duration"])
            shades.append(np.asarray(read.convert("L"))[0, 0])
    assert shades == [0, 128, 255]
    assert times == [100, 100, 1000]


def test_an_animation_needs_frames(tmp_path):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        images.save_animation(tmp_path / "a.gif", [])
    assert list(tmp_path.iterdir()) == []
