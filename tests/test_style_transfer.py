import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from scipy import signal

import keras_gan as kg
from keras_gan import style_transfer
from keras_gan.style_transfer import networks, pictures
from keras_gan.style_transfer.painting import STARTS, stages

LAYERS = {"content_layers": ["second"], "style_layers": ["first", "second"]}


def tiny(dtype="float32", seed=0):
    """Returns two convolutions with a pooling between them, of smooth activation."""
    conv = {"padding": "valid", "activation": "tanh", "dtype": dtype}
    network = keras.Sequential(
        [
            keras.Input((None, None, 3), dtype=dtype),
            keras.layers.Conv2D(5, 3, name="first", **conv),
            keras.layers.AveragePooling2D(2, dtype=dtype),
            keras.layers.Conv2D(4, 2, name="second", **conv),
        ]
    )
    random = np.random.default_rng(seed)
    weights = network.get_weights()
    network.set_weights([random.normal(0, 0.4, one.shape) for one in weights])
    return network


def picture(height, width, seed=0):
    """Returns smooth blobs of color as levels."""
    random = np.random.default_rng(seed)
    small = random.integers(0, 256, (6, 6, 3), np.uint8)
    large = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(large)


def transfer(**arguments):
    return kg.StyleTransfer(tiny(), **{**LAYERS, **arguments})


def paint(content, styles, *, using=None, **arguments):
    """Paints small and in silence."""
    arguments = {"size": 24, "steps": 8, "seed": 0, "verbose": 0, **arguments}
    return (using or transfer()).stylize(content, styles, **arguments)


def convolved(image, kernel, bias):
    """A convolution in NumPy and SciPy: `(H, W, in)` to `(H', W', out)`, after tanh."""
    planes = [
        sum(
            signal.correlate2d(image[..., i], kernel[..., i, o], mode="valid")
            for i in range(image.shape[-1])
        )
        for o in range(kernel.shape[-1])
    ]
    return np.tanh(np.stack(planes, -1) + bias)


def features(network, levels):
    """Both layers' features of a picture, without Keras."""
    one, two, three, four = network.get_weights()
    first = convolved(levels / 127.5 - 1.0, one, two)
    height, width = (side // 2 * 2 for side in first.shape[:2])
    even = first[:height, :width]
    pooled = (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4
    return {"first": first, "second": convolved(pooled, three, four)}


def gram(values):
    """The Gram matrix of `(H, W, channels)`, place by place."""
    height, width, _ = values.shape
    return np.einsum("hwi,hwj->ij", values, values) / (height * width)


def relative(value, target):
    return ((value - target) ** 2).sum() / (target**2).sum()


def expected(network, image, content, styles, shares, layers=None):
    """The three terms in NumPy."""
    ours, aim = features(network, image), features(network, content)
    looks = [features(network, style) for style in styles]
    style = sum(
        weight
        * relative(
            gram(ours[name]),
            sum(
                share * gram(look[name])
                for share, look in zip(shares, looks, strict=True)
            ),
        )
        for name, weight in (layers or {"first": 0.5, "second": 0.5}).items()
    )
    pixels = image / 127.5 - 1.0
    down, right = np.diff(pixels, axis=0), np.diff(pixels, axis=1)
    return {
        "content": relative(ours["second"], aim["second"]),
        "style": style,
        "variation": (down**2).mean() + (right**2).mean(),
    }


def test_the_terms_are_those_of_numpy():
    using, image, content = transfer(), picture(14, 18, 1), picture(14, 18, 2)
    styles = [picture(16, 12, 3), picture(20, 11, 4)]
    measured = using.measure(image, content, styles, [1, 3])
    wanted = expected(using.network, image, content, styles, [0.25, 0.75])
    assert measured == pytest.approx(wanted, rel=1e-4)


def test_layers_have_weights():
    using = transfer(style_layers={"first": 3, "second": 1})
    image, other = picture(14, 18, 1), picture(14, 18, 2)
    wanted = expected(
        using.network, image, other, [other], [1], {"first": 0.75, "second": 0.25}
    )
    assert using.measure(image, other, other)["style"] == pytest.approx(
        wanted["style"], rel=1e-4
    )


def test_a_picture_is_at_no_distance_from_itself():
    image = picture(14, 18)
    measured = transfer().measure(image, image, image)
    assert measured["content"] == 0
    assert measured["style"] == pytest.approx(0, abs=1e-10)


def test_black_features_are_at_distance_one():
    network = tiny()
    network.set_weights([0 * one for one in network.get_weights()])
    using = kg.StyleTransfer(network, **LAYERS)
    objective = using.objective()
    objective.content = [tf.ones((1, 3, 4, 4))]
    objective.grams = [tf.eye(5), tf.eye(4)]
    _, terms, _ = objective(np.zeros((1, 10, 12, 3), "float32"))
    np.testing.assert_allclose(terms, [1, 1, 0])


@pytest.mark.parametrize("weights", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.3, 2, 0.7)])
def test_the_gradient_is_that_of_finite_differences(weights):
    names = ("content_weight", "style_weight", "variation_weight")
    named = dict(zip(names, weights, strict=True))
    using = kg.StyleTransfer(tiny("float64"), **LAYERS, **named)
    random = np.random.default_rng(0)
    image, content, style = random.uniform(-1, 1, (3, 1, 9, 10, 3))
    objective = using.objective()
    objective.bind(content, [style], [1.0])
    loss, terms, gradient = objective(image)
    assert loss == pytest.approx(np.dot(weights, terms))
    step = 1e-6 * random.normal(size=(6, *image.shape))
    slopes = [
        (objective(image + one)[0] - objective(image - one)[0]) / 2 for one in step
    ]
    wanted = (gradient * step).sum((1, 2, 3, 4))
    np.testing.assert_allclose(slopes, wanted, rtol=1e-6, atol=1e-14)


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
    assert made.history["loss"] == [0.0]


