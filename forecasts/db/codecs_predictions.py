"""Layout of predictions, passages, readings and objections."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from forecasts.db import schema
from forecasts.db.codec import Child, Codec, Values, read
from forecasts.db.codecs_questions import as_number, as_value
from forecasts.db.codecs_sources import PHRASE, by_slug
from forecasts.domain.dates import Span
from forecasts.domain.kinds import (
    Attribution,
    Basis,
    ClaimType,
    Endorsement,
    Fidelity,
    Fit,
    PassageReason,
    Side,
)
from forecasts.domain.records import (
    Condition,
    Objection,
    OptionProbability,
    Passage,
    Phrase,
    Prediction,
    Quantile,
    Reading,
)
from forecasts.domain.wording import read_number
from forecasts.text import search_key

if TYPE_CHECKING:
    from forecasts.db.base import Base
    from forecasts.db.names import Names
    from forecasts.domain.wording import NumberRead


def phrases_of(names: Names, standard: str) -> list[Phrase]:
    """The phrases of one standard."""
    key = names.find("standard", standard)
    table = PHRASE.columns
    query = sa.select(table).where(table.c.standard_id == key).order_by(table.c.id)
    return PHRASE.read(names.connection.execute(query).mappings().all(), {}, names)


def _prediction_row(record: Prediction, names: Names) -> Values:
    phrases = phrases_of(names, record.standard) if record.standard else []
    number = read_number(record, phrases)
    made = record.made_on
    return {
        "slug": record.slug,
        "question_id": names.key_or_none("question", record.question),
        "article_id": names.key("article", record.article),
        "attribution": record.attribution.value,
        "fidelity": record.fidelity.value,
        "endorsement": record.endorsement.value,
        "made_first_on": made.first if made else None,
        "made_last_on": made.last if made else None,
        "claim": record.claim,
        "claim_type": record.claim_type.value,
        "phrase": record.phrase,
        "phrase_about": record.phrase_about.value,
        "paragraph": record.paragraph,
        "fit": record.fit.value,
        **_number_columns(number),
        "basis": record.basis.value,
        "standard_id": names.key_or_none("standard", record.standard),
        "condition_text": record.condition_text,
        "unscorable": record.unscorable,
        "restates_id": names.key_or_none("prediction", record.restates),
        "supersedes_id": names.key_or_none("prediction", record.supersedes),
        "coded_by": record.coded_by,
        "coded_on": record.coded_on,
        "note": record.note,
        "search_key": search_key(record.claim, record.phrase, record.slug),
    }


def _prediction_names(record: Prediction) -> list[tuple[str, str]]:
    return [
        ("question", record.question),
        ("article", record.article),
        ("standard", record.standard),
        ("prediction", record.restates),
        ("prediction", record.supersedes),
        *(("source", speaker) for speaker in (*record.speakers, *record.via)),
        *(("question", condition.question) for condition in record.condition),
    ]


def _read_predictions(rows: Any, children: Any, names: Names) -> list[Prediction]:
    for kind, column in (("question", "question_id"), ("article", "article_id"), ("standard", "standard_id")):
        names.fetch_slugs(kind, (row[column] for row in rows))
    for column in ("restates_id", "supersedes_id"):
        names.fetch_slugs("prediction", (row[column] for row in rows))
    for table, kind, column in (
        (schema.PredictionSpeakerRow, "source", "source_id"),
        (schema.PredictionViaRow, "source", "source_id"),
        (schema.PredictionConditionRow, "question", "question_id"),
    ):
        names.fetch_slugs(kind, (child[column] for of_one in children[table].values() for child in of_one))
    return [_prediction(row, children, names) for row in rows]


def _prediction(row: Any, children: Any, names: Names) -> Prediction:
    def of(table: type[Base]) -> Any:
        return children[table].get(row["id"], ())

    return Prediction(
        slug=row["slug"],
        question=names.slug("question", row["question_id"]),
        speakers=tuple(names.slug("source", child["source_id"]) for child in of(schema.PredictionSpeakerRow)),
        attribution=Attribution(row["attribution"]),
        via=tuple(names.slug("source", child["source_id"]) for child in of(schema.PredictionViaRow)),
        fidelity=Fidelity(row["fidelity"]),
        article=names.slug("article", row["article_id"]),
        endorsement=Endorsement(row["endorsement"]),
        made_on=None if row["made_first_on"] is None else Span(row["made_first_on"], row["made_last_on"]),
        claim=row["claim"],
        claim_type=ClaimType(row["claim_type"]),
        phrase=row["phrase"],
        phrase_about=Side(row["phrase_about"]),
        paragraph=row["paragraph"],
        fit=Fit(row["fit"]),
        probability=None if row["probability_derived"] else row["probability"],
        low=None if row["low_derived"] else row["low"],
        high=None if row["high_derived"] else row["high"],
        basis=Basis(row["basis"]),
        standard=names.slug("standard", row["standard_id"]),
        probabilities=tuple(
            OptionProbability(option=child["name"], probability=child["probability"])
            for child in of(schema.PredictionOptionRow)
        ),
        quantiles=tuple(
            Quantile(level=child["level"], value=as_value(child["value"], is_date=child["is_date"]))
            for child in of(schema.PredictionQuantileRow)
        ),
        condition=tuple(
            Condition(question=names.slug("question", child["question_id"]), outcome=child["outcome"])
            for child in of(schema.PredictionConditionRow)
        ),
        condition_text=row["condition_text"],
        unscorable=row["unscorable"],
        restates=names.slug("prediction", row["restates_id"]),
        supersedes=names.slug("prediction", row["supersedes_id"]),
        coded_by=row["coded_by"],
        coded_on=row["coded_on"],
        note=row["note"],
    )


PREDICTION: Codec[Prediction] = Codec(
    kind="prediction",
    table=schema.PredictionRow,
    names=_prediction_names,
    row=_prediction_row,
    where=by_slug(schema.PredictionRow.slug),
    read=_read_predictions,
    children=(
        Child(
            schema.PredictionSpeakerRow,
            "prediction_id",
            lambda record, names: [{"source_id": names.key("source", speaker)} for speaker in record.speakers],
        ),
        Child(
            schema.PredictionViaRow,
            "prediction_id",
            lambda record, names: [{"source_id": names.key("source", carrier)} for carrier in record.via],
        ),
        Child(
            schema.PredictionOptionRow,
            "prediction_id",
            lambda record, _names: [
                {"name": entry.option, "probability": entry.probability} for entry in record.probabilities
            ],
        ),
        Child(
            schema.PredictionQuantileRow,
            "prediction_id",
            lambda record, _names: [
                {"level": entry.level, "value": as_number(entry.value), "is_date": isinstance(entry.value, date)}
                for entry in record.quantiles
            ],
        ),
        Child(
            schema.PredictionConditionRow,
            "prediction_id",
            lambda record, names: [
                {"question_id": names.key("question", entry.question), "outcome": entry.outcome}
                for entry in record.condition
            ],
        ),
    ),
    late=("restates_id", "supersedes_id"),
)


def reread_phrases(names: Names, standards: set[str]) -> None:
    """Read the numbers that these standards' predictions leave to their phrases again: the phrases have changed."""
    table = PREDICTION.columns
    parts = ("probability", "low", "high")
    open_parts = sa.or_(*(sa.or_(table.c[part].is_(None), table.c[f"{part}_derived"] == sa.true()) for part in parts))
    for standard in sorted(standards):
        phrases = phrases_of(names, standard)
        where = sa.and_(table.c.standard_id == names.key("standard", standard), open_parts)
        keys = names.connection.execute(sa.select(table.c.id).where(where)).scalars().all()
        for record in read(PREDICTION, names, keys):
            statement = sa.update(table).where(table.c.slug == record.slug)
            names.connection.execute(statement.values(**_number_columns(read_number(record, phrases))))


