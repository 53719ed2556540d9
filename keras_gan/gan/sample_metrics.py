"""The metrics of `GAN.compile`: those of Keras, and those of samples."""

import inspect
from collections.abc import Mapping, Sequence

from keras_gan.errors import check, warn
from keras_gan.gan.arguments import Metrics
from keras_gan.metrics import names
from keras_gan.metrics.metric import SampleMetric


def separate_metrics(
    identifiers: Metrics | None,
) -> tuple[object, dict[str, SampleMetric]]:
    """Returns the metrics of `compile`: those of Keras, and those of samples by name.

    Args:
        identifiers: What `compile(metrics=...)` takes: a list of objects, classes and
            names, or one of them, or None.

    Returns:
        A list for Keras, or None; and a dictionary from names to `SampleMetric`.

    Raises:
        ValueError: If two metrics of samples have the same log key.
    """
    if identifiers is None or isinstance(identifiers, Mapping):
        return identifiers, {}
    if isinstance(identifiers, str) or not isinstance(identifiers, Sequence):
        identifiers = [identifiers]
    others: list[object] = []
    samples: dict[str, SampleMetric] = {}
    known: set[str] = set()
    for identifier in identifiers:
        if not is_sample_metric(identifier):
            warn_if_of_classes(identifier)
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


def warn_if_of_classes(identifier: object) -> None:
    """Warns if a metric compares labels with predictions, by its name."""
    if identifier in ("accuracy", "acc", "crossentropy", "ce"):
        warn(
            f"The metric {identifier!r} of a GAN compares the values of real images "
            "with those of generated ones: it is not that of the discriminator, whose "
            "scores are logged as real_score and fake_score. Pass a metric of samples, "
            'such as metrics=["fid"].'
        )


def is_sample_metric(identifier: object) -> bool:
    """Returns whether an identifier is a metric of samples, and not one of Keras."""
    if isinstance(identifier, str):
        return identifier in names.NAMES
    if inspect.isclass(identifier):
        return issubclass(identifier, SampleMetric)
    return isinstance(identifier, SampleMetric)
