"""The weights of the 2015 Inception: read from a file, checked, converted."""

import dataclasses
import functools
import hashlib
import io
import json
import pathlib

import numpy as np

from keras_gan.config import atomic_file, check, user_error
from keras_gan.metrics.inception import files
from keras_gan.metrics.inception.checkpoints import read_checkpoint
from keras_gan.metrics.inception.graphs import read_archive, read_graph
from keras_gan.metrics.inception.network import tensor_shapes

ORIGIN = "origin"
"""Member of a converted file that tells where the weights came from."""


@dataclasses.dataclass(frozen=True, eq=False)
class Weights:
    """The 472 tensors of the network, and the file that they came from.

    Args:
        tensors: Dictionary from TensorFlow's names to `float32` arrays, before the
            normalization is folded into the kernels.
        name: Name of the file that somebody published.
        size: Its bytes.
        sha256: Of the file, in hexadecimal.
    """

    tensors: dict
    name: str
    size: int
    sha256: str

    @functools.cached_property
    def fingerprint(self):
        """The sha256 of the tensors: the same for the same weights in any file."""
        digest = hashlib.sha256()
        for name in sorted(self.tensors):
            array = np.ascontiguousarray(self.tensors[name], "<f4")
            digest.update(f"{name}{array.shape}".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()

    @property
    def known(self):
        """Whether the file is one of those with which the FID is computed."""
        ending = pathlib.Path(self.name).suffix
        return any(
            (ending, self.size) == (pathlib.Path(file.name).suffix, file.size)
            and file.sha256 in (None, self.sha256)
            for file in files.KNOWN
        )


def published(reader):
    """Returns a function that makes `Weights` of a published file by its reader."""

    def read(name, data):
        sha256 = hashlib.sha256(data).hexdigest()
        return Weights(reader(data), name, len(data), sha256)

    return read


def converted(name, data):
    """Makes `Weights` of a file that `convert` wrote, if it is as it was written."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        tensors = {key: arrays[key] for key in arrays.files if key != ORIGIN}
        origin = json.loads(arrays[ORIGIN].item())
    weights = Weights(tensors, origin["name"], origin["size"], origin["sha256"])
    if weights.fingerprint != origin["fingerprint"]:
        raise ValueError("the tensors are not those that were converted")
    return weights


READERS = {
    ".npz": converted,
    ".pb": published(read_graph),
    ".tgz": published(read_archive),
    ".pth": published(read_checkpoint),
}
"""By the ending of a file: functions from its name and content to `Weights`."""


def read(path):
    """Reads weights of the 2015 Inception's shape, the original ones or others.

    Nothing of the file is run. `Weights.known` tells whether it is a file of the
    original weights.

    Args:
        path: The original archive (`.tgz`) or graph (`.pb`), a checkpoint of PyTorch
            (`.pth`), or what `convert` wrote (`.npz`).

    Returns:
        `Weights`.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If its ending is another, it is broken or altered, or it does not
            hold the tensors of the network.
    """
    path = pathlib.Path(path)
    if not path.is_file():
        raise user_error(
            "There is no file of Inception weights here.",
            expected=f"a file that ends in {', '.join(READERS)}",
            received=str(path),
            do="Look at the path, and at KERAS_GAN_INCEPTION if you did not pass one. "
            "These files are known:"
            + "".join(f"\n    {file.describe()}" for file in files.KNOWN),
            kind=FileNotFoundError,
        )
    size = path.stat().st_size
    check(
        path.suffix in READERS and size <= files.LARGEST,
        f"{path} is no file of Inception weights.",
        expected=f"a file that ends in {', '.join(READERS)}, of 100 MB or less",
        received=f"{size:,} bytes, ending {path.suffix!r}",
        do=f"Pass one of these files: {'; '.join(file.name for file in files.KNOWN)}.",
    )
    try:
        weights = READERS[path.suffix](path.name, path.read_bytes())
    except Exception as error:  # a broken file breaks its reader in many ways
        raise user_error(
            f"The Inception weights in {path} cannot be read; nothing of it was run.",
            expected="a whole file, as it was published or converted",
            received=f"{type(error).__name__}: {error}",
            do="Fetch or convert it again; convert only files that you trust.",
        ) from error
    return checked(weights, path)


def checked(weights, path):
    """Returns `Weights` after a look at the names, shapes and numbers of the tensors.

    Raises:
        ValueError: If a tensor is missing, too many, or of another kind.
    """
    expected = {name: ("float32", shape) for name, shape in tensor_shapes().items()}
    found = {
        name: (str(array.dtype), array.shape) for name, array in weights.tensors.items()
    }
    odd = [
        f"{name}: {found.get(name)} and not {expected.get(name)}"
        for name in sorted(expected.keys() | found.keys())
        if found.get(name) != expected.get(name)
    ]
    odd = odd or [
        f"{name}: NaN or infinity"
        for name, array in weights.tensors.items()
        if not np.isfinite(array).all()
    ]
    check(
        not odd,
        f"{path} does not hold the weights of the 2015 Inception.",
        expected=f"its {len(expected)} tensors of finite float32 numbers",
        received=f"{len(odd)} that are missing or others; {'; '.join(odd[:3])}",
        do="keras.applications and torchvision have another Inception; take one of "
        f"these files: {'; '.join(file.name for file in files.KNOWN)}.",
    )
    return weights


def convert(source, target, overwrite=False):
    """Converts a file of weights to one that loads without its reader, and verifies.

    The name, the size and the sha256 of the source are kept inside, and the sha256 of
    the tensors, which is checked at each load.

    Args:
        source: What `read` takes.
        target: File to write, which ends in `.npz`.
        overwrite: Whether to replace a file of this name.

    Returns:
        Path of the file.

    Raises:
        ValueError: If the source cannot be read, or the target ends otherwise.
        OSError: If the target cannot be written, or exists and is to stay.
    """
    target = pathlib.Path(target)
    check(
        target.suffix == ".npz",
        "Converted Inception weights have one form.",
        expected="a target that ends in .npz",
        received=str(target),
        do=f"Write to {target.with_suffix('.npz')}.",
    )
    weights = read(source)
    origin = {
        "name": weights.name,
        "size": weights.size,
        "sha256": weights.sha256,
        "fingerprint": weights.fingerprint,
    }
    with atomic_file(target, overwrite) as part:
        np.savez(part, **{ORIGIN: json.dumps(origin)}, **weights.tensors)
    return target
