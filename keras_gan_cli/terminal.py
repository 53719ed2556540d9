"""Types of options, and text for the terminal."""

import os
from collections.abc import Callable, Collection, Mapping

import click

from keras_gan_cli.errors import four_facts, suggest
from keras_gan_cli.names import CHANNELS
from keras_gan_cli.paths import expand, parse_path

MAX_SEED = 2**32 - 1
"""Largest random seed of NumPy, which `keras.utils.set_random_seed` also sets."""

PATH = parse_path
COUNT = click.IntRange(1)
WEIGHT = click.FloatRange(0.0)


def flag(name: str) -> str:
    """Returns the command-line flag of an option's name.

    A trailing underscore, as in `from_`, keeps a name from being a keyword of Python.

    Example:
    >>> flag("latent_dim"), flag("from_")
    ('--latent-dim', '--from')
    """
    return f"--{name.rstrip('_').replace('_', '-')}"


def parse_seed(value: str | int) -> int:
    """Returns a random seed: an integer from 0 to `MAX_SEED`.

    Raises:
        click.BadParameter: If it is another value.
    """
    text = str(value)
    if not text.isdecimal() or int(text) > MAX_SEED:
        raise click.BadParameter(
            four_facts(
                "A seed must be an integer that is not negative.",
                expected=f"an integer from 0 to {MAX_SEED}",
                received=text,
                do="Pass e.g. --seed 0.",
            )
        )
    return int(text)


def parse_image_shape(text: str) -> tuple[int, int, int]:
    """Returns the shape of an image as the tuple `(height, width, channels)`.

    Raises:
        click.BadParameter: If it is not three positive integers, or there are no images
            of this number of channels.
    """
    sizes = [int(part) if part.strip().isdecimal() else 0 for part in text.split(",")]
    if len(sizes) != 3 or min(sizes) < 1 or sizes[2] not in CHANNELS:
        raise click.BadParameter(
            four_facts(
                "An image shape must be three positive integers, with 1, 3 or 4 "
                "channels.",
                expected="height, width and channels, separated by commas",
                received=f'"{text}"',
                do="Pass e.g. --image-shape 64,64,3, or 64,64,1 for gray.",
            )
        )
    height, width, channels = sizes
    return height, width, channels


def parse_names(text: str) -> list[str]:
    """Returns names that are separated by commas."""
    return [part.strip() for part in text.split(",")]


def parse_numbers(text: str) -> list[float]:
    """Returns numbers that are separated by commas.

    Raises:
        click.BadParameter: If a part of the text is not a number.
    """
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise click.BadParameter(
            four_facts(
                "The weights must be numbers.",
                expected="numbers, separated by commas",
                received=f'"{text}"',
                do="Pass e.g. 0.7,0.3.",
            )
        ) from error


def one_of(kind: str, names: Collection[str]) -> Callable[[str], str]:
    """Returns the type of an option whose value is one of several names.

    Args:
        kind: What the names are of, for the error.
        names: Valid values.
    """

    def parse(text: str) -> str:
        if text not in names:
            raise click.BadParameter(
                four_facts(
                    f"Unknown {kind}.",
                    expected=f"a {kind} of keras_gan",
                    received=f'"{text}"',
                    do=suggest(text, names),
                )
            )
        return text

    return parse


def name_or_file(kind: str, names: Collection[str]) -> Callable[[str], str]:
    """Returns the type of an option whose value is a name, or a `.keras` file.

    Args:
        kind: What the names are of, for the error.
        names: Valid values that are not files.
    """

    def parse(text: str) -> str:
        if text in names:
            return text
        path = expand(text)
        if not os.path.isfile(path):
            raise click.BadParameter(
                four_facts(
                    f"Unknown {kind}.",
                    expected=f"a {kind} of keras_gan, or a .keras file",
                    received=f'"{text}"',
                    do=suggest(text, names),
                )
            )
        return path

    return parse


def table(rows: Mapping[str, object], indent: int = 0) -> str:
    """Returns a dictionary as aligned lines of text, without values that are None.

    Example:
    >>> print(table({"Run": "runs/shoes", "Optimizers": None, "SavedModel": "shoes"}))
    Run         runs/shoes
    SavedModel  shoes
    """
    rows = {key: text for key, text in rows.items() if text is not None}
    width = max(map(len, rows)) + 2
    return "\n".join(f"{'':{indent}}{key:<{width}}{text}" for key, text in rows.items())
