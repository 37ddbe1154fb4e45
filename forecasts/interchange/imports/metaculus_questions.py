"""The questions of a Metaculus download, with what they resolved to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from forecasts.domain.records import Question
from forecasts.domain.values import shown
from forecasts.interchange.imports import moments
from forecasts.interchange.imports.forecast_logs import add_resolution, cut
from forecasts.interchange.imports.metaculus_numbers import NumberError, Scale, read_scale
from forecasts.interchange.imports.tables import given, open_table, require_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasts.interchange.imports.building import Building
    from forecasts.interchange.imports.files import Folder

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
    scale: Scale


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
            except NumberError as error:
                building.problems.add(where, error.column, shown(error.found), error.expected, QUESTIONS)
    return asked


def _read_question(building: Building, number: str, row: Mapping[str, str], where: str) -> Asked | None:
    word = given(row, "Question Type")
    kind = _KINDS.get(word)
    if kind is None:
        building.skips.add("question", f"its type {shown(word)} is none that can be scored", f"{QUESTIONS} {where}")
        return None
    closes = moments.read_instant(given(row, "Scheduled Close Time"))
    if closes is None:
        building.problems.add(
            where, "Scheduled Close Time", shown(given(row, "Scheduled Close Time")), moments.INSTANT, QUESTIONS
        )
        return None
    scale = read_scale(row, kind)
    deadline = max(closes.date(), scale.high) if kind == "date" and scale.high else closes.date()
    opened = moments.read_instant(given(row, "Open Time"))
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


def _range(scale: Scale) -> list[Any]:
    return (
        [scale.low, scale.high] if scale.low is not None and scale.high is not None and scale.low < scale.high else []
    )


def _resolve(building: Building, asked: Asked, row: Mapping[str, str], page: str, where: str) -> None:
    text = given(row, "Resolution")
    if not text:
        return
    at = moments.read_instant(given(row, "Resolution Known Time"))
    if at is None:
        found = shown(given(row, "Resolution Known Time"))
        building.problems.add(
            where, "Resolution Known Time", found, f"{moments.INSTANT} beside a resolution", QUESTIONS
        )
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
