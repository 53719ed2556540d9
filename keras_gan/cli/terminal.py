"""Input and output of the commands: argument types, errors, warnings, tables."""

import contextlib
import pathlib
import warnings

import click

from keras_gan.config import UserError, check, user_error

MAX_SEED = 2**32 - 1
"""Largest random seed of NumPy, which `keras.utils.set_random_seed` also sets."""


class CommandGroup(click.Group):
    """Group of commands that prints the library's own errors without a traceback."""

    def list_commands(self, context):
        """Returns the commands in the order in which they were added."""
        return list(self.commands)

    def invoke(self, context):
        """Runs a command; a `UserError` becomes a message and exit code 1."""
        try:
            with warnings_as_lines():
                return super().invoke(context)
        except UserError as error:
            raise click.ClickException(str(error)) from error


@contextlib.contextmanager
def warnings_as_lines(action=None):
    """Prints warnings as plain lines on stderr, without file name and category.

    Args:
        action: Action of Python's warning filter for `UserWarning`, such as
            `"always"`; None keeps the present filters.
    """
    with warnings.catch_warnings():
        if action:
            warnings.simplefilter(action, UserWarning)
        warnings.showwarning = lambda message, *_: click.echo(str(message), err=True)
        yield


def flag(name):
    """Returns the command-line flag of an option's name.

    A trailing underscore, as in `from_`, keeps a name from being a keyword of Python.

    Example:
    >>> flag("latent_dim"), flag("from_")
    ('--latent-dim', '--from')
    """
    return f"--{name.rstrip('_').replace('_', '-')}"


PATH = click.Path(path_type=pathlib.Path)
COUNT = click.IntRange(1)


class Seed(click.ParamType):
    """Random seed: an integer from 0 to `MAX_SEED`."""

    name = "N"

    def convert(self, value, param, context):
        """Returns the seed as an integer."""
        text = str(value)
        check(
            text.isdecimal() and int(text) <= MAX_SEED,
            "`--seed` must be an integer that is not negative.",
            expected=f"an integer from 0 to {MAX_SEED}",
            received=f"--seed {text}",
            do="Pass e.g. --seed 0.",
        )
        return int(text)


class ImageShape(click.ParamType):
    """Shape of an image: three integers separated by commas."""

    name = "H,W,C"

    def convert(self, value, param, context):
        """Returns the tuple `(height, width, channels)`."""
        try:
            height, width, channels = map(int, str(value).split(","))
        except ValueError as error:
            raise user_error(
                "`--image-shape` must be three integers.",
                expected="height, width and channels, separated by commas",
                received=f'"{value}"',
                do="Pass e.g. --image-shape 64,64,3.",
            ) from error
        return height, width, channels


def table(rows, indent=0):
    """Returns a dictionary as aligned lines of text, without values that are None.

    Example:
    >>> print(table({"Run": "runs/shoes", "Optimizers": None, "SavedModel": "shoes"}))
    Run         runs/shoes
    SavedModel  shoes
    """
    rows = {key: text for key, text in rows.items() if text is not None}
    width = max(map(len, rows)) + 2
    return "\n".join(f"{'':{indent}}{key:<{width}}{text}" for key, text in rows.items())


def training_summary(run, record, gan, dataset, evaluation, epochs_done):
    """Returns a description of the training that is about to start, as text."""
    options = record.options
    shape = "x".join(map(str, gan.image_shape))
    generator, discriminator = (
        f"{network.count_params():,}" for network in (gan.generator, gan.discriminator)
    )
    metrics = ", ".join(metric.name for metric in evaluation.metrics)
    rows = {
        "Data": f"{options.data}: {dataset.num_images:,} images, {shape}",
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


def results_summary(run, saved_model, epochs):
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
    next_steps = {
        "view": samples,
        "monitor": f"tensorboard --logdir {run.logs}",
        "generate": f"keras-gan generate {run.folder}",
        "continue": f"keras-gan train --resume --out {run.folder} "
        f"--epochs {2 * epochs}",
    }
    return f"{table(results)}\n\nNext:\n{table(next_steps, indent=2)}"
