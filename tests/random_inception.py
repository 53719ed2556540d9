"""Inception with random weights, and the same network in NumPy."""

import functools

import numpy as np

from keras_gan.metrics.inception import Weights
from keras_gan.metrics.inception.names import torch_names
from keras_gan.metrics.inception.network import tensor_shapes

RANGES = {
    "gamma": (0.5, 1.5),
    "moving_variance": (0.5, 1.5),
    "beta": (-0.2, 0.2),
    "moving_mean": (-0.2, 0.2),
}
"""Ranges of the uniform weights of batch normalization."""

FEATURE_SCALE = 0.08
"""Scale of the last layers, which gives the features the real mean, 0.28."""


@functools.cache
def random_weights():
    """Returns random weights that preserve the scale of the features (He)."""
    generator = np.random.default_rng(0)
    tensors = {}
    for name, shape in tensor_shapes().items():
        if len(shape) > 1:
            scale = np.float32(np.sqrt(2.0 / np.prod(shape[:-1])))
            tensors[name] = generator.standard_normal(shape, np.float32) * scale
        else:
            low, high = RANGES.get(name.rpartition("/")[2], (-0.1, 0.1))
            tensors[name] = np.float32(generator.uniform(low, high, shape))
    for name, tensor in tensors.items():
        if name.startswith("mixed_10/") and name.endswith(("/gamma", "/beta")):
            last = "/tower" not in name or "/mixed" in name or "/tower_2" in name
            tensors[name] = tensor * np.float32(FEATURE_SCALE) if last else tensor
    return Weights(tensors, "random.pb", 7, "00")


def random_state():
    """Returns the same weights with PyTorch's keys and layout."""
    tensors = random_weights().tensors
    order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
    return {
        key: np.ascontiguousarray(tensors[name].transpose(order[tensors[name].ndim]))
        for name, key in torch_names().items()
    }


class NumpyInception:
    """Inception from its published description, with PyTorch's names, in float64."""

    def __init__(self, state):
        self.state = state

    def unit(self, images, name, stride=1, padding=(0, 0)):
        """Returns convolution, batch normalization and ReLU of images."""
        kernel = np.float64(self.state[f"{name}.conv.weight"])
        rows, columns = padding
        images = np.pad(images, [(0, 0), (rows, rows), (columns, columns), (0, 0)])
        windows = np.lib.stride_tricks.sliding_window_view(
            images, kernel.shape[2:], axis=(1, 2)
        )[:, ::stride, ::stride]
        values = np.tensordot(windows, kernel, ([3, 4, 5], [1, 2, 3]))
        norm = {
            part: np.float64(self.state[f"{name}.bn.{part}"])
            for part in ("weight", "bias", "running_mean", "running_var")
        }
        values = (values - norm["running_mean"]) / np.sqrt(norm["running_var"] + 0.001)
        return np.maximum(values * norm["weight"] + norm["bias"], 0.0)

    def units(self, images, block, *units):
        """Returns the output of several units of a block, in sequence."""
        for name, *arguments in units:
            images = self.unit(images, f"{block}.{name}", *arguments)
        return images

    @staticmethod
    def pool(images, function, stride=1, padding=1):
        """Returns a 3x3 pooling; the padding is NaN, which `function` must ignore."""
        edges = [(0, 0), (padding, padding), (padding, padding), (0, 0)]
        images = np.pad(images, edges, constant_values=np.nan)
        windows = np.lib.stride_tricks.sliding_window_view(images, (3, 3), axis=(1, 2))
        return function(windows[:, ::stride, ::stride], axis=(-1, -2))

    def halve(self, images):
        """Returns a 3x3 max pooling of stride 2."""
        return self.pool(images, np.nanmax, 2, 0)

    def block_a(self, x, block):
        dbl = ("branch3x3dbl_2", 1, (1, 1)), ("branch3x3dbl_3", 1, (1, 1))
        return [
            self.units(x, block, ("branch1x1",)),
            self.units(x, block, ("branch5x5_1",), ("branch5x5_2", 1, (2, 2))),
            self.units(x, block, ("branch3x3dbl_1",), *dbl),
            self.units(self.pool(x, np.nanmean), block, ("branch_pool",)),
        ]

    def block_b(self, x, block):
        dbl = ("branch3x3dbl_2", 1, (1, 1)), ("branch3x3dbl_3", 2)
        return [
            self.units(x, block, ("branch3x3", 2)),
            self.units(x, block, ("branch3x3dbl_1",), *dbl),
            self.halve(x),
        ]

    def block_c(self, x, block):
        row, column = (0, 3), (3, 0)
        once = ("branch7x7_2", 1, row), ("branch7x7_3", 1, column)
        twice = [
            (f"branch7x7dbl_{number}", 1, side)
            for number, side in enumerate([column, row, column, row], start=2)
        ]
        return [
            self.units(x, block, ("branch1x1",)),
            self.units(x, block, ("branch7x7_1",), *once),
            self.units(x, block, ("branch7x7dbl_1",), *twice),
            self.units(self.pool(x, np.nanmean), block, ("branch_pool",)),
        ]

    def block_d(self, x, block):
        middle = ("branch7x7x3_2", 1, (0, 3)), ("branch7x7x3_3", 1, (3, 0))
        return [
            self.units(x, block, ("branch3x3_1",), ("branch3x3_2", 2)),
            self.units(x, block, ("branch7x7x3_1",), *middle, ("branch7x7x3_4", 2)),
            self.halve(x),
        ]

    def block_e(self, x, block, function):
        once = self.units(x, block, ("branch3x3_1",))
        twice = self.units(x, block, ("branch3x3dbl_1",), ("branch3x3dbl_2", 1, (1, 1)))
        return [
            self.units(x, block, ("branch1x1",)),
            self.units(once, block, ("branch3x3_2a", 1, (0, 1))),
            self.units(once, block, ("branch3x3_2b", 1, (1, 0))),
            self.units(twice, block, ("branch3x3dbl_3a", 1, (0, 1))),
            self.units(twice, block, ("branch3x3dbl_3b", 1, (1, 0))),
            self.units(self.pool(x, function), block, ("branch_pool",)),
        ]

    def __call__(self, images):
        """Returns the features and the logits of images in [-1, 1]."""
        x = np.float64(images)
        x = self.unit(x, "Conv2d_1a_3x3", 2)
        x = self.unit(self.unit(x, "Conv2d_2a_3x3"), "Conv2d_2b_3x3", 1, (1, 1))
        x = self.unit(self.halve(x), "Conv2d_3b_1x1")
        x = self.halve(self.unit(x, "Conv2d_4a_3x3"))
        blocks = {
            **dict.fromkeys(["Mixed_5b", "Mixed_5c", "Mixed_5d"], self.block_a),
            "Mixed_6a": self.block_b,
            **dict.fromkeys([f"Mixed_6{letter}" for letter in "bcde"], self.block_c),
            "Mixed_7a": self.block_d,
            "Mixed_7b": functools.partial(self.block_e, function=np.nanmean),
            "Mixed_7c": functools.partial(self.block_e, function=np.nanmax),
        }
        for name, block in blocks.items():
            x = np.concatenate(block(x, name), axis=-1)
        features = x.mean(axis=(1, 2))
        return features, features @ self.state["fc.weight"].T + self.state["fc.bias"]
