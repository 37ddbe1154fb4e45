"""Text from outside as HTML that says the text and does nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from forecasts.domain.card_claims import favourite
from forecasts.domain.formats import NOTHING, day_text, outcome_text, percent
from forecasts.domain.kinds import Bucket, QuestionKind
from forecasts.domain.values import is_address
from forecasts.text import safe, safe_block

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from forecasts.domain.card_claims import CardClaim
    from forecasts.domain.dates import Span


NO_BREAK = "\N{NO-BREAK SPACE}"
_REMEMBERED = 10_000
"""Titles, labels, words and days that many claims share are written once."""


@lru_cache(_REMEMBERED)
def text(value: object) -> Markup:
    """A value on one line."""
    return Markup(escape(safe(value)))  # noqa: S704 - escaped


def shown(value: object) -> object:
    """What a template prints: markup as it is, anything else as text."""
    return value if isinstance(value, Markup) else text(value)


@lru_cache(_REMEMBERED)
def name(value: object) -> Markup:
    """A name in any script, which must not turn the text around it."""
    return Markup(f"<bdi>{text(value)}</bdi>")  # noqa: S704 - escaped


@lru_cache(_REMEMBERED)
def prose(value: str) -> Markup:
    parts = [part.strip() for part in safe_block(value).split("\n") if part.strip()]
    return Markup("".join(f"<p><bdi>{escape(part)}</bdi></p>" for part in parts))  # noqa: S704 - escaped


def link(address: str, label: str) -> Markup:
    """A link that tells nobody where it was followed from; the label alone where the address is none to follow."""
    if not address or not is_address(address):
        return name(label)
    shown = f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{name(label)}</a>'
    return Markup(shown)  # noqa: S704 - escaped


@lru_cache(_REMEMBERED)
def day(value: date) -> Markup:
    """A day, machine-readable too."""
    return Markup(f'<time datetime="{day_text(value)}">{day_text(value)}</time>')  # noqa: S704 - digits and hyphens


def span(value: Span | None) -> Markup:
    """A day, or the days between which it lies."""
    if value is None:
        return text(NOTHING)
    return day(value.first) if value.is_day else day(value.first) + Markup("/") + day(value.last)


@lru_cache(_REMEMBERED)
def share(value: float) -> str:
    return percent(value).replace(" ", NO_BREAK)


def outcome(value: str | float | date) -> Markup:
    """An outcome, which an option's name must not turn."""
    return name(outcome_text(value))


BANDS: Final = (
    (0.6, "hardly leaning", "up to 60 % for the likelier side"),
    (0.8, "leaning", "above 60 % and up to 80 %"),
    (1.0, "firm", "above 80 %: “will”, “cannot”, “certainly”"),
)
"""Bands of the probability given to the favoured side: upper end, in a word, in numbers."""


@dataclass(slots=True)
class PooledBand:
    """Scored claims whose favoured side was given a probability in one band."""

    word: str
    range: str
    n: int = 0
    came_true: float = 0.0
    expected: float = 0.0
    brier: float = 0.0


def pooled_by_wording(claims: Iterable[CardClaim]) -> list[PooledBand]:
    """The scored claims by how firm they were, each prediction once; a tie of k favourites counts 1/k."""
    bands = [PooledBand(word, words) for _, word, words in BANDS]
    seen: set[str] = set()
    for claim in claims:
        if claim.bucket is not Bucket.SCORED or claim.brier is None or claim.prediction in seen:
            continue
        seen.add(claim.prediction)
        favoured, right = favourite(claim)
        band = bands[next(place for place, (end, _, _) in enumerate(BANDS) if favoured <= end)]
        band.n += 1
        band.came_true += right
        band.expected += favoured
        band.brier += claim.brier
    return [band for band in bands if band.n]


def happened(claim: CardClaim) -> bool | None:
    """Whether a binary question came out yes; None where it did not come out, or is of another kind."""
    if not claim.has_outcome or claim.kind is not QuestionKind.BINARY or claim.outcome not in {"yes", "no"}:
        return None
    return claim.outcome == "yes"
