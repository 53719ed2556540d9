"""Validation of the truncation argument."""

import math

import pytest
from toys import stated, toy

import keras_gan as kg
from keras_gan.networks.labels import Unlabeled
from keras_gan.networks.sampler import Sampler


@pytest.mark.parametrize("wrong", [-0.5, math.nan, math.inf, "0.7", [0.7]], ids=repr)
def test_an_invalid_truncation_is_an_error_with_advice(wrong):
    words = stated(
        "`truncation` of", f"truncation={wrong!r}", "Pass e.g. truncation=0.7"
    )
    with pytest.raises(ValueError, match=words):
        toy().sampler.check_truncation(wrong)


def test_only_styles_are_truncated_to_their_mean():
    with pytest.raises(ValueError, match=stated("Pass e.g. truncation=0.5")):
        toy().sampler.check_truncation(0)
    generator = kg.networks.stylegan_generator((8, 8, 1), 4, 4, 4, mapping_depth=1)
    Sampler(generator, kg.latents.Normal(4), Unlabeled()).check_truncation(0)
