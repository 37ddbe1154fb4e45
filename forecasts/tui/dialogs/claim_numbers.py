"""The numbers of a claim as they are typed: percent of YES, a share of each option, or quantiles."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forecasts.domain.article_views import AnswerFormat
from forecasts.domain.candidates import Lexicon, PhraseTold
from forecasts.domain.formats import outcome_text, percent, percent_range, share_of
from forecasts.domain.kinds import OPTION_KINDS, ClaimType, QuestionKind
from forecasts.domain.question_rules import prediction_problems
from forecasts.domain.records import OptionProbability, Prediction, Quantile, Question
from forecasts.domain.wording import NUMBER_WORDS
from forecasts.services.drafting import by_field, check_texts

_LISTED = 160
_SHARE = "a number from 0 to 100"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the numbers come to, in the field that they are typed in: wrong with a reason, or understood.

    With a `standard` there are none: they follow from the phrase.
    """

    field: str
    wrong: str = ""
    hint: str = ""
    probability: float | None = None
    low: float | None = None
    high: float | None = None
    standard: str = ""
    probabilities: tuple[OptionProbability, ...] = ()
    quantiles: tuple[Quantile, ...] = ()


def number_field(kind: QuestionKind) -> str:
    if kind is QuestionKind.BINARY:
        return "number"
    return "probabilities" if kind in OPTION_KINDS else "quantiles"


def numbers_of_yes(text: str, told: PhraseTold, claim_type: ClaimType, lexicon: Lexicon) -> Numbers:
    """The numbers of a yes-or-no question: what is typed, else what the phrase tells."""
    if text.strip():
        try:
            point, low, high = read_percents(text)
        except ValueError as error:
            return Numbers("number", str(error))
        return Numbers("number", "", f"P(yes) {percent(point)}{_in_brackets(low, high)}", point, low, high)
    if told.number is not None:
        number = told.number
        who = f"“{told.term}” by {lexicon.standard_title}" if told.given_by == "standard" else "flat will"
        hint = f"P(yes) {percent(number.probability)}{_in_brackets(number.low, number.high)}: {who}"
        if told.given_by == "standard":
            return Numbers("number", "", hint, standard=lexicon.standard)
        return Numbers("number", "", hint, number.probability, number.low, number.high)
    if claim_type is ClaimType.FORECAST:
        return Numbers("number", "no scale lists these words: P(yes) in percent, 70 or 70 60-80")
    return Numbers("number", "", "none is needed: it is counted, not scored")


def numbers_of_kind(text: str, asked: AnswerFormat, claim_type: ClaimType, day: date) -> Numbers:
    """The numbers of a question of another kind, by the rules that hold for the record.

    A value alone is the median, and so many numbers as there are options are their percents, in their order.
    """
    name = number_field(asked.kind)
    if name == "quantiles" and text.strip() and "=" not in text:
        text = f"50% = {text.strip()}"
    shares = re.findall(r"[^\s;/%]+", text)
    if name == "probabilities" and "=" not in text and len(shares) == len(asked.options):
        text = "; ".join(f"{option} = {share}%" for option, share in zip(asked.options, shares, strict=True))
    elif name == "probabilities" and _of_a_hundred(text):
        text = re.sub(r"(=\s*[\d.]+)\s*(?=;|$)", r"\1%", text)
    if not text.strip():
        wanted = _wanted(asked)
        return Numbers(name, wanted) if claim_type is ClaimType.FORECAST else Numbers(name, "", wanted)
    question = Question(
        slug="the-question",
        title="-",
        criteria="-",
        resolves_on=day,
        kind=asked.kind,
        options=asked.options,
        unit=asked.unit,
    )
    said = {"slug": "this", "article": "this", "speakers": "this", "claim": "-", "question": question.slug, name: text}
    checked = check_texts("prediction", said, day)
    wrong: Mapping[str, str] = checked.wrong
    if isinstance(checked.record, Prediction) and not wrong:
        wrong = by_field(prediction_problems(checked.record, question))
    if not isinstance(checked.record, Prediction) and asked.kind is QuestionKind.NUMERIC:
        return Numbers(name, _wanted(asked))
    if wrong or not isinstance(checked.record, Prediction):
        return Numbers(name, next(iter(wrong.values()), _wanted(asked)))
    record = checked.record
    return Numbers(name, "", _understood(record, asked), probabilities=record.probabilities, quantiles=record.quantiles)


