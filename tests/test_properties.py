"""Whatever a user passes works and is finite, or is refused in words.

Thousands of calls with realistic arguments, right and mistaken. A call either returns
finite values, or raises a `UserError`, or a `ValueError` or `TypeError` of Keras or
Python with a message; never an error of TensorFlow, or one of a kind that a bug has.
"""

import inspect
import itertools
import tempfile

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from property_values import (
    COUNTS,
    INF,
    MOMENTA,
    NAN,
    NO_SHAPES,
    NUMBERS,
    RATES,
    SEEDS,
    SHAPES,
    SIZES,
    Values,
    assert_finite,
    calls,
    chosen,
    in_words,
)
from toys import toy

import keras_gan as kg
from keras_gan.errors import UserError
from keras_gan.recipes.common import NAMES as RECIPES

pytestmark = [
    pytest.mark.slow,
    # What is said is looked at where it matters.
    pytest.mark.filterwarnings("ignore"),
]

CALLS = {
    "recipes": 250,
    "networks": 250,
    "terms": 350,
    "optimizers": 200,
    "fit": 250,
    "batches": 250,
    "evaluate": 150,
    "predict": 150,
    "generate": 250,
    "arrays": 200,
    "export": 30,
}
"""Numbers of calls of each property."""


def test_there_are_thousands_of_calls():
    assert sum(CALLS.values()) >= 2000


def noise(shape, count=6):
    return np.random.default_rng(0).uniform(-1, 1, (count, *shape)).astype("float32")


def train(gan, said, steps=2):
    """Trains on noise and generates, and asserts that all of it is finite."""
    gan.run_eagerly = True
    shape, classes = gan.image_shape, gan.labels.num_classes
    count = 8 * gan.discriminator_steps
    labels = np.arange(count) % classes if classes else None
    for _ in range(steps):
        logs = gan.train_on_batch(noise(shape, count), labels, return_dict=True)
        assert_finite(logs, said, "logs")
    images = gan.generate(3, seed=0)
    assert images.shape == (3, *shape)
    assert_finite(images, said, "images")


# Recipes and networks.

SIZE_ARGUMENTS = {
    "image_shape": SHAPES,
    "latent_dim": COUNTS,
    "width": COUNTS,
    "num_classes": COUNTS,
    "ema_momentum": MOMENTA,
    "seed": SEEDS,
    "learning_rate": RATES,
    "steps": COUNTS,
    "depth": COUNTS,
    "code_dim": COUNTS,
    "style_dim": COUNTS,
    "mapping_depth": COUNTS,
    "truncation_layers": COUNTS,
    "attention": Values([None, 4, 8], [0, 3, -1, "8", 2.5]),
    "error": Values(["squared", "absolute"], ["l2", None, 2]),
    "normalization": Values(
        ["layer", "spectral", None, "batch"], ["instance", True, 1]
    ),
}
REQUIRED = ("image_shape", "width", "num_classes")


@st.composite
def calls_of(draw, functions):
    """Returns the name of a function, and small arguments for it."""
    name = draw(st.sampled_from(sorted(functions)))
    parameters = inspect.signature(functions[name]).parameters
    known = {key: SIZE_ARGUMENTS.get(key, NUMBERS) for key in parameters}
    values = draw(chosen(known, REQUIRED))
    if draw(st.integers(0, 19)) == 0:
        values |= draw(st.sampled_from([{"wdith": 8}, {"num_classes": 3}, {"rate": 1}]))
    return name, values


@given(calls_of(RECIPES))
@calls(CALLS["recipes"])
def test_recipes(call):
    name, values = call
    with in_words() as said:
        train(RECIPES[name](**values), said, steps=1)


NETWORKS = {
    name: getattr(kg.networks, name)
    for name in kg.networks.__all__
    if name.endswith(("generator", "discriminator", "autoencoder"))
}


@given(calls_of(NETWORKS))
@calls(CALLS["networks"])
def test_networks(call):
    name, values = call
    with in_words() as said:
        network = NETWORKS[name](**values)
        shapes = network.input_shape
        shapes = shapes if isinstance(shapes, list) else [shapes]
        inputs = [
            noise(shape[1:], 2) if len(shape) > 1 else np.zeros(2, "int32")
            for shape in shapes
        ]
        for training in (False, True):
            outputs = network(inputs if len(inputs) > 1 else inputs[0], training)
            assert_finite(outputs, said, "outputs")


