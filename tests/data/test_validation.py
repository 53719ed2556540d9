import numpy as np
import pytest

from keras_gan.data import check_images


def test_images_that_fit_pass():
    check_images(np.linspace(-1, 1, 48).reshape(1, 4, 4, 3), (4, 4, 3))
    check_images(np.full((2, 4, 4, 3), 1.0009), (4, 4, 3))
    check_images(np.full((8, 2), 30.0), (2,))
    check_images(np.zeros((2, 5, 7, 3)), (None, None, 3))


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (np.zeros((2, 4, 4)), r"images\[..., None\]"),
        (np.zeros((2, 5, 4, 3)), r"image_shape=\(5, 4, 3\)"),
        (np.zeros((2, 4, 4, 1)), r"Expected: batches of shape \(batch, 4, 4, 3\)"),
        (np.zeros((2, 3, 4, 4)), "channels last"),
        (np.zeros((2, 4, 4, 3), np.uint8), "are not floats"),
        (np.zeros((2, 4, 4, 3), int), r'astype\("float32"\) / 127.5 - 1'),
        (np.full((2, 4, 4, 3), np.nan), "nan in image 0, and 2 such"),
        (np.full((2, 4, 4, 3), np.inf), "inf in image 0"),
        (np.full((2, 4, 4, 3), 255.0), "0..255.*\n.*\n.*\n.*images / 127.5 - 1"),
        (np.full((2, 4, 4, 3), 1.01), r"leave \[-1, 1\]\."),
        (np.full((2, 4, 4, 3), -3.0), "black is -1"),
    ],
)
def test_images_that_do_not_fit_are_refused(images, words):
    with pytest.raises(ValueError, match=words) as raised:
        check_images(images, (4, 4, 3), where="my photos")
    message = str(raised.value)
    assert "my photos" in message
    assert all(fact in message for fact in ("Expected:", "Received:", "What to do:"))


def test_points_must_be_finite_and_nothing_else():
    with pytest.raises(ValueError, match="NaN or infinity"):
        check_images(np.array([[0.0, np.nan]]), (2,))
