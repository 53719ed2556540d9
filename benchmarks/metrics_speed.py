"""Speed of the metrics: the Inception beside pytorch-fid's, the distance, the callback.

    pip install -e ".[bench]" && python benchmarks/metrics_speed.py

The Inceptions have the same random weights and see the same `uint8` images, resizing
included. Each contender is a process of its own that stays warm; they run in turns,
round after round, and the ratios are taken round by round: a machine that is busy for a
while slows all of them alike. Ours runs in its own blocks, pytorch-fid in its own
batches of 50.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

CONTENDERS = {
    "ours": "keras_gan, features.Inception",
    "shipped": "pytorch-fid as it ships",
    "compiled": "pytorch-fid under torch.compile",
}
BATCH = {"ours": 32, "shipped": 50, "compiled": 50}
"""Images that each takes together, of its own accord."""

SIDE = 64
"""Height and width of the images."""

TOY = {"rounds": 1, "batches": 1, "dim": 64, "num_images": 256}


def images_for(count):
    """Returns some `uint8` images."""
    shape = (count, SIDE, SIDE, 3)
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)


def random_weights():
    """Returns weights that neither explode nor die, and are no denormal numbers."""
    from keras_gan.metrics.inception import Weights
    from keras_gan.metrics.inception.network import tensor_shapes

    generator = np.random.default_rng(0)
    tensors = {}
    for name, shape in tensor_shapes().items():
        if len(shape) > 1:
            scale = np.sqrt(2.0 / np.prod(shape[:-1]))
            tensors[name] = np.float32(scale * generator.standard_normal(shape))
        elif name.endswith(("gamma", "moving_variance")):
            tensors[name] = np.ones(shape, np.float32)
        else:
            tensors[name] = np.float32(generator.uniform(-0.1, 0.1, shape))
    return Weights(tensors, "random", 0, "")


def write_weights(path):
    """Writes the weights by PyTorch's keys and in its layout."""
    from keras_gan.metrics.inception.names import torch_names

    tensors = random_weights().tensors
    order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
    turned = {
        key: tensors[name].transpose(order[tensors[name].ndim])
        for name, key in torch_names().items()
    }
    np.savez(path, **turned)


def our_network(path, toy):
    """Returns a function of images that runs our Inception."""
    from keras_gan.metrics.inception import features

    features.BLOCK = 2 if toy else BATCH["ours"]
    return features.Inception(weights=random_weights())


def torch_network(path, compiled):
    """Returns a function of images that runs pytorch-fid's Inception."""
    import torch
    from pytorch_fid import inception

    torch.set_num_threads(len(os.sched_getaffinity(0)))
    with np.load(path) as arrays:
        state = {key: torch.from_numpy(arrays[key].copy()) for key in arrays}
    for key in [key for key in state if key.endswith("running_mean")]:
        counter = key.replace("running_mean", "num_batches_tracked")
        state[counter] = torch.tensor(0)
    inception.load_state_dict_from_url = lambda *arguments, **options: state
    model = inception.InceptionV3([3]).eval()
    model = torch.compile(model) if compiled else model

    def run(images):
        batch = torch.from_numpy(images.transpose(0, 3, 1, 2).copy()).float() / 255
        with torch.no_grad():
            return model(batch)[0].squeeze(3).squeeze(2).numpy()

    return run


def work(kind, path, toy):
    """Runs as a contender: reads numbers of batches, writes images a second."""
    ours = kind == "ours"
    run = our_network(path, toy) if ours else torch_network(path, kind == "compiled")
    images = images_for(2 if toy else BATCH[kind])
    run(images)
    run(images)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        for _ in range(int(line)):
            features = run(images)
        seconds = time.perf_counter() - start
        assert features.shape == (len(images), 2048)
        print(json.dumps(int(line) * len(images) / seconds), flush=True)


