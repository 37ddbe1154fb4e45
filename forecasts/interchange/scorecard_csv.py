"""Scorecards as CSV by RFC 4180: one table of figures, one of the claims behind them, one of CRPS where there is any.

A text cell that a spreadsheet would take for a formula begins with an apostrophe; numbers, dates and names of records
are never changed. An empty cell is unknown.
"""

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import chain
from operator import itemgetter
from typing import Any, Final

from forecasts.domain import scorecard_columns as columns
from forecasts.domain.card_claims import CardClaim, CrpsFigure
from forecasts.domain.card_pages import Publication
from forecasts.domain.fields import record_fields
from forecasts.domain.formats import RECEIPT_FILE, outcome_text
from forecasts.domain.plain_records import plain
from forecasts.domain.scorecards import Scorecard, ScorecardFilters
from forecasts.interchange.claim_lines import ClaimWriter
from forecasts.text import BEGINS_FORMULA, inert_cell

CARDS_FILE = "scorecards.csv"
CLAIMS_FILE = "scorecard-predictions.csv"
CRPS_FILE = "scorecard-crps.csv"
_FIRST = itemgetter(slice(1))
_LISTS = frozenset({"crps", "claims", "read_as", "revisions", "objections"})
_RENAMED = {"scenario": "filter_scenario", "basis": "filter_basis", "standard": "filter_standard"}
_HEAD = ("formula_version", *(_RENAMED.get(field.name, field.name) for field in dataclasses.fields(ScorecardFilters)))
_CARD_FIELDS = tuple(field.name for field in dataclasses.fields(Scorecard) if field.name not in _LISTS)
_CRPS_FIELDS = tuple(field.name for field in dataclasses.fields(CrpsFigure))
_COLUMNS = {
    CARDS_FILE: (*_HEAD, "ranked_by", *_CARD_FIELDS),
    CLAIMS_FILE: (*_HEAD, "source", *CardClaim._fields),
    CRPS_FILE: (*_HEAD, "source", *_CRPS_FIELDS),
}


def csv_texts(publication: Publication) -> dict[str, Iterator[str]]:
    """The text of each CSV file, by name; that of claims first, as the others are of all cards that it went through."""
    document = publication.document
    filters = ((field.name, getattr(document.filters, field.name)) for field in dataclasses.fields(ScorecardFilters))
    head = ",".join((_quoted(inert_cell(document.formula_version)), *(_cell(*one) for one in filters)))
    rows: dict[str, list[str]] = {CARDS_FILE: []}
    if any(card.crps for card in document.scorecards):
        rows[CRPS_FILE] = []

    def claims() -> Iterator[str]:
        writer = ClaimWriter(_cell, _text_cells, lambda _: "", ",", "\r\n")
        for card, *_ in publication.pages:
            yield writer.lines(card.claims, f"{head},{card.source},")
            rows[CARDS_FILE].append(_line(head, _CARD_FIELDS, card, document.ranked_by))
            for item in card.crps:
                rows[CRPS_FILE].append(_line(head, _CRPS_FIELDS, item, card.source))

    texts = {CLAIMS_FILE: claims(), **{name: iter(lines) for name, lines in rows.items()}}
    return {name: chain((f"{','.join(_COLUMNS[name])}\r\n",), lines) for name, lines in texts.items()}


def _line(head: str, names: tuple[str, ...], record: Any, first: str) -> str:
    cells = (_quoted(inert_cell(first)), *(_cell(name, getattr(record, name)) for name in names))
    return f"{head},{','.join(cells)}\r\n"


def _quoted(text: str) -> str:
    """A cell by RFC 4180."""
    is_plain = "," not in text and '"' not in text and "\n" not in text and "\r" not in text
    return text if is_plain else '"' + text.replace('"', '""') + '"'


def _text_cell(value: str) -> str:
    return _quoted(inert_cell(value))


def _text_cells(values: Sequence[str]) -> Iterable[str]:
    """The same of a column, at once where all are written as they are."""
    together = "".join(values)
    is_plain = not any(sign in together for sign in ',"\n\r') and BEGINS_FORMULA.isdisjoint(map(_FIRST, values))
    return values if is_plain else map(_text_cell, values)


