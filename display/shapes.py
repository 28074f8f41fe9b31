"""What the board's part of the API answers."""

from datetime import datetime

from pydantic import BaseModel, Field

from web.shapes import StatusName, Texts


class BoardOffice(BaseModel):
    """The office as the board names it."""

    code: str
    name: str
    names: Texts
    timezone: str
    locales: list[str]
    rehearsal: bool
    open: bool = Field(description="Whether numbers are given out now")
    opens_at: datetime | None = Field(description="When closed: when it opens next, if known")


class BoardZone(BaseModel):
    """A part of the waiting room, and the way there from the seats."""

    id: int
    names: Texts
    arrow: str | None


class Serving(BaseModel):
    """A ticket called to or being served at a counter."""

    label: str
    counter: int
    since: datetime
    status: StatusName
    service: str


class Call(BaseModel):
    """One call of the day."""

    label: str
    counter: int
    service: str
    at: datetime
    kind: str
    version: int
    locale: str | None = Field(description="The language the visitor chose")


class BoardService(BaseModel):
    """A service as the board names it."""

    code: str
    letter: str
    names: Texts
    icon: str


class BoardCounter(BaseModel):
    """A counter as the board names it."""

    number: int
    name: str
    names: Texts
    open: bool
    zone: BoardZone | None
    paused: bool = Field(description="Whether whoever is signed on takes a break")
    back_at: datetime | None


class Board(BaseModel):
    """What a waiting room shows."""

    version: int
    at: datetime
    office: BoardOffice
    zone: BoardZone | None
    serving: list[Serving]
    recent: list[Call]
    missed: list[str]
    waiting: dict[str, int]
    services: list[BoardService]
    counters: list[BoardCounter]
    closed_early: Texts = Field(description="Why the office closed early today, and what follows")
    running_text: Texts
