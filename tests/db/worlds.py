"""Hypothesis strategies for whole ledgers: every kind of record, every reference to another one, and replacements."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasts.domain.dates import EARLIEST, LATEST
from forecasts.domain.records import KINDS, Condition, Objection, Record, Reminder, SourceRedirect, identity, table_of
from tests.interchange import samples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecasts.db.engine import Connection
    from forecasts.services.ledger import Ledger

T = TypeVar("T")
Kind = type[Record]
_OWN_NAMES = st.permutations(["a", "a-1", "a1", "b-2-c", "z" * 80]).map(lambda slugs: slugs[:3])


@dataclass(frozen=True)
class World:
    """Records that agree with one another, and for some of them another one of the same identity."""

    records: tuple[Record, ...]
    replacements: tuple[Record, ...] = ()

    def by_kind(self, *, replaced: bool = False) -> dict[str, list[Record]]:
        """The records of each kind by identity, with the replacements in their places if asked for."""
        found: dict[str, dict[tuple[str, ...], Record]] = defaultdict(dict)
        for record in (*self.records, *(self.replacements if replaced else ())):
            found[table_of(record)][identity(record)] = record
        return {kind: [found[kind][who] for who in sorted(found[kind])] for kind in KINDS}


@dataclass
class _Making:
    """A world being made: the slugs that there are, and the questions, on which numbers depend."""

    draw: st.DrawFn
    slugs: dict[str, list[str]] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)

    def maybe(self, kind: str, *, before: str = "") -> str:
        """A slug of that kind or nothing; one that comes before another in the list, so that no circle is made."""
        slugs = self.slugs[kind]
        return self.draw(st.sampled_from(["", *(slugs[: slugs.index(before)] if before else slugs)]))

    def one(self, kind: str) -> str:
        return self.draw(st.sampled_from(self.slugs[kind]))

    def some(self, kind: str, least: int = 0) -> tuple[str, ...]:
        listed = st.lists(st.sampled_from(self.slugs[kind]), min_size=least, max_size=3, unique=True)
        return tuple(self.draw(listed))

    def condition(self, apart_from: Sequence[str]) -> tuple[Condition, ...]:
        others = [slug for slug in self.slugs["question"] if slug not in apart_from]
        chosen = self.draw(st.lists(st.sampled_from(others), max_size=2, unique=True)) if others else []
        return tuple(Condition(question=slug, outcome=self.draw(samples.NAMES)) for slug in chosen)

    def source(self, slug: str) -> Record:
        return replace(self.draw(samples.SOURCES), slug=slug, member_of=self.maybe("source", before=slug))

    def article(self, slug: str) -> Record:
        return replace(self.draw(samples.ARTICLES), slug=slug, outlet=self.maybe("source"), authors=self.some("source"))

    def question(self, slug: str) -> Any:
        later = self.slugs["question"][self.slugs["question"].index(slug) :]
        implied = self.maybe("question", before=slug)
        return replace(
            self.draw(samples.questions()),
            slug=slug,
            implies=(implied,) if implied else (),
            scenario=self.maybe("scenario"),
            condition=next(iter(self.condition(later)), None),
            variant_of=self.maybe("question", before=slug),
        )

    def prediction(self, slug: str) -> Any:
        question = self.draw(st.sampled_from([*self.asked.values(), None]))
        made: Any = self.draw(samples.predictions(question or next(iter(self.asked.values()))))
        if question is None:
            made = replace(made, question="", probabilities=(), quantiles=(), unscorable="no-test")
            made = replace(made, scenario=self.maybe("scenario"))
        if self.draw(st.booleans()) and not (made.probabilities or made.quantiles):
            term = self.draw(st.sampled_from(["likely", "almost certain", "no word for it"]))
            made = replace(made, standard=self.one("standard"), phrase=term)
            made = replace(made, probability=self.draw(st.sampled_from([None, made.probability])))
        return replace(
            made,
            slug=slug,
            speakers=self.some("source", least=1),
            via=self.some("source"),
            article=self.one("article"),
            condition=self.condition([made.question]),
            restates=self.maybe("prediction", before=slug),
            supersedes=self.maybe("prediction", before=slug),
        )

    def phrase(self, standard: str, term: str) -> Record:
        return replace(self.draw(samples.phrases()), standard=standard, term=term)

    def belonging(self) -> list[Record]:
        """What belongs to other records: passages, revisions, readings, objections, reminders, redirects."""
        draw = self.draw
        found: list[Any] = [
            *(replace(draw(samples.PASSAGES), article=self.one("article")) for _ in range(2)),
            *(replace(draw(samples.REVISIONS), question=self.one("question")) for _ in range(2)),
            *(replace(draw(samples.readings()), prediction=self.one("prediction")) for _ in range(2)),
            self.objection(prediction=self.one("prediction")),
            *(self.objection(question=slug) for slug in self.slugs["question"]),
            Reminder(question=self.one("question"), remind_on=draw(samples.DAYS)),
            SourceRedirect(slug="was-merged", source=self.one("source")),
        ]
        return found

    def objection(self, **about: str) -> Objection:
        day = self.draw(st.sampled_from([EARLIEST, LATEST]))
        return Objection(**about, by="a reader", made_on=day, text="Unfair.", answer=self.draw(samples.BLOCKS))

    def resolved(self) -> list[Record]:
        """At most one resolution in force on each question, and perhaps one before it that was superseded."""
        found: list[Record] = []
        for question in self.asked.values():
            if self.draw(st.booleans()):
                older = self.draw(samples.resolutions(question))
                newer = replace(older, superseded_reason="", resolved_at=older.resolved_at + timedelta(microseconds=1))
                found += [older, newer] if self.draw(st.booleans()) else [newer]
        return found


@st.composite
def worlds(draw: st.DrawFn, *, resolved: bool = True) -> World:
    """Whole ledgers with every kind of record in them."""
    making = _Making(draw)
    for kind in ("standard", "source", "scenario", "article", "question", "prediction"):
        making.slugs[kind] = draw(_OWN_NAMES)
    makers: dict[str, Any] = {
        "standard": lambda slug: replace(draw(samples.STANDARDS), slug=slug),
        "source": making.source,
        "scenario": lambda slug: replace(draw(samples.SCENARIOS), slug=slug),
        "article": making.article,
        "question": making.question,
        "prediction": making.prediction,
    }
    records: list[Record] = [draw(samples.PACKS)]
    terms = [(standard, term) for standard in making.slugs["standard"] for term in ("likely", "almost certain")]
    records += [making.phrase(*name) for name in terms]
    for kind, make in makers.items():
        made = {slug: make(slug) for slug in making.slugs[kind]}
        if kind == "question":
            making.asked = made
        records += made.values()
    records += making.belonging()
    records += making.resolved() if resolved else []
    records = list({(type(record), identity(record)): record for record in records}.values())
    replacements = [makers[kind](making.one(kind)) for kind in makers if kind != "question"]
    replacements += [making.phrase(*terms[0]), replace(making.question(making.slugs["question"][-1]))]
    random.Random(draw(st.integers(0, 99))).shuffle(records)  # noqa: S311 - an order, not a secret
    return World(tuple(records), tuple(replacements))


def try_worlds(ledger: Ledger, trial: Callable[[Connection, World], None], *, examples: int) -> None:
    """Try what holds of any ledger, and roll each back; on a server, which says the same in its own SQL, a quarter."""

    @settings(
        max_examples=examples if ledger.database.backend == "sqlite" else examples // 4,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(world=worlds())
    def tried(world: World) -> None:
        ledger.rehearse(lambda unit: trial(unit.store.connection, world))

    tried()
