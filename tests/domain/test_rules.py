"""The rules of records: each told for its own reason, with what was found and what is expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from forecasts.domain import limits
from forecasts.domain.dates import Span
from forecasts.domain.kinds import Attribution, Basis, ClaimType, QuestionKind, SourceKind, VoidReason
from forecasts.domain.question_rules import (
    condition_problems,
    odd_known,
    prediction_problems,
    read_outcome,
    resolution_problems,
    variant_problems,
)
from forecasts.domain.record_rules import record_problems, rule_problems
from forecasts.domain.records import (
    Article,
    Condition,
    Evidence,
    Objection,
    OptionProbability,
    Phrase,
    Prediction,
    Quantile,
    Question,
    Reading,
    Record,
    ReferenceForecast,
    Resolution,
    Source,
)
from forecasts.domain.references import cycles, reference_problems
from forecasts.domain.values import nearest

if TYPE_CHECKING:
    from forecasts.errors import Problem

D = date(2022, 1, 23)
BINARY = Question(slug="q", title="?", criteria="c", opens_on=date(2022, 1, 6), resolves_on=D)
CHOICE = replace(BINARY, slug="which", kind=QuestionKind.MULTIPLE_CHOICE, options=("north", "South"))
COUNT = replace(BINARY, slug="count", kind=QuestionKind.NUMERIC, unit="men", range=(0.0, 100.0))
DAY = replace(BINARY, slug="day", kind=QuestionKind.DATE, range=(date(2022, 1, 1), date(2022, 6, 1)))
PREDICTION = Prediction(slug="p", question="q", speakers=("s",), article="a", claim="c", probability=0.5)
RESOLUTION = Resolution(
    question="q",
    outcome="yes",
    known_on=Span.of(date(2022, 1, 19)),
    resolved_at=datetime(2026, 11, 21, 10, tzinfo=UTC),
    note="why",
)
SOURCE = Source(slug="s", name="S", kind=SourceKind.PERSON)
ARTICLE = Article(slug="a", title="A", published_on=Span.of(D))
PHRASE = Phrase(standard="x", term="likely", low=0.55, high=0.8)


def shares(**given: float) -> tuple[OptionProbability, ...]:
    return tuple(OptionProbability(option=option, probability=share) for option, share in given.items())


def levels(*given: tuple[float, float | date]) -> tuple[Quantile, ...]:
    return tuple(Quantile(level=level, value=value) for level, value in given)


def change(record: Any, **changes: Any) -> Any:
    return replace(record, **changes)


@pytest.mark.parametrize("record", [BINARY, CHOICE, COUNT, DAY, PREDICTION, RESOLUTION, SOURCE, ARTICLE, PHRASE])
def test_right_records_have_no_problem(record: Record) -> None:
    assert record_problems(record) == ()


WRONG: list[tuple[str, Record, str, str]] = [
    ("opens after close", change(BINARY, closes_on=date(2022, 1, 5)), "opens_on", "up to the close 2022-01-05"),
    ("closes after deadline", change(BINARY, closes_on=date(2022, 1, 24)), "closes_on", "up to the deadline"),
    ("one option", change(CHOICE, options=("north",)), "options", "from 2 to 100 options"),
    ("no option", change(CHOICE, options=()), "options", "from 2 to 100 options"),
    ("too many options", change(CHOICE, options=tuple(map(str, range(101)))), "options", "from 2 to 100 options"),
    ("options twice", change(CHOICE, options=("a", "b", "a")), "options", "each once"),
    ("options on binary", change(BINARY, options=("a", "b")), "options", "no options on a binary question"),
    ("range on binary", change(BINARY, range=(0.0, 1.0)), "range", "no range on a binary question"),
    ("range equal", change(COUNT, range=(1.0, 1.0)), "range", "two numbers, the lower one first"),
    ("range of three", change(COUNT, range=(1.0, 2.0, 3.0)), "range", "two numbers"),
    ("range of dates", change(COUNT, range=DAY.range), "range", "two numbers"),
    ("range of numbers", change(DAY, range=COUNT.range), "range", "two dates, the lower one first"),
    ("range mixed", change(DAY, range=(date(2022, 1, 1), 1e9)), "range", "two dates"),
    ("unit on date", change(DAY, unit="days"), "unit", "no unit on a date question"),
    (
        "own condition",
        change(BINARY, condition=Condition(question="q", outcome="yes")),
        "condition.question",
        "than itself",
    ),
    ("own implication", change(BINARY, implies=("q",)), "implies", "another question than itself"),
    ("implied twice", change(BINARY, implies=("r", "r")), "implies", "each once"),
    ("a count implies", change(COUNT, implies=("r",)), "kind", "a binary question"),
    ("own variant", change(BINARY, variant_of="q"), "variant_of", "another question than itself"),
    (
        "references on a count",
        change(COUNT, references=(ReferenceForecast(as_of=D, probability=0.5, basis="b"),)),
        "references",
        "binary questions only",
    ),
    (
        "references of one day",
        change(BINARY, references=(ReferenceForecast(as_of=D, probability=0.5, basis="b"),) * 2),
        "references.as_of",
        "each once",
    ),
    ("number over high", change(PREDICTION, high=0.4), "probability", "at most high, which is 0.4"),
    ("low over number", change(PREDICTION, low=0.6, high=0.9), "low", "at most probability, which is 0.5"),
    (
        "low over high",
        change(PREDICTION, probability=None, low=0.6, high=0.5, standard="x", phrase="y"),
        "low",
        "at most high",
    ),
    ("no speakers", change(PREDICTION, speakers=()), "speakers", "at least one source"),
    ("speakers twice", change(PREDICTION, speakers=("s", "s")), "speakers", "each once"),
    (
        "sum under",
        change(PREDICTION, probability=None, probabilities=shares(a=0.5, b=0.498)),
        "probabilities",
        "sum to 100 %",
    ),
    (
        "sum over",
        change(PREDICTION, probability=None, probabilities=shares(a=0.5, b=0.502)),
        "probabilities",
        "sum to 100 %",
    ),
    (
        "option twice",
        change(PREDICTION, probability=None, probabilities=shares(a=0.5) * 2),
        "probabilities",
        "each once",
    ),
    (
        "level at 0",
        change(PREDICTION, probability=None, quantiles=levels((0.0, 1))),
        "quantiles",
        "one at least between",
    ),
    (
        "only the ends",
        change(PREDICTION, probability=None, quantiles=levels((0.0, 1), (1.0, 2))),
        "quantiles",
        "one at least between",
    ),
    ("level twice", change(PREDICTION, probability=None, quantiles=levels((0.5, 1), (0.5, 2))), "quantiles", "rise"),
    (
        "values fall",
        change(PREDICTION, probability=None, quantiles=levels((0.1, 2), (0.5, 1))),
        "quantiles",
        "do not fall",
    ),
    (
        "values mixed",
        change(PREDICTION, probability=None, quantiles=levels((0.1, 2), (0.5, D))),
        "quantiles",
        "dates or numbers, not both",
    ),
    (
        "too many quantiles",
        change(PREDICTION, probability=None, quantiles=levels(*((n / 300, n) for n in range(1, 203)))),
        "quantiles",
        "at most 201 quantiles",
    ),
    (
        "two kinds of number",
        change(PREDICTION, quantiles=levels((0.5, 1))),
        "probability",
        "one of probability, probab",
    ),
    ("no number", change(PREDICTION, probability=None), "probability", "a probability (or"),
    ("range alone is no number", change(PREDICTION, probability=None, low=0.1), "probability", "a probability (or"),
    ("no question", change(PREDICTION, question=""), "question", "the reason in `unscorable`"),
    ("scenario of a question's claim", change(PREDICTION, scenario="s"), "scenario", "has the question's"),
    ("standard without words", change(PREDICTION, standard="x"), "phrase", "the words that `standard`"),
    ("basis without standard", change(PREDICTION, basis=Basis.STANDARD), "standard", "the standard that the number"),
    ("restates itself", change(PREDICTION, restates="p"), "restates", "another prediction than itself"),
    ("supersedes itself", change(PREDICTION, supersedes="p"), "supersedes", "another prediction than itself"),
    (
        "condition on its question",
        change(PREDICTION, condition=(Condition(question="q", outcome="yes"),)),
        "condition",
        "another question than the prediction's own",
    ),
    (
        "condition twice",
        change(PREDICTION, condition=(Condition(question="r", outcome="yes"),) * 2),
        "condition",
        "each once",
    ),
    ("13 words", change(PREDICTION, phrase="so " * 13), "phrase", "at most 12 words"),
    ("outcome and void", change(RESOLUTION, void=VoidReason.BAD_QUESTION), "outcome", "not both"),
    ("neither outcome nor void", change(RESOLUTION, outcome=""), "outcome", "the reason in `void`"),
    ("no known day", change(RESOLUTION, known_on=None), "known_on", "from which the outcome could be known"),
    ("blank note", change(RESOLUTION, note=" \n"), "note", "evidence, or a note that says why"),
    ("much evidence", change(RESOLUTION, evidence=(Evidence(title="e"),) * 51), "evidence", "at most 50 items"),
    ("known in the future", change(RESOLUTION, known_on=Span.of(date(2026, 11, 22))), "known_on", "up to 2026-11-21"),
    (
        "evidence of the devil",
        change(RESOLUTION, evidence=(Evidence(title="e", url="x:y"),)),
        "evidence[1].url",
        "http",
    ),
    ("member of itself", change(SOURCE, member_of="s"), "member_of", "another source than itself"),
    ("aliases twice", change(SOURCE, aliases=("a", "a")), "aliases", "each once"),
    ("empty alias", change(SOURCE, aliases=("",)), "aliases[1]", "text of at most 300"),
    ("authors twice", change(ARTICLE, authors=("s", "s")), "authors", "each once"),
    ("short sha256", change(ARTICLE, sha256="0" * 63), "sha256", "64 of 0-9 and a-f"),
    ("capital sha256", change(ARTICLE, sha256="A" * 64), "sha256", "64 of 0-9 and a-f"),
    ("file above", change(ARTICLE, file=".."), "file", "bare name of a file"),
    ("file in a folder", change(ARTICLE, file="a/b.txt"), "file", "bare name of a file"),
    ("file in another folder", change(ARTICLE, file="a\\b.txt"), "file", "bare name of a file"),
    ("lines backwards", change(ARTICLE, file="f", lines=(2, 1)), "lines", "as in [1, 6]"),
    ("one line", change(ARTICLE, file="f", lines=(2,)), "lines", "as in [1, 6]"),
    ("lines of no file", change(ARTICLE, lines=(1, 2)), "file", "the file that `lines` counts in"),
    (
        "objection to both",
        Objection(prediction="p", question="q", by="b", made_on=D, text="t"),
        "prediction",
        "one of them",
    ),
    ("objection to nothing", Objection(by="b", made_on=D, text="t"), "prediction", "one of them"),
    (
        "reading upside down",
        Reading(prediction="p", analyst="x", probability=0.5, low=0.6),
        "low",
        "at most probability",
    ),
    ("point over high", change(PHRASE, point=0.9), "point", "at most high, which is 0.8"),
    ("point under low", change(PHRASE, point=0.5), "low", "at most point, which is 0.5"),
    ("nothing inside", change(PHRASE, low=0.8, high_open=True), "high_open", "at least one number"),
    ("not finite", change(PREDICTION, probability=float("nan")), "probability", "a number from 0 to 1"),
    ("too large", change(COUNT, range=(0.0, 1e16)), "range[2]", "a number from -1e+15 to 1e+15"),
    ("early", change(BINARY, opens_on=date(1799, 12, 31)), "opens_on", "from 1800-01-01"),
    ("control", change(SOURCE, name="a\x1b"), "name", "without control characters"),
    ("naive instant", change(RESOLUTION, resolved_at=datetime(2026, 11, 21)), "resolved_at", "with its offset"),  # noqa: DTZ001
]


@pytest.mark.parametrize(("name", "record", "field", "expected"), WRONG, ids=[name for name, *_ in WRONG])
def test_each_wrong_record_is_told(name: str, record: Record, field: str, expected: str) -> None:
    problems = record_problems(record)
    assert any(problem.field == field and expected in problem.expected for problem in problems), (name, problems)
    assert len(problems) <= 2
    assert all(problem.table for problem in problems)
    assert all(problem.name for problem in problems) is (name != "naive instant")


def test_single_values_are_not_told_twice_by_the_rules() -> None:
    assert rule_problems(change(SOURCE, name="")) == ()
    assert len(record_problems(change(SOURCE, name=""))) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"speakers": (), "attribution": Attribution.AMBIGUOUS},
        {"probability": None, "claim_type": ClaimType.POSSIBILITY},
        {"probability": None, "claim_type": ClaimType.ANNOUNCEMENT},
        {"probability": None, "unscorable": "no-deadline", "question": ""},
        {"probability": None, "restates": "other"},
        {"probability": None, "standard": "x", "phrase": "likely"},
        {"probability": None, "probabilities": shares(a=0.3334, b=0.3333, c=0.3333)},
        {"probability": None, "probabilities": shares(a=0.5, b=0.501)},
        {"probability": None, "quantiles": levels((0.1, 1.0), (0.5, 1.0), (0.9, 2.0))},
        {"low": 0.5, "high": 0.5},
        {"basis": Basis.STANDARD, "standard": "x", "phrase": "likely"},
    ],
)
def test_what_is_allowed_for_a_prediction(changes: dict[str, Any]) -> None:
    assert record_problems(change(PREDICTION, **changes)) == ()


def test_what_is_allowed_for_a_resolution() -> None:
    void = change(RESOLUTION, outcome="", void=VoidReason.UNCLEAR_FACTS, known_on=None)
    assert record_problems(void) == ()
    assert record_problems(change(RESOLUTION, note="", evidence=(Evidence(title="e", url="https://e.org"),))) == ()
    assert record_problems(change(RESOLUTION, outcome=0.0)) == ()


@pytest.mark.parametrize(
    ("address", "is_right"),
    [
        ("https://example.org", True),
        ("HTTP://example.org:80/a?b#c", True),
        ("http://[::1]/", True),
        ("http://пример.рф/", True),
        ("ftp://example.org", False),
        ("javascript:alert(1)", False),
        ("https:///path", False),
        ("https:example.org", False),
        ("http://user@example.org", False),
        ("http://user:pass@example.org", False),
        ("http://@example.org", False),
        ("http://example.org\\@evil.org", False),
        ("http://exa mple.org", False),
        ("http://example.org:port", False),
        ("http://[::1", False),
        ("example.org", False),
    ],
)
def test_addresses(address: str, is_right: bool) -> None:
    assert (record_problems(change(SOURCE, homepage=address)) == ()) is is_right


def told(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.field, problem.expected) for problem in problems]


def test_numbers_are_of_the_kind_of_the_question() -> None:
    by_options = change(PREDICTION, probability=None, probabilities=shares(north=0.5, South=0.5))
    by_number = change(PREDICTION, probability=None, quantiles=levels((0.5, 1.0)))
    by_date = change(PREDICTION, probability=None, quantiles=levels((0.5, D)))
    right = {(BINARY, PREDICTION), (CHOICE, by_options), (COUNT, by_number), (DAY, by_date)}
    for question in (BINARY, CHOICE, COUNT, DAY):
        for prediction in (PREDICTION, by_options, by_number, by_date):
            problems = prediction_problems(prediction, question)
            assert (problems == ()) is ((question, prediction) in right), (question.kind, told(problems))
    assert told(prediction_problems(PREDICTION, CHOICE)) == [
        ("probability", "`probabilities` on a multiple_choice question")
    ]
    assert told(prediction_problems(by_date, COUNT)) == [("quantiles", "numbers as values on a numeric question")]


def test_options_are_exactly_those_of_the_question() -> None:
    prediction = change(PREDICTION, probability=None, probabilities=shares(north=0.5, south=0.5))
    (problem,) = prediction_problems(prediction, CHOICE)
    assert problem.found == "'South' missing, 'south'"
    assert problem.expected == "every option of 'which': north, South"


def test_prediction_after_the_close_is_no_problem() -> None:
    assert prediction_problems(change(PREDICTION, made_on=Span.of(date(2023, 1, 1))), BINARY) == ()


@pytest.mark.parametrize(
    ("question", "outcome", "expected"),
    [
        (BINARY, "yes", ""),
        (BINARY, "no", ""),
        (BINARY, "Yes", "one of: yes, no"),
        (BINARY, 1.0, "one of: yes, no"),
        (BINARY, D, "one of: yes, no"),
        (CHOICE, "South", ""),
        (CHOICE, "south", "one of: north, South"),
        (COUNT, 7.0, ""),
        (COUNT, 1000.0, ""),
        (COUNT, "7", "a number of men, without quotes"),
        (DAY, D, ""),
        (DAY, "not-by-deadline", ""),
        (DAY, date(2022, 1, 24), "a date YYYY-MM-DD up to the deadline 2022-01-23, or not-by-deadline"),
        (DAY, "2022-01-20", "a date YYYY-MM-DD up to the deadline 2022-01-23, or not-by-deadline"),
        (BINARY, "not-by-deadline", "one of: yes, no"),
    ],
)
def test_outcome_is_one_that_the_question_can_have(question: Question, outcome: Any, expected: str) -> None:
    problems = resolution_problems(change(RESOLUTION, outcome=outcome), question)
    assert told(problems) == ([("outcome", expected)] if expected else [])


def test_outcome_is_not_known_before_the_question_opens() -> None:
    early = change(RESOLUTION, known_on=Span(date(2022, 1, 1), date(2022, 1, 5)))
    assert told(resolution_problems(early, BINARY)) == [("known_on", "a day from 2022-01-06, when the question opens")]
    around = change(RESOLUTION, known_on=Span(date(2022, 1, 1), date(2022, 1, 6)))
    assert resolution_problems(around, BINARY) == ()
    assert resolution_problems(early, change(BINARY, opens_on=None)) == ()


@pytest.mark.parametrize(
    ("title", "known_on", "said"),
    [
        ("Will it snow in February?", Span.of(date(2023, 1, 31)), "February, which the question asks about, begins on"),
        ("Will it snow in February?", Span(date(2023, 1, 31), date(2023, 2, 1)), ""),
        ("Will it snow in February 2022?", Span.of(date(2023, 1, 31)), ""),
        (
            "Will it snow in Q1 2023?",
            Span.of(date(2022, 12, 31)),
            "Q1 2023, which the question asks about, begins on 2",
        ),
        ("Will it snow by February 2023?", Span.of(date(2022, 12, 31)), ""),
        (
            "Will it snow?",
            Span(date(2022, 1, 1), date(2022, 12, 31)),
            "365 days: what was predicted from 2022-01-01",
        ),
        ("Will it snow?", Span(date(2023, 2, 1), date(2023, 2, 28)), "28 days"),
        ("Will it snow?", Span(date(2023, 2, 1), date(2023, 2, 27)), ""),
        ("Will it snow in February?", None, ""),
    ],
)
def test_a_day_too_early_for_what_is_asked_is_odd_and_a_month_of_days(
    title: str, known_on: Span | None, said: str
) -> None:
    question = change(BINARY, title=title, resolves_on=date(2023, 3, 31), opens_on=None)
    assert odd_known(known_on, question).startswith(said)
    assert bool(odd_known(known_on, question)) is bool(said)


@pytest.mark.parametrize(
    ("question", "text", "outcome"),
    [
        (BINARY, " YES ", "yes"),
        (BINARY, "no", "no"),
        (CHOICE, "South", "South"),
        (CHOICE, "SOUTH", "South"),
        (COUNT, "-1.5e3", -1500.0),
        (COUNT, ".5", 0.5),
        (DAY, "2022-01-23", D),
        (DAY, "Not-by-deadline", "not-by-deadline"),
    ],
)
def test_outcome_is_read_as_the_kind_keeps_it(question: Question, text: str, outcome: Any) -> None:
    read = read_outcome(question, text)
    assert read == outcome
    assert type(read) is type(outcome)


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        (BINARY, "maybe", "one of: yes, no"),
        (BINARY, "", "one of: yes, no"),
        (CHOICE, "east", "one of: north, South"),
        (COUNT, "nan", "a number of men, such as 12 or 0.5"),
        (COUNT, "1_0", "a number of men"),
        (COUNT, "٧", "a number of men"),
        (COUNT, "1e16", "a number of men"),
        (COUNT, "infinity", "a number of men"),
        (DAY, "2022-01-24", "up to the deadline 2022-01-23, or not-by-deadline"),
        (DAY, "2022-02-30", "a date YYYY-MM-DD"),
    ],
)
def test_other_outcomes_say_what_is_expected(question: Question, text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        read_outcome(question, text)
    assert expected in str(caught.value)


def test_option_that_differs_in_case_alone_must_be_exact() -> None:
    question = change(CHOICE, options=("a", "A"))
    assert read_outcome(question, "A") == "A"
    with pytest.raises(ValueError, match="one of: ß, SS"):
        read_outcome(change(CHOICE, options=("ß", "SS")), "ss")


def test_conditions_are_outcomes_of_their_question() -> None:
    condition = Condition(question="x", outcome="south")
    assert condition_problems(PREDICTION, change(condition, outcome="South"), CHOICE) == ()
    assert condition_problems(PREDICTION, change(condition, outcome="no"), BINARY) == ()
    assert told(condition_problems(PREDICTION, condition, CHOICE)) == [("condition.outcome", "one of: north, South")]
    assert told(condition_problems(PREDICTION, condition, COUNT)) == [
        ("condition.question", "a binary question or one with options")
    ]


def test_variants_are_of_the_same_kind_and_options() -> None:
    assert variant_problems(change(BINARY, slug="v"), BINARY) == ()
    assert [field for field, _ in told(variant_problems(DAY, BINARY))] == ["kind"]
    assert [field for field, _ in told(variant_problems(change(CHOICE, options=("South", "north")), CHOICE))] == [
        "options"
    ]


def test_references_are_told_with_the_nearest_name() -> None:
    prediction = change(PREDICTION, condition=(Condition(question="csto-owt", outcome="yes"),), via=("s", "tt"))
    names = {"question": ["q", "csto-out"], "source": ["s"], "article": ["a"]}
    problems = reference_problems([prediction], names)
    assert [(problem.name, problem.field, problem.found) for problem in problems] == [
        ("p", "via[2]", "'tt'"),
        ("p", "condition.question", "'csto-owt'"),
    ]
    assert problems[1].expected.endswith("did you mean csto-out?")
    assert "did you mean" not in problems[0].expected
    assert reference_problems([PREDICTION], {}) != ()


def test_only_the_first_hundred_references_offer_names() -> None:
    wrong = [change(PREDICTION, slug=f"p{n}", question="csto-owt") for n in range(150)]
    problems = reference_problems(wrong, {"question": ["csto-out"], "source": ["s"], "article": ["a"]})
    assert len(problems) == 150
    assert sum("did you mean" in problem.expected for problem in problems) == 100


def test_circles_are_found_each_once() -> None:
    def circles(**following: str) -> tuple[tuple[str, ...], ...]:
        return cycles(following, lambda name: tuple(following.get(name, "")))

    assert circles(a="b", b="c", c="a", d="a", e="", f="g") == (("a", "b", "c"),)
    assert circles(a="a") == (("a",),)
    assert circles(b="c") == ()


def test_long_chains_do_not_recurse() -> None:
    following = {str(n): (str(n + 1),) for n in range(100_000)}
    assert cycles(following, lambda name: following.get(name, ())) == ()
    following["100000"] = ("0",)
    (circle,) = cycles(following, lambda name: following.get(name, ()))
    assert len(circle) == 100_001


def test_every_circle_of_many_ways_is_told_once() -> None:
    following = {"a": ("b", "c"), "b": ("d",), "c": ("d", "a"), "d": ()}
    assert cycles(following, lambda name: following.get(name, ())) == (("a", "c"),)


def test_nearest_names() -> None:
    assert nearest("csto-owt", ["nazarbayev-exit", "csto-out", "csto-out-2"])[0] == "csto-out"
    assert nearest("zzz", ["csto-out"]) == ()


def test_limits_are_those_told() -> None:
    assert len(record_problems(change(SOURCE, name="x" * limits.NAME))) == 0
    assert record_problems(change(SOURCE, name="x" * (limits.NAME + 1)))[0].found == "301 characters"
