"""A GAN of 64x64 RGB images: people, as emoji draw them.

    npm pack emoji-datasource-google@16.0.0
    python benchmarks/prepare_people.py emoji-datasource-google-16.0.0.tgz
    keras-gan features train data/people --image-shape 64,64,3
    python benchmarks/people.py data/people people.keras --minutes 45

A DCGAN learns them for so many minutes of processor time, in batches of 16, for many
small steps show more than few large ones; it is shown them shifted and with holes
(DiffAugment without the colors), for they are few. The script draws a grid of samples,
and measures the distance to all pictures in features of a classifier of their kinds,
which the third command trains. What it finds goes to `docs/results/architectures.json`,
the picture to `docs/pictures/architecture_people.png`.
"""

import argparse
import json
import pathlib
import time

import keras
import numpy as np
from records import begin, machine, read, write
from trained import PICTURES, StopAfter

import keras_gan as kg
from keras_gan.callbacks.drawing import draw, sample

SHAPE, BATCH, RATE = (64, 64, 3), 16, 4e-4
RUN = pathlib.Path("runs/people")


def make(width):
    """Returns a DCGAN that is shown augmented images."""
    gan = kg.GAN(
        kg.networks.dcgan_generator(SHAPE, 64, width),
        kg.networks.dcgan_discriminator(SHAPE, width),
        ema_momentum=0.998,
        augment=kg.augment.DiffAugment(color=0.0, cutout=0.3),
        seed=0,
    )
    players = [keras.optimizers.Adam(RATE, beta_1=0.5) for _ in range(2)]
    gan.compile(*players, loss="non_saturating")
    return gan


def train(data, width, minutes):
    """Trains, saves, and returns what it took."""
    keras.utils.set_random_seed(0)
    gan = make(width)
    clock = time.process_time()
    callbacks = [StopAfter(minutes), kg.callbacks.SampleGrid(RUN / "samples", every=20)]
    gan.fit(data, epochs=10_000, verbose=2, callbacks=callbacks)
    gan.save(RUN / "gan.keras")
    return {
        "machine": machine(),
        "processor_minutes": (time.process_time() - clock) / 60,
        "steps": int(gan.steps.numpy()),
        "generator": gan.generator.count_params(),
        "discriminator": gan.discriminator.count_params(),
    }


def distances(gan, data, features):
    """Returns the distance of as many samples as there are pictures, and of halves."""
    real = np.concatenate(list(data.unshuffled))
    fake = gan.generate(len(real), seed=0)
    mixed = np.random.default_rng(0).permutation(real)
    half = len(real) // 2

    def distance(one, other):
        metric = kg.metrics.FrechetDistance(features)
        metric.update_real(one, value_range=(-1, 1))
        metric.update_fake(other, value_range=(-1, 1))
        return metric.result()

    seen = np.concatenate([real, real[:, :, ::-1]])  # as training mirrors them
    return {
        "nearest_of_samples": float(np.median(nearest(fake, seen))),
        "nearest_of_people": float(np.median(nearest(real, real))),
        "images": len(real),
        "distance": distance(real, fake),
        "half_of_samples": distance(mixed[:half], fake[:half]),
        "half_of_people": distance(mixed[:half], mixed[half : 2 * half]),
    }


def nearest(images, others):
    """Returns how far each image is from the nearest of others that is not itself.

    The root of the mean square difference of their numbers, which are in [-1, 1].
    """
    rows, columns = (one.reshape(len(one), -1) for one in (images, others))
    squares = np.sum(rows**2, axis=1)[:, None] + np.sum(columns**2, axis=1)
    means = (squares - 2.0 * rows @ columns.T) / rows.shape[1]
    return np.sqrt(np.where(means < 1e-4, np.inf, means).min(axis=1))


def main():
    """Trains, unless a run is there, and measures and draws it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=pathlib.Path, help="what prepare_people.py made")
    parser.add_argument("features", help="what `keras-gan features train` made")
    parser.add_argument("--minutes", type=float, default=45.0, help="of the processor")
    parser.add_argument("--width", type=int, default=32)
    arguments = parser.parse_args()
    data = kg.data.from_directory(arguments.data, BATCH, image_shape=SHAPE, flip=True)
    if not (RUN / "gan.keras").is_file():
        begin("people", train(data, arguments.width, arguments.minutes))
    gan = keras.saving.load_model(RUN / "gan.keras")
    write("people", distances(gan, data, arguments.features))
    drawn = draw(*sample(gan, 96, seed=0, columns=12))
    kg.images.save_png(PICTURES / "architecture_people.png", drawn)
    print(json.dumps(read("people")))


if __name__ == "__main__":
    main()
