"""The features of the 2015 Inception, from images to vectors."""

import contextlib

import numpy as np
import scipy.special
import tensorflow as tf

from keras_gan.metrics.feature_network import FeatureNetwork
from keras_gan.metrics.fitting import fitted
from keras_gan.metrics.inception import preprocessing as preprocessings
from keras_gan.metrics.inception.network import NUM_FEATURES, fill, inception
from keras_gan.metrics.inception.sources import load

BLOCK = 32
"""Images that pass the network together, whatever the size of the batch given."""

CANONICAL = "inception"
"""Name of the network as the papers have it."""


@contextlib.contextmanager
def single_precision():
    """Keeps GPUs from rounding `float32` products to 10 bits (TensorFloat-32)."""
    runtime = tf.config.experimental
    before = runtime.tensor_float_32_execution_enabled()
    runtime.enable_tensor_float_32_execution(False)
    try:
        yield
    finally:
        runtime.enable_tensor_float_32_execution(before)


class Inception(FeatureNetwork):
    """The 2,048 features of the 2015 Inception, with which the FID is computed.

    The weights are looked for, or fetched, when it is made, never later. It runs as one
    graph in blocks of 32 images, so that features do not depend on the batch.

    Args:
        preprocessing: How images are resized and scaled: `"tf1"` as the network's own
            graph and the papers, `"pytorch"` as pytorch-fid, `"clean"` as clean-fid, or
            `"antialias"` as torchmetrics. Numbers of different ways cannot be compared.
        weights: Path of the weights, or what else `keras_gan.metrics.inception.load`
            takes; by default the environment variable KERAS_GAN_INCEPTION, the cache
            of Keras, or the network, in this order.

    Attributes:
        name: `"inception"` of `"tf1"`, `"inception_clean"` and so on of the others;
            with weights that are not the original ones their fingerprint is in it.
        known: Whether the weights are the original ones.
        model: The Keras model, from scaled images of any size.

    Raises:
        ValueError: If there is no such pre-processing, or the weights are not the ones.
        FileNotFoundError: If the weights are not there and cannot be fetched.
    """

    def __init__(self, preprocessing="tf1", weights=None):
        self.prepare = preprocessings.get(preprocessing)
        self.preprocessing = preprocessing
        weights = load(weights)
        self.known = weights.known
        parts = [CANONICAL]
        parts += [] if self.known else [weights.fingerprint[:8]]
        parts += [] if preprocessing == "tf1" else [preprocessing]
        super().__init__("_".join(parts), (None, None, 3))
        self.is_canonical = self.name == CANONICAL
        self.known_fingerprint = weights.fingerprint
        self.model = inception()
        fill(self.model, weights.tensors)
        signature = tf.TensorSpec((BLOCK, *self.image_shape), tf.float32)
        self.graph = tf.function(self.pooled, input_signature=[signature])

    def pooled(self, levels):
        """Runs the network on a block of grey levels 0..255."""
        return self.model(self.prepare(levels), training=False)["pool_3"]

    def __call__(self, images):
        """Computes the features of `uint8` images of 1 to 4 channels and any size."""
        found = np.empty((len(images), NUM_FEATURES), np.float32)
        with single_precision():
            self.extract(images, found)
        return found

    def extract(self, images, found):
        """Writes the features of images into an array, block by block."""
        for start in range(0, len(images), BLOCK):
            block = images[start : start + BLOCK]
            empty = BLOCK - len(block)
            whole = np.pad(block, [(0, empty), (0, 0), (0, 0), (0, 0)])
            features = self.graph(fitted(whole, self.image_shape))
            found[start : start + len(block)] = features[: len(block)]

    def classify(self, features):
        """Returns the probabilities of the 1,008 classes, `(num_images, 1008)`.

        The softmax, in float64, of the logits without their bias, as the program of the
        Inception Score has it (Salimans et al., 2016, https://arxiv.org/abs/1606.03498).
        """
        (kernel,) = self.model.get_layer("logits_unbiased").get_weights()
        logits = np.float64(features) @ np.float64(kernel)
        return scipy.special.softmax(logits, axis=1)

    @property
    def fingerprint(self):
        """The sha256 of the weights' tensors, whichever file they came in."""
        return self.known_fingerprint
