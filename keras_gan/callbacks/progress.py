"""Progress: Keras's progress bar on one line of a terminal."""

import shutil
from collections.abc import Mapping

from keras_gan.typing import Logs, ProgbarLogger

SYMBOLS = {
    "real_probability": "D(x)",
    "fake_probability": "D(G(z))",
    "real_score": "D(x)",
    "fake_score": "D(G(z))",
    "generator_loss": "G",
    "discriminator_loss": "D",
}
"""Symbols of the papers by log key, in order of priority."""

BAR_COLUMNS = 44
"""Columns of the terminal for the bar and the times."""


class Progress(ProgbarLogger):
    """Keras's progress bar, limited to the most important values of a GAN.

    The progress bar of `fit` shows all values of the logs, which wrap over several
    lines of a terminal, so that it cannot be updated in place. This one replaces it and
    shows both losses (G, D) and the discriminator's outputs for real and generated
    images (D(x), D(G(z)): probabilities if the loss logs them, else scores); at the end
    of an epoch also metrics. A narrow terminal has fewer values.

    Put it after `Evaluation` to show its values.
    """

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Updates the bar."""
        columns = shutil.get_terminal_size((160, 24)).columns
        super().on_train_batch_end(batch, select(logs or {}, columns - BAR_COLUMNS))

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Completes the bar, with the metrics."""
        columns = shutil.get_terminal_size((160, 24)).columns
        metrics = {key: value for key, value in (logs or {}).items() if is_metric(key)}
        super().on_epoch_end(epoch, select(logs or {}, columns - BAR_COLUMNS) | metrics)


def is_metric(key: str) -> bool:
    """Returns whether a log key is not one of every GAN."""
    return key not in SYMBOLS and key != "loss" and not key.endswith("_after")


def select(logs: Mapping[str, float], columns: int) -> dict[str, float]:
    """Returns the values by symbol that fit into a number of columns.

    Args:
        logs: Dictionary of the logs.
        columns: Available columns of the terminal.

    Example:
    >>> logs = {"real_score": 0.2, "generator_loss": 0.7, "fake_score_after": 0.1}
    >>> select(logs, columns=40)
    {'D(x)': 0.2, 'G': 0.7}
    >>> select(logs, columns=15)
    {'D(x)': 0.2}
    """
    selected: dict[str, float] = {}
    for key, symbol in SYMBOLS.items():
        width = len(f" - {symbol}: 0.1234")
        if key in logs and symbol not in selected and width <= columns:
            selected[symbol] = logs[key]
            columns -= width
    return selected
