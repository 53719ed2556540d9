"""Small classifiers whose features a metric compares: the network and its training.

The one of Fashion-MNIST that ships and those of `keras-gan features train` are the same
network, trained by the same function.
"""

import time

import keras
import numpy as np
from keras import layers

from keras_gan.images import to_float
from keras_gan.version import __version__

NUM_FEATURES = 128
"""Length of a feature vector."""

SMALL = 8
"""Pixels of a side that are few enough for a dense layer."""

WIDEST = 128
"""Channels that no convolution exceeds."""

SHIFT = 1
"""Training images move by up to so many pixels along each axis."""


def rectified(values, name):
    """Applies batch normalization and a ReLU."""
    values = layers.BatchNormalization(dtype="float32", name=f"{name}_normalized")(
        values
    )
    return layers.ReLU(dtype="float32", name=name)(values)


def convolution(images, width, name, seed):
    """Applies a 3x3 convolution, halves the size, then normalization and a ReLU.

    The maximum comes first: the layers after it then have a quarter of the work.
    """
    images = layers.Conv2D(
        width,
        3,
        padding="same",
        use_bias=False,
        kernel_initializer=keras.initializers.HeNormal(seed),
        dtype="float32",
        name=f"convolution_{name}",
    )(images)
    pool = layers.MaxPooling2D(padding="same", dtype="float32", name=f"pool_{name}")
    return rectified(pool(images), f"relu_{name}")


def dense(values, width, rate, name, seed):
    """Applies dropout at a rate, then a dense layer."""
    dropout = layers.Dropout(rate, seed=seed, dtype="float32", name=f"{name}_dropout")
    return layers.Dense(
        width,
        kernel_initializer=keras.initializers.HeNormal(seed),
        dtype="float32",
        name=name,
    )(dropout(values))


def untrained(image_shape, num_classes, name, seed=0):
    """Builds a classifier: convolutions, a layer of features, and a head.

    Each of two convolutions or more halves the size, until the longer side has at most
    8 pixels. Every layer is float32 whatever Keras's policy says, and has its own seed,
    so that building it takes no random number from the program that measures with it.

    Args:
        image_shape: `(height, width, channels)` of its images.
        num_classes: Number of classes.
        name: Name of the model.
        seed: Whole number for the first weights and the dropout.

    Returns:
        A Keras model from images in [-1, 1] to logits `(num_images, num_classes)`. Its
        layer `"features"` has 128 values, 0 or more.
    """
    inputs = keras.Input(image_shape, name="images")
    images, width, number = inputs, 32, 0
    while number < 2 or max(images.shape[1:3]) > SMALL:
        images = convolution(images, width, number, seed + number)
        width, number = min(2 * width, WIDEST), number + 1
    values = layers.Flatten(dtype="float32", name="flat")(images)
    values = dense(values, NUM_FEATURES, 0.3, "projection", seed + number)
    features = rectified(values, "features")
    logits = dense(features, num_classes, 0.2, "logits", seed + number + 1)
    return keras.Model(inputs, logits, name=name)


def has_features(model):
    """Tells whether a Keras model is a classifier with a layer `"features"`."""
    connected = getattr(model, "inputs", None)  # subclassed models have none
    return bool(connected) and any(layer.name == "features" for layer in model.layers)


def parts(classifier):
    """Takes a classifier apart, for `keras_gan.metrics.features.ClassifierFeatures`.

    Args:
        classifier: A Keras model of images to logits, with a layer `"features"`.

    Returns:
        The model from images to features, of the classifier's name, and the one from
        features to class probabilities.
    """
    features = classifier.get_layer("features").output
    softmax = layers.Softmax(dtype="float32", name="softmax")
    return (
        keras.Model(classifier.input, features, name=classifier.name),
        keras.Model(features, softmax(classifier.output), name="classes"),
    )


