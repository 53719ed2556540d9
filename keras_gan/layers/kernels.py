"""What is done to the kernels of layers, by its name."""

from keras_gan.config import check, identity, suggest
from keras_gan.layers.spectral import SpectralNormalization

NAMES = {"spectral": SpectralNormalization}
"""The normalizations of kernels that a string names."""


def get(normalization, names=NAMES, plain=identity):
    """Resolves the name of a normalization.

    Args:
        normalization: One of `names`, or None.
        names: Dictionary from names to what they stand for.
        plain: What None stands for.

    Returns:
        What it stands for. By default, a function from a layer with a kernel to the
        layer that takes its place.

    Raises:
        ValueError: If the name is unknown, with the near ones.

    Example:
    >>> get(None) is identity, get("spectral").__name__
    (True, 'SpectralNormalization')
    """
    quoted = ", ".join(f'"{name}"' for name in names)
    check(
        normalization is None or normalization in [*names],
        "There is no normalization of this name.",
        expected=f"{quoted} or None",
        received=repr(normalization),
        do=suggest(normalization, names),
    )
    return plain if normalization is None else names[normalization]
