"""The JSON Schema and the Data Package: they say what is written, and what is written is as they say."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from forecasts.domain.kinds import Basis, Role, Which, Wording
from forecasts.domain.scorecards import ScoreFilters
from forecasts.interchange.json_schemas import SCHEMAS, schema_text
from forecasts.interchange.scorecard_csv import csv_texts, with_package
from forecasts.interchange.scorecard_json import document_object, json_texts
from forecasts.interchange.scorecard_markdown import escaped, markdown_texts
from forecasts.services.export import export_scorecards
from forecasts.services.import_records import import_records
from forecasts.services.scoreboard import scorecard_document
from tests.imports.documents import metaculus_zip
from tests.interchange.cards import texts_of
from tests.publish.publishing import publish

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger

FILTERS = [
    ScoreFilters(),
    ScoreFilters(by=Role.OUTLET, which=Which.LAST, wording=Wording.WORST, standard="icd-203", basis=Basis.STANDARD),
    ScoreFilters(scenario="csto-mission", since=date(2022, 1, 1), until=date(2022, 12, 31)),
]


def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(schema_text("scorecards"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_there_are_schemas_of_these_documents() -> None:
    assert SCHEMAS == ("scorecards", "proposals")
    with pytest.raises(KeyError):
        schema_text("../x")


@pytest.mark.parametrize("filters", FILTERS)
def test_our_output_is_valid(resolved: Ledger, tmp_path: Path, filters: ScoreFilters) -> None:
    import_records(resolved, "metaculus", metaculus_zip(tmp_path / "m.zip"))
    _validator().validate(json.loads(texts_of(json_texts(publish(resolved, filters)))["scorecards.json"]))
    short = scorecard_document(resolved, filters)
    _validator().validate(json.loads(json.dumps(document_object(short))))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda card: card.update(brier="0.4"), "brier"),
        (lambda card: card.update(brier=1.4), "brier"),
        (lambda card: card.update(scored=-1), "scored"),
        (lambda card: card.update(kind="robot"), "kind"),
        (lambda card: card.pop("predictions"), ""),
        (lambda card: card["claims"][0].update(bucket="lost"), "bucket"),
        (lambda card: card["claims"][0].update(made_on="yesterday"), "made_on"),
    ],
)
def test_what_is_no_scorecard_is_invalid(resolved: Ledger, change: Any, where: str) -> None:
    document = json.loads(texts_of(json_texts(publish(resolved)))["scorecards.json"])
    change(document["scorecards"][0])
    errors = list(_validator().iter_errors(document))
    assert errors
    assert all(error.json_path.endswith(where) for error in errors)


def test_every_column_is_described_in_its_order(resolved: Ledger, tmp_path: Path) -> None:
    import_records(resolved, "metaculus", metaculus_zip(tmp_path / "m.zip"))
    texts = texts_of(with_package(csv_texts(publish(resolved)), licence="CC-BY-4.0"))
    package = json.loads(texts.pop("datapackage.json"))
    assert package["licenses"] == [{"name": "CC-BY-4.0"}]
    assert {resource["path"] for resource in package["resources"]} == set(texts)
    for resource in package["resources"]:
        fields = resource["schema"]["fields"]
        rows = list(csv.DictReader(io.StringIO(texts[resource["path"]])))
        assert [field["name"] for field in fields] == list(rows[0])
        assert all(field["description"] for field in fields), [f["name"] for f in fields if not f["description"]]
        keys = [tuple(row[name] for name in resource["schema"]["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys)
        for field in fields:
            for row in rows:
                _check(field, row[field["name"]])


def _check(field: dict[str, Any], cell: str) -> None:
    if cell == "":
        return
    if field["type"] == "integer":
        int(cell)
    elif field["type"] == "number":
        float(cell)
    elif field["type"] == "boolean":
        assert cell in {"true", "false"}
    elif field["type"] == "date":
        date.fromisoformat(cell)
    if "constraints" in field:
        assert cell in field["constraints"]["enum"]


def _export(ledger: Ledger, folder: Path) -> tuple[Path, ...]:
    return export_scorecards(ledger, form="csv", output=folder, filters=ScoreFilters())


def test_tables_and_package_are_written_together(resolved: Ledger, tmp_path: Path) -> None:
    written = _export(resolved, tmp_path / "out")
    tables = {"scorecards.csv", "scorecard-predictions.csv"}
    assert {path.name for path in written} == {*tables, "datapackage.json", "receipt.txt"}
    assert _export(resolved, tmp_path / "out") == written


def test_a_page_in_markdown_names_the_article_and_the_evidence(resolved: Ledger) -> None:
    published = publish(resolved, sources=("chan-kung",))
    claim = next(claim for claim in published.document.scorecards[0].claims if claim.evidence)
    page = texts_of(markdown_texts(published))["scorecard-chan-kung.md"]
    assert f"{escaped(claim.article_title)}, `{claim.article}` paragraph" in page
    for item in claim.evidence:
        assert escaped(f"{item.title} {item.url}".strip()) in page
    (row, *_) = [
        row
        for row in csv.DictReader(io.StringIO(texts_of(csv_texts(published))["scorecard-predictions.csv"]))
        if row["prediction"] == claim.prediction
    ]
    assert claim.evidence[0].title in row["evidence"]
    assert row["article_title"] == claim.article_title
