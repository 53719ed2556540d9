"""The lecture's DCGAN program beside this library: the same game, number by number.

    pip install -e ".[bench]" && python benchmarks/seed_program.py

Both sides get the same weights, images and latents, made by NumPy, and play the same
steps: 64x64x3, width 64, Adam(2e-4, beta_1=0.5, epsilon=1e-8). The table shows the
losses of each step, and D(x) and D(G(z)) before and after D's update, on both sides.
With `--json`, PyTorch's numbers are printed as `tests/test_seed_program.py` keeps them.

PyTorch's side is our own code from the lecture's description: transposed convolutions,
batch normalization and ReLU up to tanh; convolutions, batch normalization and leaky
ReLU down to a sigmoid; binary cross-entropy; real and fake images apart; one forward of
the generator, detached for the discriminator's update.
"""

import argparse
import collections
import dataclasses
import itertools
import json

import numpy as np

STEPS, BATCH, LATENT, WIDTH, CHANNELS = 3, 16, 100, 64, 3
RATE, BETA = 2e-4, 0.5
EPSILON = 1e-8
"""PyTorch's; with Keras's 1e-7 the first update of small gradients is another one."""
KEYS = (
    "discriminator_loss",
    "generator_loss",
    "real_probability",
    "fake_probability",
    "fake_probability_after",
)
GENERATOR = [LATENT, 8 * WIDTH, 4 * WIDTH, 2 * WIDTH, WIDTH, CHANNELS]
DISCRIMINATOR = [CHANNELS, WIDTH, 2 * WIDTH, 4 * WIDTH, 8 * WIDTH, 1]


def made_weights():
    """Returns kernels, as PyTorch lays them out, and gammas of both networks."""
    random = np.random.default_rng(0)

    def normal(mean, shape):
        return random.normal(mean, 0.02, shape).astype("float32")

    up = [normal(0.0, (a, b, 4, 4)) for a, b in itertools.pairwise(GENERATOR)]
    down = [normal(0.0, (b, a, 4, 4)) for a, b in itertools.pairwise(DISCRIMINATOR)]
    up_gammas = [normal(1.0, (count,)) for count in GENERATOR[1:-1]]
    down_gammas = [normal(1.0, (count,)) for count in DISCRIMINATOR[2:-1]]
    return up, up_gammas, down, down_gammas


def made_images():
    """Returns the images of all steps, soft blobs of colour in [-1, 1]."""
    random = np.random.default_rng(1)
    coarse = random.normal(0, 1, (STEPS, BATCH, 8, 8, CHANNELS))
    return np.tanh(coarse.repeat(8, axis=2).repeat(8, axis=3)).astype("float32")


def made_latents():
    """Returns the latents of all steps."""
    random = np.random.default_rng(2)
    return random.normal(0, 1, (STEPS, BATCH, LATENT)).astype("float32")


def put(network, kernels, gammas):
    """Puts PyTorch's kernels, and gammas, into a Keras network, in their order."""
    kernels, gammas = collections.deque(kernels), collections.deque(gammas)
    for weight in network.trainable_variables:
        if weight.name == "kernel":
            weight.assign(kernels.popleft().transpose(2, 3, 1, 0))
        elif weight.name == "gamma":
            weight.assign(gammas.popleft())
    assert not kernels
    assert not gammas


def play_keras(run_eagerly=True):
    """Returns the numbers of each step, and the parameter counts, of this library."""
    import keras

    import keras_gan as kg

    @dataclasses.dataclass(frozen=True)
    class Given(kg.latents.Latents):
        """Latents that were made before."""

        queue: collections.deque = dataclasses.field(default_factory=collections.deque)

        def draw(self, random, count, start=None):
            return self.queue.popleft()

    gan = kg.GAN(
        generator=kg.networks.dcgan_generator((64, 64, CHANNELS), LATENT, WIDTH),
        discriminator=kg.networks.dcgan_discriminator((64, 64, CHANNELS), WIDTH),
        seed=0,
    )
    gan.latents = Given(LATENT, collections.deque(made_latents()))
    up, up_gammas, down, down_gammas = made_weights()
    put(gan.generator, up, up_gammas)
    put(gan.discriminator, down, down_gammas)
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(RATE, BETA, epsilon=EPSILON),
        discriminator_optimizer=keras.optimizers.Adam(RATE, BETA, epsilon=EPSILON),
        loss="non_saturating",
        run_eagerly=run_eagerly,
    )
    rows = []
    for images in made_images():
        gan.reset_metrics()
        logs = gan.train_on_batch(images, return_dict=True)
        rows.append({key: float(logs[key]) for key in KEYS})
    networks = gan.generator, gan.discriminator
    return rows, [
        sum(int(np.prod(w.shape)) for w in network.trainable_variables)
        for network in networks
    ]


