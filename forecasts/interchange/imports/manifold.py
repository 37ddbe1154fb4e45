"""Manifold markets as JSON, with their bets: a price that somebody moved, which is not a probability that he stated.

`probAfter` stands for one, is marked so, and is set apart as a proxy, unscored, unless asked otherwise. Times are
milliseconds. Redemptions, sales and orders that were not filled are skipped. `MKT` (a share of each) and `CANCEL` are
void. Each answer of a market with answers is a question of its own; the answers share a scenario.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from forecasts.domain import limits
from forecasts.domain.formats import percent
from forecasts.domain.records import Question, Scenario
from forecasts.domain.values import shown
from forecasts.interchange.imports.building import Building, digest, joined_slug
from forecasts.interchange.imports.files import MOST_JSON_BYTES, read_json, text_of
from forecasts.interchange.imports.forecast_logs import StatedForecast, add_forecasts, add_resolution, add_source, cut
from forecasts.interchange.imports.reports import Imported, ImportOptions, refuse_whole
from forecasts.interchange.imports.tables import MILLISECONDS, expected_of, read_milliseconds
from forecasts.interchange.record_sets import NO_RECORDS, Known

PLATFORM = "Manifold"
_SHAPE = 'a market of the API with "bets" in it, a list of such, or {"markets": […], "bets": […]}'
_KINDS = frozenset({"BINARY", "MULTIPLE_CHOICE", "FREE_RESPONSE"})
_PROXY = "The market's probability after a bet (probAfter), which is not a probability that the bettor stated."


@dataclass(slots=True)
class _Market:
    """A market that is taken: its question, or one for each answer by the answer's id, and people's names."""

    question: Question | None = None
    answers: dict[str, Question] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def read_manifold(file: IO[bytes], name: str, options: ImportOptions, known: Known = NO_RECORDS) -> Imported:
    """The records of markets with bets. InvalidInputError tells everything that is wrong, by market and bet."""
    document = read_json(file.read(MOST_JSON_BYTES + 1), name)
    building = Building(name, "manifold", PLATFORM, options, known)
    markets: dict[str, _Market | None] = {}
    loose: list[tuple[str, Any]] = []
    for where, item, bets in _markets(document, name):
        building.count("markets")
        if not isinstance(item, dict):
            building.problems.add(where, "", shown(item), "an object")
            continue
        key = item.get("id")
        if not isinstance(key, str) or not key.strip() or len(key) > limits.CODE:
            building.problems.add(where, "id", shown(key), f"text of at most {limits.CODE} characters")
            continue
        markets[key] = _market(building, item, key, where)
        loose += [(f"{where}, bet {place}", bet) for place, bet in enumerate(bets, start=1)]
    if isinstance(document, dict) and isinstance(document.get("markets"), list):
        apart: Any = document.get("bets")
        loose += [(f"bet {place}", bet) for place, bet in enumerate(apart if isinstance(apart, list) else (), start=1)]
    forecasts = [found for where, bet in loose if (found := _bet(building, bet, markets, options, where))]
    add_forecasts(building, PLATFORM, forecasts)
    return building.finish(known)


def _markets(document: Any, name: str) -> Iterator[tuple[str, Any, list[Any]]]:
    items: Any = document
    if isinstance(document, dict):
        items = document.get("markets", [document.get("market") or document.get("contract") or document])
    if not isinstance(items, list):
        refuse_whole(name, shown(items), _SHAPE)
    for place, item in enumerate(items, start=1):
        inner: Any = item.get("bets") if isinstance(item, dict) else None
        if inner is None and isinstance(document, dict) and "markets" not in document:
            inner = document.get("bets")
        if inner is not None and not isinstance(inner, list):
            refuse_whole(name, f"`bets` that is {shown(inner)}", "a list of bets", f"market {place}")
        if isinstance(item, dict) and "question" not in item and "outcomeType" not in item:
            refuse_whole(name, "an object that is no market", _SHAPE, f"item {place}")
        yield f"market {place}", item, inner or []


def _market(building: Building, item: Mapping[str, Any], key: str, where: str) -> _Market | None:
    kind = item.get("outcomeType")
    if kind not in _KINDS:
        building.skips.add("market", f"its type {shown(kind)} gives no probability of an event", where)
        return None
    closes = read_milliseconds(item.get("closeTime"))
    if closes is None:
        if item.get("closeTime") is None:
            building.skips.add("market", "it has no close, so no deadline", where)
        else:
            expected = expected_of(item.get("closeTime"), MILLISECONDS)
            building.problems.add(where, "closeTime", shown(item.get("closeTime")), expected)
        return None
    made = read_milliseconds(item.get("createdTime"))
    if made is None:
        building.problems.add(where, "createdTime", shown(item.get("createdTime")), MILLISECONDS)
        return None
    market = _Market()
    creator, named = item.get("creatorId"), item.get("creatorName")
    if isinstance(creator, str) and isinstance(named, str):
        market.names[creator] = named
    if kind == "BINARY":
        market.question = _question(building, item, (key, "", ""), made, closes, where)
        if market.question:
            _resolve(building, market.question, item, item.get("resolution"), item.get("resolutionTime"), where)
        return market
    _answers(building, market, item, key, made, closes, where)
    return market


def _answers(
    building: Building, market: _Market, item: Mapping[str, Any], key: str, made: datetime, closes: datetime, where: str
) -> None:
    scenario = building.slug_of("scenario", "manifold", text_of(item, "question"), key=digest(PLATFORM, key))
    building.add(Scenario, {"slug": scenario, "title": cut(text_of(item, "question")) or key}, where)
    answers = item.get("answers")
    for place, answer in enumerate(answers if isinstance(answers, list) else (), start=1):
        at = f"{where}, answer {place}"
        if not isinstance(answer, dict) or not isinstance(answer.get("id"), str):
            building.problems.add(at, "id", shown(answer), "an answer with its id")
            continue
        text = text_of(answer, "text")
        question = _question(building, item, (key, answer["id"], text), made, closes, at, scenario)
        if question is None:
            continue
        market.answers[answer["id"]] = question
        word, time = answer.get("resolution"), answer.get("resolutionTime") or item.get("resolutionTime")
        if word is None:
            word = _answer_word(item.get("resolution"), answer["id"])
        _resolve(building, question, answer, word, time, at)


def _answer_word(resolution: Any, answer: str) -> str | None:
    """What a market's own resolution says of one of its answers."""
    if resolution is None:
        return None
    if resolution in {"MKT", "CANCEL", "CHOOSE_MULTIPLE"}:
        return "CANCEL" if resolution == "CANCEL" else "MKT"
    return "YES" if resolution == answer else "NO"


