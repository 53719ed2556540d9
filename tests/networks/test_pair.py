import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import Sequential
from keras.layers import Dense
from toys import stated

import keras_gan as kg
from keras_gan import latents
from keras_gan.networks import dcgan_generator, mlp_discriminator, mlp_generator, pair
from keras_gan.networks.labels import Unlabeled


class Plain(keras.Model):
    """A network of a user's own."""

    def __init__(self, units=1, **kwargs):
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(units)
        self.units = units

    def call(self, inputs):
        return self.dense(inputs)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class Flat(Plain):
    """Scores without a last axis."""

    def call(self, inputs):
        return tf.squeeze(self.dense(inputs), -1)


def test_the_dimension_of_the_latents_is_read_off_the_input():
    assert pair.infer_latent_dim(mlp_generator(latent_dim=17)) == 17
    assert pair.infer_latent_dim(Sequential([keras.Input((5,)), Dense(2)])) == 5
    assert pair.infer_latent_dim(Plain()) is None
    assert pair.infer_latent_dim(Sequential([Dense(2)])) is None


@pytest.mark.parametrize("discriminator", [Plain(), Flat(), mlp_discriminator()])
def test_networks_that_fit_are_built_and_tell_the_shape(discriminator):
    generator = Plain(2)
    shape = pair.check_pair(generator, discriminator, latents.Normal(3), Unlabeled())
    assert shape == [(2,)]
    assert generator.built
    assert discriminator.built


def told(size, dtype, outputs=(4,), labels=()):
    """Returns a network from numbers, and labels of a type, to others."""
    first, second = keras.Input((size,)), keras.Input(labels, dtype=dtype)
    units = int(np.prod(outputs))
    column = keras.layers.Reshape((1,))(keras.ops.cast(second, "float32"))
    joined = keras.layers.Concatenate()([first, column])
    made = keras.layers.Reshape(outputs)(Dense(units)(joined))
    return keras.Model([first, second], made)


@pytest.mark.parametrize("labels", [(), (1,)])
def test_labels_that_are_no_whole_numbers_are_named(labels):
    whole, broken = told(6, "int32"), told(6, None, labels=labels)
    scores, broken_scores = told(4, "int32", (1,)), told(4, None, (1,), labels)
    shape = f"float32, shape {(None, *labels)}"
    advice = "keras.Input((), dtype='int32')"
    for players, player in (
        ((broken, scores), "generator"),
        ((broken, broken_scores), "generator"),
        ((whole, broken_scores), "discriminator"),
        ((mlp_generator((4,), 6), broken_scores), "discriminator"),
    ):
        words = stated(f"second input of the {player}", shape, advice)
        with pytest.raises(ValueError, match=words):
            kg.GAN(*players, class_names=["a", "b"])
    gan = kg.GAN(whole, scores, class_names=["a", "b"])
    assert gan.labels.num_classes == 2


def test_latents_alone_are_refused_where_labels_belong_to_them():
    gan = kg.GAN(told(6, "int32"), told(4, "int32", (1,)), class_names=["a", "b"])
    z, labels = np.zeros((3, 6), "float32"), np.zeros(3, "int32")
    for use in (gan, lambda z: gan.predict(z, verbose=0)):
        words = stated("[latents, labels]", "gan.generate(labels=...)", "(3, 6)")
        with pytest.raises(ValueError, match=words):
            use(z)
        assert use([z, labels]).shape == (3, 4)


def test_a_network_that_breaks_is_said_to():
    class Broken(Plain):
        def call(self, inputs):
            raise RuntimeError("the plug is out")

    with pytest.raises(
        ValueError, match=r"(?s)the plug is out.*What to do: "
    ) as caught:
        pair.check_pair(Plain(2), Broken(), latents.Normal(3), Unlabeled())
    assert "plug" in str(caught.value.__cause__)


@pytest.mark.parametrize(
    ("layers", "ends"),
    [
        ([keras.layers.Dense(1, "sigmoid")], True),
        ([keras.layers.Dense(1), keras.layers.Activation("sigmoid")], True),
        ([keras.layers.Dense(1, "sigmoid"), keras.layers.Flatten()], True),
        ([keras.layers.Dense(1, "sigmoid"), keras.layers.Dense(1)], False),
        ([keras.layers.Dense(1, "tanh")], False),
        ([keras.layers.Dense(1)], False),
    ],
)
def test_a_sigmoid_at_the_end_is_seen(layers, ends):
    network = keras.Sequential([keras.Input((2,)), *layers])
    assert pair.ends_in_sigmoid(network) == ends
    assert pair.ends_in_sigmoid(keras.Sequential([network])) == ends


@pytest.mark.parametrize(
    "make",
    [
        lambda: dcgan_generator((8, 8, 1), latent_dim=3, width=4),
        lambda: keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]),
        lambda: keras.Sequential([keras.layers.Dense(2)]),
        lambda: Plain(2),
    ],
    ids=["functional", "Sequential", "unbuilt", "subclassed"],
)
def test_a_copy_has_the_weights_and_a_life_of_its_own(make):
    network, prior = make(), latents.Normal(3)
    drawn = np.ones((2, 3), "float32")
    network(drawn)
    random = np.random.default_rng(0)
    network.set_weights([random.uniform(0.5, 1, w.shape) for w in network.weights])
    copy = pair.copy_network(network, prior, Unlabeled())
    np.testing.assert_array_equal(copy(drawn), network(drawn))
    assert copy.trainable_variables == []
    assert copy.name == f"ema_{network.name}"
    before = copy(drawn).numpy()
    network.set_weights([2 * w for w in network.get_weights()])
    np.testing.assert_array_equal(copy(drawn), before)
    assert len(network.trainable_variables) > 0
