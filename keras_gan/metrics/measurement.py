"""A measured number and what it depends on: neither goes anywhere without the other."""

import dataclasses
import json
import math
import operator
import pathlib

from keras_gan.config import atomic_file, check, user_error

MISSING = "(not said)"
"""What stands for an entry that only one of two protocols has."""


@dataclasses.dataclass(frozen=True)
class Measurement:
    """A number with its protocol, that compares only with numbers of the same one.

    `<`, `<=`, `>`, `>=`, `-` and sorting work between measurements of one name and one
    protocol; others raise an error that names what differs. NaN, that of a generator
    that diverged, is neither more nor less than anything. `float(measurement)` is the
    bare number.

    Args:
        name: What was measured, as in the logs, such as `"fid"`.
        value: The number.
        protocol: Dictionary of all that the number depends on besides the generator:
            strings, numbers, True, False and None.

    Raises:
        ValueError: Where two are compared that cannot be.

    Example:
    >>> from keras_gan.metrics import Measurement
    >>> ours = Measurement("fid", 9.0, {"num_fake": 50_000})
    >>> earlier = Measurement("fid", 12.0, {"num_fake": 10_000})
    >>> ours < earlier
    Traceback (most recent call last):
    ...
    ValueError: Two values of fid were measured in different ways.
      Expected: the same protocol
      Received: num_fake: 50000 against 10000
      What to do: Measure one of them again as the other was, or compare float(...)s.
    """

    name: str
    value: float
    protocol: dict = dataclasses.field(default_factory=dict, hash=False)

    def differences(self, other):
        """Returns the entries that differ, as `{entry: (own, other's)}`."""
        entries = sorted({*self.protocol, *other.protocol})
        pairs = {
            entry: tuple(one.protocol.get(entry, MISSING) for one in (self, other))
            for entry in entries
        }
        return {entry: pair for entry, pair in pairs.items() if pair[0] != pair[1]}

    def check_comparable(self, other):
        """Makes sure that another measurement is of the same name and protocol.

        Raises:
            ValueError: If it is not; the error names what differs.
        """
        check(
            self.name == other.name,
            "These numbers measure different things.",
            expected=self.name,
            received=other.name,
            do="Compare numbers of one name.",
        )
        differences = self.differences(other).items()
        said = ", ".join(f"{name}: {a} against {b}" for name, (a, b) in differences)
        check(
            not differences,
            f"Two values of {self.name} were measured in different ways.",
            expected="the same protocol",
            received=said,
            do="Measure one of them again as the other was, or compare float(...)s.",
        )

    def compared(self, other, compare):
        """Returns what a function makes of both values, if they can be compared."""
        if not isinstance(other, Measurement):
            return NotImplemented
        self.check_comparable(other)
        return compare(self.value, other.value)

    def __lt__(self, other):
        return self.compared(other, operator.lt)

    def __le__(self, other):
        return self.compared(other, operator.le)

    def __gt__(self, other):
        return self.compared(other, operator.gt)

    def __ge__(self, other):
        return self.compared(other, operator.ge)

    def __sub__(self, other):
        return self.compared(other, operator.sub)

    def __float__(self):
        return float(self.value)

    def __str__(self):
        counts = [self.protocol.get(f"num_{kind}") for kind in ("real", "fake")]
        images = " against ".join(f"{one:,}" for one in counts if one is not None)
        ways = (self.protocol.get(key) for key in ("features", "preprocessing"))
        said = [f"{images} images" if images else None, *ways]
        short = ", ".join(str(one) for one in said if one is not None)
        return f"{self.name} {self.value:.4g}" + (f" ({short})" if short else "")

    def save(self, path):
        """Writes the number and its protocol as JSON, whole or not at all.

        Raises:
            OSError: If the folder cannot be written.
        """
        with atomic_file(path) as part:
            part.write_text(json.dumps(self.as_json(), indent=2) + "\n")

    def as_json(self):
        """Returns a dictionary for JSON, which has no NaN: it is written as null."""
        value = None if math.isnan(self.value) else float(self.value)
        return {**dataclasses.asdict(self), "value": value}

    @classmethod
    def load(cls, path, name=None):
        """Reads what `save` wrote, or one number of a run.

        Args:
            path: JSON file.
            name: Key in a file of several numbers, such as the `metrics.json` of
                `keras-gan train`.

        Raises:
            ValueError: If the file holds something else.
        """
        try:
            read = json.loads(pathlib.Path(path).read_text())
            read = read if name is None else read[name]
            return cls(**{**read, "value": to_float(read["value"])})
        except (ValueError, TypeError, KeyError) as error:
            raise user_error(
                "This file holds no measurement.",
                expected="JSON with name, value and protocol",
                received=f"{path} ({error})",
                do="Name a file that Measurement.save wrote, or a number in it.",
            ) from error


def to_float(value):
    """Returns a number that JSON has; null is NaN."""
    return math.nan if value is None else float(value)