# Losses, penalties, schedules and the other arguments of `compile`.


@st.composite
def terms(draw, classes, most=0):
    """Returns a class and the values of its fields."""
    kind = draw(st.sampled_from(classes))
    known = {
        key: TERM_ARGUMENTS.get(key, NUMBERS)
        for key in inspect.signature(kind).parameters
    }
    return kind, draw(chosen(known, most=most))


TERM_ARGUMENTS = {
    "interval": COUNTS,
    "layer": Values([None], ["dense", "none", 3]),
    "steps": Values([0, 1, 2], [-1, 1.5, "2"]),
}


def either(classes, right, mistaken, is_list=False):
    """Returns the `Values` of an argument that takes objects and names."""
    sound, faulty = terms(classes), terms(classes, most=1)
    if is_list:
        sound = st.lists(sound, max_size=2)
        faulty = st.lists(faulty, min_size=1, max_size=2)
    return Values(
        st.one_of(sound, st.sampled_from(right)),
        st.one_of(faulty, st.sampled_from(mistaken)),
    )


LOSS_CLASSES = [kg.losses.BEGAN, kg.losses.EnergyMargin, kg.losses.Minimax]
LOSS_CLASSES += [kg.losses.NoGeneratorLoss, kg.losses.NonSaturating, kg.losses.Hinge]
LOSS_CLASSES += [kg.losses.LeastSquares, kg.losses.Relativistic, kg.losses.Wasserstein]
PENALTIES = [kg.penalties.Drift, kg.penalties.FeatureMatching, kg.penalties.R1]
PENALTIES += [kg.penalties.ModeSeeking, kg.penalties.PullingAway, kg.penalties.R2]
PENALTIES += [kg.penalties.DRAGAN, kg.penalties.GradientPenalty]
PENALTIES += [kg.penalties.OrthogonalRegularization]
PENALTY_LISTS = either(
    PENALTIES,
    [["r1"], (), ["gradient_penalty", "drift"], [kg.penalties.R1]],
    ["r1", ["r3"], None, [0], 3, [None]],
    is_list=True,
)
COMPILE = {
    "loss": either(
        LOSS_CLASSES,
        ["hinge", "wasserstein", "minimax", "least_squares", kg.losses.Hinge, None],
        ["hing", 3, "", ["hinge"], "mse", True],
    ),
    "penalties": PENALTY_LISTS,
    "generator_penalties": PENALTY_LISTS,
    "discriminator_steps": COUNTS,
    "weight_clip": Values([None, 0.01, 1.0], [0, -1, NAN, "0.01"]),
    "unrolling": either([kg.Unrolling], [None], [3, True, "5"]),
    "skip_discriminator_below": Values([None, 0.1, 0.0, -1.0], [NAN, "0.1", INF]),
    "schedule": either(
        [
            kg.schedules.AccuracyBalancedUpdates,
            kg.schedules.EveryStep,
            kg.schedules.SkipDiscriminator,
        ],
        [None, "every_step"],
        ["never", 2],
    ),
    "metrics": Values(
        [None, [], ["mse"], {"a": "mse"}], ["accuracyy", ["fidd"], 3, [None]]
    ),
    "steps_per_execution": COUNTS,
    "jit_compile": Values([False, "auto"], ["yes", None, 2]),
    "run_eagerly": Values([True], ["yes", None, 1]),
    "auto_scale_loss": Values([True, False], ["yes", None]),
}
NETWORK_ARGUMENTS = {
    "augment": either(
        [kg.augment.ADA, kg.augment.DiffAugment],
        [None, "ada", "diff_augment"],
        ["mixup", 0.5, True],
    ),
    "latents": Values(["normal", "uniform", "sphere"], ["cauchy", 3, None]),
    "ema_momentum": MOMENTA,
    "seed": SEEDS,
}


def built(value):
    """Returns the object of a class and the values of its fields, also in a list."""
    if isinstance(value, list):
        return [built(item) for item in value]
    if isinstance(value, tuple) and len(value) == 2 and inspect.isclass(value[0]):
        return value[0](**value[1])
    return value


def built_all(values):
    return {name: built(value) for name, value in values.items()}


def small_images(**arguments):
    return kg.GAN(
        kg.networks.mlp_generator((4, 4, 1), 2, width=4, depth=1),
        kg.networks.mlp_discriminator((4, 4, 1), width=4, depth=1),
        **arguments,
    )


