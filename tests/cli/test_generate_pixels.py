"""Every option of `generate` changes the pixels, which equal those of Python."""

import itertools

import keras
import numpy as np
import pytest
from PIL import Image, ImageSequence
from workplace import keras_gan, refused, tree

import keras_gan as kg
from keras_gan import images
from keras_gan.callbacks.drawing import Layout, draw
from keras_gan.layers import sampling_context
from keras_gan.networks import mixing
from keras_gan.random import sample_stream
from keras_gan_cli.tasks import generate as task

SHAPE = (2, 2, 1)


def critic(num_classes=0):
    """A discriminator of one dense layer."""
    inputs = pixels = keras.Input(SHAPE)
    x = keras.layers.Flatten()(pixels)
    if num_classes:
        inputs = [pixels, keras.Input((), dtype="int32")]
        embedded = keras.layers.Embedding(num_classes, 1)(inputs[1])
        x = keras.layers.Concatenate()([x, embedded])
    return keras.Model(inputs, keras.layers.Dense(1)(x))


def linear(num_classes=0, names=None):
    """GAN whose image is a third of its latents, plus a level for each class."""
    inputs = latents = keras.Input((4,))
    x = keras.layers.Rescaling(1 / 3)(latents)
    if num_classes:
        inputs = [latents, keras.Input((), dtype="int32")]
        table = keras.layers.Embedding(num_classes, 4)
        x = keras.layers.Add()([x, table(inputs[1])])
        level = np.linspace(-0.5, 0.5, num_classes)[:, None]
        table.embeddings.assign(np.repeat(level, 4, axis=1))
    generator = keras.Model(inputs, keras.layers.Reshape(SHAPE)(x))
    return kg.GAN(generator, critic(num_classes), class_names=names)


@pytest.fixture(autouse=True)
def few_frames(monkeypatch):
    monkeypatch.setattr(task, "WALK_FRAMES", 3)


def plain():
    return linear()


def labeled():
    return linear(3, ("circle", "square", "star"))


def styled():
    """GAN whose generator has StyleGAN's parts, each a dense layer."""
    latents, rows = keras.Input((4,)), keras.Input((2, 4))
    mapping = [keras.Input((4,)), keras.layers.Dense(4, "tanh")]
    x = keras.layers.Dense(4, "tanh")(keras.layers.Flatten()(rows))
    synthesis = keras.Model(rows, keras.layers.Reshape(SHAPE)(x), name="synthesis")
    style = keras.Sequential(mapping, name="mapping")(latents)
    truncation = kg.layers.Truncation(name="truncation")
    styles = truncation(kg.layers.MixStyles(2)(style, style))
    truncation.mean.assign(np.ones(4))
    return kg.GAN(keras.Model(latents, synthesis(styles)), critic())


def generate(gan, *arguments):
    gan.save("gan.keras")
    result = keras_gan("generate", "gan.keras", *arguments)
    assert result.exit_code == 0, result.output
    return result


