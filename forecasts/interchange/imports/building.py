"""Records put together from rows: each read and checked like a pack's, kept once, and traced to its line."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from forecasts.domain import formats, limits, record_rules, references
from forecasts.domain.fields import Text, record_fields
from forecasts.domain.plain_records import read_record
from forecasts.domain.records import Article, Pack, Prediction, Record, Source, identity, kind_of, name_of, table_of
from forecasts.domain.values import appearance, same_text, shown, skeleton
from forecasts.interchange.imports.reports import Imported, ImportOptions, Problems, Skips
from forecasts.interchange.record_sets import NO_RECORDS, Known, RecordSet, cross_record_problems, make_record_set
from forecasts.text import shorten

_GAP = re.compile(r"[^a-z0-9]+")
_READABLE = 40
_FEW = 10
"""Of fewer entries of a platform it does not say that the file is another one if most are wrong."""


def digest(*parts: str, length: int = 10) -> str:
    """A short digest of the parts, in order; another split of the same text gives another one."""
    text = "\x1f".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


@lru_cache(10_000)
def readable(text: str, length: int = _READABLE) -> str:
    """What of the text a slug can say: a-z, 0-9 and single hyphens; may be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = _GAP.sub("-", plain.casefold()).strip("-")
    return slug[:length].rstrip("-")


def slug_of_name(name: str) -> str:
    """The slug of somebody's name: readable alone where it is plain ASCII, else with a digest; empty for no name."""
    name = appearance(name)
    slug = readable(name, limits.SLUG)
    if name.isascii() and slug and len(slug) < limits.SLUG:
        return slug
    return own_slug_of_name(name) if name else ""


def own_slug_of_name(name: str) -> str:
    """The slug of a name that no other name has."""
    return f"{readable(name) or 'name'}-{digest(same_text(name), length=8)}"


def joined_slug(*parts: str, key: str) -> str:
    """Readable parts joined, ended by a digest of the key, which tells it from every other."""
    room = limits.SLUG - 11
    kept = [slug for part in parts if (slug := readable(part))]
    start = "-".join(kept)[:room].rstrip("-")
    return f"{start}-{key}" if start else key


R = TypeVar("R", bound=Record)


