"""PDF and Word: the paragraphs, and the title and author that the file names."""

from __future__ import annotations

import re
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING

from forecasts.domain.proposals import Document, Proposed
from forecasts.interchange.documents.limits import open_archive, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SHORT = 0.75
_DIVIDED = ("-", "\u00ad", "\u2010", "\ufffe")
_END = re.compile(r"""[.!?…:»"”')\]]$""")


def read_pdf(data: bytes) -> Iterator[Document]:
    """A PDF, its lines joined to paragraphs. Its date is that of the file and proposed for nothing.

    Errors: UnreadableFileError where it is damaged, locked, or a scan without text; ImportError without pypdfium2.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
        pages = [page.get_textpage().get_text_range() for page in pdf]
        said = pdf.get_metadata_dict()
    except pypdfium2.PdfiumError as error:
        refuse(f"it is damaged, or locked by a password ({error})", error)
    text = "\n".join(joined_lines([line for page in pages for line in page.splitlines()]))
    if not text:
        refuse("it has pictures of pages and no text: recognise the text first (OCR), or paste the words")
    yield Document(
        name="",
        text=text,
        extractor=f"pypdfium2 {version('pypdfium2')}",
        proposed=_properties(said.get("Title"), said.get("Author")),
    )


def joined_lines(lines: Sequence[str]) -> list[str]:
    """Paragraphs from printed lines: a line goes on in the next unless it is empty, or short and ends a sentence.

    A word that is divided at the end of a line is put together where what follows begins with a small letter.
    """
    words = [" ".join(line.split()) for line in lines]
    width = sorted(map(len, words))[len(words) * 9 // 10] if words else 0
    found: list[str] = []
    is_open = False
    for line in words:
        if not line:
            is_open = is_open and bool(found) and not _END.search(found[-1])
            continue
        if is_open and found:
            last = found[-1]
            if last.endswith(_DIVIDED) and line[0].islower():
                found[-1] = last[:-1] + line
            else:
                found[-1] = f"{last} {line}"
        else:
            found.append(line)
        ends = _END.search(line) and len(line) < width * _SHORT
        is_open = line.endswith(_DIVIDED) or (not ends and len(line) >= width / 2)
    return found


def read_docx(data: bytes) -> Iterator[Document]:
    """A Word document: its paragraphs and the cells of its tables. The day it was made is that of its template."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    with open_archive(data):
        try:
            word = docx.Document(BytesIO(data))
        except (PackageNotFoundError, KeyError, ValueError) as error:
            refuse(f"it is no Word document, or damaged ({error})", error)
    lines: list[str] = []
    for block in word.iter_inner_content():
        if isinstance(block, Table):
            lines += [cell.text for row in block.rows for cell in row.cells]
        else:
            lines.append(block.text)
    text = "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)
    if not text:
        refuse("no text is in it")
    said = word.core_properties
    yield Document(
        name="",
        text=text,
        extractor=f"python-docx {version('python-docx')}",
        proposed=_properties(said.title, said.author),
    )


def _properties(title: str | None, author: str | None) -> tuple[Proposed, ...]:
    found = ((field, " ".join((value or "").split())) for field, value in (("title", title), ("authors", author)))
    return tuple(Proposed(field=field, value=value, origin="file's properties") for field, value in found if value)
