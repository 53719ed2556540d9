"""A discriminator with outputs after its scores: AC-GAN, written by a user."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import RATE, facts, points, set_seed

import keras_gan as kg

NUM_CLASSES = 3


@dataclasses.dataclass(frozen=True)
class ClassEntropy(kg.penalties.Penalty):
    """AC-GAN: cross-entropy of the classes of real and generated images."""

    weight: float = 1.0

    def __call__(self, game):
        _, real = game.score.outputs(game.real)
        _, fake = game.score.outputs(game.fake)
        entropy = tf.nn.sparse_softmax_cross_entropy_with_logits
        both = entropy(game.labels, real) + entropy(game.labels, fake)
        return self.weight * both


def linear_pair():
    """Returns a linear conditional generator, and a discriminator of two outputs."""
    latents = keras.Input((2,))
    labels = keras.Input((), dtype="int32")
    classes = kg.layers.Embedding(NUM_CLASSES, 2)(labels)
    fake = keras.layers.Dense(2)(keras.layers.Add()([latents, classes]))
    images = keras.Input((2,))
    scores = keras.layers.Dense(1, name="scores")(images)
    logits = keras.layers.Dense(NUM_CLASSES, name="classes")(images)
    generator = keras.Model([latents, labels], fake)
    return generator, keras.Model(images, [scores, logits])


def acgan(**arguments):
    """Returns a compiled AC-GAN of points, updated by gradient descent."""
    gan = kg.GAN(*linear_pair(), seed=0)
    gan.compile(
        keras.optimizers.SGD(RATE),
        keras.optimizers.SGD(RATE),
        loss="wasserstein",
        penalties=[ClassEntropy(0.5)],
        generator_penalties=[ClassEntropy(0.5)],
        **arguments,
    )
    return gan


def labels_of(count):
    """Returns labels, each class in turn."""
    return (np.arange(count) % NUM_CLASSES).astype("int32")


def softmax(logits):
    """Returns the softmax of each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    "way", [{"run_eagerly": True}, {}, {"jit_compile": True}], ids=str
)
def test_both_updates_have_the_gradient_of_the_class_output(way):
    gan, real, labels = acgan(**way), points(9), labels_of(9)
    head = gan.discriminator.get_layer("classes")
    kernel, bias = (value.astype("float64") for value in head.get_weights())
    game = gan.make_game(
        (tf.constant(real), tf.constant(labels)), gan.step_random("train", 0)
    ).with_fakes()
    fake = game.fake.numpy()
    gradient, entropy = 0.0, 0.0
    for images in (real, fake):
        shares = softmax(images @ kernel + bias)
        entropy -= np.log(shares[np.arange(9), labels]).mean()
        gradient = gradient + images.T @ (shares - np.eye(NUM_CLASSES)[labels]) / 9
    last = gan.generator.layers[-1]
    before = last.get_weights()[1]
    logs = gan.train_on_batch(real, labels, return_dict=True)
    assert logs["class_entropy"] == pytest.approx(0.5 * entropy, rel=1e-4)
    updated = kernel - RATE * 0.5 * gradient
    np.testing.assert_allclose(head.get_weights()[0], updated, rtol=1e-4, atol=1e-6)
    # G: the gradient at its images, through the scores and the updated class output.
    score_kernel = gan.discriminator.get_layer("scores").get_weights()[0]
    new_kernel, new_bias = head.get_weights()
    shares = softmax(fake @ new_kernel + new_bias)
    at_images = 0.5 * (shares - np.eye(NUM_CLASSES)[labels]) @ new_kernel.T
    at_images = at_images - score_kernel.T
    shift = before - RATE * at_images.mean(axis=0)
    np.testing.assert_allclose(last.get_weights()[1], shift, rtol=1e-4, atol=1e-6)


CENTERS = np.array([[2.0, 0.0], [-1.0, 1.7], [-1.0, -1.7]], "float32")
"""Centers of three classes of points."""


def trained(weight):
    """Returns an AC-GAN after 600 steps, its data, and the share of right classes."""
    set_seed(0)
    labels = labels_of(1200)
    noise = np.random.default_rng(0).normal(0.0, 0.1, (1200, 2))
    real = (CENTERS[labels] + noise).astype("float32")
    latents, classes = keras.Input((2,)), keras.Input((), dtype="int32")
    x = keras.layers.Concatenate()([latents, kg.layers.Embedding(3, 4)(classes)])
    x = keras.layers.Dense(32, "relu")(x)
    generator = keras.Model([latents, classes], keras.layers.Dense(2)(x))
    images = keras.Input((2,))
    x = keras.layers.Dense(32, "relu")(images)
    outputs = [keras.layers.Dense(1)(x), keras.layers.Dense(3)(x)]
    gan = kg.GAN(generator, keras.Model(images, outputs), seed=0)
    gan.compile(
        keras.optimizers.Adam(2e-3, beta_1=0.5),
        keras.optimizers.Adam(2e-3, beta_1=0.5),
        penalties=[ClassEntropy(weight), kg.penalties.R1(0.1)],
        generator_penalties=[ClassEntropy(weight)],
        steps_per_execution=20,
    )
    gan.fit(real, labels, batch_size=60, epochs=30, verbose=0)
    generated = gan.generate(labels=labels[:150], seed=0)
    distances = np.linalg.norm(generated[:, None] - CENTERS, axis=-1)
    return gan, real, labels, (distances.argmin(axis=1) == labels[:150]).mean()


@pytest.mark.slow
def test_labels_control_the_images_by_the_class_output(tmp_path):
    *_, by_chance = trained(weight=0.0)
    gan, real, labels, accuracy = trained(weight=1.0)
    assert by_chance < 0.6
    assert accuracy > 0.9
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert loaded.penalties == gan.penalties
    arguments = {"labels": labels[:6], "seed": 1}
    generated = gan.generate(**arguments)
    np.testing.assert_array_equal(loaded.generate(**arguments), generated)
    tested = gan.evaluate(real, labels, batch_size=60, verbose=0, return_dict=True)
    assert np.isfinite([*tested.values()]).all()


def test_a_sigmoid_at_the_scores_is_found_beside_another_output():
    images = keras.Input((2,))
    outputs = [keras.layers.Dense(1, "sigmoid")(images), keras.layers.Dense(3)(images)]
    with pytest.raises(ValueError, match=facts("ends in a sigmoid")):
        kg.GAN(linear_pair()[0], keras.Model(images, outputs))


def test_labels_in_the_generator_alone_need_another_output():
    images = keras.Input((2,))
    plain = keras.Model(images, keras.layers.Dense(1)(images))
    with pytest.raises(ValueError, match=facts("generator takes labels alone")):
        kg.GAN(linear_pair()[0], plain)
