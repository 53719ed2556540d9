"""Summary of the features of one set of images, which a metric compares."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeAlias

from keras_gan.typing import Array, TensorLike


class Summary(Protocol):
    """What a metric needs of the class of its summaries.

    `Moments`, `Rows` and `Gaussian` are such classes. Called without arguments, the
    class returns the summary of no images.
    """

    @property
    def count(self) -> int:
        """Number of images."""
        ...

    @classmethod
    def from_features(
        cls, features: TensorLike, kind: str = "passed", start: int = 0
    ) -> Self:
        """Returns the summary of one batch.

        Args:
            features: Array of shape `(num_images, num_features)`.
            kind: Set of images, for errors: `"real"` or `"fake"`.
            start: Index of the first image, for errors.
        """
        ...

    def merge(self, other: Self) -> Self:
        """Returns the summary of the union of two sets of images."""
        ...

    def arrays(self) -> dict[str, Array]:
        """Returns the summary as a dictionary of arrays, for a file."""
        ...

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array]) -> Self:
        """Returns the summary whose `arrays()` were stored."""
        ...


if TYPE_CHECKING:
    from typing_extensions import TypeVar

    # Only Python 3.13 has defaults: `SampleMetric` alone means any summary.
    SummaryT = TypeVar("SummaryT", bound=Summary, default=Any)
else:
    from typing import TypeVar

    SummaryT = TypeVar("SummaryT", bound=Summary)

Values: TypeAlias = float | tuple[float, ...]
"""The values of a metric: one, or one for each log key."""
