"""The lectures' pages: their code runs, and three languages say the same."""

import ast
import collections
import inspect
import pathlib
import re
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from click.testing import CliRunner

import keras_gan as kg
from keras_gan.cli import main

ROOT = pathlib.Path(__file__).parents[1]
FOLDER = ROOT / "docs"
NAMES = ("lectures.md", "lectures.ja.md", "lectures.zh.md")
PAGES = {name: (FOLDER / name).read_text() for name in NAMES}
FIRST = PAGES["lectures.md"]

TOY = {
    "(28, 28, 1), 64, 20": "(8, 8, 1), 4, 1",
    "num_images=2_000": "num_images=64",
    "ring.dataset()": "ring.dataset(256)",
    "size=256": "size=32, steps=1",
}
"""What makes the page's code small."""

USUAL = ("fd_fashion_mnist of 64 real", "Even though the `tf.config")
"""Beginnings of warnings that come of being small."""


def fenced(text, language):
    """Returns the blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def prose(text):
    """Returns a page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def spans(text):
    """Returns the code within lines."""
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose(text))


def formulas(text):
    """Returns the formulas: those of their own, then those within lines."""
    text = re.sub(r"`[^`\n]*`", "", prose(text))
    own = re.findall(r"\$\$(.*?)\$\$", text, re.DOTALL)
    within = re.findall(r"\$([^$\n]+)\$", re.sub(r"\$\$.*?\$\$", "", text))
    return own + sorted(within)


def errata(text):
    """Returns the numbers of the errata, in the order of the page."""
    return [int(one) for one in re.findall(r"\*\*(?:Erratum|訂正|勘误) (\d+)", text)]


def links(text):
    """Returns the addresses that a page links to."""
    return re.findall(r"\]\(([^)\s]+)\)", prose(text))


# The three languages.


@pytest.mark.parametrize("name", NAMES[1:])
def test_three_languages_have_the_same(name):
    text = PAGES[name]
    for language in ("python", "shell"):
        assert fenced(text, language) == fenced(FIRST, language)
    assert text.count("```") == FIRST.count("```")
    levels = [re.findall("^#+(?= )", prose(one), re.MULTILINE) for one in (text, FIRST)]
    assert levels[0] == levels[1]
    assert len(levels[0]) >= 40
    assert formulas(text) == formulas(FIRST)
    assert collections.Counter(spans(text)) == collections.Counter(spans(FIRST))
    outside = [
        {one for one in links(page) if "lectures." not in one and one[0] != "#"}
        for page in (text, FIRST)
    ]
    assert outside[0] == outside[1]
    measured = [
        len(re.findall(r"^\*\*(?:Measured|実測|实测)\*?\*?", one, re.MULTILINE))
        for one in (text, FIRST)
    ]
    assert measured[0] == measured[1]


@pytest.mark.parametrize("name", NAMES)
def test_errata_are_numbered_in_order(name):
    found = errata(PAGES[name])
    assert found == [*range(1, len(found) + 1)]


@pytest.mark.parametrize("name", NAMES)
def test_every_erratum_says_how_it_was_checked(name):
    *_, last = re.split(r"^## ", PAGES[name], flags=re.MULTILINE)
    last = re.sub(r"[\w.]*PyTorch [\d.]+|lecture 000|000", "", last)
    last = re.sub(r"(\d+)\s*(?:to|から|至)\s*(\d+)", numbers_between, last)
    told = [int(one) for one in re.findall(r"(?<![\w/])\d+(?!\w)", last)]
    assert sorted(told) == errata(PAGES[name])


def numbers_between(found):
    """Returns all whole numbers of a range, written out."""
    first, final = map(int, found.groups())
    return ", ".join(map(str, range(first, final + 1)))


@pytest.mark.parametrize("name", NAMES)
def test_formulas_survive_markdown(name):
    for one in formulas(PAGES[name]):
        assert not re.search(r"\\[,|_{}]|[}\])]_|\*", one), one
    text = re.sub(r"`[^`\n]*`", "`", prose(PAGES[name]))
    text = re.sub(r"\$\$.*?\$\$", "", text)
    for found in re.finditer(r"\$[^$\n]+\$", text):
        before, after = text[found.start() - 1], text[found.end()]
        assert before in " \n(", found[0]
        assert after in " \n.,:;)", found[0]


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name):
    for link in links(PAGES[name]):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        path = (FOLDER / file).resolve() if file else FOLDER / name
        assert path.is_file(), link
        assert path.is_relative_to(ROOT), link
        if anchor:
            headings = re.findall(r"^#+ (.*)", prose(path.read_text()), re.MULTILINE)
            assert anchor in map(anchor_of, headings), link


