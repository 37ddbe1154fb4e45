"""Claims a line each, as JSON and CSV write them: a column at a time, and what many claims share once."""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from forecasts.domain.card_claims import CardClaim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


_TOGETHER: Final = (
    *("bucket", "prediction", "article", "article_title", "paragraph", "made_on", "claim"),
    *("claim_type endorsement phrase phrase_about", "question", "question_title", "kind scenario"),
    *("basis standard probability low high", "readings probabilities quantiles outcome", "known_on evidence"),
    *("brier log_loss crps crps_unit why_not_scored brier_best brier_worst best_on worst_on",),
    "condition condition_text note",
)
"""The fields of a claim in their order, those together that many claims share."""

_OF_ITS_OWN: Final = frozenset({"prediction", "article", "article_title", "claim", "question", "question_title"})
"""Texts of which a large ledger has too many to remember them."""

_REMEMBERED: Final = 1 << 13


def claim_writer(
    write: Callable[[str], Callable[[Any], str]],
    write_texts: Callable[[Sequence[str]], Iterable[str]],
    label: Callable[[str], str],
    between: str,
) -> Callable[[Sequence[CardClaim], str, str], Iterator[str]]:
    """What writes claims, a line each, with what stands before and after each of them: `write` gives what writes a
    field's values, `write_texts` writes a column of texts, `label` is what stands before each value.

    It goes a column at a time, and what many claims share is written once.
    """

    def together(writers: list[Callable[[Any], str]], form: str, *values: Any) -> str:
        return form % tuple([one(value) for one, value in zip(writers, values, strict=True)])

    parts: list[tuple[list[str], str, Callable[..., Iterable[str]]]] = []
    for names in map(str.split, _TOGETHER):
        if names[0] in _OF_ITS_OWN:
            parts.append((names, label(names[0]), write_texts))
        else:
            form = between.join(f"{label(name)}%s" for name in names)
            shared = lru_cache(_REMEMBERED)(partial(together, list(map(write, names)), form))
            parts.append((names, "", partial(map, shared)))

    def lines(claims: Sequence[CardClaim], before: str, after: str) -> Iterator[str]:
        columns = dict(zip(CardClaim._fields, zip(*claims, strict=True), strict=False))
        if not columns:
            return iter(())
        texts: list[Iterable[str]] = []
        for names, said, one in parts:
            texts.append(repeat((between if texts else before) + said, len(claims)))
            texts.append(one(*(columns[name] for name in names)))
        return map("".join, zip(*texts, repeat(after, len(claims)), strict=True))

    return lines
