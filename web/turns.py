"""One request, one turn: identify, take the office's turn, act once per idempotency key, answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, jsonify, request

from office.errors import Invalid, OfficeError
from office.people import Actor, Right
from office.place import Office
from office.requests import LONGEST_KEY, keep_answer, kept_answer, request_fingerprint
from office.turn import take_turn
from storage.work import Work
from web.access import asking, holder
from web.house import house
from web.meanwhile import MADE, nothing_undone, version_read

Answer = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """The office's turn, held by one request."""

    work: Work
    office: Office
    actor: Actor
    now: datetime


def in_turn(right: Right, act: Callable[[Turn], Answer], status: int = 200) -> Response:
    """Let whoever asks, having `right`, do `act` within the office's turn, and answer."""
    now = house().clock.now()
    return _answer(lambda work: asking(work, now, right), act, status, now, _key())


def in_unkept_turn(right: Right, act: Callable[[Turn], Answer]) -> Response:
    """Let whoever asks, having `right`, do `act` within the office's turn, and keep no answer.

    For a body that holds a secret, of which not even a fingerprint is to be kept; `act` done twice
    has to do no more than once.
    """
    now = house().clock.now()
    return _answer(lambda work: asking(work, now, right), act, 200, now, "")


def in_holders_turn(token: str, act: Callable[[Turn], Answer], status: int = 200) -> Response:
    """Let the holder of the ticket with the secret `token` do `act` within the office's turn."""
    return _answer(lambda work: holder(work, token), act, status, house().clock.now(), _key())


def in_reading(right: Right, look: Callable[[Turn], Answer]) -> Response:
    """Let whoever asks, having `right`, look without taking the turn."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        actor = asking(work, now, right)
        return jsonify(look(Turn(work, work.session.get_one(Office, actor.office_id), actor, now)))


def _answer(
    who: Callable[[Work], Actor],
    act: Callable[[Turn], Answer],
    status: int,
    now: datetime,
    key: str,
) -> Response:
    body = request.get_json(force=True)
    begun: int | None = None
    made: int | None = None
    try:
        with house().store.work() as work:
            actor = who(work)
            office = take_turn(work, actor.office_id, now)
            begun = office.id if work.events else None
            asked = request_fingerprint(f"{request.method} {request.path}", body) if key else ""
            kept = kept_answer(work, office.id, actor.key, key, asked) if key else None
            if kept is not None:
                status, answer = kept
            else:
                with nothing_undone(work, office):
                    answer = act(Turn(work, office, actor, now))
                made = office.version
                if key:
                    keep_answer(work, office.id, actor.key, key, asked, status, answer, now)
    except OfficeError:
        if begun is not None:
            _begin_day(begun, now)
        raise
    response = jsonify(answer)
    response.status_code = status
    if made is not None and version_read() is not None:
        response.headers[MADE] = str(made)
    return response


def _key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY:
        raise Invalid(fields={"Idempotency-Key": [f"at most {LONGEST_KEY} characters"]})
    return key


def _begin_day(office_id: int, now: datetime) -> None:
    """Do on its own what the turn did at the start of a day, which a refusal took back with it."""
    with house().store.work() as work:
        take_turn(work, office_id, now)
