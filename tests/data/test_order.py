import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.data import from_arrays, set_epoch
from keras_gan.data.order import epoch_variable

SCRIPT = """
import numpy as np
import keras_gan as kg
kg.data.set_epoch(2)
levels = np.arange(40, dtype="uint8").reshape(40, 1, 1)
dataset = kg.data.from_arrays(levels, batch_size=4, seed=7)
levels = [kg.images.to_uint8(batch).ravel().tolist() for batch in dataset]
print("order", *sum(levels, []))
"""


def numbered(count, **options):
    levels = np.arange(count, dtype=np.uint8).reshape(count, 1, 1)
    return from_arrays(levels, **options)


def order_of(dataset):
    levels = [np.rint((batch.numpy() + 1) * 127.5).ravel() for batch in dataset]
    return np.concatenate(levels).astype(int).tolist()


@pytest.mark.slow  # a process; resumed runs in new ones see their epochs, too
def test_a_new_process_sees_the_same_third_epoch():
    set_epoch(2)
    here = order_of(numbered(40, batch_size=4, seed=7))
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    line = next(line for line in run.stdout.splitlines() if line.startswith("order"))
    assert [int(word) for word in line.split()[1:]] == here


def test_the_order_depends_on_seed_and_epoch_alone():
    set_epoch(3)
    order = order_of(numbered(12, batch_size=4, seed=5))
    used = numbered(12, batch_size=3, seed=5)
    set_epoch(1)
    assert order_of(used) != order
    set_epoch(3)
    assert order_of(used) == order
    assert order_of(numbered(12, batch_size=2, seed=5)) == order


def test_epochs_and_seeds_differ_and_each_has_every_image_once():
    orders = {}
    for seed in (0, 1):
        dataset = numbered(40, batch_size=4, seed=seed)
        for epoch in (0, 1, 2):
            set_epoch(epoch)
            orders[seed, epoch] = tuple(order_of(dataset))
    assert len(set(orders.values())) == 6
    assert all(sorted(order) == list(range(40)) for order in orders.values())


def test_an_epoch_comes_back_the_same():
    dataset = numbered(40, batch_size=4)
    first = order_of(dataset)
    set_epoch(1)
    assert order_of(dataset) != first
    set_epoch(0)
    assert order_of(dataset) == first


def test_the_order_survives_what_users_do_to_the_data_set():
    dataset = numbered(40, batch_size=4)
    changed = dataset.map(lambda images: images * 1.0).take(3).prefetch(1)
    first = order_of(dataset)[:12]
    assert order_of(changed) == first
    set_epoch(1)
    assert order_of(changed) == order_of(dataset)[:12] != first


def test_an_iterator_keeps_the_epoch_in_which_it_started():
    dataset = numbered(40, batch_size=4)
    whole = order_of(dataset)
    iterator = iter(dataset)
    started = order_of([next(iterator)])
    set_epoch(1)
    assert started + order_of(iterator) == whole


def test_keras_sees_the_length_before_the_first_epoch():
    dataset = numbered(42, batch_size=4)
    assert len(dataset) == 10
    assert len(dataset.unshuffled) == 11


@pytest.mark.parametrize("epoch", [-1, 0.5, True])
def test_an_epoch_that_is_no_index_is_refused(epoch):
    with pytest.raises(ValueError, match="`epoch` of set_epoch must be an integer of"):
        set_epoch(epoch)


def test_the_epoch_is_an_ordinary_variable_though_created_in_a_strategy():
    epoch_variable.cache_clear()
    try:
        with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
            variable = epoch_variable()
        assert not isinstance(variable, tf.distribute.DistributedValues)
        assert "CPU:0" in variable.device
    finally:
        epoch_variable.cache_clear()


def test_the_epoch_can_be_first_requested_inside_a_graph():
    epoch_variable.cache_clear()
    try:
        with tf.Graph().as_default():
            numbers = epoch_variable()
        assert numbers.numpy() == 0
    finally:
        epoch_variable.cache_clear()
