"""A user's script, which mypy checks and no test runs: calls and results have types."""

from typing import Any, assert_type

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

import keras_gan as kg


class ScoreSize(kg.penalties.Penalty):
    """A penalty of one's own."""

    weight = 0.1

    def __call__(self, game: kg.Game) -> tf.Tensor:
        """Returns the squared scores of real images."""
        return self.weight * tf.square(game.score(game.real))


class Linear(kg.losses.AdversarialLoss):
    """A loss of one's own."""

    def discriminator(
        self, real_scores: tf.Tensor, fake_scores: tf.Tensor
    ) -> tf.Tensor:
        """Returns the difference of the scores."""
        return fake_scores - real_scores

    def generator(self, fake_scores: tf.Tensor, real_scores: tf.Tensor) -> tf.Tensor:
        """Returns minus the score."""
        return -fake_scores


data = kg.data.load("fashion_mnist_10k", batch_size=64, seed=0)
gan = kg.GAN(
    generator=kg.networks.dcgan_generator((28, 28, 1), latent_dim=100),
    discriminator=keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)]),
    ema_momentum=0.999,
    seed=0,
)
gan.compile(
    generator_optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5),
    discriminator_optimizer="adam",
    loss="hinge",
    penalties=[ScoreSize(), "r1", kg.penalties.R1(10.0, interval=16)],
)
gan.compile(loss=Linear())
history = gan.fit(
    data,
    epochs=2,
    callbacks=[
        kg.callbacks.SampleGrid("samples"),
        kg.callbacks.Evaluation([kg.metrics.FID()], data, num_images=1_000),
        keras.callbacks.TensorBoard("logs"),
    ],
)
gan.fit(np.zeros((8, 28, 28, 1), "float32"), batch_size=4)
gan.save("gan.keras")
assert_type(gan.generate(16, seed=0), npt.NDArray[np.floating[Any]])
assert_type(kg.recipes.wgan_gp((28, 28, 1), width=8), kg.GAN)
assert_type(kg.penalties.R1().weight, float)
assert_type(kg.GAN.from_preset("fashion_mnist"), kg.GAN)

# What is wrong is an error: mypy warns of an `ignore` that hides none.
gan.compile(loss="hing")  # type: ignore[arg-type]
gan.compile(penalties="r1")  # type: ignore[arg-type]
gan.compile(discriminator_steps="two")  # type: ignore[arg-type]
kg.recipes.wgan_gp((28, 28, 1), widht=8)  # type: ignore[call-arg]
kg.penalties.R1(gamma=1.0)  # type: ignore[call-arg]
gan.generate(num_images="16")  # type: ignore[arg-type]
gan.fits(data)  # type: ignore[attr-defined]
