"""The catalogue page: its code runs, its links are valid, it is complete."""

import inspect
import pathlib
import re

import keras
import pytest

import keras_gan as kg

ROOT = pathlib.Path(__file__).parents[1]
PAGE = ROOT / "docs" / "catalogue.md"
TEXT = PAGE.read_text()
FAMILIES = (kg.losses, kg.penalties, kg.augment, kg.schedules)


def sections(text, level="### "):
    """Returns the text below each heading of a level, by heading.

    >>> sections("# A\\n### b\\nc\\n## D\\ne")
    {'b': 'c'}
    """
    texts, heading = {}, None
    for line in text.split("\n"):
        if re.match("#+ ", line):
            heading = line.removeprefix(level) if line.startswith(level) else None
        elif heading is not None:
            texts[heading] = f"{texts[heading]}\n{line}" if heading in texts else line
    return texts


def blocks(text):
    """Returns the blocks of Python code of a text."""
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


PRELUDE, *_ = blocks(TEXT)
TECHNIQUES = {heading: text for heading, text in sections(TEXT).items() if blocks(text)}
CODE = {heading: blocks(text) for heading, text in TECHNIQUES.items()}


def test_every_block_is_the_prelude_or_a_technique():
    assert len(blocks(TEXT)) == 1 + sum(map(len, CODE.values()))
    assert TEXT.count("```") == 2 * len(blocks(TEXT))
    assert len(CODE) >= 30


@pytest.fixture(scope="module")
def prelude():
    """Returns the variables that the first block of the page defines."""
    keras.utils.set_random_seed(0)
    names = {}
    exec(PRELUDE, names)
    return names


@pytest.mark.parametrize("heading", CODE)
def test_the_code_runs(heading, prelude, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for block in CODE[heading]:
        exec(block, dict(prelude))
    assert not [*tmp_path.iterdir()]  # nothing is left behind


@pytest.mark.parametrize("heading", CODE)
def test_a_technique_has_three_lines_a_source_and_a_measurement(heading):
    text, (block,) = TECHNIQUES[heading], CODE[heading]
    lines = block.strip().split("\n")
    assert len(lines) <= 3
    assert max(map(len, lines)) <= 88
    assert re.search(r"^(Paper|Source): ", text, re.MULTILINE)
    (measurement,) = re.findall(r"^Measured: .*(?:\n.+)*", text, re.MULTILINE)
    assert re.search(r"\]\((../tests/|results/modes\.md)", measurement)


def public(module):
    """Returns the names of the public classes of a module."""
    return {
        name
        for name, value in vars(module).items()
        if inspect.isclass(value)
        and re.match(rf"{module.__name__}\b", value.__module__)
        and not name.startswith("_")
    }


@pytest.mark.parametrize("family", FAMILIES, ids=lambda module: module.__name__)
def test_no_public_name_is_missing(family):
    names = public(family)
    if family is not kg.penalties:  # which has no __all__
        names |= set(getattr(family, "__all__", ()))
    short = family.__name__.rpartition(".")[2]
    assert len(names) >= 4
    missing = {name for name in names if f"kg.{short}.{name}" not in TEXT}
    assert not missing


def test_unrolling_is_listed():
    assert "kg.Unrolling(" in TEXT


def test_arguments_written_out_are_the_defaults():
    name = r"kg\.(?:(?:losses|penalties|augment|schedules)\.)?[A-Z]\w*"
    objects = {}
    for code in blocks(TEXT):
        for constructor, arguments in re.findall(rf"({name})\(([^()]*)\)", code):
            fields = [*inspect.signature(eval(constructor)).parameters]
            if fields and re.findall(r"(\w+)=", arguments) == fields:
                objects.setdefault(constructor, eval(f"{constructor}({arguments})"))
    assert len(objects) >= 13
    for constructor, value in objects.items():
        defaults, config = eval(constructor)().get_config(), value.get_config()
        differing = {key for key in defaults if defaults[key] != config[key]}
        # The layer "code" of an autoencoder is not the default layer.
        assert differing <= {"layer"}, constructor


def rows(heading):
    """Returns the rows of the tables below a heading of the second level."""
    text = sections(TEXT, "## ")[heading]
    lines = [line for line in text.split("\n") if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_contents_are_the_techniques_in_their_order():
    _, *techniques = rows("Contents")
    names = [re.match(r"\[(.*)\]\(#(.*)\)", row[0]).groups() for row in techniques]
    assert [name for name, _ in names] == [*CODE]
    assert [anchor for _, anchor in names] == [anchor_of(name) for name in CODE]


def anchor_of(heading):
    """Returns the Markdown anchor of a heading.

    >>> anchor_of("BigGAN, truncation")
    'biggan-truncation'
    """
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_the_recipes_are_those_of_the_command_line():
    _, *recipes = rows("Recipes")
    assert [row[:2] for row in recipes] == [
        [f"`{name}`", kg.recipes.about(name)] for name in kg.recipes.NAMES
    ]
    for (_, _, paper), recipe in zip(recipes, kg.recipes.NAMES.values(), strict=True):
        assert re.search(r"https://arxiv.org/abs/[\d.]+\d", paper)[0] in recipe.__doc__


def test_every_recipe_and_its_helpers_are_named():
    helpers = {name for name in kg.recipes.__all__ if name != "NAMES"}
    helpers -= {*kg.recipes.NAMES}
    assert helpers == {"about", "get"}
    assert all(f"kg.recipes.{name}" in TEXT for name in helpers)


def links():
    """Returns the targets of all links of the page."""
    return set(re.findall(r"\]\(([^)\s]+)\)", TEXT))


@pytest.mark.parametrize(
    "link", sorted(link for link in links() if not link.startswith(("https://", "#")))
)
def test_a_link_target_is_a_file(link):
    path = (PAGE.parent / link).resolve()
    assert path.is_file()
    assert path.is_relative_to(ROOT)


def test_every_path_in_words_is_a_link_or_a_command():
    assert not re.search(r"(?<![\[/.`\w])tests/[\w/]+\.py", TEXT)


def papers(text):
    """Returns the arXiv numbers in a text."""
    return set(re.findall(r"arxiv\.org/abs/(\d{4}\.\d{4,5})", text))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda module: module.__name__)
def test_the_papers_of_the_code_are_on_the_page(family):
    for name in public(family):
        assert papers(getattr(family, name).__doc__) <= papers(TEXT), name


def test_every_document_of_the_lectures_has_its_errata():
    tables = {
        name: text for name, text in sections(TEXT).items() if re.match(r"00\d", name)
    }
    numbers = {number for name in tables for number in re.findall(r"00\d", name)}
    assert numbers == {"000", "001", "002", "003", "004"}
    for name, text in tables.items():
        lines = [line for line in text.split("\n") if line.startswith("|")]
        assert len(lines) > 3, name
        assert {line.count(" | ") for line in lines[2:]} == {4}, name
