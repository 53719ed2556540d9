"""Trained GANs on disk: presets, runs and files."""

import dataclasses
import importlib.util
import itertools
import os
import pathlib

import click

from keras_gan_cli.errors import four_facts
from keras_gan_cli.paths import expand
from keras_gan_cli.records import RunRecord, read_record
from keras_gan_cli.runs import Run, list_runs, suggest_runs

DEFAULT_PRESET = "fashion_mnist"
"""Pretrained GAN of the commands that are given none, if there is no run."""


@dataclasses.dataclass(frozen=True)
class SavedGAN:
    """A trained GAN on disk.

    Args:
        path: Its `.keras` file.
        preset: Name of the preset that it is, or None.
    """

    path: pathlib.Path
    preset: str | None = None

    def __str__(self) -> str:
        return f"{self.preset} (pretrained)" if self.preset else str(self.path)

    @property
    def name(self) -> str:
        """Name of its exports: that of the run, of the file, or of the preset."""
        is_run = self.path.name == Run(self.path.parent).gan.name
        return self.path.parent.name if is_run else self.path.stem

    @property
    def absolute(self) -> str:
        """Name of the preset, or absolute path, from which `find_gan` finds it."""
        return self.preset or os.path.abspath(self.path)

    @property
    def record(self) -> RunRecord:
        """Record of its run, or one of default options if it is not that of a run."""
        path = Run(self.path.parent).record
        return read_record(path) if path.is_file() else RunRecord()


def find_presets() -> dict[str, pathlib.Path]:
    """Returns the files of the presets by name, without an import of `keras_gan`."""
    # For a package at the top `find_spec` imports nothing.
    spec = importlib.util.find_spec("keras_gan")
    folders = (spec and spec.submodule_search_locations) or ()
    files = [pathlib.Path(folder, "preset_files").glob("*.keras") for folder in folders]
    return {path.stem: path for path in itertools.chain.from_iterable(files)}


def find_gan(target: str | None = None) -> SavedGAN:
    """Returns a saved GAN.

    Args:
        target: Name of a preset, folder of a run, or `.keras` file; None: the newest
            run, or the preset `DEFAULT_PRESET` if there is no run.

    Raises:
        click.UsageError: If there is none.
    """
    presets = find_presets()
    if target is None:
        trained = (run.gan for run in list_runs() if run.gan.is_file())
        newest = next(trained, None)
        if newest:
            return SavedGAN(newest)
        target = DEFAULT_PRESET
    if target in presets:
        return SavedGAN(presets[target], target)
    target = expand(target)
    for path in (Run(pathlib.Path(target)).gan, pathlib.Path(target)):
        # Not `path.is_file()`, which raises an error for a name that is too long.
        if os.path.isfile(path):
            return SavedGAN(path)
    raise click.UsageError(
        four_facts(
            "There is no trained GAN of this name or path.",
            expected="the folder of a run with its gan.keras, a .keras file, or the "
            f"name of a preset ({', '.join(presets)})",
            received=target,
            do=f"{suggest_runs(target)} Train one: keras-gan train".strip(),
        )
    )
