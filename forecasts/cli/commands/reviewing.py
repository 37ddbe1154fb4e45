"""What others read in a claim, dispute or propose: `add reading`, `objection` and `answer`, `agreement`, `propose`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from forecasts import services
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import COMPLETE, AsJson, read_date_option
from forecasts.cli.output import Column, note, print_json, say, say_moves, say_table, undoable, wrapped
from forecasts.cli.session import find_place, opened, read_only
from forecasts.domain.formats import NOTHING, and_more, counted, favoured, figure, percent, percent_range
from forecasts.domain.plain_records import plain_record
from forecasts.domain.proposals import PlacedProposal, ProducerAgreement
from forecasts.domain.records import Objection, Reading
from forecasts.domain.second_reading import ReadClaim

app = CommandGroup()

ReadPrediction = Annotated[
    str,
    typer.Argument(metavar="PREDICTION", autocompletion=COMPLETE["prediction"], help="The prediction that was read."),
]
Share = Annotated[float, typer.Option(metavar="P", help="The probability of YES that the words give, 0 to 1.")]


def add_reading(
    prediction: ReadPrediction,
    probability: Share,
    low: Annotated[float | None, typer.Option(metavar="P", help="The lowest that the words allow.")] = None,
    high: Annotated[float | None, typer.Option(metavar="P", help="The highest that the words allow.")] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="It was read without seeing the outcome or anybody else's number.")
    ] = False,
) -> None:
    """Record your own reading of a claim beside the first.

    The score then uses the number that all agree on, or the mean.
    """
    intent = Reading(analyst="", prediction=prediction, probability=probability, low=low, high=high, blind=blind)
    with opened(writes=True) as ledger:
        effect = services.reviews.record_reading(ledger, intent)
        by = ledger.analyst
    if effect.entry is None:
        say("This reading was there already.")
        return
    say(f"Read by {by}: {favoured(probability)} (entry {effect.entry})")
    say_moves(effect.moves)


@app.command()
def agreement(
    proposals: Annotated[bool, typer.Option("--proposals", help="Of programs' proposals, by what made them.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell how far analysts agree, and on which claims they do not."""
    if proposals:
        _tell_producers(as_json=as_json)
        return
    ledger = read_only()
    found = services.reviews.read_agreement(ledger)
    if as_json:
        claims = [_claim_object(claim) for claim in found.claims]
        print_json({"alpha": found.alpha, "reason": found.reason or None, "n": len(claims), "claims": claims})
        return
    alpha = figure(found.alpha, 3) if found.alpha is not None else f"{NOTHING} ({found.reason})"
    say(
        f"Krippendorff's alpha, interval data: {alpha}",
        f"{counted(len(found.claims), 'prediction')} read by two analysts or more",
        "",
    )
    columns = (Column("Prediction", least=12), Column("Words", least=12), Column("Numbers"), Column("Scored", "right"))
    say_table(columns, [_claim_row(claim) for claim in found.disagreements])


def _tell_producers(*, as_json: bool) -> None:
    """How the proposals of each tool, model and prompt agree with what was recorded without them."""
    with opened() as ledger:
        producers = services.proposing.producer_agreement(ledger)
    if as_json:
        print_json([
            {**asdict(one), **{name: getattr(one, name) for name in ("precision", "recall", "f1")}} for one in producers
        ])  # fmt: skip
        return
    if not producers:
        say(
            "No article with proposals was read without them yet: `forecasts propose ARTICLE --read` says that one was."
        )
        return
    right = ("Read", "Precision", "Recall", "F1", "Nowhere", "Accepted", "Unchanged")
    columns = (Column("Tool, model, prompt", least=12), *(Column(name, "right") for name in right))
    say_table(columns, [_producer_row(one) for one in producers])


def _producer_row(one: ProducerAgreement) -> tuple[object, ...]:
    shares = (
        f"{percent(share[0])} ({percent_range(*share[1:])})" if share else NOTHING
        for share in (one.precision, one.recall)
    )
    f1 = NOTHING if one.f1 is None else figure(one.f1, 2)
    return (one.producer, one.articles, *shares, f1, one.nowhere, one.accepted, one.unchanged)


def _claim_row(claim: ReadClaim) -> tuple[object, ...]:
    numbers = ", ".join(f"{reading.analyst} {favoured(reading.probability)}" for reading in claim.readings)
    used = "first" if claim.number is None else f"mean {favoured(claim.number)}"
    return (claim.prediction, claim.phrase or claim.claim, numbers, used)


def _claim_object(claim: ReadClaim) -> dict[str, Any]:
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


_LABEL = 11

DisputedPrediction = Annotated[
    str,
    typer.Option(
        "--prediction", metavar="SLUG", autocompletion=COMPLETE["prediction"], help="How this prediction was read …"
    ),
]
DisputedQuestion = Annotated[
    str,
    typer.Option(
        "--question",
        metavar="SLUG",
        autocompletion=COMPLETE["question"],
        help="… or how this question was put or resolved.",
    ),
]
Objector = Annotated[str, typer.Option("--by", metavar="NAME", help="Who objects.")]


