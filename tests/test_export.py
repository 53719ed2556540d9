import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import run_python, stated, toy, toy_dcgan

import keras_gan as kg
from keras_gan.export import saved_model


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Returns a GAN whose EMA differs from its generator, its version and folder."""
    gan = toy_dcgan(ema_momentum=0.9)
    random = np.random.default_rng(0)
    for network in (gan.generator, gan.ema_generator):
        network.set_weights([random.normal(0.5, 0.5, w.shape) for w in network.weights])
        for weight in network.weights:
            if "variance" in weight.name:
                weight.assign(tf.ones_like(weight))
    folder = tmp_path_factory.mktemp("exported") / "new" / "model"
    return gan, gan.export(folder), folder


def test_the_model_is_where_tensorflow_serving_loads_it(exported):
    _, version, folder = exported
    assert version == folder / "1"
    assert (version / "saved_model.pb").is_file()
    assert (version / "variables").is_dir()
    assert [path.name for path in folder.iterdir()] == ["1"]


def test_the_signatures_are_named_and_take_any_batch_size(exported):
    loaded = tf.saved_model.load(str(exported[1]))
    serving, sample = (
        loaded.signatures[name] for name in ("serving_default", "sample")
    )
    _, inputs = serving.structured_input_signature
    assert inputs["latents"].shape.as_list() == [None, 4]
    assert inputs["latents"].dtype == tf.float32
    _, inputs = sample.structured_input_signature
    assert {name: spec.shape.rank for name, spec in inputs.items()} == {
        "seed": 0,
        "count": 0,
    }
    for signature in (serving, sample):
        (images,) = signature.structured_outputs.values()
        assert list(signature.structured_outputs) == ["images"]
        assert images.dtype == tf.uint8
        assert images.shape.as_list() == [None, 8, 8, 1]


@pytest.mark.parametrize("count", [1, 5, 70])
def test_the_served_images_are_those_of_the_averaged_generator(exported, count):
    gan, version, _ = exported
    loaded = tf.saved_model.load(str(version))
    latents = np.random.default_rng(1).normal(size=(count, 4)).astype("float32")
    served = loaded.signatures["serving_default"](latents=tf.constant(latents))[
        "images"
    ]
    expected = kg.images.to_uint8(gan.ema_generator(latents)).astype(int)
    assert served.shape == (count, 8, 8, 1)
    assert np.abs(served.numpy().astype(int) - expected).max() <= 1
    trained = kg.images.to_uint8(gan.generator(latents)).astype(int)
    assert np.abs(trained - expected).max() > 10


SAMPLE = """
import json, sys
import tensorflow as tf
assert not [name for name in sys.modules if name.startswith("keras_gan")]
sample = tf.saved_model.load({path!r}).signatures["sample"]
batches = [
    sample(seed=tf.constant(seed, tf.int64), count=tf.constant(count))["images"]
    for seed, count in ((7, 3), (7, 20), (8, 3))
]
print("RESULT", json.dumps([images.numpy().tolist() for images in batches]))
"""


def test_samples_without_this_package_are_those_of_generate(exported):
    gan, version, _ = exported
    process = run_python(SAMPLE.format(path=str(version)))
    assert "RESULT" in process.stdout, process.stderr[-2000:]
    first, longer, other_seed = map(
        np.array, json.loads(process.stdout.split("RESULT")[1])
    )
    expected = kg.images.to_uint8(gan.generate(20, seed=7)).astype(int)
    assert np.abs(longer - expected).max() <= 1
    assert np.abs(first - longer[:3]).max() <= 1
    assert np.abs(first - other_seed).max() > 10


def test_an_export_creates_the_next_version(tmp_path):
    gan = toy_dcgan()
    (tmp_path / "7").mkdir()
    (tmp_path / "notes").mkdir()
    assert gan.export(tmp_path) == tmp_path / "8"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["7", "8", "notes"]


def test_a_model_that_serves_other_images_is_deleted(tmp_path, monkeypatch):
    gan = toy_dcgan()
    monkeypatch.setattr(
        saved_model.images, "to_uint8", lambda images: np.zeros(images.shape, np.uint8)
    )
    with pytest.raises(
        RuntimeError, match=r"(?s)SavedModel.*Expected: .*Received: .*What to do: "
    ):
        gan.export(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_half_precision_is_served_as_uint8(tmp_path):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        body = keras.Sequential(
            [
                keras.Input((2,)),
                keras.layers.Dense(16, "tanh"),
                keras.layers.Reshape((4, 4, 1)),
            ]
        )
        discriminator = kg.networks.mlp_discriminator((4, 4, 1), width=8)
        gan = kg.GAN(body, discriminator)
    finally:
        keras.config.set_dtype_policy("float32")
    gan.export(tmp_path)


def test_points_are_served_as_they_are(tmp_path):
    gan = toy()
    gan.ema_generator.weights[-1].assign([300.0, -5.0])  # no values of uint8 images
    signatures = tf.saved_model.load(str(gan.export(tmp_path))).signatures
    drawn = signatures["sample"](seed=tf.constant(3, tf.int64), count=tf.constant(8))
    assert drawn["images"].dtype == tf.float32
    np.testing.assert_allclose(drawn["images"], gan.generate(8, seed=3), rtol=1e-5)
    assert drawn["images"].numpy()[:, 0].min() > 250


@pytest.mark.parametrize("value", [np.nan, np.inf], ids=str)
def test_a_generator_that_returns_nan_is_not_exported(tmp_path, value):
    gan = toy()
    gan.ema_generator.weights[-1].assign([value, 0.0])
    with pytest.raises(ValueError, match=stated("NaN or infinity", "50%")):
        gan.export(tmp_path / "new")
    assert not list(tmp_path.iterdir())


def test_the_home_folder_is_expanded_and_the_path_printed(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert toy().export("~/model", verbose=True) == tmp_path / "model" / "1"
    assert capsys.readouterr().out == f"Saved artifact at '{tmp_path}/model/1'.\n"


def test_a_failed_export_leaves_no_folder(tmp_path, monkeypatch):
    def fail(*arguments):
        raise OSError("no space left")

    monkeypatch.setattr(saved_model, "verify", fail)
    with pytest.raises(OSError, match="no space left"):
        toy().export(tmp_path / "new" / "model")
    assert not list(tmp_path.iterdir())
