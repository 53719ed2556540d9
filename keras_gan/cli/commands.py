"""The command `keras-gan` and its subcommands train, recipes, export and check."""

import sys

import click
import keras

from keras_gan import callbacks, data, recipes
from keras_gan.cli import evaluating, features, generating, runs, stylizing, training
from keras_gan.cli.arguments import TARGET, TRUNCATION, load_target
from keras_gan.cli.options import click_options
from keras_gan.cli.terminal import (
    PATH,
    CommandGroup,
    ImageShape,
    results_summary,
    table,
    training_summary,
)
from keras_gan.version import __version__

EVALUATION_INTERVAL = 5
"""Epochs from one evaluation to the next."""

EXAMPLES = """\b
Start here:
  keras-gan train                    trains on Fashion-MNIST, no download
  keras-gan check my_pictures        reports on a folder of images
  keras-gan recipes                  the settings of 23 papers
  keras-gan train --data my_pictures --image-shape 64,64,3
  keras-gan stylize photo.jpg painting.jpg"""

TRAIN_EXAMPLES = """\b
Examples:
  keras-gan train
  keras-gan train --data my_pictures --image-shape 64,64,3 --flip --epochs 100
  keras-gan train --recipe biggan --width 16 --learning-rate 2e-4
  keras-gan train --resume --epochs 200
  keras-gan train --from saved_models/fashion_mnist.keras --data my_shoes"""


@click.group(
    cls=CommandGroup,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="keras-gan")
def main():
    """Trains, samples, evaluates and exports generative adversarial networks."""


@main.command(epilog=TRAIN_EXAMPLES)
@click_options
@click.option(
    "--out",
    metavar="FOLDER",
    type=PATH,
    help="Folder of the run, new or empty.  [default: runs/RECIPE-DATA]",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Resume the run of --out, or the newest run.",
)
def train(out, resume, **options):
    """Trains a GAN and writes all results to a run folder.

    After each epoch the folder has a grid of samples, the curves of losses and metrics,
    and the full state of the GAN, from which --resume continues exactly.
    """
    passed = {name: value for name, value in options.items() if value is not None}
    run, record = (runs.resume_run if resume else runs.new_run)(out, passed)
    runs.check_writable(run.folder)
    runs.check_writable(record.options.export)
    gan, dataset = training.prepare(run, record)
    epochs_done = training.count_epochs_done(run, record, gan, dataset)
    num_images = min(evaluating.NUM_IMAGES, dataset.num_images)
    metric = evaluating.frechet_distance(record.options.features)
    evaluation = callbacks.Evaluation(
        metric, dataset, num_images, every=EVALUATION_INTERVAL
    )
    evaluation.prepare()
    click.echo(training_summary(run, record, gan, dataset, evaluation, epochs_done))
    growing = training.growth_callbacks(gan, dataset, record)
    runs.write_json(run.record, record.to_json())
    epochs = record.options.epochs
    fit(run, gan, dataset, [*growing, evaluation], epochs_done, epochs)
    finish(run, record, gan, evaluation)


@main.command("recipes")
@click.argument("name", required=False)
def list_recipes(name):
    """Lists the recipes, or describes the recipe NAME and its options.

    A recipe is a paper's configuration: networks, latents, loss, optimizers, schedule.
    """
    if name:
        click.echo(training.describe_recipe(name))
        return
    click.echo(table({name: recipes.about(name) for name in recipes.NAMES}))
    click.echo("\nDescribe one:\n  keras-gan recipes wgan_gp")
    click.echo("\nTrain one:\n  keras-gan train --recipe wgan_gp")


def fit(run, gan, dataset, first_callbacks, initial_epoch, epochs):
    """Trains a GAN with the callbacks of a run; `first_callbacks` come before them."""
    all_callbacks = [
        # first: the evaluation adds its values to the logs that the others write
        *first_callbacks,
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
            initial_epoch=initial_epoch,
            callbacks=all_callbacks,
            verbose=1 if sys.stdout.isatty() else 2,
        )
    except KeyboardInterrupt:
        click.echo(
            f"\nInterrupted. The state after the last full epoch is in {run.folder}. "
            f"Continue: keras-gan train --resume --out {run.folder}"
        )
        # exit code of a process that SIGINT has ended: 128 + 2
        raise SystemExit(130) from None


def finish(run, record, gan, evaluation):
    """Exports the GAN, writes its metrics, and prints the paths of all results."""
    options = record.options
    values = evaluation.values or evaluation.measure(gan)
    saved_model = gan.export(options.export)
    metrics = training.metrics_as_json(evaluation, values, options.data, gan)
    runs.write_json(run.metrics, {"epochs": options.epochs, **metrics})
    name = evaluation.metrics[0].name
    click.echo(f"\n{name}: {values[name]:.2f} (0 is best)\n")
    click.echo(results_summary(run, saved_model, options.epochs))


main.add_command(generating.generate)
main.add_command(evaluating.evaluate)


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
    """Writes the generator as a SavedModel, for TensorFlow Serving and others.

    The SavedModel is loaded again and its images are compared with the generator's.
    """
    if out:
        runs.check_writable(out)
    path, gan = load_target(target)
    name = path.parent.name if path.name == "gan.keras" else path.stem
    version = gan.export(out or runs.MODELS / name, truncation=truncation)
    signatures = "\n  ".join(training.signature_lines(gan))
    click.echo(f"""{version}: written, reloaded and verified.

Signatures, which return uint8 `images`:
  {signatures}

From Python:
  {training.export_example(gan, version)}""")


@main.command()
@click.argument("source", metavar="DATA")
@click.option("--image-shape", type=ImageShape(), help="As in train.")
@click.option(
    "--out", metavar="FILE", type=PATH, default="check.png", show_default=True
)
@click.pass_context
def check(context, source, image_shape, out):
    """Checks a dataset: counts, sizes, color modes, duplicates, broken files, classes.

    DATA is the name of a dataset, or a folder. Decodes every image, and draws a sample
    as the networks receive it. The exit code is 1 if a file is broken.
    """
    runs.check_writable(out.absolute().parent)
    report = data.check(source, image_shape)
    click.echo(str(report))
    if report.picture is not None:
        report.save_picture(out)
        click.echo(f"\nA sample of the images: {out}")
    context.exit(0 if report.ok else 1)


main.add_command(features.features)
main.add_command(stylizing.stylize)
