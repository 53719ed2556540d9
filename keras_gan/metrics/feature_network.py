"""Base class of feature networks, which map images to feature vectors."""

import abc
import os
import re
from collections.abc import Callable
from typing import Annotated, Any, Self, TypeAlias

from keras_gan import errors
from keras_gan.metrics.fitting import NetworkShape
from keras_gan.typing import Array, FloatArray, Model, TensorLike, UInt8Array
from keras_gan.validation import Rule, validated


def as_log_key(value: object) -> str:
    """Returns a string that can be part of a log key."""
    if not isinstance(value, str) or not re.fullmatch(r"\w[\w.-]*", value):
        raise ValueError
    return value


LogKey = Annotated[
    str,
    Rule(
        "a valid log key of letters, digits, and _ . -",
        as_log_key,
        'Name it, e.g. FunctionFeatures(function, name="edges").',
    ),
]
"""Name of a feature network."""


class FeatureNetwork(abc.ABC):
    """Base class of networks that map `uint8` images to feature vectors.

    A metric records the name and the fingerprint of its network, because values in the
    features of different networks cannot be compared. To save a metric with a network
    of your own, register the class with Keras and write `get_config`.

    Args:
        name: Short name; metrics log under it, as `fd_<name>`.
        image_shape: `(height, width, channels)` of the network's input, or `None` for
            any.
    """

    is_canonical: bool = False
    """Whether it is the network of the papers, whose log keys are `fid`, `kid` etc."""

    preprocessing: str | None = None
    """Name of the resizing and scaling of images, where there are several."""

    identifier: str | None = None
    """Name or path from which `features.get` builds the network again, if any."""

    @validated
    def __init__(self, name: LogKey, image_shape: NetworkShape | None = None) -> None:
        self.name: str = name
        self.image_shape: NetworkShape | None = image_shape

    @property
    @abc.abstractmethod
    def fingerprint(self) -> str | None:
        """The sha256 of the weights, in hexadecimal, or `None` if unknown."""

    @abc.abstractmethod
    def __call__(self, images: UInt8Array) -> FloatArray:
        """Computes features.

        Args:
            images: `uint8` array `(num_images, height, width, channels)`.

        Returns:
            `float32` array `(num_images, num_features)`.
        """

    @property
    def classify(self) -> Callable[[Array], FloatArray]:
        """Function from features to class probabilities, if the network has one.

        A classifier overrides it by a method from `(num_images, num_features)` to
        `(num_images, num_classes)`, whose rows sum to 1.

        Raises:
            ValueError: If the network is not a classifier.
        """
        raise errors.user_error(
            f'The feature network "{self.name}" is not a classifier.',
            expected="a network with class probabilities, as an Inception Score needs",
            received=f"{type(self).__name__}, which has none",
            do='Use "inception", "fashion_mnist", or your own `ClassifierFeatures`.',
        )

    def probabilities(self, images: UInt8Array) -> FloatArray:
        """Returns the class probabilities of `uint8` images, if it is a classifier."""
        return self.classify(self(images))

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of the constructor, if the network can be saved.

        Raises:
            TypeError: If it cannot, as a Keras model in memory, whose weights are not
                part of a config.
        """
        raise errors.user_error(
            f'The feature network "{self.name}" cannot be written to a config.',
            expected="the name of a network, the path of a .keras file, or a "
            "registered class with get_config",
            received=f"a {type(self).__name__} in memory",
            do='Save its model, e.g. model.save("features.keras"), and pass '
            'features="features.keras" to the metric.',
            kind=TypeError,
        )

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Returns the network that `get_config` described."""
        return cls(**config)


FeaturesLike: TypeAlias = (
    str
    | os.PathLike[str]
    | Model
    | Callable[[UInt8Array], TensorLike]
    | FeatureNetwork
    | type[FeatureNetwork]
    | dict[str, Any]
)
"""What `keras_gan.metrics.features.get` accepts: a name, the path of a `.keras` file, a
Keras model, a function of `uint8` images, a `FeatureNetwork`, a class of it, or its
serialized dictionary."""
