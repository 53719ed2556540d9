"""Data of `fit`, `evaluate` and single batches: each kind is trained on, or refused."""

import collections
import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import (
    facts,
    pictures,
    points,
    set_seed,
    state,
    stated,
    toy,
    toy_dcgan,
    two_replicas,
)

import keras_gan as kg

ROWS = np.repeat(np.arange(32, dtype="float32")[:, None] / 32, 2, axis=1)
"""Points that are told apart by their first coordinate."""


class Recorder(kg.GAN):
    """A GAN that records the rows of the batches of its steps, and is not trained."""

    def train_step(self, data):
        rows = data[0] if isinstance(data, tuple) else data
        self.seen.append(np.rint(rows.numpy()[:, 0] * 32).astype(int).tolist())
        self.steps.assign_add(1)
        return self.logs.train_results()


def recorder(**options):
    gan = toy()
    gan = Recorder(gan.generator, gan.discriminator, seed=0)
    object.__setattr__(gan, "seen", [])
    gan.compile(run_eagerly=True, **options)
    return gan


class Batches(keras.utils.PyDataset):
    """Batches of eight of `ROWS`; `count` None: without end."""

    def __init__(self, count=4, rows=ROWS, **options):
        super().__init__(**options)
        self.count, self.rows, self.epochs = count, rows, 0

    @property
    def num_batches(self):
        return self.count

    def __getitem__(self, number):
        start = number % 4 * 8
        return self.rows[start : start + 8]

    def on_epoch_end(self):
        self.epochs += 1


def compiled(make=toy, **options):
    gan = make()
    gan.compile(**{"run_eagerly": True, **options})
    return gan


def orders(gan, epochs):
    """Returns the rows of each epoch."""
    return np.reshape(list(itertools.chain(*gan.seen)), (epochs, -1)).tolist()


# Weights of classes and of images.

WEIGHTED = {
    "class_weight": lambda gan: gan.fit(ROWS, batch_size=8, class_weight={0: 2.0}),
    "sample_weight": lambda gan: gan.fit(ROWS, batch_size=8, sample_weight=np.ones(32)),
    "sample_weight of evaluate": lambda gan: gan.evaluate(
        ROWS, batch_size=8, sample_weight=np.ones(32)
    ),
    "triples": lambda gan: gan.fit(
        tf.data.Dataset.from_tensor_slices((ROWS, np.zeros(32), np.ones(32))).batch(8)
    ),
    "a generator of triples": lambda gan: gan.fit(
        iter([(ROWS[:8], np.zeros(8), np.ones(8))] * 2)
    ),
    "validation_data": lambda gan: gan.fit(
        ROWS, batch_size=8, validation_data=(ROWS, np.zeros(32), np.ones(32))
    ),
    "train_on_batch": lambda gan: gan.train_on_batch(
        ROWS[:8], sample_weight=np.ones(8)
    ),
    "class_weight of train_on_batch": lambda gan: gan.train_on_batch(
        ROWS[:8], np.zeros(8), class_weight={0: 2.0}
    ),
    "test_on_batch": lambda gan: gan.test_on_batch(ROWS[:8], sample_weight=np.ones(8)),
}


@pytest.mark.filterwarnings("ignore:The data has labels:UserWarning")
@pytest.mark.parametrize("way", WEIGHTED)
def test_weights_of_images_are_refused(way):
    gan = compiled()
    before = state(gan)
    with pytest.raises(ValueError, match=stated("weight")):
        WEIGHTED[way](gan)
    for name, value in state(gan).items():
        np.testing.assert_array_equal(value, before[name])


# Values that are no images in [-1, 1], whatever brings them.

LEVELS = np.random.default_rng(0).integers(2, 256, (16, 8, 8, 1)).astype("uint8")
VALUES = {
    "uint8": LEVELS,
    "0..255": LEVELS.astype("float32"),
    "NaN": np.full(LEVELS.shape, np.nan, "float32"),
    "another shape": np.zeros((16, 9, 8, 1), "float32"),
}


def endless(images):
    while True:
        yield (images[:8],)


