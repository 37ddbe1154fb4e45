"""A reader who has a source's HTML page, and nothing else, comes to every bucket, the Brier score and both its ends."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from statistics import fmean
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.glossary import TOO_VAGUE
from forecasts.domain.scorecards import ScoreFilters
from forecasts.services.export import export_scorecards

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger

SHARE = r"([\d.]+) %"
NUMBER = rf"{SHARE}(?: (yes|no))?(?: \(([\d.]+)–{SHARE}\))?"


RANGE = r"(?:(?<= yes)|(?<= no)|(?<=%)) \([\d.]+–[\d.]+\u00a0%\)(?=<)"


@dataclass
class Claim:
    """What the page says of one claim."""

    section: str
    words: dict[str, str] = field(default_factory=lambda: defaultdict(str))
    facts: list[tuple[str, str]] = field(default_factory=list)

    def all(self, label: str) -> list[str]:
        return [" ".join(text.split()) for name, text in self.facts if name == label]

    def one(self, label: str) -> str:
        return next(iter(self.all(label)), "")


class Reader(HTMLParser):
    """Sections by their anchors, the claims in them, and what the head of the page says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.claims: list[Claim] = []
        self.counts: list[int] = []
        self.text = ""
        self._section, self._kind, self._is_in = "", "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "h2":
            self._section = found.get("id") or ""
        if tag == "article":
            self.claims.append(Claim(self._section))
            self._is_in = True
        if self._is_in and tag in ("dt", "dd"):
            if tag == "dt":
                self.claims[-1].facts.append(("", ""))
            self._kind = tag
        if self._is_in and tag == "p" and found.get("class") in ("meta", "verdict"):
            self._kind = found["class"] or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._is_in = False
        if tag in ("dt", "dd") or (tag == "p" and self._kind in ("meta", "verdict")):
            self._kind = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if not self._is_in or not self._kind:
            return
        claim = self.claims[-1]
        if self._kind in ("meta", "verdict"):
            claim.words[self._kind] += data
        else:
            name, text = claim.facts[-1]
            claim.facts[-1] = (name + data, text) if self._kind == "dt" else (name, text + data)


def days(text: str) -> tuple[date, date]:
    first, *last = re.findall(r"\d{4}-\d\d-\d\d", text)[:2] if "/" in text else re.findall(r"\d{4}-\d\d-\d\d", text)[:1]
    return date.fromisoformat(first), date.fromisoformat((last or [first])[0])


def known(text: str) -> date | None:
    found = re.search(r"known on (\d{4}-\d\d-\d\d)", text)
    return date.fromisoformat(found[1]) if found else None


def made(claim: Claim) -> date:
    return days(claim.words["meta"].split("·")[0])[1]


def is_timely(claim: Claim, close: date, came: str) -> bool:
    day = known(came)
    return made(claim) <= close and (day is None or made(claim) < day)


def close_of(claim: Claim) -> date:
    deadline = claim.one("Deadline")
    found = re.search(r"What was said after (\d{4}-\d\d-\d\d)", deadline)
    return date.fromisoformat(found[1]) if found else days(deadline)[0]


def met(condition: str) -> str:
    wanted, came = re.search(r"must come out (.*?): (?:it came out )?(.*?)(?:, known on .*)?\.$", condition).groups()  # type: ignore[union-attr]
    return "open" if came == "not known yet" else "met" if came == wanted else "failed"


def places(claim: Claim, page: Reader) -> list[Claim]:
    """The other places of a claim's sentence on the ladder of its question."""
    rungs = claim.all("On a ladder")
    same = (other for other in page.claims if other is not claim and other.words["meta"] == claim.words["meta"])
    return [other for other in same if any(other.one("Question") in rung for rung in rungs)]


def bucket(claim: Claim, counted: set[str], page: Reader) -> str:
    """The rules of "Which predictions count", from what stands on the page; which place of a sentence on a ladder is
    nearest to its words is the coder's to say.
    """
    verdict, happened = claim.words["verdict"], claim.one("Happened")
    own = {met(condition) for condition in claim.all("Its condition")}
    asked = {met(condition) for condition in claim.all("The question's condition")}
    if "set aside:" in verdict:
        return "set_aside"
    if "cannot be tested: " in verdict or not claim.one("Question"):
        return "unscorable"
    if claim.one("Kind") in ("Possibility", "Announcement"):
        return {"Possibility": "possibilities", "Announcement": "announcements"}[claim.one("Kind")]
    if not (claim.one("Read as") or claim.one("Stated as")):
        return "unscorable"
    if "is a proxy" in verdict:
        return "proxies"
    if not is_timely(claim, close_of(claim), happened):
        return "late"
    if "failed" in own:
        return "untested"
    elsewhere = [other.section in ("scored", "open", "void") for other in places(claim, page)]
    if claim.one("Question") in counted or (claim.section == "repeats" and any(elsewhere)):
        return "repeats"
    counted.add(claim.one("Question"))
    if "failed" in asked:
        return "untested"
    if happened.startswith("void"):
        return "void"
    return "open" if happened.startswith("Not known") or "open" in own | asked else "scored"


