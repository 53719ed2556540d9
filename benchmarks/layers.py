"""Speed of this package's layers and of Keras's, as in a DCGAN at 64x64, batch 64.

    python benchmarks/layers.py

Each pair runs in turn in one process. The result is the median CPU time of the rounds:
unlike wall-clock time it does not include that of other programs.
"""

import argparse
import statistics
import time

import keras
import tensorflow as tf

from keras_gan import layers

HALVING = {"kernel_size": 4, "strides": 2, "padding": "same", "use_bias": False}
BASE = {"kernel_size": 4, "use_bias": False}
CASES = {
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


def forward_and_backward(layer, shape):
    """Returns a function that runs the forward and backward pass of a layer."""
    inputs = tf.Variable(tf.random.stateless_normal((64, *shape), (0, 1)))
    layer.build((64, *shape))

    @tf.function
    def run():
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(tf.square(layer(inputs, training=True)))
        watched = [inputs, *(weight.value for weight in layer.trainable_variables)]
        return [tf.reduce_sum(gradient) for gradient in tape.gradient(value, watched)]

    run()  # traces
    return run


def milliseconds(run, times):
    """Returns the mean CPU time of a run, in milliseconds."""
    start = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - start) / times * 1000


def main():
    """Measures all cases and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="rounds of a pair")
    parser.add_argument("--times", type=int, default=5, help="runs of a round")
    arguments = parser.parse_args()
    keras.utils.set_random_seed(0)
    print(f"{'layer':26} {'Keras, ms':>10} {'ours, ms':>10}")
    for case, (layer_class, shape, options) in CASES.items():
        # The base class of each of our layers is Keras's.
        pair = [layer_class.__base__(**options), layer_class(**options)]
        runs = [forward_and_backward(layer, shape) for layer in pair]
        rounds = [
            [milliseconds(run, arguments.times) for run in runs]
            for _ in range(arguments.rounds)
        ]
        keras_time, our_time = map(statistics.median, zip(*rounds, strict=True))
        print(f"{case:26} {keras_time:10.1f} {our_time:10.1f}")


if __name__ == "__main__":
    main()
