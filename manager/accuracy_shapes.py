"""What the address of kept promises takes and answers."""

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field, model_validator

from web.shapes import Days, Texts

#: The longest period looked at, in days.
LONGEST = 92


class Period(Days):
    """A range of the office's local days, both included, of at most a quarter."""

    @model_validator(mode="after")
    def not_too_long(self) -> "Period":
        """Refuse what would take long to count."""
        if self.last - self.first >= timedelta(days=LONGEST):
            raise ValueError(f"at most {LONGEST} days")
        return self


class AccuracyShape(BaseModel):
    """How promises turned out, in seconds; a positive bias means that too little was promised."""

    model_config = ConfigDict(from_attributes=True)

    count: int
    enough: bool
    typical_error_s: int | None
    mean_error_s: int | None
    bias_s: int | None
    within_p90: float | None
    error_p10_s: int | None
    error_p90_s: int | None
    promised_median_s: int | None
    waited_median_s: int | None


class HourAccuracy(BaseModel):
    """The promises of one hour of the day."""

    hour: int
    accuracy: AccuracyShape


class ServiceAccuracyShape(BaseModel):
    """The promises of one service."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    names: Texts
    accuracy: AccuracyShape


class LeftOut(BaseModel):
    """How many tickets are in no figure, by reason."""

    still_open: int
    no_show: int
    expired: int
    cancelled: int
    set_aside: int
    outage: int
    no_promise: int


class AccuracyReport(BaseModel):
    """What was promised with tickets against what happened."""

    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from")
    to: date
    all: AccuracyShape
    by_service: list[ServiceAccuracyShape]
    by_hour: list[HourAccuracy]
    left_out: LeftOut