def test_the_start_is_noise_or_the_content():
    content, style = picture(20, 24, 1), picture(20, 24, 2)
    assert paint(content, style, start="content").history["content"][0] == 0
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
    content, style = picture(128, 128), picture(100, 50)
    found = stages(content, [style], 256, 80)
    assert [one.content.shape[1] for one in found] == [64, 128, 256]
    assert [one.styles[0].shape[1:3] for one in found] == [(20, 10), (40, 20), (80, 40)]
    (*_, last) = stages(content, [style], 256, 256)
    assert last.styles[0].shape[1:3] == (100, 50)


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


GOOD = picture(20, 24)
BAD_PAINTING = {
    "is no file": ({"content": "nowhere.png"}, "cannot be read", "nowhere.png"),
    "is no picture": ({"styles": __file__}, "style picture cannot be read", "cannot"),
    "wide range": ({"content": 2.0 * np.ones((9, 9, 3))}, "cannot be read", "[-1, 1]"),
    "two channels": ({"content": GOOD[..., :2]}, "cannot be read", "(20, 24, 2)"),
    "too small": ({"content": GOOD[:2]}, "content picture is smaller", "24x2 pixels"),
    "small style": ({"styles": GOOD[:, :2]}, "style picture is smaller", "2x20 pixels"),
    "no style": ({"styles": []}, "Each style has one weight", "0 styles"),
    "weights missing": (
        {"styles": [GOOD, GOOD], "style_weights": [1]},
        "Each style has one weight",
        "1 weights, for 2 styles",
    ),
    "weights below 0": (
        {"styles": [GOOD, GOOD], "style_weights": [1, -1]},
        "weights of styles are 0 or more",
        "[1, -1]",
    ),
    "no weight": (
        {"styles": [GOOD], "style_weights": [0]},
        "weights of styles are 0 or more",
        "[0]",
    ),
    "start": ({"start": "middle"}, "no such start", "'middle'"),
    "optimizer": ({"optimizer": "newton"}, "no optimizer", "'newton'"),
    "steps": ({"steps": 0}, "number of steps", "steps=0"),
    "size": ({"size": 2.5}, "longer side", "size=2.5"),
    "style size": ({"style_size": -1}, "style has a side", "style_size=-1"),
    "seed": ({"seed": "a"}, "whole number", "seed='a'"),
}


