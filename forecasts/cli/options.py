"""The options that many commands share. Annotations are read when the program runs."""

import re
from datetime import date
from typing import Annotated

import typer

from forecasts.cli.completion import complete_question, complete_scenario, complete_source
from forecasts.domain.dates import Span, read_date, read_span
from forecasts.errors import InvalidInputError, Problem

_PORT = re.compile(r":[0-9]+(?=[,/?#]|$)")
_IN_QUERY = re.compile(r"[?&](ssl)?password=", re.IGNORECASE)


def has_password(address: str) -> bool:
    """Whether a database address has a password in it."""
    _, scheme, rest = address.partition("://")
    if not scheme:
        return False
    user, at, _ = rest.rpartition("@")
    return bool(at and ":" in _PORT.sub("", user)) or bool(_IN_QUERY.search(rest))


def without_password(context: typer.Context, value: str | None) -> str | None:
    """The address, if there is no password in it: arguments are seen by every user of the machine."""
    if value and not context.resilient_parsing and has_password(value):
        msg = (
            "a password on the command line can be read by every user of this machine. "
            "Put the address into FORECASTS_DATABASE, or the password into a service file or ~/.pgpass."
        )
        raise typer.BadParameter(msg)
    return value


def _database(context: typer.Context, value: str | None) -> str | None:
    given: str | None = context.find_root().params.get("database")
    return given if value is None else without_password(context, value)


def _analyst(context: typer.Context, value: str | None) -> str | None:
    given: str | None = context.find_root().params.get("analyst")
    return given if value is None else value


_DATABASE_HELP = "The SQLite file or PostgreSQL address; default: FORECASTS_DATABASE, the settings, the data folder."
_ANALYST_HELP = "Who is working; default: FORECASTS_ANALYST, the settings, the login name."

FirstDatabase = Annotated[
    str | None,
    typer.Option("--database", metavar="URL|PATH", callback=without_password, help=_DATABASE_HELP),
]
FirstAnalyst = Annotated[str | None, typer.Option("--analyst", metavar="NAME", help=_ANALYST_HELP)]
Database = Annotated[
    str | None, typer.Option("--database", metavar="URL|PATH", callback=_database, help=_DATABASE_HELP)
]
Analyst = Annotated[str | None, typer.Option("--analyst", metavar="NAME", callback=_analyst, help=_ANALYST_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
ScenarioFilter = Annotated[
    str, typer.Option("--scenario", metavar="SLUG", autocompletion=complete_scenario, help="Only of this scenario.")
]
SourceFilter = Annotated[
    str, typer.Option("--source", metavar="SLUG", autocompletion=complete_source, help="Only of this source.")
]
QuestionSlug = Annotated[
    str, typer.Argument(metavar="SLUG", autocompletion=complete_question, help="The question's slug.")
]


def read_day_option(name: str, text: str) -> Span:
    """The day or span that an option gives. InvalidInputError says what is expected."""
    try:
        return read_span(text)
    except ValueError as error:
        raise _wrong_date(name, text, f"YYYY-MM-DD, or a span YYYY-MM-DD/YYYY-MM-DD ({error})") from error


def read_date_option(name: str, text: str | None) -> date | None:
    """The date that an option gives, if it is given. InvalidInputError says what is expected."""
    if text is None:
        return None
    try:
        return read_date(text)
    except ValueError as error:
        raise _wrong_date(name, text, f"a date YYYY-MM-DD ({error})") from error


def _wrong_date(name: str, text: str, expected: str) -> InvalidInputError:
    problem = Problem(field=name, found=f"'{text}'", expected=expected)
    msg = "That is not a date of the calendar:"
    return InvalidInputError(msg, (problem,), "Nothing was changed.")