@given(chosen(COMPILE), chosen(NETWORK_ARGUMENTS, most=1), st.booleans())
@calls(CALLS["terms"])
def test_losses_penalties_and_schedules(values, arguments, has_images):
    with in_words() as said:
        gan = (small_images if has_images else toy)(**built_all(arguments))
        gan.compile(**built_all(values))
        train(gan, said)


OPTIMIZERS = {
    "learning_rate": Values(
        [1e-3, 0.01, "schedule", np.float32(0.01)], [0.0, -0.1, NAN, "fast", None]
    ),
    "clipnorm": Values([None, 1.0], [-1.0, 0.0]),
    "global_clipnorm": Values([None, 1.0], [0.0]),
    "clipvalue": Values([None, 1.0], [-1.0]),
    "weight_decay": Values([None, 1e-4], [-1.0]),
    "use_ema": Values([True, False]),
    "ema_overwrite_frequency": Values([None, 1, 2], [0]),
    "gradient_accumulation_steps": Values([None, 2], [1, 0]),
    "loss_scale_factor": Values([None, 2.0], [0.0]),
    "momentum": Values([0.0, 0.9], [2.0]),
    "beta_1": Values([0.0, 0.5], [1.0, -1.0]),
}


@st.composite
def optimizers(draw):
    """Returns a class of optimizers, its arguments and how it is passed."""
    name = draw(st.sampled_from(["Adam", "SGD", "RMSprop", "AdamW", "Lion", "Nadam"]))
    parameters = inspect.signature(getattr(keras.optimizers, name)).parameters
    known = {key: OPTIMIZERS[key] for key in OPTIMIZERS if key in parameters}
    form = draw(st.sampled_from(["object", "object", "dictionary", "scaled", "class"]))
    return name, draw(chosen(known, most=1)), form


OTHER_OPTIMIZERS = st.sampled_from(
    [None, "adam", "sgd", "Adam", "adan", 0.001, "", [], {"learning_rate": 1}, True]
)


def optimizer_of(value):
    """Returns an optimizer, or None where Keras refuses its arguments."""
    if not isinstance(value, tuple):
        return value
    name, values, form = value
    optimizer = getattr(keras.optimizers, name)
    if form == "class":
        return optimizer
    if values.get("learning_rate") == "schedule":
        schedule = keras.optimizers.schedules.CosineDecay(1e-3, 10)
        values = values | {"learning_rate": schedule}
    try:
        optimizer = optimizer(**values)
    except Exception:  # not of this library
        return None
    if form == "dictionary":
        return keras.optimizers.serialize(optimizer)
    if form == "scaled":
        return keras.optimizers.LossScaleOptimizer(optimizer)
    return optimizer


@given(
    st.one_of(optimizers(), OTHER_OPTIMIZERS),
    st.one_of(optimizers(), OTHER_OPTIMIZERS, st.just("same")),
    st.booleans(),
)
@calls(CALLS["optimizers"])
def test_optimizers(first, second, auto_scale_loss):
    gan = toy()
    with in_words() as said:
        first = optimizer_of(first)
        second = first if second == "same" else optimizer_of(second)
        gan.compile(first, second, auto_scale_loss=auto_scale_loss)
        train(gan, said)


# Data.

POINTS, IMAGES, CLASSES = "points", "images", "classes"


def small_gan(kind):
    """Returns a compiled GAN of points, of images, or of images of three classes."""
    if kind == POINTS:
        gan = toy()
    elif kind == IMAGES:
        gan = small_images()
    else:
        gan = kg.GAN(
            kg.networks.dcgan_generator((4, 4, 1), 2, width=2, num_classes=3),
            kg.networks.dcgan_discriminator((4, 4, 1), width=2, num_classes=3),
        )
    gan.compile(run_eagerly=True)
    return gan


DATA = {
    "gan": Values([POINTS, IMAGES, CLASSES]),
    "kind": Values(
        ["array", "tensor", "dataset", "from_arrays", "generator", "py_dataset"],
        [
            *("list", "variable", "dict", "tuple", "unbatched", "none", "text"),
            *("iterator", "nested", "batches"),
        ],
    ),
    "dtype": Values(
        ["float32", "float64", "float16"],
        ["uint8", "int64", "bool", "complex64", "str", "object", "int32"],
    ),
    "range": Values(["unit"], ["zero_to_one", "levels", "zeros", "nan", "inf", "huge"]),
    "shape": Values(["right"], [(3,), (), (4, 4), (4, 4, 3), (8, 8, 1), (1,)]),
    "rows": Values([8, 16, 9], [0, 1, 2, 3]),
    "labels": Values(
        ["suitable"],
        [
            *("absent", "integers", "floats", "one_hot", "column", "strings", "large"),
            *("negative", "short", "nan", "list"),
        ],
    ),
}


