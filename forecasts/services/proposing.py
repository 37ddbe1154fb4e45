"""Proposals of programs: kept beside the ledger on this machine, hidden until the analyst has read the text blind.

They are in no pack and not in the history; what is accepted is an ordinary prediction.
"""

import hashlib
import json
import shlex
import subprocess
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, NoReturn

from forecasts.domain.article_views import ArticleReading, AttachedText, find_words
from forecasts.domain.candidates import find_candidates, phrase_at
from forecasts.domain.plain_records import plain_record, read_fields
from forecasts.domain.proposals import PlacedProposal, ProducerAgreement, Proposal
from forecasts.errors import InvalidInputError, Problem, RuleBrokenError
from forecasts.files import put
from forecasts.interchange.imports.files import read_bytes
from forecasts.interchange.proposals import MOST_BYTES, ProposalsRead, of_words, read_annotations, read_lines
from forecasts.paths import state_folder
from forecasts.services.articles import article_reading
from forecasts.services.explain import read_lexicon
from forecasts.services.ledger import Ledger
from forecasts.text import safe

RULES = "forecasts rules"
_AROUND = 60
_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalReport:
    """What was proposed of an article: kept, refused with the reason, quotes that stand nowhere, and those repeated."""

    kept: int
    refused: tuple[str, ...]
    nowhere: tuple[str, ...]
    repeated: int


