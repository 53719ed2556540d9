import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import points, toy

import keras_gan as kg
from keras_gan.game import Score


class Counted(keras.layers.Layer):
    """A layer that counts its calls and changes nothing."""

    calls = 0

    def call(self, inputs):
        self.calls += 1
        return inputs


def judge(*layers, dtype="float64"):
    """Returns a smooth discriminator of points, with layers put at its front."""
    dense = keras.layers.Dense
    return keras.Sequential(
        [
            keras.Input((2,), dtype=dtype),
            *layers,
            dense(4, "tanh", name="hidden", dtype=dtype),
            dense(3, "tanh", name="features", dtype=dtype),
            dense(1, name="last", dtype=dtype),
        ]
    )


def doubles(count=5, seed=0):
    """Returns points in double precision."""
    return tf.constant(points(count, seed), tf.float64)


def test_slopes_are_those_of_differences():
    score, images, step = Score(judge()), doubles(), 1e-6
    slopes = score.input_gradients(images)
    for column in range(2):
        move = step * tf.one_hot(column, 2, dtype=tf.float64)
        expected = (score(images + move) - score(images - move)) / (2 * step)
        np.testing.assert_allclose(slopes[:, column], expected, rtol=1e-7, atol=1e-9)


def test_a_remembering_score_is_the_score():
    score = Score(judge())
    one, other = doubles(5, 0), doubles(5, 1)
    with tf.GradientTape() as tape:
        tape.watch(one)
        norms = tf.reduce_sum(tf.square(score.input_gradients(one)))
    plain = tape.gradient(norms, [one, *score.network.trainable_variables[:-1]])
    seen = score.cached()
    for images in (one, other, one):
        np.testing.assert_array_equal(seen(images), score(images))
        np.testing.assert_allclose(
            seen.input_gradients(images), score.input_gradients(images), 1e-12
        )
    with tf.GradientTape() as tape:
        tape.watch(one)
        seen = score.cached()
        norms = tf.reduce_sum(tf.square(seen.input_gradients(one)))
    curved = tape.gradient(norms, [one, *score.network.trainable_variables[:-1]])
    for made, expected in zip(curved, plain, strict=True):
        np.testing.assert_allclose(made, expected, rtol=1e-10)


def test_a_remembering_score_computes_a_batch_once():
    counted, statistics = Counted(dtype="float64"), None
    statistics = keras.layers.BatchNormalization(momentum=0.9, dtype="float64")
    network = judge(counted, statistics)
    counted.calls, real = 0, doubles()
    seen = Score(network).cached()
    seen.input_gradients(real), seen(real), seen.input_gradients(real)
    assert counted.calls == 1
    mean = statistics.moving_mean.numpy()
    np.testing.assert_allclose(mean, 0.1 * np.mean(real, axis=0))
    seen(doubles(5, 1))
    assert counted.calls == 2
    Score(network).input_gradients(real), Score(network)(real)
    assert counted.calls == 4


@pytest.mark.parametrize("lazy", [False, True])
def test_a_penalty_looks_at_the_scores_of_the_loss(lazy):
    counted = Counted()
    gan = toy(discriminator=judge(counted, dtype="float32"))
    penalties = [kg.penalties.R1(), kg.penalties.R2(), kg.penalties.R1(0.1)]
    if lazy:
        penalties = [kg.penalties.R1(interval=2)]
    gan.compile(penalties=penalties, run_eagerly=True)
    counts = []
    for step in range(2):
        counted.calls = 0
        gan.train_on_batch(points(8, seed=step))
        counts.append(counted.calls)
    # Of an update of D: real and fake; of G: fake; a due lazy penalty: once more.
    assert counts == ([4, 3] if lazy else [3, 3])


