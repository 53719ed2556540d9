"""The networks in whose features pictures are compared."""

import dataclasses

import keras
import numpy as np
import tensorflow as tf

from keras_gan.config import check, fault, near, register
from keras_gan.data.tfds import unreachable
from keras_gan.metrics.inception.sources import cache_folder
from keras_gan.random import Random
from keras_gan.style_transfer.pictures import YIQ

DEPTHS = (2, 2, 4, 4, 4)
"""Convolutions of each block of VGG19."""

WEIGHTS = "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"
"""The file of the ImageNet weights in Keras's cache."""

HOST = f"https://storage.googleapis.com/tensorflow/keras-applications/vgg19/{WEIGHTS}"


@register
class CaffePixels(keras.layers.Layer):
    """Turns RGB in [-1, 1] into what VGG19's ImageNet weights were trained on.

    Levels 0 to 255, blue first, minus the mean color of ImageNet
    (103.939, 116.779, 123.68), which is Caffe's way.

    Example:
    >>> CaffePixels()(tf.constant([[[[1.0, -1.0, -1.0]]]])).numpy().round(3)
    array([[[[-103.939, -116.779,  131.32 ]]]], dtype=float32)
    """

    MEAN = (103.939, 116.779, 123.68)

    def call(self, images):
        """Returns the pixels of images, shape `(batch, height, width, 3)`."""
        mean = tf.constant(self.MEAN, images.dtype)
        return (images[..., ::-1] + 1.0) * 127.5 - mean


def vgg(width=64, blocks=5, seed=0, before=(), dtype=None):
    """VGG19's convolutions with average pooling, for pictures of any size, untrained.

    Block `b` has 2, 2, 4, 4 and 4 convolutions of `width`, 2, 4, 8 and 8 times `width`
    filters, named as in Keras: `block1_conv1` is the first, after its ReLU. Average
    pooling gives smoother slopes than VGG's maximum. Weights are normal numbers of
    variance 2 / fan-in (He), which keep the size of the features through all layers.

    Args:
        width: Filters of the first block; 64 in VGG19.
        blocks: Blocks to build, 1 to 5.
        seed: Decides the weights.
        before: Layers that the images pass first.
        dtype: Of the weights; Keras's own by default.

    Returns:
        A Keras model from images `(batch, height, width, 3)` to the last block.

    Reference:
        [Very Deep Convolutional Networks for Large-Scale Image Recognition](
        https://arxiv.org/abs/1409.1556);
        [Image Style Transfer Using Convolutional Neural Networks](
        https://doi.org/10.1109/CVPR.2016.265) for the pooling.

    Example:
    >>> [layer.name for layer in vgg(width=4, blocks=1).layers[1:]]
    ['block1_conv1', 'block1_conv2', 'block1_pool']
    """
    count = 0
    images = outputs = keras.Input((None, None, 3), dtype=dtype)
    for layer in before:
        outputs = layer(outputs)
    for block in range(blocks):
        for number in range(DEPTHS[block]):
            count += 1
            outputs = keras.layers.Conv2D(
                width * min(2**block, 8),
                3,
                padding="same",
                activation="relu",
                kernel_initializer=keras.initializers.HeNormal(seed + count),
                name=f"block{block + 1}_conv{number + 1}",
                dtype=dtype,
            )(outputs)
        pool = f"block{block + 1}_pool"
        outputs = keras.layers.AveragePooling2D(2, name=pool, dtype=dtype)(outputs)
    return keras.Model(images, outputs)


def random_vgg(width=32, blocks=4, seed=0):
    """An untrained VGG with average pooling: textures without any download.

    Each filter is scaled and shifted, so that before its ReLU it has mean 0 and
    variance 1 on an image of colored noise with the spectrum of photographs, amplitude
    `1 / frequency`. Without that all features of the deep layers say much the same.

    Args:
        width: Filters of the first block.
        blocks: Blocks to build, 1 to 5.
        seed: Decides the weights.

    Reference:
        [A Powerful Generative Model Using Random Weights for the Deep Image
        Representation](https://arxiv.org/abs/1606.04801);
        [All You Need Is a Good Init](https://arxiv.org/abs/1511.06422) for the scaling.

    Example:
    >>> random_vgg(width=4, blocks=1).get_layer("block1_conv2").filters
    4
    """
    network = vgg(width, blocks, seed)
    features = photograph_like(Random(seed).fork("photograph"))
    for layer in network.layers[1:]:
        if layer.weights:
            plain = layer.convolution_op(features, layer.kernel)
            mean, variance = tf.nn.moments(plain, axes=(0, 1, 2))
            scale = tf.math.rsqrt(variance + 1e-8)
            layer.kernel.assign(layer.kernel * scale)
            layer.bias.assign(-mean * scale)
        features = layer(features)
    return network