def of_yes(said: str) -> tuple[float, float, float] | None:
    """The probability of YES and the ends of its range, of a number that stands there for the side it favours."""
    if not (found := re.match(NUMBER, said)):
        return None
    p, low, high = (float(end or found[1]) / 100 for end in (found[1], found[3], found[4]))
    return (1 - p, 1 - high, 1 - low) if found[2] == "no" else (p, low, high)


def scores(claim: Claim, page: Reader) -> tuple[float, float, float] | None:
    """Brier score at the number that was read, and at the best and the worst end; None for quantities."""
    said, happened = claim.one("Read as") or claim.one("Stated as"), claim.one("Happened").split(",")[0]
    said = said.replace("\u00a0", " ")
    if (ends := of_yes(said)) is None:
        return None
    p, low, high = ends
    readings = [(p, happened == "yes"), (low, happened == "yes"), (high, happened == "yes")]
    for other in claim.all("Variant"):
        close, outcome = re.search(r"Deadline (\d{4}-\d\d-\d\d); it came out (yes|no)\b", other).groups()  # type: ignore[union-attr]
        if is_timely(claim, date.fromisoformat(close), other):
            readings += [(end, outcome == "yes") for end in (low, p, high)]
    for place in places(claim, page):
        ends = of_yes((place.one("Read as") or place.one("Stated as")).replace("\u00a0", " "))
        came = place.one("Happened")
        if ends and came.startswith(("yes", "no")) and is_timely(place, close_of(place), came):
            readings += [(end, came.startswith("yes")) for end in ends]
    every = [(end - came) ** 2 for end, came in readings]
    return every[0], min(every), max(every)


@pytest.fixture
def pages(resolved: Ledger, tmp_path: Path) -> dict[str, str]:
    written = export_scorecards(resolved, form="html", output=tmp_path / "cards", filters=ScoreFilters())
    return {path.name: path.read_text(encoding="utf-8") for path in written if path.name != "index.html"}


def test_every_bucket_is_recounted(pages: dict[str, str]) -> None:
    seen = set()
    for name, text in pages.items():
        reader, counted = Reader(text), set[str]()
        order = sorted(reader.claims, key=lambda claim: (claim.section == "repeats", made(claim)))
        for claim in order:
            assert bucket(claim, counted, reader) == claim.section, (name, claim.facts)
            seen.add(claim.section)
        printed = {label: int(n) for n, label in re.findall(r'<li><b>(\d+)</b><span><a href="#(\w+)"', text)}
        assert printed == Counter(claim.section for claim in reader.claims)
        assert sum(printed.values()) == len(reader.claims)
    assert {"scored", "untested", "possibilities", "unscorable"} <= seen


def test_a_claim_too_vague_to_be_tested_neither_came_true_nor_failed(pages: dict[str, str]) -> None:
    vague = [claim for text in pages.values() for claim in Reader(text).claims if claim.section == "unscorable"]
    assert any(claim.one("Question") for claim in vague)
    assert not [name for claim in vague for name in ("Happened", "Evidence", "Resolution note") if claim.one(name)]
    for claim in vague:
        reason, told = re.search(r"cannot be tested: ([\w-]+)\b(?: \((.*)\))?\.$", claim.words["verdict"]).groups()  # type: ignore[union-attr]
        assert told == TOO_VAGUE.get(reason, (None,))[0]


def test_the_score_and_both_ends_of_its_coding_are_recomputed(pages: dict[str, str]) -> None:
    compared = 0
    for name, text in pages.items():
        reader = Reader(text)
        found = [scores(claim, reader) for claim in reader.claims if claim.section == "scored"]
        if not found or None in found:
            continue
        point, best, worst = (fmean(score[place] for score in found if score) for place in range(3))
        head = reader.text.replace("\u00a0", " ")
        assert f"{point:.2f}Brier score" in re.sub(r"\s*Brier score", "Brier score", head), name
        assert f"Coding {best:.2f}–{worst:.2f}" in head, name
        assert re.search(rf"Mean over {len(found)} questions? with a Brier score", head), name
        compared += 1
    assert compared >= 5


def test_a_page_without_the_range_of_a_claim_is_found_out(pages: dict[str, str]) -> None:
    """The reading above is no formality: it tells a page that hides what it rests on."""
    text = next(text for text in pages.values() if re.search(RANGE, text) and 'id="scored"' in text)
    blind = Reader(re.sub(RANGE, "", text))
    told = Reader(text)
    ends = [[scores(claim, page) for claim in page.claims if claim.section == "scored"] for page in (blind, told)]
    assert ends[0] != ends[1]
