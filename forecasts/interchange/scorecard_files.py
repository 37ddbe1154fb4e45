"""Scorecards on disk: files of each format, and the bundle that a source can check its score with.

A bundle is one zip: `pack/` (the record and its phrase standards), `figures.json`, `receipt.txt`, `recompute.py`,
`bundle.json`, which names the formula version and the hash of every file. The same record makes the same bytes.
"""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from forecasts.domain.card_pages import Publication
from forecasts.domain.formats import RECEIPT, RECEIPT_FILE
from forecasts.errors import OutputRefusedError
from forecasts.files import Written, refuse_other, replace_files
from forecasts.interchange import html_pages, packs, record_sets, scorecard_csv, scorecard_markdown
from forecasts.interchange.scorecard_json import JSON_FILE, json_texts
from forecasts.text import safe

FORMATS: dict[str, Callable[[Publication], dict[str, Iterator[str]]]] = {
    "csv": scorecard_csv.csv_texts,
    "html": html_pages.html_texts,
    "json": json_texts,
    "markdown": scorecard_markdown.markdown_texts,
}
_MARKS = (b"formula_version", b"formula version", RECEIPT.encode())
_HEAD_BYTES = 8192
_SUFFIXES = frozenset((".csv", ".html", ".json", ".md"))


def write_texts(texts: Mapping[str, Iterator[str]], output: Path) -> tuple[Path, ...]:
    """Write the texts, in their order and as they come, into a folder (made where it is missing), or a single one to a
    file of its own kind.

    OutputRefusedError, with nothing changed, where the place is of the wrong kind, cannot be written, or holds a file
    of the same name that is no scorecard file.
    """
    suffixes = {Path(name).suffix for name in texts}
    try:
        if not output.is_dir() and output.suffix in suffixes:
            if len(texts) > 1:
                msg = f"{safe(output)} names one file, but there are {len(texts)} to write."
                raise OutputRefusedError(msg, f"Name a folder, such as {safe(output.with_suffix(''))}.")
            texts = {output.name: next(iter(texts.values()))}
            output = output.parent
        elif output.exists() and not output.is_dir():
            msg = f"{safe(output)} is a file{' of another kind' if len(texts) == 1 else ''}; it was left alone."
            raise OutputRefusedError(msg, "Name a folder.")
        elif not output.exists() and output.suffix in _SUFFIXES:
            msg = f"{safe(output)} names a file of another form than {', '.join(sorted(suffixes))}."
            raise OutputRefusedError(
                msg, f"Name a folder, such as {safe(output.with_suffix(''))}, or state that --format."
            )
    except OSError as error:
        msg = f"{safe(output)} cannot be read: {error.strerror}."
        raise OutputRefusedError(msg, "Name a folder that you may write into.") from error
    for name in texts:
        refuse_other(output / name, _is_scorecard_file, "a scorecard file")
    return replace_files(output, {name: map(str.encode, parts) for name, parts in texts.items()})


def _is_scorecard_file(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return any(mark in head for mark in _MARKS)


FORMAT = 1
FIGURES_FILE, MANIFEST_FILE, SCRIPT_FILE = "figures.json", "bundle.json", "recompute.py"
README_FILE = "README.txt"
_README = """What is in here

pack/          the record: sources, articles, questions, predictions in their words, resolutions with their evidence,
               and the standards that give words of likelihood their numbers
figures.json   the scorecards as they were published (formula version {version})
receipt.txt    the number and hash of the newest entry in the history of the record, if it has one
bundle.json    what the figures were made of, and the SHA-256 of each file
recompute.py   works the figures out again from pack/ and compares them with figures.json

To check, unpack all of it and run:  python3 recompute.py

It needs Python 3.11 or newer, no network and nothing installed. It prints what differs, or that all is equal. The
script is short and says the rules in its first lines: read it before you trust it.
"""
_MOMENT = (1980, 1, 1, 0, 0, 0)


def bundle_parts(body: record_sets.RecordSet, publication: Publication, *, all_sources: bool = True) -> Iterator[bytes]:
    """The zip as it is made. `all_sources` says that there is a card for every source that has claims."""
    document = publication.document
    texts = {f"pack/{name}": text for name, text in packs.pack_texts(body).items()}
    texts[SCRIPT_FILE] = script_text()
    texts[README_FILE] = _README.format(version=document.formula_version)
    texts[RECEIPT_FILE] = f"{document.receipt}\n" if document.receipt else ""
    parts = {name: iter((text,)) for name, text in texts.items()} | {FIGURES_FILE: json_texts(publication)[JSON_FILE]}
    hashes: dict[str, str] = {}
    written = Written()
    with zipfile.ZipFile(written, "w") as archive:
        for name in sorted(parts):
            yield from _zip_file(archive, written, name, parts[name], hashes)
        manifest = {
            "format": FORMAT,
            "formula_version": document.formula_version,
            "receipt": document.receipt,
            "all_sources": all_sources,
            "sha256": hashes,
        }
        text = json.dumps(manifest, indent=1, sort_keys=True) + "\n"
        yield from _zip_file(archive, written, MANIFEST_FILE, (text,), hashes)
    yield from written.taken()


def _zip_file(
    archive: zipfile.ZipFile, written: Written, name: str, parts: Iterable[str], hashes: dict[str, str]
) -> Iterator[bytes]:
    """Add a file as its text comes, and its hash."""
    info = zipfile.ZipInfo(name, _MOMENT)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    info.create_system = 3
    digest = sha256()
    with archive.open(info, "w", force_zip64=name == FIGURES_FILE) as file:
        for part in map(str.encode, parts):
            digest.update(part)
            file.write(part)
            yield from written.taken()
    hashes[name] = digest.hexdigest()


def is_bundle(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return {FIGURES_FILE, MANIFEST_FILE, SCRIPT_FILE} <= set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return False


def script_text() -> str:
    return files("forecasts.interchange").joinpath(SCRIPT_FILE).read_text(encoding="utf-8")
