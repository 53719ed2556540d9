"""Optimizers as users of Keras set them: trained with rightly, or refused."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import RATE, descend, facts, has_keras, linear, points, stated, toy

import keras_gan as kg

FLOATS = {"rtol": 1e-5, "atol": 1e-6}


def sgd(**options):
    return keras.optimizers.SGD(RATE, **options)


def averaged(**changes):
    """Returns a GAN both of whose optimizers average the weights."""
    gan = linear(**changes)
    optimizers = [sgd(use_ema=True, ema_momentum=0.8) for _ in range(2)]
    gan.compile(*optimizers, run_eagerly=True)
    return gan


class Steps(keras.callbacks.Callback):
    """Records the weights of both networks after each training step."""

    def __init__(self):
        super().__init__()
        self.after = []

    def on_train_batch_end(self, batch, logs=None):
        self.after.append(weights_of(self.model))


def weights_of(gan):
    """Returns copies of the trainable weights of both networks, two lists."""
    return [
        [np.array(w.numpy()) for w in network.trainable_weights]
        for network in (gan.generator, gan.discriminator)
    ]


def average(history, momentum):
    """Returns Keras's moving average of weights: the first, then the recursion."""
    result = history[0]
    for weights in history[1:]:
        pairs = zip(result, weights, strict=True)
        result = [momentum * one + (1 - momentum) * w for one, w in pairs]
    return result


def assert_close(one, other):
    for first, second in zip(one, other, strict=True):
        np.testing.assert_allclose(first, second, **FLOATS)


def test_fit_ends_with_the_averages_of_both_networks():
    gan, steps = averaged(), Steps()
    gan.fit(points(64), batch_size=8, verbose=0, callbacks=[steps])
    for index, weights in enumerate(weights_of(gan)):
        assert_close(weights, average([after[index] for after in steps.after], 0.8))


def test_the_average_of_a_loss_scaled_optimizer_is_finalized():
    plain, scaled = averaged(), linear()
    scaled.set_weights(plain.get_weights())
    optimizers = [
        keras.optimizers.LossScaleOptimizer(sgd(use_ema=True, ema_momentum=0.8))
        for _ in range(2)
    ]
    scaled.compile(*optimizers, run_eagerly=True)
    for gan in (plain, scaled):
        gan.fit(points(64), batch_size=8, verbose=0)
    assert_close(*(gan.get_weights() for gan in (plain, scaled)))


class GeneratorOnly(kg.schedules.Schedule):
    """The discriminator is never updated."""

    def discriminator_learns(self, **state):
        return tf.constant(False)

    def generator_learns(self, **state):
        return True


def test_the_average_of_a_network_without_updates_is_the_network():
    gan = linear()
    optimizers = [sgd(use_ema=True) for _ in range(2)]
    gan.compile(*optimizers, run_eagerly=True, schedule=GeneratorOnly())
    for _ in range(2):
        gan.discriminator.set_weights([w + 1 for w in gan.discriminator.get_weights()])
        before = gan.discriminator.get_weights()
        gan.fit(points(8), batch_size=8, verbose=0)
        assert_close(gan.discriminator.get_weights(), before)
    assert int(gan.discriminator_optimizer.iterations) == 0


class Evaluated(keras.callbacks.Callback):
    """Records the weights while `fit` evaluates."""

    def __init__(self):
        super().__init__()
        self.weights = []

    def on_test_batch_begin(self, batch, logs=None):
        self.weights.append(weights_of(self.model))


@pytest.mark.parametrize("scaled", [False, True])
def test_swapped_averages_are_evaluated(scaled):
    gan, steps, evaluated = linear(), Steps(), Evaluated()
    optimizers = [sgd(use_ema=True, ema_momentum=0.8) for _ in range(2)]
    if scaled:
        optimizers = list(map(keras.optimizers.LossScaleOptimizer, optimizers))
    gan.compile(*optimizers, run_eagerly=True)
    swap = keras.callbacks.SwapEMAWeights()
    data = {"validation_data": points(8), "batch_size": 8, "epochs": 2, "verbose": 0}
    gan.fit(points(24), **data, callbacks=[swap, steps, evaluated])
    for epoch, networks in enumerate(evaluated.weights):
        for index, weights in enumerate(networks):
            history = [after[index] for after in steps.after[: 3 * (epoch + 1)]]
            assert_close(weights, average(history, 0.8))


