"""Validation of the optimizers of `GAN.compile`."""

import copy
import inspect
from collections.abc import Iterable
from typing import Any

import keras
import tensorflow as tf

from keras_gan.errors import check, suggest, user_error, warn
from keras_gan.game.clipping import inner_optimizer
from keras_gan.gan.arguments import OptimizerLike
from keras_gan.replicas import to_numpy
from keras_gan.typing import Model, Optimizer, Variable

WITHOUT_REPLICAS = {
    "gradient_accumulation_steps": "Pass larger batches instead.",
    "ema_overwrite_frequency": "Pass use_ema=True alone, whose average replaces the "
    "weights at the end of `fit`, or average the generator by kg.GAN(..., "
    "ema_momentum=0.999).",
}
"""Options that no optimizer of Keras has on several replicas, and what to do."""

IN_SCOPE = "Create all of them, and call `compile`, within `with strategy.scope():`."
"""What to do where variables are of different strategies."""


def get(identifier: OptimizerLike, role: str) -> Optimizer:
    """Returns the Keras optimizer of an identifier.

    Args:
        identifier: A Keras optimizer, its name, or its serialized dictionary.
        role: `"generator"` or `"discriminator"`.

    Raises:
        ValueError: If it is none of these.
    """
    try:
        # Keras changes a dictionary, which may be that of both networks.
        is_config = isinstance(identifier, dict)
        return keras.optimizers.get(
            copy.deepcopy(identifier) if is_config else identifier
        )
    except (ValueError, TypeError, KeyError) as error:
        raise user_error(
            f"`{role}_optimizer` must be an optimizer of Keras.",
            expected="an object such as keras.optimizers.Adam(2e-4, beta_1=0.5), a "
            "name, or a serialized dictionary",
            received=repr(identifier),
            do=advise(identifier),
        ) from error


def advise(identifier: object) -> str:
    """Returns what to do about an invalid optimizer."""
    if isinstance(identifier, str):
        classes = inspect.getmembers(keras.optimizers, inspect.isclass)
        hidden = "Optimizer", "LossScaleOptimizer", "MultiOptimizer", "OptimizerMap"
        return suggest(identifier, [name for name, _ in classes if name not in hidden])
    if inspect.isclass(identifier):
        return f"Call the class: keras.optimizers.{identifier.__name__}(...)."
    return (
        "Pass e.g. keras.optimizers.Adam(learning_rate=2e-4, beta_1=0.5); a learning "
        "rate or a schedule is its argument `learning_rate`."
    )


def for_weights(optimizer: Optimizer, network: Model, role: str) -> Optimizer:
    """Returns an optimizer that can be built for the weights of a network.

    It is a copy if the optimizer was built for other weights, such as by `compile` of
    another GAN, and has not updated them yet.

    Args:
        optimizer: Keras optimizer; one that is not built has no slots yet.
        network: The network that it is to train.
        role: `"generator"` or `"discriminator"`.

    Raises:
        ValueError: If it has updated other weights.
    """
    known = {id(variable) for variable in built_for(optimizer)}
    weights = network.trainable_weights
    missing = [weight.path for weight in weights if id(weight) not in known]
    if not optimizer.built or not missing:
        return optimizer
    inner: Any = inner_optimizer(optimizer)
    name, excludes = type(inner).__name__, hasattr(inner, "_exclude_from_weight_decay")
    updates = int(to_numpy(inner._iterations))
    check(
        not updates and not excludes,
        f"`{role}_optimizer` was built for other weights.",
        expected=f"a new optimizer, or one that was built for all weights of {role}",
        received=f"{name} of {updates} updates, without slots for {len(missing)} of "
        f"{len(weights)} weights, such as {missing[0]}",
        do="Create another of the same settings: "
        f"keras.optimizers.{name}.from_config(optimizer.get_config()).",
    )
    return type(optimizer).from_config(optimizer.get_config())


def built_for(optimizer: Optimizer) -> list[Variable]:
    """Returns the variables for which an optimizer was built."""
    return list(getattr(inner_optimizer(optimizer), "_trainable_variables", []))