WAYS = {
    "generator": lambda gan, x: gan.fit(endless(x), steps_per_epoch=2),
    "iterator": lambda gan, x: gan.fit(iter([x[:8], x[8:]])),
    "variable": lambda gan, x: gan.fit(tf.Variable(x), batch_size=8),
    "PyDataset": lambda gan, x: gan.fit(Batches(2, x)),
    "validation pair": lambda gan, x: gan.fit(
        pictures(8), batch_size=8, validation_data=[x, np.zeros(16, int)]
    ),
    "validation dataset": lambda gan, x: gan.fit(
        pictures(8),
        batch_size=8,
        validation_data=tf.data.Dataset.from_tensor_slices(x).batch(8),
    ),
    "evaluate": lambda gan, x: gan.evaluate(endless(x), steps=2),
    "evaluate an array": lambda gan, x: gan.evaluate(x, batch_size=8),
    "train_on_batch": lambda gan, x: gan.train_on_batch(x),
    "test_on_batch": lambda gan, x: gan.test_on_batch(x),
}


@pytest.mark.filterwarnings("ignore:The data has labels:UserWarning")
@pytest.mark.parametrize("way", WAYS)
def test_images_are_checked_before_the_first_step_however_they_come(way):
    gan = compiled(toy_dcgan)
    before = state(gan)
    for images in VALUES.values():
        with pytest.raises(ValueError, match=facts("The images of")):
            WAYS[way](gan, images)
    for name, value in state(gan).items():
        np.testing.assert_array_equal(value, before[name])


@pytest.mark.filterwarnings("ignore:.*ran out of data:UserWarning")
@pytest.mark.parametrize("kind", ["array", "dataset", "generator"])
def test_images_in_0_to_1_are_said_once(kind):
    images = np.random.default_rng(0).uniform(0, 1, (16, 8, 8, 1)).astype("float32")
    data = {
        "array": images,
        "dataset": tf.data.Dataset.from_tensor_slices(images).batch(8).repeat(2),
        "generator": (batch for batch in (images[:8], images[8:])),
    }[kind]
    gan = compiled(toy_dcgan)
    with pytest.warns(UserWarning, match=r"in \[0, 1\]") as said:
        gan.fit(data, batch_size=8 if kind == "array" else None, verbose=0)
    hints = [one for one in said if "[0, 1]" in str(one.message)]
    assert [one.filename for one in hints] == [__file__]


def test_a_generator_with_a_sigmoid_makes_images_in_0_to_1(recwarn):
    layers = keras.layers
    generator = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(64, activation="sigmoid"),
            layers.Reshape((8, 8, 1)),
        ]
    )
    discriminator = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(1)]
    )
    gan = kg.GAN(generator, discriminator, seed=0)
    gan.compile(run_eagerly=True)
    images = np.random.default_rng(0).uniform(0, 1, (16, 8, 8, 1)).astype("float32")
    gan.fit(images, batch_size=8, verbose=0)
    assert not [one for one in recwarn if "[0, 1]" in str(one.message)]


@pytest.mark.parametrize("dtype", ["float64", "float16", "bfloat16"])
def test_floats_of_another_width_are_cast(dtype):
    losses = []
    for cast in (False, True):
        set_seed(0)
        gan = compiled(penalties=[kg.penalties.R1(), kg.penalties.R1(interval=2)])
        batch = tf.cast(tf.cast(points(16), dtype), "float32" if cast else dtype)
        gan.fit(tf.data.Dataset.from_tensors(batch), verbose=0)
        losses.append(gan.generator.get_weights()[0])
    np.testing.assert_array_equal(*losses)


def test_networks_of_float64_are_trained_in_it():
    set_seed(0)
    layers = keras.layers
    generator = keras.Sequential([keras.Input((2,)), layers.Dense(2, dtype="float64")])
    discriminator = keras.Sequential(
        [keras.Input((2,), dtype="float64"), layers.Dense(1, dtype="float64")]
    )
    gan = kg.GAN(generator, discriminator, seed=0)
    gan.compile(run_eagerly=True, penalties=["r1"], unrolling=kg.Unrolling(2))
    gan.fit(points(16), batch_size=8, verbose=0)
    assert gan.image_dtype == "float64"
    assert int(gan.steps) == 2


# Kinds of data.

