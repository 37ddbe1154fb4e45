"""Words that may carry a prediction: where they stand, which phrase they offer, and what it tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.domain import limits
from forecasts.domain.candidates import (
    Candidate,
    conditional_words,
    find_candidates,
    likelihood_terms,
    phrase_at,
    sentence_at,
    tell,
    tell_claim_type,
    tell_side,
)
from forecasts.domain.kinds import ClaimType, Side
from forecasts.domain.records import Phrase

UNLIKELY = Phrase(standard="s", term="unlikely", aliases=("improbable",), low=0.2, high=0.45)
REMOTE = Phrase(standard="s", term="a remote chance", low=0.01, high=0.05)
TERMS = likelihood_terms((UNLIKELY, REMOTE))


def found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in find_candidates(text, TERMS)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It is Unlikely that they leave.", ["Unlikely"]),
        ("There is every chance, but no good chance.", ["every chance", "no good chance"]),
        ("There is a remote chance of it.", ["a remote chance"]),  # the longest, and nothing within it
        ("They will not stay, but won’t go.", ["will not", "won’t"]),
        ("The likeliness of goodwill", []),  # parts of words are no words
        ("In May 2021 and on 9 May it rained.", []),  # the month
        ("May it be so. May 1 passed; they may leave.", ["May", "May", "may"]),
        ("Скорее всего, они уйдут; вряд ли вернутся.", ["Скорее всего", "вряд ли"]),
        ("Бұл мүмкін емес", ["мүмкін"]),
        ("They may", ["may"]),  # "may be" is listed, too
        ("", []),
    ],
)
def test_where_likely_words_stand(text: str, words: list[str]) -> None:
    assert found(text) == words


def offered(text: str, word: str) -> str:
    at = text.index(word)
    return phrase_at(text, Candidate(at, at + len(word)))


def test_a_phrase_goes_to_the_end_of_its_clause() -> None:
    assert offered("They will be gone by May, he said.", "will") == "will be gone by May"
    assert offered("The odds (will rise) are even", "will") == "will rise"
    assert offered("will", "will") == "will"
    assert offered("It will rise to 5%, he said", "will") == "will rise to 5%"
    assert offered("It will be 3.2, or 1,200 at most", "will") == "will be 3.2"
    assert offered("It will cost 1,200 crowns.", "will") == "will cost 1,200 crowns"


def test_a_phrase_that_is_cut_ends_with_no_word_that_leads_on() -> None:
    cut = offered("I expect the rate to stand at about 16 per cent by the end of June.", "expect")
    assert cut == "expect the rate to stand at about 16 per cent"
    assert offered("It is likely that", "likely") == "likely"


@given(st.text(alphabet="ab ,.’'-—Қ陈\u0301[", max_size=300))
def test_a_phrase_stands_in_the_text_and_within_the_limits(text: str) -> None:
    whole = f"{text} will {text}"
    for candidate in find_candidates(whole, TERMS):
        phrase = phrase_at(whole, candidate)
        assert phrase in whole
        assert phrase.startswith(whole[candidate.start : candidate.end])
        assert len(phrase.split()) <= limits.PHRASE_WORDS
        assert len(phrase) <= limits.PHRASE


def test_the_sentence_around_words() -> None:
    text = "One came. It is likely that two come! Three did?"
    assert sentence_at(text, text.index("likely")) == "It is likely that two come!"
    assert sentence_at(text, 0) == "One came."
    assert sentence_at(text, text.index("Three")) == "Three did?"


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("will be gone", ClaimType.FORECAST),
        ("is unlikely to leave", ClaimType.FORECAST),
        ("may split into two parts", ClaimType.POSSIBILITY),
        ("would not be surprising", ClaimType.POSSIBILITY),
        ("announced the decision to withdraw", ClaimType.ANNOUNCEMENT),
        ("expect it to be laid on 15 May 2027", ClaimType.FORECAST),
        ("may be laid in May", ClaimType.POSSIBILITY),
        ("a chance that it falls", ClaimType.POSSIBILITY),
        ("every chance that it falls", ClaimType.FORECAST),
        ("no chance of a deal", ClaimType.FORECAST),
        ("Chances are slim that it falls", ClaimType.FORECAST),
    ],
)
def test_the_kind_of_claim_is_told_by_the_words(phrase: str, kind: ClaimType) -> None:
    assert tell_claim_type(phrase) is kind


@pytest.mark.parametrize(
    ("text", "phrase", "side"),
    [
        ("They will not stay", "will not stay", Side.NO),
        ("They won't stay", "won't stay", Side.NO),
        ("They will never return", "will never return", Side.NO),
        ("They will stay", "will stay", Side.YES),
        ("They are unlikely to stay", "unlikely to stay", Side.YES),
        ("They will stay where there are no others", "will stay where there are no others", Side.YES),
        ("None of them will last", "will last", Side.NO),
        ("None of them will last", "None of them will last", Side.NO),
        ("They are not going to survive it", "going to survive it", Side.NO),
        ("They aren’t going to survive it", "going to survive it", Side.NO),
        ("It never will again", "will again", Side.NO),
        ("Nobody is likely to come", "likely to come", Side.NO),
        ("It is not unlikely to last", "unlikely to last", Side.NO),
        ("It is likely not to last", "likely not to last", Side.NO),
        ("They did not win; they will leave", "will leave", Side.YES),
        ("No, they will leave", "will leave", Side.YES),
        ("There is no doubt that they will leave", "will leave", Side.YES),
        ("Not only Russia will leave", "will leave", Side.YES),
        ("Никто не думает, что будет война", "будет война", Side.NO),
        ("Никто не сомневается, что будет война", "будет война", Side.YES),
        ("Не исключено, что будет война", "будет война", Side.YES),
        ("Я сомневаюсь, что будет война", "будет война", Side.NO),
        ("Они не войдут", "не войдут", Side.NO),
        ("No one who knows him well believes that he will retire", "will retire", Side.NO),
        ("I doubt that she will stay", "will stay", Side.NO),
        ("Nobody doubts that she will stay", "will stay", Side.YES),
        ("There is little doubt that she will stay", "will stay", Side.YES),
        ("The question is not whether but when it will fall", "will fall", Side.YES),
        ("The minister denied that taxes will rise", "will rise", Side.NO),
        ("Few will stay", "will stay", Side.NO),
        ("A few will stay", "will stay", Side.YES),
        ("No fewer than three will stay", "will stay", Side.YES),
        ("It is not impossible that troops will come", "will come", Side.YES),
        ("A war cannot be ruled out", "cannot be ruled out", Side.YES),
        ("It wouldn't be surprising if it fell", "wouldn't be surprising if it fell", Side.YES),
        ("Ничего не будет", "будет", Side.NO),
    ],
)
def test_which_outcome_the_words_speak_of(text: str, phrase: str, side: Side) -> None:
    assert tell_side(phrase, text[: text.index(phrase)]) is side
    assert tell(phrase, (UNLIKELY,), text[: text.index(phrase)]).side is side


@pytest.mark.parametrize(
    ("before", "phrase", "kind"),
    [
        ("It is unlikely that he", "will go", ClaimType.FORECAST),
        ("I doubt that he", "will go", ClaimType.FORECAST),
        ("There is a one in three chance that he", "will go", ClaimType.FORECAST),
        ("I am not sure that he", "will go", ClaimType.FORECAST),
        ("Nobody thinks that he", "will go", ClaimType.FORECAST),  # what nobody thinks may come all the same
        ("It remains to be seen whether he", "will go", ClaimType.FORECAST),
        ("Asked if he", "will go", ClaimType.FORECAST),
        ("Who", "will go", ClaimType.FORECAST),
        ("There is", "every chance that he will go", ClaimType.FORECAST),
        ("Had he gone, it", "would have been saved", ClaimType.FORECAST),
        ("There is a", "less than 20% chance that he will go", ClaimType.FORECAST),
        ("Probably, the court", "will not agree", ClaimType.FORECAST),
        ("Вряд ли он", "будет там", ClaimType.FORECAST),
        ("Вероятно, решение", "будет другим", ClaimType.FORECAST),
        ("Может быть,", "будет дождь", ClaimType.FORECAST),
        ("Наверное,", "будет дождь", ClaimType.FORECAST),
        ("", "Will he go", ClaimType.FORECAST),  # asked, not said
        ("It is possible that he", "will go", ClaimType.POSSIBILITY),
        ("Не исключено, что войска", "будут там", ClaimType.POSSIBILITY),
        ("He is less", "likely to go", ClaimType.FORECAST),
        ("Stein is the most", "likely of the three", ClaimType.FORECAST),
    ],
)
def test_a_word_that_another_weighs_before_it_is_no_flat_will(before: str, phrase: str, kind: ClaimType) -> None:
    told = tell(phrase, (LIKELY,), before)
    assert (told.claim_type, told.number) == (kind, None)


def test_a_denial_right_before_what_is_to_come_is_of_the_words() -> None:
    is_future = {"войдут", "уйдёт"}.__contains__
    text = "Они не войдут, и он никогда не уйдёт; they never will."
    places = find_candidates(text, TERMS, is_future)
    assert [text[one.start : one.end] for one in places] == ["не войдут", "никогда не уйдёт", "never will"]


def test_a_number_by_the_standard_by_the_guide_or_none() -> None:
    told = tell("is unlikely to leave", (UNLIKELY,))
    assert told.number is not None
    assert (told.number.probability, told.number.low, told.number.high) == (0.325, 0.2, 0.45)
    assert (told.given_by, told.term) == ("standard", "unlikely")
    about_no = tell("is unlikely to leave", (UNLIKELY,), side=Side.NO).number
    assert about_no is not None
    assert (about_no.probability, about_no.low, about_no.high) == (0.675, 0.55, 0.8)
    flat = tell("will not stay", (UNLIKELY,))
    assert flat.number is not None
    assert (flat.given_by, flat.side, flat.number.probability) == ("guide", Side.NO, 0.1)
    assert tell("hard to see", (UNLIKELY,)).number is None
    assert tell("will almost certainly leave", (UNLIKELY,)).number is None, (
        "a hedge that no scale lists is no flat will"
    )
    assert tell("may leave", (UNLIKELY,)).number is None


LIKELY = Phrase(standard="s", term="likely", aliases=("probably",), low=0.55, high=0.8)
NO_CHANCE = Phrase(standard="s", term="almost no chance", low=0.01, high=0.05)
NEVER = Phrase(standard="s", term="never", low=0.0, high=0.02)


@pytest.mark.parametrize(
    ("phrase", "side", "probability"),
    [
        ("will probably win", Side.YES, 0.675),
        ("will probably not win", Side.NO, 0.325),
        ("will most likely not win", Side.NO, 0.325),
        ("probably will not win", Side.NO, 0.325),
        ("almost no chance of winning", Side.YES, 0.03),
        ("has almost no chance of not winning", Side.YES, 0.03),
        ("will never win", Side.YES, 0.01),
    ],
)
def test_a_denial_turns_a_reading_once(phrase: str, side: Side, probability: float) -> None:
    told = tell(phrase, (LIKELY, NO_CHANCE, NEVER))
    assert told.number is not None
    assert (told.claim_type, told.side, told.number.probability) == (ClaimType.FORECAST, side, probability)


@pytest.mark.parametrize(
    ("text", "phrase", "condition"),
    [
        ("If the troops stay, a split will follow.", "will follow", "If the troops stay"),
        ("Only if they agree on it will the rating be kept.", "will the rating", "Only if they agree on it"),
        ("It would not be surprising if they clash.", "would not", ""),
        ("Were the euro to fall, exports would rise.", "would rise", "Were the euro to fall"),
        ("Assuming that rates fall, it will recover.", "will recover", "Assuming that rates fall"),
        ("Asked if it will rain, he said: it may.", "may", ""),
        ("Without new money, the theatre will close.", "will close", "Without new money"),
        ("Without any doubt, the theatre will close.", "will close", ""),
        ("A split will follow if the troops stay; nobody doubts it.", "will follow", "if the troops stay"),
        ("They leave. Once they are gone, it will end.", "will end", "Once they are gone"),
        ("Should they stay, it will end.", "will end", "Should they stay"),
        ("It should end, and will.", "should end", ""),
        ("Если они останутся, будет раскол.", "будет раскол", "Если они останутся"),
        ("They ask if so. It will end.", "will end", ""),
        ('"If the troops stay," he said, "a split will follow."', "will follow", "If the troops stay"),
        ("It will still run, if only because it is paid for.", "will still run", ""),
        ("It will, if anything, be late.", "be late", ""),
        ("It will be late, if only one boat is missing.", "will be late", "if only one boat is missing"),
    ],
)
def test_the_words_on_which_a_phrase_hangs(text: str, phrase: str, condition: str) -> None:
    assert conditional_words(text, text.rindex(phrase)) == condition
