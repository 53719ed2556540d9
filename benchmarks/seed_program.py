"""Numerical comparison of this library with the lecture's DCGAN program in PyTorch.

    pip install -e ".[bench]" && python benchmarks/seed_program.py

Both get the same weights, images and latents from NumPy, and run the same training
steps: 64x64x3, width 64, Adam(2e-4, beta_1=0.5, epsilon=1e-8). The table shows the
losses of each step, and D(x) and D(G(z)) before and after D's update, of both. With
`--json`, PyTorch's values are printed as in `tests/test_seed_program.py`.

The PyTorch program is our own code from the lecture's description: transposed
convolutions, batch normalization and ReLU up to tanh; convolutions, batch normalization
and leaky ReLU down to a sigmoid; binary cross-entropy; separate forward passes of D for
real and fake images; one forward pass of G, detached for D's update.
"""

import argparse
import collections
import dataclasses
import itertools
import json

import numpy as np

STEPS, BATCH_SIZE, LATENT_DIM, WIDTH, CHANNELS = 3, 16, 100, 64, 3
LEARNING_RATE, BETA_1 = 2e-4, 0.5
EPSILON = 1e-8
"""PyTorch's default; Keras's 1e-7 changes the first updates of small gradients."""
KEYS = (
    "discriminator_loss",
    "generator_loss",
    "real_probability",
    "fake_probability",
    "fake_probability_after",
)
GENERATOR_CHANNELS = [LATENT_DIM, 8 * WIDTH, 4 * WIDTH, 2 * WIDTH, WIDTH, CHANNELS]
DISCRIMINATOR_CHANNELS = [CHANNELS, WIDTH, 2 * WIDTH, 4 * WIDTH, 8 * WIDTH, 1]


def initial_weights():
    """Returns kernels, in PyTorch's layout, and gammas of both networks."""
    random = np.random.default_rng(0)

    def normal(mean, shape):
        return random.normal(mean, 0.02, shape).astype("float32")

    up = [normal(0.0, (a, b, 4, 4)) for a, b in itertools.pairwise(GENERATOR_CHANNELS)]
    down = [
        normal(0.0, (b, a, 4, 4)) for a, b in itertools.pairwise(DISCRIMINATOR_CHANNELS)
    ]
    up_gammas = [normal(1.0, (count,)) for count in GENERATOR_CHANNELS[1:-1]]
    down_gammas = [normal(1.0, (count,)) for count in DISCRIMINATOR_CHANNELS[2:-1]]
    return up, up_gammas, down, down_gammas


def real_images():
    """Returns the real images of all steps, blocks of color in [-1, 1]."""
    random = np.random.default_rng(1)
    coarse = random.normal(0, 1, (STEPS, BATCH_SIZE, 8, 8, CHANNELS))
    return np.tanh(coarse.repeat(8, axis=2).repeat(8, axis=3)).astype("float32")


def fixed_latents():
    """Returns the latents of all steps."""
    random = np.random.default_rng(2)
    return random.normal(0, 1, (STEPS, BATCH_SIZE, LATENT_DIM)).astype("float32")


def set_weights(network, kernels, gammas):
    """Assigns PyTorch's kernels and gammas to a Keras network, layer by layer."""
    kernels, gammas = collections.deque(kernels), collections.deque(gammas)
    for weight in network.trainable_variables:
        if weight.name == "kernel":
            # (out, in, H, W) to (H, W, in, out); (in, out, ...) if transposed.
            weight.assign(kernels.popleft().transpose(2, 3, 1, 0))
        elif weight.name == "gamma":
            weight.assign(gammas.popleft())
    assert not kernels
    assert not gammas


