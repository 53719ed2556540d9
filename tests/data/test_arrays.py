import numpy as np
import pytest
import tensorflow as tf

from keras_gan.data import from_arrays, set_epoch, unshuffled
from keras_gan.images import to_float


def joined(dataset):
    return np.concatenate([batch.numpy() for batch in dataset])


def test_batches_are_static_floats_and_the_short_last_one_is_dropped(levels):
    dataset = from_arrays(levels, batch_size=8)
    assert isinstance(dataset, tf.data.Dataset)
    assert dataset.element_spec == tf.TensorSpec((8, 6, 5, 1), tf.float32)
    assert len(list(dataset)) == 2


def test_every_grey_level_becomes_level_over_127_5_minus_1():
    ramp = np.arange(256, dtype=np.uint8).reshape(256, 1, 1, 1)
    images = joined(from_arrays(ramp).unshuffled)
    expected = np.arange(256, dtype=np.float32) / np.float32(127.5) - np.float32(1)
    np.testing.assert_array_equal(images.ravel(), expected)
    assert images.min() == -1.0
    assert images.max() == 1.0


def test_unshuffled_has_all_images_once_in_order_and_not_flipped(levels):
    dataset = from_arrays(levels, batch_size=8, flip=True)
    set_epoch(3)
    images = joined(unshuffled(dataset))
    np.testing.assert_array_equal(images, to_float(levels))
    assert dataset.num_images == 20
    assert unshuffled(dataset.unshuffled) is dataset.unshuffled


def test_unshuffled_leaves_other_data_sets_alone():
    foreign = tf.data.Dataset.range(3)
    assert unshuffled(foreign) is foreign


def test_floats_pass_unchanged(levels):
    floats = to_float(levels).astype(np.float64)
    images = joined(from_arrays(floats, batch_size=4).unshuffled)
    assert images.dtype == np.float32
    np.testing.assert_array_equal(images, to_float(levels))


def test_gray_images_need_no_last_axis(levels):
    dataset = from_arrays(levels[..., 0], batch_size=4)
    np.testing.assert_array_equal(joined(dataset.unshuffled), to_float(levels))


def test_labels_stay_with_their_images(levels):
    labels = np.arange(20) % 7
    dataset = from_arrays(levels, labels, batch_size=4, class_names=list("abcdefg"))
    assert dataset.element_spec[1] == tf.TensorSpec((4,), tf.int32)
    assert dataset.class_names == list("abcdefg")
    for images, batch_labels in dataset:
        indices = np.rint((images.numpy()[:, 0, 0, 0] + 1) * 127.5)
        np.testing.assert_array_equal(batch_labels.numpy(), indices % 7)


def test_points_need_not_be_in_minus_one_to_one():
    points = np.random.default_rng(0).normal(scale=9, size=(30, 2))
    dataset = from_arrays(points, batch_size=10)
    assert dataset.element_spec == tf.TensorSpec((10, 2), tf.float32)
    np.testing.assert_allclose(joined(dataset.unshuffled), points, rtol=1e-6)


def test_flip_flips_about_half_of_the_images_differently_each_epoch():
    images = np.full((200, 1, 2, 1), 255, np.uint8)
    images[:, 0, 0, 0] = np.arange(200)
    flipped = {}
    for seed, epoch in ((0, 0), (0, 1), (1, 0), (0, 0)):
        set_epoch(epoch)
        batch = joined(from_arrays(images, batch_size=200, seed=seed, flip=True))
        left, right = np.rint((batch[:, 0, :, 0] + 1) * 127.5).T
        assert sorted(np.minimum(left, right)) == list(range(200))
        indices = frozenset(right[left == 255].astype(int).tolist())
        assert 60 < len(indices) < 140  # within six standard deviations of a fair coin
        assert flipped.setdefault((seed, epoch), indices) == indices
    assert len(set(flipped.values())) == 3


def test_without_flip_nothing_is_flipped():
    images = np.zeros((8, 1, 2, 1), np.uint8)
    images[:, 0, 1] = 255
    assert (joined(from_arrays(images, batch_size=8))[:, 0, 0] == -1).all()


