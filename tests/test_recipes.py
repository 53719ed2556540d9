"""Every recipe has its paper's setting and trains."""

import contextlib
import inspect
import itertools
import pathlib
import re

import keras
import numpy as np
import pytest
from toys import facts, pictures, points, stated

import keras_gan as kg
from keras_gan import augment, losses, penalties, recipes
from keras_gan.networks import resnet, sizes
from keras_gan.recipes import large, residual

SHAPE = (16, 16, 1)
"""Smallest shape at which DCGAN's discriminator has a normalized layer."""

RMSPROP = ("rmsprop", 5e-5)


def adam(learning_rate, beta_1=0.5, beta_2=0.999):
    """Returns the description of Adam by `optimizer_of`."""
    return "adam", learning_rate, beta_1, beta_2


def setting(optimizers, loss, **others):
    """Returns a setting; what is not passed is off."""
    defaults = {
        "penalties": [],
        "generator_penalties": [],
        "discriminator_steps": 1,
        "weight_clip": None,
        "unrolling": kg.Unrolling(0),
        "schedule": kg.schedules.EveryStep(),
        "latents": kg.latents.Normal,
        "augment": augment.NoAugmentation(),
        "normalization": "batch",
    }
    if not isinstance(optimizers, list):
        optimizers = [optimizers, optimizers]
    return {**defaults, "optimizers": optimizers, "loss": loss, **others}


