"""A question's page: its criteria, who said what about it, and what was resolved."""

from collections.abc import Iterator
from typing import ClassVar

from textual.content import Content
from textual.widgets import Static

from forecasts import services
from forecasts.domain.formats import and_more
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.views import QuestionPage
from forecasts.tui import question_words
from forecasts.tui.desktop import Copyable
from forecasts.tui.keys import Action
from forecasts.tui.screens.base import BACK, EXPORT, TextPage
from forecasts.tui.screens.record_keys import QUESTION_ACTIONS, QuestionKeys

_MOST_SHOWN = 200


class QuestionScreen(QuestionKeys, TextPage):
    """Everything about one question."""

    HELP_TITLE = "Question"
    HELP_TEXT = (
        "One event with its criteria, every prediction that was made about it, and every resolution it ever had. On "
        "the 0–100 % line the mark is the number that is scored, shaped by how it turned out, and ━ the range that the "
        "wording allows."
    )
    ACTIONS: ClassVar[tuple[Action, ...]] = (*QUESTION_ACTIONS, EXPORT, BACK)

    def __init__(self, slug: str) -> None:
        super().__init__()
        self._slug = slug
        self._question: QuestionPage | None = None

    def load(self) -> None:
        self.fetch(lambda ledger: services.browse.question_page(ledger, self._slug), self.show_question)

    async def show_question(self, read: QuestionPage) -> None:
        page = self._question = self._visible(read)
        self.entitle(page.question.title)
        self.summarise(question_words.facts(page, self.app.today()))
        await self.show_text(_sections(page))

    def _visible(self, page: QuestionPage) -> QuestionPage:
        """The page, or what one may see of it while coding blind."""
        if not self.app.is_blind:
            return page
        from forecasts.domain.second_reading import blind_question

        return blind_question(page, self.app.today())

    @property
    def question(self) -> tuple[str, QuestionStatus] | None:
        return (self._slug, self._question.status) if self._question else None

    @property
    def copyables(self) -> tuple[Copyable, ...]:
        if self._question is None:
            return ()
        question = self._question.question
        return Copyable("Question", question.title), Copyable("Criteria", question.criteria)

    @property
    def quotables(self) -> tuple[str, ...]:
        return tuple(said.record.slug for said in self._question.predictions[:_MOST_SHOWN]) if self._question else ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the evidence of its resolutions can be read, the newest first."""
        resolutions = self._question.resolutions if self._question else ()
        return tuple(item.url for record in reversed(resolutions) for item in record.evidence)


def _sections(page: QuestionPage) -> Iterator[Static]:
    yield _heading("Criteria")
    yield from (_prose(content) for content in question_words.criteria(page))
    if page.resolutions:
        yield _heading("Resolutions")
        for record in reversed(page.resolutions):
            yield from question_words.resolution(record)
    yield _heading(question_words.how_many(page).capitalize())
    chart = question_words.all_on_one_line(page)
    if chart is not None:
        yield _prose(chart, spaced=True)
    for said in page.predictions[:_MOST_SHOWN]:
        yield _prose(question_words.prediction(said, page), spaced=True)
    if len(page.predictions) > _MOST_SHOWN:
        more = and_more(len(page.predictions) - _MOST_SHOWN, "prediction")
        yield Static(f"{more}: Predictions (4) shows them all", classes="prose muted", markup=False)
    if page.revisions:
        yield _heading("Criteria were clarified")
        yield from (_prose(question_words.revision(record), spaced=True) for record in reversed(page.revisions))


def _heading(text: str) -> Static:
    return Static(text, classes="prose section", markup=False)


def _prose(content: Content, *, spaced: bool = False) -> Static:
    return Static(content, classes="prose spaced" if spaced else "prose")
