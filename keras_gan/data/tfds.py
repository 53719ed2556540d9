"""Image datasets of TensorFlow Datasets: prepared copies, or downloads."""

import difflib
import functools
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from keras_gan.data import pipeline
from keras_gan.data.options import LoadingOptions
from keras_gan.data.sequential import SequentialSource
from keras_gan.data.sources import Entry, Source
from keras_gan.errors import check, suggest, user_error
from keras_gan.typing import Dataset, ImageDataset, Shape, StrPath

TIMEOUT = 4.0
"""Seconds after which a host without an answer counts as unreachable."""

OFFLINE_ADVICE = (
    "On a machine with a network connection run tfds.load(name), copy its folder to "
    "this machine and pass it as data_dir; or unpack image files and call "
    'from_directory; load("fashion_mnist_10k") needs no download.'
)
"""What to do without a network connection."""


class Feature(Protocol):
    """What is used here of a `tensorflow_datasets.features.FeatureConnector`."""

    shape: tuple[int | None, ...]
    np_dtype: npt.DTypeLike
    names: Sequence[str]


class Info(Protocol):
    """What is used here of a `tensorflow_datasets.core.DatasetInfo`."""

    features: Mapping[str, Feature]
    splits: Mapping[str, object]


class Builder(Protocol):
    """What is used here of a `tensorflow_datasets.core.DatasetBuilder`."""

    MANUAL_DOWNLOAD_INSTRUCTIONS: str | None
    info: Info
    url_infos: Mapping[str, object] | None
    data_dir: StrPath

    def is_prepared(self) -> bool:
        """Returns whether the dataset is in `data_dir`."""
        ...

    def download_and_prepare(self, *, download_config: object) -> None:
        """Writes the dataset to `data_dir`."""
        ...

    def as_dataset(
        self, *, split: str, decoders: object, shuffle_files: bool
    ) -> Dataset:
        """Returns a split as a `tf.data.Dataset` of dictionaries."""
        ...


def open_dataset(
    name: str,
    split: str,
    data_dir: StrPath | None,
    tried: Sequence[str] = (),
    advice: str = OFFLINE_ADVICE,
) -> Source:
    """Returns the `Source` of an image dataset, downloaded if it is not prepared.

    Args:
        name: Name in TensorFlow Datasets, with a configuration if it needs one.
        split: Name of the split, or a slice such as `"train[:10%]"`.
        data_dir: Folder of prepared datasets, or None for that of TensorFlow Datasets.
        tried: Other copies that were looked for, listed in the error message.
        advice: What to do if it cannot be downloaded.

    Raises:
        ValueError: If there is no such dataset or split, or it has no images.
        OSError: If it cannot be downloaded.
    """
    builder = find_builder(name, data_dir)
    check_feature(builder, name)
    if not builder.is_prepared():
        prepare(builder, name, tried, advice)
    check_split(builder, name, split)
    return PreparedSplit(builder, name, split)


def find_builder(name: str, data_dir: StrPath | None) -> Builder:
    """Returns the builder of a dataset.

    Raises:
        ValueError: If there is none of this name, configuration or version; it lists
            similar names, or those that there are.
    """
    import tensorflow_datasets

    # Its own form of a version without a configuration is "mnist:3.0.1", while its
    # catalogue and folders have "mnist/3.0.1".
    tfds_name = re.sub(r"^(\w+)/(\d+\.\d+\.\d+)$", r"\1:\2", name)
    try:
        if re.search(r":[A-Za-z]", name):  # a community namespace: needs the network
            raise LookupError
        builder = tensorflow_datasets.builder(tfds_name, data_dir=data_dir)
    except (LookupError, tensorflow_datasets.core.DatasetNotFoundError):
        raise unknown_name_error(name) from None
    except (ValueError, AssertionError, TypeError) as error:
        raise unknown_variant_error(name, error) from error
    warn_if_many_configurations(tfds_name, builder)
    return builder


