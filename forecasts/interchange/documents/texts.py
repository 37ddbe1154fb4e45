"""Text, Markdown with what web clippers write at its head, PDF and Word: paragraphs, and what the file proposes."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version
from io import BytesIO
from typing import Any

from forecasts.domain.date_words import find_days
from forecasts.domain.proposals import Document, Proposed
from forecasts.domain.values import is_address
from forecasts.interchange.documents.limits import open_archive, refuse

_FIELDS = {
    "title": "title", "source": "url", "url": "url", "link": "url", "author": "authors", "authors": "authors",
    "by": "authors", "published": "published_on", "date": "published_on", "site": "outlet", "publisher": "outlet",
    "outlet": "outlet", "language": "language", "lang": "language",
}  # fmt: skip
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LINK = re.compile(r"^\[+|\]+(?:\([^)]*\))?$|^[\"']|[\"']$")
_LONGEST_TITLE = 200
_LONGEST_BYLINE = 120
_BYLINES_AMONG = 4
_SOME_DAY = date(2000, 1, 1)
_WEEKDAY = re.compile(r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+", re.IGNORECASE)
_BY = re.compile(r"\s*(?:by|von|par|автор(?:ы)?:?)\s+", re.IGNORECASE)
_NO_NAME = re.compile(r"[@\[\]{}<>]")


def read_text(data: bytes) -> Iterator[Document]:
    """A text in UTF-8, or in UTF-16 with its mark; its first line may be its title, one near it say whom it is by and
    when it appeared. UnreadableFileError."""
    text = _lines(decoded(data))
    first, *more = text.split("\n", _BYLINES_AMONG)
    title = more[0] if more and _day_of(first) else first
    is_title = bool(more) and len(title) <= _LONGEST_TITLE
    proposed = [Proposed(field="title", value=title, origin="first line")] if is_title else []
    yield Document(name="", text=text, proposed=(*proposed, *_byline([first, *more])))


def _byline(lines: Sequence[str]) -> Iterator[Proposed]:
    """Whom a text is by, where and when it appeared, by the first lines of it that say so."""
    head = [line for line in lines[:_BYLINES_AMONG] if len(line) <= _LONGEST_BYLINE]
    said = next((line for line in head[1:] if _BY.match(line)), "")
    *_, dated = said.rpartition(", ")
    day = next(filter(None, map(_day_of, (dated, *head))), "")
    names = [name for name in names_in(said) if name[:1].isupper() and not name.endswith((".", "?", "!"))]
    if day == _day_of(dated) != "" and len(names) > 1:
        yield Proposed(field="outlet", value=names.pop(), origin="byline")
    yield from (Proposed(field="authors", value=name, origin="byline") for name in names)
    if day:
        yield Proposed(field="published_on", value=day, origin="byline")


def _day_of(line: str) -> str:
    """The day that a line is, with its year and perhaps its weekday; empty where it says more, or none."""
    bare = _WEEKDAY.sub("", line.strip())
    days = find_days(bare, _SOME_DAY) if re.search(r"\d{4}$|^\d{4}", bare) else []
    return str(days[0][2].first) if days and days[0][:2] == (0, len(bare)) and days[0][2].is_day else ""


def names_in(byline: str) -> list[str]:
    """Names in a byline, without what introduces them; an address is no name."""
    text = _BY.sub("", " ".join(byline.split()), count=1)
    if "://" in text or _NO_NAME.search(text):
        return []
    parts = re.split(r"\s*[;|]\s*|\s+(?:and|und|et|и|және)\s+|,\s+(?=[^\W\d_]+\s|\d)", text)
    return [part for part in parts if part and not part[0].isdigit()]


def read_markdown(data: bytes) -> Iterator[Document]:
    """Markdown without its marks, and what its front matter says. UnreadableFileError."""
    from markdown_it import MarkdownIt

    head, body = _front_matter(decoded(data))
    lines: list[str] = []
    proposed = list(_head_proposals(head))
    heading = ""
    for token in MarkdownIt("commonmark").parse(body):
        if token.type == "heading_open":
            heading = token.tag
        if token.type == "inline":
            words = "".join(_inline(child.type, child.content) for child in token.children or ())
            lines += [" ".join(words.split())]
            if heading == "h1":
                proposed.append(Proposed(field="title", value=lines[-1], origin="heading"))
            heading = ""
        elif token.type in ("fence", "code_block"):
            lines += token.content.splitlines()
    stated = {one.field for one in proposed} - {"title"}
    proposed += (one for one in _byline(list(filter(None, lines))) if one.field not in stated)
    yield Document(name="", text=_lines("\n".join(lines)), extractor="Markdown", proposed=tuple(proposed))


def decoded(data: bytes) -> str:
    """The text of a file. UnreadableFileError where it is in no encoding of Unicode."""
    try:
        return data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(f"byte {error.start + 1} is not UTF-8: save it in that encoding", error)


def _lines(text: str) -> str:
    found = "\n".join(line for line in (line.strip() for line in text.splitlines()) if line)
    if not found:
        refuse("no text is in it")
    return found


def _inline(kind: str, content: str) -> str:
    if kind in ("softbreak", "hardbreak"):
        return " "
    return "" if kind in ("image", "html_inline") else content


def _front_matter(text: str) -> tuple[list[str], str]:
    lines = text.splitlines()
    if lines and lines[0].strip() == "---":
        for at, line in enumerate(lines[1:200], 1):
            if line.strip() in ("---", "..."):
                return lines[1:at], "\n".join(lines[at + 1 :])
    return [], text


def _head_proposals(head: list[str]) -> Iterator[Proposed]:
    """Fields of a front matter: `key: value`, and lists in brackets or by lines. What is not known is left out."""
    key = ""
    for line in head:
        item = re.match(r"\s+-\s+(.*)|^-\s+(.*)", line)
        pair = re.match(r"([\w-]+):\s*(.*)$", line)
        if pair:
            key = pair[1].lower()
        text = (item[1] or item[2]) if item else pair[2] if pair else ""
        values = text.strip("[]").split(",") if pair and re.match(r"\[(?!\[)", text) else [text]
        for value in values:
            words = _LINK.sub("", value.strip())
            words = _LINK.sub("", words).strip()
            field = _FIELDS.get(key, "")
            if field == "published_on":
                found = _DAY.match(words)
                words = found[0] if found else ""
            if field and words and (field != "url" or is_address(words)):
                yield Proposed(field=field, value=words, origin="front matter")


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

    with open_archive(data):
        try:
            word = docx.Document(BytesIO(data))
        except (PackageNotFoundError, KeyError, ValueError) as error:
            refuse(f"it is no Word document, or damaged ({error})", error)
    text = "\n".join(line for line in (" ".join(line.split()) for line in _word_lines(word)) if line)
    if not text:
        refuse("no text is in it")
    said = word.core_properties
    yield Document(
        name="",
        text=text,
        extractor=f"python-docx {version('python-docx')}",
        proposed=_properties(said.title, said.author),
    )


def _word_lines(holder: Any) -> Iterator[str]:
    """The paragraphs of a document or cell, with those of its tables; a cell that is merged of several once."""
    for block in holder.iter_inner_content():
        if hasattr(block, "rows"):
            cells = {cell._tc: cell for row in block.rows for cell in row.cells}  # noqa: SLF001 - it has no other mark
            for cell in cells.values():
                yield from _word_lines(cell)
        else:
            yield block.text


def _properties(title: str | None, author: str | None) -> tuple[Proposed, ...]:
    found = ((field, " ".join((value or "").split())) for field, value in (("title", title), ("authors", author)))
    return tuple(Proposed(field=field, value=value, origin="file's properties") for field, value in found if value)
