import numpy as np
import pytest
from PIL import Image

from keras_gan import images
from keras_gan.data.folders import outputs


def test_to_uint8_rounds_to_the_nearest_integer():
    floats = np.array([-1.0, -0.999, 0.0, 0.004, 1.0, -1.5, 1.5])
    expected = [0, 0, 128, 128, 255, 0, 255]
    pixels = images.to_uint8(floats)
    assert pixels.dtype == np.uint8
    assert pixels.tolist() == expected


def test_uint8_images_survive_a_round_trip():
    pixels = np.arange(256, dtype=np.uint8)
    floats = images.to_float(pixels)
    assert floats.dtype == np.float32
    assert floats.min() == -1.0
    assert floats.max() == 1.0
    np.testing.assert_allclose(floats, np.linspace(-1, 1, 256), atol=1e-6)
    np.testing.assert_array_equal(images.to_uint8(floats), pixels)


def test_a_grid_fills_row_by_row_with_white_between():
    values = [np.full((2, 3, 1), value, np.uint8) for value in (10, 20, 30)]
    grid = images.grid(np.stack(values), columns=2, gap=1)
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
    ("count", "columns", "layout"),
    [(16, None, (4, 4)), (5, None, (2, 3)), (2, 9, (1, 2))],
)
def test_a_grid_has_about_as_many_rows_as_columns(count, columns, layout):
    grid = images.grid(np.zeros((count, 4, 6, 3), np.uint8), columns, gap=2)
    rows, columns = layout
    assert grid.shape == (rows * 6 - 2, columns * 8 - 2, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((2, 4, 4, 1)),
        np.zeros((4, 4, 1), np.uint8),
        np.zeros((0, 4, 4, 1), np.uint8),
    ],
    ids=["floats", "one image", "none"],
)
def test_a_grid_of_what_is_not_uint8_images_raises_an_error(wrong):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        images.grid(wrong)


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
    with Image.open(tmp_path / "new" / "noise.png") as image:
        assert image.mode == mode
        np.testing.assert_array_equal(np.asarray(image).reshape(noise.shape), noise)


def test_a_png_that_fails_keeps_the_existing_file(tmp_path):
    path = tmp_path / "noise.png"
    path.write_bytes(b"old")
    with pytest.raises(TypeError):
        images.save_png(path, np.zeros((5, 7, 5), np.uint8))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("as_files", [False, True])
def test_an_animation_has_all_frames_and_a_longer_last_one(tmp_path, as_files):
    frames = [np.full((4, 4, 1), value, np.uint8) for value in (0, 128, 255)]
    if as_files:
        for index, frame in enumerate(frames):
            images.save_png(tmp_path / f"{index}.png", frame)
        frames = [tmp_path / f"{index}.png" for index in range(3)]
    images.save_animation(tmp_path / "a.gif", frames, 0.1, 1.0)
    values, durations = [], []
    with Image.open(tmp_path / "a.gif") as image:
        assert image.info["loop"] == 0
        for index in range(image.n_frames):
            image.seek(index)
            durations.append(image.info["duration"])
            values.append(np.asarray(image.convert("L"))[0, 0])
    assert values == [0, 128, 255]
    assert durations == [100, 100, 1000]


def test_an_animation_without_frames_raises_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        images.save_animation(tmp_path / "a.gif", [])
    assert list(tmp_path.iterdir()) == []


def test_the_ending_decides_the_format(tmp_path):
    pixels = np.zeros((6, 5, 4), np.uint8)
    pixels[:3, :, 3] = 255  # black above, transparent below
    for name, kind, mode in (("a.png", "PNG", "RGBA"), ("b.JPG", "JPEG", "RGB")):
        images.save_image(tmp_path / name, pixels)
        with Image.open(tmp_path / name) as image:
            assert (image.format, image.mode, image.size) == (kind, mode, (5, 6))
    with Image.open(tmp_path / "b.JPG") as image:
        levels = np.asarray(image)
    assert levels[:2].max() < 20  # JPEG is not exact
    assert levels[4:].min() > 235
    for name in ("a", "a.webp", "a.txt"):
        with pytest.raises(ValueError, match=r"must end in \.png or \.jpg"):
            images.save_image(tmp_path / name, pixels)
    with pytest.raises(ValueError, match="too large for a JPEG"):
        images.save_image(tmp_path / "c.jpg", np.zeros((1, 70_000, 1), np.uint8))
    with pytest.raises(ValueError, match=r"must end in \.gif"):
        images.save_animation(tmp_path / "a.png", [pixels])
    assert len(list(tmp_path.iterdir())) == 2


def test_jpeg_files_of_this_library_are_no_data(tmp_path):
    images.save_image(tmp_path / "a.jpg", np.zeros((6, 5, 1), np.uint8))
    assert outputs.is_output_image(tmp_path / "a.jpg")
    Image.new("L", (5, 6)).save(tmp_path / "b.jpg")
    assert not outputs.is_output_image(tmp_path / "b.jpg")
