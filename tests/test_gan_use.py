import keras
import numpy as np
import pytest
from toys import (
    Recorded,
    dataset,
    descend,
    linear,
    points,
    sigmoid,
    state,
    toy,
    toy_dcgan,
    twins,
)

import keras_gan as kg
from keras_gan.networks import sampler


def pixels(images):
    """Returns pixels as features."""
    return np.reshape(images, (len(images), -1)).astype("float32")


def test_images_without_a_bound_are_clipped_for_users():
    network = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(16), keras.layers.Reshape((4, 4, 1))]
    )
    gan = kg.GAN(network, kg.networks.mlp_discriminator((4, 4, 1)), seed=0)
    latents = gan.latents.draw(kg.random.sample_stream(0), 8, 0)
    bare = network(latents).numpy()
    assert np.abs(bare).max() > 1.2
    bounded = np.clip(bare, -1.0, 1.0)
    np.testing.assert_allclose(gan.generate(8, seed=0), bounded, atol=1e-6)
    np.testing.assert_allclose(gan(latents), bounded, atol=1e-6)
    real = np.linspace(-1.0, 1.0, 128, dtype="float32").reshape(8, 4, 4, 1)
    metric = kg.metrics.KID(pixels)
    evaluation = kg.callbacks.Evaluation(metric, real, num_images=8, cache=None)
    assert np.isfinite(list(evaluation.measure(gan).values())).all()


def test_evaluation_is_the_game_without_a_move():
    gan = descend(linear(latents=Recorded(2), ema_momentum=0.9), run_eagerly=True)
    gan.ema_generator.set_weights([w + 0.5 for w in gan.generator.get_weights()])
    before = state(gan)
    gan.latents.drawn.clear()
    logs = gan.evaluate(points(10), batch_size=4, verbose=0, return_dict=True)
    latents = np.concatenate([one.numpy() for one in gan.latents.drawn])
    assert len(np.unique(latents)) == 20
    matrix, shift = gan.ema_generator.get_weights()
    normal, bias = gan.discriminator.get_weights()
    real = points(10) @ normal + bias
    fake = (latents @ matrix + shift) @ normal + bias
    expected = {
        "generator_loss": np.logaddexp(0, -fake).mean(),
        "discriminator_loss": (np.logaddexp(0, -real) + np.logaddexp(0, fake)).mean(),
        "real_score": real.mean(),
        "fake_score": fake.mean(),
        "real_probability": sigmoid(real).mean(),
        "fake_probability": sigmoid(fake).mean(),
    }
    expected["loss"] = expected["generator_loss"] + expected["discriminator_loss"]
    assert logs == pytest.approx(expected, rel=1e-5)
    for name, value in state(gan).items():
        np.testing.assert_array_equal(value, before[name])


def test_validation_data_is_measured_every_epoch_and_changes_nothing():
    one, other = twins(toy)
    histories = []
    for gan, held_out in ((one, points(20, seed=9)), (other, None)):
        gan.compile(run_eagerly=True)
        histories.append(
            gan.fit(dataset(), epochs=2, validation_data=held_out, verbose=0).history
        )
    assert len(histories[0]["val_discriminator_loss"]) == 2
    assert histories[0]["loss"] == histories[1]["loss"]
    again = one.evaluate(points(20, seed=9), verbose=0, return_dict=True)
    last = {name: histories[0][f"val_{name}"][-1] for name in again}
    assert again == pytest.approx(last, rel=1e-6)


def test_results_are_floats():
    gan = descend(toy())
    data, logs = points(8), []
    for function in (gan.train_on_batch, gan.test_on_batch):
        logs += [*function(data), *function(data, return_dict=True).values()]
    for return_dict in (False, True):
        values = gan.evaluate(data, verbose=0, return_dict=return_dict)
        logs += values.values() if return_dict else values
    history = gan.fit(data, batch_size=8, validation_data=data, verbose=0).history
    logs += [value for values in history.values() for value in values]
    assert {type(value) for value in logs} == {float}


def test_the_gan_and_predict_are_the_generator():
    gan = toy(ema_momentum=0.5)
    gan.generator.set_weights([w + 1.0 for w in gan.generator.get_weights()])
    latents = np.random.default_rng(0).normal(size=(5, 2)).astype("float32")
    expected = gan.ema_generator(latents).numpy()
    np.testing.assert_allclose(gan(latents), expected, rtol=1e-6)
    np.testing.assert_allclose(gan.predict(latents, verbose=0), expected, rtol=1e-6)


def test_the_summary_names_both_networks():
    lines = []
    toy().summary(print_fn=lambda line, line_break=False: lines.append(line))
    text = "\n".join(lines)
    assert "mlp_generator" in text
    assert "mlp_discriminator" in text


@pytest.mark.parametrize("batch", [3, 64])
def test_the_same_seed_gives_the_same_images_at_any_batch_size(batch, monkeypatch):
    gan = toy_dcgan()
    expected = kg.images.to_uint8(gan.generate(10, seed=5)).astype(int)
    monkeypatch.setattr(sampler, "BATCH_SIZE", batch)
    images = gan.generate(20, seed=5)
    assert images.shape == (20, 8, 8, 1)
    assert images.dtype == np.float32
    made = kg.images.to_uint8(images).astype(int)
    assert np.abs(made[:10] - expected).max() <= 1  # and few are the first of many


def test_other_seeds_give_other_images():
    gan = toy()
    assert np.abs(gan.generate(4, seed=0) - gan.generate(4, seed=1)).max() > 1e-3
    assert np.abs(gan.generate(4) - gan.generate(4)).max() > 1e-3
    batches = list(gan.generate_batches(100, seed=0))
    np.testing.assert_array_equal(np.concatenate(batches), gan.generate(100, seed=0))


def test_images_of_half_precision_networks_are_single():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        body = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
        gan = toy(generator=body)
    finally:
        keras.config.set_dtype_policy("float32")
    assert gan.generate(2, seed=0).dtype == np.float32


def test_validation_looks_at_images_as_they_are_beside_an_adaptive_augmentation():
    gan = kg.GAN(
        kg.networks.dcgan_generator((8, 8, 1), latent_dim=4, width=4),
        kg.networks.dcgan_discriminator((8, 8, 1), width=4),
        augment=kg.augment.ADA(),
        seed=0,
    )
    gan.compile(run_eagerly=True)
    images = np.linspace(-1.0, 1.0, 512, dtype="float32").reshape(8, 8, 8, 1)
    found = gan.evaluate(images, verbose=0, return_dict=True)
    expected = gan.discriminator(images, training=False).numpy().mean()
    assert found["real_score"] == pytest.approx(expected, abs=1e-5)
