"""The manual page, made from the commands as they are declared: python docs/man_page.py > docs/forecasts.1."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from typer.main import get_command

from forecasts import __version__
from forecasts.cli.program import app

if TYPE_CHECKING:
    from collections.abc import Iterator

_END = """\
.SH FILES
.TP
.I $XDG_CONFIG_HOME/forecasts/settings.toml
The settings.
.TP
.I $XDG_DATA_HOME/forecasts/forecasts.db
The ledger, unless
.BR \\-\\-database ,
.B FORECASTS_DATABASE
or the settings name another.
.TP
.I $XDG_STATE_HOME/forecasts
Dated copies and drafts.
.SH ENVIRONMENT
.TP
.B FORECASTS_DATABASE
The ledger: a file, or the address of a PostgreSQL database.
.TP
.B FORECASTS_ANALYST
The name under which changes are recorded.
.SH EXIT STATUS
0 where it was done; 1 where it was refused or a check found something, with the reason on standard error; 2 where the
command line was wrong; 130 where it was interrupted.
"""


def man_page() -> str:
    """The page, in roff."""
    command = get_command(app)
    context = command.make_context("forecasts", [], resilient_parsing=True)
    head, _, rest = (command.help or "").partition("\n")
    lines = [
        f'.TH FORECASTS 1 "" "forecasts {__version__}" "User Commands"',
        ".nh",
        ".SH NAME",
        f"forecasts \\- {_text(head).rstrip('.').lower()}",
        ".SH SYNOPSIS",
        ".B forecasts",
        "[options] [command [arguments]]",
        ".SH DESCRIPTION",
        *_paragraphs(rest),
        ".SH OPTIONS",
        *_parameters(command, context),
        ".SH COMMANDS",
    ]
    for path, one, under in _commands(command, context):
        lines += [f".SS {_text(path)}", *_paragraphs(one.help or ""), *_parameters(one, under)]
    return "\n".join(lines) + f"\n{_END}"


def _commands(group: Any, context: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        under = type(context)(command, parent=context, info_name=name)
        pieces = [
            piece for one in command.get_params(under) if _is_argument(one) for piece in one.get_usage_pieces(under)
        ]
        arguments = " ".join(pieces)
        if not hasattr(command, "list_commands") or command.help:
            yield f"{path}{name} {arguments}".strip(), command, under
        if hasattr(command, "list_commands"):
            yield from _commands(command, under, f"{path}{name} ")


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _parameters(command: Any, context: Any) -> Iterator[str]:
    above = context.parent and {name for one in context.find_root().command.get_params(context) for name in one.opts}
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if (
            record is not None
            and not getattr(parameter, "hidden", False)
            and not (above or set()) & set(parameter.opts)
        ):
            yield from (".TP", f".B {_text(record[0])}", _text(" ".join(record[1].split())))


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        yield from (".PP", _text(" ".join(paragraph.split())))


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    plain = "".join(sign if sign.isascii() else f"\\[u{ord(sign):04X}]" for sign in escaped)
    return f"\\&{plain}" if plain.startswith((".", "'")) else plain


if __name__ == "__main__":
    sys.stdout.write(man_page())
