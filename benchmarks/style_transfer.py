"""Time, memory and what falls, of one style transfer.

    python benchmarks/style_transfer.py content.jpg style.jpg               # 256 pixels
    python benchmarks/style_transfer.py content.jpg style.jpg --size 2048 --steps 1
    python benchmarks/style_transfer.py content.jpg style.jpg --features untrained

Random features and default weights, from noise; `untrained` has the layers and the
width of VGG19 and takes as much time and memory, without its weights. The time is that
of the processor and that of the clock; the memory is the largest resident size of the
process.
"""

import argparse
import resource
import time

import keras_gan as kg
from keras_gan.style_transfer import networks


def transfer_by(features):
    """Returns a transfer by features of a name, or by VGG19's without its weights."""
    if features != "untrained":
        return kg.StyleTransfer(features)
    trained = networks.NAMES["vgg19"]
    layers = trained.content_layers, trained.style_layers
    transfer = kg.StyleTransfer(networks.vgg(), *layers)
    transfer.reach = trained.reach  # known, so that large pictures go in tiles
    return transfer


def main():
    """Paints, and prints what it took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("content")
    parser.add_argument("style")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--steps", type=int, default=200, help="at the smallest size")
    parser.add_argument("--features", default="random")
    arguments = parser.parse_args()
    transfer = transfer_by(arguments.features)
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
