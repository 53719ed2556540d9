import ast
import inspect
import textwrap

import keras
import numpy as np
import pytest
from toys import (
    RATE,
    Recorded,
    dataset,
    descend,
    linear,
    pictures,
    points,
    sigmoid,
    state,
    toy,
    toy_dcgan,
    twins,
)

import keras_gan as kg


def play(weights, reals, latents):
    """Returns one step of the game in NumPy, for linear networks, and its logs."""
    matrix, shift, normal, bias = weights
    for real, drawn in zip(reals, latents, strict=True):
        fake = drawn @ matrix + shift
        real_scores, fake_scores = real @ normal + bias, fake @ normal + bias
        real_slopes = -sigmoid(-real_scores) / len(real)
        fake_slopes = sigmoid(fake_scores) / len(fake)
        normal = normal - RATE * (real.T @ real_slopes + fake.T @ fake_slopes)
        bias = bias - RATE * (real_slopes.sum(0) + fake_slopes.sum(0))
    after = fake @ normal + bias
    slopes = -sigmoid(-after) / len(fake) @ normal.T
    matrix, shift = matrix - RATE * drawn.T @ slopes, shift - RATE * slopes.sum(0)
    logs = {
        "generator_loss": np.logaddexp(0, -after).mean(),
        "real_score": real_scores.mean(),
        "fake_score": fake_scores.mean(),
        "fake_score_after": after.mean(),
        "real_probability": sigmoid(real_scores).mean(),
        "fake_probability": sigmoid(fake_scores).mean(),
        "fake_probability_after": sigmoid(after).mean(),
        "discriminator_loss": (
            np.logaddexp(0, -real_scores) + np.logaddexp(0, fake_scores)
        ).mean(),
    }
    return [matrix, shift, normal, bias], logs


