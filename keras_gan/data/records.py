"""Framing and features of TFRecord files, checked before TensorFlow reads them."""

import os
import struct
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import tensorflow as tf
from google.protobuf.message import DecodeError

from keras_gan.data import filenames
from keras_gan.errors import check, user_error

MAX_RECORD_BYTES = 2**28
"""Bytes of the longest record that is read."""

IMAGE_KEYS = ("image", "image/encoded", "image_raw", "img", "encoded", "jpg", "png")
"""Names of features with an encoded image, in the order in which they are tried."""

LABEL_KEYS = ("label", "image/class/label", "labels", "class", "y")
"""Names of features with the index of a class."""

MAX_CLASSES = 1000
"""Classes that any data may have; more if it has as many images."""

GZIP = b"\x1f\x8b\x08\x00"
"""First bytes of a file that TensorFlow has compressed by gzip."""


def broken_error(file: str, index: int, reason: str) -> Exception:
    """Returns the error for a damaged record."""
    return user_error(
        f"Broken TFRecord file: {filenames.printable(file)}",
        expected="complete records in TensorFlow's format, not compressed",
        received=f"record {index}: {reason}",
        do="Write the file again, or leave it out.",
    )


def check_file(file: str) -> None:
    """Validates the lengths of all records in a file, without reading the records.

    A record is its length (8 bytes), a checksum of that (4), its content, and a
    checksum of that (4). TensorFlow allocates as many bytes as the length says.

    Raises:
        ValueError: If the file ends before a record does, or a record is too long.
    """
    with open(file, "rb") as records:
        left = os.fstat(records.fileno()).st_size
        if records.read(len(GZIP)) == GZIP:
            raise compressed_error(file)
        records.seek(0)
        index = 0
        while left:
            header = records.read(12)
            length = struct.unpack("<Q", header[:8])[0] if len(header) == 12 else 0
            if len(header) < 12 or length + 16 > left:
                reason = f"{left:,} bytes left of {length + 16:,}"
                raise broken_error(file, index, reason)
            check(
                length <= MAX_RECORD_BYTES,
                f"A record of {filenames.printable(file)} is too long.",
                expected=f"at most {MAX_RECORD_BYTES:,} bytes (MAX_RECORD_BYTES)",
                received=f"record {index}: {length:,} bytes",
                do="Write each image as a record of its own, or raise the limit in "
                "Python: keras_gan.data.records.MAX_RECORD_BYTES.",
            )
            records.seek(length + 4, os.SEEK_CUR)
            left -= length + 16
            index += 1


def compressed_error(file: str) -> Exception:
    """Returns the error for a compressed file."""
    return user_error(
        f"Broken TFRecord file: {filenames.printable(file)}",
        expected="records in TensorFlow's format, not compressed",
        received="a file compressed by gzip",
        do="Decompress it (gunzip), or write the records without compression.",
    )


class Keys(NamedTuple):
    """Names of the features that are read.

    Args:
        image: That of the image.
        label: That of the label, or None.
    """

    image: str
    label: str | None


def find_keys(file: str) -> Keys:
    """Returns the names of the features of the image and the label.

    They are those of `IMAGE_KEYS` and `LABEL_KEYS` that the first record has, or the
    only feature of bytes.

    Raises:
        ValueError: If the record has no such feature, listing those that it has.
    """
    check_file(file)
    record = next(iter(tf.data.TFRecordDataset(file).as_numpy_iterator()), None)
    if record is None:
        return Keys(IMAGE_KEYS[0], None)  # the error is that there is no image
    features = parse_example(record, f"{file} record 0")
    of_bytes = single_values(features, "bytes_list")
    of_integers = single_values(features, "int64_list")
    known = [key for key in IMAGE_KEYS if key in of_bytes]
    images = known or (of_bytes if len(of_bytes) == 1 else [])
    if not images:
        raise user_error(
            f"{filenames.printable(file)} record 0 has no feature of a known name with "
            "an image.",
            expected=f"an encoded image under one of {', '.join(IMAGE_KEYS)}",
            received=list_features(features),
            do="In Python pass its name: kg.data.from_tfrecords(files, image_key=...).",
        )
    label = next((key for key in LABEL_KEYS if key in of_integers), None)
    return Keys(images[0], label)


def parse_example(record: bytes, name: str) -> Mapping[str, Any]:
    """Returns the features of a serialized `tf.train.Example` by name.

    Args:
        record: The record.
        name: Name of the record in the error message.

    Raises:
        ValueError: If it has another format.
    """
    try:
        features: Mapping[str, Any] = tf.train.Example.FromString(
            record
        ).features.feature
    except DecodeError as error:
        raise user_error(
            f"{name} is not a tf.train.Example.",
            expected="a serialized tf.train.Example",
            received=f"{len(record)} bytes of another format",
            do="Write the records with tf.train.Example(...).SerializeToString().",
        ) from error
    return features


def single_values(features: Mapping[str, Any], kind: str) -> Sequence[str]:
    """Returns the names of the features with one value of a kind, sorted."""
    return sorted(
        key
        for key, feature in features.items()
        if feature.WhichOneof("kind") == kind and len(getattr(feature, kind).value) == 1
    )


def list_features(features: Mapping[str, Any]) -> str:
    """Returns the names and kinds of features as one line of text."""
    kinds = {key: feature.WhichOneof("kind") for key, feature in features.items()}
    return ", ".join(f'"{key}" ({kinds[key]})' for key in sorted(kinds)) or "none"


def check_encoded(image: bytes, features: Mapping[str, Any], name: str) -> None:
    """Raises an error if the value of an image is its pixels, not an image file.

    Args:
        image: The value.
        features: All features of the record, by name.
        name: Name of the record in the error message.
    """
    sizes = {
        key.rpartition("/")[2]: features[key].int64_list.value[0]
        for key in single_values(features, "int64_list")
    }
    pixels = sizes.get("height", 0) * sizes.get("width", 0)
    check(
        not pixels or len(image) not in (pixels, 3 * pixels, 4 * pixels),
        f"{name} has the pixels of an image, not an image file.",
        expected="an encoded image: PNG, JPEG or another file",
        received=f"{len(image):,} bytes, for {sizes.get('width')} x "
        f"{sizes.get('height')} pixels",
        do="Write the records again with tf.io.encode_png(pixels).numpy().",
    )
