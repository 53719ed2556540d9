"""Time, memory and loss of a style transfer.

    python benchmarks/style_transfer.py content.jpg style.jpg               # 256 pixels
    python benchmarks/style_transfer.py content.jpg style.jpg --size 2048 --steps 1
    python benchmarks/style_transfer.py content.jpg style.jpg --features untrained

From noise with the default weights, in the features of `random_vgg`; `untrained` has
the layers and the width of VGG19, and needs the same time and memory without its
weights. Prints processor and wall-clock time, and the peak resident size of the
process.
"""

import argparse
import resource
import time

import keras_gan as kg
from keras_gan.style_transfer import networks


def build_transfer(features):
    """Returns a transfer in named features, or in those of an untrained VGG19."""
    if features != "untrained":
        return kg.StyleTransfer(features)
    named = networks.NAMES["vgg19"]
    layers = named.content_layers, named.style_layers
    transfer = kg.StyleTransfer(networks.vgg(), *layers)
    # Without it large images would not be tiled.
    transfer.receptive_radius = named.receptive_radius
    return transfer


def main():
    """Runs the transfer, and prints time, memory and losses."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("content")
    parser.add_argument("style")
    parser.add_argument("--size", type=int, default=256, help="longer side, in pixels")
    parser.add_argument("--steps", type=int, default=200, help="at the smallest size")
    parser.add_argument("--features", default="random", help="a name, or 'untrained'")
    arguments = parser.parse_args()
    transfer = build_transfer(arguments.features)
    wall_clock, processor = time.perf_counter(), time.process_time()
    result = transfer.stylize(
        arguments.content,
        arguments.style,
        size=arguments.size,
        steps=arguments.steps,
        seed=0,
    )
    processor = time.process_time() - processor
    wall_clock = time.perf_counter() - wall_clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{result.image.shape}: {processor:.0f} s of processor time, {wall_clock:.0f} s"
    )
    print(f"peak resident size: {peak:.1f} GiB")
    for name in ("loss", "style"):
        values = result.history[name]
        print(f"{name}: {values[0]:.3g} to {values[-1]:.3g}")


if __name__ == "__main__":
    main()
