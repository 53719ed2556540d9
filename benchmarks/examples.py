"""A small GAN of every architecture, which the other benchmarks train and measure.

The sizes are chosen so that an update with 32 or 64 images of Fashion-MNIST (28x28,
gray) takes less than a second on two cores.
"""

import dataclasses
from collections.abc import Callable

import keras_gan as kg

SHAPE, CLASSES = (28, 28, 1), 10


@dataclasses.dataclass(frozen=True)
class Example:
    """A recipe at a small size.

    Args:
        title: Title of the architecture in tables.
        build: Function that returns a compiled GAN.
        code: Source code of the call.
        batch_size: Images of one update.
        grows: Whether it is trained with `ProgressiveGrowing`.
    """

    title: str
    build: Callable
    code: str
    batch_size: int = 64
    grows: bool = False


def example(title, recipe, batch_size=64, grows=False, **arguments):
    """Returns the example of a recipe, with arguments in addition to shape and seed."""
    code = "".join(f", {name}={value}" for name, value in arguments.items())
    return Example(
        title,
        lambda: getattr(kg.recipes, recipe)(SHAPE, seed=0, **arguments),
        f"kg.recipes.{recipe}({SHAPE}{code})",
        batch_size,
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
"""Examples by the names that the scripts accept; DCGAN is the reference."""
