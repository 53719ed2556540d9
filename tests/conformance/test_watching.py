"""To watch a training changes nothing in it."""

import catalogue
import numpy as np
import pytest
from toys import set_seed

import keras_gan as kg

IMAGES = np.random.default_rng(0).uniform(-1, 1, (32, 4, 4, 1)).astype("float32")


def trained(callbacks):
    """Returns weights and losses after two epochs with callbacks."""
    set_seed(0)
    gan = kg.GAN(
        kg.networks.mlp_generator((4, 4, 1), width=4),
        kg.networks.mlp_discriminator((4, 4, 1), width=4),
        seed=0,
    )
    gan.compile(run_eagerly=True)
    history = gan.fit(IMAGES, batch_size=16, epochs=2, callbacks=callbacks).history
    return gan.get_weights(), history["loss"]


@pytest.fixture(scope="module")
def plain():
    """Weights and losses without callbacks."""
    return trained([])


@pytest.mark.parametrize("name", catalogue.CALLBACKS)
def test_a_callback_changes_nothing_in_the_training(name, plain, tmp_path, capsys):
    callback = catalogue.CALLBACKS[name](tmp_path / name, IMAGES)
    weights, losses = trained([callback])
    plain_weights, plain_losses = plain
    assert losses == plain_losses
    for one, other in zip(weights, plain_weights, strict=True):
        np.testing.assert_array_equal(one, other)
