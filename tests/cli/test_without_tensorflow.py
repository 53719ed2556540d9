"""Help and errors of options come before Keras and TensorFlow are loaded."""

import json
import os
import pathlib
import pkgutil
import subprocess
import sys

import pytest

import keras_gan_cli
from keras_gan_cli import main
from keras_gan_cli.commands.features import features

PROBE = """
import json, sys
try:
    from keras_gan_cli import main
    main(sys.argv[1:])
finally:
    libraries = {"keras_gan", "keras", "tensorflow", "numpy"} & set(sys.modules)
    print("", json.dumps(sorted(libraries)), sep="\\n")
"""

COMMANDS = [[], *([name] for name in main.commands), ["features", "train"]]


def probe(*arguments, folder="."):
    """Returns the result of a command in a new process, and the libraries it loaded."""
    command = [sys.executable, "-c", PROBE, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    return result, json.loads(result.stdout.splitlines()[-1])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_loads_no_library(command):
    result, loaded = probe(*command, "--help")
    assert (result.returncode, result.stderr, loaded) == (0, "", [])
    assert result.stdout.startswith("Usage: ")


def test_the_version_loads_no_library():
    result, loaded = probe("--version")
    version = pathlib.Path(keras_gan_cli.__file__).parents[1] / "keras_gan/version.py"
    (number,) = [
        line.split('"')[1]
        for line in version.read_text().splitlines()
        if line.startswith("__version__")
    ]
    assert result.stdout.splitlines()[0] == f"keras-gan, version {number}"
    assert loaded == []


def test_commands_are_all_probed():
    assert ["features", "train"] in COMMANDS
    assert list(features.commands) == ["train"]
    folder = pathlib.Path(keras_gan_cli.__file__).parent / "commands"
    modules = {module.name for module in pkgutil.iter_modules([folder])}
    assert modules == {command[0] for command in COMMANDS if command}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a finished run, a folder of images, and other files."""
    folder = tmp_path_factory.mktemp("folder")
    (folder / "runs" / "old").mkdir(parents=True)
    (folder / "pictures").mkdir()
    (folder / "a.png").touch()
    for name, content in {
        "run.json": {"format_version": 1, "data": "fashion_mnist_10k", "epochs": 2},
        "metrics.json": {"epochs": 2},
        "gan.keras": {},
    }.items():
        (folder / "runs" / "old" / name).write_text(json.dumps(content))
    return folder


BAD = {
    "unknown recipe": (["train", "--recipe", "dcgn"], 'Did you mean "dcgan"'),
    "seed": (["train", "--seed", -1], "must be an integer"),
    "shape": (["train", "--image-shape", "8,8,2"], "1, 3 or 4 channels"),
    "range": (["train", "--ema-momentum", 1], "'--ema-momentum'"),
    "no folder": (["train", "--data", "no/where"], "There is no folder"),
    "no features": (["train", "--features", "incption"], 'Did you mean "inception"'),
    "occupied": (["train", "--out", "runs/old"], "holds another run"),
    "not writable": (["train", "--export", "a.png/b"], "cannot be created"),
    "no saved GAN": (["train", "--from", "runs/new"], 'Did you mean "runs/old"'),
    "networks": (["train", "--from", "runs/old", "--width", 8], "cannot change"),
    "finished": (["train", "--resume"], "trained for 2 epochs"),
    "resumed": (["train", "--resume", "--seed", 3], "`--seed` differs"),
    "no run": (["train", "--resume", "--out", "pictures"], "There is no run"),
    "recipes": (["recipes", "dcgn"], 'Did you mean "dcgan"'),
    "space": (["generate", "--space", "w"], "requires --walk"),
    "separate": (["generate", "--separate", "runs"], "not empty"),
    "generate": (["generate", "nowhere"], "preset (fashion_mnist)"),
    "held out": (["evaluate", "--held-out", "pictures"], "--memorization"),
    "evaluate": (["evaluate", "--out", "a.png/b"], "cannot be created"),
    "export": (["export", "--out", "a.png/b"], "cannot be created"),
    "check": (["check", "no/where"], "There is no folder"),
    "features": (["features", "train", "pictures", "--out", "a.h5"], ".keras"),
    "style": (["stylize", "a.png", "b.png"], "style image cannot be read"),
    "png": (["stylize", "a.png", "a.png", "--out", "b.txt"], "cannot be written"),
}


@pytest.mark.parametrize("case", BAD)
def test_errors_of_options_load_no_library(folder, case):
    arguments, fact = BAD[case]
    before = sorted(folder.rglob("*"))
    result, loaded = probe(*arguments, folder=folder)
    assert (result.returncode, loaded) == (2, [])
    assert fact in result.stderr
    assert "Traceback" not in result.stderr
    assert sorted(folder.rglob("*")) == before


LINES = """
import os, sys
from keras_gan_cli.library import hidden_log_lines
with hidden_log_lines():
    for line in sys.stdin.buffer:
        os.write(2, line)
print(os.environ["TF_CPP_MIN_LOG_LEVEL"])
print("after", file=sys.stderr)
"""

HIDDEN = """\
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
E0000 00:00:1731510134.168226    1234 cuda_dnn.cc:8310] Unable to register cuDNN factory
W0000 00:00:1731510134.183622    1234 computation_placer.cc:177] already registered.
I0000 00:00:1795959909.009886    6486 port.cc:153] oneDNN custom operations are on.
2025-11-29 12:00:00.123456: I tensorflow/core/util/port.cc:113] oneDNN is on.
To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow
"""

SHOWN = """\
F0000 00:00:1731510134.183622    1234 cpu_feature_guard.cc:43] AVX is not available.
terminate called after throwing an instance of 'std::bad_alloc'
a warning of a library
"""


def test_log_lines_are_hidden_and_other_lines_are_not():
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"}
    result = subprocess.run(
        [sys.executable, "-c", LINES],
        input=HIDDEN + SHOWN,
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    assert result.stderr == f"{SHOWN}after\n"
    assert result.stdout == "2\n"  # that of the user


def test_the_reason_of_an_abort_is_printed():
    code = LINES.replace("os.write(2, line)", "os.write(2, line); os.abort()")
    result = subprocess.run(
        [sys.executable, "-c", code],
        input=SHOWN,
        capture_output=True,
        text=True,
    )
    assert result.returncode < 0
    assert result.stderr == SHOWN.splitlines(keepends=True)[0]


@pytest.mark.parametrize(
    "flags",
    [[], pytest.param(["--verbose"], marks=pytest.mark.slow)],
    ids=["silent", "verbose"],
)
def test_generate_prints_no_messages_of_tensorflow(tmp_path, flags, monkeypatch):
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    result, loaded = probe(*flags, "generate", "--count", 1, folder=tmp_path)
    assert result.returncode == 0
    assert "tensorflow" in loaded
    said = "fashion_mnist (pretrained): images of 28x28x1\n"
    assert (result.stderr == said) == (not flags)
    assert result.stderr.endswith(said)
