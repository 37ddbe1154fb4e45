"""Packs into bodies of records, with everything that is wrong told at once; and records as packs."""

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from forecasts.domain import formats, kinds, limits, record_rules, records
from forecasts.domain.plain_records import label, read_record, record_values
from forecasts.domain.values import nearest, one_of, tidy
from forecasts.errors import InvalidInputError, OutputRefusedError, Problem
from forecasts.files import replace_files
from forecasts.interchange import record_sets
from forecasts.interchange.toml_files import TomlFile, read_toml, single_table_lines, table_lines
from forecasts.text import safe

FORMAT = 1
RESOLUTIONS_FOLDER = "resolutions"


def read_pack(
    paths: Path | str | Sequence[Path | str],
    *,
    with_resolutions: bool = False,
    known: record_sets.Known = record_sets.NO_RECORDS,
) -> record_sets.RecordSet:
    """The body of records in a pack: a folder, one file, or several of them that make one pack together.

    Of a folder every `*.toml` below it is read; one in a sub-folder named `resolutions` only where asked for. `known`
    is what the ledger has already, so that references may point there. Every problem of every file is told in one
    `InvalidInputError`; files are only read.
    """
    roots = [Path(path) for path in ([paths] if isinstance(paths, Path | str) else paths)]
    what = "The pack " + " and ".join(safe(root) for root in roots)
    reading = _Reading()
    for root in roots:
        for path, name in _pack_files(root, with_resolutions=with_resolutions):
            shown_name = f"{root.name}/{name}" if len(roots) > 1 and root.is_dir() else name
            reading.take(read_toml(path, safe(shown_name)))
    reading.refuse_newer(what)
    if reading.is_full:
        record_sets.raise_problems(what, reading.problems, is_whole=False)
    pack = reading.pack()
    body = fitted_to_questions(record_sets.make_record_set(pack, reading.records, reading.files), known)
    between = () if reading.is_partial else record_sets.cross_record_problems(body, known, reading.unread)
    record_sets.raise_problems(what, [*reading.problems, *between])
    return body


def _pack_files(root: Path, *, with_resolutions: bool) -> list[tuple[Path, str]]:
    if root.is_file():
        return [(root, root.name)]  # a file has a limit of its own
    if not root.is_dir():
        msg = f"There is no pack at {safe(root)}."
        raise InvalidInputError(msg, advice="Give a folder with *.toml files, or one such file.")
    found: list[tuple[Path, str]] = []
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(
            name for name in inner if not name.startswith(".") and (with_resolutions or name != RESOLUTIONS_FOLDER)
        )
        for name in sorted(names):
            if name.endswith(".toml") and not name.startswith("."):
                path = Path(folder, name)
                found.append((path, path.relative_to(root).as_posix()))
    if not found:
        msg = f"There is no pack in {safe(root)}: no file below it ends in .toml."
        raise InvalidInputError(msg, advice="Give a folder with *.toml files, or one such file.")
    size = sum(path.stat().st_size for path, _ in found if path.is_file())
    if size > limits.PACK_SUM:
        msg = f"The pack {safe(root)} has {size:,} bytes in {len(found):,} files."
        raise InvalidInputError(msg, advice=f"Load at most {limits.PACK_SUM:,} bytes at once.")
    return sorted(found, key=lambda item: item[1])


