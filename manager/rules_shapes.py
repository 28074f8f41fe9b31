"""What the API takes and tells of the queue's rules."""

from typing import Annotated

from pydantic import BaseModel, Field

from office.place import PolicyName
from office.rules import LIMITS
from web.shapes import Asked

Minutes = Annotated[int, Field(ge=LIMITS["wait_min"][0], le=LIMITS["wait_min"][1])]
Percent = Annotated[int, Field(ge=LIMITS["wait_percent"][0], le=LIMITS["wait_percent"][1])]
Places = Annotated[int, Field(ge=LIMITS["reentry_places"][0], le=LIMITS["reentry_places"][1])]
Calls = Annotated[
    int, Field(ge=LIMITS["recalls_before_no_show"][0], le=LIMITS["recalls_before_no_show"][1])
]
Rate = Annotated[float, Field(ge=LIMITS["rates"][0], le=LIMITS["rates"][1])]


class TurnRulesShape(Asked):
    """Whose turn it is, and what becomes of those who miss it or are left."""

    policy: PolicyName
    rates: dict[str, float] = Field(
        description="How fast the priority of each class grows, an ordinary one's at 1"
    )
    reentry_places: Places = Field(description="How many go first after a missed call")
    recalls_before_no_show: Calls
    carries_over: bool = Field(
        description="Whether those left at the end of a day come first on the next"
    )


class AskedBound(Asked):
    """Rules somebody thinks about, and a wait to tell them by."""

    policy: PolicyName
    highest: Rate = Field(description="The highest rate of a class")
    minutes: Minutes = 30


class Bound(BaseModel):
    """How long an ordinary visitor can wait because of others' priority."""

    minutes: int = Field(description="A wait if all were called as they came")
    longest_min: int = Field(description="What becomes of it at most")
    last_passing_min: int | None = Field(
        description="The minute of the longest wait after which nobody who comes passes any more; "
        "null under the ratio"
    )
    sentence: str = Field(description="The same in the language of the request")


class AimShape(Asked):
    """What a service has of its own; null goes by the office."""

    wait_min: Minutes | None = None
    serve_min: Minutes | None = None


class AimsShape(Asked):
    """From how many minutes something takes too long."""

    wait_min: Minutes
    wait_percent: Percent = Field(description="Of a hundred, how many should be called in time")
    serve_min: Minutes
    idle_min: Minutes
    services: dict[str, AimShape] = Field(default_factory=dict, max_length=200)
