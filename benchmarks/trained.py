"""A small model of every architecture, trained on real images: pictures and numbers.

    python benchmarks/trained.py                         # all, some hours
    python benchmarks/trained.py --only biggan           # one of them
    python benchmarks/trained.py --only biggan --more 5  # five minutes longer
    python benchmarks/trained.py --page                  # the page, of what is there

The models of `benchmarks/examples.py` learn the 60,000 images of Fashion-MNIST for so
many minutes of processor time. Each leaves its GAN in `runs/architectures`; one that is
there is not trained again. Then 10,000 images are measured, a grid is drawn, and with
labels a classifier that never saw the GAN says what is on the samples. The numbers go
to `docs/results/architectures.json`, of which `--page` writes the page beside it, with
what `architectures.py` and `people.py` found.
"""

import argparse
import json
import pathlib
import time

import keras
import numpy as np
from examples import EXAMPLES, SHAPE
from matplotlib.figure import Figure
from records import begin, known, machine, read, write

import keras_gan as kg
from keras_gan.callbacks.drawing import Layout, draw, sample

RUNS = pathlib.Path("runs/architectures")
PAGE = pathlib.Path("docs/results/architectures.md")
PICTURES = pathlib.Path("docs/pictures")
MEASURED = 10_000
THRESHOLDS = (0.05, 0.1, 0.2, 0.5, 0.75, 1.0, 1.5, 2.0, None)
"""Truncations whose precision and recall are measured; of styles, those up to 1."""

CURVES, NUM_TRUNCATED = ("conditional", "biggan", "stylegan"), 2_000
"""Examples that are measured along the truncation, and the images of each point."""


class StopAfter(keras.callbacks.Callback):
    """Stops when the process has used so many minutes of the processor."""

    def __init__(self, minutes):
        super().__init__()
        self.seconds = 60.0 * minutes

    def on_train_begin(self, logs=None):
        """Starts the clock, before the first step is traced."""
        self.begin = time.process_time()

    def on_train_batch_end(self, batch, logs=None):
        """Looks at the clock."""
        if time.process_time() - self.begin >= self.seconds:
            self.model.stop_training = True


def growth(chosen, minutes):
    """Returns what makes a growing network grow within the minutes."""
    return kg.callbacks.ProgressiveGrowing(
        fade_images=int(2_500 * minutes), batch_size=chosen.batch
    )


def accuracy(gan, seed=0):
    """Returns the share of samples on which a classifier sees what was asked for."""
    classifier = kg.metrics.fashion_mnist_classifier()
    labels = np.arange(MEASURED) % gan.labels.num_classes
    seen = []
    for images in gan.generate_batches(MEASURED, seed, labels):
        seen.append(np.argmax(classifier.predict(images, verbose=0), axis=1))
    return float((np.concatenate(seen) == labels).mean())


def measure_data():
    """Measures what real images score: what a GAN's numbers are compared with."""
    test = kg.data.load("fashion_mnist", "test", labels=True).unshuffled
    classifier = kg.metrics.fashion_mnist_classifier()
    metric, hits = kg.metrics.FrechetDistance("fashion_mnist"), []
    for images, labels in test:
        metric.update_real(images, value_range=(-1, 1))
        hits.append(np.argmax(classifier(images), axis=1) == np.asarray(labels))
    for images in kg.data.load("fashion_mnist").unshuffled:
        metric.update_fake(images, value_range=(-1, 1))
    accuracy = float(np.concatenate(hits).mean())
    write("data", {"floor": metric.result(), "accuracy": accuracy})


