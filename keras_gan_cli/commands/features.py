"""The command `keras-gan features train`: a classifier whose features metrics use."""

import pathlib
import re

import click

from keras_gan_cli.arguments import SEED
from keras_gan_cli.errors import check
from keras_gan_cli.files import check_writable
from keras_gan_cli.library import VERBOSE, library
from keras_gan_cli.names import FEATURE_NETWORKS
from keras_gan_cli.paths import data_name, new_file, parse_data
from keras_gan_cli.terminal import COUNT, parse_image_shape

EXAMPLES = """\b
Examples:
  keras-gan features train my_pictures --image-shape 64,64,3
  keras-gan evaluate --features my_pictures.keras
  keras-gan train --data my_pictures --features my_pictures.keras"""


@click.group()
@VERBOSE
def features() -> None:
    """Trains feature networks for metrics of generated images."""


@features.command("train", epilog=EXAMPLES)
@click.argument("source", metavar="DATA", type=parse_data)
@click.option(
    "--name",
    metavar="NAME",
    help="Name of the network; the metric's log key is fd_NAME.  [default: that of the "
    "data]",
)
@click.option(
    "--out",
    metavar="FILE",
    type=new_file(".keras"),
    help="New file.  [default: NAME.keras]",
)
@click.option(
    "--image-shape", metavar="H,W,C", type=parse_image_shape, help="As in train."
)
@click.option("--epochs", metavar="N", type=COUNT, default=12, show_default=True)
@SEED
@VERBOSE
def train_features(
    source: str,
    name: str | None,
    out: pathlib.Path | None,
    image_shape: tuple[int, int, int] | None,
    epochs: int,
    seed: int,
) -> None:
    """Trains a small classifier as a feature network.

    DATA is a name or a path, as for keras-gan train --data, of images with labels. A
    tenth of the images is held out to measure the accuracy. Pass the file to --features
    or kg.metrics; its training protocol is written to FILE.json.
    """
    name = name or re.sub(r"[^\w.-]", "_", data_name(source))
    out = out or pathlib.Path(f"{name}.keras")
    check_name_and_file(name, out)
    check_writable(out.absolute().parent)
    with library():
        from keras_gan_cli.tasks import features as task

        task.train(source, name, out, image_shape, epochs, seed)


def check_name_and_file(name: str, out: pathlib.Path) -> None:
    """Validates the name and the file of a new feature network.

    Raises:
        click.UsageError: If the name is invalid or that of a network that ships, or the
            file exists or does not end in .keras.
    """
    check(
        re.fullmatch(r"\w[\w.-]*", name) and name not in FEATURE_NETWORKS,
        "`--name` is not a valid name of a feature network.",
        expected="letters, digits, and _ . -, and none of the networks that ship: "
        + ", ".join(FEATURE_NETWORKS),
        received=name,
        do="Pass another name, e.g. --name shoes.",
    )
    check(
        out.suffix == ".keras" and not out.exists(),
        "`--out` must be a new .keras file.",
        expected="a new file that ends in .keras",
        received=f"{out}" + (", which exists" if out.exists() else ""),
        do="Pass another file, e.g. --out shoes.keras.",
    )
