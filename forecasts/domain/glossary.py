"""Glossary: what buckets, figures, vocabularies and statuses are called and mean, for every screen, file and page."""

from enum import StrEnum
from typing import Final, NamedTuple

from forecasts.domain import kinds
from forecasts.domain.formats import capitalised, chance, figure

LOWER: Final = "lower is better"
HIGHER: Final = "higher is better"


class BucketTerm(NamedTuple):
    """A bucket: its name, the noun of one claim in it, why such a claim is not scored, and the whole rule."""

    label: str
    short: str
    text: str
    one: str = ""

    def counted(self, count: int) -> str:
        """So many claims of the bucket: 1 possibility, 1,200 too vague."""
        return f"{count:,} {self.one if count == 1 and self.one else self.label}"


BUCKETS: Final[dict[kinds.Bucket, BucketTerm]] = {
    kinds.Bucket.SCORED: BucketTerm(
        "scored", "in the figures", "Forecasts whose question has come out: they make the figures."
    ),
    kinds.Bucket.OPEN: BucketTerm(
        "open",
        "its question, or a condition, is open",
        "The question is not resolved, or a condition it depends on is not.",
    ),
    kinds.Bucket.VOID: BucketTerm(
        "void",
        "its question is void",
        "The facts stayed unclear, or the question turned out badly put: nobody is scored.",
    ),
    kinds.Bucket.UNTESTED: BucketTerm(
        "untested",
        "its condition was not met",
        "Its own condition was not met, or its question's: never put to the test.",
    ),
    kinds.Bucket.LATE: BucketTerm(
        "late",
        "made after the close, or when the outcome could be known",
        "Made after the close, or on the day on which the outcome could be known, or later.",
    ),
    kinds.Bucket.UNSCORABLE: BucketTerm(
        "too vague",
        "cannot be tested",
        "Marked as impossible to test, with the reason; without a question; or a forecast without the number that its "
        "question needs.",
    ),
    kinds.Bucket.POSSIBILITIES: BucketTerm(
        "possibilities",
        "a possibility raised, not a forecast",
        "“May” and “could”: neither right nor wrong when they fail. Of those on resolved questions it is counted how "
        "many came true.",
        "possibility",
    ),
    kinds.Bucket.ANNOUNCEMENTS: BucketTerm(
        "announcements",
        "announced by who controls it",
        "Said by those who control the event: no forecast. Of those on resolved questions it is counted how many were "
        "kept.",
        "announcement",
    ),
    kinds.Bucket.PROXIES: BucketTerm(
        "proxies",
        "its question is a proxy for what was said",
        "The question is only near to what was said. Those that have come out are scored among themselves, apart from "
        "every other figure.",
        "proxy",
    ),
    kinds.Bucket.SET_ASIDE: BucketTerm(
        "set aside",
        "not sure whose it is or how faithful, a restatement, a presupposition, or on a variant",
        "It is not sure whose claim it is; a carrier hardened or softened it, or nobody verified it; it restates "
        "another; it is a presupposition; or it is about a variant of a question.",
    ),
    kinds.Bucket.REPEATS: BucketTerm(
        "repeats",
        "another of its claims on this question counts, or this sentence on another",
        "Another claim of the same source on the same question counts, or the same sentence on another question of a "
        "ladder.",
        "repeat",
    ),
}
"""By bucket, in the order in which they are shown."""


ASIDE: Final = {"presupposition": "a presupposition", "variant": "about a variant of a question"}
"""Why a claim is set aside, where no word of its own says it."""


COIN: Final = 0.25
"""The Brier score of who says 50 % to everything."""


class FigureTerm(NamedTuple):
    """A figure of a scorecard: its name, how it is computed, its scale, which way is better, and what it tells."""

    label: str
    rule: str
    scale: str = ""
    direction: str = ""
    text: str = ""
    digits: int = 2
    is_chance: bool = False

    def shown(self, value: float | None) -> str:
        """The figure, rounded; a chance that would read as none at all: below 0.001."""
        return chance(value, self.digits) if self.is_chance else figure(value, self.digits)

    @property
    def reading(self) -> str:
        """How to read it, in short: 0 to 6.91, lower is better."""
        return ", ".join(filter(None, (self.scale, self.direction)))

    @property
    def explained(self) -> str:
        """How to read it, and what it tells, in sentences."""
        reading = f"{capitalised(self.reading)}. " if self.reading else ""
        return f"{reading}{self.text}".strip()


