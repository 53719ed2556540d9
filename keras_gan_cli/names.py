"""Names that the library knows, for the checks of options before it is loaded.

`tests/cli/test_names.py` compares them with those of the library.
"""

RECIPES = (
    *("gan", "dcgan", "conditional", "lsgan", "improved_gan", "unrolled"),
    *("ebgan", "began", "progressive", "msg_gan", "biggan"),
    *("sngan", "dragan", "r1", "diffaugment", "ada", "relativistic"),
    *("projection", "sagan", "stylegan", "wgan", "wgan_gp", "ttur"),
)
"""Recipes, of `kg.recipes`."""

FEATURE_NETWORKS = (
    *("fashion_mnist", "inception"),
    *("inception_pytorch", "inception_clean", "inception_antialias"),
)
"""Networks of `kg.metrics.features`, whose features metrics compare."""

STYLE_NETWORKS = ("vgg19", "random")
"""Networks of `kg.StyleTransfer`."""

CHANNELS = (1, 3, 4)
"""Numbers of channels of images: gray, RGB and RGBA."""
