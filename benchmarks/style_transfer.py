"""Time, memory and what falls, of one style transfer.

    python benchmarks/style_transfer.py content.jpg style.jpg               # 256 pixels
    python benchmarks/style_transfer.py content.jpg style.jpg --size 2048 --steps 1

Random features and default weights, from noise. The time is that of the processor and
that of the clock; the memory is the largest resident size of the process.
"""

import argparse
import resource
import time

import keras_gan as kg


def main():
    """Paints, and prints what it took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("content")
    parser.add_argument("style")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--steps", type=int, default=200, help="at the smallest size")
    parser.add_argument("--features", default="random")
    arguments = parser.parse_args()
    transfer = kg.StyleTransfer(arguments.features)
    clock, processor = time.perf_counter(), time.process_time()
    made = transfer.stylize(
        arguments.content,
        arguments.style,
        size=arguments.size,
        steps=arguments.steps,
        seed=0,
    )
    processor, clock = time.process_time() - processor, time.perf_counter() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{made.image.shape}: {processor:.0f} s of the processor, {clock:.0f} s")
    print(f"largest resident size: {peak:.1f} GiB")
    for name in ("loss", "style"):
        values = made.history[name]
        print(f"{name}: {values[0]:.3g} to {values[-1]:.3g}")


if __name__ == "__main__":
    main()
