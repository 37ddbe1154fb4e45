"""Passwords in database addresses: struck out however an address spells them, refused on the command line."""

from __future__ import annotations

import pytest

from forecasts.db.address import read_address
from forecasts.errors import DatabaseUnusableError
from forecasts.text import has_password, strike_out, strike_out_of

SPELLINGS = (
    "postgresql://ann:geheim@h/d",
    "postgresql://ann:1geheim@h/d",
    "POSTGRESQL://ann:geheim@h/d",
    "PostgreSQL+psycopg://ann:geheim@h/d",
    "postgresql://:geheim@h/d",
    "postgresql://ann:ge@geheim@h/d",
    "postgresql://ann:ge:/?#geheim@h/d",
    "postgresql://ann:/geheim@h/d",
    "postgresql://ann:ge%40geheim@h:5432/d?sslmode=require",
    "postgresql://h/d?user=ann&password=geheim",
    "postgresql://h/d?Password=geheim",
    "postgresql://h/d?PASSWORD=geheim&user=ann",
    "postgresql://h/d?p%61ssword=geheim",
    "postgresql://h/d?sslpassword=geheim",
    "postgresql://ann@h/d?password=geheim",
    "host=h user=ann password=geheim",
    "password = geheim host=h",
    "host=h PASSWORD='x y geheim' user=ann",
    r"host=h password='x\' geheim'",
    "user=ann sslpassword=geheim",
    "postgresql:/ann:geheim@h/d",
    "postgresql:ann:geheim@h/d",
    "ann:geheim@h/d",
    "mysql://ann:geheim@h/d",
)


@pytest.mark.parametrize("address", SPELLINGS)
def test_no_spelling_shows_a_password(address: str) -> None:
    assert "geheim" not in strike_out(address)
    assert "geheim" not in strike_out_of(f'could not read "{address}"', address)
    try:
        shown = read_address(address).shown
    except DatabaseUnusableError as error:
        shown = str(error)
    assert "geheim" not in shown


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://ann:ge@heim@h/d", "failed to resolve host 'heim@h'"),
        ("postgresql://ann:ge@heim/x@h/d", "failed to resolve host 'heim'"),
        ("postgresql://ann:ge@x:heim@h/d", "invalid literal for int() with base 10: 'heim@h'"),
        ("postgresql://ann:ge@Heim@h/d", "failed to resolve host 'heim@h'"),
    ],
)
def test_no_part_of_a_password_that_was_taken_for_the_server_is_told(address: str, said: str) -> None:
    assert "heim" not in strike_out_of(said, address)


def test_words_that_merely_hold_a_part_of_a_password_stay() -> None:
    assert strike_out_of("cannot reach port 1 of h", "postgresql://ann:p@ort@h/d") == "cannot reach port 1 of h"


@pytest.mark.parametrize("address", SPELLINGS)
def test_what_means_a_server_is_no_file(address: str) -> None:
    try:
        path = read_address(address).path
    except DatabaseUnusableError:
        path = None
    assert path is None


@pytest.mark.parametrize("address", [address for address in SPELLINGS if "://" in address or "=" in address])
def test_every_spelling_that_can_be_used_is_refused_as_an_argument(address: str) -> None:
    assert has_password(address)


@pytest.mark.parametrize(
    "address",
    ["postgresql://ann@h:5432/d", "postgresql:///d?service=team", "postgresql://h1:1,h2:2/d", "/home/me/a:b.db"],
)
def test_what_has_no_password_stays_as_it_is(address: str) -> None:
    assert strike_out(address) == address
    assert not has_password(address)
    assert read_address(address).shown == address
