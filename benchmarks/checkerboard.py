"""Checkerboards: transposed convolution beside upsampling, untrained and trained.

    python benchmarks/checkerboard.py                 # some five minutes
    python benchmarks/checkerboard.py --epochs 0      # untrained alone, seconds

Both generators make 28x28 garments of the same latents, against the same discriminator.
The table has the checkerboard energy of 1,000 images, its mean over the seeds and each
of them; the picture, of the first seed, images and their mean spectra. Frequency 0 is
in the corners of a spectrum, and in the middle what repeats every two pixels: a bright
cross there is the checkerboard.
"""

import argparse
import pathlib
import time

import keras
import numpy as np

import keras_gan as kg

PICTURE = pathlib.Path("docs/pictures/checkerboard.png")
SHAPE = (28, 28, 1)
NUM_IMAGES = 1_000
SHOWN = 4
GENERATORS = {
    "transposed convolution": kg.networks.dcgan_generator,
    "upsampling": kg.networks.upsampling_generator,
}


def build(make, width, seed):
    """Returns a GAN with one of the generators, untrained."""
    keras.utils.set_random_seed(seed)
    generator = make(SHAPE, width=width)
    discriminator = kg.networks.dcgan_discriminator(SHAPE, width=width)
    gan = kg.GAN(generator, discriminator, seed=seed)
    gan.compile()
    return gan


def samples(make, width, seed, epochs):
    """Returns images of one generator by when they were made, and the seconds."""
    gan = build(make, width, seed)
    found = {"random weights": gan.generate(NUM_IMAGES, seed=seed)}
    start = time.time()
    if epochs:
        dataset = kg.data.load("fashion_mnist_10k", batch_size=64, seed=seed)
        gan.fit(dataset, epochs=epochs, verbose=0)
        found[f"{int(gan.steps):,} steps"] = gan.generate(NUM_IMAGES, seed=seed)
    return found, time.time() - start


def garments():
    """Returns the images that both are trained on."""
    dataset = kg.data.load("fashion_mnist_10k", batch_size=NUM_IMAGES, seed=0)
    return next(iter(dataset)).numpy()


def collect(width, seeds, epochs):
    """Returns images by generator and when, one array for each seed."""
    images = {("garments", "real"): [garments()]}
    for seed in seeds:
        for name, make in GENERATORS.items():
            found, seconds = samples(make, width, seed, epochs)
            print(f"{name}, seed {seed}: trained for {seconds:.0f} s", flush=True)
            for when, made in found.items():
                images.setdefault((name, when), []).append(made)
    return images


def energies(images):
    """Returns the mean checkerboard energy of each array of images."""
    return [kg.metrics.checkerboard_energy(one).mean() for one in images]


def table(images):
    """Returns the table, in percent of the energy of the images."""
    head = "| images | weights | checkerboard energy | each seed |\n|---|---|---|---|"
    rows = [head]
    for (name, when), arrays in images.items():
        shares = [100.0 * value for value in energies(arrays)]
        each = ", ".join(f"{share:.2f}" for share in shares)
        rows.append(f"| {name} | {when} | {np.mean(shares):.2f} % | {each} |")
    return "\n".join(rows)


def spectrum(images):
    """Returns the mean power of each frequency, as its decimal logarithm."""
    power = np.abs(np.fft.fft2(images[..., 0] - images.mean())) ** 2
    return np.log10(power.mean(axis=0) / power.mean())


def contrast(images):
    """Stretches images to [-1, 1], but for a hundredth of the pixels on each side."""
    low, high = np.percentile(images, (1, 99))
    return np.clip(2.0 * (images - low) / (high - low) - 1.0, -1.0, 1.0)


def draw(images, path):
    """Draws a row for each kind of images: some of them, enlarged, and the spectrum."""
    import matplotlib.pyplot as plt

    size = 1.5 * (SHOWN + 1), 1.72 * len(images)
    figure, axes = plt.subplots(len(images), SHOWN + 1, figsize=size, squeeze=False)
    for row, ((name, when), (first, *_)) in zip(axes, images.items(), strict=True):
        for axis, image in zip(row, contrast(first), strict=False):
            axis.imshow(image[..., 0], cmap="gray", vmin=-1.0, vmax=1.0)
        row[SHOWN].imshow(spectrum(first), cmap="magma", vmin=-3.0, vmax=1.0)
        share = 100.0 * energies([first])[0]
        row[0].set_title(f"{name}, {when}", fontsize=8, loc="left")
        row[SHOWN].set_title(f"energy {share:.1f} %", fontsize=8)
    for axis in axes.flat:
        axis.set_axis_off()
    figure.tight_layout(pad=0.4)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def main():
    """Trains, prints the table and draws the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--picture", type=pathlib.Path, default=PICTURE)
    arguments = parser.parse_args()
    images = collect(arguments.width, arguments.seeds, arguments.epochs)
    print(table(images))
    draw(images, arguments.picture)
    print(arguments.picture)


if __name__ == "__main__":
    main()
