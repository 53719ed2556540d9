"""Exports as files: each is loaded by its runtime and compared with `gan(latents)`."""

import importlib
import itertools
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import FACTS, has_keras, stated, toy, toy_dcgan

import keras_gan as kg
from keras_gan import networks
from keras_gan.export import formats
from keras_gan.export.converters import upsampling_of_known_shape
from keras_gan.export.single_precision import without_half_precision

ENDINGS = {"onnx": ".onnx", "openvino": ".xml", "litert": ".tflite"}


def vary(gan, seed=0):
    """Moves the averaged weights away from the generator's, and returns the GAN."""
    random = np.random.default_rng(seed)
    for weight in gan.ema_generator.weights:
        kept = "variance" in weight.path or not weight.shape
        if not kept and "float" in str(weight.dtype):
            noise = 0.3 * random.standard_normal(weight.shape)
            weight.assign_add(tf.cast(noise, weight.dtype))
    return gan


def of_pair(name, *arguments, **changes):
    """Returns a function that makes a GAN of two networks, from nothing."""

    def make():
        generator = getattr(networks, f"{name}_generator")(*arguments, **changes)
        shape = generator.output_shape
        shape = (shape[-1] if isinstance(shape, list) else shape)[1:]
        classes = {key: changes[key] for key in ("num_classes",) if key in changes}
        other = {"upsampling": "pooling"}.get(name, name)
        discriminator = getattr(networks, f"{other}_discriminator")
        arguments_ = () if len(shape) == 1 else (shape,)
        return kg.GAN(generator, discriminator(*arguments_, width=4, **classes))

    return make


def at_level(make, level):
    """Returns a function that makes a GAN of growing networks at a level."""

    def made():
        gan = make()
        gan.generator.level.assign(level)
        gan.ema_generator.level.assign(level)
        return gan

    return made


PROGRESSIVE = of_pair("progressive", (16, 16, 1), 8, width=4)
NETWORKS = {
    "mlp": of_pair("mlp", (8, 8, 1), 4, width=8, depth=1),
    "points": toy,
    "points of a data_std": of_pair("mlp", data_std=3.0, width=8, depth=1),
    "dcgan": of_pair("dcgan", (28, 28, 1), 8, 4),
    "dcgan of odd size": of_pair("dcgan", (30, 22, 3), 8, 4),
    "dcgan with classes": of_pair("dcgan", (8, 8, 1), 4, 4, num_classes=3),
    "upsampling": of_pair("upsampling", (28, 28, 1), 8, 4),
    "resnet": of_pair("resnet", (16, 16, 3), 8, 4),
    "spectral norm, attention, classes": of_pair(
        *("resnet", (16, 16, 3), 8, 4),
        num_classes=3,
        attention=8,
        normalization="spectral",
    ),
    "biggan": of_pair("biggan", (32, 32, 3), num_classes=3, width=4),
    "progressive": PROGRESSIVE,
    "half grown": at_level(PROGRESSIVE, 1.3),
    "msg": of_pair("msg", (16, 16, 1), 8, width=4),
    "stylegan": of_pair("stylegan", (8, 8, 1), 4, 4, width=4),
}
"""Functions that make GANs, of every generator of `kg.networks`."""

FAST = [("dcgan with classes", "onnx"), ("half grown", "onnx"), ("points", "litert")]


def onnx_runner(path):
    """Returns the function of an ONNX file."""
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    assert [one.name for one in session.get_outputs()] == ["images"]
    return lambda **inputs: session.run(None, inputs)[0]


def openvino_runner(path):
    """Returns the function of an OpenVINO file."""
    core = pytest.importorskip("openvino").Core()
    model = core.compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda **inputs: model(inputs)["images"]


def litert_runner(path):
    """Returns the function of a LiteRT file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TensorFlow's is scheduled for deletion
        try:
            module = importlib.import_module("ai_edge_litert.interpreter")
            interpreter = module.Interpreter(str(path))
        except ImportError:
            interpreter = tf.lite.Interpreter(str(path))
    signature = interpreter.get_signature_runner()
    return lambda **inputs: signature(**inputs)["output_0"]


RUNNERS = {"onnx": onnx_runner, "openvino": openvino_runner, "litert": litert_runner}


def require(name):
    """Skips a test without the packages of a format."""
    if name == "litert" and not has_keras(3, 13):
        pytest.skip("Keras 3.13 exports LiteRT")
    for package in formats.FORMATS[name].packages:
        pytest.importorskip(package)


def inputs_of(gan, count, seed=1):
    """Returns arrays by the names of a generator's inputs."""
    random = np.random.default_rng(seed)
    shape = count, gan.latents.dim
    inputs = {"latents": random.standard_normal(shape).astype("float32")}
    if gan.labels.num_classes:
        classes = random.integers(gan.labels.num_classes, size=count)
        inputs["labels"] = classes.astype("int32")
    return inputs


