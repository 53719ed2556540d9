"""The commands and their options."""

import sys

import click
import keras

from keras_gan import callbacks, data, recipes
from keras_gan.cli import making, measuring, runs, stylizing, training
from keras_gan.cli.arguments import COUNT, FEATURES, PATH, TARGET, TRUNCATION, load
from keras_gan.cli.terminal import (
    Commands,
    ImageShape,
    Seed,
    closing,
    summary,
    table,
)
from keras_gan.version import __version__

EVERY = 5
"""Epochs from one measurement to the next."""

EXAMPLES = """\b
Start here:
  keras-gan train                    Fashion-MNIST, nothing to download
  keras-gan check my_pictures        what is in a folder of pictures
  keras-gan recipes                  the settings of 23 papers
  keras-gan train --data my_pictures --image-shape 64,64,3
  keras-gan stylize photo.jpg painting.jpg"""

TRAIN_EXAMPLES = """\b
Examples:
  keras-gan train
  keras-gan train --data my_pictures --image-shape 64,64,3 --flip --epochs 100
  keras-gan train --recipe biggan --width 16 --rate 2e-4 --ema-momentum 0.99
  keras-gan train --resume --epochs 200
  keras-gan train --from saved_models/fashion_mnist.keras --data my_shoes"""


@click.group(
    cls=Commands,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="keras-gan")
def main():
    """Trains GANs on images, makes images with them, measures and exports them."""


@main.command(epilog=TRAIN_EXAMPLES)
@click.option(
    "--data",
    metavar="NAME|FOLDER",
    help="Name of an image set (fashion_mnist_10k ships; fashion_mnist, or any of "
    "TensorFlow Datasets), or a folder of pictures.  [default: fashion_mnist_10k]",
)
@click.option(
    "--recipe",
    metavar="NAME",
    help="Networks, loss and optimizers of a paper; `keras-gan recipes` lists them.  "
    "[default: dcgan]",
)
@click.option(
    "--width",
    metavar="N",
    type=COUNT,
    help="Channels next to the image: 8 to 32 make small, quick networks.  [default: "
    "the recipe's]",
)
@click.option(
    "--latent-dim",
    metavar="N",
    type=COUNT,
    help="Numbers in a latent vector.  [default: the recipe's]",
)
@click.option(
    "--ema-momentum",
    metavar="X",
    type=float,
    help="Momentum of the averaged generator: 0.99 for some thousand steps, 0.999 for "
    "more, 0 for no average.  [default: the recipe's]",
)
@click.option(
    "--rate",
    metavar="X",
    type=click.FloatRange(0.0, min_open=True),
    help="Learning rate, of the recipes that take one: `keras-gan recipes NAME` tells. "
    " [default: the recipe's]",
)
@click.option(
    "--image-shape",
    type=ImageShape(),
    help="Height, width and channels to bring the images to.  [default: their own]",
)
@click.option(
    "--epochs",
    metavar="N",
    type=COUNT,
    help=f"Times that all images are seen.  [default: {runs.CHOICES['epochs']}]",
)
@click.option(
    "--batch-size",
    metavar="N",
    type=COUNT,
    help="Images of one update of the discriminator.  [default: 64]",
)
@click.option(
    "--from",
    metavar="FILE|RUN",
    help="A saved GAN that goes on learning, with this data.",
)
@click.option(
    "--out",
    metavar="FOLDER",
    type=PATH,
    help="Folder of the run, new or empty.  [default: runs/RECIPE-DATA]",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with the run of --out, or the newest one, where it stopped.",
)
@click.option("--seed", type=Seed(), help="Decides all random numbers.  [default: 0]")
@FEATURES
@click.option(
    "--flip/--no-flip", default=None, help="Mirror half of the images left-right."
)
@click.option(
    "--export",
    metavar="FOLDER",
    help="Folder of the SavedModel.  [default: saved_models/RUN]",
)
def train(out, resume, **choices):
    """Trains a GAN, and leaves everything about it in a folder.

    After each epoch the folder has a grid of samples, the curves, and the whole GAN: a
    run that was stopped goes on with --resume as if it had never stopped.
    """
    choices = {name: value for name, value in choices.items() if value is not None}
    run, options = (runs.resume if resume else runs.begin)(out, choices)
    runs.prove_writable(run.folder)
    runs.prove_writable(options["export"])
    recipe = recipes.get(options["recipe"])
    gan, dataset = training.prepare(run, options, recipe)
    done = training.epochs_done(run, gan, dataset, options)
    num_images = min(measuring.MEASURED, dataset.num_images)
    metric = measuring.distance(options["features"])
    evaluation = callbacks.Evaluation(metric, dataset, num_images, every=EVERY)
    evaluation.prepare()
    click.echo(summary(run, gan, dataset, evaluation, options, done))
    before = training.growing(gan, dataset, options)
    runs.write_json(run.options, options)
    fit(run, gan, dataset, [*before, evaluation], done, options["epochs"])
    finish(run, gan, evaluation, options)


