"""Metaculus data: a zip or folder with question_data.csv and forecast_data.csv, as a user downloads it.

`ambiguous` and `annulled` are different voids. Aggregate forecasts have no forecaster id and are skipped unless asked
for. The API is never called: its terms are between the user and the platform.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from forecasts.domain.formats import outcome_text, percent
from forecasts.domain.records import Question, Source
from forecasts.domain.values import shown
from forecasts.interchange.imports import metaculus_numbers
from forecasts.interchange.imports.building import Building, digest, joined_slug, readable
from forecasts.interchange.imports.files import Folder, open_folder
from forecasts.interchange.imports.forecast_logs import StatedForecast, add_forecasts, add_resolution, add_source, cut
from forecasts.interchange.imports.reports import Imported, ImportOptions, refuse_whole
from forecasts.interchange.imports.tables import INSTANT, expected_of, given, open_table, read_instant, require_columns
from forecasts.interchange.record_sets import NO_RECORDS, Known

FORECASTS = "forecast_data.csv"
AGGREGATES = frozenset(
    {"recency_weighted", "unweighted", "metaculus_prediction", "geometric_mean", "single_aggregation"}
)
_ANONYMOUS = "Forecaster (Anonymized)"
_LACKING = "PDF at Resolution"
"""The last column, for which Metaculus writes no cell as long as a question is open."""
_FORECAST_COLUMNS = ("Question ID", "Start Time", "Probability Yes")


def read_metaculus(path: Path, name: str, options: ImportOptions, known: Known = NO_RECORDS) -> Imported:
    """The records of a download. InvalidInputError tells everything that is wrong with it, by file and line."""
    building = Building(name, "metaculus", PLATFORM, options)
    with open_folder(path, (QUESTIONS, FORECASTS)) as folder:
        for needed in (QUESTIONS, FORECASTS):
            if needed not in folder:
                refuse_whole(name, f"no {needed}", f"{QUESTIONS} and {FORECASTS}, as Metaculus packs them")
        asked = read_questions(building, folder)
        forecasts = _read_forecasts(building, folder, asked, options)
    add_forecasts(building, PLATFORM, forecasts)
    return building.finish(known)


def _read_forecasts(
    building: Building, folder: Folder, asked: "Mapping[str, Asked | None]", options: ImportOptions
) -> list[StatedForecast]:
    forecasts: list[StatedForecast] = []
    with folder.open(FORECASTS) as file, open_table(file, FORECASTS, building.problems) as table:
        people = (_ANONYMOUS,) if _ANONYMOUS in table.header else ("Forecaster ID", "Forecaster Username")
        require_columns(table, (*_FORECAST_COLUMNS, *people), ADVICE)
        table.optional = _LACKING
        for line, row in table.rows():
            building.count("forecasts")
            where = f"line {line}"
            try:
                forecast = _read_forecast(building, row, asked, options, where)
            except metaculus_numbers.NumberError as error:
                building.problems.add(where, error.column, shown(error.found), error.expected, FORECASTS)
                continue
            if forecast:
                forecasts.append(forecast)
    return forecasts


def _read_forecast(
    building: Building, row: Mapping[str, str], asked: "Mapping[str, Asked | None]", options: ImportOptions, where: str
) -> StatedForecast | None:
    place = f"{FORECASTS} {where}"
    number = given(row, "Question ID")
    if number not in asked:
        building.problems.add(where, "Question ID", shown(number), f"a question of {QUESTIONS}", FORECASTS)
        return None
    of_question = asked[number]
    if of_question is None:
        building.skips.add("forecast", "its question is not taken", place)
        return None
    person, username = _forecaster(row)
    if not person and not options.aggregates:
        building.skips.add("forecast", "an aggregate of the platform (--aggregates takes them)", place)
        return None
    at = read_instant(given(row, "Start Time"))
    if at is None:
        building.problems.add(where, "Start Time", shown(given(row, "Start Time")), INSTANT, FORECASTS)
        return None
    numbers = _numbers(row, of_question.scale)
    if numbers is None:
        building.skips.add("forecast", "it holds no number for its question", place)
        return None
    source = _source(building, row, person, username, where)
    if source is None:
        return None
    return StatedForecast(
        key="\x1f".join(
            (number, person, username if not person else "", at.isoformat(), repr(sorted(numbers.items())))
        ),
        source=source,
        question=of_question.question,
        at=at,
        number=numbers,
        shown=_shown(numbers),
        note=_note(row, at),
        extra={"fit": "exact"},
        where=where,
    )


def _forecaster(row: Mapping[str, str]) -> tuple[str, str]:
    """The forecaster's id (empty for an aggregate) and name."""
    if _ANONYMOUS in row:
        person = given(row, _ANONYMOUS)
        return ("", person) if person in AGGREGATES else (person, f"forecaster {person[:8]}")
    return given(row, "Forecaster ID"), given(row, "Forecaster Username")


