"""What terms of the game carry is saved and restored, and resumed bit for bit."""

import json

import keras
import numpy as np
import pytest
from toys import pictures, points, run_python, set_seed, state, toy

import keras_gan as kg

AUTOENCODER = {"code_dim": 3, "width": 8, "depth": 1}


def adam():
    """Returns rates at which a few steps count."""
    return [keras.optimizers.Adam(0.01, beta_1=0.5) for _ in range(2)]


def energetic(**arguments):
    """Returns a GAN of points whose discriminator is an autoencoder."""
    gan = toy(discriminator=kg.networks.mlp_autoencoder(**AUTOENCODER))
    gan.compile(*adam(), **{"loss": "energy_margin", **arguments}, run_eagerly=True)
    return gan


def balanced():
    """Returns a GAN with BEGAN's k."""
    return energetic(loss=kg.losses.BEGAN(gamma=1.0, k_learning_rate=0.1))


def adaptive():
    """Returns a GAN of images with ADA's probability and sign."""
    gan = toy(
        generator=kg.networks.mlp_generator((8, 8, 1), width=8, depth=1),
        discriminator=kg.networks.mlp_discriminator((8, 8, 1), width=8, depth=1),
        augment=kg.augment.ADA(target=-0.9, horizon=100),
    )
    gan.compile(*adam(), run_eagerly=True)
    return gan


def normalized():
    """Returns a GAN with spectral normalization, unrolled."""
    network = kg.networks.mlp_discriminator(width=8, depth=1, normalization="spectral")
    gan = toy(discriminator=network)
    gan.compile(*adam(), unrolling=kg.Unrolling(1), run_eagerly=True)
    return gan


def plain(**arguments):
    """Returns a function that makes a GAN of points, so compiled."""

    def make():
        gan = toy()
        gan.compile(*adam(), **arguments, run_eagerly=True)
        return gan

    return make


LAZY = [kg.penalties.R1(interval=2), kg.penalties.GradientPenalty(interval=3)]

KEPT = {
    "BEGAN": (balanced, ["loss_k"]),
    "ADA": (adaptive, ["augment_augment_probability", "augment_augment_sign"]),
    "spectral normalization, unrolled by Adam": (normalized, []),
    "skipping": (
        plain(skip_discriminator_below=1.386),
        ["schedule_loss", "schedule_seen"],
    ),
    "the winner": (
        plain(schedule=kg.schedules.AccuracyBalancedUpdates(accuracy_threshold=0.51)),
        ["schedule_share"],
    ),
    "lazy penalties in parts": (plain(penalties=LAZY, discriminator_steps=2), []),
}
"""GANs, each with the numbers that its terms carry."""


def samples(gan):
    """Returns two steps of an epoch, of images the three that ADA's sign needs."""
    if len(gan.image_shape) == 1:
        return kg.data.from_arrays(3.0 * points(32), batch_size=16, seed=0)
    return kg.data.from_arrays(pictures(48), batch_size=16, seed=0)


def start(make):
    """Returns a GAN that is the same at each call."""
    set_seed(0)
    return make()


def assert_same(gan, other):
    """Asserts that two GANs are the same, whatever training changes."""
    one, two = state(gan), state(other)
    assert len(one) == len(two)
    for (name, value), same in zip(one.items(), two.values(), strict=True):
        np.testing.assert_array_equal(value, same, err_msg=name)


@pytest.mark.parametrize("case", KEPT)
def test_a_saved_gan_goes_on_as_if_it_had_never_stopped(case, tmp_path):
    make, carried = KEPT[case]
    whole = start(make)
    fresh = state(whole)
    whole.fit(samples(whole), epochs=1, verbose=0)
    assert set(whole.extra_variables) == set(carried)
    for name in carried:
        assert float(whole.extra_variables[name]) != fresh[name], name
    whole.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert_same(loaded, whole)
    histories = [
        gan.fit(samples(gan), epochs=2, initial_epoch=1, verbose=0).history
        for gan in (whole, loaded)
    ]
    assert histories[0] == histories[1]
    assert_same(loaded, whole)


def everything():
    """Returns a GAN with all that terms, layers and optimizers keep, but for ADA."""
    spectral, dense = kg.layers.SpectralNormalization, keras.layers.Dense
    judge = [keras.Input((2,)), spectral(dense(8, "leaky_relu"))]
    judge = keras.Sequential([*judge, dense(1, "log_sigmoid")])  # never above 0
    gan = toy(discriminator=judge, ema_momentum=0.5)
    gan.compile(
        *adam(),
        loss=kg.losses.BEGAN(gamma=1.0, k_learning_rate=0.1),
        penalties=[kg.penalties.R1(0.1, interval=2)],
        generator_penalties=[kg.penalties.PullingAway()],
        unrolling=kg.Unrolling(1),
        weight_clip=2.0,
        schedule=kg.schedules.AccuracyBalancedUpdates(accuracy_threshold=0.5),
    )
    return gan


