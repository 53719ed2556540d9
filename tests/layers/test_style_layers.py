"""Style mixing, truncation and its moving mean, against NumPy."""

import numpy as np
import pytest
import tensorflow as tf
from toys import facts, parts_of, two_replicas

from keras_gan.layers import MixStyles, OtherLatents, Truncation, sampling_context
from keras_gan.random import Random


def vectors(batch=5, dim=3, seed=0):
    """Returns normal vectors."""
    random = np.random.default_rng(seed)
    return random.normal(size=(batch, dim)).astype("float32")


def styles(batch=4, num_layers=5, seed=0):
    """Returns normal styles of all layers, of dimension 2."""
    return vectors(batch, 2 * num_layers, seed).reshape(batch, num_layers, 2)


def crossovers(layer, batch, random=None, training=True):
    """Returns the number of layers of each image that have its own style, of ones."""
    with sampling_context(random):
        mixed = layer(np.ones((batch, 2)), np.zeros((batch, 2)), training=training)
    mixed = np.asarray(mixed)
    np.testing.assert_array_equal(mixed[..., 0], mixed[..., 1])
    assert (np.diff(mixed[..., 0], axis=1) <= 0).all()  # no layer after the crossover
    return mixed[..., 0].sum(axis=1).astype(int)


def test_other_latents_are_normal_and_depend_on_the_index_alone():
    layer = OtherLatents(name="others")
    with sampling_context(Random(3)):
        latents, start = layer(vectors(2000)).numpy(), layer(vectors(7)).numpy()
    np.testing.assert_allclose(latents[:7], start, atol=1e-6)
    assert abs(latents.mean()) < 5 / np.sqrt(latents.size)
    assert abs(latents.std() - 1.0) < 5 / np.sqrt(2 * latents.size)
    np.testing.assert_array_equal(layer(vectors()), vectors())  # no random source


def test_the_crossover_is_at_any_layer_but_the_first():
    layer, count = MixStyles(5, 0.9), 4000
    first = crossovers(layer, count, Random(3))
    fractions = np.bincount(first, minlength=6) / count
    expected = [0.0, *[0.9 / 4] * 4, 0.1]
    assert fractions[0] == 0.0
    np.testing.assert_allclose(fractions, expected, atol=5 * np.sqrt(0.25 / count))


@pytest.mark.parametrize(("probability", "minimum", "maximum"), [(0, 5, 5), (1, 1, 4)])
def test_all_are_mixed_or_none(probability, minimum, maximum):
    first = crossovers(MixStyles(5, probability), 200, Random(3))
    assert (first.min(), first.max()) == (minimum, maximum)


def test_styles_are_mixed_only_in_training_with_a_random_source():
    layer = MixStyles(5)
    assert (crossovers(layer, 50, Random(3), training=False) == 5).all()
    assert (crossovers(layer, 50, None) == 5).all()
    assert (crossovers(layer, 50, Random(3)) < 5).any()


def test_the_crossover_of_an_image_does_not_depend_on_its_batch():
    layer = MixStyles(5)
    full = crossovers(layer, 9, Random(3))
    np.testing.assert_array_equal(crossovers(layer, 4, Random(3)), full[:4])
    np.testing.assert_array_equal(
        crossovers(layer, 5, Random(3).with_start(4)), full[4:]
    )
    assert (crossovers(layer, 9, Random(4)) != full).any()


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
def test_mixing_compiled_equals_eager(xla):
    layer = MixStyles(5)

    def run(styles, others):
        with sampling_context(Random(3)):
            return layer(styles, others, training=True)

    spec = tf.TensorSpec((None, 3), tf.float32)
    compiled = tf.function(run, [spec, spec], jit_compile=xla)
    for batch in (2, 9):
        pair = vectors(batch), vectors(batch, seed=1)
        np.testing.assert_array_equal(compiled(*pair), run(*pair))


def test_both_styles_have_gradients():
    layer, styles, others = MixStyles(5, 1.0), tf.ones((6, 2)), tf.ones((6, 2))
    with tf.GradientTape() as tape, sampling_context(Random(3)):
        tape.watch([styles, others])
        total = tf.reduce_sum(layer(styles, others, training=True))
    gradients = tape.gradient(total, [styles, others])
    first = crossovers(layer, 6, Random(3))
    np.testing.assert_array_equal(gradients[0][:, 0], first)
    np.testing.assert_array_equal(gradients[1][:, 0], 5 - first)


