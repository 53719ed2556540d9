import io

import numpy as np
import pytest
from PIL import Image

from keras_gan.data import decoding


def encoded(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, format=kind, **options)
    return buffer.getvalue()


def test_an_image_of_the_right_shape_keeps_its_pixels():
    pixels = np.random.default_rng(0).integers(0, 256, (7, 9, 3), dtype=np.uint8)
    same = decoding.read_image(encoded(Image.fromarray(pixels)), (7, 9, 3))
    np.testing.assert_array_equal(same, pixels)


def test_arrays_paths_and_bytes_are_read_alike(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (7, 9, 4), dtype=np.uint8)
    path = tmp_path / "picture.png"
    path.write_bytes(encoded(Image.fromarray(pixels)))
    for source in (pixels, path, path.read_bytes()):
        np.testing.assert_array_equal(decoding.read_image(source, (7, 9, 4)), pixels)


def test_a_photograph_is_turned_upright():
    pixels = np.zeros((2, 3, 3), np.uint8)
    pixels[0, 0] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    turned, _ = decoding.decode(encoded(Image.fromarray(pixels), exif=exif.tobytes()))
    np.testing.assert_array_equal(np.asarray(turned), np.rot90(pixels, -1))


@pytest.mark.parametrize(
    ("mode", "color", "kind", "becomes"),
    [
        ("1", 1, "PNG", "L"),
        ("L", 9, "PNG", "L"),
        ("P", 0, "PNG", "RGB"),
        ("LA", (9, 0), "PNG", "RGBA"),
        ("CMYK", (0, 255, 255, 0), "JPEG", "RGB"),
        ("RGB", (9, 8, 7), "WEBP", "RGB"),
        ("RGBA", (9, 8, 7, 6), "TIFF", "RGBA"),
    ],
)
def test_modes_become_gray_rgb_or_rgb_with_alpha(mode, color, kind, becomes):
    image, before = decoding.decode(encoded(Image.new(mode, (4, 4), color), kind))
    assert image.mode == becomes
    assert before == mode


def test_cmyk_shows_its_color():
    red = encoded(Image.new("CMYK", (4, 4), (0, 255, 255, 0)), "JPEG", quality=95)
    pixel = decoding.read_image(red, (4, 4, 3))[0, 0].astype(int)
    assert pixel[0] > 200
    assert pixel[1] < 60
    assert pixel[2] < 60


def test_sixteen_bits_become_eight():
    deep = np.array([[0, 257, 65535]], np.uint16)
    np.testing.assert_array_equal(
        decoding.read_image(encoded(Image.fromarray(deep)), (1, 3, 1)).ravel(),
        [0, 1, 255],
    )


def test_floating_point_pixels_are_refused():
    with pytest.raises(ValueError, match="32-bit floats"):
        decoding.decode(encoded(Image.new("F", (2, 2), 0.5), "TIFF"))


def test_a_palette_with_a_transparent_color_has_alpha():
    palette = Image.new("P", (2, 2), 1)
    palette.putpalette([255, 0, 0, 0, 255, 0])
    image, _ = decoding.decode(encoded(palette, transparency=1))
    assert image.mode == "RGBA"
    assert (
        decoding.read_image(encoded(palette, transparency=1), (2, 2, 3)) == 255
    ).all()


def test_the_first_frame_of_an_animation_is_read():
    frames = [Image.new("L", (2, 2), level) for level in (10, 200)]
    gif = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert (decoding.read_image(gif, (2, 2, 1)) == 10).all()


def test_transparency_is_white_where_the_shape_has_no_alpha():
    half = np.array([[[0, 0, 0, 0], [0, 0, 0, 255], [100, 100, 100, 51]]], np.uint8)
    rgb = decoding.read_image(half, (1, 3, 3))
    # 100 at one fifth over 255: 20 + 204
    np.testing.assert_array_equal(rgb[0], [[255] * 3, [0] * 3, [224] * 3])
    np.testing.assert_array_equal(decoding.read_image(half, (1, 3, 4)), half)


def test_the_middle_is_cropped_to_the_new_proportions():
    wide = np.zeros((2, 6, 1), np.uint8)
    wide[:, 2:4] = 255
    assert (decoding.read_image(wide, (2, 2, 1)) == 255).all()
    assert (decoding.read_image(wide, (2, 2, 1), crop=False) < 255).any()


def test_making_smaller_does_not_alias():
    stripes = np.zeros((64, 64, 1), np.uint8)
    stripes[:, ::2] = 255
    small = decoding.read_image(stripes, (16, 16, 1)).astype(int)
    assert np.abs(small[:, 2:-2] - 127.5).max() < 8


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_gray_can_have_any_channels(channels):
    image = decoding.read_image(np.full((3, 3, 1), 77, np.uint8), (5, 5, channels))
    assert image.shape == (5, 5, channels)
    assert (image[..., : min(3, channels)] == 77).all()
    assert (image[..., 3:] == 255).all()


@pytest.mark.parametrize(
    ("held", "common"), [({1}, 1), ({3}, 3), ({4}, 4), ({1, 3}, 3), ({3, 4}, 3)]
)
def test_the_channels_of_a_set_are_those_that_all_have(held, common):
    assert decoding.common_channels(held) == common
