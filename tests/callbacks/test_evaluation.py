import keras
import numpy as np
import pytest
import scipy.linalg
import tensorflow as tf
from toys import facts

import keras_gan as kg


def features(images):
    flat = kg.images.to_uint8(images).reshape(len(images), -1).astype("float64")
    return np.stack([flat.mean(axis=1), flat.std(axis=1)], axis=1)


def distance(real, fake):
    """The Fréchet distance by SciPy's matrix root."""
    real, fake = features(real), features(fake)
    one, other = np.cov(real.T), np.cov(fake.T)
    root = scipy.linalg.sqrtm(one @ other).real
    shift = np.square(real.mean(axis=0) - fake.mean(axis=0)).sum()
    return shift + np.trace(one + other - 2 * root)


def test_the_value_compares_the_first_images_with_generated_ones(
    make, images, dataset, metric
):
    gan = make()
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=50, seed=3)
    values = evaluation.measure(gan)
    expected = distance(images[:50], gan.generate(50, seed=3))
    assert values == {"fd_toy": pytest.approx(expected, rel=1e-6)}


def test_without_a_number_all_images_are_measured(make, images, dataset, metric):
    gan = make()
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=None)
    expected = distance(images, gan.generate(64, seed=0))
    assert evaluation.measure(gan)["fd_toy"] == pytest.approx(expected, rel=1e-6)
    assert (metric.num_real, metric.num_fake) == (64, 64)


class Sequence(keras.utils.PyDataset):
    def __init__(self, images):
        super().__init__()
        self.images = images

    def __len__(self):
        return 4

    def __getitem__(self, number):
        return self.images[16 * number : 16 * number + 16]


@pytest.mark.parametrize(
    "form",
    [
        lambda images: images,
        lambda images: (images, np.arange(64)),
        lambda images: tf.data.Dataset.from_tensor_slices(images).batch(24),
        lambda images: tf.data.Dataset.from_tensor_slices((images, range(64))).batch(9),
        lambda images: tf.data.Dataset.from_tensor_slices(images).repeat().batch(10),
        lambda images: kg.data.from_arrays(images, np.arange(64), batch_size=30),
        lambda images: kg.data.from_arrays(images, batch_size=64, flip=True),
        Sequence,
    ],
)
def test_real_images_come_in_any_form(make, images, metric, form):
    gan = make()
    evaluation = kg.callbacks.Evaluation([metric], form(images), num_images=64)
    expected = distance(images, gan.generate(64, seed=0))
    assert evaluation.measure(gan)["fd_toy"] == pytest.approx(expected, rel=1e-6)


def test_a_second_measurement_forgets_the_first(make, dataset, metric):
    gan = make()
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=64)
    assert evaluation.measure(gan) == evaluation.measure(gan)


def test_real_images_are_read_once(make, images, metric):
    passes = []

    def read():
        passes.append(1)
        yield from images

    signature = tf.TensorSpec((8, 8, 1), tf.float32)
    real = tf.data.Dataset.from_generator(read, output_signature=signature).batch(16)
    evaluation = kg.callbacks.Evaluation(metric, real, num_images=None)
    make().fit(images, epochs=3, batch_size=16, verbose=0, callbacks=[evaluation])
    assert len(passes) == 1


def test_values_stand_in_the_logs_of_every_epoch(make, dataset, counting):
    evaluation = kg.callbacks.Evaluation(counting, dataset, num_images=64, every=3)
    history = make().fit(dataset, epochs=7, verbose=0, callbacks=[evaluation]).history
    # Evaluated after epochs 1, 3, 6 and 7, the last; repeated between.
    assert history["count_toy"] == [1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 4.0]


def test_the_logged_value_is_that_of_measure(make, dataset, metric):
    gan = make()
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=64)
    history = gan.fit(dataset, epochs=2, verbose=0, callbacks=[evaluation]).history
    alone = kg.callbacks.Evaluation(metric, dataset, num_images=64).measure(gan)
    assert history["fd_toy"][-1] == alone["fd_toy"]


def test_each_fit_measures_after_its_first_epoch(make, dataset, counting):
    evaluation = kg.callbacks.Evaluation(counting, dataset, num_images=64, every=10)
    gan = make()
    gan.fit(dataset, epochs=2, verbose=0, callbacks=[evaluation])
    history = gan.fit(
        dataset, epochs=5, initial_epoch=2, verbose=0, callbacks=[evaluation]
    ).history
    assert history["count_toy"] == [3.0, 3.0, 4.0]


def test_an_epoch_that_stops_the_training_is_measured(make, dataset, counting):
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = int(self.model.steps) >= 4

    evaluation = kg.callbacks.Evaluation(counting, dataset, num_images=64, every=10)
    history = (
        make().fit(dataset, epochs=9, verbose=0, callbacks=[Stop(), evaluation]).history
    )
    assert history["count_toy"] == [1.0, 2.0]


