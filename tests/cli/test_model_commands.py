import os
import pathlib

import numpy as np
import pytest
from PIL import Image
from workplace import keras_gan, paint, read, refused, train, tree

import keras_gan as kg
from keras_gan import images
from keras_gan_cli import main


def test_generate_draws_the_images_of_a_seed(workplace, gan):
    result = keras_gan("generate", "saved.keras", "--count", 4, "--seed", 3)
    assert result.exit_code == 0, result.output
    grid = images.grid(images.to_uint8(gan.generate(4, seed=3)))
    drawn = np.asarray(Image.open("samples.png"))
    np.testing.assert_array_equal(drawn, images.enlarge(grid)[..., 0])


def test_generate_writes_a_file_per_image(workplace, gan):
    result = keras_gan(
        "generate", "saved.keras", "--count", 70, "--separate", "a/b", "--seed", 3
    )
    assert result.exit_code == 0, result.output
    expected = images.to_uint8(gan.generate(70, seed=3))
    paths = sorted(pathlib.Path("a/b").iterdir())
    written = [np.asarray(Image.open(path))[..., None] for path in paths]
    np.testing.assert_array_equal(written, expected)
    assert not pathlib.Path("samples.png").exists()


def test_generate_does_both_if_asked(workplace, gan):
    keras_gan("generate", "saved.keras", "--separate", "many", "--out", "one.png")
    assert len(os.listdir("many")) == 64
    assert pathlib.Path("one.png").exists()


def test_generate_mixes_no_pictures(workplace, gan):
    before = tree()
    result = keras_gan("generate", "saved.keras", "--separate", "pictures")
    assert refused(result, "not empty", "pictures")
    assert tree() == before


def test_generate_takes_the_newest_run_and_else_the_preset(workplace, gan):
    result = keras_gan("generate", "--count", 4)
    assert result.exit_code == 0, result.output
    assert result.stderr == "fashion_mnist (pretrained): images of 28x28x1\n"
    preset = kg.GAN.from_preset("fashion_mnist")
    grid = images.grid(images.to_uint8(preset.generate(4, seed=0)))
    drawn = np.asarray(Image.open("samples.png"))
    np.testing.assert_array_equal(drawn, images.enlarge(grid)[..., 0])
    for name in ("older", "newer"):
        pathlib.Path("runs", name).mkdir(parents=True)
        gan.save(f"runs/{name}/gan.keras")
    os.utime("runs/older/gan.keras", (1, 1))
    assert "runs/newer/gan.keras" in keras_gan("generate", "--count", 1).stderr


def test_a_preset_is_named_and_comes_before_a_run_of_its_name(workplace, gan):
    gan.save("fashion_mnist/gan.keras")
    result = keras_gan("export", "fashion_mnist")
    assert "fashion_mnist (pretrained): images of 28x28x1" in result.stderr
    assert pathlib.Path("saved_models/fashion_mnist/1").is_dir()
    result = keras_gan("generate", "./fashion_mnist", "--count", 1)
    assert "fashion_mnist/gan.keras: images of 8x8x1" in result.stderr
    result = keras_gan("generate", "nowhere")
    assert refused(result, "preset (fashion_mnist)", "Train one: keras-gan train")


def test_a_run_that_is_not_there_is_named_with_the_near_ones(workplace, gan):
    pathlib.Path("runs", "shoes").mkdir(parents=True)
    gan.save("runs/shoes/gan.keras")
    for command in ("generate", "evaluate", "export"):
        assert refused(keras_gan(command, "runs/shoe"), 'Did you mean "runs/shoes"')


def test_points_are_drawn_and_not_separated(workplace):
    gan = kg.GAN(kg.networks.mlp_generator(), kg.networks.mlp_discriminator())
    gan.save("points.keras")
    assert keras_gan("generate", "points.keras").exit_code == 0
    with Image.open("samples.png") as picture:
        assert picture.size == (500, 500)
    result = keras_gan("generate", "points.keras", "--separate", "many")
    assert refused(result, "not of points")


@pytest.mark.parametrize("option", ["--out", "--separate"])
def test_generate_refuses_a_path_that_cannot_be_written(workplace, gan, option):
    pathlib.Path("file").write_text("")
    assert refused(keras_gan("generate", "saved.keras", option, "file/x/y.png"))


