"""Data sets of TFRecord files that hold encoded pictures."""

import glob
import os
import pathlib

import tensorflow as tf
from google.protobuf.message import DecodeError

from keras_gan.config import check, user_error
from keras_gan.data.options import Options
from keras_gan.data.sources import Entry
from keras_gan.data.streams import Stream


def from_tfrecords(
    files,
    image_shape=None,
    image_key="image",
    label_key=None,
    batch_size=64,
    seed=0,
    flip=False,
    crop=True,
):
    """Makes a data set of TFRecord files of `tf.train.Example` with encoded pictures.

    Every record is read once before training starts. Up to 1 GiB of pixels stays in
    memory; more is read from the files as training goes on, shuffled within a buffer.

    Args:
        files: Path, pattern such as `"shards/*.tfrecord"`, or a list of paths.
        image_shape: `(height, width, channels)` to bring all pictures to; None keeps
            them, and they must all have one size.
        image_key: Name of the feature that holds a PNG or JPEG file.
        label_key: Name of the feature that holds the class as a whole number. With it
            the data set gives `(images, labels)`.
        batch_size: Images in a batch. The short last batch is dropped, but not from
            `dataset.unshuffled`.
        seed: Whole number that decides the order, anew for each epoch.
        flip: Whether each image is mirrored left-right with probability 1/2, drawn anew
            for each epoch.
        crop: Whether a change of shape crops the middle (else it squeezes).

    Returns:
        A `tf.data.Dataset` of `float32` batches in [-1, 1], with the attributes
        `unshuffled` (all images once, in file order, unmirrored), `class_names` (None)
        and `num_images`.

    Raises:
        ValueError: If there is no such file, a file or a picture is broken, a feature
            is missing, the sizes differ and no `image_shape` is given, or there are
            fewer pictures than a batch holds.
    """
    options = Options(batch_size, seed, image_shape, flip, crop, label_key is not None)
    return Records(files, image_key, label_key).dataset(options)


def matching(files):
    """Returns the sorted paths that a path, a pattern or a list of them means."""
    several = files if isinstance(files, list | tuple) else [files]
    found = []
    for each in map(os.fspath, several):
        found += [each] if pathlib.Path(each).is_file() else sorted(glob.glob(each))
    check(
        found,
        "There is no TFRecord file of this name.",
        expected="a path, a pattern or a list of paths of files",
        received=f"{files!r}, which matches nothing",
        do="Check the path; a relative one starts at the working folder "
        f"{pathlib.Path.cwd()}.",
    )
    return found


class Records(Stream):
    """The records of TFRecord files.

    Args:
        files: Path, pattern or list of paths.
        image_key: Name of the feature that holds a picture.
        label_key: Name of the feature that holds its class, or None.
    """

    name = "the TFRecords"

    def __init__(self, files, image_key, label_key):
        self.files = matching(files)
        self.image_key, self.label_key = image_key, label_key

    def entries(self):
        """Yields an `Entry` for each record, named by its file and number."""
        for file in self.files:
            records = iter(tf.data.TFRecordDataset(file).as_numpy_iterator())
            number = 0
            while (record := self.following(records, file, number)) is not None:
                yield self.entry(record, f"{file} record {number}")
                number += 1

    def following(self, records, file, number):
        """Returns the next record of a file, or None after the last one."""
        try:
            return next(records, None)
        except tf.errors.DataLossError as error:
            raise user_error(
                f"A TFRecord file is broken: {file}",
                expected="whole records in TensorFlow's format, not compressed",
                received=f"record {number}: {error.message}",
                do="Write the file anew, or leave it out.",
            ) from error

    def entry(self, record, name):
        """Returns the `Entry` of a serialized `tf.train.Example`."""
        try:
            features = tf.train.Example.FromString(record).features.feature
        except DecodeError as error:
            raise user_error(
                f"{name} is no tf.train.Example.",
                expected="a serialized tf.train.Example",
                received=f"{len(record)} other bytes",
                do="Write the records by tf.train.Example(...).SerializeToString().",
            ) from error
        picture = value(features, self.image_key, "bytes_list", "image_key", name)
        if self.label_key is None:
            return Entry(name, picture)
        label = value(features, self.label_key, "int64_list", "label_key", name)
        return Entry(name, picture, label)

    def elements(self):
        """Returns the `tf.data.Dataset` of pairs of a picture and its label."""
        features = {self.image_key: tf.io.FixedLenFeature((), tf.string)}
        if self.label_key is not None:
            features[self.label_key] = tf.io.FixedLenFeature((), tf.int64)

        def parse(record):
            example = tf.io.parse_single_example(record, features)
            return example[self.image_key], example.get(self.label_key, -1)

        return tf.data.TFRecordDataset(self.files).map(parse)


def value(features, key, kind, argument, name):
    """Returns the one value of a feature, or says which features there are."""
    held = {each: feature.WhichOneof("kind") for each, feature in features.items()}
    values = getattr(features[key], kind).value if held.get(key) == kind else ()
    if len(values) != 1:
        raise user_error(
            f'{name} has no feature "{key}" with one value of {kind}.',
            expected=f"one value of {kind} under {argument}",
            received=", ".join(f'"{each}" ({held[each]})' for each in sorted(held)),
            do=f"Pass the right name as {argument}.",
        )
    return values[0]