GO_ON = """
import json
import keras
import numpy as np
import keras_gan as kg
import toys

gan = keras.saving.load_model({path!r})
points = kg.data.from_arrays(3.0 * toys.points(32), batch_size=16, seed=0)
history = gan.fit(points, epochs=2, initial_epoch=1, verbose=0).history
np.savez({after!r}, *toys.state(gan).values())
print("RESULT", json.dumps([list(toys.state(gan)), history]))
"""


def test_all_of_it_goes_on_in_a_new_process_as_a_graph(tmp_path):
    whole = start(everything)
    whole.fit(samples(whole), epochs=1, verbose=0)
    assert list(whole.extra_variables) == ["loss_k", "schedule_share"]
    path, after = str(tmp_path / "gan.keras"), str(tmp_path / "after.npz")
    whole.save(path)
    expected = whole.fit(samples(whole), epochs=2, initial_epoch=1, verbose=0).history
    done = run_python(GO_ON.format(path=path, after=after))
    assert "RESULT" in done.stdout, done.stderr[-2000:]
    names, history = json.loads(done.stdout.split("RESULT")[1])
    assert names[-2:] == list(whole.extra_variables)
    assert expected == history
    with np.load(after) as arrays:
        for name, value, key in zip(names, state(whole).values(), arrays, strict=True):
            np.testing.assert_array_equal(arrays[key], value, err_msg=name)


def test_weights_alone_hold_what_terms_carry(tmp_path):
    gan, other = start(balanced), start(balanced)
    gan.fit(samples(gan), verbose=0)
    gan.save_weights(tmp_path / "gan.weights.h5")
    other.load_weights(tmp_path / "gan.weights.h5")
    assert float(other.extra_variables["loss_k"]) > 0.0
    assert_same(gan, other)


def test_a_run_that_breaks_off_goes_on_by_its_backup(tmp_path):
    class PowerCut(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                raise RuntimeError("power cut")

    def backup():
        return keras.callbacks.BackupAndRestore(str(tmp_path / "backup"))

    whole, half, again = (start(adaptive) for _ in range(3))
    whole.fit(samples(whole), epochs=2, verbose=0)
    with pytest.raises(RuntimeError, match="power cut"):
        half.fit(samples(half), epochs=2, verbose=0, callbacks=[backup(), PowerCut()])
    again.fit(samples(again), epochs=2, verbose=0, callbacks=[backup()])
    assert float(again.extra_variables["augment_augment_probability"]) > 0.0
    assert_same(whole, again)


def test_to_compile_again_begins_what_loss_and_schedule_carry_anew():
    gan = energetic(loss="began", skip_discriminator_below=0.1)
    gan.fit(samples(gan), verbose=0)
    assert float(gan.extra_variables["schedule_seen"]) > 0.0
    gan.compile(
        loss="began", schedule=kg.schedules.AccuracyBalancedUpdates(), run_eagerly=True
    )
    own = {name: float(value) for name, value in gan.extra_variables.items()}
    assert own == {"loss_k": 0.0, "schedule_share": 0.5}
    gan.compile(loss="energy_margin", run_eagerly=True)
    assert gan.extra_variables == {}
    fresh = energetic()
    assert len(state(gan)) == len(state(fresh))
    assert [m.name for m in gan.metrics] == [m.name for m in fresh.metrics]
    assert len(gan.variables) == len(fresh.variables)


def test_to_compile_again_keeps_what_the_augmentation_carries():
    gan = start(adaptive)
    gan.fit(samples(gan), verbose=0)
    before = {name: float(value) for name, value in gan.extra_variables.items()}
    gan.compile(loss="hinge")
    assert {name: float(value) for name, value in gan.extra_variables.items()} == before


@pytest.mark.parametrize("trained", [False, True], ids=["fresh", "trained"])
def test_a_file_without_k_loads_where_k_begins_anew(trained, tmp_path):
    gan, other = start(energetic), start(balanced)
    gan.fit(samples(gan), verbose=0)
    gan.save_weights(tmp_path / "gan.weights.h5")
    if trained:
        other.fit(samples(other), verbose=0)
        assert float(other.extra_variables["loss_k"]) > 0.0
    other.load_weights(tmp_path / "gan.weights.h5")
    assert float(other.extra_variables["loss_k"]) == 0.0
    for one, two in zip(gan.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert int(other.steps) == 2


def test_a_file_with_k_loads_where_there_is_none(tmp_path):
    gan, other = start(balanced), start(energetic)
    gan.fit(samples(gan), verbose=0)
    gan.save_weights(tmp_path / "gan.weights.h5")
    other.load_weights(tmp_path / "gan.weights.h5")
    for one, two in zip(gan.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    other.fit(points(32), batch_size=16, verbose=0)
