"""What the counter's part of the API takes and answers."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from office.aside import CancelReason
from office.moment import Need
from office.outcomes import Follow
from office.pausing import PauseReason
from web.returns import ReturnRightShape
from web.shapes import Asked, ServiceName, StatusName, Texts

Label = Field(min_length=2, max_length=8, description="Number on the ticket, such as A012")


class Labelled(Asked):
    """A ticket named by its number."""

    label: str = Label


class Cancel(Labelled):
    """A number given back, and why."""

    reason: CancelReason | None = None


class ReturnCode(Asked):
    """The code of a right to come back."""

    code: str = Field(min_length=10, max_length=14)


class TakeOver(Asked):
    """Who takes the counter over, by sign-in name, and the PIN that proves it."""

    account: str = Field(min_length=1, max_length=60)
    pin: str = Field(pattern=r"^[0-9]{6}$")


class CallTicket(Asked):
    """A call of one ticket; out of order it needs a reason's code."""

    label: str = Label
    reason: str | None = Field(None, min_length=2, max_length=40, pattern=r"^[a-z_]+$")


class SignOn(Asked):
    """Signing on at a counter."""

    move: bool = Field(
        False, description="Leave the counter one is still at; without it that is refused"
    )


class Finish(Asked):
    """The end of a visit."""

    outcome: str | None = Field(None, min_length=2, max_length=30, pattern=r"^[a-z_]+$")
    missing: list[int] = Field(
        [], max_length=30, description="Places (from 0) in the service's list of what to bring"
    )
    next_ready: bool | None = Field(
        None, description="Whether the condition of the service that may follow is met"
    )


class Hold(Asked):
    """Setting aside: the visitor at the counter, or a waiting ticket by its number."""

    label: str | None = Field(None, min_length=2, max_length=8)


class Transfer(Asked):
    """Where a visitor goes next: a service, a counter, or both; or to a clerk by sign-in name."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["service"]},
                {"required": ["counter"]},
                {"required": ["clerk"]},
            ]
        }
    )

    service: str | None = Field(None, min_length=1, max_length=20)
    counter: int | None = Field(None, ge=1, le=999)
    clerk: str | None = Field(None, min_length=1, max_length=60)

    @model_validator(mode="after")
    def somewhere(self) -> "Transfer":
        """Refuse a transfer to nowhere."""
        if self.service is None and self.counter is None and self.clerk is None:
            raise ValueError("name a service, a counter or a clerk")
        return self


class ServiceNamed(Asked):
    """A service that is to follow in the same visit."""

    service: str = Field(min_length=1, max_length=20)


class WalkIn(ServiceNamed):
    """A visitor without a ticket who is served at once, and why."""

    reason: str = Field(min_length=2, max_length=40, pattern=r"^[a-z_]+$")


class Priority(Labelled):
    """The class of priority a waiting ticket is to have."""

    priority: str = Field(min_length=1, max_length=20)


class Needed(Labelled):
    """All that is to be done for a visitor today; what is left out is taken back."""

    needs: list[Need] = Field(max_length=4)


class NewNote(Labelled):
    """A note on a visit; one that looks like an identity number has to be meant."""

    text: str = Field(min_length=1, max_length=300)
    sure: bool = False


class Pause(Asked):
    """A break: why, and how long it is meant to last."""

    reason: PauseReason
    minutes: int | None = Field(None, ge=1, le=480, description="Until the counter is back")


class DeskWork(Asked):
    """Whether the clerk works on papers and is not to be rung for."""

    on: bool


class Reason(BaseModel):
    """Why a ticket goes next."""

    policy: str
    waited_min: int
    priority: str
    score: float
    helping_out: bool = Field(description="Of a service with which the counter only helps out")


class NoteShape(BaseModel):
    """A clerk's note on a visit."""

    at: datetime
    text: str
    by: str | None


class AtCounter(BaseModel):
    """A ticket as its clerk sees it."""

    label: str
    status: StatusName
    service: ServiceName
    priority: str
    position: int | None
    locale: str
    counter: int
    taken_at: datetime
    called_at: datetime | None
    started_at: datetime | None
    recalls: int
    waited_s: int
    outcome: str | None
    visit_steps: int
    further: list[str]
    files: int
    notes: list[NoteShape]


class Answered(AtCounter):
    """A ticket a verb was about; a call also says why it was this one's turn."""

    reason: Reason | None


class Verb(BaseModel):
    """The answer to every verb: the office's version after it, and the ticket it was about."""

    version: int
    ticket: Answered | None
    return_right: ReturnRightShape | None


class CounterTicket(BaseModel):
    """The visitor at a counter, in short."""

    label: str
    status: StatusName
    service: str | None


class CounterShape(BaseModel):
    """A counter, who sits there, what it serves and whom."""

    number: int
    name: str
    names: Texts
    open: bool
    opened_at: datetime | None
    paused: bool
    back_at: datetime | None
    clerk: str | None
    account_id: int | None
    services: list[str]
    ticket: CounterTicket | None


class Counters(BaseModel):
    """All counters."""

    version: int
    counters: list[CounterShape]


class ConsoleCounter(BaseModel):
    """The counter a console stands at."""

    number: int
    name: str
    names: Texts
    open: bool
    paused: bool
    pause_reason: str | None
    back_at: datetime | None
    desk_work: bool
    clerk: str | None
    account_id: int | None
    services: list[str]


class Undoable(BaseModel):
    """The last action at the counter, while it can be undone."""

    label: str
    until: datetime


class Next(BaseModel):
    """Who would be called now, and why."""

    label: str
    reason: Reason


class InLine(BaseModel):
    """One waiting ticket."""

    label: str
    service: str | None
    priority: str
    taken_at: datetime
    waited_s: int
    score: float
    reason: Reason
    position: int
    mine: bool
    only_here: bool
    needs: list[Need] = Field(description="What to do for the visitor today")


class Aside(BaseModel):
    """One ticket on hold, or one that missed its call."""

    label: str
    service: str
    priority: str
    taken_at: datetime
    since: datetime = Field(description="When it was set aside, or missed its call")
    ours: bool = Field(description="Of a service of this counter, or of this counter's own")


class LineCount(BaseModel):
    """How many wait for this counter, and in all."""

    mine: int
    all: int


class CallHeard(BaseModel):
    """When the visitor's newest call is or was said, and from when on it may be repeated."""

    state: Literal["unsaid", "waiting", "speaking", "ended"]
    starts_at: datetime | None
    ends_at: datetime | None
    again_at: datetime | None


class OutcomeShape(BaseModel):
    """One way a visit may end."""

    code: str
    names: Texts
    follow: Follow
    default: bool


class Console(BaseModel):
    """Everything a console shows."""

    version: int
    at: datetime
    counter: ConsoleCounter
    rehearsal: bool
    recalls_before_no_show: int
    reentry_places: int
    outcome_mandatory: bool
    outcomes: list[OutcomeShape] = Field(description="How a visit may end, as the office has it")
    ticket: AtCounter | None
    needs: list[Need] = Field(description="What to do for the visitor at the counter")
    announcement: CallHeard | None
    next: Next | None
    waiting: LineCount
    line: list[InLine]
    held: list[Aside]
    missed: list[Aside]
    undo: Undoable | None
