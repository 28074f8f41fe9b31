"""Answers at devices of the office: the tablet at the exit, and a counter's own sign."""

from contextlib import suppress
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from office.errors import Invalid
from office.people import Right, Token
from office.tickets import Ticket, ticket_with_token
from surveys import ratings, taps
from surveys.entitled import ticket_at_sign, ticket_of_slip
from surveys.ratings import Channel
from surveys.shapes import (
    CommentShape,
    RatingShape,
    Score,
    SignRate,
    Slip,
    SlipDetails,
    SlipRate,
    TalkShape,
    TapShape,
)
from web.access import CredentialsInvalid, bearer, identities
from web.house import house
from web.limits import limiter
from web.shapes import problems
from web.turns import Turn, in_turn

api = APIBlueprint("ratings_devices_api", __name__, tag="Ratings at devices")

REFUSALS = problems(400, 401, 403, 404, 409, 410, 413, 422)
#: For one number on a slip of an office, whoever asks: codes are short.
SLIP = "20 per hour"


def slip_key() -> str:
    """Return the office and the number somebody typed, which a limit on guesses counts by."""
    sent = request.get_json(force=True, silent=True)
    label = sent.get("label") if isinstance(sent, dict) else None
    return f"slip:{_office_here()}:{label}"[:40].upper()


def _office_here() -> int:
    """Return the office of whoever asks; 0 for nobody, whom no office answers."""
    home = house()
    with home.store.read() as work, suppress(CredentialsInvalid):
        for actor in identities(work, home.clock.now(), bearer(request)):
            return actor.office_id
    return 0


def has_no_label() -> bool:
    """Say whether no number was typed: then what was scanned is no guess."""
    return slip_key().endswith(":NONE")


@api.post("/exit/rating")
@api.input(SlipRate)
@api.output(RatingShape, status_code=201)
@api.doc(responses=REFUSALS | problems(429))
@limiter.limit(SLIP, key_func=slip_key, exempt_when=has_no_label)
def rate_at_exit(json_data: SlipRate) -> Response:
    """Say at the exit tablet how the visit of a slip was."""

    def act(turn: Turn) -> dict[str, Any]:
        _seen(turn)
        ratings.rate(
            turn.work,
            turn.office,
            turn.actor,
            turn.now,
            _ticket(turn, json_data),
            json_data.score,
            channel=Channel.EXIT,
        )
        return {"score": json_data.score}

    return in_turn(Right.RATE_AT_EXIT, act, 201)


@api.post("/exit/rating/details")
@api.input(SlipDetails)
@api.output(CommentShape, status_code=201)
@api.doc(responses=REFUSALS | problems(429))
@limiter.limit(SLIP, key_func=slip_key, exempt_when=has_no_label)
def details_at_exit(json_data: SlipDetails) -> Response:
    """Add reasons and words to the answer of a slip, once."""

    def act(turn: Turn) -> dict[str, Any]:
        ticket = _ticket(turn, json_data)
        ratings.add_details(turn.work, ticket, turn.now, json_data.reasons, json_data.comment)
        return {"can_comment": False}

    return in_turn(Right.RATE_AT_EXIT, act, 201)


@api.post("/exit/rating/talk")
@api.input(Slip)
@api.output(TalkShape, status_code=201)
@api.doc(responses=REFUSALS | problems(429))
@limiter.limit(SLIP, key_func=slip_key, exempt_when=has_no_label)
def talk_at_exit(json_data: Slip) -> Response:
    """Ask to speak to somebody now, which tells the floor the ticket's number."""

    def act(turn: Turn) -> dict[str, Any]:
        ratings.wish_to_talk(turn.work, turn.office, turn.actor, turn.now, _ticket(turn, json_data))
        return {"can_talk": False}

    return in_turn(Right.RATE_AT_EXIT, act, 201)


@api.post("/exit/taps")
@api.input(Score)
@api.output(TapShape, status_code=201)
@api.doc(responses=REFUSALS)
def tap_at_exit(json_data: Score) -> Response:
    """Keep a tap of somebody without a slip, apart from the ratings of visits."""

    def act(turn: Turn) -> dict[str, Any]:
        device = turn.actor.token_id
        if device is None:
            raise Invalid(fields={"device": "only a device taps"})
        _seen(turn)
        taps.tap(turn.work, turn.office, turn.actor, turn.now, device, json_data.score)
        return {"score": json_data.score}

    return in_turn(Right.RATE_AT_EXIT, act, 201)


@api.post("/counters/<int:number>/rating")
@api.input(SignRate)
@api.output(RatingShape, status_code=201)
@api.doc(responses=REFUSALS)
def rate_at_sign(number: int, json_data: SignRate) -> Response:
    """Say at a counter's sign how the visit was that has just ended there."""

    def act(turn: Turn) -> dict[str, Any]:
        ticket = ticket_at_sign(
            turn.work, turn.office, turn.actor, turn.now, number, json_data.label
        )
        ratings.rate(
            turn.work,
            turn.office,
            turn.actor,
            turn.now,
            ticket,
            json_data.score,
            channel=Channel.COUNTER,
        )
        return {"score": json_data.score}

    return in_turn(Right.RATE_AT_COUNTER, act, 201)


def _seen(turn: Turn) -> None:
    """Note that the tablet is there: it has no socket that would tell."""
    if turn.actor.token_id is not None:
        turn.work.session.get_one(Token, turn.actor.token_id).seen_at = turn.now


def _ticket(turn: Turn, slip: Slip) -> Ticket:
    """Return the ticket of a slip in this office. Raises SlipUnknown, TicketUnknown or Invalid."""
    if slip.token:
        ticket = ticket_with_token(turn.work, slip.token)
        if ticket.office_id == turn.office.id:
            return ticket
    if not slip.label or not slip.code:
        raise Invalid(fields={"code": "needed with the number"})
    return ticket_of_slip(turn.work, turn.office, slip.label, slip.code)
