"""Feature networks of style transfer: VGG19, an untrained VGG, or any Keras network."""

import dataclasses
import os
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from keras_gan.config import register
from keras_gan.data.tfds import connection_error
from keras_gan.errors import UserError, suggest, user_error
from keras_gan.metrics.inception.sources import cache_folder
from keras_gan.random import Random, fresh_seed
from keras_gan.saved_files import models
from keras_gan.style_transfer.preprocessing import RGB_TO_YIQ
from keras_gan.typing import Layer, Model, StrPath, Tensor
from keras_gan.validation import PositiveInt, validated, within

NUM_CONVOLUTIONS = (2, 2, 4, 4, 4)
"""Number of convolutions of each block of VGG19."""

NumBlocks = Annotated[int, within(1, len(NUM_CONVOLUTIONS))]
"""Number of blocks of a VGG."""

WEIGHTS_FILE = "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"
"""File name of the ImageNet weights in Keras's cache."""

WEIGHTS_URL = (
    f"https://storage.googleapis.com/tensorflow/keras-applications/vgg19/{WEIGHTS_FILE}"
)
"""Address of that file."""


@register
class CaffePixels(Layer):
    """Caffe's preprocessing, on which VGG19's ImageNet weights were trained.

    RGB in [-1, 1] becomes BGR in 0 to 255, minus the mean color of ImageNet
    (103.939, 116.779, 123.68).

    Example:
    >>> CaffePixels()(tf.constant([[[[1.0, -1.0, -1.0]]]])).numpy().round(3)
    array([[[[-103.939, -116.779,  131.32 ]]]], dtype=float32)
    """

    MEAN = (103.939, 116.779, 123.68)

    def call(self, images: Tensor) -> Tensor:
        """Returns preprocessed images, shape `(batch, height, width, 3)`."""
        mean = tf.constant(self.MEAN, images.dtype)
        return (images[..., ::-1] + 1.0) * 127.5 - mean


@validated
def vgg(
    width: PositiveInt = 64,
    blocks: NumBlocks = 5,
    seed: int | None = 0,
    before: Sequence[Layer] = (),
    dtype: str = "float32",
) -> Model:
    """Untrained convolutions of VGG19 with average pooling, for images of any size.

    Block `b` has 2, 2, 4, 4 and 4 convolutions of `width`, 2, 4, 8 and 8 times `width`
    filters, named as in Keras: `block1_conv1` is the first, after its ReLU. The blocks
    are separated by average pooling, which gives smoother gradients than VGG's max
    pooling. Weights are normal with variance 2 / fan-in (He), which preserves the
    magnitude of the features across layers.

    Args:
        width: Filters of the first block, a positive integer; 64 in VGG19.
        blocks: Number of blocks, 1 to 5.
        seed: Integer seed of the weights; by default `keras.utils.set_random_seed`
            decides if it is None.
        before: Preprocessing layers, applied to the images first.
        dtype: Of weights and features, independent of Keras's dtype policy: sums over
            all positions of an image overflow half precision.

    Returns:
        A Keras model from images `(batch, height, width, 3)` to the last block.

    Raises:
        ValueError: If an argument is invalid.

    Reference:
        [Very Deep Convolutional Networks for Large-Scale Image Recognition](
        https://arxiv.org/abs/1409.1556);
        [Image Style Transfer Using Convolutional Neural Networks](
        https://doi.org/10.1109/CVPR.2016.265) for the pooling.

    Example:
    >>> [layer.name for layer in vgg(width=4, blocks=2).layers[1:5]]
    ['block1_conv1', 'block1_conv2', 'block1_pool', 'block2_conv1']
    """
    seed, layer_index = fresh_seed() if seed is None else seed, 0
    images = outputs = keras.Input((None, None, 3), dtype=dtype)
    for layer in before:
        outputs = layer(outputs)
    for block in range(blocks):
        if block:
            pool = keras.layers.AveragePooling2D(
                2, name=f"block{block}_pool", dtype=dtype
            )
            outputs = pool(outputs)
        for convolution in range(NUM_CONVOLUTIONS[block]):
            layer_index += 1
            # Keras's initializers take seeds below 2^32 only.
            layer_seed = (seed + layer_index) % 2**32
            outputs = keras.layers.Conv2D(
                width * min(2**block, 8),
                3,
                padding="same",
                activation="relu",
                kernel_initializer=keras.initializers.HeNormal(layer_seed),
                name=f"block{block + 1}_conv{convolution + 1}",
                dtype=dtype,
            )(outputs)
    return keras.Model(images, outputs)


@validated
def random_vgg(
    width: PositiveInt = 32, blocks: NumBlocks = 4, seed: int | None = 0
) -> Model:
    """Untrained VGG with average pooling and normalized features; needs no download.

    The filters are scaled and shifted so that each feature before its ReLU has mean 0
    and variance 1 on noise with the spectrum of natural images, amplitude
    `1 / frequency`. Without this the features of the deep layers are nearly collinear.

    Args:
        width: Filters of the first block, a positive integer.
        blocks: Number of blocks, 1 to 5.
        seed: As for `vgg`.

    Raises:
        ValueError: If an argument is invalid.

    Reference:
        [A Powerful Generative Model Using Random Weights for the Deep Image
        Representation](https://arxiv.org/abs/1606.04801);
        [All You Need Is a Good Init](https://arxiv.org/abs/1511.06422) for the scaling.

    Example:
    >>> random_vgg(width=4, blocks=1).get_layer("block1_conv2").filters
    4
    """
    seed = fresh_seed() if seed is None else seed
    network = vgg(width, blocks, seed)
    features = natural_noise(Random(seed).fork("photograph"))
    for layer in network.layers[1:]:
        if layer.weights:
            # The convolution without its bias and ReLU.
            linear = layer.convolution_op(features, layer.kernel)
            mean, variance = tf.nn.moments(linear, axes=(0, 1, 2))
            scale = tf.math.rsqrt(variance + 1e-8)
            layer.kernel.assign(layer.kernel * scale)
            layer.bias.assign(-mean * scale)
        features = layer(features)
    return network


