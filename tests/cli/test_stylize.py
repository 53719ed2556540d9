import functools
import pathlib
import re

import numpy as np
import pytest
from PIL import Image
from workplace import keras_gan, refused, tree

import keras_gan as kg
from keras_gan.style_transfer import networks
from keras_gan_cli import main
from keras_gan_cli.tasks import stylize as task


@pytest.fixture(autouse=True)
def paintings(workplace, monkeypatch):
    """Three small pictures, and features that are quick."""
    random = np.random.default_rng(0)
    for name in ("content", "style", "other"):
        small = Image.fromarray(random.integers(0, 256, (4, 4, 3), np.uint8))
        small.resize((24, 20), Image.Resampling.BICUBIC).save(f"{name}.png")
    quick = networks.FeatureNetwork(
        lambda: networks.random_vgg(4, 1), ("block1_conv1",), ("block1_conv2",)
    )
    monkeypatch.setitem(networks.NAMES, "random", quick)


def stylize(*arguments):
    given = ("--features", "random", "--size", 24, "--steps", 6)
    return keras_gan("stylize", "content.png", "style.png", *given, *arguments)


def levels(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def painted(styles=("style.png",), weights=None, using=None, **arguments):
    """What Python paints with the same arguments."""
    transfer = kg.StyleTransfer("random", **(using or {}))
    chosen = {"size": 24, "steps": 6, "seed": 0, "verbose": 0, **arguments}
    return transfer.stylize("content.png", list(styles), weights, **chosen).image


@functools.cache
def usual():
    """What is painted without any option, the same in every test."""
    return painted()


def test_the_command_paints_what_python_paints():
    before = tree()
    result = stylize()
    assert result.exit_code == 0, result.output
    np.testing.assert_array_equal(levels("stylized.png"), usual())
    assert tree().keys() - before.keys() == {pathlib.Path("stylized.png")}
    for words in (
        "6/6",
        "Image",
        "stylized.png (24x20)",
        "Style loss",
        "at the start (24 pixels)",
    ):
        assert words in result.output


OPTIONS = {
    "weights of terms": (
        ("--content-weight", 0.5, "--style-weight", 2, "--variation-weight", 0.1),
        {
            "using": {
                "content_weight": 0.5,
                "style_weight": 2.0,
                "variation_weight": 0.1,
            }
        },
    ),
    "layers": (
        ("--content-layers", "block1_conv2", "--style-layers", "block1_conv1"),
        {
            "using": {
                "content_layers": ["block1_conv2"],
                "style_layers": ["block1_conv1"],
            }
        },
    ),
    "layers and spaces": (
        ("--style-layers", " block1_conv1, block1_conv2"),
        {"using": {"style_layers": ["block1_conv1", "block1_conv2"]}},
    ),
    "start": (("--start", "content"), {"start": "content"}),
    "optimizer": (("--optimizer", "adam"), {"optimizer": "adam"}),
    "color": (("--keep-color",), {"keep_color": True}),
    "seed": (("--seed", 5), {"seed": 5}),
    "style size": (("--style-size", 12), {"style_size": 12}),
    "steps": (("--steps", 2), {"steps": 2}),
    "size": (("--size", 16), {"size": 16}),
}


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_does_what_its_argument_does(option):
    arguments, same = OPTIONS[option]
    assert stylize(*arguments).exit_code == 0
    made = levels("stylized.png")
    np.testing.assert_array_equal(made, painted(**same))
    assert made.shape != usual().shape or (made != usual()).any()


def test_several_styles_are_mixed_by_weight():
    result = stylize("other.png", "--style-weights", "3,1", "--out", "a/mixed.png")
    assert result.exit_code == 0, result.output
    wanted = painted(("style.png", "other.png"), [3, 1])
    np.testing.assert_array_equal(levels("a/mixed.png"), wanted)


def test_pictures_on_the_way_and_the_curve():
    result = stylize("--every", 2, "--out", "a/b.png")
    assert result.exit_code == 0, result.output
    names = sorted(path.name for path in pathlib.Path("a/b").iterdir())
    assert names == ["curve.png", *(f"step_{step:05d}.png" for step in (2, 4, 6))]
    np.testing.assert_array_equal(levels("a/b/step_00006.png"), levels("a/b.png"))
    assert (levels("a/b/step_00002.png") != levels("a/b.png")).any()


def test_the_curve_has_a_log_axis_though_a_term_is_0(monkeypatch):
    scales = []

    def look(figure, path, **arguments):
        scales.append(figure.axes[0].get_yscale())
        path.touch()

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", look)
    for loss in ([0.5, 0.001], [0.0, 0.0]):
        history = {name: [0.0, 0.0] for name in ("content", "style", "variation")}
        history = {**history, "loss": loss, "size": [64, 64]}
        kg.style_transfer.Stylized(np.zeros((2, 2, 3)), history).save_curve("a.png")
    assert scales == ["log", "linear"]


def test_the_size_is_said_at_the_start_and_at_the_end():
    history = {"content": [0.5, 0.25], "style": [1.0, 0.125], "size": [64, 128]}
    made = kg.style_transfer.Stylized(np.zeros((96, 128, 3)), history)
    text = task.transfer_summary(made, "a.png", None, 0)
    assert "1 at the start (64 pixels), 0.125 at the end (128 pixels)" in text


def test_an_interrupt_keeps_the_picture_so_far(monkeypatch):
    paint = kg.StyleTransfer.stylize

    def interrupted(transfer, *arguments, callback, **others):
        def call(step, made):
            callback(step, made)
            if step == 2:
                raise KeyboardInterrupt

        return paint(transfer, *arguments, callback=call, **others)

    monkeypatch.setattr(kg.StyleTransfer, "stylize", interrupted)
    result = stylize("--every", 2)
    assert result.exit_code == 130
    assert "Image" in result.output
    two = levels("stylized/step_00002.png")
    np.testing.assert_array_equal(levels("stylized.png"), two)


def test_a_gray_picture_is_said_on_a_line():
    Image.open("content.png").convert("L").save("content.png")
    result = stylize()
    assert result.exit_code == 0
    assert "The content image content.png is of mode L; it becomes RGB" in (
        result.stderr
    )
    assert "UserWarning" not in result.stderr


def test_without_a_network_the_default_says_what_to_do_instead(monkeypatch):
    monkeypatch.setattr(networks, "connection_error", lambda url: "no network")
    before = tree()
    result = keras_gan("stylize", "content.png", "style.png")
    assert refused(result, "--features random", "no network")
    assert tree() == before


BAD = {
    "no file": (("nowhere.png",), "style image cannot be read"),
    "ending": (("--out", "picture.txt"), "cannot be written", "picture.png"),
    "number": (("--style-weights", "1,a"), "must be numbers", '"1,a"'),
    "weights": (("--style-weights", "1,2"), "must have one weight for each"),
    "layer": (("--style-layers", "block9"), "no such layer", "block1_conv1"),
    "features": (("--features", "rendom"), 'Did you mean "random"'),
    "folder": (("--out", "style.png/a.png"), "folder cannot be created"),
    "a folder": (("--out", "folder.png"), "this is a folder", "folder.png/new.png"),
    "content": (("--out", "content.png"), "would overwrite", "--out content_2.png"),
    "style": (("--out", "./style.png"), "would overwrite", "--out style_2.png"),
    "link": (("--out", "link.png"), "would overwrite", "--out link.png"),
    "steps": (
        ("--every", 2, "--out", "old.png"),
        "steps of another transfer",
        "old, with 1 of them",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_leaves_nothing_behind(case):
    arguments, *facts = BAD[case]
    pathlib.Path("folder.png").mkdir()
    pathlib.Path("link.png").symlink_to("content.png")
    pathlib.Path("old").mkdir()
    pathlib.Path("old", "step_00003.png").touch()
    before = tree()
    assert refused(stylize(*arguments), *facts)
    assert tree() == before


def test_a_number_out_of_range_is_refused_by_its_option():
    for option, value in (("--style-weight", -1), ("--steps", 0), ("--size", "x")):
        result = stylize(option, value)
        assert result.exit_code == 2
        assert f"Invalid value for '{option}'" in result.stderr


@pytest.mark.parametrize("name", sorted(main.commands))
def test_the_examples_of_a_command_use_its_options(name):
    command = main.commands[name]
    known = {opt for one in command.params for opt in one.opts + one.secondary_opts}
    used = set(re.findall(r"--[a-z-]+", command.epilog or ""))
    assert used <= known
