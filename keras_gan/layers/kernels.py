"""Normalizations of kernels by name."""

from keras_gan.config import identity
from keras_gan.errors import check, suggest
from keras_gan.layers.spectral import SpectralNormalization

NAMES = {"spectral": SpectralNormalization}
"""Names of the wrappers that normalize kernels."""


def get(normalization, names=NAMES, default=identity):
    """Returns the value of a normalization's name.

    Args:
        normalization: One of `names`, or None.
        names: Dictionary from names to values.
        default: Value of None.

    Returns:
        A value of `names` or `default`. By default it is a function from a layer with
        a kernel to the layer that replaces it.

    Raises:
        ValueError: If the name is unknown, with the nearest names.

    Example:
    >>> get(None) is identity, get("spectral").__name__
    (True, 'SpectralNormalization')
    """
    known = ", ".join(f'"{name}"' for name in names)
    check(
        normalization is None or normalization in [*names],
        "Unknown `normalization`.",
        expected=f"{known} or None",
        received=repr(normalization),
        do=suggest(normalization, names),
    )
    return default if normalization is None else names[normalization]
