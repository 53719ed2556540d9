"""Start of a training run, new or resumed: its folder and its options."""

import dataclasses
import os
import pathlib
import re
from collections.abc import Mapping
from typing import Any

from keras_gan_cli.errors import check
from keras_gan_cli.files import is_occupied
from keras_gan_cli.options import FIELDS, TrainOptions
from keras_gan_cli.paths import data_name, is_path
from keras_gan_cli.records import RunRecord, read_record
from keras_gan_cli.runs import MODELS, Run, find_run, unused_folder
from keras_gan_cli.saved import find_gan
from keras_gan_cli.terminal import flag


def new_run(
    folder: pathlib.Path | None, passed: Mapping[str, object]
) -> tuple[Run, RunRecord]:
    """Returns a new run and its record; nothing is written yet.

    Args:
        folder: Folder of the run; None: the first unused one of `runs/RECIPE-DATA`,
            `runs/RECIPE-DATA-2`, ...
        passed: Dictionary of the options that were passed.

    Raises:
        click.UsageError: If the folder is not empty, or options exclude each other.
    """
    options = dataclasses.replace(TrainOptions(), **with_absolute_paths(passed))
    options.check_recipe_arguments()
    if folder is None:
        name_of_data = utf8_name(data_name(options.data))
        folder = unused_folder(f"{options.recipe}-{name_of_data}")
    for name, path in (("out", str(folder)), ("export", options.export or "")):
        check(
            utf8_name(path) == path,
            f"`{flag(name)}` must be UTF-8: TensorFlow cannot write to other paths.",
            expected="a path of UTF-8 characters",
            received=ascii(path),
            do=f"Pass another {flag(name)}.",
        )
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


def utf8_name(name: str) -> str:
    r"""Returns a file name with "_" for each byte that is not UTF-8.

    Example:
    >>> utf8_name("caf\udce9")
    'caf_'
    """
    return re.sub("[\ud800-\udfff]", "_", name)


def resume_run(
    folder: pathlib.Path | None, passed: Mapping[str, object]
) -> tuple[Run, RunRecord]:
    """Returns a run that was started before, and its record.

    Args:
        folder: Folder of the run, or None for the newest.
        passed: Dictionary of the options that were passed.

    Returns:
        The run, and its record with the new values of the options that may change.

    Raises:
        click.UsageError: If there is no such run, it is finished, or an option that may
            not change differs from the run's.
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
    check_unfinished(run, record.options.epochs, run.finished_epochs)
    return run, record


def check_unfinished(
    run: Run, epochs: int, done: int, is_exported: bool = True
) -> None:
    """Validates that a run has epochs to train.

    Args:
        run: The run.
        epochs: The `--epochs` of the run.
        done: Number of epochs that it has been trained for.
        is_exported: Whether it was exported after them: else none need be left.

    Raises:
        click.UsageError: If it has none.
    """
    check(
        epochs > done or (epochs == done and not is_exported),
        f"The run in {run.folder} has been trained for {done} epochs.",
        expected=f"--epochs of more than {done}",
        received=f"--epochs {epochs}",
        do=f"keras-gan train --resume --out {run.folder} --epochs {2 * done}",
    )


def with_absolute_paths(passed: Mapping[str, object]) -> dict[str, Any]:
    """Returns the options that were passed, valid in every working folder."""
    values: dict[str, Any] = dict(passed)
    if "from_" in values:
        values["from_"] = find_gan(values["from_"]).absolute
    if "data" in values and is_path(values["data"]):
        values["data"] = os.path.abspath(values["data"])
    if values.get("features", "").endswith(".keras"):
        values["features"] = os.path.abspath(values["features"])
    return values