class Building:
    """The records of one import so far, what was skipped, and everything that is wrong.

    What is wrong is left out and told, with what refers to it; the file is refused for it where that was asked for,
    where the rest cannot be read, and where hardly anything is right.
    """

    def __init__(self, file: str, form: str, title: str, options: ImportOptions, known: Known = NO_RECORDS) -> None:
        self.is_strict = options.strict
        self._is_table = form == "csv"
        self._known = known
        self._by_key: dict[str, dict[str, str]] = {}
        self.problems = Problems(file)
        self.skips = Skips()
        self._mended = Skips()
        self._alike = Skips()
        self._spelt: dict[tuple[str, str], dict[str, None]] = {}
        self.notes: dict[str, None] = {}
        self.read: dict[str, int] = {}
        self.pack = Pack(name=f"imported-{form}", title=f"Imported from {title}")
        self._records: dict[tuple[str, tuple[str, ...]], Record] = {}
        self._places: dict[tuple[str, tuple[str, ...]], str] = {}

    def slug_of(self, kind: str, form: str, *parts: str, key: str) -> str:
        """The slug of what has a key elsewhere: as it is there already under another title, else with this one."""
        if kind not in self._by_key:
            there = (slug for slug in self._known.get(kind, ()) if slug.startswith(form))
            self._by_key[kind] = {slug.rpartition("-")[2]: slug for slug in there}
        return self._by_key[kind].get(key) or joined_slug(form, *parts, key=key)

    def count(self, what: str) -> None:
        self.read[what] = self.read.get(what, 0) + 1

    def has(self, kind: str, slug: str) -> bool:
        return (kind, (slug,)) in self._records

    def get(self, kind: str, slug: str) -> Any:
        return self._records.get((kind, (slug,)))

    def add(self, cls: type[R], values: Mapping[str, Any], where: str, file: str = "") -> R | None:
        """The record of these values, or None where they are told to be wrong. The same one again is taken once."""
        kept = {name: value for name, value in values.items() if value is not None}
        if not self.is_strict:
            self._mend(cls, kept, where)
        record, problems = read_record(cls, kept, where)
        if record is None:
            self.problems.take(problems, where, file)
            return None
        if broken := record_rules.rule_problems(record):
            self.problems.take(broken, where, file)
            return None
        key = (table_of(record), identity(record))
        before = self._records.setdefault(key, record)
        if before != record:
            self.tell_difference(before, record, self._places[key], where, file)
            return None
        self._places.setdefault(key, f"{file or self.problems.file}, {where}")
        return record

    def tell_difference(self, before: Record, after: Record, place: str, where: str, file: str = "") -> None:
        """Tell that two records of one name say different things, the first of them at `place`."""
        cls: type = type(before)
        name = next(name for name in record_fields(cls) if getattr(before, name) != getattr(after, name))
        expected = f"{shown(getattr(before, name))}, as at {place}"
        self.problems.add(
            f"{where}: {table_of(after)} {name_of(after)}", name, shown(getattr(after, name)), expected, file
        )

    def _mend(self, cls: type, values: dict[str, Any], where: str) -> None:
        """Clean and cut the texts that one sign or one line too many would keep out."""
        specs = record_fields(cls)
        for name, value in values.items():
            declared = specs[name].declared if name in specs else None
            if not isinstance(value, str) or not isinstance(declared, Text):
                continue
            clean = clean_text(value, is_block=declared.multiline)
            short = shorten(clean, declared.limit)
            what, called = kind_of(cls).replace("_", " "), name.replace("_", " ")
            if clean != value:
                self._mended.add(what, f"{called} cleaned of control characters", where)
            if short != clean:
                self._mended.add(what, f"{called} cut to {declared.limit:,} characters", where)
            values[name] = short

    def body(self, known: Known) -> RecordSet:
        """The body of all records; what disagrees with the others or the ledger is told, if nothing else is."""
        while True:
            body: RecordSet = make_record_set(self.pack, self._records.values(), self._places)
            if self.is_strict and self.problems.count:
                return body
            problems = cross_record_problems(body, known)
            self.problems.take(problems)
            if self.is_strict or not problems:
                self._tell_look_alikes(known.get("source", {}))
                return body
            self._leave_out({(problem.table, problem.name) for problem in problems})

    def tell_as_one(self, kind: str, first: str, other: str) -> None:
        """Tell that two spellings were taken for one name or title."""
        if first != other:
            self._spelt.setdefault((kind, first), {})[other] = None

    def _tell_look_alikes(self, there: Mapping[str, Record]) -> None:
        """Tell of each name of this file that looks like another one's, in the file or in the ledger."""
        named: dict[str, Source] = {}
        here = {who[0]: one for (kind, who), one in self._records.items() if kind == "source"}
        for source in {**there, **here}.values() if here else ():
            if isinstance(source, Source):
                other = named.setdefault(skeleton(source.name), source)
                if other is not source and not here.keys().isdisjoint({source.slug, other.slug}):
                    where = f"{other.slug} and {source.slug}: {shown(other.name)}"
                    self._alike.add("name", "looks like another one and was kept apart", where)

    def _leave_out(self, names: set[tuple[str, str]]) -> None:
        """Take these records out, and what refers to them; a revision of what is out revises nothing."""
        gone = {key for key, record in self._records.items() if (table_of(record), name_of(record)) in names}
        if not gone:
            self.problems.is_unreadable = True
            self.problems.refuse(self.problems.file)
        while gone:
            for key in gone:
                del self._records[key]
            names = {(kind, " / ".join(who)) for kind, who in gone}
            gone = set()
            for key, record in self._records.items():
                fields = {field for field, kind, slug in references.references_of(record) if (kind, slug) in names}
                if fields == {"supersedes"} and isinstance(record, Prediction):
                    self._records[key] = replace(record, supersedes="")
                elif fields:
                    self.skips.add(key[0].replace("_", " "), "what it refers to is left out", self._places[key])
                    gone.add(key)

    def finish(self, known: Known = NO_RECORDS) -> Imported:
        """What was imported. InvalidInputError tells all problems of a file that is refused."""
        return self.imported(self.body(known))

    def imported(self, body: RecordSet) -> Imported:
        """What was imported, with this body. InvalidInputError as `finish`."""
        self.refuse()
        return Imported(body=body, read=self.read, skips=self.skips, problems=self.problems, told=self._told)

    def _told(self) -> tuple[str, ...]:
        told = (*self._mended.told(), *self._alike.told())
        counts = (f"{formats.counted(one.count, one.what)}: {one.why} ({', '.join(one.examples)})." for one in told)
        spelt = (
            f"Taken as one {kind}: {', '.join(map(shown, (first, *others)))}."
            for (kind, first), others in self._spelt.items()
        )
        return (*self.notes, *spelt, *counts)

    def refuse(self) -> None:
        """Refuse the file for what is wrong with it, where one record does not stand for itself alone."""
        read = max(self.read.values(), default=0)
        is_hopeless = 2 * self.problems.places > read and (self._is_table or read >= _FEW)
        if self.is_strict or self.problems.is_unreadable or is_hopeless:
            self.problems.refuse(self.problems.file)


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]|(?<!\r)\r(?!\n)")


def clean_text(text: str, *, is_block: bool) -> str:
    """The text without control characters: those of Windows' code page as the signs they stood for, others as gaps."""
    if not is_block:
        text = text.replace("\t", " ") if "\t" in text else text
        text = " ".join(text.splitlines()) if "\n" in text else text
    return _CONTROL.sub(lambda match: _sign_of(match[0], is_block=is_block), text.replace("\r\n", "\n"))


def _sign_of(control: str, *, is_block: bool) -> str:
    if "\x80" <= control <= "\x9f":
        sign = control.encode("latin-1").decode("cp1252", "replace")
        return sign if sign.isprintable() else " "
    return "\n" if is_block and control in "\x0b\x0c\r" else "\N{REPLACEMENT CHARACTER}" if control > "\x9f" else " "


def log_slug(source: str, year: int) -> str:
    slug = f"{source}-log-{year}"
    return slug if len(slug) <= limits.SLUG else joined_slug(source, str(year), key=digest(source, str(year)))


def log_article(building: Building, *, platform: str, source: Source, day: date, where: str) -> str:
    """The slug of the article in which somebody's forecasts of one year stand: a platform's log of that year.

    A year and not what the file holds of it, so that a longer export of the same log names the same article.
    """
    slug = log_slug(source.slug, day.year)
    if not building.has("article", slug):
        building.add(
            Article,
            {
                "slug": slug,
                "title": f"{source.name[:200]} on {platform}, {day.year}",
                "authors": [source.slug],
                "published_on": f"{day.year}-01-01/{day.year}-12-31",
                "published_basis": "inferred",
                "coverage": "selected",
                "note": f"Forecasts imported from {platform}; each has its own day.",
            },
            where,
        )
    return slug
