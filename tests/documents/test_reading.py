"""Every form of file gives the article's paragraphs to the letter, and what it says of them with where it says so."""

from __future__ import annotations

import gzip
import hashlib
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.domain.proposals import Document, Proposed
from forecasts.interchange.documents.limits import UnreadableFileError
from forecasts.interchange.documents.reading import read_documents
from forecasts.interchange.documents.texts import joined_lines
from tests.documents import making

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def read(data: bytes, name: str = "file") -> Document:
    (document,) = read_documents(data, name)
    return document


@pytest.mark.parametrize(
    ("make", "name", "first_lines"),
    [
        (making.page, "page.html", [making.TITLE]),
        (making.linked_page, "page.html", [making.TITLE]),
        (making.mhtml, "page.mhtml", [making.TITLE]),
        (making.epub, "book.epub", []),
        (making.pdf, "paper.pdf", []),
        (making.word, "paper.docx", []),
        (making.warc, "crawl.warc.gz", [making.TITLE]),
        (partial(making.warc, is_packed=False), "crawl.warc", [making.TITLE]),
        (making.wacz, "crawl.wacz", [making.TITLE]),
        (lambda: making.MARKDOWN, "clip.md", []),
        (making.TEXT.encode, "clip.txt", []),
        (lambda: b"\xef\xbb\xbf" + making.TEXT.replace("\n", "\r\n\r\n").encode(), "clip.txt", []),
        (partial(making.TEXT.encode, "utf-16"), "clip.txt", []),
    ],
    ids=[
        "html",
        "singlefile",
        "mhtml",
        "epub",
        "pdf",
        "docx",
        "warc.gz",
        "warc",
        "wacz",
        "markdown",
        "text",
        "bom",
        "utf-16",
    ],
)
def test_the_paragraphs_are_the_articles_to_the_letter(
    make: Callable[[], bytes], name: str, first_lines: list[str]
) -> None:
    if not name.endswith((".md", ".txt")):
        making.needs_articles()
    data = make()
    document = read(data, name)
    assert document.text.split("\n") == [*first_lines, *making.PARAGRAPHS]
    is_the_text_itself = name.endswith(".txt")
    assert document.original_sha256 == ("" if is_the_text_itself else hashlib.sha256(data).hexdigest())
    assert bool(document.extractor) is not is_the_text_itself


def test_a_page_says_what_it_says_with_where() -> None:
    making.needs_articles()
    document = read(making.linked_page())
    said = {(one.field, one.value, one.origin) for one in document.proposed}
    assert said >= {
        ("title", making.TITLE, "JSON-LD"),
        ("authors", "Айгүл Қасымова", "JSON-LD"),
        ("outlet", "The Steppe Review", "JSON-LD"),
        ("published_on", "2022-01-14", "JSON-LD"),
        ("published_on", "2022-01-14", "address"),
        ("url", making.URL, "saved from"),
        ("language", "en", "page"),
    }
    assert document.values("published_on") == ("2022-01-14",)
    assert document.kept is not None
    assert document.kept > 0.8
    assert document.notes == ("saved on Sat Jan 15 2022 10:11:12",)


@pytest.mark.parametrize(
    ("head", "proposed"),
    [
        ('<meta name="author" content="By Ann Writer and Ben Other">', ("authors", ("Ann Writer", "Ben Other"))),
        ('<meta property="article:author" content="https://example.org/ann">', ("authors", ())),
        ('<meta name="citation_author" content="Writer; Other">', ("authors", ("Writer", "Other"))),
        (
            '<meta property="article:published_time" content="2022-01-14T23:59:00+06:00">',
            ("published_on", ("2022-01-14",)),
        ),
        ('<meta name="date" content="14 January 2022">', ("published_on", ("2022-01-14",))),
        ('<meta name="date" content="14.01.2022">', ("published_on", ("2022-01-14",))),
        ('<meta name="date" content="January">', ("published_on", ())),
        ('<meta name="date" content="2022">', ("published_on", ())),
        ('<link rel="canonical" href="https://example.org/a">', ("url", ("https://example.org/a",))),
        ('<link rel="canonical" href="javascript:alert(1)">', ("url", ())),
        (
            '<script type="application/ld+json">{"@type": "Article", "author": {"name": ["x"]}}</script>',
            ("authors", ()),
        ),
        ('<script type="application/ld+json">not JSON</script>', ("authors", ())),
    ],
)
def test_what_the_head_of_a_page_proposes(head: str, proposed: tuple[str, tuple[str, ...]]) -> None:
    making.needs_articles()
    field, values = proposed
    assert read(making.page(head)).values(field) == values


def test_two_dates_are_both_told() -> None:
    making.needs_articles()
    time = '<time datetime="2022-02-01">1 February</time>'
    head = '<meta property="article:published_time" content="2022-01-14">'
    assert read(making.page(head, time)).values("published_on") == ("2022-01-14", "2022-02-01")