class Contender:
    """A process that runs batches when it is told to."""

    def __init__(self, kind, python, path, toy):
        command = [python, __file__, "--worker", kind, "--weights", path]
        self.process = subprocess.Popen(
            command + ["--toy"] * toy,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        )
        self.speeds = []

    def answer(self):
        """Reads one answer; what the libraries print in between is passed over."""
        for line in self.process.stdout:
            try:
                return json.loads(line)
            except json.JSONDecodeError:
                continue
        raise SystemExit(f"{self.process.args} ended without an answer")

    def run(self, batches):
        """Runs a block of batches and notes the images a second."""
        print(batches, file=self.process.stdin, flush=True)
        self.speeds.append(self.answer())


def compare_networks(arguments):
    """Runs all contenders in turns and prints their table."""
    contenders = {}
    with tempfile.TemporaryDirectory() as folder:
        path = str(pathlib.Path(folder, "weights.npz"))
        write_weights(path)
        for kind in CONTENDERS:  # one after the other: building is heavy too
            python = sys.executable if kind == "ours" else arguments.torch_python
            contenders[kind] = Contender(kind, python, path, arguments.toy)
            contenders[kind].answer()
        for _ in range(arguments.rounds):
            for contender in contenders.values():
                contender.run(arguments.batches)
        for contender in contenders.values():
            contender.process.terminate()
    print(f"{'contender':36} {'images/s':>9}   ours is faster by")
    ours = contenders["ours"].speeds
    for kind, contender in contenders.items():
        pairs = zip(ours, contender.speeds, strict=True)
        ratios = sorted(own / other for own, other in pairs)
        print(
            f"{CONTENDERS[kind]:36} {statistics.median(contender.speeds):9.1f}   "
            f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )


def time_distance(dim):
    """Prints how long the distance of two Gaussians takes."""
    from keras_gan.metrics import Moments, frechet_distance_of_moments

    generator = np.random.default_rng(0)
    real, fake = (
        Moments.of(np.maximum(generator.standard_normal((5 * dim // 4, dim)), 0.0))
        for _ in range(2)
    )
    sides = real.mean, real.covariance, fake.mean, fake.covariance
    start = time.perf_counter()
    frechet_distance_of_moments(*sides)
    seconds = time.perf_counter() - start
    print(f"Fréchet distance of two statistics of {dim} features: {seconds:.2f} s")


def time_callback(num_images):
    """Prints how long the callback takes on the data set that ships."""
    import keras_gan as kg

    dataset = kg.data.load("fashion_mnist_10k", batch_size=64, seed=0)
    gan = kg.recipes.dcgan((28, 28, 1))
    evaluation = kg.callbacks.Evaluation(
        "fd_fashion_mnist", dataset, num_images, cache=None
    )
    for when in ("the first time, with the real images", "again"):
        start = time.perf_counter()
        evaluation.measure(gan)
        seconds = time.perf_counter() - start
        print(f"callback, {num_images:,} generated images, {when}: {seconds:.1f} s")


def main():
    """Runs what is asked for and prints the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--batches", type=int, default=2, help="batches of a round")
    parser.add_argument("--dim", type=int, default=2048, help="of the distance")
    parser.add_argument("--num-images", type=int, default=10_000, dest="num_images")
    parser.add_argument("--toy", action="store_true", help="only that it works")
    parser.add_argument(
        "--torch-python", default=sys.executable, help="Python that has pytorch-fid"
    )
    parser.add_argument("--worker", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--weights", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        return work(arguments.worker, arguments.weights, arguments.toy)
    if arguments.toy:
        vars(arguments).update(TOY)
    cores = len(os.sched_getaffinity(0))
    print(
        f"{cores} cores, {platform.processor() or platform.machine()}; "
        f"{arguments.rounds} rounds of {arguments.batches} batches, medians"
    )
    compare_networks(arguments)
    time_distance(arguments.dim)
    time_callback(arguments.num_images)
    return None


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
    main()
