"""A measured number and what it depends on: neither goes anywhere without the other."""

import dataclasses
import functools
import json
import pathlib

from keras_gan.config import check, fault, whole_file

MISSING = "(not said)"
"""What stands for an entry that only one of two protocols has."""


@functools.total_ordering
@dataclasses.dataclass(frozen=True)
class Measurement:
    """A number with its protocol, that compares only with numbers of the same one.

    `<`, `>`, `-` and sorting work between measurements of one name and one protocol;
    others raise an error that names what differs. `float(measurement)` is the bare
    number.

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

    def __lt__(self, other):
        if not isinstance(other, Measurement):
            return NotImplemented
        self.check_comparable(other)
        return self.value < other.value

    def __sub__(self, other):
        if not isinstance(other, Measurement):
            return NotImplemented
        self.check_comparable(other)
        return self.value - other.value

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
        with whole_file(path) as part:
            part.write_text(json.dumps(dataclasses.asdict(self), indent=2) + "\n")

    @classmethod
    def load(cls, path):
        """Reads what `save` wrote.

        Raises:
            ValueError: If the file holds something else.
        """
        try:
            return cls(**json.loads(pathlib.Path(path).read_text()))
        except (ValueError, TypeError) as error:
            raise fault(
                "This file holds no measurement.",
                expected="JSON with name, value and protocol",
                received=f"{path} ({error})",
                do="Name a file that Measurement.save wrote.",
            ) from error
