"""Feature networks: what turns images into the vectors that a metric compares."""

import abc
import functools
import hashlib
import re

import keras
import numpy as np
import tensorflow as tf

from keras_gan import config
from keras_gan.metrics.fashion_mnist import fashion_mnist_classifier, protocol

BLOCK = 256
"""Images that pass a network together, whatever the size of the batch given."""

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in gray (ITU-R BT.601)."""


def with_channels(levels, channels):
    """Turns gray, RGB or either with alpha into so many channels.

    Args:
        levels: `float32` tensor `(num_images, height, width, 1 to 4)` in 0..255; of 2
            or 4 channels the last is alpha.
        channels: 1 (gray, by the luma of ITU-R BT.601) or 3 (gray is repeated).

    Returns:
        The images on white, `(num_images, height, width, channels)`.
    """
    if levels.shape[-1] in (2, 4):
        alpha = levels[..., -1:] / 255.0
        levels = levels[..., :-1] * alpha + 255.0 * (1.0 - alpha)
    if levels.shape[-1] == 3 and channels == 1:
        return tf.reduce_sum(levels * tf.constant(LUMA), axis=-1, keepdims=True)
    if levels.shape[-1] == 1 and channels == 3:
        return tf.repeat(levels, 3, axis=-1)
    return levels


def fitted(images, image_shape):
    """Makes images fit a network: its channels, then its size.

    Args:
        images: `uint8` array `(num_images, height, width, channels)`.
        image_shape: `(height, width, channels)` of the network; `None` among them
            leaves that size as it is.

    Returns:
        `float32` tensor of grey levels, 0..255. Colour becomes gray by the luma of
        ITU-R BT.601, gray is repeated for a colour network, alpha is laid on white;
        another size is resized bilinearly with antialiasing and not rounded again.

    Raises:
        ValueError: If the channels cannot be turned into the network's.
    """
    *size, channels = image_shape
    levels = tf.cast(images, tf.float32)
    if channels not in (None, levels.shape[-1]):
        config.check(
            levels.shape[-1] in (1, 2, 3, 4) and channels in (1, 3),
            "These images do not fit the feature network.",
            expected=f"images of {channels} channels, or gray or colour ones",
            received=f"images of {levels.shape[-1]} channels",
            do="Turn the images into the network's channels first.",
        )
        levels = with_channels(levels, channels)
    given = levels.shape[1:3]
    size = [own or other for own, other in zip(size, given, strict=True)]
    if size == list(given):
        return levels
    return tf.image.resize(levels, size, antialias=True)


class FeatureNetwork(abc.ABC):
    """Turns `uint8` images into feature vectors; subclass it for a network of your own.

    A metric writes down the name and the fingerprint beside its number, because numbers
    of different networks cannot be compared.

    Args:
        name: Short name; the metrics log under it, as `fd_<name>`.
        image_shape: `(height, width, channels)` that the network takes, or `None` for
            any.
    """

    def __init__(self, name, image_shape=None):
        config.check(
            isinstance(name, str) and re.fullmatch(r"\w[\w.-]*", name),
            "A feature network needs a name: its numbers are logged under it.",
            expected="letters, digits, and _ . -",
            received=repr(name),
            do='Name it, e.g. FunctionFeatures(function, name="edges").',
        )
        self.name = name
        self.image_shape = image_shape

    @property
    @abc.abstractmethod
    def fingerprint(self):
        """The sha256 of the weights, in hexadecimal, or `None` where nobody knows."""

    @abc.abstractmethod
    def __call__(self, images):
        """Computes features.

        Args:
            images: `uint8` array `(num_images, height, width, channels)`.

        Returns:
            `float32` array `(num_images, num_features)`.
        """


class ModelFeatures(FeatureNetwork):
    """The features of a Keras model.

    The model takes images in [-1, 1], `level / 127.5 - 1`; what it does to them besides
    is a layer of its own. Images of another size or colour are fitted first (`fitted`).

    Args:
        model: A Keras model of one input, `(num_images, height, width, channels)`, and
            one output, `(num_images, num_features)`.
        name: Name for logs; by default the model's.
        fingerprint: The sha256 of the weights where a file has one; by default it is
            computed from the model's weights, whenever asked.

    Raises:
        ValueError: If the model has another kind of input or output.
    """

    def __init__(self, model, name=None, fingerprint=None):
        self.model = model
        super().__init__(name or model.name, image_shape_of(model))
        self.known_fingerprint = fingerprint
        signature = tf.TensorSpec((None, *self.image_shape), tf.float32)
        self.graph = tf.function(self.scaled, input_signature=[signature])

    def scaled(self, levels):
        """Runs the model, in inference mode, on grey levels 0..255."""
        return self.model(levels / 127.5 - 1.0, training=False)

    def __call__(self, images):
        """Computes the features of `uint8` images, in blocks of a bounded size."""
        blocks = (images[i : i + BLOCK] for i in range(0, len(images), BLOCK))
        parts = [self.graph(fitted(block, self.image_shape)) for block in blocks]
        if not parts:
            return np.zeros((0, self.model.output_shape[-1]), np.float32)
        return np.concatenate([np.asarray(part, np.float32) for part in parts])

    @property
    def fingerprint(self):
        """The sha256 of the file it came from, or of its weights as they are now."""
        if self.known_fingerprint is not None:
            return self.known_fingerprint
        digest = hashlib.sha256()
        for weight in self.model.weights:
            array = np.ascontiguousarray(keras.ops.convert_to_numpy(weight))
            digest.update(f"{array.dtype}{array.shape}".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()


class FunctionFeatures(FeatureNetwork):
    """The features of any function of `uint8` images.

    Args:
        function: From a `uint8` array `(num_images, height, width, channels)` to an
            array `(num_images, num_features)`. It gets the images as they are.
        name: Name for logs; by default the function's own.
        fingerprint: The sha256 of the weights, if the function has some.

    Example:
    >>> import numpy as np
    >>> from keras_gan.metrics import features
    >>> def brightness(images):
    ...     return images.mean(axis=(1, 2))
    >>> network = features.get(brightness)
    >>> network.name, network(np.full((1, 8, 8, 3), 7, np.uint8)).tolist()
    ('brightness', [[7.0, 7.0, 7.0]])
    """

    def __init__(self, function, name=None, fingerprint=None):
        super().__init__(name or getattr(function, "__name__", None))
        self.function = function
        self.known_fingerprint = fingerprint

    def __call__(self, images):
        """Computes the features of `uint8` images."""
        features = np.asarray(self.function(images), np.float32)
        config.check(
            features.ndim == 2 and len(features) == len(images),
            f'The function "{self.name}" does not return one row for each image.',
            expected=f"features of shape ({len(images)}, num_features)",
            received=f"shape {features.shape}",
            do="Let it return an array (num_images, num_features).",
        )
        return features

    @property
    def fingerprint(self):
        """The sha256 that was given, or `None`."""
        return self.known_fingerprint


def image_shape_of(model):
    """Returns `(height, width, channels)` that a Keras model of features takes.

    Raises:
        ValueError: If the model is not one of images to feature vectors.
    """
    built = model.built and getattr(model, "inputs", None)  # subclassed: has none
    shapes = (model.input_shape, model.output_shape) if built else (None, None)
    config.check(
        [len(shape) for shape in shapes if isinstance(shape, tuple)] == [4, 2],
        f'The Keras model "{model.name}" does not turn images into feature vectors.',
        expected="one input (num_images, height, width, channels), "
        "one output (num_images, num_features)",
        received=f"input {shapes[0]}, output {shapes[1]}",
        do="Wrap it, keras.Sequential([keras.Input(image_shape), model]), with a layer "
        "such as keras.layers.GlobalAveragePooling2D() at its end.",
    )
    return tuple(shapes[0][1:])


@functools.cache
def fashion_mnist():
    """Returns the features of the Fashion-MNIST classifier that ships: 128 values."""
    classifier = fashion_mnist_classifier()
    features = classifier.get_layer("features").output
    model = keras.Model(classifier.input, features, name="fashion_mnist")
    return ModelFeatures(model, fingerprint=protocol()["sha256"])


NAMES = {"fashion_mnist": fashion_mnist}
"""The networks that ship."""


def get(identifier):
    """Resolves what a user may pass for a feature network.

    Args:
        identifier: A name (`"fashion_mnist"`), a Keras model from images in [-1, 1] to
            `(num_images, num_features)`, a function of `uint8` images that has a name,
            or a `FeatureNetwork`.

    Returns:
        A `FeatureNetwork`.

    Raises:
        ValueError: If the name is unknown, or a model or function does not fit.
        TypeError: If it is none of these.

    Example:
    >>> from keras_gan.metrics import features
    >>> network = features.get("fashion_mnist")
    >>> network.name, network.image_shape
    ('fashion_mnist', (28, 28, 1))
    """
    if isinstance(identifier, keras.Model):
        return ModelFeatures(identifier)
    if callable(identifier) and not isinstance(identifier, FeatureNetwork | type):
        return FunctionFeatures(identifier)
    return config.get(identifier, FeatureNetwork, NAMES)
