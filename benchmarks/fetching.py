"""Cost of fetching and checking a batch before its step, beside Keras's own fetching.

    python benchmarks/fetching.py

Times training steps of the smallest GAN of points, by `gan.train_function` and by the
function of Keras in it, in turns of one run, and the check of a batch of images.
"""

import time

import numpy as np
import tensorflow as tf

import keras_gan as kg
from keras_gan.data.feeding.batches import BatchFormat
from keras_gan.networks.labels import Unlabeled

BATCH, STEPS, ROUNDS = 64, 1000, 5


def compiled():
    """Returns a GAN of points whose step takes about a millisecond."""
    generator = kg.networks.mlp_generator(width=8)
    gan = kg.GAN(generator, kg.networks.mlp_discriminator(width=8), seed=0)
    gan.compile(jit_compile=False)
    gan.make_train_function()
    return gan


def milliseconds(function, iterator):
    """Returns the time of a step."""
    start = time.perf_counter()
    for _ in range(STEPS):
        logs = function(iterator)
    float(logs["loss"])
    return (time.perf_counter() - start) / STEPS * 1e3


def main():
    """Prints the medians."""
    points = np.random.default_rng(0).normal(size=(BATCH, 2)).astype("float32")
    dataset = tf.data.Dataset.from_tensors(points).repeat().prefetch(2)
    ours, keras_own = compiled().train_function, compiled().train_function.function
    iterators = iter(dataset), iter(dataset)
    times = []
    for _ in range(ROUNDS + 1):  # the first round traces
        functions = zip((ours, keras_own), iterators, strict=True)
        times.append([milliseconds(*pair) for pair in functions])
    fetched, keras_time = np.median(times[1:], axis=0)
    print(f"a step: {fetched:.2f} ms, with Keras's fetching {keras_time:.2f} ms")
    images = np.random.default_rng(0).uniform(-1, 1, (BATCH, 64, 64, 3))
    batch, batches = (
        tf.constant(images, tf.float32),
        BatchFormat((64, 64, 3), Unlabeled()),
    )
    start = time.perf_counter()
    for _ in range(100):
        batches.check(batch)
    check_time = (time.perf_counter() - start) / 100 * 1e3
    print(f"a check of {BATCH} images 64x64x3: {check_time:.2f} ms")


if __name__ == "__main__":
    main()
