"""Validation and defaults of the weights of loss terms, layers and styles."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated

from keras_gan.errors import check
from keras_gan.validation import Rule, as_float

DEFAULT_WEIGHTS = {
    "content_weight": 0.15,
    "style_weight": 1.0,
    "variation_weight": 0.05,
}
"""Default weights of the loss terms."""


def as_weights(value: object) -> list[float]:
    """Returns non-negative numbers, one of them above 0, as a list."""
    if not isinstance(value, Iterable):
        raise ValueError
    weights = list(map(as_float, value))
    if min(weights, default=0.0) < 0.0 or sum(weights) <= 0.0:
        raise ValueError
    return weights


def as_layer_weights(value: object) -> dict[str, float]:
    """Returns names of layers, or a dictionary to weights, as a dictionary."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError
    names = list(value)
    if not all(isinstance(name, str) for name in names):
        raise ValueError
    if not isinstance(value, Mapping):
        return dict.fromkeys(names, 1.0)
    weights = as_weights(value.values()) if names else []
    return dict(zip(names, weights, strict=True))


def layers_advice(value: object) -> str:
    """Returns what to pass in place of invalid names or weights of layers."""
    example = value if isinstance(value, str) else "block1_conv1"
    return f"Pass a list of names, e.g. [{example!r}], for equal weights."


Layers = Annotated[
    Sequence[str] | Mapping[str, float],
    Rule(
        "a list of names of layers, or a dictionary from names to weights (at least 0, "
        "one of them above 0)",
        as_layer_weights,
        layers_advice,
    ),
]
"""Layers of a loss term: their names, or a dictionary from names to weights."""

StyleWeights = Annotated[
    Sequence[float],
    Rule(
        "a list of numbers (at least 0, one of them above 0)",
        as_weights,
        "Pass e.g. style_weights=[0.7, 0.3], a number for each style.",
    ),
]
"""Weights of several styles."""


def resolve_term_weights(
    layers: Mapping[str, Collection[str]], **weights: float | None
) -> tuple[float, ...]:
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


def normalize_layer_weights(
    layers: Layers | None, default: Sequence[str]
) -> dict[str, float]:
    """Returns a dictionary from names of layers to weights of sum 1.

    Args:
        layers: Names, a dictionary from names to weights, or None.
        default: Names in place of None.

    Example:
    >>> normalize_layer_weights({"a": 1, "b": 3}, ())
    {'a': 0.25, 'b': 0.75}
    """
    weights = as_layer_weights(default if layers is None else layers)
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def normalize_style_weights(
    weights: StyleWeights | None, num_styles: int
) -> list[float]:
    """Returns a list of the weights of the styles, of sum 1.

    Args:
        weights: A number for each style, or None for equal weights.
        num_styles: Number of styles.

    Raises:
        ValueError: If there is no style, or not one weight for each.
    """
    check(
        num_styles,
        "`styles` must contain at least one style.",
        expected="an image, or a list of at least one",
        received="0 styles",
        do="Pass e.g. styles=[image].",
    )
    weights = [1.0] * num_styles if weights is None else weights
    check(
        len(weights) == num_styles,
        "`style_weights` must have one weight for each style.",
        expected=f"{num_styles} weights, for {num_styles} styles",
        received=f"{len(weights)} weights, for {num_styles} styles",
        do="Pass style_weights=[...] with a number for each style, or leave it out.",
    )
    return [weight / sum(weights) for weight in weights]
