"""Datasets of this package in order, or with another batch size."""

import dataclasses

from keras_gan.errors import user_error
from keras_gan.typing import Dataset, ImageDataset
from keras_gan.validation import PositiveInt, validated


def unshuffled(dataset: Dataset) -> Dataset:
    """Returns all images of a dataset once, in order and not flipped, for evaluation.

    Args:
        dataset: Dataset of this package, or any other.

    Returns:
        The images in file order with the short last batch, or `dataset` itself if it
        is not one of this package.

    Example:
    >>> import keras_gan as kg
    >>> dataset = kg.data.load("fashion_mnist_10k", batch_size=64)
    >>> len(dataset), len(kg.data.unshuffled(dataset))
    (156, 157)
    """
    return getattr(dataset, "unshuffled", dataset)


@validated
def rebatch(
    dataset: ImageDataset,
    batch_size: PositiveInt | None = None,
    labels: bool | None = None,
) -> ImageDataset:
    """Returns a dataset with another batch size, with or without labels.

    The result equals a new load with these arguments: the same order, a function of
    seed and epoch, the same flips and the same attributes. But no file is listed,
    validated or decoded again: images in memory are shared.

    Args:
        dataset: Dataset of this package, as its loaders return it.
        batch_size: Images in a batch; None keeps that of `dataset`.
        labels: Whether batches are `(images, labels)`; None keeps what `dataset` has.
            The data may have been loaded without them.

    Returns:
        A `tf.data.Dataset`; of `dataset.unshuffled`, again the unshuffled one.

    Raises:
        ValueError: If the dataset is not one of this package, the batch size is
            invalid or larger than the number of images, or there are no labels.

    Example:
    >>> import keras_gan as kg
    >>> dataset = kg.data.load("fashion_mnist_10k", batch_size=64)
    >>> labeled = kg.data.rebatch(dataset, batch_size=320, labels=True)
    >>> [tuple(spec.shape) for spec in labeled.element_spec]
    [(320, 28, 28, 1), (320,)]
    """
    loaded_images = getattr(dataset, "loaded_images", None)
    if loaded_images is None:
        raise user_error(
            "`dataset` must be a dataset of `kg.data`.",
            expected="what kg.data.load, from_directory, from_arrays or from_tfrecords "
            "returns",
            received=f"a {type(dataset).__name__}",
            do="Rebatch first, then call map, take, repeat and so on; for any other "
            "dataset call its own dataset.rebatch(batch_size).",
        )
    options = dataset.loading_options
    rebatched = loaded_images.dataset(
        dataclasses.replace(
            options,
            batch_size=options.batch_size if batch_size is None else batch_size,
            labels=options.labels if labels is None else labels,
        )
    )
    return rebatched.unshuffled if dataset is dataset.unshuffled else rebatched
