"""What the API of ratings takes and answers."""

from pydantic import BaseModel, Field

from surveys import ratings
from surveys.reasons import Reason
from web.shapes import Asked


class Score(Asked):
    """One of four faces."""

    score: int = Field(ge=1, le=4, description="1 very dissatisfied to 4 very satisfied")


class Rate(Score):
    """A visitor's answer."""

    comment: str | None = Field(None, max_length=ratings.COMMENT_LIMIT)


class Details(Asked):
    """What a visitor adds to an answer: what was not good, and words."""

    reasons: list[Reason] = Field(default_factory=list, max_length=len(Reason))
    comment: str | None = Field(None, max_length=ratings.COMMENT_LIMIT)


class Slip(Asked):
    """What shows that somebody holds a slip: its secret, or its number and the code on it."""

    token: str | None = Field(
        None, min_length=8, max_length=64, description="As the QR code has it"
    )
    label: str | None = Field(None, min_length=1, max_length=12)
    code: str | None = Field(None, min_length=1, max_length=12)


class SlipRate(Score, Slip):
    """An answer at the exit tablet."""


class SlipDetails(Details, Slip):
    """What is added to it."""


class SignRate(Score):
    """An answer at a counter's sign, for the ticket that it shows as finished."""

    label: str = Field(min_length=1, max_length=12)


class RatingShape(BaseModel):
    """The answer kept."""

    score: int


class CommentShape(BaseModel):
    """Whether reasons and words may still be added."""

    can_comment: bool


class TalkShape(BaseModel):
    """Whether somebody can still be asked for."""

    can_talk: bool


class TapShape(BaseModel):
    """The tap kept."""

    score: int