def check_replicas(optimizer: Optimizer, role: str) -> None:
    """Raises an error if an optimizer cannot train on the replicas of the strategy.

    Args:
        optimizer: Keras optimizer.
        role: `"generator"` or `"discriminator"`.
    """
    strategy = tf.distribute.get_strategy()
    inner: Any = inner_optimizer(optimizer)
    options = {
        name: value
        for name in WITHOUT_REPLICAS
        if (value := getattr(inner, name, None)) is not None
    }
    replicas = strategy.num_replicas_in_sync
    for name, value in options.items():
        check(
            replicas == 1,
            f"`{name}` of `{role}_optimizer` does not work on several replicas.",
            expected=f"{name}=None under a tf.distribute strategy",
            received=f"{name}={value}, {replicas} replicas",
            do=WITHOUT_REPLICAS[name],
        )
    made_in = getattr(inner, "_distribution_strategy", strategy)
    check(
        made_in is strategy or replicas == made_in.num_replicas_in_sync == 1,
        f"`{role}_optimizer` was created outside the strategy of the GAN.",
        expected=f"networks, GAN and optimizers created in one {name_of(strategy)}",
        received=f"{type(inner).__name__} of {name_of(made_in)}",
        do=IN_SCOPE,
    )


def check_parts(optimizer: Optimizer, role: str) -> None:
    """Raises an error if a built `MultiOptimizer` has options that are not applied.

    Args:
        optimizer: Keras optimizer.
        role: `"generator"` or `"discriminator"`.
    """
    parts: list[Any] = list(getattr(inner_optimizer(optimizer), "optimizers", []))
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    averaging = any(part.use_ema for part in parts)
    check(
        not parts or not (averaging or replicas > 1),
        f"`{role}_optimizer` is a MultiOptimizer with options that are not supported.",
        expected="one device, and use_ema=False in all of its optimizers",
        received=f"{replicas} replicas, use_ema={averaging}",
        do="Pass one optimizer for all weights, such as keras.optimizers.Adam(2e-4).",
    )


def check_scope(networks: tuple[Model, Model]) -> None:
    """Raises an error if `compile` is called in another strategy than the networks'.

    Args:
        networks: The generator and the discriminator.
    """
    strategy = tf.distribute.get_strategy()
    for network in networks:
        outside = [
            weight.path
            for weight in network.weights
            if not strategy.extended.variable_created_in_scope(weight.value)
        ]
        check(
            not outside,
            "`compile` was called in another tf.distribute strategy than that of the "
            "networks.",
            expected="networks, GAN and optimizers created in one strategy",
            received=f"{name_of(strategy)}, and {network.name} of another one",
            do=IN_SCOPE,
        )


def name_of(strategy: tf.distribute.Strategy) -> str:
    """Returns the name of a strategy's class, with its replicas."""
    count = strategy.num_replicas_in_sync
    return f"{type(strategy).__name__} of {count} replica{'s' * (count > 1)}"


def check_average(optimizer: Optimizer, weight_clip: float | None) -> None:
    """Raises an error if D's optimizer averages weights that are clipped afterwards.

    Args:
        optimizer: D's Keras optimizer.
        weight_clip: Bound of D's weights, or None.
    """
    averages = getattr(inner_optimizer(optimizer), "use_ema", False)
    check(
        weight_clip is None or not averages,
        "`weight_clip` and use_ema of `discriminator_optimizer` exclude each other.",
        expected="one of them: Keras averages the weights before they are clipped",
        received=f"weight_clip={weight_clip}, use_ema=True",
        do="Create discriminator_optimizer without use_ema.",
    )


def average_pairs(optimizer: Any) -> Iterable[tuple[Variable, Variable]]:
    """Returns pairs of weights and their averages, of an optimizer with `use_ema`."""
    averages = optimizer._model_variables_moving_average
    pairs = zip(optimizer._trainable_variables, averages, strict=True)
    return [(weight, average) for weight, average in pairs if average is not None]


def without_decay(optimizer: Optimizer, network: Model) -> list[int]:
    """Returns the indices of the weights that are excluded from weight decay.

    Args:
        optimizer: Keras optimizer.
        network: The network that it trains.
    """
    inner: Any = inner_optimizer(optimizer)
    if not getattr(inner, "weight_decay", None):
        return []
    return [
        index
        for index, weight in enumerate(network.weights)
        if weight.trainable and not inner._use_weight_decay(weight.value)
    ]


def warn_if_untrainable(networks: tuple[Model, Model]) -> None:
    """Warns if a network has no trainable weights: training does not change it."""
    for network, role in zip(networks, ("generator", "discriminator"), strict=True):
        if not network.trainable_weights:
            warn(
                f"`{role}` has no trainable weights: training will not change it. If "
                f"it was frozen, as `{role}.trainable = False` does, set it to True "
                "before `compile`: each step of a GAN changes one network only, and no "
                "network has to be frozen for that."
            )
