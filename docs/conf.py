"""The documentation as a site: `sphinx-build -W docs OUTPUT`. Pages that stand elsewhere are read from there."""

import json
import re
from pathlib import Path
from typing import Any

project = "forecasts"
author = "The forecasts founders"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
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
    "notebook": "docs/notebook.ipynb",
}
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?:\.\./)?(?:docs/)?([\w./-]+)((?:#[\w-]*)?)\)")


def _read(_app: Any, page: str, source: list[str]) -> None:
    """A page's text, from where it stands, with its links as they are in the site."""
    text = (_ROOT / _PAGES[page]).read_text(encoding="utf-8") if page in _PAGES else source[0]
    source[0] = _LINK.sub(_linked, _notebook_text(text) if page == "notebook" else text)


def _notebook_text(text: str) -> str:
    """A notebook's cells as Markdown: words, code, and what it printed."""
    parts = []
    for cell in json.loads(text)["cells"]:
        written = "".join(cell["source"])
        parts.append(written if cell["cell_type"] == "markdown" else f"```python\n{written}\n```")
        parts += [f"```text\n{''.join(output['data']['text/plain'])}\n```" for output in cell.get("outputs", ())]
    return "\n\n".join(parts)


def _linked(link: re.Match[str]) -> str:
    """A link to a page of the site; of a file that is none only its words."""
    mark, words, target, place = link.groups()
    page = next((f"{page}.md" for page, file in _PAGES.items() if file == target), target)
    return f"{mark}[{words}]({page}{place})" if (_ROOT / "docs" / page).is_file() else words


def setup(app: Any) -> None:
    app.connect("source-read", _read)
