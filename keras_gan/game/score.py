"""Score: the discriminator as a function of images."""

import dataclasses
import weakref
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeAlias, cast

import keras
import tensorflow as tf

from keras_gan.config import identity
from keras_gan.errors import check, user_error
from keras_gan.precision import at_least_float32
from keras_gan.typing import GradientTape, Model, Tensor, Variable

Images: TypeAlias = Tensor | Sequence[Tensor]
"""Images of shape `(batch, ...)`, or a list of them for networks of several scales."""

CachedScores: TypeAlias = tuple[list[Tensor], Tensor, GradientTape]
"""Outputs of the network, scores, and the tape that recorded them."""


@dataclasses.dataclass(frozen=True)
class Score:
    """The discriminator as a function of images: scores are high for real images.

    Args:
        network: The discriminator, which returns shape `(batch,)` or `(batch, 1)`; of
            several outputs, such as class logits, the scores are the first.
        training: Training mode of its calls.
        augment: From images to the images that the network is called with.
        weight_overrides: Pairs of a variable of the network and the value that its
            calls use instead.
        labels: Tuple of the network's other inputs: empty, or the labels of the rows.

    Images may be a structure of tensors, for a network of several scales.

    Example:
    >>> import keras_gan as kg
    >>> score = kg.game.Score(kg.networks.mlp_discriminator((2,), width=8))
    >>> images = tf.zeros((5, 2))
    >>> score(images).shape, score.input_gradients(images).shape
    (TensorShape([5]), TensorShape([5, 2]))
    """

    network: Model
    training: bool = True
    augment: Callable[[Tensor], Tensor] = identity
    weight_overrides: tuple[tuple[Variable, Tensor], ...] = ()
    labels: tuple[Tensor, ...] = ()

    def __call__(self, images: Images) -> Tensor:
        """Returns scores of shape `(batch,)`, at least `float32`."""
        return to_score_vector(self.outputs(images)[0])

    def outputs(self, images: Images) -> list[Tensor]:
        """Returns all outputs of the network, a list: the scores first."""
        return tf.nest.flatten(self.call_network(self.network, images))

    def input_gradients(self, images: Images) -> Tensor:
        """Returns `d score / d image`, of the shape of the images."""
        with tf.GradientTape() as tape:
            tape.watch(images)
            scores = self(images)
        return tape.gradient(scores, images)

    def features(self, images: Images, layer: str | None = None) -> Tensor:
        """Returns the output of an inner layer, shape `(batch, ...)`.

        Args:
            images: Images, shape `(batch, height, width, channels)`.
            layer: Name of the layer; None for the input of the last layer with weights.

        Raises:
            ValueError: If the network has no such layer.
        """
        inner = inner_network(self.network, layer)
        return cast("Tensor", self.call_network(inner, images))

    def with_weights(self, weights: Sequence[Tensor]) -> "Score":
        """Returns the score of the network at other weights.

        Args:
            weights: Tensors in the order of the network's `trainable_variables`.
        """
        pairs = zip(self.network.trainable_variables, weights, strict=True)
        return Score(**{**self.fields(), "weight_overrides": tuple(pairs)})

    def cached(self) -> "CachedScore":
        """Returns a score that runs the network once for each batch of images.

        It is valid while the weights do not change: see `CachedScore`.
        """
        return CachedScore(**self.fields())

    def uncached(self) -> "Score":
        """Returns a score that runs the network at every call."""
        return Score(**self.fields())

    def fields(self) -> dict[str, Any]:
        """Returns the arguments of `Score`, for a copy of another class."""
        names = [field.name for field in dataclasses.fields(Score)]
        return {name: getattr(self, name) for name in names}

    def call_network(self, network: Model, images: Images) -> Images:
        """Calls a network with augmented images, labels and weight overrides."""
        augmented = tf.nest.map_structure(self.augment, images)
        inputs = pack_inputs(augmented, self.labels)
        if not self.weight_overrides:
            return network(inputs, training=self.training)
        with keras.StatelessScope(self.weight_overrides, initialize_variables=False):
            return network(inputs, training=self.training)


