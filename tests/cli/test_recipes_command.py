import keras
from workplace import keras_gan, refused, train

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


def test_the_list_is_as_long_as_the_examples_say(workplace):
    assert (
        "recipes                  the settings of 23 papers"
        in keras_gan("--help").stdout
    )
    assert len(recipes.NAMES) == 23


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