def test_image_shape_center_crops_or_distorts():
    images = np.zeros((2, 4, 8, 1), np.uint8)
    images[:, :, 2:6] = 255
    crop = joined(from_arrays(images, batch_size=2, image_shape=(4, 4, 3)).unshuffled)
    assert crop.shape == (2, 4, 4, 3)
    assert (crop == 1).all()
    distorted = from_arrays(images, batch_size=2, image_shape=(4, 4, 3), crop=False)
    assert (joined(distorted.unshuffled)[:, :, 0] < 0).all()


def test_floats_are_resized_too(levels):
    floats = to_float(levels)
    shape = {"batch_size": 4, "image_shape": (3, 3, 1)}
    np.testing.assert_array_equal(
        joined(from_arrays(floats, **shape).unshuffled),
        joined(from_arrays(levels, **shape).unshuffled),
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda x: x.astype(np.float32), "0..255.*\n.*\n.*\n.*images / 127.5 - 1"),
        (lambda x: to_float(x) * 1.5, r"leave \[-1, 1\]"),
        (lambda x: np.where(x == 3, np.nan, to_float(x)), "NaN or infinity"),
        (lambda x: np.where(x == 3, -np.inf, to_float(x)), "-inf in image"),
        (lambda x: x[:3], "batch_size=3 or less"),
        (lambda x: x[:0], "fewer images"),
        (lambda x: x[0, 0, :, 0], "must have the shape of images"),
        (lambda x: x[None], "must have the shape of images"),
        (lambda x: x.astype(np.int64), "not floats"),
        (lambda x: np.zeros((20, 3, 9, 9), np.uint8), "must have the channels last"),
        (lambda x: [np.zeros((2, 2)), np.zeros((3, 3))], "must have one shape"),
    ],
)
def test_wrong_images_are_refused_with_advice(levels, change, words):
    with pytest.raises(ValueError, match=words) as raised:
        from_arrays(change(levels), batch_size=8)
    assert "What to do:" in str(raised.value)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (np.zeros(19, int), r"shape \(19,\)"),
        (np.eye(20), "argmax"),
        (np.zeros(20), "float64"),
        (np.full(20, -1), "smallest -1"),
        (np.array(["cat"] * 20), "must be non-negative integers"),
    ],
)
def test_wrong_labels_are_refused_with_advice(levels, labels, words):
    with pytest.raises(ValueError, match=words):
        from_arrays(levels, labels, batch_size=8)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"batch_size": 0}, "`batch_size` of from_arrays must be an integer of at"),
        ({"batch_size": 6.0}, "`batch_size` of from_arrays must be an integer of at"),
        ({"batch_size": True}, "`batch_size` of from_arrays must be an integer of at"),
        ({"seed": None}, "`seed` of from_arrays must be an integer"),
        ({"flip": 1}, "`flip` of from_arrays must be True or False"),
        ({"image_shape": (8, 8)}, r"three positive integers(.|\n)*\(64, 64, 3\)"),
        ({"image_shape": (8, 0, 1)}, "three positive integers"),
        ({"image_shape": (8, 8, 2)}, r"\(height, width, 1, 3 or 4\)"),
        ({"image_shape": (8, 8.0, 3)}, "three positive integers"),
        ({"image_shape": 8}, "`image_shape` of from_arrays must be"),
    ],
)
def test_wrong_options_are_refused(levels, options, words):
    with pytest.raises(ValueError, match=words):
        from_arrays(levels, **options)


def test_sizes_may_be_numbers_of_numpy(levels):
    shape, size = np.array([4, 3, 1]), np.int64(5)
    dataset = from_arrays(
        levels, batch_size=size, image_shape=list(shape), flip=size > 0
    )
    assert dataset.element_spec == tf.TensorSpec((5, 4, 3, 1), tf.float32)


def test_points_cannot_be_flipped():
    with pytest.raises(ValueError, match="do not apply to points"):
        from_arrays(np.zeros((10, 2), np.float32), batch_size=5, flip=True)
