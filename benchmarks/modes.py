"""Mode coverage of GAN techniques on two mixtures of Gaussians in the plane.

    python benchmarks/modes.py                        # all, several hours
    python benchmarks/modes.py --only ring:plain      # one technique
    python benchmarks/modes.py --page                 # the page of existing runs

Eight Gaussians on a ring (radius 1, sigma 0.01) and 25 on a grid (-4 to 4, sigma 0.05);
2,500 samples. A sample is of high quality if it lies within three sigma of a mode, and
a mode is covered if there is at least one such sample: the protocol of PacGAN. Each run
writes a file to `runs/modes`; existing runs are skipped, so that the script can be
interrupted and continued. At the end it writes `docs/results/modes.md` and its figures.
"""

import argparse
import dataclasses
import json
import pathlib
import time

import keras
import numpy as np

import keras_gan as kg

RUNS = pathlib.Path("runs/modes")
NUM_SAMPLES = 2500
PAGE = pathlib.Path("docs/results/modes.md")
FIGURES = pathlib.Path("docs/pictures")
MIXTURES = {"ring": kg.data.ring(), "grid": kg.data.grid()}
STEPS = {"ring": 4_000, "grid": 6_000}


@dataclasses.dataclass(frozen=True)
class Technique:
    """A technique: its difference from the baseline.

    Args:
        title: Title of its row in the table.
        compile: Arguments of `gan.compile`.
        build_discriminator: Function that returns the discriminator.
        learning_rates: Learning rates of G and D.
        optimizer: Function from a learning rate (or schedule) to an optimizer.
        steps: Steps of G, relative to those of the baseline.
        is_recipe: Whether it is `recipes.relativistic`, the recipe for full coverage:
            larger networks, an averaged generator, cosine decay of the learning rates.
        batch_size: Samples of one update.
    """

    title: str
    compile: dict = dataclasses.field(default_factory=dict)
    build_discriminator: object = None
    learning_rates: tuple = (1e-3, 1e-3)
    optimizer: object = None
    steps: float = 1.0
    is_recipe: bool = False
    batch_size: int = 128


def adam(learning_rate):
    """Returns the optimizer of all techniques except clipping and the recipe."""
    return keras.optimizers.Adam(learning_rate, beta_1=0.5, epsilon=1e-8)


def baseline_discriminator(normalization=None):
    """Returns the discriminator of the baseline."""
    return kg.networks.mlp_discriminator((2,), normalization=normalization)


def minibatch_discriminator(layer):
    """Returns the baseline's discriminator with a layer of minibatch statistics."""
    images = x = keras.Input((2,), name="images")
    for _ in range(2):
        x = keras.layers.LeakyReLU(0.2)(keras.layers.Dense(128)(x))
    x = keras.layers.Dense(1)(layer()(x))
    return keras.Model(images, keras.layers.Reshape(())(x))


def autoencoder(error):
    """Returns an autoencoder of points; its score is minus the reconstruction error."""
    return kg.networks.mlp_autoencoder((2,), code_dim=16, error=error)


SLOW_D = (1e-3, 1e-4)
"""Learning rates of G and D of Unrolled GAN, at which the baseline loses modes."""

