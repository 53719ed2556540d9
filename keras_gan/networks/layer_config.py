"""Initialization and normalization shared by the layers of a network."""

import dataclasses
from collections.abc import Callable
from typing import Literal

import keras

from keras_gan.config import identity
from keras_gan.layers import BatchNormalization, kernels
from keras_gan.layers.kernels import KernelNormalization
from keras_gan.typing import Initializer, Layer, Tensor


def normal_initializer() -> Initializer:
    """Returns the kernel initializer of DCGAN, N(0, 0.02)."""
    return keras.initializers.RandomNormal(0.0, 0.02)


def batch_normalization() -> Layer:
    """Returns batch normalization across replicas, gammas drawn from N(1, 0.02)."""
    return BatchNormalization(
        momentum=0.9,
        epsilon=1e-5,
        gamma_initializer=keras.initializers.RandomNormal(1.0, 0.02),
    )


def layer_normalization() -> Layer:
    """Returns normalization over all features of one image, with gain and bias."""
    # One group, not `LayerNormalization`: that one would have a gain for every pixel.
    return keras.layers.GroupNormalization(groups=1, epsilon=1e-5)


@dataclasses.dataclass(frozen=True)
class LayerConfig:
    """Initializer and normalization of the layers of a network.

    Args:
        initializer: Function that returns the kernel initializer of convolutions. It is
            called once for each layer, so that no two layers share a random seed.
        kernel_normalization: Normalization of kernels: `"spectral"`, or None.
        normalize: Function from the output of a layer to the input of its activation.
    """

    initializer: Callable[[], Initializer] = normal_initializer
    kernel_normalization: KernelNormalization | None = None
    normalize: Callable[[Tensor], Tensor] = identity

    def wrap(self, layer: Layer) -> Layer:
        """Returns the layer, wrapped by the normalization of its kernel if any."""
        return kernels.get(self.kernel_normalization)(layer)


PLAIN = LayerConfig()
"""No normalization."""

BATCH = LayerConfig(normalize=lambda x: batch_normalization()(x))
"""Batch normalization."""

Normalization = Literal["batch", "layer", "spectral"]
"""Names of the normalizations."""

LAYER_CONFIGS: dict[Normalization, LayerConfig] = {
    "batch": BATCH,
    "layer": LayerConfig(normalize=lambda x: layer_normalization()(x)),
    "spectral": LayerConfig(kernel_normalization="spectral"),
}
"""Configurations by the name of their normalization."""


def get(normalization: Normalization | None, plain: LayerConfig = PLAIN) -> LayerConfig:
    """Returns the `LayerConfig` of a normalization.

    Args:
        normalization: Name of a normalization, or None.
        plain: Result for None.

    Example:
    >>> get("batch") is BATCH, get(None) is PLAIN
    (True, True)
    """
    return plain if normalization is None else LAYER_CONFIGS[normalization]
