"""A small classifier of Fashion-MNIST, whose features the Fréchet distance compares."""

from keras_gan.metrics.fashion_mnist.network import fashion_mnist_classifier, protocol

__all__ = ["fashion_mnist_classifier", "protocol"]
