"""Forms of a few fields: a reason, a day, a file, where to write, what a list or a scoreboard is narrowed to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual.widget import Widget
from textual.widgets import Static

from forecasts.domain import limits
from forecasts.domain.date_words import read_day
from forecasts.domain.kinds import Basis, QuestionStatus, Role, Which, Wording
from forecasts.domain.marks import PredictionQuery
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import ForecastsError, InvalidInputError
from forecasts.paths import typed_path
from forecasts.services.drafting import by_field
from forecasts.text import safe
from forecasts.tui.dialogs.form import FormDialog, form_actions
from forecasts.tui.dialogs.form_fields import Attempt, Checked, DraftFile, FormField, Texts, word_field
from forecasts.tui.keys import Action
from forecasts.tui.show import line, long_day

_A_WEEK = timedelta(days=7)
_TITLE = 200


class ReasonDialog(FormDialog[str]):
    """Answers with a reason in words, which the record keeps."""

    ENTER_ANSWERS = True
    ACTIONS: ClassVar[tuple[Action, ...]] = form_actions("Do it", "With this reason", by_enter=True, leave="Cancel")

    def __init__(self, heading: str, subject: str, question: str, attempt: Attempt, draft: DraftFile) -> None:
        self.heading = heading
        self._subject = subject
        self._question = question
        super().__init__([FormField(name="reason", label="Reason", limit=limits.TEXT)], {}, attempt, draft=draft)

    def intro(self) -> Iterable[Widget]:
        yield Static(line(self._subject), classes="prose section")
        yield Static(line(self._question), classes="prose muted")

    def check(self, texts: Texts) -> Checked[str]:
        """It cannot be empty."""
        reason = texts["reason"].strip()
        wrong = {} if reason else {"reason": "a reason is needed: the record keeps it"}
        return Checked(wrong=wrong, answer=reason or None)


class RemindDialog(FormDialog[date]):
    """Answers with a day after today until which a question is put aside; a week from now is offered."""

    heading = "Remind me later"
    ENTER_ANSWERS = True
    ACTIONS: ClassVar[tuple[Action, ...]] = form_actions("Put aside", "Until that day", by_enter=True, leave="Cancel")

    def __init__(self, subject: str, today: date, attempt: Attempt) -> None:
        self._subject = subject
        self._today = today
        field = FormField(name="day", label="Until", default=str(today + _A_WEEK), placeholder="YYYY-MM-DD")
        super().__init__([field], {}, attempt)

    def intro(self) -> Iterable[Widget]:
        yield Static(line(self._subject), classes="prose section")
        yield Static("The deadline does not move.", classes="prose muted")

    def check(self, texts: Texts) -> Checked[date]:
        """A day to come."""
        today = self._today
        try:
            day = read_day(texts["day"], today)
        except ValueError as error:
            return Checked(wrong={"day": f"expected {error}"})
        if day <= today:
            return Checked(wrong={"day": f"a day after today, {today}"})
        return Checked(hints={"day": long_day(day)}, answer=day)


class AttachDialog(FormDialog[str]):
    """Answers with the path of an article's text, as it was typed."""

    heading = "Attach the text"
    ENTER_ANSWERS = True
    ACTIONS: ClassVar[tuple[Action, ...]] = form_actions("Attach", "Keep a copy", by_enter=True, leave="Cancel")

    def __init__(self, title: str, attempt: Attempt) -> None:
        self._title = title
        field = FormField(name="path", label="File", placeholder="~/articles/text.txt", waits=True)
        super().__init__([field], {}, attempt)

    def intro(self) -> Iterable[Widget]:
        """Whose text, and what becomes of it."""
        yield Static(line(safe(self._title, _TITLE)), classes="prose section")
        kept = "Plain text in UTF-8, a paragraph a line. It is kept in the database and never part of an export."
        yield Static(line(kept), classes="prose muted")

    def check(self, texts: Texts) -> Checked[str]:
        """Where the path leads, and whether a file is there."""
        return check_path(texts["path"].strip())


