"""Files as the platforms write them, made from their documented columns."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

FATEBOOK_HEADER = (
    "Question title,Multiple choice option,Forecast created by,Forecast (scale = 0-1),Forecast created at,"
    "Question created by,Question created at,Question resolve by,Resolution,Resolved at,"
    "Your Brier score for this question,Your relative Brier score for this question,Question notes,"
    "Question shared with,Question shared publicly,Question comments,Question tags"
)
FATEBOOK = (
    FATEBOOK_HEADER + "\n"
    '"Will X resign?",,"Ana",0.7,2025-03-01 09:05:3,"Ana",2025-03-01 09:05:3,2025-12-31 00:00:0,"NO",2026-01-02 8:00:0,'
    '0.98,,"note, with ""quotes""\nand a line","Bo; Cy",false,"Ana: hm","uk; politics"\n'
    '"Will X resign?",,"Ana",0.2,2025-06-01 09:05:3,"Ana",2025-03-01 09:05:3,2025-12-31 00:00:0,"NO",2026-01-02 8:00:0,'
    '0.98,,"note, with ""quotes""\nand a line","Bo; Cy",false,"Ana: hm","uk; politics"\n'
    '"Will X resign?",,"Бо",0.1,2025-03-02 23:59:59,"Ana",2025-03-01 09:05:3,2025-12-31 00:00:0,"NO",2026-01-02 8:00:0,'
    '0.98,,"note, with ""quotes""\nand a line","Bo; Cy",false,"Ana: hm","uk; politics"\n'
    # the same title on another day is another question
    '"Will X resign?",,"Ana",0.5,2026-01-05 10:00:0,"Cy",2026-01-05 9:0:0,2026-06-30 00:00:0,"AMBIGUOUS",'
    "2026-07-01 8:00:0,,,,,true,,\n"
    '"Who wins?","Red","Ana",0.6,2025-04-01 10:00:0,"Cy",2025-04-01 9:59:5,2025-05-31 0:0:0,"YES",2025-06-01 12:0:0,'
    ",,,,true,,\n"
    '"Who wins?","Blue","Ana",0.3,2025-04-01 10:00:9,"Cy",2025-04-01 9:59:5,2025-05-31 0:0:0,"NO",2025-06-01 12:0:0,'
    ",,,,true,,\n"
    '"Still open?",,"Ana",0.9,2025-04-01 10:00:9,"Ana",2025-04-01 9:59:5,2027-05-31 0:0:0,,,,,,,false,,\n'
)

QUESTION_HEADER = [
    "Question ID",
    "Question URL",
    "Question Title",
    "Post ID",
    "Post Curation Status",
    "Post Published Time",
    "Default Project",
    "Default Project ID",
    "Categories",
    "Leaderboard Tags",
    "Label",
    "Question Type",
    "MC Options (Current)",
    "MC Options (All)",
    "MC Options History",
    "Lower Bound",
    "Open Lower Bound",
    "Upper Bound",
    "Open Upper Bound",
    "Continuous Range",
    "Open Time",
    "CP Reveal Time",
    "Scheduled Close Time",
    "Actual Close Time",
    "Resolution",
    "Resolution Known Time",
    "Include Bots in Aggregates",
    "Question Weight",
]
FORECAST_HEADER = [
    "Question ID",
    "Forecaster ID",
    "Forecaster Username",
    "Is Bot",
    "Start Time",
    "End Time",
    "Forecaster Count",
    "Probability Yes",
    "Probability Yes Per Category",
    "Continuous CDF",
    "Probability Below Lower Bound",
    "Probability Above Upper Bound",
    "5th Percentile",
    "25th Percentile",
    "Median",
    "75th Percentile",
    "95th Percentile",
    "Probability of Resolution",
    "PDF at Resolution",
]
CLOSE, KNOWN = "2025-12-31 12:00:00+00:00", "2026-01-10 15:30:00+00:00"


def csv_text(header: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """A CSV as Python's writer makes it."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, header)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def question(number: int, kind: str, resolution: str = "", **more: Any) -> dict[str, Any]:
    """A row of question_data.csv; its page is of the post, whose number is another one."""
    return {
        "Question ID": number,
        "Question URL": f"https://www.metaculus.com/questions/{number + 40000}/x/",
        "Question Title": f"Question {number}?",
        "Post ID": number + 40000,
        "Question Type": kind,
        "Open Time": "2025-01-01 00:00:00+00:00",
        "Scheduled Close Time": CLOSE,
        "Resolution": resolution,
        "Resolution Known Time": KNOWN if resolution else "",
        **more,
    }