class _Reading:
    """What has been read of a pack so far, and everything that was wrong with it."""

    def __init__(self) -> None:
        self.records: list[records.Record] = []
        self.problems: list[Problem] = []
        self.files: dict[tuple[str, tuple[str, ...]], str] = {}
        self.unread: dict[str, set[str]] = defaultdict(set)
        self.is_partial = False
        self._packs: list[tuple[str, Mapping[str, Any]]] = []

    @property
    def is_full(self) -> bool:
        """Whether so much was wrong that no more is read: else messages alone could take minutes and gigabytes."""
        return len(self.problems) > limits.PROBLEMS

    def take(self, file: TomlFile) -> None:
        if file.problem:
            self.problems.append(file.problem)
            self.unread[""] |= file.slugs
            self.unread["file"].add(file.name)
            self.is_partial |= file.is_unseen
        for table, rows in file.tables.items():
            if table == "pack":  # whatever else is wrong: it says whether the format is newer
                self._take_pack(file.name, rows)
            elif self.is_full:
                continue
            elif table in records.TABLES:
                self._take_rows(file.name, table, rows)
            else:
                self.problems.append(_unknown_table(file.name, table, rows))
                self.unread[""] |= _slugs_in(rows)

    def _take_pack(self, file: str, table: Any) -> None:
        if isinstance(table, Mapping):
            self._packs.append((file, table))
        else:
            found = f"{len(table)} of them" if isinstance(table, list) else "a value"
            problem = Problem(file=file, table="pack", found=found, expected="one [pack] table, in single brackets")
            self.problems.append(problem)
            self.unread["pack"].add(file)

    def _take_rows(self, file: str, table: str, rows: Any) -> None:
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            found = f"[{table}] or {table} = …"
            self.problems.append(
                Problem(file=file, table=table, found=found, expected=f"[[{table}]], in double brackets")
            )
            self.unread[table] |= _slugs_in([rows])
            return
        for place, row in enumerate(rows, start=1):
            if self.is_full:
                return
            self._take_record(file, table, row, f"number {place}")

    def _take_record(self, file: str, table: str, row: Mapping[str, Any], place: str) -> None:
        cls: type[records.Record] = records.TABLES[table]
        record, problems = read_record(cls, row, place)
        if record is None:
            self.problems += [replace(problem, file=file) for problem in problems]
            self.unread[table].add(label(cls, row))
            return
        self.problems += [replace(problem, file=file) for problem in record_rules.rule_problems(record)]
        key = (table, records.identity(record))
        if key in self.files:
            other = self.files[key]
            found = f"the same name in {other}" if other != file else "the same name above in this file"
            self.problems.append(Problem(file, table, records.name_of(record), "", found, "each name once in a pack"))
            return
        self.files[key] = file
        self.records.append(record)

    def refuse_newer(self, what: str) -> None:
        """Raise where the pack says that its format is newer: nothing else that is found in it can be trusted."""
        for file, table in self._packs:
            given = table.get("format")
            if isinstance(given, int) and not isinstance(given, bool) and given > FORMAT:
                shown_format = given if given < limits.LARGEST_NUMBER else "a number of many digits"
                expected = f"format {FORMAT}, the newest that this program reads"
                problem = Problem(file, "pack", "", "format", str(shown_format), expected)
                msg = f"{what} was written by a newer version of the program."
                raise InvalidInputError(msg, (problem,), "Install the newest version and load the pack again.")

    def pack(self) -> records.Pack:
        """The one [pack] table; a stand-in where it is wrong, which is then among the problems."""
        for file, table in self._packs:
            if "format" not in table:
                expected = f"format = {FORMAT}"
                self.problems.append(Problem(file, "pack", label(records.Pack, table), "format", "nothing", expected))
        files = [file for file, _ in self._packs]
        for file in files[1:]:
            self.problems.append(Problem(file, "pack", "", "", f"another one in {files[0]}", "one [pack] table in all"))
        if not files and not self.unread["pack"] and not self.unread["file"]:
            expected = 'one [pack] table with format = 1 and name = "…" in one of the files'
            self.problems.append(Problem(table="pack", found="none", expected=expected))
        for file, table in self._packs:
            pack, problems = read_record(records.Pack, table)
            self.problems += [replace(problem, file=file) for problem in problems]
            if pack:
                self.files["pack", records.identity(pack)] = file
                return pack
        return records.Pack(name="unread")


def _slugs_in(rows: Any) -> set[str]:
    """The slugs of tables that were not read, so that references to them are not told as well."""
    tables = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return {slug for table in tables if isinstance(slug := table.get("slug"), str)}


def _unknown_table(file: str, table: str, rows: Any) -> Problem:
    if not isinstance(rows, Mapping | list):
        expected = "a line such as [pack] or [[article]] above it"
        return Problem(file=file, field=safe(table, limits.SLUG), found="a field outside any table", expected=expected)
    near = nearest(table, records.TABLES, 1)
    expected = f"one of the pack's tables; did you mean [[{near[0]}]]?" if near else one_of(records.TABLES)
    return Problem(file=file, table=safe(table, limits.SLUG), found="an unknown table", expected=expected)


def fitted_to_questions(body: record_sets.RecordSet, known: record_sets.Known) -> record_sets.RecordSet:
    """The body with what only the question's kind decides: dates that are an option's name, options in its order."""
    questions: dict[str, records.Record] = {question.slug: question for question in body.questions}
    there = known.get("question", {})

    def options_of(slug: str) -> tuple[str, ...]:
        question = questions.get(slug) or there.get(slug)
        return (
            question.options if isinstance(question, records.Question) and question.kind in kinds.OPTION_KINDS else ()
        )

    resolutions = tuple(_settled_outcome(item, options_of(item.question)) for item in body.resolutions)
    predictions = tuple(
        replace(item, probabilities=in_options_order(item.probabilities, options_of(item.question)))
        if item.probabilities
        else item
        for item in body.predictions
    )
    return replace(body, resolutions=resolutions, predictions=predictions)


def _settled_outcome(resolution: records.Resolution, options: Sequence[str]) -> records.Resolution:
    outcome = resolution.outcome
    if isinstance(outcome, date) and outcome.isoformat() in options:
        return replace(resolution, outcome=outcome.isoformat())
    return resolution


def in_options_order(
    given: tuple[records.OptionProbability, ...], options: Sequence[str]
) -> tuple[records.OptionProbability, ...]:
    """The probabilities in the order of the question's options, if they are of exactly those."""
    by_option = {item.option: item for item in given}
    if by_option.keys() != set(options) or len(by_option) != len(given):
        return given
    return tuple(by_option[option] for option in options)