def data(most=1):
    """Returns what describes data, and the GAN that it is for."""
    return chosen(DATA, tuple(DATA), most)


def images_of(call):
    right = (2,) if call["gan"] == POINTS else (4, 4, 1)
    shape = right if call["shape"] == "right" else call["shape"]
    values = noise(shape, call["rows"]).astype("float64")
    values = {
        "unit": lambda: values,
        "zero_to_one": lambda: (values + 1) / 2,
        "levels": lambda: np.round((values + 1) * 127.5),
        "zeros": lambda: values * 0,
        "nan": lambda: np.where(values > 0.9, NAN, values),
        "inf": lambda: np.where(values > 0.9, INF, values),
        "huge": lambda: values * 1e30,
    }[call["range"]]()
    with np.errstate(all="ignore"):
        return values.astype(call["dtype"])


def labels_of(call):
    rows = call["rows"]
    integers = np.arange(rows) % 3
    return {
        "suitable": lambda: integers if call["gan"] == CLASSES else None,
        "absent": lambda: None,
        "integers": lambda: integers,
        "floats": lambda: integers.astype("float32"),
        "one_hot": lambda: np.eye(3, dtype="float32")[integers],
        "column": lambda: integers[:, None],
        "strings": lambda: integers.astype(str),
        "large": lambda: integers + 1,
        "negative": lambda: integers - 1,
        "short": lambda: integers[:-1],
        "nan": lambda: np.full(rows, NAN),
        "list": lambda: integers.tolist(),
    }[call["labels"]]()


