"""What a generator of styles begins with: the same for all images."""

import keras
import tensorflow as tf

from keras_gan.config import check, is_integer, register


@register
class LearnedConstant(keras.layers.Layer):
    """Gives the same learned features for each row of its input, ones at first.

    Of its input it takes nothing but the number of rows.

    Args:
        shape: Shape of the features, such as `(4, 4, 512)`.
        **kwargs: As in Keras.

    Input: of shape `(batch, ...)`. Output: of shape `(batch, *shape)`.

    Raises:
        ValueError: If the shape is none.

    Reference: [A Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), section 2.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> kg.layers.LearnedConstant((4, 4, 8))(np.zeros((2, 5))).shape
    TensorShape([2, 4, 4, 8])
    """

    def __init__(self, shape, **kwargs):
        super().__init__(**kwargs)
        sides = shape if isinstance(shape, tuple | list) else ()
        check(
            len(sides) > 0 and all(is_integer(side, 1) for side in sides),
            "This is no shape of features.",
            expected="a tuple of whole numbers of 1 or more",
            received=f"shape={shape!r}",
            do="Pass e.g. shape=(4, 4, 512).",
        )
        self.shape = tuple(map(int, sides))

    def build(self, input_shape):
        """Makes the features."""
        self.constant = self.add_weight(
            name="constant", shape=self.shape, initializer="ones"
        )

    def call(self, inputs):
        """Repeats the features for each row."""
        constant = tf.convert_to_tensor(self.constant)
        return tf.repeat(constant[None], tf.shape(inputs)[0], axis=0)

    def compute_output_shape(self, input_shape):
        """Returns the shape of the features of a batch."""
        return (input_shape[0], *self.shape)

    def get_config(self):
        """Returns what the constructor takes."""
        return {**super().get_config(), "shape": self.shape}
