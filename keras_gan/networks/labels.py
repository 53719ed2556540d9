"""The labels that networks take: how many classes there are, and what they are called.

A network takes labels when it has two inputs: `[latents, labels]` the generator,
`[images, labels]` the discriminator. Labels are whole numbers of shape `(batch,)`.
"""

import dataclasses
import numbers
import warnings

import numpy as np
import tensorflow as tf

from keras_gan.config import check, is_integer, suggest, user_error
from keras_gan.networks.inputs import check_label_input, is_built, takes_labels


@dataclasses.dataclass(frozen=True)
class Unlabeled:
    """The labels of networks that take none."""

    num_classes: int = 0
    names: tuple | None = None

    def from_batch(self, labels):
        """Returns the inputs of a network beside its images: none."""
        return ()

    def examples(self, count):
        """Returns any inputs of a network beside its images: none."""
        return ()

    def draw(self, random, count):
        """Returns the inputs of a network beside its latents: none."""
        return ()

    def check_generator_inputs(self, inputs):
        """Takes what a user gives the generator: latents, and nothing beside."""

    def to_indices(self, labels, count):
        """Returns what a user asks for, as inputs of a network: none.

        Raises:
            ValueError: If labels were given.
        """
        check(
            labels is None,
            "This GAN was not trained with labels: it cannot be told what to make.",
            expected="no labels",
            received=f"labels={labels!r}",
            do="Leave them out, or train conditional networks, e.g. "
            "kg.networks.dcgan_generator(shape, num_classes=10).",
        )
        return ()

    def with_names(self, names):
        """Returns these labels: there is nothing to name."""
        return self

    def check_batch(self, labels):
        """Takes every batch; labels are left out."""


OUTSIDE = (
    "A label is outside the classes of the networks: expected 0 to {last}. Build both "
    "networks with num_classes above every label, or number the classes from 0."
)
"""What is said of a label in the midst of training."""


@dataclasses.dataclass(frozen=True)
class Labels:
    """The labels of conditional networks.

    Args:
        num_classes: How many classes there are; labels are 0 to `num_classes - 1`.
        names: Their names, a tuple of texts, or None.
    """

    num_classes: int
    names: tuple | None = None

    def __post_init__(self):
        names = self.names or ()
        check(
            self.names is None or len(names) == self.num_classes,
            "The names of the classes do not fit the networks.",
            expected=f"{self.num_classes} names, one for each class of the networks",
            received=f"{len(names)}: {', '.join(names)}",
            do="Build the networks with num_classes=len(dataset.class_names), or bring "
            "data of these classes.",
        )
        check(
            len(set(names)) == len(names),
            "Two classes have the same name.",
            expected="a name of its own for each class",
            received=", ".join(names),
            do="Rename one of them.",
        )

    def from_batch(self, labels):
        """Returns the inputs of a network beside its images: the labels of a batch.

        Args:
            labels: Whole numbers of shape `(batch,)` or `(batch, 1)`.

        Raises:
            ValueError: If they are none of these.
            InvalidArgumentError: In any batch with a label outside the classes, but not
                under XLA, which cannot raise.
        """
        labels = to_index_tensor(labels)
        told = OUTSIDE.format(last=self.num_classes - 1)
        inside = [
            tf.debugging.assert_non_negative(labels, told),
            tf.debugging.assert_less(labels, self.num_classes, told),
        ]
        with tf.control_dependencies(inside):  # else a table may be read before it
            return (tf.identity(labels),)

    def examples(self, count):
        """Returns any inputs of a network beside its images: the classes in turn."""
        return (tf.range(count) % self.num_classes,)

    def draw(self, random, count):
        """Returns the inputs of a network beside its latents: every class as likely."""
        uniform = random.fork("labels").uniform((count,))
        drawn = tf.cast(tf.floor(uniform * self.num_classes), tf.int32)
        return (tf.minimum(drawn, self.num_classes - 1),)

    def check_generator_inputs(self, inputs):
        """Makes sure that a user gives the generator labels beside latents.

        Raises:
            ValueError: If there are not two inputs.
        """
        given = tf.nest.flatten(inputs)
        check(
            len(given) == 2,
            "This GAN makes images of latents and labels.",
            expected="[latents, labels], the labels whole numbers of shape (batch,)",
            received=f"{len(given)} of shapes {[np.shape(one) for one in given][:3]}",
            do="Call gan([latents, labels]), or gan.generate(labels=...), which draws "
            "latents.",
        )

    def to_indices(self, labels, count):
        """Returns what a user asks for, as inputs of a network.

        Args:
            labels: Name or number of a class for all images, a list of them for each,
                or None.
            count: Number of images.

        Returns:
            Tuple of an `int32` array of shape `(count,)`; an empty one for None.

        Raises:
            ValueError: If there is no such class, or not a label for each image.
        """
        if labels is None:
            return ()
        labels = np.asarray(labels, object).tolist()
        several = isinstance(labels, list)
        found = [self.to_index(one) for one in (labels if several else [labels])]
        found = found if several else found * count
        check(
            len(found) == count,
            "There is not one label for each image.",
            expected=f"{count} labels, or one for all",
            received=f"{len(found)} labels",
            do=f"Pass num_images={len(found)}, or leave it out.",
        )
        return (np.asarray(found, np.int32),)

    def to_index(self, label):
        """Returns the number of a class that a user means by its name or number."""
        if self.names and label in self.names:
            return self.names.index(label)
        text = isinstance(label, str)
        if text and label.isdecimal():
            label, text = int(label), False
        known = f"0 to {self.num_classes - 1}"
        if is_integer(label, 0) and label < self.num_classes:
            return int(label)
        raise user_error(
            "There is no class of this name or number.",
            expected=f"a number of {known}" + (" or a name" if self.names else ""),
            received=repr(label),
            do=suggest(label, self.names)
            if self.names
            else f"Pass a number of {known}.",
        )

    def with_names(self, names):
        """Returns the labels with the names of a data set, which decides its numbers.

        Warns:
            UserWarning: If the classes had other names.
        """
        names = tuple(map(str, names or ()))
        if self.names and names and names != self.names:
            warnings.warn(
                "The classes of this data have other names than those that the GAN "
                f"knows ({', '.join(self.names)}). It learns the data's: "
                f"{', '.join(names)}.",
                stacklevel=4,
            )
        return Labels(self.num_classes, names) if names else self

    def check_batch(self, labels):
        """Makes sure that the labels of a batch are those of the networks.

        Raises:
            ValueError: If there are none, or they are no numbers of classes.
        """
        last = self.num_classes - 1
        labels = to_index_tensor(labels).numpy()
        enough = max(int(labels.max()), last) + 1
        check(
            labels.min() >= 0 and labels.max() <= last,
            "A label is outside the classes of the networks.",
            expected=f"labels of 0 to {last}",
            received=f"{labels.min()} to {labels.max()}",
            do=f"Build both networks with num_classes={enough}, or number the classes "
            "from 0.",
        )


