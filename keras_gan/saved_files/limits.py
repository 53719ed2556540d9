"""Limits of what a file may take; raise one by an assignment to a name of this module.

They are far above what this library writes.
"""

from keras_gan.errors import user_error

MAX_JSON_BYTES = 2**24
"""Bytes of a JSON file, such as the config in a `.keras` file."""

MAX_JSON_DEPTH = 200
"""Objects and lists within each other in a JSON file."""

MAX_MEMBERS = 10_000
"""Members of a `.keras` or `.npz` file."""

MAX_ASSET_BYTES = 2**26
"""Bytes of all members of a `.keras` file but its config and its weights."""

MAX_RATIO = 50
"""Bytes of weights for each byte that they take in a file. Keras does not compress."""

FREE_BYTES = 2**24
"""Bytes up to which any ratio is valid."""

MAX_OBJECTS = 100_000
"""Groups and arrays in an HDF5 file."""

MAX_EXTRA_BYTES = 2**30
"""Bytes of the variables of a loaded model beyond twice those of its file, such as the
feature network of a metric."""

MAX_VALUES = 2**28
"""Values of the output of one layer for one sample, in a network from a file."""

ADVICE = (
    "Do not load it if you do not know its origin. Else raise the limit: "
    "keras_gan.saved_files.limits.{} = ..."
)
"""Advice of the errors about a limit."""


def check_limit(value: int, name: str, what: str, quantity: str) -> None:
    """Raises an error if a number exceeds a limit.

    Args:
        value: The number.
        name: Name of the limit in this module.
        what: Sentence about what is too large.
        quantity: Noun phrase for the number: "bytes of weights".

    Raises:
        ValueError: If it does.
    """
    limit = {  # made here: a user may have assigned another value
        "MAX_JSON_BYTES": MAX_JSON_BYTES,
        "MAX_JSON_DEPTH": MAX_JSON_DEPTH,
        "MAX_MEMBERS": MAX_MEMBERS,
        "MAX_ASSET_BYTES": MAX_ASSET_BYTES,
        "MAX_OBJECTS": MAX_OBJECTS,
        "MAX_EXTRA_BYTES": MAX_EXTRA_BYTES,
        "MAX_VALUES": MAX_VALUES,
    }[name]
    if value > limit:
        raise user_error(
            what,
            expected=f"at most {limit:,} {quantity} ({name})",
            received=f"{value:,}",
            do=ADVICE.format(name),
        )


def check_ratio(num_bytes: int, stored: int, what: str) -> None:
    """Raises an error if few bytes of a file become very many in memory.

    Args:
        num_bytes: Bytes in memory.
        stored: Bytes in the file.
        what: Sentence about what is too large.

    Raises:
        ValueError: If there are more than `MAX_RATIO` for one, and than `FREE_BYTES`.
    """
    if num_bytes > max(FREE_BYTES, MAX_RATIO * stored):
        raise user_error(
            what,
            expected=f"at most {MAX_RATIO} times the bytes in the file (MAX_RATIO)",
            received=f"{num_bytes:,} bytes from {stored:,}",
            do=ADVICE.format("MAX_RATIO"),
        )
