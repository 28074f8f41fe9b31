"""What the address of counters needed takes and answers."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, computed_field

from office.staffing.plan import Provider
from office.staffing.question import clock
from web.shapes import Asked, Texts


class DayAsked(Asked):
    """A coming day, and what if so many counters more of a group were open for some hours."""

    day: date
    more: int | None = None
    first: str | None = Field(None, alias="from")
    until: str | None = None
    group: int = Field(0, ge=0, le=1000)


class BandShape(BaseModel):
    """An expected number, and between which numbers eight days in ten lie."""

    mean: float
    low: int
    high: int


class LikelyShape(BaseModel):
    """The mean of the days tried, and between what eight in ten of them lay."""

    middle: float
    low: float
    high: float


class OutcomeShape(BaseModel):
    """What came of so many counters: share within the aim, usual and long waits in seconds."""

    within: LikelyShape
    median_s: LikelyShape
    p90_s: LikelyShape


class SlotShape(BaseModel):
    """One half hour."""

    slot: int = Field(exclude=True)
    came: BandShape
    needed: int
    needed_if_busy: int
    provided: int | None
    within_needed: float | None
    within_provided: float | None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def at(self) -> str:
        """When it begins, by the office's clock."""
        return clock(self.slot)

    @property
    def until(self) -> str:
        """When it ends, by the office's clock."""
        return clock(self.slot + 1)


class NamedService(BaseModel):
    """A service as it is named."""

    code: str
    letter: str
    names: Texts


class GroupShape(BaseModel):
    """What a group of services and the counters that share them needs."""

    services: list[NamedService]
    counters: int
    visitors: BandShape
    busy_s: float
    measured: int
    provided_by: Provider | None
    lately_days: int
    rush_known: bool
    slots: list[SlotShape]
    with_needed: OutcomeShape
    with_provided: OutcomeShape | None


class QuestionShape(BaseModel):
    """What was asked."""

    model_config = ConfigDict(populate_by_name=True)

    more: int
    first: int = Field(exclude=True)
    until_slot: int = Field(alias="until", exclude=True)
    group: int

    @computed_field(alias="from")  # type: ignore[prop-decorator]
    @property
    def begins(self) -> str:
        """From when on."""
        return clock(self.first)

    @computed_field(alias="until")  # type: ignore[prop-decorator]
    @property
    def ends(self) -> str:
        """Until when."""
        return clock(self.until_slot)


class AnswerShape(BaseModel):
    """The same days without the change and with it."""

    question: QuestionShape
    provided_by: Provider | None
    before: OutcomeShape
    after: OutcomeShape


class KindShape(BaseModel):
    """What kind of day it is."""

    weekday: int
    week: int
    after_closure: bool


class TargetShape(BaseModel):
    """The office's aim: so many percent of the visitors called within so many minutes."""

    minutes: int
    percent: int


class MissingShape(BaseModel):
    """How much past there is, and how much is needed."""

    days: int
    same_weekday: int
    days_needed: int
    same_weekday_needed: int


class PlanShape(BaseModel):
    """What is known of a coming day."""

    day: date
    status: Literal["planned", "closed", "too_little"]
    kind: KindShape
    target: TargetShape
    occasion: str | None
    missing: MissingShape | None
    groups: list[GroupShape]
    answer: AnswerShape | None

    def told(self) -> dict[str, Any]:
        """Return it as the API tells it."""
        return self.model_dump(mode="json", by_alias=True)
