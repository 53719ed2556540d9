import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import (
    dataset,
    pictures,
    points,
    toy,
    toy_dcgan,
)

import keras_gan as kg


def batches_of(kind):
    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return 4

        def __getitem__(self, number):
            return points(64)[16 * number : 16 * number + 16]

    plain = tf.data.Dataset.from_tensor_slices(points(64)).batch(16)
    return {
        "array": points(64),
        "tensor": tf.constant(points(64)),
        "double": points(64).astype("float64"),
        "dataset": plain,
        "pairs": tf.data.Dataset.zip(plain, tf.data.Dataset.range(4)),
        "py dataset": Batches(),
        "generator": ((batch,) for batch in plain),
    }[kind]


@pytest.mark.filterwarnings("ignore:The data has labels:UserWarning")
@pytest.mark.parametrize(
    "kind",
    ["array", "tensor", "double", "dataset", "pairs", "py dataset", "generator"],
)
def test_fit_takes_what_keras_takes(kind):
    gan = toy()
    gan.compile(run_eagerly=True)
    size = 16 if kind in ("array", "tensor", "double") else None
    steps = 4 if kind == "generator" else None
    gan.fit(batches_of(kind), batch_size=size, steps_per_epoch=steps, verbose=0)
    assert int(gan.steps) == 4


def test_an_array_is_shuffled_by_the_seed_of_the_gan():
    one, other, third = toy(), toy(), toy(seed=1)
    for gan in (other, third):
        gan.set_weights(one.get_weights())
    kernels = []
    for gan in (one, other, third):
        gan.compile(run_eagerly=True)
        gan.fit(points(32), batch_size=16, verbose=0)
        kernels.append(gan.discriminator.get_weights()[0])
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert np.abs(kernels[0] - kernels[2]).max() > 0


def test_a_part_of_an_array_of_grey_levels_is_held_out():
    levels = kg.images.to_uint8(pictures(20))
    gan = toy_dcgan()
    gan.compile(run_eagerly=True)
    history = gan.fit(levels, batch_size=5, validation_split=0.25, verbose=0)
    assert int(gan.steps) == 3
    held_out = kg.images.to_float(levels[15:])
    again = gan.evaluate(held_out, batch_size=5, verbose=0, return_dict=True)
    assert history.history["val_loss"][0] == pytest.approx(again["loss"], rel=1e-5)


def test_labels_that_no_network_takes_are_said_once():
    gan = toy()
    gan.compile(run_eagerly=True)
    labels = np.zeros(32, int)
    with pytest.warns(UserWarning, match="labels, but the networks take none") as said:
        gan.fit(
            points(32),
            labels,
            batch_size=16,
            validation_data=(points(8), labels[:8]),
            verbose=0,
        )
    assert len(said) == 1
    assert said[0].filename == __file__
    assert int(gan.steps) == 2


class Subclassed(keras.Model):
    """A network of a user's own, of one dense layer."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(units)

    def call(self, inputs):
        return self.dense(inputs)


@pytest.mark.parametrize("kind", ["Sequential", "subclassed"])
def test_networks_may_be_the_users_own(kind):
    if kind == "Sequential":
        generator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        discriminator = keras.Sequential([keras.layers.Dense(1)])
        gan = kg.GAN(generator, discriminator)
    else:
        gan = kg.GAN(Subclassed(2), Subclassed(1), latents=kg.latents.Uniform(3))
    gan.compile(run_eagerly=True)
    history = gan.fit(dataset(), verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert gan.generate(2).shape == (2, 2)
    assert gan.image_shape == (2,)
