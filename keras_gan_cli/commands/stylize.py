"""The command `keras-gan stylize`: neural style transfer."""

import pathlib
from collections.abc import Callable
from typing import Any, TypeVar

import click

from keras_gan_cli.arguments import SEED
from keras_gan_cli.errors import check
from keras_gan_cli.files import check_writable
from keras_gan_cli.library import VERBOSE, library
from keras_gan_cli.names import STYLE_NETWORKS
from keras_gan_cli.paths import IMAGE_ENDINGS, new_file
from keras_gan_cli.terminal import (
    COUNT,
    PATH,
    WEIGHT,
    name_or_file,
    parse_names,
    parse_numbers,
)

Function = TypeVar("Function", bound=Callable[..., Any])

EXAMPLES = """\b
Examples:
  keras-gan stylize photo.jpg painting.jpg
  keras-gan stylize photo.jpg painting.jpg --features random   (nothing to download)
  keras-gan stylize photo.jpg waves.jpg fields.jpg --style-weights 7,3
  keras-gan stylize photo.jpg painting.jpg --size 2048 --every 20"""

OPTIONS = (
    click.option(
        "--features",
        metavar="NAME|FILE",
        type=name_or_file("feature network", STYLE_NETWORKS),
        default="vgg19",
        show_default=True,
        help="Network whose features are compared: vgg19 (its ImageNet weights are "
        "downloaded once), random (an untrained VGG, no download), or a .keras file.",
    ),
    click.option(
        "--content-layers",
        metavar="NAME,...",
        type=parse_names,
        help="Layers of the content loss.",
    ),
    click.option(
        "--style-layers",
        metavar="NAME,...",
        type=parse_names,
        help="Layers of the style loss.",
    ),
    click.option(
        "--content-weight", metavar="X", type=WEIGHT, help="Weight of the content loss."
    ),
    click.option(
        "--style-weight",
        metavar="X",
        type=WEIGHT,
        help="Weight of the style loss.  [default: 1]",
    ),
    click.option(
        "--variation-weight",
        metavar="X",
        type=WEIGHT,
        help="Weight of the total variation: more gives smoother images.",
    ),
    click.option(
        "--size",
        metavar="N",
        type=COUNT,
        default=512,
        show_default=True,
        help="Longer side of the image, in pixels.",
    ),
    click.option(
        "--style-size",
        metavar="N",
        type=COUNT,
        help="Longer side of the style images: smaller gives finer strokes.  [default: "
        "--size]",
    ),
    click.option(
        "--style-weights",
        metavar="X,...",
        type=parse_numbers,
        help="Relative weights of several style images.  [default: equal]",
    ),
    click.option(
        "--steps",
        metavar="N",
        type=COUNT,
        default=200,
        show_default=True,
        help="Steps at the lowest resolution; each next one, of twice the size, has "
        "half as many.",
    ),
    click.option(
        "--optimizer",
        type=click.Choice(["lbfgs", "adam"]),
        default="lbfgs",
        show_default=True,
    ),
    click.option(
        "--start",
        type=click.Choice(["noise", "content"]),
        default="noise",
        show_default=True,
        help="Initial image.",
    ),
    click.option("--keep-color", is_flag=True, help="Keep the colors of the content."),
    SEED,
)


def transfer_options(command: Function) -> Function:
    """Decorates a command with all options of a style transfer."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.command(epilog=EXAMPLES)
@click.argument("content", metavar="CONTENT", type=PATH)
@click.argument("styles", metavar="STYLE...", nargs=-1, required=True, type=PATH)
@click.option(
    "--out",
    metavar="FILE",
    type=new_file(*IMAGE_ENDINGS),
    default="stylized.png",
    show_default=True,
)
@transfer_options
@click.option(
    "--every",
    metavar="N",
    type=COUNT,
    help="Also write the image every N steps, and curve.png, to a folder with the name "
    "of --out without its extension.",
)
@VERBOSE
@click.pass_context
def stylize(
    context: click.Context,
    content: pathlib.Path,
    styles: tuple[pathlib.Path, ...],
    out: pathlib.Path,
    every: int | None,
    **options: Any,
) -> None:
    """Neural style transfer: applies the style of images STYLE to the image CONTENT.

    The image is optimized from low to full resolution. Ctrl-C stops and writes the
    current image.
    """
    check_images(content, styles)
    check_style_weights(options["style_weights"], styles)
    check_output_file(out, (content, *styles))
    folder = out.with_suffix("") if every else None
    if folder:
        check_no_steps(folder)
        check_writable(folder)
    with library():
        from keras_gan_cli.tasks import stylize as task

        completed = task.stylize(content, styles, out, every, options)
    # 130: the exit code of a process that SIGINT has ended
    context.exit(0 if completed else 130)


def check_images(content: pathlib.Path, styles: tuple[pathlib.Path, ...]) -> None:
    """Validates that the content and style images exist.

    Raises:
        click.UsageError: If one does not.
    """
    kinds = ("content", *("style" for _ in styles))
    for kind, path in zip(kinds, (content, *styles), strict=True):
        check(
            path.is_file(),
            f"The {kind} image cannot be read.",
            expected="an image file",
            received=f"{path}, which is no file",
            do="Pass the path of a PNG or JPEG file.",
        )


def check_style_weights(
    weights: list[float] | None, styles: tuple[pathlib.Path, ...]
) -> None:
    """Validates that there is a weight for each style image.

    Raises:
        click.UsageError: If there is not.
    """
    check(
        weights is None or len(weights) == len(styles),
        "`--style-weights` must have one weight for each style image.",
        expected=f"{len(styles)} numbers",
        received=f"{len(weights or ())}",
        do="Pass as many weights as images, or none.",
    )


def check_output_file(out: pathlib.Path, sources: tuple[pathlib.Path, ...]) -> None:
    """Validates that `--out` is none of the images that are read.

    Raises:
        click.UsageError: If it is one.
    """
    existing = [path for path in sources if out.exists()]
    check(
        # samefile: a link or another spelling of the path would be overwritten, too
        not any(map(out.samefile, existing)),
        "`--out` would overwrite an image that is read.",
        expected="another file than CONTENT and STYLE",
        received=f"--out {out}",
        do=f"Pass --out {out.with_stem(f'{out.stem}_2')}.",
    )


def check_no_steps(folder: pathlib.Path) -> None:
    """Raises an error if a folder has images of the steps of another transfer.

    Raises:
        click.UsageError: If so.
    """
    steps = sorted(folder.glob("step_*.png"))
    check(
        not steps,
        "`--every` requires a folder without the steps of another transfer.",
        expected="a folder without step_*.png",
        received=f"{folder}, with {len(steps)} of them",
        do=f"Remove {folder / 'step_*.png'}, or pass another --out.",
    )
