"""Feature network of the 2015 Inception."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import scipy.special
import tensorflow as tf

from keras_gan import config
from keras_gan.metrics.feature_network import FeatureNetwork
from keras_gan.metrics.fitting import NetworkShape, fit_images
from keras_gan.metrics.inception.network import NUM_FEATURES, fill, inception
from keras_gan.metrics.inception.preprocessing import PREPROCESSINGS, Preprocessing
from keras_gan.metrics.inception.sources import load
from keras_gan.metrics.inception.weights import Weights
from keras_gan.typing import (
    Array,
    FloatArray,
    Model,
    StrPath,
    Tensor,
    TensorLike,
    UInt8Array,
)
from keras_gan.validation import validated

BLOCK = 32
"""Batch size of the network, whatever the size of the batches passed to it."""

CANONICAL = "inception"
"""Name of the network with the weights and the preprocessing of the papers."""


@contextlib.contextmanager
def single_precision() -> Iterator[None]:
    """Disables TensorFloat-32, in which GPUs round `float32` products to 10 bits."""
    runtime = tf.config.experimental
    before = runtime.tensor_float_32_execution_enabled()
    runtime.enable_tensor_float_32_execution(False)
    try:
        yield
    finally:
        runtime.enable_tensor_float_32_execution(before)


@config.register
class Inception(FeatureNetwork):
    """Feature network of the 2015 Inception: the 2,048 features of the FID.

    The weights are loaded, or downloaded, when it is created. It runs as one graph in
    blocks of 32 images, so that features do not depend on the batch size.

    Args:
        preprocessing: Resizing and scaling of images: `"tf1"` as in the original graph
            and the papers, `"pytorch"` as in pytorch-fid, `"clean"` as in clean-fid, or
            `"antialias"` as in torchmetrics. Values of different ones cannot be
            compared.
        weights: Path of the weights, or another argument of
            `keras_gan.metrics.inception.load`; by default the path in the environment
            variable KERAS_GAN_INCEPTION, the cache of Keras, or a download, in this
            order.

    Attributes:
        name: `"inception"` for `"tf1"`, `"inception_clean"` etc. for the others; with
            other weights than the original ones it contains their fingerprint.
        known: Whether the weights are the original ones.
        model: The Keras model, from scaled images of any size.

    Raises:
        ValueError: If the preprocessing is unknown, or the weights are not the original
            ones.
        FileNotFoundError: If the weights are missing and cannot be downloaded.
    """

    image_shape: NetworkShape

    @validated
    def __init__(
        self,
        preprocessing: Preprocessing = "tf1",
        weights: StrPath | Weights | None = None,
    ) -> None:
        self.preprocess: Callable[[TensorLike], Tensor] = PREPROCESSINGS[preprocessing]
        self.preprocessing: str | None = preprocessing
        self.source: StrPath | Weights | None = weights
        loaded = load(weights)
        self.known: bool = loaded.known
        parts = [CANONICAL]
        parts += [] if self.known else [loaded.fingerprint[:8]]
        parts += [] if preprocessing == "tf1" else [preprocessing]
        super().__init__("_".join(parts), (None, None, 3))
        self.is_canonical: bool = self.name == CANONICAL
        self.known_fingerprint: str = loaded.fingerprint
        self.model: Model = inception()
        fill(self.model, loaded.tensors)
        signature = tf.TensorSpec((BLOCK, *self.image_shape), tf.float32)
        self.graph: Callable[[Tensor], Tensor] = tf.function(
            self.run_model, input_signature=[signature], autograph=False
        )

    def run_model(self, pixels: Tensor) -> Tensor:
        """Runs the network on a block of `float32` pixels in 0..255."""
        return self.model(self.preprocess(pixels), training=False)["pool_3"]

    def __call__(self, images: UInt8Array) -> FloatArray:
        """Computes the features of `uint8` images of 1 to 4 channels and any size."""
        features = np.empty((len(images), NUM_FEATURES), np.float32)
        with single_precision():
            self.write_features(images, features)
        return features

    def write_features(self, images: UInt8Array, output: FloatArray) -> None:
        """Writes the features of images into an array, in blocks."""
        for start in range(0, len(images), BLOCK):
            block = images[start : start + BLOCK]
            # Padded: the graph has a fixed batch size.
            padding = [(0, BLOCK - len(block)), (0, 0), (0, 0), (0, 0)]
            features = self.graph(fit_images(np.pad(block, padding), self.image_shape))
            output[start : start + len(block)] = features[: len(block)]

    def classify(self, features: Array) -> FloatArray:
        """Returns the probabilities of the 1,008 classes, `(num_images, 1008)`.

        The softmax, in float64, of the logits without their bias, as in the program of
        the Inception Score (Salimans et al., 2016, https://arxiv.org/abs/1606.03498).
        """
        (kernel,) = self.model.get_layer("logits_unbiased").get_weights()
        logits = np.asarray(features, np.float64) @ np.asarray(kernel, np.float64)
        return np.asarray(scipy.special.softmax(logits, axis=1))

    @property
    def fingerprint(self) -> str:
        """The sha256 of the weights' tensors, independent of their file."""
        return self.known_fingerprint

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of the constructor.

        Raises:
            TypeError: If the weights were not passed as a path.
        """
        if isinstance(self.source, Weights):
            return super().get_config()
        weights = None if self.source is None else str(self.source)
        return {"preprocessing": self.preprocessing, "weights": weights}