FIGURES: Final[dict[str, FigureTerm]] = {
    "brier": FigureTerm("Brier score", "mean of (p − o)²", "0 to 1", LOWER, "0.25 is a coin.", 3),
    "overconfidence_p": FigureTerm(
        "Benefit of the doubt",
        "how often so high a Brier score would come about, were every number right",
        "0 to 1",
        HIGHER,
        "Near 0 speaks against the source, above 0.5 nothing does; tests over-confidence only.",
        3,
        is_chance=True,
    ),
    "overconfidence_p_lenient": FigureTerm(
        "Benefit of the doubt, lenient",
        "the same with the words read as leniently as their ranges allow",
        "0 to 1",
        HIGHER,
        "The highest that any reading within the ranges gives.",
        3,
        is_chance=True,
    ),
    "overconfidence_p_lenient_by_scenario": FigureTerm(
        "Benefit of the doubt, by scenario",
        "the lenient one over the first claim of each scenario alone",
        "0 to 1",
        HIGHER,
        "Claims of one scenario stand and fall together.",
        3,
        is_chance=True,
    ),
    "log_loss": FigureTerm(
        "Log loss",
        "mean of −ln p, p within 0.001 to 0.999",
        "0 to 6.91",
        LOWER,
        "Punishes certainty that was wrong far more than Brier does.",
        3,
    ),
    "baseline_score": FigureTerm(
        "Baseline score", "against even chances", "up to 100", HIGHER, "0 is knowing nothing.", 1
    ),
    "peer_score": FigureTerm(
        "Peer score",
        "against the others on the question who did not join it there",
        "",
        HIGHER,
        "0 is the average of the other sources on the same questions.",
        1,
    ),
    "gain": FigureTerm(
        "Gain over the reference",
        "reference's Brier less its own",
        "−1 to 1",
        HIGHER,
        "Against the base rate or price recorded with the question.",
        3,
    ),
    "skill": FigureTerm(
        "Skill against the reference",
        "1 − Brier / reference's Brier",
        "up to 1",
        HIGHER,
        "0 is as good as the reference.",
        3,
    ),
    "difficulty_adjusted_brier": FigureTerm(
        "Difficulty-adjusted Brier",
        "net of how hard its questions were",
        "",
        LOWER,
        "Comparable within sources that share questions only.",
        3,
    ),
    "accuracy": FigureTerm(
        "Accuracy",
        "share on the right side of one half",
        "0 to 1",
        HIGHER,
        "Of yes-or-no forecasts; one half itself counts half.",
    ),
    "sharpness": FigureTerm(
        "Sharpness",
        "mean of 4(p − ½)², how far from a coin",
        "0 to 1",
        "",
        "How far from 50 % the source dares to go; no merit by itself.",
    ),
    "calibration_brier": FigureTerm(
        "Brier of the calibration sample",
        "miscalibration − discrimination + uncertainty",
        "0 to 1",
        LOWER,
        "Of yes-or-no claims whose deadline is past.",
        3,
    ),
    "miscalibration": FigureTerm(
        "Miscalibration", "CORP", "", LOWER, "What the score would gain if 70 % always meant 70 %.", 3
    ),
    "discrimination": FigureTerm(
        "Discrimination", "CORP", "", HIGHER, "How well the source tells what comes from what does not.", 3
    ),
    "uncertainty": FigureTerm(
        "Uncertainty",
        "CORP, of the outcomes themselves",
        "",
        "",
        "Says something about the questions, nothing about the source.",
        3,
    ),
    "vagueness": FigureTerm(
        "Vagueness", "too vague / all claims", "0 to 1", LOWER, "Claims too vague among all in fully read articles."
    ),
    "hedging": FigureTerm(
        "Hedging",
        "“may” and “could” / all claims",
        "0 to 1",
        LOWER,
        "Claims that say “may” or “could”, too vague or not, among all in fully read articles.",
    ),
}
"""By the name of the scorecard's field, in the order in which they are shown."""

LEAST_QUESTIONS: Final = 10
LEAST_SCENARIOS: Final = 3
ENOUGH: Final = f"{LEAST_QUESTIONS} questions with a Brier score, from at least {LEAST_SCENARIOS} scenarios"
"""What a source has at least that is ranked."""

SAMPLING: Final = "how far the mean could be off because so few questions are counted, 95 %"
CODING: Final = "every claim read as serves the source best, and worst: within its range, and on variants and ladders"
"""What the two intervals beside a Brier score say."""

HINDSIGHT: Final = tuple(
    f"hindsight_{what}{state}" for what in ("questions", "predictions", "references") for state in ("", "_unknown")
)
"""The counts of what was written when the outcome could be known already, and of what it is not known."""

