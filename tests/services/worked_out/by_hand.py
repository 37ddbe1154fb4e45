"""What `pack.toml` says, worked out by hand from the definitions: which claim is in which bucket, and its score.

Nothing here is imported from the program. Probabilities and Brier scores are fractions, written as one computes them on
paper; what a board makes of them (means, logarithms, intervals) is in `arithmetic.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction as F  # noqa: N817 - a table of fractions

Board = dict[str, dict[str, str]]
"""By source: the claims in each bucket."""


@dataclass(frozen=True)
class Score:
    """One claim on one resolved question.

    given         the probability given to what happened
    brier         its Brier score, then the best and the worst that its range, or the variant of its question, allows
    yes, happened on a binary question: the probability of YES, and whether YES happened
    options       how many outcomes the question has
    """

    question: str
    given: F
    brier: F
    best: F
    worst: F
    yes: F | None = None
    happened: bool = False
    options: int = 2


def _binary(question: str, yes: F, *, happened: bool, low: F | None = None, high: F | None = None) -> Score:
    def brier(p: F) -> F:
        return (p - happened) ** 2

    ends = [brier(p) for p in (yes, low, high) if p is not None]
    return Score(question, yes if happened else 1 - yes, brier(yes), min(ends), max(ends), yes, happened)


def _on_b1(yes: F) -> Score:
    """Happened, so (p - 1)²; on its variant, by the end of April, it did not, so p²."""
    point, variant = (yes - 1) ** 2, yes**2
    return Score("b1", yes, point, min(point, variant), max(point, variant), yes, happened=True)


def _options(question: str, options: int, given: F, brier: F) -> Score:
    return Score(question, given, brier, brier, brier, options=options)


SCORES = {
    "a01": _on_b1(F(9, 10)),
    "b01": _on_b1(F(6, 10)),
    "c04": _on_b1(F(3, 10)),
    "v01": _on_b1(F(2, 10)),
    "x01": _on_b1(F(7, 10)),
    "a02": _binary("b2", F(25, 100), happened=False, low=F(1, 10), high=F(4, 10)),
    "a19": _binary("b2", F(5, 100), happened=False, low=F(0), high=F(1, 10)),
    "b02": _binary("b2", F(4, 10), happened=False),
    "b12": _binary("b2", F(3, 10), happened=False),
    "b05": _binary("b3", F(5, 10), happened=True),
    "a22": _binary("b6", F(3, 10), happened=False, low=F(2, 10), high=F(5, 10)),
    "c05": _binary("b6", F(5, 10), happened=False),
    # ½ Σ (p - o)²: B happened
    "a03": _options("m1", 3, F(5, 10), (F(2, 10) ** 2 + F(5, 10) ** 2 + F(3, 10) ** 2) / 2),
    "b03": _options("m1", 3, F(3, 10), (F(6, 10) ** 2 + F(7, 10) ** 2 + F(1, 10) ** 2) / 2),
    # Σ (F - O)² / 3 over the cumulated .1 .5 .8 and .4 .7 .9 against 0 1 1: the second of four happened
    "a04": _options("o1", 4, F(4, 10), (F(1, 10) ** 2 + F(5, 10) ** 2 + F(2, 10) ** 2) / 3),
    "b04": _options("o1", 4, F(3, 10), (F(4, 10) ** 2 + F(3, 10) ** 2 + F(1, 10) ** 2) / 3),
    "a13": _binary("e1", F(8, 10), happened=True),
    "b06": _binary("e1", F(7, 10), happened=True),
    "v02": _binary("e1", F(9, 10), happened=True),
    "x02": _binary("e1", F(8, 10), happened=True),
    "a14": _binary("e2", F(3, 10), happened=False),
    "b07": _binary("e2", F(2, 10), happened=False),
    "j02": _binary("e2", F(1, 10), happened=False),
    "a15": _binary("e3", F(6, 10), happened=True),
    "b08": _binary("e3", F(9, 10), happened=True),
    "a16": _binary("e4", F(1, 10), happened=False),
    "b09": _binary("e4", F(4, 10), happened=False),
    "a17": _binary("e5", F(5, 10), happened=True),
    "b10": _binary("e5", F(5, 10), happened=True),
    "a18": _binary("e6", F(4, 10), happened=False),
    "b11": _binary("e6", F(6, 10), happened=False),
    "j01": _binary("e7", F(1), happened=True),
}
"""Every claim that has a Brier score on some board."""

CRPS = {
    # levels .1 .5 .9 weigh a third each; 10 against 4, 8 and 12: pinball 6·.1, 2·.5, 2·.1
    "a05": ("troops", 2 * (F(6, 10) + 1 + F(2, 10)) / 3, True),
    # two levels weigh a half each; clipped to 1 May and 30 June, and 30 June it is: 60 days · .25 and nothing
    "a06": ("days", 2 * (60 * F(25, 100) + 0) / 2, True),
    # one level: the distance, 10 September to 10 October; no interval
    "a25": ("days", 2 * (30 * F(5, 10)), None),
    # 4 against 2, 10 and 50: 2·.05, 6·.5, 46·.05, on a range of 100
    "v03": ("share of the range", 2 * (F(10, 100) + 3 + F(230, 100)) / 3 / 100, True),
}
"""Claims about a number or a day: their unit, CRPS, and whether their interval held the outcome."""

REFERENCES = {
    ("b1", "base rate"): (F(5, 10) - 1) ** 2,
    ("b2", "crowd"): F(2, 10) ** 2,
}
REFERRED = {"a01": ("b1", "base rate"), "c04": ("b1", "base rate"), "v01": ("b1", "base rate"),
            "x01": ("b1", "base rate"), "a19": ("b2", "crowd")}  # fmt: skip
"""The claims that have a reference dated on or before them: bob spoke of b1 a day too early, ann of b2 a month."""

SCENARIOS = {"s1": "b1 b2 e1 e2 n1 n2", "s2": "b3 m1 e3 e4 t1 t2", "s3": "b6 o1", "e5": "e5", "e6": "e6", "e7": "e7"}

_ANN = {
    "scored": "a01 a02 a03 a04 a05 a06 a13 a14 a15 a16 a17 a18 a22 a25 j01",
    "open": "a09",
    "void": "a10",
    "untested": "a11 a24",
    "late": "a20 a21",
    "unscorable": "a08",
    "possibilities": "a07",
    "proxies": "a23",
    "set_aside": "a12",
    "repeats": "a19",
}
_BOB = {
    "scored": "b01 b02 b03 b04 b05 b06 b07 b08 b09 b10 b11",
    "open": "b15",
    "untested": "b16",
    "possibilities": "b13 b14",
    "repeats": "b12 j02",
}
_OTHERS: Board = {
    "cleo": {"scored": "c04 c05", "announcements": "c01 c02", "set_aside": "c03 c06"},
    "dan": {"scored": "j01"},
    "eve": {"scored": "v01 v02 v03 j02", "set_aside": "u01"},
    "crowd": {"scored": "x01 x02"},
}
_ANN_WRITES = {name: ids for name, ids in _ANN.items() if name != "repeats"} | {
    "scored": "a01 a02 a03 a04 a05 a06 a13 a14 a15 a16 a17 a18 a22 a25"
}
_BOB_WRITES = _BOB | {"scored": "b01 b02 b03 b04 b06 b07 b08 b09 b10 b11 c05", "set_aside": "c06"}
_EVE_WRITES = {"scored": "v01 v02 v03 c05 j02", "set_aside": "u01 u02 c06"}
_DAILY = _ANN_WRITES | {"set_aside": "a12 c06", "repeats": "c05 j02"}
_WEEKLY = {"scored": "v01 v02 v03", "late": "b05", "set_aside": "u01 u02"}


def _instead(bucket: dict[str, str], **later: str) -> dict[str, str]:
    """With the later claim counting in the place of the earlier one."""
    scored, repeats = bucket["scored"], bucket["repeats"]
    for old, new in later.items():
        scored, repeats = scored.replace(old, new), repeats.replace(new, old)
    return bucket | {"scored": scored, "repeats": repeats}


BOARDS: dict[tuple[str, str], Board] = {
    ("speaker", "first"): {"ann": _ANN, "bob": _BOB, **_OTHERS},
    ("speaker", "last"): {"ann": _instead(_ANN, a02="a19"), "bob": _instead(_BOB, b02="b12", b07="j02"), **_OTHERS},
    ("author", "first"): {"ann": _ANN_WRITES, "bob": _BOB_WRITES, "eve": _EVE_WRITES},
    ("author", "last"): {
        "ann": _ANN_WRITES,
        "bob": _instead(_BOB_WRITES, b02="b12", b07="j02"),
        "eve": _EVE_WRITES,
    },
    ("outlet", "first"): {"daily": _DAILY, "weekly": _WEEKLY},
    ("outlet", "last"): {"daily": _instead(_DAILY, a22="c05", a14="j02"), "weekly": _WEEKLY},
}

JOINT = {
    ("speaker", "ann", "dan"): {"e7"},
    ("speaker", "bob", "eve"): {"e2"},
    ("author", "bob", "eve"): {"b3", "b6", "e2"},
}
"""On which questions two said something together: j01, j02; by author c05, c06 and j02, which d2 says or endorses."""

POSSIBILITIES_SETTLED = {"a07", "b13", "b14"}
ANNOUNCEMENTS_SETTLED = {"c01", "c02"}
"""On questions that are resolved: b3 and b2 twice; b1 and b2."""

REALISED = {"a07", "b14"}
"""Possibilities that came about: b3 happened; b2, of which b14 said that it may never happen, did not."""

KEPT = {"c01"}
SELECTED = {"j01", "u01", "u02", "v01", "v02", "v03", "x01"}
"""Claims in the article of which not every prediction was recorded: in no rate."""
