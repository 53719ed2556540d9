"""Which sizes a network goes through, and what is no shape of an image."""

import pytest
from toys import facts

from keras_gan.networks.sizes import levels, pyramid


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
    "shape", [(2,), (3, 8, 1), (8, 3, 1), (8, 8, 0), (8.0, 8, 1), (8, 8, 1, 1)]
)
def test_what_is_no_shape_of_an_image_is_refused(sizes, shape):
    with pytest.raises(ValueError, match=facts("This cannot make images")) as caught:
        sizes(shape, "This")
    assert f"image_shape={shape}" in str(caught.value)


def test_only_levels_refuse_sides_that_do_not_double():
    assert pyramid((9, 8, 1)) == [(9, 8), (4, 4)]
    with pytest.raises(ValueError, match=facts("no multiples of 2")):
        levels((9, 8, 1))