def forecast(
    number: int, cells: Mapping[str, Any], person: int = 7, at: str = "2025-03-01 09:00:00+00:00"
) -> dict[str, Any]:
    """A row of forecast_data.csv."""
    name = {7: "ana", 8: "bo"}[person]
    return {"Question ID": number, "Forecaster ID": person, "Forecaster Username": name, "Start Time": at, **cells}


CDF = [round(index / 200, 6) for index in range(201)]
RANGE = [index / 2 for index in range(201)]
DAYS = [f"2025-{1 + index // 28:02d}-{1 + index % 28:02d}" for index in range(201)]

METACULUS_QUESTIONS = (
    question(101, "binary", "no"),
    question(102, "binary", "ambiguous"),
    question(103, "binary", "annulled"),
    question(
        104,
        "multiple_choice",
        "B, or not",
        **{"MC Options (Current)": "['A', 'B, or not']", "MC Options (All)": "['A', 'B, or not', \"C's\"]"},
    ),
    question(105, "numeric", "30.0", **{"Lower Bound": 0.0, "Upper Bound": 100.0, "Continuous Range": str(RANGE)}),
    question(
        106,
        "date",
        "2025-04-01 00:00:00+00:00",
        **{"Lower Bound": DAYS[0], "Upper Bound": DAYS[-1], "Continuous Range": str(DAYS)},
    ),
    question(107, "discrete", "above_upper_bound", **{"Lower Bound": -0.5, "Upper Bound": 4.5}),
    question(108, "conditional"),
)
METACULUS_FORECASTS = (
    forecast(101, {"Probability Yes": 0.63, "Is Bot": False}),
    forecast(101, {"Probability Yes": 0.2}, at="2025-05-01 09:00:00.123456+00:00"),
    forecast(101, {"Probability Yes": 0.4}, person=8),
    {
        "Question ID": 101,
        "Forecaster Username": "recency_weighted",
        "Start Time": "2025-03-01 09:00:00+00:00",
        "Probability Yes": 0.5,
    },
    forecast(102, {"Probability Yes": 0.5}),
    forecast(103, {"Probability Yes": 0.5}),
    forecast(104, {"Probability Yes Per Category": "[0.3, 0.7, None]"}),
    forecast(104, {"Probability Yes Per Category": "[0.4, None, 0.6]"}, person=8),
    forecast(105, {"Continuous CDF": str(CDF), "Median": 50.0}),
    forecast(106, {"Continuous CDF": "[" + ", ".join(f"np.float64({level})" for level in CDF) + "]"}),
    forecast(107, {"5th Percentile": 0.1, "25th Percentile": 1, "Median": 2, "75th Percentile": 3}),
    forecast(108, {"Probability Yes": 0.5}),
)


