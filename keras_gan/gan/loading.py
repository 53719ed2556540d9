"""Loading of saved GANs: presets, runs of `keras-gan train` and `.keras` files."""

import os
import pathlib
from typing import TypeVar

from keras_gan.errors import UserError, suggest, user_error
from keras_gan.preset_files import presets
from keras_gan.saved_files import models
from keras_gan.typing import Model, StrPath

T = TypeVar("T", bound=Model)

RUN_FILE = "gan.keras"
"""Name of the file of the GAN in the folder of a run."""


def find_file(preset: StrPath) -> pathlib.Path:
    """Returns the file of a preset's name, of a run's folder, or of its own path.

    Raises:
        ValueError: If there is none.
    """
    if preset in presets:
        return presets[str(preset)].path
    folder = pathlib.Path(preset).expanduser()
    for path in (folder / RUN_FILE, folder):
        if os.path.isfile(path):  # not `is_file`, which raises for a name too long
            return path
    raise user_error(
        "`preset` must be the name of a preset, or a saved GAN.",
        expected="a name in kg.presets, the folder of a run of keras-gan train, or a "
        ".keras file",
        received=f"{os.fspath(preset)!r}, which is none of them",
        do=suggest(os.fspath(preset), list(presets)),
    )


def load(preset: StrPath, model_class: type[T]) -> T:
    """Loads a saved GAN.

    Args:
        preset: As in `GAN.from_preset`.
        model_class: Class of the GAN.

    Raises:
        ValueError: If there is no such file, or it is not a GAN; if it would run code
            or exceeds a limit; if a weight is missing, NaN or infinite.
    """
    path = find_file(preset)
    try:
        model = models.load_model(path)
        received = f"{path}, a {type(model).__name__}"
    except UserError:  # such as a format version that is too new: it has its advice
        raise
    except (OSError, ValueError) as error:
        model, received = None, f"{path} ({models.first_line(error)})"
    if isinstance(model, model_class):
        return model
    raise user_error(
        "This file is not a saved GAN.",
        expected="a .keras file that gan.save or keras-gan train wrote",
        received=received,
        do="Pass another file, the folder of a run, or the name of a preset.",
    )
