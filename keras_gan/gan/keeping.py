"""How a GAN is saved and loaded, so that training goes on to the bit."""

import keras

from keras_gan import config
from keras_gan.config import check


class Keeping:
    """The part of a GAN that is a file: configuration, weights, and what carries on."""

    def save(self, filepath, overwrite=True, **kwargs):
        """Saves everything, whole or not at all; a loaded GAN trains on without a seam.

        Args:
            filepath: File that ends in `.keras`.
            overwrite: Whether to replace a file without asking.
            **kwargs: As in Keras.

        Raises:
            ValueError: If the name ends otherwise.
            OSError: If the folder cannot be written.
        """
        check(
            str(filepath).endswith(".keras"),
            "A GAN is saved as one file of Keras.",
            expected="a path that ends in .keras",
            received=filepath,
            do='For example, gan.save("gan.keras"), or save_weights for weights.',
        )
        with config.atomic_file(filepath, overwrite) as part:
            super().save(part, overwrite=True, **kwargs)

    def get_config(self):
        """Returns what the constructor takes."""
        return {
            **super().get_config(),
            "generator": keras.saving.serialize_keras_object(self.generator),
            "discriminator": keras.saving.serialize_keras_object(self.discriminator),
            "latents": keras.saving.serialize_keras_object(self.latents),
            "ema_momentum": self.ema_momentum,
            "augment": keras.saving.serialize_keras_object(self.augment),
            "seed": self.seed,
            "class_names": self.labels.names,
        }

    @classmethod
    def from_config(cls, config):
        """Builds the GAN from what `get_config` returned."""
        networks = {
            name: keras.saving.deserialize_keras_object(config[name])
            for name in ("generator", "discriminator", "latents", "augment")
        }
        return cls(**{**config, **networks})

    def get_compile_config(self):
        """Returns what `compile` was given; nothing before it was called."""
        if not self.compiled:
            return {}
        return {
            name: keras.saving.serialize_keras_object(value)
            for name, value in self._arguments.items()
        }

    def compile_from_config(self, config):
        """Compiles the GAN as the saved one was."""
        self.compile(**keras.saving.deserialize_keras_object(config))

    def save_own_variables(self, store):
        """Saves the counter of steps, what terms carry, the states of random layers."""
        super().save_own_variables(store)
        for key, variable in self.own_states.items():
            store[key] = keras.ops.convert_to_numpy(variable)

    def load_own_variables(self, store):
        """Restores what `save_own_variables` saved; a new term begins anew."""
        states = self.own_states
        own = {key: store[key] for key in store.keys() if key.isdigit()}  # noqa: SIM118
        super().load_own_variables(own)
        for memory in self.memories.values():
            memory.restart()
        for key in set(states).intersection(store.keys()):
            states[key].assign(store[key])

    @property
    def own_states(self):
        """Variables that Keras forgets: of terms, and of random layers, by name."""
        states = {
            f"{owner}_{name}": variable
            for owner, memory in self.memories.items()
            for name, variable in memory.variables.items()
        }
        randoms = enumerate(self.random_states)
        return states | {f"random_{number}": state for number, state in randoms}

    @property
    def random_states(self):
        """States of layers that draw random numbers (Dropout), which Keras forgets."""
        networks = (self.generator, self.discriminator)
        weights = {id(weight) for network in networks for weight in network.weights}
        states = [v for network in networks for v in network.variables]
        return [state for state in states if id(state) not in weights]
