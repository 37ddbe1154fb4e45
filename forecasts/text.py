"""Text from outside made safe to show (`safe`, `safe_block`, `as_typed`), for a spreadsheet, as a search key, and
without its password.

Text from outside may carry terminal control sequences, bidirectional overrides and piles of combining marks
(Textual and terminals pass them through). `safe` turns every such character into a visible sign or drops it; it is
applied to whatever is drawn or printed, never to what is stored or exported.
"""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

_MOST_STACKED = 4
_MOST_MARKS = 8
_CONTROL_PICTURES = 0x2400
_DELETE = 0x7F
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_ELLIPSIS = "…"
_HIDDEN = {
    *range(0x80, 0xA0),  # C1 controls: CSI and OSC in one byte
    *range(0x200B, 0x2010),  # zero width and direction marks
    *range(0x2028, 0x202F),  # line separators, bidi embeddings and overrides
    *range(0x2060, 0x2070),  # word joiner, bidi isolates
    0x061C,
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    *range(0xD800, 0xE000),
    *range(0xE0000, 0xE0080),  # tag characters
}
_TERM = re.compile(r'"([^"]+)"?|([^\s"]+)')
_PLAIN = re.compile(
    "[ -~\\n\u00a0-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e"
    "\u3000-\u3029\u3030-\u303f\u4e00-\u9fff\uff01-\uff60]*"
)
_JOINING = "\u0600-\u0dff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
_JOINERS = re.compile(f"(?<=[{_JOINING}])[\u200c\u200d](?=[{_JOINING}])")
"""Zero width joiners and non-joiners in the scripts that are written with them."""
_PICTURE = "\u2194\u2195\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_JOINED_PICTURES = re.compile(f"(?<=[{_PICTURE}\ufe0f])\u200d(?=[{_PICTURE}])")
"""What makes one picture of two on one terminal, and on another a line that is wider than it was measured."""
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_JAMO = re.compile("[\u1160-\u11ff\ud7b0-\ud7fb]")
"""Vowels and ends of Korean syllables that are written apart, which take no cell of their own."""
_SIGNS = "=+-@\t\r\n＝＋－＠"
_FORMULA = re.compile(f"'*[{re.escape(_SIGNS)}]")
BEGINS_FORMULA = frozenset(f"'{_SIGNS}")
_WHITE = str.maketrans({"\n": " ", "\r": " ", "\t": " "})


def shorten(text: str, most: int) -> str:
    """The text, at most so long: of a longer one the beginning, and a sign that there is more."""
    return text if len(text) <= most else text[: most - 1] + _ELLIPSIS


def _visible(text: str) -> str:
    if _PLAIN.fullmatch(text):  # letters and signs of which none is to be changed: a long text is one look
        return text
    text = _JOINED_PICTURES.sub("", text)
    joiners = {found.start() for found in _JOINERS.finditer(text)}
    kept: list[str] = []
    stacked = marks = selectors = 0
    for place, character in enumerate(text):
        if is_mark(character):
            stacked += bool(unicodedata.combining(character)) or unicodedata.category(character) == "Me"
            selectors += bool(_SELECTOR.match(character))
            marks += 1
            if stacked <= _MOST_STACKED and marks <= _MOST_MARKS and selectors <= 1:
                kept.append(character)
            continue
        kept.append(character if character == "\n" or place in joiners else _sign(character))
        stacked = marks = selectors = 0
    return "".join(kept)


def is_mark(character: str) -> bool:
    """Whether it is drawn on the sign before it: an accent, a vowel sign, an enclosing circle, a selector."""
    return unicodedata.category(character)[0] == "M" or bool(_JAMO.match(character))


def safe(text: object, width: int | None = None) -> str:
    """One line that is safe on any terminal: white space folded to spaces, controls made visible.

    `width` cuts to that many characters, with an ellipsis in the last.
    """
    line = " ".join(str(text).translate(_WHITE).split(" ")).strip()
    if not (line.isascii() and line.isprintable()):
        line = _visible(unicodedata.normalize("NFC", line))
    if width is not None and len(line) > width:
        return line[: max(width - 1, 0)] + _ELLIPSIS
    return line


