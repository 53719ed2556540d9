"""One small GAN of every architecture, which the other scripts train and measure.

The sizes are chosen so that an update by 32 or 64 Fashion-MNIST images (28x28, gray)
takes some tenths of a second on two cores.
"""

import dataclasses
from collections.abc import Callable

import keras_gan as kg

SHAPE, CLASSES = (28, 28, 1), 10


@dataclasses.dataclass(frozen=True)
class Example:
    """A recipe at a small size.

    Args:
        reads: What the row of a table says.
        make: From nothing to a compiled GAN.
        code: The call, as a reader would write it.
        batch: Images of one update.
        grows: Whether its training is driven by `ProgressiveGrowing`.
    """

    reads: str
    make: Callable
    code: str
    batch: int = 64
    grows: bool = False


def example(reads, recipe, batch=64, grows=False, **arguments):
    """Returns the example of a recipe, with these arguments beside shape and seed."""
    given = "".join(f", {name}={value}" for name, value in arguments.items())
    return Example(
        reads,
        lambda: getattr(kg.recipes, recipe)(SHAPE, seed=0, **arguments),
        f"kg.recipes.{recipe}({SHAPE}{given})",
        batch,
        grows,
    )


EXAMPLES = {
    "dcgan": example("DCGAN", "dcgan", width=32, ema_momentum=0.99),
    "conditional": example(
        "conditional DCGAN (label input)",
        "conditional",
        num_classes=CLASSES,
        width=32,
        ema_momentum=0.99,
    ),
    "ebgan": example(
        "EBGAN (autoencoder discriminator)", "ebgan", width=32, ema_momentum=0.99
    ),
    "began": example(
        "BEGAN (autoencoder discriminator)",
        "began",
        width=32,
        ema_momentum=0.99,
        gamma=1.0,
        k_learning_rate=0.002,
        learning_rate=1e-3,
    ),
    "resnet": example("SNGAN's ResNet", "projection", 32, width=8, ema_momentum=0.99),
    "projection": example(
        "SNGAN's ResNet, projection discriminator",
        "projection",
        32,
        num_classes=CLASSES,
        width=8,
        ema_momentum=0.99,
    ),
    "sagan": example(
        "SAGAN (self-attention)",
        "sagan",
        num_classes=CLASSES,
        width=8,
        ema_momentum=0.99,
    ),
    "biggan": example(
        "BigGAN",
        "biggan",
        32,
        num_classes=CLASSES,
        width=12,
        ema_momentum=0.99,
        learning_rate=2e-4,
    ),
    "progressive": example(
        "PGGAN (progressive growing)",
        "progressive",
        grows=True,
        latent_dim=64,
        width=16,
        ema_momentum=0.99,
    ),
    "msg_gan": example(
        "MSG-GAN (multi-scale gradients)",
        "msg_gan",
        32,
        latent_dim=64,
        width=16,
        ema_momentum=0.99,
    ),
    "stylegan": example(
        "StyleGAN", "stylegan", 32, latent_dim=64, width=16, ema_momentum=0.99
    ),
}
"""By the name that the scripts take; DCGAN is what the others are compared with."""
