"""The map of the house: each module has a row, and imports from lower rows only."""

import ast
import pathlib

import pytest

import keras_gan

PACKAGE = pathlib.Path(keras_gan.__file__).parent
COMMAND_LINE = PACKAGE.with_name("keras_gan_cli")
FILES = sorted([*PACKAGE.rglob("*.py"), *COMMAND_LINE.rglob("*.py")])
ROWS = [
    {"errors", "preset_files", "typing", "version"},
    {"files", "validation"},
    {"config", "precision", "random", "replicas", "saved_files"},
    {"game", "layers", "images"},
    {"losses", "penalties", "unrolling", "augment", "latents"}
    | {"networks", "metrics", "data"},
    {"export"},
    {"gan", "style_transfer"},
    {"callbacks", "recipes"},
    {"keras_gan"},  # the public names, for those who come after all of them
    {"cli"},
]
"""Row by row, from the lowest: the first part of a module's name below `keras_gan`,
and `cli` for the package `keras_gan_cli`."""


def row(concept):
    """Returns the row of a concept, or None."""
    return next((number for number, row in enumerate(ROWS) if concept in row), None)


def concept(path):
    """Returns the concept of a file; the package's own is its name.

    >>> concept(PACKAGE / "data" / "order.py"), concept(PACKAGE / "gan.py")
    ('data', 'gan')
    """
    if path.is_relative_to(COMMAND_LINE):
        return "cli"
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "keras_gan" if first == "__init__" else first


def modules_of(node, path):
    """Returns the full names of what an import statement may import."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = list(path.relative_to(PACKAGE.parent).parent.parts)
    base = base[: len(base) + 1 - node.level] if node.level else []
    base += node.module.split(".") if node.module else []
    return [".".join([*base, alias.name]) for alias in node.names]


def imported(path):
    """Returns the concepts of this package that a file imports, anywhere in it."""
    concepts = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for name in modules_of(node, path):
            top, *below = name.split(".")
            if top == COMMAND_LINE.name:
                concepts.add("cli")
            if top == "keras_gan":
                inner = below and (PACKAGE / below[0]).with_suffix(".py").exists()
                inner = inner or (
                    below and (PACKAGE / below[0] / "__init__.py").exists()
                )
                concepts.add(below[0] if inner else "keras_gan")
    return concepts


def test_every_module_is_on_the_map():
    unknown = {concept(path) for path in FILES if row(concept(path)) is None}
    assert not unknown, f"not on the map of the house: {sorted(unknown)}"


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if concept(path) != "keras_gan"],
    ids=lambda path: str(path.relative_to(PACKAGE.parent)),
)
def test_a_module_imports_from_lower_rows_only(path):
    own = concept(path)
    above = {
        other
        for other in imported(path) - {own}
        if row(own) is not None and (row(other) is None or row(other) >= row(own))
    }
    assert not above, f"{own} (row {row(own)}) imports {sorted(above)}"


def test_the_imports_are_seen(tmp_path, monkeypatch):
    package = tmp_path / "keras_gan"
    (package / "data").mkdir(parents=True)
    for name in ("gan", "losses", "random", "data/__init__"):
        (package / f"{name}.py").touch()
    file = package / "data" / "odd.py"
    file.write_text(
        "import keras\nimport keras_gan.random\nfrom keras_gan import losses, GAN\n"
        "from keras_gan_cli import main\n"
        "def f():\n    from ..gan import GAN\n    from . import arrays\n"
    )
    monkeypatch.setattr("test_map.PACKAGE", package)
    assert imported(file) == {*("random", "losses", "gan", "data", "keras_gan", "cli")}


def private(path):
    """Returns the private attributes of other objects that a file uses."""
    return {
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and node.attr != "_exit"  # of os, which documents it
        and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
        and not isinstance(node.value, ast.Call)  # super()
    }


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if concept(path) in ("callbacks", "recipes", "cli")],
    ids=lambda path: str(path.relative_to(PACKAGE.parent)),
)
def test_callbacks_and_commands_use_public_methods(path):
    assert private(path) == set()
