"""The way of styles from the mapping network to the layers that they rule.

`OtherLatents` draws who is mixed in, `MixStyles` gives each layer its style, and
`Truncation` pulls the styles of the coarse layers towards their mean.

Reference: [A Style-Based Generator Architecture for Generative Adversarial
Networks](https://arxiv.org/abs/1812.04948).
"""

import keras
import tensorflow as tf

from keras_gan.config import check, check_count, register
from keras_gan.layers.arguments import share
from keras_gan.layers.sampling import current_sampling
from keras_gan.precision import at_least_float32
from keras_gan.replicas import global_mean

MIXED = "The share of mixed images is out of range."
MIXING = "Use 0.9, as the paper does, or 0 for no mixing."
"""What is said of a share that is none, and what to do."""


@register
class OtherLatents(keras.layers.Layer):
    """Draws one more latent vector for each row: for styles to be mixed in.

    They are normal numbers from `kg.layers.current_sampling().random`, by the layer's name and the
    number of the row. A mapping network that normalizes its latents takes those of a
    sphere for the same. Where there is no such source, they are those of the input.

    Args:
        **kwargs: As in Keras.

    Input and output: latents of shape `(batch, latent_dim)`.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> with kg.layers.sampling_context(kg.random.Random(0)):
    ...     others = kg.layers.OtherLatents()(np.zeros((4, 8), "float32"))
    """

    def call(self, inputs):
        """Draws latents of the shape of the input."""
        random = current_sampling().random
        if random is None:
            return inputs
        drawn_rows = random.fork(self.name).normal(
            (tf.shape(inputs)[0], *inputs.shape[1:])
        )
        return tf.cast(drawn_rows, inputs.dtype)

    def compute_output_shape(self, input_shape):
        """Returns the shape of its input."""
        return input_shape


@register
class MixStyles(keras.layers.Layer):
    """Gives every layer of an image its style; in training, of two latent vectors.

    Called as `layer(styles, others)`. In training an image is mixed with the given
    probability: from a random layer on, every one as likely but the first, it has the
    other style. Each image has a chance of its own, from `kg.layers.current_sampling().random`, by
    the layer's name and the number of the image. Outside training, or where there is no
    such source, nothing is mixed and all layers have the same style.

    Args:
        num_layers: Layers that take a style, 1 or more.
        probability: Share of images that are mixed, 0 to 1.
        **kwargs: As in Keras.

    Input: styles and others, both of shape `(batch, style_dim)`. Output: styles of
    shape `(batch, num_layers, style_dim)`.

    Raises:
        ValueError: If an argument is out of range, or an input has another shape.

    Reference: [A Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), section 3.1.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> layer = kg.layers.MixStyles(num_layers=3)
    >>> layer(np.ones((1, 2)), np.zeros((1, 2))).numpy()  # not in training
    array([[[1., 1.],
            [1., 1.],
            [1., 1.]]], dtype=float32)
    """

    def __init__(self, num_layers, probability=0.9, **kwargs):
        super().__init__(**kwargs)
        check_count(num_layers, "num_layers")
        self.num_layers = num_layers
        self.probability = share("probability", probability, MIXED, MIXING)

    def build(self, styles_shape, others_shape):
        """Looks at the shapes."""
        check(
            len(styles_shape) == len(others_shape) == 2,
            "Styles are mixed of two vectors for each image.",
            expected="styles and others of shape (batch, style_dim)",
            received=f"{tuple(styles_shape)} and {tuple(others_shape)}",
            do="Give it what a mapping network makes of latents, and of others.",
        )

    def call(self, styles, others, training=False):
        """Returns the styles of all layers, shape `(batch, num_layers, style_dim)`."""
        random = current_sampling().random
        if not training or random is None:
            return tf.repeat(styles[:, None], self.num_layers, axis=1)
        crossover = self.crossover(random, tf.shape(styles)[0])
        first = tf.range(self.num_layers) < crossover[:, None]
        return tf.where(first[..., None], styles[:, None], others[:, None])

    def crossover(self, random, batch):
        """Draws from which layer on an image has the other style: after all, never."""
        drawn_pair = random.fork(self.name).uniform((batch, 2))
        place = 1 + tf.cast(drawn_pair[:, 1] * (self.num_layers - 1), tf.int32)
        mixed = drawn_pair[:, 0] < self.probability
        return tf.where(mixed, place, self.num_layers)

    def compute_output_shape(self, styles_shape, others_shape):
        """Returns the shape of the styles of all layers."""
        return (styles_shape[0], self.num_layers, styles_shape[-1])

    def get_config(self):
        """Returns what the constructor takes."""
        own = {"num_layers": self.num_layers, "probability": self.probability}
        return {**super().get_config(), **own}


