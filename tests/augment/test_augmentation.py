import numpy as np
import pytest
import tensorflow as tf
from toys import pictures

from keras_gan.augment import ADA, DiffAugment
from keras_gan.random import Random

SHAPES = [(6, 6, 1), (7, 4, 3), (5, 8, 4), (6, 5, 2)]
FULL = {"augment_probability": 0.8, "augment_sign": 0.0}


def alone(augment, **state):
    """Returns an augmentation as a function of images."""
    return lambda images, seed=3: augment(
        tf.convert_to_tensor(images), Random(seed), **state
    )


CHANGES = {
    "DiffAugment": alone(DiffAugment()),
    "color": alone(DiffAugment(1.0, 0.0, 0.0)),
    "translation": alone(DiffAugment(0.0, 0.3, 0.0)),
    "cutout": alone(DiffAugment(0.0, 0.0, 0.5)),
    "ADA": alone(ADA(), **FULL),
}


@pytest.mark.parametrize("augment", [DiffAugment(), ADA()])
def test_points_are_refused(augment):
    augment.check_image_shape((28, 28, 1))
    with pytest.raises(
        ValueError, match=r"(?s)Expected: .*Received: .*\(2,\).*What to do: "
    ):
        augment.check_image_shape((2,))


@pytest.mark.parametrize("name", ["DiffAugment", "ADA"])
@pytest.mark.parametrize("shape", SHAPES)
def test_real_and_generated_images_of_a_row_are_changed_alike(name, shape):
    # All changes are affine: f(a) + f(b) = f(a + b) + f(0), where f is the same.
    real, fake = pictures(8, shape), pictures(8, shape, seed=1)
    change = CHANGES[name]
    joined = change(real + fake) + change(np.zeros_like(real))
    np.testing.assert_allclose(change(real) + change(fake), joined, atol=5e-5)
    other = change(real) + change(fake, seed=4)
    assert np.abs(other - joined).max() > 0.1


@pytest.mark.parametrize("name", CHANGES)
def test_a_row_is_changed_by_its_number_alone(name):
    images = pictures(8, (6, 6, 3))
    change = CHANGES[name]
    whole = change(images)
    np.testing.assert_allclose(change(images[:3]), whole[:3], atol=2e-6)
    rows = change(np.repeat(images[:1], 8, 0)).numpy()
    assert len({row.tobytes() for row in rows}) > 1


@pytest.mark.parametrize("name", CHANGES)
def test_first_and_second_gradients(name):
    images = pictures(2, (3, 3, 3)).astype("float64")
    change = CHANGES[name]

    def energy(images):
        return tf.reduce_sum(change(images) ** 3)

    def slopes(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            value = energy(images)
        return tape.gradient(value, images)

    drawn = [pictures(2, (3, 3, 3), seed).astype("float64") for seed in range(1, 4)]
    weights, *ways = drawn
    for function in (energy, lambda x: tf.reduce_sum(weights * slopes(x))):
        at = tf.constant(images)
        with tf.GradientTape() as tape:
            tape.watch(at)
            value = function(at)
        found = tape.gradient(value, at).numpy()
        for way in ways:
            step = function(at + 1e-5 * way) - function(at - 1e-5 * way)
            assert np.sum(found * way) == pytest.approx(float(step) / 2e-5, rel=1e-6)
        assert np.abs(found).max() > 0.1


@pytest.mark.parametrize("name", ["DiffAugment", "ADA"])
def test_second_gradients_under_xla(name):
    change = CHANGES[name]

    def penalty(images):
        with tf.GradientTape() as outer:
            outer.watch(images)
            with tf.GradientTape() as inner:
                inner.watch(images)
                value = tf.reduce_sum(tf.sin(change(images)))
            slopes = inner.gradient(value, images)
            total = tf.reduce_sum(slopes**2)
        return outer.gradient(total, images)

    images = tf.constant(pictures(4, (6, 6, 3)))
    eager = penalty(images)
    compiled = tf.function(penalty, jit_compile=True)(images)
    np.testing.assert_allclose(compiled, eager, rtol=1e-4, atol=1e-4)
    assert np.abs(eager).max() > 0.1


@pytest.mark.parametrize("name", CHANGES)
def test_a_batch_of_any_size_in_one_graph(name):
    traces = []

    @tf.function(input_signature=[tf.TensorSpec((None, 6, 4, 3))])
    def run(images):
        traces.append(images.shape)
        return tf.ensure_shape(CHANGES[name](images), images.shape)

    for count in (1, 4):
        images = pictures(count, (6, 4, 3))
        np.testing.assert_allclose(run(images), CHANGES[name](images), atol=1e-5)
    assert len(traces) == 1


@pytest.mark.parametrize("name", ["color", "ADA"])
def test_alpha_keeps_its_color(name):
    images = pictures(64, (4, 4, 4))
    images[..., 3] = 0.5
    changed = CHANGES[name](images).numpy()
    np.testing.assert_allclose(changed[..., 3], 0.5, atol=1e-6)
    assert (np.abs(changed - images)[..., :3].max(axis=(1, 2, 3)) > 0.01).mean() > 0.9