def test_the_score_at_imagined_weights_leaves_the_real_ones_alone():
    network = judge(keras.layers.BatchNormalization(dtype="float64"))
    real, twin = doubles(), judge(keras.layers.BatchNormalization(dtype="float64"))
    before = network.get_weights()
    twin.set_weights(before)
    weights = [w + 0.1 * (n + 1) for n, w in enumerate(network.trainable_variables)]
    for weight, value in zip(twin.trainable_variables, weights, strict=True):
        weight.assign(value)
    score = Score(network).with_weights(weights)
    np.testing.assert_allclose(score(real), twin(real, training=True)[:, 0])
    twin.set_weights([*twin.get_weights()[:2], *before[2:4], *twin.get_weights()[4:]])
    np.testing.assert_allclose(
        score.input_gradients(real), Score(twin).input_gradients(real)
    )
    np.testing.assert_allclose(
        score.features(real, "hidden"), Score(twin).features(real, "hidden")
    )
    for one, other in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)  # statistics too


def test_imagined_weights_pass_gradients():
    score, real, step = Score(judge()), doubles(), 1e-6
    weights = [tf.convert_to_tensor(w) for w in score.network.trainable_variables]
    with tf.GradientTape() as tape:
        tape.watch(weights)
        value = tf.reduce_sum(score.with_weights(weights).input_gradients(real) ** 2)
    slope = tape.gradient(value, weights[0])
    for place in np.ndindex(2, 4):
        move = np.zeros((2, 4))
        move[place] = step
        ends = [
            tf.reduce_sum(
                score.with_weights([weights[0] + s, *weights[1:]]).input_gradients(real)
                ** 2
            )
            for s in (move, -move)
        ]
        assert float(slope[place]) == pytest.approx(
            float(ends[0] - ends[1]) / (2 * step), rel=1e-6, abs=1e-8
        )


def test_inner_layers_are_seen_at_the_networks_own_weights():
    network, real = judge(), doubles().numpy()
    score = Score(network)
    for _ in range(2):  # the second time with other weights
        kernels = network.get_weights()
        hidden = np.tanh(real @ kernels[0] + kernels[1])
        features = np.tanh(hidden @ kernels[2] + kernels[3])
        np.testing.assert_allclose(score.features(real, "hidden"), hidden)
        np.testing.assert_allclose(score.features(real), features)
        network.set_weights([w + 0.1 for w in kernels])


def test_by_default_features_are_what_the_last_weights_are_given():
    network = kg.networks.mlp_discriminator(width=4, depth=1)
    real = points(5)
    kernel, bias, *_ = network.get_weights()
    hidden = real @ kernel + bias
    features = Score(network).features(real)
    np.testing.assert_allclose(features, np.maximum(hidden, 0.2 * hidden), rtol=1e-5)


def test_an_unknown_layer_brings_those_that_exist():
    with pytest.raises(ValueError, match=r"hidden, features, last\n.*layer='hiden'"):
        Score(judge()).features(doubles(), "hiden")


def test_a_network_with_a_call_of_its_own_hides_its_layers():
    class Own(keras.Model):
        def call(self, images):
            return images[:, 0]

    with pytest.raises(ValueError, match=r"(?s)Expected: a functional.*Received: Own"):
        Score(Own()).features(doubles())


def test_augmented_images_are_what_the_network_sees():
    network, real = judge(), doubles()
    score = Score(network, augment=lambda images: 3.0 * images)
    np.testing.assert_allclose(score(real), Score(network)(3.0 * real))
    slopes = Score(network).input_gradients(3.0 * real)
    np.testing.assert_allclose(score.input_gradients(real), 3.0 * slopes)
    np.testing.assert_allclose(score.cached().input_gradients(real), 3.0 * slopes)
    features = Score(network).features(3.0 * real)
    np.testing.assert_allclose(score.features(real), features)


def test_a_cached_score_at_other_weights_is_that_of_these_weights():
    network, real = judge(), doubles()
    cached = Score(network).cached()
    before = cached(real)
    weights = [2.0 * weight.value for weight in network.trainable_variables]
    after = cached.with_weights(weights)(real)
    expected = Score(network).with_weights(weights)(real)
    np.testing.assert_allclose(after, expected)
    assert np.abs(np.asarray(after - before)).max() > 1e-3
