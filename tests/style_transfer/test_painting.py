"""What a painting is: where it starts, how it goes on, what is left of it."""

import keras
import numpy as np
import pytest
from painting import paint, picture, transfer
from PIL import Image, ImageDraw

import keras_gan as kg
from keras_gan import style_transfer
from keras_gan.style_transfer import networks, pictures
from keras_gan.style_transfer.painting import STARTS, stages


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_from_noise_the_sum_falls_and_the_style_tenfold_at_default_weights(optimizer):
    using = kg.StyleTransfer(networks.random_vgg(8), **small_vgg_layers())
    assert using.weights == (0.15, 1.0, 0.05)
    steps = {"lbfgs": 40, "adam": 120}[optimizer]
    content, style = picture(32, 32, 1), picture(32, 32, 2)
    made = paint(content, style, using=using, size=32, steps=steps, optimizer=optimizer)
    history = made.history
    assert history["loss"][-1] < history["loss"][0] / 4
    assert history["style"][-1] < history["style"][0] / 10
    end = using.measure(made.image, content, style)  # the picture as it is shown
    assert end["style"] < history["style"][0] / 10


def strokes(side, seed=0):
    """Returns thick lines of full colors on black and white, as no blob is."""
    random = np.random.default_rng(seed)
    picture = Image.new("RGB", (side, side), "white")
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        color = tuple(255 * random.integers(0, 2, 3))
        start, end = random.integers(0, side, (2, 2)).tolist()
        draw.line([*start, *end], fill=color, width=3)
    return np.asarray(picture)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("start", ["noise", "content"])
def test_what_is_measured_is_what_is_shown(optimizer, start):
    using = kg.StyleTransfer(networks.random_vgg(8), **small_vgg_layers())
    content, style = strokes(40, 1), strokes(40, 2)
    steps = {"lbfgs": 40, "adam": 80}[optimizer]
    arguments = {"size": 40, "steps": steps, "start": start, "optimizer": optimizer}
    made = paint(content, style, using=using, **arguments)
    shown = using.measure(made.image, content, style)
    ended = {name: made.history[name][-1] for name in shown}
    assert shown == pytest.approx(ended, rel=0.03)
    if start == "noise":
        assert shown["style"] < made.history["style"][0] / 10


def test_with_its_colors_kept_the_luminance_is_what_is_measured():
    using = kg.StyleTransfer(networks.random_vgg(8), **small_vgg_layers())
    content, style = picture(40, 40, 1) // 3 + 85, strokes(40, 2)
    made = paint(content, style, using=using, size=40, steps=40, keep_color=True)
    assert made.pixels.shape == (40, 40, 1)
    gray = [
        np.clip(kg.images.to_float(levels) @ [[0.299], [0.587], [0.114]], -1, 1)
        for levels in (made.image, content, style)
    ]
    gray[2] = pictures.with_brightness_of(gray[2], gray[1])
    shown = using.measure(*(one.repeat(3, -1).astype("float32") for one in gray))
    ended = {name: made.history[name][-1] for name in shown}
    assert shown == pytest.approx(ended, rel=0.05)
    assert shown["style"] < made.history["style"][0] / 10


def small_vgg_layers():
    choice = networks.NAMES["random"]
    return {
        "content_layers": choice.content_layers,
        "style_layers": choice.style_layers,
    }


def test_content_alone_gives_the_content_back():
    content = picture(20, 24, 1)
    using = transfer(style_weight=0, variation_weight=0, content_layers=["first"])
    made = paint(content, content[::-1], using=using, steps=60)
    assert made.history["content"][-1] < 1e-3 * made.history["content"][0]
    assert np.abs(made.image.astype(int) - content).mean() < 12


def test_what_cannot_fall_is_left_as_it_is(capsys):
    using = transfer(style_weight=0, variation_weight=0)
    content = picture(20, 24, 1)
    made = paint(content, content, using=using, start="content", verbose=1)
    np.testing.assert_array_equal(made.image, content)
    assert max(made.history["loss"]) < 1e-5  # a quarter of a level from white and black


def test_the_start_is_noise_or_the_content():
    content, style = picture(20, 24, 1), picture(20, 24, 2)
    assert paint(content, style, start="content").history["content"][0] < 1e-5
    assert paint(content, style).history["content"][0] > 0.1
    noise = STARTS["noise"](np.zeros((1, 100, 100, 3)), 0)
    assert noise.std() == pytest.approx(0.3, abs=0.01)
    assert np.abs(noise).max() <= 1


def test_the_same_seed_paints_the_same_picture():
    content, style = picture(20, 24, 1), picture(20, 24, 2)
    one, two, other = (paint(content, style, seed=seed).image for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, two)
    assert np.abs(one.astype(int) - other).max() > 2
    keras.utils.set_random_seed(3)
    three = paint(content, style, seed=None).image
    keras.utils.set_random_seed(3)
    np.testing.assert_array_equal(paint(content, style, seed=None).image, three)


def test_from_coarse_to_fine_with_half_as_many_steps_each():
    content, style = picture(120, 180, 1), picture(60, 60, 2)
    made = paint(content, style, size=260, steps=4, optimizer="adam")
    sizes, counts = np.unique(made.history["size"], return_counts=True)
    assert made.image.shape == (173, 260, 3)
    assert list(sizes) == [130, 260]
    assert list(counts) == [4 + 1, 2 + 1]  # and one of each start
    assert {len(values) for values in made.history.values()} == {8}


