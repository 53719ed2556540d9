"""Classes of a folder of images, one for each subfolder, and doubts about them."""

import pathlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence

from keras_gan.data.filenames import enumerate_names, printable
from keras_gan.typing import StrPath

SPLIT = re.compile(
    r"(train|training|val|valid|validation|dev|test|testing|eval|evaluation)"
    r"([-_ ]?(\d+|[ab]|images|imgs|set|data))?",
    re.IGNORECASE,
)
"""Names of subfolders that are splits of a dataset: train, val2017, trainA."""

NUMBERED = re.compile(r"(\D*)([0-9]+)")
"""A class name that ends in a number, after a prefix."""


def find_splits(names: Sequence[str]) -> list[str]:
    """Returns the names of subfolders that are those of splits of a dataset.

    Example:
    >>> find_splits(["cat", "train", "val2017"])
    ['train', 'val2017']
    """
    return [name for name in names if SPLIT.fullmatch(name)]


def doubt_on_splits(names: Sequence[str], directory: pathlib.Path) -> str:
    """Returns the sentence on a folder whose subfolders are splits.

    Args:
        names: Names of the subfolders.
        directory: The folder.
    """
    return (
        f"The subfolders of {printable(directory)} are splits, not classes: "
        f"{enumerate_names(names)}. All their images are loaded together, without "
        f"labels. For one of them pass its folder: {printable(directory / names[0])}."
    )


def doubts(names: Sequence[str]) -> Iterator[str]:
    """Yields sentences on class names that may not be what they seem.

    Args:
        names: Names of the classes, in the order of their labels.
    """
    splits = find_splits(names)
    if len(splits) > 1:
        yield (
            f"Subfolders named like splits are taken for classes, since others are "
            f"not: {enumerate_names(splits)}. Move them elsewhere if they are none."
        )
    yield from doubts_on_numbers(names)
    for alike in look_alikes(names):
        yield (
            "Class names that differ by upper and lower case or by the encoding of "
            f"accents only: {enumerate_names([ascii(name) for name in alike])}. They "
            "are different classes: rename or merge the folders if they are not."
        )


def doubts_on_numbers(names: Sequence[str]) -> Iterator[str]:
    """Yields a sentence if labels are not the numbers in the names, or out of order."""
    matches = [NUMBERED.fullmatch(name) for name in names]
    parts = [(match[1], int(match[2])) for match in matches if match]
    if len(parts) < max(2, len(names)) or len({prefix for prefix, _ in parts}) > 1:
        return
    numbers = [number for _, number in parts]
    is_plain = not parts[0][0]
    wrong = [
        label
        for label, number in enumerate(numbers)
        if number != sorted(numbers)[label]
        # Years are no labels: only a number of the size of one is taken for it.
        or (is_plain and number != label and number <= len(names))
    ]
    if not wrong:
        return
    label = wrong[0]
    yield (
        "Class names that are numbers: labels follow the alphabetical order of the "
        f'names, as in Keras, so that label {label} is the class "{names[label]}". '
        "dataset.class_names lists them; names with leading zeros (00, 01, 02) keep "
        "the order of the numbers."
    )


def look_alikes(names: Sequence[str]) -> list[list[str]]:
    """Returns the groups of names that differ by case or Unicode normalization only.

    Example:
    >>> look_alikes(["Cat", "cat", "dog"])
    [['Cat', 'cat']]
    """
    groups = defaultdict[str, list[str]](list)
    for name in names:
        groups[unicodedata.normalize("NFKC", name).casefold()].append(name)
    return [group for group in groups.values() if len(group) > 1]


def doubts_on_depth(directory: StrPath, images: Sequence[str]) -> Iterator[str]:
    """Yields a sentence if the only class has subfolders that may be the classes.

    Args:
        directory: The folder.
        images: Paths of the images, relative to it.
    """
    parts = [path.split("/") for path in images]
    if not parts or len({path[0] for path in parts}) > 1 or min(map(len, parts)) < 3:
        return
    inner = sorted({path[1] for path in parts})
    if len(inner) > 1:
        name = printable(parts[0][0])
        yield (
            f'All images are of one class, "{name}", though in different subfolders of '
            f"it: {enumerate_names(inner)}. If these are the classes, pass the folder "
            f"{printable(directory)}/{name}."
        )
