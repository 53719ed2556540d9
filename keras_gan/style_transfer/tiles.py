"""The objective in tiles, for images whose features exceed the memory.

Each tile is cut with a margin as wide as the network's receptive field, and only the
features of its inner part are counted: they equal those of the whole image exactly. A
first pass sums the Gram matrices over all tiles; a second one backpropagates the
gradient of the loss at these sums into each tile.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
import tensorflow as tf

from keras_gan.style_transfer.objective import Objective, as_rgb, weighted_distance
from keras_gan.style_transfer.terms import total_variation
from keras_gan.typing import Array, FloatArray, Model, Tensor

T = TypeVar("T", Tensor, Array)

ALIGNMENT = 16
"""Multiple at which tiles begin and end: the stride of VGG's last block."""


@dataclasses.dataclass(frozen=True)
class Tile:
    """A tile of an image: its crop, and the part of the crop that is counted.

    Args:
        window: Pair of slices, the rows and columns of the crop, margin included.
        inner: `[top, bottom, left, right]` of the counted part, in pixels of the crop.
    """

    window: tuple[slice, slice]
    inner: list[int]

    def crop(self, image: T) -> T:
        """Returns the crop of an image `(1, height, width, channels)`, a view."""
        return image[:, self.window[0], self.window[1]]


