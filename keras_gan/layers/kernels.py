"""Normalizations of kernels by name."""

from collections.abc import Callable
from typing import Literal

from keras_gan.config import identity
from keras_gan.layers.spectral import SpectralNormalization
from keras_gan.typing import Layer

KernelNormalization = Literal["spectral"]
"""Names of the wrappers that normalize kernels."""

NAMES: dict[KernelNormalization, Callable[[Layer], Layer]] = {
    "spectral": SpectralNormalization
}
"""The wrappers by name."""


def get(normalization: KernelNormalization | None) -> Callable[[Layer], Layer]:
    """Returns the function from a layer with a kernel to the layer that replaces it.

    Args:
        normalization: Name of the kernel's normalization, or None for no other layer.

    Example:
    >>> get(None) is identity, get("spectral").__name__
    (True, 'SpectralNormalization')
    """
    return identity if normalization is None else NAMES[normalization]
