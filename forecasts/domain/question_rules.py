"""Rules of a question and what hangs on it: predictions, resolutions, conditions and variants."""

import re
from collections.abc import Iterator
from datetime import date

from forecasts.domain import limits
from forecasts.domain.dates import Span, read_date
from forecasts.domain.kinds import NOT_BY_DEADLINE, OPTION_KINDS, QUANTILE_KINDS, QuestionKind, Side
from forecasts.domain.records import Condition, Prediction, Question, Record, Resolution
from forecasts.domain.values import one_of, shown
from forecasts.domain.views import placed
from forecasts.errors import Problem

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
_SHARE = ("probability", "low", "high")
_MONTH = 28
NUMBER_FIELDS = (*_SHARE, "probabilities", "quantiles")
_NUMBERS = {
    QuestionKind.BINARY: _SHARE,
    QuestionKind.MULTIPLE_CHOICE: ("probabilities",),
    QuestionKind.ORDERED: ("probabilities",),
    QuestionKind.NUMERIC: ("quantiles",),
    QuestionKind.DATE: ("quantiles",),
}


def prediction_problems(prediction: Prediction, question: Question) -> tuple[Problem, ...]:
    """Whether the prediction's numbers are of its question's kind. One made after the close is late, not wrong."""
    return placed(prediction, _numbers_of_kind(prediction, question))


def resolution_problems(resolution: Resolution, question: Question) -> tuple[Problem, ...]:
    """Whether the outcome is one that the question can have, known at a time when it could be."""
    return placed(resolution, _outcome_of_kind(resolution, question))


def odd_known(known_on: Span | None, question: Question) -> str:
    """What is odd about the days on which the outcome became known: a month or more of them, or too early for it."""
    from forecasts.domain.date_words import period_named

    days = (known_on.last - known_on.first).days + 1 if known_on else 0
    if known_on and days >= _MONTH:
        return f"{days:,} days: what was predicted from {known_on.first} on is not scored"
    named = period_named(question.title, question.resolves_on) if known_on else None
    if known_on is None or named is None or known_on.last >= named[1].first:
        return ""
    return f"{named[0]}, which the question asks about, begins on {named[1].first}"


def condition_problems(record: Record, condition: Condition, question: Question) -> tuple[Problem, ...]:
    """Whether the condition's outcome is one that its question can have; numbers and dates cannot be conditions."""
    if question.kind in QUANTILE_KINDS:
        found, expected = f"a {question.kind.value} question", "a binary question or one with options"
        return placed(record, [Problem(field="condition.question", found=found, expected=expected)])
    allowed = question.options if question.options else tuple(Side)
    if condition.outcome in allowed:
        return ()
    expected = one_of(allowed)
    return placed(record, [Problem(field="condition.outcome", found=shown(condition.outcome), expected=expected)])


def variant_problems(variant: Question, question: Question) -> tuple[Problem, ...]:
    """Whether predictions on the question can be scored on its variant: same kind, same options."""
    if variant.kind is not question.kind:
        expected = f"'{question.kind.value}', the kind of '{question.slug}' whose variant this is"
        return placed(variant, [Problem(field="kind", found=shown(variant.kind), expected=expected)])
    if variant.options != question.options:
        expected = f"the options of '{question.slug}' whose variant this is: {', '.join(question.options)}"
        return placed(variant, [Problem(field="options", found=", ".join(variant.options), expected=expected)])
    return ()


def implied_problems(question: Question, place: int, implied: Question) -> tuple[Problem, ...]:
    """Whether a question that one implies can be yes."""
    if implied.kind is QuestionKind.BINARY:
        return ()
    field = f"implies[{place}]" if len(question.implies) > 1 else "implies"
    found = f"a {implied.kind.value} question"
    return placed(question, [Problem(field=field, found=found, expected="a binary question")])


