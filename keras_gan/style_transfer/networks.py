"""The networks in whose features pictures are compared."""

import bisect
import dataclasses
import functools

import keras
import numpy as np
import tensorflow as tf

from keras_gan.config import (
    check,
    check_count,
    check_seed,
    register,
    suggest,
    user_error,
)
from keras_gan.data.tfds import connection_error
from keras_gan.metrics.inception.sources import cache_folder
from keras_gan.random import Random, fresh_seed
from keras_gan.style_transfer.pictures import YIQ
from keras_gan.style_transfer.sizes import needs_one_size, of_any_size

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


def vgg(width=64, blocks=5, seed=0, before=(), dtype="float32"):
    """VGG19's convolutions with average pooling, for pictures of any size, untrained.

    Block `b` has 2, 2, 4, 4 and 4 convolutions of `width`, 2, 4, 8 and 8 times `width`
    filters, named as in Keras: `block1_conv1` is the first, after its ReLU. Average
    pooling, between the blocks, gives smoother slopes than VGG's maximum. Weights are
    normal numbers of variance 2 / fan-in (He), which keep the size of the features
    through all layers.

    Args:
        width: Filters of the first block, 1 or more; 64 in VGG19.
        blocks: Blocks to build, 1 to 5.
        seed: Whole number that decides the weights; None: `keras.utils.set_random_seed`
            does.
        before: Layers that the images pass first.
        dtype: Of weights and features, whatever Keras's policy says: sums over all
            places of a picture are too large for half precision.

    Returns:
        A Keras model from images `(batch, height, width, 3)` to the last block.

    Raises:
        ValueError: If an argument is not as above.

    Reference:
        [Very Deep Convolutional Networks for Large-Scale Image Recognition](
        https://arxiv.org/abs/1409.1556);
        [Image Style Transfer Using Convolutional Neural Networks](
        https://doi.org/10.1109/CVPR.2016.265) for the pooling.

    Example:
    >>> [layer.name for layer in vgg(width=4, blocks=2).layers[1:5]]
    ['block1_conv1', 'block1_conv2', 'block1_pool', 'block2_conv1']
    """
    check_count(width, "width")
    check_count(blocks, "blocks")
    check(
        blocks <= len(DEPTHS),
        "VGG19 has no more blocks.",
        expected=f"blocks of 1 to {len(DEPTHS)}",
        received=f"blocks={blocks!r}",
        do=f"Pass blocks={len(DEPTHS)}, or more width.",
    )
    seed, count = decided(seed), 0
    images = outputs = keras.Input((None, None, 3), dtype=dtype)
    for layer in before:
        outputs = layer(outputs)
    for block in range(blocks):
        if block:
            pool = keras.layers.AveragePooling2D(
                2, name=f"block{block}_pool", dtype=dtype
            )
            outputs = pool(outputs)
        for number in range(DEPTHS[block]):
            count += 1
            outputs = keras.layers.Conv2D(
                width * min(2**block, 8),
                3,
                padding="same",
                activation="relu",
                kernel_initializer=keras.initializers.HeNormal((seed + count) % 2**32),
                name=f"block{block + 1}_conv{number + 1}",
                dtype=dtype,
            )(outputs)
    return keras.Model(images, outputs)


def decided(seed):
    """Returns a seed; None becomes a fresh one."""
    check_seed(seed)
    return fresh_seed() if seed is None else seed


