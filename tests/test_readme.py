"""The README's Python can be read by Python, and says what there is."""

import ast
import pathlib
import re

import pytest

import keras_gan as kg

TEXT = (pathlib.Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n")[0])
def test_every_block_parses_and_names_what_there_is(block):
    for node in ast.walk(ast.parse(block)):
        name = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
        if re.fullmatch(r"kg(\.\w+)+", name):
            thing = kg
            for part in name.split(".")[1:]:
                thing = getattr(thing, part)


def test_there_are_blocks():
    assert len(BLOCKS) >= 3
