"""`forecasts add objection` and `add answer`: who disputes which coding or resolution, and what is answered."""

from typing import Annotated

import typer

from forecasts.cli.completion import complete_prediction, complete_question
from forecasts.cli.options import Analyst, Database, read_date_option
from forecasts.cli.output import NOTHING, say, wrapped
from forecasts.cli.session import opened
from forecasts.domain.records import Objection

_LABEL = 11

OfPrediction = Annotated[
    str,
    typer.Option(
        "--prediction", metavar="SLUG", autocompletion=complete_prediction, help="How this prediction was read …"
    ),
]
OfQuestion = Annotated[
    str,
    typer.Option(
        "--question",
        metavar="SLUG",
        autocompletion=complete_question,
        help="… or how this question was put or resolved.",
    ),
]
Objector = Annotated[str, typer.Option("--by", metavar="NAME", help="Who objects.")]


def add(
    by: Objector,
    text: Annotated[str, typer.Option(metavar="TEXT", help="The objection, in its own words.")],
    prediction: OfPrediction = "",
    question: OfQuestion = "",
    made_on: Annotated[str | None, typer.Option(metavar="DATE", help="When it was made; default: today.")] = None,
    answer: Annotated[str, typer.Option(metavar="TEXT", help="What is answered, if that is known.")] = "",
    database: Database = None,
    analyst: Analyst = None,
) -> None:
    """Record who objects to a coding or resolution.

    The scorecards that it touches print it, with the answer.
    """
    _require_one(prediction, question)
    from forecasts.services.objections import AddObjection, add_objection

    intent = AddObjection(
        prediction=prediction,
        question=question,
        by=by,
        text=text,
        made_on=read_date_option("--made-on", made_on),
        answer=answer,
    )
    with opened(database, analyst) as ledger:
        recorded, entry = add_objection(ledger, intent)
    _say(recorded, entry)


def answer(
    by: Objector,
    text: Annotated[str, typer.Option(metavar="TEXT", help="The answer.")],
    prediction: OfPrediction = "",
    question: OfQuestion = "",
    made_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day of the objection, where there are several …")
    ] = None,
    begins: Annotated[str, typer.Option(metavar="WORDS", help="… or the words with which it begins.")] = "",
    database: Database = None,
    analyst: Analyst = None,
) -> None:
    """Record the answer to an objection.

    It stands in place of an earlier answer, which the history keeps.
    """
    _require_one(prediction, question)
    from forecasts.services.objections import AnswerObjection, answer_objection

    intent = AnswerObjection(
        prediction=prediction,
        question=question,
        by=by,
        answer=text,
        made_on=read_date_option("--made-on", made_on),
        text=begins,
    )
    with opened(database, analyst) as ledger:
        recorded, entry = answer_objection(ledger, intent)
    _say(recorded, entry)


def _require_one(prediction: str, question: str) -> None:
    if bool(prediction) == bool(question):
        msg = "name what is disputed, one of the two."
        raise typer.BadParameter(msg, param_hint="'--prediction' / '--question'")


def _say(objection: Objection, entry: int | None) -> None:
    kind, slug = ("prediction", objection.prediction) if objection.prediction else ("question", objection.question)
    say(f"Objection by {objection.by} to {kind} {slug}, {objection.made_on}")
    for label, words in (("objection", objection.text), ("answer", objection.answer or NOTHING)):
        for place, line in enumerate(wrapped(words, _LABEL).splitlines()):
            say(f"{'' if place else label:<{_LABEL}}{line}")
    taken_back = f"History entry {entry}. `forecasts undo` takes it back."
    say("", taken_back if entry else "Nothing was changed: this answer was there.")
