"""Validation of `.keras` files, which are zip archives, before Keras reads them."""

import collections
import dataclasses
import io
import re
import zipfile
import zlib
from typing import Any

from keras_gan.errors import check
from keras_gan.saved_files import configs, documents, hdf5
from keras_gan.saved_files.limits import check_limit, check_ratio
from keras_gan.typing import StrPath

CONFIG = "config.json"
"""Member with the architecture."""

WEIGHTS = "model.weights.h5"
"""Member with the weights."""

COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Compressions of members that are read."""


@dataclasses.dataclass(frozen=True)
class ModelFile:
    """Content of a validated `.keras` file.

    Args:
        config: The parsed config.
        weights: What its HDF5 file has.
    """

    config: dict[str, Any]
    weights: hdf5.Contents


def check_model_file(path: StrPath) -> ModelFile:
    """Validates a `.keras` file without building its model.

    Args:
        path: The file.

    Returns:
        Its config and the shapes of its weights.

    Raises:
        ValueError: If it is none; a `UserError` if it would run code or exceed a limit.
    """
    if not str(path).endswith(".keras"):
        raise ValueError("its name does not end in .keras")
    try:
        with zipfile.ZipFile(path) as archive:
            members = check_members(archive, path)
            content = documents.parse(archive.read(members[CONFIG]), path)
            if not isinstance(content, dict):
                raise ValueError(f"its config is a {type(content).__name__}")
            configs.check_config(content, path)
            weights = archive.read(members[WEIGHTS])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise ValueError(f"a damaged archive: {error}") from error
    contents = hdf5.check_weights(io.BytesIO(weights), path, len(weights))
    return ModelFile(content, contents)


def check_members(
    archive: zipfile.ZipFile, path: StrPath
) -> dict[str, zipfile.ZipInfo]:
    """Returns the members by name, after a check of their names and sizes.

    Raises:
        ValueError: If one is missing, twice there, encrypted or too large.
    """
    infos = archive.infolist()
    members = {info.filename: info for info in infos}
    count = len(infos)
    check_limit(count, "MAX_MEMBERS", f"{path} has too many members.", "members")
    for info in infos:
        check_member(info, path)
    check_member_names([info.filename for info in infos], path)
    config, weights = members[CONFIG], members[WEIGHTS]
    what = f"The config of {path} is too large."
    check_limit(config.file_size, "MAX_JSON_BYTES", what, "bytes")
    what = f"The weights of {path} are too large."
    check_ratio(weights.file_size, weights.compress_size, what)
    others = sum(info.file_size for info in infos if info not in (config, weights))
    what = f"{path} has other members that are too large."
    check_limit(others, "MAX_ASSET_BYTES", what, "bytes of all but config and weights")
    return members


def check_member(info: zipfile.ZipInfo, path: StrPath) -> None:
    """Validates that a member stays in the archive and can be read.

    Raises:
        ValueError: If not.
    """
    name = info.filename.replace("\\", "/")
    is_absolute = name.startswith("/") or re.match("[A-Za-z]:", name)
    check(
        not is_absolute and ".." not in name.split("/"),
        f"{path} has a member outside of it.",
        expected="relative names without ..",
        received=ascii(info.filename),
        do="Do not unpack it if you do not know its origin; pass another file.",
    )
    is_encrypted = info.flag_bits & 1
    check(
        not is_encrypted and info.compress_type in COMPRESSIONS,
        f"{path} has a member that cannot be read.",
        expected="members without a password, stored or deflated",
        received=f"{info.filename!a}, "
        + ("encrypted" if is_encrypted else f"compression {info.compress_type}"),
        do="Save the model again, or pass another file.",
    )


def check_member_names(names: list[str], path: StrPath) -> None:
    """Validates that config and weights are there, and no name is there twice.

    Raises:
        ValueError: If not.
    """
    missing = [name for name in (CONFIG, WEIGHTS) if name not in names]
    if missing:
        raise ValueError(f"no {' and no '.join(missing)} in it")
    for name, count in collections.Counter(names).items():
        check(
            count == 1,
            f"{path} has two members of the same name.",  # programs differ in which
            expected="each name once",
            received=ascii(name),
            do="Save the model again, or pass another file.",
        )
