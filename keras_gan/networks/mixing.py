"""What can be seen of a trained generator by moving its latents, styles and noise.

All are functions of a generator and latents that return images, `float32`; they run
eagerly, part by part. Inside `kg.layers.sampling_context(truncation=0.7)` styles are truncated.
"""

import numpy as np

from keras_gan.config import check, check_count, suggest
from keras_gan.game import pack_inputs
from keras_gan.layers import current_sampling, sampling_context
from keras_gan.networks.inputs import takes_labels
from keras_gan.networks.labels import Labels, class_counts
from keras_gan.networks.sampler import to_output_images
from keras_gan.random import Random

PARTS = ("mapping", "truncation", "synthesis")
"""Names of the layers by which a generator has styles."""

STYLED = "Pass a kg.networks.stylegan_generator; of a GAN of one, gan.ema_generator."
"""What to do where there are no styles."""

AT_ONCE = 32
"""Images that are made at once; the number does not change them."""

PARALLEL = 1e-6
"""Sine of an angle between two latents under which their path is a straight line."""


def mix_styles(generator, coarse_latents, fine_latents, crossover):
    """Returns the images of every coarse style with every fine one.

    Args:
        generator: Keras network with styles, such as `kg.networks.stylegan_generator`.
        coarse_latents: Latents of the rows, shape `(rows, latent_dim)`: they rule the
            first layers, pose and shape.
        fine_latents: Latents of the columns, shape `(columns, latent_dim)`: they rule
            the layers from `crossover` on, colors and texture.
        crossover: Number of the first layer that is ruled by the fine latents, 0 to all
            layers: 0 leaves the fine images, all layers the coarse ones.

    Returns:
        Array of shape `(rows, columns, height, width, channels)`.

    Raises:
        ValueError: If the generator has no styles, there are no latents, or there is
            no such layer.

    Reference: [A Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), section 3.1.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> generator = kg.networks.stylegan_generator((8, 8, 1), 4, 4, width=4)
    >>> latents = np.random.default_rng(0).normal(size=(5, 4))
    >>> mix_styles(generator, latents[:2], latents[2:], crossover=2).shape
    (2, 3, 8, 8, 1)
    """
    coarse = styles_of(generator, coarse_latents)
    fine = styles_of(generator, fine_latents)
    rows, count, columns = len(coarse), coarse.shape[1], len(fine)
    check(
        isinstance(crossover, int | np.integer) and 0 <= crossover <= count,
        "There is no such layer to cross over at.",
        expected=f"crossover of 0 to {count}, an int",
        received=f"crossover={crossover!r}",
        do=f"Pass e.g. crossover={count // 2}, the middle.",
    )
    first = np.repeat(coarse[:, :crossover], columns, axis=0)
    rest = np.tile(fine[:, crossover:], (rows, 1, 1))
    synthesis = generator.get_layer("synthesis")
    images = in_parts(synthesis, np.concatenate([first, rest], axis=1))
    return images.reshape(rows, columns, *images.shape[1:])


def mixing_table(generator, coarse_latents, fine_latents, crossover):
    """Returns the table of `mix_styles` with its sources at the top and to the left.

    Args:
        generator: As in `mix_styles`.
        coarse_latents: As in `mix_styles`: the images of the first column.
        fine_latents: As in `mix_styles`: the images of the first row.
        crossover: As in `mix_styles`.

    Returns:
        Array of shape `(rows + 1, columns + 1, height, width, channels)`; the corner is
        white.

    Raises:
        ValueError: As `mix_styles` does.
    """
    mixed = mix_styles(generator, coarse_latents, fine_latents, crossover)
    top, left = (
        in_parts(generator, np.asarray(latents, "float32"))
        for latents in (fine_latents, coarse_latents)
    )
    below = np.concatenate([left[:, None], mixed], axis=1)
    first = np.concatenate([np.ones_like(top[:1]), top])
    return np.concatenate([first[None], below])