def safe_block(text: object) -> str:
    """Like `safe`, but line breaks stay: for criteria, notes and article text."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return _visible(unicodedata.normalize("NFC", lines))


def as_typed(text: str) -> str:
    """The text with every character that could act on a terminal as one visible sign; as long as the text itself."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_sign(character) for character in text)


def _sign(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if code == _DELETE:
        return "\N{SYMBOL FOR DELETE}"
    return _REPLACEMENT if code in _HIDDEN else character


def inert_cell(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula; `cell_text` undoes it exactly."""
    return f"'{text}" if text[:1] in BEGINS_FORMULA and _FORMULA.match(text) else text


def cell_text(cell: str) -> str:
    """The text of a cell that `inert_cell` wrote."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def search_key(*parts: str) -> str:
    """What search compares: NFC, case folded by Unicode's rules, so that 'қазақ' finds 'Қазақстан' on any database."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", " ".join(filter(None, parts))).casefold())


def typed_terms(text: str) -> list[str]:
    """What is looked for: every word, wherever it stands; what is between quotation marks together."""
    return [phrase or word for phrase, word in _TERM.findall(text)]


def search_terms(text: str) -> list[str]:
    """The same as search compares it."""
    return [search_key(term) for term in typed_terms(text)]


def has_terms(text: str, *parts: str) -> bool:
    """Whether the parts have everything that is looked for."""
    key = search_key(*parts)
    return all(term in key for term in search_terms(text))


KEYWORDS = re.compile(
    r"^\s*(host|hostaddr|port|dbname|user|\w*password|passfile|service|sslmode|options)\s*=", re.IGNORECASE
)
"""How an address begins that is written in libpq's keywords and values."""

_PORT = r":[0-9]+(?=[,/?#])"
_SCHEME = r"[a-z][a-z0-9+.-]+:/{1,3}(?!/)"
_BEFORE_AT = rf"(?is)^\s*(?:{_SCHEME}|(?!{_SCHEME}))[^:/@?=]*:(?P<secret>.*)@"  # Python 3.11.2 has no faultless ?+
_IN_QUERY = r"[?&](?P<key>[^=&#]*)=(?P<secret>[^&#]*)"
_IN_WORDS = r"(?s)(?P<key>\w+)\s*=\s*(?P<secret>'(?:\\.|[^'\\])*'?|(?:\\.|[^\s&])*)"


def has_password(address: str) -> bool:
    if any(_in_values(address)):
        return True
    _, scheme, rest = address.partition("://")
    user, at, _ = rest.rpartition("@")
    return bool(scheme and at and ":" in re.sub(_PORT, "", user))


def strike_out(address: str) -> str:
    """The address with whatever may be a password in it struck out."""
    for start, end in sorted(set(_spans(address)), reverse=True):
        address = f"{address[:start]}***{address[end:]}"
    return address


def strike_out_of(text: str, address: str) -> str:
    """What somebody said of an address, with the address's passwords struck out wherever they stand in it.

    Their parts too: of a password with an @ a driver takes what follows for the server, and names it.
    """
    secrets = {address[start:end] for start, end in _spans(address)}
    secrets |= {unquote(secret).strip("'") for secret in secrets}
    for secret in sorted(secrets - {""}, key=len, reverse=True):
        text = text.replace(secret, "***")
    parts = {part for secret in secrets for part in re.split(r"[@:/?#,\[\]]", secret)}
    for part in sorted(parts - {""}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "***", text, flags=re.IGNORECASE)
    return text


def _spans(address: str) -> Iterator[tuple[int, int]]:
    found = re.match(_BEFORE_AT, address)
    if found:
        yield found.span("secret")
        return  # whatever stands before the last @ is struck out, and a value before it with that
    yield from _in_values(address)


def _in_values(address: str) -> Iterator[tuple[int, int]]:
    pattern = _IN_WORDS if KEYWORDS.match(address) else _IN_QUERY
    for found in re.finditer(pattern, address):
        if unquote(found["key"]).strip().lower().endswith(("password", "passwd", "pwd")):
            yield found.span("secret")