def natural_noise(random: Random, side: int = 128) -> Tensor:
    """Noise with the spectrum of natural images: amplitude `1 / frequency`, in color.

    Args:
        random: Random stream of the noise.
        side: Height and width in pixels.

    Returns:
        `float32` tensor `(1, side, side, 3)` of mean 0 and standard deviation 0.5.
    """
    white = random.normal((3, side, side)).numpy()
    frequency = np.hypot(*np.meshgrid(*2 * [np.fft.fftfreq(side)]))
    frequency[0, 0] = np.inf  # removes the mean
    planes = np.fft.ifft2(np.fft.fft2(white) / frequency).real
    yiq_std = np.array([1.0, 0.4, 0.2])  # natural images vary most in luminance
    rgb = np.einsum("cd,dhw->hwc", np.linalg.inv(RGB_TO_YIQ) * yiq_std, planes)
    return tf.constant(0.5 / rgb.std() * rgb[None], tf.float32)


def vgg19() -> Model:
    """VGG19 with its ImageNet weights, average pooling, and RGB in [-1, 1] as input.

    Keras downloads the weights once (80 MB) and caches them.

    Raises:
        OSError: At once, if they are neither cached nor downloadable.
    """
    path = cache_folder() / WEIGHTS_FILE
    # Checked first: without a connection, the download has no time limit.
    reason = None if path.is_file() else connection_error(WEIGHTS_URL)
    try:
        if reason:
            raise OSError(reason)
        trained = keras.applications.VGG19(include_top=False)
    except Exception as error:
        raise user_error(
            "VGG19's ImageNet weights are not cached and cannot be downloaded.",
            expected=f"the file {path}, or a network connection",
            received=f"{WEIGHTS_URL} ({error})",
            do='Use an untrained network, features="random" (--features random), which '
            "gives usable textures, or download the file elsewhere and copy it there.",
            kind=OSError,
        ) from error
    network = vgg(before=[CaffePixels(dtype="float32")])
    network.set_weights(trained.get_weights())
    return network


@dataclasses.dataclass(frozen=True)
class FeatureNetwork:
    """A named feature network and its default layers.

    Args:
        build: Function that returns the network.
        content_layers: Names of the default content layers.
        style_layers: Names of the default style layers.
        receptive_radius: Pixels beyond which no feature depends on the image, rounded
            up to a multiple of the largest stride; None if unknown.
    """

    build: Callable[[], Model]
    content_layers: tuple[str, ...] = ()
    style_layers: tuple[str, ...] = ()
    receptive_radius: int | None = None


RECEPTIVE_RADIUS = 144
"""Receptive radius of VGG19's last convolution, 133 pixels, rounded up to a multiple of
16.

A convolution of block `b` adds `2^(b - 1)` pixels, and so does its pooling:
`2 + 1 + 4 + 2 + 16 + 4 + 32 + 8 + 64`.
"""

FIRST_CONVOLUTIONS: tuple[str, ...] = tuple(
    f"block{block}_conv1" for block in range(1, 6)
)
"""Names of the first convolution of each block."""

Name: TypeAlias = Literal["vgg19", "random"]
"""Names of feature networks."""

NAMES: dict[str, FeatureNetwork] = {
    "vgg19": FeatureNetwork(
        vgg19, ("block4_conv2",), FIRST_CONVOLUTIONS, RECEPTIVE_RADIUS
    ),
    "random": FeatureNetwork(
        random_vgg, ("block2_conv1",), FIRST_CONVOLUTIONS[:4], RECEPTIVE_RADIUS
    ),
}
"""Networks by name; the layers of VGG19 are those of Gatys, Ecker and Bethge."""


def get(features: Name | StrPath | Model) -> tuple[Model, FeatureNetwork]:
    """Resolves a feature network.

    Args:
        features: `"vgg19"`, `"random"`, the path of a `.keras` file, or a Keras network
            that takes RGB images in [-1, 1].

    Returns:
        The network, and its `FeatureNetwork`, which has no default layers for a
        network that is not named.

    Raises:
        ValueError: If it is none of these.
    """
    if isinstance(features, keras.Model):
        return features, FeatureNetwork(lambda: features)
    if isinstance(features, str) and features in NAMES:
        return NAMES[features].build(), NAMES[features]
    try:
        path: Any = features  # of any type
        network = models.load_model(os.fspath(path))
    except UserError:
        raise
    except Exception as error:
        reason = models.first_line(error)
        raise user_error(
            "`features` must be a known name, a .keras file or a Keras network.",
            expected='"vgg19", "random", a .keras file, or a Keras network',
            received=f"{features!r} ({reason})",
            do=suggest(features, NAMES),
        ) from error
    return network, FeatureNetwork(lambda: network)
