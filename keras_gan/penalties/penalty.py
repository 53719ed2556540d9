"""The base of all penalties, and their names in the logs."""

import abc
import itertools
import re
from typing import ClassVar

import tensorflow as tf

from keras_gan import config
from keras_gan.config import Configurable, check, fault, is_number


class Penalty(Configurable, abc.ABC):
    """A term beside the loss. Subclass it and write `__call__`.

    Attributes:
        interval: Apply every this many training steps, `interval` times as strongly.
        smallest_batch: Images that one update must have: 2 where images are compared.
        asks_replicas: Whether a lazy one calls `global_mean`, which no branch can.
    """

    interval: ClassVar = 1
    smallest_batch: ClassVar = 1
    asks_replicas: ClassVar = False

    def __post_init__(self):
        check(
            is_number(self.weight) and self.weight >= 0.0,
            f"The weight of {type(self).__name__} is out of range.",
            expected="weight of 0 or more",
            received=f"weight={self.weight!r}",
            do="Leave the penalty out to switch it off; a weight is its strength.",
        )
        check(
            isinstance(self.interval, int) and self.interval >= 1,
            f"The interval of {type(self).__name__} is out of range.",
            expected="interval of 1 or more training steps, an int",
            received=f"interval={self.interval!r}",
            do="Use 1, or 16 to save time.",
        )

    @abc.abstractmethod
    def __call__(self, game):
        """Returns the penalty, of shape `()` or `(batch,)`.

        Args:
            game: A `kg.Game`: `game.score`, `game.real`, `game.fake`, `game.latents`.
        """

    def check(self, discriminator):
        """Raises an error if the penalty cannot work with this discriminator."""


def named(penalties, discriminator, taken=()):
    """Returns penalties by log key, once all of them were found to be sound.

    Args:
        penalties: Objects of `Penalty`, in a list or tuple.
        discriminator: The network that they will look at.
        taken: Log keys of the other player's penalties.

    Raises:
        ValueError: If one cannot work with this discriminator.
        TypeError: If one is no penalty, or they are not in a list.

    Example:
    >>> import keras_gan as kg
    >>> R1 = kg.penalties.R1
    >>> list(named([R1(), R1(1.0)], kg.networks.mlp_discriminator()))
    ['r1', 'r1_2']
    """
    if not isinstance(penalties, list | tuple):
        raise fault(
            "Penalties come in a list, each of which may be there or not.",
            expected="a list of objects of kg.penalties",
            received=repr(penalties),
            do="Put brackets around it, e.g. penalties=[kg.penalties.R1()].",
            kind=TypeError,
        )
    known = {}
    for one in penalties:
        penalty = config.get(one, Penalty, {})
        penalty.check(discriminator)
        name = snake_case(type(penalty).__name__)
        numbered = (f"{name}_{number}" for number in itertools.count(2))
        keys = itertools.chain([name], numbered)
        known[next(key for key in keys if key not in (*known, *taken))] = penalty
    return known


def check_batch(penalties, size):
    """Makes sure that an update has the images that penalties compare.

    Raises:
        ValueError: If it has fewer.
    """
    for penalty in penalties:
        check(
            size >= penalty.smallest_batch,
            f"{type(penalty).__name__} compares images of one update.",
            expected=f"updates of {penalty.smallest_batch} images or more",
            received=f"{size} for each update",
            do="Take larger batches: discriminator_steps splits each in as many parts.",
        )


def snake_case(name):
    """Returns the log key of a class.

    Example:
    >>> snake_case("GradientPenalty"), snake_case("R1"), snake_case("DRAGAN")
    ('gradient_penalty', 'r1', 'dragan')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def wide(values):
    """Returns numbers in single precision at least, for sums over many of them."""
    return values if values.dtype == tf.float64 else tf.cast(values, tf.float32)
