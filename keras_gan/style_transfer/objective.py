"""The weighted loss of style transfer and its gradient, as one graph."""

from collections.abc import Iterable, Sequence

import numpy as np
import tensorflow as tf

from keras_gan.style_transfer.terms import (
    gram_matrix,
    relative_distance,
    total_variation,
)
from keras_gan.typing import FloatArray, Model, Tensor

TERMS = ("content", "style", "variation")
"""Names of the loss terms."""


def as_rgb(image: Tensor) -> Tensor:
    """Returns an image `(..., 3)`; a luminance image `(..., 1)` is repeated."""
    return tf.repeat(image, 3 // image.shape[-1], axis=-1)


class Objective:
    """Loss of style transfer as a function of the image: value, terms and gradient.

    Args:
        features: Network from images `(1, height, width, 3)` to a list of outputs:
            those of the content layers, then those of the style layers.
        content_weights: Weights of the content layers, sum 1.
        style_weights: Weights of the style layers, sum 1.
        term_weights: Weights of the three terms.
    """

    def __init__(
        self,
        features: Model,
        content_weights: Sequence[float],
        style_weights: Sequence[float],
        term_weights: Sequence[float],
    ) -> None:
        self.features = features
        self.content_weights = content_weights
        self.style_weights = style_weights
        self.term_weights = term_weights
        self.dtype: str = features.inputs[0].dtype
        self.target_features: list[Tensor] = []
        self.target_grams: list[Tensor] = []

    def layer_features(self, image: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """Returns two lists of features: of the content and of the style layers."""
        outputs = tf.nest.flatten(self.features(as_rgb(image)))
        num_content = len(self.content_weights)
        return outputs[:num_content], outputs[num_content:]

    def style_grams(self, image: Tensor) -> list[Tensor]:
        """Returns the Gram matrices of the style layers."""
        return [gram_matrix(features) for features in self.layer_features(image)[1]]

    def set_targets(
        self,
        content: FloatArray,
        styles: Sequence[FloatArray],
        mixture: Sequence[float],
    ) -> None:
        """Computes the target features and Gram matrices, once for all steps.

        Args:
            content: Content image, floats `(1, height, width, 3)`, or `(..., 1)` if
                only the luminance is optimized.
            styles: List of style images.
            mixture: Weight of each style, sum 1; the target Gram matrices are the
                weighted means of those of the styles.
        """
        self.set_content_target(self.tensor(content))
        grams = [self.style_grams(self.tensor(style)) for style in styles]
        self.target_grams = [
            tf.add_n(
                [weight * gram for weight, gram in zip(mixture, layer, strict=True)]
            )
            for layer in zip(*grams, strict=True)
        ]

    def set_content_target(self, content: Tensor) -> None:
        """Computes the target features of the content layers."""
        self.target_features = self.layer_features(content)[0]

    def tensor(self, image: FloatArray) -> Tensor:
        """Returns an image as a tensor of the network's dtype."""
        return tf.constant(np.asarray(image), self.dtype)

    def terms(
        self, image: Tensor, target_features: list[Tensor], target_grams: list[Tensor]
    ) -> Tensor:
        """Returns the three unweighted terms, a tensor of shape `(3,)`."""
        content, style = self.layer_features(image)
        grams = map(gram_matrix, style)
        terms = [
            weighted_distance(self.content_weights, content, target_features),
            weighted_distance(self.style_weights, grams, target_grams),
            total_variation(image),
        ]
        return tf.stack([tf.cast(term, image.dtype) for term in terms])

    # The targets are arguments: read from `self`, the trace would keep the first ones.
    @tf.function(autograph=False, reduce_retracing=True)
    def _terms_and_gradient(
        self, image: Tensor, target_features: list[Tensor], target_grams: list[Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Returns the terms, and the gradient of their weighted sum at the image."""
        with tf.GradientTape() as tape:
            tape.watch(image)
            terms = self.terms(image, target_features, target_grams)
            weights = tf.constant(self.term_weights, terms.dtype)
            loss = tf.tensordot(weights, terms, 1)
        return terms, tape.gradient(loss, image)

    def __call__(self, image: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Returns the loss, the terms and the gradient, as NumPy values."""
        terms, gradient = self._terms_and_gradient(
            self.tensor(image), self.target_features, self.target_grams
        )
        values: FloatArray = terms.numpy().astype(np.float64)
        return float(values @ self.term_weights), values, gradient.numpy()


def weighted_distance(
    weights: Sequence[float], values: Iterable[Tensor], targets: Iterable[Tensor]
) -> Tensor | float:
    """Returns the weighted sum of the layers' relative distances."""
    layers = zip(weights, values, targets, strict=True)
    distances = [
        weight * relative_distance(value, target) for weight, value, target in layers
    ]
    return tf.add_n(distances) if distances else 0.0
