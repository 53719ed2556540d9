"""Labels of conditional networks: whether there are any, and of how many classes.

A network takes labels if it has two inputs: `[latents, labels]` for the generator,
`[images, labels]` for the discriminator.
"""

import numbers
from collections.abc import Iterable, Sequence

from keras_gan.errors import check
from keras_gan.networks.inputs import (
    check_label_input,
    has_auxiliary_outputs,
    has_known_inputs,
    takes_labels,
)
from keras_gan.networks.label_formats import (
    LabelFormat,
    Labels,
    Unlabeled,
    to_index_tensor,
)
from keras_gan.typing import Layer, Model

__all__ = [
    "LabelFormat",
    "Labels",
    "Unlabeled",
    "class_counts",
    "infer_labels",
    "to_index_tensor",
]


def infer_labels(
    generator: Model, discriminator: Model, names: Iterable[str] | None = None
) -> LabelFormat:
    """Returns the labels of two networks.

    Args:
        generator: Keras network.
        discriminator: Keras network.
        names: Names of the classes, or None.

    Returns:
        `Unlabeled` or `Labels`.

    Raises:
        ValueError: If only one network takes labels, the labels are not integers, or
            the networks have different numbers of classes.
    """
    networks = generator, discriminator
    check_label_input(generator, "generator")
    check_label_input(discriminator, "discriminator")
    if names is None and not any(map(takes_labels, networks)):
        return Unlabeled()
    # A subclassed network has no symbolic inputs: its labels fail in the first call.
    if all(map(has_known_inputs, networks)):
        check_both_take_labels(generator, discriminator, names)
    names = None if names is None else tuple(map(str, names))
    return Labels(infer_num_classes(generator, discriminator, names), names)


def check_both_take_labels(
    generator: Model, discriminator: Model, names: Iterable[str] | None
) -> None:
    """Raises an error if one of two networks, or both, do not take labels.

    Raises:
        ValueError: If so.
    """
    if takes_labels(generator) and has_auxiliary_outputs(discriminator):
        return  # AC-GAN: the discriminator predicts the labels instead
    networks = {"generator": generator, "discriminator": discriminator}
    conditional = [role for role, network in networks.items() if takes_labels(network)]
    check(
        conditional,
        "`class_names` was passed, but the networks take no labels.",
        expected="networks with a second input of labels, or no class_names",
        received=f"class_names={names!r}",
        do="Build both networks with num_classes, or leave class_names out.",
    )
    check(
        len(conditional) == 2,
        "`generator` and `discriminator` must both take labels, or neither: the "
        f"{''.join(conditional)} takes labels alone.",
        expected="two networks with labels, or two without",
        received=f"labels in the {''.join(conditional)} alone",
        do="Build both with the same num_classes.",
    )


def infer_num_classes(
    generator: Model, discriminator: Model, names: Sequence[str] | None
) -> int:
    """Returns the number of classes of two networks and their class names.

    Raises:
        ValueError: If they differ, or none of them determines it.
    """
    counts = class_counts(generator) | class_counts(discriminator)
    num_classes = len(names or ()) or (max(counts) if len(counts) == 1 else 0)
    check(
        num_classes >= 1 and (num_classes in counts or not counts),
        "`generator` and `discriminator` must have the same number of classes.",
        expected="one number of classes in both networks, and as many names",
        received=f"embeddings of {sorted(counts)} classes, {len(names or ())} names",
        do="Build both with the same num_classes; for custom networks, pass "
        "class_names to GAN.",
    )
    return num_classes


def class_counts(network: Model | Layer) -> set[int]:
    """Returns the set of the numbers of classes of a network's embeddings."""
    counts: set[int] = set()
    for layer in network._flatten_layers():
        # Ours, Keras's `Embedding`, and `CategoryEncoding`.
        for attribute in ("num_classes", "input_dim", "num_tokens"):
            count = getattr(layer, attribute, None)
            if isinstance(count, numbers.Integral):
                counts.add(int(count))
    return counts
