"""Run folders: all files of one training."""

import dataclasses
import itertools
import pathlib

import click

from keras_gan_cli.errors import four_facts, suggest
from keras_gan_cli.files import is_occupied, read_json, unreadable

RUNS = pathlib.Path("runs")
"""Folder of the runs."""

MODELS = pathlib.Path("saved_models")
"""Folder of the exports."""


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

    @property
    def record(self) -> pathlib.Path:
        """File of the options of the run."""
        return self.folder / "run.json"

    @property
    def gan(self) -> pathlib.Path:
        """File of the GAN."""
        return self.folder / "gan.keras"

    @property
    def samples(self) -> pathlib.Path:
        """Folder of the sample grids."""
        return self.folder / "samples"

    @property
    def curves(self) -> pathlib.Path:
        """PNG file of losses and metrics."""
        return self.folder / "curves.png"

    @property
    def history(self) -> pathlib.Path:
        """Table of the logs of all epochs."""
        return self.folder / "history.csv"

    @property
    def metrics(self) -> pathlib.Path:
        """File of the last evaluation; it is written when the run is finished."""
        return self.folder / "metrics.json"

    @property
    def logs(self) -> pathlib.Path:
        """Folder of TensorBoard."""
        return self.folder / "logs"

    @property
    def last_trained(self) -> float:
        """Time of the last training in seconds; 0 if the folder is not a run."""
        files = [path for path in (self.record, self.gan) if path.is_file()]
        return max((path.stat().st_mtime for path in files), default=0.0)

    @property
    def finished_epochs(self) -> int:
        """Number of epochs after which the run was finished; 0 if it never was."""
        if not (self.metrics.is_file() and self.gan.is_file()):
            return 0
        epochs = read_json(self.metrics).get("epochs")
        if not isinstance(epochs, int):
            raise unreadable(self.metrics, ValueError(f"epochs: {epochs!r:.50}"))
        return epochs


def list_runs(folder: pathlib.Path = RUNS) -> list[Run]:
    """Returns the runs in a folder, the newest first."""
    runs = [Run(path) for path in folder.iterdir()] if folder.is_dir() else []
    runs = [run for run in runs if run.last_trained]
    return sorted(runs, key=lambda run: run.last_trained, reverse=True)


def unused_folder(name: str) -> pathlib.Path:
    """Returns the first of `runs/name`, `runs/name-2`, ... that is not occupied."""
    numbered = (f"{name}-{number}" for number in itertools.count(2))
    names = itertools.chain([name], numbered)
    return next(RUNS / name for name in names if not is_occupied(RUNS / name))


def find_run(folder: pathlib.Path | None = None) -> Run:
    """Returns the run in a folder; None: the newest run.

    Raises:
        click.UsageError: If there is none.
    """
    candidates = [Run(folder)] if folder else list_runs()
    for run in candidates:
        if run.record.is_file():
            return run
    raise click.UsageError(
        four_facts(
            "There is no run to resume.",
            expected="the folder of a run of `keras-gan train`, with its run.json",
            received=f"{folder}" if folder else f"no run in {RUNS.absolute()}",
            do=suggest_runs(str(folder)) or "Start one: keras-gan train",
        )
    )


def suggest_runs(name: str) -> str:
    """Returns the names of runs similar to a misspelled one; empty if there is none."""
    names = [str(run.folder) for run in list_runs()]
    return suggest(name, names) if names else ""
