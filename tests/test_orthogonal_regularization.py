import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import RATE, Recorded, facts, pictures, points, set_seed, toy, toy_dcgan

import keras_gan as kg
from keras_gan.penalties import OrthogonalRegularization

WAYS = {
    "eager": lambda function: function,
    "graph": tf.function,
    "xla": lambda function: tf.function(function, jit_compile=True),
}
DOUBLE = {"dtype": "float64"}


def game(*layers, shape=(4,)):
    """Returns the game of a generator of these layers."""
    inputs = keras.Input(shape, dtype="float64")
    return kg.Game(network=keras.Sequential([inputs, *layers]))


def off_diagonal(matrix):
    """Returns the sum of the squares of `W^T W` beside its diagonal, in NumPy."""
    products = matrix.T @ matrix
    return np.sum(np.square(products * (1 - np.eye(len(products)))))


def shaken(network):
    """Gives a network normal weights."""
    random = np.random.default_rng(0)
    network.set_weights([random.normal(size=one.shape) for one in network.weights])
    return network


@pytest.mark.parametrize("way", WAYS)
def test_it_is_its_formula_over_all_kernels(way):
    bound = game(
        keras.layers.Dense(12, **DOUBLE),  # wide: multiplied the other way round
        keras.layers.Reshape((2, 2, 3)),
        keras.layers.Conv2DTranspose(5, 3, **DOUBLE),
        keras.layers.Conv2D(2, 2, **DOUBLE),
        keras.layers.BatchNormalization(**DOUBLE),
    )
    shaken(bound.network)
    kernels = {w.path: w.numpy() for w in bound.network.weights if w.name == "kernel"}
    dense, transposed, convolution = kernels.values()
    matrices = [
        dense,  # (4, 12)
        np.moveaxis(transposed, 2, 3).reshape(-1, 5),  # (3, 3, 5, 3): outputs first
        convolution.reshape(-1, 2),
    ]
    value = WAYS[way](lambda: OrthogonalRegularization(3.0)(bound))()
    expected = 3.0 * sum(map(off_diagonal, matrices))
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    assert value.shape == ()


@pytest.mark.parametrize("units", [2, 4])
@pytest.mark.parametrize("length", [1.0, 3.0])
def test_orthogonal_filters_of_any_length_are_free(units, length):
    orthogonal = length * np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]
    dense = keras.layers.Dense(units, **DOUBLE)
    bound = game(dense)
    dense.kernel.assign(orthogonal[:, :units])
    assert float(OrthogonalRegularization()(bound)) == pytest.approx(0.0, abs=1e-25)


@pytest.mark.parametrize(("rows", "columns"), [(4, 3), (3, 4), (2, 7), (5, 1)])
def test_equal_filters_cost_what_they_share(rows, columns):
    ones = keras.layers.Dense(columns, kernel_initializer="ones", **DOUBLE)
    value = OrthogonalRegularization(1.0)(game(ones, shape=(rows,)))
    assert float(value) == columns * (columns - 1) * rows**2


@pytest.mark.parametrize(("rows", "columns"), [(90, 4), (4, 90)])
def test_the_matrix_of_products_is_the_small_one(rows, columns):
    bound = game(keras.layers.Dense(columns, **DOUBLE), shape=(rows,))
    traced = tf.function(lambda: OrthogonalRegularization()(bound))
    operations = traced.get_concrete_function().graph.get_operations()
    sizes = [out.shape.num_elements() for one in operations for out in one.outputs]
    assert max(size for size in sizes if size) == rows * columns


@pytest.mark.parametrize("units", [2, 6])
def test_its_gradient_is_that_of_finite_differences(units):
    dense = keras.layers.Dense(units, use_bias=False, **DOUBLE)
    bound, penalty = game(dense), OrthogonalRegularization(0.5)
    kernel = shaken(bound.network).weights[0].numpy()
    with tf.GradientTape() as tape:
        value = penalty(bound)
    slopes = tape.gradient(value, dense.kernel.value)
    step = 1e-6
    for place in np.ndindex(*kernel.shape):
        values = []
        for sign in (1, -1):
            moved = kernel.copy()
            moved[place] += sign * step
            dense.kernel.assign(moved)
            values.append(float(penalty(bound)))
        near = (values[0] - values[1]) / (2 * step)
        np.testing.assert_allclose(slopes[place], near, rtol=1e-5, atol=1e-5)