@dataclasses.dataclass(frozen=True)
class CachedScore(Score):
    """Caches outputs, scores and their input gradients within one update.

    Valid while the weights do not change. A loss and its gradient penalties need the
    scores of the same images: one forward pass under a tape serves both.
    """

    cache: dict[Hashable, CachedScores] = dataclasses.field(
        default_factory=dict, compare=False
    )

    def __call__(self, images: Images) -> Tensor:
        """Returns the scores, computed at the first call with these tensors."""
        return self.forward(images)[1]

    def outputs(self, images: Images) -> list[Tensor]:
        """Returns all outputs, computed at the first call with these tensors."""
        return self.forward(images)[0]

    def input_gradients(self, images: Images) -> Tensor:
        """Returns `d score / d image` without another forward pass."""
        _, scores, tape = self.forward(images)
        return tape.gradient(scores, images)

    def forward(self, images: Images) -> CachedScores:
        """Returns outputs, scores, and the persistent tape that recorded them."""
        key = references(images)
        if key not in self.cache:
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(images)
                outputs = super().outputs(images)
                scores = to_score_vector(outputs[0])
            self.cache[key] = outputs, scores, tape
        return self.cache[key]


def references(images: Images) -> Hashable:
    """Returns a hashable key that identifies tensors, not their values.

    Args:
        images: Tensor, or a structure of tensors.
    """
    return tuple(image.ref() for image in tf.nest.flatten(images))


def pack_inputs(inputs: Images, labels: Sequence[Tensor]) -> Images | list[Images]:
    """Returns the argument of a network's call: `inputs`, or `[inputs, *labels]`.

    Args:
        inputs: Latents or images.
        labels: Tuple of the other inputs: empty, or the labels of the rows.
    """
    return [inputs, *labels] if labels else inputs


def to_score_vector(scores: Tensor) -> Tensor:
    """Returns scores as a `float32` or `float64` tensor of shape `(batch,)`."""
    scores = at_least_float32(scores)
    return tf.squeeze(scores, axis=-1) if scores.shape.rank == 2 else scores


INNER: weakref.WeakKeyDictionary[Model, dict[str | None, Model]] = (
    weakref.WeakKeyDictionary()
)
"""Networks up to an inner layer, by network and name of the layer."""


def inner_network(network: Model, layer: str | None) -> Model:
    """Returns a network that ends in an inner layer of another and shares its weights.

    It is built once: a new Keras model in each traced step would be slow.

    Args:
        network: Functional or Sequential network.
        layer: Name of the layer; None for the input of the last layer with weights.

    Raises:
        ValueError: If the network has no such layer, or is subclassed.
    """
    known = INNER.setdefault(network, {})
    if layer not in known:
        output = inner_features(network, layer)
        images, *others = network.inputs
        known[layer] = keras.Model([images, *others] if others else images, output)
    return known[layer]


def inner_features(network: Model, layer: str | None = None) -> Tensor:
    """Returns the symbolic output of a layer of a functional or Sequential network.

    Args:
        network: Keras network.
        layer: Name of the layer; None for the input of the last layer with weights.

    Raises:
        ValueError: If the network has no such layer, or is subclassed.
    """
    check(
        getattr(network, "inputs", None) is not None,
        "The inner layers of a subclassed discriminator are not accessible.",
        expected="a functional or Sequential network",
        received=f"{type(network).__name__}, a subclass of keras.Model",
        do="Build the discriminator with keras.Model(inputs, outputs).",
    )
    layers = {one.name: one for one in network.layers}
    if layer is None:
        weighted = [one for one in network.layers if one.trainable_variables]
        return tf.nest.flatten(weighted[-1].input)[0]
    if layer not in layers:
        raise user_error(
            "`layer` must be the name of a layer of the discriminator.",
            expected=f"one of {', '.join(layers)}",
            received=f"layer={layer!r}",
            do="Pass one of them, or None for the input of the last layer.",
        )
    return layers[layer].output
