"""Options of `keras-gan train`: one field each, from which all else is generated."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from keras_gan_cli import names
from keras_gan_cli.errors import check
from keras_gan_cli.paths import new_folder, parse_data
from keras_gan_cli.terminal import (
    COUNT,
    flag,
    name_or_file,
    one_of,
    parse_image_shape,
    parse_seed,
)

T = TypeVar("T")
Decorator = Callable[[T], T]
OptionType = click.IntRange | click.FloatRange | Callable[[str], object]

FEATURES = (
    "Network whose features the metrics compare: fashion_mnist (ships with the "
    "package), inception, or a file of `keras-gan features train`."
)
"""Help text of `--features`, without the default."""


def option(
    default: T,
    help: str,
    type: OptionType | None = None,
    metavar: str | None = None,
    default_text: str | None = None,
    is_recipe_argument: bool = False,
    may_change: bool = False,
) -> T:
    """Returns a field of `TrainOptions`.

    Args:
        default: Default value; a boolean makes a pair of flags, `--flip/--no-flip`.
        help: Help text, without the default.
        type: Type of click, or a function of the text; None: text, or a flag.
        metavar: Placeholder of the value in the help text.
        default_text: Default in the help text, where `default` is None.
        is_recipe_argument: Whether it is passed to the recipe, by the same name.
        may_change: Whether `--resume` accepts another value than the run's.
    """
    has_default = default is not None and default is not False
    metadata = {
        "help": help,
        "type": type,
        "metavar": metavar,
        "default_text": default_text or (str(default) if has_default else ""),
        "is_recipe_argument": is_recipe_argument,
        "may_change": may_change,
    }
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrainOptions:
    """Values of the options of `keras-gan train`.

    The fields define the flags and their help, the defaults, what `run.json` holds,
    which options a recipe takes, and what `--resume` compares.
    """

    data: str = option(
        "fashion_mnist_10k",
        "Name of a dataset (fashion_mnist_10k ships with the package; fashion_mnist, "
        "or any of TensorFlow Datasets, such as lsun/classroom); a folder of images; a "
        ".zip or .tar of them; a .npy, .npz or .h5 file of arrays; TFRecord files.",
        parse_data,
        "NAME|PATH",
    )
    recipe: str = option(
        "dcgan",
        "Networks, loss and optimizers of a paper; `keras-gan recipes` lists them.",
        one_of("recipe", names.RECIPES),
        "NAME",
    )
    width: int | None = option(
        None,
        "Channels of the layer nearest to the image: 8 to 32 for small, fast networks.",
        COUNT,
        "N",
        "the recipe's",
        is_recipe_argument=True,
    )
    latent_dim: int | None = option(
        None,
        "Dimension of the latent vectors.",
        COUNT,
        "N",
        "the recipe's",
        is_recipe_argument=True,
    )
    ema_momentum: float | None = option(
        None,
        "Momentum of the averaged generator: 0.99 for some thousand steps, 0.999 for "
        "more, 0 for no average.",
        click.FloatRange(0.0, 1.0, max_open=True),
        "X",
        "the recipe's",
        is_recipe_argument=True,
    )
    learning_rate: float | None = option(
        None,
        "Learning rate, for the recipes that have this argument: see `keras-gan "
        "recipes NAME`.",
        click.FloatRange(0.0, min_open=True),
        "X",
        "the recipe's",
        is_recipe_argument=True,
    )
    image_shape: tuple[int, ...] | None = option(
        None,
        "Height, width and channels to which the images are resized.",
        parse_image_shape,
        "H,W,C",
        "their own",
    )
    epochs: int = option(
        12,
        "Total number of epochs, including those before --resume.",
        COUNT,
        "N",
        may_change=True,
    )
    batch_size: int = option(
        64, "Number of images in one update of the discriminator.", COUNT, "N"
    )
    from_: str | None = option(
        None,
        "GAN whose training continues with this data: a preset (fashion_mnist ships "
        "with the package), a run or a file.",
        metavar="PRESET|RUN|FILE",
        default_text="a new GAN",
    )
    seed: int = option(
        0, "Random seed of networks, data order and latents.", parse_seed, "N"
    )
    features: str = option(
        "fashion_mnist",
        FEATURES,
        name_or_file("feature network", names.FEATURE_NETWORKS),
        "NAME|FILE",
    )
    flip: bool = option(False, "Mirror images left-right with probability 1/2.")
    on_error: str = option(
        "raise",
        "What to do about an image that can no longer be read in training: raise an "
        "error that names it, or replace it with another one of its batch.",
        one_of("action", ("raise", "replace")),
        "raise|replace",
        may_change=True,
    )
    export: str | None = option(
        None,
        "Folder of the SavedModel.",
        lambda text: str(new_folder(text)),
        metavar="FOLDER",
        default_text="saved_models/RUN",
        may_change=True,
    )

    def recipe_arguments(self) -> dict[str, int | float]:
        """Returns the arguments of the recipe that were passed, as a dictionary."""
        values = {name: getattr(self, name) for name in RECIPE_ARGUMENTS}
        return {name: value for name, value in values.items() if value is not None}

    def to_json(self) -> dict[str, object]:
        """Returns the values under the keys of `run.json`."""
        return {key: getattr(self, name) for key, name in KEYS.items()}

    def check_recipe_arguments(self) -> None:
        """Raises an error if networks of a saved GAN would be changed.

        Raises:
            click.UsageError: If so.
        """
        for name, value in self.recipe_arguments().items():
            check(
                not self.from_,
                f"`{flag(name)}` cannot change the networks of a saved GAN.",
                expected=f"--from without {flag(name)}",
                received=f"{flag(name)} {value} and --from {self.from_}",
                do="Leave one of them out.",
            )

    @classmethod
    def from_json(cls, content: Mapping[str, object]) -> "TrainOptions":
        """Returns the options that `to_json` gave; a missing key has its default."""
        values: dict[str, Any] = {KEYS[key]: value for key, value in content.items()}
        if values.get("image_shape") is not None:
            values["image_shape"] = tuple(values["image_shape"])  # JSON has lists
        return cls(**values)


FIELDS = {field.name: field for field in dataclasses.fields(TrainOptions)}
"""Fields of `TrainOptions` by name."""

KEYS = {name.rstrip("_"): name for name in FIELDS}
"""Names of the fields by their keys in `run.json`."""

RECIPE_ARGUMENTS = [
    name for name, field in FIELDS.items() if field.metadata["is_recipe_argument"]
]
"""Names of the options that are arguments of a recipe."""


def click_option(name: str, default_text: str | None = None) -> Decorator[Any]:
    """Returns the decorator of one option.

    Args:
        name: Name of a field of `TrainOptions`.
        default_text: Default in the help text; None: that of the field.
    """
    field = FIELDS[name]
    metadata = field.metadata
    default_text = default_text or metadata["default_text"]
    # two spaces, as click itself writes them
    suffix = f"  [default: {default_text}]" if default_text else ""
    pair = f"{flag(name)}/{flag(f'no_{name}')}"
    return click.option(
        pair if isinstance(field.default, bool) else flag(name),
        name,
        # None is an option that was not passed: --resume must tell it from a default.
        default=None,
        type=metadata["type"],
        metavar=metadata["metavar"],
        help=metadata["help"] + suffix,
    )


def click_options(command: T) -> T:
    """Decorates a command with all options of `TrainOptions`, in their order."""
    for name in reversed(FIELDS):
        command = click_option(name)(command)
    return command
