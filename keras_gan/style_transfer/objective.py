"""The weighted sum of one transfer at one size, and its slope, as one graph."""

import numpy as np
import tensorflow as tf

from keras_gan.style_transfer.terms import (
    gram_matrix,
    relative_distance,
    total_variation,
)

TERMS = ("content", "style", "variation")


def rgb(image):
    """Returns an image `(..., 3)`; one of luminance alone, `(..., 1)`, is repeated."""
    return tf.repeat(image, 3 // image.shape[-1], axis=-1)


class Objective:
    """What a picture is asked to make small.

    Args:
        features: Network from images `(1, height, width, 3)` to a list of outputs:
            those of the content's layers, then those of the style's.
        content_weights: Weight of each of the content's layers, sum 1.
        style_weights: Weight of each of the style's layers, sum 1.
        weights: Weights of the three terms.
    """

    def __init__(self, features, content_weights, style_weights, weights):
        self.features = features
        self.content_weights, self.style_weights = content_weights, style_weights
        self.weights = weights
        self.dtype = features.inputs[0].dtype
        self.content, self.grams = [], []

    def outputs(self, image):
        """Returns two lists of features: the content's and the style's."""
        outputs = tf.nest.flatten(self.features(rgb(image)))
        count = len(self.content_weights)
        return outputs[:count], outputs[count:]

    def content_of(self, image):
        """Returns the features of the content's layers."""
        return self.outputs(image)[0]

    def grams_of(self, image):
        """Returns the Gram matrix of each of the style's layers."""
        return [gram_matrix(one) for one in self.outputs(image)[1]]

    def bind(self, content, styles, shares):
        """Computes once what does not change: the features that are aimed at.

        Args:
            content: Content image, floats `(1, height, width, 3)`, or `(..., 1)` if
                luminance alone is painted.
            styles: List of style images.
            shares: How much of each style, sum 1. The Gram matrices are mixed.
        """
        self.content = self.content_of(self.tensor(content))
        grams = [self.grams_of(self.tensor(style)) for style in styles]
        self.grams = [
            tf.add_n([share * gram for share, gram in zip(shares, layer, strict=True)])
            for layer in zip(*grams, strict=True)
        ]

    def tensor(self, image):
        """Returns an image as the tensor that the network takes."""
        return tf.constant(np.asarray(image), self.dtype)

    def terms(self, image, content, grams):
        """Returns the three terms, without their weights: a tensor of shape `(3,)`."""
        contents, styles = self.outputs(image)
        distances = [
            weighted(self.content_weights, contents, content),
            weighted(self.style_weights, map(gram_matrix, styles), grams),
            total_variation(image),
        ]
        return tf.stack([tf.cast(one, image.dtype) for one in distances])

    @tf.function(reduce_retracing=True)
    def slope(self, image, content, grams):
        """Returns the terms, and the gradient of their weighted sum at the image."""
        with tf.GradientTape() as tape:
            tape.watch(image)
            terms = self.terms(image, content, grams)
            loss = tf.tensordot(tf.constant(self.weights, terms.dtype), terms, 1)
        return terms, tape.gradient(loss, image)

    def __call__(self, image):
        """Returns the weighted sum, the terms, and the gradient, as NumPy arrays."""
        terms, gradient = self.slope(self.tensor(image), self.content, self.grams)
        terms = terms.numpy().astype(np.float64)
        return float(terms @ self.weights), terms, gradient.numpy()


def weighted(weights, values, targets):
    """Returns the weighted sum of the layers' relative distances."""
    pairs = zip(weights, values, targets, strict=True)
    distances = [
        weight * relative_distance(value, target) for weight, value, target in pairs
    ]
    return tf.add_n(distances) if distances else 0.0
