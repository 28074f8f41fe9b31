"""What the manager's part of the API takes and answers."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from office.voice import MOST_STRETCHES
from storage.base import LARGEST
from web.shapes import Asked, StatusName, Texts


class After(Asked):
    """Which rows of the journal are wanted."""

    after: int = Field(0, ge=0, le=LARGEST)
    limit: int = Field(1000, ge=1, le=5000)


class Change(BaseModel):
    """One row of the journal; what else it holds depends on its kind."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)

    version: int
    kind: str
    at: datetime
    day: date
    label: str | None = None
    service: str | None = None
    counter: int | None = None
    former: StatusName | None = Field(None, alias="from")
    to: StatusName | None = None
    priority: str | None = None


class Journal(BaseModel):
    """Rows of the journal, oldest first; `more` says that others follow."""

    version: int
    changes: list[Change]
    more: bool


class DayClosed(BaseModel):
    """The answer to closing the day."""

    version: int
    expired: int


class Spread(BaseModel):
    """Count, mean, median and 90th percentile of times in seconds."""

    count: int
    mean_s: int | None
    median_s: int | None
    p90_s: int | None


Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Loudness(Asked):
    """A stretch of the day with a volume of its own; without speech only the chime sounds."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    begins: Clock = Field(alias="from")
    ends: Clock = Field(alias="to")
    volume: int = Field(ge=0, le=100, description="Percent")
    speech: bool


class VoiceChange(Asked):
    """How the waiting room speaks."""

    enabled: bool
    repeats: int = Field(ge=1, le=3, description="How often each call is said")
    speed: int = Field(ge=60, le=150, description="Percent of the usual pace")
    pitch: int = Field(ge=0, le=99)
    tone: Literal["low", "high"]
    volume: int = Field(ge=0, le=100, description="Percent, where no stretch says otherwise")
    stretches: list[Loudness] = Field(max_length=MOST_STRETCHES)
    english: Literal["chosen", "always"]
    style: Literal["digits", "number"]
    counter_name: Literal["name", "number"]
    templates: dict[Literal["id", "en"], str]
    recall_after: int = Field(
        ge=0, le=120, description="Seconds from an announcement to recall and no-show; 0: any time"
    )


class VoiceShape(VoiceChange):
    """How the waiting room speaks, and the office's version when that was changed."""

    stamp: int


class Stretch(BaseModel):
    """One stretch of a weekday (0 is Monday) in which tickets are given out."""

    weekday: int
    opens: str
    closes: str


class ClassShape(BaseModel):
    """A priority class."""

    code: str
    names: Texts
    rate: float


class OfficeShape(BaseModel):
    """The office and its rules."""

    code: str
    name: str
    names: Texts
    timezone: str
    locales: list[str]
    now: datetime
    today: date
    policy: Literal["accumulating", "first_come", "ratio"]
    classes: list[ClassShape]
    hours: list[Stretch]
    rehearsal: bool
    version: int
