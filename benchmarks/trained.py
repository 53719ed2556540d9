"""Trains a small model of every architecture on Fashion-MNIST and evaluates it.

    python benchmarks/trained.py                         # all, several hours
    python benchmarks/trained.py --only biggan           # one of them
    python benchmarks/trained.py --only biggan --more 5  # five minutes longer
    python benchmarks/trained.py --page                  # the page of existing results

The models of `benchmarks/examples.py` are trained on the 60,000 images of Fashion-MNIST
for a number of minutes of processor time, and saved to `runs/architectures`; existing
ones are not trained again. Then 10,000 samples are evaluated and a grid is drawn; the
class accuracy of conditional models is that of an independent classifier. The results
are written to `docs/results/architectures.json`, from which `--page` writes the page,
with the results of `architectures.py` and `people.py`.
"""

import argparse
import json
import pathlib
import time

import keras
import numpy as np
from examples import EXAMPLES, SHAPE
from matplotlib.figure import Figure
from records import machine, read, read_all, replace, write

import keras_gan as kg
from keras_gan.callbacks.drawing import Layout, draw, sample

RUNS = pathlib.Path("runs/architectures")
PAGE = pathlib.Path("docs/results/architectures.md")
FIGURES = pathlib.Path("docs/pictures")
NUM_SAMPLES = 10_000
TRUNCATIONS = (0.05, 0.1, 0.2, 0.5, 0.75, 1.0, 1.5, 2.0, None)
"""Truncations at which precision and recall are computed; up to 1 for styles."""

TRUNCATED, NUM_TRUNCATED = ("conditional", "biggan", "stylegan"), 2_000
"""Examples with results by truncation, and the number of samples of each point."""


class StopAfter(keras.callbacks.Callback):
    """Stops the training after a number of minutes of processor time."""

    def __init__(self, minutes):
        super().__init__()
        self.seconds = 60.0 * minutes

    def on_train_begin(self, logs=None):
        """Records the start, before the first step is traced."""
        self.start = time.process_time()

    def on_train_batch_end(self, batch, logs=None):
        """Stops the training if the time is over."""
        if time.process_time() - self.start >= self.seconds:
            self.model.stop_training = True


def growth(example, minutes):
    """Returns the callback that reaches the full resolution within the minutes."""
    return kg.callbacks.ProgressiveGrowing(
        fade_images=int(2_500 * minutes), batch_size=example.batch_size
    )


def accuracy(gan, seed=0):
    """Returns the share of samples that a classifier assigns to the requested class."""
    classifier = kg.metrics.fashion_mnist_classifier()
    labels = np.arange(NUM_SAMPLES) % gan.labels.num_classes
    predicted = []
    for images in gan.generate_batches(NUM_SAMPLES, seed, labels):
        predicted.append(np.argmax(classifier.predict(images, verbose=0), axis=1))
    return float((np.concatenate(predicted) == labels).mean())


def measure_data():
    """Evaluates real images, the reference for the results of the GANs."""
    test = kg.data.load("fashion_mnist", "test", labels=True).unshuffled
    classifier = kg.metrics.fashion_mnist_classifier()
    metric, correct = kg.metrics.FrechetDistance("fashion_mnist"), []
    for images, labels in test:
        metric.update_real(images, value_range=(-1, 1))
        correct.append(np.argmax(classifier(images), axis=1) == np.asarray(labels))
    for images in kg.data.load("fashion_mnist").unshuffled:
        metric.update_fake(images, value_range=(-1, 1))
    accuracy = float(np.concatenate(correct).mean())
    write("data", {"floor": metric.result(), "accuracy": accuracy})


