"""Completion of slugs from the record. It never fails: where nothing can be read, nothing is offered."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import typer

_MOST = 200


def _offer(context: typer.Context, kind: str, incomplete: str) -> list[tuple[str, str]]:
    with suppress(Exception):
        from forecasts.cli.session import find_place
        from forecasts.domain.overview import ListFilters
        from forecasts.services.overview import list_records
        from forecasts.text import safe

        given = {**context.find_root().params, **context.params}
        place = find_place(given.get("database"), None)
        records = list_records(place.address, kind, ListFilters(), today=datetime.now(UTC).date())
        offers = ((str(record["slug"]), safe(_title(record), 60)) for record in records)
        return [offer for offer in offers if offer[0].startswith(incomplete)][:_MOST]
    return []


def _title(record: dict[str, Any]) -> str:
    return str(record.get("title") or record.get("name") or record.get("claim") or "")


def complete_slug(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The slugs of the kind that was named before."""
    return _offer(context, str(getattr(context.params.get("kind"), "value", context.params.get("kind"))), incomplete)


def complete_question(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    return _offer(context, "question", incomplete)


def complete_prediction(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    return _offer(context, "prediction", incomplete)


def complete_scenario(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    return _offer(context, "scenario", incomplete)


def complete_source(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    return _offer(context, "source", incomplete)


def complete_article(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    return _offer(context, "article", incomplete)


def complete_of(kind: str) -> Callable[[typer.Context, str], list[tuple[str, str]]] | None:
    """What offers the slugs of a kind; None for one that is not listed."""
    found = {
        "source": complete_source,
        "article": complete_article,
        "scenario": complete_scenario,
        "question": complete_question,
        "prediction": complete_prediction,
    }
    return found.get(kind)
