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

import dataclasses
import json
import pathlib
import time

import keras
import numpy as np

import keras_gan as kg

RUNS = pathlib.Path("runs/modes")
NUM_SAMPLES = 2500
BATCH = 256
MIXTURES = {"ring": kg.data.ring(), "grid": kg.data.grid()}
STEPS = {"ring": 8_000, "grid": 15_000}


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
        reads: What the row of the table says.
    """

    reads: str
    compile: dict = dataclasses.field(default_factory=dict)
    discriminator: object = None
    rates: tuple = (1e-3, 1e-3)
    optimizer: object = None
    steps: float = 1.0
    best: bool = False


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
TECHNIQUES = {
    "plain": Technique("plain: non-saturating"),
    "minimax": Technique("minimax (saturating)", {"loss": "minimax"}),
    "smoothing": Technique(
        "one-sided label smoothing, 0.9", {"loss": L.NonSaturating(0.9)}
    ),
    "least_squares": Technique("least squares", {"loss": "least_squares"}),
    "hinge": Technique("hinge", {"loss": "hinge"}),
    "energy": Technique(
        "energy-based, margin 0.05, pulling away 0.1",
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
        "WGAN, weights clipped at 0.1, 5 steps of D",
        {"loss": "wasserstein", "weight_clip": 0.1, "discriminator_steps": 5},
        rates=(5e-4, 5e-4),
        optimizer=keras.optimizers.RMSprop,
    ),
    "wgan_gp": Technique(
        "WGAN-GP, weight 0.1, 5 steps of D",
        {
            "loss": "wasserstein",
            "penalties": [P.GradientPenalty(0.1)],
            "discriminator_steps": 5,
        },
    ),
    "ttur": Technique(
        "WGAN-GP 1:1, two time scales (D 3e-3, G 1e-3)",
        {"loss": "wasserstein", "penalties": [P.GradientPenalty(0.1)]},
        rates=(1e-3, 3e-3),
    ),
    "relativistic": Technique("relativistic", {"loss": "relativistic"}),
    "r1": Technique("plain + R1, weight 0.1", {"penalties": [P.R1(0.1)]}),
    "r2": Technique("plain + R2, weight 0.1", {"penalties": [P.R2(0.1)]}),
    "dragan": Technique("plain + DRAGAN, weight 1", {"penalties": [P.DRAGAN(1.0)]}),
    "feature_matching": Technique(
        "feature matching alone (loss=None)",
        {"loss": None, "generator_penalties": [P.FeatureMatching()]},
    ),
    "minibatch": Technique(
        "plain + minibatch discrimination",
        discriminator=lambda: minibatch_discriminator(
            kg.layers.MinibatchDiscrimination
        ),
        steps=0.5,
    ),
    "minibatch_stddev": Technique(
        "plain + minibatch standard deviation",
        discriminator=lambda: minibatch_discriminator(kg.layers.MinibatchStddev),
    ),
    "mode_seeking": Technique(
        "plain + diversity penalty on G",
        {"generator_penalties": [P.ModeSeeking(1.0)]},
    ),
    "unrolled": Technique(
        "plain + unrolling, 5 steps", {"unrolling": kg.Unrolling(5)}, steps=0.5
    ),
    "skipping": Technique(
        "plain, D waits while its loss is below 0.7", {"skip_discriminator_below": 0.7}
    ),
    "by_winner": Technique(
        "who is behind learns (caught 0.6)", {"schedule": kg.schedules.ByWinner(0.6)}
    ),
    "spectral": Technique(
        "hinge + spectral normalization",
        {"loss": "hinge"},
        lambda: plain_discriminator("spectral"),
    ),
    "r3gan": Technique(
        "relativistic + R1 + R2, EMA, rates falling by cosine",
        {"loss": "relativistic"},
        best=True,
    ),
}
GRID = ["plain", "clipping", "wgan_gp", "unrolled", "minibatch", "r3gan"]
SEEDS = {"ring": 3, "grid": 3}
BEST_SEEDS = 5


def best_gan(mixture, technique, seed, steps):
    """Returns the recipe that is to find every mode, compiled."""
    return kg.recipes.r3gan_points(
        weight=0.1, steps=steps, seed=seed, spread=np.abs(mixture.centers).max()
    )


def plain_gan(mixture, technique, seed, steps):
    """Returns the plain game with one technique, compiled."""
    discriminator = (technique.discriminator or plain_discriminator)()
    generator = kg.networks.mlp_generator((2,), latent_dim=2)
    gan = kg.GAN(generator, discriminator, seed=seed)
    make = technique.optimizer or adam
    gan.compile(*(make(rate) for rate in technique.rates), **technique.compile)
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
    batch = BATCH * gan.discriminator_steps
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
    with kg.config.whole_file(path) as part:
        np.savez(part, samples=samples, record=json.dumps(record))
    print(path.stem, json.dumps(record), flush=True)
    return path
