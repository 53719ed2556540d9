"""Arguments of the loops that Keras does not check, and what it would do with them."""

import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import descend, facts, points, toy, toy_dcgan

import keras_gan as kg

SGD = keras.optimizers.SGD


@pytest.mark.parametrize("callbacks", [[3], "csv", [[None], keras.callbacks.CSVLogger]])
@pytest.mark.parametrize("method", ["fit", "evaluate", "predict"])
def test_what_is_no_callback_is_refused(method, callbacks):
    with pytest.raises(ValueError, match=facts("`callbacks` must be callbacks")):
        getattr(descend(toy()), method)(points(8), callbacks=callbacks, verbose=0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("learning_rate", np.nan),
        ("learning_rate", -0.1),
        ("momentum", -1e-9),
        ("clipnorm", 0.0),
        ("global_clipnorm", -1.0),
        ("loss_scale_factor", 0.0),
    ],
)
@pytest.mark.parametrize("role", ["generator", "discriminator"])
def test_numbers_of_optimizers_are_checked(role, name, value):
    optimizer = SGD()
    setattr(optimizer, name, value)
    words = f"`{name}` of {role}_optimizer must be"
    with pytest.raises(ValueError, match=facts(words)):
        toy().compile(**{f"{role}_optimizer": optimizer})


def test_a_decay_of_one_would_divide_by_zero():
    with pytest.raises(ValueError, match=facts("`beta_1` of generator_optimizer")):
        toy().compile(keras.optimizers.Adam(beta_1=1.0))


def test_schedules_and_a_rate_of_zero_are_taken():
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 10)
    toy().compile(SGD(schedule), keras.optimizers.LossScaleOptimizer(SGD(0.0)))


def test_a_training_that_diverges_is_said_once():
    gan = toy()
    gan.compile(SGD(1e38), SGD(1e38), run_eagerly=True)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        history = gan.fit(points(16), batch_size=8, epochs=3, verbose=0).history
    assert not np.isfinite(history["generator_loss"][-1])
    messages = [str(one.message) for one in said if "diverged" in str(one.message)]
    assert len(messages) == 1
    assert "discriminator_loss" in messages[0]


@pytest.mark.parametrize("shape", [(3, 5), (0, 2), (2,), (3, 2, 1)])
@pytest.mark.parametrize("method", ["predict", "predict_on_batch", "__call__"])
def test_latents_of_another_shape_are_refused(method, shape):
    with pytest.raises(ValueError, match=facts("`x` must be latents")):
        getattr(toy(), method)(np.zeros(shape, "float32"))


def test_no_latents_are_refused():
    with pytest.raises(ValueError, match=facts("`x` must be latents")):
        toy().predict(None)


LABELS = [[0, 7], [-1, 0], ["a", "b"]]


def test_labels_of_latents_are_classes():
    gan = kg.GAN(
        kg.networks.dcgan_generator((4, 4, 1), 2, width=2, num_classes=3),
        kg.networks.dcgan_discriminator((4, 4, 1), width=2, num_classes=3),
    )
    latents = np.zeros((2, 2), "float32")
    assert gan([latents, np.array([0, 2])]).shape == (2, 4, 4, 1)
    for labels in LABELS:
        for function in (gan, gan.predict, gan.predict_on_batch):
            with pytest.raises(ValueError, match=r"`labels`.*\n  Expected: "):
                function([latents, np.array(labels)])


def test_images_of_latents_are_those_of_the_generator():
    gan = toy_dcgan()
    latents = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    expected = gan.generator(latents, training=False)
    for images in (
        gan(latents),
        gan.predict(latents, batch_size=2, verbose=0),
        gan.predict(tf.data.Dataset.from_tensors(latents), verbose=0),
        gan.predict_on_batch(latents),
    ):
        np.testing.assert_allclose(images, expected, rtol=0, atol=1e-5)


def test_single_batches_are_checked():
    gan = descend(toy())
    images = points(8)
    logs = gan.train_on_batch(tf.Variable(images), return_dict=True)
    assert np.isfinite(logs["generator_loss"])
    for arguments in ({"class_weight": {0: 1.0}}, {"sample_weight": np.ones(8)}):
        with pytest.raises(ValueError, match=facts("cannot be used")):
            gan.train_on_batch(images, **arguments)
    with pytest.raises(ValueError, match=facts("A batch of the data is empty")):
        gan.train_on_batch(images[:0])
