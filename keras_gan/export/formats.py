"""Formats of an export: their paths, packages and arguments, checked first."""

import contextlib
import dataclasses
import importlib
import os
import pathlib
import warnings
from collections.abc import Collection, Mapping

import keras

from keras_gan.errors import check, suggest, user_error
from keras_gan.typing import StrPath

FOREIGN_ENDINGS = (".keras", ".h5", ".hdf5", ".pb", ".pt", ".pt2", ".bin", ".zip")
"""Endings of files that no export writes, and that no folder should have."""

OTHER_BACKENDS = {
    "is_static": "JAX",
    "jax2tf_kwargs": "JAX",
    "dynamic_shapes": "PyTorch",
    "quant_config": "PyTorch",
    "strict": "PyTorch",
    "strict_export": "PyTorch",
}
"""Arguments of Keras's `Model.export` for its other backends."""


@dataclasses.dataclass(frozen=True)
class Format:
    """A format of `gan.export`.

    Args:
        name: Name in Keras.
        title: Name in sentences.
        ending: Ending of the file; empty: the format is a folder.
        packages: Packages that write and run it, in the order of their imports.
        extra: Extra of keras_gan that installs them.
        arguments: Arguments of Keras's `Model.export` that it takes, besides `verbose`.
        converter: Whether all other arguments are options of its converter.
        keras: Oldest version of Keras that has it.
    """

    name: str
    title: str
    ending: str = ""
    packages: tuple[str, ...] = ()
    extra: str = ""
    arguments: tuple[str, ...] = ("input_signature",)
    converter: bool = False
    keras: tuple[int, int] = (3, 10)

    def check_arguments(self, arguments: Mapping[str, object]) -> None:
        """Raises an error for an argument that this format does not take.

        Raises:
            ValueError: If one is not None and unknown, or belongs to another format.
        """
        known = ("truncation", "verbose", *self.arguments)
        for name, value in arguments.items():
            other = [one.name for one in FORMATS.values() if name in one.arguments]
            is_option = self.converter and not other and name not in OTHER_BACKENDS
            check(
                value is None or name in known or is_option,
                f'`{name}` is not an argument of export with format="{self.name}".',
                expected=", ".join(known),
                received=f"{name}={value!r}",
                do=advice(name, other, known),
            )

    def check_path(self, filepath: StrPath) -> pathlib.Path:
        """Returns the path of the file or folder to write, `~` expanded.

        Raises:
            ValueError: If it is empty, or its ending is that of another format.
            IsADirectoryError: If it is a folder, and the format a file.
        """
        path = expanded(filepath)
        ending = path.suffix.lower()
        others = [one.name for one in FORMATS.values() if ending == one.ending != ""]
        unfit = others or ending in FOREIGN_ENDINGS
        hint = f', or format="{others[0]}"' if others else ""
        if not self.ending:
            check(
                not unfit or path.is_dir(),
                "`filepath` of a SavedModel must be a folder.",
                expected="the path of a folder, which exists or is created",
                received=f'filepath="{filepath}"',
                do=f'Pass e.g. "{path.with_suffix("")}"{hint}.',
            )
            return path
        check(
            ending == self.ending,
            f"`filepath` of an export as {self.title} must end in {self.ending}.",
            expected=f"a file name that ends in {self.ending}",
            received=f'filepath="{filepath}"',
            do=f'Pass e.g. "{self.example(path, bool(unfit))}"{hint}.',
        )
        if path.is_dir():
            raise user_error(
                "`filepath` is a folder.",
                expected=f"the path of a file that ends in {self.ending}",
                received=f'filepath="{filepath}"',
                do=f'Pass a file in it: "{path / "generator"}{self.ending}".',
                kind=IsADirectoryError,
            )
        return path

    def example(self, path: pathlib.Path, has_ending: bool) -> pathlib.Path:
        """Returns a path with the ending of this format, near to an invalid one."""
        if path.is_dir():
            return path / f"generator{self.ending}"
        stem = path.with_suffix("") if has_ending else path
        return stem.with_name(f"{stem.name or 'generator'}{self.ending}")

    def check_installed(self) -> None:
        """Imports the packages of this format.

        Raises:
            ImportError: If one is missing or fails, or Keras is too old.
        """
        version = tuple(map(int, keras.__version__.split(".")[:2]))
        if version < self.keras:
            raise user_error(
                f'`format="{self.name}"` requires a later version of Keras.',
                expected=f"Keras {'.'.join(map(str, self.keras))} or later",
                received=f"Keras {keras.__version__}",
                do="Run pip install -U keras, or export another format.",
                kind=ImportError,
            )
        for package in self.packages:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # those of other authors
                    importlib.import_module(package)
            except Exception as error:
                raise self.not_installed(package, error) from error

    def not_installed(self, package: str, reason: Exception) -> Exception:
        """Returns the error for a package that cannot be imported."""
        return user_error(
            f'`format="{self.name}"` requires the package {package}, which cannot be '
            "imported.",
            expected=f"an environment with {', '.join(self.packages)}",
            received=f"{type(reason).__name__}: {reason}",
            do=f'Run pip install "keras_gan[{self.extra}]".',
            kind=ImportError,
        )


FORMATS = {
    one.name: one
    for one in (
        Format("tf_saved_model", "a SavedModel", arguments=()),
        Format(
            name="onnx",
            title="ONNX",
            ending=".onnx",
            packages=("onnx", "tf2onnx", "onnxruntime"),
            extra="onnx",
            arguments=("input_signature", "opset_version"),
        ),
        Format(
            name="openvino",
            title="OpenVINO",
            ending=".xml",
            packages=("openvino",),
            extra="openvino",
        ),
        Format(
            name="litert",
            title="LiteRT",
            ending=".tflite",
            converter=True,
            keras=(3, 13),
        ),
    )
}
"""Formats by name."""


def get_format(name: str) -> Format:
    """Returns a format by its name in Keras.

    Raises:
        ValueError: If it is unknown, or a format of Keras's other backends.
    """
    check(
        name in FORMATS,
        f'`format="{name}"` requires Keras\'s PyTorch backend.'
        if name == "torch"
        else "`format` must be the name of an export format.",
        expected=" or ".join(f'"{one}"' for one in FORMATS),
        received=f'format="{name}"',
        do='Pass format="onnx", which PyTorch programs can run with onnxruntime.'
        if name == "torch"
        else suggest(name, FORMATS),
    )
    return FORMATS[name]


def advice(name: str, formats: Collection[str], known: Collection[str]) -> str:
    """Returns what to do about an argument that a format does not take."""
    if name in OTHER_BACKENDS:
        return f"Leave it out: it is for Keras's {OTHER_BACKENDS[name]} backend."
    if formats:
        named = " or ".join(f'format="{one}"' for one in formats)
        return f"Leave it out, or pass {named}."
    return f"Leave it out. {suggest(name, known)}"


def expanded(filepath: StrPath) -> pathlib.Path:
    """Returns a path with `~` expanded.

    Raises:
        ValueError: If it is empty, no path, or the home of an unknown user.
    """
    is_path = isinstance(filepath, str | os.PathLike) and str(filepath).strip()
    with contextlib.suppress(RuntimeError, TypeError):  # unknown user; a path of bytes
        if is_path:
            return pathlib.Path(filepath).expanduser()
    raise user_error(
        "`filepath` must be a path.",
        expected="a string or a pathlib.Path",
        received=f"filepath={filepath!r}",
        do='Pass e.g. "saved_models/shoes", or "generator.onnx" with format="onnx".',
    )
