"""Generative adversarial networks for Keras 3 on TensorFlow."""
from keras_gan import config, random, images