Row = collections.namedtuple("Row", "images labels")
REFUSED = {
    "None": (lambda: None, "array of images"),
    "a path": (lambda: "pictures", "kg.data.load('pictures')"),
    "a dictionary": (lambda: {"image": ROWS}, "x['image']"),
    "a list": (lambda: list(ROWS), "np.stack"),
    "a tuple": (lambda: Row(ROWS, np.zeros(32)), "labels as `y`"),
    "a function": (lambda: lambda: iter(ROWS), "Call it"),
    "a view": (lambda: {"image": ROWS}.values(), "iter(x)"),
    "masked values": (lambda: np.ma.masked_array(ROWS, ROWS > 0.5), "filled"),
    "a ragged tensor": (lambda: tf.ragged.constant([[1.0], [1.0, 2.0]]), "Resize"),
    "a ragged dataset": (
        lambda: tf.data.Dataset.from_tensors(tf.ragged.constant([[1.0], [2.0, 3.0]])),
        "Resize",
    ),
    "a dataset of dictionaries": (
        lambda: tf.data.Dataset.from_tensor_slices(
            {"image": ROWS, "label": ROWS}
        ).batch(8),
        'row["image"]',
    ),
    "a generator of dictionaries": (
        lambda: iter([{"image": ROWS}] * 2),
        'row["image"]',
    ),
    "rows of four": (lambda: tf.data.Dataset.from_tensors((ROWS,) * 4), "map"),
    "pairs of images": (lambda: tf.data.Dataset.from_tensors(((ROWS, ROWS),)), "map"),
    "a PyDataset of nothing": (lambda: Batches(0), "filters"),
    "an empty array": (lambda: ROWS[:0], "filters"),
    "an empty dataset": (
        lambda: tf.data.Dataset.from_tensor_slices(ROWS).batch(64, drop_remainder=True),
        "filters",
    ),
    "a filter that keeps nothing": (
        lambda: (
            tf.data.Dataset.from_tensor_slices(ROWS).batch(8).filter(lambda row: False)
        ),
        "filters",
    ),
}


@pytest.mark.filterwarnings("ignore:.*ran out of data:UserWarning")
@pytest.mark.parametrize("kind", REFUSED)
def test_data_that_cannot_be_trained_on_is_refused_with_advice_for_its_kind(kind):
    make, advice = REFUSED[kind]
    gan = compiled()
    with pytest.raises(ValueError, match=stated(advice)):
        gan.fit(make(), verbose=0)
    with pytest.raises(ValueError, match=stated("Expected")):
        gan.evaluate(make(), verbose=0)
    assert int(gan.steps) == 0


def test_arguments_for_arrays_are_refused_beside_batches():
    gan = compiled()
    dataset = tf.data.Dataset.from_tensor_slices(ROWS).batch(8)
    with pytest.raises(ValueError, match=facts("`batch_size` is for arrays only")):
        gan.fit(dataset, batch_size=4)
    with pytest.raises(ValueError, match=facts("`labels` is for arrays only")):
        gan.fit(dataset, np.zeros(32))
    with pytest.raises(ValueError, match=facts("`validation_split` is for arrays")):
        gan.fit(dataset, validation_split=0.1)
    for split in (1.0, -0.1):
        with pytest.raises(ValueError, match=facts("`validation_split` must be")):
            gan.fit(ROWS, validation_split=split)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("batch_size", 0),
        ("epochs", 2.5),
        ("epochs", -1),
        ("initial_epoch", True),
        ("steps_per_epoch", 32 / 8),
        ("steps_per_epoch", 0),
        ("validation_steps", 1.5),
    ],
)
def test_numbers_that_are_none_are_refused_by_name(argument, value):
    gan = compiled()
    with pytest.raises(ValueError, match=facts(f"`{argument}` of fit must be")):
        gan.fit(ROWS, **{argument: value})
    if argument == "batch_size":
        with pytest.raises(ValueError, match=facts("`batch_size` of evaluate must be")):
            gan.evaluate(ROWS, batch_size=value)
    gan.fit(ROWS, batch_size=np.int64(16), epochs=np.int32(1), verbose=0)
    assert int(gan.steps) == 2


def test_arrays_of_other_libraries_are_arrays(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "rows.h5", "w") as file:
        file["rows"] = ROWS
        kinds = [ROWS, tf.Variable(ROWS), keras.Variable(ROWS), file["rows"]]
        seen = []
        for data in kinds:
            gan = recorder()
            gan.fit(data, batch_size=8, epochs=2, verbose=0)
            seen.append(gan.seen)
    assert all(other == seen[0] for other in seen)
    assert len(set(map(tuple, orders(gan, 2)))) == 2


