"""TrainingLogs: the running means of an epoch, and the logs computed from them."""

import inspect
import types

import keras

from keras_gan.errors import check
from keras_gan.metrics import names
from keras_gan.metrics.metric import SampleMetric
from keras_gan.metrics.updates import process_pending

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

    def __init__(self, score_metrics, penalties, term_states):
        self.score_metrics, self.term_states = score_metrics, term_states
        keys = ["generator_loss", "discriminator_loss"]
        for name in score_metrics:
            keys += [key.format(name) for key in (REAL_BEFORE, FAKE_BEFORE, FAKE_AFTER)]
        keys += [*penalties]
        keys += [key for state in term_states.values() for key in state.log_keys]
        # Keras does not track a mapping proxy: compiling twice leaves nothing behind.
        means = {key: keras.metrics.Mean(key) for key in keys}
        self.means = types.MappingProxyType(means)

    def with_means(self, penalties):
        """Returns pairs of each penalty and the running mean of its values."""
        return tuple((penalty, self.means[key]) for key, penalty in penalties.items())

    def update_losses(self, **losses):
        """Updates the running means of losses.

        Args:
            **losses: Loss of each image by log key, shape `(batch,)`.
        """
        for key, values in losses.items():
            self.means[key].update_state(values)

    def update_scores(self, key, scores):
        """Updates the running means of functions of scores.

        Args:
            key: `REAL_BEFORE`, `FAKE_BEFORE` or `FAKE_AFTER`.
            scores: Scores, shape `(batch,)`.
        """
        for name, metric in self.score_metrics.items():
            self.means[key.format(name)].update_state(metric(scores))

    def update_state_and_metrics(self, real_scores, fake_scores, losses):
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

    def train_results(self):
        """Returns the logs of training steps so far, by log key."""
        return with_total({key: mean.result() for key, mean in self.means.items()})

    def test_results(self, results):
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


def with_total(logs):
    """Returns logs with `loss`, the sum of both losses.

    Keras's `TerminateOnNaN` requires it; it has no other meaning.
    """
    return logs | {"loss": logs["generator_loss"] + logs["discriminator_loss"]}


def processing_images(test_function, metrics):
    """Returns a test function that runs the feature networks after each call.

    A graph only stores the images of an update: see `update_states`.

    Args:
        test_function: Keras's test function.
        metrics: List of `SampleMetric`.
    """

    def test_and_process(iterator):
        logs = test_function(iterator)
        process_pending(metrics)
        return logs

    return test_and_process


def separate_metrics(identifiers):
    """Returns the metrics of `compile`: those of Keras, and those of samples by name.

    Args:
        identifiers: What `compile(metrics=...)` takes: a list of objects, classes and
            names, or one of them, or None.

    Returns:
        A list for Keras, or None; and a dictionary from names to `SampleMetric`.

    Raises:
        ValueError: If two metrics of samples have the same log key.
    """
    if identifiers is None or isinstance(identifiers, dict):
        return identifiers, {}
    listed = isinstance(identifiers, list | tuple)
    others, samples, known = [], {}, set()
    for identifier in identifiers if listed else [identifiers]:
        if not is_sample_metric(identifier):
            others.append(identifier)
            continue
        metric = names.get(identifier)
        check(
            not known.intersection(metric.keys),
            "`metrics` has two metrics with the same log key.",
            expected="another log key for each value",
            received=", ".join(metric.keys),
            do='Pass a name, e.g. kg.metrics.FrechetDistance(name="fd_test").',
        )
        samples[metric.name] = metric
        known |= {*metric.keys}
    return others or None, samples


def is_sample_metric(identifier):
    """Returns whether an identifier is a metric of samples, and not one of Keras."""
    if isinstance(identifier, str):
        return identifier in names.NAMES
    if inspect.isclass(identifier):
        return issubclass(identifier, SampleMetric)
    return isinstance(identifier, SampleMetric)
