"""Reading of JSON files within limits."""

import json
import pathlib
import sys
from typing import Any

from keras_gan.saved_files import limits
from keras_gan.saved_files.limits import check_limit
from keras_gan.typing import StrPath


def parse(text: str | bytes, name: object) -> Any:
    """Returns the content of a JSON document.

    Args:
        text: The document.
        name: Its file, for errors.

    Raises:
        ValueError: If it is no JSON, or nested too deeply.
    """
    what = f"The JSON of {name} is nested too deeply."
    try:
        content = json.loads(text)
    except RecursionError:
        # It has at least as many levels as Python's stack.
        check_limit(sys.getrecursionlimit(), "MAX_JSON_DEPTH", what, "levels")
        raise ValueError("nested too deeply") from None
    check_limit(depth(content), "MAX_JSON_DEPTH", what, "levels")
    return content


def read(path: StrPath) -> dict[str, Any]:
    """Returns the dictionary in a JSON file.

    Raises:
        OSError: If it cannot be read.
        ValueError: If it is too large, no JSON, or no dictionary.
    """
    path = pathlib.Path(path)
    what = f"The JSON file {path} is too large."
    check_limit(path.stat().st_size, "MAX_JSON_BYTES", what, "bytes")
    content = parse(path.read_bytes(), path)
    if not isinstance(content, dict):
        raise ValueError(f"a {type(content).__name__}, not a dictionary")
    return content


def children(value: object) -> list[Any]:
    """Returns the values in a dictionary or list; none of any other value."""
    if isinstance(value, dict):
        return [*value.values()]
    return value if isinstance(value, list) else []


def depth(content: object) -> int:
    """Returns how many dictionaries and lists are within each other."""
    level, count = [content], 0
    # Not recursively: Python's stack is what is protected here.
    while level and count <= limits.MAX_JSON_DEPTH:
        level = [one for value in level for one in children(value)]
        count += bool(level)
    return count
