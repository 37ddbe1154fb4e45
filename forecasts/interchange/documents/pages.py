"""Web pages: their text by trafilatura, and what JSON-LD, meta tags, byline and address say of them."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from forecasts.domain.date_words import read_words
from forecasts.domain.documents import Document, Proposed
from forecasts.domain.values import is_address
from forecasts.interchange.documents.limits import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_SMALL = 0.4
_NO_NAME = re.compile(r"[@\[\]{}<>]")
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
    proposed = list(_proposals(tree, url or (saved[1] if saved else "")))
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
    proposed += (Proposed(field="authors", value=name, origin="byline") for name in _names(page.author or ""))
    for field, value in (("title", _line(page.title)), ("published_on", _day(page.date or ""))):
        proposed += [Proposed(field=field, value=value, origin="page")] if value else []
    kept = min(1.0, len(text.split()) / words) if words else 1.0
    notes = [f"saved on {saved[2].strip()}"] if saved else []
    if kept < _SMALL:
        notes.append(f"only {kept:.0%} of the page's words are kept: look whether the article is whole")
    yield Document(
        name="",
        text=text,
        extractor=f"trafilatura {version('trafilatura')}",
        proposed=tuple(dict.fromkeys(proposed)),
        kept=kept,
        notes=tuple(notes),
    )


def _proposals(tree: HtmlElement, url: str) -> Iterator[Proposed]:
    for graph in _linked_data(tree):
        yield from _of_linked_data(graph)
    metas = [(_key(meta), str(meta.get("content") or "")) for meta in tree.iter("meta")]
    for field, keys in (("title", _TITLES), ("outlet", _OUTLETS), ("published_on", _DATES), ("url", _ADDRESSES)):
        for key in keys:
            for name, content in metas:
                if name == key and _value(field, content):
                    yield Proposed(field=field, value=_value(field, content), origin=f"meta {key}")
    for key in _AUTHORS:
        for name, content in metas:
            if name == key:
                yield from (Proposed(field="authors", value=one, origin=f"meta {key}") for one in _names(content))
    for link in tree.iter("link"):
        if str(link.get("rel")).lower() == "canonical" and is_address(str(link.get("href"))):
            yield Proposed(field="url", value=str(link.get("href")), origin="canonical link")
    for time in tree.iter("time"):
        if day := _day(str(time.get("datetime") or "")):
            yield Proposed(field="published_on", value=day, origin="time element")
            break
    for heading in tree.iter("h1"):
        if words := _line(heading.text_content()):
            yield Proposed(field="title", value=words, origin="heading")
            break
    if title := _line(tree.findtext(".//title") or ""):
        yield Proposed(field="title", value=title, origin="page title")
    if found := _LANGUAGE.match(str(tree.get("lang") or tree.get("xml:lang") or "")):
        yield Proposed(field="language", value=found[0].lower(), origin="page")
    if is_address(url):
        yield Proposed(field="url", value=url, origin="saved from")
        yield Proposed(field="outlet", value=(urlsplit(url).hostname or "").removeprefix("www."), origin="address")
        if dated := _IN_ADDRESS.search(url):
            yield Proposed(field="published_on", value="-".join(dated.groups()), origin="address")


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


def _of_linked_data(graph: dict[str, Any]) -> Iterator[Proposed]:
    origin = "JSON-LD"
    for key in ("headline", "name"):
        if words := _line(graph.get(key)):
            yield Proposed(field="title", value=words, origin=origin)
            break
    for author in _many(graph.get("author")):
        yield from (Proposed(field="authors", value=one, origin=origin) for one in _names(_name_of(author)))
    for publisher in _many(graph.get("publisher")):
        if name := _line(_name_of(publisher)):
            yield Proposed(field="outlet", value=name, origin=origin)
    for field, key in (("published_on", "datePublished"), ("url", "url"), ("language", "inLanguage")):
        if found := _value(field, graph.get(key)):
            yield Proposed(field=field, value=found, origin=origin)


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
    return _line(text)


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


def _names(text: str) -> list[str]:
    """Names in a byline, without what introduces them; an address is no name."""
    text = re.sub(r"^\s*(?:by|von|par|автор[ы]?:?|автор)\s+", "", _line(text), flags=re.IGNORECASE)
    if "://" in text or _NO_NAME.search(text):
        return []
    parts = re.split(r"\s*[;|]\s*|\s+(?:and|und|et|и|және)\s+|,\s+(?=[^\W\d_]+\s)", text)
    return [part for part in parts if part]


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _paragraphs(text: str) -> str:
    return "\n".join(line for line in (" ".join(part.split()) for part in text.splitlines()) if line)


def _visible_words(tree: HtmlElement) -> int:
    from lxml.etree import strip_elements

    body = tree.find(".//body")
    shown = deepcopy(tree if body is None else body)
    strip_elements(shown, "script", "style", "noscript", "template", "svg", with_tail=False)
    return len(str(shown.text_content()).split())
