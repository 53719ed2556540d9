"""Data by name or path: datasets, folders, archives, files of arrays, TFRecords."""

import os
import pathlib
import warnings
from collections.abc import Sequence

from keras_gan.data import embedded, paths, records, tfds
from keras_gan.data.archives.archive import Archive
from keras_gan.data.arrays.array_file import ArrayFile
from keras_gan.data.filenames import printable
from keras_gan.data.folders.directory import Folder
from keras_gan.data.options import ImageShape, LoadingOptions, OnError
from keras_gan.data.sources import Source
from keras_gan.data.tfrecords import TFRecords
from keras_gan.errors import check, suggest
from keras_gan.typing import ImageDataset, StrPath
from keras_gan.validation import PositiveInt, validated


@validated
def load(
    name: StrPath,
    split: str = "train",
    batch_size: PositiveInt = 64,
    seed: int = 0,
    image_shape: ImageShape | None = None,
    flip: bool = False,
    labels: bool = False,
    data_dir: StrPath | None = None,
    crop: bool = True,
    on_error: OnError = "raise",
) -> ImageDataset:
    """Returns a dataset of images by its name or path.

    - `"fashion_mnist_10k"` is included in the package: the 10,000 images of the test
      split of Fashion-MNIST, 28x28, gray. Its only split is `"train"`.
    - `"fashion_mnist"` is the full dataset (splits `"train"`, 60,000 images, and
      `"test"`, 10,000), from the files of Debian's package `dataset-fashion-mnist` or
      of the folder in the environment variable `KERAS_GAN_FASHION_MNIST`, otherwise
      from TensorFlow Datasets.
    - Any other name is an image set of TensorFlow Datasets, such as `"cifar10"` or,
      with a configuration, `"lsun/classroom"`: a prepared copy if there is one, else a
      download. Without a network connection an error is raised within seconds.
    - A path that exists is a folder, as in `from_directory`; a `.zip` or `.tar` (also
      `.tar.gz`, `.tar.bz2`, `.tar.xz`) of such a folder, which is not unpacked; a
      `.npy`, `.npz` or HDF5 file (`.h5`, `.hdf5`) with an array of images; or a
      `.tfrecord` file. A pattern such as `"shards-*.tfrecord"` is several of these.

    Arrays are `(num_images, height, width)` or `(num_images, height, width, channels)`:
    `uint8`, booleans, or floats in [-1, 1], [0, 1] (a warning says so) or 0..255. Of
    several arrays, the images are those called `images`, `x`, `data`, `x_train` or
    `train_images`, and the labels `labels`, `y`, `y_train` or `train_labels`. No file
    runs code, and large arrays stay on the disk.

    Args:
        name: Name or path of the data. `~` is the home folder. A path that exists goes
            before a name.
        split: Name of the split; for TensorFlow Datasets also a slice such as
            `"train[:10%]"`, and for .npz and HDF5 files the split in the names of the
            arrays. Other paths have `"train"` only.
        batch_size: Images in a batch. The short last batch is dropped, but not from
            `dataset.unshuffled`.
        seed: Integer that decides the order, which is another one in each epoch.
        image_shape: `(height, width, channels)` to resize the images to; None
            keeps their shape.
        flip: Whether each image is flipped horizontally with probability 1/2, drawn
            again in each epoch.
        labels: Whether batches are `(images, labels)`.
        data_dir: Folder of prepared datasets, as in TensorFlow Datasets; for
            `"fashion_mnist"` also the folder of its four files.
        crop: Whether a resize center-crops to the new aspect ratio (else it distorts).
        on_error: What is done about an image of a folder or archive that can no longer
            be read in a later epoch, as in `from_directory`.

    Returns:
        A `tf.data.Dataset` of `float32` batches in [-1, 1], with the attributes
        `unshuffled` (all images once, in file order, not flipped), `class_names` and
        `num_images`.

    Raises:
        ValueError: If there is no such name, path or split, the data has no images or
            no labels, a file is broken, or the images have different sizes and no
            `image_shape` is given.
        OSError: If the dataset is not on this machine and cannot be downloaded.

    Example:
    >>> import keras_gan as kg
    >>> dataset = kg.data.load("fashion_mnist_10k", batch_size=64, seed=0)
    >>> dataset.element_spec.shape, dataset.num_images, dataset.class_names[9]
    (TensorShape([64, 28, 28, 1]), 10000, 'Ankle boot')
    """
    options = LoadingOptions(
        batch_size, seed, image_shape, flip, crop, labels, on_error
    )
    return find_source(name, split, data_dir).dataset(options)


