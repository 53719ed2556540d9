"""Curves: the logs of a run as a CSV file and as plots."""

import csv
import pathlib
from collections.abc import Sequence

from keras_gan.callbacks.plotting import Row, plot
from keras_gan.errors import user_error
from keras_gan.files import atomic_file, writable_folder
from keras_gan.typing import Callback, Logs, StrPath


class Curves(Callback):
    """Writes the logs of all epochs to a CSV file and plots them after each epoch.

    The figure has a panel for the losses, for the scores, for the probabilities, and
    for each metric. The first column of the CSV file is `epoch`, counted from 1. A
    resumed run continues the file: rows of epochs that are trained again are replaced.
    Both files are written atomically.

    Put it after `Evaluation` to include its values.

    Args:
        path: PNG file.
        history: CSV file; by default `path` with the extension `.csv`.

    Raises:
        OSError: When training starts, if a folder cannot be written.
        ValueError: When training starts, if the CSV file is not a training history.

    Example:
    >>> import keras_gan as kg
    >>> kg.callbacks.Curves("runs/fashion/curves.png").history.as_posix()
    'runs/fashion/curves.csv'
    """

    def __init__(self, path: StrPath, history: StrPath | None = None) -> None:
        super().__init__()
        self.path: pathlib.Path = pathlib.Path(path).expanduser()
        self.history: pathlib.Path = pathlib.Path(
            history or self.path.with_suffix(".csv")
        ).expanduser()
        self.rows: list[Row] = []

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Checks that the files can be written, and reads an existing history."""
        writable_folder(self.path.parent)
        writable_folder(self.history.parent)
        self.rows = read_table(self.history) if self.history.exists() else []

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Removes the rows of epochs that are trained again."""
        self.rows = [row for row in self.rows if row["epoch"] <= epoch]

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Writes the CSV file and the figure."""
        values = {key: float(value) for key, value in (logs or {}).items()}
        self.rows.append({"epoch": epoch + 1, **values})
        write_table(self.history, self.rows)
        with atomic_file(self.path) as part:
            plot(self.rows, part)


def read_table(path: StrPath) -> list[Row]:
    """Returns the rows of a history, dictionaries of numbers including `epoch`.

    Raises:
        ValueError: If the file is not a training history.
    """
    with open(path, newline="") as file:
        table = list(csv.DictReader(file))
    try:
        rows = [{k: float(v) for k, v in row.items() if v != ""} for row in table]
        return [{**row, "epoch": int(row["epoch"])} for row in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise user_error(
            "`history` is not the CSV file of a training history.",
            expected="a CSV file of numbers with a column `epoch`",
            received=f"{path} ({error})",
            do="Pass another path for the history, or move this file.",
        ) from error


def write_table(path: StrPath, rows: Sequence[Row]) -> None:
    """Writes rows to a CSV file; missing values are empty."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with atomic_file(path) as part, open(part, "w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
