"""Pretrained GANs that ship with the package: their names, facts and files."""

import dataclasses
import pathlib
import types
from collections.abc import Mapping

FOLDER = pathlib.Path(__file__).parent
"""Folder of the files."""


@dataclasses.dataclass(frozen=True)
class Preset:
    """A pretrained GAN, which `kg.GAN.from_preset` loads.

    Args:
        description: Networks, data and training.
        image_shape: Shape `(height, width, channels)` of the images.
        recipe: Name of the recipe of `kg.recipes` that it was trained with.
        metrics: Measured quality: values by the names of metrics of `kg.metrics`.
        path: The `.keras` file.
    """

    description: str
    image_shape: tuple[int, int, int]
    recipe: str
    metrics: Mapping[str, float]
    path: pathlib.Path


presets: Mapping[str, Preset] = types.MappingProxyType(
    {
        "fashion_mnist": Preset(
            description="DCGAN with 64 latents, trained for 6 epochs on the 60,000 "
            "training images of Fashion-MNIST. Its metrics compare 10,000 generated "
            "images with the 10,000 test images.",
            image_shape=(28, 28, 1),
            recipe="dcgan",
            metrics=types.MappingProxyType({"fd_fashion_mnist": 9.69}),
            path=FOLDER / "fashion_mnist.keras",
        ),
    }
)
"""The presets by name, as in KerasHub. The file of each is `NAME.keras`."""
