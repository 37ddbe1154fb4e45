"""What a sentence proposes for its claim: known sentences, and that every proposed word is one of the sentence."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forecasts.domain import limits
from forecasts.domain.candidates import find_candidates, likelihood_terms, phrase_at
from forecasts.domain.date_words import find_days, read_words
from forecasts.domain.kinds import QuestionKind, Side, SourceKind
from forecasts.domain.sentence_answers import find_options, kind_asked
from forecasts.domain.sentences import SentenceProposal, propose_record
from forecasts.domain.speakers import find_speaker

DAY = date(2026, 11, 16)
TERMS = likelihood_terms(())


def proposed(text: str, cue: str = "") -> SentenceProposal:
    """What a text proposes at the first of its likely words that begins with `cue`."""
    phrases = (phrase_at(text, one) for one in find_candidates(text, TERMS))
    return propose_record(text, next(phrase for phrase in phrases if phrase.startswith(cue)), DAY)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The ferry company will raise its fares in 2027.", "Will the ferry company raise its fares in 2027?"),
        ("Olaf Berg may probably leave.", "Will Olaf Berg leave?"),
        ("The pier is very unlikely to stand.", "Will the pier stand?"),
        ("The council plans to close it, and it says so.", "Will the council close it?"),
        ("I expect the bank to fail.", "Will the bank fail?"),
        ("It is likely that the bank will fail.", "Will the bank fail?"),
        ("There is a one in three chance that it falls.", "It falls?"),
        ("Observers say that he will go before 1 March 2027.", "Will he go before 1 March 2027?"),
        ("Observers expect the pier will close.", "Will the pier close?"),
        ("In June 2027, the school will close.", "Will the school close in June 2027?"),
        ("By the end of 2027 the toll will rise.", "Will the toll rise by the end of 2027?"),
        ("According to Ida Holm, the school will close.", "Will the school close?"),
        ("If the council votes, the builders will leave.", "Will the builders leave?"),
        ("The builders will leave if the council votes; nobody minds.", "Will the builders leave?"),
        ('"If the council votes," he said, "the builders will leave."', "Will the builders leave?"),
        ("“The bridge will open,” said Olaf Berg.", "Will the bridge open?"),
        ("He won and he will win.", "Will he win?"),
        ('Olaf told me that the pier is "very unlikely" to stand before 2028.', "Will the pier stand before 2028?"),
        ("Norway, for its part, will not sell it.", "Will Norway sell it?"),
        ("Ida Holm, who runs it, will go.", "Will Ida Holm go?"),
        ("The ministry of roads said that it will pay.", "Will the ministry of roads pay?"),
        (
            "The “new bridge” will open at the „old pier“ (now closed) by 2027.",
            "Will the “new bridge” open at the „old pier“ (now closed) by 2027?",
        ),
        ("The board (which will go) is silent.", "Which will go?"),
        ('He said: "It will rain," and went.', "Will it rain?"),
        ("The bank that funds it will fail.", "The bank that funds it will fail?"),  # not taken apart
        ("A thing that you can keep stays.", "A thing that you can keep stays?"),
        ("Скорее всего, они уйдут до 2028 года.", "Они уйдут до 2028 года?"),
        ("Олаф считает, что мост будет закрыт.", "Мост будет закрыт?"),
        ("Бұл мүмкін емес", "Бұл мүмкін емес?"),
        ("Ida Holm told me of a “one in five chance” that the bank fails.", "The bank fails?"),
        ("The ferry will still run, if only because it is paid.", "Will the ferry run?"),
        ("Things will get better.", "Will things get better?"),
        ('They said: "It will end. It will hurt."', "Will it end?"),
        ("The pier might stand, or it might fall.", "Will the pier stand?"),
        ("Moscow, however, is certain to refuse.", "Will Moscow refuse?"),
        ("Next Friday the court will decide.", "Will the court decide next Friday?"),
        ("In addition to land, sea and air, China will have bases.", "Will China have bases?"),
        ("By 2027 Berg, Holm and Lund will be gone.", "Will Berg, Holm and Lund be gone by 2027?"),
        ("But this plan could fail.", "Will this plan fail?"),
        ("Barring a miracle, the Tories will lose.", "Will the Tories lose?"),
        ("It is anybody's guess whether he will run.", "Will he run?"),
        ('The East will be lost," Lund wrote.', "Will the East be lost?"),
        ("Today it is unlikely for Berg to go.", "Will Berg go?"),
        ("This indicates that the president may go.", "Will the president go?"),
        ("It remains to be seen whether the union will strike.", "Will the union strike?"),
        ("Whether or not Berg goes, the union will lose.", "Will the union lose?"),
        ("The Post reports that Berg will go.", "Will Berg go?"),
        ("A year from now, the pier will be gone.", "Will the pier be gone a year from now?"),
        ("Even if it is kept, the loan will cost more.", "Will the loan cost more?"),
        ("Only if they agree will the rating be kept.", "Will the rating be kept?"),
        ("Will the pier stand?", "Will the pier stand?"),
        ("It is not impossible that troops will come.", "Will troops come?"),
        ("A wider war cannot be ruled out.", "A wider war?"),
        ("It would not be surprising if there are clashes.", "There are clashes?"),
        ("Гражданский союз, вероятно, победит.", "Гражданский союз победит?"),
        ("Центральный банк, как ожидается, снизит ставку.", "Центральный банк снизит ставку?"),
        ("По словам властей порта, мост будет закрыт.", "Мост будет закрыт?"),
        ("Забастовка будет долгой, и поезда встанут.", "Забастовка будет долгой?"),
        ("I give her six chances in ten.", ""),  # no event is named
        ("They will not.", ""),
        ("Then I would call it likely.", ""),
    ],
)
def test_the_event_as_a_question(text: str, title: str) -> None:
    assert proposed(text).title == title


@pytest.mark.parametrize(
    ("text", "title", "side"),
    [
        ("The troops will not stay.", "Will the troops stay?", Side.NO),
        ("They won't stay.", "Will they stay?", Side.NO),
        ("They will probably not stay.", "Will they stay?", Side.NO),
        ("They are not going to stay.", "Will they stay?", Side.NO),
        ("None of them will last.", "Will none of them last?", Side.YES),
        ("They will never return.", "Will they never return?", Side.YES),
        ("They are unlikely to stay.", "Will they stay?", None),
        ("Nobody believes that it will open.", "Will it open?", Side.NO),
        ("Nobody should expect the Greens to join.", "Will nobody expect the Greens to join?", Side.YES),
        ("I doubt that it will open.", "Will it open?", Side.NO),
        ("The minister denied that taxes will rise.", "Will taxes rise?", Side.NO),
        (
            "The fighting will not end until the snow melts.",
            "Will the fighting not end until the snow melts?",
            Side.YES,
        ),
        ("Реве никогда не будет президентом.", "Реве будет президентом?", Side.NO),
        ("Никто не верит, что будет война.", "Будет война?", Side.NO),
        ("Министр опроверг, что будет война.", "Будет война?", Side.NO),
        ("Нет сомнений, что будет война.", "Будет война?", None),
        ("При условии, что он уйдёт, будет война.", "Будет война?", None),
        ("There is a 70 percent chance that it will not rain.", "Will it not rain?", Side.YES),  # 70 is of these words
        ("Они не будут участвовать.", "Они будут участвовать?", Side.NO),
    ],
)
def test_what_is_denied_is_left_out_of_the_title_or_said_in_it(text: str, title: str, side: Side | None) -> None:
    said = proposed(text)
    assert (said.title, said.side) == (title, side)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("Olsen, Reuter or Falk will become harbour master.", ("Olsen", "Reuter", "Falk")),
        ("The next master will be Olsen, Reuter, or Falk in June 2027.", ("Olsen", "Reuter", "Falk")),
        ("In June the council will choose Ida Holm, Bo Lund or Falk as master.", ("Ida Holm", "Bo Lund", "Falk")),
        ("Prices will rise, fall or stay flat in 2027.", ("rise", "fall", "stay flat")),
        ("It will end in a merger, a sale or a closure.", ("a merger", "a sale", "a closure")),
        ("It will stand in Hamburg, in Bremen or in Kiel.", ("in Hamburg", "in Bremen", "in Kiel")),
        ("Either Olsen or Reuter will win.", ("Olsen", "Reuter")),
        ("Партия Олсена, партия Ройтера или партия Фалька будет править.",
         ("Партия Олсена", "партия Ройтера", "партия Фалька")),
        ("Олсен немесе Ройтер болады.", ("Олсен", "Ройтер")),
        ("Strikes or protests will follow.", ()),
        ("Sooner or later it will fall.", ()),
        ("One or two ministers will resign.", ()),
        ("It will take two, three or four years.", ()),
        ("It will cost 5, 10 or 15 crowns.", ()),
        ("It will, more or less, be over.", ()),
        ("Olsen, Reuter or Olsen will win.", ()),
        ("It will be или or Olsen.", ()),
        (f"{', '.join(f'Name{number}' for number in range(100))} or Last will win.", ()),
    ],
)  # fmt: skip
def test_the_options_that_a_list_names(text: str, options: tuple[str, ...]) -> None:
    said = proposed(text)
    assert said.options == options
    assert (said.kind is QuestionKind.MULTIPLE_CHOICE) is bool(options)


def test_many_options_but_no_more_than_a_question_has() -> None:
    names = [f"N{number}" for number in range(limits.OPTIONS + 1)]
    listed = [", ".join(names[:count]) + f" or {names[count]}" for count in (limits.OPTIONS - 1, limits.OPTIONS)]
    assert [len(find_options(text, is_behind=False)) for text in listed] == [limits.OPTIONS, 0]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Oil will cost 74 dollars in June 2027.", (QuestionKind.NUMERIC, "74", "dollars")),
        ("It will cost $4.5 by 2027.", (QuestionKind.NUMERIC, "4.5", "$")),
        ("Inflation will be 4.5% in 2027.", (QuestionKind.NUMERIC, "4.5", "%")),
        ("The rate will be 16 per cent in 2027.", (QuestionKind.NUMERIC, "16", "per cent")),
        ("They will win 1,200 million votes.", (QuestionKind.NUMERIC, "1,200", "million votes")),
        ("Oil will exceed 74 dollars.", (QuestionKind.BINARY, "", "")),
        ("It could fall as low as $50.", (QuestionKind.BINARY, "", "")),
        ("There will be 1.2 million in 2030.", (QuestionKind.NUMERIC, "1.2", "million")),
        ("It will not turn its flows (85% go to the West).", (QuestionKind.BINARY, "", "")),
        ("It will be no threat in the next 6 months.", (QuestionKind.BINARY, "", "")),
        ("They have vowed to strike until pay is raised by 8 percent.", (QuestionKind.BINARY, "", "")),
        ("Это будет 22 марта.", (QuestionKind.BINARY, "", "")),
        ("It has a less than 20% chance of falling.", (QuestionKind.BINARY, "", "")),
        ("Oil will cost 74 dollars or 80 crowns.", (QuestionKind.BINARY, "", "")),
        ("It is expected to be laid on 15 May 2027.", (QuestionKind.DATE, "15 May 2027", "")),
        ("I expect it to open in the middle of June 2028.", (QuestionKind.DATE, "middle of June 2028", "")),
        ("It will open by 15 May 2027.", (QuestionKind.BINARY, "", "")),
        ("It will open in early May 2027.", (QuestionKind.BINARY, "", "")),
        ("It will still be running on 15 May 2027.", (QuestionKind.BINARY, "", "")),  # that it lasts is no day
        ("It will remain open on 15 May 2027.", (QuestionKind.BINARY, "", "")),
        ("It will fail in 2027.", (QuestionKind.BINARY, "", "")),
    ],
)
def test_a_number_with_its_unit_and_a_day(text: str, asked: tuple[QuestionKind, str, str]) -> None:
    said = proposed(text)
    assert (said.kind, said.value, said.unit) == asked
    assert (said.title.count("…") == 1) is bool(said.value)
    assert said.value not in said.title or not said.value


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("It will end by the end of June 2027.", "2027-06-30"),
        ("It will end in January 2027.", "2027-01-31"),
        ("It will end within six months.", "2027-05-16"),
        ("It will end before 1 March 2027.", "2027-02-28"),
        ("It will end before 2028.", "2027-12-31"),
        ("It will end before the end of 2027.", "2027-12-31"),
        ("It will be signed before the year is out, they say.", "2026-12-31"),
        ("It could be gone by New Year.", "2027-01-01"),
        ("It will be signed by Christmas.", "2026-12-25"),
        ("The ferry will still be running on 1 April 2027, if only because it is paid.", "2027-04-01"),
        ("There is a “good chance” that the bank fails in 2027.", "2027-12-31"),
        ("Это будет до 2028 года.", "2028-12-31"),
        ("Это будет 8 мая 2027 года.", "2027-05-08"),
        ("Это будет в сентябре 2027 года.", "2027-09-30"),
        ("Это будет до конца мая 2027 г.", "2027-05-31"),
        ("Это будет до конца года.", "2026-12-31"),
        ("Это будет 8 мая.", "2027-05-08"),
        ("Это будет до конца апреля.", "2027-04-30"),
        ("It will end by January.", "2027-01-31"),  # the next to come
        ("It will begin on 8 May.", "2027-05-08"),
        ("It will be no threat in the next 6 months.", "2027-05-16"),
        ("It will spread over the coming two weeks.", "2026-11-30"),
        ("By the end of April the school will close.", "2027-04-30"),
        ("It will grow as it did in March.", None),
        ("The strike that began in February will spread.", None),
        ("It will please Jan, and it may not march.", None),
        ("It will end as in 2021.", None),  # over when it was written
        ("It will take 2030 boats.", None),
        ("It will end by 30 February 2027.", None),
    ],
)
def test_the_last_day_that_counts(text: str, deadline: str | None) -> None:
    assert proposed(text).deadline == (date.fromisoformat(deadline) if deadline else None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("There is a one in three chance that it falls.", "one in three"),
        ("The odds of a fall are one in twenty.", "one in twenty"),
        ("There is a one-in-three chance that it falls.", "one-in-three"),
        ("There is one chance in ten that it falls.", "one chance in ten"),
        ("There is a 70 percent chance that it falls.", "70"),
        ("It is 70% likely to fall.", "70"),
        ("I put the chances at 60 percent.", "60"),
        ("The probability of it is 60 percent.", "60"),
        ("Вероятность 80%, что он будет там.", "80"),
        ("One in three voters may leave.", ""),
        ("It is likely to exceed 65 percent.", ""),
        ("There is a risk of 5 percent inflation.", ""),
        ("It will cost 70 percent more.", ""),
    ],
)
def test_a_chance_that_is_stated_is_marked_from_its_first_word(text: str, number: str) -> None:
    said = proposed(text)
    assert said.number == number
    (first, *_) = (phrase_at(text, one) for one in find_candidates(text, TERMS))
    assert number in first


@pytest.mark.parametrize("bound", ["less than 20", "at least 20", "up to 20", "better than a 20"])
def test_a_bound_of_a_chance_is_marked_with_it_and_is_no_number_of_it(bound: str) -> None:
    text = f"He has {'' if bound.endswith('a 20') else 'a '}{bound} percent chance of winning."
    said = proposed(text)
    assert (said.number, said.value) == ("", "")
    (first, *_) = (phrase_at(text, one) for one in find_candidates(text, TERMS))
    assert first.startswith(bound)


def test_of_words_that_stand_twice_the_marked_ones_are_read() -> None:
    text = "No party will win a majority. The Union will win in Osk."
    first, second = (propose_record(text, "will win", DAY, text.index("will", at)) for at in (0, 20))
    assert (first.title, first.side) == ("Will no party win a majority?", Side.YES)
    assert (second.title, second.side) == ("Will the Union win in Osk?", None)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("“It will open,” said Olaf Berg.", ("Olaf Berg", None, False)),
        ("Olaf Berg of the harbour office expects that it will open.", ("Olaf Berg", None, False)),
        ("According to Ida Holm, it will open.", ("Ida Holm", None, False)),
        ("Ida Holm, who runs the port, told me that it will open.", ("Ida Holm", None, False)),
        ("Ida Holm, head of the port, said it will open.", ("Ida Holm", None, False)),
        ("The harbour board announced that it will open.", ("harbour board", SourceKind.ORGANISATION, False)),
        ("Observers say it will open.", ("Observers", SourceKind.GROUP, True)),
        ("People close to the board say that it will open.", ("People close to the board", SourceKind.GROUP, True)),
        ("Мост будет закрыт, считает Олаф Берг.", ("Олаф Берг", None, False)),
        ("I expect that it will open.", ("", None, False)),
        ("It is expected that it will open, said the analyst.", ("", None, False)),
        ("Nobody believes that it will open.", ("", None, False)),
    ],
)
def test_who_said_it(text: str, who: tuple[str, SourceKind | None, bool]) -> None:
    assert find_speaker(text) == who


@pytest.mark.parametrize(
    ("text", "cue", "who"),
    [
        ("Bo Lund said one will go, and officials say that another may follow.", "may", "officials"),
        ("Bo Lund says it is over, but I think it will go on.", "will", ""),
        ("My colleague Bo Lund argues it will fall.", "will", "Bo Lund"),
        ("“It will fall,” their leader Ida Holm told us.", "will", "Ida Holm"),
        ("Analysts at Northbank say it will fall.", "will", "Analysts at Northbank"),
        ("Holm, who leads the Greens, has said it will fall.", "will", "Holm"),
        ("The Lorvian Post reports that it will fall.", "will", "Lorvian Post"),
        ("Few think that it will fall.", "will", ""),
        ("NATO's chief said it will fall.", "will", "NATO's chief"),
        ("Министр обороны Павел Орск заявил, что мост будет закрыт.", "будет", "Павел Орск"),
        ("«Мост будет закрыт», — заявила их лидер Ида Хольм.", "будет", "Ида Хольм"),
    ],
)
def test_who_said_what_is_told_by_the_verb_next_to_it(text: str, cue: str, who: str) -> None:
    assert proposed(text, cue).speaker == who


def test_who_said_what_stands_behind_a_semicolon_has_not_said_this() -> None:
    text = "The troops will not stay; the ministry announced the decision."
    assert proposed(text, "will").speaker == ""
    assert proposed(text, "announced").speaker == "ministry"


@pytest.mark.parametrize(
    "text",
    [
        "It will " + "go on and " * 200,
        "will",
        "will.",
        "🛳️ will 🎉 or 🎈 by 2027 🚢",
        "הגשר will ייפתח, או לא, by 2027",
        "\u202eThe bridge will open\u202c by 2027, said \u2066Olaf\u2069.",
        ", or , or will or or , 3 % in 3 of 3 by by 2027 2027",
        "If if if, unless will will if.",
        f"It will be {'1,' * 60}x, {'well ' * 60}or {'in ' * 60}, {'expect ' * 30} to.",  # read in no time
    ],
)
def test_what_is_no_sentence_is_taken_as_it_stands(text: str) -> None:
    _is_of(proposed(text), text)


_WRITTEN = (
    "will may not won't or , ; . — if Olaf Berg said observers expect to the a of by in 2027 2028 mid-June 15 May 74 %"
    " dollars one in three chance that Olsen Reuter , , , or или будет не вероятно что если немесе 🚢 שלום „ ” likely"
)
WORDS = st.sampled_from(_WRITTEN.split())


@given(st.lists(WORDS, max_size=40).map(" ".join), st.lists(WORDS, max_size=20).map(" ".join))
@example("will Olaf or observers or Olaf если", ", not")
def test_every_proposed_word_is_of_the_sentence(before: str, behind: str) -> None:
    text = f"{before} will {behind}"
    for one in find_candidates(text, TERMS):
        _is_of(propose_record(text, phrase_at(text, one), DAY), text)


def _is_of(said: SentenceProposal, text: str) -> None:
    """Holds a proposal to its sentence: every word, and no title or option beyond its limit."""
    there = re.findall(r"\w+", text.casefold())
    own = ["will"] if said.title.startswith("Will ") or " will " in said.title else []
    own += ["not"] if re.search("n['’]t", text) else []  # "won't" that is kept
    for word in re.findall(r"\w+", said.title.casefold()):
        assert word in there or word in own
    assert len(said.title) <= limits.NAME
    for words in (said.sentence, said.speaker, said.value, said.unit, said.number, *said.options):
        assert words in text
    assert said.options == () or 2 <= len(said.options) <= limits.OPTIONS
    assert said.deadline is None or said.deadline >= DAY


@given(st.text(alphabet="aby 0127.,-—/ Мая", max_size=80))
def test_days_in_a_text_are_those_that_their_words_alone_say(text: str) -> None:
    whole = f"{text} by mid-June 2028 {text}"
    found = find_days(whole, DAY)
    assert "mid-June 2028" in {whole[start:end] for start, end, _ in found}
    for start, end, span in found:
        assert read_words(whole[start:end], DAY) == span


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Whom does the council elect?", QuestionKind.MULTIPLE_CHOICE),
        ("which bridge opens first?", QuestionKind.MULTIPLE_CHOICE),
        ("How many boats will sink?", QuestionKind.NUMERIC),
        ("How high will the toll be?", QuestionKind.NUMERIC),
        ("When will the pier open?", QuestionKind.DATE),
        ("Когда откроют мост?", QuestionKind.DATE),
        ("Will the one who won go?", QuestionKind.BINARY),
        ("Whenever it rains, will it close?", QuestionKind.BINARY),
        ("", QuestionKind.BINARY),
    ],
)
def test_how_a_question_is_answered_by_the_word_that_it_begins_with(title: str, kind: QuestionKind) -> None:
    assert kind_asked(title) is kind
