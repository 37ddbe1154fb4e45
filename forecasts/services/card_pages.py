"""What is shown of a board besides figures: a card with its diagrams, and views of all sources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from forecasts import collector
from forecasts.domain.card_claims import ReadAs
from forecasts.domain.card_grounds import Grounds
from forecasts.domain.card_pages import (
    CardPage,
    HeadToHead,
    PrintedCard,
    Publication,
    ReliabilityDiagram,
    ReliabilityPoint,
)
from forecasts.domain.kinds import Bucket, QuestionKind, Side
from forecasts.domain.scorecards import (
    PooledRow,
    PooledView,
    Scorecard,
    ScorecardDocument,
    ScoreFilters,
)
from forecasts.scoring import paired_differences, reliability_curve
from forecasts.services.card_claims import ClaimReader
from forecasts.services.card_figures import pooled_of, pooled_rows
from forecasts.services.read_as import Tally, class_words, worth_of
from forecasts.services.read_only import Progress, ReadableLedger, silent
from forecasts.services.scoreboard import Board, document_of, open_board, phrases_by_standard

MOST_TOGETHER = 8_000
MOST_PRINTED = 2_000
"""So many claims are in memory at once, of cards that are no larger; fewer where what they rest on is there too."""


def publication_of(
    board: Board, *, sources: tuple[str, ...] = (), with_grounds: bool = False, progress: Progress = silent
) -> Publication:
    """The scorecards of an open board (or of these sources), each made with its claims when it is asked for.

    `with_grounds` adds what pages print beside claims. UnknownRecordError for a source.
    """
    document = document_of(board, sources=sources, with_pooled=True, with_doubt=True)
    place = {slug: position for position, (slug, _, _) in enumerate(board.data.sources)}
    positions = [place[card.source] for card in document.scorecards]
    snapshot = board.snapshot
    words = class_words(snapshot.reader, board.data, board.cards, positions, phrases_by_standard(snapshot))
    reader = ClaimReader(snapshot.records, board.data, board.cards)
    pages = printed_cards(
        reader,
        board,
        document.scorecards,
        positions,
        words.by_source(board.cards),
        with_grounds=with_grounds,
        progress=progress,
    )
    grounds, worth = reader.said if with_grounds else Grounds(), worth_of(words.of_all(board.cards))
    return Publication(
        document=replace(document, read_as=worth, grounds=grounds), pages=pages, predictions=reader.count(positions)
    )


def printed_cards(
    reader: ClaimReader,
    board: Board,
    cards: Sequence[Scorecard],
    positions: Sequence[int],
    words: Mapping[int, Tally],
    *,
    with_grounds: bool,
    progress: Progress = silent,
) -> Iterator[PrintedCard]:
    """These cards of a board, of the sources at these positions, with their claims as `reader` reads them; `words` is
    the tally of each source's."""
    incoherent = reader.incoherent(positions)
    claims_of = reader.claims(positions, MOST_PRINTED if with_grounds else MOST_TOGETHER)
    with collector.making_many_records():
        for done, (card, position, found) in enumerate(zip(cards, positions, claims_of, strict=True)):
            progress("Writing scorecards", done, len(positions))
            claims = tuple(found) if with_grounds else found  # pages look at each several times
            full = replace(
                card,
                claims=claims,
                revisions=reader.revisions(claims),
                objections=reader.objections(claims),
                incoherent=reader.incoherences(incoherent.get(position, ()), claims),
                read_as=worth_of(words.get(position, {})),
            )
            if with_grounds:
                bands = pooled_rows(board.data, board.cards, "wording", position)
                yield PrintedCard(full, reader.grounds(claims), reliability_diagram(full, board.filters.as_of), bands)
            else:
                yield PrintedCard(full)


def claimed_document(
    ledger: ReadableLedger, filters: ScoreFilters, *, sources: tuple[str, ...] = ()
) -> ScorecardDocument:
    """The scorecards of every source that has predictions (or of these) with every claim behind the figures, at once.

    Errors: as `scorecard_document`.
    """
    with open_board(ledger, filters) as board:
        found = publication_of(board, sources=sources)
        cards = (replace(page.card, claims=tuple(page.card.claims)) for page in found.pages)
        return replace(found.document, scorecards=tuple(cards))


def card_page(ledger: ReadableLedger, source: str, filters: ScoreFilters) -> CardPage:
    """A source's scorecard with every claim, its diagram, and how it did against every other.

    Errors: UnknownRecordError for a source, scenario or standard.
    """
    with open_board(ledger, filters) as board:
        found = publication_of(board, sources=(source,), with_grounds=True)
        (page,) = found.pages
        position = board.position(source)
        claims = ClaimReader(board.snapshot.records, board.data, board.cards)
        return CardPage(
            card=page.card if page.card.predictions else None,
            grounds=page.grounds,
            diagram=page.diagram,
            rivals=_rivals(board, position),
            marks=claims.marks(position, page.card.claims),
        )


def _rivals(board: Board, position: int) -> tuple[HeadToHead, ...]:
    found = paired_differences(board.data.columns, board.cards, position)
    rows = zip(*(column.tolist() for column in found), strict=True)
    rivals = [
        HeadToHead(
            source=board.data.sources[other][0],
            name=board.data.sources[other][1],
            n=n,
            own=own,
            other=theirs,
            difference=difference,
            low=low,
            high=high,
        )
        for other, n, own, theirs, difference, low, high in rows
    ]
    return tuple(sorted(rivals, key=lambda rival: (-rival.n, rival.name.casefold(), rival.source)))


def reliability_diagram(card: Scorecard, as_of: date) -> ReliabilityDiagram:
    """The diagram of a card's scored forecasts of YES or NO whose deadline is before that day: what comes true is known
    early, what does not only at the deadline. Without points where it has none. The card has claims.
    """
    scored = [
        (claim.probability, claim.outcome == Side.YES)
        for claim in card.claims
        if claim.bucket is Bucket.SCORED and claim.kind is QuestionKind.BINARY and claim.probability is not None
        if claim.resolves_on is not None and claim.resolves_on < as_of
    ]
    if not scored:
        return ReliabilityDiagram()
    curve = reliability_curve([given for given, _ in scored], [int(happened) for _, happened in scored])
    columns = (curve.probability, curve.count, curve.happened, curve.recalibrated, curve.low, curve.high)
    return ReliabilityDiagram(
        points=tuple(
            ReliabilityPoint(probability=given, count=count, happened=happened, fitted=fitted, low=low, high=high)
            for given, count, happened, fitted, low, high in zip(*(column.tolist() for column in columns), strict=True)
        ),
        level=curve.level,
        bins=tuple(curve.bin_count.tolist()),
    )


def pooled_views(ledger: ReadableLedger, filters: ScoreFilters) -> tuple[PooledView, ...]:
    """The claims of all sources under these filters, by wording, claim type, lead time, scenario and class of words.

    Errors: UnknownRecordError for a scenario or standard.
    """
    with open_board(ledger, filters) as board:
        phrases = phrases_by_standard(board.snapshot)
        words = class_words(board.snapshot.reader, board.data, board.cards, range(len(board.data.sources)), phrases)
        worth = worth_of(words.of_all(board.cards))
        view = PooledView(grouping="read_as", rows=tuple(map(_pooled_words, worth)))
        return (*pooled_of(board.data, board.cards), view)


def _pooled_words(row: ReadAs) -> PooledRow:
    return PooledRow(
        group=f"{row.words}: {row.told}",
        n=row.n,
        came_true=row.came_true,
        expected=row.said * row.n,
        brier=None,
        brier_low=None,
        brier_high=None,
    )
