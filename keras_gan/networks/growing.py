"""Networks that grow while they learn, a size of images at a time; who grows them.

Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
Variation](https://arxiv.org/abs/1710.10196), section 2 and figure 2.
"""

import dataclasses
import math
import types
import warnings

import keras
import tensorflow as tf

from keras_gan.config import check, register
from keras_gan.networks.scaling import averaged, repeated


@register
class Growing(keras.Model):
    """A network of several stages, of which one is there at a time.

    `level` says how far it has grown: 0 is the smallest stage alone; at 1.3 the third
    one (stage 2) is fading in, by a share of 0.3; at 2.0 it stands. A new network is
    fully grown, and trains as any other; `kg.callbacks.ProgressiveGrowing` starts it
    small. What is not there yet costs nothing: the stage is read when a `tf.function`
    is traced, so that a new one needs `gan.retrace()`, and a new share of the fade does
    not.

    Args:
        network: Functional model with an output for each stage, the smallest first; all
            of the same shape. Its last input, of shape `()`, is the share by which the
            newest stage has faded in; the others are the network's own.
        **kwargs: Keras's `name`, `trainable` and `dtype`.

    Attributes:
        level: Variable of shape `()`, `float32`; it is not trained.
        trainable_variables: Those of the present stage; `trainable_weights` has all.

    Raises:
        ValueError: If the network has one output or one input only.

    Example:
    >>> import keras_gan as kg
    >>> generator = kg.networks.progressive_generator((32, 32, 3), width=64)
    >>> generator.num_stages, generator.stage  # 4x4, 8x8, 16x16, 32x32
    (4, 3)
    >>> _ = generator.level.assign(1.3)
    >>> generator.stage, round(float(generator.fade), 3)
    (2, 0.3)
    """

    def __init__(self, network, **kwargs):
        super().__init__(autocast=False, **kwargs)
        check(
            len(network.outputs) > 1 and len(network.inputs) > 1,
            "This network has no stages to grow by.",
            expected="a functional model of two inputs or more, the share of the fade "
            "last, and an output for each of two stages or more",
            received=f"{len(network.inputs)} inputs and {len(network.outputs)} outputs",
            do="Return the images, or the scores, of every stage.",
        )
        self.network = network
        # Keras tracks no mapping proxy: the layers are saved and counted once.
        stages = [keras.Model(network.inputs, output) for output in network.outputs]
        self.stages = types.MappingProxyType(dict(enumerate(stages)))
        self.level = self.add_weight(
            name="level",
            shape=(),
            dtype="float32",
            initializer=keras.initializers.Constant(len(stages) - 1),
            trainable=False,
            autocast=False,
        )
        self.built = True

    @property
    def num_stages(self):
        """How many stages there are."""
        return len(self.stages)

    @property
    def stage(self):
        """The present stage, from 0: a number of Python, also inside a graph."""
        with tf.init_scope():
            level = float(keras.ops.convert_to_numpy(self.level))
        return min(max(math.ceil(level), 0), self.num_stages - 1)

    @property
    def complete(self):
        """Whether the last stage stands: nothing is left to grow."""
        return float(keras.ops.convert_to_numpy(self.level)) >= self.num_stages - 1

    @property
    def fade(self):
        """The share by which the present stage has faded in, a tensor of shape `()`."""
        share = tf.convert_to_tensor(self.level) - (self.stage - 1.0)
        return tf.clip_by_value(share, 0.0, 1.0)

    @property
    def trainable_variables(self):
        """The trainable variables of the present stage."""
        return self.stages[self.stage].trainable_variables

    @property
    def input_shape(self):
        """Shape of what the network takes; of several inputs, a list of shapes."""
        *shapes, _ = self.network.input_shape
        return shapes if len(shapes) > 1 else shapes[0]

    @property
    def output_shape(self):
        """Shape of what the network makes, the same at every stage."""
        return self.network.output_shape[-1]

    def call(self, inputs, training=False):
        """Calls the present stage."""
        inputs = [*tf.nest.flatten(inputs), self.fade]
        return self.stages[self.stage](inputs, training=training)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the outputs for inputs of a shape."""
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        return (shape[0], *self.output_shape[1:])

    def match(self, images):
        """Returns real images as they look beside those of the present stage.

        They are averaged down to its size, faded in as it is, and their pixels repeated
        up to the size that they had.

        Args:
            images: Real images, shape `(batch, height, width, channels)`.
        """
        factor = 2 ** (self.num_stages - 1 - self.stage)
        newer = averaged(images, factor)
        if self.stage > 0:
            newer = faded(repeated(averaged(newer, 2), 2), newer, self.fade)
        return repeated(newer, factor)

    def get_config(self):
        """Returns what the constructor takes."""
        network = keras.saving.serialize_keras_object(self.network)
        return {**super().get_config(), "network": network}

    @classmethod
    def from_config(cls, config):
        """Builds the network from what `get_config` returned."""
        network = keras.saving.deserialize_keras_object(config["network"])
        return cls(**{**config, "network": network})


@dataclasses.dataclass(frozen=True)
class Grown:
    """How far a network has grown that does not grow: its one stage is there."""

    num_stages: int = 1
    stage: int = 0
    complete: bool = True

    def match(self, images):
        """Returns real images as they look beside those of the network: as they are."""
        return images


def growth(network):
    """Returns what knows how far a network has grown: itself, if it is `Growing`.

    The networks of a GAN may be any of Keras; here alone it is asked which ones grow.

    Example:
    >>> import keras_gan as kg
    >>> growth(kg.networks.mlp_generator()).num_stages
    1
    >>> growth(kg.networks.progressive_generator((8, 8, 1), 4, width=4)).num_stages
    2
    """
    return network if isinstance(network, Growing) else Grown()


class Grower(keras.callbacks.Callback):
    """A callback that lets networks grow: `fit` warns of half-grown ones without."""


def check_grower(generator, callbacks):
    """Looks whether a half-grown generator is to grow on.

    Args:
        generator: Keras network.
        callbacks: What `fit` was given: a callback, a list of them, or None.

    Warns:
        UserWarning: If it is not: it would train at its small size for ever.
    """
    network = growth(generator)
    growers = [one for one in tf.nest.flatten(callbacks) if isinstance(one, Grower)]
    if network.complete or growers:
        return
    level, share = (
        float(keras.ops.convert_to_numpy(one)) for one in (network.level, network.fade)
    )
    last = network.num_stages - 1
    height, width, _ = network.output_shape[1:]
    factor = 2 ** (last - network.stage)
    warnings.warn(
        "These networks are half-grown, and nothing lets them grow on. They stay at a "
        f"level of {level:.4g}, with images of {height // factor}x{width // factor} "
        f"faded in by {share:.0%}; the full size, {height}x{width}, is at {last}. Fit "
        "with the kg.callbacks.ProgressiveGrowing by which they have grown so far; or, "
        f"to train at the full size from now on, assign {last} to the `level` of the "
        "generator, the discriminator and the averaged generator.",
        stacklevel=3,
    )


def faded(older, newer, share):
    """Returns the older for a share of 0, the newer for 1, and between them a mean."""
    return (1.0 - share) * older + share * newer