def read_outcome(question: Question, text: str) -> str | float | date:
    """The outcome that was written, as the question's kind keeps it. ValueError's message is what is expected."""
    text = text.strip()
    match question.kind:
        case QuestionKind.BINARY:
            choices: tuple[str, ...] = tuple(Side)
        case QuestionKind.MULTIPLE_CHOICE | QuestionKind.ORDERED:
            choices = question.options
        case QuestionKind.NUMERIC:
            value = float(text) if _NUMBER.fullmatch(text) else None
            if value is None or abs(value) > limits.LARGEST_NUMBER:
                msg = f"a number{f' of {question.unit}' if question.unit else ''}, such as 12 or 0.5"
                raise ValueError(msg)
            return value
        case QuestionKind.DATE:
            return _read_day(text, question)
    if text in choices:
        return str(text)
    alike = [choice for choice in choices if choice.casefold() == text.casefold()]
    if len(alike) == 1:
        return str(alike[0])
    raise ValueError(one_of(choices))


def _read_day(text: str, question: Question) -> str | date:
    if text.casefold() == NOT_BY_DEADLINE:
        return NOT_BY_DEADLINE
    try:
        day = read_date(text)
    except ValueError:
        day = None
    if day is None or day > question.resolves_on:
        raise ValueError(_day_expected(question))
    return day


def _day_expected(question: Question) -> str:
    return f"a date YYYY-MM-DD up to the deadline {question.resolves_on}, or {NOT_BY_DEADLINE}"


def _numbers_of_kind(prediction: Prediction, question: Question) -> Iterator[Problem]:
    wanted = _NUMBERS[question.kind]
    for field in NUMBER_FIELDS:
        if field not in wanted and (value := getattr(prediction, field)) not in (None, ()):
            expected = f"`{wanted[0]}` on a {question.kind.value} question"
            yield Problem(field=field, found=shown(value), expected=expected)
    if prediction.probabilities and question.kind in OPTION_KINDS:
        yield from _options_covered(prediction, question)
    if prediction.quantiles and question.kind in QUANTILE_KINDS:
        is_date = question.kind is QuestionKind.DATE
        wrong = [item.value for item in prediction.quantiles if isinstance(item.value, date) is not is_date]
        if wrong:
            expected = f"{'dates' if is_date else 'numbers'} as values on a {question.kind.value} question"
            yield Problem(field="quantiles", found=shown(wrong[0]), expected=expected)


def _options_covered(prediction: Prediction, question: Question) -> Iterator[Problem]:
    given = {item.option for item in prediction.probabilities}
    missing = [f"{shown(option)} missing" for option in question.options if option not in given]
    extra = [shown(option) for option in sorted(given.difference(question.options))]
    if missing or extra:
        expected = f"every option of '{question.slug}': {', '.join(question.options)}"
        yield Problem(field="probabilities", found=", ".join(missing + extra), expected=expected)


def _outcome_of_kind(resolution: Resolution, question: Question) -> Iterator[Problem]:
    outcome = resolution.outcome
    if outcome != "" and (expected := _outcome_expected(outcome, question)):
        yield Problem(field="outcome", found=shown(outcome), expected=expected)
    if resolution.known_on and question.opens_on and resolution.known_on.last < question.opens_on:
        expected = f"a day from {question.opens_on}, when the question opens"
        yield Problem(field="known_on", found=str(resolution.known_on), expected=expected)


def _outcome_expected(outcome: str | float | date, question: Question) -> str:
    """What the question expects in place of the outcome; empty where the outcome is one that it can have."""
    match question.kind:
        case QuestionKind.BINARY:
            return "" if outcome in tuple(Side) else one_of(Side)
        case QuestionKind.MULTIPLE_CHOICE | QuestionKind.ORDERED:
            return "" if outcome in question.options else one_of(question.options)
        case QuestionKind.NUMERIC:
            is_number = isinstance(outcome, int | float) and not isinstance(outcome, bool)
            return "" if is_number else f"a number{f' of {question.unit}' if question.unit else ''}, without quotes"
        case QuestionKind.DATE:
            is_day = isinstance(outcome, date) and outcome <= question.resolves_on
            return "" if is_day or outcome == NOT_BY_DEADLINE else _day_expected(question)
