"""The version of saved GANs, and upgrades of configs of earlier versions.

Every change that would make an older file unreadable raises `VERSION` and adds one
function to `UPGRADES`. A small file of each version is in `tests/files`, and a test
loads all of them.
"""

from collections.abc import Callable

from keras_gan.errors import check
from keras_gan.typing import Config

VERSION = 1
"""Version of the files that are written."""

KEY = "format_version"
"""Name of the version in a config; files of version 0 have none."""

RENAMED_CLASSES = {
    "ByWinner": "AccuracyBalancedUpdates",
    "DiscriminatorOnly": "NoGeneratorLoss",
    "Together": "EveryStep",
    "Unaugmented": "NoAugmentation",
}
"""Names of classes of version 0, and what they became in version 1."""

RENAMED_ARGUMENTS = {
    "AccuracyBalancedUpdates": {"caught": "accuracy_threshold"},
    "BEGAN": {"rate": "k_learning_rate"},
    "SkipDiscriminator": {"below": "threshold"},
}
"""Names of arguments of version 0 by the class of version 1."""


def from_version_0(config: Config) -> Config:
    """Returns a config of version 1: classes and arguments were renamed."""
    config = {key: value_from_version_0(value) for key, value in config.items()}
    if not str(config.get("registered_name")).startswith("keras_gan>"):
        return config
    old: str = config["class_name"]
    name = RENAMED_CLASSES.get(old, old)
    renamed = RENAMED_ARGUMENTS.get(name, {})
    config["class_name"], config["registered_name"] = name, f"keras_gan>{name}"
    config["config"] = {
        renamed.get(key, key): value for key, value in config["config"].items()
    }
    return config


def value_from_version_0(value: object) -> object:
    """Returns a value of a config of version 1, from one of version 0."""
    if isinstance(value, list | tuple):
        return [value_from_version_0(item) for item in value]
    return from_version_0(value) if isinstance(value, dict) else value


UPGRADES: tuple[Callable[[Config], Config], ...] = (from_version_0,)
"""Functions from a config of version 0, 1, ... to one of the next version."""


def stamp(config: Config) -> Config:
    """Returns a config with the version of this library."""
    return {**config, KEY: VERSION}


def upgrade(config: Config) -> Config:
    """Returns a config of the present version, without its number.

    Raises:
        ValueError: If a later version of the library wrote it.
    """
    config = dict(config)
    version = config.pop(KEY, 0)
    check(
        version <= VERSION,
        "The saved GAN was written by a later version of keras_gan.",
        expected=f"format_version of at most {VERSION}",
        received=f"format_version={version}",
        do="Upgrade keras_gan to load it.",
    )
    for convert in UPGRADES[version:]:
        config = convert(config)
    return config
