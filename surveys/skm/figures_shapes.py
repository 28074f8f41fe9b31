"""What the addresses of the satisfaction index take and answer."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from web.shapes import Days

Grade = Literal["A", "B", "C", "D"]
INTERVAL = "Between what the index of everybody lies, 95 times in 100, had all been drawn at random"


class AskingSheet(Days):
    """The same as a file."""

    separator: Literal["semicolon", "comma"] = Field(
        "semicolon",
        description="What stands between the columns of a CSV: semicolons go with decimal commas,"
        " commas with decimal points",
    )


class Indexed(BaseModel):
    """An index, or none where too few answered."""

    respondents: int
    index: float | None
    grade: Grade | None
    interval: tuple[float, float] | None = Field(description=INTERVAL)


class Grouped(Indexed):
    """The index of one group."""

    name: str
    visits: int | None = Field(description="Its finished visits, where these can be known")


class Apart(Indexed):
    """The index of those drawn at random, or of those who volunteered."""

    visits: int | None


class Trended(Indexed):
    """The index of one period, of this one or before."""

    period: str = Field(description="2026, 2026-S1, 2026-Q3 or 2026-09")
    visits: int


class ElementTold(BaseModel):
    """One of the nine elements."""

    key: str
    name: str
    total: float
    nrr: float
    weighted: float


class Invited(BaseModel):
    """Visits that were drawn at random, and how many of these were answered for."""

    asked: int
    answered: int


class Channels(BaseModel):
    """Forms by the way they came."""

    phone: int
    tablet: int
    paper: int
    file: int


class Groups(BaseModel):
    """Groups of respondents; of a counter those on phones and at tablets, in whole months."""

    service: list[Grouped] = Field(default_factory=list)
    counter: list[Grouped] = Field(default_factory=list)
    sex: list[Grouped] = Field(default_factory=list)
    age: list[Grouped] = Field(default_factory=list)
    education: list[Grouped] = Field(default_factory=list)
    occupation: list[Grouped] = Field(default_factory=list)


class SkmReport(Indexed):
    """The satisfaction survey of some days."""

    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from")
    to: date
    least: int = Field(description="Nothing is told of fewer respondents")
    not_told_yet: int = Field(description="Filled forms that still wait to be told in a batch")
    forms_left_out: int = Field(description="Forms that lack an answer")
    finished_visits: int
    sample_wanted: int = Field(description="By Krejcie and Morgan")
    weight: Literal["exact", "0.111", "0.11"]
    channels: Channels
    invited: Invited
    elements: list[ElementTold]
    drawn: Apart | None
    volunteered: Apart | None
    groups: Groups
    trend: list[Trended] = Field(
        description="Where the days are a month, quarter, semester or year"
    )