def add_objection(
    by: Objector,
    text: Annotated[str, typer.Option(metavar="TEXT", help="The objection, in its own words.")],
    prediction: DisputedPrediction = "",
    question: DisputedQuestion = "",
    made_on: Annotated[str | None, typer.Option(metavar="DATE", help="When it was made; default: today.")] = None,
    answer: Annotated[str, typer.Option(metavar="TEXT", help="What is answered, if that is known.")] = "",
) -> None:
    """Record who objects to a coding or resolution.

    The scorecards that it touches print it, with the answer.
    """
    _require_one(prediction, question)
    day = read_date_option("--made-on", made_on)
    with opened(writes=True) as ledger:
        recorded, entry = services.reviews.add_objection(
            ledger, prediction=prediction, question=question, by=by, text=text, made_on=day, answer=answer
        )
    _say_objection(recorded, entry)


def answer_objection(
    by: Objector,
    text: Annotated[str, typer.Option(metavar="TEXT", help="The answer.")],
    prediction: DisputedPrediction = "",
    question: DisputedQuestion = "",
    made_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day of the objection, where there are several …")
    ] = None,
    begins: Annotated[str, typer.Option(metavar="WORDS", help="… or the words with which it begins.")] = "",
) -> None:
    """Record the answer to an objection.

    It stands in place of an earlier answer, which the history keeps.
    """
    _require_one(prediction, question)
    day = read_date_option("--made-on", made_on)
    with opened(writes=True) as ledger:
        recorded, entry = services.reviews.answer_objection(
            ledger, prediction=prediction, question=question, by=by, answer=text, made_on=day, text=begins
        )
    _say_objection(recorded, entry)


def _require_one(prediction: str, question: str) -> None:
    if bool(prediction) == bool(question):
        msg = "name what is disputed, one of the two."
        raise typer.BadParameter(msg, param_hint="'--prediction' / '--question'")


def _say_objection(objection: Objection, entry: int | None) -> None:
    kind, slug = ("prediction", objection.prediction) if objection.prediction else ("question", objection.question)
    say(f"Objection by {objection.by} to {kind} {slug}, {objection.made_on}")
    for label, words in (("objection", objection.text), ("answer", objection.answer or NOTHING)):
        for place, line in enumerate(wrapped(words, _LABEL).splitlines()):
            say(f"{'' if place else label:<{_LABEL}}{line}")
    taken_back = undoable(entry)
    say("", taken_back if entry else "Nothing was changed: this answer was there.")


_SHOWN = 10


@app.command()
def propose(
    article: Annotated[
        str, typer.Argument(metavar="ARTICLE", autocompletion=COMPLETE["article"], help="The article's slug.")
    ],
    file: Annotated[Path | None, typer.Option("--from", metavar="FILE.jsonl", help="Proposals, one a line.")] = None,
    command: Annotated[
        str, typer.Option(metavar="'PROGRAM ARGS'", help="A program that reads the text and prints proposals.")
    ] = "",
    annotations: Annotated[Path | None, typer.Option(metavar="FILE", help="An export of Hypothes.is.")] = None,
    rules: Annotated[bool, typer.Option("--rules", help="The program's own words of likelihood.")] = False,
    read: Annotated[bool, typer.Option("--read", help="Say that the text was read without proposals.")] = False,
    unread: Annotated[
        bool, typer.Option("--unread", help="Show them unread; noted, and counts for no program.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Keep what a program proposes of an article, or list it.

    Proposals are hidden until the text was read without them (--read); none of them enters unread.
    `forecasts schema proposals` has their format.
    """
    if sum(map(bool, (file, command, annotations, rules, read, unread))) > 1:
        msg = "give one of --from, --command, --annotations, --rules, --read and --unread"
        raise typer.BadParameter(msg, param_hint="'--from'")
    with opened() as ledger:
        if command:
            note(f"Running: {command}")
        if file or command or annotations or rules:
            if file:
                report = services.proposing.propose_file(ledger, article, file)
            elif command:
                report = services.proposing.propose_command(ledger, article, command)
            elif annotations:
                report = services.proposing.propose_annotations(ledger, article, annotations)
            else:
                report = services.proposing.propose_rules(ledger, article, find_place().settings.standard)
            kept = counted(report.kept, "proposal")
            say(f"{kept} kept, {report.repeated:,} repeated, {len(report.refused):,} refused.")
            note(*report.refused[:_SHOWN])
            note(*(f"stands nowhere in the text: “{exact}”" for exact in report.nowhere[:_SHOWN]))
            more = and_more(len(report.refused[_SHOWN:]) + len(report.nowhere[_SHOWN:]))
            note(*filter(None, (more,)))
            return
        show = (
            services.proposing.finish_blind
            if read
            else services.proposing.open_proposals
            if unread
            else services.proposing.article_proposals
        )
        found = show(ledger, article)
    if as_json:
        print_json([_proposal_object(one) for one in found.shown()])
    elif found.blind is None and not found.is_open:
        say(f"{counted(len(found.proposals), 'proposal')}, hidden until the text was read without them.")
        note(f"`forecasts propose {article} --read` says that it was.")
    else:
        words, claim = Column("Words", least=20), Column("Claim", least=12)
        columns = (Column("¶", "right"), words, claim, Column("By"), Column("State"))
        say_table(columns, [_row(one) for one in found.shown()])
        note(*([f"{said}."] if (said := found.compared()) else ()))


def _row(one: PlacedProposal) -> tuple[object, ...]:
    said = one.proposal
    claim = f"no prediction: {said.not_a_prediction}" if said.not_a_prediction else said.claim
    return (one.paragraph, said.exact, claim, said.by.name, one.state)


def _proposal_object(one: PlacedProposal) -> dict[str, Any]:
    where = {name: getattr(one, name) for name in ("paragraph", "start", "end", "state")}
    return {**plain_record(one.proposal), **where}
