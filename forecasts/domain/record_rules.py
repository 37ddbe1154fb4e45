"""How the values of one record go together, each being allowed by itself."""

from __future__ import annotations

import re
from datetime import UTC, date
from typing import TYPE_CHECKING

from forecasts.domain import limits
from forecasts.domain.checks import distinct, in_order, scale_key
from forecasts.domain.kinds import OPTION_KINDS, QUANTILE_KINDS, QuestionKind
from forecasts.domain.prediction_rules import prediction_alone
from forecasts.domain.records import (
    Article,
    Objection,
    Phrase,
    Prediction,
    Question,
    Reading,
    Record,
    Resolution,
    Source,
)
from forecasts.domain.values import shown
from forecasts.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def combined_problems(record: Record) -> Iterator[Problem]:
    """How the values of a record fail to go together."""
    match record:
        case Source():
            yield from _source(record)
        case Article():
            yield from _article(record)
        case Question():
            yield from _question(record)
        case Prediction():
            yield from prediction_alone(record)
        case Resolution():
            yield from _resolution(record)
        case Objection():
            yield from _objection(record)
        case Reading():
            yield from in_order(("low", record.low), ("probability", record.probability), ("high", record.high))
        case Phrase():
            yield from _phrase(record)


def _source(source: Source) -> Iterator[Problem]:
    if source.member_of == source.slug:
        yield Problem(field="member_of", found=shown(source.member_of), expected="another source than itself")
    yield from distinct("aliases", source.aliases)


def _article(article: Article) -> Iterator[Problem]:
    yield from distinct("authors", article.authors)
    if article.sha256 and not _SHA256.fullmatch(article.sha256):
        yield Problem(field="sha256", found=shown(article.sha256), expected="64 of 0-9 and a-f")
    if article.file and (article.file in {".", ".."} or any(sign in article.file for sign in "/\\")):
        yield Problem(field="file", found=shown(article.file), expected="the bare name of a file, without a folder")
    if not article.lines:
        return
    if len(article.lines) != 2 or article.lines[0] > article.lines[1]:
        expected = "the first and the last line, as in [1, 6]"
        yield Problem(field="lines", found=str(list(article.lines))[:60], expected=expected)
    if not article.file:
        yield Problem(field="file", found="nothing", expected="the file that `lines` counts in")


def _question(question: Question) -> Iterator[Problem]:
    if question.closes_on and question.closes_on > question.resolves_on:
        expected = f"a day up to the deadline {question.resolves_on}"
        yield Problem(field="closes_on", found=shown(question.closes_on), expected=expected)
    if question.opens_on and question.opens_on > question.close:
        expected = f"a day up to the close {question.close}"
        yield Problem(field="opens_on", found=shown(question.opens_on), expected=expected)
    yield from _options(question)
    yield from _range(question)
    if question.unit and question.kind is not QuestionKind.NUMERIC:
        expected = f"no unit on a {question.kind.value} question"
        yield Problem(field="unit", found=shown(question.unit), expected=expected)
    for field, slug in (
        ("condition.question", question.condition.question if question.condition else ""),
        ("variant_of", question.variant_of),
    ):
        if slug == question.slug:
            yield Problem(field=field, found=shown(slug), expected="another question than itself")
    if question.references and question.kind is not QuestionKind.BINARY:
        expected = "references on binary questions only: they are probabilities of YES"
        yield Problem(field="references", found=f"a {question.kind.value} question", expected=expected)
    yield from distinct("references", [reference.as_of.isoformat() for reference in question.references], "as_of")


def _options(question: Question) -> Iterator[Problem]:
    count = len(question.options)
    if question.kind not in OPTION_KINDS:
        if count:
            expected = f"no options on a {question.kind.value} question"
            yield Problem(field="options", found=shown(question.options), expected=expected)
    elif not 2 <= count <= limits.OPTIONS:
        expected = f"from 2 to {limits.OPTIONS} options"
        yield Problem(field="options", found=shown(question.options), expected=expected)
    yield from distinct("options", question.options)


def _range(question: Question) -> Iterator[Problem]:
    ends = question.range
    if not ends:
        return
    if question.kind not in QUANTILE_KINDS:
        expected = f"no range on a {question.kind.value} question"
        yield Problem(field="range", found=shown(ends), expected=expected)
        return
    wanted, example = (date, "two dates") if question.kind is QuestionKind.DATE else (float, "two numbers")
    if len(ends) != 2 or not all(_is_of(wanted, end) for end in ends) or not scale_key(ends[0]) < scale_key(ends[1]):
        found = "[" + ", ".join(shown(end) for end in ends[:3]) + "]"
        yield Problem(field="range", found=found, expected=f"{example}, the lower one first")


def _is_of(kind: type, value: object) -> bool:
    return isinstance(value, date) if kind is date else isinstance(value, int | float)


def _resolution(resolution: Resolution) -> Iterator[Problem]:
    has_outcome = not isinstance(resolution.outcome, str) or bool(resolution.outcome.strip())
    if has_outcome and resolution.void:
        found = f"outcome {shown(resolution.outcome)} and void {shown(resolution.void)}"
        yield Problem(field="outcome", found=found, expected="an outcome or a void reason, not both")
    if not has_outcome and not resolution.void:
        yield Problem(field="outcome", found="nothing", expected="an outcome, or the reason in `void`")
    if has_outcome and not resolution.known_on:
        expected = "the day from which the outcome could be known"
        yield Problem(field="known_on", found="nothing", expected=expected)
    if not resolution.evidence and not resolution.note.strip():
        yield Problem(field="note", found="nothing", expected="evidence, or a note that says why")
    if len(resolution.evidence) > limits.EVIDENCE:
        expected = f"at most {limits.EVIDENCE} items of evidence"
        yield Problem(field="evidence", found=str(len(resolution.evidence)), expected=expected)
    resolved_on = resolution.resolved_at.astimezone(UTC).date()
    if resolution.known_on and resolution.known_on.first > resolved_on:
        expected = f"a day up to {resolved_on}, when it was resolved"
        yield Problem(field="known_on", found=str(resolution.known_on), expected=expected)


def _objection(objection: Objection) -> Iterator[Problem]:
    if bool(objection.prediction) is bool(objection.question):
        found = "both" if objection.prediction else "neither"
        yield Problem(
            field="prediction", found=found, expected="the prediction or the question it is about, one of them"
        )


def _phrase(phrase: Phrase) -> Iterator[Problem]:
    yield from in_order(("low", phrase.low), ("point", phrase.point), ("high", phrase.high))
    yield from distinct("aliases", phrase.aliases)
    if phrase.low == phrase.high and (phrase.low_open or phrase.high_open):
        expected = "a range that holds at least one number"
        yield Problem(field="low_open" if phrase.low_open else "high_open", found="true", expected=expected)
