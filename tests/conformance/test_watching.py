"""To watch a training changes nothing in it."""

import catalogue
import keras
import numpy as np
import pytest

import keras_gan as kg


def trained(callbacks, images):
    """Returns weights and losses after two epochs with callbacks."""
    keras.utils.set_random_seed(0)
    gan = kg.GAN(
        kg.networks.mlp_generator((4, 4, 1), width=4),
        kg.networks.mlp_discriminator((4, 4, 1), width=4),
        seed=0,
    )
    gan.compile(run_eagerly=True)
    history = gan.fit(images, batch_size=16, epochs=2, callbacks=callbacks).history
    return gan.get_weights(), history["loss"]


@pytest.mark.parametrize("name", catalogue.CALLBACKS)
def test_a_callback_changes_nothing_in_the_training(name, tmp_path, capsys):
    images = np.random.default_rng(0).uniform(-1, 1, (32, 4, 4, 1)).astype("float32")
    callback = catalogue.CALLBACKS[name](tmp_path / name, images)
    weights, losses = trained([callback], images)
    plain_weights, plain_losses = trained([], images)
    assert losses == plain_losses
    for one, other in zip(weights, plain_weights, strict=True):
        np.testing.assert_array_equal(one, other)