def train_keras(run_eagerly=True):
    """Returns the values of each step, and the parameter counts, of this library."""
    import keras

    import keras_gan as kg

    @dataclasses.dataclass(frozen=True)
    class FixedLatents(kg.latents.Latents):
        """Precomputed latents."""

        queue: collections.deque = dataclasses.field(default_factory=collections.deque)

        def draw(self, random, count, start=None):
            return self.queue.popleft()

    gan = kg.GAN(
        generator=kg.networks.dcgan_generator((64, 64, CHANNELS), LATENT_DIM, WIDTH),
        discriminator=kg.networks.dcgan_discriminator((64, 64, CHANNELS), WIDTH),
        seed=0,
    )
    gan.latents = FixedLatents(LATENT_DIM, collections.deque(fixed_latents()))
    up, up_gammas, down, down_gammas = initial_weights()
    set_weights(gan.generator, up, up_gammas)
    set_weights(gan.discriminator, down, down_gammas)
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(
            LEARNING_RATE, BETA_1, epsilon=EPSILON
        ),
        discriminator_optimizer=keras.optimizers.Adam(
            LEARNING_RATE, BETA_1, epsilon=EPSILON
        ),
        loss="non_saturating",
        run_eagerly=run_eagerly,
    )
    rows = []
    for images in real_images():
        gan.reset_metrics()
        logs = gan.train_on_batch(images, return_dict=True)
        rows.append({key: float(logs[key]) for key in KEYS})
    networks = gan.generator, gan.discriminator
    return rows, [
        sum(int(np.prod(w.shape)) for w in network.trainable_variables)
        for network in networks
    ]


def torch_networks():
    """Returns the lecture's two networks with the initial weights."""
    import torch
    from torch import nn

    up, up_gammas, down, down_gammas = initial_weights()
    generator, discriminator = [], []
    for level in range(5):
        stride, padding = (1, 0) if level == 0 else (2, 1)
        channels = GENERATOR_CHANNELS[level : level + 2]
        generator.append(nn.ConvTranspose2d(*channels, 4, stride, padding, bias=False))
        if level < 4:
            generator += [nn.BatchNorm2d(channels[1]), nn.ReLU()]
        stride, padding = (1, 0) if level == 4 else (2, 1)
        channels = DISCRIMINATOR_CHANNELS[level : level + 2]
        discriminator.append(nn.Conv2d(*channels, 4, stride, padding, bias=False))
        if 0 < level < 4:
            discriminator.append(nn.BatchNorm2d(channels[1]))
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


def train_torch():
    """Returns the values of each step, and the parameter counts, of PyTorch."""
    import torch

    generator, discriminator = torch_networks()
    generator_optimizer, discriminator_optimizer = (
        torch.optim.Adam(
            network.parameters(), lr=LEARNING_RATE, betas=(BETA_1, 0.999), eps=EPSILON
        )
        for network in (generator, discriminator)
    )
    cross_entropy = torch.nn.BCELoss()
    ones, zeros = torch.ones(BATCH_SIZE), torch.zeros(BATCH_SIZE)
    rows = []
    for images, latents in zip(real_images(), fixed_latents(), strict=True):
        real = torch.tensor(images.transpose(0, 3, 1, 2).copy())
        fake = generator(torch.tensor(latents)[:, :, None, None])

        discriminator.zero_grad()
        real_score, fake_score = discriminator(real), discriminator(fake.detach())
        real_loss = cross_entropy(real_score, ones)
        discriminator_loss = real_loss + cross_entropy(fake_score, zeros)
        discriminator_loss.backward()
        discriminator_optimizer.step()

        generator.zero_grad()
        fake_score_after = discriminator(fake)
        generator_loss = cross_entropy(fake_score_after, ones)
        generator_loss.backward()
        generator_optimizer.step()

        values = (
            discriminator_loss,
            generator_loss,
            real_score,
            fake_score,
            fake_score_after,
        )
        means = [float(value.detach().mean()) for value in values]
        rows.append(dict(zip(KEYS, means, strict=True)))
    networks = generator, discriminator
    return rows, [
        sum(weight.numel() for weight in network.parameters()) for network in networks
    ]


def main():
    """Prints the table, or PyTorch's values as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--json", action="store_true", help="print PyTorch's values only"
    )
    arguments = parser.parse_args()
    torch_rows, torch_counts = train_torch()
    if arguments.json:
        print(json.dumps(torch_rows, indent=4))
        return
    keras_rows, keras_counts = train_keras()
    print("| step | value | PyTorch | keras_gan | difference |\n|---|---|---|---|---|")
    pairs = zip(torch_rows, keras_rows, strict=True)
    for step, (torch_row, keras_row) in enumerate(pairs, 1):
        for key in KEYS:
            values = f"{torch_row[key]:.6f} | {keras_row[key]:.6f}"
            difference = abs(torch_row[key] - keras_row[key])
            print(f"| {step} | {key} | {values} | {difference:.1e} |")
    print("\nTrainable parameters of G and D:", torch_counts, keras_counts)


if __name__ == "__main__":
    main()
