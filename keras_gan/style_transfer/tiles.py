"""The same sum and slope in tiles, for pictures too large for the memory in one piece.

A feature depends on the pixels around it, as far as the network reaches. So a tile is
cut out with a margin, and only the features of its inner part are counted: they are
those of the whole picture, exactly. What the Gram matrices of all tiles sum to is known
after a first pass; a second one follows the slope of the sum back into each tile.
"""

import dataclasses

import numpy as np
import tensorflow as tf

from keras_gan.style_transfer.objective import Objective, rgb, weighted
from keras_gan.style_transfer.terms import total_variation

UNIT = 16
"""What the corners of tiles are multiples of: the stride of VGG's last block."""


@dataclasses.dataclass(frozen=True)
class Tile:
    """A part of an image: which pixels the network sees, and which ones count.

    Args:
        seen: Pair of slices, rows and columns of the image.
        inner: `[top, bottom, left, right]` of what counts, in pixels of what is seen.
    """

    seen: tuple
    inner: list

    def of(self, image):
        """Returns what the network sees of an image `(1, height, width, channels)`."""
        return image[:, self.seen[0], self.seen[1]]


def spans(length, tile, margin):
    """Returns the parts of one side: what is seen, and what of it counts.

    Example:
    >>> spans(70, 32, 16)
    [(slice(0, 48, None), [0, 32]), (slice(16, 70, None), [16, 48]),
     (slice(48, 70, None), [16, 22])]
    """
    parts = -(-length // tile)
    step = -(-length // (parts * UNIT)) * UNIT
    found = []
    for first in range(0, length, step):
        start, end = max(0, first - margin), min(length, first + step + margin)
        last = min(length, first + step)
        found.append((slice(start, end), [first - start, last - start]))
    return found


def tiles(image, tile, margin):
    """Returns the tiles of an image, row by row.

    Args:
        image: Array `(1, height, width, channels)`.
        tile: Pixels a side that count, at most, but for rounding to `UNIT`.
        margin: Pixels around them, a multiple of `UNIT`, at least as many as the
            network reaches.
    """
    height, width = image.shape[1:3]
    return [
        Tile((rows, columns), [*vertical, *horizontal])
        for rows, vertical in spans(height, tile, margin)
        for columns, horizontal in spans(width, tile, margin)
    ]


class TiledObjective(Objective):
    """The objective, tile by tile.

    Args:
        *args: As for `Objective`.
        tile: Pixels a side of a tile, without its margin.
        margin: Pixels of the margin.
    """

    def __init__(self, *args, tile, margin):
        super().__init__(*args)
        self.tile, self.margin = tile, margin
        probe = self.features(tf.zeros((1, 4 * UNIT, 4 * UNIT, 3), self.dtype))
        self.strides = [4 * UNIT // one.shape[1] for one in tf.nest.flatten(probe)]

    def inner_outputs(self, seen, inner):
        """Returns the features that count: the content's layers, and the style's."""
        outputs = tf.nest.flatten(self.features(rgb(seen)))
        kept = []
        for features, stride in zip(outputs, self.strides, strict=True):
            top, bottom, left, right = tf.unstack(inner // stride)
            kept.append(features[:, top:bottom, left:right])
        count = len(self.content_weights)
        return kept[:count], kept[count:]

    def content_part(self, seen, inner):
        """Returns a tile's features that the content is compared by."""
        return self.inner_outputs(seen, inner)[0]

    @tf.function(reduce_retracing=True)
    def forward(self, seen, inner, content):
        """Returns a tile's sums over places.

        Returns:
            List: square distances of the content's layers, then products of the style's
            features with each other.
        """
        contents, styles = self.inner_outputs(seen, inner)
        pairs = zip(contents, content, strict=True)
        distances = [tf.reduce_sum(tf.square(one - aim)) for one, aim in pairs]
        return [*distances, *map(products, styles)]

    @tf.function(reduce_retracing=True)
    def backward(self, seen, inner, content, slopes):
        """Returns the gradient at what a tile sees, from that at its sums."""
        with tf.GradientTape() as tape:
            tape.watch(seen)
            sums = self.forward(seen, inner, content)
        return tape.gradient(sums, seen, output_gradients=slopes)

    def cut(self, image):
        """Yields each tile of an image, what it sees of it, and what of that counts."""
        for tile in tiles(image, self.tile, self.margin):
            yield tile, tile.of(image), tf.constant(tile.inner)

    def content_of(self, image):
        """Returns the features of the content's layers, tile by tile."""
        return [self.content_part(seen, inner) for _, seen, inner in self.cut(image)]

    def totals(self, image, content):
        """Returns the sums over all places of an image."""
        parts = [
            self.forward(seen, inner, aim)
            for (_, seen, inner), aim in zip(self.cut(image), content, strict=True)
        ]
        return [tf.add_n(sums) for sums in zip(*parts, strict=True)]

    def style_part(self, seen, inner):
        """Returns a tile's products of the features of the style's layers."""
        return list(map(products, self.inner_outputs(seen, inner)[1]))

    def grams_of(self, image):
        """Returns the Gram matrix of each of the style's layers."""
        parts = [self.style_part(seen, inner) for _, seen, inner in self.cut(image)]
        sums = [tf.add_n(one) for one in zip(*parts, strict=True)]
        return self.over_places(sums, image)

    def over_places(self, sums, image):
        """Divides sums over places by their number."""
        height, width = image.shape[1:3]
        strides = self.strides[len(self.content_weights) :]
        counts = [(height // stride) * (width // stride) for stride in strides]
        return [one / count for one, count in zip(sums, counts, strict=True)]

    def bind(self, content, styles, shares):
        """Computes once what does not change, and the energy of the content."""
        super().bind(content, styles, shares)
        layers = zip(*self.content, strict=True) if self.content_weights else ()
        self.energies = [
            tf.add_n([tf.reduce_sum(tf.square(part)) for part in layer])
            for layer in layers
        ]

    def terms_of_sums(self, sums, image):
        """Returns the terms of content and style, and their gradient at the sums."""
        count = len(self.content_weights)
        with tf.GradientTape() as tape:
            tape.watch(sums)
            shares = [
                weight * distance / tf.maximum(energy, 1e-12)
                for weight, distance, energy in zip(
                    self.content_weights, sums[:count], self.energies, strict=True
                )
            ]
            content = tf.add_n(shares) if shares else tf.zeros((), self.dtype)
            grams = self.over_places(sums[count:], image)
            style = weighted(self.style_weights, grams, self.grams)
            loss = self.weights[0] * content + self.weights[1] * style
        return [content, style], tape.gradient(loss, sums, unconnected_gradients="zero")

    def __call__(self, image):
        """Returns the weighted sum, the terms, and the gradient, as NumPy arrays."""
        image = self.tensor(image)
        terms, slopes = self.terms_of_sums(self.totals(image, self.content), image)
        variation, gradient = self.variation(image)
        gradient = self.weights[2] * gradient.numpy()
        for (tile, seen, inner), aim in zip(self.cut(image), self.content, strict=True):
            tile.of(gradient)[:] += self.backward(seen, inner, aim, slopes).numpy()
        terms = np.array([*terms, variation], np.float64)
        return float(terms @ self.weights), terms, gradient

    @tf.function(reduce_retracing=True)
    def variation(self, image):
        """Returns the variation and its gradient."""
        with tf.GradientTape() as tape:
            tape.watch(image)
            variation = total_variation(image)
        return variation, tape.gradient(variation, image)


def products(features):
    """Returns the products of a layer's features, summed over its places."""
    places = tf.reshape(features, (-1, features.shape[-1]))
    return tf.matmul(places, places, transpose_a=True)