def train(name, minutes, more=0.0):
    """Trains an example, or goes on with it, and writes what came of it to its folder.

    Args:
        name: Name of the example.
        minutes: Minutes of the first sitting, by which a growing network grows.
        more: Minutes to go on; 0 begins.
    """
    keras.utils.set_random_seed(0)
    chosen, folder = EXAMPLES[name], RUNS / name
    gan = keras.saving.load_model(folder / "gan.keras") if more else chosen.make()
    spent = read(name)["processor_minutes"] if more else 0.0
    size = chosen.batch * gan.discriminator_steps
    labeled = gan.labels.num_classes > 0
    data = kg.data.load("fashion_mnist", batch_size=size, labels=labeled)
    callbacks, begun = [StopAfter(more or minutes)], int(gan.steps.numpy()) // len(data)
    if chosen.grows:
        callbacks.append(growth(chosen, minutes))
    clock = time.process_time()
    gan.fit(data, epochs=10_000, initial_epoch=begun, verbose=2, callbacks=callbacks)
    record = {
        "machine": machine(),
        "processor_minutes": spent + (time.process_time() - clock) / 60,
        "steps": int(gan.steps.numpy()),
        "generator": gan.generator.count_params(),
        "discriminator": gan.discriminator.count_params(),
    }
    begin(name, record)
    gan.save(folder / "gan.keras")


def measure(name):
    """Measures a trained example, and draws its grid."""
    gan = keras.saving.load_model(RUNS / name / "gan.keras")
    data = kg.data.load("fashion_mnist", "test")
    evaluation = kg.callbacks.Evaluation("fd_fashion_mnist", data, MEASURED)
    record = evaluation.measure(gan)
    if gan.labels.num_classes:
        record["accuracy"] = accuracy(gan)
    columns = None if gan.labels.num_classes else 10
    drawn = draw(*sample(gan, 80, seed=0, columns=columns))
    kg.images.save_png(PICTURES / f"architecture_{name}.png", drawn)
    write(name, record)


def curve(name):
    """Measures precision and recall of an example at every truncation."""
    gan = keras.saving.load_model(RUNS / name / "gan.keras")
    data = kg.data.load("fashion_mnist", "test")
    styles = gan.sampler.truncates_styles
    points = []
    for truncation in THRESHOLDS:
        if styles and truncation is not None and truncation > 1.0:
            continue
        metrics = [kg.metrics.PrecisionRecall("fashion_mnist"), "fd_fashion_mnist"]
        evaluation = kg.callbacks.Evaluation(
            metrics, data, NUM_TRUNCATED, truncation=truncation
        )
        points.append({"truncation": truncation, **evaluation.measure(gan)})
    write(name, {"truncation": points})


def draw_styles():
    """Draws what is to be seen of StyleGAN: mixing, noise, a walk; and its spreads."""
    gan = keras.saving.load_model(RUNS / "stylegan" / "gan.keras")
    latents = gan.latents.draw(kg.random.series(5), 12, 0)
    mixing, generator = kg.networks.mixing, gan.ema_generator
    half = mixing.num_layers(generator) // 2
    table = mixing.mixing_table(generator, latents[:4], latents[4:], half)
    save("mixing", table.reshape(-1, *SHAPE), 9)
    noisy = mixing.vary_noise(generator, latents[:6], 8, kg.random.Random(0))
    spread = noisy.std(axis=1, keepdims=True)
    contrast = 1.0 / max(float(spread.max()), 1e-6)
    rows = np.concatenate([noisy, 2.0 * contrast * spread - 1.0], axis=1)
    save("noise", rows.reshape(-1, *SHAPE), 9)
    frames = mixing.interpolate(generator, latents[:8], 12, space="w")
    drawn = [draw(frame[None], side=196) for frame in frames]
    kg.images.save_animation(PICTURES / "walk.gif", drawn, 1 / 12, 1 / 12)
    between = float(noisy[:, 0].std(axis=0).mean())
    within = float(spread.mean())
    found = {"contrast": contrast, "between": between, "within": within}
    write("stylegan", {"styles": found})


def save(name, images, columns):
    """Writes a grid of the page."""
    kg.images.save_png(PICTURES / f"{name}.png", draw(images, Layout(columns), 1024))


