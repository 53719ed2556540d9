"""Step time and peak memory of every architecture, at its example size.

    pip install -e ".[bench]" && python benchmarks/architectures.py

Each architecture of `benchmarks/examples.py` is a process of its own that stays warm.
They run in turns, a block of training steps each, round after round, and each time is
divided by DCGAN's of the same round: a machine that is busy for a while slows all of
them alike. A step is all updates of D and the one of G, so that two updates of D count
as one step of twice the images. The memory is the largest resident size of the process,
less that of a process which has only imported the package. The numbers go to
`docs/results/architectures.json`, of which `benchmarks/trained.py --page` makes the
page.
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


def peak():
    """Returns the largest resident size of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def work(name, xla):
    """Trains a block of steps for every line that is read, and prints what it took."""
    import numpy as np
    import tensorflow as tf

    idle = peak()
    chosen = EXAMPLES[name]
    gan = chosen.make()
    count = chosen.batch * gan.discriminator_steps
    images = np.random.default_rng(0).uniform(-1.0, 1.0, (count, *gan.image_shape))
    batch = tf.constant(images, tf.float32)
    data = (batch, tf.range(count) % 10) if gan.labels.num_classes else (batch,)
    step = tf.function(gan.train_step, jit_compile=xla)
    step(data)
    for line in sys.stdin:
        start = time.perf_counter()
        for _ in range(int(line)):
            logs = step(data)
        float(logs["loss"])
        seconds = (time.perf_counter() - start) / int(line)
        facts = {"seconds": seconds, "peak": peak() - idle, "images": count}
        print(json.dumps(facts))
        sys.stdout.flush()


def start(name, xla):
    """Starts the process of an architecture."""
    command = [sys.executable, __file__, "--work", name, *(["--xla"] if xla else [])]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def block(process, steps):
    """Lets a process train some steps, and returns what it says of them."""
    process.stdin.write(f"{steps}\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def summary(rounds, reference):
    """Returns what an architecture took, beside the reference, round by round."""
    pairs = zip(rounds, reference, strict=True)
    ratios = [own["seconds"] / other["seconds"] for own, other in pairs]
    return {
        "machine": machine(),
        "images": rounds[-1]["images"],
        "seconds": statistics.median(one["seconds"] for one in rounds),
        "ratios": [statistics.median(ratios), min(ratios), max(ratios)],
        "peak": rounds[-1]["peak"],
    }


def main():
    """Measures, prints and keeps what was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=4, help="steps of a block")
    parser.add_argument("--xla", action="store_true", help="compiled by XLA")
    parser.add_argument("--only", nargs="*", choices=EXAMPLES, default=list(EXAMPLES))
    parser.add_argument("--work", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        work(arguments.work, arguments.xla)
        return
    names = [REFERENCE, *(name for name in arguments.only if name != REFERENCE)]
    processes = {name: start(name, arguments.xla) for name in names}
    for process in processes.values():
        block(process, 1)
    found = {name: [] for name in names}
    for _ in range(arguments.rounds):
        for name, process in processes.items():
            found[name].append(block(process, arguments.steps))
    for name, rounds in found.items():
        step = summary(rounds, found[REFERENCE])
        print(name, json.dumps(step))
        write(name, {"step": step})
    for process in processes.values():
        process.stdin.close()
        process.wait()


if __name__ == "__main__":
    main()