def _of_a_hundred(text: str) -> bool:
    """Whether the numbers that are typed without a sign can only be percents: one of them is above 1."""
    return any(float(one) > 1 for one in re.findall(r"=\s*(\d+(?:\.\d+)?)\s*(?=;|$)", text))


def _wanted(asked: AnswerFormat) -> str:
    """What is to be typed."""
    match asked.kind:
        case QuestionKind.NUMERIC:
            return f"one number{f' in {asked.unit}' if asked.unit else ''}, or quantiles: 5% = 3; 50% = 7; 95% = 14"
        case QuestionKind.DATE:
            return "one day, or quantiles: 5% = 2027-01-01; 50% = in 6 months; 95% = end of 2028"
        case _:
            options = "; ".join(f"{option} = …" for option in asked.options) or "A = 20%; B = 80%"
            alone = "; or the numbers alone, in this order" if asked.options else ""
            return f"a probability for each, 100 % in all: {options[:_LISTED]}{alone}"


def _understood(record: Prediction, asked: AnswerFormat) -> str:
    shares = (f"{one.option} {percent(one.probability)}" for one in record.probabilities)
    unit = f" {asked.unit}" if asked.unit else ""
    ends = (f"{percent(one.level)} below {outcome_text(one.value)}{unit}" for one in record.quantiles)
    return ", ".join((*shares, *ends))


_ONE_IN = re.compile(r"(\w+)\s*(?:\bchances?\s+)?(?:/|\bin\b|\bout of\b|\bof\b)\s*(?:an?\s+)?(\w+)")


def is_stated(text: str, words: str) -> bool:
    """Whether a number that is typed stands in the words, so that the source itself has said it."""
    typed = " ".join(text.casefold().replace("%", " ").split())
    said = re.sub(r"[%\s]+", " ", re.sub(r"(?<=\d),(?=\d{3})", "", words.casefold()))
    return bool(typed) and re.search(rf"(?<![\w.,]){re.escape(typed)}(?![\w]|[.,]\d)", said) is not None


def read_percents(text: str) -> tuple[float | None, float | None, float | None]:
    """A number with its range, in percent: `70`, `70 60-80`, `60-80`; or one in so many: `1/3`, `one in three`.

    ValueError says what is expected.
    """
    expected = "percent: 70, or 70 60-80 with its range; or 1/3, one in three"
    if found := _ONE_IN.fullmatch(re.sub(r"(?<=[^\W\d])-|-(?=[^\W\d])", " ", text.strip().casefold())):
        count, total = (NUMBER_WORDS.get(part) or int(part if part.isdecimal() else 0) for part in found.groups())
        if not 0 <= count <= total or not total:
            raise ValueError(expected)
        return count / total, None, None
    parts = text.replace("%", " ").replace("–", "-").replace(",", ".").split()
    point: float | None = None
    low: float | None = None
    high: float | None = None
    for part in parts:
        first, dash, last = part.partition("-")
        try:
            numbers = [share_of(float(one)) for one in ((first, last) if dash else (first,))]
        except ValueError:
            raise ValueError(expected) from None
        if not all(0 <= number <= 1 for number in numbers):
            raise ValueError(expected)
        if dash and low is None:
            low, high = numbers
        elif not dash and point is None:
            point = numbers[0]
        else:
            raise ValueError(expected)
    if point is None and low is not None and high is not None:
        point = round((low + high) / 2, 12)
    if low is not None and high is not None and point is not None and not low <= point <= high:
        msg = "a range that holds the number, the lower end first"
        raise ValueError(msg)
    return point, low, high


def _in_brackets(low: float | None, high: float | None) -> str:
    allowed = percent_range(low, high)
    return f" ({allowed})" if allowed else ""


def read_percent(text: str) -> float | None:
    """What was typed in percent, as a share; None where nothing was. ValueError says what is expected."""
    text = text.strip().removesuffix("%").strip().replace(",", ".")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(_SHARE) from None
    if not 0 <= value <= 100:
        raise ValueError(_SHARE)
    return share_of(value)
