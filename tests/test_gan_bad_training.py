"""Trainings that cannot be are refused with four facts, and leave no trace."""

import keras
import numpy as np
import pytest
from toys import facts, linear, points, state, toy

import keras_gan as kg

VALUES = {
    "a weight below 0": (lambda: kg.penalties.R1(-1.0), "weight=-1.0"),
    "no weight": (lambda: kg.penalties.FeatureMatching(weight=None), "weight=None"),
    "an interval of 0": (lambda: kg.penalties.DRAGAN(interval=0), "interval=0"),
    "half an interval": (lambda: kg.penalties.R2(interval=1.5), "interval=1.5"),
    "K below 0": (lambda: kg.Unrolling(-1), "steps=-1"),
    "half a step": (lambda: kg.Unrolling(0.5), "steps=0.5"),
    "a rate of 0": (lambda: kg.Unrolling(1, 0.0), "learning_rate=0.0"),
    "a margin of 0": (lambda: kg.losses.EnergyMargin(0.0), "margin=0.0"),
    "a margin of nothing": (lambda: kg.losses.EnergyMargin(np.nan), "margin=nan"),
    "gamma of 0": (lambda: kg.losses.BEGAN(gamma=0.0), "gamma=0.0"),
    "gamma above 1": (lambda: kg.losses.BEGAN(gamma=1.5), "gamma=1.5"),
    "k that goes back": (
        lambda: kg.losses.BEGAN(k_learning_rate=-1.0),
        "k_learning_rate=-1.0",
    ),
    "a target above 1": (
        lambda: kg.losses.NonSaturating(real_target=1.1),
        "real_target=1.1",
    ),
    "a target below 0": (
        lambda: kg.losses.Minimax(fake_target=-0.1),
        "fake_target=-0.1",
    ),
    "targets the wrong way": (
        lambda: kg.losses.LeastSquares(1.0, -1.0, 0.0),
        "fake_target=1.0, real_target=-1.0",
    ),
    "a winner by less than chance": (
        lambda: kg.schedules.AccuracyBalancedUpdates(accuracy_threshold=0.4),
        "accuracy_threshold=0.4",
    ),
    "a bound of letters": (
        lambda: kg.schedules.SkipDiscriminator("low"),
        "threshold='low'",
    ),
    "a bound of nothing": (
        lambda: kg.schedules.SkipDiscriminator(np.nan),
        "threshold=nan",
    ),
    "a target of signs": (lambda: kg.augment.ADA(target=1.5), "target=1.5"),
    "no horizon": (lambda: kg.augment.ADA(horizon=0), "horizon=0"),
    "too much color": (lambda: kg.augment.DiffAugment(color=2.0), "color=2.0"),
    "a hole over all": (lambda: kg.augment.DiffAugment(cutout=1.0), "cutout=1.0"),
}


@pytest.mark.parametrize("case", VALUES)
def test_a_value_out_of_range_is_refused_where_it_is_made(case):
    make, received = VALUES[case]
    with pytest.raises(ValueError, match=facts("")) as refused:
        make()
    assert received in str(refused.value).split("Received: ")[1].split("\n")[0]


