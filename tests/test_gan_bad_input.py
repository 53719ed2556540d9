import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import FACTS, facts, pictures, points, state, toy, toy_dcgan

import keras_gan as kg


def dense(units, inputs=2, activation=None, **last):
    layers = [keras.layers.Dense(units, activation)]
    return keras.Sequential([keras.Input((inputs,)), *layers, *last.values()])


class Uncopyable(keras.Model):
    """A network without a config of its own."""

    def __init__(self, units):
        super().__init__()
        self.dense = keras.layers.Dense(units)

    def call(self, latents):
        return self.dense(latents)


@pytest.fixture(autouse=True)
def inputs_that_fit_no_network(recwarn):
    """Keras warns of some of these inputs before it fails at them."""


def two_inputs():
    inputs = keras.Input((2,)), keras.Input((3,))
    return keras.Model(inputs, keras.layers.Concatenate()(inputs))


shared = dense(2)

NETWORKS = {
    "generator makes points, not images": (
        {"generator": dense(2), "discriminator": toy_dcgan().discriminator},
        ["`discriminator` cannot take", "shapes do not match"],
    ),
    "points of three numbers": (
        {"generator": dense(3)},
        ["`discriminator` cannot take", "shapes do not match"],
    ),
    "latents of another dimension": (
        {"latents": kg.latents.Normal(5)},
        ["`generator` cannot take latents"],
    ),
    "one network for both": (
        {"generator": shared, "discriminator": shared},
        ["same network"],
    ),
    "two scores for an image": (
        {"discriminator": dense(2)},
        ["one score for each image"],
    ),
    "a map of scores": (
        {"discriminator": dense(6, reshape=keras.layers.Reshape((3, 2)))},
        ["one score for each image"],
    ),
    "sigmoid": ({"discriminator": dense(1, 2, "sigmoid")}, ["ends in a sigmoid"]),
    "sigmoid layer": (
        {"discriminator": dense(1, end=keras.layers.Activation("sigmoid"))},
        ["ends in a sigmoid"],
    ),
    "sigmoid, then a shape": (
        {"discriminator": dense(1, 2, "sigmoid", end=keras.layers.Reshape(()))},
        ["ends in a sigmoid"],
    ),
    "sigmoid, then nothing": (
        {"discriminator": dense(1, 2, "sigmoid", end=keras.layers.Activation(None))},
        ["ends in a sigmoid"],
    ),
    "sigmoid within": (
        {"discriminator": keras.Sequential([dense(1, 2, "sigmoid")])},
        ["ends in a sigmoid"],
    ),
    "a function": (
        {"generator": kg.networks.mlp_generator},
        ["`generator` must be a Keras model"],
    ),
    "a layer": (
        {"discriminator": keras.layers.Dense(1)},
        ["`discriminator` must be a Keras model"],
    ),
    "two inputs": ({"generator": two_inputs()}, ["does not take latents"]),
    "images for latents": (
        {"generator": toy_dcgan().discriminator},
        ["does not take latents"],
    ),
    "no latents of an unbuilt network": (
        {"generator": Uncopyable(2)},
        ["dimension of `latents` is unknown"],
    ),
    "a copy that cannot be made": (
        {
            "generator": Uncopyable(2),
            "latents": kg.latents.Normal(2),
            "ema_momentum": 0.9,
        },
        ["cannot be copied"],
    ),
    "an unknown distribution": ({"latents": "gausian"}, ["Unknown Latents"]),
    "momentum of one": ({"ema_momentum": 1.0}, ["`ema_momentum`"]),
    "negative momentum": ({"ema_momentum": -0.1}, ["`ema_momentum`"]),
    "a seed of letters": ({"seed": "one"}, ["`seed`"]),
    "half a seed": ({"seed": 0.5}, ["`seed`"]),
}


@pytest.mark.parametrize("case", NETWORKS)
def test_a_gan_that_cannot_be_is_refused(case):
    arguments, words = NETWORKS[case]
    with pytest.raises(ValueError, match=facts(*words)):
        toy(**arguments)


def test_an_inner_sigmoid_is_none_at_the_end():
    layers = [keras.layers.Dense(4, "sigmoid"), keras.layers.Dense(1)]
    toy(discriminator=keras.Sequential([keras.Input((2,)), *layers]))


def test_latents_of_no_kind_are_refused():
    with pytest.raises(TypeError, match=facts("Latents")):
        toy(latents=100)


COMPILE = {
    "unknown loss": ({"loss": "hing"}, ['"hing"', '"hinge"']),
    "no step": ({"discriminator_steps": 0}, ["discriminator_steps=0"]),
    "half a step": ({"discriminator_steps": 2.5}, ["discriminator_steps=2.5"]),
}


@pytest.mark.parametrize("case", COMPILE)
def test_a_training_that_cannot_be_is_refused(case):
    arguments, (received, meant) = COMPILE[case][0], (*COMPILE[case][1], "")[:2]
    with pytest.raises(ValueError, match=FACTS) as caught:
        toy().compile(**arguments)
    assert f"Received: {received}" in str(caught.value)
    assert meant in str(caught.value).split("What to do:")[1]


def test_a_loss_of_no_kind_is_refused():
    with pytest.raises(TypeError, match=facts("AdversarialLoss")):
        toy().compile(loss=keras.losses.MeanSquaredError())


def test_one_optimizer_object_for_both_is_refused():
    optimizer = keras.optimizers.Adam()
    with pytest.raises(
        ValueError,
        match=facts("`generator_optimizer` and `discriminator_optimizer` are the same"),
    ):
        toy().compile(optimizer, optimizer)


