"""The pages of an export, from the templates in `interchange/templates`, with small charts as inline SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import Markup

from forecasts.domain import article_views, card_grounds, formats, glossary, kinds
from forecasts.domain.card_claims import CardClaim, by_bucket, favourite
from forecasts.domain.card_pages import PrintedCard, Publication, ReliabilityPoint, means_so_far, scores_by_day
from forecasts.domain.formats import favoured, figure, number_text, percent
from forecasts.domain.glossary import COIN
from forecasts.domain.scorecards import Scorecard, ScorecardDocument
from forecasts.interchange import markup
from forecasts.interchange.markup import environment, happened, text

if TYPE_CHECKING:
    from jinja2 import Environment


INDEX_FILE: Final = "index.html"
_FIRM: Final = 0.8
_MOST_POINTS: Final = 9


class Side(NamedTuple):
    """On which side of even a scored claim stood, as a class of the page and in words, not in colour alone."""

    word: str
    verdict: str


def html_texts(publication: Publication) -> dict[str, Iterator[str]]:
    """The text of the index and of each source's page, by file name; pages are made in this order."""
    pages = iter(publication.pages)
    return {
        INDEX_FILE: _index(publication),
        **{page_name(card): _card_page(publication.document, pages) for card in publication.document.scorecards},
    }


def page_name(card: Scorecard) -> str:
    return f"scorecard-{card.source}.html"


def _index(publication: Publication) -> Iterator[str]:
    document, cards = publication.document, publication.document.scorecards
    said, packs = document.grounds.said_over_all(card.source for card in cards)
    yield _environment().get_template(INDEX_FILE).render(
        document=document,
        scored=[card for card in cards if card.brier is not None],
        others=[card for card in cards if card.brier is None],
        predictions=publication.predictions,
        bands=next((view.rows for view in document.pooled if view.grouping == "wording"), ()),
        said=said,
        packs=packs,
        card=None,
    )  # fmt: skip


def _card_page(document: ScorecardDocument, pages: Iterator[PrintedCard]) -> Iterator[str]:
    card, grounds, diagram, bands = next(pages)
    yield _environment().get_template("card.html").render(
        document=document,
        card=card,
        grounds=grounds,
        diagram=diagram,
        claims=by_bucket(card.claims),
        points=scores_by_day(card.claims),
        most_in_full=card_grounds.MOST_IN_FULL,
        said=grounds.said_over(card.source),
        packs=(),
        bands=bands,
    )  # fmt: skip


@cache
def _environment() -> Environment:
    """The templates: what they print is made safe and escaped, unless it is markup that this room made."""
    made = environment(markup.shown)
    made.filters |= {
        "bdi": markup.name,
        "prose": markup.prose,
        "day": markup.day,
        "span": markup.span,
        "outcome": markup.outcome,
        "meaning": glossary.meaning,
        "figure": formats.figure,
        "link": lambda item: markup.link(item.url, item.title),
        "archived": lambda item: markup.link(item.archived_url, "archived"),
        "needs_quote": lambda claim: claim.phrase and not article_views.has_its_phrase(claim.claim, claim.phrase),
        "number": _claim_number,
        "short_number": _short_number,
        "side": _side,
    }
    made.globals |= {
        "reliability_diagram": reliability_diagram,
        "score_over_time": score_over_time,
        "score_strip": score_strip,
        "BANDS": markup.BANDS,
        "page_name": page_name,
    }
    return made


def _side(claim: CardClaim) -> Side:
    if claim.brier is None:
        return Side("", "")
    probability, right = favourite(claim)
    if right not in (0.0, 1.0):
        return Side("", "On the fence")
    word = "right" if right else "wrong"
    return Side(word, f"{'Firmly' if probability > _FIRM else 'Leaning'} {word}")


