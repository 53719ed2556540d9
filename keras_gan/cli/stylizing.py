"""The command `keras-gan stylize`: neural style transfer."""

import sys
import time

import click

from keras_gan import StyleTransfer
from keras_gan.cli import runs
from keras_gan.cli.arguments import SEED
from keras_gan.cli.terminal import COUNT, PATH, table, warnings_as_lines
from keras_gan.config import check

EXAMPLES = """\b
Examples:
  keras-gan stylize photo.jpg painting.jpg
  keras-gan stylize photo.jpg painting.jpg --features random   (nothing to download)
  keras-gan stylize photo.jpg waves.jpg fields.jpg --style-weights 7,3
  keras-gan stylize photo.jpg painting.jpg --size 2048 --every 20"""

CONSTRUCTOR_OPTIONS = (
    *("features", "content_layers", "style_layers"),
    *("content_weight", "style_weight", "variation_weight"),
)
"""Options that are arguments of `kg.StyleTransfer`; the others are of `stylize`."""


class CommaSeparated(click.ParamType):
    """List of words or numbers, separated by commas.

    Args:
        kind: Type of the items.
        name: Placeholder in the help text.
    """

    def __init__(self, kind, name):
        self.kind, self.name = kind, name

    def convert(self, value, param, context):
        """Returns the list."""
        try:
            return [self.kind(part.strip()) for part in str(value).split(",")]
        except ValueError:
            self.fail(f"{value!r} is not numbers with commas between them.")


NAMES = CommaSeparated(str, "NAME,...")
NUMBERS = CommaSeparated(float, "X,...")
OPTIONS = (
    click.option(
        "--features",
        metavar="NAME|FILE",
        default="vgg19",
        show_default=True,
        help="Network whose features are compared: vgg19 (its ImageNet weights are "
        "downloaded once), random (an untrained VGG, no download), or a .keras file.",
    ),
    click.option("--content-layers", type=NAMES, help="Layers of the content loss."),
    click.option("--style-layers", type=NAMES, help="Layers of the style loss."),
    click.option(
        "--content-weight", metavar="X", type=float, help="Weight of the content loss."
    ),
    click.option(
        "--style-weight",
        metavar="X",
        type=float,
        help="Weight of the style loss.  [default: 1]",
    ),
    click.option(
        "--variation-weight",
        metavar="X",
        type=float,
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
        type=NUMBERS,
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


def transfer_options(command):
    """Decorates a command with all options of a style transfer."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.command(epilog=EXAMPLES)
@click.argument("content", metavar="CONTENT", type=PATH)
@click.argument("styles", metavar="STYLE...", nargs=-1, required=True, type=PATH)
@click.option(
    "--out", metavar="FILE", type=PATH, default="stylized.png", show_default=True
)
@transfer_options
@click.option(
    "--every",
    metavar="N",
    type=COUNT,
    help="Also write the image every N steps, and curve.png, to a folder with the name "
    "of --out without its extension.",
)
def stylize(content, styles, out, every, **options):
    """Neural style transfer: applies the style of images STYLE to the image CONTENT.

    The image is optimized from low to full resolution. Ctrl-C stops and writes the
    current image.
    """
    check_output_file(out, (content, *styles))
    folder = out.with_suffix("")
    if every:
        check_no_steps(folder)
    runs.check_writable(folder if every else out.absolute().parent)
    constructor_options = {name: options.pop(name) for name in CONSTRUCTOR_OPTIONS}
    passed = {
        name: value for name, value in constructor_options.items() if value is not None
    }
    writer = ImageWriter(folder, every)
    start = time.monotonic()
    # "always": the same warning for each of several images
    with warnings_as_lines("always"):
        transfer = StyleTransfer(**passed)
        completed = writer.stylize(transfer, content, styles, options)
    stylized = writer.latest
    stylized.save(out)
    if every:
        stylized.save_curve(folder / "curve.png")
    seconds = time.monotonic() - start
    click.echo(transfer_summary(stylized, out, folder if every else None, seconds))
    # 130: the exit code of a process that SIGINT has ended
    sys.exit(0 if completed else 130)


def check_output_file(out, sources):
    """Validates that `--out` is a PNG file, and none of the images that are read.

    Raises:
        ValueError: If it is not.
    """
    check(
        out.suffix.lower() == ".png",
        "`--out` must be a PNG file.",
        expected="a name that ends in .png",
        received=str(out),
        do=f"Pass --out {out.with_suffix('.png')}.",
    )
    check(
        not out.is_dir(),
        "`--out` must be a file.",
        expected="a new file name, or that of a file",
        received=f"{out}, a folder",
        do=f"Pass --out {out / 'stylized.png'}.",
    )
    existing = [path for path in sources if out.exists() and path.exists()]
    check(
        # samefile: a link or another spelling of the path would be overwritten, too
        not any(map(out.samefile, existing)),
        "`--out` would overwrite an image that is read.",
        expected="another file than CONTENT and STYLE",
        received=f"--out {out}",
        do=f"Pass --out {out.with_stem(f'{out.stem}_2')}.",
    )


def check_no_steps(folder):
    """Raises an error if a folder has images of the steps of another transfer."""
    steps = sorted(folder.glob("step_*.png"))
    check(
        not steps,
        "`--every` requires a folder without the steps of another transfer.",
        expected="a folder without step_*.png",
        received=f"{folder}, with {len(steps)} of them",
        do=f"Remove {folder / 'step_*.png'}, or pass another --out.",
    )


class ImageWriter:
    """Callback of a style transfer: keeps the latest image and writes some to files.

    Args:
        folder: Folder of the files.
        every: Steps from one file to the next; None writes none.

    Attributes:
        latest: The latest `Stylized`, or None.
    """

    def __init__(self, folder, every):
        self.folder, self.every, self.latest = folder, every, None

    def __call__(self, step, stylized):
        """Receives the image after a step."""
        self.latest = stylized
        if self.every and step % self.every == 0:
            stylized.save(self.folder / f"step_{step:05d}.png")

    def stylize(self, transfer, content, styles, options):
        """Runs a style transfer; returns whether it was completed.

        Raises:
            KeyboardInterrupt: If it is interrupted before there is an image.
        """
        try:
            self.latest = transfer.stylize(
                content, list(styles), callback=self, **options
            )
        except KeyboardInterrupt:
            if self.latest is None:
                raise
            return False
        return True


def transfer_summary(stylized, out, folder, seconds):
    """Returns the paths of the results and the losses, as text."""
    history = stylized.history
    height, width, _ = stylized.image.shape
    rows = {
        "Image": f"{out} ({width}x{height})",
        "Steps": folder and f"{folder}, {folder / 'curve.png'}",
        "Content loss": loss_summary(history, "content"),
        "Style loss": loss_summary(history, "style"),
        "Time": f"{seconds:.0f} s",
    }
    return f"\n{table(rows)}"


def loss_summary(history, name):
    """Returns the first and the last value of a loss, with the sizes, as text."""
    first, last = (
        f"{history[name][index]:.4g} at the {when} ({history['size'][index]} pixels)"
        for index, when in ((0, "start"), (-1, "end"))
    )
    return f"{first}, {last}"
