import json
import os
import pathlib

import keras
import numpy as np
import pytest
import tensorflow as tf
from click.testing import CliRunner
from PIL import Image

import keras_gan as kg
from keras_gan import cli, images, recipes
from keras_gan.callbacks import curves
from keras_gan.callbacks.plotting import plot
from keras_gan.cli import commands, runs
from keras_gan.metrics import distances

NAME = "dcgan-pictures"
"""What the command calls a run by itself."""


def toy(image_shape, seed=None, discriminator_steps=1):
    """Stands for a recipe: networks that train in milliseconds."""
    gan = kg.GAN(
        kg.networks.mlp_generator(image_shape, latent_dim=4, width=8, depth=1),
        kg.networks.mlp_discriminator(image_shape, width=8, depth=1),
        ema_momentum=0.5,
        seed=seed,
    )
    gan.compile(run_eagerly=True, discriminator_steps=discriminator_steps)
    return gan


def paint(folder, count=64, size=(8, 8)):
    """Writes gray pictures of noise; folder 0 has others than folder 1."""
    random = np.random.default_rng(len(folder.name))
    folder.mkdir()
    for number in range(count):
        levels = random.integers(0, 256, size, np.uint8)
        Image.fromarray(levels).save(folder / f"{number:02d}.png")


def keras_gan(*arguments):
    """Runs a command as a terminal would."""
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def train(*arguments):
    """Trains on the pictures, 2 steps an epoch."""
    return keras_gan("train", "--data", "pictures", "--batch-size", 32, *arguments)


def refused(result, *facts):
    """Asserts an error of four facts, without a traceback."""
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    for fact in ("Error: ", "Expected: ", "Received: ", "What to do: ", *facts):
        assert fact in result.stderr
    return True


def tree(folder="."):
    """All folders and files, with when the files were changed."""
    found = pathlib.Path(folder).rglob("*")
    return {path: path.is_file() and path.stat().st_mtime_ns for path in found}


def read(*parts):
    """The content of a JSON file."""
    return json.loads(pathlib.Path(*parts).read_text())


def cheap_metric():
    """Stands for the metric of the commands, over two pixels of an image."""
    features = kg.metrics.features.FunctionFeatures(
        lambda images: images.reshape(len(images), -1)[:, :2], "fashion_mnist", "abc"
    )
    return kg.metrics.FrechetDistance(features)


def variables(path):
    gan = keras.saving.load_model(path)
    kept = [*gan.variables, *gan.optimizer.variables]
    return [np.array(variable.numpy()) for variable in kept]