class Batches(keras.utils.PyDataset):
    """Batches of four."""

    def __init__(self, images, labels):
        super().__init__()
        self.images, self.labels = images, labels

    def __len__(self):
        return -(-len(self.images) // 4)

    def __getitem__(self, index):
        part = slice(4 * index, 4 * index + 4)
        if self.labels is None:
            return self.images[part]
        return self.images[part], self.labels[part]


def given_data(call):
    """Returns `x` and `y` of `fit`."""
    images, labels = images_of(call), labels_of(call)
    both = images if labels is None else (images, labels)

    def generator():
        batches = Batches(images, labels)
        yield from (batches[index] for index in range(len(batches)))

    makers = {
        "array": lambda: (images, labels),
        "tensor": lambda: (tf.constant(images), labels),
        "variable": lambda: (tf.Variable(images), labels),
        "list": lambda: (images.tolist(), labels),
        "nested": lambda: ([images, images], labels),
        "dict": lambda: ({"image": images}, labels),
        "tuple": lambda: ((images, labels), None),
        "dataset": lambda: (tf.data.Dataset.from_tensor_slices(both).batch(4), None),
        "unbatched": lambda: (tf.data.Dataset.from_tensor_slices(both), None),
        "from_arrays": lambda: (kg.data.from_arrays(images, labels, 4), None),
        "generator": lambda: (generator(), None),
        "iterator": lambda: (iter([images]), None),
        "batches": lambda: ([images[:4], images[4:]], None),
        "py_dataset": lambda: (Batches(images, labels), None),
        "none": lambda: (None, None),
        "text": lambda: ("fashion_mnist", None),
    }
    return makers[call["kind"]]()


def given_or_skipped(call):
    """Returns the data, or None where NumPy or TensorFlow cannot make it."""
    try:
        return given_data(call)
    except UserError:
        raise
    except Exception:  # not of this library
        return None


FIT = {
    "batch_size": SIZES,
    "epochs": Values([1, 2], [0, -1, 1.5, "1", None]),
    "steps_per_epoch": Values([None, 1, 2], [0, -1, 50, 1.5, "2"]),
    "validation_split": Values([0.0, 0.25], [1.0, 1.5, -0.1, NAN, "0.1", None]),
    "validation_data": Values([None, "same"], ["images", "text", "empty"]),
    "validation_steps": Values([None, 1], [0, -1, 50, "1"]),
    "validation_batch_size": SIZES,
    "validation_freq": Values([1, 2], [0, -1, "1"]),
    "shuffle": Values([True, False], ["batch", 3, None]),
    "initial_epoch": Values([0], [1, 5, -1, "0"]),
    "callbacks": Values([None, []], ["csv", [3], 5, [keras.callbacks.Callback]]),
    "class_weight": Values([None], [{0: 1.0, 1: 2.0}, [1.0], "balanced"]),
    "sample_weight": Values([None], ["ones", 2.0]),
    "verbose": Values([0], ["0", None]),
}


def with_batch_size(values, call):
    """Returns arguments with a batch size for arrays, and for nothing else."""
    if call["kind"] in ("array", "tensor", "variable"):
        return {"batch_size": 4} | values
    is_right = values.get("batch_size") in SIZES.right
    return {k: v for k, v in values.items() if k != "batch_size" or not is_right}


def fit_arguments(gan, x, call, values):
    """Returns arguments of `fit`, in which names of data are replaced."""
    data = {
        "same": x,
        "images": noise(gan.image_shape, 8),
        "text": "test",
        "empty": noise(gan.image_shape, 0),
        None: None,
    }
    values = with_batch_size({"verbose": 0, **values}, call)
    values["validation_data"] = data[values.get("validation_data")]
    if values.get("sample_weight") == "ones":
        values["sample_weight"] = np.ones(call["rows"])
    return values


@given(st.one_of(data(0), data()), chosen(FIT, most=1))
@calls(CALLS["fit"])
def test_fit(call, values):
    gan = small_gan(call["gan"])
    with in_words() as said:
        made = given_or_skipped(call)
        if made is None:
            return
        x, y = made
        history = gan.fit(x, y, **fit_arguments(gan, x, call, values))
        assert_finite(history.history, said, "history")
        assert_finite(gan.get_weights(), said, "weights")


SINGLE = DATA | {
    "kind": Values(
        ["array", "tensor", "variable"], ["list", "dict", "tuple", "none", "text"]
    )
}


@given(
    chosen(SINGLE, tuple(SINGLE), 1),
    st.booleans(),
    st.sampled_from([{}, {}, {}, {"sample_weight": 2.0}, {"class_weight": {0: 1.0}}]),
)
@calls(CALLS["batches"])
def test_single_batches(call, trains, values):
    gan = small_gan(call["gan"])
    with in_words() as said:
        made = given_or_skipped(call)
        if made is None:
            return
        x, y = made
        if trains:
            assert_finite(gan.train_on_batch(x, y, **values), said, "logs")
            assert_finite(gan.get_weights(), said, "weights")
        else:
            values = {key: values[key] for key in values if key == "sample_weight"}
            assert_finite(gan.test_on_batch(x, y, **values), said, "logs")


EVALUATE = {
    "batch_size": SIZES,
    "steps": Values([None, 1, 2], [0, -1, 50, "2"]),
    "return_dict": Values([True, False], [None, "yes"]),
    "callbacks": Values([None], ["csv", [3]]),
    "sample_weight": Values([None], [2.0]),
    "verbose": Values([0], ["0", None]),
}


@given(st.one_of(data(0), data()), chosen(EVALUATE, most=1))
@calls(CALLS["evaluate"])
def test_evaluate(call, values):
    gan = small_gan(call["gan"])
    with in_words() as said:
        made = given_or_skipped(call)
        if made is None:
            return
        x, y = made
        values = with_batch_size({"verbose": 0} | values, call)
        assert_finite(gan.evaluate(x, y, **values), said, "results")


LATENTS = {
    "method": Values(["predict", "predict_on_batch", "call"]),
    "gan": Values(["points", "named", "styled"]),
    "kind": Values(["array", "tensor", "dataset", "list"], ["images", "none", "text"]),
    "rows": Values([1, 3, 8], [0]),
    "dim": Values([0], [1, -1]),
    "labels": Values(["suitable"], ["absent", "strings", "large", "floats"]),
}
PREDICT = {
    "batch_size": SIZES,
    "steps": Values([None, 1], [0, -1, 1.5, "1"]),
    "callbacks": Values([None, []], ["csv", [3]]),
    "verbose": Values([0], ["0", None]),
}


def latents_of(gan, call):
    """Returns latents, with labels for networks that take them."""
    shape = (call["rows"], gan.latents.dim + call["dim"])
    latents = np.random.default_rng(0).normal(size=shape).astype("float32")
    labels = np.arange(len(latents)) % 3
    labels = {
        "suitable": labels,
        "absent": None,
        "strings": labels.astype(str),
        "large": labels + 7,
        "floats": labels / 2,
    }[call["labels"]]
    takes_labels = gan.labels.num_classes and labels is not None
    both = [latents, labels] if takes_labels else latents
    if call["kind"] == "dataset":
        slices = tuple(both) if takes_labels else both
        return tf.data.Dataset.from_tensors((slices,))
    return {
        "array": both,
        "tensor": tf.nest.map_structure(tf.constant, both),
        "list": latents.tolist(),
        "images": noise(gan.image_shape, 4),
        "none": None,
        "text": "latents",
    }[call["kind"]]


@given(call=chosen(LATENTS, tuple(LATENTS), 1), values=chosen(PREDICT, most=1))
@calls(CALLS["predict"])
def test_images_of_latents(sampled, call, values):
    gan = sampled[call["gan"]]
    with in_words() as said:
        latents = latents_of(gan, call)
        if call["method"] == "predict":
            images = gan.predict(latents, **{"verbose": 0, **values})
        elif call["method"] == "predict_on_batch":
            images = gan.predict_on_batch(latents)
        else:
            images = gan(latents)
        assert_finite(images, said, "images")


GENERATE = {
    "num_images": Values(
        [None, 1, 3, 65, np.int64(2)], [0, -1, 2.5, "3", True, NAN, [3]]
    ),
    "seed": SEEDS,
    "labels": Values(
        [None, 0, 2, [0, 1, 2], "cat", ["cat", "dog"], np.array([1, 2])],
        [3, -1, "cow", [0, 5], 1.5, [], [[0]], NAN, ["cat", 0], {0}, True, b"cat"],
    ),
    "truncation": Values([None, 0.5, 1, 2.0], [0, -1, NAN, INF, "0.7", True, [0.5]]),
}


@pytest.fixture(scope="module")
def sampled():
    return generators()


def generators():
    """Returns GANs that are only sampled, by kind."""
    named = kg.GAN(
        kg.networks.dcgan_generator((4, 4, 1), 2, width=2, num_classes=3),
        kg.networks.dcgan_discriminator((4, 4, 1), width=2, num_classes=3),
        class_names=["cat", "dog", "bird"],
    )
    styled = kg.recipes.stylegan((8, 8, 1), latent_dim=4, width=2)
    points = toy(latents=kg.latents.Uniform(2))
    sphere = toy(latents="sphere")
    return {"points": points, "named": named, "styled": styled, "sphere": sphere}


@given(
    kind=st.sampled_from(["named", "named", "named", "points", "styled", "sphere"]),
    values=chosen(GENERATE),
)
@calls(CALLS["generate"])
def test_generate(sampled, kind, values):
    with in_words() as said:
        images = sampled[kind].generate(**values)
        assert_finite(images, said, "images")
        if isinstance(values.get("num_images"), int):
            assert len(images) == values["num_images"]


ARRAYS = {
    "batch_size": SIZES,
    "seed": SEEDS,
    "image_shape": Values([None, (4, 4, 1), (8, 8, 3)], NO_SHAPES),
    "flip": Values([True, False], ["yes", 1, None]),
    "crop": Values([True, False], ["no", None]),
    "class_names": Values([None, ["a", "b", "c"]], [["a"], "abc", 3, [1, 2, 3]]),
}


@given(data(), chosen(ARRAYS, most=1))
@calls(CALLS["arrays"])
def test_arrays(call, values):
    with in_words() as said:
        made = given_or_skipped(call | {"kind": "array"})
        if made is None:
            return
        dataset = kg.data.from_arrays(*made, **{"batch_size": 4, **values})
        for batch in itertools.islice(dataset, 2):
            assert_finite(batch, said, "batch")


EXPORT = {
    "name": Values(["model", "a.onnx"], ["", 3, None, "model.xyz"]),
    "format": Values(
        ["tf_saved_model"], ["onnxx", None, 3, "ONNX", "keras", "torch", ""]
    ),
    "truncation": Values([None, 0.5], [-1, NAN, "0.5"]),
    "verbose": Values([False], ["no", None]),
}


@given(kind=st.sampled_from(["points", "named"]), values=chosen(EXPORT, ("name",)))
@calls(CALLS["export"])
def test_export(sampled, kind, values):
    with in_words(), tempfile.TemporaryDirectory() as folder:
        name = values.pop("name")
        path = f"{folder}/{name}" if isinstance(name, str) else name
        sampled[kind].export(path, **values)
