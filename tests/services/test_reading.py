"""What is read back: pages, lists, the home screen and windows, each against what the records say."""

from __future__ import annotations

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.db.queries import predictions as prediction_queries
from forecasts.db.queries.home import read_statuses
from forecasts.domain.dates import Span
from forecasts.domain.intents import RemindLater, ReopenQuestion, ResolveQuestion
from forecasts.domain.kinds import QuestionStatus
from forecasts.domain.marks import PredictionQuery, PredictionRow
from forecasts.domain.overview import ListFilters
from forecasts.domain.records import Prediction, Question, Record, Resolution, Source, identity
from forecasts.domain.wording import read_number
from forecasts.errors import RuleBrokenError, UnknownRecordError
from forecasts.services.browse import question_page, show_record, titles_of
from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.overview import KINDS, data_version, due_page, ledger_status, list_records
from forecasts.services.predictions import open_predictions
from forecasts.services.resolve import remind_later, reopen_question, resolve_question
from forecasts.text import search_key
from tests.conftest import ANALYST, NOW, HeldClock, Templates
from tests.services.looking import records
from tests.services.packs import HEAD, PEOPLE, PREDICTION, QUESTION, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TODAY = NOW.date()
SLUG = "csto-out-by-2022-01-23"


def _records(ledger: Ledger, kind: str) -> dict[str, Any]:
    return {identity(record)[0]: record for record in records(ledger)[kind]}


def _statuses(ledger: Ledger) -> dict[str, QuestionStatus]:
    with ledger.reader() as reader:
        slugs = dict(reader.rows("SELECT id, slug FROM question"))
        return {slugs[key]: status for key, status in read_statuses(reader, TODAY).items()}


# Pages


def test_question_page_holds_what_belongs_to_it(resolved_ledger: Ledger) -> None:
    said = [row for row in _records(resolved_ledger, "prediction").values() if row.question == SLUG]
    sources, articles = _records(resolved_ledger, "source"), _records(resolved_ledger, "article")
    phrases = records(resolved_ledger)["phrase"]
    page = question_page(resolved_ledger, SLUG)
    assert page.question == _records(resolved_ledger, "question")[SLUG]
    assert {row.record.slug for row in page.predictions} == {row.slug for row in said}
    assert len(said) >= 2
    assert [row.made_on for row in page.predictions] == sorted(row.made_on for row in page.predictions)
    for row in page.predictions:
        article = articles[row.record.article]
        assert row.speaker_names == tuple(sources[slug].name for slug in row.record.speakers)
        assert (row.article_title, row.made_on) == (article.title, str(row.record.made_on or article.published_on))
        number = read_number(row.record, [phrase for phrase in phrases if phrase.standard == row.record.standard])  # type: ignore[union-attr, misc]
        assert (row.number.probability, row.number.low, row.number.high) == (
            number.probability,
            number.low,
            number.high,
        )
    assert [resolution.outcome for resolution in page.resolutions] == ["yes"]
    assert page.status is QuestionStatus.RESOLVED
    assert page.scenario_title == _records(resolved_ledger, "scenario")[page.question.scenario].title


def test_question_page_tells_what_hangs_on_what(seeded_ledger: Ledger) -> None:
    questions = _records(seeded_ledger, "question")
    hanging = [question for question in questions.values() if question.condition]
    assert hanging
    for question in hanging:
        asked = question_page(seeded_ledger, question.condition.question)
        assert question.slug in asked.dependents
        assert question_page(seeded_ledger, question.slug).depends_on[0] == question.condition


@pytest.mark.parametrize("kind", ["source", "article", "scenario", "question", "prediction", "standard"])
def test_every_record_can_be_shown(resolved_ledger: Ledger, kind: str) -> None:
    found = _records(resolved_ledger, kind)
    assert found
    for slug in found:
        page = show_record(resolved_ledger, kind, slug)
        assert (page.kind, page.slug, page.fields["slug"], page.version >= 1) == (kind, slug, slug, True)
        assert [entry.entry for entry in page.history] == [1]
    with pytest.raises(UnknownRecordError) as refused:
        show_record(resolved_ledger, kind, f"{next(iter(found))}x")
    assert next(iter(found)) in refused.value.nearest


