"""Prints `fd_fashion_mnist` between sets of real images, a lower bound for generators.

    python -m keras_gan.metrics.fashion_mnist.measure FOLDER

The folder has the files of `keras_gan.metrics.fashion_mnist.train`.
"""

import sys
from collections.abc import Iterator

import numpy as np

from keras_gan.metrics import FrechetDistance
from keras_gan.metrics.fashion_mnist.train import load
from keras_gan.typing import UInt8Array


def pairs(
    train: UInt8Array, test: UInt8Array
) -> Iterator[tuple[str, UInt8Array, UInt8Array]]:
    """Yields the sets that are compared: name, real images, other images."""
    generator = np.random.default_rng(0)
    mixed = generator.permutation(test)
    corners = [(0, 0), (0, 1), (1, 0), (1, 1)]
    rolled = [np.roll(test / 4.0, corner, (1, 2)) for corner in corners]
    blurred = np.sum(rolled, axis=0).astype(np.uint8)
    noise = generator.integers(0, 256, test.shape, np.uint8)
    yield "test images, one half and the other", mixed[:5000], mixed[5000:]
    yield "training images and test images", train[:10_000], test
    yield "all training images and test images", train, test
    yield "test images, and each a pixel to the right", test, np.roll(test, 1, axis=2)
    yield "test images, and each averaged over 2x2 pixels", test, blurred
    yield "test images and uniform noise", test, noise


def main() -> None:
    """Prints a table of distances, as Markdown."""
    (train, _), (test, _) = (load(sys.argv[1], split) for split in ("train", "t10k"))
    print("| real | fake | what they are | fd_fashion_mnist |\n|---|---|---|---|")
    for name, real, fake in pairs(train, test):
        metric = FrechetDistance("fashion_mnist")
        metric.update_real(real)
        metric.update_fake(fake)
        print(f"| {len(real):,} | {len(fake):,} | {name} | {metric.result():.3f} |")


if __name__ == "__main__":
    main()
