"""Every public loss, penalty, layer, network, metric and so on, once.

To add one: a line in its family below. The property tests beside this file loop over
all lines; `test_catalogue.py` fails while a public name is missing here.
"""

import dataclasses
import functools
from collections.abc import Callable
from math import log

import keras
import numpy as np
import tensorflow as tf
from toys import set_seed

import keras_gan as kg

BATCH = 6


@dataclasses.dataclass(frozen=True)
class Case:
    """How one public thing is made and run.

    Args:
        make: From nothing to the object.
        inputs: From nothing to arrays whose first axis is the batch.
        run: From the object and its inputs to a tensor whose first axis is the batch.
        whole: Whether it looks at the whole batch, or at the numbers of its rows, so
            that a permuted batch need not give a permuted result.
        value: From the object to what it computes of numbers that are easy to follow,
            and the same computed by hand.
    """

    make: Callable
    inputs: Callable
    run: Callable
    whole: bool = False
    value: Callable | None = None


def arrays(*shapes, scale=1.0):
    """Returns a function that makes normal numbers of these shapes, for a batch."""

    def make():
        random = np.random.default_rng(0)
        return [
            scale * random.normal(size=(BATCH, *shape)).astype("float32")
            for shape in shapes
        ]

    return make


def loss(make, scores, discriminator, generator, **state):
    """Returns the case of an adversarial loss: both networks' values side by side.

    Args:
        make: From nothing to the loss.
        scores: Score of a real image and of a generated one.
        discriminator: Loss of D at these scores, computed by hand.
        generator: Loss of G.
        **state: State of the loss.
    """

    def run(loss, real, fake):
        values = (
            loss.discriminator(real, fake, **state),
            loss.generator(fake, real, **state),
        )
        return tf.stack(values, axis=1)

    def value(loss):
        real, fake = (tf.constant([score], tf.float64) for score in scores)
        return run(loss, real, fake), [[discriminator, generator]]

    return Case(make, arrays((), (), scale=3.0), run, value=value)


@functools.cache
def judge():
    """Returns a small discriminator with smooth layers, the same for all penalties."""
    set_seed(0)
    # gradients with norms on both sides of 1: a one-sided penalty must not be 0
    normal = keras.initializers.RandomNormal(0.0, 1.0)
    layers = [keras.layers.Dense(5, "tanh", kernel_initializer=normal) for _ in (0, 1)]
    return keras.Sequential([keras.Input((3,)), *layers, keras.layers.Dense(1)])


@functools.cache
def plane():
    """Returns the discriminator `D(x, y) = 3 x + 4 y`."""
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    network.set_weights([np.array([[3.0], [4.0]]), np.zeros(1)])
    return network


def penalty(make, expected, whole=False):
    """Returns the case of a penalty: its value of each image, or of the batch.

    Args:
        make: From nothing to the penalty.
        expected: Its value, computed by hand, for `D(x, y) = 3 x + 4 y`, the real
            images (1, 0) and (0, 1), and the images (1, 0) and (1, 1) that were
            generated from the latents 0 and 1; a list of a value for each image.
        whole: As in `Case`.
    """

    def bound(network, real, fake, latents):
        return kg.Game(
            score=kg.game.Score(network),
            real=real,
            fake=fake,
            latents=latents,
            random=kg.random.Random(3),
            network=network,  # any network has kernels
        )

    def run(penalty, *inputs):
        values = penalty(bound(judge(), *inputs))
        return values if values.shape.rank else tf.repeat(values, BATCH)

    def value(penalty):
        real, fake = [[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]]
        inputs = map(tf.constant, (real, fake, [[0.0], [1.0]]))
        return penalty(bound(plane(), *inputs)), expected

    judge(), plane()  # made outside any graph
    return Case(make, arrays((3,), (3,), (4,)), run, whole, value)


def prior(make):
    """Returns the case of latents: a draw."""

    def run(latents):
        return latents.draw(kg.random.Random(3), BATCH)

    return Case(make, arrays(), run)


def augmentation(make):
    """Returns the case of an augmentation: the images that the discriminator sees."""

    def run(augment, images):
        state = {name: tf.constant(0.5) for name in augment.initial_state()}
        return augment(images, kg.random.Random(3), **state)

    return Case(make, arrays((6, 5, 3), scale=0.3), run, whole=True)


