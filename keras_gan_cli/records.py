"""`run.json`: the options of a run and its state, of every version of the format."""

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

import click

from keras_gan_cli.errors import four_facts
from keras_gan_cli.files import read_json, unreadable
from keras_gan_cli.options import FIELDS, KEYS, TrainOptions
from keras_gan_cli.runs import MODELS, Run
from keras_gan_cli.values import check_values


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
        num_images: Number of images of the data; None before the start, and in runs of
            earlier versions.
        class_names: Names of the classes of the data; None without classes.
    """

    options: TrainOptions = dataclasses.field(default_factory=TrainOptions)
    first_step: int | None = None
    optimizers: str | None = None
    growth_images: int | None = None
    num_images: int | None = None
    class_names: list[str] | None = None

    def export_folder(self, run: Run) -> pathlib.Path:
        """Returns the folder of the SavedModel of a run."""
        return pathlib.Path(self.options.export or MODELS / run.folder.name)

    def to_json(self) -> dict[str, object]:
        """Returns the content of `run.json`, a flat dictionary."""
        values = {key: getattr(self, key) for key in STATE_KEYS}
        version = {"format_version": FORMAT_VERSION}
        return version | self.options.to_json() | values

    @classmethod
    def from_json(cls, content: Mapping[str, object]) -> "RunRecord":
        """Returns the record in the content of a `run.json` of any version.

        Raises:
            click.UsageError: If the version is unknown.
            TypeError: If there is a key that is neither an option nor a field.
        """
        state: dict[str, Any] = upgraded(content)
        options = {key: state.pop(key) for key in KEYS if key in state}
        return cls(TrainOptions.from_json(options), **state)


STATE_KEYS = [
    field.name for field in dataclasses.fields(RunRecord) if field.name != "options"
]
"""Keys of `run.json` that are not options."""


VALUES = {key: FIELDS[name] for key, name in KEYS.items()} | {
    field.name: field
    for field in dataclasses.fields(RunRecord)
    if field.name in STATE_KEYS
}
"""Fields by the keys of `run.json`."""


def upgrade_version_0(content: dict[str, object]) -> None:
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


def upgraded(content: Mapping[str, object]) -> dict[str, object]:
    """Returns the content of a `run.json`, converted to `FORMAT_VERSION`.

    Raises:
        click.UsageError: If the version is unknown.
    """
    content = dict(content)
    version = content.pop("format_version", 0)  # version 0 had no such key
    if version not in range(FORMAT_VERSION + 1) or not isinstance(version, int):
        raise click.UsageError(
            four_facts(
                "The `format_version` of this run is unknown.",
                expected=f"an integer from 0 to {FORMAT_VERSION}",
                received=f"format_version={version!r}",
                do="Update keras_gan, if a newer version of it has trained this run; "
                "else train a new run.",
            )
        )
    for upgrade in UPGRADES[version:]:
        upgrade(content)
    return content


def read_record(path: pathlib.Path) -> RunRecord:
    """Reads the `run.json` of a run, of any version.

    Raises:
        click.UsageError: If it cannot be read, its version is unknown, or a value is of
            another type or out of range.
    """
    content = read_json(path)
    check_values(upgraded(content), VALUES, path)
    try:
        return RunRecord.from_json(content)
    except TypeError as error:
        raise unreadable(path, error) from error
