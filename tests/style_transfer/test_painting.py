"""`StyleTransfer.stylize`: initial images, sizes, colors, callbacks, results."""

import keras
import numpy as np
import pytest
from painting import smooth_image, stylize, tiny_transfer
from PIL import Image, ImageDraw

import keras_gan as kg
from keras_gan import style_transfer
from keras_gan.style_transfer import networks, preprocessing
from keras_gan.style_transfer.coarse_to_fine import build_stages, noise


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_the_loss_falls_from_noise_and_the_style_tenfold_at_default_weights(optimizer):
    transfer = kg.StyleTransfer(networks.random_vgg(8), **small_vgg_layers())
    assert transfer.term_weights == (0.15, 1.0, 0.05)
    steps = {"lbfgs": 40, "adam": 120}[optimizer]
    content, style = smooth_image(32, 32, 1), smooth_image(32, 32, 2)
    result = stylize(
        content, style, transfer=transfer, size=32, steps=steps, optimizer=optimizer
    )
    history = result.history
    assert history["loss"][-1] < history["loss"][0] / 4
    assert history["style"][-1] < history["style"][0] / 10
    final = transfer.measure(result.image, content, style)  # of the uint8 image
    assert final["style"] < history["style"][0] / 10


def strokes(side, seed=0):
    """Returns thick lines of saturated colors on white: pixels at -1 and 1."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (side, side), "white")
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        color = tuple(255 * random.integers(0, 2, 3))
        start, end = random.integers(0, side, (2, 2)).tolist()
        draw.line([*start, *end], fill=color, width=3)
    return np.asarray(image)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("start", ["noise", "content"])
def test_the_history_is_that_of_the_returned_image(optimizer, start):
    transfer = kg.StyleTransfer(networks.random_vgg(8), **small_vgg_layers())
    content, style = strokes(40, 1), strokes(40, 2)
    steps = {"lbfgs": 40, "adam": 80}[optimizer]
    arguments = {"size": 40, "steps": steps, "start": start, "optimizer": optimizer}
    result = stylize(content, style, transfer=transfer, **arguments)
    measured = transfer.measure(result.image, content, style)
    recorded = {name: result.history[name][-1] for name in measured}
    assert measured == pytest.approx(recorded, rel=0.03)
    if start == "noise":
        assert measured["style"] < result.history["style"][0] / 10


def test_keep_color_optimizes_the_luminance():
    transfer = kg.StyleTransfer(networks.random_vgg(8), **small_vgg_layers())
    content, style = smooth_image(40, 40, 1) // 3 + 85, strokes(40, 2)
    result = stylize(
        content, style, transfer=transfer, size=40, steps=40, keep_color=True
    )
    assert result.pixels.shape == (40, 40, 1)
    gray = [
        np.clip(kg.images.to_float(levels) @ [[0.299], [0.587], [0.114]], -1, 1)
        for levels in (result.image, content, style)
    ]
    gray[2] = preprocessing.match_luminance_statistics(gray[2], gray[1])
    rgb = [image.repeat(3, -1).astype("float32") for image in gray]
    measured = transfer.measure(*rgb)
    recorded = {name: result.history[name][-1] for name in measured}
    assert measured == pytest.approx(recorded, rel=0.05)
    assert measured["style"] < result.history["style"][0] / 10


def small_vgg_layers():
    named = networks.NAMES["random"]
    return {
        "content_layers": named.content_layers,
        "style_layers": named.style_layers,
    }


def test_the_content_loss_alone_reconstructs_the_content():
    content = smooth_image(20, 24, 1)
    transfer = tiny_transfer(
        style_weight=0, variation_weight=0, content_layers=["first"]
    )
    result = stylize(content, content[::-1], transfer=transfer, steps=60)
    assert result.history["content"][-1] < 1e-3 * result.history["content"][0]
    assert np.abs(result.image.astype(int) - content).mean() < 12


def test_an_image_at_the_minimum_does_not_change(capsys):
    transfer = tiny_transfer(style_weight=0, variation_weight=0)
    content = smooth_image(20, 24, 1)
    result = stylize(content, content, transfer=transfer, start="content", verbose=1)
    np.testing.assert_array_equal(result.image, content)
    assert (
        max(result.history["loss"]) < 1e-5
    )  # L-BFGS starts a quarter of a level from -1 and 1


def test_the_start_is_noise_or_the_content():
    content, style = smooth_image(20, 24, 1), smooth_image(20, 24, 2)
    assert stylize(content, style, start="content").history["content"][0] < 1e-5
    assert stylize(content, style).history["content"][0] > 0.1
    initial = noise((1, 100, 100, 3), 0)
    assert initial.std() == pytest.approx(0.3, abs=0.01)
    assert np.abs(initial).max() <= 1


def test_the_same_seed_gives_the_same_image():
    content, style = smooth_image(20, 24, 1), smooth_image(20, 24, 2)
    first, again, other = (
        stylize(content, style, seed=seed).image for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first.astype(int) - other).max() > 2
    keras.utils.set_random_seed(3)
    unseeded = stylize(content, style, seed=None).image
    keras.utils.set_random_seed(3)
    np.testing.assert_array_equal(stylize(content, style, seed=None).image, unseeded)


def test_from_coarse_to_fine_with_half_as_many_steps_each():
    content, style = smooth_image(120, 180, 1), smooth_image(60, 60, 2)
    result = stylize(content, style, size=260, steps=4, optimizer="adam")
    sizes, counts = np.unique(result.history["size"], return_counts=True)
    assert result.image.shape == (173, 260, 3)
    assert list(sizes) == [130, 260]
    assert list(counts) == [4 + 1, 2 + 1]  # one more for the initial image of each size
    assert {len(values) for values in result.history.values()} == {8}


def test_styles_grow_with_the_content_up_to_their_original_size():
    content, style = smooth_image(128, 128), smooth_image(400, 300)
    stages = build_stages(content, [style], 512, 320)
    assert [stage.content.shape[1] for stage in stages] == [64, 128, 256, 512]
    sizes = [stage.styles[0].shape[1:3] for stage in stages]
    assert sizes == [(85, 64), (85, 64), (160, 120), (320, 240)]
    (*_, last) = build_stages(content, [style], 512, 512)
    assert last.styles[0].shape[1:3] == (400, 300)
    stages = build_stages(content, [style], 512, 512, min_side=100)
    assert [stage.content.shape[1] for stage in stages] == [128, 256, 512]
    assert [stage.styles[0].shape[2] for stage in stages] == [100, 150, 300]
    stages = build_stages(content, [style], 512, 40)
    # The coarse stages do not shrink the style below the requested size.
    assert [stage.styles[0].shape[1:3] for stage in stages] == [(40, 30)] * 4


def test_keep_color_keeps_the_chrominance():
    def luma_chroma(levels):
        pixels = levels / 127.5 - 1
        red, green, blue = np.moveaxis(pixels, -1, 0)
        luminance = 0.299 * red + 0.587 * green + 0.114 * blue
        return luminance, red - luminance, blue - luminance

    content, style = (
        smooth_image(20, 24, 1) // 3 + 85,
        smooth_image(20, 24, 2) // 3 + 85,
    )
    with_color = stylize(content, style, keep_color=True)
    without = stylize(content, style)
    for axis in (1, 2):
        expected = luma_chroma(content)[axis]
        assert np.abs(luma_chroma(with_color.image)[axis] - expected).max() < 0.01
        assert np.abs(luma_chroma(without.image)[axis] - expected).max() > 0.1
    assert (
        np.abs(luma_chroma(with_color.image)[0] - luma_chroma(content)[0]).max() > 0.05
    )


def test_a_luminance_style_gets_the_mean_and_deviation_of_the_content():
    random = np.random.default_rng(0)
    style, content = random.uniform(-1, 1, (2, 1, 8, 9, 3))
    content = 0.2 * content + 0.1
    changed = preprocessing.match_luminance_statistics(style, content)
    assert changed.mean() == pytest.approx(content.mean())
    assert changed.std() == pytest.approx(content.std())
    assert np.corrcoef(changed.ravel(), style.ravel())[0, 1] == pytest.approx(1)


def test_the_callback_gets_the_image_of_every_step():
    calls = []
    content, style = smooth_image(20, 24, 1), smooth_image(20, 24, 2)
    result = stylize(content, style, callback=lambda *call: calls.append(call))
    assert [step for step, _ in calls] == [*range(1, 9)]
    losses = [partial.history["loss"][-1] for _, partial in calls]
    assert losses == result.history["loss"][1:]
    np.testing.assert_array_equal(calls[-1][1].image, result.image)
    assert np.abs(calls[0][1].image.astype(int) - result.image).max() > 2


def test_the_image_and_its_curve_are_written(tmp_path, capsys):
    content, style = smooth_image(20, 24, 1), smooth_image(20, 24, 2)
    Image.fromarray(content).save(tmp_path / "content.png")
    Image.fromarray(style).save(tmp_path / "style.png")
    result = stylize(tmp_path / "content.png", str(tmp_path / "style.png"), verbose=1)
    bar = capsys.readouterr().out
    assert "8/8" in bar
    assert all(name in bar for name in ("content: ", "style: ", "variation: "))
    np.testing.assert_array_equal(result.image, stylize(content, style).image)
    result.save(tmp_path / "a" / "b.png")
    result.save_curve(tmp_path / "a" / "curve.png")
    with Image.open(tmp_path / "a" / "b.png") as written:
        np.testing.assert_array_equal(np.asarray(written), result.image)
    with Image.open(tmp_path / "a" / "curve.png") as curve:
        assert curve.size == (840, 480)


def test_gray_and_alpha_become_rgb_with_a_warning():
    content, style = smooth_image(20, 24, 1), smooth_image(20, 24, 2)
    with pytest.warns(UserWarning, match="content .* mode L; .* gray is repeated"):
        gray = stylize(content[..., 0], style)
    again = stylize(content[..., :1].repeat(3, -1), style)
    np.testing.assert_array_equal(gray.image, again.image)
    alpha = np.concatenate([style, np.zeros_like(style[..., :1])], -1)
    with pytest.warns(UserWarning, match="style .* mode RGBA; .* alpha shows white"):
        transparent = stylize(content, alpha)
    white = stylize(content, np.full_like(style, 255))
    np.testing.assert_array_equal(transparent.image, white.image)


def test_a_warning_about_an_image_names_the_line_of_the_call():
    content, style = smooth_image(20, 24, 1), smooth_image(20, 24, 2)
    transfer = tiny_transfer()
    with pytest.warns(UserWarning, match="becomes RGB") as warned:
        transfer.stylize(content[..., 0], style[..., 0], size=24, steps=1, verbose=0)
    assert [warning.filename for warning in warned] == [__file__] * 2


def test_floats_equal_their_uint8_levels():
    content, style = smooth_image(20, 24, 1), smooth_image(20, 24, 2)
    floats = kg.images.to_float(content)
    from_uint8, from_floats = stylize(content, style), stylize(floats, style)
    np.testing.assert_array_equal(from_uint8.image, from_floats.image)


def test_any_keras_optimizer_moves_pixels():
    content, style = smooth_image(20, 24, 1), smooth_image(20, 24, 2)
    optimizer = keras.optimizers.SGD(0.5, momentum=0.9)
    result = stylize(content, style, optimizer=optimizer, steps=30)
    assert result.history["loss"][-1] < result.history["loss"][0] / 2
    # A copy was used: the passed optimizer has made no step.
    assert not optimizer.variables or int(optimizer.iterations) == 0
    short = stylize(content, style, optimizer=style_transfer.LBFGS(memory=1))
    long = stylize(content, style, optimizer=style_transfer.LBFGS(memory=10))
    assert np.abs(short.image.astype(int) - long.image).max() > 0