TIES: Final = "A claim that favours several outcomes alike counts as a share of one: at 50 % a half."
"""What is said below counts of what came true where they are not whole."""

WORTH: Final = "What the words turned out to be worth"
"""What stands above the words of a card with what they were read as, and of this `READ_AS`."""

READ_AS: Final = (
    "A reading aid, not a score: what each word was read as, with its range, and that range after seeing how often "
    "what was said so came true."
)

PROPOSED: Final = "first proposed by a program, then read and recorded by an analyst"

INCOHERENT: Final = "Numbers that contradict each other"
"""What stands above the claims of a source that cannot all be right."""

SECTIONS: Final = {
    **dict.fromkeys(("brier_low", "brier_high", "sampling"), "Sampling interval"),
    **dict.fromkeys(("brier_best", "brier_worst", "coding"), "Coding interval"),
    "brier": "Brier score",
    "brier_n": "Brier score",
    "binary_n": "Accuracy",
    **dict.fromkeys(
        ("overconfidence_p", "overconfidence_p_lenient", "overconfidence_p_lenient_by_scenario"), "Benefit of the doubt"
    ),
    "clipped": "Log loss",
    "reference": "Gain",
    "component": "Difficulty-adjusted Brier",
    **dict.fromkeys(("calibration_n", "calibration_brier"), "Miscalibration"),
    **dict.fromkeys(("rank_low", "rank_high"), "Rank"),
    **dict.fromkeys(("why_not_ranked", "firm", "firm_right"), "Enough"),
    **dict.fromkeys(("brier_scenario_low", "brier_scenario_high", "scenarios"), "Interval over scenarios"),
    "read_as": "What words turned out to be worth",
    "carried": "Which predictions count",
    "rivals": "Comparing two sources",
    "crps": "CRPS",
    "pooled": "Pooled views",
    **dict.fromkeys(HINDSIGHT, "Hindsight"),
    "incoherent": "Incoherence",
    **dict.fromkeys(
        (
            *(bucket.value for bucket in BUCKETS),
            *("predictions", "proposed", "possibilities_settled", "possibilities_realised"),
            *("announcements_settled", "announcements_kept", "proxies_scored", "proxies_brier"),
        ),
        "Which predictions count",
    ),
}
"""What the section of docs/scoring.md is called in which a figure is, where it is not called as the figure itself."""


