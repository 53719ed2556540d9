"""No class of the GAN reads what only another file sets: none of them is a mixin."""

import ast
import functools
import inspect
import pathlib
import re

import keras
import pytest

import keras_gan
from keras_gan.gan.generative_model import GenerativeModel

PACKAGE = pathlib.Path(keras_gan.__file__).parent
FILES = sorted((PACKAGE / "gan").glob("*.py"))


class Empty(keras.Model):
    """A Keras model without anything of its own."""


def attributes_of_self(node, context):
    """Returns the names `x` of all `self.x` in a node, in a context of `ast`."""
    return {
        part.attr
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id == "self"
        and isinstance(part.ctx, context)
    }


def defined_in(node):
    """Returns the names that the body of a class defines, and that its methods set."""
    names = attributes_of_self(node, ast.Store)
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.AnnAssign):
            names.add(statement.target.id)
        elif isinstance(statement, ast.Assign):
            names |= {target.id for target in statement.targets}
    return names


@functools.cache
def of_base_class():
    """Returns the public methods and the documented attributes of the base class."""
    methods = {name for name in vars(GenerativeModel) if not name.startswith("_")}
    documented = inspect.getdoc(GenerativeModel).split("Attributes:")[1]
    return methods | set(re.findall(r"^ {4}(\w+):", documented, re.MULTILINE))


def inherited(node):
    """Returns the names that a class inherits from Keras and from the base class."""
    bases = {ast.unparse(base) for base in node.bases}
    names = set(dir(object))
    if bases & {"Model", "GenerativeModel"}:
        names |= set(dir(Empty()))
    if "GenerativeModel" in bases:
        names |= of_base_class()
    return names


def unknown_attributes(source):
    """Returns what classes of a source read from `self` that nothing known sets."""
    return {
        f"{node.name}.{name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
        for name in attributes_of_self(node, ast.Load)
        - defined_in(node)
        - inherited(node)
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_class_sets_or_inherits_what_it_reads(path):
    assert unknown_attributes(path.read_text()) == set()


def test_a_mixin_is_seen():
    source = """
class Base(Model):
    def generate(self):
        return self.sampler(self.compiled)

class Fields:
    size: int = 1
    KIND = "kind"

    def area(self):
        self.known, self.other = 1, 2
        return self.size * self.known * self.KIND * self.area() * self.unknown

class Model(GenerativeModel):
    def train(self):
        self.player.update()
        return self.latents, self.generate(), self.layers
"""
    expected = {"Base.sampler", "Fields.unknown", "Model.player"}
    assert unknown_attributes(source) == expected


def test_the_classes_are_found():
    assert {"generate", "export", "labels", "ema_generator"} <= of_base_class()
    names = {
        node.name
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    }
    assert {"GAN", "GenerativeModel", "TrainingConfig", "Definition"} <= names
    bases = [base.__name__ for base in keras_gan.GAN.__bases__]
    assert bases == ["GenerativeModel"]
    assert GenerativeModel.__bases__ == (keras.Model,)


@pytest.mark.parametrize("name", ["locals", "globals"])
def test_no_dictionary_of_variables_is_taken(name):
    for path in PACKAGE.rglob("*.py"):
        calls = {
            node.lineno
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == name
        }
        assert not calls, f"{name}() in {path.relative_to(PACKAGE)}: {calls}"
