"""A GAN of 64x64 RGB images with classes: the figures of a game, by their people.

    python benchmarks/prepare_units.py wesnoth-1.16-data_*.deb --out data/units
    keras-gan features train data/units --image-shape 64,64,3
    python benchmarks/figures.py data/units units.keras --minutes 30

A conditional DCGAN learns them for so many minutes of processor time, with DiffAugment,
for they are few. The script draws a row of samples for each people, and measures the
distance to all figures in features of a classifier of the peoples, which the second
command trains. What it finds goes to `runs/figures/record.json`, the picture to
`docs/pictures/architecture_figures.png`.
"""

import argparse
import json
import pathlib
import time

import keras
import numpy as np
from trained import PICTURES, StopAfter

import keras_gan as kg
from keras_gan.callbacks.drawing import draw, sample

SHAPE, BATCH, RATE = (64, 64, 3), 32, 3e-4
RUN = pathlib.Path("runs/figures")


def make(num_classes, width):
    """Returns a conditional DCGAN that is shown augmented images."""
    gan = kg.GAN(
        kg.networks.dcgan_generator(SHAPE, 100, width, num_classes=num_classes),
        kg.networks.dcgan_discriminator(SHAPE, width, num_classes=num_classes),
        ema_momentum=0.999,
        augment=kg.augment.DiffAugment(),
        seed=0,
    )
    gan.compile(
        keras.optimizers.Adam(RATE, beta_1=0.5),
        keras.optimizers.Adam(RATE, beta_1=0.5),
    )
    return gan


def train(data, width, minutes):
    """Trains, saves, and returns what it took."""
    keras.utils.set_random_seed(0)
    gan = make(len(data.class_names), width)
    clock, processor = time.perf_counter(), time.process_time()
    gan.fit(data, epochs=10_000, verbose=2, callbacks=[StopAfter(minutes)])
    RUN.mkdir(parents=True, exist_ok=True)
    gan.save(RUN / "gan.keras")
    return {
        "clock_minutes": (time.perf_counter() - clock) / 60,
        "processor_minutes": (time.process_time() - processor) / 60,
        "steps": int(gan.steps.numpy()),
        "generator": gan.generator.count_params(),
        "discriminator": gan.discriminator.count_params(),
    }


def distances(gan, data, features):
    """Returns the distance of as many samples as there are figures, and of halves."""
    real = np.concatenate([images for images, _ in data.unshuffled])
    fake = gan.generate(len(real), seed=0)
    mixed = np.random.default_rng(0).permutation(real)
    half = len(real) // 2

    def distance(one, other):
        metric = kg.metrics.FrechetDistance(features)
        metric.update_real(one, value_range=(-1, 1))
        metric.update_fake(other, value_range=(-1, 1))
        return metric.result()

    return {
        "images": len(real),
        "distance": distance(real, fake),
        "half_of_samples": distance(mixed[:half], fake[:half]),
        "half_of_figures": distance(mixed[:half], mixed[half : 2 * half]),
    }


def main():
    """Trains, unless a run is there, and measures and draws it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=pathlib.Path, help="what prepare_units.py made")
    parser.add_argument("features", help="what `keras-gan features train` made")
    parser.add_argument("--minutes", type=float, default=30.0, help="of the processor")
    parser.add_argument("--width", type=int, default=32)
    arguments = parser.parse_args()
    data = kg.data.from_directory(
        arguments.data, BATCH, image_shape=SHAPE, flip=True, labels=True
    )
    record = {}
    if not (RUN / "gan.keras").is_file():
        record = train(data, arguments.width, arguments.minutes)
        (RUN / "record.json").write_text(json.dumps(record, indent=2) + "\n")
    record |= json.loads((RUN / "record.json").read_text())
    gan = keras.saving.load_model(RUN / "gan.keras")
    record |= distances(gan, data, arguments.features)
    (RUN / "record.json").write_text(json.dumps(record, indent=2) + "\n")
    drawn = draw(*sample(gan, 8 * gan.labels.num_classes, seed=0))
    kg.images.save_png(PICTURES / "architecture_figures.png", drawn)
    print(json.dumps(record))


if __name__ == "__main__":
    main()