SETTINGS = {
    # Loss: section 3, "maximize log D(G(z))". Latents: figure 1, "in this case
    # uniformly". Batch normalization is younger. Adam is DCGAN's, as documented.
    "gan": setting(
        adam(2e-4),
        losses.NonSaturating(),
        latents=kg.latents.Uniform,
        normalization=None,
    ),
    # Section 4: Adam with 0.0002 and beta_1 = 0.5. Section 3: batch normalization in
    # both networks. Normal latents as in the lecture's program; the paper: uniform.
    "dcgan": setting(adam(2e-4), losses.NonSaturating()),
    # Loss: equation 2. Networks and Adam are DCGAN's, as documented.
    "conditional": setting(adam(2e-4), losses.NonSaturating()),
    # Equation 9: targets 0 and 1. Networks and Adam are DCGAN's.
    "lsgan": setting(adam(2e-4), losses.LeastSquares(0.0, 1.0, 1.0)),
    # Section 3.1: feature matching; 3.4: one-sided label smoothing, "values, like .9".
    # Networks and Adam are DCGAN's.
    "improved_gan": setting(
        adam(2e-4),
        losses.NonSaturating(real_target=0.9),
        generator_penalties=[penalties.FeatureMatching()],
    ),
    # The authors' program for mixtures of Gaussians ("Unrolled GAN demo.ipynb"):
    # gen_learning_rate, disc_learning_rate, beta1 and unrolling_steps.
    "unrolled": setting(
        [adam(1e-3), adam(1e-4)],
        losses.NonSaturating(),
        unrolling=kg.Unrolling(5),
    ),
    # Section 2.4: the pulling-away term on the code, EBGAN-PT; appendix: its weight of
    # 0.1. The margin is in this library's unit, and Adam is DCGAN's, as documented.
    "ebgan": setting(
        adam(2e-4),
        losses.EnergyMargin(0.2),
        generator_penalties=[penalties.PullingAway(0.1, layer="code")],
        normalization=None,
    ),
    # Section 3.3: gamma, "lambda_k is 0.001"; section 3.5: uniform latents in [-1, 1],
    # no batch normalization; section 4.1: Adam from 1e-4. beta_1 = 0.5 is documented.
    "began": setting(
        adam(1e-4),
        losses.BEGAN(gamma=0.5, k_learning_rate=0.001),
        latents=kg.latents.Uniform,
        normalization=None,
    ),
    # Algorithm 1: alpha = 0.00005, c = 0.01, n_critic = 5, RMSProp.
    "wgan": setting(
        RMSPROP, losses.Wasserstein(), discriminator_steps=5, weight_clip=0.01
    ),
    # Algorithm 1: lambda = 10, n_critic = 5, alpha = 0.0001, beta_1 = 0, beta_2 = 0.9.
    # Section 4, "No critic batch normalization": layer normalization instead.
    "wgan_gp": setting(
        adam(1e-4, 0.0, 0.9),
        losses.Wasserstein(),
        penalties=[penalties.GradientPenalty(10.0)],
        discriminator_steps=5,
        normalization="layer",
    ),
    # Table 1, WGAN-GP with TTUR on CIFAR-10: b = 3e-4 of D, a = 1e-4 of G; one update
    # of each network. The rest is WGAN-GP's.
    "ttur": setting(
        [adam(1e-4, 0.0, 0.9), adam(3e-4, 0.0, 0.9)],
        losses.Wasserstein(),
        penalties=[penalties.GradientPenalty(10.0)],
        normalization="layer",
    ),
    # Table 1, setting C: alpha = 0.0002, beta_1 = 0.5, beta_2 = 0.999, n_dis = 1.
    # Equations 16 and 17: hinge.
    "sngan": setting(adam(2e-4), losses.Hinge(), normalization="spectral"),
    # Section 3: lambda = 10, Adam and networks of DCGAN. Layer normalization, as the
    # penalty is on each image alone (WGAN-GP, section 4).
    "dragan": setting(
        adam(2e-4),
        losses.NonSaturating(),
        penalties=[penalties.DRAGAN(10.0)],
        normalization="layer",
    ),
    # Section 6 and the authors' configs/default.yaml: reg_param 10, RMSProp with 0.0001
    # and alpha = 0.99, which is Adam with beta_1 = 0 and beta_2 = 0.99.
    "r1": setting(
        adam(1e-4, 0.0, 0.99),
        losses.NonSaturating(),
        penalties=[penalties.R1(10.0)],
        normalization="layer",
    ),
    # The authors' DiffAugment_tf.py: brightness, saturation and contrast in full,
    # translation by 0.125, cutout of 0.5. Networks and Adam are DCGAN's.
    "diffaugment": setting(
        adam(2e-4), losses.Hinge(), augment=augment.DiffAugment(1.0, 0.125, 0.5)
    ),
    # Section 3: target 0.6 of r_t, p from 0 to 1 within 500k images; section 2: safe
    # below p = 0.8. Networks and Adam are DCGAN's.
    "ada": setting(adam(2e-4), losses.Hinge(), augment=augment.ADA(0.6, 500_000, 0.8)),
    # Section 5: alpha = 0.0002, beta_1 = 0, beta_2 = 0.9, n_dis = 5; hinge as in SNGAN.
    "projection": setting(
        adam(2e-4, 0.0, 0.9),
        losses.Hinge(),
        discriminator_steps=5,
        normalization="spectral",
    ),
    # Section 5: beta_1 = 0, beta_2 = 0.9, rates 0.0004 of D and 0.0001 of G. Section 4:
    # spectral normalization in both networks, one update of each. Hinge: section 3.
    "sagan": setting(
        [adam(1e-4, 0.0, 0.9), adam(4e-4, 0.0, 0.9)],
        losses.Hinge(),
        normalization="spectral",
    ),
    # Section 3.1: weight 1e-4 of the regularization. Appendix C: rates 5e-5 of G and
    # 2e-4 of D, beta_1 = 0, beta_2 = 0.999, two updates of D to one of G.
    "biggan": setting(
        [adam(5e-5, 0.0), adam(2e-4, 0.0)],
        losses.Hinge(),
        generator_penalties=[penalties.OrthogonalRegularization(1e-4)],
        discriminator_steps=2,
        normalization="spectral",
    ),
    # Appendix A.1: alpha = 0.001, beta_1 = 0, beta_2 = 0.99, epsilon = 1e-8; lambda =
    # 10, epsilon_drift = 0.001, n_critic = 1; no batch normalization.
    "progressive": setting(
        adam(1e-3, 0.0, 0.99),
        losses.Wasserstein(),
        penalties=[penalties.GradientPenalty(10.0), penalties.Drift(0.001)],
        normalization=None,
    ),
    # Section 4, "Implementation details": RMSprop with 0.003; MSG-ProGAN has the loss
    # and penalties of PGGAN.
    "msg_gan": setting(
        ("rmsprop", 0.003),
        losses.Wasserstein(),
        penalties=[penalties.GradientPenalty(10.0), penalties.Drift(0.001)],
        normalization=None,
    ),
    # Appendix C: the loss of R1 with gamma = 10; the other values are PGGAN's.
    "stylegan": setting(
        adam(1e-3, 0.0, 0.99),
        losses.NonSaturating(),
        penalties=[penalties.R1(10.0)],
        normalization=None,
    ),
    # Section 2: relativistic pairing loss with R1 and R2 of equal weight, no
    # normalization; Adam with beta_1 = 0, beta_2 = 0.99. Weight and rate are the
    # recipe's own, for the networks of DCGAN.
    "relativistic": setting(
        adam(1e-3, 0.0, 0.99),
        losses.Relativistic(),
        penalties=[penalties.R1(0.1), penalties.R2(0.1)],
        normalization=None,
    ),
}
"""Settings of the papers, from the places named, with the documented differences."""

