"""The FID: the Fréchet distance in the features of the 2015 Inception."""

from keras_gan import config
from keras_gan.metrics import features
from keras_gan.metrics.frechet import FrechetDistance


@config.register
class FID(FrechetDistance):
    """The Fréchet Inception distance between generated and real images.

    `|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))` of the 2,048 pooled features of the
    Inception of 2015-12-05 (Heusel et al., 2017, https://arxiv.org/abs/1706.08500).
    Lower is better. It logs as `fid`, and beside it `fid_images`, the number of
    generated images: compare numbers of equally many only, better 10,000 or more, and
    of one pre-processing only.

    The weights (95 MB, Apache 2.0) are looked for when the metric is made: the path
    given, the environment variable KERAS_GAN_INCEPTION, the cache of Keras. If they are
    nowhere they are fetched, then and never later; `docs/metrics.md` has the addresses.
    Without them `FrechetDistance("fashion_mnist")` is a distance of another name.

    Args:
        preprocessing: How images are resized and scaled: `"tf1"` as the papers,
            `"pytorch"` as pytorch-fid, `"clean"` as clean-fid, `"antialias"` as
            torchmetrics.
        weights: Path of the weights, if they are elsewhere.

    Raises:
        ValueError: If there is no such pre-processing, or the weights are broken,
            altered, or others.
        FileNotFoundError: If there are no weights, and none can be fetched.

    Example:
    >>> import keras_gan as kg
    >>> kg.metrics.FID("nearest")
    Traceback (most recent call last):
    ...
    ValueError: There is no pre-processing of this name.
      Expected: "tf1", "pytorch", "clean" or "antialias"
      Received: 'nearest'
      What to do: Known names: antialias, clean, pytorch, tf1.
    """

    canonical_keys = network_keys = ("fid", "fid_images")

    def __init__(self, preprocessing="tf1", weights=None):
        self.weights = weights
        own = weights is not None
        super().__init__(
            features.Inception(preprocessing, weights)
            if own
            else features.inception(preprocessing)
        )
        config.check(
            self.features.known,
            "These are not the weights with which the FID is computed.",
            expected="the original weights of the 2015 Inception",
            received=f"others, of the fingerprint {self.features.fingerprint}",
            do="Use FrechetDistance(features.Inception(weights=...)): the distance of "
            "another network has another name.",
        )

    def compare(self, real, fake):
        """Returns the distance, and the number of generated images."""
        return super().compare(real, fake), fake.count

    def get_config(self):
        """Returns the arguments of the constructor."""
        weights = None if self.weights is None else str(self.weights)
        return {"preprocessing": self.features.preprocessing, "weights": weights}
