"""A DCGAN of 64x64 RGB images: emoji of people.

    npm pack emoji-datasource-google@16.0.0
    python benchmarks/prepare_people.py emoji-datasource-google-16.0.0.tgz
    keras-gan features train data/people --image-shape 64,64,3
    python benchmarks/people.py data/people people.keras --minutes 45

Trains for a number of minutes of processor time in batches of 16, since many small
steps gave better samples than few large ones, with DiffAugment (translation and cutout)
because the dataset is small. Then draws a grid of samples, and computes the Fréchet
distance to all images in the features of a classifier of their categories, which the
third command trains. The results are written to `docs/results/architectures.json`, the
grid to `docs/pictures/architecture_people.png`.
"""

import argparse
import json
import pathlib
import time

import keras
import numpy as np
from records import machine, read, replace, write
from trained import FIGURES, StopAfter

import keras_gan as kg
from keras_gan.callbacks.drawing import draw, sample

SHAPE, BATCH_SIZE, LEARNING_RATE = (64, 64, 3), 16, 4e-4
RUN = pathlib.Path("runs/people")


def build(width):
    """Returns a compiled DCGAN with DiffAugment."""
    gan = kg.GAN(
        kg.networks.dcgan_generator(SHAPE, 64, width),
        kg.networks.dcgan_discriminator(SHAPE, width),
        ema_momentum=0.998,
        augment=kg.augment.DiffAugment(color=0.0, cutout=0.3),
        seed=0,
    )
    optimizers = [keras.optimizers.Adam(LEARNING_RATE, beta_1=0.5) for _ in range(2)]
    gan.compile(*optimizers, loss="non_saturating")
    return gan


def train(data, width, minutes):
    """Trains and saves the GAN, and returns the record of the training."""
    keras.utils.set_random_seed(0)
    gan = build(width)
    start = time.process_time()
    callbacks = [StopAfter(minutes), kg.callbacks.SampleGrid(RUN / "samples", every=20)]
    gan.fit(data, epochs=10_000, verbose=2, callbacks=callbacks)
    gan.save(RUN / "gan.keras")
    return {
        "machine": machine(),
        "processor_minutes": (time.process_time() - start) / 60,
        "steps": int(gan.steps.numpy()),
        "generator": gan.generator.count_params(),
        "discriminator": gan.discriminator.count_params(),
    }


def distances(gan, data, features):
    """Returns Fréchet and nearest-neighbor distances of samples and real images.

    The distances between halves show how much a distance depends on the number of
    images.
    """
    real = np.concatenate(list(data.unshuffled))
    fake = gan.generate(len(real), seed=0)
    shuffled = np.random.default_rng(0).permutation(real)
    half = len(real) // 2

    def distance(real, fake):
        metric = kg.metrics.FrechetDistance(features)
        metric.update_real(real, value_range=(-1, 1))
        metric.update_fake(fake, value_range=(-1, 1))
        return metric.result()

    mirrored = np.concatenate([real, real[:, :, ::-1]])  # training flips images
    return {
        "nearest_of_samples": float(np.median(nearest(fake, mirrored))),
        "nearest_of_people": float(np.median(nearest(real, real))),
        "images": len(real),
        "distance": distance(real, fake),
        "half_of_samples": distance(shuffled[:half], fake[:half]),
        "half_of_people": distance(shuffled[:half], shuffled[half : 2 * half]),
    }


def nearest(images, others):
    """Returns the distance of each image to the nearest of others except itself.

    The root mean squared difference of their values, which are in [-1, 1].
    """
    rows, columns = (array.reshape(len(array), -1) for array in (images, others))
    squares = np.sum(rows**2, axis=1)[:, None] + np.sum(columns**2, axis=1)
    means = (squares - 2.0 * rows @ columns.T) / rows.shape[1]
    # Below 1e-4 it is the same image, up to rounding.
    return np.sqrt(np.where(means < 1e-4, np.inf, means).min(axis=1))


def main():
    """Trains a GAN unless a run exists, measures it and draws samples."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "data", type=pathlib.Path, help="folder that prepare_people.py wrote"
    )
    parser.add_argument("features", help="file that `keras-gan features train` wrote")
    parser.add_argument("--minutes", type=float, default=45.0, help="processor time")
    parser.add_argument("--width", type=int, default=32)
    arguments = parser.parse_args()
    data = kg.data.from_directory(
        arguments.data, BATCH_SIZE, image_shape=SHAPE, flip=True
    )
    if not (RUN / "gan.keras").is_file():
        replace("people", train(data, arguments.width, arguments.minutes))
    gan = keras.saving.load_model(RUN / "gan.keras")
    write("people", distances(gan, data, arguments.features))
    grid = draw(*sample(gan, 96, seed=0, columns=12))
    kg.images.save_png(FIGURES / "architecture_people.png", grid)
    print(json.dumps(read("people")))


if __name__ == "__main__":
    main()
