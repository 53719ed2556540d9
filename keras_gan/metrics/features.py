"""Feature networks: what turns images into the vectors that a metric compares."""

import functools
import hashlib
import json

import keras
import numpy as np
import tensorflow as tf

from keras_gan import config
from keras_gan.metrics import classifier as classifiers
from keras_gan.metrics import classifier_file
from keras_gan.metrics.fashion_mnist import fashion_mnist_classifier, protocol
from keras_gan.metrics.feature_network import FeatureNetwork
from keras_gan.metrics.fitting import fitted
from keras_gan.metrics.inception import preprocessing as preprocessings
from keras_gan.metrics.inception.features import CANONICAL, Inception

BLOCK = 256
"""Images that pass a network together, whatever the size of the batch given."""


class ModelFeatures(FeatureNetwork):
    """The features of a Keras model.

    The model takes images in [-1, 1], `level / 127.5 - 1`; what it does to them besides
    is a layer of its own. Images of another size or colour are fitted first (`fitted`).

    Args:
        model: A Keras model of one input, `(num_images, height, width, channels)`, and
            one output, `(num_images, num_features)`.
        name: Name for logs; by default the model's.
        fingerprint: The sha256 of the weights where a file has one; by default it is
            computed from the model's layers and weights, whenever asked.

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
        """The sha256 of its file, or of its layers and weights as they are now."""
        if self.known_fingerprint is not None:
            return self.known_fingerprint
        digest = hashlib.sha256(architecture(self.model).encode())
        for weight in self.model.weights:
            array = np.ascontiguousarray(keras.ops.convert_to_numpy(weight))
            digest.update(f"{array.dtype}{array.shape}".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()


def architecture(model):
    """Returns what a Keras model does, as text: all of its config but the names.

    The names of layers are counted on within a process; instead of them stands their
    order.
    """
    config = keras.saving.serialize_keras_object(model)
    config.pop("compile_config", None)
    names = {}

    def collect(value):
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            names.setdefault(value["name"], f"name_{len(names)}")
        for each in value.values() if isinstance(value, dict) else value:
            if isinstance(each, dict | list | tuple):
                collect(each)

    def renamed(value):
        if isinstance(value, dict):
            return {key: renamed(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [renamed(each) for each in value]
        return names.get(value, value) if isinstance(value, str) else value

    collect(config)
    return json.dumps(renamed(config), sort_keys=True)


class ClassifierFeatures(ModelFeatures):
    """The features of a Keras classifier: an inner layer's, and what is made of them.

    Args:
        model: The features, as in `ModelFeatures`.
        head: A Keras model of them, from `(num_images, num_features)` to class
            probabilities `(num_images, num_classes)`: its end is a softmax.
        name: Name for logs; by default the model's.
        fingerprint: As in `ModelFeatures`.
    """

    def __init__(self, model, head, name=None, fingerprint=None):
        super().__init__(model, name, fingerprint)
        self.head = head

    def classify(self, features):
        """Computes class probabilities from features, `float32`."""
        return np.asarray(self.head(np.float32(features), training=False))


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
    model, head = classifiers.parts(fashion_mnist_classifier())
    return ClassifierFeatures(model, head, fingerprint=protocol()["sha256"])


def of_file(path):
    """Returns the network in a `.keras` file: a classifier's, else the whole model."""
    model, sha256 = classifier_file.load(path), classifier_file.sha256_of(path)
    if not classifiers.has_features(model):
        return ModelFeatures(model, fingerprint=sha256)
    return ClassifierFeatures(*classifiers.parts(model), fingerprint=sha256)


@functools.cache
def inception(preprocessing):
    """Returns the features of the 2015 Inception, made once for each pre-processing."""
    return Inception(preprocessing)


NAMES = {
    "fashion_mnist": fashion_mnist,
    CANONICAL: functools.partial(inception, "tf1"),
    **{
        f"{CANONICAL}_{name}": functools.partial(inception, name)
        for name in preprocessings.NAMES
        if name != "tf1"
    },
}
"""The networks that ship, or whose weights are fetched when they are made."""


def get(identifier):
    """Resolves what a user may pass for a feature network.

    Args:
        identifier: A name (`"fashion_mnist"`), a Keras model from images in [-1, 1] to
            `(num_images, num_features)`, the path of a file that ends in `.keras` and
            has such a model or what `keras-gan features train` wrote, a function of
            `uint8` images that has a name, or a `FeatureNetwork`.

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
    if str(identifier).endswith(".keras"):
        return of_file(identifier)
    return config.get(identifier, FeatureNetwork, NAMES)
