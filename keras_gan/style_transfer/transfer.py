"""`StyleTransfer`: the feature network, the weights, and the optimization loop."""

import functools

from keras_gan.config import check_count, check_seed
from keras_gan.errors import check
from keras_gan.random import fresh_seed
from keras_gan.style_transfer import (
    coarse_to_fine,
    networks,
    optimizers,
    preprocessing,
)
from keras_gan.style_transfer.arguments import (
    check_term_weights,
    normalize_layer_weights,
    normalize_style_weights,
    resolve_term_weights,
)
from keras_gan.style_transfer.objective import TERMS, Objective
from keras_gan.style_transfer.tiles import TiledObjective

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

    def __init__(
        self,
        features="vgg19",
        content_layers=None,
        style_layers=None,
        content_weight=None,
        style_weight=None,
        variation_weight=None,
    ):
        weights = {
            "content_weight": content_weight,
            "style_weight": style_weight,
            "variation_weight": variation_weight,
        }
        # Before the network is built, which may take a download.
        check_term_weights(**weights)
        self.network, defaults = networks.get(features)
        self.receptive_radius = defaults.receptive_radius
        self.content_layers = normalize_layer_weights(
            content_layers, defaults.content_layers, "content"
        )
        self.style_layers = normalize_layer_weights(
            style_layers, defaults.style_layers, "style"
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
        self.term_weights = resolve_term_weights(layers, **weights)
        self.extractor = networks.extractor(self.network, names)

    @functools.cached_property
    def min_side(self):
        """Minimum side of an image, in pixels, that all layers accept; at least 2."""
        return networks.min_side(self.extractor)

    def stylize(
        self,
        content,
        styles,
        style_weights=None,
        *,
        size=512,
        style_size=None,
        steps=200,
        start="noise",
        keep_color=False,
        optimizer="lbfgs",
        seed=None,
        callback=None,
        verbose=1,
    ):
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
            verbose: 1 for a progress bar with the three terms, 0 for no output.

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
        style_size = size if style_size is None else style_size
        check_count(size, "size")
        check_count(style_size, "style_size")
        check_count(steps, "steps")
        check_seed(seed)
        pixel_optimizer = optimizers.get(optimizer)
        styles = as_list(styles)
        mixture = normalize_style_weights(style_weights, len(styles))
        stages = coarse_to_fine.build_stages(
            content, styles, size, style_size, self.min_side
        )
        self.check_sizes(stages[0])
        if keep_color:
            stages = [stage.to_luminance() for stage in stages]
        seed = fresh_seed() if seed is None else seed
        image = coarse_to_fine.initial_image(start, stages[0].content, seed)
        steps_per_stage = [max(1, steps >> index) for index in range(len(stages))]
        monitor = coarse_to_fine.ProgressMonitor(
            sum(steps_per_stage), self.term_weights, callback, verbose
        )
        for stage, num_steps in zip(stages, steps_per_stage, strict=True):
            objective = self.objective_for(stage)
            objective.set_targets(stage.content, stage.styles, mixture)
            monitor.start_stage(stage)
            image = preprocessing.resize(image, stage.content.shape)
            image = pixel_optimizer.minimize(objective, image, num_steps, monitor)
        monitor.close()
        return monitor.result(image)

    def measure(self, image, content, styles, style_weights=None):
        """Computes the three unweighted loss terms of an image.

        Args:
            image: Path or array of an image of the content's size.
            content: As in `stylize`, at its original size.
            styles: As in `stylize`, at their original sizes.
            style_weights: As in `stylize`.

        Returns:
            Dictionary of `content`, `style` and `variation`.
        """
        styles = as_list(styles)
        mixture = normalize_style_weights(style_weights, len(styles))
        (stage,) = coarse_to_fine.build_stages(content, styles, None, None)
        image = preprocessing.rescale(preprocessing.read(image, "stylized"), 1)
        self.check_sizes(stage)
        check(
            image.shape == stage.content.shape,
            "`image` must have the size of `content`.",
            expected="{1}x{2} pixels, height by width".format(*stage.content.shape),
            received="{1}x{2}".format(*image.shape),
            do="Resize one of them.",
        )
        objective = self.objective_for(stage)
        objective.set_targets(stage.content, stage.styles, mixture)
        return dict(zip(TERMS, map(float, objective(image)[1]), strict=True))

    def objective_for(self, stage):
        """Returns the objective of a stage, tiled if its images are large."""
        images = (stage.content, *stage.styles)
        longest = max(max(image.shape) for image in images)
        is_tiled = self.receptive_radius is not None and longest > MAX_UNTILED_SIDE
        return self.tiled_objective() if is_tiled else self.objective()

    def objective(self):
        """Returns the objective, without targets."""
        return Objective(*self.objective_arguments())

    def tiled_objective(self, tile_side=TILE_SIDE):
        """Returns the objective in tiles, for networks of known receptive radius."""
        return TiledObjective(
            *self.objective_arguments(),
            tile_side=tile_side,
            margin=self.receptive_radius,
        )

    def objective_arguments(self):
        """Returns the extractor, the weights of its layers, and those of the terms."""
        content_weights = list(self.content_layers.values())
        style_weights = list(self.style_layers.values())
        return self.extractor, content_weights, style_weights, self.term_weights

    def check_sizes(self, stage):
        """Validates that the images of a stage are as large as the network requires."""
        preprocessing.check_min_side(stage.content, "content", self.min_side, "size")
        for style in stage.styles:
            preprocessing.check_min_side(style, "style", self.min_side, "style_size")


def as_list(styles):
    """Returns a list of styles; a single style becomes a list of one."""
    return list(styles) if isinstance(styles, list | tuple) else [styles]
