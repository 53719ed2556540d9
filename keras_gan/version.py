"""The version of the package, and the check of Keras and its backend."""

import importlib.metadata

__version__ = "0.1.0"

MIN_KERAS = (3, 10)
"""Oldest Keras whose tests pass, as in `setup.cfg`."""


def check_backend() -> None:
    """Raises an error unless Keras 3.10 with the TensorFlow backend is installed.

    The package calls it before it imports anything else.

    Raises:
        ImportError: If Keras is older, or has another backend.
    """
    version = importlib.metadata.version("keras")
    installed = f"Keras {version}"
    if tuple(map(int, version.split(".")[:2])) >= MIN_KERAS:
        try:
            import keras

            if keras.config.backend() == "tensorflow":
                return
            installed += f" with the backend {keras.config.backend()}"
        except ImportError as error:
            installed += f" whose backend cannot be imported ({error})"
    raise ImportError(
        "keras_gan requires Keras 3.10 or later with the TensorFlow backend.\n"
        "  Expected: Keras 3.10 or later with the backend tensorflow\n"
        f"  Received: {installed}\n"
        '  What to do: Run `pip install "keras>=3.10"`, and set the environment '
        "variable KERAS_BACKEND=tensorflow before Keras is imported."
    )
