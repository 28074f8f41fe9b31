"""A whole office as one readable TOML file: set up from it, and written to it again.

What the file names is made, or changed to what the file says, by its code, number or user name;
what it does not name stays as it is, so the same file set up twice changes nothing. Passwords and
tokens are in no file: they are generated for whoever is new, and told once.
"""

import tomllib
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import tomli_w
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_serializer,
    model_validator,
)
from sqlalchemy import delete, select

from office import closing, journal
from office.catalogue import clash
from office.journal import Kind
from office.passwords import hash_password, new_password
from office.people import DEVICES, Account, Right, Role, Token, issue_token
from office.place import (
    ClosedDay,
    Counter,
    CounterService,
    Hours,
    Office,
    PolicyName,
    PriorityClass,
    Service,
    classes_of,
    counters_of,
    served_at,
)
from office.terms import Terms
from storage.work import Work

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
    number_to: int = Field(9999, ge=1)
    names: Texts
    requirements: dict[str, list[str]] = {}
    icon: str = "document"
    quota: int | None = Field(None, ge=0)
    typical_seconds: int = Field(600, ge=10, le=36000)
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


class Plan(Part):
    """A whole office."""

    office: OfficePart
    classes: list[ClassPart] = Field(min_length=1)
    services: list[ServicePart] = Field(min_length=1)
    counters: list[CounterPart] = Field(min_length=1)
    #: Stretches of each weekday, such as {monday = ["08:00-12:00", "13:00-16:00"]}.
    hours: dict[str, list[str]]
    closed: list[ClosedPart] = []
    people: list[PersonPart] = []
    devices: list[DevicePart] = []

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
        for day, stretches in self.hours.items():
            if day not in DAYS:
                raise ValueError(f"hours: there is no day {day}; days are {', '.join(DAYS)}")
            for stretch in stretches:
                hours_of_text(stretch)
        return self


def hours_of_text(stretch: str) -> tuple[time, time]:
    """Return "08:00-12:00" as two times. Raises ValueError."""
    opens, _, closes = stretch.partition("-")
    try:
        first, last = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    except ValueError:
        raise ValueError(f"hours: {stretch} is not of the form 08:00-12:00") from None
    if first >= last:
        raise ValueError(f"hours: {stretch} ends before it begins")
    return first, last


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


class SetUp:
    """Setting up one office from a plan: what was changed, and what is told once."""

    def __init__(self, work: Work, plan: Plan, now: datetime) -> None:
        self._work = work
        self._plan = plan
        self._now = now
        #: What was made or changed, in words.
        self.changes: list[str] = []
        #: User name and generated password of everybody new.
        self.passwords: dict[str, str] = {}
        #: Name and bearer token of every new device.
        self.tokens: dict[str, str] = {}

    def run(self) -> Office:
        """Make or change everything the plan names; return the office."""
        plan, work = self._plan, self._work
        found = work.session.scalars(
            select(Office).where(Office.code == plan.office.code)
        ).one_or_none()
        name = f"office {plan.office.code}"
        office: Office = self._put(Office, found, name, plan.office.model_dump())
        work.session.flush()
        if office.open_day is None:
            office.open_day = office.today(self._now)
        for place, each in enumerate(plan.classes):
            self._keyed(PriorityClass, office, "code", each, f"class {each.code}", position=place)
        for place, service in enumerate(plan.services):
            called = f"service {service.code}"
            self._keyed(Service, office, "code", service, called, position=place)
        for counter in plan.counters:
            self._counter(office, counter)
        self._hours(office)
        for closed in plan.closed:
            self._keyed(ClosedDay, office, "day", closed, f"closed day {closed.day}")
        for person in plan.people:
            self._person(office, person)
        for device in plan.devices:
            self._device(office, device)
        if found is not None and self.changes:
            # whoever shows the office notices the new version and asks for what has changed
            journal.append(
                work, office, Kind.OFFICE_CHANGED, closing.the_clock(office), self._now, what="plan"
            )
        return office

    def _keyed(
        self, kind: type[Any], office: Office, key: str, part: Part, name: str, **more: Any
    ) -> Any:
        values = part.model_dump() | more | {"office_id": office.id}
        found = self._work.session.scalars(
            select(kind).where(kind.office_id == office.id, getattr(kind, key) == values[key])
        ).one_or_none()
        return self._put(kind, found, name, values)

    def _put(self, kind: type[Any], found: Any, name: str, values: dict[str, Any]) -> Any:
        """Make a row of `kind`, or change `found` where it differs; note what was done."""
        values = {key: getattr(value, "value", value) for key, value in values.items()}
        if found is None:
            found = kind(**values)
            self._work.session.add(found)
            self.changes.append(f"made {name}")
            return found
        different = sorted(key for key, value in values.items() if getattr(found, key) != value)
        for key in different:
            setattr(found, key, values[key])
        if different:
            self.changes.append(f"changed {name}: {', '.join(different)}")
        return found

    def _counter(self, office: Office, part: CounterPart) -> None:
        name = f"counter {part.number}"
        found = self._work.session.scalars(
            select(Counter).where(Counter.office_id == office.id, Counter.number == part.number)
        ).one_or_none()
        values = part.model_dump(exclude={"services"}) | {"office_id": office.id}
        counter = self._put(Counter, found, name, values)
        self._work.session.flush()
        if served_at(self._work, counter) == {
            self._services(office)[each.code]: each.terms for each in part.services
        }:
            return
        self._work.session.execute(
            delete(CounterService).where(CounterService.counter_id == counter.id)
        )
        for each in part.services:
            self._work.session.add(
                CounterService(
                    counter_id=counter.id,
                    service_id=self._services(office)[each.code],
                    preference=each.preference,
                    helps_after_min=each.helps_after_min,
                )
            )
        if found is not None:
            self.changes.append(f"changed {name}: services")

    def _services(self, office: Office) -> dict[str, int]:
        rows = self._work.session.execute(
            select(Service.code, Service.id).where(Service.office_id == office.id)
        )
        return dict(rows.all())

    def _hours(self, office: Office) -> None:
        wanted = {
            (DAYS.index(day), *hours_of_text(stretch))
            for day, stretches in self._plan.hours.items()
            for stretch in stretches
        }
        there = {
            (each.weekday, each.opens, each.closes): each
            for each in self._work.session.scalars(
                select(Hours).where(Hours.office_id == office.id)
            )
        }
        if wanted == set(there):
            return
        for key in set(there) - wanted:
            self._work.session.delete(there[key])
        self._work.session.flush()
        for weekday, opens, closes in sorted(wanted - set(there)):
            self._work.session.add(
                Hours(office_id=office.id, weekday=weekday, opens=opens, closes=closes)
            )
        self.changes.append("changed the hours")

    def _person(self, office: Office, part: PersonPart) -> None:
        found = self._work.session.scalars(
            select(Account).where(Account.office_id == office.id, Account.username == part.username)
        ).one_or_none()
        values: dict[str, Any] = {
            "office_id": office.id,
            "username": part.username,
            "name": part.name,
            "role": part.role.value,
            "extra_rights": [each.value for each in part.rights],
        }
        if found is None:
            password = self.passwords[part.username] = new_password()
            values["password_hash"] = hash_password(password)
        self._put(Account, found, f"account {part.username}", values)

    def _device(self, office: Office, part: DevicePart) -> None:
        known = self._work.session.scalars(
            select(Token.id).where(
                Token.office_id == office.id,
                Token.role == part.role.value,
                Token.name == part.name,
                Token.revoked_at.is_(None),
            )
        ).first()
        if known is None:
            _, value = issue_token(self._work, office.id, part.role, part.name, self._now)
            self.tokens[part.name] = value
            self.changes.append(f"made {part.role.value} {part.name}")