def interpolate(generator, latents, steps, space="z", labels=None):
    """Returns the images along a closed path through latents.

    In Z the path is an arc from one latent vector to the next, `sin((1 - t) a) / sin(a)
    * first + sin(t a) / sin(a) * second` with the angle a between the two, so that the
    length of the vectors, too, is that of latents. In W it is a straight line between
    the two styles.

    Args:
        generator: Keras network; for W one with styles.
        latents: What to pass, shape `(count, latent_dim)`, 2 or more.
        steps: Frames from one to the next, 1 or more.
        space: `"z"` or `"w"`.
        labels: For a generator that takes labels: the number of a class for all
            frames, or one for each latent vector, which holds until the next.

    Returns:
        Array of shape `(count * steps, height, width, channels)`. Frame `i * steps` is
        the image of latent vector i; after the last frame the first one follows.

    Raises:
        ValueError: If there is no such space or path, or the labels do not fit.

    Reference: [Sampling Generative Networks](https://arxiv.org/abs/1609.04468); [A
    Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), section 4.1.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> generator = kg.networks.dcgan_generator((8, 8, 1), latent_dim=4, width=4)
    >>> latents = np.random.default_rng(0).normal(size=(3, 4))
    >>> interpolate(generator, latents, steps=10).shape
    (30, 8, 8, 1)
    """
    check(
        space in [*SPACES],
        "There is no space of this name.",
        expected='"z" (latents) or "w" (styles)',
        received=f"space={space!r}",
        do=suggest(space, list(SPACES)),
    )
    check_count(steps, "steps")
    latents = rows_of(latents, 2, "A path leads from one latent vector to another.")
    return SPACES[space](generator, latents, steps, labels)


def vary_noise(generator, latents, count, random):
    """Returns the images of the same latents under different noise.

    Args:
        generator: Keras network with styles, such as `kg.networks.stylegan_generator`.
        latents: Latents, shape `(rows, latent_dim)`.
        count: How many images of each, 1 or more.
        random: Source of the noise, a `kg.random.Random`.

    Returns:
        Array of shape `(rows, count, height, width, channels)`.

    Raises:
        ValueError: If the generator has no styles, there are no latents, `count` is
            out of range, or `random` is no source.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> generator = kg.networks.stylegan_generator((8, 8, 1), 4, 4, width=4)
    >>> vary_noise(generator, np.ones((2, 4)), 3, kg.random.Random(0)).shape
    (2, 3, 8, 8, 1)
    """
    check_count(count, "count")
    check(
        isinstance(random, Random),
        "Noise is drawn from a source of random numbers.",
        expected="a kg.random.Random",
        received=f"random={random!r}",
        do="Pass e.g. kg.random.Random(0).",
    )
    styles = styles_of(generator, latents)
    made = []
    for number in range(count):
        with sampling_context(
            random.fork("noise", number), current_sampling().truncation
        ):
            made.append(in_parts(generator.get_layer("synthesis"), styles))
    return np.stack(made, axis=1)


def num_layers(generator):
    """Returns how many layers of a generator are ruled by styles.

    Raises:
        ValueError: If there are none.
    """
    check_styles(generator)
    return generator.get_layer("synthesis").input_shape[1]


def check_styles(generator, do=STYLED):
    """Makes sure that a generator has styles.

    Args:
        generator: Keras network.
        do: What to do if it has none.

    Raises:
        ValueError: If it has none.
    """
    known = {layer.name for layer in generator.layers}
    missing = [name for name in PARTS if name not in known]
    check(
        not missing,
        "This generator has no styles.",
        expected=f"a network with layers named {', '.join(PARTS)}",
        received=f"{generator.name}, without {', '.join(missing)}",
        do=do,
    )


def rows_of(latents, least, what):
    """Returns latents as rows, `float32`, at least so many.

    Raises:
        ValueError: If they are not. `what` says what they are for.
    """
    latents = np.asarray(latents, "float32")
    check(
        latents.ndim == 2 and len(latents) >= least,
        what,
        expected=f"latents of shape (count, latent_dim), {least} or more",
        received=f"latents of shape {latents.shape}",
        do="Draw more, e.g. gan.latents.draw(kg.random.Random(0), 8).",
    )
    return latents


