"""Classification: the bucket of every claim (late, void, scored …), by the rules in their order."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from forecasts.domain.kinds import Attribution, Bucket, ClaimType, Endorsement, Fidelity, Fit, QuestionKind
from forecasts.scoring.arrays import Rows, order_by, run_starts
from forecasts.scoring.columns import NO_TIME, By, Columns, QuestionState, Which
from forecasts.scoring.counting.question_states import claim_states, ladders, last_timely_day, question_states
from forecasts.scoring.counting.view import View, claim_days, holders

Ints = NDArray[np.int32]
Indices = NDArray[np.intp]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int8]


def chosen_claims(columns: Columns, prediction: Ints, source: Ints, day: Ints, which: Which) -> Indices:
    """The places, among these pairs of prediction and source, of the one that counts for each source and question.

    The order is: day, time of day (what has none comes last), the article's date, own before any other stance,
    paragraph, slug. A revision comes after what it
    supersedes: its place is its own or that of what it supersedes, whichever is later. `day` is by prediction. The
    result is in the order of source and question.
    """
    question = columns.predictions.question[prediction]
    order = order_by(source, question)
    first = run_starts(source[order], question[order])
    if first.all():
        return order
    last = np.append(first[1:], True)
    several = np.flatnonzero(~(first & last))
    rows = order[several]
    group = np.cumsum(first[several])
    order[several] = rows[order_by(group, *_places(columns, prediction[rows], day))]
    return order[first] if which == "first" else order[last]


def _places(columns: Columns, prediction: Ints, day: Ints) -> list[NDArray[Any]]:
    """The keys that order these predictions, the most significant first."""
    keys = claim_keys(columns, prediction, day)
    revisions = np.flatnonzero(columns.predictions.supersedes >= 0).astype(np.int32)
    if revisions.size == 0:
        return keys
    earlier = columns.predictions.supersedes[revisions]
    if not _any_before(claim_keys(columns, revisions, day), claim_keys(columns, earlier, day)):
        return keys
    return _places_after_superseded(columns, prediction, revisions, day)


def claim_keys(columns: Columns, prediction: Ints, day: Ints) -> list[NDArray[Any]]:
    predictions, articles = columns.predictions, columns.articles
    article = predictions.article[prediction]
    dated = day[prediction]
    time = np.where(dated == predictions.made_last[prediction], predictions.made_at[prediction], NO_TIME)
    if len(articles):
        dated = np.where(article >= 0, articles.last_day[article], dated)
    borrowed = (predictions.endorsement[prediction] != Endorsement.OWN.code).astype(np.int32)
    return [
        day[prediction],
        time,
        dated,
        borrowed,
        predictions.paragraph[prediction],
        predictions.slug_rank[prediction],
    ]


def _any_before(one: list[NDArray[Any]], other: list[NDArray[Any]]) -> bool:
    """Whether any row of one comes before the same row of the other."""
    undecided = np.ones(one[0].shape, dtype=np.bool_)
    for mine, theirs in zip(one, other, strict=True):
        if bool(np.any(undecided & (mine < theirs))):
            return True
        undecided &= mine == theirs
    return False


def _places_after_superseded(columns: Columns, prediction: Ints, revisions: Ints, day: Ints) -> list[NDArray[np.int32]]:
    """For each of these predictions: its place, how many revisions deep it took that place, and its own rank."""
    earlier = columns.predictions.supersedes[revisions]
    is_known = np.zeros(len(columns.predictions), dtype=np.bool_)
    for those in (prediction, revisions, earlier):
        is_known[those] = True
    known = np.flatnonzero(is_known).astype(np.int32)
    rank = np.empty(known.size, dtype=np.int32)
    rank[order_by(*claim_keys(columns, known, day))] = np.arange(known.size)
    later, former = np.searchsorted(known, revisions), np.searchsorted(known, earlier)
    place, depth = rank.copy(), np.zeros_like(rank)
    while True:
        pushed = rank[later] < place[former]
        new_place = np.where(pushed, place[former], rank[later])
        new_depth = np.where(pushed, depth[former] + 1, 0)
        if np.array_equal(new_place, place[later]) and np.array_equal(new_depth, depth[later]):
            mine = np.searchsorted(known, prediction)
            return [place[mine], depth[mine], rank[mine]]
        place[later], depth[later] = new_place, new_depth


CANDIDATE: Final = -1
"""A claim that may count: its bucket depends on the source's other claims and on where its question stands."""

COUNTED_ONCE: Final = (
    CANDIDATE,
    *(bucket.code for bucket in (Bucket.PROXIES, Bucket.POSSIBILITIES, Bucket.ANNOUNCEMENTS)),
)
"""Of what is none of these there is no count in which a sentence could be twice."""

SEVERAL_OPTIONS: Final = (QuestionKind.MULTIPLE_CHOICE.code, QuestionKind.ORDERED.code)
BUCKET_OF_STANDING: Final = np.array(
    [
        {
            QuestionState.OPEN: Bucket.OPEN.code,
            QuestionState.RESOLVED: Bucket.SCORED.code,
            QuestionState.VOID: Bucket.VOID.code,
            QuestionState.UNTESTED: Bucket.UNTESTED.code,
        }[state]
        for state in QuestionState
    ],
    dtype=np.int8,
)


