"""Location of the 2015 Inception's weights: a path, the cache, or a download."""

import hashlib
import http.client
import os
import pathlib
import tempfile
import urllib.request
from collections.abc import Sequence

import keras

from keras_gan.errors import check, user_error
from keras_gan.files import writable_folder
from keras_gan.metrics.inception import files
from keras_gan.metrics.inception.weights import Weights, convert, read
from keras_gan.typing import StrPath

VARIABLE = "KERAS_GAN_INCEPTION"
"""Environment variable with the path of the weights."""

CONVERTED = "inception-2015-12-05.npz"
"""File that `fetch` writes to the cache."""

TIMEOUT = 30.0
"""Timeout of a connection in seconds."""

CHUNK = 2**20


def cache_folder() -> pathlib.Path:
    """Returns Keras's folder of models: `models` in KERAS_HOME, or in `~/.keras`."""
    home = os.environ.get("KERAS_HOME", pathlib.Path.home() / ".keras")
    return pathlib.Path(home) / "models"


def locate(path: StrPath | None = None) -> pathlib.Path | None:
    """Returns the path of the weights on this machine.

    Args:
        path: Path of the file. None: the environment variable KERAS_GAN_INCEPTION, or
            a known file in `cache_folder`.

    Returns:
        The path, or `None` if there is none.
    """
    explicit = path or os.environ.get(VARIABLE)
    if explicit:
        return pathlib.Path(explicit)
    names = [name for file in files.KNOWN for name in (file.name, *file.names)]
    paths = [cache_folder() / name for name in (CONVERTED, *names)]
    return next((path for path in paths if path.is_file()), None)


def download(address: str, file: files.KnownFile, path: pathlib.Path) -> None:
    """Downloads a known file, and verifies it.

    Raises:
        OSError: If the connection fails or is cut.
        ValueError: If the content is not that of the file.
    """
    print(f"Downloading {address}")
    digest, count = hashlib.sha256(), 0
    progress = keras.utils.Progbar(file.size, unit_name="byte")
    with (
        urllib.request.urlopen(address, timeout=TIMEOUT) as response,
        open(path, "wb") as target,
    ):
        while count <= file.size and (chunk := response.read(CHUNK)):
            target.write(chunk)
            digest.update(chunk)
            count += len(chunk)
            progress.update(min(count, file.size))
    if count < file.size:
        raise ConnectionError(f"cut after {count:,} of {file.size:,} bytes")
    if count > file.size:
        raise ValueError(f"more than the {file.size:,} bytes of the file")
    if file.sha256 not in (None, digest.hexdigest()):
        raise ValueError(f"its sha256 is {digest.hexdigest()}")


def fetch(folder: StrPath | None = None) -> pathlib.Path:
    """Downloads the weights, verifies them, and converts them for the cache.

    No file is left if it fails. Metrics with this network call it when they are created
    and the weights are missing; nothing else in this library downloads files.

    Args:
        folder: Target folder; by default the cache of Keras.

    Returns:
        Path of the converted file.

    Raises:
        FileNotFoundError: If all downloads fail; the error lists alternatives.
        OSError: If the folder cannot be written.
    """
    folder = writable_folder(folder or cache_folder())
    failures = []
    for file in files.KNOWN:
        for address in file.addresses if file.fetched else ():
            try:
                with tempfile.TemporaryDirectory(dir=folder) as scratch:
                    path = pathlib.Path(scratch, file.name)
                    download(address, file, path)
                    return convert(path, folder / CONVERTED, overwrite=True)
            except (OSError, ValueError, http.client.HTTPException) as error:
                failures.append(f"{address}: {error}")
    raise missing_error(folder, failures)


def missing_error(folder: pathlib.Path, failures: Sequence[str]) -> Exception:
    """Returns the error about missing weights, with the alternatives."""
    known = "".join(f"\n    {file.describe()}" for file in files.KNOWN)
    return user_error(
        "The weights of the 2015 Inception are not on this machine, and could not be "
        "downloaded.",
        expected=f"one of these files:{known}",
        received="".join(f"\n    {failure}" for failure in failures),
        do="Copy one of them to this machine and pass FID(weights=path), or set the "
        f"environment variable {VARIABLE} to its path, or copy it to {folder} under "
        'its name. FrechetDistance("fashion_mnist"), which logs as fd_fashion_mnist, '
        "needs no file.",
        kind=FileNotFoundError,
    )


def load(weights: StrPath | Weights | None = None) -> Weights:
    """Returns the weights of the 2015 Inception, from a file, the cache or a download.

    Args:
        weights: Path of a known or a converted file, `Weights` (of `read`, for other
            weights of the same shapes), or `None`: the file of `locate`, or a download.

    Returns:
        `Weights`.

    Raises:
        FileNotFoundError: If there is no file, and it cannot be downloaded.
        ValueError: If the file is broken, altered, or unknown.
    """
    if isinstance(weights, Weights):
        return weights
    path = locate(weights) or fetch()
    file_weights = read(path)
    check(
        file_weights.known,
        f"{path} is not a file of the original weights, which define the FID.",
        expected="".join(f"\n    {file.describe()}" for file in files.KNOWN),
        received=f"{file_weights.name}, {file_weights.size:,} bytes, sha256 "
        f"{file_weights.sha256}",
        do="Download it again: it is altered or incomplete. For your own weights use "
        "FrechetDistance(features.Inception(weights=inception.read(path))), which is "
        "logged under another name.",
    )
    return file_weights