def same(one, other):
    one, other = variables(one), variables(other)
    return len(one) == len(other) and all(map(np.array_equal, one, other))


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    """An empty working folder, with pictures to train on and what is quick."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(recipes.NAMES, "dcgan", toy)
    monkeypatch.setitem(runs.CHOICES, "epochs", 1)
    monkeypatch.setitem(distances.NAMES, "fd_fashion_mnist", cheap_metric)
    monkeypatch.setattr(curves, "plot", lambda rows, path: path.touch())
    paint(tmp_path / "pictures")
    return tmp_path


@pytest.fixture
def in_earnest(monkeypatch):
    """The metric and the plots as they are."""
    monkeypatch.setitem(distances.NAMES, "fd_fashion_mnist", kg.metrics.FrechetDistance)
    monkeypatch.setattr(curves, "plot", plot)


@pytest.fixture
def no_export(monkeypatch):
    """Exports nothing, where that is not looked at, which saves seconds."""
    monkeypatch.setattr(kg.GAN, "export", lambda gan, path: pathlib.Path(path, "1"))


@pytest.fixture
def gan(workplace):
    """A saved GAN, as if it had been trained, with the optimizers."""
    keras.utils.set_random_seed(1)
    gan = toy((8, 8, 1), seed=0)
    gan.save(workplace / "saved.keras")
    return gan


@pytest.fixture
def uncompiled(workplace):
    """A saved GAN without optimizers."""
    keras.utils.set_random_seed(2)
    gan = kg.GAN(
        kg.networks.mlp_generator((8, 8, 1), latent_dim=4, width=8, depth=1),
        kg.networks.mlp_discriminator((8, 8, 1), width=8, depth=1),
    )
    gan.save(workplace / "uncompiled.keras")
    return gan


# Train.


def test_train_leaves_everything_and_says_where(workplace, in_earnest):
    result = train("--epochs", 2)
    assert result.exit_code == 0, result.output
    run = pathlib.Path("runs", NAME)
    left = [
        run / "samples" / "epoch_0000.png",
        run / "samples" / "epoch_0002.png",
        run / "samples" / "animation.gif",
        run / "curves.png",
        run / "history.csv",
        run / "metrics.json",
        run / "gan.keras",
        run / "run.json",
        run / "logs" / "train",
        run / "logs" / "samples",
        pathlib.Path("saved_models", NAME, "1", "saved_model.pb"),
    ]
    assert [path for path in left if not path.exists()] == []
    last = result.stdout.partition("fd_fashion_mnist: ")[2].rpartition("\n\n")[0]
    for path in left[1:7]:
        assert str(path) in last
    assert f"tensorboard --logdir {run / 'logs'}" in result.stdout
    assert f"keras-gan generate {run}" in result.stdout
    assert f"keras-gan train --resume --out {run} --epochs" in result.stdout
    assert int(keras.saving.load_model(run / "gan.keras").steps) == 4
    (history, _) = (run / "history.csv").read_text().splitlines()[1:]
    assert history.startswith("1,")


def test_the_summary_says_what_will_happen(workplace, no_export):
    result = train("--epochs", 1)
    before = result.stdout.partition("G and D are the losses")[0]
    for fact in ("64 images", "8x8x1", "2 steps", "generator with", NAME):
        assert fact in before


def test_data_may_be_a_name_and_only_so_many_are_measured(workplace, monkeypatch):
    monkeypatch.setattr(commands, "MEASURED", 64)
    result = keras_gan("train", "--batch-size", 5000, "--out", "run")
    assert result.exit_code == 0, result.output
    metrics = read("run", "metrics.json")
    protocol = metrics["fd_fashion_mnist"]["protocol"]
    assert protocol["data"] == "fashion_mnist_10k"
    assert (protocol["num_real"], protocol["num_fake"]) == (64, 64)
    loaded = tf.saved_model.load("saved_models/run/1")
    sampled = loaded.signatures["sample"](
        seed=tf.constant(0, tf.int64), count=tf.constant(2)
    )
    assert sampled["images"].shape == (2, 28, 28, 1)


def test_the_same_command_again_makes_another_run(workplace, no_export):
    for name in (NAME, f"{NAME}-2", f"{NAME}-3"):
        before = tree("runs")
        assert train().exit_code == 0
        assert pathlib.Path("runs", name, "gan.keras").exists()
        assert tree("runs").items() >= before.items()
    assert same(f"runs/{NAME}/gan.keras", f"runs/{NAME}-3/gan.keras")


def test_another_seed_makes_another_gan(workplace, no_export):
    train("--out", "zero")
    train("--out", "one", "--seed", 1)
    assert not same("zero/gan.keras", "one/gan.keras")


def test_image_shape_resizes_the_pictures(workplace, no_export):
    result = train("--image-shape", "6,4,3", "--out", "run")
    assert result.exit_code == 0, result.output
    assert keras.saving.load_model("run/gan.keras").image_shape == (6, 4, 3)


def test_the_batch_size_is_that_of_one_update(workplace, no_export, monkeypatch):
    def critic(image_shape, seed=None):
        return toy(image_shape, seed, discriminator_steps=2)

    monkeypatch.setitem(recipes.NAMES, "dcgan", critic)
    result = keras_gan(
        "train", "--data", "pictures", "--batch-size", 16, "--out", "run"
    )
    assert result.exit_code == 0, result.output
    assert int(keras.saving.load_model("run/gan.keras").steps) == 2  # of 32 images


# Resume.


def test_a_resumed_run_equals_one_that_never_stopped(workplace):
    assert train("--epochs", 3, "--out", "whole").exit_code == 0
    assert train("--epochs", 1, "--out", "parts").exit_code == 0
    result = keras_gan("train", "--resume", "--out", "parts", "--epochs", 3)
    assert result.exit_code == 0, result.output
    assert "epochs 2 to 3" in result.stdout
    assert same("whole/gan.keras", "parts/gan.keras")
    for name in ("epoch_0000.png", "epoch_0003.png", "animation.gif"):
        one, other = (pathlib.Path(run, "samples", name) for run in ("whole", "parts"))
        assert one.read_bytes() == other.read_bytes()
    rows = pathlib.Path("parts", "history.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ["epoch", "1", "2", "3"]
    assert read("whole", "metrics.json") == read("parts", "metrics.json")
    assert sorted(os.listdir("saved_models/parts")) == ["1", "2"]


@pytest.mark.parametrize("step", [1, 3])
def test_a_run_that_was_interrupted_goes_on(workplace, no_export, monkeypatch, step):
    def interrupt(callback, batch, logs=None):
        if int(callback.model.steps) == step:
            raise KeyboardInterrupt

    assert train("--epochs", 3, "--out", "whole").exit_code == 0
    with monkeypatch.context() as patch:
        patch.setattr(kg.callbacks.Progress, "on_train_batch_end", interrupt)
        result = train("--epochs", 3, "--out", "parts")
    assert result.exit_code == 130
    assert "keras-gan train --resume --out parts" in result.stdout
    assert keras_gan("train", "--resume", "--out", "parts").exit_code == 0
    assert same("whole/gan.keras", "parts/gan.keras")


def test_resume_without_a_name_takes_the_newest_run(workplace, no_export):
    train("--out", "runs/older")
    train("--out", "runs/newer")
    os.utime("runs/older/run.json", (1, 1))
    os.utime("runs/older/gan.keras", (1, 1))
    assert keras_gan("train", "--resume", "--epochs", 2).exit_code == 0
    assert read("runs/newer/run.json")["epochs"] == 2
    assert read("runs/older/run.json")["epochs"] == 1


def test_options_against_those_of_the_run_are_refused(workplace, no_export):
    train("--out", "run")
    before = tree()
    for option, value, was in [
        ("--batch-size", 16, "32"),
        ("--image-shape", "4,4,1", "(8, 8, 1)"),
        ("--seed", 5, "0"),
        ("--data", "fashion_mnist_10k", "pictures"),
        ("--recipe", "wgan", "dcgan"),
    ]:
        arguments = ["--out", "run", "--epochs", 2, option, value]
        result = keras_gan("train", "--resume", *arguments)
        assert refused(result, f"Leave {option} out", was, str(value).split(",")[0])
    assert tree() == before


def test_options_that_agree_with_the_run_are_taken(workplace, no_export):
    train("--out", "run", "--flip", "--image-shape", "8,8,1")
    result = train(
        *("--out", "run", "--resume", "--epochs", 2),
        *("--flip", "--image-shape", "8,8,1", "--recipe", "dcgan"),
    )
    assert result.exit_code == 0, result.output


def test_a_run_that_is_finished_is_not_trained_again(workplace, no_export):
    train("--out", "run", "--epochs", 2)
    before = tree()
    for arguments in ([], ["--epochs", 1]):
        result = keras_gan("train", "--resume", "--out", "run", *arguments)
        assert refused(result, "2 epochs", "--epochs 4")
    assert tree() == before


def test_a_run_that_was_stopped_before_its_export_is_finished(workplace):
    train("--out", "run")
    metrics = pathlib.Path("run", "metrics.json")
    before = read(metrics)
    metrics.unlink()
    result = keras_gan("train", "--resume", "--out", "run")
    assert result.exit_code == 0, result.output
    assert read(metrics) == before


def test_resume_where_there_is_no_run_says_so(workplace):
    assert refused(keras_gan("train", "--resume"), "Start one: keras-gan train")
    assert refused(keras_gan("train", "--resume", "--out", "nowhere"), "nowhere")


# Going on from a saved GAN.


def test_from_goes_on_with_other_data(workplace, no_export, gan):
    paint(workplace / "large", size=(12, 12))
    result = keras_gan(
        *("train", "--from", "saved.keras", "--data", "large", "--batch-size", 32),
        *("--out", "run", "--epochs", 1),
    )
    assert result.exit_code == 0, result.output
    assert "go on as they were saved" in result.stdout
    whole = keras_gan(
        *("train", "--resume", "--out", "run", "--epochs", 2),
    )
    assert "epochs 2 to 2" in whole.stdout
    again = keras_gan(
        *("train", "--from", "saved.keras", "--data", "large", "--batch-size", 32),
        *("--out", "whole", "--epochs", 2),
    )
    assert again.exit_code == 0
    assert same("run/gan.keras", "whole/gan.keras")
    dataset = kg.data.from_directory("large", 32, image_shape=(8, 8, 1))
    gan.fit(dataset, epochs=2, verbose=0)
    gan.save("by_hand.keras")
    assert same("by_hand.keras", "whole/gan.keras")


def test_from_counts_epochs_from_where_it_starts(workplace, no_export):
    train("--out", "first", "--epochs", 3)
    result = train("--out", "second", "--from", "first", "--epochs", 1)
    assert result.exit_code == 0, result.output
    assert int(keras.saving.load_model("second/gan.keras").steps) == 8
    result = keras_gan("train", "--resume", "--out", "second", "--epochs", 2)
    assert "epochs 2 to 2" in result.stdout


def test_from_a_file_without_optimizers_takes_those_of_the_recipe(
    workplace, no_export, uncompiled
):
    result = train("--from", "uncompiled.keras", "--out", "run")
    assert result.exit_code == 0, result.output
    assert "start anew, by the recipe dcgan" in result.stdout


def test_from_refuses_another_shape(workplace, gan):
    result = train("--from", "saved.keras", "--image-shape", "4,4,1")
    assert refused(result, "(8, 8, 1)", "(4, 4, 1)")


@pytest.mark.parametrize("content", ["nothing", "a Keras model"])
def test_from_a_file_that_is_no_gan_says_so(workplace, content):
    path = workplace / "other.keras"
    if content == "nothing":
        path.write_bytes(b"no zip")
    else:
        kg.networks.mlp_generator().save(path)
    assert refused(train("--from", path), "not a saved GAN", "other.keras")


# What bad input gets.


def nothing_is_written(before):
    return tree() == before


def test_an_output_folder_that_holds_another_run_is_left_alone(workplace, no_export):
    train("--out", "run")
    before = tree()
    assert refused(train("--out", "run"), "holds another run", "--resume")
    assert nothing_is_written(before)


def test_an_empty_output_folder_is_taken(workplace, no_export):
    pathlib.Path("run").mkdir()
    assert train("--out", "run").exit_code == 0


@pytest.mark.parametrize("option", ["--out", "--export"])
def test_a_folder_that_cannot_be_written_stops_before_training(workplace, option):
    pathlib.Path("file").write_text("")
    before = tree()
    assert refused(train(option, "file/below"), "file", "Name another folder")
    assert nothing_is_written(before)


def test_an_unknown_recipe_is_named_with_the_near_ones(workplace):
    before = tree()
    assert refused(train("--recipe", "dcgn"), 'Did you mean "dcgan"')
    assert nothing_is_written(before)


def test_an_unknown_data_set_is_named_with_the_near_ones(workplace):
    before = tree()
    result = keras_gan("train", "--data", "fashion_mnist_10")
    assert refused(result, "fashion_mnist_10k")
    assert nothing_is_written(before)


def test_bad_folders_are_refused(workplace):
    pathlib.Path("empty").mkdir()
    paint(workplace / "broken")
    pathlib.Path("broken", "07.png").write_bytes(b"no picture")
    paint(workplace / "mixed")
    Image.new("L", (5, 5)).save("mixed/64.png")
    paint(workplace / "few", count=3)
    before = tree()
    facts = {"empty": "no picture", "broken": "07.png", "mixed": "2 sizes", "few": "3"}
    for folder, fact in {**facts, "missing/folder": "no folder"}.items():
        assert refused(keras_gan("train", "--data", folder), fact)
    assert nothing_is_written(before)


def test_an_image_shape_that_cannot_be_is_refused(workplace):
    before = tree()
    for shape in ("8", "8,8", "8,8,x", "8,8,2", "0,8,1"):
        assert refused(train("--image-shape", shape))
    assert nothing_is_written(before)


def test_errors_of_our_own_keep_their_traceback(workplace, monkeypatch):
    def broken(*arguments, **options):
        raise ValueError("a bug")

    monkeypatch.setitem(recipes.NAMES, "dcgan", broken)
    assert isinstance(train().exception, ValueError)


# Generate.


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
    assert refused(result, "holds something", "pictures")
    assert nothing_is_written(before)


def test_generate_takes_the_newest_run_and_else_the_model_that_ships(
    workplace, gan, uncompiled
):
    pathlib.Path("saved_models").mkdir()
    os.rename("uncompiled.keras", "saved_models/fashion_mnist.keras")
    result = keras_gan("generate", "--count", 1)
    assert "saved_models/fashion_mnist.keras" in result.stderr
    assert result.exit_code == 0
    for name in ("older", "newer"):
        pathlib.Path("runs", name).mkdir(parents=True)
        gan.save(f"runs/{name}/gan.keras")
    os.utime("runs/older/gan.keras", (1, 1))
    assert "runs/newer/gan.keras" in keras_gan("generate", "--count", 1).stderr


def test_generate_without_any_model_says_what_to_do(workplace, monkeypatch):
    monkeypatch.setattr(runs, "__file__", str(workplace / "a" / "b" / "runs.py"))
    assert refused(keras_gan("generate"), "Train one: keras-gan train")


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
    assert refused(result, "points and not images")


@pytest.mark.parametrize("option", ["--out", "--separate"])
def test_generate_refuses_a_path_that_cannot_be_written(workplace, gan, option):
    pathlib.Path("file").write_text("")
    assert refused(keras_gan("generate", "saved.keras", option, "file/x/y.png"))


# Evaluate, export, check.


def test_evaluate_repeats_the_number_of_the_run(workplace, no_export):
    train("--out", "run")
    trained = read("run", "metrics.json")
    before = tree()
    result = keras_gan("evaluate", "run")
    assert result.exit_code == 0, result.output
    assert nothing_is_written(before)
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
    assert nothing_is_written(before)


@pytest.mark.parametrize("command", cli.main.commands)
def test_every_command_has_help(command):
    assert command in keras_gan("--help").stdout
    result = keras_gan(command, "--help")
    assert result.exit_code == 0
    options = [
        name for option in cli.main.commands[command].params for name in option.opts
    ]
    for name in options:
        assert name in result.stdout or not name.startswith("--")
