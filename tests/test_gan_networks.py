"""Networks that a GAN refuses when it is made: shared layers, channels first."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import descend, points, stated, toy

import keras_gan as kg

L = keras.layers


def sequential(*layers, inputs=2):
    return keras.Sequential([keras.Input((inputs,)), *layers])


def shared_layer(layer):
    return sequential(layer, L.Dense(2)), sequential(layer, L.Dense(1))


def shared_in_a_nested_network(layer):
    inner = keras.Sequential([keras.Input((2,)), layer])
    return sequential(layer, L.Dense(2)), sequential(inner, L.Dense(1))


class Holder(keras.Model):
    """A subclassed discriminator with a list of layers."""

    def __init__(self, layer):
        super().__init__()
        self.parts = [layer, L.Dense(1)]

    def call(self, images, training=False):
        for part in self.parts:
            images = part(images)
        return images


def shared_in_a_subclass(layer):
    return sequential(layer, L.Dense(2)), Holder(layer)


def shared_variable(layer):
    class Tied(L.Layer):
        """Multiplies by the kernel of another layer."""

        def build(self, shape):
            self.matrix = layer.kernel

        def call(self, inputs):
            return inputs @ self.matrix

    return sequential(layer, L.Dense(2)), sequential(Tied(), L.Dense(1))


@pytest.mark.parametrize(
    "make",
    [shared_layer, shared_in_a_nested_network, shared_in_a_subclass, shared_variable],
)
def test_a_layer_of_both_networks_is_refused(make):
    networks = make(L.Dense(2, name="both"))
    words = stated("`generator` and `discriminator` share", "both/kernel")
    with pytest.raises(ValueError, match=words):
        kg.GAN(*networks, latents=kg.latents.Normal(2))


def test_random_numbers_of_both_networks_are_refused():
    with pytest.raises(ValueError, match=stated("share variables", "1 variables")):
        kg.GAN(*shared_layer(L.Dropout(0.5)))


def test_a_layer_without_variables_may_be_in_both():
    descend(kg.GAN(*shared_layer(L.LeakyReLU()))).train_on_batch(points(8))


def test_a_layer_may_be_twice_in_one_network():
    twice = L.Dense(2)
    discriminator = sequential(L.Dense(2), L.Dense(1))
    gan = kg.GAN(sequential(twice, twice), discriminator, ema_momentum=0.5)
    descend(gan).train_on_batch(points(8))


def test_a_copy_with_the_layers_of_the_generator_is_refused():
    @keras.saving.register_keras_serializable("test_gan_networks")
    class Careless(keras.Model):
        def __init__(self, body, **kwargs):
            super().__init__(**kwargs)
            self.body = body

        def call(self, latents, training=False):
            return self.body(latents)

        def get_config(self):
            return {"body": self.body}

    networks = Careless(sequential(L.Dense(2))), sequential(L.Dense(1))
    latents = kg.latents.Normal(2)
    with pytest.raises(ValueError, match=stated("`ema_momentum`", "get_config")):
        kg.GAN(*networks, latents, ema_momentum=0.9)
    kg.GAN(*networks, latents)


@pytest.fixture
def channels_first():
    keras.config.set_image_data_format("channels_first")
    yield
    keras.config.set_image_data_format("channels_last")


FORMAT = stated("channels_first", 'set_image_data_format("channels_last")')
SHAPE = (16, 16, 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: kg.recipes.dcgan(SHAPE, width=4),
        lambda: kg.recipes.stylegan(SHAPE, width=4),
        lambda: kg.networks.mlp_generator(SHAPE),
        lambda: kg.networks.autoencoder_discriminator(SHAPE),
        lambda: kg.GAN.from_preset("fashion_mnist"),
    ],
)
@pytest.mark.usefixtures("channels_first")
def test_networks_of_images_are_not_made_channels_first(make):
    with pytest.raises(RuntimeError, match=FORMAT):
        make()


@pytest.mark.usefixtures("channels_first")
def test_own_networks_are_not_taken_channels_first():
    generator = sequential(L.Dense(16), L.Reshape((1, 4, 4)), L.Conv2D(1, 3))
    discriminator = keras.Sequential(
        [keras.Input((1, 2, 2)), L.Conv2D(1, 2), L.Flatten(), L.Dense(1)]
    )
    with pytest.raises(RuntimeError, match=FORMAT):
        kg.GAN(generator, discriminator)


@pytest.mark.usefixtures("channels_first")
def test_points_have_no_channels():
    gan = descend(toy(ema_momentum=0.5))
    gan.fit(points(8), batch_size=8, verbose=0)
    assert np.isfinite(gan.generate(2)).all()


def test_layers_of_channels_first_are_refused():
    kind = {"data_format": "channels_first"}
    discriminator = keras.Sequential(
        [keras.Input((1, 8, 8)), L.GlobalAveragePooling2D(**kind), L.Dense(1)]
    )
    generator = sequential(L.Dense(64), L.Reshape((1, 8, 8)))
    with pytest.raises(ValueError, match=stated("channels_first", "np.moveaxis")):
        kg.GAN(generator, discriminator)
    inside = [L.Permute((3, 1, 2)), L.GlobalAveragePooling2D(**kind), L.Dense(1)]
    discriminator = keras.Sequential([keras.Input((8, 8, 1)), *inside])
    gan = kg.GAN(sequential(L.Dense(64), L.Reshape((8, 8, 1))), discriminator)
    assert tf.TensorShape(gan.generate(1).shape) == (1, 8, 8, 1)
