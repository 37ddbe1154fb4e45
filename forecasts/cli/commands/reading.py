"""`forecasts read`: the articles with what was recorded from each, and one article by its paragraphs."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

import typer

from forecasts import services
from forecasts.cli.groups import CommandGroup
from forecasts.cli.options import AsJson, complete_slug
from forecasts.cli.output import SLUG, Column, note, print_json, say, say_table, wrapped
from forecasts.cli.session import read_only
from forecasts.domain.article_views import ArticleReading, ReadParagraph
from forecasts.domain.formats import NOTHING, counted
from forecasts.domain.glossary import label, vague_because
from forecasts.domain.marks import RECORDED, REJECTED, every_number, says

app = CommandGroup()

_PAGE = 500
_INDENT = 6


@app.command()
def read(
    article: Annotated[
        str, typer.Argument(autocompletion=complete_slug, help="The article's slug; without it, all of them.")
    ] = "",
    text: Annotated[str, typer.Option(metavar="WORDS", help="Only articles with these words.")] = "",
    as_json: AsJson = False,
) -> None:
    """Read an article with its claims by paragraph, or list articles."""
    if article and text:
        msg = "name one article, or words to find articles by."
        raise typer.BadParameter(msg, param_hint="'--text'")
    ledger = read_only()
    if article:
        reading = services.articles.article_reading(ledger, article)
        if as_json:
            print_json(_reading_object(reading))
        else:
            _say_reading(reading)
    else:
        _list(ledger, text, as_json=as_json)


def _list(ledger: "services.read_only.ReadableLedger", words: str, *, as_json: bool) -> None:
    window = services.articles.open_articles(ledger, words)
    rows = [row for first in range(0, len(window), _PAGE) for row in window.rows(first, _PAGE)]
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    if not rows:
        note("No articles match." if words else "No articles are here yet.")
        return
    columns = (
        SLUG,
        Column("Published"),
        Column("Predictions", "right"),
        Column("Rejected", "right"),
        Column("Text"),
        Column("Title", least=12),
    )
    table = [
        (row.slug, row.published_on, row.claims, row.passages, "attached" if row.has_text else NOTHING, row.title)
        for row in rows
    ]
    say_table(columns, table)


def _say_reading(reading: ArticleReading) -> None:
    article = reading.article
    claims = sum(len(paragraph.predictions) for paragraph in reading.paragraphs)
    passages = sum(len(paragraph.passages) for paragraph in reading.paragraphs)
    by = ", ".join(name for name in (*reading.author_names, reading.outlet_name) if name)
    say(article.title, f"{article.published_on}  {by}", f"{counted(claims, 'prediction')}, {passages} rejected")
    for paragraph in reading.paragraphs:
        say("")
        head = f"{paragraph.number or NOTHING:>4}  "
        lines = [line for said in _lines_of(paragraph) for line in wrapped(said, _INDENT).splitlines()]
        say(*(f"{head if place == 0 else ' ' * _INDENT}{line}" for place, line in enumerate(lines)))
    if reading.text is None:
        note("", f"The text is not attached: `forecasts attach {article.slug} FILE` keeps a copy here.")


def _lines_of(paragraph: ReadParagraph) -> Iterator[str]:
    if paragraph.text:
        yield paragraph.text
    for claim in paragraph.predictions:
        record = claim.record
        words = f" “{record.phrase}”" if record.phrase else f" {record.claim}"
        state = claim.outcome or (label(claim.status) if claim.status else "")
        number = claim.number
        other = every_number(record.probabilities, record.quantiles)
        shown = says(record.claim_type, number.probability, other, number.low, number.high)
        about = claim.question_title or vague_because(record.unscorable).removeprefix(f"{shown}: ")
        who = ", ".join(claim.speaker_names) or "somebody"
        said = (f"{RECORDED} {who} {shown}{words}", record.endorsement.value, about, claim.only_if, state, record.slug)
        yield " · ".join(part for part in said if part)
    for passage in paragraph.passages:
        why = f": {passage.record.note}" if passage.record.note else ""
        yield f"{REJECTED} no prediction, {passage.record.reason.value} “{passage.record.phrase}”{why}"


def _reading_object(reading: ArticleReading) -> dict[str, Any]:
    from forecasts.domain.plain_records import plain_record

    return {
        "article": plain_record(reading.article),
        "text_attached": reading.text is not None,
        "paragraphs": [
            {
                "paragraph": paragraph.number,
                "text": paragraph.text,
                "predictions": [plain_record(claim.record) for claim in paragraph.predictions],
                "passages": [plain_record(passage.record) for passage in paragraph.passages],
            }
            for paragraph in reading.paragraphs
        ],
    }
