#!/usr/bin/env python3
"""Recomputes the scorecards of a bundle from the record itself, and says where they differ.

Needs Python 3.11 or newer and nothing else: run `python3 recompute.py` in the unpacked folder. It reads the record in
`pack/` and the published figures in `figures.json`, counts every claim anew by the rules below, and compares the
counts, the Brier scores (with the ends of their coding and sampling intervals), the benefit of the doubt, the log
losses, and by unit CRPS and coverage. It shares no code with the program that published the figures. Exit status: 0
all equal, 1 something differs, 2 the bundle cannot be read.

`python3 recompute.py scorecards.json` does so from an exported file of scorecards alone, with what it says of claims.

The sampling interval of a mean score is, for figures of version 2, that of a variable between 0 and 1 (see `bounded`),
over the questions and over the means of the scenarios; for figures of version 1 Student's t from five questions on.
The benefit of the doubt (see `overconfidence`) is there since version 2, over yes-or-no questions as coded.

A claim is in the first of these buckets that applies, and the buckets add up to a source's claims:

set_aside      whose claim it is is ambiguous; a relay was hardened, softened or not verified (save on the cards of
               authors and outlets who endorse it, from version 2 on); it restates another claim, is a
               presupposition, or speaks to a variant of a question
unscorable     marked so, or without a question
possibilities  "may", "could"; announcements: by those who control the event
unscorable     a forecast without the number that its question needs
proxies        the question is only near to what was said
repeats        the same sentence counts on another question that implies this one or is implied by it: on the nearest
               to its words (possibilities, announcements and proxies likewise)
late           made after the question's close, or on the day its outcome became knowable, or later
untested       a condition of its own was not met
repeats        another claim by this source on this question counts: the first (or last) by day, time of day, the
               article's day, own before others, paragraph, name; a revision comes after what it revises
void, untested, open, scored: where the question stands, its own conditions followed
"""

import json
import math
import re
import sys
import tomllib
import unicodedata
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

BUCKETS = ("scored", "open", "void", "untested", "late", "unscorable", "possibilities", "announcements", "proxies",
           "set_aside", "repeats")  # fmt: skip
OUTCOMES = ("possibilities_settled", "possibilities_realised", "announcements_settled", "announcements_kept")
COUNTS = ("predictions", *BUCKETS, *OUTCOMES, "clipped")
FIGURES = ("brier", "brier_low", "brier_high", "brier_best", "brier_worst", "log_loss")
OVER_SCENARIOS = ("brier_scenario_low", "brier_scenario_high")
DOUBTS = ("overconfidence_p", "overconfidence_p_lenient", "overconfidence_p_lenient_by_scenario")
SINCE_2 = (*OVER_SCENARIOS, *DOUBTS)
MOST_EXACT, FINEST, MOST_SUMS = 300, 7, 1 << 16
FITS, BASES = ("exact", "operationalised", "proxy"), ("stated", "implied", "analyst")
COUNTED_ONCE = ("possibilities", "announcements", "proxies")
TAIL = 0.025
OF_UNIT = ("n", "mean", "coverage")
EPSILON = 0.001
SAME = 1e-9
NEVER = datetime.max.replace(tzinfo=UTC)

Row = dict[str, Any]


def read_pack(folder: Path) -> dict[str, list[Row]]:
    """Every table of every file of the pack."""
    tables: dict[str, list[Row]] = defaultdict(list)
    for path in sorted(folder.glob("**/*.toml")):
        for name, rows in tomllib.loads(path.read_text(encoding="utf-8")).items():
            tables[name] += rows if isinstance(rows, list) else [rows]
    return tables


def span(value: Any) -> tuple[date, date]:
    """The first and last day of a date or of a span "first/last"."""
    if isinstance(value, str):
        first, _, last = value.partition("/")
        return date.fromisoformat(first), date.fromisoformat(last or first)
    return value, value


