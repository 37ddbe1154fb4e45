"""Predictions as a list and as the tree of scenarios: however many match, only those that are looked at are read."""

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from forecasts.db.queries.home import read_statuses
from forecasts.db.queries.prediction_rows import questions_of, read_prediction_rows
from forecasts.db.queries.predictions import SORTS, read_keys
from forecasts.db.queries.scenarios import (
    find_predictions,
    find_questions,
    find_scenarios,
    find_shown,
    find_vague,
    read_prediction_nodes,
    read_question_nodes,
    read_scenario_nodes,
)
from forecasts.db.reader import SqlReader, open_reader
from forecasts.domain.kinds import Bucket, QuestionStatus
from forecasts.domain.marks import Mark, Node, NodeKey, PredictionQuery, PredictionRow, ScenarioNode
from forecasts.errors import RuleBrokenError
from forecasts.services.read_only import ReadableLedger

R = TypeVar("R")


@dataclass(frozen=True, slots=True, eq=False)
class RecordWindow(Generic[R]):
    """The records that match, as they stood when they were asked for; `is_whole` is False where more may follow."""

    ledger: ReadableLedger
    kind: Literal["prediction", "article"]
    keys: "array[int]"
    read: Callable[[SqlReader, Sequence[int]], list[R]]
    is_whole: bool = True

    def __len__(self) -> int:
        return len(self.keys)

    def rows(self, first: int, count: int) -> tuple[R, ...]:
        with self.ledger.reader() as reader:
            return tuple(self.read(reader, self.keys[max(first, 0) : first + count]))

    def slug_at(self, index: int) -> str:
        with self.ledger.reader() as reader:
            return str(reader.value(f"SELECT slug FROM {self.kind} WHERE id = ?", (self.keys[index],)))  # noqa: S608

    def index_of(self, slug: str) -> int | None:
        """Where a record stands, or None where it does not match."""
        with self.ledger.reader() as reader:
            key = reader.value(f"SELECT id FROM {self.kind} WHERE slug = ?", (slug,))  # noqa: S608
        try:
            return None if key is None else self.keys.index(key)
        except ValueError:
            return None


PredictionWindow = RecordWindow[PredictionRow]


def open_predictions(ledger: ReadableLedger, query: PredictionQuery, most: int | None = None) -> PredictionWindow:
    """The predictions that match, in order: all of them, or the first `most`, which are there at once.

    RuleBrokenError for a field that cannot be sorted by.
    """
    if query.sort not in SORTS:
        msg = f"Predictions cannot be sorted by '{query.sort}'."
        raise RuleBrokenError(msg, f"Sort by {', '.join(sorted(SORTS))}.")

    def read(reader: SqlReader, keys: Sequence[int]) -> list[PredictionRow]:
        questions = questions_of(reader, keys)
        rows = read_prediction_rows(reader, keys, read_statuses(reader, ledger.today(), questions))
        marks = read_marks(reader, questions, keys)
        return [replace(row, mark=marks[key]) for key, row in zip(keys, rows, strict=True)]

    with open_reader(ledger.place) as reader:
        keys = read_keys(reader, query, ledger.today(), most)
    return RecordWindow(ledger, "prediction", keys, read, most is None or len(keys) < most)


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioTree:
    """The tree as it stood when it was asked for: its roots, and how to look further."""

    ledger: ReadableLedger
    scenarios: Mapping[str, ScenarioNode]
    statuses: Mapping[int, QuestionStatus]
    words: str

    def children(self, node: NodeKey) -> tuple[NodeKey, ...]:
        """What hangs on a node: a scenario's questions and its claims on none (those that have the words), or a
        question's predictions.
        """
        with self.ledger.reader() as reader:
            asked: list[str] = []
            said: list[str] = []
            if node.kind == "scenario":
                asked = find_questions(reader, node.slug, self.words)
                said = find_vague(reader, node.slug, self.words)
            elif node.kind == "question":
                said = find_predictions(reader, node.slug)
        questions = (NodeKey("question", slug) for slug in asked)
        return (*questions, *(NodeKey("prediction", slug) for slug in said))

    def rows(self, nodes: Sequence[NodeKey]) -> tuple[Node | None, ...]:
        """The rows of some nodes, a few hundred at most; None for one that went meanwhile."""
        with self.ledger.reader() as reader:
            asked, said = _slugs(nodes, "question"), _slugs(nodes, "prediction")
            marks = read_marks(reader, *find_shown(reader, asked, said))
            questions = read_question_nodes(reader, asked, self.statuses, marks)
            predictions = read_prediction_nodes(reader, said, self.statuses, marks)
        found: dict[str, Mapping[str, Node]] = {
            "scenario": self.scenarios,
            "question": questions,
            "prediction": predictions,
        }
        return tuple(found[node.kind].get(node.slug) for node in nodes)


def _slugs(nodes: Iterable[NodeKey], kind: str) -> list[str]:
    return [node.slug for node in nodes if node.kind == kind]


def open_scenario_tree(ledger: ReadableLedger, words: str = "") -> ScenarioTree:
    """The scenarios with their counts; with words, only those that have them, or questions or claims with them."""
    with ledger.reader() as reader:
        statuses = read_statuses(reader, ledger.today())
        nodes = read_scenario_nodes(reader, statuses)
        if words:
            named = find_scenarios(reader, words)
            nodes = [
                node
                for node in nodes
                if node.slug in named
                or find_questions(reader, node.slug, words)
                or find_vague(reader, node.slug, words)
            ]
    return ScenarioTree(ledger, {node.slug: node for node in nodes}, statuses, words)


_BUCKETS = tuple(Bucket)


def read_marks(reader: SqlReader, questions: Collection[int], predictions: Collection[int] = ()) -> dict[int, Mark]:
    """The mark of every prediction on the questions with these keys, and of these on no question, by the key of the
    prediction."""
    from forecasts.scoring import prediction_results  # NumPy, which the other lists on the command line do without
    from forecasts.services.columns import nans_to_none, read_claims_on

    ledger = read_claims_on(reader, questions, predictions)
    table, found = ledger.columns.predictions, prediction_results(ledger.columns)
    buckets = map(_BUCKETS.__getitem__, found.bucket.tolist())
    columns = (table.probability, table.low, table.high, found.favourite)
    probability, low, high, favourite = map(nans_to_none, columns)
    marks = map(Mark, probability, low, high, buckets, favourite)
    return dict(zip(ledger.prediction_keys.tolist(), marks, strict=True))
