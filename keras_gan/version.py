"""The version of the package, and the check of Keras and its backend."""

import importlib.metadata

__version__ = "0.1.0"


def check_backend():
    """Raises an error unless Keras 3 with the TensorFlow backend is installed.

    The package calls it before it imports anything else.

    Raises:
        ImportError: If Keras is older, or has another backend.
    """
    version = importlib.metadata.version("keras")
    installed = f"Keras {version}"
    if int(version.split(".")[0]) >= 3:
        try:
            import keras

            if keras.config.backend() == "tensorflow":
                return
            installed += f" with the backend {keras.config.backend()}"
        except ImportError as error:
            installed += f" whose backend cannot be imported ({error})"
    raise ImportError(
        "keras_gan requires Keras 3 with the TensorFlow backend.\n"
        "  Expected: Keras 3 with the backend tensorflow\n"
        f"  Received: {installed}\n"
        '  What to do: Run `pip install "keras>=3.15"`, and set the environment '
        "variable KERAS_BACKEND=tensorflow before Keras is imported."
    )