@dataclass(frozen=True, slots=True)
class Claims(Rows):
    """Every prediction on every card: parallel arrays, one row per pair of prediction and source.

    prediction  int32  its position
    source      int32  the position of whose card it is on
    day         int32  the day it counts from on this card
    bucket      int8   kinds.Bucket
    """

    prediction: Ints
    source: Ints
    day: Ints
    bucket: Codes

    def counts(self, sources: int) -> NDArray[np.int64]:
        """How many claims each source has in each bucket, shape (sources, 11): a row sums to all its predictions."""
        key = self.source * np.int64(len(Bucket)) + self.bucket
        return np.bincount(key, minlength=sources * len(Bucket)).reshape(sources, len(Bucket))


def classify(
    columns: Columns,
    *,
    by: By = "speaker",
    which: Which = "first",
    since: int | None = None,
    until: int | None = None,
    scenario: int | None = None,
    basis: int | None = None,
) -> Claims:
    """Puts every claim of every source into exactly one bucket; the buckets add up to the source's predictions.

    The first that applies:

    1. `set_aside`: it cannot safely be held to be a claim of its own by this source: its attribution is ambiguous, its
       relay was hardened, softened or never verified, it restates another prediction, it is a presupposition, or it
       names a variant, which is for sensitivity only. First, so that nothing a carrier did to it, and nothing said
       twice, counts as the source's vagueness or hedging. Fidelity protects who was quoted: on the cards of authors
       and outlets what they endorse counts as they put it.
    2. `unscorable`: it was marked so, or has no question.
    3. `possibilities`, `announcements`: by its claim type, early or late, repeated or not; they are counted as raised
       and made, and as come true and kept where they were timely.
    4. `unscorable` again: a forecast without the number that its question needs.
    5. `proxies`: its question is not what was said.
    6. `late`: made after the close, or not before the day on which the outcome became knowable. What is late never
       counts, so it never displaces what does.
    7. `untested`: a condition of its own was not met. It said nothing of what came, so it displaces nothing either.
    8. `repeats`: the same sentence counts on another question of the ladder: among the places that are not late, on the
       question nearest to its words (by fit, then by whose deadline it has). So for possibilities and announcements.
       Or another claim by this source on this question counts (`which`). The choice does not look at what the
       question came out as, nor whether it did: only claims that turn out to have been late drop out of it.
    9. `void`, `untested`, `open` or `scored`: where its question stands, conditions followed; open too while a
       condition of its own is open.

    since, until (days, both inclusive), scenario and basis (codes) leave out rows after the choice, from every bucket.
    Raises ValueError for an unknown `by` or `which`, and where conditions form a cycle.
    """
    view = View(by=by, which=which, since=since, until=until, scenario=scenario, basis=basis)
    prediction, source = holders(columns, by)
    return sort_claims(columns, prediction, source, view)[0]


