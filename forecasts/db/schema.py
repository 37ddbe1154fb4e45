"""The whole schema: importing this module maps every table."""

from forecasts.db.base import Base, count_keys
from forecasts.db.schema_history import HistoryChangeRow, HistoryEntryRow, LoadedRecordRow
from forecasts.db.schema_predictions import (
    ObjectionRow,
    PassageRow,
    PredictionConditionRow,
    PredictionOptionRow,
    PredictionQuantileRow,
    PredictionRow,
    PredictionSpeakerRow,
    PredictionViaRow,
    ReadingRow,
)
from forecasts.db.schema_questions import (
    CriteriaRevisionRow,
    EvidenceRow,
    QuestionOptionRow,
    QuestionReferenceRow,
    QuestionRow,
    ReminderRow,
    ResolutionRow,
)
from forecasts.db.schema_sources import (
    ArticleAuthorRow,
    ArticleRow,
    ArticleTextRow,
    PackRow,
    PhraseRow,
    ScenarioRow,
    SourceRedirectRow,
    SourceRow,
    StandardRow,
    TextCopyRow,
)

metadata = Base.metadata
count_keys(metadata)

__all__ = [
    "ArticleAuthorRow",
    "ArticleRow",
    "ArticleTextRow",
    "CriteriaRevisionRow",
    "EvidenceRow",
    "HistoryChangeRow",
    "HistoryEntryRow",
    "LoadedRecordRow",
    "ObjectionRow",
    "PackRow",
    "PassageRow",
    "PhraseRow",
    "PredictionConditionRow",
    "PredictionOptionRow",
    "PredictionQuantileRow",
    "PredictionRow",
    "PredictionSpeakerRow",
    "PredictionViaRow",
    "QuestionOptionRow",
    "QuestionReferenceRow",
    "QuestionRow",
    "ReadingRow",
    "ReminderRow",
    "ResolutionRow",
    "ScenarioRow",
    "SourceRedirectRow",
    "SourceRow",
    "StandardRow",
    "TextCopyRow",
    "metadata",
]
