"""The rating's address for the holder of a ticket: one answer per finished visit."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from office.tickets import ticket_with_token
from surveys import ratings
from surveys.shapes import CommentShape, Details, Rate, RatingShape, TalkShape
from web.limits import TICKET, limiter, ticket_key
from web.security import by_secret
from web.shapes import problems
from web.turns import Turn, in_holders_turn

api = APIBlueprint("surveys_api", __name__, tag="Satisfaction")

REFUSALS = problems(400, 404, 409, 410, 413, 422, 429)


@api.post("/tickets/<token>/rating")
@api.input(Rate)
@api.output(RatingShape, status_code=201)
@api.doc(responses=REFUSALS, security=[])
@limiter.limit(TICKET, key_func=ticket_key)
@by_secret
def rate(token: str, json_data: Rate) -> Response:
    """Say how the visit was; the ticket's secret is the credential."""

    def act(turn: Turn) -> dict[str, Any]:
        ticket = ticket_with_token(turn.work, token)
        ratings.rate(
            turn.work,
            turn.office,
            turn.actor,
            turn.now,
            ticket,
            json_data.score,
            json_data.comment,
        )
        return {"score": json_data.score}

    return in_holders_turn(token, act, 201)


@api.post("/tickets/<token>/rating/details")
@api.input(Details)
@api.output(CommentShape, status_code=201)
@api.doc(responses=REFUSALS, security=[])
@limiter.limit(TICKET, key_func=ticket_key)
@by_secret
def details(token: str, json_data: Details) -> Response:
    """Add reasons and words to the answer, once; the ticket's secret is the credential."""

    def act(turn: Turn) -> dict[str, Any]:
        ticket = ticket_with_token(turn.work, token)
        ratings.add_details(turn.work, ticket, turn.now, json_data.reasons, json_data.comment)
        return {"can_comment": False}

    return in_holders_turn(token, act, 201)


@api.post("/tickets/<token>/rating/talk")
@api.output(TalkShape, status_code=201)
@api.doc(responses=REFUSALS, security=[])
@limiter.limit(TICKET, key_func=ticket_key)
@by_secret
def talk(token: str) -> Response:
    """Ask to speak to somebody now, which tells the floor the ticket's number."""

    def act(turn: Turn) -> dict[str, Any]:
        ticket = ticket_with_token(turn.work, token)
        ratings.wish_to_talk(turn.work, turn.office, turn.actor, turn.now, ticket)
        return {"can_talk": False}

    return in_holders_turn(token, act, 201)
