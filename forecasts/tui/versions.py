"""Two versions of one record, field by field: mine as typed, theirs as stored, and which of us changed what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field on which the versions differ, and who changed it since the form was opened."""

    label: str
    mine: str
    theirs: str
    by_me: bool
    by_them: bool

    @property
    def whose(self) -> str:
        """Who changed it, in words."""
        if self.by_me and self.by_them:
            return "you both changed it"
        return "you changed it" if self.by_me else "they changed it"


def differences(labels: Iterable[tuple[str, str]], begun: Texts, mine: Texts, theirs: Texts) -> tuple[Difference, ...]:
    """The fields that differ, in the order of `labels` (name and label); `begun` is what the form began with."""
    return tuple(
        Difference(
            label=label,
            mine=mine.get(name, ""),
            theirs=theirs.get(name, ""),
            by_me=mine.get(name, "") != begun.get(name, ""),
            by_them=theirs.get(name, "") != begun.get(name, ""),
        )
        for name, label in labels
        if mine.get(name, "") != theirs.get(name, "")
    )


def on_top(begun: Texts, mine: Texts, theirs: Texts) -> dict[str, str]:
    """The newest version with what I typed on top of it: a field that I left alone is theirs."""
    typed = {name: text for name, text in mine.items() if text != begun.get(name, "")}
    return {**{name: theirs.get(name, text) for name, text in mine.items()}, **typed}
