"""Files made to exhaust, to lead out of a folder or to reach a network: refused or read within limits, by a child."""

from __future__ import annotations

import socket
import sys
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from forecasts.interchange.documents import child
from forecasts.interchange.documents.child import read_in_child
from forecasts.interchange.documents.limits import MOST_BYTES, UnreadableFileError
from tests.documents import making

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.domain.proposals import Document

ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">'
    b'<!ENTITY e SYSTEM "file:///etc/hostname">]>'
)
DEEP = b"<html><body>" + b"<div>" * 20_000 + making.page()[-900:] + b"</div>" * 20_000
HOSTILE = {
    "bomb.epub": making.zipped({"META-INF/container.xml": making.CONTAINER, "x": b"0" * 150_000_000}),
    "bomb.docx": making.zipped({"word/document.xml": b" " * 150_000_000}),
    "nested.zip": making.zipped({"archive/a.warc.gz": making.zipped({"x": b"x"})}),
    "laughs.epub": making.epub(making.PACKAGE.replace(b"<package", ENTITIES + b"<package").replace(b"What", b"&d;&e;")),
    "others.epub": making.epub(making.PACKAGE.replace(b"one.xhtml", b"../../../../etc/hostname")),
    "absolute.epub": making.epub(making.PACKAGE.replace(b"one.xhtml", b"/etc/hostname")),
    "deep.html": DEEP,
    "attributes.html": b"<html><body " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b"><p>x</p>",
    "script.html": b"<html><body><script>" + b"while(1){}" * 10_000 + b"</script></body></html>",
    "ld.html": making.page('<script type="application/ld+json">' + "[" * 100_000 + "</script>"),
    "wrong-encoding.html": making.page().replace(b"utf-8", b"utf-16"),
    "no-encoding.html": making.page('<meta charset="x-nothing">').replace(b'<meta charset="utf-8">', b""),
    "endless-line.txt": b"word " * 600_000,
    "truncated.warc.gz": making.warc()[:-200],
    "lying.warc": making.warc(is_packed=False).replace(b"Content-Length: ", b"Content-Length: 9"),
    "deep.json": b"[" * 100_000,
    "digits.json": b'[{"title": ' + b"9" * 5_000 + b"}]",
    "many.json": b"[" + b",".join([b'{"title": "x"}'] * 2_000) + b"]",
    "braces.bib": b"@misc{x, title = {" + b"{" * 50_000,
    "loop.pdf": making.pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
    "empty.pdf": b"%PDF-1.7\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_or_read_within_limits(name: str, tmp_path: Path) -> None:
    if not name.endswith((".txt", ".json")):
        making.needs_articles()
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / name).write_bytes(HOSTILE[name])
    documents, said = _read(folder / name)
    assert bool(said) is not bool(documents)
    assert len(said) < 300
    assert "sys." not in said
    words = {word for document in documents for word in document.text.split()}
    assert not words & {socket.gethostname(), "<script"}
    assert sum(len(one.text) for one in documents) < 10_000
    assert [file.name for file in folder.iterdir()] == [name]


def _read(path: Path) -> tuple[tuple[Document, ...], str]:
    try:
        return read_in_child(path, seconds=5), ""
    except UnreadableFileError as error:
        return (), str(error)


def test_what_takes_too_long_is_told_with_the_time(tmp_path: Path) -> None:
    making.needs_articles()
    path = tmp_path / "slow.html"
    path.write_bytes(making.page(body=f"<p>{making.PARAGRAPHS[0]}</p>" * 30_000))
    with pytest.raises(UnreadableFileError, match=r"not read within 0\.5 seconds"):
        read_in_child(path, seconds=0.5)


def test_a_file_of_more_than_twenty_megabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"a" * (MOST_BYTES + 1))
    with pytest.raises(UnreadableFileError, match="more than 20,000,000 bytes"):
        read_in_child(path)


def test_no_page_reaches_a_network(tmp_path: Path) -> None:
    making.needs_articles()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        asked: list[object] = []

        def listen() -> None:
            try:
                asked.append(server.accept())
            except TimeoutError:
                return

        here = f"http://127.0.0.1:{port}/"
        head = f'<base href="{here}"><link rel="stylesheet" href="x.css"><meta http-equiv="refresh" content="0;{here}">'
        path = tmp_path / "calling.html"
        path.write_bytes(making.page(head, f'<img src="{here}i.png"><iframe src="{here}"></iframe>'))
        listening = Thread(target=listen)
        listening.start()
        assert read_in_child(path)[0].text
        listening.join()
        assert asked == []


def test_a_reader_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(making.pdf())
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    assert child.main(path) == {"missing": "pypdfium2"}
