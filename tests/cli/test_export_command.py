"""`keras-gan export --format`: the formats of files."""

import pathlib

import numpy as np
import pytest
import tensorflow as tf
from workplace import keras_gan, refused, tree

import keras_gan as kg
from keras_gan.export import formats
from keras_gan_cli.commands import export


def test_formats_are_those_of_the_library():
    assert {name: one.ending for name, one in formats.FORMATS.items()} == export.FORMATS
    packages = {name: one.packages for name, one in formats.FORMATS.items()}
    assert {name: one for name, one in packages.items() if one} == export.PACKAGES
    extras = {name: one.extra for name, one in formats.FORMATS.items() if one.packages}
    assert extras == {name: name for name in export.PACKAGES}


def saved_classes():
    """Returns a GAN of three classes, saved as classes.keras."""
    gan = kg.GAN(
        kg.networks.dcgan_generator((8, 8, 1), 4, 4, num_classes=3),
        kg.networks.dcgan_discriminator((8, 8, 1), 4, num_classes=3),
    )
    gan.save("classes.keras")
    return gan


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (["--format", "onnx"], "saved_models/classes.onnx"),
        (["--out", "new/g.onnx"], "new/g.onnx"),
        pytest.param(
            ["--out", "~/g.xml"], "home/g.xml", marks=pytest.mark.slow, id="openvino"
        ),
        pytest.param(
            ["--format", "litert"],
            "saved_models/classes.tflite",
            marks=pytest.mark.slow,
            id="litert",
        ),
    ],
)
def test_a_file_is_written_and_its_use_told(workplace, monkeypatch, words, path):
    gan = saved_classes()
    monkeypatch.setenv("HOME", str(workplace / "home"))
    name = export.format_of(pathlib.Path(path))
    for package in formats.FORMATS[name].packages:
        pytest.importorskip(package)
    result = keras_gan("export", "classes.keras", *words)
    assert result.exit_code == 0, result.output
    assert f"{path}: written, reloaded and verified." in result.stdout
    assert "latents: float32 (count, 4), labels: int32 (count,)" in result.stdout
    if name == "litert":
        pytest.importorskip("ai_edge_litert")
    code = result.stdout.partition("From Python:\n")[2]
    namespace = {}
    exec("\n".join(line.strip() for line in code.splitlines()), namespace)
    inputs = [tf.constant(namespace["inputs"][key]) for key in ("latents", "labels")]
    np.testing.assert_allclose(namespace["images"], gan(inputs), atol=1e-3)


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (["--format", "onx"], 'Did you mean "onnx"'),
        (["--format", "onnx", "--out", "g.h5"], "a file that ends in .onnx"),
        (["--format", "onnx", "--out", "g.xml"], "the ending decides it"),
        (["--format", "saved_model", "--out", "g.onnx"], "Expected: a folder"),
        (["--format", "onnx", "--out", "folder.onnx"], "a folder"),
    ],
)
def test_a_path_that_does_not_fit_is_refused(workplace, gan, words, fact):
    (workplace / "folder.onnx").mkdir()
    before = tree()
    assert refused(keras_gan("export", "saved.keras", *words), fact)
    assert tree() == before


def test_a_missing_package_is_named_with_its_extra(workplace, gan, monkeypatch):
    monkeypatch.setattr(export.importlib.util, "find_spec", lambda name: None)
    before = tree()
    monkeypatch.setattr(export, "find_gan", lambda target: gan)
    gan.name = "saved"
    result = keras_gan("export", "saved.keras", "--out", "g.onnx")
    assert refused(result, "no tf2onnx", 'pip install "keras_gan[onnx]"')
    assert tree() == before


def test_saved_model_is_the_format_of_a_folder(workplace, gan):
    result = keras_gan("export", "saved.keras", "--format", "saved_model", "--out", "m")
    assert result.exit_code == 0, result.output
    assert pathlib.Path("m", "1", "saved_model.pb").is_file()
