"""Feature networks, which map images to the vectors that a metric compares."""

import functools
import hashlib
import json
import os
from collections.abc import Callable
from typing import Any, Self, get_args

import keras
import numpy as np
import tensorflow as tf

from keras_gan import config, errors
from keras_gan.metrics import classifier_file
from keras_gan.metrics.classifier import has_features, split_classifier
from keras_gan.metrics.fashion_mnist import fashion_mnist_classifier, protocol
from keras_gan.metrics.feature_network import FeatureNetwork, FeaturesLike
from keras_gan.metrics.fitting import NetworkShape, fit_images
from keras_gan.metrics.inception.features import CANONICAL, Inception
from keras_gan.metrics.inception.preprocessing import Preprocessing
from keras_gan.typing import (
    Array,
    FloatArray,
    Model,
    StrPath,
    Tensor,
    TensorLike,
    UInt8Array,
)

BLOCK = 256
"""Batch size of a feature network, whatever the size of the batches passed to it."""


class ModelFeatures(FeatureNetwork):
    """Feature network of a Keras model.

    The model takes images in [-1, 1], `pixel / 127.5 - 1`; any further preprocessing
    must be layers of the model. Images of another size or number of channels are
    converted first (`fit_images`).

    Args:
        model: A Keras model of one input, `(num_images, height, width, channels)`, and
            one output, `(num_images, num_features)`.
        name: Name for logs; by default the model's.
        fingerprint: The sha256 of the weights' file; by default it is computed from the
            model's layers and weights at each access.

    Raises:
        ValueError: If the model does not map images to vectors.
    """

    image_shape: NetworkShape

    def __init__(
        self, model: Model, name: str | None = None, fingerprint: str | None = None
    ) -> None:
        self.model: Model = model
        super().__init__(name or model.name, input_shape_of(model))
        self.known_fingerprint: str | None = fingerprint
        signature = tf.TensorSpec((None, *self.image_shape), tf.float32)
        self.graph: Callable[[Tensor], Tensor] = tf.function(
            self.run_model, input_signature=[signature], autograph=False
        )

    def run_model(self, pixels: Tensor) -> Tensor:
        """Runs the model in inference mode on `float32` pixels in 0..255."""
        return self.model(pixels / 127.5 - 1.0, training=False)

    def __call__(self, images: UInt8Array) -> FloatArray:
        """Computes the features of `uint8` images, in blocks of bounded size."""
        blocks = (images[i : i + BLOCK] for i in range(0, len(images), BLOCK))
        parts = [self.graph(fit_images(block, self.image_shape)) for block in blocks]
        if not parts:
            return np.zeros((0, self.model.output_shape[-1]), np.float32)
        return np.concatenate([np.asarray(part, np.float32) for part in parts])

    @property
    def fingerprint(self) -> str:
        """The sha256 of its file, or of its current layers and weights."""
        if self.known_fingerprint is not None:
            return self.known_fingerprint
        digest = hashlib.sha256(architecture_of(self.model).encode())
        for weight in self.model.weights:
            array = np.ascontiguousarray(keras.ops.convert_to_numpy(weight))
            digest.update(f"{array.dtype}{array.shape}".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()


def architecture_of(model: Model) -> str:
    """Returns the config of a Keras model as JSON, with normalized layer names.

    Keras numbers layer names within a process; they are replaced by their order.
    """
    model_config = keras.saving.serialize_keras_object(model)
    model_config.pop("compile_config", None)
    names: dict[str, str] = {}

    def collect(value: Any) -> None:
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            names.setdefault(value["name"], f"name_{len(names)}")
        for child in value.values() if isinstance(value, dict) else value:
            if isinstance(child, dict | list | tuple):
                collect(child)

    def rename(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: rename(child) for key, child in value.items()}
        if isinstance(value, list | tuple):
            return [rename(child) for child in value]
        return names.get(value, value) if isinstance(value, str) else value

    collect(model_config)
    return json.dumps(rename(model_config), sort_keys=True)


class ClassifierFeatures(ModelFeatures):
    """Feature network of a Keras classifier, which also has class probabilities.

    Args:
        model: Keras model from images to features, as in `ModelFeatures`.
        head: Keras model from features `(num_images, num_features)` to class
            probabilities `(num_images, num_classes)`; it ends in a softmax.
        name: Name for logs; by default the model's.
        fingerprint: As in `ModelFeatures`.
    """

    def __init__(
        self,
        model: Model,
        head: Model,
        name: str | None = None,
        fingerprint: str | None = None,
    ) -> None:
        super().__init__(model, name, fingerprint)
        self.head: Model = head

    def classify(self, features: Array) -> FloatArray:
        """Computes class probabilities from features, `float32`."""
        values = np.asarray(features, np.float32)
        return np.asarray(self.head(values, training=False))


@config.register
class FunctionFeatures(FeatureNetwork):
    """Feature network of any function of `uint8` images.

    A metric with it can be saved if the function is registered with Keras,
    `@keras.saving.register_keras_serializable()`.

    Args:
        function: Function from a `uint8` array `(num_images, height, width, channels)`
            to an array `(num_images, num_features)`. It receives the images unchanged.
        name: Name for logs; by default the function's name.
        fingerprint: The sha256 of the function's weights, if it has some.

    Example:
    >>> import numpy as np
    >>> from keras_gan.metrics import features
    >>> def brightness(images):
    ...     return images.mean(axis=(1, 2))
    >>> network = features.get(brightness)
    >>> network.name, network(np.full((1, 8, 8, 3), 7, np.uint8)).tolist()
    ('brightness', [[7.0, 7.0, 7.0]])
    """

    def __init__(
        self,
        function: Callable[[UInt8Array], TensorLike],
        name: str | None = None,
        fingerprint: str | None = None,
    ) -> None:
        own_name: str = getattr(function, "__name__", "")
        super().__init__(name or own_name)
        self.function: Callable[[UInt8Array], TensorLike] = function
        self.known_fingerprint: str | None = fingerprint

    def __call__(self, images: UInt8Array) -> FloatArray:
        """Computes the features of `uint8` images."""
        features = np.asarray(self.function(images), np.float32)
        errors.check(
            features.ndim == 2 and len(features) == len(images),
            f'The feature function "{self.name}" must return one row per image.',
            expected=f"features of shape ({len(images)}, num_features)",
            received=f"shape {features.shape}",
            do="Return an array (num_images, num_features).",
        )
        return features

    @property
    def fingerprint(self) -> str | None:
        """The sha256 that was passed, or `None`."""
        return self.known_fingerprint

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of the constructor."""
        return {
            "function": self.function,
            "name": self.name,
            "fingerprint": self.known_fingerprint,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Returns the network that `get_config` described."""
        function = config["function"]
        if isinstance(function, dict):
            function = keras.saving.deserialize_keras_object(function)
        return cls(**{**config, "function": function})


def input_shape_of(model: Model) -> NetworkShape:
    """Returns `(height, width, channels)` of a Keras feature model's input.

    Raises:
        ValueError: If the model does not map images to feature vectors.
    """
    # A subclassed model has no `inputs`, and no shapes before it is built.
    known = model.built and getattr(model, "inputs", None)
    shapes = (model.input_shape, model.output_shape) if known else (None, None)
    errors.check(
        [len(shape) for shape in shapes if isinstance(shape, tuple)] == [4, 2],
        f'The Keras model "{model.name}" does not map images to feature vectors.',
        expected="one input (num_images, height, width, channels), "
        "one output (num_images, num_features)",
        received=f"input {shapes[0]}, output {shapes[1]}",
        do="Wrap it, keras.Sequential([keras.Input(image_shape), model]), with a layer "
        "such as keras.layers.GlobalAveragePooling2D() at its end.",
    )
    height, width, channels = model.input_shape[1:]
    return height, width, channels


@functools.cache
def fashion_mnist() -> ClassifierFeatures:
    """Returns the features of the included Fashion-MNIST classifier, 128 values."""
    model, head = split_classifier(fashion_mnist_classifier())
    network = ClassifierFeatures(model, head, fingerprint=protocol()["sha256"])
    network.identifier = network.name
    return network


def from_file(path: StrPath) -> ModelFeatures:
    """Returns the network in a `.keras` file: a classifier's features or a model."""
    model, sha256 = classifier_file.load(path), classifier_file.sha256_of(path)
    network = (
        ClassifierFeatures(*split_classifier(model), fingerprint=sha256)
        if has_features(model)
        else ModelFeatures(model, fingerprint=sha256)
    )
    network.identifier = str(path)
    return network


@functools.cache
def inception(preprocessing: Preprocessing) -> Inception:
    """Returns the features of the 2015 Inception, built once per preprocessing."""
    network = Inception(preprocessing)
    network.identifier = network.name
    return network


NAMES: dict[str, Callable[[], FeatureNetwork]] = {
    "fashion_mnist": fashion_mnist,
    CANONICAL: functools.partial(inception, "tf1"),
    **{
        f"{CANONICAL}_{name}": functools.partial(inception, name)
        for name in get_args(Preprocessing)
        if name != "tf1"
    },
}
"""Functions that build the networks which have a name. The weights of some of them are
downloaded at that time."""


def get_feature_network(identifier: FeaturesLike) -> FeatureNetwork:
    """Returns the feature network of a name, a path, a model or a function.

    Args:
        identifier: A name (`"fashion_mnist"`); a Keras model from images in [-1, 1] to
            `(num_images, num_features)`; the path of a `.keras` file with such a model
            or with a classifier of `keras-gan features train`; a function of `uint8`
            images that has a name; a `FeatureNetwork`, a class of it, or its serialized
            dictionary.

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
    if isinstance(identifier, str) and identifier in NAMES:
        return NAMES[identifier]()
    is_file = str(identifier).endswith(".keras")
    if is_file and isinstance(identifier, str | os.PathLike):
        return from_file(identifier)
    return config.get(identifier, FeatureNetwork, NAMES)


get = get_feature_network
"""`kg.metrics.features.get`, by the name that every family has."""