def test_styles_grow_with_the_content_and_never_beyond_their_size():
    content, style = picture(128, 128), picture(400, 300)
    found = stages(content, [style], 512, 320)
    assert [one.content.shape[1] for one in found] == [64, 128, 256, 512]
    sizes = [one.styles[0].shape[1:3] for one in found]
    assert sizes == [(85, 64), (85, 64), (160, 120), (320, 240)]
    (*_, last) = stages(content, [style], 512, 512)
    assert last.styles[0].shape[1:3] == (400, 300)
    deep = stages(content, [style], 512, 512, smallest=100)  # what the network needs
    assert [one.content.shape[1] for one in deep] == [128, 256, 512]
    assert [one.styles[0].shape[2] for one in deep] == [100, 150, 300]
    small = [one.styles[0].shape[1:3] for one in stages(content, [style], 512, 40)]
    assert small == [(40, 30)] * 4  # never smaller than the strokes that are asked for


def test_colors_stay_by_yiq():
    def yiq(levels):
        pixels = levels / 127.5 - 1
        red, green, blue = np.moveaxis(pixels, -1, 0)
        luminance = 0.299 * red + 0.587 * green + 0.114 * blue
        return luminance, red - luminance, blue - luminance

    content, style = picture(20, 24, 1) // 3 + 85, picture(20, 24, 2) // 3 + 85
    kept = paint(content, style, keep_color=True)
    free = paint(content, style)
    for part in (1, 2):  # chrominance: red and blue without luminance
        wanted = yiq(content)[part]
        assert np.abs(yiq(kept.image)[part] - wanted).max() < 0.01
        assert np.abs(yiq(free.image)[part] - wanted).max() > 0.1
    assert np.abs(yiq(kept.image)[0] - yiq(content)[0]).max() > 0.05


def test_a_gray_style_gets_the_brightness_of_the_content():
    random = np.random.default_rng(0)
    style, content = random.uniform(-1, 1, (2, 1, 8, 9, 3))
    content = 0.2 * content + 0.1
    changed = pictures.with_brightness_of(style, content)
    assert changed.mean() == pytest.approx(content.mean())
    assert changed.std() == pytest.approx(content.std())
    assert np.corrcoef(changed.ravel(), style.ravel())[0, 1] == pytest.approx(1)


def test_every_step_calls_back_with_the_picture_so_far():
    seen = []
    content, style = picture(20, 24, 1), picture(20, 24, 2)
    made = paint(content, style, callback=lambda step, one: seen.append((step, one)))
    assert [step for step, _ in seen] == [*range(1, 9)]
    losses = [one.history["loss"][-1] for _, one in seen]
    assert losses == made.history["loss"][1:]
    np.testing.assert_array_equal(seen[-1][1].image, made.image)
    assert np.abs(seen[0][1].image.astype(int) - made.image).max() > 2


def test_a_picture_and_its_curve_are_written(tmp_path, capsys):
    content, style = picture(20, 24, 1), picture(20, 24, 2)
    Image.fromarray(content).save(tmp_path / "content.png")
    Image.fromarray(style).save(tmp_path / "style.png")
    made = paint(tmp_path / "content.png", str(tmp_path / "style.png"), verbose=1)
    bar = capsys.readouterr().out
    assert "8/8" in bar
    assert all(name in bar for name in ("content: ", "style: ", "variation: "))
    np.testing.assert_array_equal(made.image, paint(content, style).image)
    made.save(tmp_path / "a" / "b.png")
    made.save_curve(tmp_path / "a" / "curve.png")
    with Image.open(tmp_path / "a" / "b.png") as written:
        np.testing.assert_array_equal(np.asarray(written), made.image)
    with Image.open(tmp_path / "a" / "curve.png") as curve:
        assert curve.size == (840, 480)


def test_gray_and_alpha_become_rgb_and_that_is_said():
    content, style = picture(20, 24, 1), picture(20, 24, 2)
    with pytest.warns(UserWarning, match="content .* mode L; .* gray is repeated"):
        gray = paint(content[..., 0], style)
    again = paint(content[..., :1].repeat(3, -1), style)
    np.testing.assert_array_equal(gray.image, again.image)
    alpha = np.concatenate([style, np.zeros_like(style[..., :1])], -1)
    with pytest.warns(UserWarning, match="style .* mode RGBA; .* alpha shows white"):
        through = paint(content, alpha)
    white = paint(content, np.full_like(style, 255))
    np.testing.assert_array_equal(through.image, white.image)


def test_floats_are_levels():
    content, style = picture(20, 24, 1), picture(20, 24, 2)
    floats = kg.images.to_float(content)
    one, other = paint(content, style), paint(floats, style)
    np.testing.assert_array_equal(one.image, other.image)


def test_any_keras_optimizer_moves_pixels():
    content, style = picture(20, 24, 1), picture(20, 24, 2)
    optimizer = keras.optimizers.SGD(0.5, momentum=0.9)
    made = paint(content, style, optimizer=optimizer, steps=30)
    assert made.history["loss"][-1] < made.history["loss"][0] / 2
    assert (
        not optimizer.variables or int(optimizer.iterations) == 0
    )  # a fresh one moved
    few = paint(content, style, optimizer=style_transfer.LBFGS(memory=1))
    many = paint(content, style, optimizer=style_transfer.LBFGS(memory=10))
    assert np.abs(few.image.astype(int) - many.image).max() > 0