def test_evaluate_repeats_the_number_of_the_run(workplace, no_export):
    train("--out", "run")
    trained = read("run", "metrics.json")
    before = tree()
    result = keras_gan("evaluate", "run")
    assert result.exit_code == 0, result.output
    assert tree() == before
    value = trained["fd_fashion_mnist"]["value"]
    assert f"fd_fashion_mnist: {value:.4f}" in result.stdout
    assert trained["fd_fashion_mnist"]["protocol"]["fingerprint"] in result.stdout
    assert keras_gan("evaluate", "run", "--out", "number.json").exit_code == 0
    evaluated = read("number.json")
    assert evaluated["fd_fashion_mnist"] == trained["fd_fashion_mnist"]


def test_evaluate_obeys_its_options(workplace, gan):
    paint(workplace / "others", size=(10, 12))
    result = keras_gan(
        *("evaluate", "saved.keras", "--data", "others", "--num-images", 32),
        *("--seed", 3, "--out", "number.json"),
    )
    assert result.exit_code == 0, result.output
    evaluated = read("number.json")["fd_fashion_mnist"]
    real = kg.data.from_directory("others", image_shape=(8, 8, 1))
    evaluation = kg.callbacks.Evaluation("fd_fashion_mnist", real, 32, seed=3)
    assert evaluated["value"] == evaluation.measure(gan)["fd_fashion_mnist"]


def test_evaluate_refuses_more_images_than_there_are(workplace, gan):
    result = keras_gan(
        "evaluate", "saved.keras", "--data", "pictures", "--num-images", 65
    )
    assert refused(result, "Expected: 65 images", "Received: 64")


def test_export_writes_a_version_and_tells_how_to_call_it(workplace, gan):
    for version in ("1", "2"):
        result = keras_gan("export", "saved.keras")
        assert result.exit_code == 0, result.output
        assert f"saved_models/saved/{version}" in result.stdout
    code = result.stdout.partition("From Python:\n")[2]
    namespace = {}
    exec("\n".join(line.strip() for line in code.splitlines()), namespace)
    expected = images.to_uint8(gan.generate(16, seed=0)).astype(int)
    assert np.abs(namespace["images"].numpy().astype(int) - expected).max() <= 1


@pytest.mark.parametrize("names", [("circle", "square", "star"), None])
def test_export_tells_how_to_ask_for_classes(workplace, names):
    gan = kg.GAN(
        kg.networks.dcgan_generator((8, 8, 1), 4, 4, num_classes=3),
        kg.networks.dcgan_discriminator((8, 8, 1), 4, num_classes=3),
        class_names=names,
    )
    gan.save("told.keras")
    result = keras_gan("export", "told.keras")
    assert result.exit_code == 0, result.output
    asked = "sample_names" if names else "sample_labels"
    code = result.stdout.partition("From Python:\n")[2]
    assert f'model.signatures["{asked}"]' in code
    namespace = {}
    exec("\n".join(line.strip() for line in code.splitlines()), namespace)
    expected = images.to_uint8(gan.generate(seed=0, labels=[0, 1])).astype(int)
    assert np.abs(namespace["images"].numpy().astype(int) - expected).max() <= 1


def test_export_refuses_a_folder_that_cannot_be_written(workplace, gan):
    pathlib.Path("file").write_text("")
    assert refused(keras_gan("export", "saved.keras", "--out", "file/model"))


def test_check_tells_and_draws_what_is_there(workplace):
    result = keras_gan("check", "pictures")
    assert result.exit_code == 0, result.output
    assert str(kg.data.check("pictures")) in result.stdout
    assert pathlib.Path("check.png").exists()


def test_check_fails_where_a_picture_is_broken(workplace):
    pathlib.Path("pictures", "07.png").write_bytes(b"no picture")
    result = keras_gan("check", "pictures", "--image-shape", "4,4,3", "--out", "a.png")
    assert result.exit_code == 1
    assert "07.png" in result.stdout
    assert pathlib.Path("a.png").exists()


def test_check_refuses_what_is_not_there(workplace):
    before = tree()
    assert refused(keras_gan("check", "no/where"), "no/where")
    assert tree() == before


@pytest.mark.parametrize("command", main.commands)
def test_every_command_has_help(command):
    assert command in keras_gan("--help").stdout
    result = keras_gan(command, "--help")
    assert result.exit_code == 0
    options = [name for option in main.commands[command].params for name in option.opts]
    for name in options:
        assert name in result.stdout or not name.startswith("--")
