"""What a transfer is told: weights of terms, of layers and of styles."""

from keras_gan.config import check, is_number


def check_weights(**weights):
    """Makes sure that the weights of the terms are 0 or more, and not all 0.

    Args:
        **weights: Each by its name.
    """
    check(
        all(is_number(one) and one >= 0 for one in weights.values()),
        "The weights of a transfer's terms are 0 or more.",
        expected="finite numbers of 0 or more",
        received=", ".join(f"{name}={one!r}" for name, one in weights.items()),
        do="Pass 0 to leave a term out.",
    )
    check(
        any(one > 0 for one in weights.values()),
        "All terms of the transfer have weight 0.",
        expected="one weight above 0",
        received=", ".join(f"{name}={one!r}" for name, one in weights.items()),
        do="Leave the weights out to have the usual ones.",
    )


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
    check(
        not isinstance(layers, str),
        f"{role}_layers is a list.",
        expected="names of layers in a list, or a dictionary from names to weights",
        received=repr(layers),
        do=f"Pass {role}_layers=[{layers!r}].",
    )
    weights = dict(layers) if isinstance(layers, dict) else dict.fromkeys(layers, 1)
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
    given = [1] * count if weights is None else list(weights)
    check(
        len(given) == count and count,
        "Each style has one weight.",
        expected=f"{count} weights, for {count} styles" if count else "a style",
        received=f"{len(given)} weights, for {count} styles",
        do="Pass style_weights=[...] with a number for each, or leave it out.",
    )
    do = "Pass e.g. style_weights=[0.7, 0.3]."
    return shares(given, "The weights of styles are 0 or more.", do)