def images_of(gan, inputs):
    """Returns the images of arrays by name."""
    tensors = [tf.constant(one) for one in inputs.values()]
    return gan(tensors if len(tensors) > 1 else tensors[0]).numpy()


def test_every_generator_is_exported_here():
    names = {name for name in networks.__all__ if name.endswith("_generator")}
    parts = {name.removesuffix("_generator") for name in names}
    assert parts == {name.split()[0] for name in NETWORKS} & parts


CASES = [
    pytest.param(*case, marks=[] if case in FAST else pytest.mark.slow)
    for case in itertools.product(NETWORKS, ENDINGS)
]


@pytest.mark.parametrize(("network", "name"), CASES)
def test_its_runtime_returns_the_images_of_the_averaged_generator(
    tmp_path, network, name
):
    require(name)
    gan = vary(NETWORKS[network]())
    path = tmp_path / "new" / f"generator{ENDINGS[name]}"
    assert gan.export(path, format=name) == path
    assert not [one for one in path.parent.iterdir() if one.name.startswith(".")]
    run = RUNNERS[name](path)
    for count in (1, 5):
        inputs = inputs_of(gan, count)
        expected = images_of(gan, inputs)
        assert expected.std() > 0.05  # not one color
        np.testing.assert_allclose(run(**inputs), expected, atol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ENDINGS)
@pytest.mark.parametrize("network", ["dcgan with classes", "stylegan", "progressive"])
@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision_is_exported_in_float32(tmp_path, policy, network, name):
    require(name)
    keras.config.set_dtype_policy(policy)
    try:
        gan = vary(NETWORKS[network]())
    finally:
        keras.config.set_dtype_policy("float32")
    single = vary(NETWORKS[network]())
    single.ema_generator.set_weights(gan.ema_generator.get_weights())
    path = gan.export(tmp_path / f"generator{ENDINGS[name]}", format=name)
    inputs = inputs_of(gan, 3)
    images = RUNNERS[name](path)(**inputs)
    np.testing.assert_allclose(images, images_of(single, inputs), atol=1e-3)


@pytest.mark.parametrize("activation", ["gelu", "silu", "softplus", "elu"])
def test_activations_that_the_networks_do_not_have_are_exported(tmp_path, activation):
    require("onnx")
    body = [keras.Input((4,)), keras.layers.Dense(64, activation)]
    generator = keras.Sequential([*body, keras.layers.Reshape((8, 8, 1))])
    gan = vary(kg.GAN(generator, networks.mlp_discriminator((8, 8, 1), width=4)))
    path = gan.export(tmp_path / "g.onnx", format="onnx")
    inputs = inputs_of(gan, 5)
    images = onnx_runner(path)(**inputs)
    np.testing.assert_allclose(images, images_of(gan, inputs), atol=1e-5)


def test_the_dtype_of_no_other_layer_is_changed():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        layer = keras.layers.Dense(3)
    finally:
        keras.config.set_dtype_policy("float32")
    config = without_half_precision(layer.get_config())
    assert keras.layers.Dense.from_config(config).compute_dtype == "float32"
    other = keras.layers.Dense(3, dtype="float64").get_config()
    assert without_half_precision(other) == other
    assert without_half_precision({"name": "float16"}) == {"name": "float16"}


@pytest.mark.slow
def test_styles_are_truncated_in_the_file(tmp_path):
    require("onnx")
    gan = vary(NETWORKS["stylegan"]())
    path = gan.export(tmp_path / "generator.onnx", format="onnx", truncation=0.3)
    inputs = inputs_of(gan, 4)
    with kg.layers.sampling_context(truncation=0.3):
        expected = images_of(gan, inputs)
    np.testing.assert_allclose(onnx_runner(path)(**inputs), expected, atol=1e-3)
    assert np.abs(expected - images_of(gan, inputs)).max() > 0.05


def shapes_of(path):
    """Returns the shapes and types of an ONNX file's inputs and output by name."""
    session = pytest.importorskip("onnxruntime").InferenceSession(str(path))
    values = [*session.get_inputs(), *session.get_outputs()]
    return {one.name: (one.shape, one.type) for one in values}