def torch_networks():
    """Returns the lecture's two networks, with the weights that NumPy made."""
    import torch
    from torch import nn

    up, up_gammas, down, down_gammas = made_weights()
    generator, discriminator = [], []
    for level in range(5):
        stride, padding = (1, 0) if level == 0 else (2, 1)
        sides = GENERATOR[level : level + 2]
        generator.append(nn.ConvTranspose2d(*sides, 4, stride, padding, bias=False))
        if level < 4:
            generator += [nn.BatchNorm2d(sides[1]), nn.ReLU()]
        stride, padding = (1, 0) if level == 4 else (2, 1)
        sides = DISCRIMINATOR[level : level + 2]
        discriminator.append(nn.Conv2d(*sides, 4, stride, padding, bias=False))
        if 0 < level < 4:
            discriminator.append(nn.BatchNorm2d(sides[1]))
        discriminator.append(nn.LeakyReLU(0.2) if level < 4 else nn.Sigmoid())
    generator = nn.Sequential(*generator, nn.Tanh())
    discriminator = nn.Sequential(*discriminator, nn.Flatten(0))
    for network, kernels, gammas in (
        (generator, up, up_gammas),
        (discriminator, down, down_gammas),
    ):
        kernels, gammas = collections.deque(kernels), collections.deque(gammas)
        for layer in network:
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                layer.weight.data = torch.tensor(kernels.popleft())
            elif isinstance(layer, nn.BatchNorm2d):
                layer.weight.data = torch.tensor(gammas.popleft())
    return generator, discriminator


def play_torch():
    """Returns the numbers of each step, and the parameter counts, of PyTorch."""
    import torch

    generator, discriminator = torch_networks()
    generator_optimizer, discriminator_optimizer = (
        torch.optim.Adam(
            network.parameters(), lr=RATE, betas=(BETA, 0.999), eps=EPSILON
        )
        for network in (generator, discriminator)
    )
    entropy = torch.nn.BCELoss()
    ones, zeros = torch.ones(BATCH), torch.zeros(BATCH)
    rows = []
    for images, latents in zip(made_images(), made_latents(), strict=True):
        real = torch.tensor(images.transpose(0, 3, 1, 2).copy())
        fake = generator(torch.tensor(latents)[:, :, None, None])

        discriminator.zero_grad()
        of_real, of_fake = discriminator(real), discriminator(fake.detach())
        discriminator_loss = entropy(of_real, ones) + entropy(of_fake, zeros)
        discriminator_loss.backward()
        discriminator_optimizer.step()

        generator.zero_grad()
        after = discriminator(fake)
        generator_loss = entropy(after, ones)
        generator_loss.backward()
        generator_optimizer.step()

        values = discriminator_loss, generator_loss, of_real, of_fake, after
        means = [float(value.detach().mean()) for value in values]
        rows.append(dict(zip(KEYS, means, strict=True)))
    networks = generator, discriminator
    return rows, [
        sum(weight.numel() for weight in network.parameters()) for network in networks
    ]


def main():
    """Prints the table, or PyTorch's numbers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="PyTorch's numbers alone")
    theirs, their_counts = play_torch()
    if parser.parse_args().json:
        print(json.dumps(theirs, indent=4))
        return
    ours, our_counts = play_keras()
    print("| step | what | PyTorch | keras_gan | difference |\n|---|---|---|---|---|")
    for number, (their, our) in enumerate(zip(theirs, ours, strict=True), 1):
        for key in KEYS:
            values = f"{their[key]:.6f} | {our[key]:.6f}"
            print(f"| {number} | {key} | {values} | {abs(their[key] - our[key]):.1e} |")
    print("\nTrainable parameters of G and D:", their_counts, our_counts)


if __name__ == "__main__":
    main()
