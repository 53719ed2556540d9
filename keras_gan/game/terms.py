"""What a term of the game may carry from step to step."""

import keras
import tensorflow as tf

from keras_gan.config import Configurable


class Term(Configurable):
    """A rule of the game, with numbers that training moves: k of BEGAN, p of ADA.

    The term itself is a value that never changes. Its state is a dictionary of numbers,
    which the GAN keeps as variables, saves and restores, and gives back to the term's
    methods as keyword arguments.
    """

    def initial_state(self):
        """Returns the numbers that the term carries, by name; none by default."""
        return {}

    def next_state(self, real_scores, fake_scores, losses, **state):
        """Returns the numbers after an update of the discriminator.

        Args:
            real_scores: Scores of real images before the update, shape `(batch,)`.
            fake_scores: Scores of generated images before it, shape `(batch,)`.
            losses: The discriminator's loss of each pair, shape `(batch,)`.
            **state: The numbers before, tensors of shape `()`.
        """
        return state

    def watch(self, real_scores, fake_scores, losses, **state):
        """Returns what is logged of an update, by log key; its state by default."""
        return state


class Memory:
    """A term of a GAN, with the variables that hold its state.

    Args:
        term: The term.
    """

    def __init__(self, term):
        self.term = term
        self.variables = {
            name: keras.Variable(
                value, dtype="float32", trainable=False, autocast=False, name=name
            )
            for name, value in term.initial_state().items()
        }
        nothing = tf.zeros((1,))
        self.log_keys = list(term.watch(nothing, nothing, nothing, **self.state))

    @property
    def state(self):
        """The state as it is, tensors of shape `()` by name."""
        return {
            name: tf.convert_to_tensor(variable)
            for name, variable in self.variables.items()
        }

    def restart(self):
        """Gives the variables the numbers that the term begins with."""
        for name, value in self.term.initial_state().items():
            self.variables[name].assign(value)

    def advance(self, real_scores, fake_scores, losses):
        """Moves the state by one update of the discriminator; returns what to log."""
        seen = real_scores, fake_scores, losses
        state = self.state
        logs = self.term.watch(*seen, **state)
        for name, value in self.term.next_state(*seen, **state).items():
            self.variables[name].assign(value)
        return logs