def _number_columns(number: NumberRead) -> Values:
    parts = ("probability", "low", "high")
    return {part: getattr(number, part) for part in (*parts, *(f"{part}_derived" for part in parts))}


def _passage_row(record: Passage, names: Names) -> Values:
    return {
        "article_id": names.key("article", record.article),
        "paragraph": record.paragraph,
        "phrase": record.phrase,
        "reason": record.reason.value,
        "note": record.note,
    }


def _where_passage(identity: tuple[str, ...], names: Names) -> sa.ColumnElement[bool] | None:
    article = names.find("article", identity[0])
    if article is None:
        return None
    row = schema.PassageRow
    return sa.and_(row.article_id == article, row.paragraph == int(identity[1]), row.phrase == identity[2])


def _read_passages(rows: Any, _children: Any, names: Names) -> list[Passage]:
    names.fetch_slugs("article", (row["article_id"] for row in rows))
    return [
        Passage(
            article=names.slug("article", row["article_id"]),
            paragraph=row["paragraph"],
            phrase=row["phrase"],
            reason=PassageReason(row["reason"]),
            note=row["note"],
        )
        for row in rows
    ]


PASSAGE: Codec[Passage] = Codec(
    kind="passage",
    table=schema.PassageRow,
    names=lambda record: (("article", record.article),),
    row=_passage_row,
    where=_where_passage,
    read=_read_passages,
    order=("article_id", "paragraph", "phrase"),
    slugged=False,
)


