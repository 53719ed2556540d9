"""Levels of every mode and depth, against the definitions of the formats."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from keras_gan.data import decoding

RANDOM = np.random.default_rng(0)


def encoded(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, format=kind, **options)
    return buffer.getvalue()


def levels(source):
    return np.asarray(decoding.decode(source)[0])


def rounded(values, maximum):
    return np.rint(np.asarray(values, np.float64) * 255 / maximum).astype(int)


def png_chunk(name, content):
    checksum = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + checksum


def png(samples, bits, color_type, *chunks):
    """A PNG of rows of samples, packed by hand."""
    rows = np.asarray(samples)
    height, width = rows.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, 0)
    flat = rows.reshape(height, -1)
    if bits == 16:
        packed = [row.astype(">u2").tobytes() for row in flat]
    else:
        digits = (flat[..., None] >> np.arange(bits)[::-1]) & 1
        packed = [
            np.packbits(row.reshape(-1).astype(np.uint8)).tobytes() for row in digits
        ]
    content = zlib.compress(b"".join(b"\0" + row for row in packed))
    parts = [
        png_chunk(b"IHDR", header),
        *chunks,
        png_chunk(b"IDAT", content),
        png_chunk(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def tiff(data, width, height, bits, photometric, order="<", **tags):
    """A TIFF of one strip, uncompressed, with further tags by number: `t339=2`."""
    bits = np.atleast_1d(bits)
    fields = {
        256: [width], 257: [height], 258: bits, 259: [1], 262: [photometric],
        273: [8], 277: [len(bits)], 278: [height], 279: [len(data)],
    }  # fmt: skip
    fields |= {int(key[1:]): np.atleast_1d(value) for key, value in tags.items()}
    kinds = {256: 4, 257: 4, 273: 4, 278: 4, 279: 4, 34675: 7}
    after, table = b"", b""
    start = 8 + len(data) + 2 + 12 * len(fields) + 4
    for tag, values in sorted(fields.items()):
        kind = kinds.get(tag, 3)
        content = b"".join(
            struct.pack(order + {3: "H", 4: "I", 7: "B"}[kind], int(one))
            for one in values
        )
        if len(content) > 4:
            after, content = (
                after + content,
                struct.pack(order + "I", start + len(after)),
            )
        table += struct.pack(order + "HHI", tag, kind, len(values)) + content.ljust(
            4, b"\0"
        )
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(
        order + "I", 8 + len(data)
    )
    return (
        head + data + struct.pack(order + "H", len(fields)) + table + bytes(4) + after
    )


# Depths of PNG.


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_a_png_of_any_depth_has_its_gray_levels(bits):
    maximum = 2**bits - 1
    samples = np.linspace(0, maximum, 16).round().astype(int).reshape(2, 8)
    np.testing.assert_array_equal(
        levels(png(samples, bits, 0)), rounded(samples, maximum)
    )


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_the_transparent_gray_of_a_png_is_transparent_at_any_depth(bits):
    maximum = 2**bits - 1
    samples = np.linspace(0, maximum, 16).round().astype(int).reshape(2, 8)
    for key in (0, int(samples[0, 5]), maximum):
        decoded = levels(
            png(samples, bits, 0, png_chunk(b"tRNS", struct.pack(">H", key)))
        )
        for channel in range(3):
            np.testing.assert_array_equal(
                decoded[..., channel], rounded(samples, maximum)
            )
        np.testing.assert_array_equal(decoded[..., 3], np.where(samples == key, 0, 255))


@pytest.mark.parametrize("bits", [8, 16])
def test_the_transparent_color_of_a_png_is_transparent(bits):
    samples = RANDOM.integers(0, 2**bits, (3, 4, 3))
    samples[1, 2] = samples[0, 0]
    if bits == 16:  # the same high bytes are another color
        samples[2, 3] = samples[0, 0] ^ (0, 0, 1)
    key = png_chunk(b"tRNS", struct.pack(">HHH", *samples[0, 0]))
    decoded = levels(png(samples, bits, 2, key))
    np.testing.assert_array_equal(decoded[..., :3], rounded(samples, 2**bits - 1))
    transparent = (samples == samples[0, 0]).all(-1)
    assert transparent.sum() == 2
    np.testing.assert_array_equal(decoded[..., 3], np.where(transparent, 0, 255))


@pytest.mark.parametrize(("color_type", "channels"), [(2, 3), (4, 2), (6, 4)])
def test_colors_of_sixteen_bits_are_rounded(color_type, channels):
    samples = RANDOM.integers(0, 2**16, (5, 7, channels))
    decoded = levels(png(samples, 16, color_type))
    expected = rounded(samples, 65535)
    if channels == 2:
        expected = expected[..., [0, 0, 0, 1]]
    np.testing.assert_array_equal(decoded, expected)


def test_a_palette_has_the_alpha_of_its_colors():
    palette = png_chunk(b"PLTE", bytes([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]))
    alpha = png_chunk(b"tRNS", bytes([0, 128]))  # the others are opaque
    decoded = levels(png([[0, 1, 2, 3]], 2, 3, palette, alpha))
    expected = [[255, 0, 0, 0], [0, 255, 0, 128], [0, 0, 255, 255], [9, 9, 9, 255]]
    np.testing.assert_array_equal(decoded[0], expected)


# TIFF.


@pytest.mark.parametrize("kind", ["raw", "tiff_lzw", "tiff_adobe_deflate"])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "I;16"])
def test_a_tiff_is_read_alike_by_path_and_by_bytes_in_every_orientation(
    tmp_path, mode, kind
):
    if mode == "I;16":
        stored = RANDOM.integers(0, 2**16, (4, 6)).astype(np.uint16)
    else:
        shape = (4, 6, len(Image.new(mode, (1, 1)).getbands()))
        stored = RANDOM.integers(0, 256, shape).astype(np.uint8).squeeze()
    image = Image.fromarray(stored)
    right = rounded(stored, 65535) if mode == "I;16" else stored
    transposed = right.swapaxes(0, 1)
    # TIFF 6.0, Orientation: where the first row and the first column are.
    turned = [
        right, right[:, ::-1], right[::-1, ::-1], right[::-1],
        transposed, transposed[:, ::-1], transposed[::-1, ::-1], transposed[::-1],
    ]  # fmt: skip
    cases = [*enumerate(turned, 1)]
    if kind == "raw":  # others are not written with a number that means nothing
        cases += [(0, right), (9, right)]
    for orientation, expected in cases:
        exif = Image.Exif()
        exif[0x0112] = orientation
        path = tmp_path / f"{orientation}.tif"
        image.save(path, exif=exif, compression=kind)
        for source in (path, path.read_bytes()):
            np.testing.assert_array_equal(levels(source), expected)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG", "AVIF"])
def test_exif_orientation_is_applied_in_other_formats(tmp_path, kind):
    stored = np.zeros((16, 32, 3), np.uint8)
    stored[:8, :16] = (250, 40, 40)
    stored[8:, 16:] = (40, 40, 250)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    lossless = {"lossless": True} if kind == "WEBP" else {"quality": 100}
    options = {} if kind == "PNG" else lossless
    path = tmp_path / "picture"
    try:
        path.write_bytes(encoded(Image.fromarray(stored), kind, exif=exif, **options))
    except (KeyError, OSError):
        pytest.skip(f"this Pillow does not write {kind}")
    decoded = levels(path).astype(int)
    assert decoded.shape == (32, 16, 3)
    # By regions: JPEG and AVIF blur the edges between them.
    right = np.rot90(stored, -1)
    assert np.abs(decoded - right)[4:12, 2:6].max() < 40
    assert np.abs(decoded - right).mean() < 20
    np.testing.assert_array_equal(decoded, levels(path.read_bytes()))


def packed12(values):
    """Packs an even number of 12-bit values, the highest bits first."""
    pairs = zip(values[::2], values[1::2], strict=True)
    return b"".join(bytes([a >> 4, (a & 15) << 4 | b >> 8, b & 255]) for a, b in pairs)


def test_twelve_bits_are_scaled_by_4095():
    values = np.arange(4096)
    decoded = levels(tiff(packed12(values.tolist()), 4096, 1, 12, 1))
    np.testing.assert_array_equal(decoded[0], rounded(values, 4095))


@pytest.mark.parametrize("order", "<>")
def test_sixteen_bits_in_either_order_of_bytes_are_rounded(order):
    values = RANDOM.integers(0, 2**16, 64)
    data = values.astype(order + "u2").tobytes()
    decoded = levels(tiff(data, 64, 1, 16, 1, order))
    np.testing.assert_array_equal(decoded[0], rounded(values, 65535))


def test_unsigned_integers_of_32_bits_are_scaled_by_their_range():
    values = np.array([0, 2**32 // 3, 2**31 - 1, 2**31, 2**32 - 1])
    decoded = levels(tiff(values.astype("<u4").tobytes(), 5, 1, 32, 1))
    np.testing.assert_array_equal(decoded[0], rounded(values, 2**32 - 1))


@pytest.mark.parametrize("bits", [1, 4, 8, 16])
def test_white_may_be_the_minimum(bits):
    maximum = 2**bits - 1
    values = np.linspace(0, maximum, 8).round().astype(int)
    if bits == 16:
        data = values.astype("<u2").tobytes()
    else:
        digits = (values[:, None] >> np.arange(bits)[::-1]) & 1
        data = np.packbits(digits.astype(np.uint8).ravel()).tobytes()
    decoded = levels(tiff(data, 8, 1, bits, 0))
    np.testing.assert_array_equal(decoded[0], rounded(maximum - values, maximum))


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("channels", [3, 4])
def test_colors_of_sixteen_bits_in_a_tiff_are_rounded(order, channels):
    values = RANDOM.integers(0, 2**16, (4, 5, channels))
    data = values.astype(order + "u2").tobytes()
    extra = {"t338": 2} if channels == 4 else {}
    decoded = levels(tiff(data, 5, 4, [16] * channels, 2, order, **extra))
    np.testing.assert_array_equal(decoded, rounded(values, 65535))


@pytest.mark.parametrize("bits", [8, 16])
def test_premultiplied_colors_are_divided_by_alpha(bits):
    maximum = 2**bits - 1
    alpha = np.linspace(maximum // 4, maximum, 20).round().astype(int)
    color = (alpha[:, None] * (0.9, 0.5, 0.1)).astype(int)
    values = np.concatenate([color, alpha[:, None]], 1)
    data = values.astype("<u2" if bits == 16 else "u1").tobytes()
    decoded = levels(tiff(data, 20, 1, [bits] * 4, 2, t338=1))[0].astype(int)
    expected = color / alpha[:, None] * 255
    # Pillow truncates the quotients of 8 bits.
    assert np.abs(decoded[:, :3] - expected).max() < (1 if bits == 8 else 0.51)
    np.testing.assert_array_equal(decoded[:, 3], rounded(alpha, maximum))


def test_premultiplied_gray_is_divided_by_alpha():
    content = tiff(bytes([64, 128, 0, 0, 50, 50]), 3, 1, [8, 8], 1, t338=1)
    try:
        decoded = levels(content)[0]
    except ValueError:
        pytest.skip("this Pillow does not read it")
    np.testing.assert_allclose(decoded[0], [127, 127, 127, 128], atol=1)
    assert decoded[1, 3] == 0
    np.testing.assert_allclose(decoded[2], [255, 255, 255, 50], atol=1)


def test_a_palette_of_eight_bit_levels_in_a_tiff_is_not_black():
    palette = np.zeros(3 * 256, int)
    palette[[1, 256 + 1, 512 + 1]] = 200, 100, 50
    decoded = levels(tiff(bytes([0, 1]), 2, 1, 8, 3, t320=palette))
    np.testing.assert_array_equal(decoded[0], [[0, 0, 0], [200, 100, 50]])
    decoded = levels(tiff(bytes([0, 1]), 2, 1, 8, 3, t320=palette * 257))
    np.testing.assert_array_equal(decoded[0], [[0, 0, 0], [200, 100, 50]])


def test_lab_becomes_the_color_that_it_names():
    # L* = 53.4, a* = 78.6, b* = 66.8 (D50) is the red of sRGB.
    lab = bytes([round(54.29 * 2.55), round(80.8), round(69.9)])
    decoded = levels(tiff(lab, 1, 1, [8, 8, 8], 8)).astype(int)
    assert np.abs(decoded[0, 0] - (255, 0, 0)).max() < 8


def test_ycbcr_becomes_rgb():
    # JFIF: R = Y + 1.402 (Cr - 128), B = Y + 1.772 (Cb - 128)
    data = bytes([76, 85, 255, 128, 128, 128])
    content = tiff(data, 2, 1, [8, 8, 8], 6, t530=[1, 1])
    if Image.open(io.BytesIO(content)).mode != "YCbCr":
        pytest.skip("this Pillow does not read it")
    decoded = levels(content).astype(int)
    assert np.abs(decoded[0] - [(254, 0, 0), (128, 128, 128)]).max() <= 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (tiff(bytes(8), 4, 1, 16, 1, t339=2), "signed integers"),
        (tiff(bytes(16), 4, 1, 32, 1, t339=2), "signed integers"),
        (tiff(bytes(4), 4, 1, 8, 1, t339=2), "signed integers"),
        (tiff(bytes(16), 4, 1, 32, 1, t339=3), "32-bit floats"),
        (tiff(bytes(48), 4, 2, [16] * 3, 2, t284=2), "planes apart"),
        (tiff(bytes(24), 4, 2, [8] * 3, 6), "YCbCr"),
        (tiff(bytes(24), 4, 2, [8] * 3, 6, t530=[1, 1], t532=[0, 1] * 3), "YCbCr"),
    ],
)
def test_levels_of_unknown_meaning_are_refused(content, reason):
    with pytest.raises(ValueError, match=reason):
        decoding.decode(content)


def test_planes_of_eight_bits_are_interleaved():
    values = RANDOM.integers(0, 256, (3, 2, 4)).astype(np.uint8)
    offsets = [8, 16, 24]
    content = tiff(
        values.tobytes(), 4, 2, [8] * 3, 2, t284=2, t273=offsets, t279=[8, 8, 8]
    )
    np.testing.assert_array_equal(levels(content), values.transpose(1, 2, 0))


# Other formats.


def test_cmyk_of_adobe_is_stored_inverted():
    ink = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    content = encoded(ink, "JPEG", quality=100)
    assert b"Adobe" in content
    image, mode = decoding.decode(content)
    assert mode == "CMYK"
    assert np.abs(np.asarray(image).astype(int) - (255, 0, 0)).max() < 4
    assert image.info["notes"] == (decoding.Note.CMYK,)
    flat = encoded(ink, "TIFF")
    assert np.abs(levels(flat).astype(int) - (255, 0, 0)).max() == 0


def test_pgm_of_any_maximum_is_scaled():
    for maximum in (100, 255, 1000, 65535):
        values = np.linspace(0, maximum, 9).round().astype(int)
        kind = ">u2" if maximum > 255 else "u1"
        content = b"P5 9 1 %d\n" % maximum + values.astype(kind).tobytes()
        decoded = levels(content).astype(int)[0]
        np.testing.assert_allclose(decoded, rounded(values, maximum), atol=1)


def test_pixels_that_the_first_frame_does_not_cover_are_transparent():
    # A GIF of 3x1 pixels, whose first frame covers the one in the middle.
    palette = bytes([255, 0, 0, 0, 255, 0])
    head = b"GIF89a" + struct.pack("<HHBBB", 3, 1, 0x80, 0, 0) + palette
    frame = b"," + struct.pack("<HHHHB", 1, 0, 1, 1, 0) + b"\x02\x02\x4c\x01\0" + b";"
    decoded = levels(head + frame)
    np.testing.assert_array_equal(decoded[0, :, 3], [0, 255, 0])
    np.testing.assert_array_equal(decoded[0, 1], [0, 255, 0, 255])


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_several_frames_the_first_is_read_and_noted(kind):
    frames = [Image.new("RGB", (8, 8), (level, 9, 9)) for level in (10, 100, 200)]
    options = {"lossless": True} if kind == "WEBP" else {}
    content = encoded(
        frames[0], kind, save_all=True, append_images=frames[1:], **options
    )
    image, _ = decoding.decode(content)
    assert image.info["notes"] == (decoding.Note.FRAMES,)
    np.testing.assert_allclose(
        np.asarray(image.convert("RGB"))[0, 0], (10, 9, 9), atol=1
    )
    single, _ = decoding.decode(encoded(frames[0], kind, **options))
    assert single.info["notes"] == ()


def test_the_name_of_a_file_may_lie(tmp_path):
    path = tmp_path / "picture.jpg"
    path.write_bytes(encoded(Image.new("L", (3, 2), 77)))
    assert (levels(path) == 77).all()


def test_broken_exif_costs_the_orientation_alone():
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0"  # cut in its first entry
    content = encoded(Image.new("L", (16, 8), 9), "JPEG", exif=exif)
    with pytest.warns(UserWarning, match="Corrupt EXIF data"):  # of Pillow
        image, _ = decoding.decode(content)
    assert image.size == (16, 8)


def test_a_png_with_a_long_text_is_read():
    text = PngImagePlugin.PngInfo()
    text.add_text("workflow", "x" * 2_000_000, zip=True)
    text.add_itxt("other", "y" * 2_000_000, zip=True)
    pixels = RANDOM.integers(0, 256, (4, 5, 3), dtype=np.uint8)
    content = encoded(Image.fromarray(pixels), pnginfo=text)
    np.testing.assert_array_equal(levels(content), pixels)
    with pytest.raises(OSError, match="truncated"):
        decoding.decode(content[:-60])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "an empty file"),
        (bytes(100), "a file of zeros"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
        (b"text", "cannot identify image file"),
    ],
)
def test_files_that_are_no_images_are_refused_by_what_they_are(content, reason):
    with pytest.raises(ValueError, match=reason):
        decoding.decode(content)


def test_the_number_of_pixels_is_bounded_and_the_bound_can_be_changed(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 50)
    content = encoded(Image.new("L", (11, 10)))
    with pytest.raises(ValueError, match=r"more than 100 pixels.*KERAS_GAN_MAX_PIXELS"):
        decoding.decode(content)
    monkeypatch.setenv("KERAS_GAN_MAX_PIXELS", "220")
    image, _ = decoding.decode(content)
    assert image.size == (11, 10)
    assert image.info["notes"] == ()
    monkeypatch.setenv("KERAS_GAN_MAX_PIXELS", "218")
    with pytest.warns(Image.DecompressionBombWarning):
        image, _ = decoding.decode(content)
    assert image.info["notes"] == (decoding.Note.LARGE,)
    monkeypatch.setenv("KERAS_GAN_MAX_PIXELS", "many")
    with pytest.raises(ValueError, match="must be a positive integer"):
        decoding.decode(content)


def test_transparent_pixels_do_not_bleed_into_others_when_resized():
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[:, :4] = (0, 255, 0, 255)
    pixels[:, 4:] = (255, 0, 0, 0)  # red, but transparent
    small = decoding.read_image(pixels, (3, 3, 4))
    visible = small[small[..., 3] > 16]
    assert len(visible)
    assert (visible[:, 0] <= 2).all()
    assert (visible[:, 1] >= 253).all()
    on_white = decoding.read_image(pixels, (3, 3, 3)).astype(int)
    assert (on_white[..., 1] >= 250).all()  # green on white


@pytest.mark.parametrize("size", [(1, 3000), (3000, 1), (1, 1)])
@pytest.mark.parametrize("crop", [True, False])
def test_any_proportions_are_resized(size, crop):
    shape = (4, 4, 3)
    assert (
        decoding.read_image(encoded(Image.new("RGB", size)), shape, crop).shape == shape
    )