def test_an_array_that_is_not_shuffled_keeps_its_order_and_its_last_batch():
    gan = recorder()
    gan.fit(ROWS[:20], batch_size=8, shuffle=False, epochs=2, verbose=0)
    rows = list(range(20))
    assert gan.seen == [rows[:8], rows[8:16], rows[16:]] * 2


def test_validation_takes_the_batch_size_of_arrays():
    sizes = []

    class Sizes(kg.GAN):
        def test_step(self, data):
            sizes.append(len(data[0] if isinstance(data, tuple) else data))
            return super().test_step(data)

    gan = toy()
    gan = Sizes(gan.generator, gan.discriminator, seed=0)
    gan.compile(run_eagerly=True)
    gan.fit(ROWS, batch_size=8, validation_data=(ROWS[:20],), verbose=0)
    gan.fit(
        ROWS, batch_size=8, validation_split=0.5, validation_batch_size=5, verbose=0
    )
    assert sizes == [8, 8, 4, 5, 5, 5, 1]


# Streams.


def test_a_stream_loses_no_batch():
    batches = iter(ROWS.reshape(4, 8, 2))
    signature = tf.TensorSpec((None, 2), tf.float32)
    stream = tf.data.Dataset.from_generator(lambda: batches, output_signature=signature)
    gan = recorder()
    with pytest.warns(UserWarning, match="ran out of data"):
        gan.fit(stream, verbose=0)
    gan.fit(iter(ROWS.reshape(4, 8, 2)), steps_per_epoch=4, verbose=0)
    assert gan.seen == 2 * np.arange(32).reshape(4, 8).tolist()


@pytest.mark.filterwarnings("ignore:.*ran out of data:UserWarning")
def test_an_epoch_without_data_is_an_error_and_a_validation_is_said():
    gan = compiled()
    with pytest.raises(ValueError, match=facts("There was no batch in epoch 2")):
        gan.fit(iter(ROWS.reshape(4, 8, 2)), epochs=3, verbose=0)
    assert int(gan.steps) == 4
    validation = iter(ROWS.reshape(4, 8, 2))
    with pytest.warns(UserWarning, match="no batch to evaluate"):
        gan.fit(ROWS, batch_size=8, epochs=2, validation_data=validation, verbose=0)
    nothing = tf.data.Dataset.from_tensors(ROWS).filter(lambda rows: False)
    with pytest.raises(ValueError, match=facts("There was no batch to evaluate")):
        gan.evaluate(nothing, verbose=0)


@pytest.mark.filterwarnings("ignore:.*ran out of data:UserWarning")
@pytest.mark.parametrize(
    "options",
    [
        {"run_eagerly": False},
        {"run_eagerly": True},
        pytest.param(
            {"run_eagerly": False, "steps_per_execution": 3}, marks=pytest.mark.slow
        ),
        pytest.param(
            {"run_eagerly": False, "jit_compile": True}, marks=pytest.mark.slow
        ),
        pytest.param({"run_eagerly": False, "replicas": 2}),
    ],
    ids=["graph", "eager", "three at once", "XLA", "replicas"],
)
def test_data_of_unknown_length_trains_as_of_a_known_one(options):
    options = dict(options)
    replicas = options.pop("replicas", 1)
    strategy = two_replicas() if replicas > 1 else tf.distribute.get_strategy()
    known = tf.data.Dataset.from_tensor_slices(points(32)).batch(8)
    states = []
    for data in (known, known.filter(lambda batch: True)):
        set_seed(0)
        with strategy.scope():
            gan = toy()
            optimizers = (keras.optimizers.SGD(0.1, weight_decay=0.5) for _ in range(2))
            gan.compile(*optimizers, **options)
        gan.fit(data, epochs=2, verbose=0)
        states.append(gan.generator.get_weights())
        assert int(tf.convert_to_tensor(gan.generator_optimizer.iterations)) == 8
    for one, other in zip(*states, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7)


def test_a_short_last_batch_needs_no_other_trace():
    traces = []

    class Traced(kg.GAN):
        def train_step(self, data):
            traces.append(data.shape[0])
            return super().train_step(data)

    gan = toy()
    gan = Traced(gan.generator, gan.discriminator, seed=0)
    gan.compile(run_eagerly=False)
    gan.fit(
        tf.data.Dataset.from_tensor_slices(points(20)).batch(8), epochs=2, verbose=0
    )
    assert traces == [None]