def metaculus_zip(
    path: Path,
    questions: Sequence[Mapping[str, Any]] = METACULUS_QUESTIONS,
    forecasts: Sequence[Mapping[str, Any]] = METACULUS_FORECASTS,
    header: Sequence[str] = tuple(FORECAST_HEADER),
) -> Path:
    """A download."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", "# Data")
        archive.writestr("question_data.csv", csv_text(QUESTION_HEADER, questions))
        archive.writestr("forecast_data.csv", csv_text(header, forecasts))
    return path


PREDICTIONBOOK: dict[str, Any] = {
    "user": {"email": "ana@example.org", "name": "ana", "user_id": 3},
    "predictions": [
        {
            "id": 5,
            "description": "X by 2026",
            "description_with_group": "[Politics] X by 2026",
            "prediction_group_id": 9,
            "deadline": "2026-01-01T00:00:00.000Z",
            "created_at": "2025-02-01T00:00:00.000Z",
            "outcome": True,
            "last_judgement_at": "2026-01-02T10:00:00.000Z",
            "mean_confidence": 60,
            "withdrawn": False,
            "visibility": "visible_to_everyone",
            "responses": [
                {"id": 1, "confidence": 60, "comment": None, "created_at": "2025-02-01T00:00:00Z", "user_label": "ana"},
                {
                    "id": 2,
                    "confidence": None,
                    "comment": "Why?",
                    "created_at": "2025-02-02T00:00:00Z",
                    "user_label": "bo",
                },
                {"id": 3, "confidence": 0, "comment": "No.", "created_at": "2025-02-03T00:00:00Z", "user_label": "bo"},
                {"id": 4, "confidence": 90, "comment": "", "created_at": "2025-03-01T00:00:00Z", "user_label": "ana"},
            ],
        },
        {
            "id": 6,
            "description": "Withdrawn",
            "deadline": "2027-01-01T00:00:00Z",
            "created_at": "2025-02-01T00:00:00Z",
            "outcome": None,
            "withdrawn": True,
            "responses": [{"confidence": 30, "created_at": "2025-02-01T00:00:00Z", "user_id": 12}],
        },
    ],
}

_BET = {"contractId": "c1", "userId": "u1", "amount": 10, "outcome": "YES", "shares": 17.3, "isRedemption": False}
MANIFOLD: list[dict[str, Any]] = [
    {
        "id": "c1",
        "creatorId": "u1",
        "creatorName": "Ana",
        "question": "Will it rain?",
        "createdTime": 1740000000000,
        "closeTime": 1750000000000,
        "outcomeType": "BINARY",
        "isResolved": True,
        "resolution": "NO",
        "resolutionTime": 1750100000000,
        "url": "https://manifold.markets/ana/will-it-rain",
        "bets": [
            {**_BET, "id": "b1", "createdTime": 1740819900000, "probBefore": 0.53, "probAfter": 0.57},
            {**_BET, "id": "b2", "createdTime": 1740829900000, "probAfter": 0.4, "userId": "u2", "userName": "Bo"},
            {**_BET, "id": "b3", "createdTime": 1740829900000, "probAfter": 0.4, "isRedemption": True},
            {**_BET, "id": "b4", "createdTime": 1740829900000, "probAfter": 0.4, "amount": -10},
            {**_BET, "id": "b5", "createdTime": 1740829900000, "probAfter": 0.4, "amount": 0, "orderAmount": 5,
             "isFilled": False, "limitProb": 0.3},
            {**_BET, "id": "b6", "createdTime": 1740929900000, "probAfter": 0.3, "amount": 2, "orderAmount": 5,
             "isFilled": False, "limitProb": 0.3},
        ],
    },
    {
        "id": "c2",
        "question": "Partly?",
        "createdTime": 1740000000000,
        "closeTime": 1750000000000,
        "outcomeType": "BINARY",
        "resolution": "MKT",
        "resolutionTime": 1750100000000,
        "bets": [{**_BET, "contractId": "c2", "id": "b7", "createdTime": 1740819900000, "probAfter": 0.5}],
    },
    {
        "id": "c3",
        "question": "Who?",
        "createdTime": 1740000000000,
        "closeTime": 1750000000000,
        "outcomeType": "MULTIPLE_CHOICE",
        "resolution": "a1",
        "resolutionTime": 1750100000000,
        "answers": [{"id": "a1", "text": "Red"}, {"id": "a2", "text": "Blue"}],
        "bets": [
            {**_BET, "contractId": "c3", "answerId": "a2", "id": "b8", "createdTime": 1740819900000, "probAfter": 0.25}
        ],
    },
    {
        "id": "c4",
        "question": "Cancelled?",
        "createdTime": 1740000000000,
        "closeTime": 1750000000000,
        "outcomeType": "BINARY",
        "resolution": "CANCEL",
        "resolutionTime": 1750100000000,
        "bets": [],
    },
    {"id": "c5", "question": "How much?", "createdTime": 1740000000000, "outcomeType": "NUMERIC", "bets": []},
]  # fmt: skip


def json_file(path: Path, document: Any) -> Path:
    """The document as a file."""
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


SIMPLE = (
    "source,question,probability,made_on,resolves_on,outcome,known_on\r\n"
    "Ana Silva,Will X resign?,70,2025-03-01,2025-12-31,no,2026-01-02\r\n"
    "Ana Silva,Will X resign?,12.5,2025-06-01,2025-12-31,,\r\n"
    "Қасым,Will X resign?,7%,2025-06-01,,,\r\n"
)
