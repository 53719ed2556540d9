"""A run is a folder with everything of one training; here runs and models are found."""

import dataclasses
import itertools
import json
import os
import pathlib

from keras_gan.cli.terminal import option
from keras_gan.config import atomic_file, check, suggest, user_error, writable_folder

RUNS = pathlib.Path("runs")
"""Where runs go."""

MODELS = pathlib.Path("saved_models")
"""Where exports go, and where the model that ships lies."""

SHIPPED = MODELS / "fashion_mnist.keras"
"""The model that ships, below the working folder or beside the package."""

CHOICES = {
    "data": "fashion_mnist_10k",
    "recipe": "dcgan",
    "image_shape": None,
    "batch_size": 64,
    "from": None,
    "seed": 0,
    "features": "fashion_mnist",
    "flip": False,
    "epochs": 12,
    "width": None,
    "latent_dim": None,
    "ema_momentum": None,
    "rate": None,
}
"""What decides a run, and what is taken where the user says nothing."""

ARGUMENTS = ("width", "latent_dim", "ema_momentum", "rate")
"""Choices that are arguments of the recipe; None: as it has them."""

CHANGEABLE = ("epochs", "export")
"""Choices that may be others when a run is resumed."""


@dataclasses.dataclass(frozen=True)
class Run:
    """The folder of a run, and the names of what is in it.

    Args:
        folder: Path of the folder.

    Example:
    >>> Run(pathlib.Path("runs/shoes")).gan.as_posix()
    'runs/shoes/gan.keras'
    """

    folder: pathlib.Path

    options = property(lambda self: self.folder / "run.json")
    gan = property(lambda self: self.folder / "gan.keras")
    samples = property(lambda self: self.folder / "samples")
    curves = property(lambda self: self.folder / "curves.png")
    history = property(lambda self: self.folder / "history.csv")
    metrics = property(lambda self: self.folder / "metrics.json")
    logs = property(lambda self: self.folder / "logs")

    @property
    def changed(self):
        """When the run was last trained, in seconds; 0 if it is no run."""
        files = [path for path in (self.options, self.gan) if path.is_file()]
        return max((path.stat().st_mtime for path in files), default=0.0)


def begin(folder, choices):
    """Returns a new run and what decides it; nothing is written yet.

    Args:
        folder: Folder that the user asked for, or None.
        choices: Dictionary of what the user said, with keys of `CHOICES`, and `export`:
            the folder of the SavedModel.

    Returns:
        `Run` and the dictionary of all choices.

    Raises:
        ValueError: If the folder holds something.
    """
    choices = CHOICES | absolute(choices)
    run = fresh(folder, f"{choices['recipe']}-{pathlib.Path(choices['data']).name}")
    return run, {"export": str(MODELS / run.folder.name), **choices}


def resume(folder, choices):
    """Returns a run that was begun, and what decides it.

    Args:
        folder: Folder of the run, or None for the newest.
        choices: As in `begin`.

    Returns:
        `Run` and the dictionary that was kept in its folder, with what may change.

    Raises:
        ValueError: If there is no such run, or the user says something else than the
            run was begun with.
    """
    run = started(folder)
    kept = CHOICES | read_json(run.options)
    kept["image_shape"] = tuple(kept["image_shape"])
    choices = absolute(choices)
    for name in choices.keys() - set(CHANGEABLE):
        check(
            choices[name] == kept[name],
            f"The run in {run.folder} was begun with another {name.replace('_', ' ')}.",
            expected="nothing said"
            if kept[name] is None
            else f"{kept[name]}, or nothing said",
            received=f"{choices[name]}",
            do=f"Leave {option(name)} out, or start another run by leaving --resume "
            "out.",
        )
    return run, kept | choices


def is_folder(name):
    """Tells whether data are meant to be a folder, and not a name."""
    return os.sep in name or os.path.isdir(name)


def absolute(choices):
    """Returns choices whose paths are true from every working folder."""
    paths = {}
    if "from" in choices:
        paths["from"] = os.path.abspath(find(pathlib.Path(choices["from"])))
    if "data" in choices and is_folder(choices["data"]):
        paths["data"] = os.path.abspath(choices["data"])
    if choices.get("features", "").endswith(".keras"):
        paths["features"] = os.path.abspath(choices["features"])
    return {**choices, **paths}


def read_json(path):
    """Reads a JSON file."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise user_error(
            "This file of a run cannot be read.",
            expected="a JSON file that `keras-gan train` wrote",
            received=f"{path} ({error})",
            do="Train a new run: this one was changed by hand.",
        ) from error


def write_json(path, content):
    """Writes a JSON file, whole or not at all."""
    with atomic_file(path) as part:
        part.write_text(json.dumps(content, indent=2) + "\n")


def below(folder=RUNS):
    """Returns the runs in a folder, the newest first."""
    found = [Run(path) for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(
        (run for run in found if run.changed), key=lambda run: run.changed, reverse=True
    )


def fresh(folder, name):
    """Returns a run whose folder is free.

    Args:
        folder: The folder that was asked for, or None for the first free one of
            `runs/name`, `runs/name-2`, ...
        name: Name of a run that was not named.

    Raises:
        ValueError: If the folder that was asked for holds something.
    """
    if folder is None:
        names = itertools.chain([name], (f"{name}-{i}" for i in itertools.count(2)))
        folder = next(RUNS / each for each in names if not is_taken(RUNS / each))
    check(
        not is_taken(folder),
        "The output folder holds another run, or other files.",
        expected="a new or empty folder",
        received=str(folder),
        do="Choose another name by --out, or go on with that run by adding --resume.",
    )
    return Run(folder)


def is_taken(folder):
    """Tells whether there is something at a path other than an empty folder."""
    return folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))


def started(folder=None):
    """Returns the run in a folder, or the newest of all.

    Raises:
        ValueError: If there is none.
    """
    runs = [Run(folder)] if folder else below()
    for run in runs:
        if run.options.is_file():
            return run
    raise user_error(
        "There is no run to go on with.",
        expected="a folder that `keras-gan train` made, with its run.json",
        received=f"{folder}" if folder else f"no run in {RUNS.absolute()}",
        do=hint(folder) or "Start one: keras-gan train",
    )


def hint(target):
    """Returns what may have been meant by the name of a run, or nothing."""
    names = [str(run.folder) for run in below()]
    return suggest(str(target), names) if names else ""


def find(target=None):
    """Returns the `.keras` file that a user means.

    Args:
        target: A run's folder or a file; None: that of the newest run, else the model
            that ships.

    Raises:
        ValueError: If there is none.
    """
    if target is None:
        places = [run.gan for run in below()]
        places += [SHIPPED, pathlib.Path(__file__).parents[2] / SHIPPED]
    else:
        places = [Run(target).gan, target]
    for place in places:
        if place.is_file():
            return place
    known = hint(target) if target else ""
    raise user_error(
        "There is no trained GAN here.",
        expected="the folder of a run with its gan.keras, or a .keras file",
        received=f"{target or pathlib.Path.cwd()}",
        do=f"{known} Train one: keras-gan train".strip(),
    )


def prove_writable(folder):
    """Makes sure that a folder can be made and written, without making it.

    Raises:
        OSError: If it cannot.
    """
    folder = pathlib.Path(folder).absolute()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir():
        raise user_error(
            "This folder cannot be made.",
            expected="a path on which all are folders",
            received=f"{folder}, where {there} is a file",
            do="Name another folder.",
            kind=NotADirectoryError,
        )
    writable_folder(there)