def spans(length: int, tile_side: int, margin: int) -> list[tuple[slice, list[int]]]:
    """Returns the slices along one axis, each with the range that is counted in it.

    Example:
    >>> spans(70, 32, 16)
    [(slice(0, 48, None), [0, 32]), (slice(16, 70, None), [16, 48]),
     (slice(48, 70, None), [16, 22])]
    """
    num_parts = -(-length // tile_side)
    step = -(-length // (num_parts * ALIGNMENT)) * ALIGNMENT
    result: list[tuple[slice, list[int]]] = []
    for first in range(0, length, step):
        start, end = max(0, first - margin), min(length, first + step + margin)
        last = min(length, first + step)
        result.append((slice(start, end), [first - start, last - start]))
    return result


def split_into_tiles(image: Tensor | Array, tile_side: int, margin: int) -> list[Tile]:
    """Returns the tiles of an image, row by row.

    Args:
        image: Array `(1, height, width, channels)`.
        tile_side: Maximum side of the counted part, in pixels, rounded up to
            `ALIGNMENT`.
        margin: Pixels around it, a multiple of `ALIGNMENT`, at least the receptive
            radius of the network.
    """
    height, width = image.shape[1:3]
    return [
        Tile((rows, columns), [*vertical, *horizontal])
        for rows, vertical in spans(height, tile_side, margin)
        for columns, horizontal in spans(width, tile_side, margin)
    ]


class TiledObjective(Objective):
    """The same objective, computed tile by tile.

    Args:
        features: As for `Objective`.
        content_weights: As for `Objective`.
        style_weights: As for `Objective`.
        term_weights: As for `Objective`.
        tile_side: Side of a tile without its margin, in pixels.
        margin: Margin of a tile, in pixels.
    """

    def __init__(
        self,
        features: Model,
        content_weights: Sequence[float],
        style_weights: Sequence[float],
        term_weights: Sequence[float],
        *,
        tile_side: int,
        margin: int,
    ) -> None:
        super().__init__(features, content_weights, style_weights, term_weights)
        self.tile_side = tile_side
        self.margin = margin
        self.tile_features: list[list[Tensor]] = []
        self.energies: list[Tensor] = []
        side = 4 * ALIGNMENT
        outputs = self.features(tf.zeros((1, side, side, 3), self.dtype))
        self.strides: list[int] = [
            side // output.shape[1] for output in tf.nest.flatten(outputs)
        ]

    def inner_features(
        self, crop: Tensor, inner: Tensor
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Returns the counted features: of the content and of the style layers."""
        outputs = tf.nest.flatten(self.features(as_rgb(crop)))
        inner_outputs = []
        for features, stride in zip(outputs, self.strides, strict=True):
            top, bottom, left, right = tf.unstack(inner // stride)
            inner_outputs.append(features[:, top:bottom, left:right])
        num_content = len(self.content_weights)
        return inner_outputs[:num_content], inner_outputs[num_content:]

    @tf.function(autograph=False, reduce_retracing=True)
    def _tile_sums(
        self, crop: Tensor, inner: Tensor, target_features: list[Tensor]
    ) -> list[Tensor]:
        """Returns a tile's sums over positions.

        Returns:
            List of the squared distances of the content layers, then the unnormalized
            Gram matrices of the style layers.
        """
        content, style = self.inner_features(crop, inner)
        layers = zip(content, target_features, strict=True)
        distances = [
            tf.reduce_sum(tf.square(features - target)) for features, target in layers
        ]
        return [*distances, *map(unnormalized_gram, style)]

    @tf.function(autograph=False, reduce_retracing=True)
    def _tile_gradient(
        self,
        crop: Tensor,
        inner: Tensor,
        target_features: list[Tensor],
        gradients_of_sums: list[Tensor],
    ) -> Tensor:
        """Returns the gradient at a crop, from the gradients at its sums."""
        with tf.GradientTape() as tape:
            tape.watch(crop)
            sums = self._tile_sums(crop, inner, target_features)
        return tape.gradient(sums, crop, output_gradients=gradients_of_sums)

    def crops(self, image: Tensor) -> Iterator[tuple[Tile, Tensor, Tensor]]:
        """Yields each tile of an image, its crop, and its `inner` as a tensor."""
        for tile in split_into_tiles(image, self.tile_side, self.margin):
            # A tensor, not a list, so that all tiles of one shape share a trace.
            yield tile, tile.crop(image), tf.constant(tile.inner)

    def image_sums(self, image: Tensor) -> list[Tensor]:
        """Returns the sums over all positions of an image."""
        tiles = zip(self.crops(image), self.tile_features, strict=True)
        parts = [
            self._tile_sums(crop, inner, target) for (_, crop, inner), target in tiles
        ]
        return [tf.add_n(tile_values) for tile_values in zip(*parts, strict=True)]

    def tile_style_sums(self, crop: Tensor, inner: Tensor) -> list[Tensor]:
        """Returns a tile's unnormalized Gram matrices of the style layers."""
        return list(map(unnormalized_gram, self.inner_features(crop, inner)[1]))

    def style_grams(self, image: Tensor) -> list[Tensor]:
        """Returns the Gram matrices of the style layers."""
        parts = [
            self.tile_style_sums(crop, inner) for _, crop, inner in self.crops(image)
        ]
        sums = [tf.add_n(tile_values) for tile_values in zip(*parts, strict=True)]
        return self.normalize_grams(sums, image)

    def normalize_grams(self, sums: list[Tensor], image: Tensor) -> list[Tensor]:
        """Returns sums over positions divided by the number of positions."""
        height, width = image.shape[1:3]
        strides = self.strides[len(self.content_weights) :]
        counts = [(height // stride) * (width // stride) for stride in strides]
        return [total / count for total, count in zip(sums, counts, strict=True)]

    def set_content_target(self, content: Tensor) -> None:
        """Computes the tiles' target features, and the energies of the layers."""
        self.tile_features = [
            self.inner_features(crop, inner)[0]
            for _, crop, inner in self.crops(content)
        ]
        layers = zip(*self.tile_features, strict=True) if self.content_weights else ()
        self.energies = [
            tf.add_n([tf.reduce_sum(tf.square(features)) for features in layer])
            for layer in layers
        ]

    def terms_and_gradients_of_sums(
        self, sums: list[Tensor], image: Tensor
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Returns the content and style terms, and the loss's gradients at the sums."""
        num_content = len(self.content_weights)
        with tf.GradientTape() as tape:
            tape.watch(sums)
            layers = zip(
                self.content_weights, sums[:num_content], self.energies, strict=True
            )
            distances = [
                weight * distance / tf.maximum(energy, 1e-12)
                for weight, distance, energy in layers
            ]
            content = tf.add_n(distances) if distances else tf.zeros((), self.dtype)
            grams = self.normalize_grams(sums[num_content:], image)
            style = weighted_distance(self.style_weights, grams, self.target_grams)
            loss = self.term_weights[0] * content + self.term_weights[1] * style
        gradients = tape.gradient(loss, sums, unconnected_gradients="zero")
        return [content, style], gradients

    def __call__(self, image: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Returns the loss, the terms and the gradient, as NumPy values."""
        tensor = self.tensor(image)
        sums = self.image_sums(tensor)
        content_and_style, gradients_of_sums = self.terms_and_gradients_of_sums(
            sums, tensor
        )
        variation, variation_gradient = self._variation_and_gradient(tensor)
        gradient: FloatArray = self.term_weights[2] * variation_gradient.numpy()
        tiles = zip(self.crops(tensor), self.tile_features, strict=True)
        for (tile, crop, inner), target in tiles:
            # Neighboring crops overlap in their margins: their gradients add up.
            tile.crop(gradient)[:] += self._tile_gradient(
                crop, inner, target, gradients_of_sums
            ).numpy()
        terms = np.array([*content_and_style, variation], np.float64)
        return float(terms @ self.term_weights), terms, gradient

    @tf.function(autograph=False, reduce_retracing=True)
    def _variation_and_gradient(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the total variation and its gradient."""
        with tf.GradientTape() as tape:
            tape.watch(image)
            variation = total_variation(image)
        return variation, tape.gradient(variation, image)


def unnormalized_gram(features: Tensor) -> Tensor:
    """Returns `F^T F` of a layer's features, summed over positions."""
    positions = tf.reshape(features, (-1, features.shape[-1]))
    return tf.matmul(positions, positions, transpose_a=True)