def sort_claims(columns: Columns, prediction: Ints, source: Ints, view: View) -> tuple[Claims, Claims]:
    """Buckets for the given pairs of prediction and source, and those of the proxies among them.

    The second result is what the proxies come to among themselves, each taken for what was said.
    """
    day = claim_days(columns, view.by)
    states = question_states(columns.questions)
    own = claim_states(columns.predictions, columns.questions, states)
    ground = _Ground(day, own, _timing(columns, day, own), states)
    status = _claim_status(columns, ground.timing, view.by)[prediction]
    status[_counts_elsewhere(columns, prediction, source, status, ground)] = Bucket.REPEATS.code
    proxies = np.flatnonzero(status == Bucket.PROXIES.code)
    claims = _settled(columns, prediction, source, status, ground, view)
    timing = ground.timing[prediction[proxies]]
    return claims, _settled(columns, prediction[proxies], source[proxies], timing, ground, view)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is known of predictions and questions before any source is looked at.

    day       by prediction, the day it counts from
    own       by prediction, what its own conditions make of it
    timing    by prediction, LATE, UNTESTED by a condition of its own, or CANDIDATE
    states  by question
    """

    day: Ints
    own: Codes
    timing: Codes
    states: Codes


def _settled(columns: Columns, prediction: Ints, source: Ints, status: Codes, ground: _Ground, view: View) -> Claims:
    """The claims of these pairs, every CANDIDATE put into its bucket, and the filters applied."""
    bucket = status.copy()
    candidates = np.flatnonzero(status == CANDIDATE)
    bucket[candidates] = Bucket.REPEATS.code
    counts = np.zeros(candidates.size, dtype=np.bool_)
    counts[chosen_claims(columns, prediction[candidates], source[candidates], ground.day, view.which)] = True
    chosen = candidates[counts]
    counting = prediction[chosen]
    state = ground.states[columns.predictions.question[counting]]
    waiting = (ground.own[counting] == QuestionState.OPEN) & (state == QuestionState.RESOLVED)
    bucket[chosen] = BUCKET_OF_STANDING[np.where(waiting, QuestionState.OPEN, state)]
    return _filtered(columns, Claims(prediction, source, ground.day[prediction], bucket), view)


def _counts_elsewhere(columns: Columns, prediction: Ints, source: Ints, status: Codes, ground: _Ground) -> Indices:
    """The places among these pairs whose sentence counts on another question of the ladder."""
    table, questions = columns.predictions, columns.questions
    if questions.implied.size == 0:
        return np.zeros(0, dtype=np.intp)
    ladder, asked = ladders(questions), table.question[prediction]
    once = (table.sentence[prediction] != 0) & (asked >= 0) & (ladder[asked] >= 0)
    rows = np.flatnonzero(once & np.isin(status, COUNTED_ONCE))
    said, question = prediction[rows], asked[rows]
    group = source[rows], table.sentence[said], ladder[question]
    untimely = (ground.timing[said] != CANDIDATE).astype(np.int8)
    nearest = untimely, table.fit[said], questions.deadline_basis[question]
    order = order_by(*group, *nearest, *claim_keys(columns, said, ground.day))
    return rows[order[~run_starts(*(part[order] for part in group))]]


def _timing(columns: Columns, day: Ints, own: Codes) -> Codes:
    """LATE, UNTESTED by a condition of its own, or CANDIDATE, for each prediction."""
    status = np.full(len(columns.predictions), CANDIDATE, dtype=np.int8)
    status[own == QuestionState.UNTESTED] = Bucket.UNTESTED.code
    if len(columns.questions):
        status[day > last_timely_day(columns.questions)[columns.predictions.question]] = Bucket.LATE.code
    return status


def _claim_status(columns: Columns, timing: Codes, by: By) -> Codes:
    """The bucket that each prediction is in whoever holds it, or CANDIDATE; see `classify` for the order."""
    table, status = columns.predictions, timing.copy()
    status[table.fit == Fit.PROXY.code] = Bucket.PROXIES.code
    status[~has_number(columns)] = Bucket.UNSCORABLE.code
    status[table.claim_type == ClaimType.ANNOUNCEMENT.code] = Bucket.ANNOUNCEMENTS.code
    status[table.claim_type == ClaimType.POSSIBILITY.code] = Bucket.POSSIBILITIES.code
    status[table.unscorable | (table.question < 0)] = Bucket.UNSCORABLE.code
    for holds in aside_rules(columns, by).values():
        status[holds] = Bucket.SET_ASIDE.code
    return status


def aside_rules(columns: Columns, by: By) -> dict[str, Bools]:
    """Which predictions are set aside, by the rule, named as the word that says so; the first that holds is why."""
    table, is_variant = columns.predictions, columns.questions.variant_of >= 0
    unfaithful: Bools = table.fidelity > Fidelity.FAITHFUL.code
    if by != "speaker":
        unfaithful &= table.endorsement != Endorsement.ENDORSED.code
    rules = {
        "attribution": table.attribution == Attribution.AMBIGUOUS.code,
        "fidelity": unfaithful,
        "restates": table.restates >= 0,
        "presupposition": table.claim_type == ClaimType.PRESUPPOSITION.code,
    }
    return rules | ({"variant": (table.question >= 0) & is_variant[table.question]} if is_variant.any() else {})


def has_number(columns: Columns) -> Bools:
    """Whether each prediction carries the number that its question's kind needs."""
    table, questions = columns.predictions, columns.questions
    binary = ~np.isnan(table.probability)
    if len(questions) == 0 or bool(np.all(questions.kind == QuestionKind.BINARY.code)):
        return binary
    kind = questions.kind[table.question]
    options = table.option_start[1:] > table.option_start[:-1]
    quantiles = table.quantile_start[1:] > table.quantile_start[:-1]
    return np.where(
        kind == QuestionKind.BINARY.code, binary, np.where(np.isin(kind, SEVERAL_OPTIONS), options, quantiles)
    )


def _filtered(columns: Columns, claims: Claims, view: View) -> Claims:
    kept: Bools | None = None
    if view.since is not None:
        kept = claims.day >= view.since
    if view.until is not None:
        kept = _both(kept, claims.day <= view.until)
    if view.scenario is not None:
        kept = _both(kept, _in_scenario(columns, claims.prediction, view.scenario))
    if view.basis is not None:
        kept = _both(kept, columns.predictions.basis[claims.prediction] == view.basis)
    return claims if kept is None else claims.where(kept)


def _both(kept: Bools | None, condition: Bools) -> Bools:
    return condition if kept is None else kept & condition


def _in_scenario(columns: Columns, prediction: Ints, scenario: int) -> Bools:
    question = columns.predictions.question[prediction]
    if len(columns.questions) == 0:
        return np.zeros(question.shape, dtype=np.bool_)
    inside: Bools = (question >= 0) & (columns.questions.scenario[question] == scenario)
    return inside
