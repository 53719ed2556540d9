"""What is in a data set: counts, sizes, broken files, duplicates, a picture."""

import collections
import dataclasses
import hashlib
import math
import os
import pathlib

import numpy as np

from keras_gan.config import check as expect
from keras_gan.data import named, decoding, options, sources
from keras_gan.data.directory import Folder
from keras_gan.images import enlarge, grid, save_png

NUM_SHOWN = 64
"""Images in the picture, if they are small."""

LARGEST = 2**24
"""Values in the picture: of large images it shows fewer."""

FEW = 1000
"""Images below which a GAN usually learns them by heart."""

DOMINANCE = 3.0
"""Times the mean of the other classes from which a class dominates."""

LINES = 20
"""Groups of duplicates that are printed."""


@dataclasses.dataclass(frozen=True, eq=False)
class Report:
    """What `check` found; `print` it.

    Args:
        source: Name or folder.
        num_images: Pictures that can be read.
        sizes: Dictionary from `(height, width)` to the number of pictures.
        modes: Dictionary from Pillow's modes (L is gray) to the number of pictures.
        broken: Pairs of the name of a broken picture and the reason.
        duplicates: Tuples of the names of pictures with the same pixels.
        classes: Dictionary from the names of the classes to the number of pictures.
        warnings: Sentences with advice.
        image_shape: `(height, width, channels)` that the networks will see, or None.
        picture: `uint8` array of a grid of images of that shape, or None.
    """

    source: str
    num_images: int
    sizes: dict
    modes: dict
    broken: tuple
    duplicates: tuple
    classes: dict
    warnings: tuple
    image_shape: tuple | None
    picture: np.ndarray | None = dataclasses.field(repr=False)

    @property
    def ok(self):
        """Whether there is something to read and nothing broken."""
        return self.num_images > 0 and not self.broken

    def save_picture(self, path):
        """Writes what the networks will see as a PNG file, enlarged.

        Raises:
            ValueError: If no picture can be read.
        """
        expect(
            self.picture is not None,
            f"There is no picture to show of {self.source}.",
            expected="at least one picture that can be read",
            received=f"{len(self.broken)} broken ones",
            do="Mend them, or name other data.",
        )
        save_png(path, enlarge(self.picture))

    def __str__(self):
        shape = "x".join(map(str, self.image_shape or ())) or "nothing"
        sizes = {f"{width}x{height}": n for (height, width), n in self.sizes.items()}
        rows = {
            "images": f"{self.num_images:,}",
            "sizes": listed(sizes) + " (width x height)" if sizes else "none",
            "modes": listed(self.modes),
            "classes": listed(self.classes),
            "broken": f"{len(self.broken):,}",
            "duplicates": f"{len(self.duplicates):,} (groups of equal pictures)",
            "networks see": f"{shape} (height x width x channels)",
        }
        lines = [self.source, *(f"  {key:<14}{text}" for key, text in rows.items())]
        if self.broken:
            lines += ["Broken:", *(f"  {name}: {why}" for name, why in self.broken)]
        if self.duplicates:
            groups = [f"  {' = '.join(names)}" for names in self.duplicates[:LINES]]
            more = len(self.duplicates) - LINES
            rest = [f"  and {more:,} more: report.duplicates"] if more > 0 else []
            lines += ["Equal pictures:", *groups, *rest]
        if self.warnings:
            lines += ["Advice:", *(f"  - {warning}" for warning in self.warnings)]
        return "\n".join(lines)


def listed(counts):
    """Returns counts as a line, the largest first."""
    largest = sorted(counts.items(), key=lambda item: -item[1])
    shown = ", ".join(f"{key}: {count:,}" for key, count in largest[:12])
    return shown + (f", and {len(largest) - 12} more" if len(largest) > 12 else "")


def check(source, image_shape=None, crop=True, split="train", data_dir=None):
    """Looks at every picture of a data set and reports what is in it.

    It does not stop at a broken picture, and changes nothing.

    Args:
        source: Folder of pictures, or name of a data set as in `load`.
        image_shape: `(height, width, channels)` that the pictures will be brought to,
            or None for their own.
        crop: Whether that crops the middle (else it squeezes).
        split: Name of the split of a named data set.
        data_dir: Folder of prepared sets, as in `load`.

    Returns:
        A `Report`.

    Raises:
        ValueError: If there is no such folder or name.

    Example:
    >>> import keras_gan as kg
    >>> report = kg.data.check("fashion_mnist_10k")
    >>> report.num_images, report.sizes, report.ok
    (10000, {(28, 28): 10000}, True)
    """
    if image_shape is not None:
        image_shape = options.image_shape(image_shape)
    folder = (
        isinstance(source, pathlib.Path) or os.sep in source or (os.path.isdir(source))
    )
    found = Folder(source) if folder else named.find(source, split, data_dir)
    tally = Tally()
    for finding in sources.scan(found.entries()):
        tally.add(finding)
    shape = image_shape or tally.shape()
    return Report(
        source=str(source),
        num_images=tally.num_images,
        sizes=dict(tally.sizes),
        modes=dict(tally.modes),
        broken=tuple(tally.broken),
        duplicates=tally.duplicates(),
        classes=tally.named_classes(found.class_names),
        warnings=tuple(advice(tally, found, image_shape)),
        image_shape=shape,
        picture=tally.picture(shape, crop) if shape else None,
    )


