"""One training step by hand, which the tests of networks with labels share."""

import keras
import numpy as np
import tensorflow as tf

POLICIES = ["float32", "mixed_float16", "mixed_bfloat16"]


def under(policy, make):
    """Returns what `make()` returns under a dtype policy."""
    keras.config.set_dtype_policy(policy)
    try:
        return make()
    finally:
        keras.config.set_dtype_policy("float32")


def gradients(players, latents, labels, penalized):
    """Returns losses of both, and their gradients; the scores are those of fakes."""
    generator, discriminator = players
    with tf.GradientTape(persistent=True) as tape:
        images = generator([latents, *labels] if labels else latents, training=True)
        with tf.GradientTape() as inner:
            inner.watch(images)
            inputs = [images, *labels] if labels else images
            scores = discriminator(inputs, training=True)
        loss = tf.reduce_mean(tf.nn.relu(1.0 + scores))
        if penalized:
            slopes = inner.gradient(scores, images)
            loss += tf.reduce_mean(tf.reduce_sum(tf.square(slopes), axis=(1, 2, 3)))
        losses = -tf.reduce_mean(scores), loss
    weights = [[one.value for one in player.trainable_variables] for player in players]
    return losses, [tape.gradient(*pair) for pair in zip(losses, weights, strict=True)]


def step(generator, discriminator, xla=False, penalized=False):
    """Takes one step of Adam, and asserts that every weight moves to a number.

    Args:
        generator: Network from latents, or latents and labels.
        discriminator: Network from images, or images and labels.
        xla: Whether XLA compiles it.
        penalized: Whether the squared slope of the score is part of the loss.
    """
    players = generator, discriminator
    random = np.random.default_rng(0)
    dim = generator.inputs[0].shape[-1]
    latents = tf.constant(random.normal(size=(4, dim)), tf.float32)
    labels = [tf.constant([0, 2, 1, 2])] if len(generator.inputs) > 1 else []
    optimizers = [keras.optimizers.Adam(1e-2) for _ in players]
    for player, optimizer in zip(players, optimizers, strict=True):
        optimizer.build(player.trainable_variables)

    def update():
        losses, slopes = gradients(players, latents, labels, penalized)
        for optimizer, some in zip(optimizers, slopes, strict=True):
            optimizer.apply(some)
        return losses, slopes

    losses, slopes = tf.function(update, jit_compile=True)() if xla else update()
    assert np.isfinite(losses).all()
    assert {loss.dtype for loss in losses} == {tf.float32}
    for player, some in zip(players, slopes, strict=True):
        for weight, slope in zip(player.trainable_variables, some, strict=True):
            assert isinstance(slope, tf.Tensor), weight.path
            assert np.isfinite(slope).all(), weight.path
            assert np.isfinite(weight).all(), weight.path