def once(make):
    """Returns a function that makes a network once for each dtype policy.

    The tests only read a network in inference, so all of them can have the same one.
    """

    @functools.cache
    def made(policy):
        set_seed(0)
        return make()

    return lambda: made(keras.config.dtype_policy().name)


def network(make, input_shape, num_classes=None):
    """Returns the case of a network, in inference; with classes, it takes labels."""

    def run(network, first, *labels):
        return network([first, *labels] if labels else first, training=False)

    return Case(once(make), labelled(arrays(input_shape), num_classes), run)


def style_generator():
    """Returns StyleGAN's generator, whose first maps are not constant.

    The normalization of a constant map would magnify rounding errors ten thousand
    times.
    """
    network = kg.networks.stylegan_generator((10, 8, 2), 5, 6, width=4)
    constant = network.get_layer("synthesis").get_layer("constant")
    random = np.random.default_rng(0)
    constant.set_weights([random.normal(size=w.shape) for w in constant.weights])
    return network


def network_of_scales(make, *input_shapes):
    """Returns the case of a network of several scales: all its numbers in a row."""

    def run(network, *images):
        outputs = network(images if len(images) > 1 else images[0], training=False)
        rows = [tf.reshape(one, (BATCH, -1)) for one in tf.nest.flatten(outputs)]
        return tf.concat(rows, axis=1)

    return Case(once(make), arrays(*input_shapes), run)


def labelled(inputs, num_classes):
    """Returns a function that makes inputs and, where there are classes, labels."""

    def make():
        labels = [] if num_classes is None else [np.arange(BATCH) % num_classes]
        return [*inputs(), *(one.astype("int32") for one in labels)]

    return make


def layer(make, *input_shapes, whole=False, num_classes=None):
    """Returns the case of a layer, in training, where there are random numbers."""
    last = [] if num_classes is None else [()]

    def made():
        set_seed(0)
        built = make()
        built.build(*((None, *shape) for shape in [*input_shapes, *last]))
        return built

    def run(layer, *inputs):
        with kg.layers.sampling_context(kg.random.Random(3), truncation=0.7):
            return layer(*inputs, training=True)

    return Case(made, labelled(arrays(*input_shapes), num_classes), run, whole)


LOGITS = log(3.0), -log(4.0)
"""Log-odds of D(x) = 3/4 and D(G(z)) = 1/5."""

SMOOTH_REAL = -0.9 * log(3 / 4) - 0.1 * log(1 / 4)
"""Cross-entropy of D(x) = 3/4 with the target 0.9."""

SMOOTH_FAKE = -0.1 * log(1 / 5) - 0.9 * log(4 / 5)
"""Cross-entropy of D(G(z)) = 1/5 with the target 0.1."""

LOSSES = {
    "BEGAN": loss(
        lambda: kg.losses.BEGAN(0.7, 0.01), (-0.5, -2.0), 0.5 - 0.3 * 2.0, 2.0, k=0.3
    ),
    "NoGeneratorLoss": loss(
        lambda: kg.losses.NoGeneratorLoss(0.9, 0.1),
        LOGITS,
        SMOOTH_REAL + SMOOTH_FAKE,
        0.0,
    ),
    "EnergyMargin": loss(
        lambda: kg.losses.EnergyMargin(margin=1.5), (-0.5, -1.0), 0.5 + 0.5, 1.0
    ),
    "Hinge": loss(kg.losses.Hinge, (0.25, 0.5), 0.75 + 1.5, -0.5),
    "LeastSquares": loss(
        lambda: kg.losses.LeastSquares(0.0, 1.0, 1.0), (0.5, 2.0), 2.125, 0.5
    ),
    "Minimax": loss(
        lambda: kg.losses.Minimax(real_target=0.9),
        LOGITS,
        SMOOTH_REAL - log(4 / 5),
        log(4 / 5),
    ),
    "NonSaturating": loss(
        lambda: kg.losses.NonSaturating(0.9, 0.1),
        LOGITS,
        SMOOTH_REAL + SMOOTH_FAKE,
        log(5),
    ),
    # The real image is the more realistic one of the pair with probability 3/4.
    "Relativistic": loss(
        kg.losses.Relativistic, (1.0 + log(3), 1.0), log(4 / 3), log(4)
    ),
    "Wasserstein": loss(kg.losses.Wasserstein, (0.25, 2.0), 1.75, -2.0),
}

