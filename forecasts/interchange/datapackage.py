"""A Data Package for the CSV scorecards: what each column of each table holds, for who loads them with any tool.

`datapackage.json` beside the tables, by the Data Package standard 2.0.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from forecasts.domain import scorecard_columns as columns
from forecasts.domain.fields import record_fields
from forecasts.domain.scorecards import CardClaim, CrpsFigure, Scorecard, ScorecardFilters
from forecasts.interchange.scorecard_csv import CARDS_FILE, CLAIMS_FILE, CRPS_FILE, RECEIPT_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping

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