def find_source(
    source: object, split: str = "train", data_dir: StrPath | None = None
) -> Source:
    """Returns the `Source` of data by its name or path, for every use of data.

    Args:
        source: Name or path, as in `load`.
        split: Name of the split.
        data_dir: Folder of prepared datasets. With it, what can be a name is one.
    """
    text = paths.as_text(source)
    path = paths.expand(text)
    is_name = paths.NAME.fullmatch(text) and isinstance(source, str)
    if os.path.lexists(path) and not (is_name and data_dir):
        warn_if_ambiguous(text, path)
        return open_path(pathlib.Path(path), split)
    if is_name and not text.lower().endswith(paths.ENDINGS):
        return named_source(text, split, data_dir)
    files = paths.matches(path)
    if files and all(paths.ending_of(file) in paths.TFRECORDS for file in files):
        return open_records(path, files, split)
    raise paths.unusable_error(text) if files else paths.missing_error(text)


def warn_if_ambiguous(text: str, path: str) -> None:
    """Warns if a path that exists may also be the name of a dataset."""
    own_names = ("fashion_mnist_10k", "fashion_mnist")
    if paths.may_be_dataset(text, own_names.__contains__):
        kind = "folder" if os.path.isdir(path) else "file"
        warnings.warn(
            f'"{text}" is a {kind} here, which is loaded, and the name of a dataset. '
            f'Pass "./{text}" for the {kind}, or rename it to load the dataset.',
            stacklevel=3,
        )


def open_path(path: pathlib.Path, split: str) -> Source:
    """Returns the `Source` of a folder or file that exists.

    Raises:
        ValueError: If it cannot be data, or it is broken.
    """
    ending = paths.ending_of(path)
    if not path.is_file():
        if not path.is_dir():
            raise paths.unusable_error(path)
        check_split(printable(path), split, ["train"])
        return Folder(path)
    if ending in (*paths.ARRAYS, *paths.HDF5):
        return ArrayFile(path, split)
    check_split(printable(path), split, ["train"])
    if ending in paths.ARCHIVES:
        return Archive(path)
    if ending in paths.TFRECORDS:
        return open_records(os.fspath(path), [os.fspath(path)], split)
    raise paths.unusable_error(path)


def open_records(name: str, files: Sequence[str], split: str) -> Source:
    """Returns the `Source` of TFRecord files, with the features that they have."""
    check_split(printable(name), split, ["train"])
    try:
        keys = records.find_keys(files[0])
    except OSError as error:
        raise paths.unreadable_error(files[0], error, "TFRecords") from error
    return TFRecords(list(files), keys.image, keys.label, name_classes=True)


def named_source(name: str, split: str, data_dir: StrPath | None) -> Source:
    """Returns the `Source` of a dataset by its name."""
    if name == "fashion_mnist_10k":
        check_split(name, split, ["train"])
        return embedded.shipped()
    if name != "fashion_mnist":
        return tfds.open_dataset(name, split, data_dir)
    folder = embedded.folder_with_files(data_dir)
    if folder:
        check_split(name, split, list(embedded.PREFIXES))
        return embedded.full_split(folder, split)
    return tfds.open_dataset(
        name,
        split,
        data_dir,
        tried=[f"the files of Debian's package in {embedded.DEBIAN} (not there)"],
        advice="Install Debian's package dataset-fashion-mnist (apt-get install "
        f"dataset-fashion-mnist), or set "
        f"{embedded.VARIABLE} to a folder of its four files. {tfds.OFFLINE_ADVICE}",
    )


def check_split(name: str, split: str, splits: Sequence[str]) -> None:
    """Raises an error if Fashion-MNIST has no such split."""
    check(
        split in splits,
        f'`split` must be a split of the dataset "{name}".',
        expected=f"one of: {', '.join(splits)}",
        received=f'"{split}"',
        do=suggest(split, splits)
        + " For a part of a split use dataset.unshuffled.take(num_batches).",
    )