def test_swapping_without_averages_is_an_error():
    gan, swap = descend(linear()), keras.callbacks.SwapEMAWeights()
    with pytest.raises(ValueError, match="use_ema"):
        gan.evaluate(points(8), verbose=0, callbacks=[swap])


def test_training_with_averages_resumes_to_the_bit(tmp_path):
    whole, part, path = averaged(), averaged(), tmp_path / "gan.keras"
    part.set_weights(whole.get_weights())
    checkpoint = keras.callbacks.ModelCheckpoint(path)
    arguments = {"batch_size": 8, "verbose": 0}
    whole.fit(points(16), **arguments, epochs=4)
    part.fit(points(16), **arguments, epochs=2, callbacks=[checkpoint])
    loaded = keras.saving.load_model(path)
    loaded.fit(points(16), **arguments, epochs=4, initial_epoch=2)
    pairs = [
        (whole.get_weights(), loaded.get_weights()),
        (whole.optimizer.variables, loaded.optimizer.variables),
    ]
    for pair in pairs:
        for one, other in zip(*pair, strict=True):
            np.testing.assert_array_equal(
                *map(keras.ops.convert_to_numpy, (one, other))
            )


def test_averages_of_clipped_weights_are_refused():
    gan = linear()
    with pytest.raises(ValueError, match=facts("`weight_clip` and use_ema")):
        gan.compile(None, sgd(use_ema=True), weight_clip=0.01)
    gan.compile(sgd(use_ema=True), sgd(), weight_clip=0.01)