class Tally:
    """What a pass has found so far."""

    def __init__(self):
        self.num_images, self.broken, self.shown, self.stride = 0, [], [], 1
        self.sizes, self.modes = collections.Counter(), collections.Counter()
        self.channels, self.labels = collections.Counter(), collections.Counter()
        self.names = collections.defaultdict(list)

    def add(self, finding):
        """Counts one picture."""
        entry, mode, pixels, reason = finding
        if reason:
            self.broken.append((entry.name, reason))
            return
        self.keep(entry)
        self.num_images += 1
        self.modes[mode] += 1
        self.sizes[pixels.shape[:2]] += 1
        self.channels[pixels.shape[2]] += 1
        self.labels[entry.label] += 1
        content = str(pixels.shape).encode() + pixels.tobytes()
        self.names[hashlib.blake2b(content, digest_size=16).digest()].append(entry.name)

    def keep(self, entry):
        """Keeps pictures to show, evenly spaced over all: thins them out when full."""
        if self.num_images % self.stride == 0:
            self.shown.append(entry.picture)
        if len(self.shown) == 2 * NUM_SHOWN:
            self.shown, self.stride = self.shown[::2], 2 * self.stride

    def duplicates(self):
        """Returns the groups of names with the same pixels."""
        return tuple(tuple(names) for names in self.names.values() if len(names) > 1)

    def named_classes(self, class_names):
        """Returns how many pictures each class has, by its name."""
        names = enumerate(class_names or [])
        return {name: self.labels[number] for number, name in names}

    def shape(self):
        """Returns the commonest size with the channels of all, or None of nothing."""
        if not self.num_images:
            return None
        channels = decoding.common_channels(set(self.channels))
        return (*self.sizes.most_common(1)[0][0], channels)

    def picture(self, image_shape, crop):
        """Returns the grid of the pictures to show."""
        few = max(1, LARGEST // math.prod(image_shape))
        count = min(NUM_SHOWN, len(self.shown), few)
        places = [place * len(self.shown) // count for place in range(count)]
        read = (decoding.read_image(self.shown[i], image_shape, crop) for i in places)
        return grid(np.stack(list(read)))


def advice(tally, source, image_shape):
    """Yields sentences on what may go wrong in training, and what to do."""
    yield from advice_on_files(tally, source)
    if not tally.num_images:
        return
    yield from advice_on_shapes(tally, image_shape)
    if tally.num_images < FEW:
        yield (
            f"Few images: {tally.num_images}. A GAN learns them by heart: add more, or "
            "train with flip=True or differentiable augmentation."
        )
    if copies := sum(len(names) - 1 for names in tally.duplicates()):
        yield f"Copies of other pictures: {copies:,}. Remove them."
    yield from advice_on_classes(tally, source.class_names)


def advice_on_files(tally, source):
    """Yields what to do about files that are broken, or not where they should be."""
    if not tally.num_images:
        yield "No picture can be read here: nothing can be trained."
    if tally.broken:
        yield "Training refuses broken pictures: remove them or write them anew."
    if isinstance(source, Folder) and source.unclassified_files and source.class_names:
        yield (
            "Pictures lie both directly in the folder and in folders below it: "
            "training refuses that. Move them into one folder, or one per class."
        )
    if isinstance(source, Folder) and source.ignored:
        endings = sorted({path.suffix for path in source.ignored})
        yield f"Other files, ignored: {len(source.ignored):,} ({' '.join(endings)})."


def advice_on_shapes(tally, image_shape):
    """Yields what to do about sizes and channels that differ."""
    height, width, channels = tally.shape()
    if len(tally.sizes) > 1 and not image_shape:
        yield (
            f"The pictures have {len(tally.sizes)} sizes: training needs an "
            f"image_shape, e.g. ({height}, {width}, {channels}), at the command line "
            f"--image-shape {height},{width},{channels}. The picture shows them so."
        )
    if image_shape and (
        smaller := sum(
            count
            for (high, wide), count in tally.sizes.items()
            if high < image_shape[0] or wide < image_shape[1]
        )
    ):
        yield f"Pictures smaller than image_shape: {smaller:,}. They get blurred."
    if tally.channels[1] and len(tally.channels) > 1:
        yield (
            f"Gray pictures among others: {tally.channels[1]:,}. All become RGB; an "
            "image_shape with 1 channel makes all gray."
        )
    if tally.channels[4] and len(tally.channels) > 1:
        count = tally.channels[4]
        yield f"Pictures with alpha: {count:,}. What is transparent is white."
    if channels == 4:
        yield (
            "All pictures have alpha, so the networks see 4 channels. An image_shape "
            "with 3 channels puts them on white."
        )


def advice_on_classes(tally, class_names):
    """Yields what to do about a class that has far more pictures than the others."""
    counts = tally.named_classes(class_names)
    if len(counts) < 2:
        return
    name = max(counts, key=counts.get)
    others = (sum(counts.values()) - counts[name]) / (len(counts) - 1)
    if counts[name] > DOMINANCE * others:
        yield (
            f'The class "{name}" dominates: {counts[name]:,} pictures against '
            f"{others:,.0f} in the mean of the others. Balance them, or most samples "
            "will be of that class."
        )