# --- words of likelihood -----------------------------------------------------------------------------------------

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʼ＇`´", "'"))
DENYING = {"not", "never", "no", "hardly", "scarcely", "cannot", "nor", "neither"}
COMPARING = {"more", "less", "least", "as", "equally", "how"}


def words_of(text: str) -> list[str]:
    """The words that are compared."""
    return WORD.findall(unicodedata.normalize("NFC", text.translate(APOSTROPHES)).casefold())


def reading(text: str, phrases: list[Row]) -> Row | None:
    """The longest phrase of a standard in the text that the words before it do not deny or compare."""
    words = words_of(text)
    found: list[tuple[tuple[int, int, str], int, Row]] = []
    for phrase in phrases:
        for written in [phrase["term"], *phrase.get("aliases", [])]:
            term = words_of(written)
            for start in range(len(words) - len(term) + 1) if term else ():
                before = words[:start]
                near = any(word in DENYING or word.endswith("n't") for word in before[-3:])
                changed = bool(before) and (before[-1] in COMPARING or near)
                if words[start : start + len(term)] == term and not changed:
                    found.append(((-len(term), start, phrase["term"]), len(found), phrase))
                    break
    return min(found)[2] if found else None


def numbers_of(claim: Row, phrases: list[Row]) -> tuple[float | None, float | None, float | None]:
    """What a phrase reads as under a standard, of YES: the number and the ends of its range; Nones where it is new."""
    phrase = reading(claim["phrase"], phrases) if claim.get("phrase") else None
    if phrase is None:
        return None, None, None
    point = phrase.get("point")
    point = round((phrase["low"] + phrase["high"]) / 2, 12) if point is None else point
    if claim.get("phrase_about", "yes") == "no":
        return round(1 - point, 12), round(1 - phrase["high"], 12), round(1 - phrase["low"], 12)
    return point, phrase["low"], phrase["high"]


def number_in_force(claim: Row, phrases: list[Row]) -> tuple[float | None, float | None, float | None]:
    """The number that is scored: given parts stay, missing ones follow from the phrase."""
    p, low, high = claim.get("probability"), claim.get("low"), claim.get("high")
    if not claim.get("standard") or None not in (p, low, high):
        return p, low, high
    point, lowest, highest = numbers_of(claim, phrases)
    if point is None or lowest is None or highest is None:
        return p, low, high
    lowest = lowest if low is None else low
    highest = highest if high is None else high
    if p is None:
        p = point if low is None else max(point, low)
        p = p if high is None else min(p, high)
    return p, min(lowest, p), max(highest, p)


def with_readings(
    claim: Row, number: tuple[float | None, float | None, float | None], readings: list[Row]
) -> tuple[float | None, float | None, float | None]:
    """The mean of the first and all further analysts' numbers, in a range that holds them all; stated numbers stay."""
    p, low, high = number
    if p is None or not readings or claim.get("basis") == "stated":
        return number
    numbers: list[float] = [p]
    lows: list[float] = [p if low is None else low]
    highs: list[float] = [p if high is None else high]
    for one in readings:
        numbers.append(one["probability"])
        lows.append(one["low"] if "low" in one else one["probability"])
        highs.append(one["high"] if "high" in one else one["probability"])
    return sum(numbers) / len(numbers), min(lows), max(highs)


# --- the record --------------------------------------------------------------------------------------------------


def ladders(questions: dict[str, Row]) -> dict[str, str]:
    """The ladder of each question that implies another or is implied: the first name of all that hang together."""
    found = {slug: slug for row in questions.values() if row.get("implies") for slug in (row["slug"], *row["implies"])}
    for _ in found:
        for slug in found:
            for other in questions[slug].get("implies", ()):
                found[slug] = found[other] = min(found[slug], found[other])
    return found


def sentence_of(claim: Row) -> tuple[Any, ...]:
    """What all claims share that stand in one sentence: with the same words in the same place."""
    return claim["article"]["slug"], claim.get("paragraph"), claim.get("phrase") or claim["claim"]


class Record:
    """The pack, with every claim's number in force, day and question at hand."""

    def __init__(self, tables: dict[str, list[Row]], filters: Row) -> None:
        self.filters = filters
        self.articles = {row["slug"]: row for row in tables["article"]}
        self.questions = {row["slug"]: row for row in tables["question"]}
        self.resolutions = {row["question"]: row for row in tables["resolution"] if not row.get("superseded_reason")}
        self.phrases: dict[str, list[Row]] = defaultdict(list)
        for phrase in tables["phrase"]:
            self.phrases[phrase["standard"]].append(phrase)
        self.variants: dict[str, list[str]] = defaultdict(list)
        for question in self.questions.values():
            if question.get("variant_of"):
                self.variants[question["variant_of"]].append(question["slug"])
        self.further: dict[str, list[Row]] = defaultdict(list)
        for one in tables["reading"]:
            self.further[one["prediction"]].append(one)
        self.ladders = ladders(self.questions)
        self.claims = {row["slug"]: self._claim(row) for row in tables["prediction"]}
        self.states: dict[str, str] = {}
        self.sentences: dict[tuple[str, str, tuple[Any, ...]], list[Row]] = defaultdict(list)

    def _claim(self, row: Row) -> Row:
        article = self.articles[row["article"]]
        published = span(article["published_on"])[1]
        made: date = span(row.get("made_on", article["published_on"]))[1]
        time, stance = row.get("made_at", NEVER), row.get("endorsement", "own")
        if self.filters["by"] != "speaker" and stance == "endorsed":
            made, time = published, time if made == published else NEVER
        number = number_in_force(row, self.phrases[row.get("standard", "")])
        p, low, high = with_readings(row, number, self.further[row["slug"]])
        standard = self.filters.get("standard")
        if standard and p is not None and row.get("basis") in ("standard", "survey"):
            again = numbers_of(row, self.phrases[standard])
            p, low, high = again if again[0] is not None else (p, low, high)
        key = (made, time, published, stance != "own", row.get("paragraph", 0), row["slug"])
        return {**row, "article": article, "day": made, "key": key, "p": p, "low": low, "high": high, "stance": stance}

    def state_of(self, slug: str) -> str:
        """Where a question stands, its conditions followed: open, resolved, void or untested."""
        if slug not in self.states:
            resolution = self.resolutions.get(slug)
            written = "open" if resolution is None else "void" if resolution.get("void") else "resolved"
            condition = self.questions[slug].get("condition")
            if written != "void" and condition:
                met = self.met([condition])
                written = written if met == "resolved" else met
            self.states[slug] = written
        return self.states[slug]

    def met(self, conditions: list[Row]) -> str:
        """`resolved` where all conditions are met, `untested` where one failed, else `open`."""
        states = []
        for condition in conditions:
            state = self.state_of(condition["question"])
            if state == "resolved" and self.resolutions[condition["question"]]["outcome"] != condition["outcome"]:
                state = "untested"
            states.append("untested" if state == "void" else state)
        return "untested" if "untested" in states else "open" if "open" in states else "resolved"

    def own_conditions(self, claim: Row) -> str:
        """The same of a claim's own conditions."""
        condition = claim.get("condition") or {"all": []}
        return self.met(condition.get("all", [condition]) if "all" in condition else [condition])

    def last_day(self, slug: str) -> date:
        """The last day on which a claim on a question counts."""
        question, resolution = self.questions[slug], self.resolutions.get(slug)
        close: date = question["closes_on"] if "closes_on" in question else question["resolves_on"]
        if resolution is None or resolution.get("void"):
            return close
        return min(close, date.fromordinal(span(resolution["known_on"])[0].toordinal() - 1))

    def kind(self, slug: str) -> str:
        """What a question asks for."""
        return str(self.questions[slug].get("kind", "binary"))

    def holders(self, claim: Row) -> list[str]:
        """Whose cards a claim is on."""
        if self.filters["by"] == "speaker":
            return list(claim["speakers"])
        if claim["stance"] not in ("own", "endorsed"):
            return []
        outlet = claim["article"].get("outlet")
        return (
            list(claim["article"].get("authors", [])) if self.filters["by"] == "author" else [outlet] if outlet else []
        )

    # --- counting ------------------------------------------------------------------------------------------------

    def status(self, claim: Row) -> str:
        """The bucket that a claim is in whoever holds it; empty where it may count."""
        slug = claim.get("question", "")
        is_variant = bool(slug) and bool(self.questions[slug].get("variant_of"))
        kind = claim.get("claim_type", "forecast")
        unfaithful = claim.get("fidelity", "faithful") in ("hardened", "softened", "unverified")
        if self.filters["by"] != "speaker" and claim["stance"] == "endorsed" and self.filters["formula_version"] != "1":
            unfaithful = False
        ambiguous = claim.get("attribution", "stated") == "ambiguous"
        if ambiguous or unfaithful or claim.get("restates") or kind == "presupposition" or is_variant:
            return "set_aside"
        if claim.get("unscorable") or not slug:
            return "unscorable"
        if kind in ("possibility", "announcement"):
            return "possibilities" if kind == "possibility" else "announcements"
        needed = {"binary": claim["p"] is not None, "numeric": claim.get("quantiles"), "date": claim.get("quantiles")}
        if not needed.get(self.kind(slug), claim.get("probabilities")):
            return "unscorable"
        if claim.get("fit", "operationalised") == "proxy":
            return "proxies"
        if claim["day"] > self.last_day(slug):
            return "late"
        return "untested" if self.own_conditions(claim) == "untested" else ""

    def counts_elsewhere(self) -> set[tuple[str, str]]:
        """The claims, each with its holder, whose sentence counts on another question of the ladder."""
        found: dict[tuple[str, str, tuple[Any, ...]], list[tuple[Any, str]]] = defaultdict(list)
        for claim in self.claims.values():
            ladder = self.ladders.get(claim.get("question", ""))
            if ladder is None or self.status(claim) not in ("", *COUNTED_ONCE):
                continue
            question = self.questions[claim["question"]]
            untimely = claim["day"] > self.last_day(question["slug"]) or self.own_conditions(claim) == "untested"
            fit = FITS.index(claim.get("fit", "operationalised"))
            nearest = (untimely, fit, BASES.index(question.get("deadline_basis", "analyst")), claim["key"])
            for source in self.holders(claim):
                found[source, ladder, sentence_of(claim)].append((nearest, claim["slug"]))
        return {(slug, key[0]) for key, places in found.items() for _, slug in sorted(places)[1:]}

    def places(self) -> dict[str, tuple[int, int, int]]:
        """The order of all claims: by day and so on, a revision after what it revises."""
        order = sorted(self.claims, key=lambda slug: self.claims[slug]["key"])
        rank = {slug: place for place, slug in enumerate(order)}
        place = {slug: (number, 0) for slug, number in rank.items()}
        revisions = [slug for slug in order if self.claims[slug].get("supersedes")]
        for _ in range(len(revisions) + 1):
            new = {}
            for slug in revisions:
                earlier, depth = place[self.claims[slug]["supersedes"]]
                new[slug] = (earlier, depth + 1) if rank[slug] < earlier else (rank[slug], 0)
            place |= new
        return {slug: (*place[slug], rank[slug]) for slug in rank}

    def buckets(self) -> list[tuple[str, Row, str]]:
        """Every claim on every card: the source, the claim, its bucket."""
        places, found, candidates = self.places(), [], defaultdict(list)
        elsewhere = self.counts_elsewhere()
        for claim in self.claims.values():
            status = self.status(claim)
            for source in self.holders(claim):
                if (claim["slug"], source) in elsewhere:
                    if self.is_shown(claim):
                        self.sentences[source, self.ladders[claim["question"]], sentence_of(claim)].append(claim)
                    found.append((source, claim, "repeats"))
                elif status:
                    found.append((source, claim, status))
                else:
                    candidates[source, claim["question"]].append(claim)
        for (source, question), rivals in candidates.items():
            rivals.sort(key=lambda claim: places[claim["slug"]])
            counts = rivals[0 if self.filters["which"] == "first" else -1]
            state = self.state_of(question)
            if state == "resolved":
                state = "open" if self.own_conditions(counts) == "open" else "scored"
            found += [(source, claim, state if claim is counts else "repeats") for claim in rivals]
        return [entry for entry in found if self.is_shown(entry[1])]

    def is_shown(self, claim: Row) -> bool:
        """Whether the filters leave the claim in; they are applied after the choice of what counts."""
        since, until = self.filters.get("since"), self.filters.get("until")
        if (since and claim["day"] < date.fromisoformat(since)) or (until and claim["day"] > date.fromisoformat(until)):
            return False
        scenario, basis = self.filters.get("scenario"), self.filters.get("basis")
        question = self.questions.get(claim.get("question", ""), {})
        return (not scenario or question.get("scenario") == scenario) and (
            not basis or claim.get("basis", "analyst") == basis
        )

    # --- scoring -------------------------------------------------------------------------------------------------

    def scores(self, claim: Row, source: str) -> dict[str, tuple[float, float]] | None:
        """Brier score and probability given to what happened: at the point, and at the best and worst ends.

        The ends are those of the words, of the question's variants, and of the places of the sentence on its ladder.
        """
        slug = claim["question"]
        if self.kind(slug) not in ("binary", "multiple_choice", "ordered"):
            return None
        ends = self.readings(claim, slug)
        others = [(claim, variant) for variant in sorted(self.variants[slug]) if self.is_alike(variant, slug)]
        if slug in self.ladders:
            same = self.sentences[source, self.ladders[slug], sentence_of(claim)]
            others += [(one, one["question"]) for one in same if self.own_conditions(one) == "resolved"]
        for one, question in others:
            has_number = self.kind(question) != "binary" or one["p"] is not None
            if has_number and self.state_of(question) == "resolved" and one["day"] <= self.last_day(question):
                other = self.readings(one, question)
                ends["best"] = min(ends["best"], other["best"], key=lambda score: score[0])
                ends["worst"] = max(ends["worst"], other["worst"], key=lambda score: score[0])
        return ends

    def is_alike(self, variant: str, slug: str) -> bool:
        """Whether a claim on a question can be read as one on its variant."""
        options = len(self.questions[variant].get("options", ())) == len(self.questions[slug].get("options", ()))
        return options and self.kind(variant) == self.kind(slug)

    def readings(self, claim: Row, slug: str) -> dict[str, tuple[float, float]]:
        """The scores of a claim on one question."""
        outcome, kind = self.resolutions[slug]["outcome"], self.kind(slug)
        if kind == "binary":
            p, o = claim["p"], float(outcome == "yes")
            low = p if claim["low"] is None else min(claim["low"], p)
            high = p if claim["high"] is None else max(claim["high"], p)
            chosen = {"point": p, "best": high if o else low, "worst": low if o else high}
            return {name: ((x - o) ** 2, x if o else 1 - x) for name, x in chosen.items()}
        options = self.questions[claim["question"]]["options"]
        shares = [claim["probabilities"][option] for option in options]
        place = self.questions[slug]["options"].index(outcome)
        if kind == "ordered":
            steps = [(sum(shares[: i + 1]) - (i >= place)) ** 2 for i in range(len(shares) - 1)]
            score = sum(steps) / len(steps)
        else:
            score = sum((share - (i == place)) ** 2 for i, share in enumerate(shares)) / 2
        return dict.fromkeys(("point", "best", "worst"), (score, shares[place]))

    def measured(self, claim: Row) -> tuple[str, float, bool | None] | None:
        """Of a claim on a number or a day: its unit, its CRPS, and whether its widest stated interval holds what came.

        Both are clipped at the question's range and a day's deadline (in version 1 only for what had not come by it).
        """
        question = self.questions[claim["question"]]
        if self.kind(question["slug"]) not in ("numeric", "date"):
            return None
        points = sorted((float(level), as_number(at)) for level, at in claim["quantiles"].items())
        outcome = self.resolutions[question["slug"]]["outcome"]
        is_date, is_first = self.kind(question["slug"]) == "date", self.filters["formula_version"] == "1"
        low, high = map(as_number, question.get("range", (0, 0)))
        unit, width = "days" if is_date else question.get("unit", ""), 1.0
        bottom, top, deadline = -math.inf, math.inf, as_number(question["resolves_on"])
        if high > low:
            unit, width = "share of the range", high - low
        if high > low and not is_first:
            bottom, top = low, high
        if outcome == "not-by-deadline" or (is_date and not is_first):
            top = min(top, deadline)
        bottom = min(bottom, top)
        came = min(max(deadline if outcome == "not-by-deadline" else as_number(outcome), bottom), top)
        stated = [(level, min(max(at, bottom), top)) for level, at in points if 0 < level < 1]
        levels = tuple(level for level, _ in stated)
        losses = [max(level * (came - at), (level - 1) * (came - at)) for level, at in stated]
        crps = 2 * sum(weight * loss for weight, loss in zip(weights_of(levels), losses, strict=True))
        reaches = (points[0][1] <= bottom or points[0][0] == 0) and (points[-1][1] >= top or points[-1][0] == 1)
        if len(points) > 1 and reaches and math.isfinite(bottom) and bottom < top:
            crps = integral(points, came, bottom, top)
        has_equal_tails = len(levels) > 1 and abs(levels[0] + levels[-1] - 1) <= SAME
        return unit, crps / width, stated[0][1] <= came <= stated[-1][1] if has_equal_tails else None

    def came_true(self, claim: Row) -> bool | None:
        """Whether what a possibility or announcement spoke of came true; None where it cannot be told."""
        slug = claim.get("question", "")
        if not slug or self.state_of(slug) != "resolved" or self.own_conditions(claim) != "resolved":
            return None
        if claim["day"] > self.last_day(slug):
            return None
        outcome = self.resolutions[slug]["outcome"]
        if self.kind(slug) == "binary":
            spoke_of_yes = claim.get("phrase_about", "yes") == "yes"
            if claim.get("claim_type") == "announcement" and claim["p"] not in (None, 0.5):
                spoke_of_yes = claim["p"] > 0.5
            return (outcome == "yes") is spoke_of_yes
        shares = claim.get("probabilities", {})
        best = [option for option, share in shares.items() if share == max(shares.values())]
        told = self.kind(slug) in ("multiple_choice", "ordered") and len(best) == 1
        return best == [outcome] if told else None


# --- sampling intervals ------------------------------------------------------------------------------------------


def beta_share(x: float, a: float, b: float) -> float:
    """The share of the beta distribution below x: the regularised incomplete beta function (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    logs = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    tiny = 1e-300
    fraction, upper, lower = 1.0, 1.0, 0.0
    for step in range(100_000):
        m = step // 2
        if step == 0:
            term = 1.0
        elif step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1 / (1 + term * lower or tiny)
        upper = 1 + term / upper or tiny
        fraction *= upper * lower
        if abs(upper * lower - 1) < 1e-15:
            break
    return math.exp(logs) * (fraction - 1) / a


def beta_quantile(level: float, a: float, b: float) -> float:
    """Where the beta distribution has that share below, by halving."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high and high - low > 1e-15:
        low, high = (middle, high) if beta_share(middle, a, b) < level else (low, middle)
    return (low + high) / 2


def bounded(scores: list[float]) -> tuple[float | None, float | None]:
    """The 95 % interval for the mean of a variable between 0 and 1.

    For each end one more score is added at the bound that is unfavourable to it, and all are rescaled by their own
    least and greatest; the end is the quantile of the beta distribution with their mean and their variance / (n + 2).
    """
    if not scores:
        return None, None
    ends = []
    for bound, level in ((0.0, TAIL), (1.0, 1 - TAIL)):
        values = [*scores, bound]
        least, width = min(values), max(values) - min(values)
        if width <= SAME:
            ends.append(bound)
            continue
        scaled = [(value - least) / width for value in values]
        centre = math.fsum(scaled) / len(scaled)
        spread = math.fsum((value - centre) ** 2 for value in scaled) / len(scaled) / (len(scores) + 2)
        total = centre * (1 - centre) / spread - 1
        ends.append(least + width * beta_quantile(level, centre * total, (1 - centre) * total))
    return ends[0], ends[1]


def student(scores: list[float]) -> tuple[float | None, float | None]:
    """The interval of version 1: mean and t times its standard error, cut to 0 and 1, from five scores on."""
    n = len(scores)
    if n < 5:
        return None, None
    centre = math.fsum(scores) / n
    error = math.sqrt(math.fsum((score - centre) ** 2 for score in scores) / (n - 1) / n)
    share = beta_quantile(2 * TAIL, (n - 1) / 2, 0.5)
    reach = math.sqrt((n - 1) * (1 - share) / share) * error
    return max(centre - reach, 0.0), min(centre + reach, 1.0)


def intervals(scores: list[float], scenarios: list[str], version: str) -> Row:
    """The ends of the sampling intervals, over questions and over the means of scenarios where there are several."""
    if version == "1":
        return dict(zip(("brier_low", "brier_high"), student(scores), strict=True))
    of_scenario: dict[str, list[float]] = defaultdict(list)
    for scenario, score in zip(scenarios, scores, strict=True):
        of_scenario[scenario].append(score)
    means = [math.fsum(values) / len(values) for values in of_scenario.values()]
    over = bounded(means) if len(means) > 1 else (None, None)
    return dict(zip(("brier_low", "brier_high", *OVER_SCENARIOS), (*bounded(scores), *over), strict=True))


# --- benefit of the doubt ----------------------------------------------------------------------------------------


def whole_weights(weights: list[float]) -> list[int]:
    """The weights as whole numbers: in up to seven decimals, or as many as leave no more than MOST_SUMS sums."""
    decimals = 1
    while decimals < FINEST and any(abs(w * 10**decimals - round(w * 10**decimals)) > 1e-6 for w in weights):
        if math.fsum(map(abs, weights)) * 10 ** (decimals + 1) > MOST_SUMS:
            break
        decimals += 1
    whole = [round(w * 10**decimals) for w in weights]
    unit = math.gcd(*whole) or 1
    return [w // unit for w in whole]


def overconfidence(claims: list[tuple[float, float, float]]) -> float | None:
    """How often a sum of (p - x)^2 at least as large as the one that came would come about, were each chance true.

    Each claim is its number p, the chance that the words are taken for, and x, 1 or 0. The sum is linear in each x,
    with weight 1 - 2p. The weighted sums are convolved; of more than 300 claims the normal distribution is taken,
    corrected for skewness and ties.
    """
    if not claims:
        return None
    weights = whole_weights([1 - 2 * p for p, _, _ in claims])
    if len(claims) > MOST_EXACT:
        spreads = [(w, chance, chance * (1 - chance)) for w, (_, chance, _) in zip(weights, claims, strict=True)]
        variance = math.fsum(w * w * spread for w, _, spread in spreads)
        distance = math.fsum(w * (x - chance) for w, (_, chance, x) in zip(weights, claims, strict=True)) - 0.5
        if variance == 0:
            return float(distance < 0)
        z = distance / math.sqrt(variance)
        skewness = (
            math.fsum(w**3 * spread * (1 - 2 * chance) for w, chance, spread in spreads)
            / variance
            / math.sqrt(variance)
        )
        density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        return min(max(math.erfc(z / math.sqrt(2)) / 2 + density * skewness * (z * z - 1) / 6, 0.0), 1.0)
    shares, reached = [1.0], 0
    for weight, (_, chance, x) in zip(weights, claims, strict=True):
        # what did not happen adds the weight of a claim whose weight is negative
        step, adds, added = (weight, chance, x == 1) if weight >= 0 else (-weight, 1 - chance, x == 0)
        reached += step * added
        none = [0.0] * step
        shares = [a * (1 - adds) + b * adds for a, b in zip(shares + none, none + shares, strict=True)]
    return min(math.fsum(shares[reached:]), 1.0)


def doubts(claims: list[Row]) -> Row:
    """As coded, read as leniently as the words allow, and so read with the first claim of each scenario alone.

    The claims are in the order in which they are chosen: day, the article's day, own before others, paragraph, name.
    """
    rows: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    seen = set()
    for claim in claims:
        p, low, high = claim["p"], claim["low"], claim["high"]
        low, high = (p if end is None else end for end in (low, high))
        kindest = min(low, p) if p > 0.5 else max(high, p) if p < 0.5 else p
        rows["coded"].append((p, p, claim["x"]))
        rows["lenient"].append((p, kindest, claim["x"]))
        if claim["scenario"] not in seen:
            seen.add(claim["scenario"])
            rows["alone"].append((p, kindest, claim["x"]))
    return dict(zip(DOUBTS, (overconfidence(rows[name]) for name in ("coded", "lenient", "alone")), strict=True))


def scorecards(record: Record) -> dict[str, Row]:
    """The counts and figures of every source."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    scores: dict[str, list[dict[str, tuple[float, float]]]] = defaultdict(list)
    scenarios: dict[str, list[str]] = defaultdict(list)
    binary: dict[str, list[Row]] = defaultdict(list)
    measured: dict[str, dict[str, list[tuple[float, bool | None]]]] = defaultdict(lambda: defaultdict(list))
    for source, claim, bucket in record.buckets():
        counts[source].update(("predictions", bucket))
        if bucket == "scored" and (ends := record.scores(claim, source)):
            scores[source].append(ends)
            question = record.questions[claim["question"]]
            scenarios[source].append(question.get("scenario") or f"question {question['slug']}")
            if record.kind(claim["question"]) == "binary":
                happened = float(record.resolutions[claim["question"]]["outcome"] == "yes")
                binary[source].append({**claim, "x": happened, "scenario": scenarios[source][-1]})
        elif bucket == "scored" and (found := record.measured(claim)):
            measured[source][found[0]].append(found[1:])
        elif bucket in ("possibilities", "announcements") and (came := record.came_true(claim)) is not None:
            counts[source][f"{bucket}_settled"] += 1
            counts[source][f"{bucket}_{'realised' if bucket == 'possibilities' else 'kept'}"] += came
    cards = {}
    for source, count in counts.items():
        card: Row = {name: count[name] for name in COUNTS}
        used = [ends[record.filters["wording"]] for ends in scores[source]]
        given = [share for _, share in used]
        card["clipped"] = sum(share < EPSILON or share > 1 - EPSILON for share in given)
        card["brier"] = mean([score for score, _ in used])
        card |= intervals([score for score, _ in used], scenarios[source], record.filters["formula_version"])
        if record.filters["formula_version"] != "1":
            card |= doubts(sorted(binary[source], key=lambda claim: claim["key"]))
        card["brier_best"] = mean([ends["best"][0] for ends in scores[source]])
        card["brier_worst"] = mean([ends["worst"][0] for ends in scores[source]])
        card["log_loss"] = mean([-math.log(min(max(share, EPSILON), 1 - EPSILON)) for share in given])
        card["crps"] = {unit: of_unit(rows) for unit, rows in measured[source].items()}
        cards[source] = card
    return cards


def of_unit(rows: list[tuple[float, bool | None]]) -> Row:
    """The figures of the claims in one unit."""
    insides = [float(is_inside) for _, is_inside in rows if is_inside is not None]
    return {"n": len(rows), "mean": mean([crps for crps, _ in rows]), "coverage": mean(insides)}


def as_number(value: Any) -> float:
    """A number, or a day counted from the first of year 1."""
    return value.toordinal() if isinstance(value, date) else float(value)


def integral(points: list[tuple[float, float]], came: float, low: float, high: float) -> float:
    """The integral from low to high of (F less what came) squared, F linear between the points of a distribution."""
    points = [
        (0.0, low) if low < points[0][1] else points[0],
        *points,
        (1.0, high) if high > points[-1][1] else points[-1],
    ]
    if points[0] == (0.0, low):
        points.insert(1, (0.0, points[1][1]))
    if points[-1] == (1.0, high):
        points.insert(-1, (1.0, points[-2][1]))
    total = 0.0
    for (f, x), (g, y) in pairwise(points):
        for begin, end, truth in ((max(x, low), min(y, high, came), 0), (max(x, low, came), min(y, high), 1)):
            if end > begin:
                a, b = (f + (g - f) * (at - x) / (y - x) - truth for at in (begin, end))
                total += (end - begin) * (a * a + a * b + b * b) / 3
    return total


def weights_of(levels: tuple[float, ...]) -> list[float]:
    """Half the gap to each neighbouring level, an end level's outer half equal to its inner; 1 in sum."""
    if len(levels) == 1:
        return [1.0]
    gaps = [later - earlier for earlier, later in pairwise(levels)]
    weights = [below + above for below, above in zip([gaps[0], *gaps], [*gaps, gaps[-1]], strict=True)]
    return [weight / sum(weights) for weight in weights]


def mean(values: list[float]) -> float | None:
    """The mean, None of nothing."""
    return math.fsum(values) / len(values) if values else None


# --- comparing ---------------------------------------------------------------------------------------------------


def is_same(one: float | None, other: float | None) -> bool:
    """Whether two figures are equal but for rounding in the last digits."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= SAME


def differences(folder: Path) -> tuple[int, list[str]]:
    """How many figures were compared, and what differs."""
    published = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    found = [
        f"{name} is not the file that the bundle was made with"
        for name, digest in manifest["sha256"].items()
        if sha256((folder / name).read_bytes()).hexdigest() != digest
    ]
    recomputed = scorecards(Record(read_pack(folder / "pack"), published))
    figures = FIGURES if published["formula_version"] == "1" else (*FIGURES, *SINCE_2)
    compared = 0
    for card in published["scorecards"]:
        mine = recomputed.get(card["source"], dict.fromkeys(COUNTS, 0) | dict.fromkeys(figures) | {"crps": {}})
        pairs = [(name, card[name], mine[name]) for name in (*COUNTS, *figures)]
        by_unit = {row["unit"]: row for row in card["crps"]}
        for unit in sorted(by_unit.keys() | mine["crps"].keys()):
            theirs, own = (rows.get(unit, dict.fromkeys(OF_UNIT)) for rows in (by_unit, mine["crps"]))
            pairs += [(f"CRPS in {unit or 'no unit'}, {name}", theirs[name], own[name]) for name in OF_UNIT]
        for name, theirs, own in pairs:
            compared += 1
            if not is_same(theirs, own):
                found.append(f"{card['source']}: {name} is published as {theirs}, recomputed {own}")
    names = {card["source"] for card in published["scorecards"]}
    if manifest.get("all_sources", True):
        found += [f"{source}: has claims but no scorecard" for source in sorted(recomputed.keys() - names)]
    return compared, found


def of_cards(path: Path) -> tuple[int, list[str]]:
    """The same of an exported file of scorecards, from what it says of the claims on each card."""
    published = json.loads(path.read_text(encoding="utf-8"))
    compared, found = 0, []
    for card in published["scorecards"]:
        scored = [claim for claim in card["claims"] if claim["brier"] is not None]
        scenarios = [claim["scenario"] or f"question {claim['question']}" for claim in scored]
        scores = [claim["brier"] for claim in scored]
        binary = [
            {**claim, "p": claim["probability"], "x": float(claim["outcome"] == "yes"), "scenario": scenario}
            for claim, scenario in zip(scored, scenarios, strict=True)
            if claim["kind"] == "binary"
        ]
        count = Counter(claim["bucket"] for claim in card["claims"])
        mine: Row = {**{bucket: count[bucket] for bucket in BUCKETS}, "predictions": len(card["claims"])}
        mine |= {"brier": mean(scores), "log_loss": mean([claim["log_loss"] for claim in scored])}
        mine |= intervals(scores, scenarios, published["formula_version"])
        if published["formula_version"] != "1":
            mine |= doubts(binary)
        for name, own in mine.items():
            compared += 1
            if not is_same(card[name], own):
                found.append(f"{card['source']}: {name} is published as {card[name]}, recomputed {own}")
    return compared, found


def main() -> int:
    """Compare, and say what differs."""
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    try:
        compared, found = differences(place) if place.is_dir() else of_cards(place)
    except (OSError, KeyError, ValueError, TypeError) as error:
        print(f"{'The bundle in ' if place.is_dir() else ''}{place} cannot be read: {error!r}")
        return 2
    for line in found:
        print(line)
    print(f"{compared} figures compared: {'all equal' if not found else f'{len(found)} differences'}.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
