"""A training step without `kg.GAN`, shared by the tests of networks with labels."""

import keras
import numpy as np
import tensorflow as tf

POLICIES = ["float32", "mixed_float16", "mixed_bfloat16"]


def under(policy, build):
    """Returns `build()` under a dtype policy."""
    keras.config.set_dtype_policy(policy)
    try:
        return build()
    finally:
        keras.config.set_dtype_policy("float32")


def gradients(networks, latents, labels, penalized):
    """Returns both losses on generated images, and the gradients of each network."""
    generator, discriminator = networks
    with tf.GradientTape(persistent=True) as tape:
        images = generator([latents, *labels] if labels else latents, training=True)
        with tf.GradientTape() as inner:
            inner.watch(images)
            inputs = [images, *labels] if labels else images
            scores = discriminator(inputs, training=True)
        loss = tf.reduce_mean(tf.nn.relu(1.0 + scores))
        if penalized:
            input_gradients = inner.gradient(scores, images)
            squares = tf.reduce_sum(tf.square(input_gradients), axis=(1, 2, 3))
            loss += tf.reduce_mean(squares)
        losses = -tf.reduce_mean(scores), loss
    weights = [[w.value for w in network.trainable_variables] for network in networks]
    return losses, [tape.gradient(*pair) for pair in zip(losses, weights, strict=True)]


def step(generator, discriminator, xla=False, penalized=False):
    """Applies one step of Adam, and asserts that gradients and weights are finite.

    Args:
        generator: Network from latents, or latents and labels.
        discriminator: Network from images, or images and labels.
        xla: Whether to compile it by XLA.
        penalized: Whether to add the squared norm of the scores' input gradients.
    """
    networks = generator, discriminator
    random = np.random.default_rng(0)
    dim = generator.inputs[0].shape[-1]
    latents = tf.constant(random.normal(size=(4, dim)), tf.float32)
    labels = [tf.constant([0, 2, 1, 2])] if len(generator.inputs) > 1 else []
    optimizers = [keras.optimizers.Adam(1e-2) for _ in networks]
    for network, optimizer in zip(networks, optimizers, strict=True):
        optimizer.build(network.trainable_variables)

    def update():
        losses, gradient_lists = gradients(networks, latents, labels, penalized)
        for optimizer, network_gradients in zip(
            optimizers, gradient_lists, strict=True
        ):
            optimizer.apply(network_gradients)
        return losses, gradient_lists

    step_function = tf.function(update, jit_compile=True) if xla else update
    losses, gradient_lists = step_function()
    assert np.isfinite(losses).all()
    assert {loss.dtype for loss in losses} == {tf.float32}
    for network, network_gradients in zip(networks, gradient_lists, strict=True):
        pairs = zip(network.trainable_variables, network_gradients, strict=True)
        for weight, gradient in pairs:
            assert isinstance(gradient, tf.Tensor), weight.path
            assert np.isfinite(gradient).all(), weight.path
            assert np.isfinite(weight).all(), weight.path
