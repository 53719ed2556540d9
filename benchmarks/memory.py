"""Memory leak test: growth of the process while `fit` trains.

    pip install -e ".[bench]" && python benchmarks/memory.py

Trains a DCGAN on the dataset of the package and prints the resident memory of the
process every 500 steps. Many epochs end in between, with samples and an evaluation.
"""

import argparse
import pathlib
import tempfile

import keras
import psutil

import keras_gan as kg


class MemoryRecorder(keras.callbacks.Callback):
    """Records the resident memory at given steps, in MiB."""

    def __init__(self, steps):
        super().__init__()
        self.steps, self.step, self.mebibytes = steps, 0, {}

    def on_train_batch_end(self, batch, logs=None):
        """Counts the step, and records the memory if it is one of `steps`."""
        self.step += 1
        if self.step in self.steps:
            resident = psutil.Process().memory_info().rss
            self.mebibytes[self.step] = resident / 2**20


def typical_callbacks(folder, dataset):
    """Returns the callbacks of a typical run."""
    return [
        kg.callbacks.SampleGrid(pathlib.Path(folder) / "samples"),
        kg.callbacks.Evaluation(["fd_fashion_mnist"], dataset, 1_000, every=4),
        keras.callbacks.TensorBoard(folder),
    ]


def main():
    """Trains the GAN and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=500, help="first step")
    parser.add_argument("--last", type=int, default=5000, help="last step")
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--bare", action="store_true", help="no other callbacks")
    arguments = parser.parse_args()
    dataset = kg.data.load("fashion_mnist_10k", batch_size=64)
    gan = kg.recipes.dcgan((28, 28, 1), width=arguments.width, seed=0)
    recorder = MemoryRecorder(range(arguments.first, arguments.last + 1, 500))
    with tempfile.TemporaryDirectory() as folder:
        gan.fit(
            dataset,
            epochs=-(-arguments.last // dataset.cardinality().numpy()),
            verbose=0,
            callbacks=[
                *([] if arguments.bare else typical_callbacks(folder, dataset)),
                recorder,
            ],
        )
    print("step   resident memory, MiB")
    for step, mebibytes in recorder.mebibytes.items():
        print(f"{step:5d} {mebibytes:10.1f}")
    first, last = (
        recorder.mebibytes[step] for step in (arguments.first, arguments.last)
    )
    print(f"growth from step {arguments.first} to {arguments.last}: {last - first:.1f}")


if __name__ == "__main__":
    main()