PENALTIES = {
    "DRAGAN": penalty(
        lambda: kg.penalties.DRAGAN(5.0, interval=2), 2 * [5 * (5 - 1) ** 2], whole=True
    ),
    "Drift": penalty(
        lambda: kg.penalties.Drift(0.5, interval=2), [0.5 * 3**2, 0.5 * 4**2]
    ),
    "FeatureMatching": penalty(
        lambda: kg.penalties.FeatureMatching(weight=2.0), 2 * 0.5**2, whole=True
    ),
    "GradientPenalty": penalty(
        lambda: kg.penalties.GradientPenalty(5.0, interval=2),
        2 * [5 * (5 - 1) ** 2],
        whole=True,
    ),
    "ModeSeeking": penalty(
        lambda: kg.penalties.ModeSeeking(2.0), 2 / (0.5 / 1 + 1e-5), whole=True
    ),
    # A kernel of one column has no other column to be orthogonal to.
    "OrthogonalRegularization": penalty(
        lambda: kg.penalties.OrthogonalRegularization(2.0), 0.0, whole=True
    ),
    # The squared cosine of (1, 0) and (1, 1) is 1/2.
    "PullingAway": penalty(
        lambda: kg.penalties.PullingAway(2.0), 2 * (1 / 2), whole=True
    ),
    "R1": penalty(lambda: kg.penalties.R1(5.0, interval=2), 2 * [5 / 2 * 5**2]),
    "R2": penalty(lambda: kg.penalties.R2(5.0, interval=2), 2 * [5 / 2 * 5**2]),
}

SCHEDULES = {
    "AccuracyBalancedUpdates": lambda: kg.schedules.AccuracyBalancedUpdates(
        accuracy_threshold=0.6
    ),
    "SkipDiscriminator": lambda: kg.schedules.SkipDiscriminator(threshold=0.3),
    "EveryStep": kg.schedules.EveryStep,
}
"""Who learns when."""

LATENTS = {
    "Normal": prior(lambda: kg.latents.Normal(5)),
    "Sphere": prior(lambda: kg.latents.Sphere(5)),
    "Uniform": prior(lambda: kg.latents.Uniform(5)),
}

AUGMENTATIONS = {
    "ADA": augmentation(lambda: kg.augment.ADA(target=0.5, horizon=1000)),
    "DiffAugment": augmentation(lambda: kg.augment.DiffAugment(cutout=0.3)),
    "NoAugmentation": augmentation(kg.augment.NoAugmentation),
}

LAYERS = {
    "AdaptiveInstanceNormalization": layer(
        kg.layers.AdaptiveInstanceNormalization, (4, 3, 2), (5,)
    ),
    "BatchNormalization": layer(
        lambda: kg.layers.BatchNormalization(epsilon=1e-4), (4, 3, 2), whole=True
    ),
    "Bias": layer(kg.layers.Bias, (4, 3, 2)),
    "Blur": layer(kg.layers.Blur, (4, 3, 2)),
    "ConditionalBatchNormalization": layer(
        kg.layers.ConditionalBatchNormalization, (4, 3, 2), (5,), whole=True
    ),
    "Conv2D": layer(
        lambda: kg.layers.Conv2D(5, 4, 2, "same", use_bias=False), (8, 6, 3)
    ),
    "Conv2DTranspose": layer(
        lambda: kg.layers.Conv2DTranspose(3, 4, 2, "same", use_bias=False), (4, 3, 5)
    ),
    "Embedding": layer(lambda: kg.layers.Embedding(4, 3), num_classes=4),
    "EqualizedLearningRate": layer(
        lambda: kg.layers.EqualizedLearningRate(keras.layers.Dense(3), 1.0, 0.5), (4,)
    ),
    "LabelProjection": layer(lambda: kg.layers.LabelProjection(4), (5,), num_classes=4),
    "LearnedConstant": layer(
        lambda: kg.layers.LearnedConstant((4, 3, 2)), (5,), whole=True
    ),
    "MinibatchDiscrimination": layer(
        lambda: kg.layers.MinibatchDiscrimination(3, 2), (4,)
    ),
    "MinibatchStddev": layer(
        lambda: kg.layers.MinibatchStddev(3), (4, 3, 2), whole=True
    ),
    "MixStyles": layer(
        lambda: kg.layers.MixStyles(4, 0.5, name="mix"), (3,), (3,), whole=True
    ),
    "NoiseInjection": layer(kg.layers.NoiseInjection, (4, 3, 2), whole=True),
    "OtherLatents": layer(
        lambda: kg.layers.OtherLatents(name="others"), (5,), whole=True
    ),
    "PixelNormalization": layer(kg.layers.PixelNormalization, (4, 3, 2)),
    "SelfAttention2D": layer(kg.layers.SelfAttention2D, (4, 3, 2)),
    "SpectralNormalization": layer(  # so many that a call more changes nothing
        lambda: kg.layers.SpectralNormalization(keras.layers.Dense(3), 40), (4,)
    ),
    "Truncation": layer(  # whose mean stands still, from call to call
        lambda: kg.layers.Truncation(2, momentum=1.0), (3, 4)
    ),
}