@main.command("recipes")
@click.argument("name", required=False)
def list_recipes(name):
    """Lists the recipes: one line each; or tells all about NAME, and what it takes.

    A recipe is a paper's setting: networks, latents, losses, optimizers, schedule.
    """
    if name:
        click.echo(training.described(name))
        return
    click.echo(table({name: recipes.about(name) for name in recipes.NAMES}))
    click.echo("\nAll about one:\n  keras-gan recipes wgan_gp")
    click.echo("\nTrain one:\n  keras-gan train --recipe wgan_gp")


def fit(run, gan, dataset, before, done, epochs):
    """Trains, watched by all callbacks; some come before those that write."""
    watching = [
        *before,
        callbacks.SampleGrid(run.samples, log_dir=run.logs / "samples"),
        callbacks.Curves(run.curves, run.history),
        keras.callbacks.TensorBoard(run.logs, write_graph=False),
        keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: gan.save(run.gan)),
        callbacks.Progress(),
    ]
    try:
        gan.fit(
            dataset,
            epochs=epochs,
            initial_epoch=done,
            callbacks=watching,
            verbose=1 if sys.stdout.isatty() else 2,
        )
    except KeyboardInterrupt:
        click.echo(
            f"\nStopped. What was learned up to the last full epoch is in {run.folder}"
            f". Go on: keras-gan train --resume --out {run.folder}"
        )
        raise SystemExit(130) from None


def finish(run, gan, evaluation, options):
    """Writes the SavedModel and the metric, and says where everything is."""
    values = evaluation.values or evaluation.measure(gan)
    path = gan.export(options["export"])
    measured = training.report(evaluation, values, options["data"], gan)
    runs.write_json(run.metrics, {"epochs": options["epochs"], **measured})
    name = evaluation.metrics[0].name
    click.echo(f"\n{name}: {values[name]:.2f} (0 is best)\n")
    click.echo(closing(run, path, options["epochs"]))


main.add_command(making.generate)
main.add_command(measuring.evaluate)


@main.command()
@TARGET
@click.option(
    "--out",
    metavar="FOLDER",
    type=PATH,
    help="Folder; each export is a new version in it.  [default: saved_models/NAME]",
)
@TRUNCATION
def export(target, out, truncation):
    """Writes the generator as a SavedModel.

    That is what TensorFlow Serving and other programs take. It is loaded again and
    compared with the model in memory before it is reported.
    """
    if out:
        runs.prove_writable(out)
    path, gan = load(target)
    name = path.parent.name if path.name == "gan.keras" else path.stem
    version = gan.export(out or runs.MODELS / name, truncation=truncation)
    signatures = "\n  ".join(training.signatures(gan))
    click.echo(f"""{version}: written, loaded again and compared.

Signatures, which return uint8 `images`:
  {signatures}

From Python:
  {training.example(gan, version)}""")


@main.command()
@click.argument("source", metavar="DATA")
@click.option("--image-shape", type=ImageShape(), help="As in train.")
@click.option(
    "--out", metavar="FILE", type=PATH, default="check.png", show_default=True
)
@click.pass_context
def check(context, source, image_shape, out):
    """Tells what is in a data set.

    DATA is a name or a folder. Looks at every picture and tells counts, sizes, modes,
    broken files, duplicates and the balance of the classes, and draws what the networks
    will see. The exit code is 1 if a file is broken.
    """
    runs.prove_writable(out.absolute().parent)
    found = data.check(source, image_shape)
    click.echo(str(found))
    if found.picture is not None:
        found.save_picture(out)
        click.echo(f"\nWhat the networks will see: {out}")
    context.exit(0 if found.ok else 1)


main.add_command(measuring.features)
main.add_command(stylizing.stylize)
