"""What a run trains: its GAN, as far as it has come, and its data."""

import zipfile

import keras

from keras_gan import data
from keras_gan.cli import runs
from keras_gan.config import check
from keras_gan.gan import GAN


def prepare(run, options, recipe):
    """Returns the GAN of a run and its data set; nothing is written.

    Args:
        run: A `keras_gan.cli.runs.Run`, fresh or begun.
        options: Dictionary of what decides it; what is found out is added: the image's
            shape, the step at which the run starts, where the optimizers come from.
        recipe: Function from an image's shape and a seed to a compiled GAN.

    Raises:
        ValueError: If the data, the files or their shapes are wrong.
    """
    keras.utils.set_random_seed(options["seed"])
    gan = None
    if run.gan.is_file():
        gan = load(run.gan)
    elif options["from"]:
        gan = taken_over(load(options["from"]), options, recipe)
    loading = {
        "seed": options["seed"],
        "flip": options["flip"],
        "image_shape": gan.image_shape if gan else options["image_shape"],
    }
    name, batch_size = options["data"], options["batch_size"]
    dataset = load_data(name, batch_size=batch_size, **loading)
    if gan is None:
        gan = recipe(tuple(dataset.element_spec.shape[1:]), seed=options["seed"])
    if gan.discriminator_steps > 1:
        batch_size *= gan.discriminator_steps
        dataset = load_data(name, batch_size=batch_size, **loading)
    options["image_shape"] = gan.image_shape
    options.setdefault("first_step", steps(gan))
    return gan, dataset


def taken_over(gan, options, recipe):
    """Returns a saved GAN, ready to go on learning with other data."""
    check(
        options["image_shape"] in (None, gan.image_shape),
        "The saved GAN makes images of another shape.",
        expected=f"image_shape={gan.image_shape}, or none: the data are brought to it",
        received=f"image_shape={options['image_shape']}",
        do="Leave --image-shape out, or start without --from.",
    )
    options["optimizers"] = "go on as they were saved"
    if not gan.compiled:
        gan.compile_from_config(recipe(gan.image_shape).get_compile_config())
        options["optimizers"] = f"start anew, by the recipe {options['recipe']}"
    return gan


def steps(gan):
    """Returns the training steps that a GAN has made."""
    return int(gan.steps.numpy())


def epochs_done(run, gan, dataset, options):
    """Returns the epochs that a run has been trained for.

    Raises:
        ValueError: If there is nothing left to do.
    """
    done = (steps(gan) - options["first_step"]) // len(dataset)
    ended = run.metrics.is_file() and runs.read_json(run.metrics)["epochs"] == done
    check(
        done < options["epochs"] or (done == options["epochs"] and not ended),
        f"The run in {run.folder} has been trained for {done} epochs.",
        expected=f"--epochs of more than {done}",
        received=f"--epochs {options['epochs']}",
        do=f"keras-gan train --resume --out {run.folder} --epochs {2 * done}",
    )
    return done


def load(path):
    """Loads a saved GAN.

    Raises:
        ValueError: If the file is not one.
    """
    try:
        gan = keras.saving.load_model(path)
        received = f"{path}, a {type(gan).__name__}"
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        first = "".join(str(error).strip().splitlines()[:1])
        gan, received = None, f"{path} ({first})"
    check(
        isinstance(gan, GAN),
        "This file is not a saved GAN.",
        expected="a .keras file that gan.save or keras-gan train wrote",
        received=received,
        do="Name another file, or the folder of a run.",
    )
    return gan


def load_data(name, **arguments):
    """Loads the data set of a name or a folder."""
    if runs.is_folder(name):
        return data.from_directory(name, **arguments)
    return data.load(name, **arguments)


def report(evaluation, values, name, gan):
    """Returns values with what they depend on and whose they are, ready for JSON."""
    measured = evaluation.with_protocol(values)
    return {
        "data": name,
        "steps": steps(gan),
        **{key: one.as_json() for key, one in measured.items()},
    }
