"""Preparation of a training run: its GAN, new or saved, its data and its callbacks."""

import dataclasses
import inspect
import warnings
from collections.abc import Callable
from typing import Any

import keras

from keras_gan import callbacks, data, recipes
from keras_gan.data.filenames import enumerate_names
from keras_gan.errors import check
from keras_gan.gan import GAN
from keras_gan.networks.growing import growth
from keras_gan.typing import ImageDataset
from keras_gan_cli.options import TrainOptions
from keras_gan_cli.records import RunRecord
from keras_gan_cli.runs import Run
from keras_gan_cli.saved import SavedGAN, find_gan
from keras_gan_cli.starting import check_unfinished
from keras_gan_cli.tasks.common import load_data, trained_steps
from keras_gan_cli.tasks.recipes import accepted_options
from keras_gan_cli.terminal import flag

Recipe = Callable[..., GAN]


def prepare(run: Run, record: RunRecord) -> tuple[GAN, ImageDataset]:
    """Returns the GAN of a run and its dataset; nothing is written.

    Args:
        run: `Run`, new or resumed.
        record: `RunRecord` of the run; the image shape, the first step, the number of
            images, the classes and the origin of the optimizers are set in it.

    Raises:
        ValueError: If the data or a file is invalid, their shapes or classes do not
            match, or the recipe does not have an argument that was passed.
    """
    options = record.options
    recipe = recipes.get(options.recipe)
    arguments = recipe_arguments(recipe, options)
    keras.utils.set_random_seed(options.seed)
    gan = load_trained_gan(run, record, recipe)
    dataset = load_data(
        options.data,
        batch_size=options.batch_size,
        seed=options.seed,
        flip=options.flip,
        on_error=options.on_error,
        image_shape=gan.image_shape if gan else options.image_shape,
    )
    if gan is None:
        shape = tuple(dataset.element_spec.shape[1:])
        arguments |= class_arguments(recipe, dataset)
        gan = recipe(shape, seed=options.seed, **arguments)
    check_classes(gan, dataset)
    record_data(record, dataset)
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


def load_trained_gan(run: Run, record: RunRecord, recipe: Recipe) -> GAN | None:
    """Returns the GAN that a run continues: its own or that of `--from`, or None."""
    if run.gan.is_file():
        return GAN.from_preset(run.gan)
    if record.options.from_:
        return load_initial_gan(find_gan(record.options.from_), record, recipe)
    return None


def recipe_arguments(recipe: Recipe, options: TrainOptions) -> dict[str, Any]:
    """Returns the arguments of a recipe that were passed as options.

    Raises:
        ValueError: If the recipe does not have such an argument.
    """
    accepted = accepted_options(recipe)
    arguments: dict[str, Any] = options.recipe_arguments()
    for name, value in arguments.items():
        check(
            name in accepted,
            f"The recipe {options.recipe} does not have the option `{flag(name)}`.",
            expected=", ".join(map(flag, accepted)) or "none of these options",
            received=f"{flag(name)} {value}",
            do="Leave it out, or choose another recipe: `keras-gan recipes NAME` shows "
            "the options of each.",
        )
    return arguments


def check_classes(gan: GAN, dataset: ImageDataset) -> None:
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


def record_data(record: RunRecord, dataset: ImageDataset) -> None:
    """Sets the data in the record of a run; warns if that of a resumed run differs.

    Args:
        record: `RunRecord` of the run.
        dataset: Its dataset.
    """
    names = None if dataset.class_names is None else [*map(str, dataset.class_names)]
    if record.num_images not in (None, dataset.num_images):
        warnings.warn(
            f"The data of this run has changed: {dataset.num_images:,} images, before "
            f"{record.num_images:,}. Training continues with the present ones, in "
            "another order than without the change.",
            stacklevel=2,
        )
    if record.num_images is not None and record.class_names != names:
        warnings.warn(
            "The classes of the data of this run have changed: "
            f"{enumerate_names(names or ['none'])}, before "
            f"{enumerate_names(record.class_names or ['none'])}. A label is the "
            "position of its class among these names.",
            stacklevel=2,
        )
    record.num_images, record.class_names = dataset.num_images, names


def class_arguments(recipe: Recipe, dataset: ImageDataset) -> dict[str, int]:
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


def growth_callbacks(
    gan: GAN, dataset: ImageDataset, record: RunRecord
) -> list[callbacks.ProgressiveGrowing]:
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


def load_initial_gan(saved: SavedGAN, record: RunRecord, recipe: Recipe) -> GAN:
    """Returns the saved GAN of `--from`, compiled; sets `optimizers` in the record.

    Raises:
        ValueError: If it is not a GAN, or not of the images' shape.
    """
    options = record.options
    gan = GAN.from_preset(saved.path)
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


def count_epochs_done(
    run: Run, record: RunRecord, gan: GAN, dataset: ImageDataset
) -> int:
    """Returns the number of epochs that a run has been trained for.

    Raises:
        ValueError: If the record has more steps than the GAN.
        click.UsageError: If these are more than its `--epochs`.
    """
    first_step, steps = record.first_step or 0, trained_steps(gan)
    check(
        first_step <= steps,
        "`first_step` in run.json is more than the steps of the saved GAN.",
        expected=f"the steps of the GAN before this run, at most {steps:,}",
        received=f"first_step: {first_step:,}",
        do="Correct it if you have edited the file, or train a new run.",
    )
    done = (steps - first_step) // len(dataset)
    # As many are valid: if it was interrupted between its last epoch and its export.
    check_unfinished(run, record.options.epochs, done, is_exported=False)
    return done
