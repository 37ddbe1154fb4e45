"""PredictionBook's JSON (`/api/my_predictions`): the responses are the predictions.

A response may be a comment only. A prediction that was withdrawn is hidden by its author, which voids nothing. The CSV
of the settings page has no responses and is refused. The account's e-mail address is never read into a record.
"""

from collections.abc import Mapping
from typing import IO, Any

from forecasts.domain import limits
from forecasts.domain.formats import percent, share_of
from forecasts.domain.records import Question, Scenario
from forecasts.domain.values import shown
from forecasts.interchange.imports.building import Building, digest, joined_slug
from forecasts.interchange.imports.files import MOST_JSON_BYTES, read_json, text_of
from forecasts.interchange.imports.forecast_logs import StatedForecast, add_forecasts, add_resolution, add_source, cut
from forecasts.interchange.imports.reports import Imported, ImportOptions, refuse_whole
from forecasts.interchange.imports.tables import expected_of, read_instant
from forecasts.interchange.record_sets import NO_RECORDS, Known

PLATFORM = "PredictionBook"
_SHAPE = 'the JSON of /api/my_predictions: {"user": {…}, "predictions": [{…, "responses": […]}]}'
_INSTANT = "an instant, 2025-02-01T00:00:00Z"


def read_predictionbook(file: IO[bytes], name: str, options: ImportOptions, known: Known = NO_RECORDS) -> Imported:
    """The records of an export. InvalidInputError tells everything that is wrong with it, by prediction."""
    data = file.read(MOST_JSON_BYTES + 1)
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        refuse_whole(name, "no JSON", f"{_SHAPE}; the CSV of the settings page has no single confidences")
    document = read_json(data, name)
    predictions = document.get("predictions") if isinstance(document, dict) else document
    if not isinstance(predictions, list):
        refuse_whole(name, shown(predictions), _SHAPE)
    building = Building(name, "predictionbook", PLATFORM, options)
    forecasts: list[StatedForecast] = []
    for place, item in enumerate(predictions, start=1):
        where = f"prediction {place}"
        building.count("predictions")
        if not isinstance(item, dict):
            building.problems.add(where, "", shown(item), "an object")
            continue
        where = f"prediction {place} (id {shown(item.get('id'))})"
        question = _question(building, item, where)
        if question is not None:
            _resolve(building, question, item, where)
            forecasts += _responses(building, question, item, where)
    add_forecasts(building, PLATFORM, forecasts)
    return building.finish(known)


def _question(building: Building, item: Mapping[str, Any], where: str) -> Question | None:
    number, title = item.get("id"), text_of(item, "description")
    deadline, made = (read_instant(text_of(item, key)) for key in ("deadline", "created_at"))
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < limits.LARGEST_NUMBER:
        building.problems.add(where, "id", shown(number), "a whole number")
        return None
    if deadline is None:
        building.problems.add(
            where, "deadline", shown(item.get("deadline")), expected_of(text_of(item, "deadline"), _INSTANT)
        )
        return None
    if "responses" not in item:
        building.problems.add(where, "responses", "nothing", "a list of responses, perhaps empty")
    group, scenario = item.get("prediction_group_id"), ""
    if isinstance(group, int) and not isinstance(group, bool) and group > 0:
        scenario = f"predictionbook-group-{group}"
        whole = text_of(item, "description_with_group")
        title_of_group = whole.removesuffix(title).strip(" []:-") if title and whole.endswith(title) else ""
        building.add(Scenario, {"slug": scenario, "title": cut(title_of_group) or f"{PLATFORM} group {group}"}, where)
    withdrawn = item.get("withdrawn") is True
    return building.add(
        Question,
        {
            "slug": f"predictionbook-{number}",
            "scenario": scenario,
            "title": cut(title),
            "criteria": f"{title}\nAs judged on {PLATFORM}." if title else "",
            "fine_print": f"Withdrawn from view on {PLATFORM} by its author; what was forecast stays."
            if withdrawn
            else "",
            "resolution_source": f"https://predictionbook.com/predictions/{number}",
            "opens_on": min(made.date(), deadline.date()) if made else None,
            "resolves_on": deadline.date(),
            "deadline_basis": "stated",
            "written_on": made.date() if made else None,
        },
        where,
    )


def _resolve(building: Building, question: Question, item: Mapping[str, Any], where: str) -> None:
    outcome = item.get("outcome")
    if outcome is None:
        return
    if not isinstance(outcome, bool):
        building.problems.add(where, "outcome", shown(outcome), "true, false or null")
        return
    judged = read_instant(text_of(item, "last_judgement_at"))
    if judged is None:
        judged = read_instant(text_of(item, "updated_at"))
        building.notes["Some outcomes have no time of judgement: the day of the last update stands for it."] = None
    if judged is None:
        building.problems.add(where, "last_judgement_at", shown(item.get("last_judgement_at")), _INSTANT)
        return
    add_resolution(
        building,
        question,
        at=judged,
        by=PLATFORM,
        note=f"Judged {'right' if outcome else 'wrong'} on {PLATFORM}.",
        where=where,
        outcome="yes" if outcome else "no",
    )


def _responses(building: Building, question: Question, item: Mapping[str, Any], where: str) -> list[StatedForecast]:
    responses = item.get("responses", [])
    if not isinstance(responses, list):
        building.problems.add(where, "responses", shown(responses), "a list")
        return []
    found = []
    for place, response in enumerate(responses, start=1):
        building.count("responses")
        at = f"{where}, response {place}"
        if not isinstance(response, dict):
            building.problems.add(at, "", shown(response), "an object")
        elif forecast := _response(building, question, response, at):
            found.append(forecast)
    return found


def _response(building: Building, question: Question, response: Mapping[str, Any], where: str) -> StatedForecast | None:
    confidence = response.get("confidence")
    if confidence is None:
        building.skips.add("response", "a comment without a confidence", where)
        return None
    is_whole = isinstance(confidence, int) and not isinstance(confidence, bool)
    if not is_whole or not 0 <= confidence <= 100:
        building.problems.add(where, "confidence", shown(confidence), "a whole number from 0 to 100")
        return None
    made = read_instant(text_of(response, "created_at"))
    if made is None:
        building.problems.add(where, "created_at", shown(response.get("created_at")), _INSTANT)
        return None
    label, user = text_of(response, "user_label"), response.get("user_id")
    person = f"user {user}" if isinstance(user, int) and not label else label
    if not person:
        building.skips.add("response", "nobody is named as its author", where)
        return None
    source = add_source(
        building, joined_slug("predictionbook", person, key=digest(PLATFORM, person, length=6)), person, where
    )
    if source is None:
        return None
    share = share_of(confidence)
    identity = response.get("id")
    return StatedForecast(
        key="\x1f".join((question.slug, person, made.isoformat(), str(confidence), shown(identity))),
        source=source,
        question=question,
        at=made,
        number={"probability": share},
        shown=percent(share),
        note=text_of(response, "comment"),
        where=where,
    )