@pytest.mark.parametrize("parts", [1, 3])
def test_training_is_the_game_of_the_paper(parts):
    gan = descend(
        linear(latents=Recorded(2), ema_momentum=0.9),
        discriminator_steps=parts,
        run_eagerly=True,
    )
    networks = gan.generator, gan.discriminator
    weights = [w.astype("float64") for one in networks for w in one.get_weights()]
    averaged = weights[:2]
    drawn = gan.latents.drawn
    for step in range(3):
        real = points(12, seed=step)
        drawn.clear()
        logs = gan.train_on_batch(real, return_dict=True)
        latents = [one.numpy() for one in drawn]
        assert len(latents) == parts
        assert len(np.unique(np.concatenate(latents))) == 24  # none was drawn twice
        weights, expected = play(weights, np.split(real, parts), latents)
        averaged = [
            0.9 * a + 0.1 * w for a, w in zip(averaged, weights[:2], strict=True)
        ]
        if step == 0 and parts == 1:
            expected["loss"] = (
                expected["generator_loss"] + expected["discriminator_loss"]
            )
            assert logs == pytest.approx(expected, rel=1e-5)
    made = [*gan.generator.get_weights(), *gan.discriminator.get_weights()]
    for one, other in zip(made, weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    for one, other in zip(gan.ema_generator.get_weights(), averaged, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def trained(gan, batches, **arguments):
    descend(gan, **arguments)
    history = gan.fit(batches, epochs=2, verbose=0)
    return history.history["loss"], gan.get_weights()


def test_eager_graph_and_xla_train_alike():
    batches = kg.data.from_arrays(pictures(24), batch_size=12)
    arguments = [{}, {"run_eagerly": False}, {"jit_compile": True}]
    gans = [toy_dcgan(ema_momentum=0.5) for _ in arguments]
    for gan in gans[1:]:
        gan.set_weights(gans[0].get_weights())
    eager, *others = [
        trained(gan, batches, **way) for gan, way in zip(gans, arguments, strict=True)
    ]
    for losses, weights in others:
        np.testing.assert_allclose(losses, eager[0], rtol=1e-4)
        for one, other in zip(weights, eager[1], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_steps_per_execution_changes_no_bit():
    one, other = twins(toy)
    losses = []
    for gan, steps in ((one, 1), (other, 3)):
        gan.compile(steps_per_execution=steps)
        losses.append(gan.fit(dataset(), epochs=2, verbose=0).history["loss"])
    assert losses[0] == losses[1]
    for first, second in zip(state(one).values(), state(other).values(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_the_optimizers_count_k_updates_to_one():
    gan = toy()
    gan.compile(discriminator_steps=4)
    gan.fit(dataset(64, batch_size=16), epochs=2, verbose=0)
    assert int(gan.steps) == 8
    assert int(gan.generator_optimizer.iterations) == 8
    assert int(gan.discriminator_optimizer.iterations) == 32
    assert int(gan.optimizer.iterations) == 8


def test_averaged_statistics_are_copies():
    gan = descend(toy_dcgan(ema_momentum=0.75))
    averaged = gan.generator.get_weights()
    for step in range(3):
        gan.train_on_batch(pictures(8, seed=step))
        for place, weight in enumerate(gan.generator.weights):
            kept = 0.75 if weight.trainable else 0.0
            averaged[place] = kept * averaged[place] + (1 - kept) * weight.numpy()
    live = [w.path for w in gan.generator.weights if not w.trainable]
    assert any("moving_variance" in path for path in live)
    for one, other in zip(gan.ema_generator.get_weights(), averaged, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_momentum_zero_is_the_live_generator_and_none_is_no_copy():
    gan = descend(toy(ema_momentum=0.0))
    gan.fit(dataset(), verbose=0)
    for one, other in zip(
        gan.ema_generator.get_weights(), gan.generator.get_weights(), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=1e-7)
    plain = toy()
    assert plain.ema_generator is plain.generator


def test_the_average_is_not_trained_and_makes_the_images():
    gan = toy(ema_momentum=0.999)
    gan.steps.assign(1)  # before the first step the average starts at the generator
    before = gan.generate(4, seed=0)
    gan.generator.set_weights([w + 1.0 for w in gan.generator.get_weights()])
    np.testing.assert_array_equal(gan.generate(4, seed=0), before)
    assert len(gan.trainable_variables) == 8
    gan.ema_generator.set_weights([w + 1.0 for w in gan.ema_generator.get_weights()])
    assert np.abs(gan.generate(4, seed=0) - before).max() > 0.1


def test_whole_numbers_among_the_weights_are_copied():
    @keras.saving.register_keras_serializable("test_gan")
    class Counting(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = keras.layers.Dense(2)
            self.calls = self.add_weight(
                name="calls", dtype="int64", initializer="zeros", trainable=False
            )

        def call(self, latents, training=False):
            self.calls.assign_add(int(training))
            return self.dense(latents)

    gan = toy(generator=Counting(), latents=kg.latents.Normal(3), ema_momentum=0.9)
    gan.compile(run_eagerly=True)
    gan.fit(dataset(64, batch_size=16), verbose=0)
    assert int(gan.ema_generator.calls) == 4


ALGORITHM = (
    "train_step",
    "alternate",
    "minimize",
    "discriminator_step",
    "generator_step",
)


@pytest.mark.parametrize("name", ALGORITHM)
def test_the_algorithm_branches_nowhere_and_names_no_loss(name):
    source = textwrap.dedent(inspect.getsource(getattr(kg.GAN, name)))
    function = ast.parse(source).body[0]
    branches = (ast.If, ast.IfExp, ast.Match, ast.Try)
    assert not [node for node in ast.walk(function) if isinstance(node, branches)]
    words = {
        word
        for node in ast.walk(function)
        for word in (getattr(node, "id", ""), getattr(node, "attr", ""))
    }
    kinds = {kind.__name__ for kind in kg.losses.NAMES.values()}
    assert not words & (kinds | set(kg.losses.NAMES) | {"hasattr", "getattr"})
    text = [n.value for n in ast.walk(function) if isinstance(n, ast.Constant)]
    assert not set(text) & (kinds | set(kg.losses.NAMES))