def test_a_compile_that_fails_leaves_the_former_one_in_force():
    gan = toy()
    gan.compile(loss="minimax")
    names = [metric.name for metric in gan.metrics]
    optimizer = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="are the same object"):
        gan.compile(optimizer, optimizer, loss="hinge")
    assert gan.loss == kg.losses.Minimax()
    assert [metric.name for metric in gan.metrics] == names
    gan.fit(points(32), batch_size=16, verbose=0)
    fresh = toy()
    with pytest.raises(ValueError, match="are the same object"):
        fresh.compile(optimizer, optimizer)
    assert not fresh.compiled
    assert fresh.metrics == []


def batched(images, size=8):
    return tf.data.Dataset.from_tensor_slices(images).batch(size)


def with_nan():
    images = pictures(16)
    images[5, 2, 2] = np.nan
    return images


DATA = {
    "floats of 0..255": (lambda: (pictures(16) + 1) * 127.5, ["grey levels 0..255"]),
    "floats of 0..255, batched": (
        lambda: batched((pictures(16) + 1) * 127.5),
        ["grey levels 0..255"],
    ),
    "a little over": (lambda: pictures(16) * 1.5, ["leave"]),
    "uint8, batched": (
        lambda: batched(kg.images.to_uint8(pictures(16))),
        ["not floats"],
    ),
    "NaN": (with_nan, ["NaN"]),
    "NaN, batched": (lambda: batched(with_nan()), ["NaN"]),
    "another size": (lambda: pictures(16, (9, 8, 1)), ["do not fit the networks"]),
    "another size, batched": (
        lambda: batched(pictures(16, (9, 8, 1))),
        ["do not fit the networks"],
    ),
    "three channels": (lambda: pictures(16, (8, 8, 3)), ["do not fit the networks"]),
    "no batch axis": (
        lambda: tf.data.Dataset.from_tensor_slices(pictures(16)),
        ["do not fit the networks"],
    ),
    "nothing": (lambda: batched(pictures(0)), ["empty"]),
    "a pair": (lambda: (pictures(16), np.zeros(16)), ["one argument"]),
}


@pytest.mark.parametrize("case", DATA)
def test_data_that_does_not_suit_is_refused_before_training(case):
    make, words = DATA[case]
    data, gan = make(), toy_dcgan()
    gan.compile()
    before = state(gan)
    with pytest.raises(ValueError, match=facts(*words)):
        gan.fit(data, batch_size=8 if isinstance(data, np.ndarray) else None)
    for name, value in state(gan).items():
        np.testing.assert_array_equal(value, before[name])


def test_validation_data_that_does_not_suit_is_refused_before_training():
    gan = toy_dcgan()
    gan.compile()
    with pytest.raises(ValueError, match=facts("grey levels 0..255")):
        gan.fit(pictures(64), validation_data=(pictures(8) + 1) * 127.5, verbose=0)
    assert int(gan.steps) == 0


def test_a_batch_that_cannot_be_split_is_refused_before_training():
    gan = toy()
    gan.compile(discriminator_steps=5)
    with pytest.raises(ValueError, match=facts("has 64 images")) as caught:
        gan.fit(batched(points(128), 64), verbose=0)
    assert "dataset.batch(320)" in str(caught.value)
    assert int(gan.steps) == 0


def test_a_short_last_batch_loses_what_cannot_be_split():
    gan = toy()
    gan.compile(discriminator_steps=2)
    history = gan.fit(batched(points(25), 10), verbose=0)
    assert int(gan.steps) == 3
    assert int(gan.discriminator_optimizer.iterations) == 6
    assert np.isfinite(history.history["loss"]).all()


def test_fewer_images_than_a_batch_are_refused():
    gan = toy()
    gan.compile()
    with pytest.raises(ValueError, match=facts("fewer images")):
        gan.fit(points(10))


def test_fit_asks_for_compile():
    with pytest.raises(ValueError, match="compile"):
        toy().fit(points(64), verbose=0)


@pytest.mark.parametrize("count", [0, -1, 2.5, "16", True])
def test_a_number_of_images_that_cannot_be_is_refused(count):
    gan = toy()
    for method in (gan.generate, gan.generate_batches):
        words = f"`num_images` of {method.__name__} must be an integer of at least 1"
        with pytest.raises(ValueError, match=facts(words)):
            method(count)


def test_numbers_of_numpy_are_numbers():
    gan = toy(seed=np.int64(3), ema_momentum=np.float32(0.5))
    gan.compile(discriminator_steps=np.int32(2), weight_clip=np.float64(0.5))
    assert (gan.seed, gan.ema_momentum) == (3, 0.5)
    assert {type(gan.seed), type(gan.discriminator_steps)} == {int}
    assert gan.get_compile_config()["weight_clip"] == 0.5
    expected = gan.generate(3, seed=1)
    np.testing.assert_array_equal(gan.generate(np.int16(3), seed=np.uint8(1)), expected)


def test_a_seed_of_images_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match=facts("`seed`")):
        toy().generate(2, seed="one")


def test_a_place_below_a_file_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("kept")
    gan = toy()
    with pytest.raises(OSError, match=facts("cannot be written")):
        gan.save(tmp_path / "file" / "gan.keras")
    with pytest.raises(OSError, match=facts("cannot be written")):
        gan.export(tmp_path / "file" / "model")
    assert (tmp_path / "file").read_text() == "kept"
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


@pytest.mark.parametrize("name", ["gan", "gan.h5", "gan.pkl"])
def test_a_gan_is_saved_in_a_keras_file_only(name, tmp_path):
    with pytest.raises(ValueError, match=facts("`filepath` must end in .keras")):
        toy().save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_to_stay_stays(tmp_path):
    path = tmp_path / "gan.keras"
    path.write_text("kept")
    with pytest.raises(FileExistsError, match=facts("The file exists")):
        toy().save(path, overwrite=False)
    assert path.read_text() == "kept"