def test_a_page_of_which_little_is_kept_is_told() -> None:
    making.needs_articles()
    links = "".join(f"<li><a href='/{n}'>Something else to read, number {n}, today</a></li>" for n in range(200))
    document = read(making.page(body="").replace(b"<nav>", f"<nav><ul>{links}</ul>".encode()))
    assert document.kept is not None
    assert document.kept < 0.4
    assert any("look whether the article is whole" in note for note in document.notes)


def test_metadata_of_books_word_and_pdf_and_no_date_of_a_file() -> None:
    making.needs_articles()
    book = read(making.epub())
    assert [(one.field, one.value) for one in book.proposed] == [
        ("title", making.TITLE),
        ("authors", "Ann Writer"),
        ("language", "en"),
        ("published_on", "2022-01-14"),
    ]
    for data in (making.word(), making.pdf()):
        properties = {one.field: one.value for one in read(data).proposed}
        assert properties == {"title": making.TITLE, "authors": "Ann Writer"}


def test_what_a_web_clipper_wrote() -> None:
    said = {one.field: one.value for one in read(making.MARKDOWN, "clip.md").proposed}
    assert said == {
        "title": making.TITLE,
        "url": making.URL,
        "authors": "Ann Writer",
        "published_on": "2022-01-14",
    }


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Ida Holm", ("Ida Holm",)),
        ("by Ida Holm and Bo Lund", ("Ida Holm", "Bo Lund")),
        ("Von Ida Holm, 3. Mai 2027", ("Ida Holm",)),
        ("Автор: Айгүл Серік", ("Айгүл Серік",)),
        ("By then nobody will be here", ()),
        ("By Ida Holm, ida@lantern.example", ()),  # an address is no name
        ("By Christmas It Will Be Over.", ()),
    ],
)
def test_a_byline_under_the_title_of_a_text_proposes_its_authors(line: str, authors: tuple[str, ...]) -> None:
    (document,) = read_documents(f"What comes next\n{line}\nThe bridge will open.".encode(), "pasted.txt", None)
    found = [one for one in document.proposed if one.field == "authors"]
    assert found == [Proposed(field="authors", value=name, origin="byline") for name in authors]
    assert line in document.text


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "pasted.md",
            "# What comes next\n\n*By Ida Holm, The Lantern, 12 October 2026*\n\nThe bridge will open.",
            {"title": "What comes next", "authors": "Ida Holm", "outlet": "The Lantern", "published_on": "2026-10-12"},
        ),
        (
            "pasted.txt",
            "Saturday, January 08, 2022\nWhat comes next\nBy Ida Holm and Bo Lund\nThe bridge will open.",
            {"title": "What comes next", "authors": "Bo Lund", "published_on": "2022-01-08"},  # the last of two
        ),
        ("pasted.txt", "What comes next\nIn May 2022\nIt will open.", {"title": "What comes next"}),  # no day
        ("pasted.txt", "8 January 2022 was cold\nIt will open.", {"title": "8 January 2022 was cold"}),
    ],
)
def test_what_a_text_says_of_itself_under_its_title(name: str, text: str, said: dict[str, str]) -> None:
    (document,) = read_documents(text.encode(), name, None)
    assert {one.field: one.value for one in document.proposed} == said


@pytest.mark.parametrize(
    ("data", "authors", "days"),
    [
        (making.CSL, ("Ann Writer", "Steppe desk"), ["2022-01-14", "2022-01-01/2022-12-31"]),
        (making.BIBTEX, ("Ann Writer", "Jörg Müller"), ["2022-01-14", "2021-03-01/2021-03-31"]),
        (making.RIS, ("Ann Writer",), ["2022-01-14"]),
    ],
    ids=["csl", "bibtex", "ris"],
)
def test_reference_lists_are_articles_without_a_text(data: bytes, authors: tuple[str, ...], days: list[str]) -> None:
    if data is not making.CSL:
        making.needs_articles()
    documents = read_documents(data, "list")
    first = documents[0]
    assert first.values("title")[0].lower() == making.TITLE.lower()
    assert first.values("authors") == authors
    assert first.values("outlet") == ("The Steppe Review",)
    assert first.values("url") == (making.URL,)
    assert first.values("language") == ("en",)
    assert [document.values("published_on")[0] for document in documents] == days
    assert not any(document.text or document.extractor for document in documents)


@pytest.mark.parametrize(
    ("head", "data", "name"),
    [
        (b"", making.RIS.replace(b"TI  - ", b"ST  - "), "list"),  # only its short title
        (b"1.\n", making.RIS, "list"),
        (b"Record #1 of 2\nProvider: Some library\n\n", making.RIS, "list.ris"),
        (b"Automatically generated by a program, 1.19\nAny changes will be lost.\n", making.BIBTEX, "list.bib"),
    ],
)
def test_what_programs_write_ahead_of_a_reference_list_makes_no_text_of_it(head: bytes, data: bytes, name: str) -> None:
    making.needs_articles()
    first = read_documents(head + data, name)[0]
    assert (first.values("title")[0].lower(), first.text) == (making.TITLE.lower(), "")


