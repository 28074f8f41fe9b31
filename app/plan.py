"""A whole office as one readable TOML file: set up from it, and written to it again.

What the file names is made, or changed to what the file says, by its code, number or user name;
what it does not name stays as it is, so the same file set up twice changes nothing. Passwords and
tokens are in no file: they are generated for whoever is new, and told once.
"""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import tomli_w
from sqlalchemy import delete, select

from app.plan_parts import (
    DAYS,
    ClassPart,
    ClosedPart,
    CounterPart,
    DevicePart,
    OfficePart,
    Part,
    PersonPart,
    Plan,
    ServedPart,
    ServicePart,
    hours_of,
)
from app.plan_settings import SETTINGS
from office import closing, journal
from office.journal import Kind
from office.outcomes import first_outcomes
from office.passwords import hashed, new_password
from office.people import DEVICES, RIGHTS, Account, Actor, Right, Role, Token, issue_token
from office.place import (
    ClosedDay,
    Counter,
    CounterService,
    Hours,
    Office,
    PriorityClass,
    Service,
    classes_of,
    counters_of,
    served_at,
)
from storage.work import Work


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
        # whether an office that is there rehearses is said on the page of its opening alone
        said = plan.office.model_dump(exclude={"rehearsal"} if found else None)
        office: Office = self._put(Office, found, name, said)
        work.session.flush()
        if found is None:
            work.session.add_all(first_outcomes(office.id))
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
        work.session.flush()
        by = Actor("plan", office.id, Role.ADMINISTRATOR, RIGHTS[Role.ADMINISTRATOR])
        for setting in SETTINGS:
            if setting.put(work, office, by, self._now, plan):
                self.changes.append(f"changed the {setting.name}")
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
        values = part.model_dump(exclude={"services"}) | {
            "office_id": office.id,
            "retired": False,
        }
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
            (DAYS.index(day), first, last)
            for day, stretches in self._plan.hours.items()
            for first, last in hours_of(stretches)
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
            values["password_hash"] = hashed(password)
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
        **{setting.name: setting.told(work, office) for setting in SETTINGS},
    )


def _part(kind: type[Any], row: object) -> Any:
    values = {name: getattr(row, name) for name in kind.model_fields}
    return kind(**{name: value for name, value in values.items() if value is not None})


def written(plan: Plan) -> str:
    """Return a plan as the text of its file."""
    told = plan.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    for each in (*told.get("closed", []), *told.get("special_hours", []), *told.get("roster", [])):
        for name in {"day", "first_day", "last_day"} & each.keys():
            each[name] = date.fromisoformat(each[name])
    return tomli_w.dumps(told, multiline_strings="slip" in told)
