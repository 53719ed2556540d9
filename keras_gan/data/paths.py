"""What a text or path that is passed as data may refer to, and advice where it cannot.

A path that exists is a folder or a file, whose ending says what is in it. A path that
does not exist may be a pattern of TFRecord files. Other texts are names of datasets.
"""

import difflib
import glob
import importlib.util
import os
import pathlib
import re
from collections.abc import Callable

from keras_gan.data import filenames
from keras_gan.errors import user_error
from keras_gan.typing import StrPath

NAME = re.compile(
    r"([A-Za-z]\w*:)?[A-Za-z]\w*(/[\w+.-]+)?(:[\d*]+(\.[\d*]+){2})?(/\w+=[^/]*)?",
    re.ASCII,
)
"""Name of a dataset of TensorFlow Datasets: `name`, `name/configuration:1.0.0`, or of
one of its community, `namespace:name`."""

ARCHIVES = (
    *(".zip", ".tar", ".tar.gz", ".tgz"),
    *(".tar.bz2", ".tbz2", ".tar.xz", ".txz"),
)
"""Endings of archives of image files."""

ARRAYS = (".npy", ".npz")
"""Endings of NumPy's files."""

HDF5 = (".h5", ".hdf5")
"""Endings of HDF5 files."""

TFRECORDS = (".tfrecord", ".tfrecords", ".tfrec")
"""Endings of TFRecord files; `-00000-of-00010` may follow."""

ENDINGS = (*ARCHIVES, *ARRAYS, *HDF5, *TFRECORDS)
"""Endings of all files that can be data."""

POSSIBLE = (
    "a folder of images, a .zip or .tar of them, a .npy, .npz, .h5 or .tfrecord file, "
    "a pattern of TFRecord files, or the name of a dataset"
)
"""Everything that can be data, for error messages."""

IMAGES_ADVICE = "Pass the folder in which the images are."
VIDEO_ADVICE = (
    "Write its frames as images first, e.g. ffmpeg -i film.mp4 frames/%06d.png, and "
    "pass the folder."
)
TABLE_ADVICE = (
    "Read the images with the program that wrote the file and pass them to "
    "kg.data.from_arrays, or write them as image files: one folder per class."
)
PICKLE_ADVICE = (
    "Loading such a file can run code. Load it in Python if you trust its origin, and "
    "pass the arrays to kg.data.from_arrays, or save them: np.save."
)
UNPACK_ADVICE = "Unpack it, and pass the folder or the file that was in it."
MODEL_ADVICE = "This is a file of a network, not of images: pass the images."

ADVICE: dict[str, str] = {
    **dict.fromkeys(
        [".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"],
        IMAGES_ADVICE,
    ),
    **dict.fromkeys(
        [".mp4", ".avi", ".mov", ".mkv", ".webm", ".mpg", ".mpeg", ".wmv", ".m4v"],
        VIDEO_ADVICE,
    ),
    **dict.fromkeys(
        [".csv", ".tsv", ".txt", ".json", ".jsonl", ".parquet", ".arrow", ".feather"],
        TABLE_ADVICE,
    ),
    **dict.fromkeys([".mat", ".lmdb", ".mdb", ".db", ".sqlite"], TABLE_ADVICE),
    **dict.fromkeys([".pkl", ".pickle", ".pt", ".pth", ".joblib"], PICKLE_ADVICE),
    **dict.fromkeys([".7z", ".rar", ".gz", ".bz2", ".xz", ".zst"], UNPACK_ADVICE),
    **dict.fromkeys([".keras", ".weights.h5", ".onnx", ".tflite"], MODEL_ADVICE),
}
"""What to do about files that cannot be data, by their endings."""


def ending_of(path: StrPath) -> str:
    """Returns the known ending of a file name in lower case, or its extension.

    Example:
    >>> ending_of("faces.TAR.gz"), ending_of("set.tfrecord-00001-of-00010")
    ('.tar.gz', '.tfrecord')
    >>> ending_of("film.mp4"), ending_of("notes")
    ('.mp4', '')
    """
    name = re.sub(r"-\d{5}-of-\d{5}$", "", os.path.basename(path).lower())
    known = [one for one in (*ENDINGS, *ADVICE) if name.endswith(one)]
    return max(known, key=len, default=os.path.splitext(name)[1])


def expand(text: str) -> str:
    """Returns a path with `~` replaced by the home folder."""
    return os.path.expanduser(text)


