"""Due, the home screen: what waits to be resolved, what is soon due, and what was resolved last."""

from calendar import Calendar
from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import ClassVar

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget

from forecasts import services
from forecasts.domain.formats import NOTHING, counted, day_text
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.overview import WAITING, DuePage, QuestionRow
from forecasts.text import has_terms, safe
from forecasts.tui import flows
from forecasts.tui.keys import Action
from forecasts.tui.screens.base import PLACE_ACTIONS, QUIT, Place
from forecasts.tui.screens.record_keys import QUESTION_ACTIONS, QuestionKeys
from forecasts.tui.show import MUTED, line, muted, outcome_briefly, outcome_in_words, since, styled
from forecasts.tui.widgets.bars import TextLines
from forecasts.tui.widgets.columns import Cell, Column, Heading, ListSource
from forecasts.tui.widgets.record_table import RecordTable

_NOTHING_DUE = (
    "Nothing is due.\nQuestions come here when their deadline has passed.\n"
    "N adds what one records; Predictions (4) shows what was recorded."
)
_NOTHING_YET = (
    "Nothing is on record yet.\nIt begins with an article: 3, then i takes in a file, or n a text that is pasted.\n"
    "What is predicted in it becomes questions, and they come here when their deadline has passed."
)
_NOTHING_FOUND = "No question has these words.\nesc shows all of them again."
_TITLE_SHOWN = 400


