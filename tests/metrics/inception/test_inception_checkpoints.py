import collections
import os
import pickle
import zipfile

import numpy as np
import pytest
import torch_files
from torch_files import Stored, Tensor, legacy, some_numbers, tensors_of, zipped

from keras_gan.metrics.inception import weights

KEYS = {
    "conv/conv2d_params": "Conv2d_1a_3x3.conv.weight",
    "conv/batchnorm/gamma": "Conv2d_1a_3x3.bn.weight",
    "softmax/weights": "fc.weight",
    "softmax/biases": "fc.bias",
}
FORMS = [legacy, zipped]


@pytest.fixture(autouse=True)
def small_network(monkeypatch):
    shapes = {
        "conv/conv2d_params": (3, 2, 5, 4),
        "conv/batchnorm/gamma": (4,),
        "softmax/weights": (6, 7),
        "softmax/biases": (7,),
    }
    monkeypatch.setattr(weights, "tensor_shapes", lambda: shapes)


def arrays():
    return {
        "Conv2d_1a_3x3.conv.weight": some_numbers(4, 5, 3, 2),
        "Conv2d_1a_3x3.bn.weight": some_numbers(4),
        "Conv2d_1a_3x3.bn.num_batches_tracked": np.array(0, np.int64),
        "fc.weight": some_numbers(7, 6),
        "fc.bias": some_numbers(7),
    }


def read(data, folder):
    path = folder / "weights.pth"
    path.write_bytes(data)
    return weights.read(path)


@pytest.mark.parametrize("form", FORMS)
def test_a_checkpoint_is_read_in_tensorflows_layout(form, tmp_path):
    state_dict = arrays()
    found = read(form(*tensors_of(state_dict)), tmp_path).tensors
    kernel = state_dict["Conv2d_1a_3x3.conv.weight"]
    for row, column in np.ndindex(3, 2):
        expected = kernel[:, :, row, column].T
        np.testing.assert_array_equal(
            found["conv/conv2d_params"][row, column], expected
        )
    np.testing.assert_array_equal(found["softmax/weights"], state_dict["fc.weight"].T)
    np.testing.assert_array_equal(found["softmax/biases"], state_dict["fc.bias"])
    assert set(found) == set(KEYS)


@pytest.mark.parametrize("form", FORMS)
def test_a_tensor_that_is_a_view_is_read(form, tmp_path):
    state_dict = arrays()
    expected = state_dict["fc.weight"]
    state_dict["fc.weight"] = np.asfortranarray(expected)
    state, stored = tensors_of(state_dict)
    run = some_numbers(20)
    stored[-1] = Stored(run, "2000")
    state["fc.bias"] = Tensor(stored[-1], 3, (7,), (2,))
    found = read(form(state, stored), tmp_path).tensors
    np.testing.assert_array_equal(found["softmax/weights"], expected.T)
    np.testing.assert_array_equal(found["softmax/biases"], run[3:17:2])


class Runs:
    """A pickle that runs code when it is loaded."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


def hostile(path):
    """Files that would run code, by name."""
    state, stored = tensors_of(arrays())
    worse = collections.OrderedDict(state, more=Runs(path))
    whole = legacy(state, stored)
    yield "in the state", legacy(worse, stored)
    yield "in a zipped state", zipped(worse, stored)
    yield "at the beginning", pickle.dumps(Runs(path), 2) + whole
    magic = len(torch_files.pickled(torch_files.MAGIC))
    yield "as the version", whole[:magic] + pickle.dumps(Runs(path)) + whole[magic:]
    yield "eval", b"cbuiltins\neval\n(X\x04\x00\x00\x001+1 tR."
    yield "by a stack of names", b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x01x\x85R."
    yield "an extension", b"\x80\x02\x82\x01."
    yield (
        "a class, changed",
        (b"ctorch._utils\n_rebuild_tensor_v2\n}U\x08__call__cos\nsystem\nsb."),
    )


@pytest.mark.parametrize("name", [name for name, _ in hostile("")])
def test_a_hostile_file_is_refused_and_nothing_is_run(name, tmp_path):
    proof = tmp_path / "was run"
    data = dict(hostile(proof))[name]
    with pytest.raises(ValueError, match="no code of it was run"):
        read(data, tmp_path)
    assert not proof.exists()


def test_the_refusal_says_what_the_file_wanted(tmp_path):
    data = dict(hostile(tmp_path / "was run"))["in the state"]
    with pytest.raises(ValueError, match=f"names {os.name}.mkdir, which no dictionary"):
        read(data, tmp_path)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [
        (1, (7,), (1,)),
        (0, (7,), (2,)),
        (-1, (7,), (1,)),
        (6, (7,), (-1,)),
        (0, (10**12,), (0,)),
        (0, (7,), (1, 1)),
        (0.5, (7,), (1,)),
    ],
)
def test_a_tensor_out_of_its_storage_is_refused(form, offset, shape, strides, tmp_path):
    state, stored = tensors_of(arrays())
    bias = next(each for each in stored if each.array.size == 7)
    state["fc.bias"] = Tensor(bias, offset, shape, strides)
    with pytest.raises(ValueError, match="cannot be read"):
        read(form(state, stored), tmp_path)


@pytest.mark.parametrize("form", FORMS)
def test_a_cut_file_is_refused_wherever_it_is_cut(form, tmp_path):
    data = form(*tensors_of(arrays()))
    for size in (0, 1, 20, len(data) // 3, len(data) - 100, len(data) - 1):
        with pytest.raises(ValueError, match="cannot be read"):
            read(data[:size], tmp_path)


def test_a_compressed_file_is_refused(tmp_path):
    data = zipped(*tensors_of(arrays()), zipfile.ZIP_DEFLATED)
    with pytest.raises(ValueError, match="its members are compressed"):
        read(data, tmp_path)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", [None, 5, b"", []])
def test_what_is_no_dictionary_is_refused(form, key, tmp_path):
    with pytest.raises(ValueError, match=r"keras\.applications|cannot be read"):
        read(form(key, []), tmp_path)


@pytest.mark.parametrize("form", FORMS)
def test_other_tensors_than_the_networks_are_named(form, tmp_path):
    state_dict = arrays()
    state_dict["fc.bias"] = some_numbers(8)
    del state_dict["fc.weight"]
    with pytest.raises(ValueError, match=r"softmax/biases: [^$]*softmax/weights: None"):
        read(form(*tensors_of(state_dict)), tmp_path)
    state_dict = {**arrays(), "fc.bias": np.arange(7)}
    with pytest.raises(ValueError, match=r"softmax/biases: \('int64', \(7,\)\)"):
        read(form(*tensors_of(state_dict)), tmp_path)
    broken = arrays()
    broken["fc.bias"][2] = np.nan
    with pytest.raises(ValueError, match="softmax/biases: NaN"):
        read(form(*tensors_of(broken)), tmp_path)
