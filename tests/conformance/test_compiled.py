"""Graph and XLA give the numbers of eager execution."""

import catalogue
import numpy as np
import pytest
import tensorflow as tf

TOLERANCES = {False: 1e-6, True: 1e-5}


WAYS = [
    pytest.param(name, xla, id=f"{name}-{'xla' if xla else 'graph'}", marks=marks)
    for name in catalogue.TENSORS
    for xla in (False, True)
    # XLA takes seconds for a network, whose layers are compiled one by one here.
    for marks in [[pytest.mark.slow] if xla and name.startswith("networks.") else []]
]


@pytest.mark.parametrize(("name", "xla"), WAYS)
def test_compiled_equals_eager(name, xla):
    case = catalogue.TENSORS[name]
    made, inputs = case.make(), [tf.constant(one) for one in case.inputs()]
    eager = catalogue.eager_result(name)
    compiled = tf.function(lambda *x: case.run(made, *x), jit_compile=xla)(*inputs)
    assert np.isfinite(eager).all()
    assert compiled.shape[0] == catalogue.BATCH
    near = {"rtol": TOLERANCES[xla], "atol": TOLERANCES[xla]}
    np.testing.assert_allclose(compiled, eager, **near)
