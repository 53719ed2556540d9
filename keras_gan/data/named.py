"""Datasets by name: Fashion-MNIST, and the image sets of TensorFlow Datasets."""

from collections.abc import Sequence

from keras_gan.data import embedded, tfds
from keras_gan.data.options import ImageShape, LoadingOptions
from keras_gan.data.sources import Source
from keras_gan.errors import check, suggest
from keras_gan.typing import ImageDataset, StrPath
from keras_gan.validation import PositiveInt, validated


@validated
def load(
    name: str,
    split: str = "train",
    batch_size: PositiveInt = 64,
    seed: int = 0,
    image_shape: ImageShape | None = None,
    flip: bool = False,
    labels: bool = False,
    data_dir: StrPath | None = None,
    crop: bool = True,
) -> ImageDataset:
    """Returns a dataset of images by its name.

    - `"fashion_mnist_10k"` is included in the package: the 10,000 images of the test
      split of Fashion-MNIST, 28x28, gray. Its only split is `"train"`.
    - `"fashion_mnist"` is the full dataset (splits `"train"`, 60,000 images, and
      `"test"`, 10,000), from the files of Debian's package `dataset-fashion-mnist` or
      of the folder in the environment variable `KERAS_GAN_FASHION_MNIST`, otherwise
      from TensorFlow Datasets.
    - Any other name is an image set of TensorFlow Datasets, such as `"cifar10"` or
      `"celeb_a"`: a prepared copy if there is one, else a download. Without a network
      connection an error is raised within seconds.

    Args:
        name: Name of the dataset.
        split: Name of the split; for TensorFlow Datasets also a slice such as
            `"train[:10%]"`.
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

    Returns:
        A `tf.data.Dataset` of `float32` batches in [-1, 1], with the attributes
        `unshuffled` (all images once, in file order, not flipped), `class_names` and
        `num_images`.

    Raises:
        ValueError: If there is no such name or split, the dataset has no images or no
            labels, or its images have different sizes and no `image_shape` is given.
        OSError: If the dataset is not on this machine and cannot be downloaded.

    Example:
    >>> import keras_gan as kg
    >>> dataset = kg.data.load("fashion_mnist_10k", batch_size=64, seed=0)
    >>> dataset.element_spec.shape, dataset.num_images, dataset.class_names[9]
    (TensorShape([64, 28, 28, 1]), 10000, 'Ankle boot')
    """
    options = LoadingOptions(batch_size, seed, image_shape, flip, crop, labels)
    return find_source(name, split, data_dir).dataset(options)


def find_source(
    name: str, split: str = "train", data_dir: StrPath | None = None
) -> Source:
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
        + " For a part of a split use dataset.take(num_batches).",
    )
