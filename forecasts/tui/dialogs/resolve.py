"""Resolving: the question and who said what, what happened, and what that will do before it is confirmed."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from forecasts.domain import limits
from forecasts.domain.form_values import evidence_parts
from forecasts.domain.formats import counted, figure, outcome_text
from forecasts.domain.intents import ResolveQuestion
from forecasts.domain.question_rules import odd_known
from forecasts.domain.views import ChangeEffect, QuestionPage, ScoreMove
from forecasts.text import safe
from forecasts.tui import question_words
from forecasts.tui.dialogs.form import FormDialog, form_actions
from forecasts.tui.dialogs.form_fields import Attempt, Checked, DraftFile, FormField, Texts
from forecasts.tui.dialogs.resolve_check import check_resolution, evidence_fields, resolve_fields
from forecasts.tui.keys import Action, quiet
from forecasts.tui.show import MUTED, line, outcome_in_words

_MOST_PREDICTIONS = 200
_NAME = 26


class ResolveDialog(FormDialog[ResolveQuestion]):
    """Answers with what happened, checked by the rules and shown in its effect."""

    heading = "Resolve"
    PREVIEWS = True
    ACTIONS: ClassVar[tuple[Action, ...]] = (
        *form_actions("Record it", "Resolve", previews=True, more="More evidence", leave="Back"),
        quiet("resolve.whole", "ctrl+z", "put_back", "The address back into the title"),
    )

    def __init__(
        self,
        page: QuestionPage,
        look_ahead: Callable[[ResolveQuestion], Awaitable[ChangeEffect]],
        now: datetime,
        begun: Texts,
        attempt: Attempt,
        *,
        draft: DraftFile | None = None,
    ) -> None:
        self._page = page
        self._look_ahead = look_ahead
        self._now = now
        self._parted: dict[str, str] = {}
        """The title as it was typed with addresses, and the fields that have them now."""
        self._whole = ""
        typed = attempt.typed if attempt.typed is not None else {**begun, **(draft.load() if draft else {})}
        super().__init__(resolve_fields(page, typed), begun, attempt, draft=draft, classes="-large")

    def intro(self) -> Iterable[Widget]:
        yield Static(line(self._page.question.title), id="resolve-title", markup=False)

    def aside(self) -> Iterable[Widget]:
        """What the question says, who said what of it, and what was resolved before."""
        page = self._page
        yield Static(question_words.facts(page, self._now.date()), classes="prose")
        for content in question_words.criteria(page):
            yield Static(content, classes="prose")
        yield Static(question_words.how_many(page), classes="prose section", markup=False)
        for said in page.predictions[:_MOST_PREDICTIONS]:
            yield Static(question_words.prediction(said, page), classes="prose spaced")
        for resolution in page.resolutions:
            yield from question_words.resolution(resolution)

    def check(self, texts: Texts) -> Checked[ResolveQuestion]:
        """By the rules of the record."""
        checked = check_resolution(texts, self._page, self._now)
        key = self.app.name_key("resolve.whole", "ctrl+z")
        said = dict.fromkeys(list(self._parted)[1:2], f"out of the title; {key} puts it back")
        return replace(checked, hints={**checked.hints, **said})

    def on_descendant_blur(self) -> None:
        """Addresses that were typed into the title of evidence get their own fields."""
        here = self.form.focused_field()
        self._part_titles(here.name if here else "")

    def action_accept(self) -> None:
        """Say what it will do, with the title that one is in parted from its address too."""
        self._part_titles()
        super().action_accept()

    def _part_titles(self, but: str = "") -> None:
        texts = self.texts
        for name in [one for one in texts if one.endswith(".title") and one != but and texts[one] != self._whole]:
            group = name.removesuffix("title")
            parts = {f"{group}{part}": text for part, text in evidence_parts(texts[name]).items()}
            if len(parts) > 1 and not any(texts[one] for one in parts if one != name):
                self._parted = {one: texts[one] for one in parts}
                self.form.put(**parts)

    def action_put_back(self) -> None:
        """Take the address back into the title from which it came; there it stays."""
        if self._parted:
            self._whole = next(iter(self._parted.values()))
            self.form.put(**self._parted)
            self._parted = {}

    def more_fields(self) -> Sequence[FormField]:
        """Another item of evidence."""
        count = len({field.group for field in self.form.fields if field.group})
        return evidence_fields(count) if count < limits.EVIDENCE else ()

    def first(self) -> str:
        """What happened; the number or the day itself, where one is asked for."""
        return "outcome" if "value" in self.check(self.texts).hidden else "value"

    async def preview(self, answer: ResolveQuestion) -> Content:
        """Whose scores move, and which claims become tested."""
        odd = odd_known(answer.known_on, self._page.question)
        effect = await self._look_ahead(answer)
        known = f", known on {answer.known_on}" if answer.known_on else ""
        lines = [
            Content.styled("What this will do", "bold $primary"),
            Content(f"Outcome: {safe(outcome_in_words(outcome_text(answer.outcome, answer.void)))}{known}"),
            *([Content.styled(f"Is that day meant? {safe(odd)}.", "bold $warning")] if odd else []),
            Content(f"Evidence: {counted(len(answer.evidence), 'item')}, certainty {answer.certainty.value}"),
            Content(""),
            *_moves(effect.moves),
            Content(""),
            *(Content(move.in_words) for move in effect.buckets),
        ]
        if answer.supersede_reason:
            lines.append(Content("The resolution in force is replaced and stays in the record."))
        return Content("\n").join(lines)


def _moves(moves: Sequence[ScoreMove]) -> list[Content]:
    if not moves:
        return [Content("No source's score moves.")]
    head = f"{'Source':<{_NAME}}  {'before':>6}  {'after':>6}  {'':<8}  scored"
    lines = []
    by_measure = sorted(moves, key=lambda move: (move.unit is not None, move.measure))
    for measure, of_it in groupby(by_measure, key=attrgetter("measure")):
        scale = "Mean Brier score, 0–1" if measure == "Brier" else f"Mean {safe(measure)}"
        lines.append(Content.styled(f"{scale}, lower is better", MUTED))
        lines.append(Content.styled(head, "bold"))
        lines.extend(_move(move) for move in of_it)
    return lines


def _move(move: ScoreMove) -> Content:
    name = safe(move.name, _NAME)
    padded = name + " " * max(_NAME - cell_len(name), 0)
    direction, style = "", ""
    if move.before is None and move.after is not None:
        direction = "new"
    elif move.before is not None and move.after is not None:
        change = move.after - move.before
        direction = "same" if change == 0 else "▲ worse" if change > 0 else "▼ better"
        style = "$error" if change > 0 else "$success" if change < 0 else ""
    before, after = figure(move.before), figure(move.after)
    scored = f"{move.scored_before} → {move.scored_after}"
    return Content.assemble(f"{padded}  {before:>6}  {after:>6}  ", (f"{direction:<8}", style), f"  {scored}")
