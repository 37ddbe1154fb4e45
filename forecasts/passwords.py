"""Passwords in database addresses: found and struck out in one way, however an address spells them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    """Whether a database address has a password in it."""
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
    """What somebody said of an address, with the address's passwords struck out wherever they stand in it."""
    secrets = {address[start:end] for start, end in _spans(address)}
    secrets |= {unquote(secret).strip("'") for secret in secrets}
    for secret in sorted(secrets - {""}, key=len, reverse=True):
        text = text.replace(secret, "***")
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