def levels(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def frames(path="walk.gif"):
    """Frames of an animation, `(count, height, width)`."""
    with Image.open(path) as animation:
        sequence = ImageSequence.Iterator(animation)
        levels = [np.asarray(frame.convert("L")) for frame in sequence]
    return np.stack(levels).astype(int)


def as_frames(samples):
    """Returns images as the frames of an animation."""
    return np.stack(
        [images.enlarge(images.to_uint8(sample), 256)[..., 0] for sample in samples]
    )


def walked(gan, seed=0, labels=None, truncation=None, space="z"):
    """The interpolation of `--walk` in Python."""
    count = max(8, len(labels or ()))
    latents = np.asarray(gan.latents.draw(sample_stream(seed), count, 0))
    cycled = list(itertools.islice(itertools.cycle(labels), count)) if labels else None
    with sampling_context(truncation=truncation):
        samples = mixing.interpolate(gan.ema_generator, latents, 3, space, cycled)
    return as_frames(samples)


CLASSES = {"labels": [0, 1, 2]}
WALKS = {
    "plain": (plain, (), {}),
    "seed": (plain, ("--seed", 5), {"seed": 5}),
    "classes": (labeled, (), CLASSES),
    "seed of classes": (labeled, ("--seed", 5), CLASSES | {"seed": 5}),
    "labels": (labeled, ("--labels", "star,0"), {"labels": [2, 0]}),
    "styles": (styled, ("--space", "w"), {"space": "w"}),
    "latents of styles": (styled, ("--space", "z"), {}),
    "seed of styles": (
        styled,
        ("--space", "w", "--seed", 5),
        {"space": "w", "seed": 5},
    ),
    "truncation of styles": (
        styled,
        ("--space", "w", "--truncation", 0.5),
        {"space": "w", "truncation": 0.5},
    ),
    "truncation of latents of styles": (
        styled,
        ("--truncation", 0.5),
        {"truncation": 0.5},
    ),
}


@pytest.mark.parametrize("case", WALKS)
def test_a_walk_is_that_of_python_and_each_option_changes_it(case):
    make, arguments, chosen = WALKS[case]
    gan = make()
    generate(gan, "--walk", "walk.gif", *arguments)
    expected = walked(gan, **chosen)
    assert np.abs(frames() - expected).max() <= 1
    usual = walked(gan, **({"labels": [0, 1, 2]} if make is labeled else {}))
    changed = chosen not in ({}, CLASSES)
    assert (np.abs(expected.astype(int) - usual).max() > 8) == changed


def test_no_frame_of_a_walk_is_farther_out_than_its_truncation():
    gan = plain()
    generate(gan, "--walk", "walk.gif", "--truncation", 0.5)
    made = frames()
    most = np.abs(made / 127.5 - 1.0).max() * 3  # the image is a third of the latents
    assert 0.45 < most < 0.5 + 3 / 127.5
    stops = as_frames(gan.generate(8, seed=0, truncation=0.5))
    assert np.abs(made[::3] - stops).max() <= 1


def test_a_truncated_walk_of_uniform_latents_stays_inside():
    gan = kg.GAN(plain().generator, critic(), latents="uniform")
    generate(gan, "--walk", "walk.gif", "--truncation", 0.9)
    assert np.abs(frames() / 127.5 - 1.0).max() * 3 < 0.9 + 3 / 127.5


@pytest.mark.parametrize("labels", [(), ("--labels", "9,8,7,6,5,4,3,2,1,0")])
def test_a_walk_passes_every_class(labels):
    gan = linear(10)
    generate(gan, "--walk", "walk.gif", *labels)
    order = list(range(10)[:: -1 if labels else 1])
    stops = as_frames(gan.generate(seed=0, labels=order))
    assert np.abs(frames()[::3] - stops).max() <= 1


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [((), {}), (("--seed", 5), {"seed": 5}), (("--truncation", 0.3), {"psi": 0.3})],
)
def test_a_table_is_that_of_python_and_each_option_changes_it(arguments, chosen):
    gan = styled()

    def table(seed=0, psi=None):
        latents = np.asarray(gan.latents.draw(sample_stream(seed), 12, 0))
        sides, middle = (latents[:4], latents[4:]), 1  # of two layers
        with sampling_context(truncation=psi):
            made = mixing.mixing_table(gan.ema_generator, *sides, middle)
        drawn = draw(made.reshape(-1, *SHAPE), Layout(9), side=1024)
        return drawn[..., 0].astype(int)

    generate(gan, "--mix", "mix.png", *arguments)
    assert np.abs(levels("mix.png") - table(**chosen)).max() <= 1
    assert (np.abs(table(**chosen) - table()).max() > 8) == bool(chosen)


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        (("--space", "w"), ["`--space` requires --walk", "--space w with --out"]),
        (
            ("--space", "z", "--separate", "a"),
            ["`--space` requires", "with --separate"],
        ),
        (("--count", 3, "--mix", "a.png"), ["--count 3 with --mix", "--out"]),
        (("--count", 3, "--walk", "a.gif"), ["--count 3 with --walk"]),
        (("--labels", 1, "--mix", "a.png"), ["--labels 1 with --mix", "--walk"]),
        (
            ("--seed", -1, "--mix", "a.png"),
            ["must be an integer", "Received: -1"],
        ),
        (
            ("--seed", 2**32, "--walk", "a.gif"),
            ["must be an integer", "4294967295"],
        ),
        (("--seed", "x"), ["must be an integer", "Received: x"]),
        (("--walk", "a.gif", "--space", "w"), ["no styles", "without mapping"]),
        (("--walk", "a.gif", "--space", "w", "--labels", 1), []),
        (("--walk", "a.gif", "--labels", "moon"), ["unknown class"]),
    ],
)
def test_what_would_change_nothing_is_refused(arguments, facts):
    labeled().save("gan.keras")
    before = tree()
    assert refused(keras_gan("generate", "gan.keras", *arguments), *facts)
    assert tree() == before


def test_options_that_one_of_the_outputs_uses_are_taken():
    generate(
        styled(),
        *("--mix", "mix.png", "--walk", "walk.gif", "--out", "grid.png"),
        *("--space", "w", "--count", 1),
    )
    assert levels("grid.png").shape == (512, 512)


def has_rows(gan, labels, columns):
    """Whether the grid has a row for each class, equal to that of Python."""
    made = [gan.generate(columns, seed=0, labels=label) for label in labels]
    grid = images.enlarge(images.grid(images.to_uint8(np.concatenate(made)), columns))
    drawn = levels("samples.png")[:, -grid.shape[1] :]  # without the names
    return np.array_equal(drawn, grid[..., 0])


def test_a_grid_says_which_classes_it_leaves_out():
    gan = linear(25)
    result = generate(gan)
    assert "first 20 of 25 classes" in result.stdout
    assert "--labels" in result.stdout
    assert has_rows(gan, range(20), 3)
    everyone = ",".join(map(str, range(25)))
    result = generate(gan, "--labels", everyone, "--count", 25)
    assert "25 images" in result.stdout
    assert "classes" not in result.stdout
    assert has_rows(gan, range(25), 1)


def test_names_with_commas_are_asked_for_beside_others():
    gan = linear(3, ("a, b", "c", "d"))
    generate(gan, "--labels", "a, b", "--labels", "d,c", "--count", 3)
    assert has_rows(gan, (0, 2, 1), 1)
    result = keras_gan("generate", "gan.keras", "--labels", "a, b,c")
    assert refused(result, "one alone if it contains a comma", 'names: "a, b", c, d.')
    result = keras_gan("generate", "gan.keras", "--labels", "a; b")
    assert refused(result, 'Did you mean "a, b"?')
