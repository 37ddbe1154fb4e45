"""How the values of one prediction go together."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from math import fsum
from typing import TYPE_CHECKING

from forecasts.domain import limits
from forecasts.domain.checks import distinct, in_order, scale_key
from forecasts.domain.differences import value_text
from forecasts.domain.formats import percent
from forecasts.domain.kinds import Attribution, Basis, ClaimType
from forecasts.domain.values import shown
from forecasts.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.domain.records import Prediction, Quantile

_ROUNDING = 1e-9
_LEVELS = "levels above 0 % and below 100 %"


def prediction_alone(prediction: Prediction) -> Iterator[Problem]:
    """How the values of a prediction fail to go together."""
    if not prediction.speakers and prediction.attribution is not Attribution.AMBIGUOUS:
        expected = 'at least one source, or attribution = "ambiguous" where the text does not say whose it is'
        yield Problem(field="speakers", found="an empty list", expected=expected)
    if len(prediction.speakers) > 1:
        yield from distinct("speakers", prediction.speakers)
    if len(prediction.via) > 1:
        yield from distinct("via", prediction.via)
    if prediction.low is not None or prediction.high is not None:
        numbers = ("low", prediction.low), ("probability", prediction.probability), ("high", prediction.high)
        yield from in_order(*numbers)
    if prediction.probabilities:
        yield from _option_numbers(prediction)
    if prediction.quantiles:
        yield from _quantiles(prediction)
    yield from _number_given(prediction)
    if not prediction.question and not prediction.unscorable:
        expected = "a question, or the reason in `unscorable` why there is none"
        yield Problem(field="question", found="nothing", expected=expected)
    for field in ("restates", "supersedes"):
        if getattr(prediction, field) == prediction.slug:
            yield Problem(field=field, found=shown(prediction.slug), expected="another prediction than itself")
    if len(prediction.condition) > 1:
        conditions = [f"{condition.question} = {condition.outcome}" for condition in prediction.condition]
        yield from distinct("condition", conditions)
    if prediction.condition and any(condition.question == prediction.question for condition in prediction.condition):
        expected = "another question than the prediction's own"
        yield Problem(field="condition", found=shown(prediction.question), expected=expected)


def _number_given(prediction: Prediction) -> Iterator[Problem]:
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


def _option_numbers(prediction: Prediction) -> Iterator[Problem]:
    yield from distinct("probabilities", [item.option for item in prediction.probabilities])
    if len(prediction.probabilities) > limits.OPTIONS:
        expected = f"at most {limits.OPTIONS} options"
        yield Problem(field="probabilities", found=str(len(prediction.probabilities)), expected=expected)
    total = fsum(item.probability for item in prediction.probabilities)
    if not abs(total - 1) <= limits.PROBABILITY_TOLERANCE + _ROUNDING:
        expected = f"probabilities that sum to 100 %, within {percent(limits.PROBABILITY_TOLERANCE)}"
        yield Problem(field="probabilities", found=f"a sum of {percent(round(total, 6))}", expected=expected)


def _quantiles(prediction: Prediction) -> Iterator[Problem]:
    items = prediction.quantiles
    if len(items) > limits.QUANTILES:
        yield Problem(field="quantiles", found=str(len(items)), expected=f"at most {limits.QUANTILES} quantiles")
    for item in items:
        if not 0 < item.level < 1:
            yield Problem(field="quantiles", found=f"the level {percent(item.level)}", expected=_LEVELS)
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


def _end(item: Quantile) -> str:
    """A quantile as one says it: the 95 % value, 40."""
    return f"the {percent(item.level)} value, {value_text(item.value)}"
