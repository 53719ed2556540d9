"""Half precision gives finite numbers near those of single precision."""

import catalogue
import keras
import numpy as np
import pytest
import tensorflow as tf

ERRORS = {"float16": 1e-2, "bfloat16": 8e-2}
NORMS = {"float16": 5e-3, "bfloat16": 4e-2}
"""Relative errors of one number, and of all numbers of a network together."""


@pytest.mark.parametrize("dtype", ERRORS)
@pytest.mark.parametrize("name", catalogue.LOSSES)
def test_losses_of_half_precision_scores(name, dtype):
    case = catalogue.LOSSES[name]
    loss, inputs = case.make(), case.inputs()
    single = case.run(loss, *map(tf.constant, inputs))
    half = case.run(loss, *(tf.cast(one, dtype) for one in inputs))
    assert half.dtype == dtype
    half = tf.cast(half, tf.float32)
    np.testing.assert_allclose(half, single, rtol=ERRORS[dtype], atol=ERRORS[dtype])
    large = tf.cast([-100.0, 100.0], dtype)  # their squares are in range
    assert np.isfinite(tf.cast(case.run(loss, large, -large), tf.float32)).all()


@pytest.mark.parametrize("dtype", ERRORS)
@pytest.mark.parametrize("name", catalogue.AUGMENTATIONS)
def test_augmentations_of_half_precision_images(name, dtype):
    case = catalogue.AUGMENTATIONS[name]
    augment, inputs = case.make(), case.inputs()
    single = case.run(augment, *map(tf.constant, inputs))
    half = case.run(augment, *(tf.cast(one, dtype) for one in inputs))
    assert half.dtype == dtype
    half = tf.cast(half, tf.float32)
    np.testing.assert_allclose(half, single, rtol=ERRORS[dtype], atol=ERRORS[dtype])


@pytest.mark.parametrize("dtype", ERRORS)
@pytest.mark.parametrize("name", [*catalogue.NETWORKS, *catalogue.LAYERS])
def test_networks_and_layers_under_a_mixed_policy(name, dtype):
    case = {**catalogue.NETWORKS, **catalogue.LAYERS}[name]
    inputs = case.inputs()
    family = "networks" if name in catalogue.NETWORKS else "layers"
    single = catalogue.eager_result(f"{family}.{name}")
    keras.config.set_dtype_policy(f"mixed_{dtype}")
    try:
        mixed = case.make()
    finally:
        keras.config.set_dtype_policy("float32")
    half = case.run(mixed, *inputs)
    assert {weight.dtype for weight in mixed.weights} <= {"float32"}
    if name in catalogue.NETWORKS:
        assert half.dtype == "float32"
    error = np.abs(tf.cast(half, tf.float32) - single)
    assert np.linalg.norm(error) <= NORMS[dtype] * np.linalg.norm(single)
    # Processors round differently; where features are small, normalizing makes it seen.
    near = error <= ERRORS[dtype] * (1.0 + np.abs(single))
    assert near.mean() >= (0.995 if dtype == "bfloat16" else 1.0)
    assert error.max() <= ERRORS[dtype] * max(1.0, np.abs(single).max())