def shifted(images, generator):
    """Moves each image by a whole number of pixels along each axis.

    Args:
        images: Array `(num_images, height, width, channels)` in [-1, 1].
        generator: NumPy's random generator.

    Returns:
        An array of the same shape, filled with -1 (black) where nothing was.
    """
    around = ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0))
    padded = np.pad(images, around, constant_values=-1.0)
    height, width = images.shape[1:3]
    offsets = generator.integers(0, 2 * SHIFT + 1, (len(images), 2))
    moved = np.empty_like(images)
    for top, left in np.unique(offsets, axis=0):
        these = (offsets == (top, left)).all(axis=1)
        moved[these] = padded[these, top : top + height, left : left + width]
    return moved


def schedule(epochs, steps, learning_rate):
    """Returns learning rates: a warm-up of one epoch, then a cosine to zero."""
    warmup = epochs * steps // max(2, epochs)
    return keras.optimizers.schedules.CosineDecay(
        learning_rate / 10,
        decay_steps=epochs * steps - warmup,
        warmup_target=learning_rate,
        warmup_steps=warmup,
    )


def train(classifier, images, labels, epochs, batch_size, learning_rate, seed):
    """Trains a classifier by Adam.

    Args:
        classifier: A model as `untrained` builds it; it is trained in place.
        images: `float32` array `(num_images, height, width, channels)` in [-1, 1].
        labels: Numbers of the classes, `(num_images,)`.
        epochs: Times that all images are seen, moved anew by up to a pixel.
        batch_size: Images of a step.
        learning_rate: The highest.
        seed: Whole number that decides order and movements.
    """
    keras.utils.set_random_seed(seed)
    steps = -(-len(images) // batch_size)
    classifier.compile(
        keras.optimizers.Adam(schedule(epochs, steps, learning_rate)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    for layer in classifier.layers:
        if isinstance(layer, layers.BatchNormalization):  # not over more than an epoch
            layer.momentum = min(layer.momentum, 1.0 - 1.0 / steps)
    generator = np.random.default_rng(seed)
    for epoch in range(epochs):
        classifier.fit(
            shifted(images, generator),
            labels,
            batch_size=batch_size,
            initial_epoch=epoch,
            epochs=epoch + 1,
            verbose=2,
        )


def accuracy(classifier, images, labels):
    """Returns the share of `uint8` images that the classifier names rightly."""
    logits = classifier.predict(to_float(images), batch_size=500, verbose=0)
    return float((logits.argmax(axis=-1) == labels).mean())


def trained(
    name,
    training,
    test,
    num_classes,
    epochs=12,
    batch_size=128,
    learning_rate=4e-3,
    seed=0,
):
    """Trains a classifier, and measures it on images that it has not seen.

    Args:
        name: Name of the model.
        training: `uint8` images `(num_images, height, width, channels)` and the numbers
            of their classes `(num_images,)`.
        test: The same of the others.
        num_classes: Number of classes.
        epochs: As in `train`, like the rest.
        batch_size: Images of a step.
        learning_rate: The highest.
        seed: Whole number that decides all random numbers.

    Returns:
        The Keras model, never compiled, so that no optimizer's state is saved with it;
        and a dictionary of how it was trained and how well, ready for JSON.
    """
    images, labels = training
    start = time.perf_counter()
    classifier = untrained(images.shape[1:], num_classes, name, seed)
    settings = epochs, batch_size, learning_rate, seed
    train(classifier, to_float(images), labels, *settings)
    seconds = time.perf_counter() - start
    plain = untrained(images.shape[1:], num_classes, name, seed)
    plain.set_weights(classifier.get_weights())
    return plain, {
        "test_accuracy": accuracy(plain, *test),
        "num_training": len(images),
        "num_test": len(test[0]),
        "num_classes": num_classes,
        "image_shape": images.shape[1:],
        "num_parameters": plain.count_params(),
        "epochs": epochs,
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "seed": seed,
        "training_seconds": round(seconds),
        "keras_gan": __version__,
    }
