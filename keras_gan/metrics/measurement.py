"""A measured value together with the settings that it depends on."""

import dataclasses
import json
import math
import operator
import pathlib
from collections.abc import Callable
from typing import Any, Self, TypeVar

from keras_gan.errors import check, user_error
from keras_gan.files import atomic_file
from keras_gan.typing import StrPath

R = TypeVar("R")

MISSING = "(missing)"
"""Placeholder of an entry that only one of two protocols has."""


@dataclasses.dataclass(frozen=True)
class Measurement:
    """A value with its protocol, comparable only to values of the same protocol.

    `<`, `<=`, `>`, `>=`, `-` and sorting work between measurements of equal name and
    protocol; others raise an error that names the differences. NaN, the value of a
    diverged generator, compares false. `float(measurement)` is the value alone.

    Args:
        name: Log key, such as `"fid"`.
        value: The value.
        protocol: Dictionary of all that the value depends on besides the generator:
            strings, numbers, True, False and None.

    Raises:
        ValueError: If two measurements of different names or protocols are compared.

    Example:
    >>> from keras_gan.metrics import Measurement
    >>> ours = Measurement("fid", 9.0, {"num_fake": 50_000})
    >>> earlier = Measurement("fid", 12.0, {"num_fake": 10_000})
    >>> ours < earlier
    Traceback (most recent call last):
    ...
    keras_gan.errors.UserValueError: The protocols of two values of fid differ.
      Expected: equal protocols
      Received: num_fake: 50000 against 10000
      What to do: Measure one again with the other's protocol, or compare float(...)s.
    """

    name: str
    value: float
    protocol: dict[str, Any] = dataclasses.field(default_factory=dict, hash=False)

    def differences(self, other: "Measurement") -> dict[str, tuple[object, object]]:
        """Returns the protocol entries that differ, as `{entry: (own, other's)}`."""
        entries = sorted({*self.protocol, *other.protocol})
        pairs = {
            entry: (
                self.protocol.get(entry, MISSING),
                other.protocol.get(entry, MISSING),
            )
            for entry in entries
        }
        return {entry: pair for entry, pair in pairs.items() if pair[0] != pair[1]}

    def check_comparable(self, other: "Measurement") -> None:
        """Raises an error if another measurement has another name or protocol.

        Raises:
            ValueError: If it has; the error names the differences.
        """
        check(
            self.name == other.name,
            "Two values of different metrics cannot be compared.",
            expected=self.name,
            received=other.name,
            do="Compare values of equal names.",
        )
        differences = self.differences(other).items()
        received = ", ".join(f"{name}: {a} against {b}" for name, (a, b) in differences)
        check(
            not differences,
            f"The protocols of two values of {self.name} differ.",
            expected="equal protocols",
            received=received,
            do="Measure one again with the other's protocol, or compare float(...)s.",
        )

    def apply_operator(self, other: object, function: Callable[[float, float], R]) -> R:
        """Returns `function(value, other's value)`, if the two can be compared."""
        if not isinstance(other, Measurement):
            return NotImplemented
        self.check_comparable(other)
        return function(self.value, other.value)

    def __lt__(self, other: "Measurement") -> bool:
        return self.apply_operator(other, operator.lt)

    def __le__(self, other: "Measurement") -> bool:
        return self.apply_operator(other, operator.le)

    def __gt__(self, other: "Measurement") -> bool:
        return self.apply_operator(other, operator.gt)

    def __ge__(self, other: "Measurement") -> bool:
        return self.apply_operator(other, operator.ge)

    def __sub__(self, other: "Measurement") -> float:
        return self.apply_operator(other, operator.sub)

    def __float__(self) -> float:
        return float(self.value)

    def __str__(self) -> str:
        counts = [self.protocol.get(f"num_{kind}") for kind in ("real", "fake")]
        images = " against ".join(f"{count:,}" for count in counts if count is not None)
        settings = (self.protocol.get(key) for key in ("features", "preprocessing"))
        parts = [f"{images} images" if images else None, *settings]
        summary = ", ".join(str(part) for part in parts if part is not None)
        return f"{self.name} {self.value:.4g}" + (f" ({summary})" if summary else "")

    def save(self, path: StrPath) -> None:
        """Writes the value and its protocol as JSON, atomically.

        Raises:
            OSError: If the folder cannot be written.
        """
        with atomic_file(path) as part:
            part.write_text(json.dumps(self.as_json(), indent=2) + "\n")

    def as_json(self) -> dict[str, Any]:
        """Returns a dictionary for JSON."""
        # JSON has no NaN; null stands for it.
        value = None if math.isnan(self.value) else float(self.value)
        return {**dataclasses.asdict(self), "value": value}

    @classmethod
    def load(cls, path: StrPath, name: str | None = None) -> Self:
        """Reads a file of `save`, or one value of a run.

        Args:
            path: JSON file.
            name: Key in a file of several values, such as the `metrics.json` of
                `keras-gan train`.

        Raises:
            ValueError: If the file contains no measurement.
        """
        try:
            content = json.loads(pathlib.Path(path).expanduser().read_text())
            content = content if name is None else content[name]
            return cls(**{**content, "value": to_float(content["value"])})
        except (ValueError, TypeError, KeyError) as error:
            raise user_error(
                "`path` is not a file of a measurement.",
                expected="JSON with name, value and protocol",
                received=f"{path} ({error})",
                do="Pass a file of Measurement.save, and the name of a value if "
                "it has several.",
            ) from error


def to_float(value: float | None) -> float:
    """Returns a JSON number as `float`; null is NaN."""
    return math.nan if value is None else float(value)
