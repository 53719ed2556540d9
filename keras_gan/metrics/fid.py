"""FID: the Fréchet distance in the features of the 2015 Inception."""

from typing import Any

from keras_gan import config, errors
from keras_gan.metrics import features
from keras_gan.metrics.frechet import FrechetDistance
from keras_gan.metrics.gaussian import Gaussian
from keras_gan.metrics.inception.preprocessing import Preprocessing
from keras_gan.metrics.inception.weights import Weights
from keras_gan.metrics.metric import MetricName
from keras_gan.metrics.summary import Values
from keras_gan.typing import DTypePolicy, StrPath
from keras_gan.validation import validated


@config.register
class FID(FrechetDistance):
    """Fréchet Inception distance (FID) between generated and real images.

    `|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))` of the 2,048 pooled features of the
    Inception of 2015-12-05 (Heusel et al., 2017, https://arxiv.org/abs/1706.08500).
    Lower is better. It logs `fid` and `fid_images`, the number of generated images:
    compare only values of equally many images, better 10,000 or more, and of one
    preprocessing.

    The weights (95 MB, Apache 2.0) are loaded when the metric is created: from
    `weights`, from the path in the environment variable KERAS_GAN_INCEPTION, or from
    the cache of Keras; otherwise they are downloaded once. `docs/metrics.md` lists the
    addresses. Without them, `FrechetDistance("fashion_mnist")` is a distance of another
    name.

    Args:
        preprocessing: Resizing and scaling of images: `"tf1"` as in the papers,
            `"pytorch"` as in pytorch-fid, `"clean"` as in clean-fid, `"antialias"` as
            in torchmetrics.
        weights: Path of the weights, if they are elsewhere.
        name: Log key, by default `fid`; the number of images logs as `<name>_images`.
        dtype: As in `SampleMetric`.

    Raises:
        ValueError: If the preprocessing is unknown, or the weights are broken, altered,
            or not the original ones.
        FileNotFoundError: If there are no weights, and they cannot be downloaded.

    Example:
    >>> import keras_gan as kg
    >>> kg.metrics.FID("nearest")
    Traceback (most recent call last):
    ...
    keras_gan.errors.UserValueError: `preprocessing` of FID must be one of "tf1", ...
      Expected: one of "tf1", "pytorch", "clean", "antialias"
      Received: preprocessing='nearest'
      What to do: Known names: antialias, clean, pytorch, tf1.
    """

    canonical_keys: tuple[str, ...] = ("fid", "fid_images")
    network_keys: tuple[str, ...] = canonical_keys
    key_suffixes: tuple[str, ...] = ("", "images")

    @validated
    def __init__(
        self,
        preprocessing: Preprocessing = "tf1",
        weights: StrPath | Weights | None = None,
        name: MetricName | None = None,
        dtype: str | DTypePolicy | None = None,
    ) -> None:
        network = (
            features.inception(preprocessing)
            if weights is None
            else features.Inception(preprocessing, weights)
        )
        super().__init__(network, name, dtype)
        errors.check(
            network.known,
            "`weights` must be the original weights of the 2015 Inception.",
            expected="the original weights, with which the FID is defined",
            received=f"others, of the fingerprint {network.fingerprint}",
            do="Use FrechetDistance(features.Inception(weights=...)): the distance of "
            "another network has another name.",
        )

    def compare(self, real: Gaussian, fake: Gaussian) -> Values:
        """Returns the distance, and the number of generated images."""
        return self.distance(real, fake), fake.count

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of the constructor."""
        base = super().get_config()
        return {
            "preprocessing": self.features.preprocessing,
            "weights": self.features.get_config()["weights"],
            "name": base["name"],
            "dtype": base["dtype"],
        }
