"""The cards of an archive with all that is behind them, made bucket by bucket, equal to the last byte to a database's.

Cards are set aside until their turn comes in the order of the board. Views of all claims together are added up from one
row for each scored claim, in the order in which a database has them.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from forecasts.domain.card_grounds import Grounds
from forecasts.domain.card_pages import Publication
from forecasts.domain.scorecards import PooledView, ScorecardDocument, ScoreFilters
from forecasts.scoring import scorecards
from forecasts.scoring.cards.comparison import groups_of, other_types, pooled_parts, with_other_types
from forecasts.scoring.counting.scored import option_favourites
from forecasts.services.archive_files import held_to_ledger, open_archive
from forecasts.services.archive_gathered import Gathered, SetAside, room_told
from forecasts.services.archive_record import read_record
from forecasts.services.archive_scores import HOLDERS, order_of, read_bucket, read_everything_else
from forecasts.services.card_claims import ClaimReader
from forecasts.services.card_figures import GROUPINGS, named_rows
from forecasts.services.card_pages import printed_cards
from forecasts.services.columns import LedgerColumns, column_reader, read_others
from forecasts.services.read_as import ClassedWords, Tally, class_words, tally_of, worth_of
from forecasts.services.read_only import Progress, Snapshot, silent
from forecasts.services.scoreboard import Board, choices, phrases_by_standard, reread_phrases

_ROW: Final = np.dtype(
    [
        ("order", "i8"),
        *((name, "f8") for name in ("brier", "right", "favoured")),
        *((name, "i4") for name in (*GROUPINGS, "words")),
        ("came", "?"),
    ]
)


@contextmanager
def archived_publication(
    folder: Path,
    document: ScorecardDocument,
    filters: ScoreFilters,
    today: date,
    *,
    with_grounds: bool,
    progress: Progress = silent,
) -> Iterator[Publication]:
    """The scorecards of an archive, with the figures of `document` and with every claim, as `publication_of` gives them
    of a database.

    Errors: InvalidInputError names a damaged file; OutputRefusedError where there is no room meanwhile.
    """
    archive = open_archive(folder.resolve())
    _, bucket_of = read_everything_else(archive.folder, archive.manifest.text())
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="forecasts-")))
        with room_told(scratch), held_to_ledger(archive.folder / "record"):
            progress("Reading the record", 0, 0)
            reader = stack.enter_context(read_record(archive, scratch / "record.db"))
            others = read_others(column_reader(reader))
            records = Snapshot(reader)
            phrases = phrases_by_standard(records)
            nothing = scorecards(others.columns, **choices(others, filters, today))
            claims = ClaimReader(records.records, others, nothing)
            aside = stack.enter_context(closing(SetAside(scratch)))
            pooled = _Pooled(scratch)
            cards = {card.source: card for card in document.scorecards}
            for bucket in range(archive.manifest.buckets):
                progress("Writing scorecards", bucket, archive.manifest.buckets)
                data, _ = read_bucket(archive, others, filters.by.value, bucket, with_phrases=bool(filters.standard))
                if filters.standard:
                    data = replace(data, columns=reread_phrases(data, phrases[filters.standard]).columns)
                cards_of = scorecards(data.columns, **choices(data, filters, today))
                board = Board(records, today, document.filters, data, cards_of)
                own = np.flatnonzero(bucket_of == bucket)
                shown = [at for at in own.tolist() if others.sources[at][0] in cards]
                words = class_words(reader, data, board.cards, shown, phrases)
                pooled.add(board, own, words)
                claims.turn_to(data, board.cards)
                of_bucket = [cards[others.sources[at][0]] for at in shown]
                for page in printed_cards(
                    claims, board, of_bucket, shown, words.by_source(board.cards), with_grounds=with_grounds
                ):
                    aside.add(page)
                claims.turn_to(others, nothing)  # nothing of this bucket is kept while the next one is read
                del data, board, words
            pooled.arrange()
            document = replace(
                document,
                pooled=pooled.views(others),
                read_as=worth_of(pooled.words()),
                grounds=claims.said if with_grounds else Grounds(),
            )
        yield Publication(
            document=document, pages=aside.in_turn(cards, claims.values), predictions=pooled.predictions()
        )


class _Pooled:
    """The scored claims of all buckets, each prediction once: that of whoever comes first on it."""

    def __init__(self, folder: Path) -> None:
        (folder / "pooled").mkdir()
        self._rows = Gathered(folder / "pooled", _ROW)
        self._classes: dict[Any, int] = {}
        self._others: list[dict[int, tuple[NDArray[Any], NDArray[Any]]]] = []
        self._alone = 0
        self._shared: list[NDArray[Any]] = [np.zeros(0, dtype=np.int64)]

    def add(self, board: Board, own: NDArray[Any], words: ClassedWords) -> None:
        columns, keys, claims = board.data.columns, board.data.prediction_keys, board.cards.claims
        mine = claims.where(np.flatnonzero(np.isin(claims.source, own)))
        holders = np.bincount(claims.prediction, minlength=keys.size)
        said = np.unique(mine.prediction)
        self._alone += int(np.count_nonzero(holders[said] == 1))
        self._shared.append(keys[said[holders[said] > 1]])
        self._others.append({kind: (keys[place], truth) for kind, (place, truth) in other_types(columns, mine).items()})
        code = np.full(len(board.cards.scored), -1)
        came = np.zeros(len(board.cards.scored), dtype=np.bool_)
        known = np.array([*(self._classes.setdefault(one, len(self._classes)) for one in words.classes), -1])
        code[words.rows], came[words.rows] = known[words.code], words.came
        at = np.flatnonzero(np.isin(board.cards.scored.source, own))
        scored = board.cards.scored.where(at)
        favoured, right = option_favourites(columns, scored)
        rows = np.empty(at.size, dtype=_ROW)
        rows["order"] = order_of(board.data, claims)[scored.row]
        rows["brier"], rows["favoured"], rows["right"] = scored.brier, favoured, right
        rows["words"], rows["came"] = code[at], came[at]
        for name in GROUPINGS:
            rows[name] = groups_of(columns, scored, favoured, name)
        self._rows.add(rows)

    def arrange(self) -> None:
        self._rows.arrange()

    def _firsts(self) -> Iterator[NDArray[Any]]:
        last = -1
        for rows in self._rows.parts():
            number = rows["order"] // HOLDERS
            yield rows[np.concatenate(([last], number))[:-1] != number]
            last = number[-1] if number.size else last

    def _columns(self, *names: str) -> Iterator[Any]:
        return (tuple(np.ascontiguousarray(rows[name]) for name in names) for rows in self._firsts())

    def views(self, data: LedgerColumns) -> tuple[PooledView, ...]:
        found = []
        for name in GROUPINGS:
            table = pooled_parts(partial(self._columns, name, "brier", "right", "favoured"))
            if name == "claim_type":
                table = with_other_types(table, {kind: self._other(kind) for kind in self._others[0]})
            found.append(PooledView(grouping=name, rows=named_rows(data, table, name)))
        return tuple(found)

    def _other(self, kind: int) -> tuple[NDArray[Any], NDArray[Any]]:
        number, truth = (np.concatenate(parts) for parts in zip(*(one[kind] for one in self._others), strict=True))
        number, first = np.unique(number, return_index=True)
        return number, truth[first]

    def words(self) -> Tally:
        """How often the words of each class came true."""
        code, came = map(np.concatenate, zip(*self._columns("words", "came"), strict=True))
        return tally_of(list(self._classes), code, came)

    def predictions(self) -> int:
        """How many different predictions are on all cards."""
        return self._alone + int(np.unique(np.concatenate(self._shared)).size)