def unknown_name_error(name: str) -> Exception:
    """Returns the error for a name that no dataset has; it lists similar names."""
    import tensorflow_datasets

    names = tensorflow_datasets.list_builders(with_community_datasets=False)
    own_names = ["fashion_mnist_10k", "fashion_mnist"]
    base = re.split("[/:]", name)[0]
    similar = difflib.get_close_matches(base, {*own_names, *names}, n=3, cutoff=0.5)
    other = "For images of your own pass the path of the folder, as in from_directory."
    if "/" in name:
        other = (
            "There is no folder of this path either. Images of a dataset of the "
            "Hugging Face Hub can be written to image files, or passed to "
            "kg.data.from_arrays."
        )
    return user_error(
        "`name` must be the name of a dataset, or a path that exists.",
        expected="a folder, a file, or a dataset of this package or of TensorFlow "
        "Datasets",
        received=f'"{name}"',
        do=f"{suggest(base, [*{*own_names, *similar}])} TensorFlow Datasets has "
        f"{len(names)}: tensorflow_datasets.list_builders(). {other}",
    )


def unknown_variant_error(name: str, reason: Exception) -> Exception:
    """Returns the error for a configuration or version that a dataset does not have."""
    import tensorflow_datasets

    base, _, rest = name.replace(":", "/").partition("/")
    builder_class = tensorflow_datasets.builder_cls(base)
    configs = [config.name for config in builder_class.BUILDER_CONFIGS]
    versions = [builder_class.VERSION, *builder_class.SUPPORTED_VERSIONS]
    choices = f"versions {', '.join(str(one) for one in versions if one)}"
    if configs:
        choices = f"configurations {', '.join(sorted(configs))}"
    config = rest.split("/")[0]
    do = f"Pass {base}, or {base}/CONFIGURATION:VERSION."
    if configs and config not in configs:
        do = suggest(config, configs).partition("Known names")[0] + do
    return user_error(
        f'The dataset "{base}" has no configuration or version "{rest}".',
        expected=choices,
        received=f'"{name}" ({str(reason).splitlines()[0]})',
        do=do,
    )


def warn_if_many_configurations(name: str, builder: Builder) -> None:
    """Warns if a dataset has several configurations and the name has none."""
    configs = [config.name for config in getattr(builder, "BUILDER_CONFIGS", ())]
    used = getattr(getattr(builder, "builder_config", None), "name", None)
    if "/" not in name and used and len(configs) > 1:
        warnings.warn(
            f'The dataset "{name}" has {len(configs)} configurations: '
            f"{', '.join(configs[:8])}{', ...' if len(configs) > 8 else ''}. "
            f'"{name}/{used}" is loaded; pass this name to choose it, or another.',
            stacklevel=2,
        )


def check_feature(builder: Builder, name: str) -> None:
    """Raises an error if a dataset has no 8-bit images."""
    features = builder.info.features
    kind = type(features["image"]).__name__ if "image" in features else None
    dtype = np.dtype(features["image"].np_dtype).name if kind == "Image" else None
    check(
        dtype == "uint8",
        f'The dataset "{name}" has no images to train on.',
        expected='a feature "image" of 8-bit images',
        received=f"features {', '.join(sorted(features))}"
        + (f'; "image" is {kind} of {dtype or "numbers"}' if kind else ""),
        do="Load another dataset, or convert it to arrays and call from_arrays.",
    )


def check_split(builder: Builder, name: str, split: str) -> None:
    """Raises an error if a prepared dataset has no such split."""
    splits = list(builder.info.splits)
    base = re.split(r"[\[+]", split)[0]
    check(
        not splits or base in (*splits, "all"),
        f'`split` must be a split of the dataset "{name}".',
        expected="a split, or a slice of it",
        received=f'"{split}"',
        do=suggest(base, splits),
    )


