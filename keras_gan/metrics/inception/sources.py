"""Where the weights of the 2015 Inception come from: a path, the cache, the network."""

import hashlib
import http.client
import os
import pathlib
import tempfile
import urllib.request

import keras

from keras_gan.config import check, user_error, writable_folder
from keras_gan.metrics.inception import files
from keras_gan.metrics.inception.weights import Weights, convert, read

VARIABLE = "KERAS_GAN_INCEPTION"
"""Environment variable with the path of the weights."""

CONVERTED = "inception-2015-12-05.npz"
"""File in the cache that `fetch` leaves."""

SECONDS = 30.0
"""How long a server may be silent."""

CHUNK = 2**20


def cache_folder():
    """Returns where Keras keeps models: `models` in KERAS_HOME, or in `~/.keras`."""
    home = os.environ.get("KERAS_HOME", pathlib.Path.home() / ".keras")
    return pathlib.Path(home) / "models"


def locate(path=None):
    """Finds the weights on this machine.

    Args:
        path: The file, if it is known. Else the environment variable
            KERAS_GAN_INCEPTION has it, or one of the known files is in `cache_folder`.

    Returns:
        The path, or `None` if there is no such file in the cache.
    """
    named = path or os.environ.get(VARIABLE)
    if named:
        return pathlib.Path(named)
    names = [each for file in files.KNOWN for each in (file.name, *file.names)]
    places = [cache_folder() / name for name in (CONVERTED, *names)]
    return next((place for place in places if place.is_file()), None)


def download(address, file, path):
    """Fetches a known file, and verifies it.

    Raises:
        OSError: If the connection fails or is cut.
        ValueError: If what came is not the file.
    """
    print(f"Fetching {address}")
    digest, count = hashlib.sha256(), 0
    progress = keras.utils.Progbar(file.size, unit_name="byte")
    with (
        urllib.request.urlopen(address, timeout=SECONDS) as response,
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


def fetch(folder=None):
    """Fetches the weights, verifies them, and converts them for the cache.

    Nothing is left behind if it fails. Call it once on a machine with a network;
    nothing else in this library fetches, but for the metrics over this network when
    they are made and the weights are not there.

    Args:
        folder: Where to put them; by default the cache of Keras.

    Returns:
        Path of the converted file.

    Raises:
        FileNotFoundError: If no address gives the file; it tells what to do instead.
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
    raise missing(folder, failures)


def missing(folder, failures):
    """Returns the error that tells what can be done without a network."""
    known = "".join(f"\n    {file.describe()}" for file in files.KNOWN)
    return user_error(
        "The weights of the 2015 Inception are not on this machine, and could not be "
        "fetched.",
        expected=f"one of these files:{known}",
        received="".join(f"\n    {failure}" for failure in failures),
        do="Bring one of them here and name it, FID(weights=path), or set the "
        f"environment variable {VARIABLE} to its path, or put it into {folder} under "
        "its name. A Fréchet distance that needs no file is "
        'FrechetDistance("fashion_mnist"), which logs as fd_fashion_mnist.',
        kind=FileNotFoundError,
    )


def load(weights=None):
    """Returns the weights of the 2015 Inception: those of a file, or of the cache.

    If they are not on this machine they are fetched, once.

    Args:
        weights: Path of a known file or of a converted one, `Weights` (of `read`, for
            other weights of the same shape), or `None`: looked for as `locate` tells.

    Returns:
        `Weights`.

    Raises:
        FileNotFoundError: If there is no file, and none can be fetched.
        ValueError: If the file is broken, altered, or unknown.
    """
    if isinstance(weights, Weights):
        return weights
    path = locate(weights) or fetch()
    found = read(path)
    check(
        found.known,
        f"{path} is not a file of the weights with which the FID is computed.",
        expected="".join(f"\n    {file.describe()}" for file in files.KNOWN),
        received=f"{found.name}, {found.size:,} bytes, sha256 {found.sha256}",
        do="Fetch it again: it is altered, or not copied whole. For weights of your "
        "own, FrechetDistance(features.Inception(weights=inception.read(path))): its "
        "number is logged under another name.",
    )
    return found
