"""What the reception desk's part of the API takes and answers."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from office.aside import CancelReason
from office.moment import Need
from web.returns import ReturnRightShape
from web.shapes import Asked, ServiceName, StatusName

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class Search(Asked):
    """Which of today's tickets: one by its number, or by service and local time of taking."""

    label: str | None = Field(None, min_length=2, max_length=8)
    service: str | None = Field(None, min_length=1, max_length=20)
    since: str | None = Field(None, pattern=CLOCK)
    until: str | None = Field(None, pattern=CLOCK)


class GivenBack(Asked):
    """Why a number is given back."""

    reason: CancelReason | None = None


class ReceivedTicket(BaseModel):
    """A ticket as the reception sees it."""

    label: str
    status: StatusName
    service: ServiceName
    priority: str
    taken_at: datetime
    can_leave: bool = Field(description="Whether its service stands still")


class FoundTicket(ReceivedTicket):
    """A ticket found, with what its visitor needs today."""

    needs: list[Need]


class Found(BaseModel):
    """Tickets of today, the newest first, at most sixty."""

    version: int
    tickets: list[FoundTicket]


class Received(BaseModel):
    """A ticket after something was done to it, and the right to come back it may have given."""

    version: int
    ticket: ReceivedTicket
    return_right: ReturnRightShape | None


class Reprinted(Received):
    """A slip made anew; `token` is the ticket's new secret and is told this once."""

    token: str
    url: str
    print: Literal["queued", "none"]
