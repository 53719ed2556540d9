"""Conversion to sRGB, against closed forms and Little CMS."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from keras_gan.data import check, decoding, from_directory
from keras_gan.data.decoding import Note, icc

PROPHOTO = (0.3457, 0.3585, 0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001)
"""Chromaticities of ProPhoto RGB: white, red, green, blue."""


def encoded(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, format=kind, **options)
    return buffer.getvalue()


def encode_srgb(light):
    """Levels of linear light by the curve of IEC 61966-2-1."""
    light = np.clip(light, 0, 1)
    return 255 * np.where(
        light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055
    )


def lattice():
    axis = np.arange(0, 256, 51, dtype=np.uint8)
    return np.stack(np.meshgrid(axis, axis, axis), -1).reshape(1, -1, 3)


def by_little_cms(image, profile):
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    target = ImageCms.createProfile("sRGB")
    result = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    return np.asarray(result).astype(int)


def decoded(content):
    image, _ = decoding.decode(content)
    return np.asarray(image).astype(int), image.info["notes"]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_colors_of_a_wide_gamut_are_converted(kind):
    profile = icc.matrix_profile(PROPHOTO, 1.8)
    image = Image.fromarray(lattice())
    options = {"lossless": True} if kind == "WEBP" else {}
    levels, notes = decoded(encoded(image, kind, icc_profile=profile, **options))
    assert np.abs(levels - by_little_cms(image, profile)).max() <= 1
    assert np.abs(levels - lattice()).max() > 50
    assert notes == (Note.CONVERTED,)


def test_alpha_and_palettes_are_converted_by_their_colors():
    profile = icc.matrix_profile(icc.ADOBE_RGB, icc.ADOBE_GAMMA)
    pixels = np.concatenate([lattice(), lattice()[..., :1]], -1)
    levels, _ = decoded(encoded(Image.fromarray(pixels), icc_profile=profile))
    right = by_little_cms(Image.fromarray(lattice()), profile)
    np.testing.assert_array_equal(levels[..., :3], right)
    np.testing.assert_array_equal(levels[..., 3], pixels[..., 3])
    palette = Image.new("P", (1, 1), 0)
    palette.putpalette([200, 100, 50])
    color = Image.new("RGB", (1, 1), (200, 100, 50))
    levels, _ = decoded(encoded(palette, icc_profile=profile))
    np.testing.assert_array_equal(levels, by_little_cms(color, profile))


def test_profiles_of_srgb_change_no_level():
    exact = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (exact, icc.matrix_profile(icc.SRGB, 2.2)):
        image = Image.fromarray(lattice())
        levels, notes = decoded(encoded(image, icc_profile=profile))
        np.testing.assert_array_equal(levels, lattice())
        assert notes == ()


@pytest.mark.parametrize("gamma", [1.0, 1.8])
@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("alpha", [False, True])
def test_gray_is_converted_by_its_curve(gamma, deep, alpha):
    stored = np.arange(65536, dtype=np.uint16) if deep else np.arange(256)
    right = encode_srgb((stored / stored.max()) ** gamma)
    stored = stored.astype(np.uint16 if deep else np.uint8).reshape(-1, 256)
    profile = icc.gray_profile(gamma)
    image = Image.fromarray(stored)
    if alpha and deep:
        return  # Pillow writes no gray with alpha of 16 bits
    if alpha:
        image = Image.merge("LA", (image, image))
    levels, notes = decoded(encoded(image, icc_profile=profile))
    gray = levels[..., 0] if alpha else levels
    # Rounded; older versions of Pillow interpolate between grays of 8 bits.
    assert np.abs(gray.ravel() - right).max() < (1 if deep else 0.6)
    assert notes == (Note.CONVERTED,)
    if alpha:
        np.testing.assert_array_equal(levels[..., 3], stored)


def test_gray_may_have_a_profile_of_colors():
    profile = icc.matrix_profile(PROPHOTO, 1.8)
    stored = np.arange(256, dtype=np.uint8)[None]
    levels, _ = decoded(encoded(Image.fromarray(stored), icc_profile=profile))
    assert np.abs(levels - encode_srgb((stored / 255) ** 1.8)).max() < 1.1


def png_chunk(name, content):
    checksum = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + checksum


def with_chunk(content, name, values):
    """A PNG with a further chunk of integers, after its header."""
    chunk = png_chunk(name, struct.pack(f">{len(values)}I", *values))
    return content[:33] + chunk + content[33:]


def test_the_gamma_of_a_png_is_applied():
    ramp = np.arange(256, dtype=np.uint8)[None]
    color = np.stack([ramp] * 3, -1)
    right = encode_srgb(ramp / 255)
    linear = with_chunk(encoded(Image.fromarray(color)), b"gAMA", [100_000])
    levels, notes = decoded(linear)
    assert np.abs(levels - right[..., None]).max() < 1.1
    assert notes == (Note.CONVERTED,)
    gray, _ = decoded(with_chunk(encoded(Image.fromarray(ramp)), b"gAMA", [100_000]))
    assert np.abs(gray - right).max() < 0.6
    same, notes = decoded(
        with_chunk(encoded(Image.fromarray(color)), b"gAMA", [45_455])
    )
    np.testing.assert_array_equal(same, color)
    assert notes == ()


def test_the_primaries_of_a_png_are_applied():
    chromaticities = [round(100_000 * value) for value in icc.ADOBE_RGB]
    content = with_chunk(encoded(Image.fromarray(lattice())), b"cHRM", chromaticities)
    profile = icc.matrix_profile(icc.ADOBE_RGB, 2.2)
    right = by_little_cms(Image.fromarray(lattice()), profile)
    levels, _ = decoded(content)
    assert np.abs(levels - right).max() <= 1
    standard = [round(100_000 * value) for value in icc.SRGB]
    content = with_chunk(encoded(Image.fromarray(lattice())), b"cHRM", standard)
    np.testing.assert_array_equal(decoded(content)[0], lattice())


def test_adobe_rgb_is_known_by_its_name_in_exif():
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    image = Image.new("RGB", (16, 16), (200, 60, 60))
    content = encoded(image, "JPEG", quality=100, exif=exif)
    if b"R03" not in content:
        pytest.skip("this Pillow does not write the name")
    right = by_little_cms(image, icc.matrix_profile(icc.ADOBE_RGB, icc.ADOBE_GAMMA))
    levels, notes = decoded(content)
    assert np.abs(levels - right).max() <= 3
    assert notes == (Note.CONVERTED,)


def test_the_matrices_of_known_spaces():
    # To D50: the profiles of the HP/Microsoft sRGB and of Adobe RGB (1998), annex.
    srgb = icc.primaries_in_xyz(np.array(icc.SRGB))
    expected = [[0.4360, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606],
                [0.0139, 0.0971, 0.7141]]  # fmt: skip
    np.testing.assert_allclose(srgb, expected, atol=3e-4)
    adobe = icc.primaries_in_xyz(np.array(icc.ADOBE_RGB))
    expected = [[0.6097, 0.2053, 0.1492], [0.3111, 0.6257, 0.0632],
                [0.0195, 0.0609, 0.7446]]  # fmt: skip
    np.testing.assert_allclose(adobe, expected, atol=3e-4)


@pytest.mark.parametrize(
    ("mode", "profile"),
    [
        ("RGB", b"no profile"),
        ("RGB", b""),
        ("RGB", icc.gray_profile(1.0)),
        ("L", icc.matrix_profile(PROPHOTO, 1.8)[:150]),
    ],
)
def test_a_profile_that_is_broken_or_of_another_mode_is_ignored_and_noted(
    mode, profile
):
    image = Image.new(mode, (16, 16), 100 if mode == "L" else (100, 50, 20))
    levels, notes = decoded(encoded(image, "TIFF", icc_profile=profile))
    np.testing.assert_array_equal(levels, np.asarray(image))
    assert notes == ((Note.PROFILE,) if profile else ())


def test_a_profile_of_more_than_a_mebibyte_is_read():
    profile = icc.matrix_profile(PROPHOTO, 1.8) + bytes(2**21)
    text = PngImagePlugin.PngInfo()
    text.add_text("workflow", "x" * 2_000_000, zip=True)
    image = Image.fromarray(lattice())
    content = encoded(image, icc_profile=profile, pnginfo=text)
    levels, notes = decoded(content)
    right = by_little_cms(image, icc.matrix_profile(PROPHOTO, 1.8))
    assert np.abs(levels - right).max() <= 1
    assert notes == (Note.CONVERTED,)


def test_conversions_are_reported_and_broken_profiles_warned_of(tmp_path):
    image = Image.fromarray(lattice())
    profile = icc.matrix_profile(PROPHOTO, 1.8)
    image.save(tmp_path / "wide.png", icc_profile=profile)
    image.save(tmp_path / "plain.png")
    report = check(tmp_path)
    assert not report.duplicates
    assert "another color space than sRGB" in str(report)
    from_directory(tmp_path, batch_size=1)  # which is no reason for a warning
    image.save(tmp_path / "broken.tif", icc_profile=b"no profile")
    with pytest.warns(UserWarning, match=r"broken or not of its mode.*broken\.tif"):
        from_directory(tmp_path, batch_size=1)


def cmyk_profile():
    """A profile of CMYK by hand: Lab is linear in each ink.

    A table of two levels per ink (`lut8Type`, ICC.1:2001, section 6.5.8), whose corners
    are white without ink, red of magenta and yellow, and black of black.
    """
    identity = struct.pack(">9i", *(np.eye(3) * 65536).astype(int).ravel())
    ramp = bytes(range(256))
    corners = []
    for index in range(16):  # the last ink changes fastest
        _, magenta, yellow, black = (index >> 3 & 1, index >> 2 & 1, index >> 1 & 1,
                                     index & 1)  # fmt: skip
        # L* = 54.29, a* = 80.8, b* = 69.9 is the red of sRGB, adapted to D50.
        lab = (54.29, 80.8, 69.9) if magenta and yellow else (100, 0, 0)
        lab = (0, 0, 0) if black else lab
        corners += [round(lab[0] * 2.55), round(lab[1]) + 128, round(lab[2]) + 128]
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + identity
    table += ramp * 4 + bytes(corners) + ramp * 3
    tags = {b"wtpt": icc.xyz(icc.D50), b"A2B0": table}
    content = bytearray(icc.profile(b"CMYK", tags))
    content[12:16], content[20:24] = b"prtr", b"Lab "
    return bytes(content)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_is_converted_by_its_profile(kind):
    for ink, color in (
        ((0, 0, 0, 0), (255, 255, 255)),
        ((0, 255, 255, 0), (255, 0, 0)),
        ((0, 0, 0, 255), (0, 0, 0)),
        ((255, 0, 0, 0), (255, 255, 255)),  # the ink that the profile makes white
    ):
        image = Image.new("CMYK", (16, 16), ink)
        options = {"quality": 100} if kind == "JPEG" else {}
        content = encoded(image, kind, icc_profile=cmyk_profile(), **options)
        levels, notes = decoded(content)
        assert np.abs(levels - color).max() <= 4
        assert notes == (Note.CONVERTED,)
