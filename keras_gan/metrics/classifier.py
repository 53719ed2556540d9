"""Small classifiers as feature networks: their architecture and training.

The included Fashion-MNIST classifier and those of `keras-gan features train` have the
same architecture and training.
"""

import time
from collections.abc import Sequence
from typing import Any, TypeAlias

import keras
import numpy as np
from keras import layers

from keras_gan.images import to_float
from keras_gan.typing import (
    Array,
    FloatArray,
    LearningRateSchedule,
    Model,
    Tensor,
    UInt8Array,
)
from keras_gan.validation import Positive, PositiveInt, validated
from keras_gan.version import __version__

NUM_FEATURES = 128
"""Length of a feature vector."""

FINAL_SIDE = 8
"""Largest side in pixels of the input of the dense layer."""

MAX_WIDTH = 128
"""Largest number of channels of a convolution."""

MAX_SHIFT = 1
"""Largest random shift of training images along each axis, in pixels."""

LabeledImages: TypeAlias = tuple[UInt8Array, Array]
"""Images `(num_images, height, width, channels)` and class indices `(num_images,)`."""


def normalized_relu(values: Tensor, name: str) -> Tensor:
    """Applies batch normalization and a ReLU."""
    values = layers.BatchNormalization(dtype="float32", name=f"{name}_normalized")(
        values
    )
    return layers.ReLU(dtype="float32", name=name)(values)


def convolution(images: Tensor, width: int, name: int, seed: int) -> Tensor:
    """Applies a 3x3 convolution, max pooling, batch normalization and a ReLU."""
    images = layers.Conv2D(
        width,
        3,
        padding="same",
        use_bias=False,
        kernel_initializer=keras.initializers.HeNormal(seed),
        dtype="float32",
        name=f"convolution_{name}",
    )(images)
    # Pooling before the normalization leaves it a quarter of the work.
    pool = layers.MaxPooling2D(padding="same", dtype="float32", name=f"pool_{name}")
    return normalized_relu(pool(images), f"relu_{name}")


def dense(
    values: Tensor, width: int, dropout_rate: float, name: str, seed: int
) -> Tensor:
    """Applies dropout, then a dense layer."""
    dropout = layers.Dropout(
        dropout_rate, seed=seed, dtype="float32", name=f"{name}_dropout"
    )
    return layers.Dense(
        width,
        kernel_initializer=keras.initializers.HeNormal(seed),
        dtype="float32",
        name=name,
    )(dropout(values))


def build_classifier(
    image_shape: Sequence[int], num_classes: int, name: str, seed: int = 0
) -> Model:
    """Builds an untrained classifier: convolutions, a layer of features, and a head.

    At least two convolutions halve the size, until the longer side has at most 8
    pixels. Every layer is float32 whatever Keras's dtype policy, and has its own seed,
    so that building it leaves the global random state unchanged.

    Args:
        image_shape: `(height, width, channels)` of the images.
        num_classes: Number of classes.
        name: Name of the model.
        seed: Random seed of the initial weights and the dropout.

    Returns:
        A Keras model from images in [-1, 1] to logits `(num_images, num_classes)`. Its
        layer `"features"` has 128 non-negative values.
    """
    inputs = keras.Input(image_shape, name="images")
    images, width, number = inputs, 32, 0
    while number < 2 or max(images.shape[1:3]) > FINAL_SIDE:
        images = convolution(images, width, number, seed + number)
        width, number = min(2 * width, MAX_WIDTH), number + 1
    values = layers.Flatten(dtype="float32", name="flat")(images)
    values = dense(values, NUM_FEATURES, 0.3, "projection", seed + number)
    features = normalized_relu(values, "features")
    logits = dense(features, num_classes, 0.2, "logits", seed + number + 1)
    return keras.Model(inputs, logits, name=name)


def has_features(model: Model) -> bool:
    """Returns whether a Keras model is a classifier with a layer `"features"`."""
    inputs = getattr(model, "inputs", None)  # a subclassed model has none
    return bool(inputs) and any(layer.name == "features" for layer in model.layers)


def split_classifier(classifier: Model) -> tuple[Model, Model]:
    """Splits a classifier for `keras_gan.metrics.features.ClassifierFeatures`.

    Args:
        classifier: A Keras model of images to logits, with a layer `"features"`.

    Returns:
        The model from images to features, with the classifier's name, and the model
        from features to class probabilities.
    """
    features = classifier.get_layer("features").output
    softmax = layers.Softmax(dtype="float32", name="softmax")
    return (
        keras.Model(classifier.input, features, name=classifier.name),
        keras.Model(features, softmax(classifier.output), name="classes"),
    )