def test_record_is_shown_with_what_belongs_to_it(resolved_ledger: Ledger) -> None:
    said = _records(resolved_ledger, "prediction").values()
    article = next(row.article for row in said)
    page = show_record(resolved_ledger, "article", article)
    assert {row["slug"] for row in page.related["predictions"]} == {row.slug for row in said if row.article == article}
    assert all(row["article"] == article for row in page.related["passages"])
    speaker = next(row.speakers[0] for row in said if row.speakers)
    page = show_record(resolved_ledger, "source", speaker)
    assert {row["slug"] for row in page.related["predictions"]} == {row.slug for row in said if speaker in row.speakers}
    page = show_record(resolved_ledger, "question", SLUG)
    assert [row["outcome"] for row in page.related["resolutions"]] == ["yes"]
    assert page.fields["status"] == "resolved"
    standard = next(iter(_records(resolved_ledger, "standard")))
    assert show_record(resolved_ledger, "standard", standard).related["phrases"]


def test_history_of_a_question_tells_of_its_resolutions(seeded_ledger: Ledger) -> None:
    resolve_question(
        seeded_ledger, ResolveQuestion(question=SLUG, outcome="yes", known_on=Span.of(date(2022, 1, 19)), note="Out.")
    )
    reopen_question(seeded_ledger, ReopenQuestion(question=SLUG, reason="Another count."))
    intents = [entry.intent for entry in show_record(seeded_ledger, "question", SLUG).history]
    assert intents == ["reopen question", "resolve question", "set up"]


def test_names_are_those_of_the_records(seeded_ledger: Ledger) -> None:
    assert titles_of(seeded_ledger, "source") == {
        slug: row.name for slug, row in _records(seeded_ledger, "source").items()
    }
    assert titles_of(seeded_ledger, "scenario") == {
        slug: row.title for slug, row in _records(seeded_ledger, "scenario").items()
    }


# The home screen and lists


def test_due_page_is_what_waits(seeded_ledger: Ledger, seeded_address: str) -> None:
    page = due_page(seeded_address, today=TODAY)
    questions = _records(seeded_ledger, "question")
    free = {slug: row for slug, row in questions.items() if row.condition is None}
    past = {slug for slug, row in free.items() if row.resolves_on < TODAY}
    assert {row.slug for row in page.due} == past
    order = [(row.resolves_on, row.scenario, row.slug) for row in page.due]
    assert order == sorted(order)
    assert page.resolved == ()
    assert page.counts["questions"] == len(questions)
    assert ledger_status(seeded_address, today=TODAY).due == len(past)
    said = [row.question for row in _records(seeded_ledger, "prediction").values()]
    assert all(row.predictions == said.count(row.slug) for row in page.due)


def test_question_is_due_from_the_day_after_its_deadline(seeded_address: str) -> None:
    deadline = date(2022, 1, 23)
    for today, waits in ((deadline, "soon"), (deadline + timedelta(days=1), "due"), (deadline - timedelta(30), "soon")):
        page = due_page(seeded_address, today=today)
        assert SLUG in {row.slug for row in getattr(page, waits)}, today
    assert SLUG not in {row.slug for row in due_page(seeded_address, today=deadline - timedelta(days=31)).soon}


def test_due_page_after_a_reminder_and_a_resolution(seeded_ledger: Ledger, seeded_address: str) -> None:
    before, version = due_page(seeded_address, today=TODAY), data_version(seeded_address)
    remind_later(seeded_ledger, RemindLater(question=SLUG, remind_on=date(2027, 1, 1)))
    aside = due_page(seeded_address, today=TODAY)
    assert (len(aside.due), len(aside.put_aside)) == (len(before.due) - 1, 1)
    assert SLUG in {row.slug for row in due_page(seeded_address, today=date(2027, 1, 1)).due}
    resolve_question(
        seeded_ledger, ResolveQuestion(question=SLUG, outcome="yes", known_on=Span.of(date(2022, 1, 19)), note="Out.")
    )
    (newest,) = due_page(seeded_address, today=TODAY).resolved
    assert (newest.slug, newest.outcome, newest.known_on, newest.resolved_at) == (SLUG, "yes", "2022-01-19", NOW)
    assert newest.status is QuestionStatus.RESOLVED
    assert data_version(seeded_address) == version + 2


def test_lists_are_the_records(resolved_ledger: Ledger, resolved_address: str) -> None:
    for kind in KINDS:
        listed = list_records(resolved_address, kind, ListFilters(), today=TODAY)
        if kind == "resolution":
            assert len(listed) == len(records(resolved_ledger)[kind]) > 0
        else:
            assert sorted(row["slug"] for row in listed) == sorted(_records(resolved_ledger, kind))
            by = ("resolves_on", "scenario", "slug") if kind == "question" else ("slug",)
            assert listed == sorted(listed, key=lambda row: [row[name] or "" for name in by])


