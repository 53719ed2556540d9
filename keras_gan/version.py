"""The version of the package, and those of what it runs on."""

import importlib.metadata

__version__ = "0.1.0"


def check_engine():
    """Makes sure that Keras 3 is here with TensorFlow behind it, before all imports.

    Raises:
        ImportError: If Keras is older, or runs on another backend.
    """
    version = importlib.metadata.version("keras")
    engine = f"Keras {version}"
    if int(version.split(".")[0]) >= 3:
        try:
            import keras

            if keras.config.backend() == "tensorflow":
                return
            engine += f" with the backend {keras.config.backend()}"
        except ImportError as error:
            engine += f" whose backend cannot be imported ({error})"
    raise ImportError(
        "keras_gan runs on Keras 3 with TensorFlow behind it.\n"
        "  Expected: Keras 3 with the backend tensorflow\n"
        f"  Received: {engine}\n"
        '  What to do: Run `pip install "keras>=3.15"`, and set the environment '
        "variable KERAS_BACKEND=tensorflow before Keras is imported."
    )
