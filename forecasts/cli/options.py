"""The options that many commands share, with completion of slugs, which never fails: where nothing can be read, nothing
is offered. Annotations are read when the program runs."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecasts import services
from forecasts.cli.session import find_place, work_on
from forecasts.domain.dates import Span, read_date, read_span
from forecasts.domain.kinds import Basis, Role, Which, Wording
from forecasts.errors import InvalidInputError, Problem
from forecasts.text import has_password, safe

if TYPE_CHECKING:
    from forecasts.domain.scorecards import ScoreFilters
    from forecasts.services.archive import Cluster


_MOST = 200


def _offer(context: typer.Context, kind: str, incomplete: str) -> list[tuple[str, str]]:
    with suppress(Exception):
        from forecasts.domain.overview import ListFilters

        given = {**context.find_root().params, **context.params}
        work_on(given.get("database"), None)
        records = services.overview.list_records(
            find_place().address, kind, ListFilters(), today=datetime.now(UTC).date()
        )
        offers = ((str(record["slug"]), safe(_title(record), 60)) for record in records)
        return [offer for offer in offers if offer[0].startswith(incomplete)][:_MOST]
    return []


def _title(record: dict[str, Any]) -> str:
    return str(record.get("title") or record.get("name") or record.get("claim") or "")


def complete_slug(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The slugs of the kind that was named before."""
    return _offer(context, str(getattr(context.params.get("kind"), "value", context.params.get("kind"))), incomplete)


def _completing(kind: str) -> Callable[[typer.Context, str], list[tuple[str, str]]]:
    def complete(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
        return _offer(context, kind, incomplete)

    return complete


COMPLETE = {kind: _completing(kind) for kind in ("source", "article", "scenario", "question", "prediction")}
"""What offers the slugs of each kind that is listed."""


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
    str | None, typer.Option("--database", metavar="URL|PATH", callback=without_password, help=_DATABASE_HELP)
]
FirstAnalyst = Annotated[str | None, typer.Option("--analyst", metavar="NAME", help=_ANALYST_HELP)]
Database = Annotated[
    str | None, typer.Option("--database", metavar="URL|PATH", callback=_database, help=_DATABASE_HELP)
]
Analyst = Annotated[str | None, typer.Option("--analyst", metavar="NAME", callback=_analyst, help=_ANALYST_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
ScenarioFilter = Annotated[
    str, typer.Option("--scenario", metavar="SLUG", autocompletion=COMPLETE["scenario"], help="Only of this scenario.")
]
SourceFilter = Annotated[
    str, typer.Option("--source", metavar="SLUG", autocompletion=COMPLETE["source"], help="Only of this source.")
]
QuestionSlug = Annotated[
    str, typer.Argument(metavar="SLUG", autocompletion=COMPLETE["question"], help="The question's slug.")
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


By = Annotated[Role, typer.Option(help="Whose card a prediction is on.")]
Counted = Annotated[Which, typer.Option(help="Which prediction of a source on one question counts.")]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="Only predictions made on this day or later.")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Only predictions made on this day or earlier.")]
Worded = Annotated[Wording, typer.Option(help="Which end of the range that the wording allows is scored.")]
Standard = Annotated[str, typer.Option(metavar="SLUG", help="Read the phrases under this wording standard.")]
NumberBasis = Annotated[Basis | None, typer.Option(help="Only numbers chosen so.")]
AsOf = Annotated[
    str | None, typer.Option(metavar="DATE", help="Calibration is over deadlines before this day; default: today.")
]


def read_filters(
    by: By = Role.SPEAKER,
    which: Counted = Which.FIRST,
    scenario: ScenarioFilter = "",
    since: Since = None,
    until: Until = None,
    wording: Worded = Wording.POINT,
    standard: Standard = "",
    basis: NumberBasis = None,
    as_of: AsOf = None,
) -> "ScoreFilters":
    """The filters that the options say. InvalidInputError names a date that is none."""
    from forecasts.domain.scorecards import ScoreFilters

    return ScoreFilters(
        by=by,
        which=which,
        wording=wording,
        scenario=scenario,
        since=read_date_option("--since", since),
        until=read_date_option("--until", until),
        standard=standard,
        basis=basis,
        as_of=read_date_option("--as-of", as_of),
    )


DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what it would do; change nothing.")]


def read_archive(
    archive: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Of an archive instead, as `export archive` writes it.")
    ] = None,
    workers: Annotated[
        int, typer.Option(metavar="N", min=0, help="With so many processes of this machine; needs an archive.")
    ] = 0,
    scheduler: Annotated[
        str, typer.Option(metavar="tcp://HOST:PORT", help="On the Dask cluster of this scheduler; needs an archive.")
    ] = "",
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help="How long a scheduler and its workers are waited for.")
    ] = 30.0,
    tls_ca_file: Annotated[str, typer.Option(metavar="FILE", help="Whose certificates the cluster has (PEM).")] = "",
    tls_cert: Annotated[str, typer.Option(metavar="FILE", help="The certificate to show to the cluster (PEM).")] = "",
    tls_key: Annotated[str, typer.Option(metavar="FILE", help="The key of that certificate (PEM).")] = "",
) -> "tuple[Path, Cluster | None] | None":
    """The archive that is scored instead of a ledger, and where."""
    if archive is None:
        if workers or scheduler:
            msg = "--workers and --scheduler are for an archive: name it with --archive."
            raise InvalidInputError(msg)
        return None
    if workers and scheduler:
        msg = "Name --workers of this machine, or a --scheduler whose workers are used."
        raise InvalidInputError(msg)
    if (tls_ca_file or tls_cert or tls_key) and not scheduler:
        msg = "--tls-ca-file, --tls-cert and --tls-key are for a cluster: name it with --scheduler."
        raise InvalidInputError(msg)
    cluster = services.archive.Cluster(workers, scheduler, timeout, tls_ca_file, tls_cert, tls_key)
    return archive, cluster if workers or scheduler else None


def _with_options(name: str, read: Callable[..., Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The command with the options of `read` where it has that parameter."""
    options = signature(read).parameters

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        def run(**given: Any) -> None:
            found = read(**{option: given.pop(option) for option in options})
            command(**given, **{name: found})

        parameters: list[Parameter] = []
        for parameter in signature(command).parameters.values():
            parameters.extend(options.values() if parameter.name == name else (parameter,))
        return _declared(run, command, parameters)

    return with_options


with_filters = _with_options("filters", read_filters)
with_archive = _with_options("archived", read_archive)


def with_place(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options that say which ledger it works on, and who works."""

    def options(database: Database = None, analyst: Analyst = None) -> None:
        work_on(database, analyst)

    def run(*, database: str | None, analyst: str | None, **given: Any) -> None:
        options(database, analyst)
        command(**given)

    return _declared(run, command, [*signature(command).parameters.values(), *signature(options).parameters.values()])


def _declared(
    run: Callable[..., None], command: Callable[..., None], parameters: list[Parameter]
) -> Callable[..., None]:
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    named = [parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in parameters]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in named}
    run.__signature__ = Signature(named)  # type: ignore[attr-defined] # what Typer reads the options from
    return run
