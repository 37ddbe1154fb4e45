"""`forecasts edit`, `remove`, `merge`, `attach`, `detach`: changing what is recorded, with its history kept."""

from enum import StrEnum
from typing import Annotated

import typer

from forecasts import services
from forecasts.cli.commands.adding import edit_until_taken, say_done
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import COMPLETE, complete_slug
from forecasts.cli.output import note, say, undoable
from forecasts.cli.session import opened
from forecasts.domain.formats import NOTHING, counted
from forecasts.domain.intents import AttachText, DescribeRecord, DetachText, EditRecord, MergeSources, RemoveRecord
from forecasts.domain.plain_records import record_values
from forecasts.domain.records import name_of
from forecasts.domain.views import RecordsChanged

app = CommandGroup()
merging = CommandGroup("Make one of two records that are the same.")
app.add_typer(merging, name="merge")


Editable = StrEnum("Editable", "RECORD SOURCE ARTICLE SCENARIO QUESTION PREDICTION")
Removable = StrEnum("Removable", "SOURCE ARTICLE SCENARIO QUESTION PREDICTION PASSAGE")


Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept in the history.")]


@app.command()
def edit(
    kind: Annotated[Editable, typer.Argument(help="The kind of record; record is the whole of it.")],
    slug: Annotated[
        str, typer.Argument(metavar="SLUG", autocompletion=complete_slug, help="Its slug; the whole record has none.")
    ] = "",
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="The whole record's title.")] = None,
    description: Annotated[str | None, typer.Option(metavar="TEXT", help="What the whole record is about.")] = None,
    selection: Annotated[str | None, typer.Option(metavar="TEXT", help="How its articles are chosen.")] = None,
    reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why; needed where the criteria of a question with predictions change.")
    ] = "",
) -> None:
    """Edit a record in $EDITOR, or describe the whole record.

    Once a question has predictions, a change of its criteria is a dated clarification; its kind, options, unit and
    deadline stay.
    """
    if kind.value == "record":
        _describe(title, description, selection)
        return
    if not slug:
        msg = f"say which {kind.value}: its slug"
        raise typer.BadParameter(msg, param_hint="'SLUG'")
    with opened(writes=True) as ledger:
        before, version = services.record.find_record(ledger, kind.value, slug)
        name = name_of(before)

        def take(text: str) -> RecordsChanged:
            record = services.drafting.read_toml_draft(kind.value, text, name)
            return services.record.edit_record(
                ledger, EditRecord(record=record, reason=reason, expected_version=version)
            )

        heading = (f"The {kind.value} {name}. Save and close to change it; unchanged, nothing is done.",)
        done = edit_until_taken(
            f"{kind.value}-{name}", services.drafting.toml_template(kind.value, record_values(before), heading), take
        )
    if done is None:
        say("Nothing was changed.")
    else:
        say_done(done)


def _describe(*given: str | None) -> None:
    with opened(writes=True) as ledger:
        before = services.record.find_description(ledger)
        if all(text is None for text in given):
            for label, text in (("Title", before.title), ("About", before.description), ("Chosen", before.selection)):
                say(f"{label:<7} {text or NOTHING}")
            note("--title, --description and --selection change them.")
            return
        there = (before.title, before.description, before.selection)
        texts = (old if new is None else new for old, new in zip(there, given, strict=True))
        say_done(services.record.describe_record(ledger, DescribeRecord(**dict(zip(_SAID, texts, strict=True)))))


_SAID = ("title", "description", "selection")


@app.command()
def remove(
    kind: Annotated[Removable, typer.Argument(help="The kind of record.")],
    slug: Annotated[
        str,
        typer.Argument(
            metavar="SLUG", autocompletion=complete_slug, help="Its slug; of a passage “ARTICLE / PARAGRAPH / PHRASE”."
        ),
    ],
    reason: Why,
) -> None:
    """Remove a mistaken record; the history keeps it.

    What something refers to, or was resolved, is not removed.
    """
    with opened(writes=True) as ledger:
        say_done(services.record.remove_record(ledger, RemoveRecord(kind=kind.value, name=slug, reason=reason)))


@merging.command("source")
def merge_source(
    gone: Annotated[str, typer.Argument(metavar="A", autocompletion=COMPLETE["source"], help="The source that goes.")],
    kept: Annotated[str, typer.Argument(metavar="B", autocompletion=COMPLETE["source"], help="The source that stays.")],
    reason: Why,
) -> None:
    """Make one source of two that are one: A becomes B.

    Whatever names A names B from then on, and A's slug leads to B.
    """
    with opened(writes=True) as ledger:
        say_done(services.merge.merge_sources(ledger, MergeSources(gone=gone, kept=kept, reason=reason)))


Article = Annotated[
    str, typer.Argument(metavar="ARTICLE", autocompletion=COMPLETE["article"], help="The article's slug.")
]


@app.command()
def attach(
    article: Article,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A text file in UTF-8, of at most 2 MB.")],
) -> None:
    """Keep a copy of an article's text for the reader.

    Its SHA-256 is checked against the record. Texts are never exported.
    """
    with opened(writes=True) as ledger:
        done = services.texts.attach_text(ledger, AttachText(article=article, path=file))
    say(f"{', '.join(done.articles)}: {done.size:,} bytes in {counted(done.paragraphs, 'paragraph')}.")
    for what in done.not_found:
        note(what)
    if done.entry is None:
        say("It was attached already; nothing was changed.")
    else:
        say(undoable(done.entry))


@app.command()
def detach(
    article: Article, reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept in the history.")] = ""
) -> None:
    """Let an article have no text here.

    What was recorded from it stays, and an undo brings the text back.
    """
    with opened(writes=True) as ledger:
        entry = services.texts.detach_text(ledger, DetachText(article=article, reason=reason))
    say(f"The text of {article} is detached.", undoable(entry))
