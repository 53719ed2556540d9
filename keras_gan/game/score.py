"""The discriminator as a function of images alone."""

import dataclasses
import weakref
from collections.abc import Callable

import keras
import tensorflow as tf

from keras_gan.config import check, identity, user_error


@dataclasses.dataclass(frozen=True)
class Score:
    """The discriminator as a function of images alone: high for real.

    Args:
        network: The discriminator, which returns `(batch,)` or `(batch, 1)`.
        training: Whether it is called in training mode.
        augment: From images to the images that the network sees.
        weight_overrides: Pairs of the network's variables and the values to see in their place.
        labels: What the network is given beside images: a tuple of nothing, or of the
            labels of the rows.

    Images may be a structure of tensors, for a network of several scales.

    Example:
    >>> import keras_gan as kg
    >>> score = kg.game.Score(kg.networks.mlp_discriminator((2,), width=8))
    >>> score(tf.zeros((5, 2))).shape, score.input_gradients(tf.zeros((5, 2))).shape
    (TensorShape([5]), TensorShape([5, 2]))
    """

    network: Callable
    training: bool = True
    augment: Callable = identity
    weight_overrides: tuple = ()
    labels: tuple = ()

    def __call__(self, images):
        """Returns scores of shape `(batch,)`, single precision at least."""
        return to_score_vector(self.run(self.network, images))

    def input_gradients(self, images):
        """Returns `d score / d image`, of the shape of the images."""
        with tf.GradientTape() as tape:
            tape.watch(images)
            scores = self(images)
        return tape.gradient(scores, images)

    def features(self, images, layer=None):
        """Returns what an inner layer makes of images, shape `(batch, ...)`.

        Args:
            images: Images, shape `(batch, height, width, channels)`.
            layer: Name of the layer; None: what the last layer with weights is given,
                the features behind the score.

        Raises:
            ValueError: If there is no such layer, with those that exist.
        """
        return self.run(inner_network(self.network, layer), images)

    def with_weights(self, weights):
        """Returns the score at weight_overrides weights.

        Args:
            weights: Tensors in the order of the network's `trainable_variables`.
        """
        pairs = zip(self.network.trainable_variables, weights, strict=True)
        return dataclasses.replace(self, weight_overrides=tuple(pairs))

    def cached(self):
        """Returns a score that computes every batch of images once, slopes included."""
        return CachedScore(
            self.network,
            self.training,
            self.augment,
            self.weight_overrides,
            self.labels,
        )

    def run(self, network, images):
        """Calls a network of these weights; weight_overrides ones change nothing for real."""
        inputs = pack_inputs(tf.nest.map_structure(self.augment, images), self.labels)
        if not self.weight_overrides:
            return network(inputs, training=self.training)
        with keras.StatelessScope(self.weight_overrides, initialize_variables=False):
            return network(inputs, training=self.training)


@dataclasses.dataclass(frozen=True)
class CachedScore(Score):
    """A score for the length of one update, in which the weights stand still.

    The loss and its penalties look at the same images: their scores are computed once,
    under a tape that knows the slopes too.
    """

    seen: dict = dataclasses.field(default_factory=dict, compare=False)

    def __call__(self, images):
        """Returns the scores of these images, computed at the first call."""
        key = references(images)
        if key not in self.seen:
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(images)
                scores = super().__call__(images)
            self.seen[key] = scores, tape
        return self.seen[key][0]

    def input_gradients(self, images):
        """Returns `d score / d image` without another pass forwards."""
        self(images)
        scores, tape = self.seen[references(images)]
        return tape.gradient(scores, images)


def references(images):
    """Returns what tells tensors apart, for a dictionary."""
    return tuple(image.ref() for image in tf.nest.flatten(images))


def pack_inputs(inputs, labels):
    """Returns what a network is called with: its inputs, and its labels if it has any.

    Args:
        inputs: Latents or images.
        labels: Tuple of nothing, or of the labels of the rows.
    """
    return [inputs, *labels] if labels else inputs


def to_score_vector(scores):
    """Returns scores of shape `(batch,)` of those of shape `(batch, 1)`, in float32."""
    wide = scores.dtype in (tf.float32, tf.float64)
    scores = scores if wide else tf.cast(scores, tf.float32)
    return tf.squeeze(scores, axis=-1) if scores.shape.rank == 2 else scores


INNER = weakref.WeakKeyDictionary()
"""Networks up to an inner layer, by network and name of the layer."""


def inner_network(network, layer):
    """Returns the part of a network that ends in an inner layer; it shares weights."""
    known = INNER.setdefault(network, {})
    if layer not in known:
        inner = inner_features(network, layer)
        images, *others = network.inputs
        known[layer] = keras.Model([images, *others] if others else images, inner)
    return known[layer]


def inner_features(network, layer=None):
    """Returns the symbolic output of a layer of a functional or Sequential network.

    Raises:
        ValueError: If there is no such layer, with those that exist.
    """
    check(
        getattr(network, "inputs", None) is not None,
        "The inner layers of this discriminator cannot be reached.",
        expected="a functional or Sequential network",
        received=f"{type(network).__name__}, whose call is its own",
        do="Build the discriminator with keras.Model(inputs, outputs).",
    )
    layers = {one.name: one for one in network.layers}
    if layer is None:
        weighted = [one for one in network.layers if one.trainable_variables]
        return tf.nest.flatten(weighted[-1].input)[0]
    if layer not in layers:
        raise user_error(
            "The discriminator has no layer of this name.",
            expected=f"one of {', '.join(layers)}",
            received=f"layer={layer!r}",
            do="Name one of them, or None for the features behind the score.",
        )
    return layers[layer].output
