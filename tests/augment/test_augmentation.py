import typing

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import pictures, stated, toy_dcgan

import keras_gan as kg
from keras_gan.augment import ADA, Augmentation, DiffAugment, NoAugmentation
from keras_gan.random import Random

SHAPES = [(6, 6, 1), (7, 4, 3), (5, 8, 4), (6, 5, 2)]
FULL = {"augment_probability": 0.8, "augment_sign": 0.0}


def as_function(augment, **state):
    """Returns an augmentation as a function of images and a seed."""
    return lambda images, seed=3: augment(
        tf.convert_to_tensor(images), Random(seed), **state
    )


AUGMENTATIONS = {
    "DiffAugment": as_function(DiffAugment()),
    "color": as_function(DiffAugment(1.0, 0.0, 0.0)),
    "translation": as_function(DiffAugment(0.0, 0.3, 0.0)),
    "cutout": as_function(DiffAugment(0.0, 0.0, 0.5)),
    "ADA": as_function(ADA(), **FULL),
}


@pytest.mark.parametrize("augment", [DiffAugment(), ADA()])
def test_points_raise_an_error(augment):
    augment.check_image_shape((28, 28, 1))
    with pytest.raises(
        ValueError, match=r"(?s)Expected: .*Received: .*\(2,\).*What to do: "
    ):
        augment.check_image_shape((2,))


@pytest.mark.parametrize("name", ["DiffAugment", "ADA"])
@pytest.mark.parametrize("shape", SHAPES)
def test_real_and_generated_images_of_an_index_are_transformed_equally(name, shape):
    # Affine maps f: f(a) + f(b) = f(a + b) + f(0) if all four are of the same f.
    real, fake = pictures(8, shape), pictures(8, shape, seed=1)
    augment = AUGMENTATIONS[name]
    expected = augment(real + fake) + augment(np.zeros_like(real))
    np.testing.assert_allclose(augment(real) + augment(fake), expected, atol=5e-5)
    other = augment(real) + augment(fake, seed=4)
    assert np.abs(other - expected).max() > 0.1


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_a_transformation_depends_on_the_index_alone(name):
    images = pictures(8, (6, 6, 3))
    augment = AUGMENTATIONS[name]
    full = augment(images)
    np.testing.assert_allclose(augment(images[:3]), full[:3], atol=2e-6)
    copies = augment(np.repeat(images[:1], 8, 0)).numpy()
    assert len({image.tobytes() for image in copies}) > 1


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_first_and_second_gradients(name):
    images = pictures(2, (3, 3, 3)).astype("float64")
    augment = AUGMENTATIONS[name]

    def energy(images):
        return tf.reduce_sum(augment(images) ** 3)

    def gradients(images):
        with tf.GradientTape() as tape:
            tape.watch(images)
            value = energy(images)
        return tape.gradient(value, images)

    arrays = [pictures(2, (3, 3, 3), seed).astype("float64") for seed in range(1, 4)]
    weights, *directions = arrays
    for function in (energy, lambda x: tf.reduce_sum(weights * gradients(x))):
        point = tf.constant(images)
        with tf.GradientTape() as tape:
            tape.watch(point)
            value = function(point)
        gradient = tape.gradient(value, point).numpy()
        for direction in directions:
            difference = function(point + 1e-5 * direction) - function(
                point - 1e-5 * direction
            )
            assert np.sum(gradient * direction) == pytest.approx(
                float(difference) / 2e-5, rel=1e-6
            )
        assert np.abs(gradient).max() > 0.1


@pytest.mark.parametrize("name", ["DiffAugment", "ADA"])
def test_second_gradients_under_xla(name):
    augment = AUGMENTATIONS[name]

    def penalty(images):
        with tf.GradientTape() as outer:
            outer.watch(images)
            with tf.GradientTape() as inner:
                inner.watch(images)
                value = tf.reduce_sum(tf.sin(augment(images)))
            gradients = inner.gradient(value, images)
            total = tf.reduce_sum(gradients**2)
        return outer.gradient(total, images)

    images = tf.constant(pictures(4, (6, 6, 3)))
    eager = penalty(images)
    compiled = tf.function(penalty, jit_compile=True)(images)
    np.testing.assert_allclose(compiled, eager, rtol=1e-4, atol=1e-4)
    assert np.abs(eager).max() > 0.1


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_a_batch_of_any_size_in_one_graph(name):
    traces = []

    @tf.function(input_signature=[tf.TensorSpec((None, 6, 4, 3))])
    def run(images):
        traces.append(images.shape)
        return tf.ensure_shape(AUGMENTATIONS[name](images), images.shape)

    for count in (1, 4):
        images = pictures(count, (6, 4, 3))
        np.testing.assert_allclose(run(images), AUGMENTATIONS[name](images), atol=1e-5)
    assert len(traces) == 1


@pytest.mark.parametrize("name", ["color", "ADA"])
def test_alpha_does_not_change(name):
    images = pictures(64, (4, 4, 4))
    images[..., 3] = 0.5
    augmented = AUGMENTATIONS[name](images).numpy()
    np.testing.assert_allclose(augmented[..., 3], 0.5, atol=1e-6)
    assert (np.abs(augmented - images)[..., :3].max(axis=(1, 2, 3)) > 0.01).mean() > 0.9


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        (None, NoAugmentation()),
        ("ada", ADA()),
        ("diff_augment", DiffAugment()),
        (DiffAugment, DiffAugment()),
        (DiffAugment(cutout=0.25), DiffAugment(cutout=0.25)),
        (keras.saving.serialize_keras_object(ADA(limit=0.5)), ADA(limit=0.5)),
    ],
)
def test_get_resolves_names_classes_objects_and_configs(identifier, expected):
    assert kg.augment.get(identifier) == expected


def test_the_names_for_type_checkers_are_those_of_the_table():
    names = typing.get_args(kg.augment.AugmentationName)
    assert set(names) == set(kg.augment.NAMES)


def test_an_unknown_name_raises_an_error_with_the_nearest_name():
    with pytest.raises(ValueError, match=stated('Did you mean "diff_augment"?')):
        kg.augment.get("diffaugment")


@pytest.mark.parametrize("wrong", [3, kg.losses.Hinge(), int])
def test_what_is_not_an_augmentation_raises_an_error(wrong):
    with pytest.raises(TypeError, match=stated("Augmentation")):
        kg.augment.get(wrong)


class Brightness(Augmentation):
    """An augmentation of a user: a plain subclass."""

    def __init__(self, strength=0.5):
        self.strength = strength

    def __call__(self, images, random, **state):
        count = tf.shape(images)[0]
        return images + self.strength * random.uniform((count, 1, 1, 1))


def test_a_custom_augmentation_is_saved_and_loaded(tmp_path):
    gan = toy_dcgan(augment=Brightness(0.25))
    gan.compile()
    gan.fit(pictures(16), batch_size=8, verbose=0)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert type(loaded.augment) is Brightness
    assert loaded.augment.strength == 0.25