def truncated(layer, x, psi, training=False):
    """Returns styles under a truncation."""
    with sampling_context(truncation=psi):
        return np.asarray(layer(x, training=training))


@pytest.mark.parametrize("num_layers", [None, 1, 3, 5, 9])
@pytest.mark.parametrize("psi", [0.7, -0.5, 1.5])
def test_truncation_is_the_formula_of_the_paper(num_layers, psi):
    layer, x, mean = Truncation(num_layers), styles(), np.array([3.0, -1.0])
    layer.build(x.shape)
    layer.mean.assign(mean)
    expected, count = x.copy(), 5 if num_layers is None else num_layers
    expected[:, :count] = mean + psi * (x[:, :count] - mean)
    np.testing.assert_allclose(truncated(layer, x, psi), expected, rtol=1e-5, atol=1e-5)


def test_truncation_of_one_is_the_identity_and_of_zero_the_mean():
    layer, x = Truncation(), 100.0 * styles()
    layer.build(x.shape)
    layer.mean.assign([0.1, -0.3])
    np.testing.assert_array_equal(truncated(layer, x, None), x)
    np.testing.assert_array_equal(truncated(layer, x, 1.0), x)
    mean = np.broadcast_to(layer.mean.numpy(), x.shape)
    np.testing.assert_array_equal(truncated(layer, x, 0.0), mean)


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
def test_truncation_by_a_tensor_compiled_equals_eager(xla):
    layer = Truncation(3)
    layer.build((None, 5, 2))
    layer.mean.assign([3.0, -1.0])
    run = tf.function(lambda x, psi: truncated_tensor(layer, x, psi), jit_compile=xla)
    for psi in (0.0, 0.7, 1.0):
        outputs = run(styles(), tf.constant(psi))
        np.testing.assert_allclose(
            outputs, truncated(layer, styles(), psi), rtol=1e-6, atol=1e-6
        )


def truncated_tensor(layer, x, psi):
    """Returns styles under a truncation that is a tensor."""
    with sampling_context(truncation=psi):
        return layer(x)


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
@pytest.mark.parametrize("dtype", ["float32", "mixed_float16"])
def test_the_moving_mean_is_that_of_the_first_layer(xla, dtype):
    layer = Truncation(momentum=0.9, dtype=dtype)
    layer.build((None, 5, 2))
    train = tf.function(lambda x: layer(x, training=True), jit_compile=xla)
    expected, rtol = np.zeros(2), {"float32": 1e-6, "mixed_float16": 2e-3}[dtype]
    for seed in range(4):
        x = 2.0 + styles(seed=seed)
        train(tf.constant(x))
        expected = 0.9 * expected + 0.1 * x[:, 0].mean(axis=0)
        np.testing.assert_allclose(layer.mean, expected, rtol=rtol)
        layer(10.0 * x)  # inference
        np.testing.assert_allclose(layer.mean, expected, rtol=rtol)
    assert layer.trainable_weights == []
    assert layer.mean.dtype == "float32"


def test_the_mean_is_over_all_replicas():
    strategy = two_replicas()
    with strategy.scope():
        layer = Truncation(momentum=0.5)
        layer.build((None, 2, 3))
    rows = np.arange(24.0, dtype="float32").reshape(4, 2, 3) ** 2
    train = tf.function(lambda part: layer(part, training=True))
    strategy.run(train, args=(parts_of(strategy, tf.constant(rows)),))
    values = strategy.experimental_local_results(layer.mean.value)
    np.testing.assert_allclose(values, [rows[:, 0].mean(axis=0) / 2] * 2)


@pytest.mark.parametrize(
    "create",
    [
        lambda: MixStyles(0),
        lambda: MixStyles(2.0),
        lambda: MixStyles(2, probability=1.1),
        lambda: MixStyles(2, probability="0.9"),
        lambda: MixStyles(2)(vectors(), styles()),
        lambda: Truncation(0),
        lambda: Truncation(momentum=-0.1),
        lambda: Truncation(momentum=None),
        lambda: Truncation()(vectors()),
    ],
)
def test_wrong_arguments_and_inputs_raise_an_error_of_four_facts(create):
    with pytest.raises(ValueError, match=facts("")):
        create()
