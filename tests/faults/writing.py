"""What the fault programs share: a ledger, a process that writes in it and says so, and a look at what is left.

The writer prints one line for each intent that the program has acknowledged: its history entry and its own token.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from forecasts.db import inspect
from forecasts.db.queries.history import read_entry
from forecasts.db.queries.home import newest_entry
from forecasts.db.reader import open_reader
from forecasts.db.search import found_in_words
from forecasts.db.store import Store
from forecasts.domain.dates import Span
from forecasts.domain.intents import AddRecords, RemindLater, RemoveRecord, ResolveQuestion
from forecasts.domain.kinds import QuestionKind
from forecasts.domain.records import Prediction, Question
from forecasts.errors import DatabaseUnusableError
from forecasts.services.check import check_ledger
from forecasts.services.ledger import Ledger, open_ledger
from forecasts.services.record import add_records, remove_record
from forecasts.services.resolve import remind_later, resolve_question
from forecasts.text import search_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasts.services.unit import Unit

COUNTER = "counter"
_RESOLVED_EVERY = 25
_REMOVED_EVERY = 9
_LATE = date(2100, 1, 1)
_FOUND = 10_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often somebody was killed, how much had been acknowledged by then, and what was wrong afterwards."""

    kills: int
    acknowledged: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An intent that the program said was done: its history entry, and the token by which it is found there."""

    entry: int
    token: str


def add_counter(ledger: Ledger) -> None:
    """A prediction that every unit of work reads and then writes, its words in the search index."""
    counter = replace(_any_prediction(ledger), slug=COUNTER, claim=_counted(0), restates="", supersedes="")
    ledger.change("add counter", lambda unit: unit.add((counter,)))


def count_once(ledger: Ledger, token: str) -> Acknowledged:
    """Read the counter, write it one higher: lost wherever two do so at one moment and do not notice."""

    def work(unit: Unit) -> None:
        found = unit.store.find(Prediction, COUNTER)
        assert isinstance(found, Prediction)
        unit.replace(found, replace(found, claim=_counted(_count(found) + 1)))
        unit.summary = token

    _, entry = ledger.change("count", work)
    assert entry is not None
    return Acknowledged(entry, token)


def read_counter(ledger: Ledger) -> int:
    """How often was counted."""
    with ledger.read() as connection:
        found = Store(connection).find(Prediction, COUNTER)
    assert isinstance(found, Prediction)
    return _count(found)


def _counted(count: int) -> str:
    return f"counted {count} times"


def _count(counter: Prediction) -> int:
    return int(counter.claim.split()[1])


def _any_prediction(ledger: Ledger) -> Prediction:
    with ledger.read() as connection:
        first = Store(connection).all(Prediction)[0]
    assert isinstance(first, Prediction)
    return first


def list_questions(ledger: Ledger) -> list[Question]:
    """The yes-or-no questions, by slug."""
    with ledger.read() as connection:
        records = Store(connection).all(Question)
    return [record for record in records if isinstance(record, Question) and record.kind is QuestionKind.BINARY]


def write_on(ledger: Ledger, name: str) -> Iterator[Acknowledged]:
    """Resolve, put aside, predict, take back and count without end, by the services that the commands call."""
    questions, pattern = list_questions(ledger), _any_prediction(ledger)
    number = 0
    while True:
        number += 1
        token, question = f"{name}-{number}", questions[number % len(questions)]
        if number % _RESOLVED_EVERY == 1:
            known = Span(question.resolves_on, question.resolves_on)
            intent = ResolveQuestion(
                question=question.slug, outcome="yes", known_on=known, note=token, supersede_reason=token
            )
            entry = resolve_question(ledger, intent).entry
        elif number % 3 == 0:
            said = replace(pattern, slug=token, claim=f"{token} as said by {name}", restates="", supersedes="")
            entry = add_records(ledger, AddRecords(records=(said,))).entry
            if number % _REMOVED_EVERY == 0:
                yield from _told(entry, token)
                mistaken = RemoveRecord(kind="prediction", name=token, reason=token)
                entry = remove_record(ledger, mistaken).entry
        elif number % 3 == 1:
            later = RemindLater(question=question.slug, remind_on=_LATE + timedelta(days=number))
            entry = remind_later(ledger, later)
        else:
            entry = count_once(ledger, token).entry
        yield from _told(entry, token)


def _told(entry: int | None, token: str) -> Iterator[Acknowledged]:
    if entry is not None:
        yield Acknowledged(entry, token)


def write_and_tell(address: str, name: str, units: int) -> None:
    """Be the writer process: one line on standard output, at once, for each intent that is acknowledged."""
    ledger = open_ledger(address, analyst=name)
    for done, acknowledged in enumerate(write_on(ledger, name), start=1):
        tell(acknowledged)
        if done == units:
            break
    ledger.close()


def tell(acknowledged: Acknowledged) -> None:
    """One line, in one write."""
    os.write(1, f"{acknowledged.entry} {acknowledged.token}\n".encode())


def heard(line: bytes) -> Acknowledged:
    """The inverse of `tell`."""
    entry, token = line.decode().split()
    return Acknowledged(int(entry), token)


def hear(writer: subprocess.Popen[bytes], count: int) -> list[Acknowledged]:
    """The next so many intents that a writer tells of."""
    assert writer.stdout is not None
    lines = [writer.stdout.readline() for _ in range(count)]
    assert all(lines), "the writer stopped by itself"
    return [heard(line) for line in lines]


def start_writer(module: str, *arguments: str, **options: int) -> subprocess.Popen[bytes]:
    """Start a module of the tests as a writer process whose lines can be read."""
    command = [sys.executable, "-m", module, "writer", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, **options)  # type: ignore[call-overload, no-any-return]


def problems_after(address: str, acknowledged: list[Acknowledged], *, is_thorough: bool = True) -> list[str]:
    """What is wrong with a ledger after a fault: what a check finds, an index of words that does not agree with the
    predictions, and acknowledged intents that are gone."""
    ledger = open_ledger(address, analyst="after the fault")
    try:
        if is_thorough:
            problems = [f"{found.area}: {found.what}" for found in check_ledger(ledger).findings]
            problems += _not_found_by_words(ledger)
        else:
            problems = _hasty_problems(ledger)
        return problems + _index_problems(ledger) + _missing(ledger, acknowledged)
    finally:
        ledger.close()


def _hasty_problems(ledger: Ledger) -> list[str]:
    with ledger.read() as connection:
        return [
            *inspect.storage_problems(connection),
            *inspect.reference_problems(connection),
            *(link.problem for link in inspect.chain_links(connection, lambda _done, _total: None) if link.problem),
        ]


def _index_problems(ledger: Ledger) -> list[str]:
    """FTS5's own comparison of the index of words with the predictions; a server keeps its index itself."""
    if ledger.database.backend != "sqlite":
        return []
    statement = "INSERT INTO prediction_words (prediction_words, rank) VALUES ('integrity-check', 1)"
    try:
        ledger.database.write(lambda connection: connection.exec_driver_sql(statement))
    except DatabaseUnusableError as error:
        return [f"the index of words: {error.message}"]
    return []


def _not_found_by_words(ledger: Ledger) -> list[str]:
    with open_reader(ledger.database.address) as reader:
        said = reader.rows("SELECT id, slug, claim FROM prediction")
        return [
            f"{slug} is not found by its words"
            for key, slug, claim in said
            if key not in (found_in_words(reader, search_key(claim), _FOUND) or ())
        ]


def _missing(ledger: Ledger, acknowledged: list[Acknowledged]) -> list[str]:
    with ledger.reader() as reader:
        newest, _ = newest_entry(reader)
        gone = [f"entry {one.entry} ({one.token}) is gone" for one in acknowledged if one.entry > newest]
        for one in acknowledged[-1:]:
            found = read_entry(reader, one.entry)
            if found is not None and one.token.partition("-")[0] not in (
                found.analyst,
                found.summary.partition("-")[0],
            ):
                gone.append(f"entry {one.entry} is not that of {one.token}")
        return gone
