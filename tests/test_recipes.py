import keras
import numpy as np
import pytest
from toys import pictures

from keras_gan import losses, recipes


def test_dcgan_is_the_setting_of_its_paper():
    gan = recipes.dcgan((16, 16, 1), latent_dim=8, width=4, seed=3)
    assert gan.loss == losses.NonSaturating()
    for optimizer in gan.optimizer.optimizers:
        assert isinstance(optimizer, keras.optimizers.Adam)
        assert float(optimizer.learning_rate) == pytest.approx(2e-4)
        assert (optimizer.beta_1, optimizer.beta_2) == (0.5, 0.999)
    assert gan.latents.dim == 8
    assert gan.image_shape == (16, 16, 1)
    assert gan.seed == 3
    assert gan.ema_momentum == 0.99
    assert (
        gan.generator.count_params()
        < recipes.dcgan((16, 16, 1)).generator.count_params()
    )


def test_a_recipe_is_ready_to_train():
    gan = recipes.dcgan((8, 8, 1), width=4, ema_momentum=None)
    history = gan.fit(pictures(16), batch_size=8, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert gan.ema_generator is gan.generator


@pytest.mark.parametrize("name", recipes.NAMES)
def test_a_name_is_a_recipe(name):
    assert recipes.get(name) is recipes.NAMES[name]
    assert getattr(recipes, name) is recipes.NAMES[name]


def test_a_wrong_name_brings_the_near_one():
    with pytest.raises(
        ValueError, match=r'(?s)Expected: .*Received: "dgan".*What to do: .*"dcgan"'
    ):
        recipes.get("dgan")
