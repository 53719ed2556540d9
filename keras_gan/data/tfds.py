"""Image sets of TensorFlow Datasets: prepared, or downloaded when that can work."""

import difflib
import functools
import re
import threading
import urllib.error
import urllib.parse
import urllib.request

import numpy as np

from keras_gan.config import check, suggest, user_error
from keras_gan.data.sources import Entry
from keras_gan.data.streams import Stream

SECONDS = 4.0
"""How long a host may take to answer before it counts as out of reach."""

DOORS = (
    "On a machine with a network run tfds.load(name), copy its folder here and pass "
    "it as data_dir; or unpack pictures and call from_directory; "
    'load("fashion_mnist_10k") needs no network.'
)
"""What to do without a network."""


def open_set(name, split, data_dir, others=(), doors=DOORS):
    """Returns the `Stream` of an image set, prepared on this machine if it was not.

    Args:
        name: Name in TensorFlow Datasets, with a configuration if it needs one.
        split: Name of the split, or a slice such as `"train[:10%]"`.
        data_dir: Folder of prepared sets, or None for that of TensorFlow Datasets.
        others: What was tried before; error messages tell it.
        doors: What to do if it cannot be downloaded.

    Raises:
        ValueError: If there is no such set or split, or it has no images.
        OSError: If it cannot be downloaded.
    """
    builder = find_builder(name, data_dir)
    check_feature(builder, name)
    if not builder.is_prepared():
        prepare(builder, name, others, doors)
    check_split(builder, name, split)
    return Prepared(builder, name, split)


def find_builder(name, data_dir):
    """Returns the builder of a name, or says which names are near."""
    import tensorflow_datasets

    known = tensorflow_datasets.list_builders(with_community_datasets=False)
    try:
        if re.search(r":[A-Za-z]", name):  # a name space, which needs the network
            raise LookupError
        return tensorflow_datasets.builder(name, data_dir=data_dir)
    except (LookupError, tensorflow_datasets.core.DatasetNotFoundError):
        ours = ["fashion_mnist_10k", "fashion_mnist"]
        close = difflib.get_close_matches(name, {*ours, *known}, n=3, cutoff=0.5)
        raise user_error(
            "There is no data set of this name.",
            expected="a data set of this package or of TensorFlow Datasets",
            received=f'"{name}"',
            do=f"{suggest(name, [*{*ours, *close}])} TensorFlow Datasets has "
            f"{len(known)}: tensorflow_datasets.list_builders(). For a folder of "
            "pictures call kg.data.from_directory(folder).",
        ) from None


def check_feature(builder, name):
    """Raises an error if a set has no 8-bit images."""
    features = builder.info.features
    kind = type(features["image"]).__name__ if "image" in features else None
    dtype = np.dtype(features["image"].np_dtype).name if kind == "Image" else None
    check(
        dtype == "uint8",
        f'The data set "{name}" has no images to train on.',
        expected='a feature "image" of 8-bit images',
        received=f"features {', '.join(sorted(features))}"
        + (f'; "image" is {kind} of {dtype or "numbers"}' if kind else ""),
        do="Load another set, or make arrays of it and call from_arrays.",
    )


def check_split(builder, name, split):
    """Raises an error if a prepared set has no such split."""
    splits = list(builder.info.splits)
    base = re.split(r"[\[+]", split)[0]
    check(
        not splits or base in (*splits, "all"),
        f'The data set "{name}" has no such split.',
        expected="a split, or a slice of it",
        received=f'"{split}"',
        do=suggest(base, splits),
    )


def prepare(builder, name, others, doors):
    """Downloads and prepares a set, if its host can be reached."""
    import tensorflow_datasets

    url = next(iter(builder.url_infos or ()), None)
    reason = url and not builder.MANUAL_DOWNLOAD_INSTRUCTIONS and connection_error(url)
    tried = [*others, f"a prepared copy at {builder.data_dir} (not there)"]
    if reason:
        host = urllib.parse.urlsplit(url).netloc
        raise user_error(
            f'The data set "{name}" is not on this machine and cannot be downloaded.',
            expected="the data on disk, or a network",
            received=f"tried {'; '.join(tried)}; {host} ({reason})",
            do=doors,
            kind=OSError,
        )
    config = tensorflow_datasets.download.DownloadConfig(try_download_gcs=False)
    try:
        builder.download_and_prepare(download_config=config)
    except Exception as error:
        raise user_error(
            f'TensorFlow Datasets could not prepare "{name}".',
            expected="its download and its preparation to succeed",
            received=f"{type(error).__name__}: {error}",
            do=doors,
            kind=OSError,
        ) from error


def connection_error(url, seconds=SECONDS):
    """Returns why a URL cannot be downloaded, or None if its host answers.

    The question runs in a thread that is left behind, because the look-up of a name
    knows no time limit. Proxies are respected.

    Args:
        url: The URL.
        seconds: How long to wait for an answer.
    """
    answer = [f"no answer in {seconds:g} seconds"]

    def ask():
        request = urllib.request.Request(url, headers={"User-Agent": "keras_gan"})
        try:
            urllib.request.urlopen(request, timeout=seconds).close()
            answer[0] = None
        except (OSError, ValueError) as error:
            answer[0] = str(getattr(error, "reason", error)) or type(error).__name__

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    return answer[0]


class Prepared(Stream):
    """A split of a prepared set.

    Args:
        builder: Builder of TensorFlow Datasets.
        name: What messages call the set.
        split: Name of the split, or a slice.
    """

    def __init__(self, builder, name, split):
        self.builder, self.split = builder, split
        self.name = f'the data set "{name}"'
        features = builder.info.features
        shape = features["image"].shape
        self.known_shape = None if None in shape else tuple(shape)
        self.labelled = (
            "label" in features and type(features["label"]).__name__ == "ClassLabel"
        )
        self.class_names = list(features["label"].names) if self.labelled else None

    @functools.cached_property
    def num_images(self):
        """Number of images that the split holds."""
        return int(self.elements().cardinality())

    def count(self):
        """Returns the number of images, or None where the set does not tell it."""
        return self.num_images if self.num_images >= 0 else None

    def elements(self):
        """Returns the `tf.data.Dataset` of pairs of an image and its label."""
        import tensorflow_datasets

        wanted = {"image": True, "label": True} if self.labelled else {"image": True}
        try:
            examples = self.builder.as_dataset(
                split=self.split,
                decoders=tensorflow_datasets.decode.PartialDecoding(wanted),
                shuffle_files=False,
            )
        except NotImplementedError as error:
            raise user_error(
                f"{self.name} is prepared in a format that tf.data cannot read.",
                expected="TFRecord files",
                received=str(error),
                do='Prepare it by tfds.load(name, builder_kwargs={"file_format": '
                '"tfrecord"}).',
            ) from error
        return examples.map(
            lambda example: (example["image"], example.get("label", -1))
        )

    def entries(self):
        """Yields an `Entry` for each image."""
        for number, (image, label) in enumerate(self.elements().as_numpy_iterator()):
            yield Entry(f"image {number}", image, int(label) if self.labelled else None)

    def dataset(self, options):
        """Returns the data set that `Options` describe."""
        check(
            self.labelled or not options.labels,
            f"There are no labels in {self.name}.",
            expected='a feature "label" of classes, for labels=True',
            received=f"features {', '.join(sorted(self.builder.info.features))}",
            do="Pass labels=False.",
        )
        return super().dataset(options)
