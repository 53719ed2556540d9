"""Files of feature networks: protocol, sha256 and loading."""

import hashlib
import json
import pathlib
from collections.abc import Mapping
from typing import Any

import keras

from keras_gan.errors import UserError, check, user_error
from keras_gan.files import atomic_file
from keras_gan.saved_files import documents, models
from keras_gan.typing import Model, StrPath


def protocol_path(path: StrPath) -> pathlib.Path:
    """Returns the path of the protocol of a classifier's file, in the same folder.

    Example:
    >>> protocol_path("models/shoes.keras").as_posix()
    'models/shoes.keras.json'
    """
    return pathlib.Path(f"{path}.json")


def write_protocol(
    path: pathlib.Path, record: Mapping[str, Any], protocol: StrPath
) -> dict[str, Any]:
    """Writes the training settings of a file of weights and its sha256 as JSON.

    Args:
        path: File of the weights.
        record: Dictionary of `train_classifier`.
        protocol: JSON file to write.

    Returns:
        The protocol, a dictionary.
    """
    record = {"weights": path.name, "sha256": sha256_of(path), **record}
    with atomic_file(protocol) as part:
        part.write_text(json.dumps(record, indent=2) + "\n")
    return record


def read_protocol(path: pathlib.Path) -> dict[str, Any]:
    """Returns the protocol that `write_protocol` wrote.

    Raises:
        ValueError: If the file is not a protocol.
    """
    try:
        return documents.read(path)
    except UserError:
        raise
    except (OSError, ValueError) as error:
        raise user_error(
            "`path` is not a readable protocol of a feature network.",
            expected="a JSON file that `keras-gan features train` wrote",
            received=f"{path} ({error})",
            do="Remove it, or copy it again.",
        ) from error


def sha256_of(path: StrPath) -> str:
    """Returns the sha256 of a file, in hexadecimal."""
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def check_sha256(path: StrPath, sha256: str | None, do: str) -> None:
    """Raises an error if a file does not have the expected sha256.

    Args:
        path: The file.
        sha256: Expected sha256.
        do: Advice of the error.

    Raises:
        ValueError: If it does not.
    """
    actual = sha256_of(path)
    check(
        actual == sha256,
        f"{path} was altered, or copied incompletely.",
        expected=f"sha256 {sha256}",
        received=f"sha256 {actual}",
        do=do,
    )


def load(path: StrPath) -> Model:
    """Loads the Keras model of a feature network.

    The sha256 is verified if the file's protocol is in the same folder.

    Args:
        path: A `.keras` file.

    Raises:
        ValueError: If there is no such file, it contains no Keras model, or its sha256
            differs from its protocol.
    """
    check(
        pathlib.Path(path).is_file(),
        "The file of the feature network does not exist.",
        expected="a .keras file, such as `keras-gan features train` writes",
        received=f"{path}",
        do=f"Check the path; relative paths start at {pathlib.Path.cwd()}.",
    )
    if protocol_path(path).is_file():
        sha256 = read_protocol(protocol_path(path)).get("sha256")
        check_sha256(path, sha256, f"Copy both again, or remove {protocol_path(path)}.")
    try:
        model = models.load_model(path, compile=False)
    except UserError:
        raise
    except (OSError, ValueError) as error:
        raise no_model_error(f"{path} ({models.first_line(error)})") from error
    if not isinstance(model, keras.Model):
        raise no_model_error(f"{path}, a {type(model).__name__}")
    return model


def no_model_error(received: str) -> Exception:
    """Returns the error for a file that is no feature network."""
    return user_error(
        "The file of the feature network contains no Keras model.",
        expected="a .keras file that model.save or `keras-gan features train` wrote",
        received=received,
        do="Pass another file; import the modules of custom layers first.",
    )
