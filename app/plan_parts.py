"""What the file of an office may say, part by part, and how it is read.

Whatever is not as it should be is refused with its place in the file.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_serializer,
    model_validator,
)

from manager.shapes import VoiceChange
from office.catalogue import clash
from office.errors import StretchesWrong
from office.hours import Stretches, stretches_of
from office.outages import Need
from office.outcomes import Follow
from office.people import DEVICES, Right, Role
from office.place import LAST_NUMBER, PolicyName
from office.terms import Terms
from office.zones import Arrow

#: Texts by language, such as {id = "Akta Kelahiran", en = "Birth certificate"}.
Texts = dict[str, str]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class PlanWrong(Exception):
    """The file does not describe an office; the message names the place and says why."""


class Part(BaseModel):
    """A part of the file: unknown keys are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class OfficePart(Part):
    """The office itself."""

    code: str = Field(pattern=r"^[a-z0-9-]{2,40}$")
    names: Texts
    timezone: str
    locales: list[str] = Field(default=["id", "en"], min_length=1)
    policy: PolicyName = PolicyName.ACCUMULATING
    reentry_places: int = Field(3, ge=0, le=100)
    recalls_before_no_show: int = Field(0, ge=0, le=10)
    running_text: Texts = {}
    names_on_signs: bool = False
    rehearsal: bool = False
    serves_after: int = Field(0, ge=0, le=720)
    carries_over: bool = False
    target_wait_min: int = Field(30, ge=1, le=600)
    target_wait_percent: int = Field(80, ge=50, le=99)
    target_serve_min: int = Field(30, ge=1, le=600)
    target_idle_min: int = Field(5, ge=1, le=600)

    @field_validator("timezone")
    @classmethod
    def known(cls, value: str) -> str:
        """Refuse a time zone that does not exist."""
        if value not in available_timezones():
            raise ValueError(
                f"there is no time zone {value}; Indonesia has Asia/Jakarta, "
                "Asia/Makassar and Asia/Jayapura"
            )
        return value


class ClassPart(Part):
    """A priority class."""

    code: str = Field(pattern=r"^[a-z_]{2,20}$")
    names: Texts
    rate: float = Field(gt=0, le=100)


class ServicePart(Part):
    """A service."""

    code: str = Field(pattern=r"^[A-Za-z0-9_-]{1,20}$")
    letter: str = Field(pattern=r"^[A-Z]{1,2}$")
    number_from: int = Field(1, ge=1)
    number_to: int = Field(LAST_NUMBER, ge=1)
    names: Texts
    requirements: dict[str, list[str]] = {}
    icon: str = "document"
    quota: int | None = Field(None, ge=0)
    typical_seconds: int = Field(600, ge=10, le=36000)
    target_wait_min: int | None = Field(None, ge=1, le=600)
    target_serve_min: int | None = Field(None, ge=1, le=600)
    #: What it cannot be given without, such as ["national_database"].
    needs: list[Need] | None = None
    retired: bool = False

    @model_validator(mode="after")
    def in_order(self) -> "ServicePart":
        """Refuse a range of numbers that ends before it begins."""
        if self.number_to < self.number_from:
            raise ValueError("number_to lies before number_from")
        return self


class ServedPart(Part):
    """A service at a counter: its code alone, or with the terms on which it is served."""

    code: str
    preference: int = Field(0, ge=0, le=99)
    helps_after_min: int | None = Field(None, ge=0, le=600)

    @model_validator(mode="before")
    @classmethod
    def named(cls, value: Any) -> Any:
        """Take a code alone."""
        return {"code": value} if isinstance(value, str) else value

    @model_serializer
    def told(self) -> Any:
        """Tell a code alone where nothing else is said."""
        terms = {"preference": self.preference or None, "helps_after_min": self.helps_after_min}
        said = {name: value for name, value in terms.items() if value is not None}
        return {"code": self.code, **said} if said else self.code

    @property
    def terms(self) -> Terms:
        """The same as the counter keeps it."""
        return Terms(self.code, self.preference, self.helps_after_min)


class CounterPart(Part):
    """A counter and what it serves."""

    number: int = Field(ge=1, le=999)
    names: Texts = {}
    services: list[ServedPart]


class PersonPart(Part):
    """Somebody who signs in."""

    username: str = Field(pattern=r"^[a-z0-9._-]{2,60}$")
    name: str = Field(min_length=1, max_length=120)
    role: Role
    rights: list[Right] = []

    @field_validator("role")
    @classmethod
    def a_person(cls, value: Role) -> Role:
        """Refuse the role of a device."""
        if value in DEVICES:
            raise ValueError("this is the role of a device; list it under devices")
        return value


class DevicePart(Part):
    """A kiosk, a screen or a print agent."""

    name: str = Field(min_length=1, max_length=120)
    role: Role

    @field_validator("role")
    @classmethod
    def a_device(cls, value: Role) -> Role:
        """Refuse the role of a person."""
        if value not in DEVICES:
            raise ValueError("this is the role of a person; list it under people")
        return value


class ClosedPart(Part):
    """A day on which the office is closed."""

    day: date
    names: Texts


