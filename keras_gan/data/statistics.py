"""Running statistics over the images of a dataset, for its report."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from keras_gan.data import decoding
from keras_gan.data.decoding import EncodedImage, Note
from keras_gan.data.scanning import Entry, ScanResult
from keras_gan.images import grid
from keras_gan.typing import Shape, UInt8Array

NUM_SAMPLES = 64
"""Images in the grid of samples, if they are small."""

MAX_GRID_VALUES = 2**24
"""Pixel values in the grid of samples, which bounds the number of large images."""


class Statistics:
    """Running counts over the `ScanResult`s of a dataset."""

    def __init__(self) -> None:
        self.num_images: int = 0
        self.broken: list[tuple[str, str]] = []
        self.samples: list[EncodedImage] = []
        self.sample_stride: int = 1
        self.sizes: Counter[tuple[int, int]] = Counter()
        self.modes: Counter[str] = Counter()
        self.channels: Counter[int] = Counter()
        self.labels: Counter[int | None] = Counter()
        self.names_by_hash: dict[bytes, list[str]] = defaultdict(list)
        self.names_by_note: dict[Note, list[str]] = defaultdict(list)

    def update(self, result: ScanResult) -> None:
        """Adds the `ScanResult` of one image."""
        entry, shape = result.entry, result.shape
        if shape is None:
            self.broken.append((entry.name, result.reason))
            return
        self.update_samples(entry)
        self.num_images += 1
        self.modes[result.mode] += 1
        self.sizes[shape[0], shape[1]] += 1
        self.channels[shape[2]] += 1
        self.labels[entry.label] += 1
        self.names_by_hash[result.digest].append(entry.name)
        for note in result.notes:
            self.names_by_note[note].append(entry.name)

    def update_samples(self, entry: Entry) -> None:
        """Keeps every `sample_stride`-th image, and doubles the stride when full.

        So the samples are evenly spaced over a dataset of unknown length.
        """
        if self.num_images % self.sample_stride == 0:
            self.samples.append(entry.image)
        if len(self.samples) == 2 * NUM_SAMPLES:
            self.samples = self.samples[::2]
            self.sample_stride *= 2

    def duplicates(self) -> tuple[tuple[str, ...], ...]:
        """Returns the groups of names of images with the same pixels."""
        return tuple(
            tuple(names) for names in self.names_by_hash.values() if len(names) > 1
        )

    def class_counts(self, class_names: Sequence[str] | None) -> dict[str, int]:
        """Returns the number of images of each class, by its name."""
        return {
            name: self.labels[label] for label, name in enumerate(class_names or [])
        }

    def image_shape(self) -> tuple[int, int, int] | None:
        """Returns the most common size and the common channels; None of no image."""
        if not self.num_images:
            return None
        channels = decoding.common_channels(set(self.channels))
        return (*self.sizes.most_common(1)[0][0], channels)

    def sample_grid(self, image_shape: Shape, crop: bool) -> UInt8Array:
        """Returns a grid of sample images, evenly spaced over the dataset."""
        max_count = max(1, MAX_GRID_VALUES // math.prod(image_shape))
        count = min(NUM_SAMPLES, len(self.samples), max_count)
        samples = (
            self.samples[index * len(self.samples) // count] for index in range(count)
        )
        return grid(
            np.stack(
                [decoding.read_image(sample, image_shape, crop) for sample in samples]
            )
        )
