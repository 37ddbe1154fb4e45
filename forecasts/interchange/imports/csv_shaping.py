"""Tables of spreadsheets and data sets brought into our shape, row by row, by what the caller states of them.

A column may stand for two of ours, several for one; what a table does not say is set; one row may hold the numbers of
several sources or options, or several rows the options of one prediction.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final

from forecasts.domain.kinds import VoidReason
from forecasts.domain.values import nearest, one_of, shown
from forecasts.interchange.imports.csv_columns import COLUMNS, NUMBERS, CsvColumn
from forecasts.interchange.imports.reports import ImportOptions
from forecasts.interchange.imports.tables import Table, join_list
from forecasts.text import safe

Rows = Iterable[tuple[int, list[str]]]


OPTION: Final = "option"
"""Not a column of ours: which option the number of a row is of, where each option has a row of its own."""

REQUIRED: Final = {"source": "whose forecast it is: slugs, or names", "question": "the event: its slug, or its title"}
_LEAST_OF_OURS: Final = 30
_JOINT: Final = ", "


class TableShape:
    """Which column of ours stands at which place of a row, as mapped or set, else by its name whatever its case.

    InvalidInputError where one is mapped to what is not there, a needed one is missing, or the scale is not stated.
    `is_ours` is a table that we wrote, whichever of its columns are left, in any order.
    """

    def __init__(self, table: Table, options: ImportOptions) -> None:
        self._header, self._problems, self._options = table.header, table.problems, options
        self.columns: dict[int, CsvColumn] = {}
        self._added: list[Callable[[list[str]], str]] = []
        self._read: set[int] = set()
        own = sum(name in COLUMNS for name in table.header)
        self.is_ours = own == len(table.header) >= _LEAST_OF_OURS
        self._option: int | None = None
        self._map()
        self._across = [self._place(name, "--wide") for name in options.wide[1]] if options.wide else []
        self._only = {self._place(name, "--only"): value for name, value in options.only.items()}
        self._read.update((*self._across, *self._only))
        self._of_wide = self._wide_places()
        self._outcome, self._void = self._places_of_outcome()
        left = {ours for ours, value in options.constants.items() if not value}  # columns that are not to be read
        mapped = {column.name for column in self.columns.values()} - left
        asks_only = "question" in mapped and not mapped.intersection((*NUMBERS, "quantiles"))
        for needed, says in REQUIRED.items():
            if needed not in mapped and not asks_only:
                unread = ", ".join(map(shown, self.unread[:20]))
                expected = f"a column {needed} ({says}), or --map {needed}=…" + (
                    f"; not read: {unread}" if unread else ""
                )
                self._problems.add("line 1", needed, "no such column", expected)
        if self._options.scale not in {"share", "percent"} and not self.is_ours and mapped.intersection(NUMBERS):
            found = ", ".join(name for name in NUMBERS if name in mapped)
            self._problems.add("line 1", found, "no scale", "--scale share (0 to 1) or --scale percent (0 to 100)")
        table.problems.refuse(table.name)

    @property
    def unread(self) -> tuple[str, ...]:
        """The headers of the columns of which nothing is read."""
        return tuple(safe(name, 40) for at, name in enumerate(self._header) if at not in self._read and name.strip())

    # which columns

    def _map(self) -> None:
        for ours, theirs in self._options.columns.items():
            if ours == OPTION:
                self._option = self._place(theirs, "--map")
            elif self._knows(ours, "--map"):
                self._put(ours, theirs)
        for ours, value in self._options.constants.items():
            if self._knows(ours, "--set"):
                self._add(ours, lambda _row, value=value: value)  # type: ignore[misc]
        mapped = {column.name for column in self.columns.values()}
        for place, header in enumerate(self._header):
            plain = header.strip().casefold().replace(" ", "_")
            if plain in COLUMNS and plain not in mapped and place not in self._read:
                self.columns[place] = COLUMNS[plain]
                self._read.add(place)
                mapped.add(plain)

    def _put(self, ours: str, theirs: str) -> None:
        names = [theirs] if theirs in self._header or "+" not in theirs else theirs.split("+")
        places = [self._place(name, "--map") for name in names]
        if len(places) == 1 and places[0] not in self.columns:
            self.columns[places[0]] = COLUMNS[ours]
        else:
            self._add(ours, lambda row: _JOINT.join(cell for place in places if (cell := row[place].strip())))

    def _add(self, ours: str, cell: Callable[[list[str]], str]) -> int:
        place = len(self._header) + len(self._added)
        self._added.append(cell)
        self.columns[place] = COLUMNS[ours]
        return place

    def _place(self, theirs: str, option: str) -> int:
        if theirs in self._header:
            self._read.add(self._header.index(theirs))
            return self._header.index(theirs)
        near = nearest(theirs, self._header, 1)
        hint = f"; did you mean {shown(near[0])}?" if near else ""
        expected = one_of(safe(column, 30) for column in self._header[:20]) + hint
        self._problems.add(option, "", shown(theirs), expected)
        return 0

    def _knows(self, ours: str, option: str) -> bool:
        if ours not in COLUMNS:
            near = nearest(ours, COLUMNS, 1)
            expected = f"one of our columns; did you mean {near[0]}?" if near else one_of(COLUMNS)
            self._problems.add(option, safe(ours, 40), "no column of ours", expected)
        return ours in COLUMNS

    def _named(self, name: str) -> int | None:
        return next((place for place, column in self.columns.items() if column.name == name), None)

    def _wide_places(self) -> tuple[int, ...]:
        """Where the cells stand that are made of several: of a source its name and number, of options their numbers."""
        if self._option is not None or (self._options.wide and self._options.wide[0] == OPTION):
            share = self._named("probability")
            if share is not None and self._option is not None:
                del self.columns[share]
                return (self._add("probabilities", lambda _row: ""), share)
            return (self._add("probabilities", lambda _row: ""),)
        if self._options.wide:
            return (self._add("source", lambda _row: ""), self._add("probability", lambda _row: ""))
        return ()

    def _places_of_outcome(self) -> tuple[int | None, int | None]:
        outcome = self._named("outcome") if self._options.outcome_words else None
        if outcome is None or not set(VoidReason) & set(self._options.outcome_words.values()):
            return outcome, None
        void = self._named("void")
        return outcome, self._add("void", lambda _row: "") if void is None else void

    # rows

    def rows(self, rows: Rows) -> Rows:
        empty = self._options.empty
        if self._only:
            rows = ((line, row) for line, row in rows if all(row[at].strip() == v for at, v in self._only.items()))
        if empty:
            rows = ((line, ["" if cell.strip() in empty else cell for cell in row]) for line, row in rows)
        if self._added:
            added = self._added
            rows = ((line, [*row, *[cell(row) for cell in added]]) for line, row in rows)
        if self._outcome is not None:
            rows = map(self._with_outcome, rows)
        if self._option is not None:
            return self._options_together(rows)
        return self._apart(rows) if self._across else rows

    def _with_outcome(self, numbered: tuple[int, list[str]]) -> tuple[int, list[str]]:
        line, row = numbered
        assert self._outcome is not None  # noqa: S101 - asked before
        word = self._options.outcome_words.get(row[self._outcome].strip().casefold())
        if word is not None:
            is_void = word in set(VoidReason)
            row[self._outcome] = "" if is_void else word
            if is_void and self._void is not None:
                row[self._void] = word
        return line, row

    def _apart(self, rows: Rows) -> Iterator[tuple[int, list[str]]]:
        """A row with a column for each source as a row for each; one with a column for each option as one cell."""
        names = [self._header[place] for place in self._across]
        for line, row in rows:
            cells = [(name, cell) for name, at in zip(names, self._across, strict=True) if (cell := row[at].strip())]
            if len(self._of_wide) == 1:
                row[self._of_wide[0]] = join_list(f"{name}: {cell}" for name, cell in cells)
                yield line, row
                continue
            for name, cell in cells:
                one = row.copy()
                one[self._of_wide[0]], one[self._of_wide[1]] = name, cell
                yield line, one

    def _options_together(self, rows: Rows) -> Iterator[tuple[int, list[str]]]:
        """Rows that follow one another and differ in their option and its number as one row."""
        at, (together, number) = self._option or 0, self._of_wide
        rest = sorted(set(self.columns) - {at, number, together})
        for _, of_one in groupby(rows, lambda numbered: [numbered[1][place] for place in rest]):
            kept = list(of_one)
            line, row = kept[0]
            row[together] = join_list(
                f"{one[at].strip()}: {one[number].strip()}" for _, one in kept if one[number].strip()
            )
            yield line, row