@pytest.mark.parametrize("case", BAD_PAINTING)
def test_bad_input_is_refused_before_the_first_step(case):
    arguments, *facts = BAD_PAINTING[case]
    given = {"content": GOOD, "styles": GOOD, **arguments}
    began = []
    with pytest.raises(ValueError, match="What to do: ") as error:
        paint(**given, callback=lambda *_: began.append(1))
    assert all(fact in str(error.value) for fact in facts)
    assert not began


def fixed():
    return keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(2, 3)])


BAD_TRANSFER = {
    "layer": ({"style_layers": ["frist"]}, "no such layer", 'Did you mean "first"'),
    "one name": ({"content_layers": "first"}, "is a list", "['first']"),
    "layer weights": ({"style_layers": {"first": -1}}, "0 or more", "[-1]"),
    "no layers": ({"style_layers": [], "content_layers": []}, "no layers", "second"),
    "below 0": ({"style_weight": -1}, "are 0 or more", "style_weight=-1"),
    "not finite": ({"content_weight": np.nan}, "are 0 or more", "content_weight=nan"),
    "all 0": (
        dict.fromkeys(("content_weight", "style_weight", "variation_weight"), 0),
        "All terms of the transfer have weight 0",
        "style_weight=0",
    ),
    "features": ({"features": "vgg18"}, "no features", 'Did you mean "vgg19"'),
    "fixed size": (
        {"features": fixed(), "content_layers": [], "style_layers": ["conv2d"]},
        "pictures of any size",
        "(8, 8, 3)",
    ),
}


@pytest.mark.parametrize("case", BAD_TRANSFER)
def test_a_transfer_that_cannot_be_is_refused(case):
    arguments, *facts = BAD_TRANSFER[case]
    if case == "fixed size":
        arguments["style_layers"] = [arguments["features"].layers[-1].name]
    with pytest.raises(ValueError, match="What to do: ") as error:
        kg.StyleTransfer(**{"features": tiny(), **LAYERS, **arguments})
    assert all(fact in str(error.value) for fact in facts)


def test_measured_pictures_have_one_size():
    with pytest.raises(ValueError, match="of its own size"):
        transfer().measure(GOOD, GOOD[1:], GOOD)


def test_what_is_not_finite_stops_the_painting():
    network = tiny()
    weights = [np.full_like(one, np.nan) for one in network.get_weights()]
    network.set_weights(weights)
    with pytest.raises(RuntimeError, match="not finite after step 0"):
        paint(GOOD, GOOD, using=kg.StyleTransfer(network, **LAYERS))


def test_without_a_network_vgg19_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(networks, "unreachable", lambda url: "no network")
    with pytest.raises(OSError, match="cannot be fetched") as error:
        kg.StyleTransfer()
    for fact in ("no network", '"random"', networks.WEIGHTS):
        assert fact in str(error.value)


def test_vgg19_takes_the_weights_that_keras_has(monkeypatch):
    seen = {}

    def stand_in(include_top):
        seen["top"] = include_top
        trained = networks.vgg(64, seed=5)  # has VGG19's shapes, by the next test
        seen["weights"] = trained.get_weights()
        return trained

    monkeypatch.setattr(networks, "unreachable", lambda url: None)
    monkeypatch.setattr(keras.applications, "VGG19", stand_in)
    network = networks.vgg19()
    assert seen["top"] is False
    for one, other in zip(network.get_weights(), seen["weights"], strict=True):
        np.testing.assert_array_equal(one, other)
    color = np.array([[[[0.2, -0.4, 0.9]]]], np.float32)
    levels = keras.applications.vgg19.preprocess_input((color + 1) * 127.5)
    np.testing.assert_allclose(network.layers[1](color), levels, rtol=1e-5)


