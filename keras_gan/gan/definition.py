"""Definition: what a GAN is, from the arguments of its constructor."""

import dataclasses

import keras

from keras_gan import augment, config, latents
from keras_gan.config import check
from keras_gan.networks import labels, pair


@dataclasses.dataclass(frozen=True)
class Definition:
    """The resolved arguments of `GAN`, but for the networks.

    Args:
        latents: Distribution of the latents, an object of `kg.latents`.
        labels: The labels that the networks take: see `keras_gan.networks.labels`.
        scales: Shapes of one image at each scale, the finest last.
        augmentation: Object of `kg.augment`.
        ema_generator: Network of the averaged weights: an untrainable copy of the
            generator, or the generator itself without averaging.
    """

    latents: latents.Latents
    labels: object
    scales: list
    augmentation: augment.Augmentation
    ema_generator: keras.Model

    @classmethod
    def from_arguments(
        cls,
        generator,
        discriminator,
        distribution,
        augmentation,
        ema_momentum,
        class_names,
    ):
        """Resolves arguments of `GAN`, and builds both networks.

        Raises:
            ValueError: If the networks do not fit together, or an argument is unknown.
        """
        check_ema_momentum(ema_momentum)
        dim = pair.infer_latent_dim(generator)
        distribution = latents.get(distribution, dim)
        found = labels.infer_labels(generator, discriminator, class_names)
        scales = pair.check_pair(generator, discriminator, distribution, found)
        augmentation = augment.get(augmentation)
        augmentation.check_image_shape(scales[-1])
        for value in (distribution, augmentation):
            value.get_config()  # raises an error here, not when an epoch is saved
        averaged = generator
        if ema_momentum is not None:
            averaged = pair.copy_network(generator, distribution, found)
        return cls(distribution, found, scales, augmentation, averaged)


def check_ema_momentum(ema_momentum):
    """Validates the momentum of the averaged generator.

    Raises:
        ValueError: If it is neither None nor in [0, 1).
    """
    check(
        ema_momentum is None
        or (config.is_number(ema_momentum) and 0.0 <= ema_momentum < 1.0),
        "`ema_momentum` must be in [0, 1), or None.",
        expected="a number of at least 0 and below 1, or None",
        received=f"ema_momentum={ema_momentum!r}",
        do="Use 0.999, or 0.9999 for long runs.",
    )