def check_path(text: str) -> Checked[str]:
    """The path of a file that is there, as it was typed."""
    if not text:
        return Checked(wrong={"path": "a path is needed"})
    try:
        path = typed_path(text)
    except ForecastsError:  # a ~user that is not there
        path = Path(text)
    if _is_file(path):
        return Checked(hints={"path": str(path.absolute())}, answer=text)
    hint = f"{path.absolute()} (no file is there)"
    return Checked(wrong={"path": f"no file is at {path.absolute()}"}, hints={"path": hint})


class ArticleComes(NamedTuple):
    """What an article comes in: the path of a file, or its text; neither where it is entered by hand."""

    path: str
    text: str


class TakeDialog(FormDialog[ArticleComes]):
    """Answers with the path of a file in which an article comes, or with its text as it was pasted."""

    heading = "Take in an article"
    ENTER_ANSWERS = True
    ACTIONS: ClassVar[tuple[Action, ...]] = form_actions("Go on", "Read it, then confirm", leave="Cancel")

    def __init__(self, attempt: Attempt, first: str) -> None:
        self._first = first
        fields = (
            FormField(name="text", label="Text", is_prose=True, help="Pasted, a paragraph a line; or the file below."),
            FormField(name="path", label="File", placeholder="~/articles/page.html", waits=True),
        )
        super().__init__(fields, {}, attempt, classes="-list")

    def first(self) -> str:
        """The text, or the file."""
        return self._first

    def intro(self) -> Iterable[Widget]:
        """What may come, and that nothing is written before it was seen."""
        forms = "A saved web page, PDF, DOCX, EPUB, MHTML, WARC, Markdown, text, or a list of references."
        yield Static(
            line(f"{forms} What it says of itself is shown before anything is recorded."), classes="prose muted"
        )

    def check(self, texts: Texts) -> Checked[ArticleComes]:
        """One of the two, or none: then the article is entered by hand."""
        path, text = texts["path"].strip(), texts["text"]
        if path and text.strip():
            return Checked(wrong={"path": "a file or a pasted text, not both"})
        found: Checked[str] = check_path(path) if path else Checked()
        hints = {**found.hints, "text": "" if path or text.strip() else "left empty, the article is entered by hand"}
        return Checked(wrong=found.wrong, hints=hints, answer=None if found.wrong else ArticleComes(path, text))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long for any file
        return False


class ExportForm(NamedTuple):
    """A format: its name for the service, what the dialog calls it, and a path to offer."""

    name: str
    label: str
    offered: str


class ExportAnswer(NamedTuple):
    """What to write, where, and whether it is opened in the browser then."""

    form: str
    path: Path
    opens: bool = False


_PROVES = "a zip by which anybody works the scores out again"
_OPEN = "open"


class ExportDialog(FormDialog[ExportAnswer]):
    """Answers with the format and where to write; the format's own path stands where none is typed."""

    heading = "Export"
    ENTER_ANSWERS = True
    ACTIONS: ClassVar[tuple[Action, ...]] = form_actions("Write", "Write the files", by_enter=True, leave="Cancel")

    def __init__(self, what: str, forms: Sequence[ExportForm], attempt: Attempt, *, can_open: bool) -> None:
        self._what = what
        self._offered = {form.name: form.offered for form in forms}
        self._can_open = can_open
        names = tuple(self._offered)
        labels = tuple(form.label for form in forms)
        then = ("open in the browser", "only write")
        fields = (
            FormField(name="form", label="Format", choices=names, choice_labels=labels, default=names[0]),
            FormField(name="path", label="Path"),
            FormField(name="then", label="Then", choices=(_OPEN, "leave"), choice_labels=then, default=_OPEN),
        )
        super().__init__(fields, {}, attempt)

    def intro(self) -> Iterable[Widget]:
        yield Static(line(self._what), classes="prose section")

    def check(self, texts: Texts) -> Checked[ExportAnswer]:
        """Where the path leads; pages can be opened where there is a browser."""
        offered = self._offered[texts["form"]]
        is_page = texts["form"] == "html" and self._can_open
        hidden, follows = () if is_page else ("then",), {"path": offered}
        try:
            path = typed_path(texts["path"].strip() or offered)
        except ForecastsError as error:
            return Checked(wrong={"path": error.message}, hidden=hidden, follows=follows)
        answer = ExportAnswer(texts["form"], path, is_page and texts["then"] == _OPEN)
        hints = {"path": str(path.absolute()), "form": _PROVES if texts["form"] == "bundle" else ""}
        return Checked(hints=hints, answer=answer, hidden=hidden, follows=follows)


