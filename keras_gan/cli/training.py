"""What a run trains: its GAN, as far as it has come, and its data."""

import inspect
import zipfile

import keras

from keras_gan import callbacks, data, recipes
from keras_gan.cli import runs
from keras_gan.cli.terminal import option
from keras_gan.config import check
from keras_gan.gan import GAN
from keras_gan.networks.growing import growth


def prepare(run, options, recipe):
    """Returns the GAN of a run and its data set; nothing is written.

    Args:
        run: A `keras_gan.cli.runs.Run`, fresh or begun.
        options: Dictionary of what decides it; what is found out is added: the image's
            shape, the step at which the run starts, where the optimizers come from.
        recipe: Function from an image's shape and a seed (and the number of classes) to
            a compiled GAN.

    Raises:
        ValueError: If the data, the files or their shapes are wrong, or the recipe does
            not take what was chosen.
    """
    chosen = arguments(options, recipe)
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
        shape, seed = tuple(dataset.element_spec.shape[1:]), options["seed"]
        gan = recipe(shape, **classes(recipe, dataset), **chosen, seed=seed)
    if gan.discriminator_steps > 1 or gan.labels.num_classes:
        batch_size *= gan.discriminator_steps
        loading["labels"] = gan.labels.num_classes > 0
        check_classes(gan, dataset)
        dataset = load_data(name, batch_size=batch_size, **loading)
    options["image_shape"] = gan.image_shape
    options.setdefault("first_step", steps(gan))
    return gan, dataset


def taken(recipe):
    """Returns the arguments of a recipe that are options of `train`, by their names."""
    asked = inspect.signature(recipe).parameters
    return [name for name in runs.ARGUMENTS if name in asked]


def arguments(options, recipe):
    """Returns the arguments of a recipe that the user chose.

    Raises:
        ValueError: If the recipe has no such argument, or the GAN is a saved one.
    """
    chosen = {
        name: options[name] for name in runs.ARGUMENTS if options[name] is not None
    }
    known = ", ".join(map(option, taken(recipe))) or "none of these options"
    for name, value in chosen.items():
        check(
            not options["from"],
            "The networks of a saved GAN are as they were made.",
            expected=f"--from without {option(name)}",
            received=f"{option(name)} {value} and --from {options['from']}",
            do="Leave one of them out.",
        )
        check(
            name in taken(recipe),
            f"The recipe {options['recipe']} does not take {option(name)}.",
            expected=known,
            received=f"{option(name)} {value}",
            do="Leave it out, or take another recipe: `keras-gan recipes NAME` tells "
            "what each takes.",
        )
    return chosen


def check_classes(gan, dataset):
    """Makes sure that data has as many classes as the networks of a GAN.

    Raises:
        ValueError: If it has not.
    """
    names, count = dataset.class_names, gan.labels.num_classes
    known = f" ({', '.join(gan.labels.names)})" if gan.labels.names else ""
    check(
        names is None or not count or len(names) == count,
        "The data has another number of classes than the saved GAN.",
        expected=f"{count} classes{known}",
        received=f"{len(names or ())} ({', '.join(map(str, names or ()))})",
        do=f"Bring --data of {count} classes, such as a folder with {count} folders of "
        "pictures, or start a new GAN, without --from and --resume.",
    )


def classes(recipe, dataset):
    """Returns what a recipe is told of the classes of a data set, as arguments.

    Raises:
        ValueError: If the recipe needs classes, and the data has none.
    """
    asked = inspect.signature(recipe).parameters.get("num_classes")
    names = dataset.class_names or ()
    check(
        names or asked is None or asked.default is None,
        "This recipe needs classes, and the data has none.",
        expected="images with labels: a folder per class, or a set with classes",
        received="images alone",
        do="Sort the pictures into one folder per class, or take another recipe.",
    )
    return {"num_classes": len(names)} if asked and names else {}


def growing(gan, dataset, options):
    """Returns the callbacks that let networks grow, in a list: none if they do not.

    The images of the epochs that were asked for first decide how fast, with those that
    a GAN taken over half-grown has seen; more epochs, in a run that is resumed, go to
    the full size. A GAN taken over when it is fully grown stays so.

    Raises:
        ValueError: If a half-grown GAN would be taken back to smaller images.
    """
    network, begun = growth(gan.generator), steps(gan)
    planned = "growth_images" in options
    if network.num_stages == 1 or (begun and network.complete and not planned):
        return []
    size = options["batch_size"]
    images = (begun + options["epochs"] * len(dataset)) * size
    run_images = options.setdefault("growth_images", images)
    grow = callbacks.ProgressiveGrowing(batch_size=size, run_images=run_images)
    grow.due(gan)
    return [grow]


def signatures(gan):
    """Returns the signatures of an exported GAN, for people."""
    latents = f"latents: float32 (count, {gan.latents.dim})"
    if not gan.labels.num_classes:
        return [f"serving_default({latents})", "sample(seed: int64, count: int32)"]
    labels = "labels: int32 (count,)"
    plain = [
        f"serving_default({latents}, {labels})",
        "sample(seed: int64, count: int32)",
        f"sample_labels(seed: int64, {labels})",
    ]
    named = ["sample_names(seed: int64, names: string (count,))", "class_names()"]
    return plain + named if gan.labels.names else plain


def example(gan, path):
    """Returns Python code that calls an exported GAN, for people."""
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
        some = list((names or range(gan.labels.num_classes))[:2])
        lines += [
            "",
            f'of_classes = model.signatures["sample_{kind}"]',
            f"{kind} = tf.constant({some})",
            f'images = of_classes(seed=seed, {kind}={kind})["images"]',
        ]
    return "\n  ".join(lines)


def described(name):
    """Returns all that a recipe's function tells, and what `train` gives it, as text.

    Raises:
        ValueError: If there is no such recipe.
    """
    recipe = recipes.get(name)
    words = {"width": "N", "latent_dim": "N", "ema_momentum": "X", "rate": "X"}
    options = [f"[{option(each)} {words[each]}]" for each in taken(recipe)]
    typed = " ".join(["keras-gan train --recipe", name, *options])
    whole = f"{name}{inspect.signature(recipe)}\n\n{inspect.getdoc(recipe)}"
    return f"{whole}\n\nAt the command line:\n  {typed}"


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
        asked = inspect.signature(recipe).parameters
        told = {"num_classes": gan.labels.num_classes or None}
        like = recipe(gan.image_shape, **(told if "num_classes" in asked else {}))
        gan.compile_from_config(like.get_compile_config())
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
