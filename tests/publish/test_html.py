"""HTML pages: nothing in them runs, loads or leaks, and they say what is behind every figure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from forecasts.domain.card_claims import favourite
from forecasts.domain.card_grounds import Grounds
from forecasts.domain.formats import favoured, figure, interval, number_text, once_in
from forecasts.domain.intents import DescribeRecord
from forecasts.domain.kinds import Bucket
from forecasts.domain.records import Evidence, Pack, Question
from forecasts.domain.scorecards import ScoreFilters
from forecasts.errors import OutputRefusedError
from forecasts.interchange.html_pages import html_texts
from forecasts.interchange.imports.reports import ImportOptions
from forecasts.interchange.scorecard_markdown import escaped, markdown_texts
from forecasts.scoring import pooled, scorecards
from forecasts.services.columns import read_columns
from forecasts.services.export import export_scorecards
from forecasts.services.import_records import import_records
from forecasts.services.record import describe_record
from tests.interchange.cards import HOSTILE, printed, texts_of
from tests.publish.publishing import publish

if TYPE_CHECKING:
    from pathlib import Path

    from forecasts.services.ledger import Ledger

VOID_TAGS = {"meta", "br", "line", "circle", "path", "hr", "link", "img"}


class _Page(HTMLParser):
    """The tags, attributes and text of a page; its tags must close in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID_TAGS:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def pages(resolved: Ledger) -> dict[str, str]:
    return texts_of(html_texts(publish(resolved)))


def test_nothing_runs_loads_or_is_sent(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        page = _Page(text)
        tags = {tag for tag, _ in page.tags}
        assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "input", "base", "video"}, name
        for tag, attributes in page.tags:
            assert not any(attribute.startswith("on") for attribute in attributes), (name, tag)
            assert not {"src", "srcset", "ping", "background"} & attributes.keys()
            if "href" in attributes:
                assert tag == "a"
                target = attributes["href"] or ""
                assert target.startswith(("https://", "http://", "#")) or target in pages, target
                if target.startswith("http"):
                    assert attributes["rel"] == "noopener noreferrer nofollow"
        assert "url(" not in text
        assert "@import" not in text
        policies = [item["content"] for tag, item in page.tags if item.get("http-equiv") == "Content-Security-Policy"]
        assert policies == ["default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"]


def test_every_claim_stands_with_words_number_range_outcome_and_evidence(resolved: Ledger) -> None:
    published = publish(resolved)
    texts = texts_of(html_texts(published))
    for card, grounds, *_ in published.pages:
        page = _Page(texts[f"scorecard-{card.source}.html"]).text
        for claim in card.claims:
            assert f'id="{claim.prediction}"' in texts[f"scorecard-{card.source}.html"]
            assert claim.phrase in page
            if claim.probability is not None and claim.question:
                assert favoured(claim.probability, claim.low, claim.high) in page
            resolution = grounds.resolutions.get(claim.question)
            for item in resolution.evidence if resolution and claim.has_outcome else ():
                assert " ".join(item.title.split()) in page
    assert len(texts) == len(published.document.scorecards) + 1


def test_the_first_sentence_is_the_benefit_of_the_doubt(resolved: Ledger) -> None:
    published = publish(resolved)
    htmls, markdowns = texts_of(html_texts(published)), texts_of(markdown_texts(published))
    cards = {card.source: card for card in published.document.scorecards}
    assert any(card.overconfidence_p != card.overconfidence_p_lenient for card in cards.values())
    for source, card in cards.items():
        page, lines = _Page(htmls[f"scorecard-{source}.html"]).text, markdowns[f"scorecard-{source}.md"].splitlines()
        assert bool(card.doubt) is (card.binary_n > 0)
        for value in (
            card.overconfidence_p,
            card.overconfidence_p_lenient if (card.overconfidence_p or 1) < 0.5 else None,
        ):
            assert value is None or once_in(value) in card.doubt
        said = card.doubt or "read from the words are right"
        assert (said in page, said in lines) == (bool(card.doubt),) * 2
        if card.doubt:
            assert page.index(said) < page.index("Brier score")
            assert lines.index(said) < next(place for place, line in enumerate(lines) if "Brier" in line)