VOCABULARIES: Final[dict[type[StrEnum], dict[str, tuple[str, str]]]] = {
    kinds.QuestionStatus: {
        kinds.QuestionStatus.OPEN: ("not resolved, and its deadline is not past", "due on 31 December, and it is June"),
        kinds.QuestionStatus.DUE: ("not resolved, and its deadline is past", "its deadline was yesterday"),
        kinds.QuestionStatus.RESOLVED: ("it is known what happened", "the ministers met on 3 May"),
        kinds.QuestionStatus.VOID: ("it scores nobody", "nobody published the count"),
        kinds.QuestionStatus.UNTESTED: ("its condition was not met", "“if they meet”, and they did not"),
    },
    kinds.VoidReason: {
        kinds.VoidReason.UNCLEAR_FACTS: ("the facts are unclear", "two counts differ, and nobody decides"),
        kinds.VoidReason.BAD_QUESTION: ("the question was badly put", "“a strong recovery” without a number"),
    },
    kinds.QuestionKind: {
        kinds.QuestionKind.BINARY: ("yes or no", "Will the pact be signed by June?"),
        kinds.QuestionKind.MULTIPLE_CHOICE: ("one of several options", "Who will win: A, B or C?"),
        kinds.QuestionKind.ORDERED: ("one of several options in order", "Growth: below 1 %, 1 to 3 %, above 3 %?"),
        kinds.QuestionKind.NUMERIC: ("a number", "What will a barrel cost on 30 June?"),
        kinds.QuestionKind.DATE: ("a day", "When will the bridge open?"),
    },
    kinds.SourceKind: {
        kinds.SourceKind.PERSON: ("person", "Айгүл Серік"),
        kinds.SourceKind.OUTLET: ("a paper, a site or a channel", "The Steppe Review"),
        kinds.SourceKind.ORGANISATION: ("organisation", "a research centre"),
        kinds.SourceKind.OFFICIAL: ("somebody who speaks for a state or an authority", "the ministry's spokesman"),
        kinds.SourceKind.GROUP: ("people without a name of their own, such as experts", "“experts in the capital”"),
        kinds.SourceKind.UNKNOWN: ("unknown", "an unsigned leaflet"),
    },
    kinds.ArticleAttribution: {
        kinds.ArticleAttribution.STATED: ("the article names its outlet and authors", "“By A. Serik, Steppe Review”"),
        kinds.ArticleAttribution.INFERRED: ("outlet or authors were worked out", "unsigned, in her weekly column"),
    },
    kinds.DateBasis: {
        kinds.DateBasis.STATED: ("the article gives its date", "“14 January 2022” under the title"),
        kinds.DateBasis.INFERRED: ("the date was worked out", "it answers a speech of the day before"),
    },
    kinds.Coverage: {
        kinds.Coverage.FULL: ("all its predictions are recorded", "read to the end, every passage judged"),
        kinds.Coverage.SELECTED: ("some of its predictions are recorded: it never enters rates", "its two best-known"),
    },
    kinds.DeadlineBasis: {
        kinds.DeadlineBasis.STATED: ("the source gave it", "“by June”"),
        kinds.DeadlineBasis.IMPLIED: ("it follows from the words", "“before the vote”, and the vote is on 3 May"),
        kinds.DeadlineBasis.ANALYST: ("the analyst chose it", "“soon”: the analyst wrote one year"),
    },
    kinds.Attribution: {
        kinds.Attribution.STATED: ("the article says whose it is", "“We expect …”, signed"),
        kinds.Attribution.INFERRED: ("it was worked out whose it is", "“it is expected”, in an editorial"),
        kinds.Attribution.AMBIGUOUS: ("the text leaves open whose claim it is", "“some say it will”"),
    },
    kinds.Fidelity: {
        kinds.Fidelity.VERBATIM: ("what reached the article are the speaker's own words", "“It will rain,” she said"),
        kinds.Fidelity.FAITHFUL: ("what reached the article is what the speaker said", "she said that it would rain"),
        kinds.Fidelity.HARDENED: ("what reached the article is hardened", "“probably” became “will”"),
        kinds.Fidelity.SOFTENED: ("what reached the article is softened", "“will” became “may”"),
        kinds.Fidelity.UNVERIFIED: ("what reached the article is unverified", "nobody has her own words"),
    },
    kinds.Endorsement: {
        kinds.Endorsement.OWN: ("said in the article's own name", "“We shall see a deal”"),
        kinds.Endorsement.RELAYED: ("passed on by the article", "“The bank expects 3 %”"),
        kinds.Endorsement.ENDORSED: ("made its own by the article", "“The bank rightly expects 3 %”"),
        kinds.Endorsement.DISPUTED: ("disputed by the article", "“The bank expects 3 %; we do not”"),
    },
    kinds.ClaimType: {
        kinds.ClaimType.FORECAST: ("says what will happen", "“A deal is likely by June”"),
        kinds.ClaimType.POSSIBILITY: ("“may” or “could”: says what can happen", "“They may leave by June”"),
        kinds.ClaimType.ANNOUNCEMENT: ("said by who controls the event", "“We shall leave by June”"),
        kinds.ClaimType.PRESUPPOSITION: ("taken for granted in passing", "“the coming defeat”"),
    },
    kinds.Side: {
        kinds.Side.YES: ("it happening", "“a deal is likely”"),
        kinds.Side.NO: ("it not happening", "“no deal is likely”"),
    },
    kinds.Fit: {
        kinds.Fit.EXACT: ("the question is what was said", "“3 % by June”, asked so"),
        kinds.Fit.OPERATIONALISED: ("the question makes what was said testable", "“a boom”: above 5 %"),
        kinds.Fit.PROXY: ("the question is only near to what was said", "“trust returns”: a poll asks about votes"),
    },
    kinds.Basis: {
        kinds.Basis.STATED: ("stated by the source", "“one in three”"),
        kinds.Basis.STANDARD: ("read from the words by the standard", "“unlikely” is 20 to 45 %"),
        kinds.Basis.SURVEY: ("read from the words by a survey", "of readers, most take “may” for 40 %"),
        kinds.Basis.ANALYST: ("read from the words by an analyst", "“will, mark my words”: 95 %"),
    },
    kinds.PassageReason: {
        kinds.PassageReason.PAST_EVENT: ("it tells what was", "“Prices rose in May”"),
        kinds.PassageReason.PLAN_REPORTED: (
            "a plan of others, without a date or number of its own",
            "“They plan a dam”",
        ),
        kinds.PassageReason.NORM: ("it says what should be", "“They should leave”"),
        kinds.PassageReason.MOTIVE: ("it says why somebody acts, or what they want", "“He wants the post”"),
        kinds.PassageReason.PRESENT_STATE: ("it says how things are", "“The road is closed”"),
        kinds.PassageReason.RHETORICAL: ("a figure of speech, or a question", "“Who will save us?”"),
        kinds.PassageReason.TRANSLATION: ("the translation made it look like a forecast", "“goes” became “will go”"),
        kinds.PassageReason.RETROSPECTIVE: ("it looks back on what was foreseen", "“As I foresaw, it fell”"),
    },
    kinds.Certainty: {
        kinds.Certainty.HIGH: ("the evidence leaves no doubt", "the decree was printed"),
        kinds.Certainty.MEDIUM: ("the evidence leaves some doubt", "two papers say so, no decree"),
        kinds.Certainty.LOW: ("the evidence leaves much doubt", "one unnamed official says so"),
    },
    kinds.Role: {
        kinds.Role.SPEAKER: ("what a source said itself, wherever it was printed", "her words on a radio, on her card"),
        kinds.Role.AUTHOR: ("what the authors of an article say in it, or make their own", "an op-ed's own forecasts"),
        kinds.Role.OUTLET: ("what an outlet's articles say, or make their own", "all that its editorials forecast"),
    },
    kinds.Which: {
        kinds.Which.FIRST: ("of several claims on one question the first counts", "70 % in May, not 20 % in June"),
        kinds.Which.LAST: ("of several claims on one question the last counts", "20 % in June, not 70 % in May"),
    },
    kinds.Wording: {
        kinds.Wording.BEST: ("each claim is read at the end of its range that serves the source best", "80 %: it came"),
        kinds.Wording.POINT: ("each claim is read as the number shown beside its words", "70 %"),
        kinds.Wording.WORST: (
            "each claim is read at the end of its range that serves the source worst",
            "55 %: it came",
        ),
    },
}
"""What each word of each vocabulary means, and an example of it."""

