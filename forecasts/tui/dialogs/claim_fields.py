"""The fields of a claim that is recorded from a text."""

from forecasts.domain.glossary import TOO_VAGUE, Term, label, meaning, terms, too_vague
from forecasts.domain.kinds import Basis, ClaimType, DeadlineBasis, Endorsement, QuestionKind, Side, SourceKind
from forecasts.tui.dialogs.form_fields import FormField, word_field

UNNAMED = "unnamed group"


def claim_fields(paragraph: str, vague: str = "", near: int = 0) -> tuple[FormField, ...]:
    """The fields in the order in which one thinks of them; `vague` is the reason that a recorded claim has."""
    reasons = tuple(dict.fromkeys((*TOO_VAGUE, *filter(None, (vague,)))))
    kinds, sources = tuple(QuestionKind), (*SourceKind, UNNAMED)
    return (
        FormField(name="phrase", label="Phrase", within=paragraph, near=near),
        FormField(
            name="speaker",
            label="Speaker",
            refers="source",
            new="new source",
            placeholder="type a name, enter or tab takes it",
            waits=True,
        ),
        word_field(
            "speaker_kind",
            "Type",
            SourceKind,
            choices=tuple(map(str, sources)),
            default=sources[0],
            terms=(*terms(SourceKind), Term(UNNAMED, "people whom the article does not name", "“observers”")),
        ),
        FormField(
            name="question",
            label="Question",
            refers="question",
            new="new question",
            placeholder="type words of it, enter or tab takes it",
            waits=True,
        ),
        FormField(name="criteria", label="Criteria", is_prose=True),
        FormField(name="deadline", label="Deadline", placeholder="YYYY-MM-DD, or as the article says it: in 6 months"),
        FormField(name="where", label="Where to look"),
        word_field("kind", "Answer", QuestionKind, choice_labels=tuple(map(label, kinds))),
        FormField(name="options", label="Options", placeholder="one; another; a third"),
        FormField(name="unit", label="Unit"),
        FormField(name="number", label="Number", placeholder="percent; empty: by the words"),
        FormField(
            name="probabilities", label="Probabilities", placeholder="percent in the order of the options: 60 30 10"
        ),
        FormField(name="quantiles", label="Quantiles", placeholder="74, or 5% = …; 50% = …; 95% = …"),
        FormField(
            name="basis",
            label="Number from",
            choices=(Basis.ANALYST.value, Basis.STATED.value),
            choice_labels=("you, from the words", "the source: it is stated"),
            terms=tuple(one for one in terms(Basis) if one.word in {Basis.ANALYST, Basis.STATED}),
        ),
        FormField(
            name="condition",
            label="If",
            refers="question",
            new="new question",
            placeholder="what must come first: type words, enter or tab takes it",
            waits=True,
        ),
        FormField(name="condition_is", label="… comes to", default=Side.YES.value),
        FormField(name="condition_due", label="… by", placeholder="its deadline, where it is not that of the claim"),
        FormField(
            name="vague",
            label="Too vague",
            choices=("", *reasons),
            choice_labels=("no: it can be tested", *map(too_vague, reasons)),
            terms=tuple(Term(too_vague(reason), *said) for reason, said in TOO_VAGUE.items()),
        ),
        FormField(
            name="scenario",
            label="Scenario",
            refers="scenario",
            new="new scenario",
            placeholder="what several questions test together; may be empty",
            waits=True,
        ),
        word_field("claim_type", "Claim type", ClaimType),
        word_field("side", "Speaks of", Side, choice_labels=tuple(f"{one.upper()}: {meaning(one)}" for one in Side)),
        word_field("endorsement", "Endorsement", Endorsement),
        word_field("deadline_basis", "Deadline is", DeadlineBasis),
        FormField(name="claim", label="Claim"),
    )