AUGMENTED = ("ada", "diffaugment")
OF_IMAGES = (
    "biggan",
    "conditional",
    "msg_gan",
    "progressive",
    "projection",
    "sagan",
    "stylegan",
)
"""Recipes whose networks generate images only."""

LABELLED = ("biggan", "conditional", "projection", "sagan")
"""Recipes of networks with labels."""

COMMON = {"image_shape", "latent_dim", "width", "ema_momentum", "seed"}


def made(name, shape=SHAPE, **arguments):
    """Returns the GAN of a recipe at toy size."""
    sizes = {"latent_dim": 4, "width": 4, "seed": 3}
    if name in LABELLED:
        sizes["num_classes"] = 3
    return recipes.get(name)(shape, **{**sizes, **arguments})


def optimizer_of(optimizer):
    """Describes an optimizer: kind, initial learning rate, betas."""
    learning_rate = round(float(optimizer.learning_rate), 9)
    if type(optimizer) is keras.optimizers.RMSprop:
        return "rmsprop", learning_rate
    assert type(optimizer) is keras.optimizers.Adam
    assert optimizer.epsilon == 1e-8
    return "adam", learning_rate, optimizer.beta_1, optimizer.beta_2


def normalization_of(network):
    """Name of the normalization of the discriminator's layers, or None."""
    kinds = {
        "batch": keras.layers.BatchNormalization,
        "layer": keras.layers.GroupNormalization,
        "spectral": kg.layers.SpectralNormalization,
    }
    layers = list(network._flatten_layers())
    found = [
        name
        for name, kind in kinds.items()
        if any(isinstance(layer, kind) for layer in layers)
    ]
    return found[0] if found else None


def setting_of(gan):
    """Describes a compiled GAN as `setting` does."""
    return {
        "optimizers": [optimizer_of(one) for one in gan.optimizer.optimizers],
        "loss": gan.loss,
        "penalties": [*gan.penalties.values()],
        "generator_penalties": [*gan.generator_penalties.values()],
        "discriminator_steps": gan.discriminator_steps,
        "weight_clip": gan.weight_clip,
        "unrolling": gan.unrolling,
        "schedule": gan.schedule,
        "latents": type(gan.latents),
        "augment": gan.augment,
        "normalization": normalization_of(gan.discriminator),
    }


def trained(gan, real):
    """Trains an eager step and asserts that the weights of both networks changed."""
    players = gan.generator, gan.discriminator
    labels = np.arange(len(real)) % 3 if gan.labels.num_classes else None
    before = [one.trainable_variables[0].numpy() for one in players]
    gan.run_eagerly = True
    logs = gan.train_on_batch(real, labels, return_dict=True)
    assert np.isfinite(list(logs.values())).all()
    for one, old in zip(players, before, strict=True):
        assert (one.trainable_variables[0].numpy() != old).any()


def test_there_is_a_setting_for_every_recipe():
    assert set(SETTINGS) == set(recipes.NAMES)
    functions = {name for name in recipes.__all__ if name in recipes.NAMES}
    assert functions == set(recipes.NAMES)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_recipe_is_the_setting_of_its_paper_and_trains(name):
    gan = made(name)
    assert setting_of(gan) == SETTINGS[name]
    assert gan.image_shape == SHAPE
    assert gan.latents.dim == 4
    assert gan.seed == 3
    trained(gan, pictures(10, SHAPE))


@pytest.mark.parametrize("name", sorted({*SETTINGS} - {*AUGMENTED, *OF_IMAGES}))
def test_a_recipe_trains_on_points(name):
    gan = made(name, (2,), ema_momentum=0.5)
    expected = SETTINGS[name]
    if expected["normalization"] != "spectral":  # dense networks know no other
        expected = expected | {"normalization": None}
    assert setting_of(gan) == expected
    trained(gan, points(10))
    assert gan.generate(3).shape == (3, 2)


@pytest.mark.parametrize("name", [*OF_IMAGES, *AUGMENTED])
def test_a_recipe_of_images_refuses_points(name):
    words = f"`image_shape` of {name} must be the shape of an image"
    with pytest.raises(ValueError, match=facts(words)):
        made(name, (2,))


def test_the_catalogue_names_those_that_make_no_points():
    text = (pathlib.Path(__file__).parents[1] / "docs" / "catalogue.md").read_text()
    (sentence,) = re.findall(r"points in the plane,\s`\(2,\)`[^.]*\.", text)
    assert set(re.findall(r"`(\w+)`", sentence)) == {*OF_IMAGES, *AUGMENTED}


