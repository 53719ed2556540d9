"""Style mixing, latent interpolation and noise variation of a trained generator.

All are functions of a generator and latents that return `float32` images. They run
eagerly in batches. Inside `kg.layers.sampling_context(truncation=0.7)` styles are
truncated.
"""

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np

from keras_gan.errors import check
from keras_gan.layers import current_sampling, sampling_context
from keras_gan.networks.inputs import takes_labels
from keras_gan.networks.labels import Labels, class_counts
from keras_gan.networks.styles import (
    NO_STYLES_ADVICE,
    check_latents,
    check_styles,
    generate_in_batches,
    num_layers,
    to_styles,
)
from keras_gan.random import Random
from keras_gan.typing import Array, ClassLabels, FloatArray, Model, TensorLike
from keras_gan.validation import NonNegativeInt, PositiveInt, instance_of, validated

__all__ = [
    "generate_in_batches",
    "interpolate",
    "mix_styles",
    "mixing_table",
    "num_layers",
    "slerp",
    "vary_noise",
]

Space = Literal["z", "w"]
"""Names of the spaces of interpolation: latents or styles."""

MIN_SINE = 1e-6
"""Sine of the angle between two latents below which they are interpolated linearly."""


@validated
def mix_styles(
    generator: Model,
    coarse_latents: TensorLike,
    fine_latents: TensorLike,
    crossover: NonNegativeInt,
) -> FloatArray:
    """Returns the images of every coarse style combined with every fine style.

    Args:
        generator: Keras network with styles, such as `kg.networks.stylegan_generator`.
        coarse_latents: Latents of the rows, shape `(rows, latent_dim)`: their styles
            are those of the layers before `crossover` (pose and shape).
        fine_latents: Latents of the columns, shape `(columns, latent_dim)`: their
            styles are those of the layers from `crossover` on (colors and texture).
        crossover: Number of layers with the coarse style, 0 to all: 0 results in the
            images of the fine latents, all layers in those of the coarse latents.

    Returns:
        Array of shape `(rows, columns, height, width, channels)`.

    Raises:
        ValueError: If the generator has no styles, there are no latents, or `crossover`
            is out of range.

    Reference: [A Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), section 3.1.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> generator = kg.networks.stylegan_generator((8, 8, 1), 4, 4, width=4)
    >>> latents = np.random.default_rng(0).normal(size=(5, 4))
    >>> mix_styles(generator, latents[:2], latents[2:], crossover=2).shape
    (2, 3, 8, 8, 1)
    """
    coarse = to_styles(generator, coarse_latents)
    fine = to_styles(generator, fine_latents)
    rows, count, columns = len(coarse), coarse.shape[1], len(fine)
    check(
        crossover <= count,
        "`crossover` must be the number of a layer.",
        expected=f"crossover of 0 to {count}",
        received=f"crossover={crossover!r}",
        do=f"Pass e.g. crossover={count // 2}, the middle.",
    )
    first = np.repeat(coarse[:, :crossover], columns, axis=0)
    rest = np.tile(fine[:, crossover:], (rows, 1, 1))
    synthesis = generator.get_layer("synthesis")
    images = generate_in_batches(synthesis, np.concatenate([first, rest], axis=1))
    return images.reshape(rows, columns, *images.shape[1:])


@validated
def mixing_table(
    generator: Model,
    coarse_latents: TensorLike,
    fine_latents: TensorLike,
    crossover: NonNegativeInt,
) -> FloatArray:
    """Returns the table of `mix_styles` with the source images as first row and column.

    Args:
        generator: As in `mix_styles`.
        coarse_latents: As in `mix_styles`: the images of the first column.
        fine_latents: As in `mix_styles`: the images of the first row.
        crossover: As in `mix_styles`.

    Returns:
        Array of shape `(rows + 1, columns + 1, height, width, channels)`; the corner is
        white.

    Raises:
        ValueError: As `mix_styles`.
    """
    mixed = mix_styles(generator, coarse_latents, fine_latents, crossover)
    fine_images, coarse_images = (
        generate_in_batches(generator, np.asarray(latents, "float32"))
        for latents in (fine_latents, coarse_latents)
    )
    rows = np.concatenate([coarse_images[:, None], mixed], axis=1)
    corner = np.ones_like(fine_images[:1])
    first_row = np.concatenate([corner, fine_images])
    return np.concatenate([first_row[None], rows])


@validated
def interpolate(
    generator: Model,
    latents: TensorLike,
    steps: PositiveInt,
    space: Space = "z",
    labels: ClassLabels | None = None,
) -> FloatArray:
    """Returns the images along a closed path through latents.

    In Z spherical interpolation, `sin((1 - t) a) / sin(a) * first + sin(t a) / sin(a) *
    second` with the angle a between the two latents, which keeps the length of latents.
    In W linear interpolation of styles.

    Args:
        generator: Keras network; for W one with styles.
        latents: Latents on the path, shape `(count, latent_dim)`, 2 or more.
        steps: Frames from one latent vector to the next, 1 or more.
        space: `"z"` (latents) or `"w"` (styles).
        labels: For a generator with labels: the index of a class for all frames, or one
            for each latent vector, used until the next one.

    Returns:
        Array of shape `(count * steps, height, width, channels)`. Frame `i * steps` is
        the image of latent vector i; the frame after the last is the first.

    Raises:
        ValueError: If `space` is unknown, there are fewer than 2 latents, or the labels
            do not match the generator.

    References: [Sampling Generative Networks](https://arxiv.org/abs/1609.04468); [A
    Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), section 4.1.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> generator = kg.networks.dcgan_generator((8, 8, 1), latent_dim=4, width=4)
    >>> latents = np.random.default_rng(0).normal(size=(3, 4))
    >>> interpolate(generator, latents, steps=10).shape
    (30, 8, 8, 1)
    """
    rows = check_latents(latents, 2, "`latents` must have at least 2 rows.")
    return SPACES[space](generator, rows, steps, labels)


