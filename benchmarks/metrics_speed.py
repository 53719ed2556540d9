"""Speed of the metrics: Inception against pytorch-fid, FID, and `Evaluation`.

    pip install -e ".[bench]" && python benchmarks/metrics_speed.py

Both networks have the same random weights and process the same `uint8` images, resizing
included. Each contender runs in its own process; the processes run in turn, a block of
batches in each round, and the ratios are taken per round, which cancels the load of the
machine. Ours uses its default block size, pytorch-fid its default batch size of 50.
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
BATCH_SIZE = {"ours": 32, "shipped": 50, "compiled": 50}
"""Default batch size of each contender."""

SIDE = 64
"""Height and width of the images."""

TOY = {"rounds": 1, "batches": 1, "dim": 64, "num_images": 256}


def random_images(count):
    """Returns random `uint8` images."""
    shape = (count, SIDE, SIDE, 3)
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)


def random_weights():
    """Returns random weights that preserve the scale of the features (He)."""
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
    """Writes the weights with PyTorch's keys and layout."""
    from keras_gan.metrics.inception.names import torch_names

    tensors = random_weights().tensors
    order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
    torch_tensors = {
        key: tensors[name].transpose(order[tensors[name].ndim])
        for name, key in torch_names().items()
    }
    np.savez(path, **torch_tensors)


def our_network(path, toy):
    """Returns our Inception, a function of images."""
    from keras_gan.metrics.inception import features

    features.BLOCK = 2 if toy else BATCH_SIZE["ours"]
    return features.Inception(weights=random_weights())


def torch_network(path, compiled):
    """Returns pytorch-fid's Inception, a function of images."""
    import torch
    from pytorch_fid import inception

    torch.set_num_threads(len(os.sched_getaffinity(0)))
    with np.load(path) as arrays:
        state = {key: torch.from_numpy(arrays[key].copy()) for key in arrays}
    for key in [key for key in state if key.endswith("running_mean")]:
        counter = key.replace("running_mean", "num_batches_tracked")
        state[counter] = torch.tensor(0)
    # pytorch-fid would download its weights.
    inception.load_state_dict_from_url = lambda *arguments, **options: state
    model = inception.InceptionV3([3]).eval()
    model = torch.compile(model) if compiled else model

    def run(images):
        batch = torch.from_numpy(images.transpose(0, 3, 1, 2).copy()).float() / 255
        with torch.no_grad():
            return model(batch)[0].squeeze(3).squeeze(2).numpy()

    return run


def work(kind, path, toy):
    """Runs a contender: reads numbers of batches, prints images per second."""
    ours = kind == "ours"
    run = our_network(path, toy) if ours else torch_network(path, kind == "compiled")
    images = random_images(2 if toy else BATCH_SIZE[kind])
    for _ in range(2):  # warm-up: tracing and compilation
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
    """A process that runs blocks of batches on request."""

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

    def read_answer(self):
        """Returns the next line of JSON; other output of the libraries is skipped."""
        for line in self.process.stdout:
            try:
                return json.loads(line)
            except json.JSONDecodeError:
                continue
        raise SystemExit(f"{self.process.args} ended without an answer")

    def run(self, batches):
        """Runs a block of batches and records the images per second."""
        print(batches, file=self.process.stdin, flush=True)
        self.speeds.append(self.read_answer())


def compare_networks(arguments):
    """Runs all contenders in turn and prints the table."""
    contenders = {}
    with tempfile.TemporaryDirectory() as folder:
        path = str(pathlib.Path(folder, "weights.npz"))
        write_weights(path)
        for kind in CONTENDERS:  # one at a time: building uses all cores
            python = sys.executable if kind == "ours" else arguments.torch_python
            contenders[kind] = Contender(kind, python, path, arguments.toy)
            contenders[kind].read_answer()
        for _ in range(arguments.rounds):
            for contender in contenders.values():
                contender.run(arguments.batches)
        for contender in contenders.values():
            contender.process.terminate()
    print(f"{'contender':36} {'images/s':>9}   ours is faster by")
    ours = contenders["ours"].speeds
    for kind, contender in contenders.items():
        pairs = zip(ours, contender.speeds, strict=True)
        ratios = sorted(our_speed / speed for our_speed, speed in pairs)
        print(
            f"{CONTENDERS[kind]:36} {statistics.median(contender.speeds):9.1f}   "
            f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )


def time_distance(dim):
    """Prints the time of the Fréchet distance between two Gaussians."""
    from keras_gan.metrics import Moments, frechet_distance_of_moments

    generator = np.random.default_rng(0)
    real, fake = (
        Moments.from_features(
            np.maximum(generator.standard_normal((5 * dim // 4, dim)), 0.0)
        )
        for _ in range(2)
    )
    start = time.perf_counter()
    frechet_distance_of_moments(real.mean, real.covariance, fake.mean, fake.covariance)
    seconds = time.perf_counter() - start
    print(f"Fréchet distance of two statistics of {dim} features: {seconds:.2f} s")


def time_callback(num_images):
    """Prints the time of `Evaluation` on the dataset of the package."""
    import keras_gan as kg

    dataset = kg.data.load("fashion_mnist_10k", batch_size=64, seed=0)
    gan = kg.recipes.dcgan((28, 28, 1))
    evaluation = kg.callbacks.Evaluation(
        "fd_fashion_mnist", dataset, num_images, cache=None
    )
    for label in ("first call, with the real images", "second call"):
        start = time.perf_counter()
        evaluation.measure(gan)
        seconds = time.perf_counter() - start
        print(f"callback, {num_images:,} generated images, {label}: {seconds:.1f} s")


def main():
    """Runs the benchmarks and prints the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="rounds")
    parser.add_argument("--batches", type=int, default=2, help="batches of a round")
    parser.add_argument("--dim", type=int, default=2048, help="number of features")
    parser.add_argument("--num-images", type=int, default=10_000, dest="num_images")
    parser.add_argument("--toy", action="store_true", help="smoke test at a small size")
    parser.add_argument(
        "--torch-python",
        default=sys.executable,
        help="Python interpreter with pytorch-fid",
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