class Subclassed(keras.Model):
    """A discriminator with a call of its own."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hidden = keras.layers.Dense(4, name="hidden")
        self.last = keras.layers.Dense(1)

    def call(self, images):
        """Returns scores."""
        return self.last(self.hidden(images))


def points_gan(*ends):
    """Returns a GAN of points, with layers put before the end of D."""
    layers = keras.layers
    hidden = [layers.Dense(4, "relu", name="hidden"), *ends]
    last = layers.Dense(1, bias_initializer="ones", name="last")  # scores above 0
    last.kernel_initializer = keras.initializers.Zeros()
    judge = keras.Sequential([keras.Input((2,)), *hidden, last])
    return toy(discriminator=judge)


def batch_normalized():
    """Returns a GAN with batch normalization in D."""
    return points_gan(keras.layers.BatchNormalization())


def subclassed():
    """Returns a GAN whose D is subclassed."""
    return toy(discriminator=Subclassed())


def matching(layer=None):
    """Returns the argument that asks for feature matching."""
    return {"generator_penalties": [kg.penalties.FeatureMatching(layer=layer)]}


def optimizers(discriminator_optimizer):
    """Returns arguments of unrolling by this optimizer of D."""
    return {
        "unrolling": kg.Unrolling(2),
        "discriminator_optimizer": discriminator_optimizer,
    }


class Drift:
    """No penalty, though it looks like one."""

    weight = interval = 1

    def __call__(self, game):
        return game.score(game.real)


COMPILE = {
    "no loss and no penalty": (
        points_gan,
        lambda: {"loss": None},
        ["`loss=None` requires `generator_penalties`", "loss=", "FeatureMatching"],
    ),
    "a bound of 0": (points_gan, lambda: {"weight_clip": 0.0}, ["weight_clip=0.0"]),
    "a bound below 0": (points_gan, lambda: {"weight_clip": -1}, ["weight_clip=-1"]),
    "two schedules": (
        points_gan,
        lambda: {
            "schedule": kg.schedules.AccuracyBalancedUpdates(),
            "skip_discriminator_below": 0.1,
        },
        [
            "`schedule` and `skip_discriminator_below` exclude",
            "AccuracyBalancedUpdates",
            "0.1",
            "Leave one",
        ],
    ),
    "no schedule": (
        points_gan,
        lambda: {"schedule": "in turn"},
        ["Unknown Schedule", '"in turn"', "every_step"],
    ),
    "no imagined steps": (points_gan, lambda: {"unrolling": 5}, ["Received: 5"]),
    "a bound that is none": (
        points_gan,
        lambda: {"skip_discriminator_below": "low"},
        ["skip_discriminator_below='low'", "Use 0.1"],
    ),
    "RMSprop, unrolled": (
        points_gan,
        lambda: optimizers(keras.optimizers.RMSprop()),
        ["Received: RMSprop", "learning_rate"],
    ),
    "momentum, unrolled": (
        points_gan,
        lambda: optimizers(keras.optimizers.SGD(0.1, momentum=0.9)),
        ["Received: SGD", "learning_rate"],
    ),
    "AMSGrad, unrolled": (
        points_gan,
        lambda: optimizers(keras.optimizers.Adam(amsgrad=True)),
        ["Received: Adam", "learning_rate"],
    ),
    "an unknown layer": (
        points_gan,
        lambda: matching("hiden"),
        ["Expected: one of hidden, last", "layer='hiden'"],
    ),
    "a subclassed network": (
        subclassed,
        lambda: matching("hidden"),
        ["functional or Sequential", "Received: Subclassed", "keras.Model"],
    ),
    "a slope of the batch": (
        batch_normalized,
        lambda: {"penalties": [kg.penalties.GradientPenalty()]},
        ["gradient of one image", "in sequential", "layer"],
    ),
    "an energy below 0": (
        points_gan,
        lambda: {"loss": "energy_margin"},
        ["minus an energy", "a score of 1", "autoencoder"],
    ),
    "two errors below 0": (
        points_gan,
        lambda: {"loss": "began"},
        ["minus an energy", "a score of 1", "autoencoder"],
    ),
    "what is no penalty": (
        points_gan,
        lambda: {"penalties": [Drift()]},
        ["Expected an object of Penalty", "Drift object", "subclass Penalty"],
    ),
    "one penalty that is no list": (
        points_gan,
        lambda: {"penalties": kg.penalties.R1()},
        ["`penalties` must be a list", r"R1\(", "brackets"],
    ),
    "one penalty of G that is no list": (
        points_gan,
        lambda: {"loss": None, "generator_penalties": kg.penalties.ModeSeeking()},
        ["`generator_penalties` must be a list", r"ModeSeeking\(", "brackets"],
    ),
}
"""GANs and arguments of `compile` that do not go together, and what is said."""


def former(gan):
    """Compiles a GAN with much to lose, and returns what belongs to it."""
    gan.compile(
        keras.optimizers.Adam(0.01),
        keras.optimizers.Adam(0.02),
        loss="minimax",
        penalties=[Pull(0.5)],
        weight_clip=3.0,
        unrolling=kg.Unrolling(1, learning_rate=0.1),
        skip_discriminator_below=0.1,
        run_eagerly=True,
    )
    gan.train_on_batch(points(8))
    return belongings(gan)


def belongings(gan):
    """Returns all that `compile` decides, and all that training moved."""
    kept = {
        "loss": gan.loss,
        "schedule": gan.schedule,
        "unrolling": gan.unrolling,
        "clip": gan.weight_clip,
        "steps": gan.discriminator_steps,
        "eagerly": gan.run_eagerly,
        "penalties": {**gan.penalties},
        "generator_penalties": {**gan.generator_penalties},
        "optimizers": [id(one) for one in gan.optimizer.optimizers],
        "metrics": [one.name for one in gan.metrics],
        "term_states": [id(one) for one in gan.term_states.values()],
        "config": gan.get_compile_config(),
    }
    return kept, state(gan)


@kg.config.register
class Pull(kg.penalties.Penalty):
    """A penalty of any network: scores far from 0."""

    def __init__(self, weight):
        self.weight = weight

    def get_config(self):
        """Returns its strength."""
        return {"weight": self.weight}

    def __eq__(self, other):
        return type(self) is type(other) and self.weight == other.weight

    __hash__ = None

    def __call__(self, game):
        """Returns the squares of the scores of real images."""
        return self.weight * game.score(game.real) ** 2


@pytest.mark.parametrize("case", COMPILE)
def test_a_training_that_cannot_be_is_refused_and_the_former_one_stays(case):
    make, arguments, words = COMPILE[case]
    gan = make()
    fresh = gan.get_compile_config()
    with pytest.raises((ValueError, TypeError), match=facts("")) as refused:
        gan.compile(**arguments())
    for word in words:
        refused.match(word)
    assert not gan.compiled
    assert gan.metrics == []
    assert gan.get_compile_config() == fresh == {}
    kept, before = former(gan)
    with pytest.raises(type(refused.value), match=facts("")):
        gan.compile(**arguments())
    same, after = belongings(gan)
    assert same == kept
    for name, value in before.items():
        np.testing.assert_array_equal(after[name], value, err_msg=name)
    logs = gan.train_on_batch(points(8, seed=1), return_dict=True)
    assert np.isfinite(list(logs.values())).all()
    assert int(gan.steps) == 2


@pytest.mark.parametrize("loss", ["energy_margin", "began"])
def test_an_energy_below_zero_is_seen_on_the_first_batch(loss):
    gan = linear()
    kernel, bias = gan.discriminator.layers[-1].weights
    kernel.assign([[0.0], [0.0]])
    bias.assign([-3.0])
    gan.compile(loss=loss, run_eagerly=True)  # what is generated scores -3
    kernel.assign([[1.0], [0.0]])
    real = points(8)
    real[5] = [7.0, 0.0]
    before = state(gan)
    with pytest.raises(ValueError, match=facts("minus an energy")) as refused:
        gan.fit(real, batch_size=8, verbose=0)
    assert "Received: a score of 4\n" in str(refused.value)
    for name, value in state(gan).items():
        np.testing.assert_array_equal(value, before[name])
    gan.fit(points(8), batch_size=8, verbose=0)
    assert int(gan.steps) == 1


@pytest.mark.parametrize(
    "augment",
    [kg.augment.DiffAugment(), kg.augment.ADA(), kg.augment.DiffAugment, "ada"],
)
def test_an_augmentation_of_points_is_refused(augment):
    with pytest.raises(
        ValueError, match=facts("`augment=", "requires images")
    ) as refused:
        toy(augment=augment)
    assert "(2,)" in str(refused.value)
    assert "augment=None" in str(refused.value)


@pytest.mark.parametrize("augment", [kg.losses.Hinge, "adda", 0.5])
def test_what_is_no_augmentation_is_refused(augment):
    with pytest.raises((ValueError, TypeError), match=facts("Augmentation")):
        toy(augment=augment)


def test_layers_that_compare_refuse_what_they_cannot():
    for make, received in (
        (lambda: kg.layers.MinibatchStddev(group_size=1), "group_size=1"),
        (lambda: kg.layers.MinibatchDiscrimination(num_kernels=0), "num_kernels=0"),
        (lambda: kg.layers.MinibatchDiscrimination(kernel_dim=2.5), "kernel_dim=2.5"),
    ):
        with pytest.raises(ValueError, match=facts("")) as refused:
            make()
        assert received in str(refused.value)
