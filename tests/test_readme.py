"""The Python code of the README parses, and its names exist."""

import ast
import pathlib
import re

import pytest

import keras_gan as kg

TEXT = (pathlib.Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n")[0])
def test_every_block_parses_and_its_names_exist(block):
    for node in ast.walk(ast.parse(block)):
        name = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
        if re.fullmatch(r"kg(\.\w+)+", name):
            value = kg
            for attribute in name.split(".")[1:]:
                value = getattr(value, attribute)


def test_the_readme_has_blocks():
    assert len(BLOCKS) >= 3
