"""TrainingLogs: the running means of an epoch, and the logs computed from them."""

import types
from collections.abc import Callable, Mapping

import keras

from keras_gan.game import TermState
from keras_gan.penalties import Penalty
from keras_gan.typing import Mean, Tensor, Variable

REAL_BEFORE, FAKE_BEFORE = "real_{}", "fake_{}"
"""Formats of the log keys of scores before the discriminator's update."""

FAKE_AFTER = "fake_{}_after"
"""Format of the log key of scores of generated images after that update."""


class TrainingLogs:
    """Running means of losses, scores, penalties and state.

    Args:
        score_metrics: Dictionary from names to functions of scores whose means are
            logged.
        penalties: Penalties of both networks by log key.
        term_states: Dictionary from names to `TermState`.

    Attributes:
        means: Running means by log key, in the order of the logs.
    """

    def __init__(
        self,
        score_metrics: Mapping[str, Callable[[Tensor], Tensor]],
        penalties: Mapping[str, Penalty],
        term_states: Mapping[str, TermState],
    ) -> None:
        self.score_metrics = score_metrics
        self.term_states = term_states
        keys = ["generator_loss", "discriminator_loss"]
        for name in score_metrics:
            keys += [key.format(name) for key in (REAL_BEFORE, FAKE_BEFORE, FAKE_AFTER)]
        keys += [*penalties]
        keys += [key for state in term_states.values() for key in state.log_keys]
        # Keras does not track a mapping proxy: compiling twice leaves nothing behind.
        means = {key: keras.metrics.Mean(key) for key in keys}
        self.means: Mapping[str, Mean] = types.MappingProxyType(means)

    @property
    def num_images(self) -> Variable:
        """Number of images that the generator's loss is the mean of."""
        return self.means["generator_loss"].count

    def with_means(
        self, penalties: Mapping[str, Penalty]
    ) -> tuple[tuple[Penalty, Mean], ...]:
        """Returns pairs of each penalty and the running mean of its values."""
        return tuple((penalty, self.means[key]) for key, penalty in penalties.items())

    def update_losses(self, **losses: Tensor) -> None:
        """Updates the running means of losses.

        Args:
            **losses: Loss of each image by log key, shape `(batch,)`.
        """
        for key, values in losses.items():
            self.means[key].update_state(values)

    def update_scores(self, key: str, scores: Tensor) -> None:
        """Updates the running means of functions of scores.

        Args:
            key: `REAL_BEFORE`, `FAKE_BEFORE` or `FAKE_AFTER`.
            scores: Scores, shape `(batch,)`.
        """
        for name, metric in self.score_metrics.items():
            self.means[key.format(name)].update_state(metric(scores))

    def update_state_and_metrics(
        self, real_scores: Tensor, fake_scores: Tensor, losses: Tensor
    ) -> None:
        """Updates the state of all terms, and the means of states and scores.

        Args:
            real_scores: Scores of real images, shape `(batch,)`.
            fake_scores: Scores of generated images, shape `(batch,)`.
            losses: Discriminator loss of each pair, shape `(batch,)`.
        """
        self.update_scores(REAL_BEFORE, real_scores)
        self.update_scores(FAKE_BEFORE, fake_scores)
        for state in self.term_states.values():
            logs = state.update(real_scores, fake_scores, losses)
            for key, value in logs.items():
                self.means[key].update_state(value)

    def train_results(self) -> dict[str, Tensor]:
        """Returns the logs of training steps so far, by log key."""
        return with_total({key: mean.result() for key, mean in self.means.items()})

    def test_results(self, results: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Returns the logs of an evaluation so far, without those of training steps.

        Args:
            results: Results of all metrics of the model, by log key.
        """
        keys = [
            key.format(name)
            for name in self.score_metrics
            for key in (REAL_BEFORE, FAKE_BEFORE)
        ]
        known = {"generator_loss", "discriminator_loss", *keys}
        training_only = set(self.means) - known
        return with_total(
            {key: value for key, value in results.items() if key not in training_only}
        )


def with_total(logs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Returns logs with `loss`, the sum of both losses.

    Keras's `TerminateOnNaN` requires it; it has no other meaning.
    """
    return logs | {"loss": logs["generator_loss"] + logs["discriminator_loss"]}
