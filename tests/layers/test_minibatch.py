"""Minibatch discrimination and standard deviation, against NumPy."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import set_seed

from keras_gan.layers import MinibatchDiscrimination, MinibatchStddev

LAYERS = {
    "discrimination": lambda **more: MinibatchDiscrimination(3, 2, **more),
    "deviation": lambda **more: MinibatchStddev(3, **more),
}


def samples(count=6, features=4, seed=0):
    """Returns normal samples in float64."""
    return np.random.default_rng(seed).normal(size=(count, features))


def similarity(inputs, kernel, num_kernels, kernel_dim):
    """Returns the features of minibatch discrimination in NumPy, term by term."""
    mapped = (inputs @ kernel).reshape(-1, num_kernels, kernel_dim)
    sums = np.zeros((len(inputs), num_kernels))
    for i, vectors in enumerate(mapped):
        for other in mapped:
            sums[i] += np.exp(-np.abs(vectors - other).sum(axis=-1))
    return sums


def deviation(group):
    """Returns the mean standard deviation of a group in NumPy."""
    return np.sqrt(group.var(axis=0) + 1e-8).mean()


@pytest.mark.parametrize(("num_kernels", "kernel_dim"), [(3, 2), (1, 5)])
def test_discrimination_is_the_formula_of_the_paper(num_kernels, kernel_dim):
    layer = MinibatchDiscrimination(num_kernels, kernel_dim, dtype="float64")
    outputs = layer(samples())
    kernel = layer.get_weights()[0]
    assert kernel.shape == (4, num_kernels * kernel_dim)
    expected = similarity(samples(), kernel, num_kernels, kernel_dim)
    np.testing.assert_allclose(outputs, np.hstack([samples(), expected]), rtol=1e-12)


def test_equal_samples_have_the_batch_size_and_distant_ones_one():
    layer = MinibatchDiscrimination()
    np.testing.assert_allclose(layer(np.ones((7, 4)))[:, 4:], np.full((7, 100), 7.0))
    distant = layer(1e4 * samples())[:, 4:]
    np.testing.assert_allclose(distant, np.ones((6, 100)), atol=1e-6)


@pytest.mark.parametrize(("count", "groups"), [(6, 2), (3, 1), (8, 1), (2, 1)])
@pytest.mark.parametrize("positions", [(), (2, 3)], ids=["features", "images"])
def test_deviation_is_one_number_for_each_group(count, groups, positions):
    inputs = np.random.default_rng(0).normal(size=(count, *positions, 4))
    outputs = MinibatchStddev(3, dtype="float64")(inputs)
    numbers = [deviation(group) for group in np.split(inputs, groups)]
    expected = np.zeros((count, *positions, 1))
    expected += np.repeat(numbers, count // groups).reshape(
        -1, *[1] * len(positions), 1
    )
    np.testing.assert_array_equal(outputs[..., :4], inputs)
    np.testing.assert_allclose(outputs[..., 4:], expected, rtol=1e-12)


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
@pytest.mark.parametrize("name", LAYERS)
def test_one_graph_accepts_batches_of_any_size(name, xla):
    layer = LAYERS[name]()
    signature = [tf.TensorSpec((None, 4), tf.float32)]
    run = tf.function(layer, input_signature=signature, jit_compile=xla)
    for count in (6, 5, 1):
        inputs = samples(count).astype("float32")
        np.testing.assert_allclose(run(inputs), layer(inputs), rtol=1e-5)
    width = layer(samples()).shape[-1]
    assert run.get_concrete_function().output_shapes[-1] == width
    assert run(np.zeros((0, 4), "float32")).shape == (0, width)
    assert layer(keras.Input((4,))).shape == (None, width)


@pytest.mark.parametrize("name", LAYERS)
def test_gradients_are_those_of_finite_differences(name):
    layer = LAYERS[name](dtype="float64")
    inputs, target = (
        tf.Variable(samples()),
        samples(6, layer(samples()).shape[-1], seed=1),
    )

    def value():
        return tf.reduce_sum(target * layer(inputs))

    variables = [inputs, *(own.value for own in layer.trainable_variables)]
    with tf.GradientTape() as tape:
        loss = value()
    gradients = tape.gradient(loss, variables)
    for variable, gradient in zip(variables, gradients, strict=True):
        start = variable.numpy()
        direction = np.random.default_rng(2).normal(size=start.shape)
        ends = []
        for step in (1e-6, -1e-6):
            variable.assign(start + step * direction)
            ends.append(value())
        variable.assign(start)
        difference = (ends[0] - ends[1]) / 2e-6
        np.testing.assert_allclose(np.sum(gradient * direction), difference, rtol=1e-7)


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "xla"])
@pytest.mark.parametrize("name", LAYERS)
def test_first_and_second_gradients_are_finite_at_mode_collapse(name, xla):
    layer = LAYERS[name]()
    layer.build((None, 4))

    @tf.function(jit_compile=xla)
    def gradients(inputs):
        with tf.GradientTape() as outer:
            outer.watch(inputs)
            with tf.GradientTape() as inner:
                inner.watch(inputs)
                value = tf.reduce_sum(tf.sin(layer(inputs)))
            gradient = inner.gradient(value, inputs)
            penalty = tf.reduce_sum(tf.square(gradient))
        return gradient, outer.gradient(penalty, inputs)

    for gradient in gradients(tf.ones((6, 4))):
        assert np.isfinite(gradient).all()
        assert np.abs(gradient).max() > 0


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("name", LAYERS)
def test_half_precision_sums_in_float32(name, dtype):
    layer, single = LAYERS[name](dtype=dtype), LAYERS[name]()
    inputs = tf.cast(10 + samples(510).astype("float32"), layer.compute_dtype)
    inputs = tf.cast(inputs, tf.float32)  # the same values for both
    single(inputs)
    layer.build(inputs.shape)
    layer.set_weights(single.get_weights())
    outputs = layer(inputs)
    assert outputs.dtype == layer.compute_dtype
    assert {weight.dtype for weight in layer.weights} <= {"float32"}
    rounded = tf.cast(single(inputs), layer.compute_dtype)  # once, at the end
    np.testing.assert_allclose(
        *(np.asarray(x, "float32") for x in (outputs, rounded)), rtol=1e-6
    )


def scores(batch, *layers):
    """Returns the scores of a small discriminator with more layers before the last."""
    set_seed(0)
    network = keras.Sequential([keras.layers.Dense(4), *layers, keras.layers.Dense(1)])
    return network(batch).numpy()


@pytest.mark.parametrize("name", LAYERS)
def test_the_score_of_a_sample_depends_on_the_diversity_of_its_batch(name):
    diverse = samples().astype("float32")
    collapsed = np.repeat(diverse[:1], 6, axis=0)
    np.testing.assert_allclose(scores(diverse)[0], scores(collapsed)[0], rtol=1e-6)
    with_layer = [scores(batch, LAYERS[name]())[0] for batch in (diverse, collapsed)]
    assert np.abs(with_layer[0] - with_layer[1]) > 1e-2


def accuracy(*layers):
    """Returns the accuracy of a network trained to classify collapsed batches.

    Each sample alone has the same distribution in both.
    """
    set_seed(0)
    network = keras.Sequential(
        [keras.layers.Dense(8, "relu"), *layers, keras.layers.Dense(1)]
    )
    network.build((None, 2))
    optimizer = keras.optimizers.Adam(0.03)
    random = np.random.default_rng(0)

    @tf.function
    def step(diverse, collapsed):
        with tf.GradientTape() as tape:
            logits = network(diverse), network(collapsed)
            loss = tf.reduce_mean(
                tf.nn.softplus(-logits[0]) + tf.nn.softplus(logits[1])
            )
        weights = network.trainable_variables
        optimizer.apply(tape.gradient(loss, weights), weights)
        return tf.reduce_mean(tf.cast([logits[0] > 0, logits[1] < 0], tf.float32))

    accuracies = []
    for _ in range(150):
        diverse, other = random.normal(size=(2, 6, 2)).astype("float32")
        accuracies.append(step(tf.constant(diverse), tf.repeat(other[:1], 6, axis=0)))
    return np.mean(accuracies[-50:])


def test_a_discriminator_learns_to_detect_mode_collapse():
    assert accuracy() < 0.6  # chance is 0.5
    assert accuracy(MinibatchDiscrimination(5, 3)) > 0.95
    assert accuracy(MinibatchStddev(6)) > 0.95


@pytest.mark.parametrize(
    "create",
    [
        lambda: MinibatchDiscrimination(num_kernels=0),
        lambda: MinibatchDiscrimination(num_kernels=2.5),
        lambda: MinibatchDiscrimination(kernel_dim=-1),
        lambda: MinibatchDiscrimination()(np.ones((2, 3, 3, 1))),
        lambda: MinibatchDiscrimination()(keras.Input((None,))),
        lambda: MinibatchStddev(group_size=1),
        lambda: MinibatchStddev(group_size="4"),
        lambda: MinibatchStddev()(np.ones((2, 3, 1))),
    ],
)
def test_wrong_arguments_and_inputs_raise_an_error_of_four_facts(create):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        create()
