"""The command `keras-gan evaluate`: metrics and the search for memorized images."""

import pathlib

import click

from keras_gan_cli.arguments import FEATURES, SEED, TARGET, TRUNCATION
from keras_gan_cli.errors import check
from keras_gan_cli.library import VERBOSE, library
from keras_gan_cli.paths import IMAGE_ENDINGS, check_different, new_file, parse_data
from keras_gan_cli.saved import find_gan


@click.command()
@TARGET
@click.option(
    "--data",
    metavar="NAME|PATH",
    type=parse_data,
    help="Real images.  [default: the run's training data, else fashion_mnist_10k]",
)
@click.option(
    "--num-images",
    metavar="N",
    type=click.IntRange(2),
    help="Number of generated and of real images.  [default: 10,000, or all of a "
    "smaller dataset]",
)
@FEATURES
@click.option(
    "--memorization",
    metavar="FILE",
    type=new_file(*IMAGE_ENDINGS),
    help="PNG or JPEG file to write: generated images next to their nearest training "
    "images, with the distances, compared with held-out images.",
)
@click.option(
    "--held-out",
    metavar="NAME|PATH",
    type=parse_data,
    help="For --memorization: real images that are not in the training data.  "
    "[default: the test split of the data; without one, a tenth of the data, at least "
    "100 images, drawn by --seed and left out of the search]",
)
@click.option(
    "--all",
    "all_metrics",
    is_flag=True,
    help="Also compute the kernel distance and the class score (KID and Inception "
    "Score in these features), precision, recall, density and coverage.",
)
@TRUNCATION
@SEED
@click.option(
    "--out",
    metavar="FILE",
    type=new_file(".json"),
    help="JSON file to write the values to.",
)
@VERBOSE
def evaluate(
    target: str | None,
    data: str | None,
    num_images: int | None,
    features: str | None,
    memorization: pathlib.Path | None,
    held_out: str | None,
    all_metrics: bool,
    truncation: float | None,
    seed: int,
    out: pathlib.Path | None,
) -> None:
    """Measures the quality of generated images.

    Prints the Fréchet distance in the features of a network (0 is best), and its
    protocol: only values with the same data, network and number of images are
    comparable. --memorization also searches the generated images for copies of training
    images. Writes no file without --out or --memorization.
    """
    check(
        memorization or not held_out,
        "`--held-out` requires `--memorization`.",
        expected="--held-out with --memorization",
        received=f"--held-out {held_out} alone",
        do="Leave --held-out out, or add e.g. --memorization copies.png.",
    )
    check_different(out=out, memorization=memorization)
    saved = find_gan(target)
    options = saved.record.options
    with library():
        from keras_gan_cli.tasks import evaluate as task

        evaluation = task.Evaluation.load(
            saved, data or options.data, num_images, truncation, seed
        )
        network = evaluation.measure(features or options.features, all_metrics, out)
        if memorization:
            evaluation.search_copies(network, held_out, options.flip, memorization)
