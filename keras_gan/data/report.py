"""Report on a dataset: counts, sizes, broken files, duplicates, sample images."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from keras_gan.data import named, sources
from keras_gan.data.filenames import enumerate_names, printable
from keras_gan.data.folders.directory import Folder
from keras_gan.data.options import ImageShape
from keras_gan.data.sources import Source
from keras_gan.data.statistics import Statistics
from keras_gan.errors import user_error
from keras_gan.images import enlarge, save_image
from keras_gan.typing import Shape, StrPath, UInt8Array
from keras_gan.validation import validated

FEW_IMAGES = 1000
"""Number of images below which a GAN usually memorizes them."""

IMBALANCE = 3.0
"""Ratio of a class's size to the mean of the others from which a warning is given."""

MAX_DUPLICATE_LINES = 20
"""Groups of duplicates that are printed."""


@dataclasses.dataclass(frozen=True, eq=False)
class Report:
    """Result of `check`: `print` it, or read its attributes.

    Args:
        source: Name or folder.
        num_images: Number of images that can be decoded.
        sizes: Dictionary from `(height, width)` to the number of images.
        modes: Dictionary from Pillow's modes (L is gray) to the number of images.
        broken: Pairs of the name of a broken image and the reason.
        duplicates: Tuples of the names of images with the same pixels.
        classes: Dictionary from the names of the classes to the number of images.
        warnings: Sentences with advice.
        image_shape: `(height, width, channels)` of the input of the networks, or None.
        picture: `uint8` array of a grid of images of that shape, or None.
        problems: Errors that training raises, other than for broken images.
    """

    source: str
    num_images: int
    sizes: Mapping[tuple[int, int], int]
    modes: Mapping[str, int]
    broken: tuple[tuple[str, str], ...]
    duplicates: tuple[tuple[str, ...], ...]
    classes: Mapping[str, int]
    warnings: tuple[str, ...]
    image_shape: Shape | None
    picture: UInt8Array | None = dataclasses.field(repr=False)
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether training accepts the images: at least one, and none is broken."""
        return self.num_images > 0 and not self.broken and not self.problems

    def save_picture(self, path: StrPath) -> None:
        """Writes the grid of images, in the networks' input shape, as PNG or JPEG.

        Small images are enlarged.

        Args:
            path: Path of the file.

        Raises:
            ValueError: If no image can be decoded.
        """
        if self.picture is None:
            raise user_error(
                f"There is no image to show in {self.source}.",
                expected="at least one image that can be decoded",
                received=f"{len(self.broken)} broken images",
                do="Repair them, or pass other data.",
            )
        save_image(path, enlarge(self.picture))

    def __str__(self) -> str:
        shape = "x".join(map(str, self.image_shape or ())) or "nothing"
        sizes = {
            f"{width}x{height}": count for (height, width), count in self.sizes.items()
        }
        rows = {
            "images": f"{self.num_images:,}",
            "sizes": format_counts(sizes) + " (width x height)" if sizes else "none",
            "modes": format_counts(self.modes),
            "classes": format_counts(self.classes),
            "broken": f"{len(self.broken):,}",
            "duplicates": f"{len(self.duplicates):,} (groups of equal images)",
            "networks see": f"{shape} (height x width x channels)",
        }
        lines = [self.source, *(f"  {key:<14}{text}" for key, text in rows.items())]
        if self.problems:
            lines += ["Errors:", *(f"  {problem}" for problem in self.problems)]
        if self.broken:
            lines += ["Broken:", *(f"  {name}: {why}" for name, why in self.broken)]
        if self.duplicates:
            lines += ["Equal images:", *self.duplicate_lines()]
        if self.warnings:
            lines += ["Advice:", *(f"  - {warning}" for warning in self.warnings)]
        return "\n".join(lines)

    def duplicate_lines(self) -> list[str]:
        """Returns a line for each of the first groups of equal images."""
        groups = self.duplicates[:MAX_DUPLICATE_LINES]
        lines = [f"  {' = '.join(names)}" for names in groups]
        num_more = len(self.duplicates) - len(groups)
        if num_more:
            lines.append(f"  and {num_more:,} more: report.duplicates")
        return lines


def format_counts(counts: Mapping[str, int]) -> str:
    """Returns a dictionary of counts as one line, in decreasing order."""
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    line = ", ".join(f"{key}: {count:,}" for key, count in ordered[:12])
    return line + (f", and {len(ordered) - 12} more" if len(ordered) > 12 else "")


@validated
def check(
    source: StrPath,
    image_shape: ImageShape | None = None,
    crop: bool = True,
    split: str = "train",
    data_dir: StrPath | None = None,
) -> Report:
    """Returns a report on every image of a dataset: sizes, broken files, duplicates.

    Broken images do not raise an error, and no file is changed.

    Args:
        source: Name or path of the data, as in `load`.
        image_shape: `(height, width, channels)` that the images will be resized to, or
            None for no change.
        crop: Whether a resize center-crops to the new aspect ratio (else it distorts).
        split: Name of the split, as in `load`.
        data_dir: Folder of prepared datasets, as in `load`.

    Returns:
        A `Report`.

    Raises:
        ValueError: If there is no such name or path, or an archive or file is broken.

    Example:
    >>> import keras_gan as kg
    >>> report = kg.data.check("fashion_mnist_10k")
    >>> report.num_images, report.sizes, report.ok
    (10000, {(28, 28): 10000}, True)
    """
    image_source = named.find_source(source, split, data_dir)
    statistics = Statistics()
    for result in sources.scan(image_source.entries()):
        statistics.update(result)
    shape = image_shape or statistics.image_shape()
    has_images = statistics.num_images > 0
    return Report(
        source=printable(source),
        num_images=statistics.num_images,
        sizes=dict(statistics.sizes),
        modes=dict(statistics.modes),
        broken=(*image_source.broken, *statistics.broken),
        duplicates=statistics.duplicates(),
        classes=statistics.class_counts(image_source.class_names),
        warnings=tuple(advice(statistics, image_source, image_shape)),
        image_shape=shape,
        picture=statistics.sample_grid(shape, crop) if shape and has_images else None,
        problems=tuple(str(error).split("\n")[0] for error in image_source.problems()),
    )


def advice(
    statistics: Statistics, source: Source, image_shape: Shape | None
) -> Iterator[str]:
    """Yields sentences on possible problems of training, and what to do."""
    yield from advice_on_files(statistics, source)
    common_shape = statistics.image_shape()
    if not common_shape:
        return
    yield from advice_on_shapes(statistics, image_shape, common_shape)
    if statistics.num_images < FEW_IMAGES:
        yield (
            f"Few images: {statistics.num_images}. A GAN memorizes them: add more, or "
            "train with flip=True or differentiable augmentation."
        )
    if copies := sum(len(names) - 1 for names in statistics.duplicates()):
        yield f"Copies of other images: {copies:,}. Remove them."
    yield from advice_on_classes(statistics, source.class_names)


def advice_on_files(statistics: Statistics, source: Source) -> Iterator[str]:
    """Yields advice on files that are broken or misplaced."""
    if not statistics.num_images:
        yield "No image can be decoded: training is not possible."
    if statistics.broken or source.broken:
        yield (
            "Broken images raise an error in training: remove them or write them again."
        )
    if isinstance(source, Folder) and source.unclassified_files and source.subfolders:
        yield (
            "Images are both directly in the folder and in subfolders, which raises an "
            "error in training. Move them into one folder, or one per class."
        )
    yield from source.doubts()
    yield from source.notes()
    for note, names in statistics.names_by_note.items():
        yield (f"Images with {note.value}: {len(names):,} ({enumerate_names(names)}).")


def advice_on_shapes(
    statistics: Statistics,
    image_shape: Shape | None,
    common_shape: tuple[int, int, int],
) -> Iterator[str]:
    """Yields advice on sizes and channels that differ."""
    height, width, channels = common_shape
    if len(statistics.sizes) > 1 and not image_shape:
        yield (
            f"The images have {len(statistics.sizes)} sizes: training needs an "
            f"image_shape, e.g. ({height}, {width}, {channels}), at the command line "
            f"--image-shape {height},{width},{channels}. The grid shows that shape."
        )
    if image_shape and (
        num_smaller := sum(
            count
            for size, count in statistics.sizes.items()
            if size[0] < image_shape[0] or size[1] < image_shape[1]
        )
    ):
        yield (
            f"Images smaller than image_shape: {num_smaller:,}. They become blurred."
        )
    if statistics.channels[1] and len(statistics.channels) > 1:
        yield (
            f"Gray images among others: {statistics.channels[1]:,}. All become RGB; an "
            "image_shape with 1 channel makes all gray."
        )
    if statistics.channels[4] and len(statistics.channels) > 1:
        count = statistics.channels[4]
        yield (
            f"Images with alpha: {count:,}. Transparent pixels are blended with white."
        )
    if channels == 4:
        yield (
            "All images have alpha, so the networks see 4 channels. An image_shape "
            "with 3 channels blends them with white."
        )


def advice_on_classes(
    statistics: Statistics, class_names: Sequence[str] | None
) -> Iterator[str]:
    """Yields advice on a class with far more images than the others."""
    counts = statistics.class_counts(class_names)
    if len(counts) < 2:
        return
    name = max(counts, key=counts.__getitem__)
    others = (sum(counts.values()) - counts[name]) / (len(counts) - 1)
    if counts[name] > IMBALANCE * others:
        yield (
            f'The class "{name}" dominates: {counts[name]:,} images against '
            f"{others:,.0f} in the mean of the others. Balance them, or most samples "
            "will be of that class."
        )
