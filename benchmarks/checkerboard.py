"""Checkerboard artifacts of transposed convolution and of upsampling.

    python benchmarks/checkerboard.py                 # about five minutes
    python benchmarks/checkerboard.py --epochs 0      # untrained only, seconds

Both generators produce 28x28 images from the same latents, and are trained against the
same discriminator. The table shows the checkerboard energy of 1,000 images, per seed
and the mean over seeds; the figure shows images and mean spectra of the first seed. In
a spectrum frequency 0 is at the corners, and a period of two pixels in the middle: a
bright cross there is the checkerboard.
"""

import argparse
import pathlib
import time

import keras
import numpy as np

import keras_gan as kg

FIGURE = pathlib.Path("docs/pictures/checkerboard.png")
SHAPE = (28, 28, 1)
NUM_IMAGES = 1_000
NUM_SHOWN = 4
GENERATORS = {
    "transposed convolution": kg.networks.dcgan_generator,
    "upsampling": kg.networks.upsampling_generator,
}


def build(build_generator, width, seed):
    """Returns an untrained GAN with one of the generators."""
    keras.utils.set_random_seed(seed)
    generator = build_generator(SHAPE, width=width)
    discriminator = kg.networks.dcgan_discriminator(SHAPE, width=width)
    gan = kg.GAN(generator, discriminator, seed=seed)
    gan.compile()
    return gan


def samples(build_generator, width, seed, epochs):
    """Returns images before and after training, and the seconds of training."""
    gan = build(build_generator, width, seed)
    images = {"random weights": gan.generate(NUM_IMAGES, seed=seed)}
    start = time.time()
    if epochs:
        dataset = kg.data.load("fashion_mnist_10k", batch_size=64, seed=seed)
        gan.fit(dataset, epochs=epochs, verbose=0)
        images[f"{int(gan.steps):,} steps"] = gan.generate(NUM_IMAGES, seed=seed)
    return images, time.time() - start


def real_images():
    """Returns images of the training data."""
    dataset = kg.data.load("fashion_mnist_10k", batch_size=NUM_IMAGES, seed=0)
    return next(iter(dataset)).numpy()


def collect(width, seeds, epochs):
    """Returns images by generator and state of training, one array per seed."""
    images = {("garments", "real"): [real_images()]}
    for seed in seeds:
        for name, build_generator in GENERATORS.items():
            by_state, seconds = samples(build_generator, width, seed, epochs)
            print(f"{name}, seed {seed}: trained for {seconds:.0f} s", flush=True)
            for state, array in by_state.items():
                images.setdefault((name, state), []).append(array)
    return images


def energies(arrays):
    """Returns the mean checkerboard energy of each array of images."""
    return [kg.metrics.checkerboard_energy(images).mean() for images in arrays]


def table(images):
    """Returns the table, in percent of the total energy of the images."""
    head = "| images | weights | checkerboard energy | each seed |\n|---|---|---|---|"
    rows = [head]
    for (name, state), arrays in images.items():
        shares = [100.0 * value for value in energies(arrays)]
        per_seed = ", ".join(f"{share:.2f}" for share in shares)
        rows.append(f"| {name} | {state} | {np.mean(shares):.2f} % | {per_seed} |")
    return "\n".join(rows)


def spectrum(images):
    """Returns the logarithm (base 10) of the mean power of each frequency."""
    power = np.abs(np.fft.fft2(images[..., 0] - images.mean())) ** 2
    return np.log10(power.mean(axis=0) / power.mean())


def contrast(images):
    """Returns images with their 1st and 99th percentile scaled to -1 and 1."""
    low, high = np.percentile(images, (1, 99))
    return np.clip(2.0 * (images - low) / (high - low) - 1.0, -1.0, 1.0)


def draw(images, path):
    """Draws a figure with a row of images and their spectrum for each state."""
    import matplotlib.pyplot as plt

    size = 1.5 * (NUM_SHOWN + 1), 1.72 * len(images)
    figure, axes = plt.subplots(len(images), NUM_SHOWN + 1, figsize=size, squeeze=False)
    for row, ((name, state), (first, *_)) in zip(axes, images.items(), strict=True):
        for axis, image in zip(row, contrast(first), strict=False):
            axis.imshow(image[..., 0], cmap="gray", vmin=-1.0, vmax=1.0)
        row[NUM_SHOWN].imshow(spectrum(first), cmap="magma", vmin=-3.0, vmax=1.0)
        share = 100.0 * energies([first])[0]
        row[0].set_title(f"{name}, {state}", fontsize=8, loc="left")
        row[NUM_SHOWN].set_title(f"energy {share:.1f} %", fontsize=8)
    for axis in axes.flat:
        axis.set_axis_off()
    figure.tight_layout(pad=0.4)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def main():
    """Trains the GANs, prints the table and draws the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--figure", type=pathlib.Path, default=FIGURE)
    arguments = parser.parse_args()
    images = collect(arguments.width, arguments.seeds, arguments.epochs)
    print(table(images))
    draw(images, arguments.figure)
    print(arguments.figure)


if __name__ == "__main__":
    main()
