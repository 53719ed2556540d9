"""Small Fashion-MNIST classifier, a feature network for metrics."""

from keras_gan.metrics.fashion_mnist.network import fashion_mnist_classifier, protocol

__all__ = ["fashion_mnist_classifier", "protocol"]