# The order.


def test_repeated_data_goes_through_the_epochs_of_data_that_is_not():
    plain, repeated = recorder(), recorder()
    plain.fit(kg.data.from_arrays(ROWS, batch_size=8), epochs=3, verbose=0)
    dataset = kg.data.from_arrays(ROWS, batch_size=8).repeat()
    repeated.fit(dataset, epochs=3, steps_per_epoch=4, verbose=0)
    assert repeated.seen == plain.seen
    assert len(set(map(tuple, orders(plain, 3)))) == 3


@pytest.mark.parametrize("steps", [3, 6])
@pytest.mark.parametrize("kind", ["array", "dataset", "repeated", "PyDataset"])
def test_epochs_of_any_number_of_steps_go_on_in_a_resumed_run(kind, steps):
    make = {
        "array": lambda: (ROWS, 8),
        "dataset": lambda: (kg.data.from_arrays(ROWS, batch_size=8), None),
        "repeated": lambda: (kg.data.from_arrays(ROWS, batch_size=8).repeat(), None),
        "PyDataset": lambda: (Batches(), None),
    }[kind]
    whole, first = recorder(), recorder()
    data, size = make()
    options = {"batch_size": size, "steps_per_epoch": steps, "verbose": 0}
    whole.fit(data, epochs=4, **options)
    first.fit(make()[0], epochs=2, **options)
    first.fit(make()[0], initial_epoch=2, epochs=4, **options)
    assert first.seen == whole.seen
    rows = list(itertools.chain(*whole.seen))
    assert [sorted(rows[n : n + 32]) for n in range(0, len(rows) - 31, 32)] == [
        list(range(32))
    ] * (4 * steps // 4)


@pytest.mark.parametrize("kind", ["array", "dataset", "PyDataset"])
def test_calls_of_fit_in_a_loop_go_through_the_epochs(kind):
    data = {
        "array": ROWS,
        "dataset": kg.data.from_arrays(ROWS, batch_size=8),
        "PyDataset": Batches(),
    }[kind]
    size = 8 if kind == "array" else None
    whole, loop = recorder(), recorder()
    whole.fit(data, batch_size=size, epochs=3, verbose=0)
    for _ in range(3):
        loop.fit(data, batch_size=size, verbose=0)
    assert loop.seen == whole.seen


@pytest.mark.parametrize("workers", [1, 2])
def test_batches_of_a_py_dataset_are_shuffled_by_seed_and_epoch(workers):
    runs = []
    for _ in range(2):
        data, gan = Batches(workers=workers), recorder()
        gan.fit(data, epochs=3, verbose=0)
        runs.append(gan.seen)
        assert data.epochs >= 3
    assert runs[0] == runs[1]
    assert len(set(map(tuple, orders(gan, 3)))) == 3
    resumed = recorder()
    resumed.fit(Batches(), initial_epoch=2, epochs=3, verbose=0)
    assert resumed.seen == runs[0][8:]
    ordered = recorder()
    ordered.fit(Batches(), shuffle=False, epochs=2, verbose=0)
    assert ordered.seen == 2 * np.arange(32).reshape(4, 8).tolist()


def test_an_endless_py_dataset_is_trained_on_in_its_order():
    gan = recorder()
    gan.fit(Batches(None), steps_per_epoch=3, epochs=2, verbose=0)
    assert gan.seen == np.tile(np.arange(32).reshape(4, 8), (2, 1))[:6].tolist()


def test_a_validation_on_the_training_data_does_not_change_its_order():
    plain, validated = recorder(), recorder()
    for gan, validation in ((plain, False), (validated, True)):
        dataset = kg.data.from_arrays(ROWS, batch_size=8)
        held_out = dataset if validation else None
        gan.fit(dataset, epochs=3, validation_data=held_out, verbose=0)
    assert plain.seen == validated.seen


def test_a_loop_after_a_training_begins_with_the_first_epoch():
    dataset = kg.data.from_arrays(ROWS, batch_size=8)
    first = next(iter(dataset)).numpy()
    recorder().fit(dataset, epochs=3, verbose=0)
    later = kg.data.from_arrays(ROWS, batch_size=8)
    for data in (dataset, later):
        np.testing.assert_array_equal(next(iter(data)), first)