@dataclass(slots=True)
class ArticleProposals:
    """The proposals that are kept of one article, and whether the analyst has read its text without them.

    `blind` has the paragraph and offsets of each prediction that was recorded when he had; None while he has not.
    `is_open` where they are shown without that: such an article tells nothing of a producer.
    """

    path: Path
    sha256: str
    proposals: list[PlacedProposal]
    blind: list[tuple[int, int, int]] | None
    nowhere: Counter[str]
    repeated: Counter[str]
    is_open: bool = False

    def shown(self) -> list[PlacedProposal]:
        """What may be shown: nothing before the text was read without it."""
        return self.proposals if self.is_open or self.blind is not None else []

    def compared(self) -> str:
        """How what was proposed agrees with what was recorded without it, in words; empty where it was not."""
        if self.blind is None:
            return ""
        said = [one for one in self.proposals if one.says_prediction]
        both = sum(any(_share_words(one, place) for place in self.blind) for one in said)
        own = sum(not any(_share_words(one, place) for one in said) for place in self.blind)
        return f"{both} found by both, {len(said) - both} by programs only, {own} by you only"

    def save(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        said = {
            "sha256": self.sha256,
            "blind": self.blind,
            "is_open": self.is_open,
            "nowhere": self.nowhere,
            "repeated": self.repeated,
            "proposals": [
                {
                    "proposal": plain_record(one.proposal),
                    **{name: getattr(one, name) for name in ("paragraph", "start", "end", "state", "is_unchanged")},
                }
                for one in self.proposals
            ],
        }
        put(self.path, json.dumps(said).encode(), 0o600)


def propose_file(ledger: Ledger, article: str, path: Path) -> ProposalReport:
    """Keep the proposals of a file of JSON lines. Errors as for `propose`; InvalidInputError for the file."""
    return propose(ledger, article, read_lines(read_bytes(path, MOST_BYTES)))


def propose_annotations(ledger: Ledger, article: str, path: Path) -> ProposalReport:
    """Keep the annotations of an export of Hypothes.is as proposals."""
    return propose(ledger, article, read_annotations(read_bytes(path, MOST_BYTES), safe(path)))


def propose_rules(ledger: Ledger, article: str, standard: str) -> ProposalReport:
    """Keep what the program's own words of likelihood and future find."""
    paragraphs = _attached_text(article_reading(ledger, article)).paragraphs
    lexicon = read_lexicon(ledger, standard, " ".join(paragraph.text for paragraph in paragraphs))
    found = []
    for paragraph in paragraphs:
        for candidate in find_candidates(paragraph.text, lexicon.terms, lexicon.is_future):
            phrase = phrase_at(paragraph.text, candidate)
            behind = candidate.start + len(phrase)
            before = paragraph.text[max(candidate.start - _AROUND, 0) : candidate.start]
            found.append((before, phrase, paragraph.text[behind : behind + _AROUND]))
    return propose(ledger, article, of_words(found, RULES))


def propose_command(ledger: Ledger, article: str, command: str, seconds: float = _SECONDS) -> ProposalReport:
    """Keep what a program prints that is given the article's text on its standard input.

    Errors: InvalidInputError where it cannot be run, fails, prints too much, or is not done in time.
    """
    text = "\n".join(paragraph.text for paragraph in _attached_text(article_reading(ledger, article)).paragraphs)
    try:
        words = shlex.split(command)
        done = subprocess.run(words, input=text.encode(), capture_output=True, timeout=seconds, check=False)  # noqa: S603 - his own
    except subprocess.TimeoutExpired:
        _refuse(command, f"not done within {seconds:g} seconds", "a program that ends")
    except (OSError, ValueError, IndexError) as error:
        _refuse(command, str(error), "a program that can be run")
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()
        _refuse(command, f"exit status {done.returncode}{f': {last[-1]}' if last else ''}", "exit status 0")
    if len(done.stdout) > MOST_BYTES:
        _refuse(command, f"more than {MOST_BYTES:,} bytes", "fewer")
    return propose(ledger, article, read_lines(done.stdout))


def _refuse(what: str, found: str, expected: str) -> NoReturn:
    msg = "There are no proposals:"
    problem = Problem(field=safe(what, 80), found=safe(found, 200), expected=expected)
    raise InvalidInputError(msg, (problem,), "Nothing was changed.")


def propose(ledger: Ledger, article: str, read: ProposalsRead) -> ProposalReport:
    """Keep proposals of an article's text; those whose words stand nowhere are counted against what made them.

    Errors: UnknownRecordError; RuleBrokenError where the article has no text here.
    """
    reading = article_reading(ledger, article)
    text = _attached_text(reading)
    kept = _load(ledger, article, text.sha256)
    there = {(one.paragraph, one.start, one.end, one.proposal.by.name) for one in kept.proposals}
    refused = [f"line {number}: {why}" for number, why in read.refused]
    nowhere, before = [], len(kept.proposals)
    for proposal in read.proposals:
        if proposal.article not in ("", article) or proposal.text_sha256 not in ("", text.sha256):
            refused.append(f"“{safe(proposal.exact, 60)}”: of another article or text")
            continue
        place = _best_place(proposal, text)
        if place is None:
            kept.nowhere[proposal.by.name] += 1
            nowhere.append(proposal.exact)
        elif (*place, proposal.by.name) in there:
            kept.repeated[proposal.by.name] += 1
        else:
            there.add((*place, proposal.by.name))
            paragraph, start, end = place
            kept.proposals.append(PlacedProposal(proposal=proposal, paragraph=paragraph, start=start, end=end))
    kept.proposals.sort(key=lambda one: (one.paragraph, one.start, one.end))
    kept.save()
    new = len(kept.proposals) - before
    repeated = len(read.proposals) - new - len(nowhere) - (len(refused) - len(read.refused))
    return ProposalReport(kept=new, refused=tuple(refused), nowhere=tuple(nowhere), repeated=repeated)


def article_proposals(ledger: Ledger, article: str) -> ArticleProposals:
    """What is kept of an article. UnknownRecordError; RuleBrokenError where the article has no text here."""
    return _load(ledger, article, _attached_text(article_reading(ledger, article)).sha256)


def shown_proposals(ledger: Ledger, reading: ArticleReading) -> tuple[PlacedProposal, ...]:
    """What may be shown of an article as it is read; nothing where its text is not here."""
    if reading.text is None:
        return ()
    return tuple(_load(ledger, reading.article.slug, reading.text.sha256).shown())


def finish_blind(ledger: Ledger, article: str) -> ArticleProposals:
    """Note that the analyst has read the text without proposals: they are held to what he has recorded by now.

    Errors: RuleBrokenError where they were shown before.
    """
    reading = article_reading(ledger, article)
    kept = _load(ledger, article, _attached_text(reading).sha256)
    if kept.is_open:
        msg = "The proposals of this article were shown before it was read without them."
        raise RuleBrokenError(msg, "They stay shown, and it does not count as read blind.")
    if kept.blind is None:
        kept.blind = [
            (paragraph.number, *claim.words)
            for paragraph in reading.paragraphs
            for claim in paragraph.predictions
            if claim.words is not None
        ]
        kept.save()
    return kept


def open_proposals(ledger: Ledger, article: str) -> ArticleProposals:
    """Show the proposals of an article that nobody reads without them; that is noted, and counts for no producer."""
    kept = article_proposals(ledger, article)
    if kept.blind is None:
        kept.is_open = True
        kept.save()
    return kept


def decide(ledger: Ledger, article: str, decided: PlacedProposal, state: str, *, is_unchanged: bool = False) -> None:
    """Note what became of a proposal."""
    kept = article_proposals(ledger, article)
    kept.proposals = [
        replace(one, state=state, is_unchanged=is_unchanged) if one.proposal == decided.proposal else one
        for one in kept.proposals
    ]
    kept.save()


def producer_agreement(ledger: Ledger) -> list[ProducerAgreement]:
    """How each producer's proposals agree with what was recorded blind, over all articles that were read so."""
    totals: dict[str, Counter[str]] = {}
    for path in sorted(_folder(ledger).glob("*.json")):
        kept = _read(path)
        if kept is None or kept.blind is None:
            continue
        producers = {one.proposal.by.name for one in kept.proposals} | set(kept.nowhere)
        for name in producers:
            count = totals.setdefault(name, Counter())
            own = [one for one in kept.proposals if one.proposal.by.name == name]
            count["articles"] += 1
            count["nowhere"] += kept.nowhere[name]
            count["repeated"] += kept.repeated[name]
            said = [one for one in own if one.says_prediction]
            met = sum(any(_share_words(one, place) for one in said) for place in kept.blind)
            found = sum(any(_share_words(one, place) for place in kept.blind) for one in said)
            count["found"] += found
            count["extra"] += len(said) - found
            count["met"] += met
            count["missed"] += len(kept.blind) - met
            count["accepted"] += sum(one.state == "accepted" for one in own)
            count["unchanged"] += sum(one.state == "accepted" and one.is_unchanged for one in own)
    names = ("articles", "found", "extra", "missed", "met", "nowhere", "repeated", "accepted", "unchanged")
    return [
        ProducerAgreement(producer=producer, **{name: count[name] for name in names})
        for producer, count in sorted(totals.items())
    ]


def _share_words(one: PlacedProposal, place: Sequence[int]) -> bool:
    paragraph, start, end = place
    return one.paragraph == paragraph and one.start < end and start < one.end


def _attached_text(reading: ArticleReading) -> AttachedText:
    if reading.text is None:
        slug = reading.article.slug
        msg = f"The article {slug} has no text here, so that nothing can be proposed of it."
        raise RuleBrokenError(msg, f"`forecasts attach {slug} FILE` attaches it.")
    return reading.text


def _best_place(proposal: Proposal, text: AttachedText) -> tuple[int, int, int] | None:
    """The paragraph and offsets of the words: of several places that which prefix and suffix fit best, or the first."""
    places: list[tuple[int, tuple[int, int, int]]] = []
    for paragraph in text.paragraphs:
        at = 0
        while (found := find_words(proposal.exact, paragraph.text[at:])) is not None:
            start, end = found[0] + at, found[1] + at
            before, behind = paragraph.text[:start], paragraph.text[end:]
            fits = _fits(proposal.prefix[::-1], before[::-1]) + _fits(proposal.suffix, behind)
            places.append((-fits, (paragraph.number, start, end)))
            at = end
    return min(places)[1] if places else None


def _fits(said: str, there: str) -> int:
    """How many words of what is said to stand beside the quote do."""
    pairs = zip(said.split(), there.split(), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _folder(ledger: Ledger) -> Path:
    path = ledger.place.path
    address = str(path.resolve() if path else ledger.place.url)  # by whatever link one came to it
    return state_folder() / "proposals" / hashlib.sha256(address.encode()).hexdigest()[:24]


def _load(ledger: Ledger, article: str, sha256: str) -> ArticleProposals:
    path = _folder(ledger) / f"{article}.json"
    kept = _read(path)
    if kept is not None and kept.sha256 == sha256:
        return kept
    return ArticleProposals(path, sha256, [], None, Counter(), Counter())


def _read(path: Path) -> ArticleProposals | None:
    """What a file keeps; None where it is not there, or was written by something else."""
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        said = json.loads(path.read_bytes())
        blind = said["blind"]
        return ArticleProposals(
            path,
            str(said["sha256"]),
            [one for one in map(_placed, said["proposals"]) if one is not None],
            None if blind is None else [(int(number), int(start), int(end)) for number, start, end in blind],
            Counter({str(name): int(count) for name, count in said["nowhere"].items()}),
            Counter({str(name): int(count) for name, count in said["repeated"].items()}),
            is_open=said["is_open"] is True,
        )
    return None


def _placed(said: dict[str, Any]) -> PlacedProposal | None:
    problems: list[Problem] = []
    proposal = read_fields(Proposal, said.pop("proposal"), "", problems)
    return PlacedProposal(proposal=proposal, **said) if isinstance(proposal, Proposal) and not problems else None
