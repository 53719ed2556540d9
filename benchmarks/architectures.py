"""Step time and peak memory of every architecture, at its example size.

    pip install -e ".[bench]" && python benchmarks/architectures.py

Each architecture of `benchmarks/examples.py` is a process of its own that stays warm.
They run in turns, a block of training steps each, round after round, and each time is
divided by DCGAN's of the same round: a machine that is busy for a while slows all of
them alike. A step is all updates of D and the one of G, so that two updates of D count
as one step of twice the images. The memory is the largest resident size of the process,
less that of a process which has only imported the package. The table goes to
`runs/architectures/steps.md` too, where `benchmarks/trained.py --page` takes it from.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

from examples import EXAMPLES

REFERENCE = "dcgan"
TABLE = pathlib.Path("runs/architectures/steps.md")


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
    facts = {
        "generator": gan.generator.count_params(),
        "discriminator": gan.discriminator.count_params(),
        "images": count,
    }
    step(data)
    for line in sys.stdin:
        start = time.perf_counter()
        for _ in range(int(line)):
            logs = step(data)
        float(logs["loss"])
        seconds = (time.perf_counter() - start) / int(line)
        print(json.dumps({"seconds": seconds, "peak": peak() - idle, **facts}))
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


def table(found):
    """Returns the table of what was measured, by name, round by round."""
    lines = [
        "| architecture | parameters of G | of D | images a step | seconds a step | "
        "times DCGAN's | MiB above idle |",
        "|---|---|---|---|---|---|---|",
    ]
    reference = [one["seconds"] for one in found[REFERENCE]]
    for name, rounds in found.items():
        seconds = [one["seconds"] for one in rounds]
        ratios = [own / other for own, other in zip(seconds, reference, strict=True)]
        last = rounds[-1]
        lines.append(
            f"| {EXAMPLES[name].reads} | {last['generator']:,} | "
            f"{last['discriminator']:,} | {last['images']} | "
            f"{statistics.median(seconds):.3f} | {statistics.median(ratios):.2f} "
            f"({min(ratios):.2f} to {max(ratios):.2f}) | {last['peak']:.0f} |"
        )
    return "\n".join(lines)


def main():
    """Measures and prints the table."""
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
    print(table(found))
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(table(found) + "\n")
    for process in processes.values():
        process.stdin.close()
        process.wait()


if __name__ == "__main__":
    main()
