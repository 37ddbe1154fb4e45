"""Reference lists: CSL-JSON (Zotero), BibTeX and RIS, as articles without a text, or with the file that one names."""

import calendar
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from forecasts.domain.dates import month_of
from forecasts.domain.proposals import Document, Proposed
from forecasts.domain.values import is_address
from forecasts.interchange.documents.limits import refuse
from forecasts.interchange.documents.texts import decoded

FILE = "file"
"""The field under which a list proposes the file that an entry names."""

_OUTLETS = ("container-title", "publisher")
_BIB_OUTLETS = ("journal", "journaltitle", "booktitle", "organization", "publisher", "howpublished")
_RIS_OUTLETS = ("secondary_title", "journal_name", "alternate_title3", "publisher")
_RIS_TITLES = ("title", "primary_title", "translated_title", "short_title")


def read_csl(data: bytes) -> Iterator[Document]:
    """CSL-JSON: a list of items, or `{"items": […]}`. UnreadableFileError where it is other JSON."""
    try:
        found = json.loads(decoded(data))
    except (ValueError, RecursionError) as error:
        is_syntax = isinstance(error, json.JSONDecodeError)
        refuse(f"it is no JSON ({error if is_syntax else 'too deep, or a number of thousands of digits'})", error)
    items = found.get("items") if isinstance(found, dict) else found
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        refuse("it is JSON, but no list of references")
    for item in items:
        names = [name for name in map(_csl_name, item.get("author") or ()) if name]
        outlet = next((str(item[key]) for key in _OUTLETS if item.get(key)), "")
        day, address = _csl_day(item.get("issued")), item.get("URL")
        yield _reference("CSL-JSON", item.get("title"), names, outlet, day, address, item.get("language"))


def _csl_name(author: Any) -> str:
    if not isinstance(author, dict):
        return ""
    parts = (author.get(key) for key in ("given", "non-dropping-particle", "family"))
    return str(author.get("literal") or " ".join(str(part) for part in parts if part))


def _csl_day(issued: Any) -> str:
    """A day or span in ISO; a year or month is the span that it is."""
    if not isinstance(issued, dict):
        return ""
    parts = issued.get("date-parts")
    try:
        return _iso(*(int(part) for part in parts[0])) if parts else _iso_text(str(issued.get("raw") or ""))
    except (TypeError, ValueError, IndexError):
        return ""


def read_bibtex(data: bytes) -> Iterator[Document]:
    """BibTeX and BibLaTeX. UnreadableFileError where no entry can be read; ImportError without bibtexparser."""
    from bibtexparser import entrypoint, middlewares

    keys = middlewares.NormalizeFieldKeys()
    decoding = [keys, middlewares.LatexDecodingMiddleware(), middlewares.SeparateCoAuthors()]
    library = entrypoint.parse_string(decoded(data), append_middleware=decoding)
    if not library.entries:
        refuse("no entry of it can be read")
    for entry in library.entries:
        said = {field.key: field.value for field in entry.fields}
        authors = said.get("author") or []
        names = [_turned(_bare(name)) for name in (authors if isinstance(authors, list) else [authors])]
        day = _iso_text(_bare(said.get("date"))) or _bib_day({key: _bare(value) for key, value in said.items()})
        outlets = (_bare(said[key]) for key in _BIB_OUTLETS if said.get(key))
        outlet = next((one for one in outlets if not is_address(one)), "")
        address = said.get("url") or said.get("howpublished")
        files = _bib_files(str(said.get("file") or ""))
        yield _reference("BibTeX", _bare(said.get("title")), names, outlet, day, address, said.get("langid"), files)


def _bare(value: Any) -> str:
    return re.sub(r"[{}]", "", str(value or ""))


_SUFFIX = re.compile(r"(?:Jr|Sr|I{2,3}|IV)\.?", re.IGNORECASE)


def _turned(name: str) -> str:
    """A name as it is said: of "Family, Given", "Family, Jr, Given" and "Family, Given, Jr"."""
    family, *others = (part.strip() for part in name.split(","))
    given, *suffix = sorted(others, key=lambda part: _SUFFIX.fullmatch(part) is not None) or [""]
    return " ".join(filter(None, (given, family, *suffix)))


def _bib_day(said: Mapping[str, str]) -> str:
    """The day, or the span of the month or year, of the fields `year`, `month` and `day`; '' without a year."""
    year, month, day = said.get("year", ""), said.get("month", "").strip(), said.get("day", "")
    if not year.isdecimal():
        return ""
    number = int(month) if month.isdecimal() else month_of(month)
    return _iso(int(year), number, int(day) if day.isdecimal() else 0)


def _bib_files(text: str) -> list[str]:
    r"""The files of an entry as Zotero, JabRef and others write them: `Full Text:files/2/x.pdf:application/pdf;…`."""
    files = []
    for part in re.split(r"(?<!\\);", text):
        pieces = [piece.replace("\\", "") for piece in re.split(r"(?<!\\):", part)]
        files.append(pieces[1] if len(pieces) > 2 else pieces[0])
    return [file.strip() for file in files if file.strip()]


def read_ris(data: bytes) -> Iterator[Document]:
    """RIS. UnreadableFileError where it cannot be read; ImportError without rispy."""
    import rispy

    try:
        entries = rispy.loads(decoded(data))
    except (OSError, ValueError, KeyError, IndexError) as error:
        refuse(f"it is no RIS ({error})", error)
    for entry in entries:
        names = [_turned(str(name)) for name in entry.get("authors") or entry.get("first_authors") or ()]
        days = (entry.get(key) for key in ("date", "publication_year", "year"))
        day = next(filter(None, (_iso_text(str(day or "")) for day in days)), "")
        title = next(filter(None, map(entry.get, _RIS_TITLES)), None)
        outlet = next((str(entry[key]) for key in _RIS_OUTLETS if entry.get(key)), "")
        attached = (entry.get(key) for key in ("file_attachments1", "file_attachments2"))
        files = [file for file in attached if isinstance(file, str)]
        address = next(iter(entry.get("urls") or ()), "")
        yield _reference("RIS", title, names, outlet, day, address, entry.get("language"), files)


def _reference(
    origin: str,
    title: Any,
    names: Iterable[str],
    outlet: str,
    day: str,
    url: Any,
    language: Any,
    files: Iterable[str] = (),
) -> Document:
    address = str(url or "")
    found = (
        ("title", " ".join(str(title or "").split())),
        *(("authors", " ".join(name.split())) for name in names),
        ("outlet", " ".join(outlet.split())),
        ("published_on", day),
        ("url", address if is_address(address) else ""),
        ("language", str(language or "")[:2].lower()),
        *((FILE, file) for file in files),
    )
    return Document(
        name="", proposed=tuple(Proposed(field=field, value=value, origin=origin) for field, value in found if value)
    )


def _iso_text(text: str) -> str:
    found = re.match(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?", text.strip())
    return _iso(*(int(part) for part in found.groups() if part)) if found else ""


def _iso(year: int, month: int = 0, day: int = 0) -> str:
    if not 1 <= month <= 12:
        return f"{year:04}-01-01/{year:04}-12-31"
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        return f"{year:04}-{month:02}-01/{year:04}-{month:02}-{last:02}"
    return f"{year:04}-{month:02}-{day:02}"
