import dataclasses

import numpy as np
import pytest
import tensorflow as tf

import keras_gan as kg
from keras_gan.game import Game, Score


def means(images, training):
    """A discriminator: the mean of each image, less one in training."""
    return tf.reduce_mean(images, axis=1) - float(training)


def columns(images, training):
    return means(images, training)[:, None]


IMAGES = tf.constant([[1.0, 3.0], [5.0, 7.0]])


@pytest.mark.parametrize("network", [means, columns])
def test_a_score_is_one_number_for_each_image(network):
    scores = Score(network, training=False)(IMAGES)
    np.testing.assert_array_equal(scores, [2.0, 6.0])


def test_one_image_has_a_score_of_shape_one():
    assert Score(columns)(IMAGES[:1]).shape == (1,)


def test_the_mode_is_bound():
    np.testing.assert_array_equal(Score(means)(IMAGES), [1.0, 5.0])


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_scores_are_single_precision(dtype):
    assert Score(means)(tf.cast(IMAGES, dtype)).dtype == tf.float32


def test_double_precision_stays():
    assert Score(columns)(tf.cast(IMAGES, "float64")).dtype == tf.float64


def test_a_map_of_scores_stays_a_map():
    def patches(images, training):
        return tf.zeros((2, 4, 4))

    assert Score(patches)(IMAGES).shape == (2, 4, 4)


def test_a_game_is_changed_by_copy():
    game = Game(real=IMAGES)
    changed = game.replace(fake=IMAGES + 1.0)
    assert game.fake is None
    assert changed.real is IMAGES
    with pytest.raises(dataclasses.FrozenInstanceError):
        game.fake = IMAGES


def test_a_term_is_tested_without_a_gan():
    def drift(game):
        return tf.square(game.score(game.real))

    game = kg.Game(score=Score(means, training=False), real=IMAGES)
    np.testing.assert_array_equal(drift(game), [4.0, 36.0])
