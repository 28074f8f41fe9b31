"""What the floor's part of the API takes and answers."""

from datetime import datetime, time

from pydantic import BaseModel, Field

from office.alerts import Sort
from office.outages import Need
from web.shapes import Asked, Texts


class AskedTerms(Asked):
    """On what terms a counter serves a service."""

    code: str = Field(min_length=1, max_length=20)
    preference: int = Field(0, ge=0, le=9, description="Lower numbers are called first")
    helps_after_min: int | None = Field(
        None, ge=0, le=240, description="Only helps out, after this many minutes of waiting"
    )


class Plan(Asked):
    """All that a counter serves from now on."""

    services: list[AskedTerms] = Field(max_length=100)


class Suspension(Asked):
    """A message for visitors, and until when by the office's clock, if that is known."""

    message: Texts = Field(default_factory=dict)
    until: time | None = None


class Lacking(Asked):
    """What the office has not got, or has again."""

    need: Need


class Needs(Asked):
    """What a service cannot be given without."""

    needs: list[Need] = Field(max_length=4)


class Seen(Asked):
    """The alert that somebody has seen."""

    alert: str = Field(min_length=1, max_length=80)


class TermsShape(BaseModel):
    """On what terms a counter serves a service."""

    code: str
    preference: int
    helps_after_min: int | None


class FloorCounter(BaseModel):
    """A counter and its visitor."""

    number: int
    names: Texts
    open: bool
    clerk: str | None
    status: str
    label: str | None
    service: str | None
    since: datetime | None
    can_call: int
    target_serve: int = Field(description="Minutes after which the visit takes too long")
    services: list[TermsShape]


class FloorService(BaseModel):
    """A service and its line."""

    code: str
    letter: str
    names: Texts
    waiting: int
    oldest_since: datetime | None
    counters_open: int
    target_wait: int = Field(description="Minutes after which a wait is too long")
    suspended: bool
    until: datetime | None
    text: Texts
    stopped_for: Need | None
    needs: list[Need]


class Standing(BaseModel):
    """An outage of this moment."""

    need: Need
    since: datetime
    services: list[str]


class WhoSaw(BaseModel):
    """Who has seen an alert, and when."""

    by: str | None
    at: datetime


class AlertShape(BaseModel):
    """One thing to look at."""

    key: str
    sort: Sort
    minutes: int
    counter: int | None
    service: str | None
    label: str | None
    count: int | None
    device: str | None
    device_id: int | None = Field(description="The kiosk that rests, to let it go on")
    trouble: str | None
    reasons: list[str] = Field(description="What was touched beside a low rating")
    seen: WhoSaw | None


class Targets(BaseModel):
    """From how many minutes something is too long."""

    wait: int
    serve: int
    idle: int


class FloorOffice(BaseModel):
    """The office of a floor."""

    code: str
    names: Texts
    timezone: str
    rehearsal: bool
    open: bool = Field(description="Whether numbers are given out now")
    opens_at: datetime | None = Field(description="When closed: when it opens next, if known")


class FloorShape(BaseModel):
    """The floor at one moment."""

    version: int
    at: datetime
    office: FloorOffice
    closed_early: Texts = Field(description="Why the office closed early today, and what follows")
    targets: Targets
    counters: list[FloorCounter]
    services: list[FloorService]
    waiting: int
    outages: list[Standing]
    alerts: list[AlertShape]


class Changed(BaseModel):
    """The office's version after a change."""

    version: int