def test_the_metric_that_ships_goes_by_its_name(make, dataset):
    names = ["fd_fashion_mnist", "kd_fashion_mnist", "precision_fashion_mnist"]
    evaluation = kg.callbacks.Evaluation(names, dataset, num_images=32)
    with pytest.warns(UserWarning, match="fd_fashion_mnist of 32 real and 32 fake"):
        values = evaluation.measure(make())
    assert set(names) < set(values)
    assert values["fd_fashion_mnist"] > 0


def test_every_value_of_a_metric_is_logged_with_its_protocol(make, dataset):
    metrics = [kg.metrics.KID("fashion_mnist"), kg.metrics.PrecisionRecall(toy())]
    evaluation = kg.callbacks.Evaluation(metrics, dataset, num_images=64)
    gan = make()
    history = gan.fit(dataset, epochs=1, verbose=0, callbacks=[evaluation]).history
    keys = ["kd_fashion_mnist", "kd_fashion_mnist_std", "precision_toy", "recall_toy"]
    assert {key: history[key][0] for key in keys} == evaluation.measure(gan)
    assert list(evaluation.protocol()) == keys
    assert evaluation.protocol()["recall_toy"]["neighbors"] == 3


def toy(batch_sizes=None):
    """Returns a network of mean and deviation that records the sizes of its batches."""

    def network(images):
        if batch_sizes is not None:
            batch_sizes.append(len(images))
        return np.stack([images.mean((1, 2, 3)), images.std((1, 2, 3))], axis=1)

    return kg.metrics.features.FunctionFeatures(network, name="toy")


def test_metrics_of_one_network_run_it_once(make, dataset, metric):
    batch_sizes = []
    features = toy(batch_sizes)
    kinds = [kg.metrics.FrechetDistance, kg.metrics.KID, kg.metrics.DensityCoverage]
    evaluation = kg.callbacks.Evaluation(
        [kind(features) for kind in kinds], dataset, num_images=64
    )
    gan = make()
    values = evaluation.measure(gan)
    assert sum(batch_sizes) == 2 * 64
    alone = kg.callbacks.Evaluation(kg.metrics.KID(toy()), dataset, num_images=64)
    assert alone.measure(gan).items() <= values.items()


def test_an_inception_score_needs_no_features_of_real_images(make, dataset):
    metric = kg.metrics.InceptionScore("fashion_mnist", splits=2)
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=64)
    assert evaluation.measure(make())["class_score_fashion_mnist"] > 1.0
    assert (metric.num_real, metric.num_fake) == (0, 64)


def test_the_protocol_tells_what_a_number_depends_on(make, dataset, metric):
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=50, seed=3)
    evaluation.measure(make())
    protocol = evaluation.protocol()["fd_toy"]
    assert (protocol["num_real"], protocol["num_fake"], protocol["seed"]) == (50, 50, 3)
    assert protocol["features"] == "toy"
    assert (protocol["ema_momentum"], len(protocol["data"])) == (0.9, 64)


def test_a_value_comes_with_its_protocol(make, dataset, images, metric):
    gan = make()
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=64)
    ours = evaluation.measurements(gan)["fd_toy"]
    assert float(ours) == evaluation.measure(gan)["fd_toy"]
    assert ours.protocol == evaluation.protocol()["fd_toy"]
    other = kg.callbacks.Evaluation(metric, images[::-1], num_images=64)
    with pytest.raises(ValueError, match=facts("protocols of two values")) as refused:
        _ = ours < other.measurements(gan)["fd_toy"]
    assert "data: " in str(refused.value)
    assert "num_fake" not in str(refused.value)


def test_statistics_of_real_images_are_kept_between_runs(make, images, tmp_path):
    gan, folder = make(), tmp_path / "cache"

    def measure():
        metric = kg.metrics.FrechetDistance("fashion_mnist")
        evaluation = kg.callbacks.Evaluation(metric, images, 64, cache=folder)
        with pytest.warns(UserWarning, match="features"):
            return evaluation.measure(gan)

    first = measure()
    (file,) = folder.iterdir()
    written = file.stat().st_mtime_ns
    assert measure() == first
    assert file.stat().st_mtime_ns == written
    kg.callbacks.Evaluation("fd_fashion_mnist", images[:32], 32, cache=folder).prepare()
    assert len([*folder.iterdir()]) == 2


@pytest.mark.parametrize("first", [2, 256])  # a block has 256
def test_real_images_of_several_sizes_are_refused(make, metric, first):
    def batches():
        yield np.zeros((first, 8, 8, 1), "float32")
        yield np.zeros((2, 9, 8, 1), "float32")

    evaluation = kg.callbacks.Evaluation(metric, batches(), num_images=first + 2)
    with pytest.raises(ValueError, match=facts("different sizes")) as refused:
        evaluation.prepare()
    assert "(8, 8, 1) and (9, 8, 1)" in str(refused.value)


def test_a_generator_that_makes_nan_measures_nan(make, dataset, metric):
    gan = make()
    gan.ema_generator.set_weights(
        [np.full_like(weight, np.nan) for weight in gan.ema_generator.get_weights()]
    )
    metrics = [metric, kg.metrics.KID(metric.features)]
    evaluation = kg.callbacks.Evaluation(metrics, dataset, num_images=64)
    values = evaluation.measure(gan)
    assert list(values) == ["fd_toy", "kd_toy", "kd_toy_std"]
    assert np.isnan(list(values.values())).all()


