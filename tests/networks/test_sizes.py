"""Resolutions of networks, and validation of shapes and sizes."""

import ast
import inspect
import itertools
import re

import numpy as np
import pytest
from toys import facts

from keras_gan import networks
from keras_gan.networks.sizes import downsampling_sizes, upsampling_sizes

COUNTS = (
    "code_dim",
    "latent_dim",
    "mapping_depth",
    "num_classes",
    "style_dim",
    "truncation_layers",
    "width",
)
"""Arguments of networks that are positive integers."""

DEFAULTS = {"image_shape": (8, 8, 1), "num_classes": 2}
"""Arguments of all networks that take them, unless a test passes others."""

BUILDERS = [
    getattr(networks, name) for name in networks.__all__ if name.endswith("tor")
] + [networks.mlp_autoencoder]


def build(builder, **arguments):
    """Returns a small network."""
    parameters = inspect.signature(builder).parameters
    counts = {name: 4 for name in COUNTS if name in parameters}
    defaults = {name: DEFAULTS[name] for name in DEFAULTS if name in parameters}
    return builder(**{**counts, **defaults, **arguments})


@pytest.mark.parametrize("shape", [(4, 4, 1), (7, 31, 2), (28, 28, 1), (99, 64, 3)])
def test_sizes_halve_down_to_a_base_of_4_to_7(shape):
    sizes = downsampling_sizes(shape)
    assert sizes[0] == shape[:2]
    assert 4 <= min(sizes[-1]) <= 7
    assert sizes == [(shape[0] >> n, shape[1] >> n) for n in range(len(sizes))]


@pytest.mark.parametrize("shape", [(4, 4, 1), (28, 28, 1), (64, 96, 3)])
def test_without_odd_sides_both_directions_have_the_same_sizes(shape):
    assert upsampling_sizes(shape) == downsampling_sizes(shape)[::-1]


@pytest.mark.parametrize(
    "builder",
    [builder for builder in BUILDERS if not builder.__name__.startswith("mlp")],
    ids=lambda builder: builder.__name__,
)
@pytest.mark.parametrize(
    "shape",
    [8, None, "881", (2,), (3, 8, 1), (8, 3, 1), (8, 8, 0), (8.0, 8, 1), (8, 8, 1, 1)],
)
def test_an_invalid_image_shape_is_an_error(builder, shape):
    owner = builder.__name__
    message = facts(f"`image_shape` of {owner} must be the shape of an image")
    with pytest.raises(ValueError, match=message) as caught:
        build(builder, image_shape=shape)
    assert f"image_shape={shape!r}" in str(caught.value)


def test_only_upsampling_requires_sides_that_double():
    assert downsampling_sizes((9, 8, 1)) == [(9, 8), (4, 4)]
    with pytest.raises(ValueError, match=facts("multiples of 2 for this network")):
        upsampling_sizes((9, 8, 1))


def test_the_suggested_shape_is_valid():
    num_errors = 0
    for sides in itertools.product(range(4, 140, 3), range(4, 140)):
        try:
            assert upsampling_sizes((*sides, 3))[-1] == sides
        except ValueError as error:
            num_errors += 1
            suggestion = re.search(r"images to image_shape=(.*)\.", str(error))[1]
            shape = ast.literal_eval(suggestion)
            assert upsampling_sizes(shape)[-1] == shape[:2] != sides
            assert shape[2] == 3
            assert np.abs(np.subtract(shape[:2], sides)).max() <= 16
    assert num_errors > 1000


def test_the_suggestion_for_sides_of_numpy_is_one_of_python():
    with pytest.raises(ValueError, match=r"(?s)to image_shape=\(16, 24, 1\)\."):
        networks.msg_generator(np.array([15, 22, 1]))


@pytest.mark.parametrize("builder", BUILDERS, ids=lambda builder: builder.__name__)
def test_networks_accept_numpy_integers(builder):
    counts = set(COUNTS) & inspect.signature(builder).parameters.keys()
    numbers = {name: np.int64(4) for name in counts - DEFAULTS.keys()}
    network = build(builder, image_shape=np.array([8, 8, 1]), **numbers)
    shapes = [weight.shape for weight in network.weights]
    assert shapes == [weight.shape for weight in build(builder).weights]


@pytest.mark.parametrize("builder", BUILDERS, ids=lambda builder: builder.__name__)
def test_an_invalid_shape_or_count_of_a_network_is_an_error(builder):
    owner = builder.__name__
    for shape in (8, (8.0, 8, 1), (8, 0, 1), ()):
        message = facts(f"`image_shape` of {owner} must be the shape of")
        with pytest.raises(ValueError, match=message) as caught:
            build(builder, image_shape=shape)
        assert f"Received: image_shape={shape!r}\n" in str(caught.value)
    counts = set(COUNTS) & inspect.signature(builder).parameters.keys()
    assert "width" in counts
    for name, wrong in itertools.product(counts, (0, -1, 2.5, "4", True)):
        message = facts(f"`{name}` of {owner} must be an integer of at least 1")
        with pytest.raises(ValueError, match=message) as caught:
            build(builder, **{name: wrong})
        assert f"Received: {name}={wrong!r}\n" in str(caught.value)