NETWORKS = {
    "autoencoder_discriminator": network(
        lambda: kg.networks.autoencoder_discriminator((10, 8, 2), 5, width=4),
        (10, 8, 2),
    ),
    "biggan_discriminator": network(
        lambda: kg.networks.biggan_discriminator((16, 8, 2), 4, width=1),
        (16, 8, 2),
        num_classes=4,
    ),
    "biggan_generator": network(
        lambda: kg.networks.biggan_generator((16, 8, 2), 4, 5, width=1),
        (5,),
        num_classes=4,
    ),
    "dcgan_discriminator": network(
        lambda: kg.networks.dcgan_discriminator((10, 8, 2), width=4), (10, 8, 2)
    ),
    "dcgan_generator": network(
        lambda: kg.networks.dcgan_generator((10, 8, 2), latent_dim=5, width=4), (5,)
    ),
    "mlp_autoencoder": network(
        lambda: kg.networks.mlp_autoencoder((3, 4, 2), 5, width=8), (3, 4, 2)
    ),
    "mlp_discriminator": network(
        lambda: kg.networks.mlp_discriminator((3, 4, 2), width=8), (3, 4, 2)
    ),
    "mlp_generator": network(
        lambda: kg.networks.mlp_generator((3, 4, 2), latent_dim=5, width=8), (5,)
    ),
    "msg_discriminator": network_of_scales(
        lambda: kg.networks.msg_discriminator((10, 8, 2), width=4),
        (5, 4, 2),
        (10, 8, 2),
    ),
    "msg_generator": network_of_scales(
        lambda: kg.networks.msg_generator((10, 8, 2), 5, width=4), (5,)
    ),
    "pooling_discriminator": network(
        lambda: kg.networks.pooling_discriminator((10, 9, 2), width=4), (10, 9, 2)
    ),
    "progressive_discriminator": network(
        lambda: kg.networks.progressive_discriminator((10, 8, 2), width=4), (10, 8, 2)
    ),
    "progressive_generator": network(
        lambda: kg.networks.progressive_generator((10, 8, 2), 5, width=4), (5,)
    ),
    "resnet_discriminator": network(
        lambda: kg.networks.resnet_discriminator(
            (16, 8, 2), 4, num_classes=3, attention=8
        ),
        (16, 8, 2),
        num_classes=3,
    ),
    "resnet_generator": network(
        lambda: kg.networks.resnet_generator((16, 8, 2), 5, 4, attention=16), (5,)
    ),
    "stylegan_discriminator": network(
        lambda: kg.networks.stylegan_discriminator((10, 8, 2), width=4), (10, 8, 2)
    ),
    "stylegan_generator": network(style_generator, (5,)),
    "upsampling_generator": network(
        lambda: kg.networks.upsampling_generator((10, 9, 2), 5, width=4), (5,)
    ),
}


@functools.cache
def eager_result(name):
    """Returns what a case of `TENSORS` gives in eager execution, an array."""
    case = TENSORS[name]
    return np.asarray(case.run(case.make(), *map(tf.constant, case.inputs())))


TENSORS = {
    f"{family}.{name}": case
    for family, cases in {
        "losses": LOSSES,
        "penalties": PENALTIES,
        "latents": LATENTS,
        "augment": AUGMENTATIONS,
        "layers": LAYERS,
        "networks": NETWORKS,
    }.items()
    for name, case in cases.items()
}
"""All that runs on tensors."""


