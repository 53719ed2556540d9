"""Mode coverage: the techniques on two mixtures of Gaussians in the plane.

    python benchmarks/modes.py                        # everything, some hours
    python benchmarks/modes.py --only ring:plain      # one technique
    python benchmarks/modes.py --page                 # the page, of what is there

Eight Gaussians on a ring (radius 1, sigma 0.01) and 25 on a grid (-4 to 4, sigma 0.05);
2,500 samples; a mode is found when a sample lies within three sigma of it, and such
samples are of high quality: the protocol of PacGAN. Each run is one file in
`runs/modes`; a run whose file is there is not done again, so the script can be stopped
and goes on where it was. At the end it writes `docs/results/modes.md` and its pictures.
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
PICTURES = pathlib.Path("docs/pictures")
MIXTURES = {"ring": kg.data.ring(), "grid": kg.data.grid()}
STEPS = {"ring": 4_000, "grid": 6_000}


@dataclasses.dataclass(frozen=True)
class Technique:
    """What is changed in the plain game, and nothing else.

    Args:
        compile: Arguments of `gan.compile`.
        discriminator: From nothing to the discriminator.
        rates: Learning rates of G and D.
        optimizer: From a rate (or schedule) to an optimizer.
        steps: Steps of G as a share of the usual number.
        best: Whether this is the recipe that is to find every mode: larger networks,
            an averaged generator, rates that fall to 0 along a cosine.
        batch: Images of one update.
        reads: What the row of the table says.
    """

    reads: str
    compile: dict = dataclasses.field(default_factory=dict)
    discriminator: object = None
    rates: tuple = (1e-3, 1e-3)
    optimizer: object = None
    steps: float = 1.0
    best: bool = False
    batch: int = 128


def adam(rate):
    """Returns the optimizer of all techniques but clipping and the best recipe."""
    return keras.optimizers.Adam(rate, beta_1=0.5, epsilon=1e-8)


def plain_discriminator(normalization=None):
    """Returns the discriminator of all techniques that do not change it."""
    return kg.networks.mlp_discriminator((2,), normalization=normalization)


def minibatch_discriminator(layer):
    """Returns the plain discriminator with a layer that looks at the whole batch."""
    images = x = keras.Input((2,), name="images")
    for _ in range(2):
        x = keras.layers.LeakyReLU(0.2)(keras.layers.Dense(128)(x))
    x = keras.layers.Dense(1)(layer()(x))
    return keras.Model(images, keras.layers.Reshape(())(x))


def autoencoder(error):
    """Returns an autoencoder of points, whose score is minus its error."""
    return kg.networks.mlp_autoencoder((2,), code_dim=16, error=error)


P, L = kg.penalties, kg.losses
SLOW = (1e-3, 1e-4)
"""Rates of G and D at which the plain game loses modes: those of unrolled GAN."""

TECHNIQUES = {
    "plain": Technique("baseline: non-saturating"),
    "plain_slow": Technique("baseline, slow D", rates=SLOW),
    "minimax": Technique("minimax (saturating)", {"loss": "minimax"}),
    "smoothing": Technique(
        "one-sided label smoothing, 0.9", {"loss": L.NonSaturating(0.9)}
    ),
    "least_squares": Technique("least squares", {"loss": "least_squares"}),
    "hinge": Technique("hinge", {"loss": "hinge"}),
    "energy": Technique(
        "EBGAN, margin 0.05, pulling-away term 0.1",
        {
            "loss": L.EnergyMargin(0.05),
            "generator_penalties": [P.PullingAway(layer="code")],
        },
        lambda: autoencoder("squared"),
    ),
    "began": Technique(
        "BEGAN, gamma 0.7", {"loss": L.BEGAN(0.7)}, lambda: autoencoder("absolute")
    ),
    "clipping": Technique(
        "WGAN, weight clipping 0.1, 5 steps of D",
        {"loss": "wasserstein", "weight_clip": 0.1, "discriminator_steps": 5},
        rates=(1e-3, 1e-3),
        optimizer=keras.optimizers.RMSprop,
    ),
    "wgan_gp": Technique(
        "WGAN-GP, weight 0.1, 5 steps of D",
        {
            "loss": "wasserstein",
            "penalties": [P.GradientPenalty(0.1)],
            "discriminator_steps": 5,
        },
        rates=(1e-3, 1e-3),
    ),
    "ttur": Technique(
        "WGAN-GP 1:1, TTUR (D 3e-3, G 1e-3), same time as 5:1",
        {"loss": "wasserstein", "penalties": [P.GradientPenalty(0.1)]},
        rates=(1e-3, 3e-3),
        steps=3.0,
    ),
    "relativistic": Technique("relativistic", {"loss": "relativistic"}),
    "r1": Technique("baseline + R1, weight 0.1", {"penalties": [P.R1(0.1)]}),
    "r2": Technique("baseline + R2, weight 0.1", {"penalties": [P.R2(0.1)]}),
    "dragan": Technique(
        "baseline + DRAGAN, weight 0.1", {"penalties": [P.DRAGAN(0.1)]}
    ),
    "feature_matching": Technique(
        "feature matching only (loss=None)",
        {"loss": None, "generator_penalties": [P.FeatureMatching()]},
    ),
    "minibatch": Technique(
        "slow D + minibatch discrimination",
        discriminator=lambda: minibatch_discriminator(
            lambda: kg.layers.MinibatchDiscrimination(num_kernels=16)
        ),
        rates=SLOW,
    ),
    "minibatch_stddev": Technique(
        "slow D + minibatch standard deviation",
        discriminator=lambda: minibatch_discriminator(kg.layers.MinibatchStddev),
        rates=SLOW,
    ),
    "mode_seeking": Technique(
        "slow D + mode seeking",
        {"generator_penalties": [P.ModeSeeking(1.0)]},
        rates=SLOW,
    ),
    "unrolled": Technique(
        "slow D + unrolling, 5 steps", {"unrolling": kg.Unrolling(5)}, rates=SLOW
    ),
    "skipping": Technique(
        "baseline, D skipped while its loss is below 1.3",
        {"skip_discriminator_below": 1.3},
    ),
    "by_winner": Technique(
        "accuracy-balanced updates",
        {"schedule": kg.schedules.AccuracyBalancedUpdates()},
    ),
    "spectral": Technique(
        "hinge + spectral normalization, 5 steps of D",
        {"loss": "hinge", "discriminator_steps": 5},
        lambda: plain_discriminator("spectral"),
    ),
    "r3gan": Technique(
        "relativistic + R1 + R2, EMA, cosine learning rate decay",
        best=True,
        batch=256,
        steps=2.5,
    ),
}
GRID = ["plain", "plain_slow", "clipping", "wgan_gp", "unrolled", "minibatch", "r3gan"]
NUM_SEEDS, BEST_SEEDS = 3, 5
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


def best_gan(mixture, technique, seed, steps):
    """Returns the recipe that is to find every mode, compiled."""
    data_std = float(np.std(mixture.centers))
    return kg.recipes.relativistic(
        (2,), weight=0.01, steps=steps, data_std=data_std, seed=seed
    )


def plain_gan(mixture, technique, seed, steps):
    """Returns the plain game with one technique, compiled."""
    discriminator = (technique.discriminator or plain_discriminator)()
    generator = kg.networks.mlp_generator((2,), latent_dim=2)
    gan = kg.GAN(generator, discriminator, seed=seed)
    make = technique.optimizer or adam
    optimizers = [make(rate) for rate in technique.rates]
    gan.compile(*optimizers, **technique.compile)
    return gan


def run(mixture_name, name, seed):
    """Trains one technique once, and writes samples and measures; returns its path."""
    path = RUNS / f"{mixture_name}-{name}-{seed}.npz"
    if path.exists():
        return path
    mixture, technique = MIXTURES[mixture_name], TECHNIQUES[name]
    keras.utils.set_random_seed(seed)
    steps = int(STEPS[mixture_name] * technique.steps)
    make = best_gan if technique.best else plain_gan
    gan = make(mixture, technique, seed, steps)
    gan.steps_per_execution = 50
    batch = technique.batch * gan.discriminator_steps
    dataset = mixture.dataset(100 * batch, batch_size=batch, seed=seed)
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
    with kg.config.atomic_file(path) as part:
        np.savez(part, samples=samples, record=json.dumps(record))
    print(path.stem, json.dumps(record), flush=True)
    return path


def jobs(only):
    """Returns the mixture, technique and seed of every run, the ring first."""
    ring = [
        ("ring", name, seed)
        for seed in range(BEST_SEEDS)
        for name, technique in TECHNIQUES.items()
        if seed < NUM_SEEDS or technique.best
    ]
    grid = [
        ("grid", name, seed)
        for seed in range(BEST_SEEDS)
        for name in GRID
        if seed < NUM_SEEDS or TECHNIQUES[name].best
    ]
    chosen = [job for job in ring + grid if not only or f"{job[0]}:{job[1]}" in only]
    return chosen or [job for job in ring + grid if job[0] in only]


def read(mixture_name, name):
    """Returns the records of a technique's runs by seed, and the first's samples."""
    records, samples = {}, None
    for path in sorted(RUNS.glob(f"{mixture_name}-{name}-*.npz")):
        with np.load(path) as file:
            records[int(path.stem.rpartition("-")[2])] = json.loads(str(file["record"]))
            samples = file["samples"] if samples is None else samples
    return records, samples


def mean(records, key):
    """Returns the mean of a measure over the seeds."""
    return float(np.mean([record[key] for record in records.values()]))


def line(name, records, num_modes):
    """Returns the row of a technique."""
    modes = [record["modes"] for record in records.values()]
    each = ", ".join(map(str, modes))
    return (
        f"| {TECHNIQUES[name].reads} | {np.mean(modes):.1f} of {num_modes} ({each}) "
        f"| {100 * mean(records, 'high_quality'):.1f} % "
        f"| {mean(records, 'reverse_kl'):.2f} "
        f"| {mean(records, 'cpu_seconds'):.0f} |"
    )


def table(mixture_name, names):
    """Returns the table of a mixture, of the techniques that were run."""
    head = (
        "| technique | modes: mean (each seed) | high quality | reverse KL | "
        "CPU seconds |\n|---|---|---|---|---|"
    )
    num_modes = MIXTURES[mixture_name].num_modes
    found = {name: read(mixture_name, name)[0] for name in names}
    rows = [line(name, runs, num_modes) for name, runs in found.items() if runs]
    return "\n".join([head, *rows])


def rank(mixture_name, name):
    """Returns what techniques are ranked by: modes, then high quality."""
    records, _ = read(mixture_name, name)
    return mean(records, "modes"), mean(records, "high_quality")


def claims():
    """Returns what the papers claim, and whether it was seen."""
    lines = []
    for mixture_name, better, worse, claim in CLAIMS:
        if not (read(mixture_name, better)[0] and read(mixture_name, worse)[0]):
            continue
        ranks = [rank(mixture_name, name) for name in (better, worse)]
        seen = "holds" if ranks[0] > ranks[1] else "does not hold"
        numbers = " against ".join(f"{m:.1f} modes, {100 * q:.1f} %" for m, q in ranks)
        lines.append(f"- {claim} ({mixture_name}): **{seen}**, {numbers}.")
    return "\n".join(lines)


def draw(mixture_name, names):
    """Draws the samples of each technique, seed 0, and returns the picture's path."""
    import matplotlib.pyplot as plt

    mixture = MIXTURES[mixture_name]
    found = {name: read(mixture_name, name) for name in names}
    found = {name: one for name, one in found.items() if one[0]}
    across = 6 if len(found) > 8 else 4
    down = -(-len(found) // across)
    size = (2.3 * across, 2.55 * down)
    figure, axes = plt.subplots(down, across, figsize=size, squeeze=False)
    limit = 1.3 * np.abs(mixture.centers).max()
    for axis in axes.flat:
        axis.set_axis_off()
    centers = np.asarray(mixture.centers).T
    for axis, (name, (records, samples)) in zip(axes.flat, found.items(), strict=False):
        first = records[min(records)]
        axis.scatter(*centers, s=90, facecolors="none", edgecolors="#bbbbbb", lw=0.8)
        axis.scatter(*samples.T, s=1.2, alpha=0.35, color="#1f5fa8", linewidths=0)
        title = f"{name.replace('_', ' ')}\n{first['modes']} of {mixture.num_modes}, "
        axis.set_title(f"{title}{100 * first['high_quality']:.0f} %", fontsize=8)
        axis.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    figure.tight_layout()
    path = PICTURES / f"modes_{mixture_name}.png"
    figure.savefig(path, dpi=110)
    plt.close(figure)
    return path


def write_page():
    """Writes the page and its pictures, of the runs that are there."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PICTURES.mkdir(parents=True, exist_ok=True)
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
    """Runs what is missing, and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="MIXTURE[:TECHNIQUE]")
    parser.add_argument("--page", action="store_true", help="write the page alone")
    arguments = parser.parse_args()
    if not arguments.page:
        for job in jobs(arguments.only):
            run(*job)
    write_page()


if __name__ == "__main__":
    main()