def test_inputs_and_output_have_names_and_any_batch_size(tmp_path):
    require("onnx")
    gan = NETWORKS["dcgan with classes"]()
    (tmp_path / "generator.onnx").write_text("an earlier file")
    path = gan.export(tmp_path / "generator.onnx", format="onnx", opset_version=17)
    assert shapes_of(path) == {
        "latents": (["batch", 4], "tensor(float)"),
        "labels": (["batch"], "tensor(int32)"),
        "images": (["batch", 8, 8, 1], "tensor(float)"),
    }
    onnx = pytest.importorskip("onnx")
    model = onnx.load(path)
    onnx.checker.check_model(model)
    assert {one.domain: one.version for one in model.opset_import}[""] == 17


def test_a_signature_sets_batch_size_names_and_types(tmp_path):
    require("onnx")
    gan = vary(NETWORKS["dcgan with classes"]())
    signature = [
        [
            tf.TensorSpec((2, 4), tf.float32, name="z"),
            keras.InputSpec(dtype="int64", shape=(2,)),
        ]
    ]
    path = gan.export(
        tmp_path / "generator.onnx", format="onnx", input_signature=signature
    )
    assert shapes_of(path) == {
        "z": ([2, 4], "tensor(float)"),
        "labels": ([2], "tensor(int64)"),
        "images": ([2, 8, 8, 1], "tensor(float)"),
    }
    inputs = inputs_of(gan, 2)
    images = onnx_runner(path)(
        z=inputs["latents"], labels=inputs["labels"].astype("int64")
    )
    np.testing.assert_allclose(images, images_of(gan, inputs), atol=1e-3)


SIGNATURES = {
    "another dimension": [tf.TensorSpec((None, 5), tf.float32)],
    "images": [tf.TensorSpec((None, 8, 8, 1), tf.float32)],
    "integers": [tf.TensorSpec((None, 4), tf.int32)],
    "labels, too": [[tf.TensorSpec((None, 4)), tf.TensorSpec((None,), tf.int32)]],
    "no shape": [keras.InputSpec(ndim=2)],
    "no specification": [4],
    "empty": [],
}


@pytest.mark.parametrize("case", SIGNATURES)
def test_a_signature_of_other_inputs_is_refused(tmp_path, case):
    with pytest.raises(ValueError, match=stated("`input_signature`", "(None, 4)")):
        toy_dcgan().export(
            tmp_path / "new" / "g.onnx",
            format="onnx",
            input_signature=SIGNATURES[case],
        )
    assert not list(tmp_path.iterdir())


