"""What a feature network is: images in, vectors out, and a name."""

import abc
import re

from keras_gan import config


class FeatureNetwork(abc.ABC):
    """Turns `uint8` images into feature vectors; subclass it for a network of your own.

    A metric writes down the name and the fingerprint beside its number, because numbers
    of different networks cannot be compared.

    Args:
        name: Short name; the metrics log under it, as `fd_<name>`.
        image_shape: `(height, width, channels)` that the network takes, or `None` for
            any.
    """

    is_canonical = False
    """Whether it is the network of the papers, whose numbers alone have their names."""

    preprocessing = None
    """How it resizes and scales images, by name, if there are several ways."""

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

    @property
    def classify(self):
        """The function from features to class probabilities, if there is one.

        A classifier has a method of this name, from `(num_images, num_features)` to
        `(num_images, num_classes)`, whose rows add up to 1.

        Raises:
            ValueError: If it is no classifier.
        """
        raise config.user_error(
            f'The feature network "{self.name}" is no classifier.',
            expected="a network with class probabilities, as an Inception Score needs",
            received=f"{type(self).__name__}, which has none",
            do='Use "inception", "fashion_mnist", or a `ClassifierFeatures` of yours.',
        )

    def probabilities(self, images):
        """Computes the class probabilities of `uint8` images, if it is a classifier."""
        return self.classify(self(images))
