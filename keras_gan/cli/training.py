"""Preparation of a training run: its GAN, new or saved, its data and its callbacks."""

import dataclasses
import inspect
import zipfile

import keras

from keras_gan import callbacks, data, recipes
from keras_gan.cli import runs
from keras_gan.cli.options import FIELDS, RECIPE_ARGUMENTS
from keras_gan.cli.terminal import flag
from keras_gan.config import UserError, check
from keras_gan.gan import GAN
from keras_gan.networks.growing import growth


def prepare(run, record):
    """Returns the GAN of a run and its dataset; nothing is written.

    Args:
        run: `Run`, new or resumed.
        record: `RunRecord` of the run; the image shape, the first step and the origin
            of the optimizers are set in it.

    Raises:
        ValueError: If the data or a file is invalid, their shapes or classes do not
            match, or the recipe does not have an argument that was passed.
    """
    options = record.options
    recipe = recipes.get(options.recipe)
    arguments = recipe_arguments(recipe, options)
    keras.utils.set_random_seed(options.seed)
    gan = None
    if run.gan.is_file():
        gan = load_gan(run.gan)
    elif options.from_:
        gan = load_initial_gan(record, recipe)
    dataset = load_data(
        options.data,
        batch_size=options.batch_size,
        seed=options.seed,
        flip=options.flip,
        image_shape=gan.image_shape if gan else options.image_shape,
    )
    if gan is None:
        shape = tuple(dataset.element_spec.shape[1:])
        arguments |= class_arguments(recipe, dataset)
        gan = recipe(shape, seed=options.seed, **arguments)
    check_classes(gan, dataset)
    # Labels and batch size depend on the GAN, which the recipe builds for the shape of
    # the images: `rebatch` does not decode them again.
    dataset = data.rebatch(
        dataset,
        options.batch_size * gan.discriminator_steps,
        labels=gan.labels.num_classes > 0,
    )
    record.options = dataclasses.replace(options, image_shape=gan.image_shape)
    if record.first_step is None:
        record.first_step = trained_steps(gan)
    return gan, dataset


def accepted_options(recipe):
    """Returns the names of the options that are arguments of a recipe."""
    parameters = inspect.signature(recipe).parameters
    return [name for name in RECIPE_ARGUMENTS if name in parameters]


def recipe_arguments(recipe, options):
    """Returns the arguments of a recipe that were passed as options.

    Raises:
        ValueError: If the recipe does not have such an argument, or the GAN is a saved
            one.
    """
    accepted = accepted_options(recipe)
    arguments = options.recipe_arguments()
    for name, value in arguments.items():
        check(
            not options.from_,
            f"`{flag(name)}` cannot change the networks of a saved GAN.",
            expected=f"--from without {flag(name)}",
            received=f"{flag(name)} {value} and --from {options.from_}",
            do="Leave one of them out.",
        )
        check(
            name in accepted,
            f"The recipe {options.recipe} does not have the option `{flag(name)}`.",
            expected=", ".join(map(flag, accepted)) or "none of these options",
            received=f"{flag(name)} {value}",
            do="Leave it out, or choose another recipe: `keras-gan recipes NAME` shows "
            "the options of each.",
        )
    return arguments


def check_classes(gan, dataset):
    """Validates that the data has as many classes as the networks of a GAN.

    Raises:
        ValueError: If it has not.
    """
    names, count = dataset.class_names, gan.labels.num_classes
    gan_names = f" ({', '.join(gan.labels.names)})" if gan.labels.names else ""
    check(
        names is None or not count or len(names) == count,
        "The number of classes differs between the data and the saved GAN.",
        expected=f"{count} classes{gan_names}",
        received=f"{len(names or ())} ({', '.join(map(str, names or ()))})",
        do=f"Pass --data with {count} classes, such as a folder with {count} folders "
        "of images, or train a new GAN, without --from and --resume.",
    )


def class_arguments(recipe, dataset):
    """Returns `num_classes` for a recipe that has this argument, as a dictionary.

    Raises:
        ValueError: If the recipe requires classes, and the data has none.
    """
    parameter = inspect.signature(recipe).parameters.get("num_classes")
    names = dataset.class_names or ()
    check(
        names or parameter is None or parameter.default is None,
        "This recipe requires classes, and the data has none.",
        expected="images with labels: a folder per class, or a dataset with classes",
        received="images without labels",
        do="Sort the images into one folder per class, or choose another recipe.",
    )
    return {"num_classes": len(names)} if parameter and names else {}


def growth_callbacks(gan, dataset, record):
    """Returns a list of the callback for progressive growing; empty if none is needed.

    The number of images of the run's first `--epochs`, and of the training of a partly
    grown `--from` GAN before, determines how fast the networks grow. The record keeps
    it: further epochs of a resumed run train at full resolution. A fully grown `--from`
    GAN does not grow again.

    Raises:
        ValueError: If a partly grown GAN would return to a lower resolution.
    """
    network, start = growth(gan.generator), trained_steps(gan)
    is_resumed = record.growth_images is not None
    if network.num_stages == 1 or (start and network.complete and not is_resumed):
        return []
    batch_size, epochs = record.options.batch_size, record.options.epochs
    if not is_resumed:
        record.growth_images = (start + epochs * len(dataset)) * batch_size
    growing = callbacks.ProgressiveGrowing(
        batch_size=batch_size, run_images=record.growth_images
    )
    growing.current_phase(gan)  # raises before anything is written
    return [growing]


