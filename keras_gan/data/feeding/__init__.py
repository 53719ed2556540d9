"""The data of `GAN.fit` and `GAN.evaluate`, checked and in the form that Keras takes.

`fit_data.py` prepares it, of the kinds in `inputs.py`; `batches.py` checks one batch.
"""

from keras_gan.data.feeding.fit_data import (
    Feeding,
    check_evaluated,
    evaluation_inputs,
    prepare,
)

__all__ = ["Feeding", "check_evaluated", "evaluation_inputs", "prepare"]
