"""A record with many rows in several scripts, made by the program's own services."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from forecasts.domain.dates import Span
from forecasts.domain.intents import AddRecords, RemindLater, ResolveQuestion
from forecasts.domain.kinds import ClaimType, Endorsement, QuestionKind, SourceKind
from forecasts.domain.records import (
    Article,
    Evidence,
    OptionProbability,
    Prediction,
    Quantile,
    Question,
    Scenario,
    Source,
)
from forecasts.services.ledger import open_ledger
from forecasts.services.record import add_records
from forecasts.services.resolve import remind_later, resolve_question
from forecasts.services.setup import set_up
from tests.tui.bench import ANALYST, clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecasts.domain.records import Record
    from forecasts.services.ledger import Ledger

QUESTIONS = 240
PREDICTIONS = 720
ARTICLES = 60
RESOLVED = 24
REMINDED = 24
_FIRST_DAY = date(2025, 6, 1)
_PEOPLE = (
    "Айгүл Серікқызы",
    "Ernest Hollingsworth-Mbeki",
    "陈功",
    "Досым Сәтпаев",
    "Maria José de Almeida",
    "Нұрлан Жүнісбеков",
    "Ханс-Йорг Мюллер",
    "Tuyết Nhung Đặng",
)
_OUTLETS = ("The Astana Ledger", "Қала мен дала", "Восточный обозреватель", "远东观察", "Steppe & Sea")
_STORIES = (
    "Pipeline and transit tariffs",
    "Succession in the regions",
    "Сейм сайлауы: партиялардың тізімі",
    "Курс тенге и ставка",
    "Grain export corridor",
    "水资源与边境",
    "Troop presence after the mission",
    "Nuclear plant referendum",
)
_OPTIONS = ("rises", "stays", "falls")
_EVENTS = (
    "Will the tariff on transit be raised above 3 dollars a tonne by {day}?",
    "Қазақстанда жаңа заң {day} дейін қабылдана ма?",
    "Опустится ли базовая ставка ниже 12 % к {day}?",
    "Will the last unit of the mission have left the country by {day}, as the ministry announced?",
    "边境口岸会在 {day} 之前重新开放吗？",
    "Will the operator publish the audited accounts of the pipeline by {day}?",
)
_SAID = ("will probably be raised", "may well be over", "вряд ли будет принят", "almost certainly will not", "ықтимал")


def build(path: Path) -> None:
    """Make the record at `path`."""
    set_up(str(path), analyst=ANALYST, packs=(), clock=clock)
    ledger = open_ledger(str(path), analyst=ANALYST, clock=clock)
    try:
        add_records(ledger, AddRecords(records=(*_sources(), *_articles(), *_questions(), *_predictions())))
        _change(ledger)
    finally:
        ledger.close()


def _sources() -> Iterator[Record]:
    for number in range(40):
        name = _PEOPLE[number % len(_PEOPLE)]
        shown = name if number < len(_PEOPLE) else f"{name} {number}"
        yield Source(slug=f"person-{number}", name=shown, kind=SourceKind.PERSON)
    for number, name in enumerate(_OUTLETS):
        yield Source(slug=f"outlet-{number}", name=name, kind=SourceKind.OUTLET)
    for number, title in enumerate(_STORIES):
        yield Scenario(slug=f"story-{number}", title=title)


def _articles() -> Iterator[Record]:
    for number in range(ARTICLES):
        story = _STORIES[number * 3 % len(_STORIES)]
        yield Article(
            slug=f"article-{number}",
            title=f"{story}: what the week of {number} showed",
            outlet=f"outlet-{number % len(_OUTLETS)}",
            authors=(f"person-{number * 7 % 40}",),
            published_on=Span.of(_FIRST_DAY - timedelta(days=number % 200)),
        )


def _questions() -> Iterator[Record]:
    kinds = (*(QuestionKind.BINARY,) * 7, QuestionKind.MULTIPLE_CHOICE, QuestionKind.NUMERIC, QuestionKind.DATE)
    for number in range(QUESTIONS):
        day, kind = _deadline(number), kinds[number % len(kinds)]
        yield Question(
            slug=f"question-{number}",
            scenario=f"story-{number % len(_STORIES)}",
            title=_title(number),
            kind=kind,
            criteria="As the agency reports it, first figures.",
            resolves_on=day,
            options=_OPTIONS if kind is QuestionKind.MULTIPLE_CHOICE else (),
            unit="USD/t" if kind is QuestionKind.NUMERIC else "",
        )


def _predictions() -> Iterator[Record]:
    for number in range(PREDICTIONS):
        asked = number * 7 % QUESTIONS
        share = (number * 37 % 99 + 1) / 100
        kind = asked % 10
        day = _deadline(asked)
        shares = tuple(OptionProbability(option=one, probability=0.5 if one == "stays" else 0.25) for one in _OPTIONS)
        ends = (3.0, 7.5) if kind == 8 else (day - timedelta(days=60), day)
        yield Prediction(
            slug=f"prediction-{number}",
            question=f"question-{asked}",
            speakers=(f"person-{number % 40}",),
            article=f"article-{number % ARTICLES}",
            endorsement=(Endorsement.OWN, Endorsement.RELAYED)[number % 2],
            claim=f"“{_SAID[number % len(_SAID)]}”: {_title(asked)}",
            claim_type=ClaimType.POSSIBILITY if number % 11 == 0 else ClaimType.FORECAST,
            phrase=_SAID[number % len(_SAID)],
            probability=share if kind < 7 else None,
            probabilities=shares if kind == 7 else (),
            quantiles=(Quantile(level=0.1, value=ends[0]), Quantile(level=0.9, value=ends[1])) if kind > 7 else (),
        )


def _title(number: int) -> str:
    return _EVENTS[number % len(_EVENTS)].format(day=_deadline(number))


def _deadline(number: int) -> date:
    return _FIRST_DAY + timedelta(days=number * 11 % 1_500)


def _change(ledger: Ledger) -> None:
    """Resolve what was due first, and put off what is due next."""
    due = sorted(
        (number for number in range(QUESTIONS) if number % 10 < 7), key=lambda number: (_deadline(number), number)
    )
    for place, number in enumerate(due[:RESOLVED]):
        day = _deadline(number)
        evidence = Evidence(title=f"Agency report {place}", url=f"https://example.org/{place}", published_on=day)
        outcome = "yes" if place % 3 == 0 else "no"
        intent = ResolveQuestion(
            question=f"question-{number}", outcome=outcome, known_on=Span.of(day), evidence=(evidence,)
        )
        resolve_question(ledger, intent)
    for number in due[RESOLVED : RESOLVED + REMINDED]:
        remind_later(ledger, RemindLater(question=f"question-{number}", remind_on=date(2026, 12, 1)))
