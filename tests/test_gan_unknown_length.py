"""Data of unknown length trains as the same data of known length does."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from toys import points

import keras_gan as kg

WAYS = {
    "graph": {},
    "xla": {"jit_compile": True},
    "two steps per execution": {"steps_per_execution": 2},
}


def trained(dataset, **way):
    """Returns all variables of a GAN after two epochs."""
    keras.utils.set_random_seed(0)
    gan = kg.GAN(
        kg.networks.mlp_generator(width=8),
        kg.networks.mlp_discriminator(width=8, normalization="spectral"),
        ema_momentum=0.9,
        seed=0,
    )
    gan.compile(
        keras.optimizers.AdamW(1e-3, weight_decay=0.1),
        keras.optimizers.AdamW(1e-3, weight_decay=0.1),
        penalties=[kg.penalties.R1(1.0, interval=3)],
        skip_discriminator_below=0.1,
        **way,
    )
    gan.fit(dataset, epochs=2, verbose=0)
    variables = [*gan.variables, *gan.optimizer.variables]
    variables += gan.extra_variables.values()
    return int(gan.steps.numpy()), [np.asarray(one.numpy()) for one in variables]


# Keras's words for the end of the first epoch of such data.
@pytest.mark.filterwarnings("ignore:Your input ran out of data:UserWarning")
@pytest.mark.parametrize("way", WAYS)
def test_no_step_is_counted_without_its_data(way):
    known = tf.data.Dataset.from_tensor_slices(points(32)).batch(8)
    unknown = known.filter(lambda batch: tf.reduce_all(batch > -1e9))
    assert int(unknown.cardinality()) == tf.data.UNKNOWN_CARDINALITY
    steps, expected = trained(known, **WAYS[way])
    counted, found = trained(unknown, **WAYS[way])
    assert counted == steps == 8
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)
