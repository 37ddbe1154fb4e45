"""`forecasts add reading` and `forecasts agreement`: a second analyst's number, and how far analysts agree."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecasts.cli.completion import complete_prediction
from forecasts.cli.families import Family
from forecasts.cli.options import Analyst, AsJson, Database
from forecasts.cli.output import NOTHING, figure, percent, print_json, say, say_moves
from forecasts.cli.session import opened
from forecasts.cli.tables import Column, say_table

if TYPE_CHECKING:
    from forecasts.domain.second_reading import ReadClaim

app = Family()

OfPrediction = Annotated[
    str, typer.Argument(metavar="PREDICTION", autocompletion=complete_prediction, help="The claim that was read.")
]
Share = Annotated[float, typer.Option(metavar="P", help="The probability of YES that the words give, 0 to 1.")]


def add(
    prediction: OfPrediction,
    probability: Share,
    low: Annotated[float | None, typer.Option(metavar="P", help="The lowest that the words allow.")] = None,
    high: Annotated[float | None, typer.Option(metavar="P", help="The highest that the words allow.")] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="It was read without seeing the outcome or anybody else's number.")
    ] = False,
    database: Database = None,
    analyst: Analyst = None,
) -> None:
    """Record your own reading of a claim beside the first.

    The score then uses the number that all agree on, or the mean.
    """
    from forecasts.domain.second_reading import RecordReading
    from forecasts.services.readings import record_reading

    intent = RecordReading(prediction=prediction, probability=probability, low=low, high=high, blind=blind)
    with opened(database, analyst) as ledger:
        effect = record_reading(ledger, intent)
        by = ledger.analyst
    if effect.entry is None:
        say("This reading was there already.")
        return
    say(f"Read by {by}: {percent(probability)} (entry {effect.entry})")
    say_moves(effect.moves)


@app.command()
def agreement(as_json: AsJson = False, database: Database = None, analyst: Analyst = None) -> None:
    """Tell how far analysts agree, and on which claims they do not."""
    from forecasts.services.readings import read_agreement

    with opened(database, analyst) as ledger:
        found = read_agreement(ledger)
    if as_json:
        claims = [_object(claim) for claim in found.claims]
        print_json({"alpha": found.alpha, "reason": found.reason or None, "n": len(claims), "claims": claims})
        return
    alpha = figure(found.alpha, 3) if found.alpha is not None else f"{NOTHING} ({found.reason})"
    say(f"Krippendorff's alpha, interval data: {alpha}", f"{len(found.claims)} claims read by two analysts or more", "")
    columns = (Column("Prediction", least=12), Column("Words", least=12), Column("Numbers"), Column("Scored", "right"))
    say_table(columns, [_row(claim) for claim in found.disagreements])


def _row(claim: "ReadClaim") -> tuple[object, ...]:
    numbers = ", ".join(f"{reading.analyst} {percent(reading.probability)}" for reading in claim.readings)
    used = "first" if claim.number is None else f"mean {percent(claim.number)}"
    return (claim.prediction, claim.phrase or claim.claim, numbers, used)


def _object(claim: "ReadClaim") -> dict[str, Any]:
    used = "first" if claim.number is None else "agreed" if claim.spread == 0 else "mean"
    return {
        "prediction": claim.prediction,
        "claim": claim.claim,
        "phrase": claim.phrase,
        "question": claim.question,
        "spread": claim.spread,
        "used": used,
        "number": claim.number,
        "readings": [{name: getattr(reading, name) for name in reading.__slots__} for reading in claim.readings],
    }
