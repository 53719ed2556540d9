"""Run folders: all files of one training, and `run.json`, from which it resumes."""

import dataclasses
import itertools
import json
import os
import pathlib

from keras_gan.cli.options import FIELDS, KEYS, TrainOptions
from keras_gan.cli.terminal import flag
from keras_gan.config import (
    atomic_file,
    check,
    is_integer,
    suggest,
    user_error,
    writable_folder,
)
from keras_gan.preset_files import presets

RUNS = pathlib.Path("runs")
"""Folder of the runs."""

MODELS = pathlib.Path("saved_models")
"""Folder of the exports, and of the model that ships with the package."""


@dataclasses.dataclass(frozen=True)
class Run:
    """The folder of a run, and the paths in it.

    Args:
        folder: Path of the folder.

    Example:
    >>> Run(pathlib.Path("runs/shoes")).gan.as_posix()
    'runs/shoes/gan.keras'
    """

    folder: pathlib.Path

    record = property(lambda self: self.folder / "run.json")
    gan = property(lambda self: self.folder / "gan.keras")
    samples = property(lambda self: self.folder / "samples")
    curves = property(lambda self: self.folder / "curves.png")
    history = property(lambda self: self.folder / "history.csv")
    metrics = property(lambda self: self.folder / "metrics.json")
    logs = property(lambda self: self.folder / "logs")

    @property
    def last_trained(self):
        """Time of the last training in seconds; 0 if the folder is not a run."""
        files = [path for path in (self.record, self.gan) if path.is_file()]
        return max((path.stat().st_mtime for path in files), default=0.0)


@dataclasses.dataclass
class RunRecord:
    """Content of `run.json`: the options of a run, and what its start determined.

    Args:
        options: `TrainOptions`.
        first_step: Training steps that the GAN had made before the run; None before
            its start.
        optimizers: Where the optimizers of a `--from` GAN come from, as text.
        growth_images: Number of training images by which progressive growing is
            complete; None without growing.
    """

    options: TrainOptions = dataclasses.field(default_factory=TrainOptions)
    first_step: int | None = None
    optimizers: str | None = None
    growth_images: int | None = None

    def to_json(self):
        """Returns the content of `run.json`, a flat dictionary."""
        values = {key: getattr(self, key) for key in STATE_KEYS}
        version = {"format_version": FORMAT_VERSION}
        return version | self.options.to_json() | values

    @classmethod
    def from_json(cls, content):
        """Returns the record in the content of a `run.json` of any version.

        Raises:
            ValueError: If the version is unknown.
            TypeError: If there is a key that is neither an option nor a field.
        """
        content = upgraded(content)
        options = {key: content.pop(key) for key in KEYS if key in content}
        return cls(TrainOptions.from_json(options), **content)


STATE_KEYS = [
    field.name for field in dataclasses.fields(RunRecord) if field.name != "options"
]
"""Keys of `run.json` that are not options."""


def upgrade_version_0(content):
    """Converts version 0, whose names were `rate` and the recipe `r3gan`."""
    if "rate" in content:
        content["learning_rate"] = content.pop("rate")
    if content.get("recipe") == "r3gan":
        content["recipe"] = "relativistic"


UPGRADES = [upgrade_version_0]
"""Functions that convert a `run.json` in place to the next version.

The one of version n is at index n. A new version appends its function here.
"""

FORMAT_VERSION = len(UPGRADES)
"""Version of `run.json` that is written."""


def upgraded(content):
    """Returns the content of a `run.json`, converted to `FORMAT_VERSION`.

    Raises:
        ValueError: If the version is unknown.
    """
    content = dict(content)
    version = content.pop("format_version", 0)  # version 0 had no such key
    check(
        is_integer(version, 0) and version <= FORMAT_VERSION,
        "The `format_version` of this run is unknown.",
        expected=f"an integer from 0 to {FORMAT_VERSION}",
        received=f"format_version={version!r}",
        do="Update keras_gan, if a newer version of it has trained this run; else "
        "train a new run.",
    )
    for upgrade in UPGRADES[version:]:
        upgrade(content)
    return content


def new_run(folder, passed):
    """Returns a new run and its record; nothing is written yet.

    Args:
        folder: Folder of the run; None: the first unused one of `runs/RECIPE-DATA`,
            `runs/RECIPE-DATA-2`, ...
        passed: Dictionary of the options that were passed.

    Returns:
        `Run` and `RunRecord`.

    Raises:
        ValueError: If the folder is not empty.
    """
    options = TrainOptions(**with_absolute_paths(passed))
    if folder is None:
        folder = unused_folder(f"{options.recipe}-{pathlib.Path(options.data).name}")
    check(
        not is_occupied(folder),
        "`--out` must be a new or empty folder.",
        expected="a new or empty folder",
        received=f"{folder}, which holds another run or other files",
        do="Pass another --out, or add --resume to continue that run.",
    )
    if options.export is None:
        options = dataclasses.replace(options, export=str(MODELS / folder.name))
    return Run(folder), RunRecord(options)


