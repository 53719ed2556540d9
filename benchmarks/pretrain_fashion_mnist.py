"""Trains the preset "fashion_mnist": `python benchmarks/pretrain_fashion_mnist.py`.

The DCGAN recipe, on the 60,000 training images of Fashion-MNIST (Debian's package
`dataset-fashion-mnist`, or TensorFlow Datasets). After every epoch the averaged
generator and the discriminator are saved without optimizers, and the Fréchet distance
of 10,000 generated images to the 10,000 test images is printed.
"""

import argparse

import keras

import keras_gan as kg


class SaveForInference(keras.callbacks.Callback):
    """Saves the averaged generator and the discriminator after each epoch."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def on_epoch_end(self, epoch, logs=None):
        """Replaces the file."""
        gan = self.model
        generator = keras.models.clone_model(gan.ema_generator)
        generator.set_weights(gan.ema_generator.get_weights())
        generator.trainable = True  # the average is not: --from would train D alone
        kg.GAN(generator, gan.discriminator, seed=0).save(self.path)


def main():
    """Trains the GAN and saves it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--out", default=kg.presets["fashion_mnist"].path)
    arguments = parser.parse_args()
    keras.utils.set_random_seed(0)
    gan = kg.recipes.dcgan((28, 28, 1), latent_dim=64, ema_momentum=0.999, seed=0)
    test = kg.data.load("fashion_mnist", split="test")
    gan.fit(
        kg.data.load("fashion_mnist", batch_size=64, seed=0),
        epochs=arguments.epochs,
        verbose=2,
        callbacks=[
            SaveForInference(arguments.out),
            kg.callbacks.Evaluation("fd_fashion_mnist", test, num_images=10_000),
        ],
    )


if __name__ == "__main__":
    main()