def _reading_row(record: Reading, names: Names) -> Values:
    return {
        "prediction_id": names.key("prediction", record.prediction),
        "analyst": record.analyst,
        "probability": record.probability,
        "low": record.low,
        "high": record.high,
        "blind": record.blind,
        "coded_on": record.coded_on,
    }


def _where_reading(identity: tuple[str, ...], names: Names) -> sa.ColumnElement[bool] | None:
    prediction = names.find("prediction", identity[0])
    if prediction is None:
        return None
    return sa.and_(schema.ReadingRow.prediction_id == prediction, schema.ReadingRow.analyst == identity[1])


def _read_readings(rows: Any, _children: Any, names: Names) -> list[Reading]:
    names.fetch_slugs("prediction", (row["prediction_id"] for row in rows))
    return [
        Reading(
            prediction=names.slug("prediction", row["prediction_id"]),
            analyst=row["analyst"],
            probability=row["probability"],
            low=row["low"],
            high=row["high"],
            blind=row["blind"],
            coded_on=row["coded_on"],
        )
        for row in rows
    ]


READING: Codec[Reading] = Codec(
    kind="reading",
    table=schema.ReadingRow,
    names=lambda record: (("prediction", record.prediction),),
    row=_reading_row,
    where=_where_reading,
    read=_read_readings,
    order=("prediction_id", "analyst"),
    slugged=False,
)


def _objection_row(record: Objection, names: Names) -> Values:
    return {
        "prediction_id": names.key_or_none("prediction", record.prediction),
        "question_id": names.key_or_none("question", record.question),
        "by": record.by,
        "made_on": record.made_on,
        "text": record.text,
        "answer": record.answer,
    }


def _where_objection(identity: tuple[str, ...], names: Names) -> sa.ColumnElement[bool] | None:
    row = schema.ObjectionRow
    prediction, question = names.find("prediction", identity[0]), names.find("question", identity[0])
    if prediction is None and question is None:
        return None
    about = [column == key for column, key in ((row.prediction_id, prediction), (row.question_id, question)) if key]
    return sa.and_(
        sa.or_(*about),
        row.by == identity[1],
        row.made_on == date.fromisoformat(identity[2]),
        row.text == identity[3],
    )


def _read_objections(rows: Any, _children: Any, names: Names) -> list[Objection]:
    names.fetch_slugs("prediction", (row["prediction_id"] for row in rows))
    names.fetch_slugs("question", (row["question_id"] for row in rows))
    return [
        Objection(
            prediction=names.slug("prediction", row["prediction_id"]),
            question=names.slug("question", row["question_id"]),
            by=row["by"],
            made_on=row["made_on"],
            text=row["text"],
            answer=row["answer"],
        )
        for row in rows
    ]


OBJECTION: Codec[Objection] = Codec(
    kind="objection",
    table=schema.ObjectionRow,
    names=lambda record: (("prediction", record.prediction), ("question", record.question)),
    row=_objection_row,
    where=_where_objection,
    read=_read_objections,
    order=("id",),
    slugged=False,
)