@validated
def vary_noise(
    generator: Model,
    latents: TensorLike,
    count: PositiveInt,
    random: Annotated[Random, instance_of(Random), "Pass kg.random.Random(0)."],
) -> FloatArray:
    """Returns the images of the same latents with different noise.

    Args:
        generator: Keras network with styles, such as `kg.networks.stylegan_generator`.
        latents: Latents, shape `(rows, latent_dim)`.
        count: Number of images of each latent vector.
        random: Source of the noise, a `kg.random.Random`.

    Returns:
        Array of shape `(rows, count, height, width, channels)`.

    Raises:
        ValueError: If the generator has no styles, there are no latents, `count` is not
            a positive integer, or `random` is not a `kg.random.Random`.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> generator = kg.networks.stylegan_generator((8, 8, 1), 4, 4, width=4)
    >>> vary_noise(generator, np.ones((2, 4)), 3, kg.random.Random(0)).shape
    (2, 3, 8, 8, 1)
    """
    styles = to_styles(generator, latents)
    synthesis = generator.get_layer("synthesis")
    truncation = current_sampling().truncation
    variations = []
    for number in range(count):
        with sampling_context(random.fork("noise", number), truncation):
            variations.append(generate_in_batches(synthesis, styles))
    return np.stack(variations, axis=1)


def interpolate_z(
    generator: Model, latents: FloatArray, steps: int, labels: ClassLabels | None
) -> FloatArray:
    """Returns the images along arcs between latents; arguments as in `interpolate`."""
    conditional = takes_labels(generator)
    check(
        (labels is not None) == conditional,
        "`labels` must be given if and only if the generator takes labels.",
        expected="labels for a generator that takes them, else none",
        received=f"labels={labels!r} and a generator "
        f"{'with' if conditional else 'without'}",
        do="Pass e.g. labels=0."
        if conditional
        else "Leave labels out; of a GAN with labels pass gan.ema_generator.",
    )
    rows = slerp(latents, np.roll(latents, -1, axis=0), steps)
    if labels is None:
        return generate_in_batches(generator, rows)
    indices = labels_per_latent(generator, labels, len(latents))
    return generate_in_batches(generator, rows, np.repeat(indices, steps))


def labels_per_latent(generator: Model, labels: ClassLabels, count: int) -> Array:
    """Returns the class of each latent vector, `int32`, shape `(count,)`.

    Raises:
        ValueError: If a class is outside the generator's, or the number of labels is
            not `count`.
    """
    check(
        np.shape(np.asarray(labels, object)) in [(), (count,)],
        "`labels` must have one label for each latent vector.",
        expected=f"{count} labels, or one for all",
        received=f"labels={labels!r}",
        do=f"Pass {count} class indices.",
    )
    num_classes = max(class_counts(generator), default=2**31 - 1)
    return Labels(num_classes).to_indices(labels, count)[0]


def interpolate_w(
    generator: Model, latents: FloatArray, steps: int, labels: ClassLabels | None
) -> FloatArray:
    """Returns the images along lines between styles; arguments as in `interpolate`."""
    check_styles(generator, f"{NO_STYLES_ADVICE} Or interpolate in space='z'.")
    check(
        labels is None,
        "`labels` must be None in space='w'.",
        expected="no labels in space='w'",
        received=f"labels={labels!r}",
        do="Leave them out, or pass space='z'.",
    )
    styles = to_styles(generator, latents)
    t = np.arange(steps, dtype="float32")[:, None, None] / steps
    first, second = styles[:, None], np.roll(styles, -1, axis=0)[:, None]
    rows = (1.0 - t) * first + t * second
    synthesis = generator.get_layer("synthesis")
    return generate_in_batches(synthesis, rows.reshape(-1, *rows.shape[2:]))


SPACES: dict[Space, Callable[..., FloatArray]] = {
    "z": interpolate_z,
    "w": interpolate_w,
}
"""Interpolations by the name of their space."""


def slerp(first: Array, second: Array, steps: int) -> FloatArray:
    """Returns spherical interpolations from each row to another, without its end.

    Args:
        first: Vectors at the start, shape `(count, dim)`.
        second: Vectors at the end, shape `(count, dim)`.
        steps: Number of vectors of each path, the first of which is the start.

    Returns:
        `float32` array of shape `(count * steps, dim)`.

    Example:
    >>> import numpy as np
    >>> slerp(np.array([[1.0, 0.0]]), np.array([[0.0, 2.0]]), 2).round(3)
    array([[1.   , 0.   ],
           [0.707, 1.414]], dtype=float32)
    """
    first, second = (np.asarray(rows, "float64") for rows in (first, second))
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    cosine = np.sum(first * second, axis=1) / np.maximum(lengths, MIN_SINE)
    angle = np.arccos(np.clip(cosine, -1.0, 1.0))[:, None]
    t = np.arange(steps) / steps
    # Linear between parallel vectors, where the arc is undefined: sin(angle) is 0.
    parallel = np.sin(angle) < MIN_SINE
    sine = np.where(parallel, 1.0, np.sin(angle))
    first_weight = np.where(parallel, 1.0 - t, np.sin((1.0 - t) * angle) / sine)
    second_weight = np.where(parallel, t, np.sin(t * angle) / sine)
    rows = (
        first_weight[..., None] * first[:, None]
        + second_weight[..., None] * second[:, None]
    )
    return rows.reshape(-1, first.shape[1]).astype("float32")
