"""Progress: Keras's progress bar on one line of a terminal."""

import shutil

import keras

LETTERS = {
    "real_probability": "D(x)",
    "fake_probability": "D(G(z))",
    "real_score": "D(x)",
    "fake_score": "D(G(z))",
    "generator_loss": "G",
    "discriminator_loss": "D",
}
"""The letters of the papers, for what a GAN is watched by, the most telling first."""

BAR = 44
"""Columns that the bar and the times take."""


class Progress(keras.callbacks.ProgbarLogger):
    """Keras's progress bar with the few values that tell how the game goes.

    `fit` shows all values of the logs, which take three lines of a terminal, and such a
    bar cannot be drawn over itself. This one takes its place and shows both losses (G,
    D) and what the discriminator makes of real and of generated images (D(x), D(G(z)):
    probabilities where the loss knows them, else scores); at the end of an epoch also
    what was measured besides. A narrow terminal gets fewer.

    Put it after `Evaluation`, whose values it is to show.
    """

    def on_train_batch_end(self, batch, logs=None):
        """Draws the bar."""
        columns = shutil.get_terminal_size((160, 24)).columns
        super().on_train_batch_end(batch, shortened(logs or {}, columns - BAR))

    def on_epoch_end(self, epoch, logs=None):
        """Draws the full bar, with the values that were measured."""
        columns = shutil.get_terminal_size((160, 24)).columns
        measured = {key: value for key, value in (logs or {}).items() if is_extra(key)}
        super().on_epoch_end(epoch, shortened(logs or {}, columns - BAR) | measured)


def is_extra(key):
    """Tells whether a key of the logs is none of those that every GAN has."""
    return key not in LETTERS and key != "loss" and not key.endswith("_after")


def shortened(logs, room):
    """Returns the values that are shown under their letters, as many as fit.

    Args:
        logs: Dictionary of the logs.
        room: Columns for them.

    Example:
    >>> logs = {"real_score": 0.2, "generator_loss": 0.7, "fake_score_after": 0.1}
    >>> shortened(logs, room=40)
    {'D(x)': 0.2, 'G': 0.7}
    >>> shortened(logs, room=15)
    {'D(x)': 0.2}
    """
    shown = {}
    for key, letter in LETTERS.items():
        needed = len(f" - {letter}: 0.1234")
        if key in logs and letter not in shown and needed <= room:
            shown[letter] = logs[key]
            room -= needed
    return shown
