"""The catalogue page: its code runs, its links lead somewhere, nothing is missing."""

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
    found, heading = {}, None
    for line in text.split("\n"):
        if re.match("#+ ", line):
            heading = line.removeprefix(level) if line.startswith(level) else None
        elif heading is not None:
            found[heading] = f"{found[heading]}\n{line}" if heading in found else line
    return found


def blocks(text):
    """Returns the Python of a text, block by block."""
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
    """Returns the names that the prelude makes."""
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
def test_a_technique_is_three_lines_a_source_and_a_measure(heading):
    text, (block,) = TECHNIQUES[heading], CODE[heading]
    lines = block.strip().split("\n")
    assert len(lines) <= 3
    assert max(map(len, lines)) <= 88
    assert re.search(r"^(Paper|Source): ", text, re.MULTILINE)
    (measured,) = re.findall(r"^Measured: .*(?:\n.+)*", text, re.MULTILINE)
    assert re.search(r"\]\((../tests/|results/modes\.md)", measured)


def public(module):
    """Returns the names of the classes of a module that users may name."""
    return {
        name
        for name, thing in vars(module).items()
        if inspect.isclass(thing)
        and re.match(rf"{module.__name__}\b", thing.__module__)
        and not name.startswith("_")
    }


@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: one.__name__)
def test_no_public_name_is_missing(family):
    names = public(family)
    if family is not kg.penalties:  # which has no __all__
        names |= set(getattr(family, "__all__", ()))
    short = family.__name__.rpartition(".")[2]
    assert len(names) >= 4
    missing = {name for name in names if f"kg.{short}.{name}" not in TEXT}
    assert not missing


def test_unrolling_is_there():
    assert "kg.Unrolling(" in TEXT


def test_arguments_written_out_are_the_defaults():
    name = r"kg\.(?:(?:losses|penalties|augment|schedules)\.)?[A-Z]\w*"
    shown = {}
    for code in blocks(TEXT):
        for thing, arguments in re.findall(rf"({name})\(([^()]*)\)", code):
            fields = [*inspect.signature(eval(thing)).parameters]
            if fields and re.findall(r"(\w+)=", arguments) == fields:
                shown.setdefault(thing, eval(f"{thing}({arguments})"))
    assert len(shown) >= 13
    for thing, made in shown.items():
        usual, config = eval(thing)().get_config(), made.get_config()
        differ = {key for key in usual if usual[key] != config[key]}
        assert differ <= {"layer"}, thing  # "code" of an autoencoder


def rows(heading):
    """Returns the rows of the tables below a heading of the second level."""
    text = sections(TEXT, "## ")[heading]
    lines = [line for line in text.split("\n") if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_contents_are_the_techniques_in_their_order():
    _, *found = rows("Contents")
    names = [re.match(r"\[(.*)\]\(#(.*)\)", cells[0]).groups() for cells in found]
    assert [name for name, _ in names] == [*CODE]
    assert [anchor for _, anchor in names] == [anchor_of(name) for name in CODE]


def anchor_of(heading):
    """Returns the anchor that a heading has on a page of Markdown.

    >>> anchor_of("BigGAN, truncation")
    'biggan-truncation'
    """
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_the_recipes_are_those_of_the_command_line():
    _, *found = rows("Recipes")
    assert [cells[:2] for cells in found] == [
        [f"`{name}`", kg.recipes.about(name)] for name in kg.recipes.NAMES
    ]
    for (_, _, paper), recipe in zip(found, kg.recipes.NAMES.values(), strict=True):
        assert re.search(r"https://arxiv.org/abs/[\d.]+\d", paper)[0] in recipe.__doc__


def test_every_recipe_and_its_helpers_are_named():
    own = {name for name in kg.recipes.__all__ if name != "NAMES"} - {*kg.recipes.NAMES}
    assert own == {"about", "get"}
    assert all(f"kg.recipes.{name}" in TEXT for name in own)


def links():
    """Returns all addresses that the page links to."""
    return set(re.findall(r"\]\(([^)\s]+)\)", TEXT))


@pytest.mark.parametrize(
    "link", sorted(one for one in links() if not one.startswith(("https://", "#")))
)
def test_a_link_leads_to_a_file(link):
    path = (PAGE.parent / link).resolve()
    assert path.is_file()
    assert path.is_relative_to(ROOT)


def test_every_path_in_words_is_a_link_or_a_command():
    assert not re.search(r"(?<![\[/.`\w])tests/[\w/]+\.py", TEXT)


def papers(text):
    """Returns the numbers of the papers that a text names."""
    return set(re.findall(r"arxiv\.org/abs/(\d{4}\.\d{4,5})", text))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: one.__name__)
def test_the_papers_of_the_code_are_on_the_page(family):
    for name in public(family):
        assert papers(getattr(family, name).__doc__) <= papers(TEXT), name


def test_every_document_of_the_lectures_has_its_errata():
    found = sections(TEXT)
    tables = {name: found[name] for name in found if re.match(r"00\d", name)}
    numbers = {number for name in tables for number in re.findall(r"00\d", name)}
    assert numbers == {"000", "001", "002", "003", "004"}
    for name, text in tables.items():
        lines = [line for line in text.split("\n") if line.startswith("|")]
        assert len(lines) > 3, name
        assert {line.count(" | ") for line in lines[2:]} == {4}, name
