"""Layers accept numbers of NumPy, and keep those of Python in their configs."""

import json

import keras
import numpy as np
import pytest

from keras_gan import layers

CASES = {
    "attention": lambda i, f: layers.SelfAttention2D(i(3), i(4), name="layer"),
    "classes": lambda i, f: layers.ConditionalBatchNormalization(
        i(3), f(0.5), f(0.25), name="layer"
    ),
    "projection": lambda i, f: layers.LabelProjection(i(3), name="layer"),
    "embedding": lambda i, f: layers.Embedding(i(3), i(4), name="layer"),
    "batch": lambda i, f: layers.BatchNormalization(True, f(0.5), f(2), name="layer"),
    "constant": lambda i, f: layers.LearnedConstant([i(2), i(3)], name="layer"),
    "similarity": lambda i, f: layers.MinibatchDiscrimination(i(3), i(2), name="layer"),
    "stddev": lambda i, f: layers.MinibatchStddev(i(3), name="layer"),
    "pixels": lambda i, f: layers.PixelNormalization(f(0.5), name="layer"),
    "mixing": lambda i, f: layers.MixStyles(i(3), f(1), name="layer"),
    "truncation": lambda i, f: layers.Truncation(i(3), f(0.5), name="layer"),
    "equalized": lambda i, f: layers.EqualizedLearningRate(
        keras.layers.Dense(2, name="inner"), f(2), f(0.5), name="layer"
    ),
    "spectral": lambda i, f: layers.SpectralNormalization(
        keras.layers.Dense(2, name="inner"), i(2), name="layer"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_numbers_of_numpy_are_those_of_python(name):
    plain, numpy = CASES[name](int, float), CASES[name](np.int32, np.float32)
    configs = [json.dumps(layer.get_config()) for layer in (plain, numpy)]
    assert configs[0] == configs[1]
    assert json.dumps(type(numpy).from_config(numpy.get_config()).get_config())
