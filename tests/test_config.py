import dataclasses
import json

import keras
import pytest

import keras_gan as kg
from keras_gan import config


class Fruit(config.Configurable):
    pass


@config.register
@dataclasses.dataclass(frozen=True)
class Apple(Fruit):
    weight: float = 0.1
    kinds: tuple = ("red",)


@config.register
@dataclasses.dataclass(frozen=True)
class Pear(Fruit):
    pass


FRUITS = {"apple": Apple, "pear": Pear}


def test_fields_are_the_config_the_equality_and_the_repr():
    apple = Apple(weight=0.2)
    assert apple.get_config() == {"weight": 0.2, "kinds": ("red",)}
    assert Apple.from_config(apple.get_config()) == apple
    assert apple != Apple()
    assert hash(apple) == hash(Apple(weight=0.2))
    assert repr(apple) == "Apple(weight=0.2, kinds=('red',))"
    with pytest.raises(dataclasses.FrozenInstanceError):
        apple.weight = 0.3


@pytest.mark.parametrize(
    "identifier",
    ["apple", Apple, Apple(), keras.saving.serialize_keras_object(Apple())],
    ids=["name", "class", "object", "config"],
)
def test_get_accepts_every_kind_of_identifier(identifier):
    got = config.get(identifier, Fruit, FRUITS)
    assert isinstance(got, Apple)
    assert got.weight == 0.1


def test_get_returns_an_object_itself():
    apple = Apple(weight=0.5)
    assert config.get(apple, Fruit, FRUITS) is apple


def test_get_suggests_the_similar_name():
    with pytest.raises(
        ValueError,
        match=r'(?s)Unknown Fruit.*Expected: .*Received: "aple".*What to do: .*"apple"',
    ):
        config.get("aple", Fruit, FRUITS)


@pytest.mark.parametrize("identifier", [None, 3, str, keras.layers.Dense])
def test_get_refuses_what_is_not_of_the_family(identifier):
    with pytest.raises(
        TypeError,
        match=r"(?s)Expected an object of Fruit.*Expected: .*Received: .*What to do: ",
    ):
        config.get(identifier, Fruit, FRUITS)


@dataclasses.dataclass(frozen=True)
class Wrapped(kg.penalties.Penalty):
    """A penalty with an object as its argument."""

    inner: kg.penalties.Penalty

    def __call__(self, game):
        return self.inner(game)


def test_arguments_that_are_objects_are_restored():
    value = Wrapped(kg.penalties.R1(3.0))
    written = json.dumps(keras.saving.serialize_keras_object(value))
    assert keras.saving.deserialize_keras_object(json.loads(written)) == value
    assert Wrapped.from_config(value.get_config()) == value
