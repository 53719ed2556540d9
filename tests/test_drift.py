"""The penalty on drifting scores, against its formula."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import points, set_seed, toy

import keras_gan as kg


def test_it_is_the_weighted_square_of_the_score_of_real_images_alone():
    real, fake = tf.constant([[-3.0], [0.5]]), tf.constant([[9.0], [9.0]])
    game = kg.Game(score=lambda images: 2.0 * images[:, 0], real=real, fake=fake)
    np.testing.assert_allclose(kg.penalties.Drift(0.1)(game), [3.6, 0.1], rtol=1e-6)
    assert kg.penalties.Drift().weight == 0.001  # the paper's


def test_half_precision_scores_are_squared_in_single():
    scores = tf.constant([300.0], "float16")  # whose square no float16 holds
    game = kg.Game(score=lambda images: scores, real=tf.zeros((1, 1)))
    value = kg.penalties.Drift(1.0)(game)
    assert value.dtype == "float32"
    np.testing.assert_allclose(value, [90000.0])


@pytest.mark.parametrize("interval", [1, 2])
def test_it_pulls_the_scores_of_real_images_towards_0(interval):
    images, sizes = points(64), []
    for weight in (0.0, 1.0):
        set_seed(0)
        gan = toy()
        gan.compile(
            discriminator_optimizer=keras.optimizers.SGD(0.05),
            loss="wasserstein",
            penalties=[kg.penalties.Drift(weight, interval=interval)],
        )
        logs = gan.fit(images, batch_size=16, epochs=5, verbose=0).history
        assert all(value >= 0 for value in logs["drift"])
        sizes.append(np.abs(gan.discriminator(images)).mean())
    assert sizes[1] < 0.5 * sizes[0]