def _claim_number(claim: CardClaim) -> str | Markup:
    """The number read from a claim, of options and quantiles as a list; empty where there is none."""
    if claim.probabilities:
        return _semicolon_list(
            markup.name(item.option) + f" {markup.share(item.probability)}" for item in claim.probabilities
        )
    if claim.quantiles:
        step = max(1, -(-len(claim.quantiles) // _MOST_POINTS))
        points = claim.quantiles[::step]
        shown = _semicolon_list(markup.outcome(item.value) + f" at {markup.share(item.level)}" for item in points)
        return shown + (f" … ({formats.counted(len(claim.quantiles), 'point')} in all)" if step > 1 else "")
    if claim.probability is None:
        return ""
    words = _short_number(claim)
    if claim.kind not in (None, kinds.QuestionKind.BINARY):
        return words
    return markup.text(words) + probability_strip(claim.probability, claim.low, claim.high, happened(claim))


def _short_number(claim: CardClaim) -> str | Markup:
    """The number in force with its range: 90 % no (75–97 %)."""
    if claim.probability is None:
        return _claim_number(claim)
    return favoured(claim.probability, claim.low, claim.high).replace(" %", f"{markup.NO_BREAK}%")


def _semicolon_list(parts: Any) -> Markup:
    return Markup("; ").join(parts)


_SIDE, _LEFT, _TOP, _BOTTOM = 240.0, 34.0, 16.0, 34.0
_WIDE, _LONG = 340.0, 220.0
_LEAST_DOT, _MOST_DOT = 3.0, 11.0


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _svg(width: float, height: float, label: str, parts: Iterable[str]) -> Markup:
    inner = "".join(parts)
    size = f'viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" height="{_n(height)}"'
    said = text(label)
    svg = f'<svg {size} role="img" aria-label="{said}"><title>{said}</title>{inner}</svg>'
    return Markup(svg)  # noqa: S704 - numbers and escaped text


def _line_element(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"/>'


def _text_element(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{text(words)}</text>'


def _dot(x: float, y: float, radius: float, kind: str = "dot") -> str:
    return f'<circle class="{kind}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>'


def _path(kind: str, points: Sequence[tuple[float, float]], *, closed: bool = False) -> str:
    steps = " ".join(f"{'M' if place == 0 else 'L'}{_n(x)} {_n(y)}" for place, (x, y) in enumerate(points))
    return f'<path class="{kind}" d="{steps}{" Z" if closed else ""}"/>'


def score_strip(card: Scorecard, width: float = 300.0, *, with_scale: bool = True) -> Markup:
    """The Brier score from 0 to 1 with both intervals, and what a coin would have."""
    if card.brier is None:
        return Markup("")
    left, right, middle = 8.0, width - 8.0, 14.0
    height = 40.0 if with_scale else 28.0

    def x(value: float) -> float:
        return left + value * (right - left)

    parts = [_line_element("axis", left, middle, right, middle), _line_element("coin", x(COIN), 3, x(COIN), 25)]
    if card.brier_best is not None and card.brier_worst is not None:
        parts.append(_line_element("coding", x(card.brier_best), middle, x(card.brier_worst), middle))
    if card.brier_low is not None and card.brier_high is not None:
        parts.append(_line_element("sampling", x(card.brier_low), middle, x(card.brier_high), middle))
        parts += [
            _line_element("sampling", x(end), middle - 5, x(end), middle + 5)
            for end in (card.brier_low, card.brier_high)
        ]
    parts.append(_dot(x(card.brier), middle, 5))
    if with_scale:
        parts += [_text_element(left, 37, "0 perfect", "start"), _text_element(x(COIN), 37, "coin .25", "start")]
        parts.append(_text_element(right, 37, "1 worst", "end"))
    return _svg(width, height, f"Brier score {figure(card.brier)} on a scale from 0 to 1", parts)


def probability_strip(probability: float, low: float | None, high: float | None, happened: bool | None) -> Markup:
    """A probability of YES from 0 to 100 % with the range that the words allow, and a mark at what happened."""
    left, right, middle, width = 8.0, 192.0, 11.0, 200.0

    def x(value: float) -> float:
        return left + value * (right - left)

    parts = [_line_element("axis", left, middle, right, middle)]
    if low is not None and high is not None and low < high:
        parts.append(_line_element("coding", x(low), middle, x(high), middle))
    if happened is not None:
        parts.append(_line_element("mark", x(float(happened)), 2, x(float(happened)), 20))
    parts.append(_dot(x(probability), middle, 4.5))
    said = favoured(probability)
    came = "" if happened is None else f"; it came out {'yes' if happened else 'no'}"
    return _svg(width, 22, f"{said}{came}", parts)


def reliability_diagram(curve: Sequence[ReliabilityPoint]) -> Markup:
    """How often what was given each probability happened: dots as large as their number, the fitted curve, the band."""
    width, height = _LEFT + _SIDE + 12, _TOP + _SIDE + _BOTTOM

    def at(probability: float, share: float) -> tuple[float, float]:
        return _LEFT + probability * _SIDE, _TOP + (1 - share) * _SIDE

    parts: list[str] = []
    if len(curve) > 1:
        upper = [at(point.probability, point.high) for point in curve]
        lower = [at(point.probability, point.low) for point in reversed(curve)]
        parts.append(_path("band", [*upper, *lower], closed=True))
    else:
        parts += [
            _line_element("coding", *at(point.probability, point.low), *at(point.probability, point.high))
            for point in curve
        ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = at(tick, tick)
        parts += [_line_element("axis", x, _TOP, x, _TOP + _SIDE), _line_element("axis", _LEFT, y, _LEFT + _SIDE, y)]
        parts += [
            _text_element(x, _TOP + _SIDE + 14, number_text(tick * 100)),
            _text_element(_LEFT - 5, y + 4, number_text(tick * 100), "end"),
        ]
    parts.append(_path("diagonal", [at(0, 0), at(1, 1)]))
    parts.append(_path("curve", [at(point.probability, point.fitted) for point in curve]))
    most = max((point.count for point in curve), default=1)
    for point in curve:
        radius = _LEAST_DOT + (_MOST_DOT - _LEAST_DOT) * ((point.count / most) ** 0.5 if most > 1 else 0)
        x, y = at(point.probability, point.happened / point.count)
        parts.append(_dot(x, y, radius, "ring"))
    parts.append(_text_element(_LEFT + _SIDE / 2, height - 4, "probability given to yes, %"))
    label = "Reliability diagram: " + "; ".join(
        f"given {percent(point.probability)}, {point.happened} of {point.count} came true" for point in curve
    )
    return _svg(width, height, label, parts)


def score_over_time(points: Sequence[tuple[date, float]]) -> Markup:
    """Each scored claim's Brier score on the day its outcome became known, and the mean so far."""
    width, height = _LEFT + _WIDE + 12, _TOP + _LONG + _BOTTOM
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()
    days = max(last - first, 1)

    def at(when: date, score: float) -> tuple[float, float]:
        share = (when.toordinal() - first) / days if last > first else 0.5
        return _LEFT + 8 + share * (_WIDE - 16), _TOP + (1 - score) * _LONG

    parts: list[str] = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        _, y = at(points[0][0], tick)
        parts.append(_line_element("coin" if tick == COIN else "axis", _LEFT, y, _LEFT + _WIDE, y))
        parts.append(_text_element(_LEFT - 5, y + 4, number_text(tick), "end"))
    means = means_so_far(points)
    steps = [at(when, mean) for when, mean in means]
    parts += [_dot(*at(when, score), 3.5, "ring") for when, score in points]
    parts.append(_path("curve", steps))
    parts.append(_dot(*steps[-1], 4.5))
    parts.append(_text_element(_LEFT, height - 16, str(points[0][0]), "start"))
    if last > first:
        parts.append(_text_element(_LEFT + _WIDE, height - 16, str(points[-1][0]), "end"))
    parts.append(_text_element(_LEFT + _WIDE / 2, height - 2, "day on which the outcome became known"))
    label = f"Brier score over time: {len(points)} outcomes, mean {figure(means[-1][1])}"
    return _svg(width, height, label, parts)
