"""Files from strangers: nothing in them runs code, fills memory, or is half loaded."""

import io
import json
import pathlib
import struct
import tracemalloc
import warnings
import zipfile

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, points, state, toy, toy_dcgan

import keras_gan as kg
from keras_gan.errors import UserError
from keras_gan.metrics import classifier_file, statistics
from keras_gan.saved_files import limits, models, npz
from keras_gan.style_transfer import networks as style_networks

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
BOUND = 16 * 2**20
"""Bytes that a refused file may take: far below what each would."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A file of a trained GAN with an averaged generator."""
    path = tmp_path_factory.mktemp("saved") / "gan.keras"
    trained(ema_momentum=0.9).save(path)
    return path


def trained(**changes):
    gan = toy(**changes)
    gan.compile(run_eagerly=True)
    gan.train_on_batch(points(8))
    return gan


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path, contents, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def changed(saved, path, change):
    """Writes a GAN whose config was changed in place by a function."""
    contents = members(saved)
    config = json.loads(contents[CONFIG])
    change(config)
    return write(path, contents | {CONFIG: json.dumps(config)})


def with_weights(saved, path, change):
    """Writes a GAN whose HDF5 file was changed by a function."""
    contents = members(saved)
    file = io.BytesIO(contents[WEIGHTS])
    with h5py.File(file, "r+") as weights:
        change(weights)
    return write(path, contents | {WEIGHTS: file.getvalue()})


def refused(path, *words, load=kg.GAN.from_preset):
    """Asserts an error of four facts, and no new file."""
    before = sorted(path.parent.iterdir())
    with pytest.raises(UserError, match=facts(*words)):
        load(path)
    assert sorted(path.parent.iterdir()) == before


@pytest.fixture
def little_memory():
    """Asserts that a test allocates little in Python and NumPy at any time."""
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < BOUND


def test_a_sound_file_is_loaded(saved):
    gan = kg.GAN.from_preset(saved)
    assert gan.compiled
    assert int(gan.steps) == 1


# The archive.


@pytest.mark.parametrize("name", ["../a", "/a", "C:\\a", "assets/../../a", "..\\a"])
def test_a_member_outside_of_the_archive(saved, tmp_path, name):
    path = write(tmp_path / "a.keras", members(saved) | {name: b"1"})
    refused(path, "has a member outside of it")


@pytest.mark.parametrize("name", [CONFIG, WEIGHTS])
def test_a_missing_member(saved, tmp_path, name):
    contents = members(saved)
    del contents[name]
    refused(write(tmp_path / "a.keras", contents), "not a saved GAN")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice(saved, tmp_path):
    path = write(tmp_path / "a.keras", members(saved))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(CONFIG, "{}")
    refused(path, "two members of the same name")


