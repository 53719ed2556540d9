"""The command `keras-gan export`."""

import importlib.util
import pathlib

import click

from keras_gan_cli.arguments import TARGET, TRUNCATION
from keras_gan_cli.errors import check
from keras_gan_cli.files import check_writable
from keras_gan_cli.library import VERBOSE, library
from keras_gan_cli.paths import check_new_file, parse_path
from keras_gan_cli.runs import MODELS
from keras_gan_cli.saved import find_gan
from keras_gan_cli.terminal import one_of

FORMATS = {
    "tf_saved_model": "",
    "onnx": ".onnx",
    "openvino": ".xml",
    "litert": ".tflite",
}
"""Formats of `gan.export` with the endings of their files; none: a folder.

`tests/cli/test_export_command.py` compares them with those of the library.
"""

PACKAGES = {
    "onnx": ("onnx", "tf2onnx", "onnxruntime"),
    "openvino": ("openvino",),
}
"""Packages that a format requires, which the extra of its name installs."""


def parse_format(text: str) -> str:
    """Returns the name of an export format; `saved_model` is `tf_saved_model`.

    Raises:
        click.BadParameter: If it is unknown.
    """
    text = "tf_saved_model" if text == "saved_model" else text
    return one_of("export format", FORMATS)(text)


@click.command()
@TARGET
@click.option(
    "--format",
    "format_",
    metavar="FORMAT",
    type=parse_format,
    help="saved_model, onnx, openvino or litert.  [default: that of the ending of "
    "--out, else saved_model]",
)
@click.option(
    "--out",
    metavar="PATH",
    type=parse_path,
    help="Folder of SavedModels, each export is a new version in it; or file of "
    "another format: .onnx, .xml (OpenVINO), .tflite (LiteRT).  [default: "
    "saved_models/NAME, with the ending]",
)
@TRUNCATION
@VERBOSE
def export(
    target: str | None,
    format_: str | None,
    out: pathlib.Path | None,
    truncation: float | None,
) -> None:
    """Writes the generator as a SavedModel, or for ONNX Runtime, OpenVINO or LiteRT.

    What was written is loaded again, and its images are compared with the generator's.
    """
    saved = find_gan(target)
    format_ = format_ or format_of(out)
    ending = FORMATS[format_]
    out = out or MODELS / f"{saved.name}{ending}"
    check_out(out, ending)
    check_installed(format_)
    if ending:
        check_new_file(out)
    else:
        check_writable(out)
    with library():
        from keras_gan_cli.tasks import export as task

        task.export(saved, format_, out, truncation)


def format_of(out: pathlib.Path | None) -> str:
    """Returns the format of a path's ending: `tf_saved_model` if it has none."""
    ending = out.suffix.lower() if out else ""
    names = [name for name, one in FORMATS.items() if ending == one != ""]
    return names[0] if names else "tf_saved_model"


def check_installed(format_: str) -> None:
    """Raises an error if a package that a format requires is missing.

    Raises:
        click.UsageError: If so.
    """
    packages = PACKAGES.get(format_, ())
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    check(
        not missing,
        f"--format {format_} requires packages that are not installed.",
        expected=f"an environment with {', '.join(packages)}",
        received=f"no {', no '.join(missing)}",
        do=f'Run pip install "keras_gan[{format_}]".',
    )


def check_out(out: pathlib.Path, ending: str) -> None:
    """Raises an error if `--out` is not a path of its format.

    Raises:
        click.UsageError: If so.
    """
    endings = [one for one in FORMATS.values() if one]
    is_fit = out.suffix.lower() == ending if ending else out.suffix not in endings
    check(
        is_fit and not (ending and out.is_dir()),
        "--out does not fit the format.",
        expected=f"a file that ends in {ending}" if ending else "a folder",
        received=f"{out}{', a folder' if out.is_dir() else ''}",
        do="Pass another path, or leave --format out: the ending decides it.",
    )
