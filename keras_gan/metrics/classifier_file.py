"""Files of feature networks: their protocols, their sha256, and how they are loaded."""

import hashlib
import json
import pathlib
import zipfile

import keras

from keras_gan.config import atomic_file, check, user_error


def protocol_path(path):
    """Returns where the protocol of a classifier's file lies: beside it.

    Example:
    >>> protocol_path("models/shoes.keras").as_posix()
    'models/shoes.keras.json'
    """
    return pathlib.Path(f"{path}.json")


def write_protocol(path, record, protocol):
    """Writes how a file of weights was made, and its sha256.

    Args:
        path: The file.
        record: Dictionary from `trained`.
        protocol: JSON file to write.

    Returns:
        What was written, a dictionary.
    """
    record = {"weights": path.name, "sha256": sha256_of(path), **record}
    with atomic_file(protocol) as part:
        part.write_text(json.dumps(record, indent=2) + "\n")
    return record


def read_protocol(path):
    """Reads what `write_protocol` wrote.

    Raises:
        ValueError: If it is no such file.
    """
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise user_error(
            "The protocol of a feature network cannot be read.",
            expected="a JSON file that `keras-gan features train` wrote",
            received=f"{path} ({error})",
            do="Remove it, or copy it again.",
        ) from error


def sha256_of(path):
    """Returns the sha256 of a file, in hexadecimal."""
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def check_whole(path, sha256, do):
    """Makes sure that a file is the one that was written.

    Args:
        path: The file.
        sha256: What its sha256 was.
        do: What to do if it is another.

    Raises:
        ValueError: If it was altered.
    """
    found = sha256_of(path)
    check(
        found == sha256,
        f"{path} was altered, or not copied whole.",
        expected=f"sha256 {sha256}",
        received=f"sha256 {found}",
        do=do,
    )


def load(path):
    """Loads a Keras model, after a look at the protocol beside it, if there is one.

    Args:
        path: A `.keras` file.

    Raises:
        ValueError: If there is no such file, it holds no Keras model, or its sha256 is
            not that of its protocol.
    """
    check(
        pathlib.Path(path).is_file(),
        "There is no file of a feature network here.",
        expected="a .keras file, such as `keras-gan features train` writes",
        received=f"{path}",
        do=f"Look at the path; a relative one starts at {pathlib.Path.cwd()}.",
    )
    if protocol_path(path).is_file():
        sha256 = read_protocol(protocol_path(path)).get("sha256")
        check_whole(path, sha256, f"Copy both again, or remove {protocol_path(path)}.")
    try:
        model = keras.saving.load_model(path, compile=False)
        received = f"{path}, a {type(model).__name__}"
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        model, received = (
            None,
            f"{path} ({''.join(str(error).strip().splitlines()[:1])})",
        )
    check(
        isinstance(model, keras.Model),
        "This file holds no Keras model.",
        expected="a .keras file that model.save or `keras-gan features train` wrote",
        received=received,
        do="Name another file; import the module of layers that are your own first.",
    )
    return model
