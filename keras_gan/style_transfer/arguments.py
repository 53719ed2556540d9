"""Validation and defaults of the weights of loss terms, layers and styles."""

from keras_gan.config import is_number
from keras_gan.errors import check

DEFAULT_WEIGHTS = {
    "content_weight": 0.15,
    "style_weight": 1.0,
    "variation_weight": 0.05,
}
"""Default weights of the loss terms."""


def check_term_weights(**weights):
    """Validates that the weights of the loss terms are non-negative or None.

    Args:
        **weights: Weights by the names of their arguments.

    Raises:
        ValueError: If one is negative, not finite or not a number.
    """
    for name, weight in weights.items():
        check(
            weight is None or (is_number(weight) and weight >= 0),
            f"`{name}` must be a non-negative number.",
            expected="a finite number of at least 0",
            received=f"{name}={weight!r}",
            do="Pass 0 to leave the term out.",
        )


def resolve_term_weights(layers, **weights):
    """Returns the weights of the loss terms, with defaults in place of None.

    The default weight of a term without layers is 0.

    Args:
        layers: Dictionary from the name of a weight to the layers of its term.
        **weights: Weights or None, by the names of their arguments.

    Raises:
        ValueError: If a term without layers has a positive weight, or all weights
            are 0.

    Example:
    >>> resolve_term_weights({"content_weight": {"a": 1}, "style_weight": {}},
    ...                      content_weight=3, style_weight=None, variation_weight=None)
    (3, 0.0, 0.05)
    """
    without_layers = [name for name, names in layers.items() if not names]
    for name in without_layers:
        argument = name.replace("weight", "layers")
        check(
            not weights[name],
            f"`{name}` must be 0 if `{argument}` is empty.",
            expected=f"names of layers in {argument}",
            received=f"{name}={weights[name]!r}, and no layers",
            do=f"Pass {argument}=[...], or leave {name} out.",
        )
    defaults = {**DEFAULT_WEIGHTS, **dict.fromkeys(without_layers, 0.0)}
    resolved = {
        name: defaults[name] if weight is None else weight
        for name, weight in weights.items()
    }
    check(
        any(resolved.values()),
        "At least one loss term must have a positive weight.",
        expected="content_weight, style_weight or variation_weight above 0",
        received=", ".join(f"{name}={weight!r}" for name, weight in resolved.items()),
        do="Leave the weights out to use the defaults.",
    )
    return tuple(resolved.values())


def normalize(weights, name, do):
    """Returns weights divided by their sum.

    Args:
        weights: List of non-negative numbers.
        name: Name of the argument, for the error message.
        do: What the user should do if they are invalid.
    """
    check(
        all(is_number(weight) and weight >= 0 for weight in weights)
        and sum(weights) > 0,
        f"The weights in `{name}` must be non-negative numbers.",
        expected="numbers of at least 0, one of them above 0",
        received=repr(weights),
        do=do,
    )
    return [weight / sum(weights) for weight in weights]


def list_or_none(values):
    """Returns an iterable as a list; None for a string or a single value."""
    try:
        return None if isinstance(values, str) else list(values)
    except TypeError:
        return None


def normalize_layer_weights(layers, default, role):
    """Returns a dictionary from names of layers to weights of sum 1.

    Args:
        layers: Names, a dictionary from names to weights, or None.
        default: Names in place of None.
        role: `"content"` or `"style"`.

    Example:
    >>> normalize_layer_weights({"a": 1, "b": 3}, (), "style")
    {'a': 0.25, 'b': 0.75}
    """
    argument = f"{role}_layers"
    layers = default if layers is None else layers
    names = list_or_none(layers)
    example = layers if isinstance(layers, str) else "block1_conv1"
    check(
        names is not None and all(isinstance(name, str) for name in names),
        f"`{argument}` must be a list or a dictionary.",
        expected="names of layers in a list, or a dictionary from names to weights",
        received=repr(layers),
        do=f"Pass e.g. {argument}=[{example!r}].",
    )
    weights = dict(layers) if isinstance(layers, dict) else dict.fromkeys(names, 1)
    if not weights:
        return {}
    do = f"Pass {argument}=[...], a list of names, for equal weights."
    normalized = normalize(list(weights.values()), argument, do)
    return dict(zip(weights, normalized, strict=True))


def normalize_style_weights(weights, num_styles):
    """Returns a list of the weights of the styles, of sum 1.

    Args:
        weights: A number for each style, or None for equal weights.
        num_styles: Number of styles.
    """
    check(
        num_styles,
        "`styles` must contain at least one style.",
        expected="an image, or a list of at least one",
        received="0 styles",
        do="Pass e.g. styles=[image].",
    )
    weight_list = [1] * num_styles if weights is None else list_or_none(weights)
    check(
        weight_list is not None,
        "`style_weights` must be a list.",
        expected="a list with a number for each style",
        received=f"style_weights={weights!r}",
        do="Pass e.g. style_weights=[0.7, 0.3].",
    )
    check(
        len(weight_list) == num_styles,
        "`style_weights` must have one weight for each style.",
        expected=f"{num_styles} weights, for {num_styles} styles",
        received=f"{len(weight_list)} weights, for {num_styles} styles",
        do="Pass style_weights=[...] with a number for each style, or leave it out.",
    )
    do = "Pass e.g. style_weights=[0.7, 0.3]."
    return normalize(weight_list, "style_weights", do)
