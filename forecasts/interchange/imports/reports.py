"""What came out of reading somebody else's file: a body of records, what was read, and what was skipped and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forecasts.interchange.bodies import Body

_EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the caller states about a file.

    columns     csv: the file's own header for each of our columns, as in {"source": "Author"}
    scale       csv: "share" where probabilities run from 0 to 1, "percent" where they run to 100; never guessed
    delimiter   csv: the sign between cells
    aggregates  metaculus: take the platform's aggregate forecasts too
    count_bets  manifold: score the price after a bet like a stated probability, instead of apart as a proxy
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    scale: str = ""
    delimiter: str = ","
    aggregates: bool = False
    count_bets: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """What was left out for one reason: how many, and where the first of them stand."""

    what: str
    why: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A body of records read from a file of another form. `read` counts what the file holds, in its own words."""

    body: Body
    read: Mapping[str, int]
    skips: Skips
    notes: tuple[str, ...] = ()

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What was left out up to now, by reason."""
        return self.skips.told()


class Skips:
    """What has been left out so far."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[str]] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def add(self, what: str, why: str, where: str) -> None:
        """Leave one thing out."""
        key = (what, why)
        self._counts[key] = self._counts.get(key, 0) + 1
        examples = self._found.setdefault(key, [])
        if len(examples) < _EXAMPLES:
            examples.append(where)

    def told(self) -> tuple[Skipped, ...]:
        """What was left out, by reason, in order of first appearance."""
        return tuple(
            Skipped(what=what, why=why, count=count, examples=tuple(self._found[what, why]))
            for (what, why), count in self._counts.items()
        )