def train(name, minutes, more=0.0):
    """Trains an example, or continues its training, and saves it to its folder.

    Args:
        name: Name of the example.
        minutes: Minutes of the first training, which decide the growth schedule.
        more: Minutes to continue; 0 trains from the start.
    """
    keras.utils.set_random_seed(0)
    example, folder = EXAMPLES[name], RUNS / name
    gan = keras.saving.load_model(folder / "gan.keras") if more else example.build()
    spent = read(name)["processor_minutes"] if more else 0.0
    size = example.batch_size * gan.discriminator_steps
    labeled = gan.labels.num_classes > 0
    data = kg.data.load("fashion_mnist", batch_size=size, labels=labeled)
    callbacks = [StopAfter(more or minutes)]
    epoch = int(gan.steps.numpy()) // len(data)
    if example.grows:
        callbacks.append(growth(example, minutes))
    start = time.process_time()
    gan.fit(data, epochs=10_000, initial_epoch=epoch, verbose=2, callbacks=callbacks)
    record = {
        "machine": machine(),
        "processor_minutes": spent + (time.process_time() - start) / 60,
        "steps": int(gan.steps.numpy()),
        "generator": gan.generator.count_params(),
        "discriminator": gan.discriminator.count_params(),
    }
    replace(name, record)
    gan.save(folder / "gan.keras")


def measure(name):
    """Evaluates a trained example, and draws a grid of samples."""
    gan = keras.saving.load_model(RUNS / name / "gan.keras")
    data = kg.data.load("fashion_mnist", "test")
    evaluation = kg.callbacks.Evaluation("fd_fashion_mnist", data, NUM_SAMPLES)
    record = evaluation.measure(gan)
    if gan.labels.num_classes:
        record["accuracy"] = accuracy(gan)
    columns = None if gan.labels.num_classes else 10
    grid = draw(*sample(gan, 80, seed=0, columns=columns))
    kg.images.save_png(FIGURES / f"architecture_{name}.png", grid)
    write(name, record)


def measure_truncation(name):
    """Computes precision and recall of an example at every truncation."""
    gan = keras.saving.load_model(RUNS / name / "gan.keras")
    data = kg.data.load("fashion_mnist", "test")
    styles = gan.sampler.truncates_styles
    points = []
    for truncation in TRUNCATIONS:
        if styles and truncation is not None and truncation > 1.0:
            continue
        metrics = [kg.metrics.PrecisionRecall("fashion_mnist"), "fd_fashion_mnist"]
        evaluation = kg.callbacks.Evaluation(
            metrics, data, NUM_TRUNCATED, truncation=truncation
        )
        points.append({"truncation": truncation, **evaluation.measure(gan)})
    write(name, {"truncation": points})


def draw_styles():
    """Draws style mixing, noise and interpolation of StyleGAN; computes deviations."""
    gan = keras.saving.load_model(RUNS / "stylegan" / "gan.keras")
    latents = gan.latents.draw(kg.random.sample_stream(5), 12, 0)
    mixing, generator = kg.networks.mixing, gan.ema_generator
    half = mixing.num_layers(generator) // 2
    table = mixing.mixing_table(generator, latents[:4], latents[4:], half)
    save("mixing", table.reshape(-1, *SHAPE), 9)
    noisy = mixing.vary_noise(generator, latents[:6], 8, kg.random.Random(0))
    deviation = noisy.std(axis=1, keepdims=True)
    contrast = 1.0 / max(float(deviation.max()), 1e-6)
    rows = np.concatenate([noisy, 2.0 * contrast * deviation - 1.0], axis=1)
    save("noise", rows.reshape(-1, *SHAPE), 9)
    frames = mixing.interpolate(generator, latents[:8], 12, space="w")
    grids = [draw(frame[None], side=196) for frame in frames]
    kg.images.save_animation(FIGURES / "walk.gif", grids, 1 / 12, 1 / 12)
    between = float(noisy[:, 0].std(axis=0).mean())
    within = float(deviation.mean())
    record = {"contrast": contrast, "between": between, "within": within}
    write("stylegan", {"styles": record})


def save(name, images, columns):
    """Writes a grid of images for the page."""
    kg.images.save_png(FIGURES / f"{name}.png", draw(images, Layout(columns), 1024))


