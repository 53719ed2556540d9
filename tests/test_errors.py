import pytest

from keras_gan import errors


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
