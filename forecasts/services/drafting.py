"""Records as they are being entered, in a form or as TOML: what was typed, how it was read, and what is wrong."""

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from forecasts.domain.fields import FieldSpec, entry_fields, record_fields
from forecasts.domain.form_values import choices_of, form_text, parse_form
from forecasts.domain.formats import percent, percent_range
from forecasts.domain.kinds import Side
from forecasts.domain.plain_records import Keyed, OneOrAll, value_type
from forecasts.domain.records import KINDS, Phrase, Record, name_of
from forecasts.domain.values import claim_name, make_slug, shown
from forecasts.domain.wording import by_standard, find_reading, turned
from forecasts.errors import InvalidInputError, Problem
from forecasts.interchange.toml_files import parse_toml, table_lines
from forecasts.services.ledger import Ledger
from forecasts.services.record import read_draft


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """What is wrong by field ('' for the record as a whole), how values were understood, and the record if it is one.

    A record may be there although rules refuse it: `wrong` is then not empty.
    """

    record: Record | None
    wrong: Mapping[str, str]
    hints: Mapping[str, str]

    def whole(self, kind: str, texts: Mapping[str, str], called: Callable[[str], str] = str) -> Record:
        """The record. InvalidInputError tells what is wrong with the fields, as they are `called`."""
        if self.record is None or self.wrong:
            problems = []
            for name, said in self.wrong.items():
                found, _, expected = said.rpartition("expected ")
                found = found.removeprefix("found ").rstrip(", ") or shown(texts.get(name) or None)
                problems.append(Problem(field=called(name), found=found, expected=expected))
            raise _incomplete(kind, problems)
        return self.record


def _incomplete(kind: str, problems: Sequence[Problem]) -> InvalidInputError:
    return InvalidInputError(f"The {kind} is not complete:", tuple(problems), "Nothing was changed.")


def check_texts(kind: str, texts: Mapping[str, str], today: date) -> CheckedDraft:
    """Read what was typed into the fields of a kind, by the rules that the record alone can break."""
    typed = parse_form(KINDS[kind], texts, today)
    record, problems = read_draft(kind, typed.values)
    wrong = {field: f"expected {expected}" for field, expected in typed.wrong.items()}
    for field, said in by_field(problems).items():
        wrong.setdefault(field, said)
    return CheckedDraft(record if not typed.wrong else None, wrong, typed.hints)


