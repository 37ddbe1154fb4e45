"""The mathematics: arrays in, figures out.

Scoring rules of one observation each, aggregates, and `scorecards`, which counts and scores every source of a ledger
held as `Columns` at once. Nothing here knows of databases, files or screens. Every public function says in its
docstring the shapes it takes, the range and direction of what it returns, what it refuses, and the paper. Importing
this package imports NumPy and nothing heavier.
"""

from forecasts.scoring.anytime import AnytimeDifference, anytime_difference
from forecasts.scoring.calibration import CorpDecomposition, ReliabilityCurve, corp_decomposition, reliability_curve
from forecasts.scoring.cards.comparison import (
    LEAD_TIMES,
    WORDING_BANDS,
    Carried,
    Comparison,
    PairedDifferences,
    Pooled,
    carried,
    compare,
    paired_differences,
    pooled,
)
from forecasts.scoring.cards.ranking import REASON_TEXT, Reason, Unranked
from forecasts.scoring.cards.scorecards import Scorecards, scorecards
from forecasts.scoring.columns import (
    NO_DAY,
    NO_TIME,
    NONE,
    SCALED_UNIT,
    ArticleColumns,
    By,
    Columns,
    PredictionColumns,
    QuestionColumns,
    QuestionState,
    SourceColumns,
    Which,
    Wording,
)
from forecasts.scoring.counting.classify import Claims, classify
from forecasts.scoring.counting.results import Results, prediction_results
from forecasts.scoring.counting.view import View
from forecasts.scoring.crps import distribution_crps, interval_score, quantile_crps
from forecasts.scoring.difficulty import DifficultyAdjusted, difficulty_adjusted
from forecasts.scoring.readings import Reread, krippendorff_alpha, reread
from forecasts.scoring.rules import (
    baseline_score,
    brier_score,
    log_loss,
    multicategory_brier_score,
    ordered_brier_score,
    peer_score,
)
