"""Tests of the errors of progressive growing: levels, arguments, batches."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, pictures, set_seed, stated

import keras_gan as kg
from keras_gan.callbacks import ProgressiveGrowing
from keras_gan.networks.growing import GrowthCallback
from keras_gan_cli.options import TrainOptions
from keras_gan_cli.records import RunRecord
from keras_gan_cli.tasks import preparation

SHAPE = (8, 8, 1)
"""Two stages: 4x4 and 8x8."""


def built(**arguments):
    """Returns a small progressive GAN that trains eagerly."""
    set_seed(0)
    gan = kg.GAN(
        kg.networks.progressive_generator(SHAPE, latent_dim=3, width=1),
        kg.networks.progressive_discriminator(SHAPE, width=1),
        seed=0,
    )
    gan.compile(**{"run_eagerly": True, **arguments})
    return gan


def data(count=8, batch=4):
    """Returns images in complete batches."""
    images = tf.data.Dataset.from_tensor_slices(pictures(count, SHAPE))
    return images.batch(batch, drop_remainder=True)


def fit(gan, images, *callbacks, **arguments):
    """Trains without output."""
    return gan.fit(images, verbose=0, callbacks=list(callbacks), **arguments)


def level(gan):
    """Returns the level of both networks."""
    assert float(gan.generator.level) == float(gan.discriminator.level)
    return float(gan.generator.level)


def at(gan, level):
    """Returns a GAN after setting the level of its networks."""
    for network in (gan.generator, gan.discriminator):
        network.level.assign(level)
    return gan


def test_networks_that_have_trained_are_never_taken_back():
    gan = built()
    fit(gan, data())  # two steps at the full size
    plan = ProgressiveGrowing(run_images=400, batch_size=4)
    before = [np.array(one) for one in (*gan.weights, *gan.optimizer.variables)]
    with pytest.raises(ValueError, match=stated("a level of at least 1", "Leave")):
        fit(gan, data(), plan)
    after = [*gan.weights, *gan.optimizer.variables]
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)
    gan.steps.assign(0)  # on purpose
    fit(gan, data(), plan)
    assert level(gan) == 0


def test_half_grown_networks_go_on_by_their_plan_or_a_faster_one_only():
    gan = built()
    fit(gan, data(), ProgressiveGrowing(8, 4, batch_size=4))
    assert level(gan) == 0.5
    with pytest.raises(ValueError, match=stated("at least 0.5 after 2", "level of 0 ")):
        fit(gan, data(), ProgressiveGrowing(8, 400, batch_size=4))
    assert level(gan) == 0.5
    fit(gan, data(), ProgressiveGrowing(8, 4, batch_size=4))
    assert level(gan) == 1


def test_a_plan_is_refused_also_when_a_backup_is_restored_after_it(tmp_path):
    def backup():
        return keras.callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False)

    fit(built(), data(), ProgressiveGrowing(4, 4, batch_size=4), backup())
    gan, slower = built(), ProgressiveGrowing(400, batch_size=4)
    with pytest.raises(ValueError, match=facts("decrease the level of trained")):
        fit(gan, data(), slower, backup(), epochs=2)
    assert level(gan) == 1


@pytest.mark.parametrize(
    ("steps", "level", "saved", "run_images"),
    [
        (0, 1.0, {}, 96),  # new: 12 epochs of 2 batches of 4
        (6, 1.0, {}, None),  # taken over when it was fully grown
        (6, 0.5, {}, 120),  # taken over when it was not
        (6, 1.0, {"growth_images": 24}, 24),  # its own run, resumed
    ],
)
def test_the_command_line_lets_grow_what_is_not_grown(steps, level, saved, run_images):
    gan = at(built(), level)
    gan.steps.assign(steps)
    record = RunRecord(TrainOptions(epochs=12, batch_size=4), **saved)
    if level == 0.5:
        with pytest.raises(ValueError, match=stated("at least 0.5", "--resume")):
            preparation.growth_callbacks(gan, data(), record)
        at(gan, 0.0)
    plans = preparation.growth_callbacks(gan, data(), record)
    assert [plan.run_images for plan in plans] == [run_images] * (
        run_images is not None
    )
    assert record.growth_images == run_images


def test_several_steps_in_an_execution_are_refused():
    words = "steps_per_execution=2", "between executions"
    gan, plan = built(steps_per_execution=2), ProgressiveGrowing(4, batch_size=4)
    with pytest.raises(ValueError, match=stated(*words)):
        fit(gan, data(), plan)
    assert (level(gan), int(gan.steps)) == (1, 0)
    gan.steps_per_execution = 1
    fit(gan, data(), plan)
    assert level(gan) == 1
    assert int(gan.steps) == 2


def test_half_grown_networks_without_a_plan_are_told_of_once(tmp_path):
    gan = built()
    fit(gan, data(), ProgressiveGrowing(8, 4, batch_size=4))
    gan.save(tmp_path / "gan.keras")
    gan = keras.saving.load_model(tmp_path / "gan.keras")
    with pytest.warns(UserWarning, match="half-grown") as caught:
        fit(gan, data(), epochs=2)
    [warning] = [item for item in caught if item.category is UserWarning]
    assert warning.filename == __file__
    assert "level of 0.5, with images of 8x8 faded in by 50%;" in str(warning.message)
    at(gan, 0.0)
    with pytest.warns(UserWarning, match="images of 4x4 .* full size, 8x8, is level 1"):
        fit(gan, data())

    class Own(GrowthCallback):
        pass

    fit(gan, data(), Own())  # else a warning is an error here
    fit(gan, data(), [ProgressiveGrowing(400, batch_size=4)])
    assert level(gan) == 0
    fit(at(gan, 1.0), data())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            {"fade_images": 0},
            ["`fade_images` of ProgressiveGrowing must", "fade_images=0"],
        ),
        ({"fade_images": None}, ["fade_images=None"]),
        ({"fade_images": True}, ["fade_images=True"]),
        ({"stable_images": 1.5}, ["stable_images=1.5", "of at least 1 or None"]),
        ({"run_images": -1}, ["run_images=-1", "Pass e.g. 800_000, the paper's"]),
        ({"batch_size": 0}, ["batch_size=0", "Pass e.g. batch_size=64, or"]),
        ({"batch_size": 64.0}, ["batch_size=64.0", "a positive integer"]),
        ({"batch_size": "64"}, ["batch_size='64'"]),
        ({"batch_size": None}, ["batch_size=None"]),
        ({"batch_size": True}, ["batch_size=True"]),
        ({"batch_size": [64]}, ["batch_size=[64]"]),
        ({"batch_size": {}}, ["batch_size={}"]),
        ({"batch_size": {"4": 128}}, ["{'4': 128}", "from sides to batch sizes"]),
        ({"batch_size": {4: 128.0}}, ["{4: 128.0}"]),
        ({"batch_size": {0: 128}}, ["{0: 128}"]),
        ({"batch_size": {4: 128, 8: 48}}, ["{4: 128, 8: 48}", "divide the largest"]),
        ({"reset_optimizers": "no"}, ["reset_optimizers='no'", "True or False"]),
        ({"reset_optimizers": None}, ["reset_optimizers=None"]),
    ],
)
def test_bad_arguments_are_refused(arguments, words):
    with pytest.raises(ValueError, match=stated(*words)):
        ProgressiveGrowing(**arguments)


def test_numbers_of_numpy_are_numbers():
    plan = ProgressiveGrowing(np.int64(8), batch_size={np.int32(4): np.int64(2)})
    assert [phase.steps for phase in plan.phases([4, 8])] == [4, 4, 4]


class Sequence(keras.utils.PyDataset):
    """Nine images in batches of eight, or all in one."""

    def __init__(self, batch):
        super().__init__()
        self.batch, self.images = batch, pictures(9, SHAPE)

    def __len__(self):
        return -(-9 // self.batch)

    def __getitem__(self, index):
        return self.images[index * self.batch : (index + 1) * self.batch]


@pytest.mark.parametrize(
    ("images", "arguments", "received"),
    [
        (tf.data.Dataset.from_tensor_slices(pictures(9, SHAPE)).batch(8), {}, "a data"),
        (pictures(9, SHAPE), {"batch_size": 8, "shuffle": False}, "a last batch of 1"),
        (Sequence(8), {}, "a last batch of 1"),
    ],
    ids=["dataset", "array", "sequence"],
)
def test_a_last_batch_that_is_too_short_to_be_split_is_refused(
    images, arguments, received
):
    gan, sizes = built(), {4: 8, 8: 2}
    words = ["at least 4 images", received, "batch(8, drop_remainder=True)"]
    with pytest.raises(ValueError, match=stated(*words)):
        fit(gan, images, ProgressiveGrowing(8, batch_size=sizes), **arguments)
    assert (level(gan), int(gan.steps)) == (1, 0)
    fit(gan, images, ProgressiveGrowing(8, batch_size=8), **arguments)  # none is split
    assert int(gan.steps) == 2


def test_a_short_last_batch_that_can_be_split_loses_its_rest():
    gan, images = built(), pictures(11, SHAPE)
    plan = ProgressiveGrowing(8, batch_size={4: 8, 8: 4})
    fit(gan, images, plan, batch_size=8, shuffle=False)
    assert int(gan.steps) == 3  # one of 8 images, then two of one each
    assert level(gan) == 1
