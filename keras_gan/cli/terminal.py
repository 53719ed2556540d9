"""How the commands talk: errors and warnings as lines, image shapes, aligned rows."""

import contextlib
import warnings

import click

from keras_gan.config import check, user_error

LARGEST_SEED = 2**32 - 1
"""NumPy takes none above it, which Keras seeds too."""


class Commands(click.Group):
    """A group of commands whose errors have four facts, and who print no Python."""

    def list_commands(self, context):
        """Returns the commands in the order of a user's day."""
        return list(self.commands)

    def invoke(self, context):
        """Runs a command."""
        try:
            with warnings_as_lines():
                return super().invoke(context)
        except (ValueError, TypeError, OSError, RuntimeError, ImportError) as error:
            if "What to do:" not in str(error):
                raise
            raise click.ClickException(str(error)) from error


@contextlib.contextmanager
def warnings_as_lines(action=None):
    """Shows warnings as plain lines.

    Args:
        action: How often users see the same one, a word of Python's `warnings`, such as
            `"always"`; None: as often as Python is told to.
    """
    with warnings.catch_warnings():
        if action:
            warnings.simplefilter(action, UserWarning)
        warnings.showwarning = lambda message, *_: click.echo(str(message), err=True)
        yield


def option(name):
    """Returns how an option is typed.

    Example:
    >>> option("latent_dim")
    '--latent-dim'
    """
    return f"--{name.replace('_', '-')}"


class Seed(click.ParamType):
    """A whole number that every source of random numbers takes."""

    name = "N"

    def convert(self, value, param, context):
        """Returns it."""
        text = str(value)
        check(
            text.isdecimal() and int(text) <= LARGEST_SEED,
            "This is not a seed.",
            expected=f"a whole number of 0 to {LARGEST_SEED}",
            received=f"--seed {text}",
            do="For example --seed 0.",
        )
        return int(text)


class ImageShape(click.ParamType):
    """Three numbers with commas between them."""

    name = "H,W,C"

    def convert(self, value, param, context):
        """Returns `(height, width, channels)`."""
        try:
            height, width, channels = map(int, str(value).split(","))
        except ValueError as error:
            raise user_error(
                "This is not the shape of an image.",
                expected="height, width and channels with commas between them",
                received=f'"{value}"',
                do="For example --image-shape 64,64,3.",
            ) from error
        return height, width, channels


def table(rows, indent=0):
    """Returns rows as aligned lines of text; those that are None are left out.

    Example:
    >>> print(table({"Run": "runs/shoes", "Optimizers": None, "SavedModel": "shoes"}))
    Run         runs/shoes
    SavedModel  shoes
    """
    rows = {key: text for key, text in rows.items() if text is not None}
    width = max(map(len, rows)) + 2
    return "\n".join(f"{'':{indent}}{key:<{width}}{text}" for key, text in rows.items())


def summary(run, gan, dataset, evaluation, options, done):
    """Returns what a training is going to do, as text."""
    shape = "x".join(map(str, gan.image_shape))
    numbers = [f"{net.count_params():,}" for net in (gan.generator, gan.discriminator)]
    names = ", ".join(metric.name for metric in evaluation.metrics)
    rows = {
        "Data": f"{options['data']}: {dataset.num_images:,} images, {shape}",
        "Networks": f"{options['from'] or options['recipe']}: generator with "
        f"{numbers[0]} parameters, discriminator with {numbers[1]}",
        "Optimizers": options.get("optimizers"),
        "Training": f"epochs {done + 1} to {options['epochs']} of {len(dataset)} steps",
        "Measured": f"{names} on {evaluation.num_images:,} images, after the first "
        f"epoch, every {evaluation.every}th and the last",
        "Run": run.folder,
        "SavedModel": options["export"],
    }
    return (
        f"{table(rows)}\n\nG and D are the losses; D(x) and D(G(z)) what the "
        "discriminator says of real and of\ngenerated images.\n"
    )


def closing(run, path, epochs):
    """Returns where everything is, and what to do next, as text."""
    samples = run.samples / f"epoch_{epochs:04d}.png"
    places = {
        "Samples": samples,
        "Animation": run.samples / "animation.gif",
        "Curves": run.curves,
        "Numbers": f"{run.history}, {run.metrics}",
        "TensorBoard": run.logs,
        "GAN": run.gan,
        "SavedModel": f"{path} (loaded again and compared)",
    }
    following = {
        "look at": samples,
        "watch": f"tensorboard --logdir {run.logs}",
        "more images": f"keras-gan generate {run.folder}",
        "go on": f"keras-gan train --resume --out {run.folder} --epochs {2 * epochs}",
    }
    return f"{table(places)}\n\nNext:\n{table(following, indent=2)}"
