"""Datasets of TFRecord files with encoded images."""

import glob
import os
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast

import tensorflow as tf
from google.protobuf.message import DecodeError

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
    paths: list[str] = []
    for pattern in [os.fspath(pattern) for pattern in patterns]:
        # A file whose name has brackets is no pattern.
        is_file = pathlib.Path(pattern).is_file()
        paths += [pattern] if is_file else sorted(glob.glob(pattern))
    check(
        paths,
        "`files` must match at least one TFRecord file.",
        expected="a path, a pattern or a list of paths of files",
        received=f"{files!r}, which matches nothing",
        do="Check the path; a relative one starts at the working directory "
        f"{pathlib.Path.cwd()}.",
    )
    return paths


class TFRecords(SequentialSource):
    """Records of TFRecord files.

    Args:
        files: Path, pattern or list of paths.
        image_key: Name of the feature with the encoded image.
        label_key: Name of the feature with the index of its class, or None.
    """

    name = "the TFRecords"

    def __init__(self, files: Files, image_key: str, label_key: str | None) -> None:
        self.files: list[str] = expand_patterns(files)
        self.image_key = image_key
        self.label_key = label_key
        self.has_labels: bool = label_key is not None

    def entries(self) -> Iterator[Entry]:
        """Yields an `Entry` for each record, named by its file and number."""
        for file in self.files:
            records = iter(tf.data.TFRecordDataset(file).as_numpy_iterator())
            index = 0
            while (record := self.next_record(records, file, index)) is not None:
                yield self.parse(record, f"{file} record {index}")
                index += 1

    def next_record(
        self, records: Iterator[bytes], file: str, index: int
    ) -> bytes | None:
        """Returns the next record of a file, or None after the last one."""
        try:
            return next(records, None)
        except tf.errors.DataLossError as error:
            raise user_error(
                f"Broken TFRecord file: {file}",
                expected="complete records in TensorFlow's format, not compressed",
                received=f"record {index}: {error.message}",
                do="Write the file again, or leave it out.",
            ) from error

    def parse(self, record: bytes, name: str) -> Entry:
        """Returns the `Entry` of a serialized `tf.train.Example`."""
        try:
            features = tf.train.Example.FromString(record).features.feature
        except DecodeError as error:
            raise user_error(
                f"{name} is not a tf.train.Example.",
                expected="a serialized tf.train.Example",
                received=f"{len(record)} bytes of another format",
                do="Write the records with tf.train.Example(...).SerializeToString().",
            ) from error
        value = feature_value(features, self.image_key, "bytes_list", "image_key", name)
        image = cast(bytes, value)
        if self.label_key is None:
            return Entry(name, image)
        label = feature_value(features, self.label_key, "int64_list", "label_key", name)
        return Entry(name, image, int(label))

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
    kinds = {other: feature.WhichOneof("kind") for other, feature in features.items()}
    # Looked up only if it exists: indexing this map would create the feature.
    values: Sequence[bytes | int] = (
        getattr(features[key], kind).value if kinds.get(key) == kind else ()
    )
    existing = (f'"{other}" ({kinds[other]})' for other in sorted(kinds))
    if len(values) != 1:
        raise user_error(
            f'`{argument}`: {name} has no feature "{key}" with one value of {kind}.',
            expected=f"one value of {kind} under {argument}",
            received=", ".join(existing),
            do=f"Pass the name of an existing feature as {argument}.",
        )
    return values[0]
