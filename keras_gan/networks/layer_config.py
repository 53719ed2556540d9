"""How the layers of a network are initialized and normalized."""

import dataclasses
from collections.abc import Callable

import keras

from keras_gan.config import identity
from keras_gan.layers import BatchNormalization, kernels


def small_weights():
    """Returns the initializer of DCGAN's kernels, N(0, 0.02)."""
    return keras.initializers.RandomNormal(0.0, 0.02)


def batch_normalization():
    """Returns batch normalization over all replicas, gammas from N(1, 0.02)."""
    return BatchNormalization(
        momentum=0.9,
        epsilon=1e-5,
        gamma_initializer=keras.initializers.RandomNormal(1.0, 0.02),
    )


def layer_normalization():
    """Returns normalization over all features of one image, with gain and bias."""
    return keras.layers.GroupNormalization(groups=1, epsilon=1e-5)


@dataclasses.dataclass(frozen=True)
class LayerConfig:
    """What the layers of a network have in common.

    Args:
        weights: From nothing to the initializer of the kernels of convolutions.
        kernels: What layers call the normalization of their kernels: `"spectral"`, or
            None.
        normalize: From the output of a layer with a kernel to what the activation is
            given.
    """

    weights: Callable = small_weights
    kernels: str | None = None
    normalize: Callable = identity

    def wrap(self, layer):
        """Returns what takes the place of a layer with a kernel."""
        return kernels.get(self.kernels)(layer)


PLAIN = LayerConfig()
"""No normalization."""

BATCH = LayerConfig(normalize=lambda x: batch_normalization()(x))
"""Batch normalization."""

NAMES = {
    "batch": BATCH,
    "layer": LayerConfig(normalize=lambda x: layer_normalization()(x)),
    "spectral": LayerConfig(kernels="spectral"),
}
"""The normalizations that a string names."""


def get(normalization, names=tuple(NAMES), plain=PLAIN):
    """Resolves the name of a normalization.

    Args:
        normalization: One of `names`, or None.
        names: The names that a network knows.
        plain: What None stands for.

    Returns:
        A `LayerConfig`.

    Raises:
        ValueError: If the name is unknown, with the near ones.

    Example:
    >>> get("batch") is BATCH, get(None) is PLAIN
    (True, True)
    """
    return kernels.get(normalization, {name: NAMES[name] for name in names}, plain)
