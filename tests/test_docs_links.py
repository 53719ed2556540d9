"""Every file that a page refers to exists: images, pages, scripts of commands."""

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
def test_files_of_a_page_exist(page):
    text = page.read_text()
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    local = [link.partition("#")[0] for link in links if "://" not in link]
    paths = [page.parent / link for link in local if link]
    paths += [ROOT / script for script in SCRIPT.findall(text)]
    assert not [str(path) for path in paths if not path.exists()]


def test_every_image_is_used_by_a_page():
    text = " ".join(page.read_text() for page in PAGES)
    images = {path.name for path in (ROOT / "docs" / "pictures").iterdir()}
    assert not [name for name in images if name not in text]
