"""Definition: the validated arguments of the constructor of `GAN`."""

import dataclasses

import keras

from keras_gan import augment, config, latents
from keras_gan.errors import check
from keras_gan.networks import labels, pair


@dataclasses.dataclass(frozen=True)
class Definition:
    """The resolved arguments of `GAN`, but for the networks.

    Args:
        latents: Distribution of the latents, an object of `kg.latents`.
        labels: Label format of the networks: see `keras_gan.networks.labels`.
        image_shapes: Shapes of one image at each scale, the finest last.
        augmentation: Object of `kg.augment`.
        ema_generator: Network of the averaged weights: an untrainable copy of the
            generator, or the generator itself without averaging.
    """

    latents: latents.Latents
    labels: object
    image_shapes: list
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
        """Returns the definition of arguments of `GAN`, and builds both networks.

        Args:
            generator: As in `GAN`.
            discriminator: As in `GAN`.
            distribution: `latents` of `GAN`.
            augmentation: `augment` of `GAN`.
            ema_momentum: As in `GAN`.
            class_names: As in `GAN`.

        Raises:
            ValueError: If the shapes of the networks do not match, or an argument is
                unknown or out of range.
            TypeError: If an argument is of another type.
        """
        check_ema_momentum(ema_momentum)
        dim = pair.infer_latent_dim(generator)
        distribution = latents.get(distribution, dim)
        label_format = labels.infer_labels(generator, discriminator, class_names)
        image_shapes = pair.check_pair(
            generator, discriminator, distribution, label_format
        )
        augmentation = augment.get(augmentation)
        augmentation.check_image_shape(image_shapes[-1])
        for value in (distribution, augmentation):
            value.get_config()  # raises an error here, not when an epoch is saved
        ema_generator = generator
        if ema_momentum is not None:
            ema_generator = pair.copy_network(generator, distribution, label_format)
        return cls(
            distribution, label_format, image_shapes, augmentation, ema_generator
        )


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
