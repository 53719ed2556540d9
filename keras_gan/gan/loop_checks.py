"""Checks of callbacks, latents and losses in `fit`, `evaluate` and `predict`."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_gan.errors import check, warn
from keras_gan.networks.labels import LabelFormat
from keras_gan.typing import Callback, Logs

LOSSES = ("generator_loss", "discriminator_loss")
"""Log keys of the losses."""


def check_callbacks(callbacks: Any) -> None:
    """Raises an error if an object is no callback: Keras would call its methods.

    Args:
        callbacks: A callback, or lists of them; None for none.

    Raises:
        ValueError: If so.
    """
    for callback in keras.tree.flatten(callbacks):
        check(
            callback is None
            or (hasattr(callback, "set_model") and not isinstance(callback, type)),
            "`callbacks` must be callbacks of Keras.",
            expected="objects of the classes of keras.callbacks and kg.callbacks",
            received=f"{callback!r:.80}",
            do="Create them: callbacks=[keras.callbacks.CSVLogger('logs.csv')].",
        )


def check_latents(inputs: Any, dim: int, labels: LabelFormat) -> None:
    """Raises an error if latents, or their labels, do not suit the generator.

    Args:
        inputs: Latents, or latents and labels: arrays, tensors, or a list or dictionary
            of them; anything else is left to Keras.
        dim: Dimension of the latents.
        labels: Label format of the networks.

    Raises:
        ValueError: If so.
    """
    values = [*inputs.values()] if isinstance(inputs, Mapping) else inputs
    parts = [*values] if isinstance(values, list | tuple) else [values]
    first: Any = parts[0] if parts else None
    is_array = isinstance(first, np.ndarray | tf.Tensor | tf.Variable)
    if first is not None and not is_array:
        return
    shape = tuple(first.shape) if is_array else ()
    check(
        len(shape) == 2 and shape[0] != 0 and shape[1] in (dim, None),
        "`x` must be latents, of at least one image.",
        expected=f"an array of shape (num_images, {dim})",
        received=f"shape {shape}" if is_array else repr(first),
        do="Draw them, e.g. gan.latents.draw(kg.random.Random(0), 16), or call "
        "gan.generate(num_images).",
    )
    if labels.num_classes and len(parts) > 1:
        labels.check_batch(parts[1])


class NonFiniteWarning(Callback):
    """Warns of the first epoch whose losses are NaN or infinite."""

    def __init__(self) -> None:
        super().__init__()
        self.has_warned = False
        self.gan: Any = None

    def set_model(self, model: Any) -> None:
        """Keeps the GAN, as in Keras."""
        super().set_model(model)
        self.gan = model

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Looks at the mean losses of an epoch."""
        losses = {key: float((logs or {}).get(key, 0.0)) for key in LOSSES}
        lost = [
            f"{key} = {value}" for key, value in losses.items() if not isfinite(value)
        ]
        # TerminateOnNaN, which stops the training, says it, too.
        if lost and not self.has_warned and not self.gan.stop_training:
            self.has_warned = True
            warn(
                f"Training has diverged in epoch {epoch + 1}: {', '.join(lost)}. It "
                "cannot recover from NaN. Load the weights of an earlier epoch, and "
                "lower the learning rates or look for NaN in the data, of which only "
                "the first batch is checked. keras.callbacks.TerminateOnNaN() stops "
                "such a run."
            )