_ANY = "any"
_DAYS = {"since": "Made since", "until": "Made until", "as_of": "As of"}


def _by_name(names: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


class NarrowDialog(FormDialog[PredictionQuery]):
    """Answers with the query, narrowed to a source, a scenario, a status."""

    heading = "Narrow the predictions"
    ACTIONS: ClassVar[tuple[Action, ...]] = form_actions("Show", "Show what is left", leave="Cancel")

    def __init__(self, query: PredictionQuery, sources: Mapping[str, str], scenarios: Mapping[str, str]) -> None:
        self._query = query
        statuses = (_ANY, *QuestionStatus)
        fields = (
            FormField(name="source", label="Source", listed=_by_name(sources), placeholder="every source"),
            FormField(name="scenario", label="Scenario", listed=_by_name(scenarios), placeholder="every scenario"),
            word_field("status", "Status", QuestionStatus, choices=statuses, default=_ANY),
        )
        status = query.status.value if query.status else _ANY
        begun = {"source": query.source, "scenario": query.scenario, "status": status}
        super().__init__(fields, begun, Attempt())

    def check(self, texts: Texts) -> Checked[PredictionQuery]:
        """Nothing can be wrong."""
        status = None if texts["status"] == _ANY else QuestionStatus(texts["status"])
        return Checked(answer=replace(self._query, source=texts["source"], scenario=texts["scenario"], status=status))


class ScoreFiltersDialog(FormDialog[ScoreFilters]):
    """Answers with what a scoreboard is made of."""

    heading = "What the scores are made of"
    ACTIONS: ClassVar[tuple[Action, ...]] = form_actions("Show", "Show the scoreboard so", leave="Cancel")

    def __init__(self, filters: ScoreFilters, scenarios: Mapping[str, str], standards: Mapping[str, str]) -> None:
        self._filters = filters
        days = "2025-12-31, end of 2025, 6 months ago"
        own = "the standard of each prediction"
        fields = (
            word_field("by", "By", Role),
            word_field("which", "Which counts", Which),
            word_field("wording", "Wording", Wording),
            word_field("basis", "Who chose p", Basis, choices=(_ANY, *Basis)),
            FormField(name="scenario", label="Scenario", listed=_by_name(scenarios), placeholder="every scenario"),
            FormField(name="standard", label="Read under", listed=_by_name(standards), placeholder=own),
            *(FormField(name=name, label=label, placeholder=days) for name, label in _DAYS.items()),
        )
        begun = {field.name: str(getattr(filters, field.name) or "") for field in fields}
        super().__init__(fields, {**begun, "basis": begun["basis"] or _ANY}, Attempt())

    def check(self, texts: Texts) -> Checked[ScoreFilters]:
        """Every day must be readable, and days left between them."""
        today = self.app.today()
        wrong: dict[str, str] = {}
        days: dict[str, date | None] = {}
        for name in _DAYS:
            text = texts[name].strip()
            try:
                days[name] = read_day(text, today) if text else None
            except ValueError as error:
                wrong[name] = f"expected {error}"
        hints = {name: long_day(day) for name, day in days.items() if day}
        if wrong:
            return Checked(wrong=wrong, hints=hints)
        try:
            answer = replace(
                self._filters,
                by=Role(texts["by"]),
                which=Which(texts["which"]),
                wording=Wording(texts["wording"]),
                basis=None if texts["basis"] == _ANY else Basis(texts["basis"]),
                scenario=texts["scenario"],
                standard=texts["standard"],
                since=days["since"],
                until=days["until"],
                as_of=days["as_of"],
            )
        except InvalidInputError as error:
            return Checked(wrong=by_field(error.problems), hints=hints)
        return Checked(hints=hints, answer=answer)
