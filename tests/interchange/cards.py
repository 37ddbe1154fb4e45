"""A document of two scorecards, with words that mean harm."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from forecasts.domain.card_claims import CardClaim, CrpsFigure
from forecasts.domain.card_pages import PrintedCard, Publication
from forecasts.domain.dates import Span
from forecasts.domain.kinds import Bucket, ClaimType, QuestionKind, Side, SourceKind
from forecasts.domain.records import CriteriaRevision, Objection, OptionProbability, Quantile
from forecasts.domain.scorecards import Scorecard, ScorecardDocument, ScorecardFilters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

D = date(2022, 1, 19)
HOSTILE = "=1+1 | **bold** <script>x</script> [a](http://e.org) `c` www.e.org\n# h \\ é"

CLAIMS = (
    CardClaim(
        bucket=Bucket.SCORED,
        prediction="p1",
        article="a1",
        paragraph=7,
        made_on=Span(date(2022, 1, 9), date(2022, 1, 10)),
        claim="They will hardly be out.",
        phrase="hard to come true",
        phrase_about=Side.NO,
        question="q1",
        question_title="Out by 23 January?",
        kind=QuestionKind.BINARY,
        scenario="north",
        probability=0.1,
        low=0.02,
        high=0.2,
        outcome="yes",
        known_on=Span.of(D),
        brier=0.81,
        log_loss=2.302585092994046,
    ),
    CardClaim(
        bucket=Bucket.SCORED,
        prediction="p2",
        article="a1",
        claim=HOSTILE,
        question="q2",
        question_title=HOSTILE,
        kind=QuestionKind.ORDERED,
        probabilities=(
            OptionProbability(option="-1|x", probability=0.25),
            OptionProbability(option="=2", probability=0.75),
        ),
        outcome="=2",
        known_on=Span.of(D),
        brier=0.0625,
    ),
    CardClaim(
        bucket=Bucket.OPEN,
        prediction="p3",
        article="a1",
        claim="Some day.",
        question="q3",
        question_title="When?",
        kind=QuestionKind.DATE,
        quantiles=(Quantile(level=0.05, value=D), Quantile(level=0.5, value=date(2022, 3, 1))),
        why_not_scored="the question is open",
    ),
    CardClaim(
        bucket=Bucket.POSSIBILITIES,
        prediction="p4",
        article="a1",
        claim="@all It may split.",
        claim_type=ClaimType.POSSIBILITY,
        why_not_scored="a possibility is neither right nor wrong",
    ),
)

FULL = Scorecard(
    source="chan-kung",
    name="Chan Kung",
    kind=SourceKind.PERSON,
    predictions=4,
    scored=2,
    open=1,
    possibilities=1,
    brier=0.28,
    brier_low=0.11,
    brier_high=0.5,
    brier_scenario_low=0.07,
    brier_scenario_high=0.6,
    brier_best=0.17,
    brier_worst=0.48,
    log_loss=2.3,
    gain=0.1,
    reference="base rate",
    peer_score=-12.0,
    component=1,
    crps=(CrpsFigure(unit="=days", n=1, mean=2.5, coverage=None),),
    rank=1,
    rank_low=1,
    rank_high=2,
    enough=True,
    hindsight_questions=1,
    hindsight_predictions=2,
    hindsight_predictions_unknown=1,
    hindsight_references_unknown=1,
    proposed=2,
    reasons={"skill": "the mean reference Brier is below .05", "accuracy": "=evil|"},
    claims=CLAIMS,
    revisions=(CriteriaRevision(question="q1", replaced_on=D, criteria="old | words", reason="clearer"),),
    objections=(Objection(prediction="p1", by="Chan Kung", made_on=D, text="I said\n\nso.", answer=""),),
)
EMPTY = Scorecard(
    source="some-media",
    name="+Some *media*",
    kind=SourceKind.GROUP,
    anonymous=True,
    reasons={"brier": "nothing is resolved"},
    why_not_ranked="0 of 10 questions with a Brier score",
)
DOCUMENT = ScorecardDocument(
    formula_version="2",
    filters=ScorecardFilters(as_of=date(2026, 11, 21), scenario="csto-mission"),
    scorecards=(FULL, EMPTY),
)


def printed(document: ScorecardDocument, **more: object) -> Publication:
    """The document as it is handed to what writes it; `more` is printed beside every card."""
    pages = [PrintedCard(card, **more) for card in document.scorecards]  # type: ignore[arg-type]
    return Publication(document=document, pages=pages)


def texts_of(parts: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The whole texts, made in their order."""
    return {name: "".join(text) for name, text in parts.items()}
