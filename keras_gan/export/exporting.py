"""Writing of an export: checks, conversion and comparison, then the path."""

import contextlib
import pathlib
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

from keras_gan.errors import UserError, check, user_error
from keras_gan.export import converters, saved_model
from keras_gan.export.formats import Format, get_format
from keras_gan.export.network import Network, check_equal, input_specs
from keras_gan.export.single_precision import in_float32
from keras_gan.files import writable_folder
from keras_gan.networks.sampler import Sampler, TruncationAmount
from keras_gan.typing import StrPath
from keras_gan.validation import PositiveInt, validated


@validated
def export(
    sampler: Sampler,
    filepath: StrPath,
    format: str = "tf_saved_model",
    truncation: TruncationAmount | None = None,
    verbose: bool | int | None = None,
    input_signature: Any = None,
    opset_version: PositiveInt | None = None,
    **options: Any,
) -> pathlib.Path:
    """Writes a generator in a format of `FORMATS`, and compares what was written.

    All arguments are checked first. The files are written to a temporary folder, loaded
    by their runtime, compared with the generator in memory, and moved to the path.

    Args and Raises: those of `GenerativeModel.export`; `verbose` prints the path.

    Returns:
        Path of the file, or of the version of a SavedModel.
    """
    target = get_format(format)
    signature, opset = input_signature, opset_version
    target.check_arguments(
        {"input_signature": signature, "opset_version": opset, **options}
    )
    path = target.check_path(filepath)
    check_truncation(sampler, truncation, target)
    specs = input_specs(sampler, signature)
    target.check_installed()
    if target.ending:
        with failures_named(target):
            network = Network(in_float32(sampler), specs, truncation)
        conversion = converters.Conversion(network, opset, options)
        write_files(target, conversion, path)
    else:
        with removed_if_failed(path):
            path = saved_model.write_version(sampler, path, truncation)
    if verbose:
        print(f"Saved artifact at '{path}'.")  # as Keras does
    return path


def check_truncation(
    sampler: Sampler, truncation: float | None, target: Format
) -> None:
    """Raises an error if a truncation is invalid for a generator or format.

    Raises:
        ValueError: If so.
    """
    sampler.check_truncation(truncation)
    check(
        truncation is None or not target.ending or sampler.truncates_styles,
        "`truncation` requires a SavedModel.",
        expected=f'truncation=None with format="{target.name}"',
        received=f"truncation={truncation!r}",
        do="Truncate the latents that are passed to the exported network.",
    )


def write_files(
    target: Format, conversion: converters.Conversion, path: pathlib.Path
) -> None:
    """Writes the files of a format, of which `path` is the main one.

    Raises:
        OSError: If the folder cannot be written.
        RuntimeError: If the generator cannot be converted, or the file returns other
            images.
    """
    examples = conversion.network.examples()  # fails before anything is written
    with removed_if_failed(path.parent), temporary_folder(path.parent) as part:
        with failures_named(target):
            run = converters.CONVERTERS[target.name](conversion, part / path.name)
            outputs = [run(inputs) for inputs, _ in examples] if run else []
        for images, (_, expected) in zip(outputs, examples, strict=False):
            check_equal(images, expected, f"{target.title} file")
        # The main file last: it is never newer than the files that it refers to.
        for file in sorted(part.iterdir(), key=lambda one: one.name == path.name):
            file.replace(path.with_name(file.name))


@contextlib.contextmanager
def failures_named(target: Format) -> Iterator[None]:
    """Raises other authors' errors of a conversion as errors with four facts.

    Raises:
        RuntimeError: If the block fails.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())
        raise user_error(
            f"The generator cannot be exported as {target.title}.",
            expected="operations and arguments that its converter and runtime have",
            received=f"{type(error).__name__}: {reason[:300]}",
            do="Leave out optional arguments, replace custom layers, or export a "
            'SavedModel (format="tf_saved_model"). Nothing was written to the path.',
            kind=RuntimeError,
        ) from error


@contextlib.contextmanager
def temporary_folder(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    """Creates a folder inside another for a block.

    Raises:
        OSError: If the outer one cannot be created or written.
    """
    part = pathlib.Path(tempfile.mkdtemp(prefix=".part-", dir=writable_folder(folder)))
    try:
        yield part
    finally:
        shutil.rmtree(part)


@contextlib.contextmanager
def removed_if_failed(folder: pathlib.Path) -> Iterator[None]:
    """Removes the folders of a path that a failed block has created, if empty."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            for one in missing:
                one.rmdir()
        raise
