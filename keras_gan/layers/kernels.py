"""What is done to the kernels of layers inside a layer."""

from keras_gan.config import check, near
from keras_gan.layers.spectral import SpectralNormalization


def unchanged(layer):
    """Returns a layer as it is."""
    return layer


NAMES = {"spectral": SpectralNormalization}
"""The normalizations of kernels that a string names."""


def get(normalization):
    """Resolves the name of a normalization of kernels.

    Args:
        normalization: `"spectral"` or None.

    Returns:
        Function from a layer with a kernel to the layer that takes its place.

    Raises:
        ValueError: If the name is unknown, with the near ones.

    Example:
    >>> get(None) is unchanged, get("spectral").__name__
    (True, 'SpectralNormalization')
    """
    quoted = ", ".join(f'"{name}"' for name in NAMES)
    check(
        normalization is None or normalization in NAMES,
        "There is no normalization of kernels of this name.",
        expected=f"{quoted} or None",
        received=repr(normalization),
        do=near(normalization, NAMES),
    )
    return unchanged if normalization is None else NAMES[normalization]