def random_shift(images: FloatArray, generator: np.random.Generator) -> FloatArray:
    """Shifts each image by a random integer number of pixels along each axis.

    Args:
        images: Array `(num_images, height, width, channels)` in [-1, 1].
        generator: NumPy random generator.

    Returns:
        An array of the same shape, padded with -1 (black).
    """
    padding = ((0, 0), (MAX_SHIFT, MAX_SHIFT), (MAX_SHIFT, MAX_SHIFT), (0, 0))
    padded = np.pad(images, padding, constant_values=-1.0)
    height, width = images.shape[1:3]
    offsets = generator.integers(0, 2 * MAX_SHIFT + 1, (len(images), 2))
    shifted = np.empty_like(images)
    for top, left in np.unique(offsets, axis=0):
        rows = (offsets == (top, left)).all(axis=1)
        shifted[rows] = padded[rows, top : top + height, left : left + width]
    return shifted


def schedule(epochs: int, steps: int, learning_rate: float) -> LearningRateSchedule:
    """Returns a learning rate schedule: one epoch of warm-up, then cosine decay."""
    warmup = epochs * steps // max(2, epochs)
    return keras.optimizers.schedules.CosineDecay(
        learning_rate / 10,
        decay_steps=epochs * steps - warmup,
        warmup_target=learning_rate,
        warmup_steps=warmup,
    )


def fit_classifier(
    classifier: Model,
    images: FloatArray,
    labels: Array,
    epochs: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
) -> None:
    """Trains a classifier with Adam, in place.

    Args:
        classifier: Model of `build_classifier`.
        images: `float32` array `(num_images, height, width, channels)` in [-1, 1].
        labels: Class indices, `(num_images,)`.
        epochs: Number of epochs; each shifts the images at random.
        batch_size: Batch size.
        learning_rate: Maximum of the schedule.
        seed: Random seed of order and shifts.
    """
    keras.utils.set_random_seed(seed)
    steps = -(-len(images) // batch_size)
    classifier.compile(
        keras.optimizers.Adam(schedule(epochs, steps, learning_rate)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    for layer in classifier.layers:
        if isinstance(layer, layers.BatchNormalization):
            # The moving averages must not reach back more than an epoch.
            layer.momentum = min(layer.momentum, 1.0 - 1.0 / steps)
    generator = np.random.default_rng(seed)
    for epoch in range(epochs):
        classifier.fit(
            random_shift(images, generator),
            labels,
            batch_size=batch_size,
            initial_epoch=epoch,
            epochs=epoch + 1,
            verbose=2,
        )


def accuracy(classifier: Model, images: UInt8Array, labels: Array) -> float:
    """Returns the accuracy on `uint8` images."""
    logits = classifier.predict(to_float(images), batch_size=500, verbose=0)
    return float((logits.argmax(axis=-1) == labels).mean())


@validated
def train_classifier(
    name: str,
    training: LabeledImages,
    test: LabeledImages,
    num_classes: PositiveInt,
    epochs: PositiveInt = 12,
    batch_size: PositiveInt = 128,
    learning_rate: Positive = 4e-3,
    seed: int = 0,
) -> tuple[Model, dict[str, Any]]:
    """Builds and trains a classifier, and evaluates it on held-out images.

    Args:
        name: Name of the model.
        training: `uint8` images `(num_images, height, width, channels)` and class
            indices `(num_images,)`.
        test: Held-out images and class indices.
        num_classes: Number of classes.
        epochs: Number of epochs.
        batch_size: Batch size.
        learning_rate: Maximum of the schedule.
        seed: Random seed of all random numbers.

    Returns:
        The Keras model, not compiled, so that no optimizer state is saved with it; and
        a dictionary of the training settings and the accuracy, ready for JSON.
    """
    images, labels = training
    start = time.perf_counter()
    classifier = build_classifier(images.shape[1:], num_classes, name, seed)
    settings = epochs, batch_size, learning_rate, seed
    fit_classifier(classifier, to_float(images), labels, *settings)
    seconds = time.perf_counter() - start
    uncompiled = build_classifier(images.shape[1:], num_classes, name, seed)
    uncompiled.set_weights(classifier.get_weights())
    return uncompiled, {
        "test_accuracy": accuracy(uncompiled, *test),
        "num_training": len(images),
        "num_test": len(test[0]),
        "num_classes": num_classes,
        "image_shape": images.shape[1:],
        "num_parameters": uncompiled.count_params(),
        "epochs": epochs,
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "seed": seed,
        "training_seconds": round(seconds),
        "keras_gan": __version__,
    }