def matches(pattern: str) -> list[str]:
    """Returns the sorted paths that a pattern such as `"shards/*.tfrecord"` matches."""
    return sorted(glob.glob(pattern)) if glob.has_magic(pattern) else []


def as_text(source: object) -> str:
    """Returns a text or path as text.

    Raises:
        ValueError: If it is empty or the address of a web page.
        TypeError: If it is neither text nor a path.
    """
    if not isinstance(source, str | os.PathLike):
        raise user_error(
            "The data must be a name or a path.",
            expected=POSSIBLE,
            received=f"an object of the class {type(source).__name__}",
            do="Pass arrays to kg.data.from_arrays, and a tf.data.Dataset or another "
            "iterable to fit itself.",
            kind=TypeError,
        )
    text = os.fsdecode(source)
    if not text.strip() or "\0" in text:
        raise user_error(
            "The data must be a name or a path.",
            expected=POSSIBLE,
            received=repr(text),
            do='Pass e.g. "pictures", or "fashion_mnist_10k", which needs no files.',
        )
    if re.match(r"\w[\w+.-]+://", text):
        raise user_error(
            "The data must be on this machine.",
            expected=POSSIBLE,
            received=filenames.printable(text),
            do="Download it first, and pass the path of the folder or file.",
        )
    return text


def missing_error(text: str) -> Exception:
    """Returns the error for a path at which there is nothing."""
    path = pathlib.Path(expand(text))
    found = f"{filenames.printable(text)}, a path that does not exist"
    if glob.has_magic(text):
        found = f"{filenames.printable(text)}, a pattern that matches nothing"
    return user_error(
        f"Data not found: there is no folder or file {filenames.printable(path)}.",
        expected=POSSIBLE,
        received=found,
        do=f"{similar_paths(path)}Check the path; a relative one starts at the working "
        f"directory {filenames.printable(pathlib.Path.cwd())}.",
    )


def similar_paths(path: pathlib.Path) -> str:
    """Returns a sentence that names similar entries of a path's folder, or ""."""
    try:
        names = [entry.name for entry in os.scandir(path.parent)]
    except OSError:
        return ""
    close = difflib.get_close_matches(path.name, names, n=3, cutoff=0.6)
    paths = [filenames.printable(path.parent / name) for name in close]
    return f"Did you mean {' or '.join(paths)}? " if paths else ""


def unusable_error(path: StrPath) -> Exception:
    """Returns the error for a file or a pattern that exists and cannot be data."""
    do = ADVICE.get(ending_of(path), "Pass a folder of images, or one of these files.")
    received = f"{filenames.printable(path)}, which is no file or folder"
    if os.path.isfile(path):
        received = f"the file {filenames.printable(path)}"
    elif files := matches(expand(os.fspath(path))):
        received = f"a pattern that matches {filenames.enumerate_names(files)}"
        do = "Pass one of these paths. A pattern can be of TFRecord files only."
    return user_error(
        f"This cannot be data: {filenames.printable(path)}.",
        expected=POSSIBLE,
        received=received,
        do=do,
    )


def unreadable_error(path: StrPath, error: Exception, content: str) -> Exception:
    """Returns the error for a file of a known ending that cannot be read.

    Args:
        path: The file.
        error: The reason.
        content: What the file should be: "a zip archive".
    """
    lines = str(error).splitlines() or [type(error).__name__]
    reason = getattr(error, "strerror", None) or lines[0]
    kind = type(error) if isinstance(error, PermissionError) else ValueError
    return user_error(
        f"This file cannot be read: {filenames.printable(path)}.",
        expected=f"{content}, complete and readable",
        received=filenames.to_text(str(reason)),
        do="Write or download it again, or change its permissions.",
        kind=kind,
    )


def may_be_dataset(name: str, known: Callable[[str], bool]) -> bool:
    """Returns whether a text may also be the name of a dataset, without an import.

    Args:
        name: The text.
        known: Function that returns whether this package has the dataset.
    """
    if not NAME.fullmatch(name):
        return False
    base = re.split("[/:]", name)[0]
    spec = importlib.util.find_spec("tensorflow_datasets")
    folders = (spec and spec.submodule_search_locations) or ()
    # TensorFlow Datasets has a folder, a module or a list of checksums for each.
    patterns = (f"*/{base}", f"*/{base}.py", f"url_checksums/{base}.txt")
    return known(base) or any(
        any(pathlib.Path(folder).glob(pattern))
        for folder in folders
        for pattern in patterns
    )