def test_an_encrypted_member(saved, tmp_path):
    path = write(tmp_path / "a.keras", members(saved))
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + offset] |= 1
    path.write_bytes(content)
    refused(path, "member that cannot be read")


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        (CONFIG, 2**25, "The config of"),
        (WEIGHTS, 2**25, "The weights of"),
        pytest.param("assets/a", 2**26 + 1, "other members", marks=pytest.mark.slow),
    ],
)
def test_a_member_that_unpacks_to_very_much(saved, tmp_path, name, size, words):
    contents = members(saved) | {name: b" " * size}
    path = write(tmp_path / "a.keras", contents, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 2**20
    del contents
    tracemalloc.start()
    refused(path, words)
    assert tracemalloc.get_traced_memory()[1] < BOUND
    tracemalloc.stop()


def test_a_limit_is_adjustable(saved, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_JSON_BYTES", 100)
    refused(saved, "The config of")
    with pytest.raises(ValueError, match=r"limits\.MAX_JSON_BYTES"):
        kg.GAN.from_preset(saved)


@pytest.mark.slow
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_that_was_packed_again_is_loaded(saved, tmp_path, compression):
    path = write(tmp_path / "a.keras", members(saved), compression)
    np.testing.assert_array_equal(
        kg.GAN.from_preset(path).generate(4, seed=0),
        kg.GAN.from_preset(saved).generate(4, seed=0),
    )


@pytest.mark.parametrize("cut", [0, 10, 1000, -10])
def test_a_file_that_is_cut_short(saved, tmp_path, cut):
    path = tmp_path / "a.keras"
    path.write_bytes(saved.read_bytes()[:cut])
    refused(path, "not a saved GAN")


# The config.


@pytest.mark.parametrize("levels", [300, 100_000])
def test_a_config_of_very_many_levels(saved, tmp_path, levels):
    contents = members(saved) | {CONFIG: "[" * levels + "]" * levels}
    refused(write(tmp_path / "a.keras", contents), "nested too deeply")


@pytest.mark.parametrize("config", ["", "[]", "1", '{"class_name": 1, "config": {}}'])
def test_a_config_of_no_model(saved, tmp_path, config):
    contents = members(saved) | {CONFIG: config}
    refused(write(tmp_path / "a.keras", contents), "not a saved GAN")


def layers_of(config, network="generator"):
    return config["config"][network]["config"]["layers"]


def replace_layer(config, entry):
    layer = layers_of(config)[1]
    layer.update(entry | {"registered_name": None})


FUNCTION = {"class_name": "function", "registered_name": None}
UNSAFE = {
    "a function of the system": {
        "module": "keras.layers",
        "class_name": "Activation",
        "config": {"activation": {"module": "os", "config": "system", **FUNCTION}},
    },
    "a function that downloads": {
        "module": "keras.layers",
        "class_name": "Lambda",
        "config": {
            "function": {"module": "keras.utils", "config": "get_file", **FUNCTION}
        },
    },
    "a class of another package": {
        "module": "subprocess",
        "class_name": "Popen",
        "config": {"args": "touch stolen"},
    },
    "a function as a class": {
        "module": "keras.saving",
        "class_name": "load_model",
        "config": {"filepath": "a.keras"},
    },
    "a switch of the safe mode": {
        "module": "keras.config",
        "class_name": "function",
        "config": "enable_unsafe_deserialization",
    },
    "a saved program": {
        "module": "keras.layers",
        "class_name": "TFSMLayer",
        "config": {"filepath": "folder"},
    },
    "a file of words": {
        "module": "keras.layers",
        "class_name": "StringLookup",
        "config": {"vocabulary": "/etc/passwd"},
    },
}


@pytest.mark.parametrize("kind", UNSAFE)
def test_a_config_that_names_what_is_no_part_of_a_model(saved, tmp_path, kind):
    change = lambda config: replace_layer(config, UNSAFE[kind])  # noqa: E731
    path = changed(saved, tmp_path / "a.keras", change)
    refused(path, "(is not loaded|has a class that is not known)")


def test_a_lambda_is_refused_and_what_allows_it_is_said(tmp_path):
    images = keras.Input((2,))
    outputs = keras.layers.Lambda(lambda value: 2 * value, output_shape=(2,))(images)
    path = tmp_path / "a.keras"
    keras.Model(images, outputs).save(path)
    for load in (kg.GAN.from_preset, classifier_file.load, style_networks.get):
        refused(path, "Python lambda, which is code", load=load)
    with pytest.raises(ValueError, match="enable_unsafe_deserialization"):
        kg.GAN.from_preset(path)


def test_registered_classes_and_functions_are_loaded(tmp_path):
    @keras.saving.register_keras_serializable("strange")
    def double(value):
        return 2 * value

    images = keras.Input((2,))
    outputs = keras.layers.Dense(2, activation=double)(images)
    outputs = keras.layers.Dense(2, activation="relu")(outputs)
    outputs = keras.ops.tanh(outputs)
    model = keras.Model(images, keras.layers.Activation(keras.ops.relu)(outputs))
    model.save(tmp_path / "a.keras")
    loaded = models.load_model(tmp_path / "a.keras")
    np.testing.assert_array_equal(loaded(points(4)), model(points(4)))


@pytest.mark.parametrize("network", ["generator", "discriminator"])
def test_a_layer_of_very_many_weights(saved, tmp_path, network):
    def change(config):
        layers = layers_of(config, network)
        dense = next(layer for layer in layers if layer["class_name"] == "Dense")
        dense["config"]["units"] = 10**10

    path = changed(saved, tmp_path / "a.keras", change)
    refused(path, "more weights than the file")


def test_a_layer_of_gigantic_outputs(tmp_path):
    gan = toy_dcgan()
    config = gan.get_config()
    inputs = keras.Input((4,))
    outputs = keras.layers.Reshape((2, 2, 1))(inputs)
    outputs = keras.layers.UpSampling2D(100_000)(outputs)
    config["generator"] = keras.saving.serialize_keras_object(
        keras.Model(inputs, outputs)
    )
    with pytest.raises(UserError, match=facts("gigantic output")):
        kg.GAN.from_config(config)


@pytest.mark.parametrize("dim", [1, 3, 10**12])
@pytest.mark.usefixtures("little_memory")
def test_latents_that_do_not_fit_the_network(saved, tmp_path, dim):
    def change(config):
        config["config"]["latents"]["config"]["dim"] = dim

    path = changed(saved, tmp_path / "a.keras", change)
    refused(path, "(cannot take latents|latents .* too many components)")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ema_momentum", "a"),
        ("seed", []),
        ("class_names", 7),
        ("augment", {"class_name": "ADA"}),
        ("latents", None),
        ("format_version", "x"),
    ],
)
def test_an_argument_of_another_type(saved, tmp_path, key, value):
    def change(config):
        config["config"][key] = value

    refused(changed(saved, tmp_path / "a.keras", change), "")