def prepare(builder: Builder, name: str, tried: Sequence[str], advice: str) -> None:
    """Downloads and prepares a dataset.

    Raises:
        OSError: If its host cannot be reached, or the download or preparation fails.
    """
    import tensorflow_datasets

    url: str | None = next(iter(builder.url_infos or ()), None)
    manual = builder.MANUAL_DOWNLOAD_INSTRUCTIONS
    reason = connection_error(url) if url and not manual else None
    tried = [*tried, f"a prepared copy at {builder.data_dir} (not there)"]
    if url and reason:
        host = urllib.parse.urlsplit(url).netloc
        raise user_error(
            f'The dataset "{name}" is not on this machine and cannot be downloaded.',
            expected="the data on disk, or a network connection",
            received=f"tried {'; '.join(tried)}; {host} ({reason})",
            do=advice,
            kind=OSError,
        )
    config = tensorflow_datasets.download.DownloadConfig(try_download_gcs=False)
    try:
        builder.download_and_prepare(download_config=config)
    except Exception as error:
        raise user_error(
            f'TensorFlow Datasets could not prepare "{name}".',
            expected="a successful download and preparation",
            received=f"{type(error).__name__}: {error}",
            do=advice,
            kind=OSError,
        ) from error


def connection_error(url: str, timeout: float = TIMEOUT) -> str | None:
    """Returns why a URL cannot be downloaded, or None if its host answers.

    Proxies of the environment are used.

    Args:
        url: The URL.
        timeout: Seconds to wait for an answer.
    """
    result: list[str | None] = [f"no answer in {timeout:g} seconds"]

    def connect() -> None:
        request = urllib.request.Request(url, headers={"User-Agent": "keras_gan"})
        try:
            urllib.request.urlopen(request, timeout=timeout).close()
            result[0] = None
        except (OSError, ValueError) as error:
            result[0] = str(getattr(error, "reason", error)) or type(error).__name__

    # The timeout of `urlopen` does not cover name resolution, which may hang: a daemon
    # thread is abandoned instead.
    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(timeout)
    return result[0]


class PreparedSplit(SequentialSource):
    """Split of a prepared dataset of TensorFlow Datasets.

    Args:
        builder: Builder of TensorFlow Datasets.
        name: Name in error messages.
        split: Name of the split, or a slice.
    """

    def __init__(self, builder: Builder, name: str, split: str) -> None:
        self.builder = builder
        self.split = split
        self.name: str = f'the dataset "{name}"'
        features = builder.info.features
        shape = features["image"].shape
        sizes = tuple(size for size in shape if size is not None)
        self.known_shape: Shape | None = sizes if len(sizes) == len(shape) else None
        self.has_labels: bool = (
            "label" in features and type(features["label"]).__name__ == "ClassLabel"
        )
        self.class_names: Sequence[str] | None = (
            list(features["label"].names) if self.has_labels else None
        )

    @functools.cached_property
    def num_images(self) -> int:
        """Number of images in the split; negative where it is unknown."""
        return int(self.elements().cardinality())

    def count(self) -> int | None:
        """Returns the number of images, or None where it is unknown."""
        return self.num_images if self.num_images >= 0 else None

    def elements(self) -> Dataset:
        """Returns the `tf.data.Dataset` of pairs of an image and its label."""
        import tensorflow_datasets

        # Other features, such as bounding boxes, are not read.
        names = ["image", "label"] if self.has_labels else ["image"]
        decode = tensorflow_datasets.decode
        try:
            examples = self.builder.as_dataset(
                split=self.split,
                decoders=decode.PartialDecoding(dict.fromkeys(names, True)),
                shuffle_files=False,
            )
        except NotImplementedError as error:
            raise user_error(
                f"{self.name} is prepared in a format that tf.data cannot read.",
                expected="TFRecord files",
                received=str(error),
                do='Prepare it with tfds.load(name, builder_kwargs={"file_format": '
                '"tfrecord"}).',
            ) from error
        # Without labels, -1 keeps the structure that the pipeline expects.
        return examples.map(
            lambda example: (example["image"], example.get("label", -1))
        )

    def entries(self) -> Iterator[Entry]:
        """Yields an `Entry` for each image."""
        for index, (image, label) in enumerate(self.elements().as_numpy_iterator()):
            label = int(label) if self.has_labels else None
            yield Entry(f"image {index}", image, label)

    def dataset(self, options: LoadingOptions) -> ImageDataset:
        """Returns the dataset for `LoadingOptions`."""
        # Before the scan, which may take minutes.
        pipeline.check_has_labels(self.has_labels, self.name, options)
        return super().dataset(options)
