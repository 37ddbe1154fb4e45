"""The columns of the table of predictions and outcomes: what `export csv` writes and `import csv` reads.

A row is one prediction with its question and outcome. A row without a source is a question that nobody predicted on,
with its outcome. An empty cell is unknown, and leaves alone what the ledger has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecasts.domain.references import nearest
from forecasts.domain.values import shown
from forecasts.text import safe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasts.interchange.imports.reports import ImportOptions
    from forecasts.interchange.imports.tables import Table


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the kind of record and the field that it fills, how its cells are written, what it says."""

    name: str
    table: str
    field: str
    form: str
    says: str


_ALL = (
    Column("prediction", "prediction", "slug", "slug", "the prediction's own name"),
    Column("source", "prediction", "speakers", "names", "whose forecast it is: slugs, or names; several joined by ;"),
    Column("source_name", "source", "name", "texts", "their names, in the same order"),
    Column("source_kind", "source", "kind", "words", "their kinds: person, outlet, organisation, official, group …"),
    Column("source_anonymous", "source", "anonymous", "flags", "whether each stands for people without a name"),
    Column("via", "prediction", "via", "names", "sources that the prediction passed through"),
    Column("article", "article", "slug", "slug", "the document in which it stands"),
    Column("article_title", "article", "title", "text", "its title"),
    Column("article_date", "article", "published_on", "span", "when it was published: a day, or a span first/last"),
    Column("article_url", "article", "url", "text", "its address"),
    Column("article_coverage", "article", "coverage", "word", "full where every prediction in it was recorded"),
    Column("outlet", "article", "outlet", "name", "the source that published it"),
    Column("authors", "article", "authors", "names", "the sources that wrote it"),
    Column("made_on", "prediction", "made_on", "span", "when the prediction was made: a day, or a span first/last"),
    Column("claim", "prediction", "claim", "text", "what was said, in one sentence"),
    Column("claim_type", "prediction", "claim_type", "word", "forecast, possibility, announcement or presupposition"),
    Column("phrase", "prediction", "phrase", "text", "the words that carry the likelihood, verbatim"),
    Column("phrase_about", "prediction", "phrase_about", "word", "the outcome that they speak of: yes or no"),
    Column("paragraph", "prediction", "paragraph", "whole", "where they stand in the text"),
    Column("attribution", "prediction", "attribution", "word", "stated, inferred or ambiguous"),
    Column("fidelity", "prediction", "fidelity", "word", "how true a relay is to what was said"),
    Column("endorsement", "prediction", "endorsement", "word", "what the article does with it: own, relayed …"),
    Column("fit", "prediction", "fit", "word", "how well the question is what was said: exact, operationalised, proxy"),
    Column("probability", "prediction", "probability", "share", "of YES, on a question answered by yes or no"),
    Column("low", "prediction", "low", "share", "the lower end of what the words allow"),
    Column("high", "prediction", "high", "share", "the upper end"),
    Column("probabilities", "prediction", "probabilities", "shares", "of each option: A: 0.2; B: 0.8"),
    Column("quantiles", "prediction", "quantiles", "quantiles", "of a number or a day: 0.05: 3; 0.5: 7; 0.95: 14"),
    Column("basis", "prediction", "basis", "word", "who chose the number: stated, standard, survey or analyst"),
    Column("standard", "prediction", "standard", "slug", "the wording standard that it was read by"),
    Column("condition", "prediction", "condition", "conditions", "what the claim hangs on: question = outcome; …"),
    Column("condition_text", "prediction", "condition_text", "text", "the condition in words"),
    Column("unscorable", "prediction", "unscorable", "text", "why it cannot be tested"),
    Column("restates", "prediction", "restates", "slug", "the prediction that it says again"),
    Column("supersedes", "prediction", "supersedes", "slug", "the earlier prediction that it revises"),
    Column("coded_by", "prediction", "coded_by", "text", "who recorded it"),
    Column("coded_on", "prediction", "coded_on", "day", "when it was recorded"),
    Column("note", "prediction", "note", "text", "a note on it"),
    Column("question", "question", "slug", "name", "the event: its slug, or its title"),
    Column("question_title", "question", "title", "text", "its title"),
    Column("question_kind", "question", "kind", "word", "binary, multiple_choice, ordered, numeric or date"),
    Column("scenario", "question", "scenario", "name", "the storyline that it belongs to"),
    Column("criteria", "question", "criteria", "text", "what makes it resolve each way; its title where there is none"),
    Column("opens_on", "question", "opens_on", "day", "when it opens"),
    Column("closes_on", "question", "closes_on", "day", "the last day on which a prediction counts"),
    Column("resolves_on", "question", "resolves_on", "day", "its deadline, inclusive"),
    Column("written_on", "question", "written_on", "day", "when it was written"),
    Column("options", "question", "options", "texts", "the options: A; B; C"),
    Column("unit", "question", "unit", "text", "the unit of a number"),
    Column("range", "question", "range", "range", "the range of a number or a day: lowest; highest"),
    Column(
        "question_condition", "question", "condition", "conditions", "what the question hangs on: question = outcome"
    ),
    Column("variant_of", "question", "variant_of", "slug", "the question of which it is another fair reading"),
    Column("references", "question", "references", "references", "base rates or prices of YES: day: share: whence; …"),
    Column("outcome", "resolution", "outcome", "text", "what happened: yes, no, an option, a number or a day"),
    Column("void", "resolution", "void", "word", "or why the question scores nobody: unclear-facts, bad-question"),
    Column("known_on", "resolution", "known_on", "span", "since when the outcome could be known"),
    Column("certainty", "resolution", "certainty", "word", "how sure that is: high, medium or low"),
    Column("resolved_at", "resolution", "resolved_at", "text", "when somebody said so: 2026-11-21T10:00:00Z"),
    Column("resolved_by", "resolution", "analyst", "text", "who said so"),
    Column("evidence", "resolution", "evidence", "texts", "titles of the evidence, joined by ;"),
    Column("evidence_url", "resolution", "evidence_url", "texts", "their addresses, in the same order"),
    Column("resolution_note", "resolution", "note", "text", "why this outcome meets the criteria"),
)