def test_what_is_excluded_from_decay_is_saved(tmp_path):
    gan = linear()
    optimizers = [sgd(weight_decay=0.5) for _ in range(2)]
    optimizers[0].exclude_from_weight_decay(var_names=["bias"])
    optimizers[1].exclude_from_weight_decay(var_list=[gan.discriminator.weights[0]])
    gan.compile(optimizers[0], keras.optimizers.LossScaleOptimizer(optimizers[1]))
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    for one in (gan, loaded):
        for network in (one.generator, one.discriminator):
            network.set_weights([w + 1.0 for w in network.get_weights()])
        one.fit(points(16), batch_size=8, verbose=0)
    for one, other in zip(gan.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_without_exclusions_the_config_has_no_more_keys():
    gan = linear()
    gan.compile(*[sgd(weight_decay=0.5) for _ in range(2)])
    assert "excluded_from_weight_decay" not in gan.get_compile_config()


BAD = {
    "class": (keras.optimizers.Adam, ["optimizers.Adam(...)"]),
    "name": ("adm", ["Did you mean", '"Adam"']),
    "learning rate": (1e-3, ["`learning_rate`"]),
    "schedule": (keras.optimizers.schedules.CosineDecay(1e-3, 10), ["`learning_rate`"]),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_optimizer_is_refused(case):
    value, words = BAD[case]
    for role in ("generator", "discriminator"):
        with pytest.raises(ValueError, match=stated(f"`{role}_optimizer`", *words)):
            linear().compile(**{f"{role}_optimizer": value})


def test_one_dictionary_may_be_that_of_both_optimizers():
    config = keras.optimizers.serialize(keras.optimizers.Adam(1e-3, beta_1=0.5))
    gan = linear()
    gan.compile(config, config)
    first, second = gan.optimizer.optimizers
    assert first is not second
    assert {float(one.beta_1) for one in (first, second)} == {0.5}


def test_an_optimizer_that_has_trained_other_weights_is_refused_in_time():
    gan, optimizer = linear(), keras.optimizers.Adam(1e-3)
    gan.compile(optimizer, run_eagerly=True)
    gan.train_on_batch(points(8))
    words = stated("built for other weights", "Adam of 1 updates", "from_config")
    with pytest.raises(ValueError, match=words):
        linear().compile(optimizer)


@pytest.mark.parametrize("wrap", [lambda one: one, keras.optimizers.LossScaleOptimizer])
def test_an_optimizer_that_was_only_compiled_elsewhere_is_copied(wrap):
    first, second = linear(), linear()
    optimizer = wrap(keras.optimizers.Adam(1e-3, beta_1=0.25))
    for gan in (first, second):
        gan.compile(optimizer, run_eagerly=True)
    assert first.generator_optimizer is optimizer
    assert second.generator_optimizer is not optimizer
    assert second.generator_optimizer.get_config() == optimizer.get_config()
    for gan in (second, first):
        gan.train_on_batch(points(8))
        assert int(gan.generator_optimizer.iterations) == 1


def test_an_optimizer_lacks_slots_of_weights_that_were_frozen():
    first, second = keras.layers.Dense(2), keras.layers.Dense(1)
    optimizer = keras.optimizers.Adam(1e-3)
    gan = toy(discriminator=keras.Sequential([keras.Input((2,)), first, second]))
    first.trainable = False
    gan.compile(None, optimizer, run_eagerly=True)
    gan.train_on_batch(points(8))
    first.trainable = True
    with pytest.raises(ValueError, match=stated("2 of 4 weights")):
        gan.compile(None, optimizer)
    first.trainable = second.trainable = False  # now it knows more than it trains
    with pytest.warns(UserWarning, match="no trainable weights"):
        gan.compile(None, optimizer)


def test_an_optimizer_goes_on_when_its_gan_is_compiled_again():
    gan, optimizers = linear(), [keras.optimizers.Adam(1e-3) for _ in range(2)]
    for count in (2, 4):
        gan.compile(*optimizers, loss="hinge", run_eagerly=True)
        gan.fit(points(16), batch_size=8, verbose=0)
        assert int(optimizers[0].iterations) == count


@pytest.mark.parametrize("role", ["generator", "discriminator"])
def test_a_network_without_trainable_weights_is_told_of(role):
    gan = linear()
    getattr(gan, role).trainable = False
    with pytest.warns(UserWarning, match=f"`{role}` has no trainable") as caught:
        descend(gan)
    assert {warning.filename for warning in caught} == {descend.__code__.co_filename}
    before = getattr(gan, role).get_weights()
    gan.fit(points(16), batch_size=8, verbose=0)
    assert_close(getattr(gan, role).get_weights(), before)


ARGUMENTS = {
    "optimizer": ("adam", "generator_optimizer="),
    "loss_weights": ([1.0, 2.0], "weight"),
    "weighted_metrics": (["mse"], "metrics="),
    "g_optimizer": ("adam", "generator_optimizer="),
    "penalty": ("r1", "penalties"),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments_of_others_are_refused_with_what_to_pass(name):
    value, advice = ARGUMENTS[name]
    with pytest.raises(TypeError, match=stated(f"no argument `{name}`", advice)):
        linear().compile(**{name: value})
    assert not linear().compiled


def test_the_defaults_of_keras_are_no_arguments():
    gan = linear()
    gan.compile(loss_weights=None, weighted_metrics=None)
    assert gan.compiled


def test_accumulated_gradients_are_one_update_of_their_mean():
    plain, accumulating = linear(), linear()
    accumulating.set_weights(plain.get_weights())
    start = weights_of(plain)
    descend(plain)
    steps = Steps()
    accumulating.compile(
        *[sgd(gradient_accumulation_steps=2) for _ in range(2)], run_eagerly=True
    )
    accumulating.fit(points(32), batch_size=8, verbose=0, callbacks=[steps])
    for index, weights in enumerate(start):
        assert_close(steps.after[0][index], weights)
        moved = [
            np.abs(a - b).max()
            for a, b in zip(steps.after[1][index], weights, strict=True)
        ]
        assert max(moved) > 1e-4
        assert_close(steps.after[2][index], steps.after[1][index])


@pytest.mark.skipif(not has_keras(3, 15), reason="Keras 3.15 has MultiOptimizer")
def test_several_optimizers_for_one_network_average_nothing():
    choices = [sgd(use_ema=True), sgd()]
    several = keras.optimizers.MultiOptimizer(
        lambda variable: choices["bias" in variable.path]
    )
    with pytest.raises(ValueError, match=stated("MultiOptimizer", "use_ema=True")):
        linear().compile(several)