@pytest.mark.parametrize("shape", [(4, 4, 1), (7, 9, 3), (30, 30, 3)])
def test_sagan_refuses_by_name_what_has_no_place_for_attention(shape):
    with pytest.raises(ValueError, match=facts("SAGAN")) as refused:
        made("sagan", shape)
    assert f"Received: image_shape={shape}\n" in str(refused.value)
    if shape[0] in (4, 7):
        assert f"(8, 8, {shape[-1]})" in str(refused.value)
        assert residual.attention_height((8, 8, shape[-1])) == 4


@pytest.mark.parametrize("learning_rate", [-1, 0.0, "1", float("nan"), None, True])
@pytest.mark.parametrize(
    ("name", "value"),
    [("biggan", 5e-5), ("relativistic", 1e-3), ("began", 1e-4)],
)
def test_an_invalid_learning_rate_is_refused(name, value, learning_rate):
    words = f"Received: learning_rate={learning_rate!r}\n"
    advice = f"Pass e.g. learning_rate={value!r}."
    with pytest.raises(ValueError, match=stated(words, advice)):
        made(name, (8, 8, 1), learning_rate=learning_rate)


def test_the_balance_of_began_is_an_argument():
    loss = made("began", (8, 8, 1), gamma=0.7, k_learning_rate=0.05).loss
    assert loss == losses.BEGAN(gamma=0.7, k_learning_rate=0.05)


@pytest.mark.parametrize("name", SETTINGS)
def test_what_all_recipes_take_has_an_effect(name):
    assert set(inspect.signature(recipes.get(name)).parameters) >= COMMON
    gan = made(name, (8, 8, 1), ema_momentum=None, seed=4)
    wide = made(name, (8, 8, 1), width=8, latent_dim=5, ema_momentum=0.75)
    assert gan.ema_generator is gan.generator
    assert wide.ema_generator is not wide.generator
    assert (gan.ema_momentum, wide.ema_momentum) == (None, 0.75)
    assert (gan.seed, wide.seed) == (4, 3)
    assert (gan.latents.dim, wide.latents.dim) == (4, 5)
    for player in ("generator", "discriminator"):
        sizes = [getattr(one, player).count_params() for one in (gan, wide)]
        assert sizes[0] < sizes[1]


@pytest.mark.parametrize("name", LABELLED)
def test_labels_decide_what_is_made_and_how_it_is_scored(name):
    gan = made(name, (8, 8, 1), ema_momentum=None)
    assert gan.labels.num_classes == 3
    random = np.random.default_rng(0)  # at first all classes are equal to some layers
    for weight in gan.generator.weights:
        weight.assign_add(random.uniform(-0.05, 0.05, weight.shape))
    first, second = (gan.generate(4, seed=0, labels=label) for label in (0, 2))
    assert np.abs(first - second).max() > 1e-6
    scores = [gan.discriminator([first, np.full(4, label)]) for label in (0, 2)]
    assert np.abs(scores[0] - scores[1]).min() > 1e-6


@pytest.mark.parametrize("name", ["projection", "sagan"])
def test_labels_may_be_left_out(name):
    gan = made(name, (8, 8, 1), num_classes=None)
    assert gan.labels.num_classes == 0
    assert gan.generate(2, seed=0).shape == (2, 8, 8, 1)


@pytest.mark.parametrize(
    ("side", "height"), [(128, 32), (64, 32), (32, 16), (28, 14), (8, 4)]
)
def test_attention_stands_in_both_networks_at_a_height_that_the_shape_has(side, height):
    gan = made("sagan", (side, side, 1), width=1)
    for network in (gan.generator, gan.discriminator):
        (layer,) = (
            one for one in network.layers if isinstance(one, kg.layers.SelfAttention2D)
        )
        assert layer.output.shape[1:3] == (height, height)
        assert layer.normalization == "spectral"


@pytest.mark.parametrize(
    ("shape", "height"), [((256, 32, 1), 64), ((32, 64, 1), 16), ((64, 256, 1), 32)]
)
def test_attention_has_a_height_that_both_networks_have(shape, height):
    assert residual.attention_height(shape) == height
    if shape == (256, 32, 1):  # G has 32, 64, 128 and 256, D has 128 and 64
        assert made("sagan", shape, width=1).image_shape == shape


def test_attention_is_found_for_every_shape():
    for shape in itertools.product(range(4, 140), (4, 16, 32, 64, 128), [1]):
        with contextlib.suppress(ValueError):
            upward = sizes.upsampling_sizes(shape)
            downward = {one for _, _, one in resnet.discriminator_blocks(shape, 1)}
            if min(shape[:2]) < 8:
                with pytest.raises(ValueError, match=facts("too small for the")):
                    residual.attention_height(shape)
                continue
            height = residual.attention_height(shape)
            assert height in downward & {height for height, _ in upward[:-1]}


