"""Time of a DCGAN-64 training step: `fit`, a bare loop, and PyTorch.

    pip install -e ".[bench]" && python benchmarks/step_time.py

Each contender runs in its own process. The processes run in turn, a block of steps in
each round, and the ratios are taken per round, which cancels the load of the machine.
The step is the same for all: batch size 64, float32, 64x64x3, Adam for both networks,
separate forward passes of D for real and fake images, one forward pass of G for both
updates. PyTorch's images are in memory; ours come from `kg.data`.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

BATCH_SIZE, SIDE, LATENT_DIM = 64, 64, 100
CONTENDERS = {
    "fit": "keras_gan, gan.fit",
    "loop": "keras_gan, bare tf.function loop",
    "xla": "keras_gan, gan.fit under XLA",
    "eager": "PyTorch, eager, channels last",
    "compiled": "PyTorch, torch.compile on both networks",
}

KERAS_GAN = ("fit", "loop", "xla")


def keras_gan_step(kind):
    """Returns a function that runs steps of keras_gan and returns the seconds."""
    import keras
    import numpy as np
    import tensorflow as tf

    import keras_gan as kg

    keras.utils.set_random_seed(0)
    images = np.random.default_rng(0).integers(0, 256, (512, SIDE, SIDE, 3), np.uint8)
    dataset = kg.data.from_arrays(images, batch_size=BATCH_SIZE).repeat()
    gan = kg.GAN(
        kg.networks.dcgan_generator((SIDE, SIDE, 3), LATENT_DIM),
        kg.networks.dcgan_discriminator((SIDE, SIDE, 3)),
        seed=0,
    )
    gan.compile(jit_compile=kind == "xla")

    class Clock(keras.callbacks.Callback):
        """Records the end time of each step."""

        def on_train_begin(self, logs=None):
            self.ends = []

        def on_train_batch_end(self, batch, logs=None):
            self.ends.append(time.perf_counter())

    def fit(steps):
        clock = Clock()
        # The first step is not timed: `fit` sets up its iterator in it.
        gan.fit(dataset, steps_per_epoch=steps + 1, verbose=0, callbacks=[clock])
        return clock.ends[-1] - clock.ends[0]

    step, batches = tf.function(gan.train_step), iter(dataset)

    def loop(steps):
        logs = step(next(batches))
        float(logs["loss"])
        start = time.perf_counter()
        for _ in range(steps):
            logs = step(next(batches))
        float(logs["loss"])
        return time.perf_counter() - start

    return loop if kind == "loop" else fit


def torch_step(kind):
    """Returns a function that runs steps of PyTorch and returns the seconds."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    torch.set_num_threads(len(os.sched_getaffinity(0)))

    def up(inputs, outputs, stride, padding):
        return nn.ConvTranspose2d(inputs, outputs, 4, stride, padding, bias=False)

    def down(inputs, outputs, stride, padding):
        return nn.Conv2d(inputs, outputs, 4, stride, padding, bias=False)

    layers = [up(LATENT_DIM, 512, 1, 0), nn.BatchNorm2d(512), nn.ReLU(True)]
    for channels in (256, 128, 64):
        layers += [up(2 * channels, channels, 2, 1), nn.BatchNorm2d(channels)]
        layers += [nn.ReLU(True)]
    generator = nn.Sequential(*layers, up(64, 3, 2, 1), nn.Tanh())
    layers = [down(3, 64, 2, 1), nn.LeakyReLU(0.2, True)]
    for channels in (128, 256, 512):
        layers += [down(channels // 2, channels, 2, 1), nn.BatchNorm2d(channels)]
        layers += [nn.LeakyReLU(0.2, True)]
    discriminator = nn.Sequential(*layers, down(512, 1, 1, 0), nn.Flatten(0))
    generator, discriminator = (
        network.to(memory_format=torch.channels_last)
        for network in (generator, discriminator)
    )
    optimizers = [
        torch.optim.Adam(network.parameters(), lr=2e-4, betas=(0.5, 0.999))
        for network in (generator, discriminator)
    ]
    if kind == "compiled":
        generator, discriminator = (
            torch.compile(generator),
            torch.compile(discriminator),
        )
    softplus = nn.functional.softplus
    images = torch.rand(512, 3, SIDE, SIDE) * 2 - 1
    batches = [
        batch.contiguous(memory_format=torch.channels_last)
        for batch in images.split(BATCH_SIZE)
    ]

    def train_step(real):
        fake = generator(torch.randn(BATCH_SIZE, LATENT_DIM, 1, 1))
        optimizers[1].zero_grad(set_to_none=True)
        real_scores, fake_scores = discriminator(real), discriminator(fake.detach())
        loss = softplus(-real_scores).mean() + softplus(fake_scores).mean()
        loss.backward()
        optimizers[1].step()
        optimizers[0].zero_grad(set_to_none=True)
        scores = discriminator(fake)
        loss = softplus(-scores).mean()
        loss.backward()  # also computes D's gradients, as the lecture's program does
        optimizers[0].step()
        return loss

    def run(steps):
        start = time.perf_counter()
        for step in range(steps):
            loss = train_step(batches[step % len(batches)])
        loss.item()  # waits for the last step
        return time.perf_counter() - start

    return run


def work(kind):
    """Runs a contender: reads numbers of steps, prints wall-clock and CPU seconds."""
    run = (keras_gan_step if kind in KERAS_GAN else torch_step)(kind)
    run(3)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        cpu = time.process_time()
        seconds = run(int(line))
        print(json.dumps([seconds, time.process_time() - cpu]), flush=True)


class Contender:
    """A process that runs blocks of steps on request."""

    def __init__(self, kind, python):
        environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
        self.process = subprocess.Popen(
            [python, __file__, "--worker", kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self.seconds = []

    def read_answer(self):
        """Returns the next line of JSON; other output of TensorFlow is skipped."""
        for line in self.process.stdout:
            try:
                return json.loads(line)
            except json.JSONDecodeError:
                continue
        raise SystemExit(f"{self.process.args} ended without an answer")

    def run(self, steps):
        """Runs a block of steps and records the seconds per step."""
        print(steps, file=self.process.stdin, flush=True)
        self.seconds.append(self.read_answer()[0] / steps)


def main():
    """Runs all contenders in turn and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="rounds")
    parser.add_argument("--steps", type=int, default=6, help="steps of a block")
    parser.add_argument(
        "--torch-python", default=sys.executable, help="Python interpreter with PyTorch"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        choices=CONTENDERS,
        default=["fit", "loop", "eager", "compiled"],
    )
    parser.add_argument("--worker", choices=CONTENDERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        return work(arguments.worker)
    contenders = {}
    for kind in arguments.only:  # one at a time: building uses all cores
        python = sys.executable if kind in KERAS_GAN else arguments.torch_python
        contenders[kind] = Contender(kind, python)
        contenders[kind].read_answer()
    for _ in range(arguments.rounds):
        for contender in contenders.values():
            contender.run(arguments.steps)
    for contender in contenders.values():
        contender.process.terminate()
    print(
        f"{os.cpu_count()} cores, {platform.processor() or platform.machine()};",
        end=" ",
    )
    print(f"{arguments.rounds} rounds of {arguments.steps} steps, medians")
    print(f"{'contender':42} {'ms/step':>8} {'images/s':>9}   fit is faster by")
    fit = contenders["fit"].seconds
    for kind, contender in contenders.items():
        name, seconds = CONTENDERS[kind], contender.seconds
        median = statistics.median(seconds)
        pairs = zip(seconds, fit, strict=True)
        ratios = sorted(own / fit_seconds for own, fit_seconds in pairs)
        print(
            f"{name:42} {1000 * median:8.0f} {BATCH_SIZE / median:9.1f}   "
            f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )
    return None


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
    main()