def _source(building: Building, row: Mapping[str, str], person: str, username: str, where: str) -> Source | None:
    if not person:
        slug = joined_slug("metaculus-aggregate", username, key=digest(PLATFORM, username, length=6))
        return add_source(building, slug, f"{PLATFORM} aggregate ({username})", where, kind="group")
    is_id = person.isascii() and person.isdigit()
    slug = f"metaculus-{readable(person)}" if is_id else joined_slug("metaculus", key=digest(PLATFORM, person))
    is_bot = given(row, "Is Bot").casefold() == "true"
    name = f"{username or f'forecaster {person}'}{' (bot)' if is_bot else ''}"
    return add_source(building, slug, name, where, kind="unknown" if is_bot else "person")


def _numbers(row: Mapping[str, str], scale: metaculus_numbers.Scale) -> dict[str, Any] | None:
    if scale.kind == "binary":
        return metaculus_numbers.share_of_yes(row)
    if scale.kind == "multiple_choice":
        return metaculus_numbers.shares_of_options(row, scale)
    return metaculus_numbers.points_of_distribution(row, scale)


def _shown(numbers: Mapping[str, Any]) -> str:
    if "probability" in numbers:
        return percent(numbers["probability"])
    if "probabilities" in numbers:
        best = max(numbers["probabilities"].items(), key=lambda item: item[1])
        return f"{percent(best[1])} for {cut(best[0], 100)}"
    if "quantiles" in numbers:
        middle = min(numbers["quantiles"].items(), key=lambda item: abs(float(item[0]) - 0.5))
        value = outcome_text(middle[1])
        return f"about {value} in the middle of a distribution"
    return "Shares of the options that were there then"


def _note(row: Mapping[str, str], at: datetime) -> str:
    text = given(row, "End Time")
    ended = read_instant(text) if text else None
    if ended is None or ended - at < timedelta(0):
        return ""
    return f"In force until {ended.date()}."


