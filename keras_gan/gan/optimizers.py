"""The two optimizers of a GAN."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import keras

from keras_gan.errors import check
from keras_gan.game.clipping import inner_optimizer
from keras_gan.gan import optimizer_checks
from keras_gan.gan.arguments import OptimizerLike
from keras_gan.gan.optimizer_numbers import check_numbers
from keras_gan.replicas import to_numpy
from keras_gan.typing import Callback, Config, Logs, Model, Optimizer, Variable

Pair: TypeAlias = tuple[OptimizerLike | None, OptimizerLike | None]

ROLES = "generator", "discriminator"
"""Names of the networks, in the order of their optimizers."""

EXCLUDED = "excluded_from_weight_decay"
"""Key of the compile config: indices of the weights of each network."""


class OptimizerPair:
    """Both optimizers behind the one `optimizer` attribute that Keras callbacks use.

    `gan.optimizer` is neither of the two: at the end of `fit` Keras writes a moving
    average of `optimizer` (`use_ema`) into all weights of the model, pairing the two
    lists by position. `FinalizeAverages` does it for each network.

    Args:
        networks: The generator and the discriminator.
        identifiers: The optimizer of each, or its name; None for DCGAN's Adam(2e-4,
            beta_1=0.5, epsilon=1e-8).
        auto_scale_loss: Whether to scale both losses if a layer computes in float16.

    Raises:
        ValueError: If both optimizers are the same object, one is none, or it cannot
            train its network.

    Warns:
        UserWarning: If a network has no trainable weights.
    """

    built = True

    def __init__(
        self, networks: tuple[Model, Model], identifiers: Pair, auto_scale_loss: bool
    ) -> None:
        first, second = identifiers
        check(
            first is not second or first is None or isinstance(first, str | dict),
            "`generator_optimizer` and `discriminator_optimizer` are the same object.",
            expected="one optimizer for each network, with slots for its weights",
            received=f"one {type(first).__name__} for both",
            do="Create two, e.g. keras.optimizers.Adam(2e-4, beta_1=0.5) for each.",
        )
        self.networks = networks
        self.auto_scale_loss = auto_scale_loss
        scale_loss = auto_scale_loss and has_float16(*networks)
        optimizer_checks.check_scope(networks)
        optimizer_checks.warn_if_untrainable(networks)
        self.optimizers: list[Optimizer] = [
            build_optimizer(identifier, network, scale_loss, role)
            for identifier, network, role in zip(
                identifiers, networks, ROLES, strict=True
            )
        ]
        self.start_averages()

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

    @property
    def inner_optimizer(self) -> "WithoutLossScale":
        """What `keras.callbacks.SwapEMAWeights` takes: it looks for this name first."""
        return WithoutLossScale(self.optimizers)

    def start_averages(self) -> None:
        """Sets averages of weights (`use_ema`) to the weights before the first update.

        Keras's are zeros until then, and a network may be evaluated, or training may
        end, before a schedule has updated it.
        """
        for optimizer in self.inner_optimizer.averaging:
            if not int(to_numpy(optimizer._iterations)):
                pairs = optimizer_checks.average_pairs(optimizer)
                for weight, average in pairs:
                    average.assign(weight)

    def finalize_averages(self) -> None:
        """Replaces the weights by their averages, if an optimizer has `use_ema`."""
        for optimizer in self.inner_optimizer.averaging:
            optimizer.finalize_variable_values(optimizer._trainable_variables)

    def check_built(self) -> None:
        """Raises an error if a layer was unfrozen after its optimizer was built."""
        for role, optimizer, network in zip(
            ROLES, self.optimizers, self.networks, strict=True
        ):
            built = {id(weight) for weight in optimizer_checks.built_for(optimizer)}
            new = [one for one in network.trainable_weights if id(one) not in built]
            check(
                not new,
                f"`{role}` has trainable weights that it had not at `compile`.",
                expected="the weights that its optimizer was built for",
                received=f"{len(new)} others, such as {new[0].path}" if new else "",
                do="Call `compile` again, with new optimizers, after layers are "
                "unfrozen.",
            )

    def get_exclusions(self) -> Config:
        """Returns what `exclude_from_weight_decay` excluded, for the compile config.

        Keras's config of an optimizer lacks it, and training would resume with decay.
        """
        excluded = {
            role: optimizer_checks.without_decay(optimizer, network)
            for role, optimizer, network in zip(
                ROLES, self.optimizers, self.networks, strict=True
            )
        }
        return {EXCLUDED: excluded} if any(excluded.values()) else {}

    def exclude(self, config: Config) -> None:
        """Excludes from weight decay what `get_exclusions` returned."""
        excluded = config.get(EXCLUDED, {})
        for role, optimizer, network in zip(
            ROLES, self.inner_optimizer.optimizers, self.networks, strict=True
        ):
            if indices := excluded.get(role):
                weights = [network.weights[index] for index in indices]
                optimizer.exclude_from_weight_decay(var_list=weights)

    def to_arguments(self) -> Config:
        """Returns the arguments of `GAN.compile` that give these optimizers."""
        generator_optimizer, discriminator_optimizer = self.optimizers
        return {
            "generator_optimizer": generator_optimizer,
            "discriminator_optimizer": discriminator_optimizer,
            "auto_scale_loss": self.auto_scale_loss,
        }


class WithoutLossScale:
    """Both optimizers, without a `LossScaleOptimizer` around them.

    Args:
        optimizers: The optimizers of both networks.

    Attributes:
        optimizers: Those inside; Keras 3.15 swaps the averages of each.
    """

    def __init__(self, optimizers: Sequence[Optimizer]) -> None:
        self.optimizers: list[Any] = list(map(inner_optimizer, optimizers))

    @property
    def averaging(self) -> list[Any]:
        """Those that average the weights."""
        return [one for one in self.optimizers if getattr(one, "use_ema", False)]

    # What `SwapEMAWeights` of Keras before 3.15 reads of one optimizer.

    @property
    def use_ema(self) -> bool:
        """Whether one of them averages the weights."""
        return bool(self.averaging)

    @property
    def _trainable_variables(self) -> list[Variable]:
        return [v for one in self.averaging for v in one._trainable_variables]

    @property
    def _model_variables_moving_average(self) -> list[Variable]:
        if not self.averaging:
            raise AttributeError("no optimizer has use_ema=True")
        return [
            v for one in self.averaging for v in one._model_variables_moving_average
        ]

    @property
    def _distribution_strategy(self) -> Any:
        return self.optimizers[0]._distribution_strategy


class FinalizeAverages(Callback):
    """Callback that ends `fit` with the averaged weights, for `use_ema=True`.

    Keras does it for one optimizer, at the same time: after the last epoch, before
    other callbacks such as `EarlyStopping(restore_best_weights=True)` end.

    Args:
        optimizers: Both optimizers.
    """

    def __init__(self, optimizers: OptimizerPair) -> None:
        super().__init__()
        self.optimizers = optimizers

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Starts the averages at the weights."""
        self.optimizers.start_averages()

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Replaces the weights by their averages."""
        self.optimizers.finalize_averages()


def has_float16(*networks: Model) -> bool:
    """Returns whether a layer of the networks computes in `float16`, at any depth."""
    layers = [layer for network in networks for layer in network._flatten_layers()]
    return any(layer.compute_dtype == "float16" for layer in layers)


def build_optimizer(
    identifier: OptimizerLike | None, network: Model, scale_loss: bool, role: str
) -> Optimizer:
    """Returns a Keras optimizer whose slots exist.

    Keras restores no slots of an optimizer that was not built before loading.

    Args:
        identifier: A Keras optimizer, its name or dictionary, or None.
        network: The network that it is to train.
        scale_loss: Whether to scale the loss.
        role: `"generator"` or `"discriminator"`.
    """
    if identifier is None:
        identifier = keras.optimizers.Adam(2e-4, beta_1=0.5, epsilon=1e-8)
    optimizer = optimizer_checks.get(identifier, role)
    check_numbers(optimizer, role)
    optimizer = optimizer_checks.for_weights(optimizer, network, role)
    scaled = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    if scale_loss and not scaled:
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    optimizer_checks.check_replicas(optimizer, role)
    optimizer.build(network.trainable_weights)  # a growing network has more of them
    optimizer_checks.check_parts(optimizer, role)
    return optimizer
