"""`StyleTransfer`: the feature network, the weights, and the optimization loop."""

import functools
from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias, cast

from keras_gan.errors import check, user_error
from keras_gan.random import fresh_seed
from keras_gan.style_transfer import (
    coarse_to_fine,
    extraction,
    networks,
    optimizers,
    preprocessing,
)
from keras_gan.style_transfer.arguments import (
    Layers,
    StyleWeights,
    normalize_layer_weights,
    normalize_style_weights,
    resolve_term_weights,
)
from keras_gan.style_transfer.coarse_to_fine import (
    ProgressMonitor,
    Stage,
    StepCallback,
)
from keras_gan.style_transfer.objective import TERMS, Objective
from keras_gan.style_transfer.optimizers import PixelOptimizer
from keras_gan.style_transfer.preprocessing import ImageSource
from keras_gan.style_transfer.stylized import Stylized
from keras_gan.style_transfer.tiles import TiledObjective
from keras_gan.typing import FloatArray, Model, Optimizer, StrPath
from keras_gan.validation import NonNegative, PositiveInt, validated

TermWeight = Annotated[NonNegative, "Pass 0 to leave the term out."]
"""Weight of a loss term."""

Styles: TypeAlias = ImageSource | Sequence[ImageSource]
"""A style, or several."""

MAX_UNTILED_SIDE, TILE_SIDE = 1024, 768
"""Longest side, in pixels, of the images that are processed in one piece, and side of
the tiles of larger ones."""