class DueScreen(QuestionKeys, Place[QuestionRow]):
    """Questions past their deadline, oldest first, by scenario; soon due; newly resolved."""

    PLACE = "due"
    HELP_TITLE = "Due"
    HELP_TEXT = (
        "Questions past their deadline wait here, oldest first, by scenario; below them what is due within 30 days, "
        "what is put aside until when, and the newest resolutions. n is how many predictions are on each: one without "
        "scores nobody. Where there is room, this month's deadlines stand in a calendar beside them. Resolving asks "
        "for the outcome, the day it became known and evidence, and shows before you confirm whose scores move."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (*QUESTION_ACTIONS, *PLACE_ACTIONS, QUIT)
    FILTER = "Words in the question or its scenario"

    def __init__(self) -> None:
        today = self.app.today()
        page = self._visible(self.app.first_page) if self.app.first_page else None
        window = _window(page, "", today) if page else None
        super().__init__(RecordTable(_columns(today), window=window, empty=_nothing(page)))
        self._page = page
        self._scenarios = list(dict.fromkeys(row.scenario for row in page.due)) if page else []
        self._month = TextLines(month_lines(page, today) if page else None, id="month")

    def compose_body(self) -> Iterable[Widget]:
        """The table, and beside it the month."""
        with Horizontal(id="due-body"):
            yield self._table
            yield self._month

    def begin(self) -> None:
        """Show the page that was read before the program drew anything."""
        if self._page:
            self.summarise(_summary(self._page, self.words, self.app.today()))
            self.show_detail()

    def load(self) -> None:
        read = partial(services.overview.due_page, self.app.address, today=self.app.today())
        self.fetch_by(partial(self.app.in_thread, read), self.show_due)

    async def show_due(self, read: DuePage) -> None:
        """Show what was read, with the cursor on the same question; one dealt with leaves it to the next that waits."""
        next_due = _next_due(self._page, read, self._table.cursor_slug, self.words) if self._page else ""
        self._page = self._in_order(self._visible(read))
        if next_due:
            self._table.seek(next_due)
        self._show()

    def _in_order(self, page: DuePage) -> DuePage:
        """The page with its scenarios as they stood: one that is worked down does not sink past those that wait."""
        self._scenarios = list(dict.fromkeys((*self._scenarios, *(row.scenario for row in page.due))))
        return page._replace(due=tuple(sorted(page.due, key=lambda row: self._scenarios.index(row.scenario))))

    def _visible(self, page: DuePage) -> DuePage:
        """The page, or what one may see of it while coding blind."""
        if not self.app.is_blind:
            return page
        from forecasts.domain.second_reading import blind_due

        return blind_due(page)

    def apply_filter(self) -> None:
        """Show the questions that have the words."""
        self._show()

    def _show(self) -> None:
        if self._page is None:
            return
        self._table.empty = _NOTHING_FOUND if self.words else _nothing(self._page)
        self._table.show_window(_window(self._page, self.words, self.app.today()))
        self._month.say(month_lines(self._page, self.app.today()))
        self.summarise(_summary(self._page, self.words, self.app.today()))
        self.follow_cursor()

    def in_full(self, row: QuestionRow) -> Iterable[Content]:
        """The question, and the facts about it."""
        scenario = row.scenario_title or "no scenario"
        claims = counted(row.predictions, "prediction") if row.predictions else "no prediction: it scores nobody"
        facts = (outcome_in_words(row.outcome), scenario, f"closes {row.closes_on}", claims, row.slug)
        return line(row.title[:_TITLE_SHOWN]), muted(" · ".join(fact for fact in facts if fact))

    @property
    def question(self) -> tuple[str, QuestionStatus] | None:
        row = self._table.cursor_row
        return (row.slug, row.status) if row else None

    @on(RecordTable.RowSelected)
    def open_question(self, event: RecordTable.RowSelected) -> None:
        """Show the question's page."""
        flows.opening.open_question(self.app, event.name)


def _nothing(page: DuePage | None) -> str:
    return _NOTHING_DUE if page is None or page.counts.get("articles") else _NOTHING_YET


def _window(page: DuePage, words: str, today: date) -> ListSource[QuestionRow]:
    return ListSource(_lines(page, words, today), lambda row: row.slug)


def _columns(today: date) -> tuple[Column[QuestionRow], ...]:
    def state(row: QuestionRow) -> Cell:
        if row.status not in WAITING:
            return Cell(outcome_briefly(row.outcome) or row.status.value, "strong")
        if row.remind_on is not None and row.remind_on > today:
            return Cell(since(row.remind_on, today), "muted")
        if _hangs(row, today):
            return Cell("waits", "muted")
        return Cell(since(row.resolves_on, today), "warn" if row.resolves_on < today else "muted")

    def title(row: QuestionRow) -> Cell:
        return Cell(row.title, "" if row.predictions else "muted")

    return (
        Column("resolves_on", "Deadline", lambda row: day_text(row.resolves_on), 10),
        Column("state", "State", state, 10),
        Column("title", "Question", title, 24, flex=1, apart=True),
        Column("predictions", "n", lambda row: str(row.predictions or NOTHING), 3, right=True, least_room=60),
    )


def _hangs(row: QuestionRow, today: date) -> bool:
    """Whether it is past its deadline and not due, because the question that it depends on is open."""
    return row.status is QuestionStatus.OPEN and row.resolves_on < today


def _next_due(before: DuePage, now: DuePage, slug: str, words: str) -> str:
    """Of a question that is due no more, the one after it in the list that still is, else the last before it."""
    shown = [row.slug for row in _due_lines(before, words) if not isinstance(row, Heading)]
    still_due = {row.slug for row in now.due}
    if slug not in shown or slug in still_due:
        return ""
    place = shown.index(slug)
    return next((one for one in (*shown[place:], *reversed(shown[:place])) if one in still_due), "")


def _due_lines(page: DuePage, words: str) -> Iterator[QuestionRow | Heading]:
    scenarios: dict[str, list[QuestionRow]] = {}
    for row in _having(page.due, words):
        scenarios.setdefault(row.scenario, []).append(row)
    for rows in scenarios.values():
        yield Heading(rows[0].scenario_title or "No scenario", level=2)
        yield from rows


def _having(rows: Iterable[QuestionRow], words: str) -> list[QuestionRow]:
    return [row for row in rows if has_terms(words, row.title, row.scenario_title, row.slug)]


def _lines(page: DuePage, words: str, today: date) -> Iterator[QuestionRow | Heading]:
    due = _having(page.due, words)
    if due:
        yield Heading("Due", note=counted(len(due), "question"))
    yield from _due_lines(page, words)
    soon = _having(page.soon, words)
    sections = (
        ("Soon due", [row for row in soon if not _hangs(row, today)]),
        ("Put aside", _having(page.put_aside, words)),
        ("Past the deadline, waiting for the question they depend on", [row for row in soon if _hangs(row, today)]),
        ("Newly resolved", _having(page.resolved, words)),
    )
    for title, rows in sections:
        if rows:
            yield Heading(title, note=counted(len(rows), "question"))
            yield from rows


def _summary(page: DuePage, words: str, today: date) -> str:
    if words:
        return counted(len(_having((*page.due, *page.soon, *page.put_aside, *page.resolved), words)), "question")
    soon = [row for row in page.soon if not _hangs(row, today)]
    parts = [f"{counted(len(page.due), 'question')} due", f"{len(soon):,} soon"]
    if soon:
        parts[-1] += f", next {day_text(soon[0].resolves_on)}"
    if page.put_aside:
        parts.append(f"{len(page.put_aside):,} put aside, next {page.put_aside[0].remind_on}")
    if len(soon) < len(page.soon):
        parts.append(f"{len(page.soon) - len(soon):,} waiting for another question")
    parts.append(counted(page.counts.get("predictions", 0), "prediction"))
    return " · ".join(parts)


def month_lines(page: DuePage, today: date) -> Content:
    """This month as a calendar, its deadlines and days to look again marked, and the next of them in words."""
    waiting = (*page.due, *page.soon)
    days = [(row.resolves_on, row.title) for row in waiting if row.resolves_on >= today.replace(day=1)]
    days += [(row.remind_on, f"again: {row.title}") for row in page.put_aside if row.remind_on]
    marked = {day for day, _ in days}
    lines = [Content.styled(f"{today:%B %Y}", "bold $primary"), Content.styled(" Mo Tu We Th Fr Sa Su", MUTED)]
    for week in Calendar().monthdatescalendar(today.year, today.month):
        shown = [(_day_cell(day, today, is_marked=day in marked)) for day in week]
        lines.append(Content("").join(shown))
    lines.append(Content(""))
    lines += [styled((f"{day.day:>2} {day:%b} ", "bold"), safe(title)) for day, title in sorted(days) if day >= today]
    return Content("\n").join(lines)


def _day_cell(day: date, today: date, *, is_marked: bool) -> Content:
    if day.month != today.month:
        return Content("   ")
    sign = "•" if is_marked else " "
    style = "bold reverse" if day == today else "bold $warning" if is_marked else MUTED
    return styled(sign, (f"{day.day:>2}", style))
