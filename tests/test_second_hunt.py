"""Mistakes and accidents of users that public reports tell of, on small GANs."""

import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, pictures, points, set_seed, stated, toy, toy_dcgan, two_replicas

import keras_gan as kg
from keras_gan.replicas import to_numpy


def compiled(make=toy, **options):
    gan = make()
    gan.compile(**{"run_eagerly": True, **options})
    return gan


def batches(count=32):
    return tf.data.Dataset.from_tensor_slices(points(count)).batch(8)


def arrays(network):
    return [np.array(to_numpy(weight)) for weight in network.weights]


# What `fit` is given.


def test_training_that_diverges_is_said_once():
    sgd = [keras.optimizers.SGD(1e20) for _ in range(2)]
    gan = toy()
    gan.compile(*sgd, run_eagerly=True)
    with pytest.warns(UserWarning, match="diverged in epoch 1") as caught:
        gan.fit(batches(16), epochs=3, verbose=0)
    assert sum("diverged" in str(one.message) for one in caught) == 1


def test_nan_in_a_later_batch_is_said():
    images = pictures()
    images[20, 0, 0, 0] = np.nan
    data = tf.data.Dataset.from_tensor_slices(images).batch(8)
    with pytest.warns(UserWarning, match="NaN in the data"):
        compiled(toy_dcgan).fit(data, verbose=0)


def test_a_dataset_is_not_split_for_validation():
    with pytest.raises(ValueError, match=facts("`validation_split`")):
        compiled().fit(batches(), validation_split=0.25, verbose=0)
    compiled().fit(
        batches(), validation_split=0.25, validation_data=batches(), verbose=0
    )


def test_an_evaluation_without_end_is_refused():
    endless = batches().repeat()
    with pytest.raises(ValueError, match=facts("`x` has no end")):
        compiled().evaluate(endless, verbose=0)
    with pytest.raises(ValueError, match=facts("`validation_data` has no end")):
        compiled().fit(batches(), validation_data=endless, verbose=0)
    gan = compiled()
    assert len(gan.evaluate(endless, steps=2, verbose=0)) == 7
    gan.fit(batches(), validation_data=endless, validation_steps=2, verbose=0)


class Stop(keras.callbacks.Callback):
    """Ends the first epoch at its second batch."""

    def on_train_batch_end(self, batch, logs=None):
        if batch == 1:
            raise KeyboardInterrupt


def test_an_epoch_without_end_is_said():
    gan = compiled()
    with (
        pytest.warns(UserWarning, match="first epoch never ends"),
        pytest.raises(KeyboardInterrupt),
    ):
        gan.fit(batches().repeat(), callbacks=[Stop()], verbose=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gan.fit(batches().repeat(), steps_per_epoch=2, verbose=0)


@pytest.mark.parametrize("callbacks", [["csv"], [keras.callbacks.EarlyStopping], print])
def test_what_is_no_callback_is_named(callbacks):
    with pytest.raises(ValueError, match=facts("`callbacks`")):
        compiled().fit(batches(), callbacks=callbacks, verbose=0)


def test_epochs_before_the_initial_one_are_said():
    with pytest.warns(UserWarning, match="pass epochs=5"):
        compiled().fit(batches(), epochs=2, initial_epoch=3, verbose=0)


def test_validation_data_without_images_is_named():
    with pytest.raises(ValueError, match=facts("`validation_data` must not be empty")):
        compiled().fit(batches(), validation_data=points(0), verbose=0)


def test_images_of_unknown_size_are_to_be_resized():
    data = tf.data.Dataset.from_generator(
        lambda: iter([pictures(2)]), output_signature=tf.TensorSpec((2, None, 8, 1))
    )
    with pytest.raises(ValueError, match=stated("tf.image.resize(image, (8, 8))")):
        compiled(toy_dcgan).fit(data, verbose=0)


def fails():
    yield points(8)
    raise KeyError("lost")


def changes_shape():
    yield points(8)
    yield points(8)[:, :1]


def test_the_error_of_a_generator_is_raised_as_it_is():
    with pytest.raises(KeyError, match="lost"):
        compiled().fit(fails(), verbose=0)
    with pytest.raises(ValueError, match=facts("The images of the data do not fit")):
        compiled().fit(changes_shape(), verbose=0)


def test_a_later_batch_with_too_few_images_is_named():
    class Step(kg.GAN):
        def train_step(self, data):
            tf.debugging.assert_positive(0, "A batch has fewer images than the 2 parts")

    networks = toy()
    gan = Step(networks.generator, networks.discriminator)
    gan.compile(run_eagerly=True)
    with pytest.raises(ValueError, match=facts("fewer images than the parts")):
        gan.fit(batches(), verbose=0)


# Networks.


def scorer(end):
    inputs = keras.Input((2,))
    return keras.Model(inputs, end(keras.layers.Dense(1)(inputs)))


@pytest.mark.parametrize(
    "end",
    [
        keras.ops.sigmoid,
        lambda x: keras.ops.squeeze(keras.ops.sigmoid(x), -1),
        keras.layers.Activation("hard_sigmoid"),
        keras.layers.Activation(keras.ops.sigmoid),
    ],
)
def test_a_sigmoid_of_any_kind_is_refused(end):
    with pytest.raises(ValueError, match=facts("ends in a sigmoid")):
        kg.GAN(toy().generator, scorer(end))


def test_what_follows_a_sigmoid_is_seen():
    kg.GAN(toy().generator, scorer(lambda x: 4 * keras.ops.sigmoid(x) - 2))
    kg.GAN(toy().generator, scorer(keras.ops.tanh))


def painter(*end):
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(64, activation="sigmoid"),
            keras.layers.Reshape((8, 8, 1)),
            *end,
        ]
    )


