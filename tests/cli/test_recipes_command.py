import inspect
import os

import keras
import pytest
from workplace import keras_gan, read, refused, same, train, tree

import keras_gan as kg
from keras_gan import losses, recipes


def test_recipes_are_listed_one_a_line(workplace):
    result = keras_gan("recipes")
    assert result.exit_code == 0, result.output
    lines = result.stdout.split("\n\n")[0].splitlines()
    assert len(lines) == len(recipes.NAMES) > 10
    for line, name in zip(lines, recipes.NAMES, strict=True):
        assert line.split()[0] == name
        assert line.endswith(recipes.about(name))
        assert len(line) <= 100
    assert "keras-gan train --recipe" in result.stdout
    assert "keras-gan recipes wgan_gp" in result.stdout


@pytest.mark.parametrize(
    ("name", "options"),
    [
        (
            "biggan",
            "[--width N] [--latent-dim N] [--ema-momentum X] [--learning-rate X]",
        ),
        ("lsgan", "[--width N] [--latent-dim N] [--ema-momentum X]"),
    ],
)
def test_all_about_a_recipe_is_told(workplace, name, options):
    result = keras_gan("recipes", name)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{name}(image_shape, ")
    for line in recipes.NAMES[name].__doc__.splitlines():
        assert line.strip() in result.stdout
    for argument in inspect.signature(recipes.NAMES[name]).parameters.values():
        default = "" if argument.default is argument.empty else f"={argument.default!r}"
        assert f"{argument.name}{default}" in result.stdout
    assert "Annotated" not in result.stdout
    assert result.stdout.endswith(f"keras-gan train --recipe {name} {options}\n")


def test_the_list_is_as_long_as_the_examples_say(workplace):
    words = f"recipes                  the settings of {len(recipes.NAMES)} papers"
    assert words in keras_gan("--help").stdout


def test_a_recipe_is_trained_by_its_name(workplace, no_export, monkeypatch):
    def small(image_shape, seed=None):
        gan = recipes.gan(image_shape, latent_dim=4, width=8, seed=seed)
        gan.compile(loss="least_squares", run_eagerly=True)
        return gan

    monkeypatch.setitem(recipes.NAMES, "lsgan", small)
    result = train("--recipe", "lsgan", "--out", "run")
    assert result.exit_code == 0, result.output
    assert "lsgan" in result.stdout
    loaded = keras.saving.load_model("run/gan.keras")
    assert loaded.loss == losses.LeastSquares()


def test_an_unknown_recipe_names_the_near_ones(workplace):
    assert refused(train("--recipe", "wgangp"), '"wgan_gp"')
    assert refused(keras_gan("recipes", "wgangp"), '"wgan_gp"')


def sized(
    image_shape,
    latent_dim=None,
    width=8,
    ema_momentum=0.5,
    seed=None,
    learning_rate=1e-3,
):
    """Recipe of fast networks that has all options."""
    gan = kg.GAN(
        kg.networks.mlp_generator(image_shape, latent_dim or 4, width, depth=1),
        kg.networks.mlp_discriminator(image_shape, width, depth=1),
        ema_momentum=ema_momentum,
        seed=seed,
    )
    gan.compile(keras.optimizers.Adam(learning_rate), run_eagerly=True)
    return gan


SIZES = (
    *("--width", 5, "--latent-dim", 3),
    *("--ema-momentum", 0.25, "--learning-rate", 0.01),
)


def sizes(path):
    """Width, latent dimension, EMA momentum and learning rate of a saved GAN."""
    gan = keras.saving.load_model(path)
    (width,) = {weight.shape[-1] for weight in gan.generator.weights[:1]}
    learning_rate = float(gan.generator_optimizer.learning_rate)
    return width, gan.latents.dim, gan.ema_momentum, pytest.approx(learning_rate)


def test_networks_are_as_large_as_asked_and_stay_so(workplace, no_export, monkeypatch):
    monkeypatch.setitem(recipes.NAMES, "biggan", sized)
    result = train("--recipe", "biggan", *SIZES, "--out", "run")
    assert result.exit_code == 0, result.output
    assert sizes("run/gan.keras") == (5, 3, 0.25, 0.01)
    assert read("run/run.json")["latent_dim"] == 3
    os.rename("run/gan.keras", "before.keras")  # as if stopped in the first epoch
    result = train("--resume", "--out", "run", *SIZES[:4])
    assert result.exit_code == 0, result.output
    assert same("run/gan.keras", "before.keras")
    result = train("--resume", "--out", "run", "--latent-dim", 9)
    assert refused(result, "`--latent-dim` differs", "Leave --latent-dim out", "3")


@pytest.mark.parametrize(
    ("recipe", "option", "facts"),
    [
        ("dcgan", "--width", ["recipe dcgan does not have", "none of these options"]),
        (
            "lsgan",
            "--learning-rate",
            ["--width, --latent-dim, --ema-momentum\n", "--learning-rate 3"],
        ),
    ],
)
def test_options_that_a_recipe_does_not_take_are_refused(
    workplace, recipe, option, facts
):
    before = tree()
    assert refused(train("--recipe", recipe, option, 3), *facts)
    assert tree() == before


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--width", 0),
        ("--latent-dim", "x"),
        ("--ema-momentum", 1),
        ("--ema-momentum", -0.1),
        ("--learning-rate", 0),
    ],
)
def test_a_number_out_of_range_is_refused_by_its_option(workplace, option, value):
    result = train(option, value)
    assert result.exit_code == 2
    assert f"Invalid value for '{option}'" in result.stderr


def test_the_networks_of_a_saved_gan_stay_as_they_are(workplace, gan):
    result = train("--from", "saved.keras", "--width", 4)
    assert refused(result, "cannot change the networks", "--width 4 and --from")