def signature_lines(gan):
    """Returns the signatures of an exported GAN as lines of text."""
    latents = f"latents: float32 (count, {gan.latents.dim})"
    if not gan.labels.num_classes:
        return [f"serving_default({latents})", "sample(seed: int64, count: int32)"]
    labels = "labels: int32 (count,)"
    signatures = [
        f"serving_default({latents}, {labels})",
        "sample(seed: int64, count: int32)",
        f"sample_labels(seed: int64, {labels})",
    ]
    if gan.labels.names:
        names = "names: string (count,)"
        signatures += [f"sample_names(seed: int64, {names})", "class_names()"]
    return signatures


def export_example(gan, path):
    """Returns Python code that calls an exported GAN, as text."""
    lines = [
        "import tensorflow as tf",
        f'model = tf.saved_model.load("{path}")',
        "seed = tf.constant(0, tf.int64)",
        'sample = model.signatures["sample"]',
        'images = sample(seed=seed, count=tf.constant(16))["images"]',
    ]
    if gan.labels.num_classes:
        names = gan.labels.names
        kind = "names" if names else "labels"
        examples = list((names or range(gan.labels.num_classes))[:2])
        lines += [
            "",
            f'sample_classes = model.signatures["sample_{kind}"]',
            f"{kind} = tf.constant({examples})",
            f'images = sample_classes(seed=seed, {kind}={kind})["images"]',
        ]
    return "\n  ".join(lines)


def describe_recipe(name):
    """Returns a recipe's signature, docstring and command line, as text.

    Raises:
        ValueError: If the name is unknown.
    """
    recipe = recipes.get(name)
    options = [
        f"[{flag(option)} {FIELDS[option].metadata['metavar']}]"
        for option in accepted_options(recipe)
    ]
    command = " ".join(["keras-gan train --recipe", name, *options])
    documentation = f"{name}{inspect.signature(recipe)}\n\n{inspect.getdoc(recipe)}"
    return f"{documentation}\n\nAt the command line:\n  {command}"


def load_initial_gan(record, recipe):
    """Returns the saved GAN of `--from`, compiled; sets `optimizers` in the record.

    Raises:
        ValueError: If it is not a GAN, or not of the images' shape.
    """
    options = record.options
    gan = load_gan(options.from_)
    check(
        options.image_shape in (None, gan.image_shape),
        "`--image-shape` differs from that of the saved GAN.",
        expected=f"image_shape={gan.image_shape}, or none: the data is resized to it",
        received=f"image_shape={options.image_shape}",
        do="Leave --image-shape out, or train a new GAN without --from.",
    )
    record.optimizers = "those of the saved GAN, with their state"
    if not gan.compiled:
        arguments = {"num_classes": gan.labels.num_classes or None}
        if "num_classes" not in inspect.signature(recipe).parameters:
            arguments = {}
        template = recipe(gan.image_shape, **arguments)
        gan.compile_from_config(template.get_compile_config())
        record.optimizers = f"new, of the recipe {options.recipe}"
    return gan


def trained_steps(gan):
    """Returns the number of training steps that a GAN has made."""
    return int(gan.steps.numpy())


def count_epochs_done(run, record, gan, dataset):
    """Returns the number of epochs that a run has been trained for.

    Raises:
        ValueError: If it is finished.
    """
    epochs = record.options.epochs
    done = (trained_steps(gan) - record.first_step) // len(dataset)
    # a run that was interrupted between its last epoch and its export is not finished
    exported = run.metrics.is_file() and runs.read_json(run.metrics)["epochs"] == done
    check(
        done < epochs or (done == epochs and not exported),
        f"The run in {run.folder} has been trained for {done} epochs.",
        expected=f"--epochs of more than {done}",
        received=f"--epochs {epochs}",
        do=f"keras-gan train --resume --out {run.folder} --epochs {2 * done}",
    )
    return done


def load_gan(path):
    """Loads a saved GAN.

    Raises:
        ValueError: If the file is not one.
    """
    try:
        gan = keras.saving.load_model(path)
        received = f"{path}, a {type(gan).__name__}"
    except UserError:  # such as a format version that is too new: it has its advice
        raise
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        first_line = "".join(str(error).strip().splitlines()[:1])
        gan, received = None, f"{path} ({first_line})"
    check(
        isinstance(gan, GAN),
        "This file is not a saved GAN.",
        expected="a .keras file that gan.save or keras-gan train wrote",
        received=received,
        do="Pass another file, or the folder of a run.",
    )
    return gan


def load_data(name, **arguments):
    """Loads the dataset of a name or a folder."""
    if runs.is_folder(name):
        return data.from_directory(name, **arguments)
    return data.load(name, **arguments)


def metrics_as_json(evaluation, values, name, gan):
    """Returns values of metrics with their protocols, data and steps, for JSON.

    Args:
        evaluation: `kg.callbacks.Evaluation` that has measured the values.
        values: Dictionary from log keys to values.
        name: Name or folder of the data.
        gan: The `kg.GAN`.
    """
    measurements = evaluation.with_protocol(values)
    return {
        "data": name,
        "steps": trained_steps(gan),
        **{key: measurement.as_json() for key, measurement in measurements.items()},
    }
