"""The options that say what scores are made of: written once, for every command that takes them."""

from collections.abc import Callable
from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecasts.cli.options import ScenarioFilter, read_date_option
from forecasts.domain.kinds import Basis, Role, Which, Wording

if TYPE_CHECKING:
    from forecasts.domain.score_filters import ScoreFilters

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
    from forecasts.domain.score_filters import ScoreFilters

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


def with_filters(command: Callable[..., None]) -> Callable[..., None]:
    """The command with these options where it has its parameter `filters`."""
    options = signature(read_filters).parameters

    def run(**given: Any) -> None:
        filters = read_filters(**{name: given.pop(name) for name in options})
        command(**given, filters=filters)

    parameters: list[Parameter] = []
    for parameter in signature(command).parameters.values():
        parameters.extend(options.values() if parameter.name == "filters" else (parameter,))
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    named = [parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in parameters]
    run.__signature__ = Signature(named)  # type: ignore[attr-defined] # what Typer reads the options from
    return run