PLATFORM = "Metaculus"
QUESTIONS = "question_data.csv"
_KINDS = {
    "binary": "binary",
    "multiple_choice": "multiple_choice",
    "numeric": "numeric",
    "discrete": "numeric",
    "date": "date",
}
_VOIDS = {"ambiguous": "unclear-facts", "annulled": "bad-question"}
_QUESTION_COLUMNS = ("Question ID", "Question Title", "Question Type", "Scheduled Close Time", "Resolution")
ADVICE = "the columns of Metaculus' “Download data”"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is taken, and how its outcomes are laid out."""

    question: Question
    scale: metaculus_numbers.Scale


def read_questions(building: Building, folder: Folder) -> dict[str, Asked | None]:
    """Each question by its id; None for one that is skipped, or told to be wrong."""
    asked: dict[str, Asked | None] = {}
    with folder.open(QUESTIONS) as file, open_table(file, QUESTIONS, building.problems) as table:
        require_columns(table, _QUESTION_COLUMNS, ADVICE)
        for line, row in table.rows():
            building.count("questions")
            where = f"line {line}"
            number = given(row, "Question ID")
            if not number.isascii() or not number.isdigit() or len(number) > 15:
                building.problems.add(where, "Question ID", shown(number), "a whole number", QUESTIONS)
                continue
            asked[number] = None
            try:
                asked[number] = _read_question(building, number, row, where)
            except metaculus_numbers.NumberError as error:
                building.problems.add(where, error.column, shown(error.found), error.expected, QUESTIONS)
    return asked


def _read_question(building: Building, number: str, row: Mapping[str, str], where: str) -> Asked | None:
    word = given(row, "Question Type")
    kind = _KINDS.get(word)
    if kind is None:
        building.skips.add("question", f"its type {shown(word)} is none that can be scored", f"{QUESTIONS} {where}")
        return None
    text = given(row, "Scheduled Close Time")
    closes = read_instant(text)
    if closes is None:
        expected = expected_of(text, INSTANT)
        building.problems.add(where, "Scheduled Close Time", shown(text), expected, QUESTIONS)
        return None
    scale = metaculus_numbers.read_scale(row, kind)
    deadline = max(closes.date(), scale.high) if kind == "date" and scale.high else closes.date()
    opened = read_instant(given(row, "Open Time"))
    title, label = given(row, "Question Title"), given(row, "Label")
    page = given(row, "Question URL")
    question = building.add(
        Question,
        {
            "slug": f"metaculus-{number}",
            "title": cut(f"{cut(title, 200)} ({cut(label, 90)})" if label and label not in title else title),
            "kind": kind,
            "criteria": f"{title}{f' ({label})' if label else ''}\nAs {PLATFORM} resolves its question {number}.",
            "resolution_source": page or PLATFORM,
            "opens_on": min(opened.date(), closes.date()) if opened else None,
            "closes_on": closes.date() if closes.date() < deadline else None,
            "resolves_on": deadline,
            "deadline_basis": "stated",
            "written_on": opened.date() if opened else None,
            "options": list(scale.options),
            "range": _range(scale),
        },
        where,
        QUESTIONS,
    )
    if question is None:
        return None
    asked = Asked(question, scale)
    _resolve(building, asked, row, page, where)
    return asked


def _range(scale: metaculus_numbers.Scale) -> list[Any]:
    return (
        [scale.low, scale.high] if scale.low is not None and scale.high is not None and scale.low < scale.high else []
    )


def _resolve(building: Building, asked: Asked, row: Mapping[str, str], page: str, where: str) -> None:
    text = given(row, "Resolution")
    if not text:
        return
    at = read_instant(given(row, "Resolution Known Time"))
    if at is None:
        found = shown(given(row, "Resolution Known Time"))
        building.problems.add(where, "Resolution Known Time", found, f"{INSTANT} beside a resolution", QUESTIONS)
        return
    void = _VOIDS.get(text.casefold())
    outcome, remark = (None, "") if void else _outcome(asked, text)
    if void is None and outcome is None:
        building.problems.add(where, "Resolution", shown(text), _expected(asked), QUESTIONS)
        return
    evidence = [{"title": f"{PLATFORM}: {cut(asked.question.title, 280)}", "url": page}] if page else []
    add_resolution(
        building,
        asked.question,
        at=at,
        by=PLATFORM,
        note=f"Resolved {cut(text, 200)} on {PLATFORM}.{remark}",
        where=where,
        outcome=outcome,
        void=void,
        evidence=evidence,
    )


def _expected(asked: Asked) -> str:
    kinds = {"binary": "yes or no", "multiple_choice": "one of its options", "date": "a day"}
    return f"{kinds.get(asked.scale.kind, 'a number')}, ambiguous or annulled"


def _outcome(asked: Asked, text: str) -> tuple[Any, str]:
    """The outcome that was resolved, or None; with a remark where it is not known exactly."""
    scale, word = asked.scale, text.casefold()
    if scale.kind == "binary":
        return (word, "") if word in {"yes", "no"} else (None, "")
    if scale.kind == "multiple_choice":
        return (text, "") if text in scale.options else (None, "")
    if word == "above_upper_bound":
        if scale.is_date:
            return "not-by-deadline", ""
        return scale.high, " The outcome lies above the question's range; it is scored at the upper bound."
    if word == "below_lower_bound":
        return scale.low, " The outcome lies below the question's range; it is scored at the lower bound."
    value = scale.value(text)
    if isinstance(value, date) and value > asked.question.resolves_on:
        return "not-by-deadline", ""
    return value, ""
