"""The function that a file holds: latents (and labels) to images, and its examples."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_gan.errors import check, user_error
from keras_gan.layers import sampling_context
from keras_gan.networks.sampler import Sampler
from keras_gan.random import sample_stream
from keras_gan.typing import Array, FloatArray, Tensor, TensorSpec

LEVEL = 1 / 127.5
"""Difference of two neighboring values of a `uint8` image, in the range [-1, 1]."""

OUTPUT = "images"
"""Name of the output in every format that has names."""


@dataclasses.dataclass(frozen=True)
class Network:
    """Function of latents (and labels) that returns images, as `gan(latents)` does.

    Noise inputs are constant, and styles are not mixed: the same inputs give the same
    images.

    Args:
        sampler: Generator with its latents and labels.
        specs: Specification of each input: latents, then labels.
        truncation: Psi of StyleGAN's truncation, or None.
    """

    sampler: Sampler
    specs: tuple[TensorSpec, ...]
    truncation: float | None = None

    def __call__(self, latents: Tensor, *labels: Tensor) -> dict[str, Tensor]:
        """Returns `float32` images by the name of the output."""
        with sampling_context(truncation=self.truncation):
            indices = tuple(tf.cast(one, tf.int32) for one in labels)
            return {OUTPUT: self.sampler.generate(latents, indices)}

    @property
    def function(self) -> Callable[..., Any]:
        """A `tf.function` whose arguments are those of `specs`."""
        # Not `*inputs`: the names of the arguments are those of the inputs.
        if len(self.specs) == 1:
            return tf.function(lambda latents: self(latents), autograph=False)
        return tf.function(
            lambda latents, labels: self(latents, labels), autograph=False
        )

    def examples(self) -> list[tuple[list[Array], FloatArray]]:
        """Returns inputs with the generator's images, one pair for each batch size.

        Raises:
            ValueError: If the images are not finite.
        """
        batch_size = self.specs[0].shape[0]
        counts = (batch_size,) if batch_size else (1, 3)
        return [self.example(count) for count in counts]

    def example(self, count: int) -> tuple[list[Array], FloatArray]:
        """Returns inputs of a batch size with the generator's images.

        Raises:
            ValueError: If the images are not finite.
        """
        latents = self.sampler.latents.draw(sample_stream(0), count, start=0)
        inputs = [latents, *self.sampler.labels.examples(count)]
        # As the runtimes do: a GPU multiplies float32 in TF32, which is less exact.
        with tf.device("CPU:0"):
            images = self(*inputs)[OUTPUT].numpy()
        check_finite(images)
        pairs = zip(inputs, self.specs, strict=True)
        return [tf.cast(one, spec.dtype).numpy() for one, spec in pairs], images


def check_finite(images: FloatArray) -> None:
    """Raises an error if a generator's images are not finite.

    Raises:
        ValueError: If so.
    """
    check(
        np.isfinite(images).all(),
        "The generator returns NaN or infinity: it is not exported.",
        expected="finite images",
        received=f"{np.mean(~np.isfinite(images)):.0%} of the values are not finite",
        do="Load a state from before the training diverged.",
    )


def check_equal(images: object, expected: FloatArray, title: str) -> None:
    """Raises an error if the images of an exported file are not the generator's.

    Args:
        images: Images that the file's runtime returned.
        expected: Images of the generator in memory.
        title: Name of the format, for the error.

    Raises:
        RuntimeError: If shapes differ, or a value differs by more than `LEVEL`.
    """
    images = np.asarray(images)
    # Points are not in [-1, 1]: their differences are relative to the largest.
    scale = max(1.0, float(np.abs(expected).max()))
    if images.shape == expected.shape:
        difference = float(np.abs(images - expected).max()) / scale
        received = f"a difference of {difference:.2g}"
        is_equal = difference <= LEVEL  # False for NaN
    else:
        received, is_equal = f"images of shape {images.shape}", False
    if not is_equal:
        raise user_error(
            f"The written {title} returns other images than the generator in memory.",
            expected=f"shape {expected.shape}, and values that differ by at most "
            f"{LEVEL:.2g}",
            received=received,
            do="Export a SavedModel, or replace custom layers whose operations this "
            "format does not have. Nothing was written to the path.",
            kind=RuntimeError,
        )


def input_specs(sampler: Sampler, signature: Any = None) -> tuple[TensorSpec, ...]:
    """Returns the specifications of a network's inputs.

    Args:
        sampler: Generator with its latents and labels.
        signature: Keras's `input_signature`: in any nesting, one object with `shape`
            and `dtype` for each input; None: inputs of any batch size.

    Raises:
        ValueError: If the signature does not fit the generator.
    """
    expected = [tf.TensorSpec((None, sampler.latents.dim), tf.float32, "latents")]
    if sampler.labels.num_classes:
        expected.append(tf.TensorSpec((None,), tf.int32, "labels"))
    if signature is None:
        return tuple(expected)
    given = keras.tree.flatten(signature)
    check_signature(len(given) == len(expected), signature, expected)
    pairs = zip(given, expected, strict=True)
    specs = tuple(merged(one, own, signature, expected) for one, own in pairs)
    batch_sizes, names = {one.shape[0] for one in specs}, {one.name for one in specs}
    is_valid = len(batch_sizes) == 1 and len(names) == len(specs)
    check_signature(is_valid, signature, expected)
    return specs


def merged(
    given: Any, own: TensorSpec, signature: object, expected: Sequence[TensorSpec]
) -> TensorSpec:
    """Returns a specification with the batch size, dtype and name of a user's.

    Raises:
        ValueError: If it is not one of the input `own`.
    """
    shape = getattr(given, "shape", None)
    check_signature(shape is not None, signature, expected)
    shape = tf.TensorShape(shape)
    dtype = tf.as_dtype(getattr(given, "dtype", None) or own.dtype)
    dtypes = [tf.float32] if own.dtype == tf.float32 else [tf.int32, tf.int64]
    fits = shape.rank == own.shape.rank and shape[1:].as_list() == own.shape[1:]
    check_signature(fits and dtype in dtypes and shape[0] != 0, signature, expected)
    try:
        name = given.name
    except AttributeError:  # an eager tensor or a `keras.InputSpec`
        name = None
    return tf.TensorSpec((shape[0], *own.shape[1:]), dtype, name or own.name)


def check_signature(
    condition: object, signature: object, expected: Sequence[TensorSpec]
) -> None:
    """Raises the error of an `input_signature` if a condition is false.

    Raises:
        ValueError: If so.
    """
    inputs = ", ".join(
        f"tf.TensorSpec({tuple(spec.shape)}, tf.{spec.dtype.name}, name={spec.name!r})"
        for spec in expected
    )
    check(
        condition,
        "`input_signature` does not fit the generator's inputs.",
        expected=f"[{inputs}], or with one batch size instead of None",
        received=f"input_signature={signature!r}",
        do="Leave it out, for inputs of any batch size.",
    )
