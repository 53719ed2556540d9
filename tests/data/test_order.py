import itertools
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from keras_gan.data import from_arrays, set_epoch
from keras_gan.data.order import Position

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
    first = order_of(dataset)
    set_epoch(0)
    assert order_of(changed) == first[:12]
    set_epoch(1)
    second = order_of(dataset)
    set_epoch(1)
    assert order_of(changed) == second[:12] != first[:12]


def test_an_iterator_keeps_the_epoch_in_which_it_started():
    dataset = numbered(40, batch_size=4)
    whole = order_of(dataset)
    set_epoch(0)
    iterator = iter(dataset)
    started = order_of([next(iterator)])
    set_epoch(1)
    assert started + order_of(iterator) == whole


def test_keras_sees_the_length_before_the_first_epoch():
    dataset = numbered(42, batch_size=4)
    assert len(dataset) == 10
    assert len(dataset.unshuffled) == 11


@pytest.mark.parametrize("index", [-1, 0.5, True])
def test_what_is_no_index_is_refused(index):
    with pytest.raises(ValueError, match="`epoch` of set_epoch must be an integer of"):
        set_epoch(index)
    with pytest.raises(ValueError, match="`batch` of set_epoch must be an integer of"):
        set_epoch(0, index)


def passes(epochs, **options):
    """The orders of some epochs, as `set_epoch` gives them."""
    dataset = numbered(40, batch_size=4, **options)
    orders = []
    for epoch in range(epochs):
        set_epoch(epoch)
        orders.append(order_of(dataset))
    set_epoch(0)
    return orders


def test_passes_of_a_loop_are_the_epochs():
    dataset, epochs = numbered(40, batch_size=4), passes(3)
    assert [order_of(dataset) for _ in range(3)] == epochs
    set_epoch(1)
    assert [order_of(dataset), order_of(dataset)] == epochs[1:]


def test_a_loop_that_breaks_off_is_followed_by_the_next_epoch():
    dataset, epochs = numbered(40, batch_size=4), passes(2)
    next(iter(dataset))
    assert order_of(dataset) == epochs[1]


def test_repeated_data_goes_through_the_epochs_however_far_it_is_read_ahead():
    dataset, epochs = numbered(40, batch_size=4), passes(4)
    repeated = dataset.repeat().prefetch(15).take(30)
    read = order_of(repeated)
    assert read == [*itertools.chain(*epochs[:3])]


def test_two_datasets_do_not_count_each_others_passes():
    first, second = numbered(40, batch_size=4), numbered(40, batch_size=4)
    assert order_of(first) == order_of(second)
    assert order_of(first) == order_of(second)


@pytest.mark.parametrize(
    ("epoch", "batch", "start"), [(0, 3, 12), (1, 9, 76), (0, 13, 52)]
)
def test_a_pass_can_start_inside_an_epoch(epoch, batch, start):
    dataset, epochs = numbered(40, batch_size=4), passes(4)
    set_epoch(epoch, batch)
    every = [*itertools.chain(*epochs)]
    assert order_of(dataset) == every[start : start + 40]
    assert order_of(dataset) == every[start + 40 : start + 80]


@pytest.mark.parametrize("create", ["in a strategy", "in a graph"])
def test_the_position_is_an_ordinary_variable_wherever_it_is_first_read(create):
    position = Position()
    strategy = tf.distribute.MirroredStrategy(["CPU:0"])
    graph = tf.Graph().as_default()
    with strategy.scope() if create == "in a strategy" else graph:
        variable = position.values
    assert not isinstance(variable, tf.distribute.DistributedValues)
    assert "CPU:0" in variable.device
    assert variable.numpy().tolist() == [0, 0, 0]
