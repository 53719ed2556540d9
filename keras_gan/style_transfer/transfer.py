"""StyleTransfer: what pictures are compared by, and the loop that paints."""

import functools

from keras_gan.config import check, check_count, check_seed
from keras_gan.random import fresh_seed
from keras_gan.style_transfer import networks, optimizers, painting, pictures
from keras_gan.style_transfer.arguments import (
    check_weights,
    layer_weights,
    style_shares,
    term_weights,
)
from keras_gan.style_transfer.objective import TERMS, Objective
from keras_gan.style_transfer.tiles import TiledObjective

WHOLE, TILE = 1024, 768
"""Pixels a side of the largest picture that is compared in one piece, and of the parts
in which larger ones are compared, if they can be."""


class StyleTransfer:
    """Paints the content of one picture in the style of another.

    A picture `x` is moved until a network's features say that it shows what the content
    picture shows, in the colors and textures of the style:

    `content_weight L_content + style_weight L_style + variation_weight L_variation`

    with the sums over layers `l` of

    - `L_content = sum w_l ||F_l(x) - F_l(content)||^2 / ||F_l(content)||^2`,
    - `L_style = sum w_l ||G_l(x) - G_l(style)||^2 / ||G_l(style)||^2`, where
      `G = F^T F / (H W)` is the Gram matrix of a layer's features `F`,
    - `L_variation`, the mean square difference of neighboring pixels.

    These are the losses of Gatys, Ecker and Bethge, each layer's divided by what it
    would be for `F = 0`: so 1 is far and 0 is equal, whatever the network and the
    layer, and a weight means the same for all of them. `w_l` sum to 1.

    Args:
        features: `"vgg19"` (ImageNet weights, fetched once by Keras), `"random"` (an
            untrained VGG, needs no network), the path of a `.keras` file, or any
            functional or Sequential Keras network of RGB images in [-1, 1]. One of a
            fixed size, such as a classifier, is built anew for pictures of any size, up
            to the layers that are named.
        content_layers: Names of layers whose features have a height and a width, or a
            dictionary from names to weights. By default those that go well with the
            features by name; none in a network of your own.
        style_layers: The same for the style.
        content_weight: Weight of the content, 0 or more; by default 0.15, and 0 if the
            content has no layers.
        style_weight: Weight of the style, 0 or more; by default 1, and 0 if the style
            has no layers: then the content alone is painted.
        variation_weight: Weight of the variation, 0 or more; by default 0.05.

    Raises:
        ValueError: If a layer is not there or needs pictures of one size; if a weight
            is negative, is given to a term without layers, or all are 0.
        OSError: At once, if the weights of VGG19 cannot be had.

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
    >>> made = transfer.stylize(content, style, size=32, steps=2, seed=0, verbose=0)
    >>> made.image.shape, made.history["style"][0] > made.history["style"][-1]
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
        given = {
            "content_weight": content_weight,
            "style_weight": style_weight,
            "variation_weight": variation_weight,
        }
        check_weights(**given)
        self.network, choice = networks.get(features)
        self.reach = choice.reach
        usual = choice.content_layers
        self.content_layers = layer_weights(content_layers, usual, "content")
        self.style_layers = layer_weights(style_layers, choice.style_layers, "style")
        names = [*self.content_layers, *self.style_layers]
        check(
            names,
            "The transfer has no layers to compare pictures by.",
            expected="content_layers or style_layers",
            received="neither, for features without usual ones",
            do="Name some of: "
            + ", ".join(layer.name for layer in self.network.layers),
        )
        weighed = {
            "content_weight": self.content_layers,
            "style_weight": self.style_layers,
        }
        self.weights = term_weights(weighed, **given)
        self.extractor = networks.extractor(self.network, names)

    @functools.cached_property
    def smallest(self):
        """The fewest pixels a side that all layers can take, 2 or more."""
        return networks.smallest_side(self.extractor)

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
        """Paints a picture.

        From coarse to fine: the first picture is small, each next one has twice its
        height and width, begins where the last one ended, and takes half as many steps.
        So large forms are settled where a step is cheap.

        Args:
            content: Path of a picture, or an array `(height, width, channels)` or
                `(height, width)`: `uint8`, or floats in [-1, 1].
            styles: The same, or a list of them.
            style_weights: How much of each style, 0 or more; equal by default. Their
                Gram matrices are mixed in these proportions.
            size: Pixels of the longer side of the result, 8 or more.
            style_size: Pixels of the longer side of the styles at the last size, where
                they are never larger than they are; `size` by default. Less makes finer
                strokes.
            steps: Steps at the smallest size, 1 or more.
            start: `"noise"` or `"content"`.
            keep_color: Whether the content's colors stay: the luminance alone is moved
                and compared, with that of the style, brought to the content's mean and
                spread.
            optimizer: `"lbfgs"`, `LBFGS(memory)`, `"adam"`, or a Keras optimizer.
            seed: Whole number that decides the noise; by default
                `keras.utils.set_random_seed` does.
            callback: Called after each step with its number, from 1, and a `Stylized`.
            verbose: 1 for a progress bar with the three terms, 0 for silence.

        Returns:
            A `Stylized`.

        Raises:
            ValueError: Before the first step, if a picture cannot be read or is too
                small, or another argument is not as above.
            RuntimeError: If the sum becomes infinite or not a number.

        Reference:
            [Controlling Perceptual Factors in Neural Style Transfer](
            https://arxiv.org/abs/1611.07865), section 6, for coarse to fine.
        """
        style_size = size if style_size is None else style_size
        check_count(size, "size")
        check_count(style_size, "style_size")
        check_count(steps, "steps")
        check_seed(seed)
        mover = optimizers.get(optimizer)
        styles = as_list(styles)
        mixture = style_shares(style_weights, len(styles))
        stages = painting.stages(content, styles, size, style_size, self.smallest)
        self.check_sizes(stages[0])
        stages = [stage.gray() for stage in stages] if keep_color else stages
        seed = fresh_seed() if seed is None else seed
        image = painting.begin(start, stages[0].content, seed)
        budget = [max(1, steps >> number) for number in range(len(stages))]
        watch = painting.Watch(sum(budget), self.weights, callback, verbose)
        for stage, count in zip(stages, budget, strict=True):
            objective = self.objective_for(stage)
            objective.bind(stage.content, stage.styles, mixture)
            watch.enter(stage)
            image = pictures.resized(image, stage.content.shape)
            image = mover.minimize(objective, image, count, watch)
        watch.close()
        return watch.result(image)

    def measure(self, image, content, styles, style_weights=None):
        """Measures the three terms of a picture, without their weights.

        Args:
            image: A picture of the size of the content: a path or an array.
            content: As in `stylize`, at its own size.
            styles: As in `stylize`, at their own sizes.
            style_weights: As in `stylize`.

        Returns:
            Dictionary of `content`, `style` and `variation`.
        """
        styles = as_list(styles)
        mixture = style_shares(style_weights, len(styles))
        (stage,) = painting.stages(content, styles, None, None)
        image = pictures.scaled(pictures.read(image, "stylized"), 1)
        self.check_sizes(stage)
        check(
            image.shape == stage.content.shape,
            "A picture is measured against a content of its own size.",
            expected="{1}x{2} pixels, height by width".format(*stage.content.shape),
            received="{1}x{2}".format(*image.shape),
            do="Resize one of them.",
        )
        objective = self.objective_for(stage)
        objective.bind(stage.content, stage.styles, mixture)
        return dict(zip(TERMS, map(float, objective(image)[1]), strict=True))

    def objective_for(self, stage):
        """Returns the weighted sum for a stage, in tiles if it is large."""
        longest = max(max(one.shape) for one in (stage.content, *stage.styles))
        tiled = self.reach is not None and longest > WHOLE
        return self.tiled_objective() if tiled else self.objective()

    def objective(self):
        """Returns the weighted sum, bound to no picture yet."""
        return Objective(*self.parts())

    def tiled_objective(self, tile=TILE):
        """Returns the same in tiles, for networks whose reach is known."""
        return TiledObjective(*self.parts(), tile=tile, margin=self.reach)

    def parts(self):
        """Returns the network, the weights of its layers, and those of the terms."""
        layers = (self.content_layers, self.style_layers)
        return self.extractor, *(list(one.values()) for one in layers), self.weights

    def check_sizes(self, stage):
        """Makes sure that pictures have the pixels that the network needs."""
        content, smallest = stage.content, self.smallest
        pictures.check_large_enough(content, "content", smallest, "size")
        for style in stage.styles:
            pictures.check_large_enough(style, "style", smallest, "style_size")


def as_list(styles):
    """Returns styles as a list, also where there is but one."""
    return list(styles) if isinstance(styles, list | tuple) else [styles]
