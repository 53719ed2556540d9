"""Curves: the numbers of a run as a table and as one picture."""

import csv
import pathlib

import keras

from keras_gan.callbacks.plotting import plot
from keras_gan.config import atomic_file, user_error, writable_folder


class Curves(keras.callbacks.Callback):
    """Keeps all values of the logs in a table, and draws them after each epoch.

    The picture has a panel for the losses, for the scores, for the probabilities, and
    for each metric. The table is a CSV file, `epoch` (counted from 1) its first column,
    and a run that is resumed goes on from it: rows of epochs that are trained again are
    replaced. Both files are always whole.

    Put it after `Evaluation`, whose values it is to show.

    Args:
        path: PNG file.
        history: CSV file; by default beside the picture, under its name.

    Raises:
        OSError: When training starts, if a folder cannot be written.
        ValueError: When training starts, if the CSV file is of something else.

    Example:
    >>> import keras_gan as kg
    >>> kg.callbacks.Curves("runs/fashion/curves.png").history.as_posix()
    'runs/fashion/curves.csv'
    """

    def __init__(self, path, history=None):
        super().__init__()
        self.path = pathlib.Path(path)
        self.history = pathlib.Path(history or self.path.with_suffix(".csv"))
        self.rows = None

    def on_train_begin(self, logs=None):
        """Proves that the files can be written, and reads what there is."""
        writable_folder(self.path.parent)
        writable_folder(self.history.parent)
        self.rows = read_table(self.history) if self.history.exists() else []

    def on_epoch_begin(self, epoch, logs=None):
        """Forgets the epochs that are trained again."""
        self.rows = [row for row in self.rows if row["epoch"] <= epoch]

    def on_epoch_end(self, epoch, logs=None):
        """Writes the table and the picture."""
        values = {key: float(value) for key, value in (logs or {}).items()}
        self.rows.append({"epoch": epoch + 1, **values})
        write_table(self.history, self.rows)
        with atomic_file(self.path) as part:
            plot(self.rows, part)


def read_table(path):
    """Reads the rows of a history: dictionaries of `float`, `epoch` among them.

    Raises:
        ValueError: If the file is not such a table.
    """
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    try:
        rows = [{k: float(v) for k, v in row.items() if v != ""} for row in rows]
        return [{**row, "epoch": int(row["epoch"])} for row in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise user_error(
            "This file is not the history of a training.",
            expected="a CSV file of numbers with a column `epoch`",
            received=f"{path} ({error})",
            do="Name another file for the history, or move this one away.",
        ) from error


def write_table(path, rows):
    """Writes rows; a column that some of them lack stays empty there."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with atomic_file(path) as part, open(part, "w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
