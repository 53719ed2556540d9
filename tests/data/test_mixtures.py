import json

import keras
import numpy as np
import pytest

import keras_gan as kg
from keras_gan.data import Mixture, grid, ring, stacked

FOUR_FACTS = r"(?s)Expected: .*Received: .*What to do: "


def test_the_ring_of_the_papers():
    mixture = ring()
    half = np.sqrt(0.5)
    expected = [(1, 0), (half, half), (0, 1), (-half, half)]
    expected += [(-x, -y) for x, y in expected]
    np.testing.assert_allclose(mixture.centers, expected, atol=1e-12)
    assert (mixture.sigma, mixture.num_modes) == (0.01, 8)
    radii = np.linalg.norm(ring(5, radius=2.5).centers, axis=1)
    np.testing.assert_allclose(radii, [2.5] * 5)


def test_the_grid_of_the_papers():
    mixture = grid()
    coordinates = (-4.0, -2.0, 0.0, 2.0, 4.0)
    assert set(mixture.centers) == {(x, y) for x in coordinates for y in coordinates}
    assert (mixture.sigma, mixture.num_modes) == (0.05, 25)
    assert grid(2, spacing=1.0).centers[0] == (-0.5, -0.5)


def test_draws_have_the_moments_of_the_mixture():
    mixture = Mixture([(-3.0, 1.0), (5.0, 0.0), (0.0, 9.0)], sigma=0.5)
    points = mixture.draw(30_000, seed=3)
    assert points.shape == (30_000, 2)
    assert points.dtype == np.float32
    distances = np.linalg.norm(points[:, None] - np.array(mixture.centers), axis=-1)
    nearest = distances.argmin(axis=1)
    for mode, center in enumerate(mixture.centers):
        own = points[nearest == mode] - center
        error = np.sqrt(1 / 3 * 2 / 3 / 30_000)
        assert len(own) / 30_000 == pytest.approx(1 / 3, abs=5 * error)
        close = 5 * 0.5 / np.sqrt(len(own))
        np.testing.assert_allclose(own.mean(axis=0), 0.0, atol=close)
        np.testing.assert_allclose(np.cov(own.T), 0.25 * np.eye(2), atol=close)


def test_fewer_points_are_the_first_of_more():
    np.testing.assert_array_equal(ring().draw(7, seed=1), ring().draw(99, seed=1)[:7])
    assert np.abs(ring().draw(7, seed=1) - ring().draw(7, seed=2)).max() > 0.1


def test_a_mixture_is_a_value():
    mixture = Mixture(np.array([[1.0, 2.0], [3.0, 4.0]]), np.float32(0.5))
    assert mixture == Mixture([(1, 2), (3, 4)], 0.5)
    text = json.dumps(keras.saving.serialize_keras_object(mixture))
    again = keras.saving.deserialize_keras_object(json.loads(text))
    assert again == mixture
    assert hash(again) == hash(mixture)


def test_a_gan_trains_on_its_data_set():
    dataset = ring().dataset(count=96, batch_size=32, seed=4)
    assert [tuple(batch.shape) for batch in dataset] == [(32, 2)] * 3
    read = np.concatenate(list(dataset.unshuffled.as_numpy_iterator()))
    np.testing.assert_array_equal(read, ring().draw(96, seed=4))
    gan = kg.GAN(
        kg.networks.mlp_generator(width=4), kg.networks.mlp_discriminator(width=4)
    )
    gan.compile(run_eagerly=True)
    assert gan.fit(dataset, verbose=0).history


@pytest.mark.parametrize(
    ("centers", "sigma"),
    [
        ([], 0.1),
        ([1.0, 2.0], 0.1),
        ([(1.0, 2.0, 3.0)], 0.1),
        ([(1.0, 2.0), (3.0,)], 0.1),
        ([(1.0, np.nan)], 0.1),
        ([(1.0, 2.0)], 0.0),
        ([(1.0, 2.0)], np.inf),
        ([(1.0, 2.0)], "wide"),
    ],
)
def test_invalid_mixtures_raise_an_error(centers, sigma):
    with pytest.raises(ValueError, match=FOUR_FACTS):
        Mixture(centers, sigma)


@pytest.mark.parametrize(
    "make",
    [
        lambda: ring(0),
        lambda: ring(2.5),
        lambda: ring(True),
        lambda: ring(radius=np.inf),
        lambda: ring(sigma=-0.1),
        lambda: grid(-1),
        lambda: ring().draw(0),
        lambda: ring().draw(5, seed=None),
        lambda: ring().dataset(count=10),
        lambda: stacked(count=0),
        lambda: stacked(seed=0.5),
        lambda: stacked(np.zeros((5, 4, 4, 3), np.uint8)),
        lambda: stacked(np.zeros((0, 4, 4), np.uint8)),
        lambda: stacked(np.full((5, 4, 4), 7.0)),
        lambda: stacked(np.zeros((5, 2), np.float32)),
    ],
)
def test_invalid_arguments_raise_an_error(make):
    with pytest.raises(ValueError, match=FOUR_FACTS):
        make()


def test_numbers_of_numpy_are_those_of_python():
    mixture = ring(np.int64(3), np.float32(0.5), np.float64(0.25))
    assert mixture == ring(3, 0.5, 0.25)
    assert type(mixture.sigma) is float
    assert mixture == Mixture(np.asarray(mixture.centers), 0.25)


def indexed(count):
    """Returns 3x2 images, each of one level: its index."""
    return np.broadcast_to(np.arange(count, dtype=np.uint8), (3, 2, count)).T.swapaxes(
        1, 2
    )


def test_three_images_are_chosen_at_random_for_each():
    images = stacked(indexed(10), count=20_000, seed=5)
    assert images.shape == (20_000, 3, 2, 3)
    assert images.dtype == np.uint8
    assert (images == images[:, :1, :1]).all()
    chosen = images[:, 0, 0].astype(int) @ [100, 10, 1]
    counts = np.bincount(chosen, minlength=1000)
    assert len(counts) == 1000
    chi_squared = np.sum((counts - 20.0) ** 2 / 20.0)
    assert chi_squared == pytest.approx(999, abs=5 * np.sqrt(2 * 999))


def test_stacks_are_a_function_of_their_seed():
    few, many = (stacked(indexed(9), count, 1) for count in (4, 30))
    np.testing.assert_array_equal(few, many[:4])
    assert (stacked(indexed(9), 30, 2) != many).any()


def test_floats_and_a_last_axis_give_the_same_stacks():
    levels = indexed(9)
    floats = kg.images.to_float(levels)[..., None]
    np.testing.assert_array_equal(stacked(floats, 5), stacked(levels, 5))


def test_fashion_mnist_is_stacked_by_default():
    images = stacked(count=3)
    shipped = kg.data.embedded.shipped().images[..., 0]
    assert images.shape == (3, 28, 28, 3)
    for stack in images:
        for channel in np.moveaxis(stack, -1, 0):
            assert (shipped == channel).all(axis=(1, 2)).any()
