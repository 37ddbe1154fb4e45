"""Proposals in files and in what programs print: JSON lines, and exports of Hypothes.is."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from forecasts.domain.plain_records import read_fields
from forecasts.domain.proposals import Producer, Proposal
from forecasts.errors import Problem
from forecasts.interchange.imports.files import read_json
from forecasts.interchange.imports.reports import refuse_whole

MOST_BYTES = 20_000_000
MOST_PROPOSALS = 10_000
_MOST_LINE = 100_000


@dataclass(slots=True)
class ProposalsRead:
    """The proposals of a file, and what is wrong with its other lines, by line."""

    proposals: list[Proposal] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)


def read_lines(data: bytes) -> ProposalsRead:
    """JSON lines, one proposal each; a line that is none is refused with its reason and the others are read."""
    found = ProposalsRead()
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        if len(found.proposals) + len(found.refused) == MOST_PROPOSALS:
            found.refused.append((number, f"more than {MOST_PROPOSALS:,} proposals: the rest is not read"))
            break
        if len(line) > _MOST_LINE:
            found.refused.append((number, f"more than {_MOST_LINE:,} bytes in a line"))
            continue
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            found.refused.append((number, "no JSON object"))
            continue
        _read_one(said, number, found)
    return found


def _read_one(said: Any, number: int, found: ProposalsRead) -> None:
    if not isinstance(said, dict):
        found.refused.append((number, "no JSON object"))
        return
    problems: list[Problem] = []
    proposal = read_fields(Proposal, said, "", problems)
    if problems or not isinstance(proposal, Proposal):
        found.refused.append((number, str(problems[0]) if problems else "no proposal"))
    else:
        found.proposals.append(proposal)


def read_annotations(data: bytes, name: str) -> ProposalsRead:
    """An export of Hypothes.is, from its client or its API. InvalidInputError where it is none."""
    said = rows = read_json(data, name)
    if isinstance(said, dict):
        rows = next((said[key] for key in ("annotations", "rows") if key in said), None)
    if not isinstance(rows, list):
        refuse_whole(name, "another document", "an export of Hypothes.is: JSON with `annotations` or `rows`")
    found = ProposalsRead()
    for number, row in enumerate(rows[:MOST_PROPOSALS], 1):
        for quote in _quotes(row):
            _read_one(_of_annotation(row, quote), number, found)
    return found


def _quotes(row: Any) -> Iterator[dict[str, Any]]:
    """The quoted words of an annotation; a note on the whole page has none."""
    targets = row.get("target") if isinstance(row, dict) else None
    for target in targets if isinstance(targets, list) else ():
        selectors = target.get("selector") if isinstance(target, dict) else None
        for selector in selectors if isinstance(selectors, list) else ():
            if isinstance(selector, dict) and selector.get("type") == "TextQuoteSelector":
                yield selector


def _of_annotation(row: dict[str, Any], quote: dict[str, Any]) -> dict[str, Any]:
    user = str(row.get("user") or "").removeprefix("acct:").partition("@")[0]
    said = {
        **{part: " ".join(str(quote.get(part) or "").split()) for part in ("exact", "prefix", "suffix")},
        "claim": str(row.get("text") or ""),
        "by": {"tool": f"Hypothes.is {user}".strip(), "at": str(row.get("created") or "")},
    }
    return {name: value for name, value in said.items() if value}


def of_words(phrases: Iterable[tuple[str, str, str]], tool: str) -> ProposalsRead:
    """Proposals of words alone: each with what stands before and behind it."""
    by = Producer(tool=tool)
    return ProposalsRead([
        Proposal(exact=exact, prefix=before, suffix=behind, by=by) for before, exact, behind in phrases
    ])  # fmt: skip