TECHNIQUES = {
    "plain": Technique("baseline: non-saturating"),
    "plain_slow": Technique("baseline, slow D", learning_rates=SLOW_D),
    "minimax": Technique("minimax (saturating)", {"loss": "minimax"}),
    "smoothing": Technique(
        "one-sided label smoothing, 0.9", {"loss": kg.losses.NonSaturating(0.9)}
    ),
    "least_squares": Technique("least squares", {"loss": "least_squares"}),
    "hinge": Technique("hinge", {"loss": "hinge"}),
    "energy": Technique(
        "EBGAN, margin 0.05, pulling-away term 0.1",
        {
            "loss": kg.losses.EnergyMargin(0.05),
            "generator_penalties": [kg.penalties.PullingAway(layer="code")],
        },
        lambda: autoencoder("squared"),
    ),
    "began": Technique(
        "BEGAN, gamma 0.7",
        {"loss": kg.losses.BEGAN(0.7)},
        lambda: autoencoder("absolute"),
    ),
    "clipping": Technique(
        "WGAN, weight clipping 0.1, 5 steps of D",
        {"loss": "wasserstein", "weight_clip": 0.1, "discriminator_steps": 5},
        learning_rates=(1e-3, 1e-3),
        optimizer=keras.optimizers.RMSprop,
    ),
    "wgan_gp": Technique(
        "WGAN-GP, weight 0.1, 5 steps of D",
        {
            "loss": "wasserstein",
            "penalties": [kg.penalties.GradientPenalty(0.1)],
            "discriminator_steps": 5,
        },
        learning_rates=(1e-3, 1e-3),
    ),
    "ttur": Technique(
        "WGAN-GP 1:1, TTUR (D 3e-3, G 1e-3), same time as 5:1",
        {"loss": "wasserstein", "penalties": [kg.penalties.GradientPenalty(0.1)]},
        learning_rates=(1e-3, 3e-3),
        steps=3.0,
    ),
    "relativistic": Technique("relativistic", {"loss": "relativistic"}),
    "r1": Technique("baseline + R1, weight 0.1", {"penalties": [kg.penalties.R1(0.1)]}),
    "r2": Technique("baseline + R2, weight 0.1", {"penalties": [kg.penalties.R2(0.1)]}),
    "dragan": Technique(
        "baseline + DRAGAN, weight 0.1", {"penalties": [kg.penalties.DRAGAN(0.1)]}
    ),
    "feature_matching": Technique(
        "feature matching only (loss=None)",
        {"loss": None, "generator_penalties": [kg.penalties.FeatureMatching()]},
    ),
    "minibatch": Technique(
        "slow D + minibatch discrimination",
        build_discriminator=lambda: minibatch_discriminator(
            lambda: kg.layers.MinibatchDiscrimination(num_kernels=16)
        ),
        learning_rates=SLOW_D,
    ),
    "minibatch_stddev": Technique(
        "slow D + minibatch standard deviation",
        build_discriminator=lambda: minibatch_discriminator(kg.layers.MinibatchStddev),
        learning_rates=SLOW_D,
    ),
    "mode_seeking": Technique(
        "slow D + mode seeking",
        {"generator_penalties": [kg.penalties.ModeSeeking(1.0)]},
        learning_rates=SLOW_D,
    ),
    "unrolled": Technique(
        "slow D + unrolling, 5 steps",
        {"unrolling": kg.Unrolling(5)},
        learning_rates=SLOW_D,
    ),
    "skipping": Technique(
        "baseline, D skipped while its loss is below 1.3",
        {"skip_discriminator_below": 1.3},
    ),
    "accuracy_balanced": Technique(
        "accuracy-balanced updates",
        {"schedule": kg.schedules.AccuracyBalancedUpdates()},
    ),
    "spectral": Technique(
        "hinge + spectral normalization, 5 steps of D",
        {"loss": "hinge", "discriminator_steps": 5},
        lambda: baseline_discriminator("spectral"),
    ),
    "r3gan": Technique(
        "relativistic + R1 + R2, EMA, cosine learning rate decay",
        is_recipe=True,
        batch_size=256,
        steps=2.5,
    ),
}
GRID = ["plain", "plain_slow", "clipping", "wgan_gp", "unrolled", "minibatch", "r3gan"]
NUM_SEEDS, NUM_RECIPE_SEEDS = 3, 5
CLAIMS = [
    ("ring", "unrolled", "plain_slow", "Unrolling beats the baseline"),
    ("grid", "unrolled", "plain_slow", "Unrolling beats the baseline"),
    ("ring", "wgan_gp", "clipping", "WGAN-GP beats weight clipping"),
    ("grid", "wgan_gp", "clipping", "WGAN-GP beats weight clipping"),
    ("ring", "minibatch", "plain_slow", "Minibatch discrimination beats the baseline"),
    ("grid", "minibatch", "plain_slow", "Minibatch discrimination beats the baseline"),
    ("ring", "mode_seeking", "plain_slow", "Mode seeking beats the baseline"),
    ("ring", "r3gan", "relativistic", "R1 and R2 improve the relativistic loss"),
    (
        "ring",
        "ttur",
        "wgan_gp",
        "TTUR beats 5:1 in equal time",
    ),
]