def test_names_and_places_of_bibtex_as_programs_write_them() -> None:
    making.needs_articles()
    entry = "@Misc{a, Title = {T}, Author = {von Holm, Jr, Ida and Lund, Bo AND {The Board}}, Year = {2022},"
    (document,) = read_documents(f"{entry} Howpublished = {{https://example.org/a}} }}".encode(), "list.bib")
    assert document.values("authors") == ("Ida von Holm Jr", "Bo Lund", "The Board")
    assert (document.values("outlet"), document.values("url")) == ((), ("https://example.org/a",))


def test_cells_of_a_word_document_that_are_merged_or_hold_tables() -> None:
    making.needs_articles()
    import docx

    word, kept = docx.Document(), BytesIO()
    table = word.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "It will rain."
    table.cell(1, 0).add_table(1, 1).cell(0, 0).text = "It may snow."
    word.save(kept)
    (document,) = read_documents(kept.getvalue(), "word.docx")
    assert document.text == "It will rain.\nIt may snow."


def test_a_file_named_as_a_list_without_a_reference_is_refused() -> None:
    making.needs_articles()
    with pytest.raises(UnreadableFileError, match="no article is in it"):
        read_documents(b"FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Writer, A\nER\n", "savedrecs.ris")


def test_an_older_web_archive_is_read_and_says_no_day_that_it_does_not_have() -> None:
    making.needs_articles()
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + making.page()
    version = b"1 0 Archive\nURL IP-address Archive-date Content-type Archive-length\n"
    head = b"filedesc://a.arc 0.0.0.0 20220114120000 text/plain %d\n" % len(version)
    record = b"http://example.org/ 0.0.0.0 20220114120000 text/html %d\n" % len(page)
    records = head + version + b"\n", record + page + b"\n"
    for data in (b"".join(records), b"".join(map(gzip.compress, records))):
        (document,) = read_documents(data, "a.arc")
        assert document.text.endswith(making.TEXT)
        assert not any("archived" in note for note in document.notes)


def test_the_file_that_a_reference_names_is_read_where_it_lies_beside_it(tmp_path: Path) -> None:
    making.needs_articles()
    (tmp_path / "files" / "2").mkdir(parents=True)
    (tmp_path / "files" / "2" / "what.pdf").write_bytes(making.pdf())
    first, second = read_documents(making.BIBTEX, "list.bib", tmp_path)
    assert first.text == making.TEXT
    assert first.name == "what.pdf"
    assert first.original_sha256 == hashlib.sha256(making.pdf()).hexdigest()
    assert first.proposed[0] == Proposed(field="title", value="What comes Next", origin="BibTeX")
    assert not second.text


@pytest.mark.parametrize(
    "path", ["../secret.txt", "/etc/hostname", "..\\..\\secret.txt", "link.txt", "files/../../secret.txt"]
)
def test_a_reference_reads_nothing_outside_its_folder(tmp_path: Path, path: str) -> None:
    making.needs_articles()
    (tmp_path / "secret.txt").write_text("Nobody may read this.")
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    entry = f"@misc{{x, title = {{A title}}, file = {{{path}}}}}".encode()
    (document,) = read_documents(entry, "list.bib", folder)
    assert not document.text
    assert any("does not lie beside it" in note for note in document.notes)


@given(st.lists(st.text("abc de.", min_size=1, max_size=30).filter(str.strip), max_size=12))
def test_joining_printed_lines_keeps_every_word_in_order(lines: list[str]) -> None:
    assert " ".join(joined_lines(lines)).split() == " ".join(lines).split()


def test_a_divided_word_is_put_together() -> None:
    lines = ["The fore-", "cast was wrong in the north-", "South of the river it was right."]
    assert joined_lines(lines)[0].startswith("The forecast was wrong in the north- South")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x00\x01\x02binary", "it is no HTML"),
        (b"   \n\n ", "no text is in it"),
        (b"caf\xe9 au lait", "not UTF-8"),
        pytest.param(making.zipped({"a.txt": b"x"}), "it is no HTML", id="zip"),
        (b"[1, 2]", "no list of references"),
    ],
)
def test_what_cannot_be_read_is_told(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableFileError, match=why):
        read_documents(data, "file")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: b"<html><body><script>alert(1)</script></body></html>", "no text is found"),
        (lambda: making.pdf(lines=()), "no text"),
        (lambda: making.pdf()[:300], "damaged"),
        (lambda: making.zipped({"META-INF/container.xml": b"<x/>"}), "list of contents"),
        (lambda: making.zipped({"word/document.xml": b"<x/>"}), "no Word document"),
        (lambda: making.word()[:-400], "damaged"),
        (lambda: b"WARC/1.0\r\nnonsense", "no web archive|no page"),
    ],
)
def test_what_a_library_cannot_read_is_told(make: Callable[[], bytes], why: str) -> None:
    making.needs_articles()
    with pytest.raises(UnreadableFileError, match=why):
        read_documents(make(), "file")
