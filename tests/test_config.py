import dataclasses
import json
import pathlib

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan import config, errors, files


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


def test_a_user_error_states_four_facts_in_order():
    error = errors.user_error(
        "Sour.", expected="sweet", received="lemon", do="Add sugar."
    )
    assert isinstance(error, ValueError)
    assert isinstance(error, errors.UserError)
    assert str(error).splitlines() == [
        "Sour.",
        "  Expected: sweet",
        "  Received: lemon",
        "  What to do: Add sugar.",
    ]


def test_a_user_error_is_of_the_built_in_kind():
    facts = {"expected": 1, "received": 2, "do": "3"}
    error = errors.user_error("", **facts, kind=TypeError)
    assert isinstance(error, TypeError)
    assert isinstance(error, errors.UserError)
    assert not isinstance(error, ValueError)


def test_check_raises_only_where_the_condition_fails():
    facts = {"expected": "sweet", "received": "lemon", "do": "Add sugar."}
    errors.check(True, "Sour.", **facts)
    with pytest.raises(ValueError, match=r"(?s)Sour.*sweet.*lemon.*sugar"):
        errors.check(False, "Sour.", **facts)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("aple", 'Did you mean "apple"? Known names: apple, cherry.'),
        ("zzz", "Known names: apple, cherry."),
        (3, "Known names: apple, cherry."),
    ],
)
def test_similar_names_are_suggested_before_all_names(name, hint):
    assert errors.suggest(name, ["cherry", "apple"]) == hint


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


@pytest.mark.parametrize("seed", [None, 0, -3, np.int64(5)])
def test_integers_are_seeds(seed):
    config.check_seed(seed)


@pytest.mark.parametrize("seed", [1.0, "0", [0]])
def test_other_seeds_are_refused(seed):
    with pytest.raises(ValueError, match=r"(?s)Expected: .*Received: .*What to do: "):
        config.check_seed(seed)


def test_a_writable_folder_is_made_and_left_empty(tmp_path):
    folder = files.writable_folder(tmp_path / "a" / "b")
    assert folder == tmp_path / "a" / "b"
    assert list(folder.iterdir()) == []
    assert files.writable_folder(str(folder)) == folder


def test_a_folder_below_a_file_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(
        OSError, match=r"(?s)cannot be written.*Expected: .*Received: .*What to do: "
    ):
        files.writable_folder(tmp_path / "file" / "folder")


def test_an_atomic_file_appears_when_it_is_complete(tmp_path):
    path = tmp_path / "deep" / "note.txt"
    with files.atomic_file(path) as part:
        part.write_text("half")
        assert part.suffix == ".txt"
        assert not path.exists()
    assert path.read_text() == "half"
    assert list(path.parent.iterdir()) == [path]


def write_half_and_break(path):
    with files.atomic_file(path) as part:
        pathlib.Path(part).write_text("half")
        raise RuntimeError("power cut")


def test_a_write_that_breaks_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="power cut"):
        write_half_and_break(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_to_stay_stays(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text("old")
    with (
        pytest.raises(
            FileExistsError, match=r"(?s)Expected: .*Received: .*What to do: "
        ),
        files.atomic_file(path, overwrite=False),
    ):
        pytest.fail("the file was opened")
    assert path.read_text() == "old"


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
