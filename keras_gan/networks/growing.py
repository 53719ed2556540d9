"""Progressive growing of networks: stages, fading in, and the callbacks that grow.

Reference: [Progressive Growing of GANs for Improved Quality, Stability, and
Variation](https://arxiv.org/abs/1710.10196), section 2 and figure 2.
"""

import dataclasses
import math
import types
from collections.abc import Mapping, Sequence
from typing import Any, Self

import keras
import tensorflow as tf

from keras_gan.config import register
from keras_gan.errors import check, warn
from keras_gan.networks.scaling import average_pool, repeat_pixels
from keras_gan.replicas import to_numpy
from keras_gan.typing import (
    Callback,
    Config,
    Model,
    Shape,
    Tensor,
    TensorLike,
    Variable,
)


@register
class Growing(Model):
    """Network that grows progressively: several stages, of which one is active.

    `level` is the growth: 0 is the first stage alone; at 1.3 stage 2 is blended in with
    a weight of 0.3; at 2.0 it replaces stage 1. A new network is fully grown, and
    trains as any other; `kg.callbacks.ProgressiveGrowing` starts it at the first stage.
    Later stages are not computed: the stage is a Python integer, read when a
    `tf.function` is traced. A new stage therefore requires `gan.rebuild_functions()`; a
    new blend weight does not.

    Args:
        network: Functional model with an output for each stage, the first stage first;
            all of the same shape. Its last input, of shape `()`, is the blend weight of
            the active stage.
        **kwargs: Keras's `name`, `trainable` and `dtype`.

    Attributes:
        level: Non-trainable `float32` variable of shape `()`.
        trainable_variables: Variables of the active stage; `trainable_weights` are
            those of all stages.

    Raises:
        ValueError: If the network has a single output or a single input.

    Example:
    >>> import keras_gan as kg
    >>> generator = kg.networks.progressive_generator((32, 32, 3), width=64)
    >>> generator.num_stages, generator.stage  # 4x4, 8x8, 16x16, 32x32
    (4, 3)
    >>> _ = generator.level.assign(1.3)
    >>> generator.stage, round(float(generator.fade), 3)
    (2, 0.3)
    """

    def __init__(self, network: Model, **kwargs: Any) -> None:
        super().__init__(autocast=False, **kwargs)
        check(
            len(network.outputs) > 1 and len(network.inputs) > 1,
            "`network` must have an output for each of at least two stages.",
            expected="a functional model of two inputs or more, the blend weight last, "
            "and an output for each of two stages or more",
            received=f"{len(network.inputs)} inputs and {len(network.outputs)} outputs",
            do="Return the images, or the scores, of every stage.",
        )
        self.network = network
        # Keras does not track the contents of a mapping proxy: the layers are saved and
        # counted once, as those of `network`.
        stages = [keras.Model(network.inputs, output) for output in network.outputs]
        mapping = types.MappingProxyType(dict(enumerate(stages)))
        self.stages: Mapping[int, Model] = mapping
        self.level: Variable = self.add_weight(
            name="level",
            shape=(),
            dtype="float32",
            initializer=keras.initializers.Constant(len(stages) - 1),
            trainable=False,
            autocast=False,
        )
        self.built = True

    @property
    def num_stages(self) -> int:
        """Number of stages."""
        return len(self.stages)

    @property
    def stage(self) -> int:
        """Index of the active stage, a Python integer also inside a graph."""
        with tf.init_scope():  # reads the variable eagerly while a graph is traced
            level = float(to_numpy(self.level))
        return min(max(math.ceil(level), 0), self.num_stages - 1)

    @property
    def complete(self) -> bool:
        """Whether the network is fully grown."""
        return float(to_numpy(self.level)) >= self.num_stages - 1

    @property
    def fade(self) -> Tensor:
        """Blend weight of the active stage in [0, 1], a tensor of shape `()`."""
        weight = tf.convert_to_tensor(self.level) - (self.stage - 1.0)
        return tf.clip_by_value(weight, 0.0, 1.0)

    @property
    def trainable_variables(self) -> list[Variable]:
        """Trainable variables of the active stage."""
        return self.stages[self.stage].trainable_variables

    @property
    def input_shape(self) -> Shape | list[Shape]:
        """Shape of the input; a list of shapes for several inputs."""
        *shapes, _ = self.network.input_shape
        return shapes if len(shapes) > 1 else shapes[0]

    @property
    def output_shape(self) -> Shape:
        """Shape of the output, which is the same at every stage."""
        return self.network.output_shape[-1]

    def call(self, inputs: Tensor | list[Tensor], training: bool = False) -> Tensor:
        """Returns the output of the active stage."""
        inputs = [*tf.nest.flatten(inputs), self.fade]
        return self.stages[self.stage](inputs, training=training)

    def compute_output_shape(self, input_shape: Shape | list[Shape]) -> Shape:
        """Returns the output shape for an input shape."""
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        return (shape[0], *self.output_shape[1:])

    def match_resolution(self, images: Tensor) -> Tensor:
        """Returns real images at the resolution of the active stage, in full size.

        They are average-pooled, blended with the last stage's resolution as the
        generator's images are, and enlarged by nearest-neighbour upsampling.

        Args:
            images: Real images, shape `(batch, height, width, channels)`.
        """
        factor = 2 ** (self.num_stages - 1 - self.stage)
        newer = average_pool(images, factor)
        if self.stage > 0:
            older = repeat_pixels(average_pool(newer, 2), 2)
            newer = blend(older, newer, self.fade)
        return repeat_pixels(newer, factor)

    def get_config(self) -> Config:
        """Returns the arguments of the constructor."""
        network = keras.saving.serialize_keras_object(self.network)
        return {**super().get_config(), "network": network}

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Returns a network created from its config."""
        network = keras.saving.deserialize_keras_object(config["network"])
        return cls(**{**config, "network": network})


@dataclasses.dataclass(frozen=True)
class FullyGrown:
    """Growth of a network without progressive growing: its single stage is active."""

    num_stages: int = 1
    stage: int = 0
    complete: bool = True

    def match_resolution(self, images: Tensor) -> Tensor:
        """Returns the images unchanged."""
        return images


def growth(network: Model) -> Growing | FullyGrown:
    """Returns the growth of a network: itself if it is `Growing`, or `FullyGrown`.

    A GAN accepts any Keras network; this is the only test for those that grow.

    Example:
    >>> import keras_gan as kg
    >>> growth(kg.networks.mlp_generator()).num_stages
    1
    >>> growth(kg.networks.progressive_generator((8, 8, 1), 4, width=4)).num_stages
    2
    """
    return network if isinstance(network, Growing) else FullyGrown()


class GrowthCallback(Callback):
    """Base class of callbacks that grow networks.

    Without one, `fit` warns if the networks are half-grown.
    """


def warn_if_half_grown(
    generator: Model, callbacks: Callback | Sequence[Callback] | None
) -> None:
    """Warns if the generator is half-grown and no callback grows it further.

    Args:
        generator: Keras network.
        callbacks: The `callbacks` of `fit`: a callback, a list of them, or None.

    Warns:
        UserWarning: If so: all training would be at the lower resolution.
    """
    network = growth(generator)
    has_growth_callback = any(
        isinstance(callback, GrowthCallback) for callback in tf.nest.flatten(callbacks)
    )
    if isinstance(network, FullyGrown) or network.complete or has_growth_callback:
        return
    level, fade = (float(to_numpy(value)) for value in (network.level, network.fade))
    last = network.num_stages - 1
    height, width, _ = network.output_shape[1:]
    factor = 2 ** (last - network.stage)
    warn(
        "The networks are half-grown, and no callback grows them further. They stay "
        f"at a level of {level:.4g}, with images of {height // factor}x"
        f"{width // factor} faded in by {fade:.0%}; the full size, {height}x{width}, "
        f"is level {last}. Pass the kg.callbacks.ProgressiveGrowing of the earlier "
        f"training to fit; or, to train at the full size, assign {last} to the `level` "
        "of the generator, the discriminator and the averaged generator."
    )


def blend(older: Tensor, newer: Tensor, weight: TensorLike) -> Tensor:
    """Returns `(1 - weight) * older + weight * newer`."""
    return (1.0 - weight) * older + weight * newer
