"""Columns of exported scorecards: what each holds, for the JSON Schema and the Data Package."""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from forecasts.domain.card_claims import CardClaim
from forecasts.domain.glossary import BUCKETS, FIGURES, PROPOSED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


DOCUMENT: Final = {
    "unlisted": "How many predictions kept their number, as the standard does not list their phrase.",
    "pooled": "The claims of all sources together, by wording, claim type, lead time and scenario.",
    "read_as": "What words turned out to be worth, by class of words, all claims on these cards together.",
    "left_out": "By name what stands on cards only, and why it is not here.",
    "formula_version": "Changes when any figure's formula or counting rule does.",
    "by": "Whose cards: what a source said (speaker), its articles say (author), its pages say (outlet).",
    "which": "Which of a source's claims on one question counts.",
    "wording": "The end of the range that the words allow at which each claim is read.",
    "as_of": "The day as of which the figures hold.",
    "since": "The earliest day of a claim, if any.",
    "until": "The latest day of a claim, if any.",
    "scenario": "The only scenario, if any.",
    "basis": "The only basis of numbers, if any.",
    "standard": "The wording standard under which phrases were read again, if any.",
    "receipt": "Of which state of the ledger the figures are; `forecasts check --against` holds the ledger to it.",
    "ranked_by": "The figure by which sources are ranked.",
    "scorecards": "Ranked sources first, then the others by name.",
}

CARD: Final = {
    **{bucket.value: f"How many claims are {term.label}. {term.text}" for bucket, term in BUCKETS.items()},
    **{name: f"{term.rule[0].upper()}{term.rule[1:]}. {term.explained}" for name, term in FIGURES.items()},
    "source": "The source's slug.",
    "name": "The source's name.",
    "kind": "What the source is.",
    "anonymous": "Whether it stands for people without a name; such a source is never ranked.",
    "predictions": "All claims on the card: the sum of the eleven buckets.",
    "possibilities_settled": "Of these, timely ones of which it can be told whether they came about.",
    "possibilities_realised": "Of the settled ones, those that came about.",
    "announcements_settled": "Of these, timely ones of which it can be told whether they were kept.",
    "announcements_kept": "Of the settled ones, those that were kept.",
    "brier_n": "Scored questions with a Brier score; those for a number or a day have CRPS instead.",
    "binary_n": "Of these, yes-or-no questions.",
    "brier_low": "Lower end of its 95 % sampling interval.",
    "brier_high": "Upper end of its sampling interval.",
    "brier_scenario_low": "Lower end of the same with each scenario's mean as one observation; none from one scenario.",
    "brier_scenario_high": "Upper end of the interval over scenarios.",
    "brier_best": "The score with every claim read at the end of its range that serves the source best.",
    "brier_worst": "The same at the end that serves it worst.",
    "clipped": "How many of its logarithms were taken at 0.001 or 0.999.",
    "firm": "Yes-or-no forecasts of more than 0.8 for one side.",
    "firm_right": "Of these, those that came true.",
    "reference": "The name of the reference; `several` where they differ.",
    "component": "The set of sources that shared questions connect, 1 for the largest.",
    "calibration_n": "Yes-or-no claims whose deadline is past.",
    "crps": "Scores of claims on a number or a day, by unit.",
    "rank": "Rank by Brier score, 1 the best; none without enough.",
    "rank_low": "The best rank that it could as well have.",
    "rank_high": "The worst.",
    "enough": "Whether ten questions from three scenarios are scored.",
    "why_not_ranked": "Why there is no rank; empty where there is one.",
    "hindsight_questions": "Scored questions written when the outcome could be known.",
    "hindsight_questions_unknown": "Scored questions of which it is not known when they were written.",
    "hindsight_predictions": "Scored claims read when the outcome could be known.",
    "hindsight_predictions_unknown": "Scored claims of which it is not known when they were read.",
    "hindsight_references": "References of scored claims, written with their question when the outcome could be known.",
    "hindsight_references_unknown": "References of scored claims of which it is not known when they were written.",
    "proposed": f"Claims that were {PROPOSED}.",
    "incoherent": "Claims of one day whose numbers contradict each other, on a ladder or over exclusive options.",
    "reasons": "Why a figure does not exist, by figure.",
    "carried": "By outlet: how the claims came out that it relayed, and those it disputed.",
    "claims": "Every claim behind the figures.",
    "read_as": "What its words turned out to be worth, by class of words from five claims on.",
    "revisions": "Clarifications of questions on the card.",
    "objections": "Objections to what is on the card, with their answers.",
}

