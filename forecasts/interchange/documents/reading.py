"""Which kind of file one is, by its content, and the documents in it."""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from forecasts.domain.proposals import Document
from forecasts.interchange.documents import archives, pages, references, texts
from forecasts.interchange.documents.limits import MOST_DOCUMENTS, MOST_TEXT, UnreadableFileError, open_archive, refuse

_MARKDOWN = (".md", ".markdown", ".mdown")


def read_documents(data: bytes, name: str, folder: Path | None = None) -> tuple[Document, ...]:
    """The documents in a file, in its order. Files that a reference list names are read where they lie in `folder`.

    Errors: UnreadableFileError says what is wrong with the file; ImportError where a library is not installed.
    """
    kind = recognise(data, name)
    if kind is None:
        refuse("it is no HTML, MHTML, EPUB, PDF, DOCX, WARC, WACZ, Markdown, text or list of references")
    found: list[Document] = []
    digest = hashlib.sha256(data).hexdigest()
    for document in _with_files(kind(data), folder) if kind in _LISTS else kind(data):
        if len(found) == MOST_DOCUMENTS:
            refuse(f"it has more than {MOST_DOCUMENTS:,} articles")
        if len(document.text.encode("utf-8")) > MOST_TEXT:
            refuse(f"the text of {document.name or name} has more than {MOST_TEXT:,} bytes")
        is_own = document.extractor and not document.original_sha256
        original = digest if is_own else document.original_sha256
        found.append(replace(document, name=document.name or name, original_sha256=original))
    if not found:
        refuse("no article is in it")
    return tuple(found)


def recognise(data: bytes, name: str) -> Callable[[bytes], Iterable[Document]] | None:
    """What reads a file, by its first bytes, then by its name; None where it is no text and none of the known forms."""
    if data.startswith(b"%PDF-"):
        return texts.read_pdf
    if data.startswith(b"PK\x03\x04"):
        with open_archive(data) as archive:
            names = set(archive.namelist())
            if "word/document.xml" in names:
                return texts.read_docx
            if "META-INF/container.xml" in names:
                return archives.read_epub
            if any(name.startswith("archive/") for name in names):
                return archives.read_wacz
        return None
    if data.startswith((b"WARC/", b"filedesc://", b"\x1f\x8b")):
        return archives.read_warc
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    lowered = head.lower()
    if re.match(rb"(?:[\w-]+:.*\n(?:[ \t].*\n)*)*?content-type:\s*multipart/related", lowered.replace(b"\r", b"")):
        return archives.read_mhtml
    if re.search(rb"<!doctype html|<html|<head[\s>]|<body[\s>]|<article[\s>]", lowered):
        return pages.read_html
    if name.lower().endswith(".json") or (head.startswith((b"[", b"{")) and _is_json(data)):
        return references.read_csl
    if name.lower().endswith(".bib") or re.match(rb"(?:%.*\s+)*@\w+\s*[{(]", head):
        return references.read_bibtex
    if name.lower().endswith(".ris") or re.match(rb"(?:1\.\s+)?TY {1,2}- ", head):
        return references.read_ris
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    return texts.read_markdown if head.startswith(b"---") or name.lower().endswith(_MARKDOWN) else texts.read_text


_LISTS = (references.read_csl, references.read_bibtex, references.read_ris)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _with_files(documents: Iterable[Document], folder: Path | None) -> Iterator[Document]:
    """References, each with the text of the first file beside it that can be read."""
    for document in documents:
        files = document.values(references.FILE)
        proposed = tuple(one for one in document.proposed if one.field != references.FILE)
        found, notes = _first_read(files, folder)
        if found is None:
            yield replace(document, proposed=proposed, notes=(*document.notes, *notes))
            continue
        yield replace(
            found,
            proposed=tuple(dict.fromkeys((*proposed, *found.proposed))),
            notes=(*document.notes, *notes, *found.notes),
        )


def _first_read(files: Iterable[str], folder: Path | None) -> tuple[Document | None, list[str]]:
    notes = []
    for file in files:
        path = None if folder is None else _inside(folder, file)
        if path is None:
            notes.append(f"{Path(file).name}, which it names, does not lie beside it")
            continue
        try:
            return read_documents(path.read_bytes(), path.name)[0], notes
        except (OSError, UnreadableFileError, zipfile.BadZipFile) as error:
            notes.append(f"{path.name}, which it names, cannot be read: {error}")
    return None, notes


def _inside(folder: Path, file: str) -> Path | None:
    """The file that is named, if it lies in the folder; neither another's path nor a link leads out of it."""
    for candidate in (folder / file, folder / Path(file.replace("\\", "/")).name):
        try:
            path = candidate.resolve()
            if path.is_relative_to(folder.resolve()) and path.is_file():
                return path
        except (OSError, ValueError):
            continue
    return None
