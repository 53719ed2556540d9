"""Distances compared with published implementations on the same features."""

import numpy as np
import pytest

from keras_gan import metrics

pytestmark = [
    pytest.mark.peers,
    pytest.mark.filterwarnings("ignore"),  # theirs
]


def features(num_images, num_features, seed, shift=0.0):
    """Rectified and correlated, as those of a network, in float32."""
    generator = np.random.default_rng(seed)
    mixing = np.random.default_rng(99).normal(size=(num_features, num_features))
    normal = generator.normal(size=(num_images, num_features)) @ mixing
    return np.float32(np.maximum(normal / np.sqrt(num_features) + 0.3 + shift, 0.0))


def pair(num_real=900, num_fake=700, num_features=64):
    real = features(num_real, num_features, 0)
    return real, features(num_fake, num_features, 1, shift=0.2)


def moments(matrix):
    return np.mean(matrix, axis=0), np.cov(matrix, rowvar=False)


@pytest.mark.parametrize("count", [900, 65, 40])
def test_frechet_distance_of_pytorch_fid_and_clean_fid(count):
    from cleanfid import fid as clean_fid
    from pytorch_fid import fid_score

    real, fake = (np.float64(each[:count]) for each in pair())
    expected = metrics.frechet_distance(real, fake)
    arguments = (*moments(real), *moments(fake))
    tolerance = {"rel": 1e-9} if count > 64 else {"rel": 1e-4}  # else theirs is noise
    for peer in (fid_score.calculate_frechet_distance, clean_fid.frechet_distance):
        assert peer(*arguments) == pytest.approx(expected, **tolerance)


def test_frechet_distance_of_torch_fidelity_and_torchmetrics():
    import torch
    from torch_fidelity.metric_fid import fid_statistics_to_metric
    from torchmetrics.image import fid as torchmetrics_fid

    real, fake = (np.float64(each) for each in pair())
    expected = metrics.frechet_distance(real, fake)
    each_moments = [moments(each) for each in (real, fake)]
    sides = [{"mu": mean, "sigma": covariance} for mean, covariance in each_moments]
    found = fid_statistics_to_metric(*sides, verbose=False)
    found = found["frechet_inception_distance"]
    assert found == pytest.approx(expected, rel=1e-9)
    tensors = [torch.tensor(part) for side in each_moments for part in side]
    found = torchmetrics_fid._compute_fid(*tensors).item()
    assert found == pytest.approx(expected, rel=1e-9)


def test_kernel_distance_of_torch_fidelity():
    import torch
    from torch_fidelity.metric_kid import kid_features_to_metric

    real, fake = pair()
    tensors = [torch.tensor(np.float64(each)) for each in (fake, real)]
    options = {"kid_subsets": 200, "kid_subset_size": 300, "verbose": False}
    peer = kid_features_to_metric(*tensors, **options)
    mean, deviation = metrics.kernel_distance(real, fake, 200, 300)
    theirs = peer["kernel_inception_distance_std"]
    error = np.hypot(deviation, theirs) / np.sqrt(200)  # other subsets
    assert mean == pytest.approx(peer["kernel_inception_distance_mean"], abs=4 * error)
    assert deviation == pytest.approx(theirs, rel=0.3)


def test_kernel_distance_of_everything_of_all_peers():
    import torch
    from cleanfid import fid as clean_fid
    from torch_fidelity.metric_kid import kid_features_to_metric
    from torchmetrics.image.kid import poly_mmd

    real, fake = (np.float64(each) for each in pair(300, 300))
    expected, _ = metrics.kernel_distance(real, fake)
    assert clean_fid.kernel_distance(real, fake, 1, 300) == pytest.approx(
        expected, rel=1e-9
    )
    tensors = [torch.tensor(each) for each in (real, fake)]
    assert poly_mmd(*tensors).item() == pytest.approx(expected, rel=1e-9)
    options = {"kid_subsets": 1, "kid_subset_size": 300, "verbose": False}
    peer = kid_features_to_metric(*tensors, **options)
    found = peer["kernel_inception_distance_mean"]
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("splits", [1, 7, 10])
def test_inception_score_of_torch_fidelity(splits):
    import torch
    from torch_fidelity.metric_isc import isc_features_to_metric

    logits = 3.0 * np.random.default_rng(0).normal(size=(504, 20))
    peer = isc_features_to_metric(torch.tensor(logits), splits, shuffle=False)
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = exponents / exponents.sum(axis=1, keepdims=True)
    expected = [peer[f"inception_score_{part}"] for part in ("mean", "std")]
    found = metrics.inception_score(probabilities, splits)
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("neighbors", [1, 3, 5])
def test_precision_recall_density_and_coverage_of_prdc(neighbors):
    from prdc import compute_prdc

    real, fake = (np.float64(each) for each in pair())
    peer = compute_prdc(real, fake, nearest_k=neighbors)
    found = metrics.precision_recall(real, fake, neighbors)
    assert found == pytest.approx((peer["precision"], peer["recall"]), rel=1e-12)
    found = metrics.density_coverage(real, fake, neighbors)
    assert found == pytest.approx((peer["density"], peer["coverage"]), rel=1e-12)


def test_precision_and_recall_of_torch_fidelity():
    import torch
    from torch_fidelity.metric_prc import prc_features_to_metric

    real, fake = pair()
    tensors = [torch.tensor(np.float64(each)) for each in (fake, real)]
    options = {"prc_neighborhood": 3, "prc_batch_size": 128, "verbose": False}
    peer = prc_features_to_metric(*tensors, **options)
    found = metrics.precision_recall(real, fake)
    assert found == pytest.approx((peer["precision"], peer["recall"]), rel=1e-6)
