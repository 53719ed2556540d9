"""Neural style transfer by optimization of the pixels (Gatys, Ecker and Bethge)."""

from keras_gan.style_transfer.networks import random_vgg, vgg, vgg19
from keras_gan.style_transfer.optimizers import LBFGS
from keras_gan.style_transfer.stylized import Stylized
from keras_gan.style_transfer.terms import gram_matrix, total_variation
from keras_gan.style_transfer.transfer import StyleTransfer

__all__ = [
    "LBFGS",
    "StyleTransfer",
    "Stylized",
    "gram_matrix",
    "random_vgg",
    "total_variation",
    "vgg",
    "vgg19",
]
