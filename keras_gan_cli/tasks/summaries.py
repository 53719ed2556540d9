"""What `keras-gan train` prints before and after the training."""

import pathlib
import shlex

from keras_gan.callbacks import Evaluation
from keras_gan.data.filenames import printable
from keras_gan.gan import GAN
from keras_gan.typing import ImageDataset
from keras_gan_cli.records import RunRecord
from keras_gan_cli.runs import Run
from keras_gan_cli.terminal import table


def training_summary(
    run: Run,
    record: RunRecord,
    gan: GAN,
    dataset: ImageDataset,
    evaluation: Evaluation,
    epochs_done: int,
) -> str:
    """Returns a description of the training that is about to start, as text."""
    options = record.options
    shape = "x".join(map(str, gan.image_shape))
    generator, discriminator = (
        f"{network.count_params():,}" for network in (gan.generator, gan.discriminator)
    )
    metrics = ", ".join(metric.name for metric in evaluation.metrics)
    rows = {
        "Data": f"{printable(options.data)}: {dataset.num_images:,} images, {shape}",
        "Networks": f"{options.from_ or options.recipe}: generator with {generator} "
        f"parameters, discriminator with {discriminator}",
        "Optimizers": record.optimizers,
        "Training": f"epochs {epochs_done + 1} to {options.epochs} of {len(dataset)} "
        "steps",
        "Metrics": f"{metrics} of {evaluation.num_images:,} images, after the first "
        f"epoch, every {evaluation.every}th and the last",
        "Run": run.folder,
        "SavedModel": options.export,
    }
    return (
        f"{table(rows)}\n\nG and D are the losses; D(x) and D(G(z)) the "
        "discriminator's scores of real and of\ngenerated images.\n"
    )


def results_summary(run: Run, saved_model: pathlib.Path, epochs: int) -> str:
    """Returns the paths of a finished run's results and the next commands, as text."""
    samples = run.samples / f"epoch_{epochs:04d}.png"
    results = {
        "Samples": samples,
        "Animation": run.samples / "animation.gif",
        "Curves": run.curves,
        "Metrics": f"{run.history}, {run.metrics}",
        "TensorBoard": run.logs,
        "GAN": run.gan,
        "SavedModel": f"{saved_model} (reloaded and verified)",
    }
    folder, logs = (shlex.quote(str(path)) for path in (run.folder, run.logs))
    next_steps = {
        "view": samples,
        "monitor": f"tensorboard --logdir {logs}",
        "generate": f"keras-gan generate {folder}",
        "continue": f"keras-gan train --resume --out {folder} --epochs {2 * epochs}",
    }
    return f"{table(results)}\n\nNext:\n{table(next_steps, indent=2)}"