@pytest.mark.slow
def test_descent_makes_filters_orthogonal_and_leaves_them_their_length():
    dense = keras.layers.Dense(3, use_bias=False, **DOUBLE)
    bound = game(dense)
    shaken(bound.network)
    for _ in range(2000):
        with tf.GradientTape() as tape:
            value = OrthogonalRegularization(0.01)(bound)
        dense.kernel.assign_sub(tape.gradient(value, dense.kernel.value))
    products = dense.kernel.numpy().T @ dense.kernel.numpy()
    assert np.abs(products - np.diag(np.diag(products))).max() < 1e-3
    assert np.diag(products).min() > 0.1


def test_spectral_normalization_does_not_hide_the_raw_kernel():
    dense = keras.layers.Dense(3, kernel_initializer="ones", **DOUBLE)
    value = OrthogonalRegularization(1.0)(game(kg.layers.SpectralNormalization(dense)))
    assert float(value) == 6 * 4.0**2


def test_what_is_no_kernel_or_is_not_trained_or_was_counted_is_left_out():
    embedding = keras.layers.Embedding(3, 4, embeddings_initializer="ones", **DOUBLE)
    frozen = keras.layers.Dense(4, kernel_initializer="ones", **DOUBLE)
    shared = keras.layers.Dense(4, kernel_initializer="ones", **DOUBLE)
    labels = keras.Input((), dtype="int32")
    x = shared(shared(frozen(embedding(labels))))
    x = kg.layers.ConditionalBatchNormalization(3, **DOUBLE)(x, labels)
    generator = keras.Model(labels, x)
    frozen.trainable = False
    assert float(OrthogonalRegularization(1.0)(kg.Game(network=generator))) == 192.0


def test_a_generator_without_kernels_is_refused():
    with pytest.raises(ValueError, match=facts("found no kernel")):
        OrthogonalRegularization()(game(keras.layers.BatchNormalization()))


def test_half_precision_kernels_are_summed_in_single():
    layer = keras.layers.Dense(64, kernel_initializer="ones", dtype="float16")
    bound = kg.Game(network=keras.Sequential([keras.Input((64,)), layer]))
    value = OrthogonalRegularization(1.0)(bound)  # above the largest half number
    assert value.dtype == "float32"
    assert float(value) == 64 * 63 * 64.0**2


def test_it_is_paid_by_the_generator_in_training():
    values = {}
    for weight in (0.0, 1.0):
        set_seed(0)
        gan = toy_dcgan()
        penalty = OrthogonalRegularization(weight)
        gan.compile(generator_penalties=[penalty], run_eagerly=True)
        expected = float(penalty(kg.Game(network=gan.generator)))
        logs = gan.train_on_batch(pictures(8), return_dict=True)
        assert logs["orthogonal_regularization"] == pytest.approx(expected, rel=1e-5)
        values[weight] = gan.generator.get_weights()[0]
    assert np.abs(values[0.0] - values[1.0]).max() > 0


@pytest.mark.parametrize("interval", [1, 2])
def test_in_penalties_it_trains_the_discriminator_alone(interval):
    dense = keras.layers.Dense
    generator = keras.Sequential([keras.Input((2,)), dense(4), dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), dense(3), dense(1)])
    gan = toy(generator=generator, discriminator=discriminator, latents=Recorded(2))
    optimizers = keras.optimizers.SGD(RATE), keras.optimizers.SGD(RATE)
    penalty = OrthogonalRegularization(0.3, interval=interval)
    arguments = {"penalties": [penalty], "run_eagerly": True}
    gan.compile(*optimizers, loss="wasserstein", **arguments)
    for step in range(3):
        real = points(8, seed=step)
        first, shift, second, end = generator.get_weights()
        kernel, _, last, _ = discriminator.get_weights()
        logs = gan.train_on_batch(real, return_dict=True)
        latents = gan.latents.drawn[-1].numpy()
        hidden = latents @ first + shift
        fake = hidden @ second + end
        # d loss / d kernel of Wasserstein, and 4 W (W^T W * (1 - I)) of the penalty.
        gradient = np.outer(fake.mean(0) - real.mean(0), last)
        if step % interval == 0:
            products = kernel.T @ kernel * (1 - np.eye(3))
            gradient += interval * 0.3 * 4 * kernel @ products
            value = 0.3 * off_diagonal(kernel)
            assert logs["orthogonal_regularization"] == pytest.approx(value, rel=1e-5)
        new, _, new_last, _ = discriminator.get_weights()
        np.testing.assert_allclose(new, kernel - RATE * gradient, rtol=1e-4, atol=1e-5)
        # The generator answers the updated discriminator, without the penalty.
        slope = np.tile(-(new @ new_last).T / 8, (8, 1))
        made = generator.get_weights()
        for weight, expected in (
            (made[0], first - RATE * latents.T @ (slope @ second.T)),
            (made[2], second - RATE * hidden.T @ slope),
        ):
            np.testing.assert_allclose(weight, expected, rtol=1e-4, atol=1e-5)
