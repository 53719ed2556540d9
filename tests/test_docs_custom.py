"""The page on custom terms: its code runs, block after block."""

import pathlib
import re

import keras
import numpy as np

PAGE = pathlib.Path(__file__).parents[1] / "docs" / "custom.md"


def test_the_code_runs_and_its_gans_are_saved(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(blocks) == 7
    keras.utils.set_random_seed(0)
    names = {"__name__": "custom_terms"}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    gan = names["gan"]
    assert int(gan.steps.numpy()) == 2
    assert names["boots"].shape == (8, 28, 28, 1)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert loaded.penalties == gan.penalties
    np.testing.assert_array_equal(
        loaded.generate(8, labels="Ankle boot", seed=0), names["boots"]
    )
