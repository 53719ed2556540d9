"""Styles of a generator, and the images of many latents or styles, in batches."""

from typing import cast

import numpy as np

from keras_gan.errors import check
from keras_gan.game import pack_inputs
from keras_gan.layers import current_sampling, sampling_context
from keras_gan.networks.sampler import to_output_images
from keras_gan.typing import Array, FloatArray, Model, Tensor, TensorLike

STYLE_LAYERS = ("mapping", "truncation", "synthesis")
"""Names of the layers of a generator with styles."""

NO_STYLES_ADVICE = (
    "Pass a kg.networks.stylegan_generator; of a GAN with one, gan.ema_generator."
)
"""Advice of the errors for a generator without styles."""

BATCH_SIZE = 32
"""Images per call of a network; the results do not depend on it."""


def num_layers(generator: Model) -> int:
    """Returns the number of layers of a generator with a style.

    Raises:
        ValueError: If the generator has no styles.
    """
    check_styles(generator)
    return int(generator.get_layer("synthesis").input_shape[1])


def check_styles(generator: Model, do: str = NO_STYLES_ADVICE) -> None:
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


def check_latents(latents: TensorLike, min_rows: int, message: str) -> FloatArray:
    """Returns latents as a `float32` array with at least `min_rows` rows.

    Args:
        latents: Value of the argument.
        min_rows: Smallest number of rows.
        message: First line of the error.

    Raises:
        ValueError: If the shape is another.
    """
    rows = np.asarray(latents, "float32")
    check(
        rows.ndim == 2 and len(rows) >= min_rows,
        message,
        expected=f"latents of shape (count, latent_dim), {min_rows} or more",
        received=f"latents of shape {rows.shape}",
        do="Draw more, e.g. gan.latents.draw(kg.random.Random(0), 8).",
    )
    return rows


def to_styles(generator: Model, latents: TensorLike) -> FloatArray:
    """Returns the styles of all layers, `(count, num_layers, style_dim)`.

    Raises:
        ValueError: If the generator has no styles, or there are no latents.
    """
    count = num_layers(generator)
    rows = check_latents(latents, 1, "`latents` must not be empty.")
    mapping, truncation = map(generator.get_layer, STYLE_LAYERS[:2])
    styles = generate_in_batches(mapping, rows)
    styles = np.repeat(styles[:, None], count, axis=1)
    return np.asarray(truncation(styles, training=False))


def generate_in_batches(network: Model, rows: Array, *labels: Array) -> FloatArray:
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
            # Keras converts arrays itself.
            first, *others = (cast(Tensor, values[batch]) for values in (rows, *labels))
            inputs = pack_inputs(first, others)
            outputs = network(inputs, training=False)
            images.append(np.asarray(to_output_images(outputs)))
    return np.concatenate(images).astype("float32")