def typed_initial(kind: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What a form of a kind begins with, as it would be typed; values as text, or as a record or a pack has them."""
    cls: type = KINDS[kind]
    specs = record_fields(cls)
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return {name: value if isinstance(value, str) else form_text(specs[name], value) for name, value in given.items()}


def by_field(problems: tuple[Problem, ...]) -> dict[str, str]:
    """What is wrong by field of the form, the first problem of each."""
    wrong: dict[str, str] = {}
    for problem in problems:
        field = re.split(r"[.\[]", problem.field)[0]
        found = f"found {problem.found}, " if problem.found not in ("", "nothing", "an empty text") else ""
        wrong.setdefault(field, f"{found}expected {problem.expected}")
    return wrong


def propose_slug(ledger: Ledger, kind: str, texts: Mapping[str, Any], taken: frozenset[str] = frozenset()) -> str:
    """A slug for what is being entered that nothing of its kind has; `taken` are names about to be used."""
    with ledger.records() as records:
        names = records.names

        def is_taken(slug: str) -> bool:
            return slug in taken or names.find(kind, slug) is not None

        if kind == "prediction":
            speakers = texts.get("speakers") or ""
            first = re.split(r"[;,\s]+", speakers.strip())[0] if isinstance(speakers, str) else speakers[0]
            said = claim_name(str(texts.get("article") or ""), texts.get("paragraph"), first)
            return make_slug(said, is_taken, nameless=kind)
        said = " ".join(str(texts.get(name) or "") for name in _NAMING[kind])
        return make_slug(said, is_taken, nameless=kind, most=_READABLE)


_READABLE = 60
_NAMING = {"source": ("name",), "article": ("outlet", "published_on"), "scenario": ("title",), "question": ("title",)}


def finish_record(ledger: Ledger, kind: str, texts: Mapping[str, str], taken: frozenset[str] = frozenset()) -> Record:
    """The record that was typed, named by itself where it has no slug. InvalidInputError tells what is wrong."""
    named = dict(texts)
    if kind in HAS_SLUG and not named.get("slug", "").strip():
        named["slug"] = propose_slug(ledger, kind, named, taken)
    return check_texts(kind, named, ledger.today()).whole(kind, named)


def read_phrases(ledger: Ledger) -> dict[str, list[Phrase]]:
    """The phrases of each standard."""
    with ledger.records() as records:
        return by_standard(records.all(Phrase))


def phrase_hint(texts: Mapping[str, str], phrases: Mapping[str, Sequence[Phrase]]) -> str:
    """What the standard that is typed reads from the phrase, of YES; or that it does not list the words."""
    standard, phrase = texts.get("standard", "").strip(), texts.get("phrase", "")
    if standard not in phrases or not phrase.strip():
        return ""
    reading = find_reading(phrase, phrases[standard])
    if reading is None:
        return "does not list these words: give a probability"
    side = turned(reading) if texts.get("phrase_about") == Side.NO.value else reading
    return f"“{reading.term}” is {percent(side.point)} ({percent_range(side.low, side.high)}) of yes"


HAS_SLUG = frozenset({"source", "article", "scenario", "question", "prediction"})


_WIDTH = 96


def toml_template(kind: str, values: Mapping[str, Any], heading: tuple[str, ...] = ()) -> str:
    """A table of one record with these values; what is not given stands there as a comment, with what it is for."""
    lines = [f"# {line}".rstrip() for line in heading]
    lines += ["", f"[[{kind}]]"]
    inner: list[str] = []
    for spec in entry_fields(KINDS[kind]):
        choices = choices_of(spec)
        listed = f" One of: {', '.join(choices)}." if choices and spec.type is not bool else ""
        is_needed = " Required." if spec.is_required and spec.name != "slug" else ""
        lines.append("")
        lines += [
            f"# {line}" for line in textwrap.wrap(f"{spec.help.label}: {spec.help.text}{listed}{is_needed}", _WIDTH)
        ]
        if spec.name in values:
            shown = list(table_lines(kind, {spec.name: values[spec.name]}))[1:]
            (inner if shown[0].startswith("[") else lines).extend(shown)
        else:
            lines.append(f"# {spec.name} = {_empty(spec)}")
    return "\n".join([*lines, *inner]).lstrip("\n") + "\n"


def read_toml_draft(kind: str, text: str, slug: str = "") -> Record:
    """The record in an edited template. InvalidInputError tells everything wrong with it that it alone shows.

    `slug` is the name that it must keep; empty for a new one.
    """
    file = parse_toml(text.encode("utf-8", "surrogatepass"), "the text")
    if file.problem is not None:
        raise _incomplete(kind, (file.problem,))
    rows = file.tables.get(kind)
    others = [name for name in file.tables if name != kind]
    if others or not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], Mapping):
        found = f"[[{others[0]}]]" if others else "no such table" if not rows else "several"
        raise _incomplete(kind, (Problem(table=kind, found=found, expected=f"one [[{kind}]] table and nothing else"),))
    record, problems = read_draft(kind, rows[0])
    if record is not None and slug and name_of(record) != slug:
        stays = Problem(
            field="slug", found=f"'{name_of(record)}'", expected=f"'{slug}': others refer to it by that name"
        )
        problems = (*problems, stays)
    if record is None or problems:
        raise _incomplete(kind, problems)
    return record


def _empty(spec: FieldSpec) -> str:
    if spec.item is not None:
        return "{}" if isinstance(value_type(spec), Keyed | OneOrAll) else "[]"
    if spec.type is bool:
        return "false"
    return {"int": "1", "float": "0.5", "date": "2026-12-31", "Span": "2026-12-31", "Condition": "{}"}.get(
        getattr(spec.type, "__name__", ""), '""'
    )


def today_values(kind: str, today: date, analyst: str) -> dict[str, Any]:
    """What a new record of a kind begins with."""
    if kind == "question":
        return {"written_on": today}
    return {"coded_by": analyst, "coded_on": today} if kind == "prediction" else {}


def toml_values(kind: str, text: str) -> dict[str, Any]:
    """The values of the one table of the kind in a text; none where it cannot be read."""
    rows = parse_toml(text.encode("utf-8", "surrogatepass"), "the text").tables.get(kind)
    return dict(rows[0]) if isinstance(rows, list) and rows and isinstance(rows[0], Mapping) else {}


def with_value(kind: str, text: str, name: str, value: Any) -> str:
    """The text with a field more at the head of its first table of the kind."""
    line = "\n".join(list(table_lines(kind, {name: value}))[1:])
    return text.replace(f"[[{kind}]]", f"[[{kind}]]\n{line}", 1)
