"""Arguments of Keras's `compile` that `GAN.compile` does not have, and what to pass."""

import inspect
from collections.abc import Callable, Mapping

from keras_gan.errors import suggest, user_error

ADVICE = {
    "optimizer": "Pass one for each network: generator_optimizer=..., "
    "discriminator_optimizer=....",
    "loss_weights": "The losses of the two networks are not added. A penalty has its "
    "own weight, e.g. penalties=[kg.penalties.R1(weight=10.0)]; the update of a "
    "network is scaled by the learning rate of its optimizer.",
    "weighted_metrics": "Pass them as metrics=[...]: they compare real images with "
    "generated ones.",
    "generator_loss": "Pass loss=..., which has the losses of both networks.",
    "discriminator_loss": "Pass loss=..., which has the losses of both networks.",
    "loss_fn": 'Pass loss=..., an adversarial loss, such as loss="hinge".',
}
"""What to pass instead of arguments of Keras, and of Keras's own example of a GAN."""

RENAMED = {
    "g_optimizer": "generator_optimizer",
    "d_optimizer": "discriminator_optimizer",
    "g_loss_fn": "loss",
    "d_loss_fn": "loss",
    "gen_optimizer": "generator_optimizer",
    "disc_optimizer": "discriminator_optimizer",
}
"""Arguments of other programs, and those of `GAN.compile`."""


def check_unknown(
    arguments: Mapping[str, object], method: Callable[..., object]
) -> None:
    """Raises an error if `GAN.compile` was called with an argument that it lacks.

    Args:
        arguments: Further arguments by name. Those of Keras are accepted if they are
            None, its default.
        method: `GAN.compile`.

    Raises:
        TypeError: If there is one.
    """
    names = set(inspect.signature(method).parameters) - {"self", "kwargs"}
    for name, value in arguments.items():
        if value is None and name in ADVICE:
            continue
        other = RENAMED.get(name)
        advice = ADVICE.get(name) or suggest(name, names)
        raise user_error(
            f"`compile` of a GAN has no argument `{name}`.",
            expected="the arguments of kg.GAN.compile: two optimizers, one loss",
            received=f"{name}={value!r}",
            do=f"Pass {other}=... instead." if other else advice,
            kind=TypeError,
        )
