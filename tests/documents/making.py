"""Files of every form that is taken in, as the programs that make them write them; the words are our own."""

from __future__ import annotations

import gzip
import json
import zipfile
from io import BytesIO

import pytest

TITLE = "What comes next"
PARAGRAPHS = (
    "The troops will be gone by the end of the month, and nobody will miss them when they are. Most people say so.",
    "Prices are unlikely to fall before the summer. The government may look into fuel, but its record is not hopeful.",
    "If the council meets again in March, a new law could be passed within weeks; otherwise it will be left to others.",
)
TEXT = "\n".join(PARAGRAPHS)
URL = "https://example.org/opinion/2022/01/14/what-comes-next"
SAVED_BY_SINGLEFILE = f"<!--\n Page saved with SingleFile \n url: {URL} \n saved date: Sat Jan 15 2022 10:11:12\n-->"
LINKED = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Steppe"},
        {
            "@type": ["NewsArticle"],
            "headline": TITLE,
            "datePublished": "2022-01-14T08:00:00+06:00",
            "author": [{"@type": "Person", "name": "Айгүл Қасымова"}],
            "publisher": {"@type": "Organization", "name": "The Steppe Review"},
        },
    ],
}


def needs_articles() -> None:
    """Skip the test where the extra `articles` is not installed."""
    for library in ("bibtexparser", "docx", "lxml", "pypdfium2", "rispy", "trafilatura", "warcio"):
        pytest.importorskip(library, reason="needs the extra articles")


def page(head: str = "", body: str = "", comment: str = "", title: str = TITLE) -> bytes:
    """A page with the three paragraphs, a menu and a foot."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f'<!DOCTYPE html>{comment}<html lang="en-GB"><head><meta charset="utf-8"><title>{title} | Steppe</title>{head}'
        f"</head><body><nav><a href='/'>Home</a> <a href='/x'>About us</a></nav><article><h1>{title}</h1>{body}"
        f"{paragraphs}</article><footer>All rights reserved</footer></body></html>"
    ).encode()


def linked_page(comment: str = SAVED_BY_SINGLEFILE) -> bytes:
    return page(f'<script type="application/ld+json">{json.dumps(LINKED)}</script>', comment=comment)


def mhtml() -> bytes:
    """As Chromium saves a "Webpage, single file"."""
    head = (
        "From: <Saved by Blink>\r\n"
        f"Snapshot-Content-Location: {URL}\r\n"
        "Subject: What comes next\r\n"
        "Date: Sat, 15 Jan 2022 04:11:12 -0000\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----MultipartBoundary--x----"\r\n\r\n'
        "------MultipartBoundary--x----\r\n"
        "Content-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\n"
        f"Content-Transfer-Encoding: 8bit\r\nContent-Location: {URL}\r\n\r\n"
    )
    return head.encode() + page() + b"\r\n------MultipartBoundary--x------\r\n"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


CONTAINER = (
    b'<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    b'<rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PACKAGE = f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>{TITLE}</dc:title><dc:creator>Ann Writer</dc:creator><dc:date>2022-01-14T00:00:00Z</dc:date>
<dc:language>en</dc:language></metadata><manifest><item id="b" href="two%20b.xhtml"/><item id="a" href="one.xhtml"/>
</manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>""".encode()


def epub(package: bytes = PACKAGE) -> bytes:
    first, *others = (f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    chapters = [
        f"<html xmlns='http://www.w3.org/1999/xhtml'><body>{one}</body></html>" for one in (first, "".join(others))
    ]
    return zipped({
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/content.opf": package,
        "OEBPS/one.xhtml": chapters[0].encode(),
        "OEBPS/two b.xhtml": chapters[1].encode(),
    })  # fmt: skip


def pdf(lines: tuple[str, ...] | None = None) -> bytes:
    """One page in Helvetica with these lines, and the properties that a printer writes."""
    shown = lines if lines is not None else tuple(line for paragraph in PARAGRAPHS for line in broken(paragraph))
    stream = "BT /F1 9 Tf 12 TL 40 780 Td " + " ".join(f"({line}) Tj T*" for line in shown) + " ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 7 0 R >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Title ({TITLE}) /Author (Ann Writer) /CreationDate (D:20220101000000Z) >>",
        "<< /Font << /F1 5 0 R >> >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R"
    return out + f"{tail} /Info 6 0 R >>\nstartxref\n{len(out)}\n%%EOF\n".encode()


def broken(paragraph: str, width: int = 80) -> list[str]:
    """A paragraph in printed lines, an empty one behind it."""
    lines, line = [], ""
    for word in paragraph.split():
        if len(line) + len(word) >= width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, line, ""]


def word() -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.title, document.core_properties.author = TITLE, "Ann Writer"
    for paragraph in PARAGRAPHS:
        document.add_paragraph(paragraph)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def warc(*pages: tuple[str, bytes], is_packed: bool = True) -> bytes:
    """A response for each address, each packed by itself as the standard (ISO 28500) has it."""
    records = []
    for url, content in pages or ((URL, page()), ("https://example.org/x.css", b"p {}")):
        kind = "text/css" if url.endswith(".css") else "text/html; charset=utf-8"
        answer = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + content
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2022-01-15T04:11:12Z\r\n"
            "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        )
        records.append(head.encode() + answer + b"\r\n\r\n")
    return b"".join(map(gzip.compress, records) if is_packed else records)


def wacz() -> bytes:
    listed = '{"format": "json-pages-1.0", "id": "pages"}\n' + json.dumps({"url": URL, "ts": "2022-01-15T04:11:12Z"})
    held = warc((URL, page()), ("https://example.org/frame", page(title="An advertisement")))
    return zipped({
        "datapackage.json": b"{}", "archive/data.warc.gz": held, "pages/pages.jsonl": listed.encode(),
    }, zipfile.ZIP_STORED)  # fmt: skip


MARKDOWN = f"""---
title: "{TITLE}"
source: "{URL}"
author:
  - "[[Ann Writer]]"
published: 2022-01-14
created: 2022-01-15
tags: [clippings]
---
{PARAGRAPHS[0].replace("the month", "[the month](https://example.org/c)").replace("will miss", "**will** miss")}

{PARAGRAPHS[1].replace(" but", chr(10) + "but")}

> {PARAGRAPHS[2]}
""".encode()

CSL = json.dumps([
    {
        "type": "article-newspaper", "title": TITLE, "container-title": "The Steppe Review",
        "URL": URL, "language": "en",
        "author": [{"family": "Writer", "given": "Ann"}, {"literal": "Steppe desk"}],
        "issued": {"date-parts": [["2022", 1, 14]]},
    },
    {"type": "book", "title": "The year ahead", "issued": {"date-parts": [[2022]]}},
]).encode()  # fmt: skip

BIBTEX = rb"""
@article{writer_what_2022,
  title = {What comes {Next}}, author = {Writer, Ann and M{\"u}ller, J{\"o}rg}, journal = {The Steppe Review},
  date = {2022-01-14}, url = {https://example.org/opinion/2022/01/14/what-comes-next}, langid = {english},
  file = {Full Text PDF:files/2/what.pdf:application/pdf}
}
@misc{old, title = {The year ahead}, author = {Other, Ben}, year = 2021, month = mar}
"""

RIS = f"""TY  - NEWS
TI  - {TITLE}
AU  - Writer, Ann
T2  - The Steppe Review
DA  - 2022/01/14/
UR  - {URL}
LA  - en
ER  -
""".encode()