@pytest.mark.parametrize("kind", ["question", "prediction"])
@pytest.mark.parametrize("status", list(QuestionStatus))
def test_lists_by_status(resolved_ledger: Ledger, resolved_address: str, kind: str, status: QuestionStatus) -> None:
    listed = list_records(resolved_address, kind, ListFilters(status=status), today=TODAY)
    wanted = {status, QuestionStatus.DUE} if status is QuestionStatus.OPEN else {status}
    statuses = _statuses(resolved_ledger)
    expected = {
        slug
        for slug, row in _records(resolved_ledger, kind).items()
        if statuses.get(slug if kind == "question" else row.question) in wanted
    }
    assert {row["slug"] for row in listed} == expected
    assert {row["status"] for row in listed} <= wanted


def test_lists_by_scenario_source_and_text(resolved_ledger: Ledger, resolved_address: str) -> None:
    def listed(kind: str, **filters: str) -> set[str]:
        found = list_records(resolved_address, kind, ListFilters(**filters), today=TODAY)  # type: ignore[arg-type]
        return {row.get("slug") or row["question"] for row in found}

    questions, said = _records(resolved_ledger, "question"), _records(resolved_ledger, "prediction")
    scenario = questions[SLUG].scenario
    inside = {slug for slug, row in questions.items() if row.scenario == scenario}
    assert listed("question", scenario=scenario) == inside
    assert listed("prediction", scenario=scenario) == {slug for slug, row in said.items() if row.question in inside}
    assert listed("resolution", scenario=scenario) <= inside
    speaker = next(row.speakers[0] for row in said.values() if row.question == SLUG)
    spoken = {slug for slug, row in said.items() if speaker in row.speakers}
    assert listed("prediction", source=speaker) == spoken
    assert listed("question", source=speaker) == {said[slug].question for slug in spoken} - {""}
    assert listed("prediction", source=speaker, scenario=scenario) == {
        slug for slug in spoken if said[slug].question in inside
    }
    word = questions[SLUG].title.split()[0]
    assert SLUG in listed("question", text=word.upper())
    for text in ("%", "_", "\\", "'"):
        assert listed("question", text=text) == {
            slug for slug, row in questions.items() if text in row.title or text in slug
        }


