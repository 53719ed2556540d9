"""A GAN of 64x64 RGB images: the figures of a game.

    python benchmarks/prepare_units.py wesnoth-1.16-data_*.deb --out data/units
    keras-gan features train data/units --image-shape 64,64,3
    python benchmarks/figures.py data/units units.keras --minutes 20

A DCGAN learns them for so many minutes of processor time: spectral normalization and
the hinge loss, two rates, and DiffAugment, for the figures are few. The script draws a
grid of samples, and measures the distance to all figures in features of a classifier of
the peoples, which the second command trains. What it finds goes to
`runs/figures/record.json`, the picture to `docs/pictures/architecture_figures.png`.
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

SHAPE, BATCH, RATES = (64, 64, 3), 32, (2e-4, 4e-4)
RUN = pathlib.Path("runs/figures")


def make(width):
    """Returns a DCGAN that is shown augmented images."""
    gan = kg.GAN(
        kg.networks.dcgan_generator(SHAPE, 100, width),
        kg.networks.dcgan_discriminator(SHAPE, width, "spectral"),
        ema_momentum=0.995,
        augment=kg.augment.DiffAugment(),
        seed=0,
    )
    slow, fast = (keras.optimizers.Adam(rate, beta_1=0.5) for rate in RATES)
    gan.compile(slow, fast, loss="hinge")
    return gan


def train(data, width, minutes):
    """Trains, saves, and returns what it took."""
    keras.utils.set_random_seed(0)
    gan = make(width)
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
    real = np.concatenate(list(data.unshuffled))
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
    parser.add_argument("--minutes", type=float, default=20.0, help="of the processor")
    parser.add_argument("--width", type=int, default=32)
    arguments = parser.parse_args()
    data = kg.data.from_directory(arguments.data, BATCH, image_shape=SHAPE, flip=True)
    record = {}
    if not (RUN / "gan.keras").is_file():
        record = train(data, arguments.width, arguments.minutes)
        (RUN / "record.json").write_text(json.dumps(record, indent=2) + "\n")
    record |= json.loads((RUN / "record.json").read_text())
    gan = keras.saving.load_model(RUN / "gan.keras")
    record |= distances(gan, data, arguments.features)
    (RUN / "record.json").write_text(json.dumps(record, indent=2) + "\n")
    drawn = draw(*sample(gan, 96, seed=0, columns=12))
    kg.images.save_png(PICTURES / "architecture_figures.png", drawn)
    print(json.dumps(record))


if __name__ == "__main__":
    main()
