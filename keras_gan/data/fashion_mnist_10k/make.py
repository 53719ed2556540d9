"""Writes `images.npz` from the files of Debian's package `dataset-fashion-mnist`.

    apt-get install dataset-fashion-mnist
    python keras_gan/data/fashion_mnist_10k/make.py

An argument sets another folder of the files. It prints the SHA-256 of `images.npz`,
which `README.md` states.
"""

import hashlib
import io
import pathlib
import sys
import zipfile

import numpy as np

from keras_gan.data import embedded
from keras_gan.typing import Array

IMAGES = pathlib.Path(__file__).with_name("images.npz")


def write_npz(path: pathlib.Path, **arrays: Array) -> None:
    """Writes arrays as `np.savez_compressed` does, with the same bytes each time."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array)
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, buffer.getvalue(), compresslevel=9)


def main() -> None:
    """Reads the test split, writes it, and prints the file's size and SHA-256."""
    folder = sys.argv[1] if len(sys.argv) > 1 else embedded.DEBIAN
    arrays = embedded.full_split(folder, "test")
    write_npz(
        IMAGES, images=arrays.images[..., 0], labels=arrays.labels.astype(np.uint8)
    )
    content = IMAGES.read_bytes()
    print(f"{IMAGES.name}: {len(content):,} bytes, {arrays.images.shape[0]:,} images")
    print(f"SHA-256: {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