class SpecialHoursPart(Part):
    """Hours of some days in place of the week's; a weekday that is not named is a day off."""

    first_day: date
    last_day: date
    names: Texts
    hours: dict[str, list[str]]

    @field_validator("hours")
    @classmethod
    def days(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        """Refuse what is no day of the week, or no stretch of a day."""
        return _week(value)


class ZonePart(Part):
    """A part of the waiting room, known by its names, and its counters."""

    names: Texts
    arrow: Arrow | None = None
    counters: list[int] = Field(min_length=1)


class GroupPart(Part):
    """A group of services at kiosks."""

    names: Texts
    services: list[str] = Field(min_length=1)


class EndingPart(Part):
    """One way a visit can end."""

    code: str
    names: Texts
    follow: Follow = Follow.NONE
    is_default: bool = False
    retired: bool = False


class EndingsPart(Part):
    """The ways visits end, and what holds for coming back."""

    outcomes: list[EndingPart] = Field(min_length=1)
    mandatory: bool = False
    return_days: int = 14
    return_places: int = 1


class KioskPart(Part):
    """How much one number may be for at kiosks, and when a kiosk rests."""

    most_matters: int = 3
    most_files: int = 5
    in_a_minute: int = 0
    rest_minutes: int = 5
    per_identity: int = 0
    phone_minutes: int = 0
    notify_place: int = 0


class ShiftPart(Part):
    """A shift of the roster: a counter, who works there if that is known, days and hours."""

    counter: int
    person: str | None = None
    first_day: date
    last_day: date
    weekdays: list[str] = Field(min_length=1)
    hours: str
    rest: str | None = None

    @field_validator("weekdays")
    @classmethod
    def days(cls, value: list[str]) -> list[str]:
        """Refuse what is no day of the week."""
        if unknown := [each for each in value if each not in DAYS]:
            raise ValueError(f"there is no day {unknown[0]}; days are {', '.join(DAYS)}")
        return value

    @field_validator("hours", "rest")
    @classmethod
    def one_stretch(cls, value: str | None) -> str | None:
        """Refuse anything but one stretch of the day."""
        if value is not None and len(hours_of([value])) != 1:
            raise ValueError(f"hours: {value} is not one stretch of the form 08:00-12:00")
        return value


class Plan(Part):
    """A whole office."""

    office: OfficePart
    classes: list[ClassPart] = Field(min_length=1)
    services: list[ServicePart] = Field(min_length=1)
    counters: list[CounterPart] = Field(min_length=1)
    #: Stretches of each weekday, such as {monday = ["08:00-12:00", "13:00-16:00"]}.
    hours: dict[str, list[str]]
    closed: list[ClosedPart] = []
    special_hours: list[SpecialHoursPart] = []
    people: list[PersonPart] = []
    devices: list[DevicePart] = []
    # Without these the office keeps what it has; a new one has what is usual.
    endings: EndingsPart | None = None
    zones: list[ZonePart] = []
    groups: list[GroupPart] = []
    kiosk: KioskPart | None = None
    voice: VoiceChange | None = None
    #: The printer in the office's own network, such as tcp://10.0.0.9?width=80.
    printer: str = ""
    #: The slip's text by language.
    slip: Texts = {}
    roster: list[ShiftPart] = []

    @model_validator(mode="after")
    def hangs_together(self) -> "Plan":
        """Refuse codes given twice, numbers that clash, and counters of unknown services."""
        for name, codes in (
            ("service", [each.code for each in self.services]),
            ("class", [each.code for each in self.classes]),
            ("counter", [str(each.number) for each in self.counters]),
            ("user name", [each.username for each in self.people]),
        ):
            twice = {each for each in codes if codes.count(each) > 1}
            if twice:
                raise ValueError(f"{name} {', '.join(sorted(twice))} is there twice")
        known = {each.code for each in self.services}
        for counter in self.counters:
            if unknown := sorted({each.code for each in counter.services} - known):
                raise ValueError(f"counter {counter.number} serves unknown {', '.join(unknown)}")
        for place, one in enumerate(self.services):
            for other in self.services[place + 1 :]:
                if clash(one, other):
                    raise ValueError(
                        f"{one.code} and {other.code} share the letter {one.letter}, and their "
                        "numbers overlap without being the same range"
                    )
        _week(self.hours)
        return self


def _week(hours: dict[str, list[str]]) -> dict[str, list[str]]:
    for day, stretches in hours.items():
        if day not in DAYS:
            raise ValueError(f"hours: there is no day {day}; days are {', '.join(DAYS)}")
        hours_of(stretches)
    return hours


def hours_of(stretches: list[str]) -> Stretches:
    """Return stretches such as "08:00-12:00" as pairs of times in order. Raises ValueError."""
    try:
        return stretches_of(", ".join(stretches))
    except StretchesWrong as error:
        wrong = next(iter(error.facts["fields"].values()))
        raise ValueError(
            f"hours: {wrong} is not of the form 08:00-12:00, ends before it begins, or overlaps"
        ) from error


def read_plan(file: Path) -> Plan:
    """Return the office a file describes. Raises PlanWrong."""
    try:
        return Plan.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise PlanWrong(f"{file} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise PlanWrong(f"{file} is not valid TOML: {error}") from error
    except ValidationError as error:
        said = [
            f"{'.'.join(str(each) for each in one['loc']) or 'the file'}: "
            + one["msg"].removeprefix("Value error, ")
            for one in error.errors()
        ]
        raise PlanWrong(f"{file}: " + "; ".join(said)) from error