# The weights.


def add_external_link(file):
    file["a"] = h5py.ExternalLink("/etc/hostname", "/")


def add_soft_link(file):
    file["a"] = h5py.SoftLink("/vars")


def add_cycle(file):
    file["a"] = file["/"]


def add_external_array(file):
    file.create_dataset("a", (8,), "u1", external=[("/etc/hostname", 0, 8)])


def add_virtual_array(file):
    layout = h5py.VirtualLayout((8,), "u1")
    layout[:] = h5py.VirtualSource("/etc/hostname", "a", (8,))
    file.create_virtual_dataset("a", layout)


def add_text(file):
    file.create_dataset("a", data=["text"], dtype=h5py.string_dtype())


@pytest.mark.parametrize(
    "change",
    [
        *(add_external_link, add_soft_link, add_cycle),
        *(add_external_array, add_virtual_array, add_text),
    ],
)
def test_weights_that_are_not_as_keras_writes_them(saved, tmp_path, change):
    refused(with_weights(saved, tmp_path / "a.keras", change), "is not read")
    path = tmp_path / "a.weights.h5"
    path.write_bytes(members(tmp_path / "a.keras")[WEIGHTS])
    refused(path, "is not read", load=toy().load_weights)


def add_compressed_zeros(file):
    file.create_dataset("a", (10**6, 10**6), "f4", chunks=(1024, 1024), compression=9)


def add_unwritten_array(file):
    file.create_dataset("a", (10**7, 10**5), "f4")


@pytest.mark.parametrize("change", [add_compressed_zeros, add_unwritten_array])
@pytest.mark.usefixtures("little_memory")
def test_weights_of_terabytes_in_a_small_file(saved, tmp_path, change):
    path = with_weights(saved, tmp_path / "a.keras", change)
    assert path.stat().st_size < 2**21
    refused(path, "The weights of", "too large")


def replace_array(file, name, value):
    del file[name]
    file[name] = value


KERNEL = "ema_generator/layers/dense/vars/0"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite(saved, tmp_path, value):
    def change(file):
        file[KERNEL][0, 0] = value

    refused(with_weights(saved, tmp_path / "a.keras", change), "NaN or infinite")


def test_weights_of_another_shape(saved, tmp_path):
    def change(file):
        replace_array(file, KERNEL, np.zeros((3, 3), "f4"))

    refused(with_weights(saved, tmp_path / "a.keras", change), "not a saved GAN")


def test_the_state_of_an_optimizer_that_is_missing(saved, tmp_path):
    def change(file):
        del file["generator_optimizer/vars/2"]

    refused(with_weights(saved, tmp_path / "a.keras", change), "not a saved GAN")


# Weights alone.


@pytest.mark.parametrize(
    "ending", [".weights.h5", pytest.param(".keras", marks=pytest.mark.slow)]
)
def test_weights_without_an_average_become_both(tmp_path, ending):
    source, target = trained(), toy(ema_momentum=0.9)
    target.compile(run_eagerly=True)
    path = tmp_path / f"a{ending}"
    (source.save if ending == ".keras" else source.save_weights)(path)
    target.load_weights(path)
    for network in (target.generator, target.ema_generator):
        for weight, expected in zip(
            network.get_weights(), source.generator.get_weights(), strict=True
        ):
            np.testing.assert_array_equal(weight, expected)
    assert int(target.steps) == 1


def test_averaged_weights_of_a_gan_without_an_average_are_said(tmp_path):
    source, target = trained(ema_momentum=0.9), toy()
    source.save_weights(tmp_path / "a.weights.h5")
    with pytest.warns(UserWarning, match="has a generator and its average"):
        target.load_weights(tmp_path / "a.weights.h5")
    kernel = target.generator.get_weights()[0]
    np.testing.assert_array_equal(kernel, source.ema_generator.get_weights()[0])


