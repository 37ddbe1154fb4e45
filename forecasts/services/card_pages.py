"""What is shown of a board besides figures: a card with its diagrams, views of all sources, what words were worth."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from forecasts import collector
from forecasts.db.queries.prediction_rows import read_words, slugs_by_key
from forecasts.db.reader import SqlReader
from forecasts.domain.card_claims import ReadAs
from forecasts.domain.card_grounds import Grounds
from forecasts.domain.card_pages import CardPage, HeadToHead, PrintedCard, Publication
from forecasts.domain.kinds import Basis, Bucket, QuestionKind, Side
from forecasts.domain.records import Phrase
from forecasts.domain.scorecards import (
    PooledRow,
    PooledView,
    ReliabilityDiagram,
    ReliabilityPoint,
    Scorecard,
    ScorecardDocument,
    ScoreFilters,
)
from forecasts.domain.wording import find_reading
from forecasts.scoring import Scorecards, paired_differences, reliability_curve
from forecasts.scoring.arrays import distinct_rows
from forecasts.scoring.readings import read_as
from forecasts.services.card_claims import ClaimReader
from forecasts.services.card_figures import pooled_of, pooled_rows
from forecasts.services.columns import LedgerColumns
from forecasts.services.read_only import Progress, ReadableLedger, Snapshot, silent
from forecasts.services.scoreboard import Board, document_of, open_board, phrases_by_standard

MOST_TOGETHER = 8_000
MOST_PRINTED = 2_000
"""So many claims are in memory at once, of cards that are no larger; fewer where what they rest on is there too."""


def publication_of(
    ledger: ReadableLedger,
    filters: ScoreFilters,
    snapshot: Snapshot,
    board: Board,
    *,
    sources: tuple[str, ...] = (),
    with_grounds: bool = False,
    progress: Progress = silent,
) -> Publication:
    """The scorecards of an open board (or of these sources), each made with its claims when it is asked for.

    `with_grounds` adds what pages print beside claims. UnknownRecordError for a source.
    """
    document = document_of(ledger, filters, snapshot, board, sources=sources, with_pooled=True, with_doubt=True)
    place = {slug: position for position, (slug, _, _) in enumerate(board.data.sources)}
    positions = [place[card.source] for card in document.scorecards]
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
    words: "Mapping[int, Tally]",
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
                yield PrintedCard(full, reader.grounds(claims), reliability_diagram(full), bands)
            else:
                yield PrintedCard(full)


def claimed_document(
    ledger: ReadableLedger, filters: ScoreFilters, *, sources: tuple[str, ...] = ()
) -> ScorecardDocument:
    """The scorecards of every source that has predictions (or of these) with every claim behind the figures, at once.

    Errors: as `scorecard_document`.
    """
    with open_board(ledger, filters) as (snapshot, board):
        found = publication_of(ledger, filters, snapshot, board, sources=sources)
        cards = (replace(page.card, claims=tuple(page.card.claims)) for page in found.pages)
        return replace(found.document, scorecards=tuple(cards))


def card_page(ledger: ReadableLedger, source: str, filters: ScoreFilters) -> CardPage:
    """A source's scorecard with every claim, its diagram, and how it did against every other.

    Errors: UnknownRecordError for a source, scenario or standard.
    """
    with open_board(ledger, filters) as (snapshot, board):
        found = publication_of(ledger, filters, snapshot, board, sources=(source,), with_grounds=True)
        (page,) = found.pages
        position = board.position(source, snapshot)
        claims = ClaimReader(snapshot.records, board.data, board.cards)
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


def reliability_diagram(card: Scorecard) -> ReliabilityDiagram:
    """The diagram of a card's scored forecasts of YES or NO; without points where it has none. The card has claims."""
    scored = [
        (claim.probability, claim.outcome == Side.YES)
        for claim in card.claims
        if claim.bucket is Bucket.SCORED and claim.kind is QuestionKind.BINARY and claim.probability is not None
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
    with open_board(ledger, filters) as (snapshot, board):
        phrases = phrases_by_standard(snapshot)
        words = class_words(snapshot.reader, board.data, board.cards, range(len(board.data.sources)), phrases)
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


Ints = NDArray[np.int64]

LEAST_OF_A_SOURCE: Final = 5
"""From so many claims on a card says what its words are worth."""

_DECIMALS: Final = 9
_read_as = lru_cache(1 << 14)(read_as)
_SCANNED: Final = 4
"""Where more than one prediction of a ledger in so many is wanted, all are read."""


class _WordClass(NamedTuple):
    """A class of words: its name, and what it is read as, of the side that it speaks of."""

    name: str
    said: float
    low: float
    high: float


Tally = Mapping[_WordClass, tuple[int, int]]
"""The number of claims with words of each class, and of those that came true."""


class ClassedWords(NamedTuple):
    """The scored claims of yes or no, by class of words: the `rows` among the scored claims, the code of the class of
    each (-1 for none), and whether what its words speak of came true.
    """

    rows: NDArray[np.intp]
    classes: list[_WordClass]
    code: Ints
    came: NDArray[np.bool_]

    def by_source(self, cards: Scorecards) -> dict[int, Tally]:
        """Of each source, from `LEAST_OF_A_SOURCE` claims on."""
        group = cards.scored.source[self.rows].astype(np.int64) * (len(self.classes) + 1) + self.code + 1
        groups, at = np.unique(group, return_inverse=True)
        of_source: dict[int, dict[_WordClass, tuple[int, int]]] = defaultdict(dict)
        columns = (*np.divmod(groups, len(self.classes) + 1), *_counted(at, self.came, groups.size))
        for source, code, n, true in zip(*map(np.ndarray.tolist, columns), strict=True):
            if code and n >= LEAST_OF_A_SOURCE:
                of_source[source][self.classes[code - 1]] = n, true
        return dict(of_source)

    def of_all(self, cards: Scorecards) -> Tally:
        """Of all, each prediction once."""
        first = np.unique(cards.scored.prediction[self.rows], return_index=True)[1]
        return tally_of(self.classes, self.code[first], self.came[first])


def tally_of(classes: Sequence[_WordClass], code: Ints, came: NDArray[np.bool_]) -> Tally:
    counted = zip(classes, *_counted(code, came, len(classes)), strict=True)
    return {words: (int(n), int(true)) for words, n, true in counted}


def class_words(
    reader: SqlReader,
    data: LedgerColumns,
    cards: Scorecards,
    sources: Sequence[int],
    phrases: Mapping[str, Sequence[Phrase]],
) -> ClassedWords:
    """The scored claims of yes or no of these sources.

    A class is a term of the standard by which a claim was read, or what else an analyst read it as. `phrases` are those
    of each standard. Numbers that a source stated are no words, and words without a range have nothing to learn.
    """
    scored, table = cards.scored, data.columns.predictions
    rows = np.flatnonzero(scored.binary & np.isin(scored.source, sources))
    rows = rows[table.basis[scored.prediction[rows]] != Basis.STATED.code]
    position, first, place = np.unique(scored.prediction[rows], return_index=True, return_inverse=True)
    classes, codes, is_of_no = _classify(reader, data, position, phrases)
    came = (data.columns.questions.outcome[scored.question[rows[first]]] == 1) != is_of_no
    return ClassedWords(rows, classes, codes[place], came[place])


def _counted(group: Ints, came: NDArray[np.bool_], count: int) -> tuple[Ints, Ints]:
    known = group >= 0
    n = np.bincount(group[known], minlength=count)
    return n, np.bincount(group[known & came], minlength=count)


def _classify(
    reader: SqlReader, data: LedgerColumns, position: NDArray[np.int32], phrases: Mapping[str, Sequence[Phrase]]
) -> tuple[list[_WordClass], Ints, NDArray[np.bool_]]:
    """The classes, and of each prediction its class (-1 for none), and whether that speaks of NO."""
    table, (said, words) = data.columns.predictions, _read_words(reader, data.prediction_keys[position], phrases)
    numbers = [np.nan_to_num(getattr(table, name)[position], nan=-1.0) for name in ("probability", "low", "high")]
    cells = (said, *numbers, table.about_no[position].astype(np.int8))
    first, place = distinct_rows(*cells)
    known: dict[_WordClass, int] = {}
    found: list[tuple[int, bool]] = []
    for at, *number in zip(*(cell[first].tolist() for cell in cells), strict=True):
        one, of_no = _class_of(*words[at], *number)
        code = known.setdefault(one, len(known)) if one is not None and one.low < one.high else -1
        found.append((code, of_no))
    of_rows = np.array(found, dtype=np.int64).reshape(-1, 2)[place]
    return list(known), of_rows[:, 0], of_rows[:, 1].astype(np.bool_)


def _read_words(
    reader: SqlReader, keys: Ints, phrases: Mapping[str, Sequence[Phrase]]
) -> tuple[Ints, list[tuple[str, Sequence[Phrase]]]]:
    """Of the predictions with these keys a code of their words, and by code the words and the phrases of their
    standard; 0 and nothing where that has none.
    """
    said, words = np.zeros(keys.size, dtype=np.int64), {("", 0): 0}
    slugs = slugs_by_key(reader, "standard")
    standards = {key: phrases[slug] for key, slug in slugs.items() if key is not None and slug in phrases}
    if standards:
        is_most = keys.size * _SCANNED > reader.value("SELECT COUNT(*) FROM prediction")
        rows = read_words(reader, list(standards), None if is_most else keys.tolist())
        pairs = ((key, words.setdefault((phrase, standard), len(words))) for key, standard, phrase in rows)
        read = np.fromiter(pairs, dtype=np.dtype((np.int64, 2)))
        at = np.minimum(np.searchsorted(keys, read[:, 0]), keys.size - 1)
        wanted = keys[at] == read[:, 0] if keys.size else np.zeros(0, dtype=np.bool_)
        said[at[wanted]] = read[wanted, 1]
    return said, [(phrase, standards.get(standard, ())) for phrase, standard in words]


def _class_of(
    phrase: str, phrases: Sequence[Phrase], probability: float, low: float, high: float, about_no: float
) -> tuple[_WordClass | None, bool]:
    """The class of a claim's words, and whether it speaks of NO; a number below 0 is not known."""
    reading = find_reading(phrase, phrases) if phrases else None
    if reading is not None:
        return _WordClass(f"“{reading.term}”", reading.point, reading.low, reading.high), bool(about_no)
    if low < 0 or high < 0:
        return None, False
    if probability >= 0.5:
        return _WordClass("read by an analyst", probability, low, high), False
    said, low, high = (round(1 - value, _DECIMALS) for value in (probability, high, low))
    return _WordClass("read by an analyst", said, low, high), True


def worth_of(tally: Tally) -> tuple[ReadAs, ...]:
    """What classes of words are worth, the largest first."""
    found = []
    for words, (n, true) in tally.items():
        worth, low, high = _read_as(words.low, words.high, n, true)
        one = ReadAs(
            words=words.name,
            said=words.said,
            low=words.low,
            high=words.high,
            n=n,
            came_true=true,
            worth=worth,
            worth_low=low,
            worth_high=high,
        )
        found.append(one)
    return tuple(sorted(found, key=lambda row: (-row.n, row.words, row.said, row.low, row.high)))
