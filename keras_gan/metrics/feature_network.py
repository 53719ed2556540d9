"""Base class of feature networks, which map images to feature vectors."""

import abc
import re

from keras_gan import errors


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

    is_canonical = False
    """Whether it is the network of the papers, whose log keys are `fid`, `kid` etc."""

    preprocessing = None
    """Name of the resizing and scaling of images, where there are several."""

    identifier = None
    """Name or path from which `features.get` builds the network again, if any."""

    def __init__(self, name, image_shape=None):
        errors.check(
            isinstance(name, str) and re.fullmatch(r"\w[\w.-]*", name),
            "`name` of a feature network must be a valid log key.",
            expected="letters, digits, and _ . -",
            received=repr(name),
            do='Name it, e.g. FunctionFeatures(function, name="edges").',
        )
        self.name = name
        self.image_shape = image_shape

    @property
    @abc.abstractmethod
    def fingerprint(self):
        """The sha256 of the weights, in hexadecimal, or `None` if unknown."""

    @abc.abstractmethod
    def __call__(self, images):
        """Computes features.

        Args:
            images: `uint8` array `(num_images, height, width, channels)`.

        Returns:
            `float32` array `(num_images, num_features)`.
        """

    @property
    def classify(self):
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

    def probabilities(self, images):
        """Returns the class probabilities of `uint8` images, if it is a classifier."""
        return self.classify(self(images))

    def get_config(self):
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
    def from_config(cls, config):
        """Returns the network that `get_config` described."""
        return cls(**config)
