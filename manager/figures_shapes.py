"""What the addresses of the queue's figures take and answer."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from manager.shapes import Spread
from storage.base import LARGEST
from web.shapes import Days, Texts


class Asking(Days):
    """A range of the office's local days, both included, and what of it is wanted."""

    service: str | None = Field(None, max_length=20, description="Only this service")
    clerk: int | None = Field(
        None, ge=1, le=LARGEST, description="Tell this clerk's figures too, if there are enough"
    )


class AskingSheet(Asking):
    """The same as a file."""

    separator: Literal["semicolon", "comma"] = Field(
        "semicolon",
        description="What stands between the columns of a CSV: semicolons go with decimal commas,"
        " commas with decimal points",
    )


class Figures(BaseModel):
    """Counts and times of one service, hour, counter ...; `tickets` were taken for it."""

    tickets: int
    stretches: int = Field(description="Stretches in a line, those after a transfer included")
    finished: int
    no_shows: int
    cancelled: int
    expired: int
    within_target: float | None = Field(description="Share of the answered called in time, 0 to 1")
    wait: Spread = Field(description="From joining the line to the call that was answered")
    wait_first_call: Spread = Field(description="The same to the first call of the stretch")
    service: Spread


class DeskTime(BaseModel):
    """Seconds that counters spent in each status."""

    serving_s: int
    called_s: int
    idle_s: int
    paused_s: int
    closed_s: int


class ServiceFigures(Figures):
    """The figures of one service, with the seconds in which its visitors should be called."""

    code: str
    names: Texts
    target_s: int


class HourFigures(Figures):
    """The figures of those who joined a line in one hour, and what was completed in it."""

    hour: int
    completed: int
    arrivals_a_day: float | None
    open_counters: float | None


class WeekdayFigures(Figures):
    """The figures of one weekday; 0 is Monday."""

    weekday: int
    days: int
    completed: int
    arrivals_a_day: float | None


class CounterFigures(Figures):
    """The figures of one counter."""

    number: int
    time: DeskTime


class ChannelFigures(Figures):
    """The figures of tickets taken in one way: at a kiosk, or at a desk by staff."""

    channel: Literal["kiosk", "desk", "unknown"]


class ClassFigures(Figures):
    """The figures of one priority class."""

    code: str
    names: Texts


class ClerkFigures(Figures):
    """The figures of one clerk."""

    time: DeskTime


class Clerk(BaseModel):
    """One clerk, chosen by name; the figures are told only where `needed` services were counted."""

    id: int
    name: str
    enough: bool
    needed: int
    figures: ClerkFigures | None


class Heat(BaseModel):
    """One hour of one weekday."""

    weekday: int
    hour: int
    tickets: int
    arrivals_a_day: float | None
    median_s: int | None


class Target(BaseModel):
    """How many of those called were called within their service's target."""

    answered: int
    within: int
    minutes: int = Field(description="What the office aims at now")
    percent: int
    share: float | None


class CarriedOver(BaseModel):
    """Where tickets stood that were still open when their day closed; each expired."""

    waiting: int
    called: int
    serving: int
    held: int


class WaitsLeftOut(BaseModel):
    """Why stretches are in no spread of waits."""

    missed_call: int
    not_called: int
    open: int
    clock: int
    expired: int


class ServicesLeftOut(BaseModel):
    """Why stretches that were started are in no spread of service times."""

    inferred: int
    short: int
    interrupted: int
    across: int
    open: int
    clock: int


class LeftOut(BaseModel):
    """What is in no figure of times, counted."""

    waits: WaitsLeftOut
    services: ServicesLeftOut


class LongWait(BaseModel):
    """One of the longest waits: all the time that a visitor spent in lines."""

    ticket_id: int
    day: date
    label: str
    service: str
    status: str
    waited_s: int


class Tolerance(BaseModel):
    """By how much a median or percentile can be off: seconds, or that share if it is more."""

    seconds: int
    share: float


class Lost(BaseModel):
    """A stretch of time in which services stood still for want of something."""

    need: str
    services: list[str] = Field(description="The codes of the services that stood still")
    began_at: datetime
    ended_at: datetime | None = Field(description="None while it lasts")


class WaitingReport(Figures):
    """How many came, how long they waited, and how long they were served."""

    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from")
    to: date
    days: int = Field(description="Days on which tickets were taken")
    service_filter: str | None
    open: int
    carried_over: CarriedOver
    recalls: int
    put_back: int
    transfers: int
    out_of_order: int
    target: Target
    time: DeskTime
    by_service: list[ServiceFigures]
    by_hour: list[HourFigures]
    by_weekday: list[WeekdayFigures]
    by_counter: list[CounterFigures]
    by_channel: list[ChannelFigures]
    by_class: list[ClassFigures]
    clerk: Clerk | None
    heat: list[Heat]
    longest: list[LongWait]
    left_out: LeftOut
    outages: list[Lost] = Field(description="Their time is in the waits, as visitors lived it")
    error: Tolerance
