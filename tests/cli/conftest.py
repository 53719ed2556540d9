import pathlib

import keras
import pytest
from workplace import cheap_metric, paint, toy

import keras_gan as kg
from keras_gan import recipes
from keras_gan.callbacks import curves
from keras_gan.callbacks.plotting import plot
from keras_gan.metrics import names
from keras_gan_cli.options import TrainOptions


@pytest.fixture(autouse=True)
def workplace(tmp_path, monkeypatch):
    """An empty working folder with images, a fast recipe and a fast metric."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(recipes.NAMES, "dcgan", toy)
    monkeypatch.setitem(TrainOptions.__init__.__kwdefaults__, "epochs", 1)
    monkeypatch.setitem(names.NAMES, "fd_fashion_mnist", cheap_metric)
    monkeypatch.setattr(curves, "plot", lambda rows, path: path.touch())
    paint(tmp_path / "pictures")
    return tmp_path


@pytest.fixture
def in_earnest(monkeypatch):
    """The real metric and plots."""
    monkeypatch.setitem(names.NAMES, "fd_fashion_mnist", kg.metrics.FrechetDistance)
    monkeypatch.setattr(curves, "plot", plot)


@pytest.fixture
def no_export(monkeypatch):
    """Exports nothing, which saves seconds."""
    monkeypatch.setattr(kg.GAN, "export", lambda gan, path: pathlib.Path(path, "1"))


@pytest.fixture
def gan(workplace):
    """A saved GAN with optimizers."""
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
