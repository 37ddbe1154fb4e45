"""A second reading: ask for one's own number, keep it beside the first, say what it did."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from forecasts.domain.formats import percent
from forecasts.errors import ForecastsError
from forecasts.text import safe
from forecasts.tui.dialogs.reading import ReadingDialog
from forecasts.tui.effects import moves_in_words
from forecasts.tui.flows import calls
from forecasts.tui.flows.copying import prediction_of

if TYPE_CHECKING:
    from forecasts.tui.work import ServiceApp

_TITLE = 60


async def read_claim(app: ServiceApp) -> None:
    """Ask for one's own number for the claim under the cursor; on an error the dialog comes back as it was typed."""
    slug = prediction_of(app.screen)
    if not slug:
        app.tell("Stand on a claim: in Predictions, on a scorecard, or in the list of disagreements.")
        return
    claim = await app.ask(partial(calls.claim_to_read, slug=slug))
    typed: dict[str, str] = {}
    trouble = ""
    while True:
        dialog = ReadingDialog(claim, typed, trouble, is_blind=app.is_blind)
        intent = await app.push_screen_wait(dialog)
        if intent is None:
            return
        typed = dialog.typed
        try:
            effect = await app.ask(partial(calls.record_reading, intent=intent))
        except ForecastsError as error:
            trouble = str(error)
            continue
        moves = () if app.is_blind else moves_in_words(effect.moves)
        lines = (safe(claim.claim, _TITLE), *moves)
        app.tell_change(f"Read as {percent(intent.probability)}", lines, effect.entry)
        return