@pytest.mark.parametrize("num_images", [65, 10_000])
def test_too_few_real_images_stop_before_training(make, dataset, metric, num_images):
    gan = make()
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=num_images)
    with pytest.raises(ValueError, match=rf"Expected: {num_images}[\s\S]*Received: 64"):
        gan.fit(dataset, verbose=0, callbacks=[evaluation])
    assert int(gan.steps) == 0


def test_a_name_that_the_logs_have_already_is_refused(make, dataset, metric):
    gan = make()
    metric = kg.metrics.FrechetDistance(metric.features, name="generator_loss")
    evaluation = kg.callbacks.Evaluation(metric, dataset, num_images=64)
    with pytest.raises(ValueError, match=r"key of a metric[\s\S]*generator_loss"):
        gan.fit(dataset, verbose=0, callbacks=[evaluation])
    assert int(gan.steps) == 0


def test_two_evaluations_of_one_name_are_refused(make, dataset, metric, images):
    twice = [kg.callbacks.Evaluation(metric, data, 32) for data in (dataset, images)]
    with pytest.raises(ValueError, match="What to do: Rename the metric"):
        make().fit(dataset, verbose=0, callbacks=twice)


def test_two_metrics_of_one_name_are_refused(dataset, metric):
    with pytest.raises(ValueError, match=r"unique log keys[\s\S]*fd_toy, fd_toy"):
        kg.callbacks.Evaluation([metric, metric], dataset)


def test_every_value_of_two_metrics_needs_a_key_of_its_own(dataset, metric):
    other = kg.metrics.KID(metric.features, name="fd_toy")
    with pytest.raises(ValueError, match="fd_toy, fd_toy, fd_toy_std"):
        kg.callbacks.Evaluation([metric, other], dataset)


def test_an_unknown_metric_is_named_with_the_near_ones(dataset):
    with pytest.raises(ValueError, match='Did you mean "fd_fashion_mnist"'):
        kg.callbacks.Evaluation("fd_fashion", dataset)


@pytest.mark.parametrize("arguments", [{"every": 0}, {"num_images": 0}])
def test_numbers_out_of_range_of_an_evaluation_are_refused(dataset, metric, arguments):
    with pytest.raises(ValueError, match="What to do"):
        kg.callbacks.Evaluation(metric, dataset, **arguments)


def test_all_images_of_an_endless_data_set_are_refused(dataset, metric):
    with pytest.raises(ValueError, match="required for an infinite dataset"):
        kg.callbacks.Evaluation(metric, dataset.repeat(), num_images=None)


def test_the_number_does_not_depend_on_the_batches(make, images, metric):
    gan = make()
    values = [
        kg.callbacks.Evaluation(
            metric, kg.data.from_arrays(images, batch_size=size), num_images=60
        ).measure(gan)
        for size in (7, 64)
    ]
    assert values[0] == values[1]


def test_real_images_of_another_range_are_refused(images, metric):
    evaluation = kg.callbacks.Evaluation(metric, (images + 1.0) / 2.0, num_images=64)
    with pytest.raises(ValueError, match=facts("no pixel below 0")) as refused:
        evaluation.prepare()
    assert "64 images with a minimum of 0" in str(refused.value)


def test_evaluations_may_share_a_metric(make, images, metric):
    gan = make()
    first = kg.callbacks.Evaluation(metric, images[:32], num_images=32)
    value = first.measure(gan)
    other = kg.callbacks.Evaluation(metric, images[32:], num_images=32).measure(gan)
    assert first.measure(gan) == value != other


def test_real_images_that_come_once_are_enough(make, images, tmp_path):
    batches = iter(np.split(images, 4))
    metric = kg.metrics.PrecisionRecall("fashion_mnist")
    evaluation = kg.callbacks.Evaluation(metric, batches, 64, cache=tmp_path / "cache")
    assert evaluation.measure(make())["precision_fashion_mnist"] >= 0.0


def test_the_seed_is_checked_before_training(dataset, metric):
    with pytest.raises(ValueError, match=facts("seed")):
        kg.callbacks.Evaluation(metric, dataset, seed="one")


@pytest.mark.parametrize(
    ("make_metric", "min_images"),
    [
        (lambda features: kg.metrics.PrecisionRecall(features, neighbors=40), 41),
        (lambda features: kg.metrics.DensityCoverage(features, neighbors=40), 41),
        (lambda features: kg.metrics.InceptionScore(features, splits=20), 40),
    ],
)
def test_too_few_images_for_a_metric_stop_before_training(
    make, images, make_metric, min_images
):
    gan, metric = make(), make_metric("fashion_mnist")
    evaluation = kg.callbacks.Evaluation(metric, images, num_images=min_images - 1)
    with pytest.raises(ValueError, match=facts("needs more images")):
        gan.fit(images, batch_size=32, verbose=0, callbacks=[evaluation])
    assert gan.steps == 0
    evaluation = kg.callbacks.Evaluation(metric, images, num_images=min_images)
    assert evaluation.measure(gan)
