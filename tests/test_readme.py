"""The README's Python code parses, and its names exist; so do its commands."""

import ast
import pathlib
import re
import shlex

import click
import pytest

import keras_gan as kg
from keras_gan_cli import main

ROOT = pathlib.Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = [
    *re.findall(r"^keras-gan (.*)$", TEXT, re.MULTILINE),
    *re.findall(r"`keras-gan ([a-z][^`]*)`", TEXT),
]


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


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_exists_and_needs_no_repository(line):
    name, *arguments = shlex.split(line, comments=True)
    command = main.commands[name]
    if isinstance(command, click.Group):
        name, *arguments = arguments
        command = command.commands[name]
    known = {opt for param in command.params for opt in param.opts}
    assert {one for one in arguments if one.startswith("--")} <= known
    files = [one for one in arguments if "/" in one and (ROOT / one).exists()]
    assert not files, f"in the repository alone: {files}"


def test_the_readme_has_commands():
    assert len(COMMANDS) >= 10
