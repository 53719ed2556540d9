"""What is configured is saved: the config makes the same object again."""

import json
import re

import catalogue
import keras
import numpy as np
import pytest
from toys import has_keras

import keras_gan as kg


def written(thing):
    """Returns the JSON of an object, as in a saved model."""
    return json.dumps(keras.saving.serialize_keras_object(thing))


def without_counters(text):
    """Returns a JSON without the counters in names, where they cannot be equal."""
    # Keras 3.10 numbers operations, such as `keras.ops.mean`, anew.
    return text if has_keras(3, 11) else re.sub(r'_\d+"', '"', text)


def again(thing):
    """Returns an object after its way through JSON."""
    return keras.saving.deserialize_keras_object(json.loads(written(thing)))


CASES = {
    **catalogue.LOSSES,
    **catalogue.PENALTIES,
    **catalogue.LATENTS,
    **catalogue.AUGMENTATIONS,
}
VALUES = {
    **{name: case.make for name, case in CASES.items()},
    **catalogue.SCHEDULES,
    "Unrolling": lambda: kg.Unrolling(3, learning_rate=0.1),
}


@pytest.mark.parametrize("name", VALUES)
def test_values_come_back_equal(name):
    thing = VALUES[name]()
    assert again(thing) == thing
    assert type(thing).from_config(thing.get_config()) == thing
    assert hash(again(thing)) == hash(thing)
    assert repr(again(thing)) == repr(thing)


@pytest.mark.parametrize("name", [*catalogue.NETWORKS, *catalogue.LAYERS])
def test_networks_and_layers_come_back_and_take_their_weights(name):
    case = {**catalogue.NETWORKS, **catalogue.LAYERS}[name]
    thing = case.make()
    other = again(thing)
    assert without_counters(written(other)) == without_counters(written(thing))
    other.set_weights(thing.get_weights())
    inputs = case.inputs()
    np.testing.assert_array_equal(case.run(other, *inputs), case.run(thing, *inputs))


@pytest.mark.parametrize("name", catalogue.METRICS)
def test_metrics_come_back_with_their_network(name):
    metric = catalogue.METRICS[name]("fashion_mnist")
    other = again(metric)
    assert type(other) is type(metric)
    assert other.name == metric.name
    assert other.get_config() == metric.get_config()
    assert other.protocol() == metric.protocol()


@pytest.mark.parametrize("name", catalogue.LOSSES)
def test_a_loss_is_saved_in_a_gan(name, tmp_path):
    loss = catalogue.LOSSES[name].make()
    networks = {False: kg.networks.mlp_discriminator, True: kg.networks.mlp_autoencoder}
    discriminator = networks[loss.is_energy](width=4)
    gan = kg.GAN(kg.networks.mlp_generator(width=4), discriminator)
    gan.compile(loss=loss, generator_penalties=[kg.penalties.ModeSeeking()])
    gan.save(tmp_path / "gan.keras")
    assert keras.saving.load_model(tmp_path / "gan.keras").loss == loss


@pytest.mark.parametrize("name", catalogue.SCHEDULES)
def test_how_a_gan_is_trained_is_saved_in_it(name, tmp_path):
    made = [case.make() for case in catalogue.PENALTIES.values()]
    penalties = {
        player: [one for one in made if player in one.players]
        for player in ("discriminator", "generator")
    }
    gan = kg.GAN(
        kg.networks.mlp_generator(width=4), kg.networks.mlp_discriminator(width=4)
    )
    arguments = {
        "penalties": penalties["discriminator"],
        "generator_penalties": penalties["generator"],
        "unrolling": kg.Unrolling(2, 0.1),
        "schedule": catalogue.SCHEDULES[name](),
        "discriminator_steps": 2,
        "weight_clip": 0.5,
    }
    gan.compile(**arguments)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    for argument, value in arguments.items():
        made = getattr(loaded, argument)
        made = list(made.values()) if argument.endswith("penalties") else made
        assert made == value
    assert list(loaded.logs.means) == list(gan.logs.means)


def test_classes_given_to_compile_are_saved_as_their_objects(tmp_path):
    gan = kg.GAN(
        kg.networks.mlp_generator(width=4), kg.networks.mlp_discriminator(width=4)
    )
    kinds = {
        "schedule": kg.schedules.AccuracyBalancedUpdates,
        "unrolling": kg.Unrolling,
    }
    gan.compile(loss=kg.losses.Hinge, penalties=[kg.penalties.R1], **kinds)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    made = [loaded.loss, loaded.penalties["r1"], loaded.schedule, loaded.unrolling]
    assert made == [
        kg.losses.Hinge(),
        kg.penalties.R1(),
        kg.schedules.AccuracyBalancedUpdates(),
        kg.Unrolling(),
    ]
