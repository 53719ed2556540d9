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
    """A subclassed network."""

    def __init__(self, units=1, **kwargs):
        super().__init__(**kwargs)
        self.dense = keras.layers.Dense(units)
        self.units = units

    def call(self, inputs):
        return self.dense(inputs)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class Flat(Plain):
    """A subclassed discriminator with scores of shape `(batch,)`."""

    def call(self, inputs):
        return tf.squeeze(self.dense(inputs), -1)


def test_the_latent_dimension_is_inferred_from_the_input():
    assert pair.infer_latent_dim(mlp_generator(latent_dim=17)) == 17
    assert pair.infer_latent_dim(Sequential([keras.Input((5,)), Dense(2)])) == 5
    assert pair.infer_latent_dim(Plain()) is None
    assert pair.infer_latent_dim(Sequential([Dense(2)])) is None


@pytest.mark.parametrize("discriminator", [Plain(), Flat(), mlp_discriminator()])
def test_matching_networks_are_built_and_return_the_shape(discriminator):
    generator = Plain(2)
    shape = pair.check_pair(generator, discriminator, latents.Normal(3), Unlabeled())
    assert shape == [(2,)]
    assert generator.built
    assert discriminator.built


def conditional(size, dtype, outputs=(4,), labels=()):
    """Returns a network with labels of a dtype and shape."""
    first, second = keras.Input((size,)), keras.Input(labels, dtype=dtype)
    units = int(np.prod(outputs))
    column = keras.layers.Reshape((1,))(keras.ops.cast(second, "float32"))
    features = keras.layers.Concatenate()([first, column])
    x = keras.layers.Reshape(outputs)(Dense(units)(features))
    return keras.Model([first, second], x)


@pytest.mark.parametrize("labels", [(), (1,)])
def test_labels_of_a_floating_type_are_an_error(labels):
    generator, float_generator = (
        conditional(6, "int32"),
        conditional(6, None, labels=labels),
    )
    discriminator = conditional(4, "int32", (1,))
    float_discriminator = conditional(4, None, (1,), labels)
    shape = f"float32, shape {(None, *labels)}"
    advice = "keras.Input((), dtype='int32')"
    for networks, role in (
        ((float_generator, discriminator), "generator"),
        ((float_generator, float_discriminator), "generator"),
        ((generator, float_discriminator), "discriminator"),
        ((mlp_generator((4,), 6), float_discriminator), "discriminator"),
    ):
        words = stated(f"second input of the {role}", shape, advice)
        with pytest.raises(ValueError, match=words):
            kg.GAN(*networks, class_names=["a", "b"])
    gan = kg.GAN(generator, discriminator, class_names=["a", "b"])
    assert gan.labels.num_classes == 2


def test_a_conditional_gan_requires_labels_in_its_inputs():
    gan = kg.GAN(
        conditional(6, "int32"), conditional(4, "int32", (1,)), class_names=["a", "b"]
    )
    z, labels = np.zeros((3, 6), "float32"), np.zeros(3, "int32")
    for call in (gan, lambda z: gan.predict(z, verbose=0)):
        words = stated("[latents, labels]", "gan.generate(labels=...)", "(3, 6)")
        with pytest.raises(ValueError, match=words):
            call(z)
        assert call([z, labels]).shape == (3, 4)


def test_the_error_of_a_network_is_the_cause():
    class Broken(Plain):
        def call(self, inputs):
            raise RuntimeError("no memory left")

    message = r"(?s)no memory left.*What to do: "
    with pytest.raises(ValueError, match=message) as caught:
        pair.check_pair(Plain(2), Broken(), latents.Normal(3), Unlabeled())
    assert "no memory left" in str(caught.value.__cause__)


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
def test_a_final_sigmoid_is_detected(layers, ends):
    network = keras.Sequential([keras.Input((2,)), *layers])
    assert pair.ends_in_sigmoid(network) == ends
    assert pair.ends_in_sigmoid(keras.Sequential([network])) == ends


@pytest.mark.parametrize(
    "build",
    [
        lambda: dcgan_generator((8, 8, 1), latent_dim=3, width=4),
        lambda: keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]),
        lambda: keras.Sequential([keras.layers.Dense(2)]),
        lambda: Plain(2),
    ],
    ids=["functional", "Sequential", "unbuilt", "subclassed"],
)
def test_a_copy_has_the_same_weights_in_separate_variables(build):
    network, distribution = build(), latents.Normal(3)
    batch = np.ones((2, 3), "float32")
    network(batch)
    random = np.random.default_rng(0)
    network.set_weights([random.uniform(0.5, 1, w.shape) for w in network.weights])
    copy = pair.copy_network(network, distribution, Unlabeled())
    np.testing.assert_array_equal(copy(batch), network(batch))
    assert copy.trainable_variables == []
    assert copy.name == f"ema_{network.name}"
    before = copy(batch).numpy()
    network.set_weights([2 * w for w in network.get_weights()])
    np.testing.assert_array_equal(copy(batch), before)
    assert len(network.trainable_variables) > 0
