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

DATASET_NAME = (
    r"([A-Za-z]\w*:)?[A-Za-z]\w*(/[\w+.-]+)?(:[\d*]+(\.[\d*]+){2})?(/\w+=[^/]*)?"
)
"""Form of the names of datasets."""

DATA_ENDINGS = (
    *(".zip", ".tar", ".tar.gz", ".tgz"),
    *(".tar.bz2", ".tbz2", ".tar.xz", ".txz"),
    *(".npy", ".npz", ".h5", ".hdf5"),
    *(".tfrecord", ".tfrecords", ".tfrec"),
)
"""Endings of files that can be data."""

CHANNELS = (1, 3, 4)
"""Numbers of channels of images: gray, RGB and RGBA."""
