import pathlib

import keras
import pytest
import tensorflow as tf
from workplace import NAME, keras_gan, read, same, toy, train, tree

from keras_gan import recipes
from keras_gan_cli.tasks import train as task


@pytest.mark.filterwarnings("ignore:fd_fashion_mnist of 64")  # fewer than features
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
    monkeypatch.setattr(task, "NUM_IMAGES", 64)
    result = keras_gan("train", "--batch-size", 5000, "--out", "run")
    assert result.exit_code == 0, result.output
    metrics = read("run", "metrics.json")
    protocol = metrics["fd_fashion_mnist"]["protocol"]
    assert metrics["data"] == "fashion_mnist_10k"
    assert (protocol["ema_momentum"], len(protocol["data"])) == (0.5, 64)
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
