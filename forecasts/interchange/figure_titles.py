"""What the figures of a scorecard are called in print."""

from __future__ import annotations

FIGURE_TITLES = {
    "log_loss": "Log loss",
    "baseline_score": "Baseline score",
    "peer_score": "Peer score",
    "gain": "Gain over the reference",
    "skill": "Skill against the reference",
    "difficulty_adjusted_brier": "Difficulty-adjusted Brier",
    "accuracy": "Accuracy",
    "sharpness": "Sharpness",
    "calibration_brier": "Brier of the calibration sample",
    "miscalibration": "Miscalibration",
    "discrimination": "Discrimination",
    "uncertainty": "Uncertainty",
    "vagueness": "Vagueness",
    "hedging": "Hedging",
}
"""By the name of the scorecard's field."""
