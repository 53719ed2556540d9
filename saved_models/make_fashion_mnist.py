"""Trains the generator that ships: `python saved_models/make_fashion_mnist.py`.

A DCGAN by its recipe, on the 60,000 training images of Fashion-MNIST (Debian's package
`dataset-fashion-mnist`, or TensorFlow Datasets). After every epoch the file is written
anew, with the averaged generator, the discriminator and no optimizers, and the Fréchet
distance is printed: 10,000 generated images against the 10,000 test images.
"""

import argparse
import pathlib

import keras

import keras_gan as kg

HERE = pathlib.Path(__file__).parent


class Shipped(keras.callbacks.Callback):
    """Writes the averaged generator and the discriminator."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def on_epoch_end(self, epoch, logs=None):
        """Replaces the file by one of the present weights."""
        gan = self.model
        kg.GAN(gan.ema_generator, gan.discriminator, seed=0).save(self.path)


def main():
    """Trains and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--out", default=HERE / "fashion_mnist.keras")
    arguments = parser.parse_args()
    keras.utils.set_random_seed(0)
    gan = kg.recipes.dcgan((28, 28, 1), latent_dim=64, ema_momentum=0.999, seed=0)
    test = kg.data.load("fashion_mnist", split="test")
    gan.fit(
        kg.data.load("fashion_mnist", batch_size=64, seed=0),
        epochs=arguments.epochs,
        verbose=2,
        callbacks=[
            Shipped(arguments.out),
            kg.callbacks.Evaluation("fd_fashion_mnist", test, num_images=10_000),
        ],
    )


if __name__ == "__main__":
    main()