def styles_of(generator, latents):
    """Returns the styles of all layers, `(count, num_layers, style_dim)`.

    Raises:
        ValueError: If the generator has none, or there are no latents.
    """
    count = num_layers(generator)
    latents = rows_of(latents, 1, "There is a style for each latent vector.")
    mapping, truncation = map(generator.get_layer, PARTS[:2])
    styles = in_parts(mapping, latents)
    styles = np.repeat(styles[:, None], count, axis=1)
    return np.asarray(truncation(styles, training=False))


def through_latents(generator, latents, steps, labels):
    """Returns the images along arcs between latents."""
    takes = takes_labels(generator)
    check(
        (labels is not None) == takes,
        "The labels do not fit the generator.",
        expected="labels for a generator that takes them, else none",
        received=f"labels={labels!r} and a generator {'with' if takes else 'without'}",
        do="Pass e.g. labels=0."
        if takes
        else "Leave labels out; of a GAN with labels pass gan.ema_generator.",
    )
    rows = arcs(latents, np.roll(latents, -1, axis=0), steps)
    if labels is None:
        return in_parts(generator, rows)
    held = held_labels(generator, labels, len(latents))
    return in_parts(generator, rows, np.repeat(held, steps))


def held_labels(generator, labels, count):
    """Returns the class of each latent vector, `int32`, shape `(count,)`.

    Raises:
        ValueError: If the tables of the generator have no such class, or there is not
            one for each latent vector.
    """
    check(
        np.shape(np.asarray(labels, object)) in [(), (count,)],
        "There is not one label for each latent vector.",
        expected=f"{count} labels, or one for all",
        received=f"labels={labels!r}",
        do=f"Pass {count} numbers of classes.",
    )
    known = Labels(max(class_counts(generator), default=2**31 - 1))
    return known.to_indices(labels, count)[0]


def through_styles(generator, latents, steps, labels):
    """Returns the images along straight lines between styles."""
    check_styles(generator, f"{STYLED} Or walk in space='z'.")
    check(
        labels is None,
        "A path through styles knows no labels.",
        expected="no labels in space='w'",
        received=f"labels={labels!r}",
        do="Leave them out, or pass space='z'.",
    )
    styles = styles_of(generator, latents)
    share = np.arange(steps, dtype="float32")[:, None, None] / steps
    first, second = styles[:, None], np.roll(styles, -1, axis=0)[:, None]
    rows = (1.0 - share) * first + share * second
    return in_parts(generator.get_layer("synthesis"), rows.reshape(-1, *rows.shape[2:]))


SPACES = {"z": through_latents, "w": through_styles}
"""Where a path may lead."""


def arcs(first, second, steps):
    """Returns `steps` vectors on the arc from each row to another, without its end.

    Between vectors of one direction, or of opposite ones, the path is straight.

    Example:
    >>> import numpy as np
    >>> arcs(np.array([[1.0, 0.0]]), np.array([[0.0, 2.0]]), 2).round(3)
    array([[1.   , 0.   ],
           [0.707, 1.414]], dtype=float32)
    """
    first, second = (np.asarray(rows, "float64") for rows in (first, second))
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    cosine = np.sum(first * second, axis=1) / np.maximum(lengths, PARALLEL)
    angle = np.arccos(np.clip(cosine, -1.0, 1.0))[:, None]
    share = np.arange(steps) / steps
    straight = np.sin(angle) < PARALLEL
    sine = np.where(straight, 1.0, np.sin(angle))
    here = np.where(straight, 1.0 - share, np.sin((1.0 - share) * angle) / sine)
    there = np.where(straight, share, np.sin(share * angle) / sine)
    rows = here[..., None] * first[:, None] + there[..., None] * second[:, None]
    return rows.reshape(-1, first.shape[1]).astype("float32")


def in_parts(network, rows, *labels):
    """Returns what a network makes of many rows, some at a time, as one array."""
    current, made = current_sampling(), []
    for start in range(0, len(rows), AT_ONCE):
        random = None if current.random is None else current.random.with_start(start)
        part = slice(start, start + AT_ONCE)
        with sampling_context(random, current.truncation):
            inputs = pack_inputs(rows[part], tuple(one[part] for one in labels))
            made.append(np.asarray(to_output_images(network(inputs, training=False))))
    return np.concatenate(made).astype("float32")