ARGUMENTS = {
    "unknown format": ("g.onnx", {"format": "onx"}, 'Did you mean "onnx"'),
    "format of Keras": ("g.pt2", {"format": "torch"}, "PyTorch backend"),
    "no format": ("g.onnx", {"format": None}, "`format` of export must be"),
    "another ending": ("g.h5", {"format": "onnx"}, "g.onnx"),
    "no ending": ("g", {"format": "onnx"}, "g.onnx"),
    "ending of another format": ("g.tflite", {"format": "onnx"}, 'format="litert"'),
    "ending of a file": ("g.onnx", {}, 'format="onnx"'),
    "ending of a GAN": ("g.keras", {}, "must be a folder"),
    "two files": ("g.bin", {"format": "openvino"}, "g.xml"),
    "other backend": ("g.onnx", {"format": "onnx", "is_static": True}, "JAX"),
    "other format": ("g", {"opset_version": 17}, 'format="onnx"'),
    "signatures": ("g", {"input_signature": []}, "`input_signature`"),
    "opset": ("g.tflite", {"format": "litert", "opset_version": 17}, '"onnx"'),
    "no opset": ("g.onnx", {"format": "onnx", "opset_version": "17"}, "integer"),
    "verbose": ("g.onnx", {"format": "onnx", "verbose": "yes"}, "True or False"),
    "misspelled": ("g.onnx", {"format": "onnx", "verbos": True}, '"verbose"'),
    "options": ("g.onnx", {"format": "onnx", "optimizations": []}, "optimizations"),
    "latents": ("g.onnx", {"format": "onnx", "truncation": 0.5}, "SavedModel"),
    "truncation": ("g.onnx", {"format": "onnx", "truncation": -1}, "`truncation`"),
    "empty path": ("", {}, "`filepath` must be a path"),
    "no path": (None, {}, "`filepath` must be a path"),
    "bytes": (b"g.onnx", {"format": "onnx"}, "`filepath` must be a path"),
    "unknown user": ("~nobody-of-this-name/g.onnx", {"format": "onnx"}, "a path"),
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_arguments_are_refused_before_anything_is_written(tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    path, arguments, fact = ARGUMENTS[case]
    with pytest.raises(ValueError, match=stated(fact)):
        toy_dcgan().export(path, **arguments)
    assert not list(tmp_path.iterdir())


def test_a_folder_is_not_replaced_by_a_file(tmp_path):
    (tmp_path / "g.onnx").mkdir()
    with pytest.raises(IsADirectoryError, match=stated("g.onnx/generator.onnx")):
        toy_dcgan().export(tmp_path / "g.onnx", format="onnx")
    (tmp_path / "file").write_text("")
    require("onnx")
    with pytest.raises(OSError, match=FACTS):
        toy_dcgan().export(tmp_path / "file" / "g.onnx", format="onnx")


@pytest.mark.parametrize("name", ["onnx", "openvino"])
def test_a_missing_package_is_named_with_its_extra(tmp_path, monkeypatch, name):
    package = formats.FORMATS[name].packages[-1]

    def import_module(one):
        if one == package:
            raise ModuleNotFoundError(f"No module named '{one}'")

    monkeypatch.setattr(formats.importlib, "import_module", import_module)
    advice = f'pip install "keras_gan[{name}]"'
    with pytest.raises(ImportError, match=stated(package, advice)):
        toy_dcgan().export(tmp_path / "new" / f"g{ENDINGS[name]}", format=name)
    assert not list(tmp_path.iterdir())


def test_an_older_keras_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(formats.keras, "__version__", "3.12.0")
    with pytest.raises(ImportError, match=stated("Keras 3.13", "3.12.0")):
        toy_dcgan().export(tmp_path / "g.tflite", format="litert")


@keras.saving.register_keras_serializable("tests")
class Unconvertible(keras.layers.Layer):
    """An identity that no other runtime has."""

    def call(self, inputs):
        return tf.reshape(tf.py_function(lambda x: x, [inputs], tf.float32), (-1, 4))


@keras.saving.register_keras_serializable("tests")
class Counting(keras.layers.Layer):
    """Returns other values in a graph than eagerly."""

    def call(self, inputs):
        return inputs if tf.executing_eagerly() else inputs + 1.0


@pytest.mark.parametrize(
    ("layer", "fact"),
    [(Unconvertible, "no conversion of EagerPyFunc"), (Counting, "other images")],
)
def test_what_is_not_the_generator_is_not_left(tmp_path, layer, fact):
    require("onnx")
    body = [keras.Input((4,)), layer(), keras.layers.Dense(4, "tanh")]
    generator = keras.Sequential([*body, keras.layers.Reshape((2, 2, 1))])
    gan = kg.GAN(generator, networks.mlp_discriminator((2, 2, 1), width=4))
    earlier = tmp_path / "g.onnx"
    earlier.write_text("an earlier file")
    for path in (earlier, tmp_path / "new" / "g.onnx"):
        with pytest.raises(RuntimeError, match=stated(fact)):
            gan.export(path, format="onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["g.onnx"]
    assert earlier.read_text() == "an earlier file"


def test_nan_is_not_exported_as_a_file(tmp_path):
    require("onnx")
    gan = toy()
    gan.ema_generator.weights[-1].assign([np.nan, 0.0])
    with pytest.raises(ValueError, match=stated("NaN or infinity")):
        gan.export(tmp_path / "new" / "g.onnx", format="onnx")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_options_reach_the_converter_to_litert(tmp_path):
    require("litert")
    gan = of_pair("mlp", (8, 8, 1), 4, width=128)()
    plain = gan.export(tmp_path / "plain.tflite", format="litert")
    options = {"optimizations": [tf.lite.Optimize.DEFAULT]}
    small = gan.export(tmp_path / "small.tflite", format="litert", **options)
    # 8-bit weights instead of 32, and the graph.
    assert 0 < small.stat().st_size < 0.6 * plain.stat().st_size
    with pytest.raises(RuntimeError, match=stated("optimisations")):
        gan.export(tmp_path / "other.tflite", format="litert", optimisations=[])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "plain.tflite",
        "small.tflite",
    ]


@pytest.mark.parametrize("size", [(2, 2), (3, 2)])
def test_upsampling_of_known_shape_repeats_pixels(size):
    layer = keras.layers.UpSampling2D(size)
    network = keras.Sequential([keras.Input((5, 7, 3)), layer])
    images = np.random.default_rng(0).normal(size=(2, 5, 7, 3)).astype("float32")
    expected = images.repeat(size[0], axis=1).repeat(size[1], axis=2)
    with upsampling_of_known_shape(network):
        assert "call" in vars(layer)
        np.testing.assert_array_equal(network(images), expected)
    assert "call" not in vars(layer)