def test_images_that_a_sigmoid_cannot_make_are_said():
    discriminator = toy_dcgan().discriminator
    gan = kg.GAN(painter(), discriminator)
    gan.compile(run_eagerly=True)
    with pytest.warns(UserWarning, match="darker half"):
        gan.fit(pictures(), batch_size=16, verbose=0)
    gan = kg.GAN(painter(keras.layers.Rescaling(2.0, -1.0)), toy_dcgan().discriminator)
    gan.compile(run_eagerly=True)
    gan.fit(pictures(), batch_size=16, verbose=0)


def test_a_layer_that_is_frozen_between_two_fits_stays():
    gan = compiled(run_eagerly=False)
    gan.fit(batches(), verbose=0)
    first = next(layer for layer in gan.discriminator.layers if layer.weights)
    first.trainable = False
    frozen, before = arrays(first), arrays(gan.discriminator)
    gan.fit(batches(), verbose=0)
    np.testing.assert_array_equal(arrays(first)[0], frozen[0])
    assert np.any(arrays(gan.discriminator)[-1] != before[-1])


def test_a_layer_that_is_unfrozen_after_compile_is_named():
    gan = toy()
    first = next(layer for layer in gan.discriminator.layers if layer.weights)
    first.trainable = False
    gan.compile(run_eagerly=True)
    first.trainable = True
    with pytest.raises(ValueError, match=facts("`discriminator` has trainable")):
        gan.fit(batches(), verbose=0)


def test_batch_normalization_of_half_precision_variables():
    layer = kg.layers.BatchNormalization(dtype="float16")
    reference = keras.layers.BatchNormalization(dtype="float16")
    images = pictures().astype("float16")
    outputs = [np.asarray(one(images, training=True)) for one in (layer, reference)]
    np.testing.assert_array_equal(*outputs)


# Names.


@pytest.mark.parametrize(
    ("name", "meant"),
    [("wgan", "wasserstein"), ("LSGAN", "least_squares"), ("bce", "non_saturating")],
)
def test_losses_are_known_by_other_names(name, meant):
    with pytest.raises(ValueError, match=f'Did you mean "{meant}"'):
        toy().compile(loss=name)


def test_an_accuracy_of_pixels_is_said():
    with pytest.warns(UserWarning, match="not that of the discriminator"):
        compiled(metrics=["accuracy"])


# Replicas.


def test_a_last_batch_that_one_replica_lacks_counts_once():
    set_seed(0)
    with two_replicas().scope():
        gan = toy()
        gan.compile(jit_compile=False)
    rows = points(19)
    logs = gan.evaluate(rows, batch_size=6, verbose=0, return_dict=True)
    twin = toy()
    twin.discriminator.set_weights(arrays(gan.discriminator))
    expected = np.mean(twin.discriminator(rows))
    np.testing.assert_allclose(logs["real_score"], expected, rtol=1e-5)
