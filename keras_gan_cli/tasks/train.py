"""The task of `keras-gan train`: training, export and the metrics of a run."""

import sys
from collections.abc import Sequence

import click
import keras

from keras_gan import callbacks
from keras_gan.gan import GAN
from keras_gan.typing import Callback, ImageDataset
from keras_gan_cli.records import RunRecord
from keras_gan_cli.runs import Run
from keras_gan_cli.tasks import preparation
from keras_gan_cli.tasks.common import metrics_as_json, write_json
from keras_gan_cli.tasks.evaluate import NUM_IMAGES, frechet_distance
from keras_gan_cli.tasks.summaries import results_summary, training_summary

EVALUATION_INTERVAL = 5
"""Epochs from one evaluation to the next."""


def train(run: Run, record: RunRecord) -> None:
    """Trains the GAN of a run, new or resumed, and writes all results."""
    gan, dataset = preparation.prepare(run, record)
    epochs_done = preparation.count_epochs_done(run, record, gan, dataset)
    num_images = min(NUM_IMAGES, dataset.num_images)
    metric = frechet_distance(record.options.features)
    evaluation = callbacks.Evaluation(
        metric, dataset, num_images, every=EVALUATION_INTERVAL
    )
    evaluation.prepare()
    click.echo(training_summary(run, record, gan, dataset, evaluation, epochs_done))
    growing = preparation.growth_callbacks(gan, dataset, record)
    write_json(run.record, record.to_json())
    epochs = record.options.epochs
    fit(run, gan, dataset, [*growing, evaluation], epochs_done, epochs)
    finish(run, record, gan, evaluation)


def fit(
    run: Run,
    gan: GAN,
    dataset: ImageDataset,
    first_callbacks: Sequence[Callback],
    initial_epoch: int,
    epochs: int,
) -> None:
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


def finish(
    run: Run, record: RunRecord, gan: GAN, evaluation: callbacks.Evaluation
) -> None:
    """Exports the GAN, writes its metrics, and prints the paths of all results."""
    options = record.options
    values = evaluation.values or evaluation.measure(gan)
    saved_model = gan.export(record.export_folder(run))
    metrics = metrics_as_json(evaluation, values, options.data, gan)
    write_json(run.metrics, {"epochs": options.epochs, **metrics})
    name = evaluation.metrics[0].name
    click.echo(f"\n{name}: {values[name]:.2f} (0 is best)\n")
    click.echo(results_summary(run, saved_model, options.epochs))