class StyleTransfer:
    """Neural style transfer of Gatys, Ecker and Bethge, by optimization of the pixels.

    The image `x` minimizes

    `content_weight L_content + style_weight L_style + variation_weight L_variation`

    with the sums over layers `l` of a feature network

    - `L_content = sum w_l ||F_l(x) - F_l(content)||^2 / ||F_l(content)||^2`,
    - `L_style = sum w_l ||G_l(x) - G_l(style)||^2 / ||G_l(style)||^2`, where
      `G = F^T F / (H W)` is the Gram matrix of a layer's features `F`,
    - `L_variation`, the mean squared difference of neighboring pixels.

    The losses of the paper are divided, layer by layer, by their value at `F = 0`: 0 is
    equality and 1 is far, so that a weight means the same for every network and layer.
    The `w_l` sum to 1.

    Args:
        features: `"vgg19"` (ImageNet weights, downloaded once by Keras), `"random"` (an
            untrained VGG, no download), the path of a `.keras` file, or any functional
            or Sequential Keras network of RGB images in [-1, 1]. A network of a fixed
            input size, such as a classifier, is rebuilt for images of any size, up to
            the named layers.
        content_layers: Names of layers whose features have a height and a width, or a
            dictionary from names to weights. By default those of the named network;
            none for any other network.
        style_layers: The same for the style.
        content_weight: Weight of the content loss, at least 0; by default 0.15, or 0
            without content layers.
        style_weight: Weight of the style loss, at least 0; by default 1, or 0 without
            style layers: then the content alone is reconstructed.
        variation_weight: Weight of the total variation, at least 0; by default 0.05.

    Raises:
        ValueError: If a layer does not exist or requires images of a fixed size; if a
            weight is negative, is passed for a term without layers, or all are 0.
        OSError: At once, if the weights of VGG19 are not available.

    Reference:
        [A Neural Algorithm of Artistic Style](https://arxiv.org/abs/1508.06576);
        [Image Style Transfer Using Convolutional Neural Networks](
        https://doi.org/10.1109/CVPR.2016.265); with random weights [He, Wang and
        Hopcroft](https://arxiv.org/abs/1606.04801).

    Example:
    >>> import numpy as np
    >>> import keras_gan as kg
    >>> transfer = kg.StyleTransfer("random", content_weight=0)
    >>> content = np.zeros((24, 32, 3), "uint8")
    >>> style = np.random.default_rng(0).integers(0, 256, (24, 24, 3), "uint8")
    >>> result = transfer.stylize(content, style, size=32, steps=2, seed=0, verbose=0)
    >>> result.image.shape, result.history["style"][0] > result.history["style"][-1]
    ((24, 32, 3), True)
    """

    @validated
    def __init__(
        self,
        features: networks.Name | StrPath | Model = "vgg19",
        content_layers: Layers | None = None,
        style_layers: Layers | None = None,
        content_weight: TermWeight | None = None,
        style_weight: TermWeight | None = None,
        variation_weight: TermWeight | None = None,
    ) -> None:
        network, defaults = networks.get(features)
        self.network: Model = network
        self.receptive_radius: int | None = defaults.receptive_radius
        self.content_layers: dict[str, float] = normalize_layer_weights(
            content_layers, defaults.content_layers
        )
        self.style_layers: dict[str, float] = normalize_layer_weights(
            style_layers, defaults.style_layers
        )
        names = [*self.content_layers, *self.style_layers]
        check(
            names,
            "`content_layers` or `style_layers` must name at least one layer.",
            expected="content_layers or style_layers",
            received="neither, for a network without default layers",
            do="Choose from: " + ", ".join(layer.name for layer in self.network.layers),
        )
        layers = {
            "content_weight": self.content_layers,
            "style_weight": self.style_layers,
        }
        self.term_weights: tuple[float, ...] = resolve_term_weights(
            layers,
            content_weight=content_weight,
            style_weight=style_weight,
            variation_weight=variation_weight,
        )
        self.extractor: Model = extraction.extractor(self.network, names)

    @functools.cached_property
    def min_side(self) -> int:
        """Minimum side of an image, in pixels, that all layers accept; at least 2."""
        return extraction.min_side(self.extractor)

    @validated
    def stylize(
        self,
        content: ImageSource,
        styles: Styles,
        style_weights: StyleWeights | None = None,
        *,
        size: PositiveInt = 512,
        style_size: PositiveInt | None = None,
        steps: PositiveInt = 200,
        start: Literal["noise", "content"] = "noise",
        keep_color: bool = False,
        optimizer: optimizers.Name | optimizers.LBFGS | Optimizer = "lbfgs",
        seed: int | None = None,
        callback: StepCallback | None = None,
        verbose: Literal[0, 1, 2] = 1,
    ) -> Stylized:
        """Optimizes an image, from coarse to fine.

        The first image is small; each next one has twice its height and width, starts
        from its result and takes half as many steps, so that large structures are
        settled where a step is cheap.

        Args:
            content: Path of an image file, or an array `(height, width, channels)` or
                `(height, width)`: `uint8`, or floats in [-1, 1].
            styles: The same, or a list of them.
            style_weights: Weights of the styles, at least 0; equal by default. The
                target Gram matrices are the weighted means of those of the styles.
            size: Longer side of the result in pixels, at least 8.
            style_size: Maximum longer side of the styles at the last size, in pixels;
                they are never enlarged. `size` by default; less gives finer strokes.
            steps: Steps at the smallest size, a positive integer.
            start: Initial image, `"noise"` or `"content"`.
            keep_color: Whether to keep the content's colors: only the luminance is
                optimized, and compared with that of the style, which is shifted and
                scaled to the content's mean and standard deviation.
            optimizer: `"lbfgs"`, `LBFGS(memory)`, `"adam"`, or a Keras optimizer.
            seed: Integer seed of the noise; by default `keras.utils.set_random_seed`
                decides.
            callback: Called after each step with its number, from 1, and a `Stylized`.
            verbose: 1 for a progress bar with the three terms, 2 for one line at the
                end, 0 for no output.

        Returns:
            A `Stylized`.

        Raises:
            ValueError: Before the first step, if an image cannot be read or is too
                small, or another argument is invalid.
            RuntimeError: If the loss becomes infinite or NaN.

        Reference:
            [Controlling Perceptual Factors in Neural Style Transfer](
            https://arxiv.org/abs/1611.07865), section 6, for coarse to fine.
        """
        style_list = as_list(styles)
        mixture = normalize_style_weights(style_weights, len(style_list))
        stages = coarse_to_fine.build_stages(
            content, style_list, size, style_size or size, self.min_side
        )
        self.check_sizes(stages[0])
        if keep_color:
            stages = [stage.to_luminance() for stage in stages]
        seed = fresh_seed() if seed is None else seed
        image = coarse_to_fine.initial_image(start, stages[0].content, seed)
        steps_per_stage = [max(1, steps >> index) for index in range(len(stages))]
        monitor = ProgressMonitor(
            sum(steps_per_stage), self.term_weights, callback, verbose
        )
        pixel_optimizer = optimizers.get(optimizer)
        for stage, num_steps in zip(stages, steps_per_stage, strict=True):
            image = self.optimize_stage(
                image, stage, mixture, pixel_optimizer, num_steps, monitor
            )
        monitor.close()
        return monitor.result(image)

    def optimize_stage(
        self,
        image: FloatArray,
        stage: Stage,
        mixture: Sequence[float],
        optimizer: PixelOptimizer,
        num_steps: int,
        monitor: ProgressMonitor,
    ) -> FloatArray:
        """Returns an image optimized at the size of a stage.

        Args:
            image: Initial image, at the size of the previous stage.
            stage: The images at this size.
            mixture: Weight of each style, sum 1.
            optimizer: Optimizer of the pixels.
            num_steps: Maximum number of steps.
            monitor: Called with the initial image, and after each step.
        """
        monitor.start_stage(stage)
        image = preprocessing.resize(image, stage.content.shape)
        objective = self.objective_for(stage, mixture)
        return optimizer.minimize(objective, image, num_steps, monitor)

    @validated
    def measure(
        self,
        image: ImageSource,
        content: ImageSource,
        styles: Styles,
        style_weights: StyleWeights | None = None,
    ) -> dict[str, float]:
        """Computes the three unweighted loss terms of an image.

        Args:
            image: Path or array of an image of the content's size.
            content: As in `stylize`, at its original size.
            styles: As in `stylize`, at their original sizes.
            style_weights: As in `stylize`.

        Returns:
            Dictionary of `content`, `style` and `variation`.
        """
        style_list = as_list(styles)
        mixture = normalize_style_weights(style_weights, len(style_list))
        (stage,) = coarse_to_fine.build_stages(content, style_list, None, None)
        pixels = preprocessing.rescale(preprocessing.read(image, "stylized"), 1)
        self.check_sizes(stage)
        check(
            pixels.shape == stage.content.shape,
            "`image` must have the size of `content`.",
            expected="{1}x{2} pixels, height by width".format(*stage.content.shape),
            received="{1}x{2}".format(*pixels.shape),
            do="Resize one of them.",
        )
        terms = self.objective_for(stage, mixture)(pixels)[1]
        return dict(zip(TERMS, map(float, terms), strict=True))

    def objective_for(self, stage: Stage, mixture: Sequence[float]) -> Objective:
        """Returns the objective of a stage, tiled if its images are large.

        Args:
            stage: The images at one size.
            mixture: Weight of each style, sum 1.
        """
        images = (stage.content, *stage.styles)
        longest = max(max(image.shape) for image in images)
        is_tiled = self.receptive_radius is not None and longest > MAX_UNTILED_SIDE
        objective = self.tiled_objective() if is_tiled else self.objective()
        objective.set_targets(stage.content, stage.styles, mixture)
        return objective

    def objective(self) -> Objective:
        """Returns the objective, without targets."""
        return Objective(*self.objective_arguments())

    def tiled_objective(self, tile_side: int = TILE_SIDE) -> TiledObjective:
        """Returns the objective in tiles, for networks of known receptive radius.

        Args:
            tile_side: Side of a tile without its margin, in pixels.

        Raises:
            ValueError: If the receptive radius is unknown.
        """
        if self.receptive_radius is None:
            raise user_error(
                "The features of this network cannot be computed in tiles.",
                expected="a network of known receptive radius: a named one",
                received="receptive_radius=None",
                do="Set transfer.receptive_radius, in pixels, a multiple of 16.",
            )
        return TiledObjective(
            *self.objective_arguments(),
            tile_side=tile_side,
            margin=self.receptive_radius,
        )

    def objective_arguments(
        self,
    ) -> tuple[Model, list[float], list[float], tuple[float, ...]]:
        """Returns the extractor, the weights of its layers, and those of the terms."""
        content_weights = list(self.content_layers.values())
        style_weights = list(self.style_layers.values())
        return self.extractor, content_weights, style_weights, self.term_weights

    def check_sizes(self, stage: Stage) -> None:
        """Validates that the images of a stage are as large as the network requires."""
        preprocessing.check_min_side(stage.content, "content", self.min_side, "size")
        for style in stage.styles:
            preprocessing.check_min_side(style, "style", self.min_side, "style_size")


def as_list(styles: Styles) -> list[ImageSource]:
    """Returns a list of styles; a single style becomes a list of one."""
    if isinstance(styles, list | tuple):
        return list(styles)
    return [cast(ImageSource, styles)]
