"""The method and its limits in plain language, for readers who have never heard of a Brier score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasts.domain.formats import counted
from forecasts.domain.glossary import meaning
from forecasts.domain.kinds import Which
from forecasts.interchange.html.markup import day, name, text

if TYPE_CHECKING:
    from forecasts.domain.scorecards import Scorecard, ScorecardDocument


def made_of(document: ScorecardDocument) -> str:
    """What the figures are made of, in sentences."""
    filters = document.filters
    which = "first" if filters.which is Which.FIRST else "last"
    parts = [
        f"Counted is {meaning(filters.by)}.",
        f"Of several claims on one question the {which} counts.",
        f"In these figures {meaning(filters.wording)}.",
        f"As of {day(filters.as_of)}.",
        f"Only claims since {day(filters.since)}." if filters.since else "",
        f"Only claims until {day(filters.until)}." if filters.until else "",
        f"Only the scenario {name(filters.scenario)}." if filters.scenario else "",
        f"Only numbers whose basis is “{filters.basis.value}”." if filters.basis else "",
        f"Phrases were read again under the standard {name(filters.standard)}." if filters.standard else "",
        f"Formula version {text(document.formula_version)}.",
    ]
    return " ".join(part for part in parts if part)


def hindsight(card: Scorecard) -> str:
    """What was written down only when the outcome could be known."""
    questions, predictions = card.hindsight_questions, card.hindsight_predictions
    if not questions and not predictions:
        return "Every question scored here was written, and every claim read, before its outcome could be known."
    return (
        f"Of what is scored here, {counted(questions, 'question was', 'questions were')} written and "
        f"{counted(predictions, 'claim was', 'claims were')} read and given a number when the outcome could be known "
        "already. Who knows the end can be kind or unkind without meaning to; that is why each claim stands here with "
        "its words, its number and the range that the words allow."
    )


METHOD = """
<p>Each claim is turned into a question with a test and a deadline, and its words into a probability. When the question
has come out, the claim's <b>Brier score</b> is the square of the distance between that probability and what happened:
70&nbsp;% for something that happened scores (1&nbsp;−&nbsp;0.7)² = 0.09; 70&nbsp;% for something that did not, 0.49.
0 is perfect, 1 is certain and wrong, and who says 50&nbsp;% to everything has 0.25. The source's score is the mean over
its questions. Over options, half the sum of the squares is taken, so that two options score like yes and no.</p>
<p>Two intervals stand beside it. <b>Sampling</b>: how far the score could be off because so few questions are counted
(95&nbsp;%, Student&nbsp;t; none below five questions). <b>Coding</b>: what the score would be if every claim were read
at the end of its range that serves the source best, or worst. A source is ranked only with at least ten scored
questions from at least three storylines.</p>
"""

LIMITS = """
<ul>
<li>Questions of one storyline come out together: ten questions on one crisis are not ten independent tests.</li>
<li>Somebody chose the articles, wrote the questions and read numbers from words. All three choices are printed here so
that they can be disputed.</li>
<li>A claim made on the day its outcome became known, or later, is never scored, however it came out.</li>
<li>“May” is a possibility raised and not a forecast missed; what a newspaper sharpened is not held against the person
it quotes; what officials announce about their own acts is no forecast.</li>
<li>A score says how these claims came out. It says nothing about other claims of the same source, and little about
the next one.</li>
</ul>
"""

RECOMPUTE = """
<p>Everything behind these figures can be had as one file: <code>forecasts export bundle</code> writes the record, the
figures and a short Python script that works the scores out again and compares. It needs Python 3.11 and nothing
else.</p>
"""