@pytest.mark.parametrize("name", recipes.NAMES)
@pytest.mark.parametrize("wrong", [{"latent_dim": 0}, {"width": 0}], ids=str)
def test_a_size_of_zero_is_not_taken_for_none(name, wrong):
    ((argument, _),) = wrong.items()
    with pytest.raises(ValueError, match=facts("")) as refused:
        made(name, (8, 8, 1), **wrong)
    assert f"Received: {argument}=0\n" in str(refused.value)


@pytest.mark.parametrize("name", recipes.NAMES)
def test_what_is_no_shape_is_refused(name):
    with pytest.raises(ValueError, match=facts("shape|images")) as refused:
        made(name, 8)
    assert "Received: image_shape=8\n" in str(refused.value)


@pytest.mark.parametrize("name", OF_IMAGES)
def test_sizes_that_are_not_named_are_those_that_are_described(name):
    others = {
        "biggan": (40, f"`width` is its {large.WIDTH}, .* have its 20 latents"),
        "projection": (128, "Latents have 128 dimensions"),
        "sagan": (128, "latents of 128 dimensions"),
    }
    latent_dim, words = others.get(name, (100, "None: 100 for images and 2 for points"))
    assert made(name, (8, 8, 1), latent_dim=None).latents.dim == latent_dim
    text = " ".join(inspect.getdoc(recipes.get(name)).split())
    assert re.search(words, text)
    assert "None: 64 for images and 128 for points, unless documented" in text


def test_what_is_not_named_is_the_papers_size():
    gan = recipes.dcgan(SHAPE)
    assert gan.latents == kg.latents.Normal(100)
    assert gan.ema_momentum == 0.99
    kernels = [w.shape for w in gan.discriminator.trainable_variables]
    assert kernels[0] == (4, 4, 1, 64)
    plane = recipes.wgan_gp((2,))
    assert plane.latents == kg.latents.Normal(2)
    assert plane.generator.trainable_variables[0].shape == (2, 128)


def test_own_arguments_have_an_effect():
    assert made("unrolled", (2,), steps=7).unrolling == kg.Unrolling(7)
    gan = made("biggan", (8, 8, 1), weight=0.5)
    penalty = gan.generator_penalties["orthogonal_regularization"]
    assert penalty == penalties.OrthogonalRegularization(0.5)
    gan = made("relativistic", (2,), weight=0.5, learning_rate=0.01, steps=10)
    assert {one.weight for one in gan.penalties.values()} == {0.5}
    for optimizer in gan.optimizer.optimizers:
        assert float(optimizer.learning_rate) == pytest.approx(0.01)
        optimizer.iterations.assign(5)  # half of the way down a cosine
        assert float(optimizer.learning_rate) == pytest.approx(0.005)
        optimizer.iterations.assign(10)
        assert float(optimizer.learning_rate) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    "name", ["ebgan", "improved_gan", "relativistic", "ada", "stylegan"]
)
def test_a_recipe_is_saved_and_loaded(name, tmp_path):
    gan = made(name, (8, 8, 1))
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert setting_of(loaded) == setting_of(gan)
    assert loaded.get_compile_config() == gan.get_compile_config()
    images = gan.generate(3, seed=0)
    np.testing.assert_array_equal(loaded.generate(3, seed=0), images)


@pytest.mark.parametrize("name", recipes.NAMES)
def test_a_name_is_a_recipe_that_says_what_it_is(name):
    function = recipes.get(name)
    assert function is recipes.NAMES[name] is getattr(recipes, name)
    about = recipes.about(name)
    assert re.fullmatch(r"[A-Z0-9].{15,85}\.", about)
    assert sum(recipes.about(other) == about for other in recipes.NAMES) == 1
    text = inspect.getdoc(function)
    assert re.search(r"\nReference: \[[^]]+\]\(\s*https://arxiv.org/abs/[\d.]+\)", text)
    described = text.split("\nArgs:\n")[1].split("\n\n")[0]
    named = set(re.findall(r"^    (\w+):", described, re.MULTILINE))
    takes = set(inspect.signature(function).parameters)
    assert named >= COMMON
    assert all(f"`{one}`" in text or one in named for one in takes)


def test_a_wrong_name_brings_the_near_one():
    with pytest.raises(
        ValueError, match=r'(?s)Expected: .*Received: "dgan".*What to do: .*"dcgan"'
    ):
        recipes.get("dgan")
