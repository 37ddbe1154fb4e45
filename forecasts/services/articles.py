"""Articles: by the window, and one as it is read, with what was recorded from each paragraph."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from forecasts.db.queries.articles import find_articles, read_article_rows, read_copy
from forecasts.db.queries.home import read_question_rows, read_statuses
from forecasts.db.queries.prediction_rows import read_numbers
from forecasts.db.queries.records import Records
from forecasts.domain import article_views
from forecasts.domain.records import Article, ArticleText, Passage, Prediction, Source
from forecasts.services.predictions import RecordWindow
from forecasts.services.read_only import ReadableLedger, require

ArticleWindow = RecordWindow[article_views.ArticleRow]


def open_articles(ledger: ReadableLedger, words: str = "") -> ArticleWindow:
    """The articles that have the words, the newest first, to be read by the window that is shown."""
    with ledger.reader() as reader:
        return RecordWindow(ledger, "article", find_articles(reader, words), read_article_rows)


def article_text(ledger: ReadableLedger, slug: str) -> article_views.AttachedText | None:
    """An article's own paragraphs, or None where no text is attached. UnknownRecordError offers the nearest."""
    with ledger.records() as records:
        return _attached(records, require(records, Article, slug))


def article_reading(ledger: ReadableLedger, slug: str) -> article_views.ArticleReading:
    """An article with its paragraphs, predictions and rejected passages. UnknownRecordError offers the nearest."""
    with ledger.records() as records:
        article = require(records, Article, slug)
        text = _attached(records, article)
        predictions = records.matching(Prediction, slug, "article")
        texts = {paragraph.number: paragraph.text for paragraph in text.paragraphs} if text else {}
        said = _ClaimReader(records, ledger.today(), predictions)
        claims: dict[int, list[article_views.PredictionInText]] = defaultdict(list)
        for record in predictions:
            claims[record.paragraph or 0].append(said.placed(record, texts))
        passages: dict[int, list[article_views.PassageInText]] = defaultdict(list)
        for passage in records.matching(Passage, slug, "article"):
            words = article_views.find_words(passage.phrase, texts.get(passage.paragraph, ""))
            passages[passage.paragraph].append(article_views.PassageInText(record=passage, words=words))
        return article_views.ArticleReading(
            article=article,
            version=records.version(Article, slug) or 1,
            outlet_name=said.name(article.outlet) if article.outlet else "",
            author_names=tuple(said.name(author) for author in article.authors),
            text=text,
            paragraphs=tuple(
                article_views.ReadParagraph(
                    number=number,
                    text=texts.get(number, ""),
                    predictions=tuple(
                        sorted(
                            claims.get(number, ()),
                            key=lambda claim: (claim.words is None, claim.words or (0, 0), claim.record.slug),
                        )
                    ),
                    passages=tuple(passages.get(number, ())),
                )
                for number in sorted(
                    texts.keys() | claims.keys() | passages.keys(), key=lambda number: (number == 0, number)
                )
            ),
        )


def _attached(records: Records, article: Article) -> article_views.AttachedText | None:
    record = records.find(ArticleText, article.slug)
    content = read_copy(records.reader, record.sha256) if record else None
    if record is None or content is None:
        return None
    texts = article_views.paragraphs(content)
    return article_views.AttachedText(
        article=article.slug,
        sha256=record.sha256,
        size=record.size,
        paragraphs=tuple(
            article_views.TextParagraph(number=number, text=texts[number - 1])
            for number in article_views.own_paragraphs(len(texts), article.lines)
        ),
    )


class _ClaimReader:
    """What the predictions of one article are shown with, each thing read once."""

    def __init__(self, records: Records, today: date, predictions: Sequence[Prediction]) -> None:
        self._records = records
        self._names: dict[str, str] = {}
        records.names.fetch("prediction", (record.slug for record in predictions))
        self._keys = {record.slug: records.names.key("prediction", record.slug) for record in predictions}
        self._numbers = read_numbers(records.reader, list(self._keys.values()))
        hung_on = [condition.question for record in predictions for condition in record.condition]
        named = {*hung_on, *(record.question for record in predictions if record.question)}
        records.names.fetch("question", named)
        asked = {records.names.key("question", slug) for slug in named}
        reader = records.reader
        rows = read_question_rows(reader, read_statuses(reader, today, asked), sorted(asked))
        self._asked = {row.slug: row for row in rows}

    def name(self, source: str) -> str:
        if source not in self._names:
            self._names[source] = self._records.get(Source, source).name
        return self._names[source]

    def placed(self, record: Prediction, texts: Mapping[int, str]) -> article_views.PredictionInText:
        asked = self._asked.get(record.question)
        return article_views.PredictionInText(
            record=record,
            speaker_names=tuple(self.name(source) for source in record.speakers),
            question_title=asked.title if asked else "",
            status=asked.status if asked else None,
            outcome=asked.outcome if asked else "",
            number=self._numbers[self._keys[record.slug]],
            words=article_views.find_words(record.phrase, texts.get(record.paragraph or 0, "")),
            conditions=tuple(
                (self._asked[one.question].title if one.question in self._asked else one.question, one.outcome)
                for one in record.condition
            ),
        )