@register
class Truncation(keras.layers.Layer):
    """Pulls styles towards their mean: fewer kinds of images, and better ones.

    `mean + psi * (style - mean)`, for the first layers, with psi from
    `kg.layers.current_sampling().truncation`: 1 is as far as styles go, 0 the mean alone; None
    leaves them alone. `gan.generate(truncation=0.7)` sets it.

    The mean is a running one, a weight that is not trained and begins at 0. A call in
    training moves it by `mean = momentum * mean + (1 - momentum) * batch mean`, over
    all replicas, of the styles of the first layer, which are never mixed in.

    Args:
        num_layers: How many layers are truncated, the coarse ones first; None: all.
        momentum: Momentum of the running mean, 0 to 1.
        **kwargs: As in Keras.

    Input and output: styles of shape `(batch, layers, style_dim)`. The mean is of
    single precision at least.

    Raises:
        ValueError: If an argument is out of range, or the input has another shape.

    Reference: [A Style-Based Generator Architecture for Generative Adversarial
    Networks](https://arxiv.org/abs/1812.04948), appendix B.

    Example:
    >>> import numpy as np, keras_gan as kg
    >>> layer, styles = kg.layers.Truncation(), np.ones((1, 2, 3))
    >>> with kg.layers.sampling_context(truncation=0.7):
    ...     layer(styles).numpy()
    array([[[0.7, 0.7, 0.7],
            [0.7, 0.7, 0.7]]], dtype=float32)
    """

    synchronized = True
    """It waits for the other replicas, as batch normalization does."""

    def __init__(self, num_layers=None, momentum=0.995, **kwargs):
        super().__init__(**kwargs)
        if num_layers is not None:
            check_count(num_layers, "num_layers")
        what = "The momentum of the mean of styles is out of range."
        do = "Use 0.995, as the authors' program does."
        self.num_layers = num_layers
        self.momentum = share("momentum", momentum, what, do)

    def build(self, input_shape):
        """Makes the running mean."""
        check(
            len(input_shape) == 3 and input_shape[-1] is not None,
            "Styles of all layers are truncated at once.",
            expected="an input of shape (batch, layers, style_dim)",
            received=f"an input of shape {tuple(input_shape)}",
            do="Put kg.layers.MixStyles before it.",
        )
        self.input_spec = keras.InputSpec(ndim=3, axes={-1: input_shape[-1]})
        self.mean = self.add_weight(
            name="mean",
            shape=input_shape[-1:],
            initializer="zeros",
            dtype=keras.backend.result_type(self.variable_dtype, "float32"),
            trainable=False,
            autocast=False,
        )

    def call(self, styles, training=False):
        """Truncates styles of shape `(batch, layers, style_dim)`."""
        if training:
            batch = global_mean(at_least_float32(styles[:, 0]))
            self.mean.assign(self.mean + (1.0 - self.momentum) * (batch - self.mean))
        psi = current_sampling().truncation
        if psi is None:
            return styles
        psi = tf.cast(psi, self.mean.dtype)
        near = (
            psi * at_least_float32(styles) + (1.0 - psi) * self.mean
        )  # exact at 0 and at 1
        layers = tf.range(styles.shape[1])[:, None]
        count = styles.shape[1] if self.num_layers is None else self.num_layers
        return tf.where(layers < count, tf.cast(near, styles.dtype), styles)

    def compute_output_shape(self, input_shape):
        """Returns the shape of its input."""
        return input_shape

    def get_config(self):
        """Returns what the constructor takes."""
        own = {"num_layers": self.num_layers, "momentum": self.momentum}
        return {**super().get_config(), **own}
