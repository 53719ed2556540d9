"""Truncation of latents: in generate, in measurements, in exports."""

import numpy as np
import pytest
import tensorflow as tf
from toys import stated

import keras_gan as kg
from keras_gan.random import sample_stream


def toy(latents="normal"):
    return kg.GAN(
        kg.networks.mlp_generator((4, 4, 1), latent_dim=3, width=8),
        kg.networks.mlp_discriminator((4, 4, 1), width=8),
        latents=latents,
        seed=0,
    )


def test_the_generator_is_given_the_truncated_latents():
    gan = toy()
    latents = gan.latents.draw(sample_stream(0), 5, 0)
    for threshold in (0.2, 1.0):
        expected = gan(gan.latents.truncate(latents, threshold))
        made = gan.generate(5, seed=0, truncation=threshold)
        np.testing.assert_allclose(made, expected, atol=1e-6)
    assert np.abs(gan.generate(5, seed=0) - made).max() > 1e-3


def test_a_smaller_threshold_leaves_less_variety():
    gan = toy()
    spreads = [
        gan.generate(200, seed=0, truncation=threshold).std(axis=0).mean()
        for threshold in (0.1, 0.5, 1.0, 2.0, None)
    ]
    assert spreads == sorted(spreads)
    assert spreads[-1] > 2 * spreads[0]


@pytest.mark.parametrize(
    ("latents", "truncation", "words"),
    [
        ("normal", -0.5, ["`truncation` of generate must be", "at least 0", "-0.5"]),
        ("normal", "much", ["`truncation` of generate must be", "'much'"]),
        ("normal", float("nan"), ["`truncation` of generate must be", "nan"]),
        ("normal", 0.0, ["`truncation` must be above 0", "above 0"]),
        ("sphere", 0.5, ["not supported by Sphere latents"]),
    ],
)
def test_a_truncation_that_cannot_be_is_refused(latents, truncation, words):
    with pytest.raises(ValueError, match=stated(*words)):
        toy(latents).generate(2, truncation=truncation)


def test_measurements_are_of_truncated_images_and_say_so():
    real = kg.random.Random(0).uniform((40, 4, 4, 1), -1.0, 1.0).numpy()
    gan = toy()
    values = []
    for truncation in (None, 0.3):
        metric = kg.metrics.KID(pixels)
        evaluation = kg.callbacks.Evaluation(
            metric, real, num_images=40, truncation=truncation, cache=None
        )
        (key, *_), measured = metric.keys, evaluation.measurements(gan)
        assert measured[key].protocol["truncation"] == truncation
        values.append(measured[key].value)
    assert values[0] != values[1]


def pixels(images):
    """Returns the pixels as features."""
    return np.reshape(images, (len(images), -1)).astype("float32")


def test_the_export_samples_truncated_images(tmp_path):
    gan = toy()
    path = gan.export(tmp_path, truncation=0.4)
    sample = tf.saved_model.load(str(path)).signatures["sample"]
    made = sample(seed=tf.constant(7, tf.int64), count=tf.constant(6))["images"]
    expected = kg.images.to_uint8(gan.generate(6, seed=7, truncation=0.4))
    assert np.abs(made.numpy().astype(int) - expected).max() <= 1
    with pytest.raises(ValueError, match=stated("`truncation` of export must be")):
        gan.export(tmp_path / "other", truncation=-1)
    assert not (tmp_path / "other").exists()