def test_our_vgg_is_that_of_keras_but_for_the_pooling():
    ours, theirs = networks.vgg(), keras.applications.VGG19(False, weights=None)
    assert [one.shape for one in ours.weights] == [one.shape for one in theirs.weights]
    assert [one.name for one in ours.layers[1:]] == [
        one.name for one in theirs.layers[1:]
    ]
    theirs.set_weights(ours.get_weights())
    images = tf.random.uniform((1, 16, 16, 3), -1, 1, seed=0)
    layer = "block1_conv2"  # before the first pooling
    outputs = [
        networks.extractor(network, [layer])(images) for network in (ours, theirs)
    ]
    np.testing.assert_allclose(*outputs, rtol=1e-4, atol=1e-5)


def test_a_random_vgg_has_features_of_one_size_in_all_layers():
    network = networks.random_vgg(16)
    names = [one.name for one in network.layers if one.weights]
    noise = networks.photograph_like(kg.random.Random(9))
    for features in networks.extractor(network, names)(noise):
        energy = float(tf.reduce_mean(features**2))
        assert 0.2 < energy < 1.2  # E[max(0, z)^2] of a normal z is 1/2
    again = networks.random_vgg(16)
    assert all(map(np.array_equal, network.get_weights(), again.get_weights()))


def test_photograph_like_noise_has_amplitudes_of_one_over_frequency():
    noise = networks.photograph_like(kg.random.Random(0)).numpy()[0].mean(-1)
    assert noise.std() == pytest.approx(0.5, rel=0.3)
    spectrum = np.abs(np.fft.rfft2(noise)) ** 2
    far = np.hypot(np.fft.fftfreq(128)[:, None], np.fft.rfftfreq(128))
    bands = [(0.05, 0.06), (0.1, 0.12), (0.2, 0.24)]
    power = [spectrum[(low <= far) & (far < high)].mean() for low, high in bands]
    np.testing.assert_allclose([power[0] / power[1], power[1] / power[2]], 4, rtol=0.4)


def test_features_from_a_file(tmp_path):
    network = tiny()
    network.save(tmp_path / "features.keras")
    using = kg.StyleTransfer(str(tmp_path / "features.keras"), **LAYERS)
    content, style = picture(20, 24, 1), picture(20, 24, 2)
    wanted = kg.StyleTransfer(network, **LAYERS).measure(content, content, style)
    assert using.measure(content, content, style) == wanted


def test_the_smallest_side_is_what_the_layers_need():
    network = networks.vgg(2)
    assert kg.StyleTransfer(network, style_layers=["block1_conv1"]).smallest == 1
    assert kg.StyleTransfer(network, style_layers=["block5_conv1"]).smallest == 16


@pytest.mark.parametrize("shape", [(70, 53), (33, 64)])
def test_tiles_give_the_sum_and_the_slope_of_the_whole(shape):
    layers = [f"block{block}_conv1" for block in (1, 3)]
    network = networks.vgg(3, blocks=3, dtype="float64")
    using = kg.StyleTransfer(network, ["block2_conv2", "block3_conv1"], layers)
    using.reach = 32  # 2 + 1 + 4 + 2 + 4 = 13 pixels
    random = np.random.default_rng(0)
    image, content, style = random.uniform(-1, 1, (3, 1, *shape, 3))
    values = []
    for objective in (using.objective(), using.tiled_objective(tile=32)):
        objective.bind(content, [style], [1.0])
        values.append(objective(image))
    (loss, terms, gradient), (tiled_loss, tiled_terms, tiled_gradient) = values
    assert tiled_loss == pytest.approx(loss, rel=1e-10)
    np.testing.assert_allclose(tiled_terms, terms, rtol=1e-10)
    scale = np.abs(gradient).max()
    np.testing.assert_allclose(tiled_gradient / scale, gradient / scale, atol=1e-10)
