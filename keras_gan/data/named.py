"""Data sets by name: the one that ships, Fashion-MNIST, and TensorFlow Datasets."""

from keras_gan.config import check, suggest
from keras_gan.data import embedded, tfds
from keras_gan.data.options import Options


def load(
    name,
    split="train",
    batch_size=64,
    seed=0,
    image_shape=None,
    flip=False,
    labels=False,
    data_dir=None,
    crop=True,
):
    """Loads an image set by its name.

    - `"fashion_mnist_10k"` ships with the package: the 10,000 images of the test split
      of Fashion-MNIST, 28x28, gray. Its one split is `"train"`.
    - `"fashion_mnist"` is the whole (splits `"train"`, 60,000, and `"test"`, 10,000),
      from the files of Debian's package `dataset-fashion-mnist` or of the folder that
      the environment variable `KERAS_GAN_FASHION_MNIST` names, else as the others.
    - Any other name is an image set of TensorFlow Datasets, such as `"cifar10"` or
      `"celeb_a"`: a prepared copy if there is one, else a download. Without a network
      an error says so within seconds.

    Args:
        name: The name.
        split: Name of the split; of TensorFlow Datasets also `"train[:10%]"`.
        batch_size: Images in a batch. The short last batch is dropped, but not from
            `dataset.unshuffled`.
        seed: Whole number that decides the order, anew for each epoch.
        image_shape: `(height, width, channels)` to bring the images to; None keeps
            them.
        flip: Whether each image is mirrored left-right with probability 1/2, drawn anew
            for each epoch.
        labels: Whether the data set gives `(images, labels)`.
        data_dir: Folder of prepared sets, as in TensorFlow Datasets; for
            `"fashion_mnist"` also the folder of its four files.
        crop: Whether a change of shape crops the middle (else it squeezes).

    Returns:
        A `tf.data.Dataset` of `float32` batches in [-1, 1], with the attributes
        `unshuffled` (all images once, in file order, unmirrored), `class_names` and
        `num_images`.

    Raises:
        ValueError: If there is no such name or split, the set has no images or no
            labels, or its images have different sizes and no `image_shape` is given.
        OSError: If the set is not on this machine and cannot be downloaded.

    Example:
    >>> import keras_gan as kg
    >>> dataset = kg.data.load("fashion_mnist_10k", batch_size=64, seed=0)
    >>> dataset.element_spec.shape, dataset.num_images, dataset.class_names[9]
    (TensorShape([64, 28, 28, 1]), 10000, 'Ankle boot')
    """
    options = Options(batch_size, seed, image_shape, flip, crop, labels)
    return find(name, split, data_dir).dataset(options)


def find(name, split="train", data_dir=None):
    """Returns the `Source` of a name."""
    if name == "fashion_mnist_10k":
        check_split(name, split, ["train"])
        return embedded.shipped()
    if name != "fashion_mnist":
        return tfds.open_set(name, split, data_dir)
    folder = embedded.folder_with_files(data_dir)
    if folder:
        check_split(name, split, list(embedded.PREFIXES))
        return embedded.whole(folder, split)
    return tfds.open_set(
        name,
        split,
        data_dir,
        others=[f"the files of Debian's package in {embedded.DEBIAN} (not there)"],
        doors="Install Debian's package dataset-fashion-mnist (apt-get install "
        f"dataset-fashion-mnist), or name a folder of its four files by "
        f"{embedded.VARIABLE}. {tfds.DOORS}",
    )


def check_split(name, split, splits):
    """Raises an error if one of our own sets has no such split."""
    check(
        split in splits,
        f'The data set "{name}" has no such split.',
        expected=f"one of: {', '.join(splits)}",
        received=f'"{split}"',
        do=suggest(split, splits) + " For a part of it use dataset.take(num_batches).",
    )
