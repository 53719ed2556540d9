import keras
import numpy as np
import pytest
from random_inception import NumpyInception, random_state, random_weights

from keras_gan.metrics import inception
from keras_gan.metrics.inception.names import torch_names, unit_names
from keras_gan.metrics.inception.network import tensor_shapes


@pytest.fixture(scope="module")
def model():
    model = inception.inception()
    inception.fill(model, random_weights().tensors)
    return model


def test_it_has_the_published_size(model):
    kernels = [each for each in model.layers if isinstance(each, keras.layers.Conv2D)]
    assert len(kernels) == len(unit_names()) == 94
    shapes = tensor_shapes()
    assert len(shapes) == 472
    assert sum(int(np.prod(shape)) for shape in shapes.values()) == 23_885_392
    outputs = {name: output.shape for name, output in model.output.items()}
    assert outputs == {
        "pool_3": (None, 2048),
        "logits": (None, 1008),
        "logits_unbiased": (None, 1008),
    }


def test_folding_leaves_a_kernel_and_a_bias_of_each_unit(model):
    numbers = sum(int(np.prod(shape)) for shape in tensor_shapes().values())
    channels = sum(shape[-1] for shape in tensor_shapes().values() if len(shape) == 4)
    assert model.count_params() == numbers - 3 * channels


def test_every_tensor_has_a_name_of_its_own_in_both_worlds():
    assert set(torch_names()) == set(tensor_shapes())
    assert len(set(torch_names().values())) == 472


@pytest.mark.parametrize(
    ("name", "key", "shape"),
    [
        ("conv", "Conv2d_1a_3x3", (3, 3, 3, 32)),
        ("conv_4", "Conv2d_4a_3x3", (3, 3, 80, 192)),
        ("mixed/tower/conv_1", "Mixed_5b.branch5x5_2", (5, 5, 48, 64)),
        ("mixed_2/tower_2/conv", "Mixed_5d.branch_pool", (1, 1, 288, 64)),
        ("mixed_3/conv", "Mixed_6a.branch3x3", (3, 3, 288, 384)),
        ("mixed_4/tower/conv_1", "Mixed_6b.branch7x7_2", (1, 7, 128, 128)),
        ("mixed_5/tower_1/conv_1", "Mixed_6c.branch7x7dbl_2", (7, 1, 160, 160)),
        ("mixed_7/tower_1/conv_4", "Mixed_6e.branch7x7dbl_5", (1, 7, 192, 192)),
        ("mixed_8/tower_1/conv_3", "Mixed_7a.branch7x7x3_4", (3, 3, 192, 192)),
        ("mixed_9/tower/mixed/conv", "Mixed_7b.branch3x3_2a", (1, 3, 384, 384)),
        ("mixed_10/tower_1/conv", "Mixed_7c.branch3x3dbl_1", (1, 1, 2048, 448)),
    ],
)
def test_units_have_the_published_names_and_kernels(name, key, shape):
    assert unit_names()[name] == key
    assert tensor_shapes()[f"{name}/conv2d_params"] == shape


def test_it_computes_what_numpy_computes(model):
    images = np.random.default_rng(1).uniform(-1.0, 1.0, (2, 139, 147, 3))
    features, logits = NumpyInception(random_state())(images)
    found = model(np.float32(images))
    assert 0.1 < np.mean(features) < 10.0
    scale = features.max()
    np.testing.assert_allclose(found["pool_3"], features, atol=3e-6 * scale)
    np.testing.assert_allclose(found["logits"], logits, atol=3e-6 * scale)
    biases = random_weights().tensors["softmax/biases"]
    unbiased = found["logits_unbiased"]
    np.testing.assert_allclose(unbiased, logits - biases, atol=3e-6 * scale)


def test_it_is_float32_under_any_policy():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = inception.inception()
    finally:
        keras.config.set_dtype_policy("float32")
    assert {layer.compute_dtype for layer in model.layers[1:]} == {"float32"}
