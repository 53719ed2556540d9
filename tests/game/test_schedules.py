import itertools
import json
import typing

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import Recorded, descend, facts, linear, points, run_python, toy

from keras_gan import schedules
from keras_gan.gan.training_config import get_schedule

FACTS = r"(?s)Expected: .*Received: .*What to do: "


def judge():
    """Returns a discriminator with every state that its own update moves."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(6),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(1),
        ]
    )


def frozen(gan, loss="non_saturating", **arguments):
    """Compiles a GAN whose players learn nothing, and returns it."""
    rates = [keras.optimizers.SGD(0.0) for _ in range(2)]
    gan.compile(*rates, loss=loss, **arguments)
    return gan


def test_the_running_loss_is_a_mean_of_late_updates():
    schedule = schedules.SkipDiscriminator(threshold=0.5)
    state, losses = schedule.initial_state(), np.random.default_rng(0).gamma(1, 1, 20)
    assert bool(schedule.discriminator_learns(**state))  # it has seen nothing
    for count in range(1, 21):
        values = tf.constant([0.5, 1.5], tf.float32) * float(losses[count - 1])
        state = schedule.next_state(None, None, values, **state)
        weights = 0.9 ** np.arange(count)[::-1]
        running = (weights * losses[:count]).sum() / weights.sum()
        assert float(state["loss"] / state["seen"]) == pytest.approx(running, rel=1e-4)
        learns = bool(schedule.discriminator_learns(**state))
        assert learns == (running >= 0.5)
        logs = schedule.metrics(None, None, values, **state)
        assert float(logs["discriminator_skipped"]) == 1.0 - learns
        assert schedule.generator_learns(**state) is True


def test_a_skipped_update_leaves_no_bit_moved():
    gan = toy(discriminator=judge())
    gan.compile(skip_discriminator_below=1e6, run_eagerly=True)
    gan.train_on_batch(points(8))  # the first update counts
    assert int(gan.discriminator_optimizer.iterations) == 1
    game = gan.make_game((tf.constant(points(8)),), gan.step_random("train", gan.steps))
    game = game.replace(fake=game.generate(game.latents))
    owners = gan.discriminator, gan.discriminator_optimizer
    variables = [variable for owner in owners for variable in owner.variables]
    before = [np.asarray(variable) for variable in variables]
    running = float(gan.term_states["schedule"].values["loss"])
    gan.discriminator_step(gan.discriminator_inputs(game))
    for variable, value in zip(variables, before, strict=True):
        np.testing.assert_array_equal(variable, value)
    assert float(gan.term_states["schedule"].values["loss"]) > running
    gan.term_states["schedule"].variables["loss"].assign(1e7)  # now one that counts
    gan.discriminator_step(gan.discriminator_inputs(game))
    pairs = zip(variables, before, strict=True)
    still = [v.path for v, value in pairs if (np.asarray(v) == value).all()]
    assert {path.rpartition("/")[2] for path in still} == {"learning_rate"}


def test_the_generator_learns_while_the_discriminator_waits():
    gan = descend(linear(), skip_discriminator_below=1e6)
    gan.train_on_batch(points(8))
    weights = gan.discriminator.get_weights()
    before = gan.generator.get_weights()
    logs = gan.fit(points(40), batch_size=8, verbose=0).history
    for one, other in zip(gan.discriminator.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert np.abs(gan.generator.get_weights()[0] - before[0]).max() > 1e-3
    assert int(gan.generator_optimizer.iterations) == 6
    assert int(gan.discriminator_optimizer.iterations) == 1
    assert logs["discriminator_skipped"] == [1.0]


def test_the_running_loss_recovers_and_the_skip_rate_is_logged():
    gan = frozen(linear(), skip_discriminator_below=0.6)
    for weight in gan.discriminator.weights:
        weight.assign(tf.zeros(weight.shape))  # D's loss is 2 log 2, always
    memory = gan.term_states["schedule"].variables
    memory["seen"].assign(1.0)  # a D that was perfect so far
    running, skipped = 0.0, []
    for _ in range(8):
        skipped.append(running < 0.6)
        running = 0.9 * running + 0.1 * 2 * np.log(2)
    assert 0 < sum(skipped) < 8
    logs = gan.fit(points(64), batch_size=8, verbose=0).history
    assert float(memory["loss"]) == pytest.approx(running, rel=1e-5)
    assert logs["discriminator_skipped"] == [pytest.approx(np.mean(skipped))]
    learned = int(gan.discriminator_optimizer.iterations)
    assert learned == 8 - sum(skipped)


@pytest.mark.parametrize("eagerly", [True, False])
def test_who_learns_is_who_lost(eagerly):
    gan = linear(latents=Recorded(2)) if eagerly else linear()
    gan.compile(
        keras.optimizers.SGD(1.0),
        keras.optimizers.SGD(1.0),
        schedule=schedules.AccuracyBalancedUpdates(accuracy_threshold=0.6),
        run_eagerly=eagerly,
    )
    share, counts, decided = 0.5, [0, 0], []
    for step in range(24):
        real = points(16, seed=step) + 1.0
        matrix, shift = gan.generator.get_weights()
        normal, bias = gan.discriminator.get_weights()
        logs = gan.train_on_batch(real, return_dict=True)
        moved = [int(one.iterations) for one in gan.optimizer.optimizers]
        learned = [now - before for now, before in zip(moved, counts, strict=True)]
        counts = moved
        assert logs["discriminator_accuracy"] == pytest.approx(share, abs=1e-5)
        assert learned[1] == (share < 0.6)
        if eagerly:
            fake = gan.latents.drawn[-1].numpy() @ matrix + shift
            correct = (fake @ normal + bias < real @ normal + bias).mean()
            share = 0.9 * share + 0.1 * correct
        else:
            share = float(gan.term_states["schedule"].values["share"])
        assert learned[0] == (share >= 0.6)
        assert logs["discriminator_learns"] == learned[1]
        assert logs["generator_learns"] == learned[0]
        still = (gan.generator.get_weights()[0] == matrix).all()
        assert still == (learned[0] == 0)
        decided.append(learned)
    # G answers in the step in which it is decided, D in the next one.
    pairs = itertools.pairwise(decided)
    assert all(first[0] + second[1] == 1 for first, second in pairs)
    assert 4 < counts[0] < 20  # both had their turns


def test_together_is_the_plain_game():
    schedule = schedules.EveryStep()
    assert schedule.discriminator_learns() is True  # no snapshot is taken
    assert schedule.generator_learns() is True
    assert schedules.get(None) == schedule
    assert get_schedule(None, 0.2) == schedules.SkipDiscriminator(0.2)
    assert (
        schedules.get(schedules.AccuracyBalancedUpdates)
        == schedules.AccuracyBalancedUpdates()
    )


def test_evaluation_reports_no_schedule():
    gan = descend(linear(), schedule=schedules.AccuracyBalancedUpdates())
    logs = gan.evaluate(points(8), verbose=0, return_dict=True)
    assert not {"discriminator_accuracy", "generator_learns"} & set(logs)
    assert float(gan.term_states["schedule"].values["share"]) == 0.5


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        (
            {
                "schedule": schedules.AccuracyBalancedUpdates(),
                "skip_discriminator_below": 0.1,
            },
            ValueError,
        ),
        ({"skip_discriminator_below": "often"}, ValueError),
        ({"schedule": "alternate"}, ValueError),
        ({"schedule": 3}, TypeError),
    ],
)
def test_what_is_no_schedule_is_refused(fields, kind):
    with pytest.raises(kind, match=FACTS):
        toy().compile(**fields)


@pytest.mark.parametrize("threshold", [0.4, 1.1])
def test_an_accuracy_threshold_out_of_range_is_refused(threshold):
    with pytest.raises(ValueError, match=facts("`accuracy_threshold`")):
        schedules.AccuracyBalancedUpdates(threshold)


def test_the_names_for_type_checkers_are_those_of_the_table():
    assert set(typing.get_args(schedules.ScheduleName)) == set(schedules.NAMES)


REPLICAS = """
import json
import keras
import numpy as np
import tensorflow as tf
import keras_gan as kg
import toys

