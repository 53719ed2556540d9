"""Style mixing, latent interpolation and noise variation of a trained generator.

All are functions of a generator and latents that return `float32` images. They run
eagerly in batches. Inside `kg.layers.sampling_context(truncation=0.7)` styles are
truncated.

The file is long because styles, noise and interpolation share their batching.
"""

import numpy as np

from keras_gan.config import check_count
from keras_gan.errors import check, suggest
from keras_gan.game import pack_inputs
from keras_gan.layers import current_sampling, sampling_context
from keras_gan.networks.inputs import takes_labels
from keras_gan.networks.labels import Labels, class_counts
from keras_gan.networks.sampler import to_output_images
from keras_gan.random import Random

STYLE_LAYERS = ("mapping", "truncation", "synthesis")
"""Names of the layers of a generator with styles."""

NO_STYLES_ADVICE = (
    "Pass a kg.networks.stylegan_generator; of a GAN with one, gan.ema_generator."
)
"""Advice of the errors for a generator without styles."""

BATCH_SIZE = 32
"""Images per call of a network; the results do not depend on it."""

MIN_SINE = 1e-6
"""Sine of the angle between two latents below which they are interpolated linearly."""


def mix_styles(generator, coarse_latents, fine_latents, crossover):
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
        isinstance(crossover, int | np.integer) and 0 <= crossover <= count,
        "`crossover` must be the number of a layer.",
        expected=f"crossover of 0 to {count}, an int",
        received=f"crossover={crossover!r}",
        do=f"Pass e.g. crossover={count // 2}, the middle.",
    )
    first = np.repeat(coarse[:, :crossover], columns, axis=0)
    rest = np.tile(fine[:, crossover:], (rows, 1, 1))
    synthesis = generator.get_layer("synthesis")
    images = generate_in_batches(synthesis, np.concatenate([first, rest], axis=1))
    return images.reshape(rows, columns, *images.shape[1:])


def mixing_table(generator, coarse_latents, fine_latents, crossover):
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


def interpolate(generator, latents, steps, space="z", labels=None):
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
    check(
        space in [*SPACES],
        "`space` must be the name of a latent space.",
        expected='"z" (latents) or "w" (styles)',
        received=f"space={space!r}",
        do=suggest(space, list(SPACES)),
    )
    check_count(steps, "steps")
    latents = check_latents(latents, 2, "`latents` must have at least 2 rows.")
    return SPACES[space](generator, latents, steps, labels)


def vary_noise(generator, latents, count, random):
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
    check_count(count, "count")
    check(
        isinstance(random, Random),
        "`random` must be a source of random numbers.",
        expected="a kg.random.Random",
        received=f"random={random!r}",
        do="Pass e.g. kg.random.Random(0).",
    )
    styles = to_styles(generator, latents)
    synthesis = generator.get_layer("synthesis")
    truncation = current_sampling().truncation
    variations = []
    for number in range(count):
        with sampling_context(random.fork("noise", number), truncation):
            variations.append(generate_in_batches(synthesis, styles))
    return np.stack(variations, axis=1)


def num_layers(generator):
    """Returns the number of layers of a generator with a style.

    Raises:
        ValueError: If the generator has no styles.
    """
    check_styles(generator)
    return generator.get_layer("synthesis").input_shape[1]


def check_styles(generator, do=NO_STYLES_ADVICE):
    """Raises an error if a generator has no styles.

    Args:
        generator: Keras network.
        do: Advice of the error.

    Raises:
        ValueError: If it has none.
    """
    layer_names = {layer.name for layer in generator.layers}
    missing = [name for name in STYLE_LAYERS if name not in layer_names]
    check(
        not missing,
        "`generator` has no styles.",
        expected=f"a network with layers named {', '.join(STYLE_LAYERS)}",
        received=f"{generator.name}, without {', '.join(missing)}",
        do=do,
    )


def check_latents(latents, min_rows, message):
    """Returns latents as a `float32` array with at least `min_rows` rows.

    Args:
        latents: Value of the argument.
        min_rows: Smallest number of rows.
        message: First line of the error.

    Raises:
        ValueError: If the shape is another.
    """
    latents = np.asarray(latents, "float32")
    check(
        latents.ndim == 2 and len(latents) >= min_rows,
        message,
        expected=f"latents of shape (count, latent_dim), {min_rows} or more",
        received=f"latents of shape {latents.shape}",
        do="Draw more, e.g. gan.latents.draw(kg.random.Random(0), 8).",
    )
    return latents


def to_styles(generator, latents):
    """Returns the styles of all layers, `(count, num_layers, style_dim)`.

    Raises:
        ValueError: If the generator has no styles, or there are no latents.
    """
    count = num_layers(generator)
    latents = check_latents(latents, 1, "`latents` must not be empty.")
    mapping, truncation = map(generator.get_layer, STYLE_LAYERS[:2])
    styles = generate_in_batches(mapping, latents)
    styles = np.repeat(styles[:, None], count, axis=1)
    return np.asarray(truncation(styles, training=False))


def interpolate_z(generator, latents, steps, labels):
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


def labels_per_latent(generator, labels, count):
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


def interpolate_w(generator, latents, steps, labels):
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


SPACES = {"z": interpolate_z, "w": interpolate_w}
"""Interpolations by the name of their space."""


def slerp(first, second, steps):
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


def generate_in_batches(network, rows, *labels):
    """Returns a network's outputs for many rows as one array, computed in batches.

    Args:
        network: Keras network.
        rows: Latents or styles, the first axis is the batch.
        *labels: Labels of the rows, if the network takes labels.
    """
    context, images = current_sampling(), []
    for start in range(0, len(rows), BATCH_SIZE):
        # The noise of row i depends on i, not on the batch size.
        random = None if context.random is None else context.random.with_start(start)
        batch = slice(start, start + BATCH_SIZE)
        with sampling_context(random, context.truncation):
            batch_labels = tuple(values[batch] for values in labels)
            inputs = pack_inputs(rows[batch], batch_labels)
            outputs = network(inputs, training=False)
            images.append(np.asarray(to_output_images(outputs)))
    return np.concatenate(images).astype("float32")
