"""Web pages: their text by trafilatura, and what JSON-LD, meta tags, byline and address say of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from forecasts.domain.date_words import read_words
from forecasts.domain.formats import percent
from forecasts.domain.proposals import Document, Proposed
from forecasts.domain.values import is_address
from forecasts.interchange.documents.limits import refuse
from forecasts.interchange.documents.texts import names_in

if TYPE_CHECKING:
    from lxml.html import HtmlElement


_SMALL = 0.4
_TITLES = ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title")
_AUTHORS = ("author", "article:author", "citation_author", "dc.creator", "dcterms.creator", "parsely-author")
_OUTLETS = ("og:site_name", "citation_journal_title", "dc.publisher", "application-name")
_DATES = (
    "article:published_time", "datepublished", "citation_publication_date", "citation_date", "dc.date",
    "dcterms.created", "dcterms.date", "parsely-pub-date", "pubdate", "publishdate", "publish-date", "date",
)  # fmt: skip
_ADDRESSES = ("og:url", "twitter:url")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?=\D|$)")
_SAVED = re.compile(r"Page saved with SingleFile\s+url:\s*(\S+)\s+saved date:\s*([^\n]+)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=[-_]|$)", re.IGNORECASE)
_IS_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|Review|LiveBlogPosting|WebPage)$")


def read_html(data: bytes, url: str = "") -> Iterator[Document]:
    """A page as a browser or SingleFile saved it. No network is touched.

    Errors: UnreadableFileError where no text is found in it; ImportError without trafilatura.
    """
    from trafilatura import bare_extraction, load_html
    from trafilatura.settings import Document as Page

    tree = load_html(data)
    if tree is None:
        refuse("no page of HTML is in it")
    comments = (str(node.text) for node in tree.getroottree().iter() if callable(node.tag))
    saved = _SAVED.search("\n".join((data[:20_000].decode("utf-8", "replace"), *comments)))
    said = list(_proposals(tree, url or (saved[1] if saved else "")))
    words = _visible_words(tree)
    today = date.today().isoformat()  # noqa: DTZ011 - the latest day that a page can name, wherever one is
    page = bare_extraction(
        tree,
        favor_precision=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True, "max_date": today},
        with_metadata=True,
    )
    text = _paragraphs(page.text or "") if isinstance(page, Page) else ""
    if not text or not isinstance(page, Page):
        refuse("no text is found in it: open the page, copy its words and paste them")
    said += (("authors", name, "byline") for name in names_in(page.author or ""))
    said += (("title", _one_line(page.title), "page"), ("published_on", _day(page.date or ""), "page"))
    kept = min(1.0, len(text.split()) / words) if words else 1.0
    notes = [f"saved on {saved[2].strip()}"] if saved else []
    if kept < _SMALL:
        notes.append(f"only {percent(round(kept, 2))} of the page's words are kept: look whether the article is whole")
    found = dict.fromkeys(said)
    yield Document(
        name="",
        text=text,
        extractor=f"trafilatura {version('trafilatura')}",
        proposed=tuple(Proposed(field=field, value=value, origin=origin) for field, value, origin in found if value),
        kept=kept,
        notes=tuple(notes),
    )


def _proposals(tree: HtmlElement, url: str) -> Iterator[tuple[str, str, str]]:
    """Fields, what they may be (empty for nothing), and where that is said."""
    for graph in _linked_data(tree):
        yield from _of_linked_data(graph)
    metas = [(_key(meta), str(meta.get("content") or "")) for meta in tree.iter("meta")]
    for field, keys in (("title", _TITLES), ("outlet", _OUTLETS), ("published_on", _DATES), ("url", _ADDRESSES)):
        for key in keys:
            yield from ((field, _value(field, content), f"meta {key}") for name, content in metas if name == key)
    for key in _AUTHORS:
        named = (one for name, content in metas if name == key for one in names_in(content))
        yield from (("authors", one, f"meta {key}") for one in named)
    for link in tree.iter("link"):
        if str(link.get("rel")).lower() == "canonical":
            yield "url", _value("url", str(link.get("href"))), "canonical link"
    days = (_day(str(time.get("datetime") or "")) for time in tree.iter("time"))
    yield "published_on", next(filter(None, days), ""), "time element"
    yield "title", next(filter(None, (_one_line(one.text_content()) for one in tree.iter("h1"))), ""), "heading"
    yield "title", _one_line(tree.findtext(".//title") or ""), "page title"
    yield "language", _value("language", str(tree.get("lang") or tree.get("xml:lang") or "")), "page"
    if is_address(url):
        yield "url", url, "saved from"
        yield "outlet", (urlsplit(url).hostname or "").removeprefix("www."), "address"
        dated = _IN_ADDRESS.search(url)
        yield "published_on", "-".join(dated.groups()) if dated else "", "address"


def _key(meta: HtmlElement) -> str:
    return str(meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()


def _linked_data(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The objects of a page's JSON-LD that are articles, as far as they can be read."""
    for script in tree.iter("script"):
        if str(script.get("type")).lower() != "application/ld+json":
            continue
        try:
            waiting = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        for _ in range(1_000):
            if not waiting:
                break
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting.extend(value)
            elif isinstance(value, dict):
                waiting.extend(value[key] for key in ("@graph", "mainEntity") if key in value)
                if any(_IS_ARTICLE.search(str(kind)) for kind in _many(value.get("@type"))):
                    yield value


def _of_linked_data(graph: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    origin = "JSON-LD"
    yield "title", _one_line(graph.get("headline")) or _one_line(graph.get("name")), origin
    for author in _many(graph.get("author")):
        yield from (("authors", one, origin) for one in names_in(_name_of(author)))
    yield from (("outlet", _one_line(_name_of(publisher)), origin) for publisher in _many(graph.get("publisher")))
    for field, key in (("published_on", "datePublished"), ("url", "url"), ("language", "inLanguage")):
        yield field, _value(field, graph.get(key)), origin


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _name_of(value: Any) -> str:
    name = value.get("name") if isinstance(value, dict) else value
    return name if isinstance(name, str) else ""


def _value(field: str, text: Any) -> str:
    if not isinstance(text, str):
        return ""
    if field == "published_on":
        return _day(text)
    if field == "url":
        return text.strip() if is_address(text.strip()) else ""
    if field == "language":
        found = _LANGUAGE.match(text.strip())
        return found[0].lower() if found else ""
    return _one_line(text)


def _day(text: str) -> str:
    """The day that a text names, as ISO; '' where it names none, or more than one."""
    text = text.strip()
    if found := re.match(r"\d{4}-\d\d-\d\d(?=$|[T ])", text):
        text = found[0]
    elif found := re.fullmatch(r"(\d{4})[/.](\d\d)[/.](\d\d)(?:\D.*)?", text):
        text = "-".join(found.groups())
    try:
        span = read_words(text, date.today())  # noqa: DTZ011 - only to refuse what has no year
    except ValueError:
        return ""
    has_year = re.search(r"\d{4}", text)
    return span.first.isoformat() if has_year and span.is_day else ""


def _one_line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _paragraphs(text: str) -> str:
    return "\n".join(line for line in (" ".join(part.split()) for part in text.splitlines()) if line)


def _visible_words(tree: HtmlElement) -> int:
    from lxml.etree import strip_elements

    body = tree.find(".//body")
    shown = deepcopy(tree if body is None else body)
    strip_elements(shown, "script", "style", "noscript", "template", "svg", with_tail=False)
    return len(str(shown.text_content()).split())
