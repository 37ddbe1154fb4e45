"""What each field of a record that is entered by hand is called and for: once, for forms, options and templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HELP: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "source": {
        "name": ("Name", "Whoever makes or carries predictions, in any script, as it is to be shown."),
        "kind": ("Kind", "What the source is."),
        "anonymous": ("Anonymous", "“Experts”, “some media”: scored and listed, never ranked."),
        "member_of": ("Member of", "The organisation or group it belongs to; scores are not rolled up."),
        "aliases": ("Also called", "Other spellings and names, separated by semicolons."),
        "homepage": ("Homepage", "An http or https address."),
        "note": ("Note", ""),
        "slug": ("Slug", "Its name in packs and commands: a-z, 0-9 and hyphens; left blank it is made of the name."),
    },
    "article": {
        "title": ("Title", "As printed; of a translation, the translated title."),
        "original_title": ("Original title", "Where the text is a translation."),
        "outlet": ("Outlet", "The source that published it."),
        "authors": ("Authors", "The sources that wrote it; none where it is not signed."),
        "attribution": ("Known how", "Whether outlet and authors are stated or inferred."),
        "published_on": ("Published", "A day, or the span in which it must have appeared."),
        "published_basis": ("Date is", "Whether the date is stated or inferred; the note says how."),
        "language": ("Language", "Of the text that was read: en, ru, kk."),
        "translated_from": ("Translated from", "The language of the original."),
        "republished_from": ("Republished from", "Where it first appeared."),
        "url": ("URL", "An http or https address."),
        "file": ("File", "The bare name of the file that was read."),
        "sha256": ("SHA-256", "Of that file; attaching the text fills it in."),
        "lines": ("Lines", "Where several articles share the file: its first and last non-empty lines, 3 .. 12."),
        "coverage": ("Coverage", "full: all its predictions are recorded; selected ones never enter rates."),
        "note": ("Note", "How a date was inferred, what the translation did."),
        "slug": ("Slug", "Its name in packs and commands; left blank it is made of outlet and date."),
    },
    "scenario": {
        "title": ("Title", "A storyline that several questions test."),
        "description": ("Description", ""),
        "slug": ("Slug", "Its name in packs and commands; left blank it is made of the title."),
    },
    "question": {
        "title": ("Title", "The event, the threshold and the deadline, as a question."),
        "criteria": ("Criteria", "What makes it resolve each way: event, threshold, deadline, source of truth."),
        "resolves_on": ("Deadline", "The last day that counts; from the day after it is due."),
        "kind": ("Kind", "binary, multiple_choice, ordered, numeric or date."),
        "options": ("Options", "At least two, separated by semicolons; their order matters for ordered."),
        "scenario": ("Scenario", "The storyline it tests."),
        "fine_print": ("Fine print", "Edge cases."),
        "resolution_source": ("Where to look", "Who says what happened."),
        "opens_on": ("Opens", "The first day on which it can be predicted."),
        "closes_on": ("Closes", "Predictions made later do not count; default: the deadline."),
        "deadline_basis": ("Deadline is", "Whose deadline: stated, implied, or the analyst's."),
        "unit": ("Unit", "Of a numeric question."),
        "range": ("Range", "Of a numeric or date question, to scale the score: 0 .. 100."),
        "condition": ("If", "It counts only if: question = outcome."),
        "variant_of": ("Variant of", "The question whose other fair reading this is."),
        "references": ("References", "Base rates or prices of YES: day = probability = where it is from."),
        "written_on": ("Written", "When the question was written; after the outcome it is shown as hindsight."),
        "slug": ("Slug", "Its name in packs and commands; left blank it is made of the title."),
    },
    "prediction": {
        "article": ("Article", "Where it was read."),
        "paragraph": ("Paragraph", "Counted over the file's non-empty lines, from 1."),
        "phrase": ("Phrase", "The words that carry the likelihood, verbatim, at most twelve."),
        "speakers": ("Speakers", "Whose forecast it is; several when joint."),
        "claim": ("Claim", "What was said, in one sentence."),
        "question": ("Question", "The event it is about; none only where it is unscorable."),
        "claim_type": ("Claim type", "forecast; possibility (may, could); announcement (by who controls it) …"),
        "phrase_about": ("Phrase about", "The outcome that the phrase itself speaks of, yes or no."),
        "probability": ("Probability", "Of YES: 0.1 or 10%. Left out with a standard, it is read from the phrase."),
        "low": ("Low", "The lower end of what the wording allows."),
        "high": ("High", "The upper end."),
        "standard": ("Standard", "The wording standard used."),
        "basis": ("Number from", "Who chose the number: stated, standard, survey or analyst."),
        "endorsement": ("Endorsement", "What the article does with it: own, relayed, endorsed, disputed."),
        "attribution": ("Attribution", "Whose it is: stated, inferred, or ambiguous (then on no speaker's card)."),
        "via": ("Via", "Sources it passed through before this article."),
        "fidelity": ("Fidelity", "Is it still what the speaker said?"),
        "made_on": ("Made", "A day or a span; default: the article's date."),
        "fit": ("Fit", "How well the question is what was said."),
        "unscorable": ("Unscorable", "no-deadline, no-test, hidden-state, bare-modal …: counted, not scored."),
        "probabilities": ("Per option", "Of a question with options: A = 0.2; B = 0.8."),
        "quantiles": ("Quantiles", "Of a number or a day: 5% = 3; 50% = 7; 95% = 14."),
        "condition": ("If", "Its own condition: question = outcome; several separated by semicolons."),
        "condition_text": ("If, in words", "The words of its condition."),
        "restates": ("Restates", "The prediction that this repeats in other words: never scored again."),
        "supersedes": ("Supersedes", "The earlier prediction by the same speakers that this one revises."),
        "coded_by": ("Coded by", "Default: the analyst."),
        "coded_on": ("Coded on", "Default: today."),
        "note": ("Note", ""),
        "slug": ("Slug", "Its name in packs and commands; left blank it is the article's with a number."),
    },
    "passage": {
        "article": ("Article", "Where it was read."),
        "paragraph": ("Paragraph", "Counted over the file's non-empty lines, from 1."),
        "phrase": ("Phrase", "The words, verbatim, at most twelve."),
        "reason": ("Reason", "Why it is no prediction."),
        "note": ("Note", ""),
    },
}  # fmt: skip
"""By kind and field, in the order in which a form asks: the label, and what it is for."""


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What a field is called and for."""

    name: str
    label: str
    help: str


def field_words(kind: str) -> tuple[FieldWords, ...]:
    """The fields of a kind in the order in which a form asks. KeyError for a kind that is not entered by hand."""
    return tuple(FieldWords(name, label, text) for name, (label, text) in HELP[kind].items())
