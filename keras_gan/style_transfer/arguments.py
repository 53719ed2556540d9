"""What a transfer is told: weights of terms, of layers and of styles."""

from keras_gan.config import check, is_number

USUAL = {"content_weight": 0.15, "style_weight": 1.0, "variation_weight": 0.05}
"""Weights of the terms where a user says nothing."""


def check_weights(**weights):
    """Makes sure that the weights of the terms are 0 or more, or None.

    Args:
        **weights: Each by its name.
    """
    check(
        all(one is None or (is_number(one) and one >= 0) for one in weights.values()),
        "The weights of a transfer's terms are 0 or more.",
        expected="finite numbers of 0 or more",
        received=assigned(weights),
        do="Pass 0 to leave a term out.",
    )


def term_weights(layers, **weights):
    """Returns the weights of the terms, the usual ones where a user says nothing.

    A term without layers is 0, and so is its usual weight.

    Args:
        layers: Dictionary from the name of a weight to the layers that it weighs.
        **weights: What a user says, each by its name; None is nothing.

    Example:
    >>> term_weights({"content_weight": {"a": 1}, "style_weight": {}},
    ...              content_weight=3, style_weight=None, variation_weight=None)
    (3, 0.0, 0.05)
    """
    without = [name for name, weighed in layers.items() if not weighed]
    for name in without:
        check(
            not weights[name],
            f"There is nothing that {name} weighs.",
            expected=f"names in {name.replace('weight', 'layers')}",
            received=f"{name}={weights[name]!r}, and no layers",
            do=f"Name layers, or leave {name} out.",
        )
    usual = {**USUAL, **dict.fromkeys(without, 0.0)}
    found = {
        name: usual[name] if given is None else given for name, given in weights.items()
    }
    check(
        any(found.values()),
        "All terms of the transfer have weight 0.",
        expected="one weight above 0",
        received=assigned(found),
        do="Leave the weights out to have the usual ones.",
    )
    return tuple(found.values())


def assigned(weights):
    """Returns weights as they are passed, those left out apart."""
    given = {name: one for name, one in weights.items() if one is not None}
    return ", ".join(f"{name}={one!r}" for name, one in given.items())


def shares(given, what, do):
    """Returns weights that sum to 1.

    Args:
        given: List of numbers of 0 or more.
        what: One sentence for the error.
        do: What to do.
    """
    check(
        all(is_number(one) and one >= 0 for one in given) and sum(given) > 0,
        what,
        expected="numbers of 0 or more, one of them above 0",
        received=repr(given),
        do=do,
    )
    return [one / sum(given) for one in given]


def listed(given):
    """Returns several things as a list; None if it is a word, or one thing alone."""
    try:
        return None if isinstance(given, str) else list(given)
    except TypeError:
        return None


def layer_weights(layers, usual, role):
    """Returns layers and how much each counts, as a dictionary; sum 1.

    Args:
        layers: Names, a dictionary from names to weights, or None.
        usual: Names to take for None.
        role: `"content"` or `"style"`.

    Example:
    >>> layer_weights({"a": 1, "b": 3}, (), "style")
    {'a': 0.25, 'b': 0.75}
    """
    layers = usual if layers is None else layers
    names = listed(layers)
    example = layers if isinstance(layers, str) else "block1_conv1"
    check(
        names is not None and all(isinstance(name, str) for name in names),
        f"{role}_layers is a list.",
        expected="names of layers in a list, or a dictionary from names to weights",
        received=repr(layers),
        do=f"Pass e.g. {role}_layers=[{example!r}].",
    )
    weights = dict(layers) if isinstance(layers, dict) else dict.fromkeys(names, 1)
    given = list(weights.values())
    if not given:
        return {}
    what = f"The weights of {role}_layers are 0 or more."
    do = f"Pass {role}_layers=[...], names alone, to weigh all the same."
    return dict(zip(weights, shares(given, what, do), strict=True))


def style_shares(weights, count):
    """Returns how much of each style; sum 1.

    Args:
        weights: A number for each style, or None: all the same.
        count: Number of styles.
    """
    given = [1] * count if weights is None else listed(weights)
    check(
        given is not None,
        "The weights of styles are a list.",
        expected="a number for each style, in a list",
        received=f"style_weights={weights!r}",
        do="Pass e.g. style_weights=[0.7, 0.3].",
    )
    check(
        len(given) == count and count,
        "Each style has one weight.",
        expected=f"{count} weights, for {count} styles" if count else "a style",
        received=f"{len(given)} weights, for {count} styles",
        do="Pass style_weights=[...] with a number for each, or leave it out.",
    )
    do = "Pass e.g. style_weights=[0.7, 0.3]."
    return shares(given, "The weights of styles are 0 or more.", do)