def _cell(column: str, value: Any) -> str:
    if type(value) is str:
        return _text_cell(value)
    if value is None:
        return ""
    if column == "outcome":
        return _quoted(outcome_text(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return _text_cell("; ".join(f"{name}: {reason}" for name, reason in sorted(value.items())))
    if isinstance(value, tuple):
        return _text_cell("; ".join(_PARTS[column](item) for item in value))
    shown = plain(value)
    return _text_cell(shown if isinstance(shown, str) else str(shown))


_PARTS: Final[dict[str, Callable[[Any], str]]] = {
    "incoherent": lambda item: f"{item.first}, {item.second}: {item.text}",
    "probabilities": lambda item: f"{item.option}: {item.probability!r}",
    "condition": lambda item: f"{item.question} = {item.outcome}",
    "evidence": lambda item: f"{item.title} <{item.url}>" if item.url else item.title,
    "quantiles": lambda item: f"{item.level!r}: {outcome_text(item.value)}",
}
"""How the items of a list are written in its one cell."""


PACKAGE_FILE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_TABLES: dict[str, tuple[str, type, dict[str, str], str]] = {
    CARDS_FILE: ("scorecards", Scorecard, columns.CARD, "One row for each source: its counts and figures."),
    CLAIMS_FILE: ("claims", CardClaim, columns.CLAIM, "One row for each claim on each card."),
    CRPS_FILE: ("crps", CrpsFigure, columns.CRPS, "Scores of claims on a number or a day, by source and unit."),
}
_KEYS = {CARDS_FILE: ["source"], CLAIMS_FILE: ["source", "prediction"], CRPS_FILE: ["source", "unit"]}
_FILTER = "filter_"


def package_text(tables: Iterable[str], *, licence: str = "", receipt: str = "") -> str:
    """The text of `datapackage.json` for these tables, by file name.

    `licence` is a name such as `CC-BY-4.0`, `receipt` says of which state of the ledger the tables are.
    """
    package: dict[str, Any] = {
        "$schema": PROFILE,
        "name": "accuracy-scorecards",
        "title": "Accuracy scorecards",
        "description": "How often sources that predict in print were right, with every claim behind the figures. "
        "An empty cell is unknown or does not exist. A text cell that would be a formula in a spreadsheet begins "
        "with an apostrophe.",
        "resources": [_resource(file) for file in _TABLES if file in tables],
    }
    if licence:
        package["licenses"] = [{"name": licence}]
    if receipt:
        package["receipt"] = receipt
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def with_package(
    tables: Mapping[str, Iterator[str]], *, licence: str = "", receipt: str = ""
) -> dict[str, Iterator[str]]:
    """The tables, the package that describes them, and the receipt as a file of its own, if there is one."""
    package = package_text(tables, licence=licence, receipt=receipt)
    beside = {RECEIPT_FILE: iter((f"{receipt}\n",))} if receipt else {}
    return {**tables, PACKAGE_FILE: iter((package,)), **beside}


def _resource(file: str) -> dict[str, Any]:
    name, cls, words, says = _TABLES[file]
    schema: dict[str, Any] = {
        "fields": [_described_field(column, cls, words) for column in _COLUMNS[file]],
        "missingValues": [""],
        "primaryKey": _KEYS[file],
    }
    if file != CARDS_FILE:
        reference = {"resource": "scorecards", "fields": ["source"]}
        schema["foreignKeys"] = [{"fields": ["source"], "reference": reference}]
    return {
        "name": name,
        "type": "table",
        "path": file,
        "description": says,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _described_field(column: str, cls: type, words: dict[str, str]) -> dict[str, Any]:
    own = record_fields(cls)
    filters = record_fields(ScorecardFilters)
    plain = column.removeprefix(_FILTER)
    if column in own or column == "source":
        spec, said = own.get(column), words.get(column, columns.CARD.get(column, ""))
    else:
        spec, said = filters.get(plain), columns.DOCUMENT.get(plain, "")
    kind = spec.type if spec else str
    field: dict[str, Any] = {"name": column, **_type(kind), "description": said}
    if spec and column in own and isinstance(kind, type) and issubclass(kind, StrEnum):
        field["constraints"] = {"enum": [member.value for member in kind]}
    return field


def _type(kind: Any) -> dict[str, str]:
    names = {bool: "boolean", int: "integer", float: "number", date: "date"}
    return {"type": names.get(kind, "string")}
