"""Every file that a page names is there: pictures, pages, scripts of its commands."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).parents[1]
PAGES = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    *ROOT.glob("saved_models/*.md"),
]
SCRIPT = re.compile(r"python ((?:benchmarks|saved_models|docs)/[\w/]+\.py)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page):
    text = page.read_text()
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    local = [link.partition("#")[0] for link in links if "://" not in link]
    named = [page.parent / link for link in local if link]
    named += [ROOT / script for script in SCRIPT.findall(text)]
    assert not [str(path) for path in named if not path.exists()]


def test_pictures_are_shown_by_a_page():
    shown = " ".join(page.read_text() for page in PAGES)
    pictures = {path.name for path in (ROOT / "docs" / "pictures").iterdir()}
    assert not [name for name in pictures if name not in shown]
