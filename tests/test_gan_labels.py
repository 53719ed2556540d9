"""Labels from the data to the picture: training, generating, saving, exporting."""

import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import facts, set_seed, stated

import keras_gan as kg
from keras_gan.networks import labels
from keras_gan.networks.labels import to_index_tensor

NAMES = ["circle", "square", "star"]
SHAPE = (4, 4, 1)


def shades(count=48):
    """Returns images that are as bright as their class says, and the classes."""
    classes = np.arange(count) % 3
    noise = np.random.default_rng(0).normal(0.0, 0.05, (count, *SHAPE))
    images = np.clip((classes - 1)[:, None, None, None] * 0.7 + noise, -1.0, 1.0)
    return images.astype("float32"), classes


def dataset(batch_size=12, class_names=NAMES):
    return kg.data.from_arrays(*shades(), batch_size, class_names=class_names)


def networks(classes=3, discriminator_classes=None):
    """Returns a conditional pair of a user's own, of Keras's layers alone."""
    set_seed(0)
    latents, wanted = keras.Input((2,)), keras.Input((), dtype="int32")
    told = keras.layers.Embedding(classes, 4)(wanted)
    x = keras.layers.Concatenate()([latents, told])
    x = keras.layers.Dense(16, "tanh")(keras.layers.Dense(16, "relu")(x))
    generator = keras.Model([latents, wanted], keras.layers.Reshape(SHAPE)(x))
    images, shown = keras.Input(SHAPE), keras.Input((), dtype="int32")
    x = keras.layers.Dense(16, "relu")(keras.layers.Flatten()(images))
    told = keras.layers.Embedding(discriminator_classes or classes, 16)(shown)
    x = keras.layers.Concatenate()([x, keras.layers.Multiply()([x, told])])
    scores = keras.layers.Dense(1)(x)
    return generator, keras.Model([images, shown], scores)


def conditional(run_eagerly=True, steps_per_execution=1, **arguments):
    gan = kg.GAN(*networks(), seed=0, **arguments)
    optimizers = [keras.optimizers.Adam(3e-3, beta_1=0.5) for _ in range(2)]
    gan.compile(
        *optimizers, run_eagerly=run_eagerly, steps_per_execution=steps_per_execution
    )
    return gan


def test_samples_show_the_class_that_is_asked_for():
    graph = {"run_eagerly": False, "steps_per_execution": 20}
    gan = conditional(**graph, ema_momentum=0.9, class_names=NAMES)
    gan.fit(*shades(480), batch_size=12, epochs=15, verbose=0)
    means = [gan.generate(32, seed=0, labels=name).mean() for name in NAMES]
    np.testing.assert_allclose(means, [-0.7, 0.0, 0.7], atol=0.2)


def test_the_networks_are_given_the_labels_of_the_rows():
    generator, discriminator = networks()
    seen = {"generator": [], "discriminator": []}

    def watch(name, network):
        call = network.call

        def watched(inputs, *rest, **more):
            seen[name].append(np.asarray(inputs[1]))
            return call(inputs, *rest, **more)

        network.call = watched

    gan = kg.GAN(generator, discriminator, seed=0)
    gan.compile(discriminator_steps=2, run_eagerly=True)
    watch("generator", generator)
    watch("discriminator", discriminator)
    images, classes = shades(12)
    gan.train_on_batch(images, classes)
    halves = classes[:6], classes[6:]
    np.testing.assert_array_equal(seen["generator"], halves)
    wanted = [halves[0], halves[0], halves[1], halves[1], halves[1]]
    np.testing.assert_array_equal(seen["discriminator"], wanted)


def test_labels_go_through_penalties_and_imagined_steps():
    gan = conditional()
    gan.compile(
        penalties=[
            kg.penalties.GradientPenalty(),
            kg.penalties.R1(interval=2),
            kg.penalties.DRAGAN(),
        ],
        generator_penalties=[kg.penalties.FeatureMatching()],
        unrolling=kg.Unrolling(2),
        discriminator_steps=2,
        run_eagerly=True,
    )
    history = gan.fit(dataset(24), verbose=0, validation_data=dataset(24))
    assert np.isfinite([history.history[key][-1] for key in history.history]).all()


