"""Terms with state that training updates: losses, schedules and augmentations."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import keras
import tensorflow as tf

from keras_gan.config import Configurable
from keras_gan.typing import Tensor, Variable

R = TypeVar("R")


class StatefulTerm(Configurable):
    """Base class of terms with state, such as `k` of BEGAN or `p` of ADA.

    The term itself is immutable. Its state is a dictionary of scalars, which the GAN
    keeps as variables (see `TermState`), saves and restores, and passes to the term's
    methods as keyword arguments. A subclass names them: `next_state(self, real_scores,
    fake_scores, losses, k)`. Type checkers accept that where the base class has both
    `*_: Any` and `**state: Any`.
    """

    def initial_state(self) -> Mapping[str, float]:
        """Returns the initial state: a dictionary of floats; empty by default."""
        return {}

    def next_state(
        self,
        real_scores: Tensor,
        fake_scores: Tensor,
        losses: Tensor,
        *_: Any,
        **state: Any,
    ) -> Mapping[str, Tensor]:
        """Returns the state after an update of the discriminator.

        Args:
            real_scores: Scores of real images before the update, shape `(batch,)`.
            fake_scores: Scores of generated images before it, shape `(batch,)`.
            losses: Discriminator loss of each pair of images, shape `(batch,)`.
            **state: State before the update, tensors of shape `()`.
        """
        return state

    def metrics(
        self,
        real_scores: Tensor,
        fake_scores: Tensor,
        losses: Tensor,
        *_: Any,
        **state: Any,
    ) -> Mapping[str, Tensor]:
        """Returns what is logged of an update, by log key; the state by default."""
        return state


class TermState:
    """The variables that hold the state of a term.

    Args:
        term: A `StatefulTerm`.

    Attributes:
        variables: Dictionary from names to non-trainable `float32` variables.
        log_keys: Keys of what `term.metrics` returns.
    """

    def __init__(self, term: StatefulTerm) -> None:
        self.term = term
        self.variables: dict[str, Variable] = {
            name: keras.Variable(
                value, dtype="float32", trainable=False, autocast=False, name=name
            )
            for name, value in term.initial_state().items()
        }
        # The keys are known before training: Keras creates the metrics in `compile`.
        zeros = tf.zeros((1,))
        self.log_keys: list[str] = list(
            term.metrics(zeros, zeros, zeros, **self.values)
        )

    @property
    def values(self) -> dict[str, Tensor]:
        """Values of the variables by name, tensors of shape `()`."""
        return {
            name: tf.convert_to_tensor(variable)
            for name, variable in self.variables.items()
        }

    def call(self, method: Callable[..., R], *arguments: object) -> R:
        """Returns `method(*arguments, **state)`, for a method of the term."""
        return method(*arguments, **self.values)

    def reset(self) -> None:
        """Assigns the initial state."""
        for name, value in self.term.initial_state().items():
            self.variables[name].assign(value)

    def update(
        self, real_scores: Tensor, fake_scores: Tensor, losses: Tensor
    ) -> Mapping[str, Tensor]:
        """Updates the state after an update of the discriminator.

        Returns:
            Dictionary of what is to be logged.
        """
        values = self.values
        logs = self.term.metrics(real_scores, fake_scores, losses, **values)
        state = self.term.next_state(real_scores, fake_scores, losses, **values)
        for name, value in state.items():
            self.variables[name].assign(value)
        return logs
