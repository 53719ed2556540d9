"""Writes a saved GAN of the present format version, three times, beside this file.

Run `python tests/files/make_gans.py` when `keras_gan.gan.formats.VERSION` was raised,
and keep the files of earlier versions: `tests/test_gan_formats.py` loads all of them.
The files of version 0 were written by the same functions under the former names.
"""

import pathlib
import zipfile

import keras
import numpy as np

import keras_gan as kg
from keras_gan.gan.formats import VERSION

FOLDER = pathlib.Path(__file__).parent


def samples(shape):
    """Returns uniform noise images in [-1, 1], `float32`, shape `(8, *shape)`."""
    return np.random.default_rng(0).uniform(-1, 1, (8, *shape)).astype("float32")


def points():
    """Returns a GAN of points: averaged, with lazy penalties and a schedule."""
    gan = kg.GAN(
        kg.networks.mlp_generator(width=8, depth=1, data_std=0.5),
        kg.networks.mlp_discriminator(width=8, depth=1),
        ema_momentum=0.9,
        seed=0,
    )
    gan.compile(
        *optimizers(),
        loss=kg.losses.NoGeneratorLoss(0.9, 0.1),
        penalties=[kg.penalties.R1(0.5, interval=2)],
        generator_penalties=[kg.penalties.FeatureMatching(2.0)],
        schedule=kg.schedules.AccuracyBalancedUpdates(0.6),
        run_eagerly=True,
    )
    return gan


def energy():
    """Returns a GAN of an autoencoder, with state, skipped updates and unrolling."""
    gan = kg.GAN(
        kg.networks.mlp_generator(width=8, depth=1),
        kg.networks.mlp_autoencoder(code_dim=3, width=8, depth=1),
        seed=0,
    )
    gan.compile(
        *optimizers(),
        loss=kg.losses.BEGAN(0.7, k_learning_rate=0.02),
        schedule=kg.schedules.SkipDiscriminator(0.2),
        unrolling=kg.Unrolling(1, 0.1),
        run_eagerly=True,
    )
    return gan


def images():
    """Returns a GAN of images: styles, spectral normalization and ADA."""
    gan = kg.GAN(
        kg.networks.stylegan_generator((8, 8, 1), latent_dim=3, style_dim=3, width=2),
        kg.networks.dcgan_discriminator((8, 8, 1), width=2, normalization="spectral"),
        latents="sphere",
        augment=kg.augment.ADA(target=0.5, horizon=1000),
        seed=0,
    )
    gan.compile(*optimizers(), loss="hinge", run_eagerly=True)
    return gan


def optimizers():
    """Returns two Adam optimizers."""
    return keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.01)


def compress(path):
    """Compresses a `.keras` file, a ZIP archive that Keras does not compress."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def write(make):
    """Writes a GAN after three steps, its images, and the losses of the next step."""
    keras.utils.set_random_seed(0)
    gan = make()
    batch = samples(gan.image_shape)
    for _ in range(3):
        gan.train_on_batch(batch)
    path = FOLDER / f"gan_version_{VERSION}_{make.__name__}.keras"
    gan.save(path)
    compress(path)
    generated = gan.generate(8, seed=0)
    logs = gan.train_on_batch(batch, return_dict=True)
    losses = [logs["generator_loss"], logs["discriminator_loss"]]
    np.savez(path.with_suffix(".npz"), images=generated, losses=losses)


if __name__ == "__main__":
    for make in (points, energy, images):
        write(make)