_LABELS: Final[dict[type[StrEnum], dict[str, str]]] = {
    kinds.VoidReason: {
        kinds.VoidReason.UNCLEAR_FACTS: "void: the facts are unclear",
        kinds.VoidReason.BAD_QUESTION: "void: a bad question",
    },
    kinds.QuestionKind: {kind: said for kind, (said, _) in VOCABULARIES[kinds.QuestionKind].items()},
    kinds.DeadlineBasis: {
        kinds.DeadlineBasis.STATED: "the source's own",
        kinds.DeadlineBasis.IMPLIED: "implied by the words",
        kinds.DeadlineBasis.ANALYST: "the analyst's",
    },
}


def label(member: StrEnum) -> str:
    return _LABELS.get(type(member), {}).get(member, member.value)


def meaning(member: StrEnum) -> str:
    return VOCABULARIES[type(member)][member][0]


class Term(NamedTuple):
    """A word that one chooses: what it means, and an example."""

    word: str
    meaning: str
    example: str


def terms(vocabulary: type[StrEnum]) -> tuple[Term, ...]:
    return tuple(Term(label(member), *VOCABULARIES[vocabulary][member]) for member in vocabulary)


TOO_VAGUE: Final = {
    "no-test": ("nothing that could happen would settle it", "“a new era begins”"),
    "no-deadline": ("no day by which it should have come is said or can be fairly chosen", "“they will meet again”"),
    "hidden-state": ("it is about what nobody can see: minds, motives, intentions", "“he will come to regret it”"),
    "bare-modal": (
        "could, can: nothing is said but that it is possible, and nothing to test by",
        "“it could change all”",
    ),
    "date-uncertain": ("when it was said is not known", "an undated reprint of “by next spring”"),
    "demand-or-expectation": ("a should that can be either a demand or a forecast", "“it should be open by May”"),
}
"""Why a prediction is too vague to be tested, in the words of the coding guide, and an example of each."""

_VAGUE_IN_SHORT: Final = {
    "no-test": "nothing would settle it",
    "no-deadline": "no deadline",
    "hidden-state": "nobody can see it",
    "bare-modal": "merely possible",
    "date-uncertain": "undated",
    "demand-or-expectation": "perhaps a demand",
}


def too_vague(code: str) -> str:
    """Why a prediction is too vague, where there is little room; one's own word as it is."""
    return _VAGUE_IN_SHORT.get(code, code)


def vague_because(code: str) -> str:
    """The same after the bucket's name: too vague: no deadline."""
    return f"{BUCKETS[kinds.Bucket.UNSCORABLE].label}: {too_vague(code)}"
