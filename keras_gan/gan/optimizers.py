"""The two optimizers of a GAN."""

import keras

from keras_gan.errors import check


class OptimizerPair:
    """Both optimizers behind the one `optimizer` attribute that Keras callbacks use.

    `gan.optimizer` is neither of the two: at the end of `fit` Keras writes a moving
    average of `optimizer` (`use_ema`) into all weights of the model, pairing the two
    lists by position.

    Args:
        generator: Keras network.
        discriminator: Keras network.
        generator_optimizer: Keras optimizer, its name, or None for DCGAN's
            Adam(2e-4, beta_1=0.5, epsilon=1e-8).
        discriminator_optimizer: The same; another object.
        auto_scale_loss: Whether to scale both losses if a layer computes in float16.

    Raises:
        ValueError: If both are the same object.
    """

    built = True

    def __init__(
        self,
        generator,
        discriminator,
        generator_optimizer,
        discriminator_optimizer,
        auto_scale_loss,
    ):
        check(
            generator_optimizer is None
            or isinstance(generator_optimizer, str)
            or generator_optimizer is not discriminator_optimizer,
            "`generator_optimizer` and `discriminator_optimizer` are the same object.",
            expected="one optimizer for each network, with slots for its weights",
            received=f"one {type(generator_optimizer).__name__} for both",
            do="Create two, e.g. keras.optimizers.Adam(2e-4, beta_1=0.5) for each.",
        )
        scale_loss = auto_scale_loss and has_float16(generator, discriminator)
        self.optimizers = [
            build_optimizer(generator_optimizer, generator, scale_loss),
            build_optimizer(discriminator_optimizer, discriminator, scale_loss),
        ]

    @property
    def iterations(self):
        """Number of updates of the generator so far."""
        return self.optimizers[0].iterations

    @property
    def variables(self):
        """Variables of both optimizers."""
        return [v for optimizer in self.optimizers for v in optimizer.variables]


def has_float16(*networks):
    """Returns whether a layer of the networks computes in `float16`, at any depth."""
    layers = [layer for network in networks for layer in network._flatten_layers()]
    return any(layer.compute_dtype == "float16" for layer in layers)


def build_optimizer(identifier, network, scale_loss):
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