class ToyClassifier(kg.metrics.features.FunctionFeatures):
    """Says of an image how bright it is, as probabilities of two classes."""

    def classify(self, features):
        bright = features[:, 0] / 255.0
        return np.stack([bright, 1.0 - bright], axis=1)


def toy_features():
    """Returns two features of an image, for metrics that cost nothing."""

    def shades(images):
        return np.stack([images.mean((1, 2, 3)), images.std((1, 2, 3))], axis=1)

    return ToyClassifier(shades, name="shades")


METRICS = {
    "DensityCoverage": lambda features: kg.metrics.DensityCoverage(features, 4),
    "FrechetDistance": lambda features: kg.metrics.FrechetDistance(features),
    "InceptionScore": lambda features: kg.metrics.InceptionScore(features, splits=1),
    "KID": lambda features: kg.metrics.KID(features, subsets=2, subset_size=24),
    "PrecisionRecall": lambda features: kg.metrics.PrecisionRecall(features, 4),
}
"""Metrics of samples, from a feature network."""

CALLBACKS = {
    "Curves": lambda folder, images: kg.callbacks.Curves(folder / "curves.png"),
    "Evaluation": lambda folder, images: kg.callbacks.Evaluation(
        kg.metrics.FrechetDistance(toy_features()), images, num_images=16
    ),
    "Progress": lambda folder, images: kg.callbacks.Progress(),
    "SampleGrid": lambda folder, images: kg.callbacks.SampleGrid(folder, num_images=4),
}
"""Callbacks, from a folder to write to and real images."""

BESIDE = {
    "layers.sampling_context": "a context: tests/layers/test_sampling.py",
    "layers.current_sampling": "reads that context: tests/layers/test_sampling.py",
    "losses.cross_entropy": "the formula of two losses",
    "losses.get": "resolves names: test_identifiers.py",
    "callbacks.ProgressiveGrowing": "drives training: tests/callbacks/test_growth.py",
    "augment.get": "resolves names: test_identifiers.py",
    "penalties.get": "resolves names: test_identifiers.py",
    "schedules.get": "resolves names: test_identifiers.py",
    "latents.get": "resolves names: test_identifiers.py",
    "layers.update_spectral_norm": "a step: tests/layers/test_spectral_use.py",
    "layers.frozen_power_iteration": "a context: tests/layers/test_spectral.py",
    "networks.mixing": "what trained generators show: tests/networks/",
    "metrics.FID": "needs its weights: tests/metrics/inception/test_fid.py",
    "metrics.Measurement": "a value: tests/metrics/test_measurement.py",
    "metrics.Memorization": "a result: tests/metrics/test_memorization.py",
    "metrics.ModeCoverage": "a result: tests/metrics/test_modes.py",
    "metrics.Moments": "what a metric keeps: tests/metrics/test_moments.py",
    "metrics.Rows": "what a metric keeps: tests/metrics/test_rows.py",
    "metrics.checkerboard_energy": "a formula: tests/metrics/test_checkerboard.py",
    "metrics.class_coverage": "counts modes: tests/metrics/test_modes.py",
    "metrics.density_coverage": "a formula: tests/metrics/test_neighbors.py",
    "metrics.fashion_mnist_classifier": "ships: tests/metrics/",
    "metrics.features": "feature networks: tests/metrics/test_features.py",
    "metrics.frechet_distance": "a formula: tests/metrics/test_frechet.py",
    "metrics.frechet_distance_infinity": "tests/metrics/test_extrapolation.py",
    "metrics.frechet_distance_of_moments": "a formula: tests/metrics/test_frechet.py",
    "metrics.get": "resolves names: test_identifiers.py",
    "metrics.inception": "the network of the FID: tests/metrics/inception/",
    "metrics.inception_score": "a formula: tests/metrics/test_classification.py",
    "metrics.kernel_distance": "a formula: tests/metrics/test_kernel.py",
    "metrics.memorization_report": "a report: tests/metrics/test_memorization.py",
    "metrics.mode_coverage": "counts modes: tests/metrics/test_modes.py",
    "metrics.precision_recall": "a formula: tests/metrics/test_neighbors.py",
}
"""Public names that are no member of a family, and why."""