@pytest.mark.parametrize(
    "jit_compile", [False, pytest.param(True, marks=pytest.mark.slow)]
)
def test_a_graph_gives_the_numbers_of_eager_play(jit_compile):
    logs = []
    for eager in (True, False):
        gan = conditional()
        gan.compile(run_eagerly=eager, jit_compile=jit_compile and not eager)
        images, classes = shades(12)
        logs.append(gan.train_on_batch(images, classes, return_dict=True))
    assert logs[0] == pytest.approx(logs[1], rel=1e-4)


def test_labels_are_names_numbers_or_a_list_of_both():
    gan = conditional(class_names=NAMES)
    star = gan.generate(3, seed=1, labels="star")
    for same in (2, np.int64(2), "2", ["star"] * 3, [2, "2", "star"], np.full(3, 2)):
        np.testing.assert_array_equal(gan.generate(3, seed=1, labels=same), star)
    mixed = gan.generate(seed=1, labels=["circle", "star", "star"])
    assert mixed.shape == (3, *SHAPE)
    np.testing.assert_array_equal(mixed[1:], star[1:])
    assert not np.array_equal(mixed[0], star[0])


def test_without_labels_every_class_is_as_likely():
    random = kg.random.Random(0)
    (drawn,) = labels.Labels(3).draw(random, 30_000)
    shares = np.bincount(drawn, minlength=3) / 30_000
    np.testing.assert_allclose(shares, 1 / 3, atol=0.01)  # 3.7 standard deviations
    (few,) = labels.Labels(3).draw(random, 5)
    np.testing.assert_array_equal(few, drawn[:5])
    (later,) = labels.Labels(3).draw(random.with_start(100), 5)
    np.testing.assert_array_equal(later, drawn[100:105])


def test_few_images_are_the_first_of_many_with_labels_too():
    gan = conditional()
    many = gan.generate(70, seed=3)
    np.testing.assert_allclose(gan.generate(5, seed=3), many[:5], atol=1e-6)
    wanted = np.arange(70) % 3
    many = gan.generate(70, seed=3, labels=wanted)
    one = gan.generate(70, seed=3, labels=1)
    np.testing.assert_allclose(many[wanted == 1], one[wanted == 1], atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"labels": "sqare"}, ["unknown class", 'Did you mean "square"']),
        ({"labels": 3}, ["unknown class", "0 to 2", "3"]),
        ({"labels": -1}, ["unknown class", "0 to 2", "-1"]),
        ({"labels": 0.5}, ["unknown class", "0 to 2", "0.5"]),
        ({"labels": [0, 1], "num_images": 3}, ["one label for each", "3", "2"]),
    ],
)
def test_a_class_that_is_not_there_is_refused(arguments, words):
    with pytest.raises(ValueError, match=stated(*words)):
        conditional(class_names=NAMES).generate(**arguments)


def test_a_gan_without_labels_cannot_be_told_what_to_make():
    gan = kg.GAN(kg.networks.mlp_generator(), kg.networks.mlp_discriminator())
    with pytest.raises(
        ValueError, match=stated("not trained with labels", "no labels")
    ):
        gan.generate(labels=1)


def no_labels():
    return tf.data.Dataset.from_tensor_slices(shades()[0]).batch(12)


def changed(change):
    images, classes = shades()
    pairs = tf.data.Dataset.from_tensor_slices((images, change(classes)))
    return pairs.batch(12)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (no_labels, ["the data has none", "labels=True"]),
        (lambda: changed(lambda y: y + 1), ["outside the classes", "0 to 2", "1 to 3"]),
        (lambda: changed(lambda y: y - 1), ["outside the classes", "-1 to 1"]),
        (lambda: changed(lambda y: np.eye(3)[y]), ["must be class indices", "argmax"]),
        (lambda: changed(lambda y: y * 1.0), ["must be class indices", "float64"]),
        (lambda: dataset(class_names=[*"abcd"]), ["names", "3 names", "4"]),
    ],
)
def test_labels_that_do_not_suit_stop_before_training(data, words):
    gan = conditional()
    before = [w.numpy() for w in gan.generator.weights]
    with pytest.raises(ValueError, match=stated(*words)):
        gan.fit(data(), epochs=1, verbose=0)
    for weight, value in zip(gan.generator.weights, before, strict=True):
        np.testing.assert_array_equal(weight, value)


