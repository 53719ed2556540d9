"""The Inception compared with four libraries, with the same random weights."""

import types

import numpy as np
import pytest
from random_inception import random_state, random_weights

from keras_gan.metrics import features, inception
from keras_gan.metrics.inception import features as extraction
from keras_gan.metrics.inception import weights

pytestmark = [
    pytest.mark.peers,
    pytest.mark.filterwarnings("ignore"),  # of the other libraries
]

SIZES = [(32, 32), (28, 40), (350, 330)]
TOLERANCE = 5e-6


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


@pytest.fixture(scope="module")
def state(torch):
    """Returns the weights as a PyTorch state dict, with its counters."""
    state = {key: torch.from_numpy(array) for key, array in random_state().items()}
    counters = {
        key.replace("running_mean", "num_batches_tracked"): torch.tensor(0)
        for key in state
        if key.endswith("running_mean")
    }
    return {**state, **counters}


@pytest.fixture(scope="module")
def checkpoint(torch, state, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "weights.pth"
    torch.save(state, path, _use_new_zipfile_serialization=False)
    return path


@pytest.fixture(scope="module", params=SIZES, ids=str)
def images(request):
    shape = (2, *request.param, 3)
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)


def channels_first(torch, images):
    return torch.from_numpy(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))


@pytest.fixture(scope="module")
def pytorch_fid(torch, state):
    """Returns a function that builds pytorch-fid's network with our weights."""
    module = pytest.importorskip("pytorch_fid.inception")

    def make(**options):
        with pytest.MonkeyPatch().context() as patch:
            patch.setattr(module, "load_state_dict_from_url", lambda *a, **k: state)
            return module.InceptionV3([3], **options).eval()

    return make


@pytest.fixture(scope="module")
def peers(torch, state, checkpoint, pytorch_fid):
    """Functions of `uint8` images of other libraries, by our preprocessing."""
    fidelity = pytest.importorskip("torch_fidelity.feature_extractor_inceptionv3")
    torchmetrics = pytest.importorskip("torchmetrics.image.fid")
    resize = pytest.importorskip("cleanfid.resize")
    torchscript = pytest.importorskip("cleanfid.inception_torchscript")
    names, path = ["2048", "logits_unbiased", "logits"], str(checkpoint)
    first = pytorch_fid()
    second = fidelity.FeatureExtractorInceptionV3("ours", names, path)
    third = torchmetrics.NoTrainInceptionV3("ours", ["2048"], path)
    bare = pytorch_fid(resize_input=False, normalize_input=False)
    layers = types.SimpleNamespace(forward=lambda images: bare(images)[0])
    wrapped = types.SimpleNamespace(layers=layers, resize_inside=False)

    def clean(images):
        resized = np.stack([resize.build_resizer("clean")(image) for image in images])
        inputs = channels_first(torch, resized)
        return torchscript.InceptionV3W.forward(wrapped, inputs)

    def pytorch(images):
        return first(channels_first(torch, images).float() / 255)[0][..., 0, 0]

    def run(function):
        def run(images):
            with torch.no_grad():
                return np.asarray(function(images))

        return run

    return {
        "tf1": run(lambda images: second(channels_first(torch, images))[0]),
        "logits_unbiased": run(lambda images: second(channels_first(torch, images))[1]),
        "logits": run(lambda images: second(channels_first(torch, images))[2]),
        "pytorch": run(pytorch),
        "clean": run(clean),
        "antialias": run(lambda images: third(channels_first(torch, images))),
    }


@pytest.fixture(scope="module")
def ours():
    """Our features by preprocessing, in blocks of two images."""
    with pytest.MonkeyPatch().context() as patch:
        patch.setattr(extraction, "BLOCK", 2)
        yield {
            name: features.Inception(name, random_weights())
            for name in ("tf1", "pytorch", "clean", "antialias")
        }


@pytest.mark.parametrize("name", ["tf1", "pytorch", "clean", "antialias"])
def test_features_are_the_peers(name, peers, ours, images):
    expected = peers[name](images)
    found = ours[name](images)
    assert found.shape == expected.shape == (2, 2048)
    difference = np.abs(found - expected).max()
    print(f"{name} {images.shape}: {difference:.2g} of {np.abs(expected).max():.3g}")
    assert difference < TOLERANCE


def test_logits_are_the_peers(peers, ours, images):
    network = ours["tf1"]
    found = network.model(network.preprocess(np.float32(images)))
    for name in ("logits", "logits_unbiased"):
        expected = peers[name](images)
        difference = np.abs(found[name] - expected).max()
        assert difference < TOLERANCE, np.abs(expected).max()


@pytest.mark.parametrize("zipped", [False, True])
def test_a_file_that_pytorch_wrote_is_read(torch, state, zipped, tmp_path):
    path = tmp_path / "weights.pth"
    torch.save(state, path, _use_new_zipfile_serialization=zipped)
    found = inception.read(path)
    assert found.fingerprint == random_weights().fingerprint


def test_tensors_that_pytorch_wrote_as_views_are_read(torch, monkeypatch, tmp_path):
    shapes = {"softmax/biases": (6,), "softmax/weights": (3, 2)}
    monkeypatch.setattr(weights, "tensor_shapes", lambda: shapes)
    run = torch.arange(12.0)
    torch.save(
        {"fc.bias": run[::2], "fc.weight": run[6:].view(3, 2).T}, tmp_path / "a.pth"
    )
    found = inception.read(tmp_path / "a.pth").tensors
    np.testing.assert_array_equal(found["softmax/biases"], [0, 2, 4, 6, 8, 10])
    np.testing.assert_array_equal(found["softmax/weights"], [[6, 7], [8, 9], [10, 11]])


def test_a_module_that_pytorch_wrote_whole_is_refused(torch, tmp_path):
    torch.save(torch.nn.Linear(2, 3), tmp_path / "a.pth")
    with pytest.raises(ValueError, match=r"it names torch\.nn"):
        inception.read(tmp_path / "a.pth")
