"""The command that paints a picture in the style of others."""

import sys
import time

import click

from keras_gan import StyleTransfer
from keras_gan.cli import runs
from keras_gan.cli.arguments import COUNT, PATH, SEED
from keras_gan.cli.terminal import table, warnings_as_lines
from keras_gan.config import check

EXAMPLES = """\b
Examples:
  keras-gan stylize photo.jpg painting.jpg
  keras-gan stylize photo.jpg painting.jpg --features random   (no network needed)
  keras-gan stylize photo.jpg waves.jpg fields.jpg --style-weights 7,3
  keras-gan stylize photo.jpg painting.jpg --size 2048 --every 20"""

COMPARED = (
    *("features", "content_layers", "style_layers"),
    *("content_weight", "style_weight", "variation_weight"),
)
"""Options that say what pictures are compared by; the others say how one is painted."""


class Parts(click.ParamType):
    """Words or numbers with commas between them."""

    def __init__(self, kind, name):
        self.kind, self.name = kind, name

    def convert(self, value, param, context):
        """Returns a list."""
        try:
            return [self.kind(part.strip()) for part in str(value).split(",")]
        except ValueError:
            self.fail(f"{value!r} is not numbers with commas between them.")


NAMES = Parts(str, "NAME,...")
NUMBERS = Parts(float, "X,...")
OPTIONS = (
    click.option(
        "--features",
        metavar="NAME|FILE",
        default="vgg19",
        show_default=True,
        help="Network that compares pictures: vgg19 (its ImageNet weights are fetched "
        "once), random (an untrained VGG, needs no network), or a .keras file.",
    ),
    click.option("--content-layers", type=NAMES, help="Layers of the content."),
    click.option("--style-layers", type=NAMES, help="Layers of the style."),
    click.option(
        "--content-weight", metavar="X", type=float, help="More content shows."
    ),
    click.option("--style-weight", metavar="X", type=float, help="[default: 1]"),
    click.option("--variation-weight", metavar="X", type=float, help="Smoothness."),
    click.option("--size", metavar="N", type=COUNT, default=512, show_default=True),
    click.option(
        "--style-size",
        metavar="N",
        type=COUNT,
        help="Longer side of the styles: less makes finer strokes.  [default: --size]",
    ),
    click.option(
        "--style-weights",
        type=NUMBERS,
        help="How much of each style.  [default: the same]",
    ),
    click.option(
        "--steps",
        metavar="N",
        type=COUNT,
        default=200,
        show_default=True,
        help="Steps at the smallest size; each doubling of the size has half as many.",
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
    ),
    click.option("--keep-color", is_flag=True, help="Keep the content's colors."),
    SEED,
)


def options(command):
    """Gives a command all options of a transfer."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.command(epilog=EXAMPLES)
@click.argument("content", metavar="CONTENT", type=PATH)
@click.argument("styles", metavar="STYLE...", nargs=-1, required=True, type=PATH)
@click.option(
    "--out", metavar="FILE", type=PATH, default="stylized.png", show_default=True
)
@options
@click.option(
    "--every",
    metavar="N",
    type=COUNT,
    help="Also write the picture every N steps, and curve.png, to a folder beside it "
    "that has its name, without the ending.",
)
def stylize(content, styles, out, every, **choices):
    """Paints one picture in the style of another, or of several.

    CONTENT says what is to be seen, STYLE how. The picture grows from coarse to fine.
    Ctrl-C ends the painting and keeps the picture so far.
    """
    check_file(out, (content, *styles))
    folder = out.with_suffix("")
    if every:
        check_no_steps(folder)
    runs.prove_writable(folder if every else out.absolute().parent)
    compared = {name: choices.pop(name) for name in COMPARED}
    chosen = {name: value for name, value in compared.items() if value is not None}
    keeper = Keeper(folder, every)
    begun = time.monotonic()
    with warnings_as_lines("always"):
        transfer = StyleTransfer(**chosen)
        stopped = not keeper.watch(transfer, content, styles, choices)
    keeper.latest.save(out)
    if every:
        keeper.latest.save_curve(folder / "curve.png")
    click.echo(closing(keeper.latest, out, folder if every else None, begun))
    sys.exit(130 if stopped else 0)


def check_file(out, sources):
    """Makes sure that the result can be a PNG file, beside what it is made of."""
    check(
        out.suffix.lower() == ".png",
        "The picture is written as a PNG file.",
        expected="a name that ends in .png",
        received=str(out),
        do=f"Pass --out {out.with_suffix('.png')}.",
    )
    check(
        not out.is_dir(),
        "The picture is written as a file.",
        expected="a new name, or that of a file",
        received=f"{out}, a folder",
        do=f"Pass --out {out / 'stylized.png'}.",
    )
    same = [path for path in sources if out.exists() and path.exists()]
    check(
        not any(map(out.samefile, same)),
        "The picture would be written over one that it is made of.",
        expected="another name than those of CONTENT and STYLE",
        received=f"--out {out}",
        do=f"Pass --out {out.with_stem(f'{out.stem}_2')}.",
    )


def check_no_steps(folder):
    """Makes sure that a folder holds no steps, which would be mixed with the new."""
    steps = sorted(folder.glob("step_*.png"))
    check(
        not steps,
        "This folder holds the steps of another painting.",
        expected="a folder without step_*.png",
        received=f"{folder}, with {len(steps)} of them",
        do=f"Remove {folder / 'step_*.png'}, or name another --out.",
    )


class Keeper:
    """Keeps the newest picture in memory, and some in a folder.

    Args:
        folder: Where to.
        every: Steps from one written picture to the next; None writes none.
    """

    def __init__(self, folder, every):
        self.folder, self.every, self.latest = folder, every, None

    def __call__(self, step, stylized):
        """Takes the picture after a step."""
        self.latest = stylized
        if self.every and step % self.every == 0:
            stylized.save(self.folder / f"step_{step:05d}.png")

    def watch(self, transfer, content, styles, choices):
        """Paints; returns whether it came to the end."""
        try:
            self.latest = transfer.stylize(
                content, list(styles), callback=self, **choices
            )
        except KeyboardInterrupt:
            if self.latest is None:
                raise
            return False
        return True


def closing(stylized, out, folder, begun):
    """Returns what was made, and how near it came, as text."""
    history = stylized.history
    height, width, _ = stylized.image.shape
    first, last = (f"({history['size'][end]} pixels)" for end in (0, -1))
    rows = {
        "Picture": f"{out} ({width}x{height})",
        "On the way": folder and f"{folder}, {folder / 'curve.png'}",
        **{
            name.capitalize(): f"{history[name][0]:.4g} at the start {first}, "
            f"{history[name][-1]:.4g} at the end {last}"
            for name in ("content", "style")
        },
        "Time": f"{time.monotonic() - begun:.0f} s",
    }
    return f"\n{table(rows)}"