def test_what_a_claim_rests_on_stands_in_html_and_markdown_alike(resolved: Ledger) -> None:
    published = publish(resolved)
    htmls, markdowns = texts_of(html_texts(published)), texts_of(markdown_texts(published))
    labels = set()
    for card, grounds, *_ in published.pages:
        page, text = _Page(htmls[f"scorecard-{card.source}.html"]).text, markdowns[f"scorecard-{card.source}.md"]
        for claim in card.claims:
            for label, said in grounds.of(claim):
                assert f"{label} {' '.join(said.split())}" in page, claim.prediction
                assert f"- {label}: {escaped(said)}\n" in text, claim.prediction
                labels.add(label)
            assert (
                not claim.condition or f"Its condition {grounds.questions[claim.condition[0].question].title}" in page
            )
    assert labels - {"On a ladder"} == {
        *("If", "Its condition", "Test", "Fine print", "Deadline", "The question's condition", "Variant"),
        *("Reference", "Whose", "Readings", "Coding", "Coder's note", "Resolution note"),
    }


def test_a_card_with_six_thousand_repeats_is_folded_and_small(resolved: Ledger) -> None:
    published = publish(resolved, sources=("chan-kung",))
    (card,) = published.document.scorecards
    scored = [claim for claim in card.claims if claim.bucket is Bucket.SCORED]
    repeats = tuple(
        scored[place % len(scored)]._replace(bucket=Bucket.REPEATS, prediction=f"{card.source}-{place}", brier=None)
        for place in range(6_000)
    )
    long = replace(card, claims=(*card.claims, *repeats), repeats=len(repeats))
    longer = replace(published, pages=[page._replace(card=long) for page in published.pages])
    texts = [
        texts_of(html_texts(longer))["scorecard-chan-kung.html"],
        texts_of(markdown_texts(longer))["scorecard-chan-kung.md"],
    ]
    for text in texts:
        assert len(text.encode()) < 1_000_000
        assert all(f"{claim.prediction}" in text for claim in repeats)
    page = texts[0]
    assert page.index("<details>") > page.index('id="scored"')
    assert page.index("<details>") < page.index(f'id="{repeats[0].prediction}"') < page.index("</details>")
    assert page.count(scored[0].question_title) < 10


def test_a_record_of_ones_own_beside_the_seed_has_its_own_words(resolved: Ledger, tmp_path: Path) -> None:
    """The seed's words stand over the seed's sources alone, whatever the record says of itself."""
    seed = next(iter(publish(resolved).document.grounds.packs.values()))
    table = tmp_path / "table.csv"
    table.write_text("source,question,probability,made_on,resolves_on\nAna,Rain?,0.4,2025-01-01,2025-02-01\n")
    import_records(resolved, "csv", table, ImportOptions(scale="share"))

    def pages() -> tuple[str, ...]:
        published = publish(resolved)
        htmls, markdowns = texts_of(html_texts(published)), texts_of(markdown_texts(published))
        found = ("index.html", "scorecard-ana.html", "scorecard-chan-kung.html")
        return *(_Page(htmls[name]).text for name in found), markdowns["scorecard-ana.md"], markdowns["scorecards.md"]

    index, own, of_seed, markdown, markdown_index = pages()
    hand_picked = " ".join(seed.selection.split())[:60]
    assert "Accuracy scorecards Accuracy scorecards" in index
    assert f"of the record {seed.title}." in index
    assert hand_picked in index
    assert hand_picked in of_seed
    assert "is not written down" in own
    assert "stated by the source" in own
    assert seed.title not in own
    describe_record(resolved, DescribeRecord(title="Rain in Lisbon", description="Of rain.", selection="All of 2025."))
    index, own, of_seed, markdown, markdown_index = pages()
    assert "Accuracy scorecards Rain in Lisbon" in index
    assert "All of 2025." in index
    assert f"of the record {seed.title}." in index
    assert "Record: Rain in Lisbon." in own
    assert seed.title not in own
    assert "Rain in Lisbon" not in of_seed
    assert f"Record: {seed.title}." in of_seed
    assert "How the texts were chosen: All of 2025." in markdown
    assert escaped(seed.title) in markdown_index
    assert escaped(seed.title) not in markdown


def test_counts_and_figures_are_those_of_the_card(resolved: Ledger) -> None:
    published = publish(resolved)
    card = next(card for card in published.document.scorecards if card.source == "chan-kung")
    page = _Page(texts_of(html_texts(published))["scorecard-chan-kung.html"]).text
    assert card.brier is not None
    assert f"{card.brier:.2f} Brier score" in page
    assert f"{card.predictions} claims recorded" in page
    assert "were written and" in page
    assert "forecasts-receipt v1" in page
    assert "Hand-picked" in page