def _question(
    building: Building,
    item: Mapping[str, Any],
    key: tuple[str, str, str],
    made: datetime,
    closes: datetime,
    where: str,
    scenario: str = "",
) -> Question | None:
    title, (market, answer, text) = text_of(item, "question"), key
    if made > closes:
        made = closes
    return building.add(
        Question,
        {
            "slug": building.slug_of("question", "manifold", title, text, key=digest(PLATFORM, market, answer)),
            "scenario": scenario,
            "title": cut(f"{cut(title, 200)} — {cut(text, 90)}" if text else title),
            "criteria": f"{title}{f' — {text}' if text else ''}\nAs its creator resolves it on {PLATFORM}.",
            "fine_print": text_of(item, "textDescription"),
            "resolution_source": text_of(item, "url") or PLATFORM,
            "opens_on": made.date(),
            "resolves_on": closes.date(),
            "deadline_basis": "stated",
            "written_on": made.date(),
        },
        where,
    )


def _resolve(building: Building, question: Question, item: Mapping[str, Any], word: Any, time: Any, where: str) -> None:
    if word is None:
        return
    at = read_milliseconds(time)
    if at is None:
        expected = f"{MILLISECONDS}, beside a resolution"
        building.problems.add(where, "resolutionTime", shown(time), expected)
        return
    outcome = {"YES": "yes", "NO": "no"}.get(word) if isinstance(word, str) else None
    if outcome is None and word not in {"MKT", "CANCEL"}:
        building.problems.add(where, "resolution", shown(word), "YES, NO, MKT or CANCEL")
        return
    share = item.get("resolutionProbability")
    partial = f" at {percent(share)}" if isinstance(share, int | float) and not isinstance(share, bool) else ""
    notes = {
        "MKT": f"Resolved partly yes and partly no{partial} on {PLATFORM} (MKT), which is neither.",
        "CANCEL": f"Cancelled on {PLATFORM}.",
    }
    add_resolution(
        building,
        question,
        at=at,
        by=PLATFORM,
        note=notes.get(str(word), f"Resolved {word} on {PLATFORM}."),
        where=where,
        outcome=outcome,
        void={"MKT": "unclear-facts", "CANCEL": "bad-question"}.get(str(word)) if outcome is None else None,
    )


