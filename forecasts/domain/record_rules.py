"""Rules of one record: how its values go together, each being allowed by itself."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import fsum

from forecasts.domain import limits, records
from forecasts.domain.formats import percent, value_text
from forecasts.domain.kinds import OPTION_KINDS, QUANTILE_KINDS, Attribution, Basis, ClaimType, QuestionKind
from forecasts.domain.values import field_problems, shown
from forecasts.domain.views import distinct, in_order, placed, scale_key
from forecasts.errors import Problem

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def combined_problems(record: records.Record) -> Iterable[Problem]:
    """How the values of a record fail to go together."""
    match record:
        case records.Prediction():
            return prediction_alone(record)
        case records.Source():
            return _source_problems(record)
        case records.Article():
            return _article_problems(record)
        case records.Question():
            return _question_problems(record)
        case records.Resolution():
            return _resolution_alone(record)
        case records.Objection():
            return _objection_problems(record)
        case records.Reading():
            return in_order(("low", record.low), ("probability", record.probability), ("high", record.high))
        case records.Phrase():
            return _phrase_problems(record)
    return ()


def _source_problems(source: records.Source) -> Iterator[Problem]:
    if source.member_of == source.slug:
        yield Problem(field="member_of", found=shown(source.member_of), expected="another source than itself")
    yield from distinct("aliases", source.aliases)


def _article_problems(article: records.Article) -> Iterator[Problem]:
    yield from distinct("authors", article.authors)
    for field in ("sha256", "original_sha256"):
        digest = getattr(article, field)
        if digest and not _SHA256.fullmatch(digest):
            yield Problem(field=field, found=shown(digest), expected="64 of 0-9 and a-f")
    if article.file and (article.file in {".", ".."} or any(sign in article.file for sign in "/\\")):
        yield Problem(field="file", found=shown(article.file), expected="the bare name of a file, without a folder")
    if not article.lines:
        return
    if len(article.lines) != 2 or article.lines[0] > article.lines[1]:
        expected = "the first and the last line, as in [1, 6]"
        yield Problem(field="lines", found=str(list(article.lines))[:60], expected=expected)
    if not article.file:
        yield Problem(field="file", found="nothing", expected="the file that `lines` counts in")


def _question_problems(question: records.Question) -> Iterator[Problem]:
    if question.closes_on and question.closes_on > question.resolves_on:
        expected = f"a day up to the deadline {question.resolves_on}"
        yield Problem(field="closes_on", found=shown(question.closes_on), expected=expected)
    if question.opens_on and question.opens_on > question.close:
        expected = f"a day up to the close {question.close}"
        yield Problem(field="opens_on", found=shown(question.opens_on), expected=expected)
    yield from distinct("implies", question.implies)
    if question.implies and question.kind is not QuestionKind.BINARY:
        expected = "a binary question where it implies others"
        yield Problem(field="kind", found=shown(question.kind), expected=expected)
    yield from _option_list_problems(question)
    yield from _range_problems(question)
    if question.unit and question.kind is not QuestionKind.NUMERIC:
        expected = f"no unit on a {question.kind.value} question"
        yield Problem(field="unit", found=shown(question.unit), expected=expected)
    for field, slug in (
        ("condition.question", question.condition.question if question.condition else ""),
        ("variant_of", question.variant_of),
        *(("implies", slug) for slug in question.implies),
    ):
        if slug == question.slug:
            yield Problem(field=field, found=shown(slug), expected="another question than itself")
    if question.references and question.kind is not QuestionKind.BINARY:
        expected = "references on binary questions only: they are probabilities of YES"
        yield Problem(field="references", found=f"a {question.kind.value} question", expected=expected)
    yield from distinct("references", [reference.as_of.isoformat() for reference in question.references], "as_of")


def _option_list_problems(question: records.Question) -> Iterator[Problem]:
    count = len(question.options)
    if question.kind not in OPTION_KINDS:
        if count:
            expected = f"no options on a {question.kind.value} question"
            yield Problem(field="options", found=shown(question.options), expected=expected)
    elif not 2 <= count <= limits.OPTIONS:
        expected = f"from 2 to {limits.OPTIONS} options"
        yield Problem(field="options", found=shown(question.options), expected=expected)
    yield from distinct("options", question.options)


def _range_problems(question: records.Question) -> Iterator[Problem]:
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


def _resolution_alone(resolution: records.Resolution) -> Iterator[Problem]:
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


def _objection_problems(objection: records.Objection) -> Iterator[Problem]:
    if bool(objection.prediction) is bool(objection.question):
        found = "both" if objection.prediction else "neither"
        yield Problem(
            field="prediction", found=found, expected="the prediction or the question it is about, one of them"
        )


def _phrase_problems(phrase: records.Phrase) -> Iterator[Problem]:
    yield from in_order(("low", phrase.low), ("point", phrase.point), ("high", phrase.high))
    yield from distinct("aliases", phrase.aliases)
    if phrase.low == phrase.high and (phrase.low_open or phrase.high_open):
        expected = "a range that holds at least one number"
        yield Problem(field="low_open" if phrase.low_open else "high_open", found="true", expected=expected)


_ROUNDING = 1e-9
_LEVELS = "levels from 0 % to 100 %, one at least between"


def prediction_alone(prediction: records.Prediction) -> Iterator[Problem]:
    """How the values of a prediction fail to go together."""
    if not prediction.speakers and prediction.attribution is not Attribution.AMBIGUOUS:
        expected = 'at least one source, or attribution = "ambiguous" where the text does not say whose it is'
        yield Problem(field="speakers", found="an empty list", expected=expected)
    if len(prediction.speakers) > 1:
        yield from distinct("speakers", prediction.speakers)
    if len(prediction.via) > 1:
        yield from distinct("via", prediction.via)
    if prediction.made_at is not None:
        # a moment is within the days on which the prediction was made, somewhere on Earth
        span, at = prediction.made_on, prediction.made_at
        if span is None:
            yield Problem(field="made_on", found="nothing", expected="the day that `made_at` is within")
        elif at and not (at - _midnight(span.first) >= _EAST and at - _midnight(span.last) < timedelta(days=1) + _WEST):
            yield Problem(field="made_at", found=shown(at), expected=f"a moment within {span}")
    if prediction.low is not None or prediction.high is not None:
        numbers = ("low", prediction.low), ("probability", prediction.probability), ("high", prediction.high)
        yield from in_order(*numbers)
    if prediction.probabilities:
        yield from _option_numbers(prediction)
    if prediction.quantiles:
        yield from _quantile_problems(prediction)
    yield from _number_given(prediction)
    if not prediction.question and not prediction.unscorable:
        expected = "a question, or the reason in `unscorable` why there is none"
        yield Problem(field="question", found="nothing", expected=expected)
    if prediction.question and prediction.scenario:
        expected = "no scenario of its own: a claim on a question has the question's"
        yield Problem(field="scenario", found=shown(prediction.scenario), expected=expected)
    for field in ("restates", "supersedes"):
        if getattr(prediction, field) == prediction.slug:
            yield Problem(field=field, found=shown(prediction.slug), expected="another prediction than itself")
    if len(prediction.condition) > 1:
        conditions = [f"{condition.question} = {condition.outcome}" for condition in prediction.condition]
        yield from distinct("condition", conditions)
    if prediction.condition and any(condition.question == prediction.question for condition in prediction.condition):
        expected = "another question than the prediction's own"
        yield Problem(field="condition", found=shown(prediction.question), expected=expected)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


_EAST, _WEST = timedelta(hours=-14), timedelta(hours=12)
"""How much earlier than in UTC a day begins, and how much later it ends, where it does so first and last."""


def _number_given(prediction: records.Prediction) -> Iterator[Problem]:
    if prediction.standard and not prediction.phrase.strip():
        yield Problem(field="phrase", found="nothing", expected="the words that `standard` gives a number to")
    if prediction.basis is Basis.STANDARD and not prediction.standard:
        yield Problem(field="standard", found="nothing", expected="the standard that the number was read from")
    has_share = prediction.probability is not None or prediction.low is not None or prediction.high is not None
    if has_share + bool(prediction.probabilities) + bool(prediction.quantiles) > 1:
        found = " and ".join(
            name
            for name, is_there in (
                ("probability", has_share),
                ("probabilities", bool(prediction.probabilities)),
                ("quantiles", bool(prediction.quantiles)),
            )
            if is_there
        )
        yield Problem(field="probability", found=found, expected="one of probability, probabilities and quantiles")
    is_needed = prediction.claim_type is ClaimType.FORECAST and not prediction.unscorable and not prediction.restates
    has_number = prediction.probability is not None or prediction.probabilities or prediction.quantiles
    if is_needed and not has_number and not prediction.standard:
        expected = "a probability (or probabilities, quantiles, a standard to read the phrase by) on a forecast"
        yield Problem(field="probability", found="nothing", expected=expected)


def _option_numbers(prediction: records.Prediction) -> Iterator[Problem]:
    yield from distinct("probabilities", [item.option for item in prediction.probabilities])
    if len(prediction.probabilities) > limits.OPTIONS:
        expected = f"at most {limits.OPTIONS} options"
        yield Problem(field="probabilities", found=str(len(prediction.probabilities)), expected=expected)
    total = fsum(item.probability for item in prediction.probabilities)
    if not abs(total - 1) <= limits.PROBABILITY_TOLERANCE + _ROUNDING:
        expected = f"probabilities that sum to 100 %, within {percent(limits.PROBABILITY_TOLERANCE)}"
        yield Problem(field="probabilities", found=f"a sum of {percent(round(total, 6))}", expected=expected)


def _quantile_problems(prediction: records.Prediction) -> Iterator[Problem]:
    items = prediction.quantiles
    if len(items) > limits.QUANTILES:
        yield Problem(field="quantiles", found=str(len(items)), expected=f"at most {limits.QUANTILES} quantiles")
    if items and not (any(0 < item.level < 1 for item in items) and all(0 <= item.level <= 1 for item in items)):
        found = " and ".join(f"the level {percent(item.level)}" for item in items)
        yield Problem(field="quantiles", found=found, expected=_LEVELS)
    if len({isinstance(item.value, date) for item in items}) > 1:
        yield Problem(field="quantiles", found="dates and numbers", expected="dates or numbers, not both")
        return
    for one, other in pairwise(items):
        if not one.level < other.level:
            expected = "levels that rise, each once"
            found = f"the level {percent(other.level)} after {percent(one.level)}"
            yield Problem(field="quantiles", found=found, expected=expected)
        if not scale_key(one.value) <= scale_key(other.value):
            found = f"{_end(other)}, below {_end(one)}"
            yield Problem(field="quantiles", found=found, expected="values that do not fall as the levels rise")


def _end(item: records.Quantile) -> str:
    """A quantile as one says it: the 95 % value, 40."""
    return f"the {percent(item.level)} value, {value_text(item.value)}"


def record_problems(record: records.Record) -> tuple[Problem, ...]:
    """Everything wrong with a record that the record alone shows: its single values and how they go together."""
    return placed(record, field_problems(record)) + rule_problems(record)


def rule_problems(record: records.Record) -> tuple[Problem, ...]:
    """How the values of a record fail to go together, each value by itself being allowed."""
    return placed(record, combined_problems(record))
