"""Label formats of networks: with labels of a number of classes, or without.

Labels are integers of shape `(batch,)`.
"""

import dataclasses
from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf

from keras_gan.errors import check, suggest, user_error, warn
from keras_gan.random import Random
from keras_gan.typing import Array, ClassLabels, Tensor


@dataclasses.dataclass(frozen=True)
class Unlabeled:
    """Labels of networks without labels: every method returns an empty tuple."""

    num_classes: int = 0
    names: tuple[str, ...] | None = None

    def from_batch(self, labels: object) -> tuple[Tensor, ...]:
        """Returns the label inputs for a batch: an empty tuple."""
        return ()

    def examples(self, count: int) -> tuple[Tensor, ...]:
        """Returns example label inputs: an empty tuple."""
        return ()

    def draw(self, random: Random, count: int | Tensor) -> tuple[Tensor, ...]:
        """Returns random label inputs: an empty tuple."""
        return ()

    def check_generator_inputs(self, inputs: object) -> None:
        """Accepts any inputs of the generator."""

    def to_indices(self, labels: ClassLabels | None, count: int) -> tuple[Array, ...]:
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

    def with_names(self, names: Iterable[str] | None) -> "LabelFormat":
        """Returns the same labels."""
        return self

    def check_batch(self, labels: object) -> None:
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
    names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
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

    def from_batch(self, labels: object) -> tuple[Tensor, ...]:
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

    def examples(self, count: int) -> tuple[Tensor, ...]:
        """Returns example label inputs: 0, 1, ..., repeated after the last class."""
        return (tf.range(count) % self.num_classes,)

    def draw(self, random: Random, count: int | Tensor) -> tuple[Tensor, ...]:
        """Returns random label inputs, uniform over the classes.

        Args:
            random: A `kg.random.Random`.
            count: Number of labels.
        """
        uniform = random.fork("labels").uniform((count,))
        labels = tf.cast(tf.floor(uniform * self.num_classes), tf.int32)
        # Rounding may give the product num_classes for a number just below 1.
        return (tf.minimum(labels, self.num_classes - 1),)

    def check_generator_inputs(self, inputs: object) -> None:
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

    def to_indices(self, labels: ClassLabels | None, count: int) -> tuple[Array, ...]:
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
        values: Any = np.asarray(labels, object).tolist()
        is_list = isinstance(values, list)
        indices = list(map(self.to_index, values if is_list else [values]))
        indices = indices if is_list else indices * count
        check(
            len(indices) == count,
            "`labels` must have one label for each image.",
            expected=f"{count} labels, or one for all",
            received=f"{len(indices)} labels",
            do=f"Pass num_images={len(indices)}, or leave it out.",
        )
        return (np.asarray(indices, np.int32),)

    def to_index(self, label: object) -> int:
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
        if (
            isinstance(label, int | np.integer)
            and not isinstance(label, bool)
            and 0 <= label < self.num_classes
        ):
            return int(label)
        raise user_error(
            "`labels` contains an unknown class.",
            expected=f"a number of {known}" + (" or a name" if self.names else ""),
            received=repr(label),
            do=suggest(label, self.names)
            if self.names
            else f"Pass a number of {known}.",
        )

    def with_names(self, names: Iterable[str] | None) -> "LabelFormat":
        """Returns the labels with the class names of a dataset, which take precedence.

        Warns:
            UserWarning: If the labels had other names.
        """
        names = tuple(map(str, names or ()))
        if self.names and names and names != self.names:
            warn(
                "The classes of this data have other names than those of the GAN "
                f"({', '.join(self.names)}). The GAN now uses the names of the data: "
                f"{', '.join(names)}."
            )
        return Labels(self.num_classes, names) if names else self

    def check_batch(self, labels: object) -> None:
        """Raises an error if the labels of a batch are not classes of the networks.

        Raises:
            ValueError: If there are none, or they are not class indices.
        """
        last = self.num_classes - 1
        indices: Array = to_index_tensor(labels).numpy()
        first_class, last_class = int(indices.min()), int(indices.max())
        num_classes = max(last_class, last) + 1
        check(
            first_class >= 0 and last_class <= last,
            "`labels` are outside the classes of the networks.",
            expected=f"labels of 0 to {last}",
            received=f"{first_class} to {last_class}",
            do=f"Build both networks with num_classes={num_classes}, or number the "
            "classes from 0.",
        )


LabelFormat: TypeAlias = Unlabeled | Labels
"""Label format of two networks."""


def to_index_tensor(labels: object) -> Tensor:
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
        tensor = tf.convert_to_tensor(labels)
        dtype, shape = tensor.dtype, tensor.shape
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
    return tf.reshape(tf.cast(tensor, tf.int32), (-1,))