CLAIM: Final = {
    "bucket": "The one bucket that it is in.",
    "prediction": "The prediction's slug.",
    "article": "The article's slug.",
    "article_title": "The article's title.",
    "paragraph": "Where the words stand in it.",
    "made_on": "When it was made: a day, or a span first/last.",
    "claim": "What was said, in one sentence.",
    "claim_type": "forecast, possibility, announcement or presupposition.",
    "endorsement": "What the article does with it.",
    "phrase": "The words that carry the likelihood, verbatim.",
    "phrase_about": "The outcome that they speak of.",
    "question": "The question's slug.",
    "question_title": "The question's title.",
    "kind": "The question's kind.",
    "scenario": "The question's scenario.",
    "basis": "Who chose the number.",
    "standard": "The wording standard that it was read by.",
    "probability": "Of yes.",
    "low": "The lower end of what the words allow.",
    "high": "The upper end.",
    "readings": "By how many further analysts it was read; the number is then the mean of all.",
    "probabilities": "Of each option.",
    "quantiles": "Of a number or a day: the value below which the outcome lies with that probability.",
    "outcome": "What happened; `void: …` where the question scores nobody.",
    "known_on": "Since when it could be known: a day, or a span first/last.",
    "evidence": "Where what happened can be read; in CSV title and address, parted by semicolons.",
    "brier": "0 to 1, lower is better.",
    "log_loss": "In nats, lower is better.",
    "crps": "Of its quantiles, in crps_unit, at least 0, lower is better; none for a claim without quantiles.",
    "crps_unit": "The unit of its CRPS.",
    "why_not_scored": "Why it is not scored; empty where it is.",
    "brier_best": "Its Brier score read as serves the source best, within its range and over its question's variants.",
    "brier_worst": "The same read as serves it worst.",
    "best_on": "The variant, or the question of its ladder, that makes the best end; empty for its own question.",
    "worst_on": "The variant that makes the worst end; empty for its own question.",
    "condition": "What it hangs on: outcomes of other questions; in CSV question = outcome, parted by semicolons.",
    "condition_text": "The words of its condition.",
    "note": "What the coder noted.",
}

READ_AS: Final = {
    "words": "The term of a standard, or else what an analyst read the words as.",
    "said": "What they were read as, of the side that they speak of.",
    "low": "The lower end of what they allow.",
    "high": "The upper end.",
    "n": "How many scored claims.",
    "came_true": "How many of these came true.",
    "worth": "Mean of the range as a beta prior, updated with these.",
    "worth_low": "Its 5 % point.",
    "worth_high": "Its 95 % point.",
}

CRPS: Final = {
    "unit": "The unit, or `share of the range`.",
    "n": "How many claims.",
    "mean": "Mean CRPS in that unit, lower is better.",
    "coverage": "Share of outcomes inside the stated intervals.",
}

_TOGETHER: Final = (
    *("bucket", "prediction", "article", "article_title", "paragraph", "made_on", "claim"),
    *("claim_type endorsement phrase phrase_about", "question", "question_title", "kind scenario"),
    *("basis standard probability low high", "readings probabilities quantiles outcome", "known_on evidence"),
    *("brier log_loss crps crps_unit why_not_scored brier_best brier_worst best_on worst_on",),
    "condition condition_text note",
)
"""The fields of a claim in their order, those together that many claims share."""

_OF_ITS_OWN: Final = frozenset({"prediction", "article", "article_title", "claim", "question", "question_title"})
"""Texts of which a large ledger has too many to remember them."""

_REMEMBERED: Final = 1 << 13


def claim_writer(
    write: Callable[[str], Callable[[Any], str]],
    write_texts: Callable[[Sequence[str]], Iterable[str]],
    label: Callable[[str], str],
    between: str,
) -> Callable[[Sequence[CardClaim], str, str], Iterator[str]]:
    """What writes claims, a line each, with what stands before and after each of them: `write` gives what writes a
    field's values, `write_texts` writes a column of texts, `label` is what stands before each value.

    It goes a column at a time, and what many claims share is written once.
    """

    def together(writers: list[Callable[[Any], str]], form: str, *values: Any) -> str:
        return form % tuple([one(value) for one, value in zip(writers, values, strict=True)])

    parts: list[tuple[list[str], str, Callable[..., Iterable[str]]]] = []
    for names in map(str.split, _TOGETHER):
        if names[0] in _OF_ITS_OWN:
            parts.append((names, label(names[0]), write_texts))
        else:
            form = between.join(f"{label(name)}%s" for name in names)
            shared = lru_cache(_REMEMBERED)(partial(together, list(map(write, names)), form))
            parts.append((names, "", partial(map, shared)))

    def lines(claims: Sequence[CardClaim], before: str, after: str) -> Iterator[str]:
        columns = dict(zip(CardClaim._fields, zip(*claims, strict=True), strict=False))
        if not columns:
            return iter(())
        texts: list[Iterable[str]] = []
        for names, said, one in parts:
            texts.append(repeat((between if texts else before) + said, len(claims)))
            texts.append(one(*(columns[name] for name in names)))
        return map("".join, zip(*texts, repeat(after, len(claims)), strict=True))

    return lines
