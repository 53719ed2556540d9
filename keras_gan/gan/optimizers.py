"""The two optimizers of a GAN."""

from typing import TypeAlias

import keras

from keras_gan.errors import check
from keras_gan.gan.arguments import OptimizerLike
from keras_gan.typing import Config, Model, Optimizer, Variable

Pair: TypeAlias = tuple[OptimizerLike | None, OptimizerLike | None]


class OptimizerPair:
    """Both optimizers behind the one `optimizer` attribute that Keras callbacks use.

    `gan.optimizer` is neither of the two: at the end of `fit` Keras writes a moving
    average of `optimizer` (`use_ema`) into all weights of the model, pairing the two
    lists by position.

    Args:
        networks: The generator and the discriminator.
        identifiers: The optimizer of each, or its name; None for DCGAN's Adam(2e-4,
            beta_1=0.5, epsilon=1e-8).
        auto_scale_loss: Whether to scale both losses if a layer computes in float16.

    Raises:
        ValueError: If both optimizers are the same object.
    """

    built = True

    def __init__(
        self, networks: tuple[Model, Model], identifiers: Pair, auto_scale_loss: bool
    ) -> None:
        first, second = identifiers
        check(
            first is None or isinstance(first, str) or first is not second,
            "`generator_optimizer` and `discriminator_optimizer` are the same object.",
            expected="one optimizer for each network, with slots for its weights",
            received=f"one {type(first).__name__} for both",
            do="Create two, e.g. keras.optimizers.Adam(2e-4, beta_1=0.5) for each.",
        )
        self.networks = networks
        self.auto_scale_loss = auto_scale_loss
        scale_loss = auto_scale_loss and has_float16(*networks)
        self.optimizers: list[Optimizer] = [
            build_optimizer(identifier, network, scale_loss)
            for identifier, network in zip(identifiers, networks, strict=True)
        ]

    @property
    def iterations(self) -> Variable:
        """Number of updates of the generator so far."""
        return self.optimizers[0].iterations

    @property
    def variables(self) -> list[Variable]:
        """Variables of both optimizers."""
        return [v for optimizer in self.optimizers for v in optimizer.variables]

    @property
    def learning_rate(self) -> Variable:
        """Learning rate of both optimizers.

        Callbacks of Keras before 3.15 read and set it; later ones use `optimizers`.

        Raises:
            ValueError: If the optimizers have different learning rates.
        """
        rates = [float(optimizer.learning_rate) for optimizer in self.optimizers]
        check(
            rates[0] == rates[1],
            "The optimizers have different learning rates, and this Keras's callbacks "
            "change one.",
            expected="Keras 3.15 or later, or two optimizers of the same learning rate",
            received=f"Keras {keras.__version__}, learning rates {rates}",
            do='Run `pip install "keras>=3.15"`, or pass the optimizers a '
            "keras.optimizers.schedules.LearningRateSchedule instead of the callback.",
        )
        return self.optimizers[0].learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        for optimizer in self.optimizers:
            optimizer.learning_rate = value

    def to_arguments(self) -> Config:
        """Returns the arguments of `GAN.compile` that give these optimizers."""
        generator_optimizer, discriminator_optimizer = self.optimizers
        return {
            "generator_optimizer": generator_optimizer,
            "discriminator_optimizer": discriminator_optimizer,
            "auto_scale_loss": self.auto_scale_loss,
        }


def has_float16(*networks: Model) -> bool:
    """Returns whether a layer of the networks computes in `float16`, at any depth."""
    layers = [layer for network in networks for layer in network._flatten_layers()]
    return any(layer.compute_dtype == "float16" for layer in layers)


def build_optimizer(
    identifier: OptimizerLike | None, network: Model, scale_loss: bool
) -> Optimizer:
    """Returns a Keras optimizer whose slots exist.

    Keras restores no slots of an optimizer that was not built before loading.
    """
    if identifier is None:
        identifier = keras.optimizers.Adam(2e-4, beta_1=0.5, epsilon=1e-8)
    optimizer = keras.optimizers.get(identifier)
    scaled = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    if scale_loss and not scaled:
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    optimizer.build(network.trainable_weights)  # a growing network has more of them
    return optimizer
