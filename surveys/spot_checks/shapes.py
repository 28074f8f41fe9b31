"""What the API of spot checks takes and answers."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from surveys.reasons import Reason
from surveys.spot_checks import entries
from surveys.spot_checks.checks import KEY, LONGEST_PLACE
from surveys.spot_checks.draws import WITHIN
from web.shapes import Asked

#: As a phone makes them: so many hexadecimal digits.
KEY_FORM = f"^[0-9a-f]{{{KEY}}}$"


class Keyed(Asked):
    """Something that is done once, however often it is sent."""

    key: str = Field(pattern=KEY_FORM, description="Made by the phone; sent again with each try")


class OpenCheck(Keyed):
    """A check to be opened."""

    place: str = Field(min_length=1, max_length=LONGEST_PLACE)


class Draw(Keyed):
    """A draw to be made."""

    within_min: int = Field(ge=WITHIN[0], le=WITHIN[1])


class Noted(Keyed):
    """Something noted some time ago."""

    ago_s: int = Field(0, ge=0, le=31 * 24 * 3600)
    sure: bool = Field(False, description="Sixteen digits are meant, and are no identity number")


class Person(Noted):
    """What came of one who was drawn."""

    label: str = Field(min_length=1, max_length=12)
    outcome: entries.Outcome
    score: int | None = Field(None, ge=1, le=4)
    reasons: list[Reason] = Field(default_factory=list, max_length=len(Reason))
    wait_min: int | None = Field(None, ge=0, le=entries.LONGEST_WAIT)
    mend: str = Field("", max_length=entries.LONGEST_WORDS)
    more: str = Field("", max_length=entries.LONGEST_WORDS)


class Observation(Noted):
    """How an item of the standard was found, or a counter ("counter:3")."""

    item: str = Field(min_length=1, max_length=40)
    answer: Literal["yes", "no", "not_seen"]
    note: str = Field("", max_length=entries.LONGEST_NOTE)


class Finding(Noted):
    """What is to be mended; without a text it is taken back."""

    finding: str = Field(pattern=KEY_FORM)
    text: str = Field("", max_length=entries.LONGEST_FINDING)
    owner: str = Field("", max_length=entries.LONGEST_OWNER)
    due: date | None = None


class Photo(Noted):
    """What is said beside a photo, whose bytes are the body."""

    note: str = Field("", max_length=entries.LONGEST_NOTE)


class PhotoBack(Noted):
    """A photo to be deleted."""

    photo: str = Field(pattern=KEY_FORM)


class CheckShape(BaseModel):
    """A check in the list."""

    key: str
    place: str
    opened_at: str
    closed_at: str | None


class ChecksShape(BaseModel):
    """The checks that are not signed yet."""

    checks: list[CheckShape]
    places: list[str] = Field(description="Where checks were opened before")


class StateShape(CheckShape):
    """A check as a phone shows it."""

    number: int
    timezone: str
    signed: bool
    snapshot: dict[str, Any]
    draws: list[dict[str, Any]]
    where: dict[str, Any] = Field(description="Where those drawn are now, by label")
    entries: dict[str, Any] = Field(description="By kind, what holds about each subject")


class KeptShape(BaseModel):
    """It is kept."""

    key: str
