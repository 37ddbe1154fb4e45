"""Metaculus data: a zip or folder with question_data.csv and forecast_data.csv, as a user downloads it.

`ambiguous` and `annulled` are different voids. Aggregate forecasts have no forecaster id and are skipped unless asked
for. The API is never called: its terms are between the user and the platform.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from forecasts.domain.formats import outcome_text, percent
from forecasts.domain.values import shown
from forecasts.interchange.bodies import NOTHING_KNOWN
from forecasts.interchange.imports import moments
from forecasts.interchange.imports.building import Building, digest, joined_slug, readable
from forecasts.interchange.imports.files import open_folder
from forecasts.interchange.imports.forecast_logs import (
    StatedForecast,
    add_forecasts,
    add_source,
    cut,
)
from forecasts.interchange.imports.metaculus_numbers import (
    NumberError,
    Scale,
    points_of_distribution,
    share_of_yes,
    shares_of_options,
)
from forecasts.interchange.imports.metaculus_questions import ADVICE, PLATFORM, QUESTIONS, Asked, read_questions
from forecasts.interchange.imports.reports import refuse_whole
from forecasts.interchange.imports.tables import given, open_table, require_columns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecasts.domain.records import Source
    from forecasts.interchange.bodies import Known
    from forecasts.interchange.imports.files import Folder
    from forecasts.interchange.imports.reports import Imported, ImportOptions

FORECASTS = "forecast_data.csv"
AGGREGATES = frozenset(
    {"recency_weighted", "unweighted", "metaculus_prediction", "geometric_mean", "single_aggregation"}
)
_ANONYMOUS = "Forecaster (Anonymized)"
_FORECAST_COLUMNS = ("Question ID", "Start Time", "Probability Yes")


def read_metaculus(path: Path, name: str, options: ImportOptions, known: Known = NOTHING_KNOWN) -> Imported:
    """The records of a download. InvalidInputError tells everything that is wrong with it, by file and line."""
    building = Building(name, "metaculus", PLATFORM)
    with open_folder(path, (QUESTIONS, FORECASTS)) as folder:
        for needed in (QUESTIONS, FORECASTS):
            if needed not in folder:
                refuse_whole(name, f"no {needed}", f"{QUESTIONS} and {FORECASTS}, as Metaculus packs them")
        asked = read_questions(building, folder)
        forecasts = _read_forecasts(building, folder, asked, options)
    add_forecasts(building, PLATFORM, forecasts)
    return building.finish(known)


def _read_forecasts(
    building: Building, folder: Folder, asked: Mapping[str, Asked | None], options: ImportOptions
) -> list[StatedForecast]:
    forecasts: list[StatedForecast] = []
    with folder.open(FORECASTS) as file, open_table(file, FORECASTS, building.problems) as table:
        people = (_ANONYMOUS,) if _ANONYMOUS in table.header else ("Forecaster ID", "Forecaster Username")
        require_columns(table, (*_FORECAST_COLUMNS, *people), ADVICE)
        for line, row in table.rows():
            building.count("forecasts")
            where = f"line {line}"
            try:
                forecast = _read_forecast(building, row, asked, options, where)
            except NumberError as error:
                building.problems.add(where, error.column, shown(error.found), error.expected, FORECASTS)
                continue
            if forecast:
                forecasts.append(forecast)
    return forecasts


def _read_forecast(
    building: Building,
    row: Mapping[str, str],
    asked: Mapping[str, Asked | None],
    options: ImportOptions,
    where: str,
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
    at = moments.read_instant(given(row, "Start Time"))
    if at is None:
        building.problems.add(where, "Start Time", shown(given(row, "Start Time")), moments.INSTANT, FORECASTS)
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


def _numbers(row: Mapping[str, str], scale: Scale) -> dict[str, Any] | None:
    if scale.kind == "binary":
        return share_of_yes(row)
    if scale.kind == "multiple_choice":
        return shares_of_options(row, scale)
    return points_of_distribution(row, scale)


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
    ended = moments.read_instant(text) if text else None
    if ended is None or ended - at < timedelta(0):
        return ""
    return f"In force until {ended.date()}."