def resume_run(folder, passed):
    """Returns a run that was started before, and its record.

    Args:
        folder: Folder of the run, or None for the newest.
        passed: Dictionary of the options that were passed.

    Returns:
        `Run` and `RunRecord`, with the new values of the options that may change.

    Raises:
        ValueError: If there is no such run, or an option that may not change differs
            from the run's.
    """
    run = find_run(folder)
    record = read_record(run.record)
    passed = with_absolute_paths(passed)
    for name, value in passed.items():
        previous = getattr(record.options, name)
        check(
            value == previous or FIELDS[name].metadata["may_change"],
            f"`{flag(name)}` differs from that of the run in {run.folder}.",
            expected=f"no {flag(name)}"
            + ("" if previous is None else f", or {flag(name)} {previous}"),
            received=f"{flag(name)} {value}",
            do=f"Leave {flag(name)} out, or leave --resume out to start another run.",
        )
    record.options = dataclasses.replace(record.options, **passed)
    return run, record


def is_folder(name):
    """Returns whether the `--data` of this name is a folder, not a known dataset."""
    return os.sep in name or os.path.isdir(name)


def with_absolute_paths(passed):
    """Returns the options that were passed, valid in every working folder."""
    paths = {}
    if "from_" in passed:
        paths["from_"] = os.path.abspath(find_gan_file(pathlib.Path(passed["from_"])))
    if "data" in passed and is_folder(passed["data"]):
        paths["data"] = os.path.abspath(passed["data"])
    if passed.get("features", "").endswith(".keras"):
        paths["features"] = os.path.abspath(passed["features"])
    return {**passed, **paths}


def read_record(path):
    """Reads the `run.json` of a run, of any version.

    Raises:
        ValueError: If it cannot be read, or its version is unknown.
    """
    content = read_json(path)
    try:
        return RunRecord.from_json(content)
    except TypeError as error:
        raise unreadable(path, error) from error


def read_json(path):
    """Reads a dictionary from a JSON file of a run.

    Raises:
        ValueError: If the file cannot be read.
    """
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise unreadable(path, error) from error


def unreadable(path, reason):
    """Returns the error for a file of a run that cannot be read."""
    return user_error(
        "This file of a run cannot be read.",
        expected="a JSON file that `keras-gan train` wrote",
        received=f"{path} ({reason})",
        do="Train a new run: this file was changed since it was written.",
    )


def write_json(path, content):
    """Writes a JSON file atomically."""
    with atomic_file(path) as part:
        part.write_text(json.dumps(content, indent=2) + "\n")


def list_runs(folder=RUNS):
    """Returns the runs in a folder, the newest first."""
    runs = [Run(path) for path in folder.iterdir()] if folder.is_dir() else []
    runs = [run for run in runs if run.last_trained]
    return sorted(runs, key=lambda run: run.last_trained, reverse=True)


def unused_folder(name):
    """Returns the first of `runs/name`, `runs/name-2`, ... that is not occupied."""
    numbered = (f"{name}-{number}" for number in itertools.count(2))
    names = itertools.chain([name], numbered)
    return next(RUNS / name for name in names if not is_occupied(RUNS / name))


def is_occupied(folder):
    """Returns whether a path exists and is not an empty folder."""
    return folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))


def find_run(folder=None):
    """Returns the run in a folder; None: the newest run.

    Raises:
        ValueError: If there is none.
    """
    candidates = [Run(folder)] if folder else list_runs()
    for run in candidates:
        if run.record.is_file():
            return run
    raise user_error(
        "There is no run to resume.",
        expected="the folder of a run of `keras-gan train`, with its run.json",
        received=f"{folder}" if folder else f"no run in {RUNS.absolute()}",
        do=suggest_runs(folder) or "Start one: keras-gan train",
    )


def suggest_runs(name):
    """Returns the names of runs similar to a misspelled one; empty if there is none."""
    names = [str(run.folder) for run in list_runs()]
    return suggest(str(name), names) if names else ""


def find_gan_file(target=None):
    """Returns the path of a saved GAN.

    Args:
        target: Folder of a run, or a `.keras` file; None: the newest run, or the model
            that ships if there is no run.

    Raises:
        ValueError: If there is none.
    """
    if target is None:
        candidates = [run.gan for run in list_runs()]
        candidates += [presets["fashion_mnist"].path]
    else:
        candidates = [Run(target).gan, target]
    for path in candidates:
        if path.is_file():
            return path
    suggestion = suggest_runs(target) if target else ""
    raise user_error(
        "There is no trained GAN here.",
        expected="the folder of a run with its gan.keras, or a .keras file",
        received=f"{target or pathlib.Path.cwd()}",
        do=f"{suggestion} Train one: keras-gan train".strip(),
    )


def check_writable(folder):
    """Validates that a folder can be created and written, without creating it.

    Raises:
        OSError: If it cannot.
    """
    folder = pathlib.Path(folder).absolute()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir():
        raise user_error(
            "This folder cannot be created.",
            expected="a path whose existing parents are all folders",
            received=f"{folder}, where {existing} is a file",
            do="Pass another folder.",
            kind=NotADirectoryError,
        )
    writable_folder(existing)
