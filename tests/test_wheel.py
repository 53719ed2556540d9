"""The wheel has all files of the packages, and works without the repository."""

import configparser
import pathlib
import shutil
import subprocess
import sys
import zipfile

import pytest

ROOT = pathlib.Path(__file__).parents[1]
PACKAGES = ("keras_gan", "keras_gan_cli")
SOURCES = (
    *(*PACKAGES, "setup.cfg", "pyproject.toml", "MANIFEST.in"),
    *("README.md", "CHANGELOG.md", "LICENSE"),
)
"""What the wheel is built from."""

MAX_BYTES = 15e6
"""Size limit of the wheel."""

BUILD = (
    "import sys; from setuptools import build_meta; build_meta.build_{}(sys.argv[1])"
)
MAIN = "from keras_gan_cli import main; main()"


def files_of(package):
    """Returns all files below a package, but for caches."""
    return {
        path
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def modules_of(package):
    """Returns the modules of a package and of the packages below it."""
    folders = {path.parent for path in (ROOT / package).rglob("__init__.py")}
    return {path for folder in folders for path in folder.glob("*.py")}


def data_of(config):
    """Returns the files that the patterns of `package_data` select."""
    return {
        path
        for package, patterns in config["options.package_data"].items()
        for pattern in patterns.replace(",", " ").split()
        for path in (ROOT / package.replace(".", "/")).glob(pattern)
    }


def test_every_file_is_a_module_or_package_data():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    data = data_of(config)
    for package in PACKAGES:
        left_out = files_of(package) - modules_of(package) - data
        assert not left_out, f"not in package_data of setup.cfg: {sorted(left_out)}"
    names = {path.name for path in data}
    assert {"fashion_mnist.keras", "images.npz", "classifier.weights.h5"} <= names
    assert {"py.typed", "typing.pyi"} <= names


def build(kind, tree, out):
    """Returns the distribution that is built from a folder."""
    out.mkdir()
    subprocess.run(
        [sys.executable, "-c", BUILD.format(kind), out], cwd=tree, check=True
    )
    (path,) = out.iterdir()
    return path


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of what the wheel is built from."""
    tree = tmp_path_factory.mktemp("tree")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, tree / name, ignore=ignore)
        else:
            shutil.copy(ROOT / name, tree)
    return tree


@pytest.fixture(scope="module")
def wheel(tree, tmp_path_factory):
    return build("wheel", tree, tmp_path_factory.mktemp("wheel") / "out")


def contents(wheel):
    """Returns the content of the files of a wheel, by name."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_the_wheel_has_every_file_and_is_small(wheel):
    assert wheel.stat().st_size < MAX_BYTES
    names = contents(wheel).keys()
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in files_of(package)
    }
    assert expected == {name for name in names if ".dist-info/" not in name}


@pytest.mark.slow
def test_the_source_distribution_builds_the_same_wheel(tree, wheel, tmp_path):
    archive = build("sdist", tree, tmp_path / "sdist")
    shutil.unpack_archive(archive, tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    other = build("wheel", unpacked, tmp_path / "wheel")
    assert contents(other) == contents(wheel)


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_folder(wheel, tmp_path, monkeypatch):
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--quiet", "--target"]
    subprocess.run([*pip, tmp_path / "site", wheel], check=True)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.chdir(tmp_path)
    located = "import keras_gan, keras_gan_cli; print(keras_gan, keras_gan_cli)"
    for code, arguments, expected in (
        (located, (), f"{tmp_path}/site/keras_gan_cli/__init__.py"),
        (MAIN, ("generate",), "Grid of 64 images: samples.png"),
        (MAIN, ("evaluate", "--num-images", "200"), "fd_fashion_mnist: "),
    ):
        command = [sys.executable, "-c", code, *arguments]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        assert expected in result.stdout
