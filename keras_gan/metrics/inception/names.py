"""Names of the units of the 2015 Inception in TensorFlow and in PyTorch."""

import functools

BATCH_NORMALIZATION: tuple[str, ...] = (
    "beta",
    "gamma",
    "moving_mean",
    "moving_variance",
)
"""Names in TensorFlow of the four tensors of a unit's batch normalization."""

HEAD: dict[str, str] = {"kernel": "softmax/weights", "bias": "softmax/biases"}

STEM: dict[str, str] = {
    "conv": "Conv2d_1a_3x3",
    "conv_1": "Conv2d_2a_3x3",
    "conv_2": "Conv2d_2b_3x3",
    "conv_3": "Conv2d_3b_1x1",
    "conv_4": "Conv2d_4a_3x3",
}

A: dict[str, str] = {
    "conv": "branch1x1",
    "tower/conv": "branch5x5_1",
    "tower/conv_1": "branch5x5_2",
    "tower_1/conv": "branch3x3dbl_1",
    "tower_1/conv_1": "branch3x3dbl_2",
    "tower_1/conv_2": "branch3x3dbl_3",
    "tower_2/conv": "branch_pool",
}

B: dict[str, str] = {
    "conv": "branch3x3",
    "tower/conv": "branch3x3dbl_1",
    "tower/conv_1": "branch3x3dbl_2",
    "tower/conv_2": "branch3x3dbl_3",
}

C: dict[str, str] = {
    "conv": "branch1x1",
    "tower/conv": "branch7x7_1",
    "tower/conv_1": "branch7x7_2",
    "tower/conv_2": "branch7x7_3",
    "tower_1/conv": "branch7x7dbl_1",
    "tower_1/conv_1": "branch7x7dbl_2",
    "tower_1/conv_2": "branch7x7dbl_3",
    "tower_1/conv_3": "branch7x7dbl_4",
    "tower_1/conv_4": "branch7x7dbl_5",
    "tower_2/conv": "branch_pool",
}

D: dict[str, str] = {
    "tower/conv": "branch3x3_1",
    "tower/conv_1": "branch3x3_2",
    "tower_1/conv": "branch7x7x3_1",
    "tower_1/conv_1": "branch7x7x3_2",
    "tower_1/conv_2": "branch7x7x3_3",
    "tower_1/conv_3": "branch7x7x3_4",
}

E: dict[str, str] = {
    "conv": "branch1x1",
    "tower/conv": "branch3x3_1",
    "tower/mixed/conv": "branch3x3_2a",
    "tower/mixed/conv_1": "branch3x3_2b",
    "tower_1/conv": "branch3x3dbl_1",
    "tower_1/conv_1": "branch3x3dbl_2",
    "tower_1/mixed/conv": "branch3x3dbl_3a",
    "tower_1/mixed/conv_1": "branch3x3dbl_3b",
    "tower_2/conv": "branch_pool",
}

BLOCKS: dict[str, tuple[str, dict[str, str]]] = {
    "mixed": ("Mixed_5b", A),
    "mixed_1": ("Mixed_5c", A),
    "mixed_2": ("Mixed_5d", A),
    "mixed_3": ("Mixed_6a", B),
    "mixed_4": ("Mixed_6b", C),
    "mixed_5": ("Mixed_6c", C),
    "mixed_6": ("Mixed_6d", C),
    "mixed_7": ("Mixed_6e", C),
    "mixed_8": ("Mixed_7a", D),
    "mixed_9": ("Mixed_7b", E),
    "mixed_10": ("Mixed_7c", E),
}
"""Blocks in order: name in TensorFlow, name in PyTorch, and units."""


def unit_names() -> dict[str, str]:
    """Returns a dictionary from TensorFlow's to PyTorch's names of the 94 units.

    Example:
    >>> unit_names()["mixed_8/tower/conv_1"]
    'Mixed_7a.branch3x3_2'
    """
    blocks = {
        f"{scope}/{name}": f"{block}.{branch}"
        for scope, (block, units) in BLOCKS.items()
        for name, branch in units.items()
    }
    return {**STEM, **blocks}


@functools.cache
def torch_names() -> dict[str, str]:
    """Returns a dictionary from TensorFlow's names to `.pth` keys of the 472 tensors.

    Example:
    >>> torch_names()["conv/batchnorm/moving_mean"]
    'Conv2d_1a_3x3.bn.running_mean'
    """
    parts = ("bias", "weight", "running_mean", "running_var")
    names = {HEAD["kernel"]: "fc.weight", HEAD["bias"]: "fc.bias"}
    for name, torch in unit_names().items():
        names[f"{name}/conv2d_params"] = f"{torch}.conv.weight"
        for own, other in zip(BATCH_NORMALIZATION, parts, strict=True):
            names[f"{name}/batchnorm/{own}"] = f"{torch}.bn.{other}"
    return names