COLUMNS: Final[Mapping[str, Column]] = {column.name: column for column in _ALL}
"""Every column by name, in the order in which they are written."""

HEADER: Final = tuple(COLUMNS)
NUMBERS: Final = ("probability", "low", "high", "probabilities")
"""Columns whose scale has to be stated."""

REQUIRED: Final = ("source", "question")


def choose_columns(table: Table, options: ImportOptions) -> dict[int, Column]:
    """Which column of ours stands at which place of the header: as mapped, else by name whatever its case.

    InvalidInputError where one is mapped to what is not there, a needed one is missing, or the scale is not stated.
    """
    problems, found = table.problems, dict[int, Column]()
    for ours, theirs in options.columns.items():
        if ours not in COLUMNS:
            near = nearest(ours, COLUMNS, 1)
            expected = f"one of our columns; did you mean {near[0]}?" if near else "one of: " + ", ".join(COLUMNS)
            problems.add("--map", safe(ours, 40), "no column of ours", expected)
        elif theirs not in table.header:
            expected = "one of: " + ", ".join(safe(column, 30) for column in table.header[:20])
            problems.add("--map", ours, shown(theirs), expected)
        else:
            found[table.header.index(theirs)] = COLUMNS[ours]
    mapped = {column.name for column in found.values()}
    for place, header in enumerate(table.header):
        plain = header.strip().casefold().replace(" ", "_")
        if place not in found and plain in COLUMNS and plain not in mapped:
            found[place] = COLUMNS[plain]
            mapped.add(plain)
    for needed in REQUIRED:
        if needed not in mapped:
            expected = f"a column {needed} ({COLUMNS[needed].says}), or --map {needed}=…"
            problems.add("line 1", needed, "no such column", expected)
    is_ours = tuple(table.header) == HEADER
    if options.scale not in {"share", "percent"} and not is_ours and mapped.intersection(NUMBERS):
        found_columns = ", ".join(name for name in NUMBERS if name in mapped)
        problems.add("line 1", found_columns, "no scale", "--scale share (0 to 1) or --scale percent (0 to 100)")
    problems.refuse(table.name)
    return found