def recipe_gan(mixture, technique, seed, steps):
    """Returns the compiled GAN of the recipe for full coverage."""
    data_std = float(np.std(mixture.centers))
    return kg.recipes.relativistic(
        (2,), weight=0.01, steps=steps, data_std=data_std, seed=seed
    )


def technique_gan(mixture, technique, seed, steps):
    """Returns the compiled baseline with a technique."""
    discriminator = (technique.build_discriminator or baseline_discriminator)()
    generator = kg.networks.mlp_generator((2,), latent_dim=2)
    gan = kg.GAN(generator, discriminator, seed=seed)
    optimizer = technique.optimizer or adam
    optimizers = [optimizer(rate) for rate in technique.learning_rates]
    gan.compile(*optimizers, **technique.compile)
    return gan


def run(mixture_name, name, seed):
    """Trains a technique with a seed, unless its file exists, and returns the path."""
    path = RUNS / f"{mixture_name}-{name}-{seed}.npz"
    if path.exists():
        return path
    mixture, technique = MIXTURES[mixture_name], TECHNIQUES[name]
    keras.utils.set_random_seed(seed)
    steps = int(STEPS[mixture_name] * technique.steps)
    build = recipe_gan if technique.is_recipe else technique_gan
    gan = build(mixture, technique, seed, steps)
    gan.steps_per_execution = 50
    batch_size = technique.batch_size * gan.discriminator_steps
    dataset = mixture.dataset(100 * batch_size, batch_size=batch_size, seed=seed)
    start, cpu = time.time(), time.process_time()
    gan.fit(dataset, epochs=steps // 100, verbose=0)
    seconds, cpu_seconds = time.time() - start, time.process_time() - cpu
    samples = gan.generate(NUM_SAMPLES, seed=seed)
    coverage = kg.metrics.mode_coverage(samples, mixture.centers, mixture.sigma)
    record = {
        "modes": coverage.modes,
        "high_quality": coverage.high_quality,
        "reverse_kl": coverage.reverse_kl,
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "steps": steps,
    }
    RUNS.mkdir(parents=True, exist_ok=True)
    with kg.files.atomic_file(path) as part:
        np.savez(part, samples=samples, record=json.dumps(record))
    print(path.stem, json.dumps(record), flush=True)
    return path


def jobs(only):
    """Returns the (mixture, technique, seed) of the selected runs, the ring first."""
    ring = [
        ("ring", name, seed)
        for seed in range(NUM_RECIPE_SEEDS)
        for name, technique in TECHNIQUES.items()
        if seed < NUM_SEEDS or technique.is_recipe
    ]
    grid = [
        ("grid", name, seed)
        for seed in range(NUM_RECIPE_SEEDS)
        for name in GRID
        if seed < NUM_SEEDS or TECHNIQUES[name].is_recipe
    ]
    selected = [job for job in ring + grid if not only or f"{job[0]}:{job[1]}" in only]
    return selected or [job for job in ring + grid if job[0] in only]


def read(mixture_name, name):
    """Returns a technique's records by seed, and the samples of the first seed."""
    records, samples = {}, None
    for path in sorted(RUNS.glob(f"{mixture_name}-{name}-*.npz")):
        with np.load(path) as file:
            records[int(path.stem.rpartition("-")[2])] = json.loads(str(file["record"]))
            samples = file["samples"] if samples is None else samples
    return records, samples


def mean(records, key):
    """Returns the mean of a value over the seeds."""
    return float(np.mean([record[key] for record in records.values()]))


def line(name, records, num_modes):
    """Returns the table row of a technique."""
    modes = [record["modes"] for record in records.values()]
    per_seed = ", ".join(map(str, modes))
    return (
        f"| {TECHNIQUES[name].title} "
        f"| {np.mean(modes):.1f} of {num_modes} ({per_seed}) "
        f"| {100 * mean(records, 'high_quality'):.1f} % "
        f"| {mean(records, 'reverse_kl'):.2f} "
        f"| {mean(records, 'cpu_seconds'):.0f} |"
    )


def table(mixture_name, names):
    """Returns the table of a mixture, with the techniques that have runs."""
    head = (
        "| technique | modes: mean (each seed) | high quality | reverse KL | "
        "CPU seconds |\n|---|---|---|---|---|"
    )
    num_modes = MIXTURES[mixture_name].num_modes
    records = {name: read(mixture_name, name)[0] for name in names}
    rows = [line(name, runs, num_modes) for name, runs in records.items() if runs]
    return "\n".join([head, *rows])


def rank(mixture_name, name):
    """Returns the sort key of techniques: modes, then high quality."""
    records, _ = read(mixture_name, name)
    return mean(records, "modes"), mean(records, "high_quality")


def claims():
    """Returns the list of claims of the papers, and whether each holds."""
    lines = []
    for mixture_name, better, worse, claim in CLAIMS:
        if not (read(mixture_name, better)[0] and read(mixture_name, worse)[0]):
            continue
        ranks = [rank(mixture_name, name) for name in (better, worse)]
        verdict = "holds" if ranks[0] > ranks[1] else "does not hold"
        numbers = " against ".join(f"{m:.1f} modes, {100 * q:.1f} %" for m, q in ranks)
        lines.append(f"- {claim} ({mixture_name}): **{verdict}**, {numbers}.")
    return "\n".join(lines)


def draw(mixture_name, names):
    """Draws the samples of each technique, seed 0, and returns the figure's path."""
    import matplotlib.pyplot as plt

    mixture = MIXTURES[mixture_name]
    runs = {name: read(mixture_name, name) for name in names}
    runs = {name: pair for name, pair in runs.items() if pair[0]}
    num_columns = 6 if len(runs) > 8 else 4
    num_rows = -(-len(runs) // num_columns)
    size = (2.3 * num_columns, 2.55 * num_rows)
    figure, axes = plt.subplots(num_rows, num_columns, figsize=size, squeeze=False)
    limit = 1.3 * np.abs(mixture.centers).max()
    for axis in axes.flat:
        axis.set_axis_off()
    centers = np.asarray(mixture.centers).T
    for axis, (name, (records, samples)) in zip(axes.flat, runs.items(), strict=False):
        first = records[min(records)]
        axis.scatter(*centers, s=90, facecolors="none", edgecolors="#bbbbbb", lw=0.8)
        axis.scatter(*samples.T, s=1.2, alpha=0.35, color="#1f5fa8", linewidths=0)
        title = f"{name.replace('_', ' ')}\n{first['modes']} of {mixture.num_modes}, "
        axis.set_title(f"{title}{100 * first['high_quality']:.0f} %", fontsize=8)
        axis.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    figure.tight_layout()
    path = FIGURES / f"modes_{mixture_name}.png"
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return path


def write_page():
    """Writes the page and its figures from the existing runs."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.mkdir(parents=True, exist_ok=True)
    for mixture_name, names in (("ring", list(TECHNIQUES)), ("grid", GRID)):
        draw(mixture_name, names)
    text = pathlib.Path(__file__).with_name("modes_page.md").read_text()
    fields = {
        "ring": table("ring", TECHNIQUES),
        "grid": table("grid", GRID),
        "claims": claims(),
        "ring_steps": f"{STEPS['ring']:,}",
        "grid_steps": f"{STEPS['grid']:,}",
    }
    for name, value in fields.items():
        text = text.replace(f"{{{name}}}", str(value))
    PAGE.write_text(text)
    print(PAGE)


def main():
    """Executes the missing runs and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="MIXTURE[:TECHNIQUE]")
    parser.add_argument("--page", action="store_true", help="only write the page")
    arguments = parser.parse_args()
    if not arguments.page:
        for job in jobs(arguments.only):
            run(*job)
    write_page()


if __name__ == "__main__":
    main()
