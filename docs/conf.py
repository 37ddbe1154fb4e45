"""The documentation as a site: `sphinx-build -W docs OUTPUT`. Pages that stand elsewhere are read from there."""

import re
from pathlib import Path
from typing import Any

project = "forecasts"
author = "The forecasts founders"
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "alabaster"
html_theme_options = {"description": "Keeps the score of people who predict in print", "page_width": "1100px"}

_ROOT = Path(__file__).parent.parent
_PAGES = {
    "first-steps": "README.md",
    "coding": "seed/README.md",
    "security": "SECURITY.md",
    "contributing": "CONTRIBUTING.md",
    "changelog": "CHANGELOG.md",
}
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?:\.\./)?(?:docs/)?([\w./-]+)((?:#[\w-]*)?)\)")


def _read(_app: Any, page: str, source: list[str]) -> None:
    """A page's text, from where it stands, with its links as they are in the site."""
    text = (_ROOT / _PAGES[page]).read_text(encoding="utf-8") if page in _PAGES else source[0]
    source[0] = _LINK.sub(_linked, text)


def _linked(link: re.Match[str]) -> str:
    """A link to a page of the site; of a file that is none only its words."""
    mark, words, target, place = link.groups()
    page = next((f"{page}.md" for page, file in _PAGES.items() if file == target), target)
    return f"{mark}[{words}]({page}{place})" if (_ROOT / "docs" / page).is_file() else words


def setup(app: Any) -> None:
    app.connect("source-read", _read)
