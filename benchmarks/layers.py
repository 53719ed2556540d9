"""Our layers beside Keras's, where a DCGAN at 64x64 uses them, at batch 64.

    python benchmarks/layers.py

Each pair takes turns in one process. What is printed is CPU time, the median of the
rounds: it does not grow when other programs run, as time on the clock does.
"""

import argparse
import statistics
import time

import keras
import tensorflow as tf

from keras_gan import layers

HALVING = {"kernel_size": 4, "strides": 2, "padding": "same", "use_bias": False}
BASE = {"kernel_size": 4, "use_bias": False}
PLACES = {
    "latents to base": (layers.Conv2DTranspose, (1, 1, 100), {"filters": 512, **BASE}),
    "features to image": (
        layers.Conv2DTranspose,
        (32, 32, 64),
        {"filters": 3, **HALVING},
    ),
    "image to features": (layers.Conv2D, (64, 64, 3), {"filters": 64, **HALVING}),
    "base to score": (layers.Conv2D, (4, 4, 512), {"filters": 1, **BASE}),
    "normalization, 32x32x64": (layers.BatchNormalization, (32, 32, 64), {}),
    "normalization, 16x16x128": (layers.BatchNormalization, (16, 16, 128), {}),
}


def pass_both_ways(layer, shape):
    """Returns a function that runs a layer forwards and backwards."""
    inputs = tf.Variable(tf.random.stateless_normal((64, *shape), (0, 1)))
    layer.build((64, *shape))

    @tf.function
    def run():
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(tf.square(layer(inputs, training=True)))
        watched = [inputs, *(weight.value for weight in layer.trainable_variables)]
        return [tf.reduce_sum(slope) for slope in tape.gradient(value, watched)]

    run()
    return run


def milliseconds(run, times):
    """Returns the CPU time of one run."""
    start = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - start) / times * 1000


def main():
    """Measures all places and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--times", type=int, default=5)
    arguments = parser.parse_args()
    keras.utils.set_random_seed(0)
    print(f"{'place':26} {'Keras, ms':>10} {'ours, ms':>10}")
    for place, (kind, shape, options) in PLACES.items():
        pair = [kind.__base__(**options), kind(**options)]
        runs = [pass_both_ways(layer, shape) for layer in pair]
        rounds = [
            [milliseconds(run, arguments.times) for run in runs]
            for _ in range(arguments.rounds)
        ]
        theirs, ours = map(statistics.median, zip(*rounds, strict=True))
        print(f"{place:26} {theirs:10.1f} {ours:10.1f}")


if __name__ == "__main__":
    main()
