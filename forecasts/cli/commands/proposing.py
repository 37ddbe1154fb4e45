"""`forecasts propose`: what programs suggest of an article, shown when its text has been read without them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import COMPLETE, AsJson
from forecasts.cli.output import note, print_json, say
from forecasts.cli.session import find_place, opened
from forecasts.cli.tables import Column, say_table
from forecasts.domain.formats import counted

if TYPE_CHECKING:
    from forecasts.domain.proposals import PlacedProposal

app = CommandGroup()

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
    from forecasts.services import proposing

    if sum(map(bool, (file, command, annotations, rules, read, unread))) > 1:
        msg = "give one of --from, --command, --annotations, --rules, --read and --unread"
        raise typer.BadParameter(msg, param_hint="'--from'")
    with opened() as ledger:
        if command:
            note(f"Running: {command}")
        if file or command or annotations or rules:
            if file:
                report = proposing.propose_file(ledger, article, file)
            elif command:
                report = proposing.propose_command(ledger, article, command)
            elif annotations:
                report = proposing.propose_annotations(ledger, article, annotations)
            else:
                report = proposing.propose_rules(ledger, article, find_place().settings.standard)
            kept = counted(report.kept, "proposal")
            say(f"{kept} kept, {report.repeated:,} repeated, {len(report.refused):,} refused.")
            note(*report.refused[:_SHOWN])
            note(*(f"stands nowhere in the text: “{exact}”" for exact in report.nowhere[:_SHOWN]))
            more = len(report.refused[_SHOWN:]) + len(report.nowhere[_SHOWN:])
            note(*([f"and {more:,} more"] if more else ()))
            return
        show = proposing.finish_blind if read else proposing.open_proposals if unread else proposing.article_proposals
        found = show(ledger, article)
    if as_json:
        print_json([_described(one) for one in found.shown()])
    elif found.blind is None and not found.is_open:
        say(f"{counted(len(found.proposals), 'proposal')}, hidden until the text was read without them.")
        note(f"`forecasts propose {article} --read` says that it was.")
    else:
        words, claim = Column("Words", least=20), Column("Claim", least=12)
        columns = (Column("¶", "right"), words, claim, Column("By"), Column("State"))
        say_table(columns, [_row(one) for one in found.shown()])
        note(*([f"{said}."] if (said := found.compared()) else ()))


def _row(one: "PlacedProposal") -> tuple[object, ...]:
    said = one.proposal
    claim = f"no prediction: {said.not_a_prediction}" if said.not_a_prediction else said.claim
    return (one.paragraph, said.exact, claim, said.by.name, one.state)


def _described(one: "PlacedProposal") -> dict[str, Any]:
    from forecasts.domain.plain_records import plain_record

    where = {name: getattr(one, name) for name in ("paragraph", "start", "end", "state")}
    return {**plain_record(one.proposal), **where}
