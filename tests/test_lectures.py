"""The pages of the lectures: their code runs, and three languages agree."""

import ast
import collections
import inspect
import pathlib
import re
import warnings

import numpy as np
import pytest
import tensorflow as tf
from click.testing import CliRunner
from toys import set_seed

import keras_gan as kg
from keras_gan_cli import main

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
"""Replacements that make the page's code run at toy size."""

TOY_WARNINGS = ("fd_fashion_mnist of 64 real", "Even though the `tf.config")
"""Beginnings of warnings that are due to the toy size."""


def fenced(text, language):
    """Returns the code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def prose(text):
    """Returns a page without its code blocks."""
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def spans(text):
    """Returns the inline code."""
    return re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose(text))


def formulas(text):
    """Returns the display formulas, then the inline formulas, sorted."""
    text = re.sub(r"`[^`\n]*`", "", prose(text))
    display = re.findall(r"\$\$(.*?)\$\$", text, re.DOTALL)
    inline = re.findall(r"\$([^$\n]+)\$", re.sub(r"\$\$.*?\$\$", "", text))
    return display + sorted(inline)


def errata(text):
    """Returns the numbers of the errata, in the order of the page."""
    numbers = re.findall(r"\*\*(?:Erratum|訂正|勘误) (\d+)", text)
    return [int(number) for number in numbers]


def links(text):
    """Returns the targets of the links of a page."""
    return re.findall(r"\]\(([^)\s]+)\)", prose(text))


# The three languages.


@pytest.mark.parametrize("name", NAMES[1:])
def test_three_languages_agree(name):
    text = PAGES[name]
    for language in ("python", "shell"):
        assert fenced(text, language) == fenced(FIRST, language)
    assert text.count("```") == FIRST.count("```")
    levels = [
        re.findall("^#+(?= )", prose(page), re.MULTILINE) for page in (text, FIRST)
    ]
    assert levels[0] == levels[1]
    assert len(levels[0]) >= 40
    assert formulas(text) == formulas(FIRST)
    assert collections.Counter(spans(text)) == collections.Counter(spans(FIRST))
    external = [
        {link for link in links(page) if "lectures." not in link and link[0] != "#"}
        for page in (text, FIRST)
    ]
    assert external[0] == external[1]
    measurements = [
        len(re.findall(r"^\*\*(?:Measured|実測|实测)\*?\*?", page, re.MULTILINE))
        for page in (text, FIRST)
    ]
    assert measurements[0] == measurements[1]


@pytest.mark.parametrize("name", NAMES)
def test_errata_are_numbered_in_order(name):
    numbers = errata(PAGES[name])
    assert numbers == [*range(1, len(numbers) + 1)]


@pytest.mark.parametrize("name", NAMES)
def test_every_erratum_is_listed_as_checked(name):
    *_, last = re.split(r"^## ", PAGES[name], flags=re.MULTILINE)
    last = re.sub(r"[\w.]*PyTorch [\d.]+|lecture 000|000", "", last)
    last = re.sub(r"(\d+)\s*(?:to|から|至)\s*(\d+)", numbers_between, last)
    checked = [int(number) for number in re.findall(r"(?<![\w/])\d+(?!\w)", last)]
    assert sorted(checked) == errata(PAGES[name])


def numbers_between(match):
    """Returns all integers of a range, separated by commas."""
    first, last = map(int, match.groups())
    return ", ".join(map(str, range(first, last + 1)))


@pytest.mark.parametrize("name", NAMES)
def test_formulas_survive_markdown(name):
    for formula in formulas(PAGES[name]):
        assert not re.search(r"\\[,|_{}]|[}\])]_|\*", formula), formula
    text = re.sub(r"`[^`\n]*`", "`", prose(PAGES[name]))
    text = re.sub(r"\$\$.*?\$\$", "", text)
    for match in re.finditer(r"\$[^$\n]+\$", text):
        before, after = text[match.start() - 1], text[match.end()]
        assert before in " \n(", match[0]
        assert after in " \n.,:;)", match[0]


@pytest.mark.parametrize("name", NAMES)
def test_link_targets_exist(name):
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
    """Returns the Markdown anchor of a heading.

    >>> anchor_of("R1 and R2")
    'r1-and-r2'
    """
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("name", NAMES)
def test_files_in_inline_code_exist(name):
    files = re.findall(r"`(?:python )?((?:notebooks|benchmarks)/\S+?)`", PAGES[name])
    assert len(files) >= 2
    for file in files:
        assert (ROOT / file).is_file(), file


# The code.


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Returns the folder in which the code of the page runs, initially empty."""
    return tmp_path_factory.mktemp("lectures")