def table(records):
    """Returns the table of all examples."""
    lines = [
        "| architecture | recipe | parameters of G and D | processor minutes | steps | "
        "`fd_fashion_mnist` | class accuracy | machine |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, record in records.items():
        share = record.get("accuracy")
        lines.append(
            f"| {EXAMPLES[name].title} | `{EXAMPLES[name].code}` | "
            f"{record['generator']:,} and {record['discriminator']:,} | "
            f"{record['processor_minutes']:.0f} | {record['steps']:,} | "
            f"{record['fd_fashion_mnist']:.2f} | {f'{share:.1%}' if share else '-'} | "
            f"{record['machine']} |"
        )
    return "\n".join(lines)


def curves(records):
    """Plots precision and recall against the truncation, and returns their tables."""
    figure = Figure(figsize=(11, 3.6), dpi=100, layout="constrained")
    tables = []
    names = [name for name in records if "truncation" in records[name]]
    panels = figure.subplots(1, len(names), squeeze=False)[0]
    for axes, name in zip(panels, names, strict=True):
        points = records[name]["truncation"]
        labels = [str(point["truncation"] or "none") for point in points]
        keys = [key for key in points[0] if key != "truncation"]
        for key, color in zip(keys[:2], ("#0072B2", "#D55E00"), strict=True):
            values = [point[key] for point in points]
            axes.plot(labels, values, marker="o", color=color, label=key.split("_")[0])
        axes.set(title=EXAMPLES[name].title, xlabel="truncation", ylim=(0, 1))
        axes.legend(frameon=False)
        axes.grid(alpha=0.25)
        head = f"| {EXAMPLES[name].title}: truncation | " + " | ".join(labels) + " |"
        lines = [head, "|---" * (len(labels) + 1) + "|"]
        for key in keys:
            values = " | ".join(f"{point[key]:.2f}" for point in points)
            lines.append(f"| {key} | {values} |")
        tables.append("\n".join(lines))
    figure.savefig(FIGURES / "truncation.png")
    return "\n\n".join(tables)


def step_table(records):
    """Returns the table of the results of `architectures.py`."""
    lines = [
        "| architecture | images per step | seconds per step | relative to DCGAN | "
        "per image, relative to DCGAN | MiB above idle |",
        "|---|---|---|---|---|---|",
    ]
    for name, record in records.items():
        step = record["step"]
        ratio, lowest, highest = step["ratios"]
        share = records["dcgan"]["step"]["images"] / step["images"]
        lines.append(
            f"| {EXAMPLES[name].title} | {step['images']} | {step['seconds']:.3f} | "
            f"{ratio:.2f} ({lowest:.2f} to {highest:.2f}) | {share * ratio:.2f} | "
            f"{step['peak']:.0f} |"
        )
    return "\n".join(lines)


def write_page():
    """Writes the page from the results."""
    records = {name: read(name) for name in EXAMPLES}
    records = {name: record for name, record in records.items() if "steps" in record}
    grids = "\n\n".join(
        f"## {EXAMPLES[name].title}\n\n![Samples of {EXAMPLES[name].title}]"
        f"(../pictures/architecture_{name}.png)"
        for name in records
    )
    minutes = sorted(
        {round(record["processor_minutes"]) for record in records.values()}
    )
    page = pathlib.Path(__file__).with_name("architectures_page.md").read_text()
    PAGE.write_text(
        page.format(
            minutes=f"{minutes[0]} to {minutes[-1]}",
            goal=0.97 * read("data")["accuracy"],
            table=table(records),
            grids=grids,
            curves=curves(records),
            step_table=step_table(records),
            **read_all(),
        )
    )


def main():
    """Trains and evaluates what is missing, or writes the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="*", choices=EXAMPLES, default=list(EXAMPLES))
    parser.add_argument("--minutes", type=float, default=15.0, help="processor time")
    parser.add_argument("--more", type=float, default=0.0, help="minutes to continue")
    parser.add_argument("--page", action="store_true", help="only write the page")
    arguments = parser.parse_args()
    for name in [] if arguments.page else arguments.only:
        if arguments.more or not (RUNS / name / "gan.keras").is_file():
            train(name, arguments.minutes, arguments.more)
        if "fd_fashion_mnist" not in read(name):
            measure(name)
        if name in TRUNCATED and "truncation" not in read(name):
            measure_truncation(name)
        print(name, json.dumps(read(name)))
    if "stylegan" in arguments.only and not arguments.page:
        draw_styles()
    if not read("data"):
        measure_data()
    if arguments.page:
        write_page()


if __name__ == "__main__":
    main()
