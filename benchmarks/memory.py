"""Growth of the process while `fit` trains: memory has to stay flat.

    pip install -e ".[bench]" && python benchmarks/memory.py

Trains a DCGAN on the data set that ships and reads the resident memory of the process
at two steps. An epoch ends in between many times, with samples and a measurement.
"""

import argparse
import pathlib
import tempfile

import keras
import psutil

import keras_gan as kg


class Memory(keras.callbacks.Callback):
    """Reads the resident memory at given steps."""

    def __init__(self, steps):
        super().__init__()
        self.steps, self.step, self.megabytes = steps, 0, {}

    def on_train_batch_end(self, batch, logs=None):
        """Counts a step, and reads the memory if it is one of those asked for."""
        self.step += 1
        if self.step in self.steps:
            resident = psutil.Process().memory_info().rss
            self.megabytes[self.step] = resident / 2**20


def watchers(folder, dataset):
    """Returns the callbacks of a usual run."""
    return [
        kg.callbacks.SampleGrid(pathlib.Path(folder) / "samples"),
        kg.callbacks.Evaluation(["fd_fashion_mnist"], dataset, 1_000, every=4),
        keras.callbacks.TensorBoard(folder),
    ]


def main():
    """Trains and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=500)
    parser.add_argument("--last", type=int, default=5000)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--bare", action="store_true", help="without other callbacks")
    arguments = parser.parse_args()
    dataset = kg.data.load("fashion_mnist_10k", batch_size=64)
    gan = kg.recipes.dcgan((28, 28, 1), width=arguments.width, seed=0)
    memory = Memory(range(arguments.first, arguments.last + 1, 500))
    with tempfile.TemporaryDirectory() as folder:
        gan.fit(
            dataset,
            epochs=-(-arguments.last // dataset.cardinality().numpy()),
            verbose=0,
            callbacks=[*([] if arguments.bare else watchers(folder, dataset)), memory],
        )
    print("step   resident memory, MiB")
    for step, megabytes in memory.megabytes.items():
        print(f"{step:5d} {megabytes:10.1f}")
    first, last = memory.megabytes[arguments.first], memory.megabytes[arguments.last]
    print(f"growth from step {arguments.first} to {arguments.last}: {last - first:.1f}")


if __name__ == "__main__":
    main()