def random_vgg(width=32, blocks=4, seed=0):
    """An untrained VGG with average pooling: textures without any download.

    Each filter is scaled and shifted, so that before its ReLU it has mean 0 and
    variance 1 on an image of colored noise with the spectrum of photographs, amplitude
    `1 / frequency`. Without that all features of the deep layers say much the same.

    Args:
        width: Filters of the first block, 1 or more.
        blocks: Blocks to build, 1 to 5.
        seed: As for `vgg`.

    Raises:
        ValueError: If an argument is not as above.

    Reference:
        [A Powerful Generative Model Using Random Weights for the Deep Image
        Representation](https://arxiv.org/abs/1606.04801);
        [All You Need Is a Good Init](https://arxiv.org/abs/1511.06422) for the scaling.

    Example:
    >>> random_vgg(width=4, blocks=1).get_layer("block1_conv2").filters
    4
    """
    seed = decided(seed)
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
    reason = None if path.is_file() else connection_error(HOST)
    try:
        if reason:
            raise OSError(reason)
        trained = keras.applications.VGG19(include_top=False)
    except Exception as error:
        raise user_error(
            "VGG19's ImageNet weights are not on this machine and cannot be fetched.",
            expected=f"the file {path}, or a network",
            received=f"{HOST} ({error})",
            do='Use an untrained network, features="random" (--features random), which '
            "gives usable textures, or bring the file here and put it there.",
            kind=OSError,
        ) from error
    network = vgg(before=[CaffePixels(dtype="float32")])
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
    if isinstance(features, str) and features in NAMES:
        return NAMES[features].make(), NAMES[features]
    try:
        return keras.saving.load_model(features), nothing
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise user_error(
            "There are no features of this name.",
            expected='"vgg19", "random", a .keras file, or a Keras network',
            received=f"{features!r} ({reason})",
            do=suggest(features, NAMES),
        ) from error


def extractor(network, layers):
    """Returns the network that ends at some of the layers of another.

    It takes pictures of any size: a network of one size, such as a classifier, is built
    anew up to these layers, with the same weights.

    Args:
        network: A functional or Sequential network of RGB images.
        layers: Names of layers whose features have a height and a width.

    Raises:
        ValueError: If the network is of another kind; if a layer is not there, with
            those that are; if one needs pictures of one size, with those that do not.
    """
    check_images(network)
    names = [layer.name for layer in network.layers]
    for name in layers:
        if name not in names:
            raise user_error(
                "The features have no such layer.",
                expected="names of layers of the network",
                received=repr(name),
                do=suggest(name, names),
            )
    images = network.inputs[0]
    try:
        outputs = [network.get_layer(name).output for name in layers]
        ending = keras.Model(images, outputs)
        if tuple(images.shape[1:3]) != (None, None):
            ending = of_any_size(ending)
        shapes = [output.shape for output in ending.outputs]
    except Exception as error:  # what a layer raises that needs pictures of one size
        raise needs_one_size(network, layers) from error
    if any(len(shape) != 4 for shape in shapes):
        raise needs_one_size(network, layers)
    return ending


def check_images(network):
    """Makes sure that a network takes RGB images, and that its layers are connected."""
    inputs = getattr(network, "inputs", None)  # subclassed networks have none
    check(
        inputs,
        "The layers of these features are not connected yet.",
        expected="a functional network, or a Sequential one that begins with an Input",
        received=f"a {type(network).__name__} without inputs",
        do="Build it from keras.Input((None, None, 3)).",
    )
    (*_, channels), kind = inputs[0].shape, tf.as_dtype(inputs[0].dtype)
    given = [f"{one.shape[1:]}, {one.dtype}" for one in inputs]
    check(
        len(given) == 1 and len(inputs[0].shape) == 4 and channels == 3,
        "The features do not look at RGB pictures.",
        expected="one input of shape (height, width, 3)",
        received=" and ".join(given),
        do="Take a network of RGB pictures: one that sees no colors leaves those of "
        "the painting to chance.",
    )
    check(
        kind.is_floating,
        "The features take whole numbers, which have no slope.",
        expected="floats in [-1, 1]",
        received=given[0],
        do="Begin with keras.Input((None, None, 3)), and if levels are needed "
        "keras.layers.Rescaling(127.5, offset=127.5).",
    )


def smallest_side(network, largest=1024):
    """Returns the fewest pixels a side that a network can take, 2 or more.

    With 1 pixel there are no neighbors whose variation could be measured.
    """
    enough = 2
    while enough < largest and not takes(network, enough):
        enough *= 2
    taken = functools.partial(takes, network)
    return bisect.bisect_left(range(enough), True, lo=enough // 2 + 1, key=taken)


def takes(network, side):
    """Whether all outputs of a network have pixels for a square image of a side."""
    try:
        shapes = network.compute_output_shape((1, side, side, 3))
    except ValueError:
        return False
    sides = tf.nest.flatten(shapes)
    return all(one > 0 for one in sides)