def test_hostile_words_are_words(resolved: Ledger) -> None:
    published = publish(resolved, sources=("chan-kung",))
    (card,) = published.document.scorecards
    claim = card.claims[0]._replace(
        claim=HOSTILE, phrase=HOSTILE, question_title=HOSTILE, note=HOSTILE, condition_text=HOSTILE
    )
    nasty = replace(card, name="\u202eevil<b>", claims=(claim,), why_not_ranked=HOSTILE, reasons={"gain": HOSTILE})
    day = date(2022, 1, 1)
    question = Question(slug=claim.question, title=HOSTILE, criteria=f"{HOSTILE}!", fine_print=HOSTILE, resolves_on=day)
    (own,) = published.pages
    resolution = replace(
        own.grounds.resolutions[claim.question],
        note=HOSTILE,
        evidence=(Evidence(title=HOSTILE, url="javascript:alert(1)"), Evidence(title="x", url='http://e.org/"onx="1')),
    )
    article = replace(own.grounds.articles[claim.article], title=HOSTILE, url="data:text/html,<script>")
    grounds = Grounds(
        questions={claim.question: question},
        resolutions={claim.question: resolution},
        articles={claim.article: article},
        own=Pack(name="p", title=HOSTILE, description=HOSTILE, selection=HOSTILE),
    )
    document = replace(published.document, scorecards=(nasty,), grounds=grounds)
    texts = texts_of(html_texts(printed(document, grounds=grounds)))
    for text in texts.values():
        page = _Page(text)
        assert not any(tag in {"script", "b"} and item for tag, item in page.tags)
        assert "<script" not in text
        assert "\u202e" not in text
        targets = [item["href"] or "" for tag, item in page.tags if tag == "a"]
        assert not any(target.startswith(("javascript", "data")) for target in targets)
        assert not any("onx" in item for _, item in page.tags)


def test_an_empty_ledger_has_an_index(resolved: Ledger) -> None:
    published = publish(resolved, sources=("chan-kung",))
    empty = replace(published, document=replace(published.document, scorecards=()), pages=())
    assert list(texts_of(html_texts(empty))) == ["index.html"]


def test_how_firm_words_came_out_stands_with_its_interval(resolved: Ledger) -> None:
    """Over all sources once each, over a source's own claims on its page."""
    published = publish(resolved)
    texts = texts_of(html_texts(published))
    with resolved.snapshot() as moment:
        held = read_columns(moment.reader)
    tables = {"index.html": pooled(held.columns, scorecards(held.columns), "wording")}
    for card, *_ in published.pages:
        scored = [claim for claim in card.claims if claim.bucket is Bucket.SCORED and claim.brier is not None]
        page = _Page(texts[f"scorecard-{card.source}.html"]).text
        for edge, above in ((0.0, 0.6), (0.6, 0.8), (0.8, 1.0)):
            band = [claim for claim in scored if edge < favourite(claim)[0] <= above]
            came, promised = (
                (sum(values) for values in zip(*(favourite(claim)[::-1] for claim in band), strict=True))
                if band
                else (0, 0)
            )
            mean = sum(claim.brier or 0.0 for claim in band) / len(band) if band else None
            said = f"{number_text(round(came, 2))} of {len(band)} {figure(promised, 1)} of {len(band)} {figure(mean)} ("
            assert (said in page) is bool(band)
    for name, table in tables.items():
        page = _Page(texts[name]).text
        for n, brier, low, high in zip(table.n, table.brier, table.brier_low, table.brier_high, strict=True):
            assert f"of {n} {figure(brier)} ({interval(low, high)})" in page


def _export(ledger: Ledger, folder: Path) -> tuple[Path, ...]:
    return export_scorecards(ledger, form="html", output=folder, filters=ScoreFilters())


def test_files_are_written_again_over_our_own_only(resolved: Ledger, tmp_path: Path) -> None:
    first = _export(resolved, tmp_path / "out")
    assert _export(resolved, tmp_path / "out") == first
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.html").write_text("<h1>My site</h1>", encoding="utf-8")
    with pytest.raises(OutputRefusedError):
        _export(resolved, tmp_path / "other")


def test_pages_are_the_same_bytes_each_time(resolved: Ledger) -> None:
    one, other = (texts_of(html_texts(publish(resolved))) for _ in range(2))
    assert one == other
    assert all(re.search(r"\d{2}:\d{2}:\d{2}", _Page(text).text) is None for text in one.values())