PACK_FILE = "pack.toml"
_FILES: dict[str, tuple[str, ...]] = {
    "standards.toml": ("standard", "phrase"),
    "sources.toml": ("source",),
    "scenarios.toml": ("scenario",),
    "articles.toml": ("article",),
    "questions.toml": ("question", "criteria_revision"),
    "predictions.toml": ("prediction",),
    "passages.toml": ("passage",),
    "resolutions.toml": ("resolution",),
    "readings.toml": ("reading",),
    "objections.toml": ("objection",),
}
_PARENTS = {"phrase": "standard", "criteria_revision": "question"}
_INNER_TABLES = frozenset({"evidence"})


def pack_texts(body: record_sets.RecordSet) -> dict[str, str]:
    """The text of each file of the pack, by file name; a file without records is left out."""
    ordered = record_sets.make_record_set(body.pack, body.records())
    texts = {PACK_FILE: _joined([single_table_lines("pack", {"format": body.pack.format, **record_values(body.pack)})])}
    for name, tables in _FILES.items():
        blocks = [
            table_lines(records.table_of(one), record_values(one), _INNER_TABLES) for one in _grouped(ordered, tables)
        ]
        if blocks:
            texts[name] = _joined(blocks)
    return texts


def write_pack(body: record_sets.RecordSet, folder: Path | str) -> tuple[Path, ...]:
    """Write the pack into a folder that is new, empty, or holds a pack already, and say which files were written.

    OutputRefusedError, with nothing changed, where the folder holds anything else that would be read as part of it.
    """
    folder = Path(folder)
    texts = pack_texts(body)
    _refuse_foreign(folder, body.pack.name)
    return replace_files(folder, texts, obsolete=[name for name in (PACK_FILE, *_FILES) if name not in texts])


def _joined(blocks: Iterable[Iterable[str]]) -> str:
    return "\n".join("\n".join(block) + "\n" for block in blocks)


def _grouped(body: record_sets.RecordSet, tables: tuple[str, ...]) -> Iterator[records.Record]:
    """The records of the tables, each parent followed by its own; then those whose parent is not in this pack."""
    first, *others = tables
    belonging: dict[str, list[Any]] = defaultdict(list)
    for table in others:
        for record in body.table(table):
            belonging[getattr(record, _PARENTS[table])].append(record)
    for parent in body.table(first):
        yield parent
        yield from belonging.pop(getattr(parent, "slug", ""), ())
    for parentless in belonging.values():
        yield from parentless


def _refuse_foreign(folder: Path, name: str) -> None:
    try:
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return
        if not folder.is_dir():
            msg = f"{safe(folder)} is a file: a pack is written into a folder."
            raise OutputRefusedError(msg, "Name a new folder.")
        found = read_toml(folder / PACK_FILE, PACK_FILE).tables.get("pack")
        if found is None:
            msg = f"{safe(folder)} holds other things and no pack."
            raise OutputRefusedError(msg, "Name a new or an empty folder, or one that holds a pack.")
        if not isinstance(found, dict) or found.get("name") != name:
            msg = f"{safe(folder)} holds another pack than {name}."
            raise OutputRefusedError(msg, "Nothing was replaced. Name a new folder.")
        foreign = sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*.toml")
            if path.relative_to(folder).as_posix() not in (PACK_FILE, *_FILES)
        )
    except OSError as error:
        msg = f"{safe(folder)} cannot be read: {error.strerror}."
        raise OutputRefusedError(msg, "Name a folder that you may write into.") from error
    if foreign:
        msg = f"{safe(folder)} holds {safe(foreign[0])}, which is not written by an export but would be read with it."
        raise OutputRefusedError(msg, "Name a new folder, or move that file away.")


TAG = "forecasts-record"
VERSION = 1
_WHOLE_SECOND = re.compile(r'(?<!\\)("made_at":"[^".]*)\.0{6}Z')
"""An instant as it is kept; a digest leaves out what says nothing."""


def canonical_bytes(record: records.Record) -> bytes:
    """The record as UTF-8 JSON: tag, version, table, then its fields in the pack's form, sorted, defaults left out.

    Text is NFC with line feeds; numbers that may be fractions are always written as such, dates as ISO 8601.
    """
    return formats.canonical_json([TAG, VERSION, records.table_of(record), _json(record_values(record))]).encode(
        "utf-8"
    )


def record_digest(record: records.Record) -> str:
    return hashlib.sha256(canonical_bytes(record)).hexdigest()


def prediction_digest(text: str) -> str:
    """The digest of a prediction as it is kept, of its canonical JSON."""
    text = _WHOLE_SECOND.sub(r"\1Z", text) if ".000000Z" in text else text
    return hashlib.sha256(f'["{TAG}",{VERSION},"prediction",{text}]'.encode()).hexdigest()


def _json(value: Any) -> Any:
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, dict):
        return {tidy(key): _json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
