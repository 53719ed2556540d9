"""Step time and peak memory of every architecture, at its example size.

    pip install -e ".[bench]" && python benchmarks/architectures.py

Each architecture of `benchmarks/examples.py` runs in its own process. The processes run
in turn, a block of training steps in each round, and each time is divided by DCGAN's of
the same round, which cancels the load of the machine. A step is all updates of D and
one of G, so that two updates of D count as one step of twice the images. The memory is
the peak resident size of the process, minus that of a process that has only imported
the package. The results are written to `docs/results/architectures.json`, from which
`benchmarks/trained.py --page` writes the page.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time

from examples import EXAMPLES
from records import machine, write

REFERENCE = "dcgan"


def peak_memory():
    """Returns the peak resident size of this process, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def work(name, xla):
    """Trains a block of steps for each line of stdin, and prints time and memory."""
    import numpy as np
    import tensorflow as tf

    idle = peak_memory()
    example = EXAMPLES[name]
    gan = example.build()
    count = example.batch_size * gan.discriminator_steps
    images = np.random.default_rng(0).uniform(-1.0, 1.0, (count, *gan.image_shape))
    batch = tf.constant(images, tf.float32)
    data = (batch, tf.range(count) % 10) if gan.labels.num_classes else (batch,)
    step = tf.function(gan.train_step, jit_compile=xla)
    step(data)
    for line in sys.stdin:
        start = time.perf_counter()
        for _ in range(int(line)):
            logs = step(data)
        float(logs["loss"])  # waits for the last step
        seconds = (time.perf_counter() - start) / int(line)
        record = {
            "seconds": seconds,
            "peak": peak_memory() - idle,
            "images": count,
        }
        print(json.dumps(record))
        sys.stdout.flush()


def start(name, xla):
    """Returns the started process of an architecture."""
    command = [sys.executable, __file__, "--work", name, *(["--xla"] if xla else [])]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def run_block(process, steps):
    """Trains a block of steps in a process, and returns its record."""
    process.stdin.write(f"{steps}\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def summary(rounds, reference):
    """Returns the median time of an architecture, and its ratio to the reference."""
    pairs = zip(rounds, reference, strict=True)
    # Ratios within a round: both sides ran under the same load.
    ratios = [record["seconds"] / base["seconds"] for record, base in pairs]
    return {
        "machine": machine(),
        "images": rounds[-1]["images"],
        "seconds": statistics.median(record["seconds"] for record in rounds),
        "ratios": [statistics.median(ratios), min(ratios), max(ratios)],
        "peak": rounds[-1]["peak"],
    }


def main():
    """Measures the architectures, prints the results and writes them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=4, help="steps of a block")
    parser.add_argument("--xla", action="store_true", help="compile the step with XLA")
    parser.add_argument("--only", nargs="*", choices=EXAMPLES, default=list(EXAMPLES))
    parser.add_argument("--work", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        work(arguments.work, arguments.xla)
        return
    names = [REFERENCE, *(name for name in arguments.only if name != REFERENCE)]
    processes = {name: start(name, arguments.xla) for name in names}
    for process in processes.values():
        run_block(process, 1)
    records = {name: [] for name in names}
    for _ in range(arguments.rounds):
        for name, process in processes.items():
            records[name].append(run_block(process, arguments.steps))
    for name, rounds in records.items():
        step = summary(rounds, records[REFERENCE])
        print(name, json.dumps(step))
        write(name, {"step": step})
    for process in processes.values():
        process.stdin.close()
        process.wait()


if __name__ == "__main__":
    main()