def plan_of(work: Work, office: Office) -> Plan:
    """Return what there is of an office as a plan."""
    services = list(
        work.session.scalars(
            select(Service)
            .where(Service.office_id == office.id)
            .order_by(Service.position, Service.code)
        )
    )
    hours: dict[str, list[str]] = {}
    for each in work.session.scalars(
        select(Hours).where(Hours.office_id == office.id).order_by(Hours.weekday, Hours.opens)
    ):
        stretch = f"{each.opens.isoformat('minutes')}-{each.closes.isoformat('minutes')}"
        hours.setdefault(DAYS[each.weekday], []).append(stretch)
    closed = work.session.scalars(
        select(ClosedDay).where(ClosedDay.office_id == office.id).order_by(ClosedDay.day)
    )
    people = work.session.scalars(
        select(Account)
        .where(Account.office_id == office.id, Account.active.is_(True))
        .order_by(Account.id)
    )
    devices = work.session.scalars(
        select(Token)
        .where(
            Token.office_id == office.id,
            Token.role.in_([each.value for each in DEVICES]),
            Token.revoked_at.is_(None),
        )
        .order_by(Token.id)
    )
    return Plan(
        office=_part(OfficePart, office),
        classes=[_part(ClassPart, each) for each in classes_of(work, office.id)],
        services=[_part(ServicePart, each) for each in services],
        counters=[
            CounterPart(
                number=each.number,
                names=each.names,
                services=[ServedPart(**asdict(terms)) for terms in served_at(work, each).values()],
            )
            for each in counters_of(work, office.id)
        ],
        hours=hours,
        closed=[_part(ClosedPart, each) for each in closed],
        people=[
            PersonPart(
                username=each.username,
                name=each.name,
                role=Role(each.role),
                rights=[Right(right) for right in each.extra_rights],
            )
            for each in people
        ],
        devices=[DevicePart(name=each.name, role=Role(each.role)) for each in devices],
    )


def _part(kind: type[Any], row: object) -> Any:
    return kind(**{name: getattr(row, name) for name in kind.model_fields})


def written(plan: Plan) -> str:
    """Return a plan as the text of its file."""
    told = plan.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    for closed in told.get("closed", []):
        closed["day"] = date.fromisoformat(closed["day"])
    return tomli_w.dumps(told, multiline_strings=False)