def photograph_like(random, side=128):
    """Returns noise whose amplitudes fall as 1 / frequency, its colors correlated.

    Args:
        random: Where the noise comes from.
        side: Pixels a side.

    Returns:
        `float32` tensor `(1, side, side, 3)` of mean 0 and standard deviation 0.5.
    """
    white = random.normal((3, side, side)).numpy()
    frequency = np.hypot(*np.meshgrid(*2 * [np.fft.fftfreq(side)]))
    frequency[0, 0] = np.inf  # no mean
    planes = np.fft.ifft2(np.fft.fft2(white) / frequency).real
    spread = np.array([1.0, 0.4, 0.2])  # of luminance, and of the colors I and Q
    colored = np.einsum("cd,dhw->hwc", np.linalg.inv(YIQ) * spread, planes)
    return tf.constant(0.5 / colored.std() * colored[None], tf.float32)


def vgg19():
    """VGG19 with its ImageNet weights, average pooling, and RGB in [-1, 1] as input.

    Keras fetches the weights once (80 MB) and keeps them.

    Raises:
        OSError: At once, if they are neither here nor to be had.
    """
    path = cache_folder() / WEIGHTS
    reason = None if path.is_file() else unreachable(HOST)
    try:
        if reason:
            raise OSError(reason)
        trained = keras.applications.VGG19(include_top=False)
    except Exception as error:
        raise fault(
            "VGG19's ImageNet weights are not on this machine and cannot be fetched.",
            expected=f"the file {path}, or a network",
            received=f"{HOST} ({error})",
            do='Use an untrained network, features="random" (--features random), which '
            "gives usable textures, or bring the file here and put it there.",
            kind=OSError,
        ) from error
    network = vgg(before=[CaffePixels()])
    network.set_weights(trained.get_weights())
    return network


@dataclasses.dataclass(frozen=True)
class Choice:
    """A network by name, and what goes with it where a user says nothing.

    Args:
        make: Function that returns the network.
        content_layers: Names of layers.
        style_layers: Names of layers.
        reach: Pixels beyond which no feature looks, a multiple of the largest stride;
            None if that is not known.
    """

    make: object
    content_layers: tuple = ()
    style_layers: tuple = ()
    reach: int | None = None


REACH = 144
"""Pixels that the last convolution of VGG19 reaches, 133, up to a multiple of 16.

A convolution of block `b` reaches `2^(b - 1)` pixels further, and so does its pooling:
`2 + 1 + 4 + 2 + 16 + 4 + 32 + 8 + 64`.
"""

FIRSTS = tuple(f"block{block}_conv1" for block in range(1, 6))
NAMES = {
    "vgg19": Choice(vgg19, ("block4_conv2",), FIRSTS, REACH),
    "random": Choice(random_vgg, ("block2_conv1",), FIRSTS[:4], REACH),
}
"""Networks by name; the layers of VGG19 are those of Gatys, Ecker and Bethge."""


def get(features):
    """Returns a network, and the choice that goes with it.

    Args:
        features: `"vgg19"`, `"random"`, the path of a `.keras` file, or a Keras network
            that takes RGB images in [-1, 1].
    """
    nothing = Choice(None)
    if isinstance(features, keras.Model):
        return features, nothing
    if features in NAMES:
        return NAMES[features].make(), NAMES[features]
    try:
        return keras.saving.load_model(features), nothing
    except Exception as error:
        raise fault(
            "There are no features of this name.",
            expected='"vgg19", "random", a .keras file, or a Keras network',
            received=f"{features!r} ({str(error).splitlines()[0]})",
            do=near(features, NAMES),
        ) from error


def extractor(network, layers):
    """Returns the network that ends at some of the layers of another.

    Raises:
        ValueError: If one is not there, with those that are; or if the network takes
            pictures of one size only, or not of three channels.
    """
    shape = network.inputs[0].shape
    check(
        len(network.inputs) == 1 and tuple(shape[1:]) == (None, None, 3),
        "The features do not take pictures of any size.",
        expected="one input of shape (None, None, 3)",
        received=", ".join(str(one.shape[1:]) for one in network.inputs),
        do="Build the network with keras.Input((None, None, 3)), without what comes "
        "after the last convolution, and load its weights.",
    )
    names = [layer.name for layer in network.layers]
    for name in layers:
        if name not in names:
            raise fault(
                "The features have no such layer.",
                expected="names of layers of the network",
                received=repr(name),
                do=near(name, names),
            )
    outputs = [network.get_layer(name).output for name in layers]
    return keras.Model(network.inputs[0], outputs)


def smallest_side(network, largest=1024):
    """Returns the fewest pixels a side, as a power of 2, that a network can take."""
    side = 1
    while side < largest and not takes(network, side):
        side *= 2
    return side


def takes(network, side):
    """Whether all outputs of a network have pixels for a square image of a side."""
    try:
        shapes = network.compute_output_shape((1, side, side, 3))
    except ValueError:
        return False
    sides = tf.nest.flatten(shapes)
    return all(one > 0 for one in sides)