cpu = tf.config.list_physical_devices("CPU")[0]
halves = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, halves)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])

def trained(start=None):
    toys.set_seed(0)
    gan = toys.toy()
    gan.set_weights(start or gan.get_weights())
    start = gan.get_weights()
    rates = [keras.optimizers.Adam(0.01) for _ in range(2)]
    gan.compile(*rates, skip_discriminator_below=1.32, weight_clip=0.6,
                unrolling=kg.Unrolling(1), jit_compile=False,
                penalties=[kg.penalties.GradientPenalty(0.1, interval=2),
                           kg.penalties.R1(0.1)],
                generator_penalties=[kg.penalties.FeatureMatching()])
    data = kg.data.from_arrays(toys.points(64), batch_size=8, seed=0)
    logs = gan.fit(data, verbose=0).history
    return gan, start, logs

with strategy.scope():
    gan, start, logs = trained()
plain, _, plain_logs = trained(start)
apart = max(float(np.abs(a - b).max()) for a, b in
            zip(gan.get_weights(), plain.get_weights()))
counts = [[int(optimizer.iterations.numpy()) for optimizer in one.optimizer.optimizers]
          for one in (gan, plain)]
states = gan.term_states["schedule"].variables.values()
for weight in [*gan.discriminator.weights, *states]:
    one, other = strategy.experimental_local_results(weight.value)
    assert (one.numpy() == other.numpy()).all(), weight.path
far = {name: abs(value[0] - plain_logs[name][0]) for name, value in logs.items()}
skipped = logs["discriminator_skipped"][0]
print("RESULT", json.dumps([apart, counts, far, skipped]))
"""


@pytest.mark.slow  # a separate process that traces four steps
def test_two_replicas_play_the_game_of_one():
    done = run_python(REPLICAS)
    assert "RESULT" in done.stdout, done.stderr[-2000:]
    apart, counts, far, skipped = json.loads(done.stdout.split("RESULT")[1])
    assert apart < 1e-4
    assert counts[0] == counts[1]
    assert counts[0][0] == 8
    assert 0 < counts[0][1] < 8  # some were skipped, some were not
    assert skipped == pytest.approx(1 - counts[0][1] / 8)
    assert max(far.values()) < 1e-4
