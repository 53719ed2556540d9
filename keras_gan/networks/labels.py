"""Labels of conditional networks: the number of classes and their names.

A network takes labels if it has two inputs: `[latents, labels]` for the generator,
`[images, labels]` for the discriminator. Labels are integers of shape `(batch,)`.

The file is long because both label formats and the checks that choose between them
belong together.
"""

import dataclasses
import numbers
import warnings

import numpy as np
import tensorflow as tf

from keras_gan.config import is_integer
from keras_gan.errors import check, suggest, user_error
from keras_gan.networks.inputs import (
    check_label_input,
    has_auxiliary_outputs,
    has_known_inputs,
    takes_labels,
)


@dataclasses.dataclass(frozen=True)
class Unlabeled:
    """Labels of networks without labels: every method returns an empty tuple."""

    num_classes: int = 0
    names: tuple | None = None

    def from_batch(self, labels):
        """Returns the label inputs for a batch: an empty tuple."""
        return ()

    def examples(self, count):
        """Returns example label inputs: an empty tuple."""
        return ()

    def draw(self, random, count):
        """Returns random label inputs: an empty tuple."""
        return ()

    def check_generator_inputs(self, inputs):
        """Accepts any inputs of the generator."""

    def to_indices(self, labels, count):
        """Returns the label inputs for a user's labels: an empty tuple.

        Raises:
            ValueError: If `labels` is not None.
        """
        check(
            labels is None,
            "`labels` must be None: this GAN was not trained with labels.",
            expected="no labels",
            received=f"labels={labels!r}",
            do="Leave them out, or train conditional networks, e.g. "
            "kg.networks.dcgan_generator(shape, num_classes=10).",
        )
        return ()

    def with_names(self, names):
        """Returns the same labels."""
        return self

    def check_batch(self, labels):
        """Accepts any batch; its labels are not used."""


OUT_OF_RANGE = (
    "`labels` are outside the classes of the networks: expected 0 to {last}. Build "
    "both networks with num_classes above every label, or number classes from 0."
)
"""Message of the assertions inside the training step."""


@dataclasses.dataclass(frozen=True)
class Labels:
    """Labels of conditional networks.

    Args:
        num_classes: Number of classes; labels are 0 to `num_classes - 1`.
        names: Names of the classes, a tuple of strings, or None.

    Raises:
        ValueError: If there is not one name for each class, or a name is repeated.
    """

    num_classes: int
    names: tuple | None = None

    def __post_init__(self):
        names = self.names or ()
        check(
            self.names is None or len(names) == self.num_classes,
            "`class_names` must have one name for each class of the networks.",
            expected=f"{self.num_classes} names, one for each class of the networks",
            received=f"{len(names)}: {', '.join(names)}",
            do="Build the networks with num_classes=len(dataset.class_names), or use "
            "data of these classes.",
        )
        check(
            len(set(names)) == len(names),
            "`class_names` must be unique: two classes have the same name.",
            expected="a different name for each class",
            received=", ".join(names),
            do="Rename one of them.",
        )

    def from_batch(self, labels):
        """Returns the label inputs for a batch: a tuple of an `int32` tensor.

        Args:
            labels: Integers of shape `(batch,)` or `(batch, 1)`.

        Raises:
            ValueError: If they are not.
            InvalidArgumentError: At run time, if a label is outside the classes; not
                under XLA, which does not support assertions.
        """
        labels = to_index_tensor(labels)
        message = OUT_OF_RANGE.format(last=self.num_classes - 1)
        assertions = [
            tf.debugging.assert_non_negative(labels, message),
            tf.debugging.assert_less(labels, self.num_classes, message),
        ]
        # Without the dependency an embedding may be read before its index is checked.
        with tf.control_dependencies(assertions):
            return (tf.identity(labels),)

    def examples(self, count):
        """Returns example label inputs: 0, 1, ..., repeated after the last class."""
        return (tf.range(count) % self.num_classes,)

    def draw(self, random, count):
        """Returns random label inputs, uniform over the classes.

        Args:
            random: A `kg.random.Random`.
            count: Number of labels.
        """
        uniform = random.fork("labels").uniform((count,))
        labels = tf.cast(tf.floor(uniform * self.num_classes), tf.int32)
        # Rounding may give the product num_classes for a number just below 1.
        return (tf.minimum(labels, self.num_classes - 1),)

    def check_generator_inputs(self, inputs):
        """Raises an error if a generator's inputs are not latents and labels.

        Raises:
            ValueError: If there are not two inputs.
        """
        tensors = tf.nest.flatten(inputs)
        check(
            len(tensors) == 2,
            "`inputs` must be latents and labels: the GAN is conditional.",
            expected="[latents, labels], the labels integers of shape (batch,)",
            received=f"{len(tensors)} of shapes {list(map(np.shape, tensors[:3]))}",
            do="Call gan([latents, labels]), or gan.generate(labels=...), which draws "
            "latents.",
        )

    def to_indices(self, labels, count):
        """Returns the label inputs for a user's labels.

        Args:
            labels: Name or index of a class for all images, a list with one for each
                image, or None.
            count: Number of images.

        Returns:
            Tuple of an `int32` array of shape `(count,)`; an empty tuple for None.

        Raises:
            ValueError: If a class is unknown, or the number of labels is not `count`.
        """
        if labels is None:
            return ()
        labels = np.asarray(labels, object).tolist()
        is_list = isinstance(labels, list)
        indices = list(map(self.to_index, labels if is_list else [labels]))
        indices = indices if is_list else indices * count
        check(
            len(indices) == count,
            "`labels` must have one label for each image.",
            expected=f"{count} labels, or one for all",
            received=f"{len(indices)} labels",
            do=f"Pass num_images={len(indices)}, or leave it out.",
        )
        return (np.asarray(indices, np.int32),)

    def to_index(self, label):
        """Returns the index of a class from its name or index.

        Args:
            label: Name, integer, or integer as a string.

        Raises:
            ValueError: If the class is unknown; the message suggests similar names.
        """
        # A name has precedence: classes may be called "0" to "9" in another order.
        if self.names and label in self.names:
            return self.names.index(label)
        if isinstance(label, str) and label.isdecimal():
            label = int(label)
        known = f"0 to {self.num_classes - 1}"
        if is_integer(label, 0) and label < self.num_classes:
            return int(label)
        raise user_error(
            "`labels` contains an unknown class.",
            expected=f"a number of {known}" + (" or a name" if self.names else ""),
            received=repr(label),
            do=suggest(label, self.names)
            if self.names
            else f"Pass a number of {known}.",
        )

    def with_names(self, names):
        """Returns the labels with the class names of a dataset, which take precedence.

        Warns:
            UserWarning: If the labels had other names.
        """
        names = tuple(map(str, names or ()))
        if self.names and names and names != self.names:
            warnings.warn(
                "The classes of this data have other names than those of the GAN "
                f"({', '.join(self.names)}). The GAN now uses the names of the data: "
                f"{', '.join(names)}.",
                stacklevel=4,
            )
        return Labels(self.num_classes, names) if names else self

    def check_batch(self, labels):
        """Raises an error if the labels of a batch are not classes of the networks.

        Raises:
            ValueError: If there are none, or they are not class indices.
        """
        last = self.num_classes - 1
        labels = to_index_tensor(labels).numpy()
        num_classes = max(int(labels.max()), last) + 1
        check(
            labels.min() >= 0 and labels.max() <= last,
            "`labels` are outside the classes of the networks.",
            expected=f"labels of 0 to {last}",
            received=f"{labels.min()} to {labels.max()}",
            do=f"Build both networks with num_classes={num_classes}, or number the "
            "classes from 0.",
        )