@pytest.mark.filterwarnings("ignore:Skipping")
def test_weights_that_do_not_fit_leave_all_as_it_was(tmp_path):
    gan = trained(ema_momentum=0.9)
    before = state(gan)
    other = kg.GAN(
        kg.networks.mlp_generator(width=8, depth=1),
        kg.networks.mlp_discriminator(width=9, depth=1),
        ema_momentum=0.9,
    )
    other.save_weights(tmp_path / "a.weights.h5")
    path = tmp_path / "a.weights.h5"
    refused(path, "cannot be loaded", load=gan.load_weights)
    # Broken values are noticed when all of them have been read.
    gan.save_weights(tmp_path / "b.weights.h5")
    with h5py.File(tmp_path / "b.weights.h5", "r+") as file:
        file["discriminator/layers/dense/vars/0"][0, 0] = np.nan
        file["ema_generator/layers/dense/vars/0"][0, 0] = 7
    path = tmp_path / "b.weights.h5"
    refused(path, "NaN or infinite", load=gan.load_weights)
    after = state(gan)
    assert all(np.array_equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize(
    "content", [None, b"", b"text", b"\x89HDF\r\n\x1a\n" + b"0" * 99]
)
def test_files_that_are_no_weights(tmp_path, content):
    path = tmp_path / "a.weights.h5"
    if content is not None:
        path.write_bytes(content)
    refused(path, "weights", load=toy().load_weights)


def test_shards_in_another_folder(tmp_path):
    path = tmp_path / "a.weights.json"
    path.write_text(json.dumps({"weight_map": {"a": "../b.weights.h5"}}))
    refused(path, "a file in another folder", load=toy().load_weights)


# Arrays, statistics and networks of metrics.


def npy(shape, dtype="<f4", content=b""):
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header + content


@pytest.mark.parametrize(
    "content",
    [
        npy((10**6, 10**6)),
        npy((-1,), content=b"0" * 4),
        npy((1,), "|O", b"cos\nsystem\n"),
        b"text",
        b"",
    ],
    ids=["terabytes", "negative", "objects", "text", "empty"],
)
@pytest.mark.usefixtures("little_memory")
def test_arrays_that_are_not_what_they_say(tmp_path, content):
    path = write(tmp_path / "a.npz", {"a.npy": content})
    with pytest.raises(ValueError, match=r"."):
        npz.read(path)


def test_compressed_arrays_are_refused_and_others_read(tmp_path):
    expected = np.arange(6.0).reshape(2, 3)
    np.savez(tmp_path / "a.npz", a=expected, b="text")
    arrays = npz.read(tmp_path / "a.npz")
    np.testing.assert_array_equal(arrays["a"], expected)
    assert str(arrays["b"]) == "text"
    np.savez_compressed(tmp_path / "b.npz", a=np.zeros(2**16))
    with pytest.raises(ValueError, match="compressed"):
        npz.read(tmp_path / "b.npz")


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays: arrays | {"mean": np.array([{}], object)},
        lambda arrays: {name: arrays[name] for name in arrays if name != "mean"},
        lambda arrays: arrays | {"key": np.array("another")},
    ],
    ids=["objects", "missing", "key"],
)
def test_statistics_that_were_altered_are_computed_again(tmp_path, change):
    metric = kg.metrics.FrechetDistance("fashion_mnist")
    images = np.random.default_rng(0).integers(0, 256, (4, 28, 28, 1), np.uint8)
    statistics.load_real([metric], lambda: [images], tmp_path)
    fingerprint = statistics.Fingerprint.from_batches([images])
    assert statistics.read_statistics(tmp_path, metric, fingerprint)
    (path,) = tmp_path.iterdir()
    with np.load(path) as arrays:
        altered = change(dict(arrays))
    np.savez(path, **altered)
    assert statistics.read_statistics(tmp_path, metric, fingerprint) is None


@pytest.mark.parametrize("load", [classifier_file.load, style_networks.get])
def test_networks_of_features_are_loaded_within_the_same_limits(saved, tmp_path, load):
    contents = members(saved) | {"../a": b""}
    refused(write(tmp_path / "a.keras", contents), "outside of it", load=load)
    path = with_weights(saved, tmp_path / "b.keras", add_unwritten_array)
    refused(path, "too large", load=load)


def test_a_protocol_of_a_network_is_an_object_of_moderate_size(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    for text in ("[1]", "{", "[" * 10**5):
        path.write_text(text)
        refused(path, "", load=classifier_file.read_protocol)
    monkeypatch.setattr(limits, "MAX_JSON_BYTES", 10)
    path.write_text(json.dumps({"sha256": "0" * 64}))
    refused(path, "too large", load=classifier_file.read_protocol)


@pytest.mark.usefixtures("little_memory")
def test_one_value_that_stands_for_very_many_in_a_graph(tmp_path):
    graph = tf.compat.v1.GraphDef()
    node = graph.node.add(name="softmax/weights", op="Const")
    tensor = node.attr["value"].tensor
    tensor.dtype = tf.float32.as_datatype_enum
    tensor.tensor_shape.dim.add(size=10**12)
    tensor.float_val.append(1.0)
    path = tmp_path / "a.pb"
    path.write_bytes(graph.SerializeToString())
    refused(path, "cannot be read", load=kg.metrics.inception.read)


def test_warnings_of_a_load_do_not_leak_filters(saved):
    before = [*warnings.filters]
    kg.GAN.from_preset(saved)
    assert warnings.filters == before
    assert pathlib.Path(saved).is_file()
