import hashlib
import io
import tarfile

import numpy as np
import pytest
import tensorflow as tf
from random_inception import random_weights
from torch_files import legacy, some_numbers, tensors_of

from keras_gan.metrics import inception
from keras_gan.metrics.inception import files, weights
from keras_gan.metrics.inception.names import torch_names
from keras_gan.metrics.inception.network import tensor_shapes

SHAPES = {
    "conv/conv2d_params": (3, 2, 5, 4),
    "conv/batchnorm/gamma": (4,),
    "softmax/biases": (7,),
}


@pytest.fixture
def small_network(monkeypatch):
    monkeypatch.setattr(weights, "tensor_shapes", lambda: SHAPES)


def tensors():
    return {name: some_numbers(*shape) for name, shape in SHAPES.items()}


def graph_of(arrays):
    """Returns the content of a `.pb` file with constants, and nodes of other kinds."""
    graph = tf.compat.v1.GraphDef()
    graph.node.add(name="ExpandDims", op="Placeholder")
    for name, array in {**arrays, "pool_3/_reshape/shape": np.int32([1])}.items():
        node = graph.node.add(name=name, op="Const")
        node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(array))
    return graph.SerializeToString()


def archive_of(graph, name="classify_image_graph_def.pb"):
    """Returns the content of a `.tgz` file with a graph and another member."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive:
        for each, data in {"LICENSE": b"x", name: graph}.items():
            member = tarfile.TarInfo(f"./{each}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


def checkpoint_of(arrays):
    order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
    state = {
        torch_names()[name]: np.ascontiguousarray(array.transpose(order[array.ndim]))
        for name, array in arrays.items()
    }
    return legacy(*tensors_of(state))


def written(path, data):
    path.write_bytes(data)
    return path


CONTENT = {
    "a.pb": graph_of,
    "a.tgz": lambda arrays: archive_of(graph_of(arrays)),
    "a.pth": checkpoint_of,
}


@pytest.mark.usefixtures("small_network")
@pytest.mark.parametrize("name", CONTENT)
def test_every_form_holds_the_same_tensors(name, tmp_path):
    data = CONTENT[name](tensors())
    found = inception.read(written(tmp_path / name, data))
    assert set(found.tensors) == set(SHAPES)
    for key, array in tensors().items():
        np.testing.assert_array_equal(found.tensors[key], array)
    assert (found.name, found.size) == (name, len(data))
    assert found.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.usefixtures("small_network")
def test_the_fingerprint_is_that_of_the_tensors_whatever_the_file(tmp_path):
    expected = hashlib.sha256()
    for name in sorted(SHAPES):
        expected.update(f"{name}{SHAPES[name]}".encode() + tensors()[name].tobytes())
    for name, content in CONTENT.items():
        found = inception.read(written(tmp_path / name, content(tensors())))
        assert found.fingerprint == expected.hexdigest()


@pytest.mark.usefixtures("small_network")
@pytest.mark.parametrize("name", CONTENT)
def test_a_converted_file_is_the_same_and_tells_its_source(name, tmp_path):
    source = inception.read(written(tmp_path / name, CONTENT[name](tensors())))
    path = inception.convert(tmp_path / name, tmp_path / "new" / "b.npz")
    found = inception.read(path)
    for part in ("name", "size", "sha256", "fingerprint"):
        assert getattr(found, part) == getattr(source, part)
    for key, array in tensors().items():
        np.testing.assert_array_equal(found.tensors[key], array)
    with pytest.raises(FileExistsError):
        inception.convert(tmp_path / name, path)
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["b.npz"]


@pytest.mark.usefixtures("small_network")
def test_an_altered_converted_file_is_refused(tmp_path):
    source = written(tmp_path / "a.pb", graph_of(tensors()))
    path = inception.convert(source, tmp_path / "b.npz")
    with np.load(path) as arrays:
        altered = dict(arrays)
    altered["softmax/biases"] = altered["softmax/biases"] + np.float32(1e-6)
    np.savez(path, **altered)
    with pytest.raises(ValueError, match="altered after the conversion"):
        inception.read(path)
    np.savez(path, **tensors())
    with pytest.raises(ValueError, match="cannot be read"):
        inception.read(path)
    np.savez(path, **{**tensors(), "origin": np.array([{}], object)})
    with pytest.raises(ValueError, match="an array of objects"):
        inception.read(path)


@pytest.mark.usefixtures("small_network")
@pytest.mark.parametrize("name", [*CONTENT, "b.npz"])
def test_a_cut_file_is_refused(name, tmp_path):
    source = written(tmp_path / "a.pb", graph_of(tensors()))
    inception.convert(source, tmp_path / "b.npz")
    if name in CONTENT:
        written(tmp_path / name, CONTENT[name](tensors()))
    data = (tmp_path / name).read_bytes()
    for size in (0, 10, len(data) // 2, len(data) - 30):
        path = written(tmp_path / name, data[:size])
        with pytest.raises(ValueError, match=r"cannot be read|does not contain"):
            inception.read(path)


@pytest.mark.usefixtures("small_network")
def test_an_archive_without_the_graph_is_refused(tmp_path):
    path = written(tmp_path / "a.tgz", archive_of(b"", "other.pb"))
    with pytest.raises(ValueError, match=r"KeyError: 'classify_image_graph_def.pb'"):
        inception.read(path)


def test_another_networks_file_is_refused(tmp_path):
    path = written(tmp_path / "a.pb", graph_of(tensors()))
    with pytest.raises(ValueError, match=r"472 tensors[^$]*torchvision have another"):
        inception.read(path)


def test_other_files_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="Inception weights does not exist"):
        inception.read(tmp_path / "none.pb")
    with pytest.raises(FileNotFoundError):
        inception.read(tmp_path)
    with pytest.raises(ValueError, match=r"extension '\.pkl'"):
        inception.read(written(tmp_path / "inception-2015-12-05.pkl", b"x"))
    with pytest.raises(ValueError, match=r"Write to [^$]*a\.npz"):
        inception.convert(tmp_path / "a.pb", tmp_path / "a.h5")


def test_a_huge_file_is_not_even_read(tmp_path):
    with open(tmp_path / "a.pth", "wb") as file:
        file.truncate(2**29)
    with pytest.raises(ValueError, match="536,870,912 bytes"):
        inception.read(tmp_path / "a.pth")


def test_only_the_published_files_are_known():
    def known(name, size, sha256):
        return inception.Weights({}, name, size, sha256).known

    sha256 = files.CHECKPOINT.sha256
    assert sha256.startswith("6726825d")
    assert known("pt_inception-2015-12-05-6726825d.pth", 95_628_359, sha256)
    assert known("renamed.pth", 95_628_359, sha256)
    assert not known("pt_inception-2015-12-05-6726825d.pth", 95_628_359, "0" * 64)
    assert not known("pt_inception-2015-12-05-6726825d.pth", 95_628_358, sha256)
    assert known("classify_image_graph_def.pb", 95_673_916, "any")
    assert not known("classify_image_graph_def.pb", 95_673_915, "any")
    assert known("inception-2015-12-05.tgz", 88_931_400, "any")
    assert not known("inception-2015-12-05.npz", 88_931_400, "any")


@pytest.mark.slow
@pytest.mark.parametrize("name", CONTENT)
def test_the_whole_network_goes_through_every_form(name, tmp_path):
    expected = random_weights()
    data = CONTENT[name](expected.tensors)
    if name == "a.pth":  # the published one has 94 counters of 200 bytes more
        assert abs(len(data) - files.CHECKPOINT.size) < 0.001 * files.CHECKPOINT.size
    found = inception.read(written(tmp_path / name, data))
    assert set(found.tensors) == set(tensor_shapes())
    assert found.fingerprint == expected.fingerprint
    path = inception.convert(tmp_path / name, tmp_path / "b.npz")
    assert inception.read(path).fingerprint == expected.fingerprint
