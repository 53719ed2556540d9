"""Which sizes a network goes through, and what is no shape of an image."""

import ast
import inspect
import itertools
import re

import numpy as np
import pytest
from toys import facts

from keras_gan import networks
from keras_gan.networks.sizes import COUNTS, levels, pyramid

FIRST = {"image_shape": (8, 8, 1), "num_classes": 2}
"""What networks are given here, where they take it and it is not the matter."""

MAKERS = [
    getattr(networks, name) for name in networks.__all__ if name.endswith("tor")
] + [networks.mlp_autoencoder]


def made(make, **arguments):
    """Returns a small network."""
    takes = inspect.signature(make).parameters
    small = {name: 4 for name in COUNTS if name in takes}
    usual = {name: value for name, value in FIRST.items() if name in takes}
    return make(**{**small, **usual, **arguments})


@pytest.mark.parametrize("shape", [(4, 4, 1), (7, 31, 2), (28, 28, 1), (99, 64, 3)])
def test_a_pyramid_halves_down_to_a_base_of_4_to_7(shape):
    sizes = pyramid(shape)
    assert sizes[0] == shape[:2]
    assert 4 <= min(sizes[-1]) <= 7
    assert sizes == [(shape[0] >> n, shape[1] >> n) for n in range(len(sizes))]


@pytest.mark.parametrize("shape", [(4, 4, 1), (28, 28, 1), (64, 96, 3)])
def test_without_odd_sides_levels_are_the_pyramid_from_below(shape):
    assert levels(shape) == pyramid(shape)[::-1]


@pytest.mark.parametrize("sizes", [levels, pyramid])
@pytest.mark.parametrize(
    "shape",
    [8, None, "881", (2,), (3, 8, 1), (8, 3, 1), (8, 8, 0), (8.0, 8, 1), (8, 8, 1, 1)],
)
def test_what_is_no_shape_of_an_image_is_refused(sizes, shape):
    with pytest.raises(
        ValueError, match=facts("This is not made for images")
    ) as caught:
        sizes(shape, "This")
    assert f"image_shape={shape!r}" in str(caught.value)


def test_only_levels_refuse_sides_that_do_not_double():
    assert pyramid((9, 8, 1)) == [(9, 8), (4, 4)]
    with pytest.raises(ValueError, match=facts("no multiples of 2")):
        levels((9, 8, 1))


def test_a_shape_that_is_advised_is_accepted():
    refused = 0
    for sides in itertools.product(range(4, 140, 3), range(4, 140)):
        try:
            assert levels((*sides, 3))[-1] == sides
        except ValueError as error:
            refused += 1
            near = ast.literal_eval(
                re.search(r"images to image_shape=(.*)\.", str(error))[1]
            )
            assert levels(near)[-1] == near[:2] != sides
            assert near[2] == 3
            assert np.abs(np.subtract(near[:2], sides)).max() <= 16
    assert refused > 1000


def test_sides_may_be_numbers_of_numpy():
    shape = tuple(np.array([16, 24, 1]))
    assert levels(shape) == [(4, 6), (8, 12), (16, 24)]
    assert pyramid(shape) == levels(shape)[::-1]
    with pytest.raises(ValueError, match=r"(?s)to image_shape=\(16, 24, 1\)\."):
        levels(tuple(np.array([15, 22, 1])))


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_networks_take_shapes_of_numpy(make):
    network = made(make, image_shape=tuple(np.array([8, 8, 1])))
    kernels = [weight.shape for weight in network.weights]
    assert kernels == [weight.shape for weight in made(make).weights]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_networks_refuse_what_is_no_shape_or_no_count(make):
    for shape in (8, (8.0, 8, 1), (8, 0, 1), ()):
        with pytest.raises(ValueError, match=facts("shape|images")) as refused:
            made(make, image_shape=shape)
        assert f"Received: image_shape={shape!r}\n" in str(refused.value)
    counted = COUNTS.keys() & inspect.signature(make).parameters.keys()
    assert "width" in counted
    for name, wrong in itertools.product(counted, (0, -1, 2.5, "4")):
        with pytest.raises(ValueError, match=facts(re.escape(COUNTS[name]))) as refused:
            made(make, **{name: wrong})
        assert f"Received: {name}={wrong!r}\n" in str(refused.value)