def table(records):
    """Returns the table of all examples."""
    lines = [
        "| architecture | recipe | parameters of G and D | processor minutes | steps | "
        "`fd_fashion_mnist` | class accuracy | machine |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, one in records.items():
        share = one.get("accuracy")
        lines.append(
            f"| {EXAMPLES[name].reads} | `{EXAMPLES[name].code}` | "
            f"{one['generator']:,} and {one['discriminator']:,} | "
            f"{one['processor_minutes']:.0f} | {one['steps']:,} | "
            f"{one['fd_fashion_mnist']:.2f} | {f'{share:.1%}' if share else '-'} | "
            f"{one['machine']} |"
        )
    return "\n".join(lines)


def curves(records):
    """Draws precision and recall along the truncation, and returns their tables."""
    figure = Figure(figsize=(11, 3.6), dpi=100, layout="constrained")
    texts = []
    measured = [name for name in records if "truncation" in records[name]]
    places = figure.subplots(1, len(measured), squeeze=False)[0]
    for axes, name in zip(places, measured, strict=True):
        points = records[name]["truncation"]
        words = [str(point["truncation"] or "none") for point in points]
        keys = [key for key in points[0] if key != "truncation"]
        for key, color in zip(keys[:2], ("#0072B2", "#D55E00"), strict=True):
            values = [point[key] for point in points]
            axes.plot(words, values, marker="o", color=color, label=key.split("_")[0])
        axes.set(title=EXAMPLES[name].reads, xlabel="truncation", ylim=(0, 1))
        axes.legend(frameon=False)
        axes.grid(alpha=0.25)
        head = f"| {EXAMPLES[name].reads}: truncation | " + " | ".join(words) + " |"
        lines = [head, "|---" * (len(words) + 1) + "|"]
        for key in keys:
            values = " | ".join(f"{point[key]:.2f}" for point in points)
            lines.append(f"| {key} | {values} |")
        texts.append("\n".join(lines))
    figure.savefig(PICTURES / "truncation.png")
    return "\n\n".join(texts)


def step_table(records):
    """Returns the table of what `architectures.py` measured."""
    lines = [
        "| architecture | images per step | seconds per step | relative to DCGAN | "
        "per image, relative to DCGAN | MiB above idle |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in records.items():
        step = one["step"]
        ratio, least, most = step["ratios"]
        share = records["dcgan"]["step"]["images"] / step["images"]
        lines.append(
            f"| {EXAMPLES[name].reads} | {step['images']} | {step['seconds']:.3f} | "
            f"{ratio:.2f} ({least:.2f} to {most:.2f}) | {share * ratio:.2f} | "
            f"{step['peak']:.0f} |"
        )
    return "\n".join(lines)


def write_page():
    """Writes the page of what is known."""
    records = {name: one for name in EXAMPLES if "steps" in (one := read(name))}
    grids = "\n\n".join(
        f"## {EXAMPLES[name].reads}\n\n![Samples of {EXAMPLES[name].reads}]"
        f"(../pictures/architecture_{name}.png)"
        for name in records
    )
    minutes = sorted({round(one["processor_minutes"]) for one in records.values()})
    page = pathlib.Path(__file__).with_name("architectures_page.md").read_text()
    PAGE.write_text(
        page.format(
            minutes=f"{minutes[0]} to {minutes[-1]}",
            goal=0.97 * read("data")["accuracy"],
            table=table(records),
            grids=grids,
            curves=curves(records),
            step_table=step_table(records),
            **known(),
        )
    )


def main():
    """Trains and measures what is not there, and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="*", choices=EXAMPLES, default=list(EXAMPLES))
    parser.add_argument("--minutes", type=float, default=15.0, help="of the processor")
    parser.add_argument("--more", type=float, default=0.0, help="minutes to go on")
    parser.add_argument("--page", action="store_true", help="write the page alone")
    arguments = parser.parse_args()
    for name in [] if arguments.page else arguments.only:
        if arguments.more or not (RUNS / name / "gan.keras").is_file():
            train(name, arguments.minutes, arguments.more)
        if "fd_fashion_mnist" not in read(name):
            measure(name)
        if name in CURVES and "truncation" not in read(name):
            curve(name)
        print(name, json.dumps(read(name)))
    if "stylegan" in arguments.only and not arguments.page:
        draw_styles()
    if not read("data"):
        measure_data()
    if arguments.page:
        write_page()


if __name__ == "__main__":
    main()
