import numpy as np
import pytest
import scipy.special
import tensorflow as tf

from keras_gan import metrics
from keras_gan.metrics import InceptionScore, inception_score


def random_probabilities(num_images, num_classes, seed=0):
    generator = np.random.default_rng(seed)
    logits = 2.0 * generator.normal(size=(num_images, num_classes))
    return scipy.special.softmax(logits, axis=1)


def by_entropies(probabilities):
    """`log score = H(mean) - mean H`, the mutual information of image and class."""
    entropy = scipy.special.entr
    mean = entropy(probabilities.mean(axis=0)).sum()
    return np.exp(mean - entropy(probabilities).sum(axis=1).mean())


def test_images_that_say_nothing_score_one():
    assert inception_score(np.full((50, 10), 0.1)) == (1.0, 0.0)


@pytest.mark.parametrize("num_classes", [2, 10, 1008])
def test_sure_and_balanced_images_score_the_number_of_classes(num_classes):
    mean, deviation = inception_score(np.tile(np.eye(num_classes), (2, 1)), splits=2)
    assert (mean, deviation) == pytest.approx((num_classes, 0.0), rel=1e-12)


def test_two_classes_at_nine_to_one_have_a_closed_form():
    probabilities = np.tile([[0.9, 0.1], [0.1, 0.9]], (20, 1))
    expected = np.exp(np.log(2) + 0.9 * np.log(0.9) + 0.1 * np.log(0.1))
    assert inception_score(probabilities) == pytest.approx((expected, 0.0))
    assert expected == pytest.approx(1.444934811168415)


@pytest.mark.parametrize("splits", [1, 3, 10, 17, 51])
def test_parts_are_contiguous_and_leave_no_image_out(splits):
    probabilities = random_probabilities(103, 7)
    scores = [
        by_entropies(probabilities[i * 103 // splits : (i + 1) * 103 // splits])
        for i in range(splits)
    ]
    expected = np.mean(scores), np.std(scores)
    assert inception_score(probabilities, splits) == pytest.approx(expected, rel=1e-10)


def test_probabilities_too_small_for_their_logarithm_are_taken():
    probabilities = np.array([[1.0, 0.0, 1e-320], [1e-300, 1.0, 0.0]])
    assert inception_score(probabilities, splits=1)[0] == pytest.approx(2.0)


def test_it_takes_the_tensors_of_a_softmax_in_half_precision():
    logits = np.random.default_rng(0).normal(size=(30, 100)).astype("float16")
    halves = tf.nn.softmax(tf.constant(logits))
    expected = scipy.special.softmax(np.float64(logits), axis=1)
    found = inception_score(halves, splits=1)[0]
    assert found == pytest.approx(by_entropies(expected), rel=1e-2)


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"splits": 0}, "Received: splits=0"),
        ({"splits": 11}, "Expected: at least 22 images .*Received: 20 images"),
        ({"probabilities": np.ones((20, 3))}, r"20 invalid images, .*image \[0\]"),
        ({"probabilities": np.ones((20,))}, r"shape \(20,\)"),
        ({"probabilities": np.tile([2.0, -1.0], (20, 1))}, r"the minimum -1"),
        ({"probabilities": np.full((20, 3), np.nan)}, r"fake images [^$]*image 0 "),
        ({"probabilities": np.ones((0, 3)), "splits": 1}, "Received: 0 images"),
    ],
)
def test_what_is_no_distribution_is_refused(change, fact):
    arguments = {"probabilities": random_probabilities(20, 3), **change}
    with pytest.raises(ValueError, match=rf"(?s){fact}.*What to do: "):
        inception_score(**arguments)


def test_the_image_whose_probabilities_are_none_is_named():
    probabilities = random_probabilities(20, 3)
    probabilities[7, 1] += 0.5
    with pytest.raises(ValueError, match=r"1 invalid images.*image \[7\].*\[1\.5"):
        inception_score(probabilities)


def noise(num_images):
    generator = np.random.default_rng(0)
    return generator.integers(0, 256, (num_images, 28, 28, 1), np.uint8)


def test_the_metric_scores_what_the_classifier_says():
    metric = InceptionScore("fashion_mnist", splits=3)
    for batch in np.split(noise(50), [20]):
        metric.update_fake(batch)
    logits = metrics.fashion_mnist_classifier()(noise(50) / 127.5 - 1.0)
    probabilities = scipy.special.softmax(np.float64(logits), axis=1)
    expected = inception_score(probabilities, 3)
    found = metric.results()
    assert tuple(found.values()) == pytest.approx(expected, rel=1e-5)
    assert list(found) == ["class_score_fashion_mnist", "class_score_fashion_mnist_std"]
    assert metric.protocol()["splits"] == 3


def test_real_images_play_no_part():
    metric = InceptionScore("fashion_mnist", splits=1)
    metric.update_real(noise(3))
    assert metric.num_real == 0


def test_a_network_that_is_no_classifier_is_refused_when_the_metric_is_made():
    def edges(images):
        return images.mean(axis=(1, 2))

    with pytest.raises(ValueError, match=r'"edges" is not a[\s\S]*What to do'):
        InceptionScore(edges)
    with pytest.raises(ValueError, match='"edges" is not a classifier'):
        metrics.features.get(edges).probabilities(noise(2))
