"""Scorecards as CSV by RFC 4180: one table of figures, one of the claims behind them, one of CRPS where there is any.

A text cell that a spreadsheet would take for a formula begins with an apostrophe; numbers, dates and names of records
are never changed. An empty cell is unknown.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from forecasts.domain import scorecard_columns as columns
from forecasts.domain.card_claims import CardClaim, CrpsFigure
from forecasts.domain.fields import record_fields
from forecasts.domain.formats import outcome_text
from forecasts.domain.plain_records import plain
from forecasts.domain.scorecards import Scorecard, ScorecardFilters
from forecasts.interchange.imports.cells import inert_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from forecasts.domain.scorecards import ScorecardDocument


CARDS_FILE = "scorecards.csv"
CLAIMS_FILE = "scorecard-predictions.csv"
CRPS_FILE = "scorecard-crps.csv"
RECEIPT_FILE = "receipt.txt"
_LISTS = frozenset({"crps", "claims", "read_as", "revisions", "objections"})
_RENAMED = {"scenario": "filter_scenario", "basis": "filter_basis", "standard": "filter_standard"}
_HEAD = (
    "formula_version",
    *(_RENAMED.get(field.name, field.name) for field in dataclasses.fields(ScorecardFilters)),
)
_CARD_FIELDS = tuple(field.name for field in dataclasses.fields(Scorecard) if field.name not in _LISTS)
_CLAIM_FIELDS = tuple(field.name for field in dataclasses.fields(CardClaim))
_CRPS_FIELDS = tuple(field.name for field in dataclasses.fields(CrpsFigure))
_card_values, _claim_values, _crps_values = (
    attrgetter(*names) for names in (_CARD_FIELDS, _CLAIM_FIELDS, _CRPS_FIELDS)
)
_CARD_COLUMNS = (*_HEAD, "ranked_by", *_CARD_FIELDS)
_CLAIM_COLUMNS = (*_HEAD, "source", *_CLAIM_FIELDS)
_CRPS_COLUMNS = (*_HEAD, "source", *_CRPS_FIELDS)
_AS_THEY_ARE = frozenset({int, float, type(None)})
"""What a CSV writer writes as we do: numbers by `repr`, None as an empty cell."""


def csv_texts(document: ScorecardDocument) -> dict[str, str]:
    """The text of each CSV file, by name."""
    filters = [
        _cell(field.name, getattr(document.filters, field.name)) for field in dataclasses.fields(ScorecardFilters)
    ]
    head = [inert_cell(document.formula_version), *filters]
    cards = (
        [*head, document.ranked_by, *_record_cells(card, _CARD_FIELDS, _card_values)] for card in document.scorecards
    )
    claims = (
        [*head, card.source, *_record_cells(claim, _CLAIM_FIELDS, _claim_values)]
        for card in document.scorecards
        for claim in card.claims
    )
    crps = [
        [*head, card.source, *_record_cells(item, _CRPS_FIELDS, _crps_values)]
        for card in document.scorecards
        for item in card.crps
    ]
    texts = {CARDS_FILE: _csv_text(_CARD_COLUMNS, cards), CLAIMS_FILE: _csv_text(_CLAIM_COLUMNS, claims)}
    return {**texts, CRPS_FILE: _csv_text(_CRPS_COLUMNS, crps)} if crps else texts


def _record_cells(record: Any, names: tuple[str, ...], values: Callable[[Any], tuple[Any, ...]]) -> list[Any]:
    return [
        value if type(value) in _AS_THEY_ARE and name != "outcome" else _cell(name, value)
        for name, value in zip(names, values(record), strict=True)
    ]


def _csv_text(columns: tuple[str, ...], rows: Iterable[list[Any]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()


def _cell(column: str, value: Any) -> str:
    if type(value) is str:
        return inert_cell(value)
    if value is None:
        return ""
    if column == "outcome":
        return outcome_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if column == "reasons":
        return inert_cell("; ".join(f"{name}: {reason}" for name, reason in sorted(value.items())))
    if column == "incoherent":
        return inert_cell("; ".join(f"{item.first}, {item.second}: {item.text}" for item in value))
    if column == "probabilities":
        return inert_cell("; ".join(f"{item.option}: {item.probability!r}" for item in value))
    if column == "condition":
        return inert_cell("; ".join(f"{item.question} = {item.outcome}" for item in value))
    if column == "evidence":
        return inert_cell("; ".join(f"{item.title} <{item.url}>" if item.url else item.title for item in value))
    if column == "quantiles":
        return "; ".join(f"{item.level!r}: {outcome_text(item.value)}" for item in value)
    shown = plain(value)
    return inert_cell(shown) if isinstance(shown, str) else str(shown)


PACKAGE_FILE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_TABLES: dict[str, tuple[str, type, dict[str, str], str]] = {
    CARDS_FILE: ("scorecards", Scorecard, columns.CARD, "One row for each source: its counts and figures."),
    CLAIMS_FILE: ("claims", CardClaim, columns.CLAIM, "One row for each claim on each card."),
    CRPS_FILE: ("crps", CrpsFigure, columns.CRPS, "Scores of claims on a number or a day, by source and unit."),
}
_KEYS = {CARDS_FILE: ["source"], CLAIMS_FILE: ["source", "prediction"], CRPS_FILE: ["source", "unit"]}
_FILTER = "filter_"


def package_text(texts: Mapping[str, str], *, title: str = "", licence: str = "", receipt: str = "") -> str:
    """The text of `datapackage.json` for these tables, by file name.

    `licence` is a name such as `CC-BY-4.0`, `receipt` says of which state of the ledger the tables are.
    """
    package: dict[str, Any] = {
        "$schema": PROFILE,
        "name": "accuracy-scorecards",
        "title": title or "Accuracy scorecards",
        "description": "How often sources that predict in print were right, with every claim behind the figures. "
        "An empty cell is unknown or does not exist. A text cell that would be a formula in a spreadsheet begins "
        "with an apostrophe.",
        "resources": [_resource(file, text) for file, text in texts.items() if file in _TABLES],
    }
    if licence:
        package["licenses"] = [{"name": licence}]
    if receipt:
        package["receipt"] = receipt
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def with_package(texts: Mapping[str, str], *, title: str = "", licence: str = "", receipt: str = "") -> dict[str, str]:
    """The tables, the package that describes them, and the receipt as a file of its own, if there is one."""
    package = package_text(texts, title=title, licence=licence, receipt=receipt)
    return {**texts, PACKAGE_FILE: package, **({RECEIPT_FILE: f"{receipt}\n"} if receipt else {})}


def _resource(file: str, text: str) -> dict[str, Any]:
    name, cls, words, says = _TABLES[file]
    header = next(csv.reader(io.StringIO(text)))
    schema: dict[str, Any] = {
        "fields": [_field(column, cls, words) for column in header],
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


def _field(column: str, cls: type, words: dict[str, str]) -> dict[str, Any]:
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
