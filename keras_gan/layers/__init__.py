"""Keras layers for the generators and discriminators of GANs."""

from keras_gan.layers.adain import AdaptiveInstanceNormalization
from keras_gan.layers.attention import SelfAttention2D
from keras_gan.layers.bias import Bias
from keras_gan.layers.blur import Blur
from keras_gan.layers.conditional import (
    ConditionalBatchNormalization,
    LabelProjection,
)
from keras_gan.layers.constant import LearnedConstant
from keras_gan.layers.convolution import Conv2D, Conv2DTranspose
from keras_gan.layers.embedding import Embedding
from keras_gan.layers.equalized import EqualizedLearningRate
from keras_gan.layers.minibatch import MinibatchDiscrimination, MinibatchStddev
from keras_gan.layers.noise import NoiseInjection
from keras_gan.layers.normalization import BatchNormalization
from keras_gan.layers.pixel_norm import PixelNormalization
from keras_gan.layers.sampling import current_sampling, sampling_context
from keras_gan.layers.spectral import (
    SpectralNormalization,
    frozen_power_iteration,
    update_spectral_norm,
)
from keras_gan.layers.styles import MixStyles, OtherLatents, Truncation

__all__ = [
    "AdaptiveInstanceNormalization",
    "BatchNormalization",
    "Bias",
    "Blur",
    "ConditionalBatchNormalization",
    "Conv2D",
    "Conv2DTranspose",
    "Embedding",
    "EqualizedLearningRate",
    "LabelProjection",
    "LearnedConstant",
    "MinibatchDiscrimination",
    "MinibatchStddev",
    "MixStyles",
    "NoiseInjection",
    "OtherLatents",
    "PixelNormalization",
    "SelfAttention2D",
    "SpectralNormalization",
    "Truncation",
    "current_sampling",
    "frozen_power_iteration",
    "sampling_context",
    "update_spectral_norm",
]