@pytest.mark.parametrize(
    ("kind", "filters", "error"),
    [
        ("question", {"scenario": "no-such"}, UnknownRecordError),
        ("prediction", {"source": "no-such"}, UnknownRecordError),
        ("article", {"scenario": "csto-mission"}, RuleBrokenError),
        ("source", {"status": QuestionStatus.OPEN}, RuleBrokenError),
    ],
)
def test_list_that_cannot_be_narrowed_so_says_so(
    seeded_address: str, kind: str, filters: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        list_records(seeded_address, kind, ListFilters(**filters), today=TODAY)


# Predictions by the window


def _all(ledger: Ledger, step: int = 29, **query: Any) -> list[PredictionRow]:
    window = open_predictions(ledger, PredictionQuery(**query))
    rows = [row for first in range(0, len(window), step) for row in window.rows(first, step)]
    assert len(rows) == len(window)
    return rows


def test_window_has_every_prediction_once(resolved_ledger: Ledger) -> None:
    rows = _all(resolved_ledger, step=7)
    assert sorted(row.slug for row in rows) == sorted(_records(resolved_ledger, "prediction"))
    window = open_predictions(resolved_ledger, PredictionQuery())
    for index in (0, len(window) // 2, len(window) - 1):
        assert window.slug_at(index) == rows[index].slug
        assert window.index_of(rows[index].slug) == index
    assert window.index_of("no-such") is None
    assert window.rows(len(window) - 1, 50) == tuple(rows[-1:])
    assert window.rows(len(window), 50) == ()


def test_window_stays_as_it_was_asked(seeded_ledger: Ledger) -> None:
    window = open_predictions(seeded_ledger, PredictionQuery(status=QuestionStatus.DUE))
    before = window.rows(0, 500)
    resolve_question(
        seeded_ledger, ResolveQuestion(question=SLUG, outcome="yes", known_on=Span.of(date(2022, 1, 19)), note="Out.")
    )
    assert [row.slug for row in window.rows(0, 500)] == [row.slug for row in before]


SORTED: dict[str, Callable[[PredictionRow], Any]] = {
    "made_on": lambda row: row.made_on.split("/")[-1],
    "speakers": lambda row: row.speakers.split(", ")[0] or None,
    "question": lambda row: row.question or None,
    "article": lambda row: row.article,
    "claim_type": lambda row: row.claim_type,
    "phrase": lambda row: row.phrase,
    "probability": lambda row: row.probability,
    "slug": lambda row: row.slug,
    "scenario": lambda row: row.scenario or None,
}


@pytest.fixture(params=["few", "many"])
def however_many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A selection of few is sorted as it is; of many, the table's own order is followed."""
    if request.param == "many":
        monkeypatch.setattr(prediction_queries, "FEW", -1)


@pytest.mark.usefixtures("however_many")
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", SORTED)
def test_window_is_sorted_by_code_point_with_the_unknown_last(
    resolved_ledger: Ledger, sort: str, descending: bool
) -> None:
    rows = _all(resolved_ledger, sort=sort, descending=descending)
    place = _order_of_recording(resolved_ledger)
    keyed = [(SORTED[sort](row), place[row.slug]) for row in rows]
    known = [pair for pair in keyed if pair[0] is not None]
    assert known == sorted(known, reverse=descending)
    assert keyed[len(known) :] == sorted((pair for pair in keyed if pair[0] is None), key=lambda pair: pair[1])


def _order_of_recording(ledger: Ledger) -> dict[str, int]:
    with ledger.read() as connection:
        slugs = connection.exec_driver_sql("SELECT slug FROM prediction ORDER BY id").scalars().all()
    return dict(zip(slugs, range(len(slugs)), strict=True))


NARROWED: list[dict[str, Any]] = [
    {},
    {"text": "КАЗАХ"},
    {"text": "csto"},
    {"text": "Chan Kung"},
    {"text": "ch"},
    {"text": "lulko csto"},
    {"text": "obviously KUNG peace by"},
    {"text": '"likely that"'},
    {"text": 'kung "of kazakhstan'},
    {"text": "no such words"},
    {"text": '"% _ or'},
    {"source": "chan-kung"},
    {"scenario": "csto-mission"},
    {"status": QuestionStatus.RESOLVED},
    {"status": QuestionStatus.OPEN, "text": "kazakhstan"},
    {"source": "chan-kung", "text": "will"},
]


@pytest.mark.usefixtures("however_many")
@pytest.mark.parametrize("sort", ["made_on", "speakers", "slug", "probability", "question_title"])
def test_window_holds_what_is_asked_for_in_order(resolved_ledger: Ledger, sort: str) -> None:
    """Compared with the list of everything, filtered here; the first rows are those of the whole."""
    every = _all(resolved_ledger, sort=sort)
    whole = open_predictions(resolved_ledger, PredictionQuery(sort=sort))
    keys = {row.slug: key for row, key in zip(every, whole.keys, strict=True)}
    words = _words_of(resolved_ledger)
    speakers = {slug: record.speakers for slug, record in _records(resolved_ledger, "prediction").items()}

    def is_wanted(row: PredictionRow, narrowed: dict[str, Any]) -> bool:
        wanted = {narrowed.get("status"), QuestionStatus.DUE if narrowed.get("status") == "open" else None} - {None}
        return (
            all(any(one in text for text in words[row.slug]) for one in _looked_for(narrowed.get("text", "")))
            and narrowed.get("source", "") in ("", *speakers[row.slug])
            and narrowed.get("scenario", "") in ("", row.scenario)
            and ("status" not in narrowed or row.status in wanted)
        )

    found = 0
    for narrowed in NARROWED:
        expected = [keys[row.slug] for row in every if is_wanted(row, narrowed)]
        found += 0 < len(expected) < len(every)
        asked = PredictionQuery(sort=sort, **narrowed)
        assert list(open_predictions(resolved_ledger, asked).keys) == expected, narrowed
        first = open_predictions(resolved_ledger, asked, 5)
        assert list(first.keys) == expected[:5], narrowed
        assert first.is_whole == (len(expected) < 5)
    assert found > 6


def _looked_for(text: str) -> list[str]:
    """Words, and between quotation marks what stands together, which is every second part of it."""
    parts = search_key(text).split('"')
    return [one for place, part in enumerate(parts) for one in ([part] if place % 2 else part.split()) if one]


def _words_of(ledger: Ledger) -> dict[str, list[str]]:
    """The words of each prediction, of its question and of its speakers, folded."""
    questions, sources = _records(ledger, "question"), _records(ledger, "source")
    return {
        slug: [
            search_key(record.claim, record.phrase, slug),
            search_key(questions[record.question].title, record.question) if record.question else "",
            *(search_key(sources[one].name, *sources[one].aliases, one) for one in record.speakers),
        ]
        for slug, record in _records(ledger, "prediction").items()
    }


def test_window_cannot_be_sorted_by_what_is_no_field(seeded_ledger: Ledger) -> None:
    with pytest.raises(RuleBrokenError, match="cannot be sorted by"):
        open_predictions(seeded_ledger, PredictionQuery(sort="slug; DROP TABLE prediction"))


def test_window_narrowed(resolved_ledger: Ledger) -> None:
    said = _records(resolved_ledger, "prediction")
    questions = _records(resolved_ledger, "question")
    scenario, speaker = questions[SLUG].scenario, next(iter(said.values())).speakers[0]
    for query, keep in (
        ({"question": SLUG}, lambda row: row.question == SLUG),
        ({"source": speaker}, lambda row: speaker in row.speakers),
        ({"scenario": scenario}, lambda row: bool(row.question) and questions[row.question].scenario == scenario),
    ):
        assert {row.slug for row in _all(resolved_ledger, **query)} == {slug for slug, row in said.items() if keep(row)}
    statuses = _statuses(resolved_ledger)
    for status in QuestionStatus:
        wanted = {status, QuestionStatus.DUE} if status is QuestionStatus.OPEN else {status}
        found = _all(resolved_ledger, status=status)
        assert {row.status for row in found} <= wanted
        assert len(found) == sum(statuses.get(row.question) in wanted for row in said.values())


@pytest.fixture(scope="session")
def in_kazakh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack whose words are Kazakh, Russian, French and full of signs that LIKE reads."""
    people = PEOPLE.replace('"A. Seer"', '"Қасым-Жомарт Тоқаев"')
    said = [
        PREDICTION.replace('"p1"', f'"p{number}"').replace("They will be out.", claim)
        for number, claim in enumerate(
            ("Қазақстан бөлінбейді.", "Путин уйдёт.", "L'ÉTÉ sera chaud.", "50 % of it_all.", "STRASSE oder Straße.")
        )
    ]
    return Path(pack(tmp_path_factory.mktemp("kazakh"), HEAD, people, QUESTION, *said))


@pytest.fixture
def kazakh(in_kazakh: Path, engine: str, templates: Templates, tmp_path: Path) -> Iterator[Ledger]:
    with (
        templates.copied(engine, tmp_path, in_kazakh) as address,
        closing(open_ledger(address, analyst=ANALYST, clock=HeldClock())) as ledger,
    ):
        yield ledger


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("қазақ", "p0"),
        ("ҚАЗАҚСТАН", "p0"),
        ("УЙДЁТ", "p1"),
        ("уйде\N{COMBINING DIAERESIS}т", "p1"),
        ("été", "p2"),
        ("50 %", "p3"),
        ("it_all", "p3"),
        ("strasse ODER", "p4"),
        ("itxall", ""),
        ("бөлінбейді ҚАЗАҚ тоқаев", "p0"),
        ('"strasse oder" by', "p4"),
        ('"oder strasse by"', ""),
        ("тоқаев", "p0 p1 p2 p3 p4"),
        ("out by", "p0 p1 p2 p3 p4"),
        ("", "p0 p1 p2 p3 p4"),
    ],
)
def test_search_finds_any_script_in_any_case(kazakh: Ledger, text: str, found: str) -> None:
    assert {row.slug for row in _all(kazakh, text=text)} == set(found.split())


def test_row_says_what_the_record_says(resolved_ledger: Ledger) -> None:
    said, sources = _records(resolved_ledger, "prediction"), titles_of(resolved_ledger, "source")
    read_again = {row.prediction for row in records(resolved_ledger)["reading"]}  # type: ignore[union-attr]
    statuses = _statuses(resolved_ledger)
    outcomes = {
        row.question: f"void: {row.void.value}" if row.void else str(row.outcome)
        for row in records(resolved_ledger)["resolution"]
        if isinstance(row, Resolution)
    }
    assert outcomes
    for row in _all(resolved_ledger):
        record = said[row.slug]
        assert row.speakers == ", ".join(sources[slug] for slug in record.speakers)
        assert (row.claim, row.phrase, row.claim_type) == (record.claim, record.phrase, record.claim_type.value)
        assert (row.article, row.question, row.unscorable) == (record.article, record.question, record.unscorable)
        if record.probability is not None and row.slug not in read_again:
            assert (row.probability, row.number) == (record.probability, f"{record.probability * 100:.10g} %")
        assert row.status is statuses.get(record.question)
        assert row.outcome == outcomes.get(record.question, "")


def test_records_are_plain(seeded_ledger: Ledger) -> None:
    """What services hand out are the domain's frozen records."""
    found = records(seeded_ledger)
    kinds: dict[str, type[Record]] = {"prediction": Prediction, "question": Question, "source": Source}
    for kind, record in kinds.items():
        assert {type(row) for row in found[kind]} == {record}
