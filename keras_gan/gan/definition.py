"""Definition: the validated arguments of the constructor of `GAN`."""

import dataclasses
from collections.abc import Sequence
from typing import Self

from keras_gan import augment, latents
from keras_gan.gan import network_checks
from keras_gan.latents import Latents, LatentsLike
from keras_gan.networks import labels, pair
from keras_gan.networks.labels import LabelFormat
from keras_gan.typing import Model, Shape


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

    latents: Latents
    labels: LabelFormat
    image_shapes: list[Shape]
    augmentation: augment.Augmentation
    ema_generator: Model

    @classmethod
    def from_arguments(
        cls,
        generator: Model,
        discriminator: Model,
        distribution: LatentsLike,
        augmentation: augment.AugmentationLike | None,
        ema_momentum: float | None,
        class_names: Sequence[str] | None,
    ) -> Self:
        """Returns the definition of arguments of `GAN`, and builds both networks.

        Args:
            generator: As in `GAN`.
            discriminator: As in `GAN`.
            distribution: `latents` of `GAN`.
            augmentation: `augment` of `GAN`.
            ema_momentum: As in `GAN`.
            class_names: As in `GAN`.

        Raises:
            ValueError: If the shapes of the networks do not match, or a name is
                unknown.
            TypeError: If an argument is of another type.
        """
        dim = pair.infer_latent_dim(generator)
        pair.check_network(discriminator, "discriminator")
        network_checks.check_data_format(generator, discriminator)
        distribution = latents.get(distribution, dim)
        network_checks.check_latents(distribution, dim)
        label_format = labels.infer_labels(generator, discriminator, class_names)
        image_shapes = pair.check_pair(
            generator, discriminator, distribution, label_format
        )
        network_checks.check_separate(generator, discriminator)
        network_checks.check_images(image_shapes[-1], generator, discriminator)
        augmentation = augment.get(augmentation)
        augmentation.check_image_shape(image_shapes[-1])
        for value in (distribution, augmentation):
            value.get_config()  # raises an error here, not when an epoch is saved
        ema_generator = generator
        if ema_momentum is not None:
            ema_generator = pair.copy_network(generator, distribution, label_format)
            network_checks.check_copy(generator, ema_generator)
        return cls(
            distribution, label_format, image_shapes, augmentation, ema_generator
        )
