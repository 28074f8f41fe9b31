"""The addresses that an inspector's phone speaks to; whatever is sent twice is kept once.

No answer is kept beside what was done, and no fingerprint of what people said.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, request

from office.people import Actor, Right
from office.place import Office
from office.shelf import TooLarge, encoded
from office.turn import take_turn
from storage.work import Work
from surveys.spot_checks import checks, entries, photos
from surveys.spot_checks.checks import SpotCheck
from surveys.spot_checks.draws import (
    Group,
    counter_numbers,
    draw,
    draws_of,
    tickets_of,
    where,
)
from surveys.spot_checks.entries import Kind, newest_of
from surveys.spot_checks.shapes import (
    ChecksShape,
    Draw,
    Finding,
    KeptShape,
    Noted,
    Observation,
    OpenCheck,
    Person,
    Photo,
    PhotoBack,
    StateShape,
)
from surveys.spot_checks.terminals import terminals
from web.access import asking
from web.aside import aside
from web.house import house
from web.requests import takes_uploads
from web.shapes import problems
from web.turns import Turn, in_reading, in_unkept_turn

api = APIBlueprint("spot_checks_api", __name__, tag="Spot checks")

REFUSALS = problems(400, 401, 403, 404, 409, 413, 422, 429)
Note = Callable[[Work, Actor, datetime, SpotCheck, str, Mapping[str, Any]], None]


@api.get("/spot-checks")
@api.output(ChecksShape)
@api.doc(responses=problems(401, 403))
def listed() -> Response:
    """List the checks that are not signed; nobody but inspectors learns of them."""

    def look(turn: Turn) -> dict[str, Any]:
        found = checks.checks_of(turn.work, turn.actor)
        return {
            "checks": [_listed(each) for each in found if each.signed_at is None],
            "places": list(dict.fromkeys(each.place for each in found))[:10],
        }

    return in_reading(Right.SPOT_CHECK, look)


@api.post("/spot-checks")
@api.input(OpenCheck)
@api.output(StateShape)
@api.doc(responses=REFUSALS)
def opened(json_data: OpenCheck) -> Response:
    """Open a check, with a picture of the queue at this moment."""

    def act(turn: Turn) -> dict[str, Any]:
        check = checks.open_check(
            turn.work, turn.office, turn.actor, turn.now, json_data.key, json_data.place
        )
        return _state(turn.work, turn.office, check)

    return in_unkept_turn(Right.SPOT_CHECK, act)


@api.get("/spot-checks/<key>")
@api.output(StateShape)
@api.doc(responses=problems(401, 403, 404))
def state(key: str) -> Response:
    """Tell a check whole."""

    def look(turn: Turn) -> dict[str, Any]:
        check = checks.check_with_key(turn.work, turn.office, turn.actor, key)
        return _state(turn.work, turn.office, check)

    return in_reading(Right.SPOT_CHECK, look)


@api.post("/spot-checks/<key>/draws")
@api.input(Draw)
@api.output(StateShape)
@api.doc(responses=REFUSALS)
def drawn(key: str, json_data: Draw) -> Response:
    """Draw from those just served and those waiting, without those looked for already."""

    def act(turn: Turn) -> dict[str, Any]:
        check = checks.check_with_key(turn.work, turn.office, turn.actor, key)
        asked = newest_of(turn.work, check, Kind.PERSON)
        draw(turn.work, turn.office, turn.now, check, json_data.key, json_data.within_min, asked)
        return _state(turn.work, turn.office, check)

    return in_unkept_turn(Right.SPOT_CHECK, act)


@api.post("/spot-checks/<key>/people")
@api.input(Person)
@api.output(KeptShape)
@api.doc(responses=REFUSALS)
def person(key: str, json_data: Person) -> Response:
    """Note what came of one who was drawn."""
    return _noted(key, json_data, entries.note_person)


@api.post("/spot-checks/<key>/observations")
@api.input(Observation)
@api.output(KeptShape)
@api.doc(responses=REFUSALS)
def observation(key: str, json_data: Observation) -> Response:
    """Note how something was found."""
    return _noted(key, json_data, entries.note_observation)


@api.post("/spot-checks/<key>/findings")
@api.input(Finding)
@api.output(KeptShape)
@api.doc(responses=REFUSALS)
def finding(key: str, json_data: Finding) -> Response:
    """Note what is to be mended, by whom and until when."""
    return _noted(key, json_data, entries.note_finding)


@api.post("/spot-checks/<key>/photos/remove")
@api.input(PhotoBack)
@api.output(KeptShape)
@api.doc(responses=REFUSALS)
def photo_back(key: str, json_data: PhotoBack) -> Response:
    """Delete a photo."""
    return _noted(key, json_data, photos.take_back)


@api.post("/spot-checks/<key>/photos")
@api.input(Photo, location="query")
@api.output(KeptShape)
@api.doc(responses=REFUSALS)
@takes_uploads
def photo(key: str, query_data: Photo) -> Response:
    """Keep the picture in the request's body."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        actor = asking(work, now, Right.SPOT_CHECK)
        office = work.session.get_one(Office, actor.office_id)
        checks.check_with_key(work, office, actor, key)
    if (request.content_length or 0) > photos.LARGEST:
        raise TooLarge(limit=photos.LARGEST // 2**20)
    sent = request.stream.read(photos.LARGEST + 1)
    if len(sent) > photos.LARGEST:
        raise TooLarge(limit=photos.LARGEST // 2**20)
    content, kind = aside(encoded, sent, photos.EDGES)
    with home.store.work() as work:
        office = take_turn(work, actor.office_id, now)
        check = checks.check_with_key(work, office, actor, key)
        photos.note_photo(
            work, actor, now, check, query_data.key, content, kind, query_data.model_dump()
        )
    return jsonify({"key": query_data.key})


@api.post("/spot-checks/<key>/close")
@api.input(Noted)
@api.output(StateShape)
@api.doc(responses=REFUSALS)
def closed(key: str, json_data: Noted) -> Response:
    """End the walk: the office's managers may read of it from now on."""

    def act(turn: Turn) -> dict[str, Any]:
        check = checks.check_with_key(turn.work, turn.office, turn.actor, key)
        ended = entries.noted_at(check, turn.now, json_data.ago_s)
        told = terminals(turn.work, turn.office, check, ended)
        checks.close_check(turn.work, turn.office, turn.actor, turn.now, check, ended, told)
        return _state(turn.work, turn.office, check)

    return in_unkept_turn(Right.SPOT_CHECK, act)


def _noted(key: str, said: Noted, note: Note) -> Response:
    def act(turn: Turn) -> dict[str, Any]:
        check = checks.check_with_key(turn.work, turn.office, turn.actor, key)
        note(turn.work, turn.actor, turn.now, check, said.key, said.model_dump())
        return {"key": said.key}

    return in_unkept_turn(Right.SPOT_CHECK, act)


def _listed(check: SpotCheck) -> dict[str, Any]:
    return {
        "key": check.key,
        "place": check.place,
        "opened_at": check.opened_at.isoformat(),
        "closed_at": check.closed_at.isoformat() if check.closed_at else None,
    }


def _state(work: Work, office: Office, check: SpotCheck) -> dict[str, Any]:
    draws = draws_of(work, check)
    labels = {label for each in draws for label in each.labels}
    numbers = counter_numbers(work, office.id)
    tickets = tickets_of(work, office, office.today(check.opened_at), labels)
    return {
        **_listed(check),
        "number": check.id,
        "timezone": office.timezone,
        "signed": check.signed_at is not None,
        "snapshot": check.snapshot,
        "draws": [
            {
                "at": each.at.isoformat(),
                "within_min": each.within_min,
                **{group.value: each.drawn[group.value] for group in Group},
            }
            for each in draws
        ],
        "where": {label: where(each, numbers) for label, each in tickets.items()},
        "entries": {
            kind.value: {
                subject: {**each.detail, "at": each.at.isoformat()}
                for subject, each in newest_of(work, check, kind).items()
            }
            for kind in Kind
        },
    }
