"""Archives of pages: MHTML, EPUB, WARC and WACZ, each page read as it is from the web."""

import email
import json
import posixpath
from collections.abc import Iterator
from dataclasses import replace
from email import policy
from io import BytesIO
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from forecasts.domain.proposals import Document, Proposed
from forecasts.interchange.documents import limits
from forecasts.interchange.documents.pages import read_html

_DC = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"
_BOOK_FIELDS = (("title", "title"), ("creator", "authors"), ("publisher", "outlet"), ("language", "language"))
_BLOCKS = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre", "td", "dd", "dt")


def read_mhtml(data: bytes) -> Iterator[Document]:
    """The page of a "Webpage, single file" of a browser; frames and pictures are left out."""
    message = email.message_from_bytes(data, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            url = str(part.get("Content-Location") or message.get("Snapshot-Content-Location") or "")
            content = part.get_payload(decode=True)
            if not isinstance(content, bytes):
                continue
            for document in read_html(content, url):
                saved = message.get("Date")
                yield replace(document, notes=(*((f"saved on {saved}",) if saved else ()), *document.notes))
            return
    limits.refuse("no page of HTML is in it")


def read_warc(data: bytes) -> Iterator[Document]:
    """Every page of a web archive in which text is found, by the address at which it was kept."""
    yield from _pages_of_warc(data, None)


def read_wacz(data: bytes) -> Iterator[Document]:
    """The pages that a WACZ lists, or all where it lists none."""
    with limits.open_archive(data) as archive:
        listed = _listed_pages(archive)
        for name in archive.namelist():
            if name.startswith("archive/") and name.endswith((".warc", ".warc.gz")):
                yield from _pages_of_warc(limits.read_member(archive, name), listed)


def _listed_pages(archive: ZipFile) -> frozenset[str] | None:
    try:
        lines = limits.read_member(archive, "pages/pages.jsonl").decode("utf-8").splitlines()
        pages = frozenset(str(json.loads(line).get("url") or "") for line in lines if line.strip())
    except (KeyError, ValueError, AttributeError, RecursionError):
        return None
    return (pages - {""}) or None


def _pages_of_warc(data: bytes, listed: frozenset[str] | None) -> Iterator[Document]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    total, found, why = 0, False, "no page of HTML is in it"
    try:
        for record in ArchiveIterator(BytesIO(data)):
            url = str(record.rec_headers.get_header("WARC-Target-URI") or "")
            headers = record.http_headers
            is_page = record.rec_type == "response" and headers is not None and headers.get_statuscode() == "200"
            if not is_page or "html" not in str(headers.get_header("Content-Type") or ""):
                continue
            if listed is not None and url not in listed:
                continue
            content = record.content_stream().read(limits.MOST_BYTES + 1)
            total += len(content)
            if len(content) > limits.MOST_BYTES or total > limits.MOST_UNPACKED:
                limits.refuse(f"unpacked it would have more than {limits.MOST_BYTES:,} bytes")
            try:
                for document in read_html(content, url):
                    found = True
                    archived = record.rec_headers.get_header("WARC-Date")
                    when = (f"archived on {archived}",) if archived else ()
                    yield replace(document, notes=(*when, *document.notes))
            except limits.UnreadableFileError as error:
                why = str(error)
    except (ArchiveLoadFailed, EOFError, OSError) as error:
        limits.refuse("it is no web archive, or damaged", error)
    if not found:
        raise limits.UnreadableFileError(why)


def read_epub(data: bytes) -> Iterator[Document]:
    """A book, its chapters in the order in which they are read."""
    with limits.open_archive(data) as archive:
        try:
            container = _xml(limits.read_member(archive, "META-INF/container.xml"))
            place = str(next(node for node in container.iter("{*}rootfile")).get("full-path"))
            package = _xml(limits.read_member(archive, place))
        except (KeyError, StopIteration) as error:
            limits.refuse("it is no EPUB: its list of contents is missing", error)
        items = {str(item.get("id")): str(item.get("href")) for item in package.iter(f"{_OPF}item")}
        lines: list[str] = []
        size = 0
        for reference in package.iter(f"{_OPF}itemref"):
            href = items.get(str(reference.get("idref")), "")
            name = posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(href.partition("#")[0])))
            if name in archive.namelist():
                lines += _blocks(limits.read_member(archive, name))
                size += sum(map(len, lines[-1:]))
            if size > limits.MOST_TEXT:
                break
        proposed = [
            Proposed(field=field, value=" ".join((node.text or "").split()), origin="book")
            for tag, field in _BOOK_FIELDS
            for node in package.iter(f"{_DC}{tag}")
            if (node.text or "").strip()
        ]
        proposed += [
            Proposed(field="published_on", value=str(node.text).strip()[:10], origin="book")
            for node in package.iter(f"{_DC}date")
            if len((node.text or "").strip()) >= len("2022-01-10")
        ]
    if not lines:
        limits.refuse("no text is in it")
    from lxml.etree import __version__ as lxml_version

    yield Document(name="", text="\n".join(lines), extractor=f"lxml {lxml_version}", proposed=tuple(proposed))


def _xml(data: bytes) -> Any:
    """A small XML document. No entity, no address in it is followed. UnreadableFileError."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        limits.refuse(f"its list of contents cannot be read ({error})", error)


def _blocks(data: bytes) -> list[str]:
    """The paragraphs of a chapter: the innermost blocks, in order."""
    from lxml import html

    if not data.strip():
        return []
    tree = html.document_fromstring(data)
    blocks = [node for node in tree.iter(*_BLOCKS) if not any(True for _ in node.iterdescendants(*_BLOCKS))]
    return [line for line in (" ".join("".join(map(str, node.itertext())).split()) for node in blocks) if line]
