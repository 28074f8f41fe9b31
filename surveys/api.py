"""The rating's address: one tap of four, once per finished visit."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, Field

from office.tickets import ticket_with_token
from surveys import ratings
from web.limits import TICKET, limiter, ticket_key
from web.security import by_secret
from web.shapes import Asked, problems
from web.turns import Turn, in_holders_turn

api = APIBlueprint("surveys_api", __name__, tag="Satisfaction")


class Rate(Asked):
    """A visitor's answer."""

    score: int = Field(ge=1, le=4, description="1 very dissatisfied to 4 very satisfied")
    comment: str | None = Field(None, max_length=ratings.COMMENT_LIMIT)


class Comment(Asked):
    """What a visitor adds to an answer in words."""

    comment: str = Field(min_length=1, max_length=ratings.COMMENT_LIMIT)


class CommentShape(BaseModel):
    """Whether words may still be added."""

    can_comment: bool


class RatingShape(BaseModel):
    """The answer kept."""

    score: int


@api.post("/tickets/<token>/rating")
@api.input(Rate)
@api.output(RatingShape, status_code=201)
@api.doc(responses=problems(400, 404, 409, 413, 422, 429), security=[])
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


@api.post("/tickets/<token>/rating/comment")
@api.input(Comment)
@api.output(CommentShape, status_code=201)
@api.doc(responses=problems(400, 404, 409, 413, 422, 429), security=[])
@limiter.limit(TICKET, key_func=ticket_key)
@by_secret
def comment(token: str, json_data: Comment) -> Response:
    """Add words to the answer, once; the ticket's secret is the credential."""

    def act(turn: Turn) -> dict[str, Any]:
        ratings.add_comment(turn.work, ticket_with_token(turn.work, token), json_data.comment)
        return {"can_comment": False}

    return in_holders_turn(token, act, 201)
