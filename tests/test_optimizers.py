"""Optimizers as users of Keras set them: trained with rightly, or refused."""

import keras
import numpy as np
import pytest
from toys import RATE, FACTS, descend, facts, linear, points, stated, toy

import keras_gan as kg

FLOATS = {"rtol": 1e-5, "atol": 1e-6}


def sgd(**options):
    return keras.optimizers.SGD(RATE, **options)


def averaged(**changes):
    """Returns a GAN both of whose optimizers average the weights."""
    gan = linear(**changes)
    optimizers = [sgd(use_ema=True, ema_momentum=0.8) for _ in range(2)]
    gan.compile(*optimizers, run_eagerly=True)
    return gan


class Steps(keras.callbacks.Callback):
    """Records the weights of both networks after each training step."""

    def __init__(self):
        super().__init__()
        self.after = []

    def on_train_batch_end(self, batch, logs=None):
        self.after.append(weights_of(self.model))


def weights_of(gan):
    """Returns copies of the trainable weights of both networks, two lists."""
    return [
        [np.array(w.numpy()) for w in network.trainable_weights]
        for network in (gan.generator, gan.discriminator)
    ]


def average(history, momentum):
    """Returns Keras's moving average of weights: the first, then the recursion."""
    result = history[0]
    for weights in history[1:]:
        pairs = zip(result, weights, strict=True)
        result = [momentum * one + (1 - momentum) * w for one, w in pairs]
    return result


def assert_close(one, other):
    for first, second in zip(one, other, strict=True):
        np.testing.assert_allclose(first, second, **FLOATS)


def test_fit_ends_with_the_averages_of_both_networks():
    gan, steps = averaged(), Steps()
    gan.fit(points(64), batch_size=8, verbose=0, callbacks=[steps])
    for index, weights in enumerate(weights_of(gan)):
        assert_close(weights, average([after[index] for after in steps.after], 0.8))