def _bet(
    building: Building, bet: Any, markets: Mapping[str, _Market | None], options: ImportOptions, where: str
) -> StatedForecast | None:
    building.count("bets")
    if not isinstance(bet, dict):
        building.problems.add(where, "", shown(bet), "an object")
        return None
    contract = bet.get("contractId")
    if not isinstance(contract, str) or contract not in markets:
        building.problems.add(where, "contractId", shown(contract), "the id of a market in this file")
        return None
    market = markets[contract]
    if market is None:
        building.skips.add("bet", "its market is not taken", where)
        return None
    if why := _why_not(bet):
        building.skips.add("bet", why, where)
        return None
    question = market.question or market.answers.get(str(bet.get("answerId")))
    if question is None:
        building.problems.add(where, "answerId", shown(bet.get("answerId")), "the id of an answer of its market")
        return None
    return _forecast(building, bet, market, question, options, where)


def _why_not(bet: Mapping[str, Any]) -> str:
    amount = bet.get("amount")
    if bet.get("isRedemption") is True:
        return "a redemption of shares, no opinion"
    if bet.get("isAnte") is True:
        return "the liquidity that the market began with"
    if bet.get("orderAmount") is not None and bet.get("isFilled") is not True and not amount:
        return "a limit order that nobody filled"
    if isinstance(amount, int | float) and amount <= 0:
        return "a sale, or nothing bet"
    return ""


def _forecast(
    building: Building, bet: Mapping[str, Any], market: _Market, question: Question, options: ImportOptions, where: str
) -> StatedForecast | None:
    user, after, made = bet.get("userId"), bet.get("probAfter"), read_milliseconds(bet.get("createdTime"))
    if isinstance(after, bool) or not isinstance(after, int | float) or not 0 <= after <= 1:
        building.problems.add(where, "probAfter", shown(after), "a number from 0 to 1")
        return None
    if made is None:
        building.problems.add(where, "createdTime", shown(bet.get("createdTime")), MILLISECONDS)
        return None
    if not isinstance(user, str) or not user.strip():
        building.problems.add(where, "userId", shown(user), "who bet")
        return None
    name = text_of(bet, "userName") or market.names.get(user) or f"{PLATFORM} user {user}"
    source = add_source(building, joined_slug("manifold", key=digest(PLATFORM, user)), name, where)
    if source is None:
        return None
    share = float(after)
    return StatedForecast(
        key="\x1f".join((question.slug, user, made.isoformat(), repr(share), text_of(bet, "id"))),
        source=source,
        question=question,
        at=made,
        number={"probability": share},
        shown=f"Moved the price to {percent(share)}",
        note=_PROXY,
        extra={"basis": "analyst", "fit": "operationalised" if options.count_bets else "proxy"},
        where=where,
    )
