"""Fatebook's CSV export: one row for each forecast, no question id, server time without zone, seconds not padded.

An option of a question with options is asked as a yes-or-no question of its own, as Fatebook resolves it; the options
of one question share a scenario. AMBIGUOUS is void. Fatebook's own Brier scores (0 to 2) are not read.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import IO

from forecasts.domain.formats import percent
from forecasts.domain.records import Question, Scenario
from forecasts.domain.values import shown
from forecasts.interchange.imports.building import Building, digest, joined_slug
from forecasts.interchange.imports.forecast_logs import StatedForecast, add_forecasts, add_resolution, add_source, cut
from forecasts.interchange.imports.reports import Imported, ImportOptions
from forecasts.interchange.imports.tables import (
    WALL,
    expected_of,
    given,
    open_table,
    read_number,
    read_wall_time,
    require_columns,
)
from forecasts.interchange.record_sets import NO_RECORDS, Known

PLATFORM = "Fatebook"
_TITLE, _OPTION, _BY, _AT = "Question title", "Multiple choice option", "Forecast created by", "Forecast created at"
_NUMBER, _ASKED_AT, _UNTIL = "Forecast (scale = 0-1)", "Question created at", "Question resolve by"
_OUTCOME, _RESOLVED_AT = "Resolution", "Resolved at"
_OLDER = {"Question resolution": _OUTCOME, "Question resolved at": _RESOLVED_AT}
"""What columns were called before questions had options."""

_REQUIRED = (_TITLE, _BY, _NUMBER, _AT, _ASKED_AT, _UNTIL, _OUTCOME, _RESOLVED_AT)
_ADVICE = "the columns of Fatebook's “Export all forecasts” (its import template is another table)"
_SIDES = {"YES": "yes", "NO": "no", "OTHER": "no"}


def read_fatebook(file: IO[bytes], name: str, options: ImportOptions, known: Known = NO_RECORDS) -> Imported:
    """The records of an export. InvalidInputError tells everything that is wrong with it, by line."""
    building = Building(name, "fatebook", PLATFORM, options)
    forecasts: list[StatedForecast] = []
    with open_table(file, name, building.problems) as table:
        table.header = [_OLDER.get(column, column) for column in table.header]
        require_columns(table, _REQUIRED, _ADVICE)
        for line, row in table.rows():
            building.count("rows")
            where = f"line {line}"
            question = _question(building, row, where)
            stated = _stated(building, row, where)
            if question is None:
                continue
            _resolve(building, question, row, where)
            if stated and (forecast := _forecast(building, question, stated, where)):
                forecasts.append(forecast)
    add_forecasts(building, PLATFORM, forecasts)
    if building.read:
        building.notes["Times have no zone in this export: days are taken as written."] = None
    return building.finish(known)


def _question(building: Building, row: Mapping[str, str], where: str) -> Question | None:
    title, option = given(row, _TITLE), given(row, _OPTION)
    asked, until = read_wall_time(given(row, _ASKED_AT)), read_wall_time(given(row, _UNTIL))
    for column, moment in ((_ASKED_AT, asked), (_UNTIL, until)):
        if moment is None:
            building.problems.add(where, column, shown(given(row, column)), expected_of(given(row, column), WALL))
    if not title:
        building.problems.add(where, _TITLE, "nothing", "the question")
    if asked is None or until is None or not title:
        return None
    key = (title, asked.isoformat())
    scenario = ""
    if option:
        scenario = joined_slug("fatebook", title, key=digest(PLATFORM, *key))
        building.add(Scenario, {"slug": scenario, "title": cut(title)}, where)
    slug = joined_slug("fatebook", title, option, key=digest(PLATFORM, *key, option))
    asker, notes = given(row, "Question created by"), given(row, "Question notes")
    criteria = [f"{title} — {option}" if option else title, f"As {asker or 'its author'} resolves it on {PLATFORM}."]
    tags = "; ".join(tag.strip() for tag in given(row, "Question tags").split(";") if tag.strip())
    return building.add(
        Question,
        {
            "slug": slug,
            "scenario": scenario,
            "title": cut(f"{cut(title, 200)} — {cut(option, 90)}" if option else title),
            "criteria": "\n".join(criteria),
            "fine_print": "\n".join(part for part in (notes, f"Tags: {tags}" if tags else "") if part),
            "resolution_source": PLATFORM,
            "opens_on": min(asked.date(), until.date()),
            "resolves_on": until.date(),
            "deadline_basis": "stated",
            "written_on": asked.date(),
        },
        where,
    )


def _resolve(building: Building, question: Question, row: Mapping[str, str], where: str) -> None:
    word, text = given(row, _OUTCOME).upper(), given(row, _RESOLVED_AT)
    if not word:
        return
    at = read_wall_time(text)
    if at is None:
        building.problems.add(where, _RESOLVED_AT, shown(text), f"{expected_of(text, WALL)} beside a resolution")
        return
    outcome = _SIDES.get(word)
    is_known = outcome is not None or word == "AMBIGUOUS"
    if not is_known or (word == "OTHER" and not given(row, _OPTION)):
        building.problems.add(where, _OUTCOME, shown(given(row, _OUTCOME)), "YES, NO or AMBIGUOUS")
        return
    asker = given(row, "Question created by")
    add_resolution(
        building,
        question,
        at=at,
        by=PLATFORM,
        note=f"Resolved {word} on {PLATFORM}{f', a question of {asker}' if asker else ''}.",
        where=where,
        outcome=outcome,
        void=None if outcome else "unclear-facts",
    )


def _stated(building: Building, row: Mapping[str, str], where: str) -> tuple[str, float, datetime] | None:
    """Who forecast what when; None where that is told to be wrong, or nobody is named."""
    building.count("forecasts")
    person, number = given(row, _BY), read_number(given(row, _NUMBER))
    at = read_wall_time(given(row, _AT))
    if number is None or not 0 <= number <= 1:
        building.problems.add(where, _NUMBER, shown(row[_NUMBER]), "a number from 0 to 1, as the header says")
        number = None
    if at is None:
        building.problems.add(where, _AT, shown(row[_AT]), expected_of(row[_AT], WALL))
    if not person:
        building.skips.add("forecast", "nobody is named as its author", where)
    return None if number is None or at is None or not person else (person, number, at)


def _forecast(
    building: Building, question: Question, stated: tuple[str, float, datetime], where: str
) -> StatedForecast | None:
    person, number, at = stated
    slug = joined_slug("fatebook", person, key=digest(PLATFORM, person, length=6))
    source = add_source(building, slug, person, where)
    if source is None:
        return None
    return StatedForecast(
        key="\x1f".join((question.slug, person, at.isoformat(), repr(number))),
        source=source,
        question=question,
        at=at,
        number={"probability": number},
        shown=percent(number),
        where=where,
    )