@pytest.fixture(scope="module")
def variables(folder):
    """Runs the Python code of the page at toy size; returns its variables."""
    set_seed(0)
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
        for message in TOY_WARNINGS:
            warnings.filterwarnings("ignore", message)
        patch.chdir(folder)
        patch.setattr(kg.data, "load", load)
        tf.config.run_functions_eagerly(True)
        try:
            exec(code, names)
        finally:
            tf.config.run_functions_eagerly(False)
    return names


def test_the_losses_of_the_program_are_those_of_the_logs(variables):
    total = variables["errD_real"] + variables["errD_fake"]
    assert float(variables["errD"]) == pytest.approx(float(total), rel=1e-6)
    real, fake = (variables[name].numpy() for name in ("real_scores", "fake_scores"))
    expected = np.logaddexp(0, -real).mean() + np.logaddexp(0, fake).mean()
    assert float(variables["errD"]) == pytest.approx(expected, rel=1e-5)
    for name, scores in (("D_x", real), ("D_G_z1", fake)):
        expected = (1.0 / (1.0 + np.exp(-scores))).mean()
        assert float(variables[name]) == pytest.approx(expected, rel=1e-5)
    after = variables["scores_after"].numpy()
    expected = np.logaddexp(0, -after).mean()
    assert float(variables["errG"]) == pytest.approx(expected, rel=1e-5)


def test_the_logs_have_the_names_of_the_page(variables):
    logged = {span for span in spans(FIRST) if span.endswith(("_loss", "_probability"))}
    logged |= {"fake_probability_after", "real_score"}
    assert logged <= set(variables["history"].history)
    assert len(logged) >= 6


CALLS = [
    part
    for span in dict.fromkeys(spans(FIRST))
    for part in span.split("; ")
    if re.match(r"(kg|keras|tf|gan)\.", part)
]


def test_names_and_arguments_in_inline_code_exist(variables):
    assert len(CALLS) >= 30
    for call in CALLS:
        for node in ast.walk(ast.parse(call)):
            if isinstance(node, ast.Attribute):
                eval(ast.unparse(node), dict(variables))
            if isinstance(node, ast.Call):
                arguments = {keyword.arg: None for keyword in node.keywords}
                function = eval(ast.unparse(node.func), dict(variables))
                inspect.signature(function).bind(*node.args, **arguments)


# The command line.


LINES = [line for block in fenced(FIRST, "shell") for line in block.splitlines()]


@pytest.mark.parametrize("line", LINES)
def test_a_shell_command_parses(line):
    program, name, *arguments = line.split()
    assert program == "keras-gan"
    main.commands[name].make_context(name, arguments)


@pytest.mark.parametrize("line", [line for line in LINES if " stylize " in line])
@pytest.mark.usefixtures("variables")
def test_a_stylize_command_has_its_images(line, folder, monkeypatch):
    """The images are written by the page's Python, and no weights are downloaded."""
    monkeypatch.chdir(folder)
    arguments = [*line.split()[1:], "--size", "32", "--steps", "1", "--out", "last.png"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert (folder / "last.png").is_file()


def test_shell_and_python_train_in_different_folders():
    saved = re.findall(r'gan\.save\("(runs/\w+)/', FIRST)
    trained = re.findall(r"keras-gan train .*--out (\S+)", FIRST)
    assert saved
    assert trained
    assert not {*saved} & {*trained}


def test_options_in_inline_code_exist():
    options = {
        option
        for command in main.commands.values()
        for parameter in command.params
        for option in parameter.opts
    }
    named = {
        option for span in spans(FIRST) for option in re.findall(r"--[\w-]+", span)
    }
    assert len(named) >= 8
    assert named <= options
