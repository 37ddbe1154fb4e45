"""What each figure means: the paragraphs of docs/scoring.md, which travels with the program, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forecasts.domain.glossary import SECTIONS
from forecasts.errors import InvalidInputError, Problem
from forecasts.paths import docs_folder
from forecasts.text import search_key

_DOCUMENT = "scoring.md"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One section of the document: its title, and its text in Markdown."""

    title: str
    text: str

    @property
    def anchor(self) -> str:
        """What a link within the document calls it."""
        return re.sub(r"[^\w -]", "", self.title.lower()).replace(" ", "-")


def paragraphs() -> tuple[Paragraph, ...]:
    """Every section of docs/scoring.md, in order. ForecastsError where the program was installed without it."""
    text = (docs_folder() / _DOCUMENT).read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return tuple(Paragraph(title, body.strip()) for title, body in zip(parts[::2], parts[1::2], strict=True))


def place_of(figure: str, among: tuple[Paragraph, ...]) -> int:
    """Which paragraph a figure's name, its key in JSON, a title or an anchor leads to. InvalidInputError offers all."""
    name = figure.strip().removeprefix("#")
    wanted = SECTIONS.get(name.partition(" ")[0], name)
    key = search_key(wanted.replace("_", " ").replace("-", " "))
    for test in (str.__eq__, str.startswith):
        for place, paragraph in enumerate(among):
            title = search_key(paragraph.title.replace("-", " "))
            if test(title, key) and key:
                return place
    msg = "There is no such figure:"
    expected = f"one of {', '.join(paragraph.title for paragraph in among)}"
    raise InvalidInputError(msg, (Problem(field="figure", found=repr(figure)[:60], expected=expected),))