def anchor_of(heading):
    """Returns the anchor that a heading has on a page of Markdown.

    >>> anchor_of("R1 and R2")
    'r1-and-r2'
    """
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("name", NAMES)
def test_files_in_words_are_there(name):
    files = re.findall(r"`(?:python )?((?:notebooks|benchmarks)/\S+?)`", PAGES[name])
    assert len(files) >= 2
    for file in files:
        assert (ROOT / file).is_file(), file


# The code.


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Returns the folder in which the page is run, empty at first."""
    return tmp_path_factory.mktemp("lectures")


@pytest.fixture(scope="module")
def played(folder):
    """Returns the names that the page's Python makes, run once at toy size."""
    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)

    def load(name, batch_size, seed):
        assert name == "fashion_mnist_10k"
        images = random.uniform(-1.0, 1.0, (batch_size, 8, 8, 1)).astype("float32")
        return kg.data.from_arrays(images, batch_size=batch_size, seed=seed)

    code = "\n".join(fenced(FIRST, "python"))
    for large, small in TOY.items():
        assert code.count(large) == 1, large
        code = code.replace(large, small)
    names = {}
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        for usual in USUAL:
            warnings.filterwarnings("ignore", usual)
        patch.chdir(folder)
        patch.setattr(kg.data, "load", load)
        tf.config.run_functions_eagerly(True)
        try:
            exec(code, names)
        finally:
            tf.config.run_functions_eagerly(False)
    return names


def test_the_halves_of_the_program_are_those_of_the_log(played):
    halves = played["errD_real"] + played["errD_fake"]
    assert float(played["errD"]) == pytest.approx(float(halves), rel=1e-6)
    real, fake = (played[name].numpy() for name in ("real_scores", "fake_scores"))
    expected = np.logaddexp(0, -real).mean() + np.logaddexp(0, fake).mean()
    assert float(played["errD"]) == pytest.approx(expected, rel=1e-5)
    for name, scores in (("D_x", real), ("D_G_z1", fake)):
        expected = (1.0 / (1.0 + np.exp(-scores))).mean()
        assert float(played[name]) == pytest.approx(expected, rel=1e-5)
    after = played["scores_after"].numpy()
    expected = np.logaddexp(0, -after).mean()
    assert float(played["errG"]) == pytest.approx(expected, rel=1e-5)


def test_the_logs_have_the_names_of_the_page(played):
    logged = {one for one in spans(FIRST) if one.endswith(("_loss", "_probability"))}
    logged |= {"fake_probability_after", "real_score"}
    assert logged <= set(played["history"].history)
    assert len(logged) >= 6


CALLS = [
    part
    for span in dict.fromkeys(spans(FIRST))
    for part in span.split("; ")
    if re.match(r"(kg|keras|tf|gan)\.", part)
]


def test_names_and_arguments_within_lines_exist(played):
    assert len(CALLS) >= 30
    for call in CALLS:
        for node in ast.walk(ast.parse(call)):
            if isinstance(node, ast.Attribute):
                eval(ast.unparse(node), dict(played))
            if isinstance(node, ast.Call):
                given = {one.arg: None for one in node.keywords}
                thing = eval(ast.unparse(node.func), dict(played))
                inspect.signature(thing).bind(*node.args, **given)


# The command line.


LINES = [line for block in fenced(FIRST, "shell") for line in block.splitlines()]


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_the_command_line_can_be_read(line):
    program, name, *arguments = line.split()
    assert program == "keras-gan"
    main.commands[name].make_context(name, arguments)


@pytest.mark.parametrize("line", [one for one in LINES if " stylize " in one])
@pytest.mark.usefixtures("played")
def test_a_line_that_paints_has_its_pictures(line, folder, monkeypatch):
    """The pictures are the page's own, and no weights are fetched."""
    monkeypatch.chdir(folder)
    arguments = [*line.split()[1:], "--size", "32", "--steps", "1", "--out", "last.png"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert (folder / "last.png").is_file()


def test_a_run_is_trained_in_a_folder_that_python_left_alone():
    saved = re.findall(r'gan\.save\("(runs/\w+)/', FIRST)
    trained = re.findall(r"keras-gan train .*--out (\S+)", FIRST)
    assert saved
    assert trained
    assert not {*saved} & {*trained}


def test_options_within_lines_exist():
    options = {
        option
        for command in main.commands.values()
        for parameter in command.params
        for option in parameter.opts
    }
    named = {one for span in spans(FIRST) for one in re.findall(r"--[\w-]+", span)}
    assert len(named) >= 8
    assert named <= options
