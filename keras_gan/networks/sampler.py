"""Sampling from a trained generator: latents, labels and truncation to images."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated

import keras
import tensorflow as tf

from keras_gan.errors import check
from keras_gan.game import pack_inputs
from keras_gan.layers import Truncation, sampling_context
from keras_gan.layers.search import find_layers
from keras_gan.networks.inputs import LatentDistribution
from keras_gan.networks.labels import LabelFormat
from keras_gan.networks.pair import highest_resolution
from keras_gan.random import Random, fresh_seed, sample_stream
from keras_gan.typing import ClassLabels, FloatArray, Model, Tensor, TensorLike
from keras_gan.validation import NonNegative, validated

TruncationAmount = Annotated[
    NonNegative, "Pass e.g. truncation=0.7, or leave it out for the full diversity."
]
"""Truncation of latents or styles; None, beside it: no truncation."""

BATCH_SIZE = 64
"""Images that are generated at once; the number does not change them."""


def to_output_images(outputs: Tensor | Sequence[Tensor]) -> Tensor:
    """Returns a generator's outputs as `float32` images of the highest resolution.

    Args:
        outputs: Tensor of images or points, or a list of images of several resolutions.

    Returns:
        `float32` tensor. Images are clipped to [-1, 1], which a generator without a
        bounded activation may exceed; points are not clipped.
    """
    images = tf.cast(highest_resolution(outputs), tf.float32)
    return tf.clip_by_value(images, -1.0, 1.0) if images.shape.rank == 4 else images


@dataclasses.dataclass(frozen=True)
class Sampler:
    """Generator with the distributions of its inputs: random numbers to images.

    Args:
        generator: Keras network.
        latents: Distribution of the latents, a `kg.latents.Latents`.
        labels: Classes of the network: `Labels` or `Unlabeled` of
            `keras_gan.networks.labels`.
    """

    generator: Model
    latents: LatentDistribution
    labels: LabelFormat

    def __call__(
        self,
        random: Random,
        start: int | Tensor,
        count: int | Tensor,
        labels: tuple[Tensor, ...] = (),
        truncation: TensorLike | None = None,
    ) -> Tensor:
        """Returns images `start` to `start + count` of an infinite random sequence.

        Args:
            random: A `kg.random.Random`, which identifies the sequence.
            start: Index of the first image in the sequence.
            count: Number of images; an integer or an integer tensor.
            labels: Tuple of the labels of these images; empty: random labels.
            truncation: Number or tensor of shape `()`; None: no truncation.

        Returns:
            `float32` tensor of shape `(count, *image_shape)`.
        """
        latents = self.latents.draw(random, count, start)
        labels = labels or self.labels.draw(random.with_start(start), count)
        style_truncation = None
        if truncation is not None and self.truncates_styles:
            style_truncation = truncation
        elif truncation is not None:
            latents = self.latents.truncate(latents, truncation)
        # The noise of image i depends on `random` and i alone, not on the batch size.
        with sampling_context(
            random.fork("layers").with_start(start), style_truncation
        ):
            return self.generate(latents, labels)

    def generate(self, latents: Tensor, labels: tuple[Tensor, ...] = ()) -> Tensor:
        """Returns the images of latents and labels; see `to_output_images`."""
        outputs = self.generator(pack_inputs(latents, labels), training=False)
        return to_output_images(outputs)

    def from_key(
        self,
        key: Tensor,
        start: int | Tensor,
        count: int | Tensor,
        labels: tuple[Tensor, ...] = (),
        truncation: TensorLike | None = None,
    ) -> Tensor:
        """Returns the images of the sequence that a key identifies, for a graph.

        Args:
            key: `uint64` tensor of shape `(1,)`, the key of a `kg.random.Random`.
            start: As above.
            count: As above.
            labels: As above.
            truncation: As above.
        """
        return self(Random(key), start, count, labels, truncation)

    def batches(
        self,
        function: Callable[..., Tensor],
        num_images: int,
        seed: int | None,
        labels: ClassLabels | None,
        truncation: float | None,
    ) -> Iterator[FloatArray]:
        """Returns an iterator over NumPy arrays of generated images.

        Args:
            function: `from_key`, or a compiled version of it.
            num_images: Number of images.
            seed: Integer seed, or None for a new one.
            labels: Name or index of a class, a list of them, or None.
            truncation: Number, or None.

        Raises:
            ValueError: If a class is unknown, or the truncation is invalid.
        """
        self.check_truncation(truncation)
        indices = self.labels.to_indices(labels, num_images)
        if truncation is not None:
            truncation = tf.constant(truncation, tf.float32)
        key = sample_stream(fresh_seed() if seed is None else seed).key

        def generate() -> Iterator[FloatArray]:
            for start in range(0, num_images, BATCH_SIZE):
                count = min(BATCH_SIZE, num_images - start)
                part = tuple(tf.constant(one[start : start + count]) for one in indices)
                sizes = tf.constant(start), tf.constant(count)  # traced once for all
                yield function(key, *sizes, part, truncation).numpy()

        return generate()

    @property
    def inference_model(self) -> Model:
        """Functional model from latents (and labels) to `float32` output images."""
        inputs = [keras.Input((self.latents.dim,), name="latents")]
        if self.labels.num_classes:
            inputs.append(keras.Input((), dtype="int32", name="labels"))
        outputs = self.generator(inputs if len(inputs) > 1 else inputs[0])
        # `to_output_images` in Keras operations, which a functional model records.
        images = keras.ops.cast(highest_resolution(outputs), "float32")
        if len(images.shape) == 4:
            images = keras.ops.clip(images, -1.0, 1.0)
        return keras.Model(inputs, images)

    @property
    def truncates_styles(self) -> bool:
        """Whether truncation applies to StyleGAN's styles w instead of the latents."""
        return bool(find_layers(self.generator, Truncation))

    @validated
    def check_truncation(self, truncation: TruncationAmount | None) -> None:
        """Raises an error if a truncation is invalid for this generator.

        Args:
            truncation: Number, or None for no truncation.

        Raises:
            ValueError: If it is not a number, negative, or 0 for a generator whose
                latents are truncated.
        """
        if truncation is None or self.truncates_styles:
            return
        check(
            truncation > 0.0,
            "`truncation` must be above 0 for truncated latents.",
            expected="truncation above 0, such as 0.5",
            received=f"truncation={truncation!r}",
            do="Pass e.g. truncation=0.5.",
        )
        # The latents' own check: some distributions cannot be truncated at all.
        self.latents.truncate(tf.zeros((1, self.latents.dim)), truncation)
