"""A permuted batch gives a permuted result."""

import catalogue
import numpy as np
import pytest
import tensorflow as tf

import keras_gan as kg

ORDER = [3, 0, 5, 1, 4, 2]

PER_IMAGE = {
    name: case
    for name, case in catalogue.TENSORS.items()
    if not case.whole and case.inputs()  # latents take no batch: the next test
}
"""The cases whose result for an image depends on this image alone."""


@pytest.mark.parametrize("name", PER_IMAGE)
def test_a_permuted_batch_gives_a_permuted_result(name):
    case = PER_IMAGE[name]
    straight, inputs = catalogue.eager_result(name), case.inputs()
    permuted = case.run(case.make(), *(tf.constant(one[ORDER]) for one in inputs))
    np.testing.assert_allclose(permuted, straight[ORDER], rtol=1e-5, atol=1e-6)
    assert np.abs(straight - straight[ORDER]).max() > 0


@pytest.mark.parametrize("name", catalogue.LATENTS)
def test_a_row_of_a_draw_is_a_function_of_its_number(name):
    prior = catalogue.LATENTS[name].make()
    whole = prior.draw(kg.random.Random(0), 6).numpy()
    rows = [prior.draw(kg.random.Random(0), 1, start)[0] for start in ORDER]
    np.testing.assert_allclose(rows, whole[ORDER], rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", catalogue.METRICS)
def test_a_metric_of_samples_knows_no_order_and_no_batches(name):
    random = np.random.default_rng(0)
    real, fake = random.integers(0, 256, (2, 24, 4, 4, 1), np.uint8)
    values = []
    for order, parts in ((slice(None), 1), (slice(None, None, -1), 5)):
        metric = catalogue.METRICS[name](catalogue.toy_features())
        for batch in np.array_split(real[order], parts):
            metric.update_real(batch)
        for batch in np.array_split(fake[order], parts):
            metric.update_fake(batch)
        values.append(metric.results())
    assert values[0] == pytest.approx(values[1], rel=1e-9)
    assert metric.result() != 0