def test_evaluation_needs_labels_too():
    gan = conditional()
    with pytest.raises(ValueError, match=stated("the data has none")):
        gan.evaluate(no_labels(), verbose=0)
    images, classes = shades()
    assert np.isfinite(gan.evaluate(images, classes, batch_size=12, verbose=0)).all()


def test_networks_that_do_not_agree_about_labels_are_refused():
    generator, discriminator = networks()
    plain = kg.networks.mlp_discriminator(SHAPE)
    with pytest.raises(ValueError, match=stated("generator takes labels", "alone")):
        kg.GAN(generator, plain)
    with pytest.raises(
        ValueError, match=stated("the same number of classes", "[3, 4]")
    ):
        kg.GAN(*networks(3, 4))
    with pytest.raises(
        ValueError, match=stated("the same number of classes", "2 names")
    ):
        kg.GAN(generator, discriminator, class_names=["a", "b"])


def test_names_are_kept_saved_and_exported(tmp_path):
    gan = conditional(ema_momentum=0.9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gan.fit(dataset(), epochs=1, verbose=0)
    assert gan.labels.names == tuple(NAMES)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    star = gan.generate(4, seed=0, labels="star")
    np.testing.assert_array_equal(loaded.generate(4, seed=0, labels="star"), star)
    made = tf.saved_model.load(str(gan.export(tmp_path / "model"))).signatures
    names = made["class_names"]()["names"].numpy()
    assert [name.decode() for name in names] == NAMES
    seed = tf.constant(0, tf.int64)
    levels = kg.images.to_uint8(star).astype(int)
    for signature, asked in (
        ("sample_names", {"names": tf.constant(["star"] * 4)}),
        ("sample_labels", {"labels": tf.constant([2] * 4)}),
    ):
        served = made[signature](seed=seed, **asked)["images"].numpy()
        assert np.abs(served - levels).max() <= 1
    with pytest.raises(tf.errors.InvalidArgumentError, match="unknown class"):
        made["sample_names"](seed=seed, names=tf.constant(["moon"]))


def test_a_run_goes_on_to_the_bit(tmp_path):
    twins = [conditional(run_eagerly=False, ema_momentum=0.9) for _ in range(2)]
    twins[0].fit(dataset(), epochs=4, verbose=0)
    twins[1].fit(dataset(), epochs=2, verbose=0)
    twins[1].save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    loaded.fit(dataset(), epochs=4, initial_epoch=2, verbose=0)
    for one, other in zip(twins[0].variables, loaded.variables, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_grid_has_a_row_for_each_class(tmp_path):
    from keras_gan.callbacks.drawing import draw, sample

    gan = conditional(class_names=NAMES)
    made, layout = sample(gan, 12, seed=0)
    assert layout.columns == 4
    assert layout.names == tuple(NAMES)
    np.testing.assert_allclose(made[4:8], gan.generate(4, seed=0, labels=1), atol=1e-6)
    plain = draw(made, layout.__class__(4))
    named = draw(made, layout)
    assert named.shape[0] == plain.shape[0]
    np.testing.assert_array_equal(named[:, -plain.shape[1] :], plain)
    margin = named[:, : -plain.shape[1]]
    thirds = np.array_split(margin, 3)
    assert all((third < 128).any() for third in thirds)  # something is written in each
    gan.fit(
        dataset(), epochs=1, verbose=0, callbacks=[kg.callbacks.SampleGrid(tmp_path)]
    )
    assert (tmp_path / "epoch_0001.png").exists()


def test_the_last_part_of_an_array_is_held_out_with_its_labels():
    gan = conditional()
    images, classes = shades()
    history = gan.fit(
        images, classes, batch_size=12, validation_split=0.25, epochs=1, verbose=0
    )
    assert np.isfinite(history.history["val_loss"]).all()


def test_labels_in_a_column_are_those_of_a_row():
    ends = []
    images, classes = shades()
    for told in (classes, classes[:, None]):
        gan = conditional()
        data = tf.data.Dataset.from_tensor_slices((images, told)).batch(12)
        gan.fit(data, epochs=1, verbose=0)
        gan.fit(images, told, batch_size=12, epochs=1, verbose=0)
        ends.append(gan.generate(4, seed=0, labels=1))
    np.testing.assert_array_equal(*ends)


def test_other_data_brings_its_own_names():
    gan = conditional(class_names=["a", "b", "c"])
    with pytest.warns(UserWarning, match="circle, square, star"):
        gan.fit(dataset(), epochs=1, verbose=0)
    assert gan.labels.names == tuple(NAMES)


def test_names_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match=stated("the same name", "a, a, b")):
        kg.GAN(*networks(), class_names=["a", "a", "b"])
    plain = kg.networks.mlp_generator(), kg.networks.mlp_discriminator()
    with pytest.raises(ValueError, match=stated("take no labels", "class_names")):
        kg.GAN(*plain, class_names=["a", "b"])


def test_one_batch_needs_labels_too():
    with pytest.raises(ValueError, match=stated("the data has none")):
        conditional().train_on_batch(shades(12)[0])


def test_tensors_and_scalars_are_labels_and_truth_values_are_not():
    gan = conditional()
    expected = gan.generate(2, seed=0, labels=[0, 1])
    made = gan.generate(seed=0, labels=tf.constant([0, 1]))
    np.testing.assert_array_equal(made, expected)
    one = gan.generate(2, seed=0, labels=np.array(1))
    np.testing.assert_allclose(one[1], expected[1], atol=1e-6)
    with pytest.raises(ValueError, match=stated("unknown class", "True")):
        gan.generate(2, labels=True)


@pytest.mark.parametrize("recipe", ["projection", "biggan"])
def test_features_behind_the_score_are_found_beside_a_projection(recipe):
    gan = getattr(kg.recipes, recipe)((8, 8, 1), num_classes=3, width=2, seed=0)
    gan.compile(generator_penalties=[kg.penalties.FeatureMatching()], run_eagerly=True)
    images = np.random.default_rng(0).uniform(-1, 1, (6, 8, 8, 1)).astype("float32")
    logs = gan.train_on_batch(images, np.arange(6) % 3, return_dict=True)
    assert np.isfinite(logs["feature_matching"])


@pytest.mark.parametrize("label", [3, -1])
def test_a_later_label_outside_the_classes_is_named(label):
    def late(classes):
        return np.where(np.arange(len(classes)) == len(classes) - 1, label, classes)

    with pytest.raises(ValueError, match=facts("expected 0 to 2")):
        conditional(run_eagerly=False).fit(changed(late), verbose=0)


def by_generator(labels):
    images, _ = shades()
    return (pair for pair in [(images[:12], labels[:12])])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda y: np.eye(3)[y], ["float64", "argmax"]),
        (lambda y: np.eye(3, dtype="int32")[y], ["int32", "argmax"]),
        (lambda y: y + 0.7, ["float64"]),
        (lambda y: np.full(len(y), np.nan), ["float64"]),
    ],
)
def test_labels_of_another_kind_are_refused_on_every_way(change, words):
    images, classes = shades()
    labels, expected = change(classes), stated("must be class indices", *words)
    pairs = tf.data.Dataset.from_tensor_slices((images, labels)).batch(12)
    for train in (
        lambda gan: gan.fit(pairs, verbose=0),
        lambda gan: gan.fit(by_generator(labels), verbose=0),
        lambda gan: gan.train_on_batch(images[:12], labels[:12]),
    ):
        with pytest.raises(ValueError, match=expected):
            train(conditional())


def test_names_and_dictionaries_are_no_labels():
    with pytest.raises(ValueError, match=stated("string", "number classes")):
        to_index_tensor(np.array(["cat", "dog"]))
    with pytest.raises(ValueError, match=stated("must be class indices", "{}")):
        to_index_tensor({})


def test_data_of_unknown_shapes_trains():
    images, classes = shades(12)
    known = tf.TensorSpec(images.shape), tf.TensorSpec(classes.shape, tf.int64)

    def unknown(images, classes):
        images, classes = tf.numpy_function(
            lambda *both: both, (images, classes), (tf.float32, tf.int64)
        )
        return images, classes

    data = tf.data.Dataset.from_tensors((images, classes.astype("int64")))
    assert data.element_spec[0].shape == known[0].shape
    data = data.map(unknown)
    assert data.element_spec[0].shape.rank is None
    gan = conditional(run_eagerly=False, augment=kg.augment.DiffAugment())
    history = gan.fit(data, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