def infer_labels(generator, discriminator, names=None):
    """Returns the labels that two networks take.

    Args:
        generator: Keras network.
        discriminator: Keras network.
        names: Names of the classes, or None.

    Returns:
        `Unlabeled` or `Labels`.

    Raises:
        ValueError: If only one of them takes labels, or none that are whole numbers, or
            both do not agree how many classes there are.
    """
    networks = generator, discriminator
    for network, player in zip(networks, ("generator", "discriminator"), strict=True):
        check_label_input(network, player)
    if names is None and not any(map(takes_labels, networks)):
        return Unlabeled()
    if all(map(is_built, networks)):
        check_both_take_labels(generator, discriminator, names)
    names = None if names is None else tuple(map(str, names))
    return Labels(infer_num_classes(generator, discriminator, names), names)


def check_both_take_labels(generator, discriminator, names):
    """Makes sure that two networks take labels, and not only one of them or none.

    Raises:
        ValueError: If they do not.
    """
    players = {"generator": generator, "discriminator": discriminator}
    taking = [name for name, network in players.items() if takes_labels(network)]
    check(
        taking,
        "There are names of classes, and these networks take no labels.",
        expected="networks with a second input of labels, or no class_names",
        received=f"class_names={names!r}",
        do="Build both networks with num_classes, or leave class_names out.",
    )
    check(
        len(taking) == 2,
        f"The {''.join(taking)} takes labels, and the other network does not.",
        expected="two networks with labels, or two without",
        received=f"labels in the {''.join(taking)} alone",
        do="Build both with the same num_classes.",
    )


def infer_num_classes(generator, discriminator, names):
    """Returns how many classes two networks and their names agree on.

    Raises:
        ValueError: If they do not agree.
    """
    counts = class_counts(generator) | class_counts(discriminator)
    count = len(names or ()) or (max(counts) if len(counts) == 1 else 0)
    check(
        count >= 1 and (count in counts or not counts),
        "The networks do not tell how many classes there are.",
        expected="one number of classes in both networks, and as many names",
        received=f"tables of {sorted(counts)} classes, {len(names or ())} names",
        do="Build both with the same num_classes; if the networks are your own, pass "
        "class_names to GAN.",
    )
    return count


def to_index_tensor(labels):
    """Returns labels as whole numbers, an `int32` tensor of shape `(batch,)`.

    Args:
        labels: Whole numbers of shape `(batch,)` or `(batch, 1)`.

    Raises:
        ValueError: If there are none, or they are no numbers of classes.
    """
    check(
        labels is not None,
        "The networks take labels, and the data has none.",
        expected="batches of (images, labels)",
        received="batches of images",
        do="Load them, e.g. by kg.data.load(name, labels=True) or from_directory("
        "folder, labels=True), or build networks without num_classes.",
    )
    try:
        labels = tf.convert_to_tensor(labels)
        kind, shape = labels.dtype, labels.shape
    except (TypeError, ValueError):  # a dictionary, rows of several lengths, ...
        kind, shape = tf.variant, tf.TensorShape(None)
    column = shape.rank is None or shape.rank == 1 or shape[1:] == (1,)
    check(
        kind.is_integer and column,
        "The labels are not numbers of classes.",
        expected="whole numbers of shape (batch,)",
        received=f"{labels!r}" if kind is tf.variant else f"{kind.name} of {shape}",
        do="Of one-hot rows take np.argmax(labels, axis=1); number classes from 0.",
    )
    return tf.reshape(tf.cast(labels, tf.int32), (-1,))


def class_counts(network):
    """Returns the numbers of classes that the layers of a network have tables for."""
    counts = set()
    for layer in network._flatten_layers():
        for name in ("num_classes", "input_dim", "num_tokens"):
            count = getattr(layer, name, None)
            if isinstance(count, numbers.Integral):
                counts.add(int(count))
    return counts