def infer_labels(generator, discriminator, names=None):
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
    for network, role in zip(networks, ("generator", "discriminator"), strict=True):
        check_label_input(network, role)
    if names is None and not any(map(takes_labels, networks)):
        return Unlabeled()
    # A subclassed network has no symbolic inputs: its labels fail in the first call.
    if all(map(has_known_inputs, networks)):
        check_both_take_labels(generator, discriminator, names)
    names = None if names is None else tuple(map(str, names))
    return Labels(infer_num_classes(generator, discriminator, names), names)


def check_both_take_labels(generator, discriminator, names):
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


def infer_num_classes(generator, discriminator, names):
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


def to_index_tensor(labels):
    """Returns labels as an `int32` tensor of shape `(batch,)`.

    Args:
        labels: Integers of shape `(batch,)` or `(batch, 1)`.

    Raises:
        ValueError: If `labels` is None, or not of an integer type or such a shape.
    """
    check(
        labels is not None,
        "`labels` are missing: the networks take labels, and the data has none.",
        expected="batches of (images, labels)",
        received="batches of images",
        do="Load them, e.g. by kg.data.load(name, labels=True) or from_directory("
        "folder, labels=True), or build networks without num_classes.",
    )
    try:
        labels = tf.convert_to_tensor(labels)
        dtype, shape = labels.dtype, labels.shape
    except (TypeError, ValueError):  # e.g. a dictionary, or rows of different lengths
        dtype, shape = tf.variant, tf.TensorShape(None)
    is_column = shape.rank is None or shape.rank == 1 or shape[1:] == (1,)
    check(
        dtype.is_integer and is_column,
        "`labels` must be class indices.",
        expected="integers of shape (batch,)",
        received=f"{labels!r}" if dtype is tf.variant else f"{dtype.name} of {shape}",
        do="Convert one-hot rows by np.argmax(labels, axis=1); number classes from 0.",
    )
    return tf.reshape(tf.cast(labels, tf.int32), (-1,))


def class_counts(network):
    """Returns the set of the numbers of classes of a network's embeddings."""
    counts = set()
    for layer in network._flatten_layers():
        # Ours, Keras's `Embedding`, and `CategoryEncoding`.
        for attribute in ("num_classes", "input_dim", "num_tokens"):
            count = getattr(layer, attribute, None)
            if isinstance(count, numbers.Integral):
                counts.add(int(count))
    return counts
