"""Datasets of TFRecord files with encoded images."""

import glob
import os
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast

import tensorflow as tf

from keras_gan.data import paths, records
from keras_gan.data.options import ImageShape, LoadingOptions
from keras_gan.data.sequential import SequentialSource
from keras_gan.data.sources import Entry
from keras_gan.errors import check, user_error
from keras_gan.typing import Dataset, ImageDataset, StrPath, Tensor
from keras_gan.validation import PositiveInt, validated

Files: TypeAlias = StrPath | Sequence[StrPath]
"""A path, a pattern such as `"shards/*.tfrecord"`, or several of them."""


@validated
def from_tfrecords(
    files: Files,
    image_shape: ImageShape | None = None,
    image_key: str = "image",
    label_key: str | None = None,
    batch_size: PositiveInt = 64,
    seed: int = 0,
    flip: bool = False,
    crop: bool = True,
) -> ImageDataset:
    """Returns a dataset of TFRecord files of `tf.train.Example` with encoded images.

    Every record is decoded once before training starts. Up to 1 GiB of pixels is kept
    in memory; larger datasets are read from the files in each epoch, shuffled within a
    buffer.

    Args:
        files: Path, pattern such as `"shards/*.tfrecord"`, or a list of paths.
        image_shape: `(height, width, channels)` to resize all images to; None keeps
            them, and they must all have one size.
        image_key: Name of the feature with an encoded image: PNG, JPEG or another file.
        label_key: Name of the feature with the index of the class. With it batches are
            `(images, labels)`.
        batch_size: Images in a batch. The short last batch is dropped, but not from
            `dataset.unshuffled`.
        seed: Integer that decides the order, which is another one in each epoch.
        flip: Whether each image is flipped horizontally with probability 1/2, drawn
            again in each epoch.
        crop: Whether a resize center-crops to the new aspect ratio (else it distorts).

    Returns:
        A `tf.data.Dataset` of `float32` batches in [-1, 1], with the attributes
        `unshuffled` (all images once, in file order, not flipped), `class_names` (None)
        and `num_images`.

    Raises:
        ValueError: If there is no such file, a file or an image is broken, a feature
            is missing, the sizes differ and no `image_shape` is given, or there are
            fewer images than a batch holds.
    """
    has_labels = label_key is not None
    options = LoadingOptions(batch_size, seed, image_shape, flip, crop, has_labels)
    return TFRecords(files, image_key, label_key).dataset(options)


def expand_patterns(files: Files) -> list[str]:
    """Returns the paths that a path, a pattern or a list of them matches.

    Raises:
        ValueError: If there is none.
    """
    patterns = [files] if isinstance(files, str | os.PathLike) else files
    found: list[str] = []
    for pattern in [paths.expand(os.fspath(pattern)) for pattern in patterns]:
        # A file whose name has brackets is no pattern.
        is_file = pathlib.Path(pattern).is_file()
        found += [pattern] if is_file else sorted(glob.glob(pattern))
    check(
        found,
        "`files` must match at least one TFRecord file.",
        expected="a path, a pattern or a list of paths of files",
        received=f"{files!r}, which matches nothing",
        do="Check the path; a relative one starts at the working directory "
        f"{pathlib.Path.cwd()}.",
    )
    for path in found:
        check(
            pathlib.Path(path).is_file(),
            "`files` must be files.",
            expected="TFRecord files",
            received=f"{path}, which is no file",
            do=f"Pass a pattern of the files in it: {path}/*.tfrecord.",
        )
    return found


class TFRecords(SequentialSource):
    """Records of TFRecord files.

    Args:
        files: Path, pattern or list of paths.
        image_key: Name of the feature with the encoded image.
        label_key: Name of the feature with the index of its class, or None.
        name_classes: Whether the classes are named by their numbers.
    """

    name = "the TFRecords"

    def __init__(
        self,
        files: Files,
        image_key: str,
        label_key: str | None,
        name_classes: bool = False,
    ) -> None:
        self.files: list[str] = expand_patterns(files)
        self.image_key = image_key
        self.label_key = label_key
        self.has_labels: bool = label_key is not None
        self.name_classes = name_classes

    def entries(self) -> Iterator[Entry]:
        """Yields an `Entry` for each record, named by its file and number."""
        count, largest = 0, -1
        for file in self.files:
            records.check_file(file)
            raw_records = iter(tf.data.TFRecordDataset(file).as_numpy_iterator())
            index = 0
            while (record := self.next_record(raw_records, file, index)) is not None:
                entry = self.parse(record, f"{file} record {index}")
                yield entry
                index, count = index + 1, count + 1
                largest = max(largest, -1 if entry.label is None else entry.label)
        if self.name_classes and largest < max(count, records.MAX_CLASSES):
            names = [str(label) for label in range(largest + 1)]
            self.class_names: Sequence[str] | None = names or None

    def next_record(
        self, raw_records: Iterator[bytes], file: str, index: int
    ) -> bytes | None:
        """Returns the next record of a file, or None after the last one."""
        try:
            return next(raw_records, None)
        except tf.errors.DataLossError as error:
            raise records.broken_error(file, index, error.message) from error

    def parse(self, record: bytes, name: str) -> Entry:
        """Returns the `Entry` of a serialized `tf.train.Example`."""
        features = records.parse_example(record, name)
        value = feature_value(features, self.image_key, "bytes_list", "image_key", name)
        image = cast(bytes, value)
        records.check_encoded(image, features, name)
        if self.label_key is None:
            return Entry(name, image)
        value = feature_value(features, self.label_key, "int64_list", "label_key", name)
        label = int(value)
        check(
            0 <= label < 2**31,
            f"`label_key`: {name} has a label that is no index of a class.",
            expected="integers from 0",
            received=f'{label} under "{self.label_key}"',
            do="Write the records again, or leave the labels out.",
        )
        return Entry(name, image, label)

    def elements(self) -> Dataset:
        """Returns the `tf.data.Dataset` of pairs of an encoded image and its label."""
        features = {self.image_key: tf.io.FixedLenFeature((), tf.string)}
        if self.label_key is not None:
            features[self.label_key] = tf.io.FixedLenFeature((), tf.int64)

        def parse(record: Tensor) -> tuple[Tensor, Tensor]:
            example = tf.io.parse_single_example(record, features)
            # Without labels, -1 keeps the structure that the pipeline expects.
            return example[self.image_key], example.get(self.label_key, -1)

        return tf.data.TFRecordDataset(self.files).map(parse)


def feature_value(
    features: Mapping[str, Any],
    key: str,
    kind: Literal["bytes_list", "int64_list"],
    argument: str,
    name: str,
) -> bytes | int:
    """Returns the value of a feature of one value.

    Args:
        features: Map from names to `tf.train.Feature`.
        key: Name of the feature.
        kind: Field of its values, such as `"int64_list"`.
        argument: Name of the loader's argument that gave the key.
        name: Name of the record in error messages.

    Raises:
        ValueError: If there is no such feature, listing those that there are.
    """
    # Looked up only if it exists: indexing this map would create the feature.
    has_kind = key in features and features[key].WhichOneof("kind") == kind
    values: Sequence[bytes | int] = (
        getattr(features[key], kind).value if has_kind else ()
    )
    if len(values) != 1:
        raise user_error(
            f'`{argument}`: {name} has no feature "{key}" with one value of {kind}.',
            expected=f"one value of {kind} under {argument}",
            received=records.list_features(features),
            do=f"Pass the name of an existing feature as {argument}.",
        )
    return values[0]
