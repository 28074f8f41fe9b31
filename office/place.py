"""What an office is made of: its services, priority classes, counters and hours."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    String,
    UniqueConstraint,
    bindparam,
    false,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from office.clock import local_day
from office.errors import (
    CounterUnknown,
    OfficeUnknown,
    OfficeUnnamed,
    PriorityUnknown,
    ServiceUnknown,
)
from office.terms import Terms
from storage.base import LARGEST, Base
from storage.work import Work

Names = dict[str, str]
#: The last number of a service where the office says nothing else: what is written by hand on an
#: emergency sheet lies above it, and so still has three digits, as people hear all day.
LAST_NUMBER = 899


class PolicyName(StrEnum):
    """How the next ticket is chosen."""

    ACCUMULATING = "accumulating"
    FIRST_COME = "first_come"
    RATIO = "ratio"


class Office(Base):
    """One site with its own time zone, hours and numbering; its row is the office's turn."""

    __tablename__ = "offices"
    __table_args__ = (
        CheckConstraint("target_wait_percent BETWEEN 50 AND 99", name="wait_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    names: Mapped[Names]
    timezone: Mapped[str] = mapped_column(String(60))
    locales: Mapped[list[str]]
    policy: Mapped[str] = mapped_column(String(20), default=PolicyName.ACCUMULATING.value)
    reentry_places: Mapped[int] = mapped_column(default=3)
    recalls_before_no_show: Mapped[int] = mapped_column(default=0)
    #: Whether a clerk must name an outcome to finish.
    outcome_mandatory: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: For how many days who was sent away may come back, and how many they stand behind then.
    return_days: Mapped[int] = mapped_column(default=14, server_default="14")
    return_places: Mapped[int] = mapped_column(default=1, server_default="1")
    #: Minutes the counters go on serving after the last hour in which tickets are given out.
    serves_after: Mapped[int] = mapped_column(default=0, server_default="0")
    #: Hours of some days in place of the week's, as office.hours.SpecialHours keeps them.
    special_hours: Mapped[list[dict[str, Any]] | None]
    running_text: Mapped[Names] = mapped_column(default=dict)
    #: Counters' signs show the first name of whoever is signed on.
    names_on_signs: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Managers and administrators must have a second factor.
    second_factor: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: In rehearsal the hours are not enforced and every screen says so; see office.opening.
    rehearsal: Mapped[bool] = mapped_column(default=False)
    #: The journal's version at which the rehearsal ended; nothing up to it counts.
    opened_version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: Minutes from which a wait, a visit at a counter, and a free counter are too long.
    target_wait_min: Mapped[int] = mapped_column(default=30, server_default=text("30"))
    #: Of a hundred visitors, how many should be called within the target.
    target_wait_percent: Mapped[int] = mapped_column(default=80, server_default=text("80"))
    target_serve_min: Mapped[int] = mapped_column(default=30, server_default=text("30"))
    target_idle_min: Mapped[int] = mapped_column(default=5, server_default=text("5"))
    #: Whoever is left waiting when the day ends comes first on the next.
    carries_over: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Somebody was carried over who has no number yet.
    carried_waits: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: When those still waiting go home today, where the office closes early and they have to.
    home_at: Mapped[datetime | None]
    #: The journal's newest version number.
    version: Mapped[int] = mapped_column(default=0)
    #: The seal of the journal's newest row.
    seal: Mapped[str | None] = mapped_column(String(64))
    #: The local day up to which everything open has been closed.
    open_day: Mapped[date | None]

    def today(self, now: datetime) -> date:
        """Return the office's local day at `now`, or the day already begun if that is later.

        A request made just before midnight may get its turn after another began the new day, and
        a clock may be set back: no day is entered twice.
        """
        day = local_day(now, self.timezone)
        return day if self.open_day is None else max(day, self.open_day)

    def clock_of(self, moment: datetime) -> str:
        """Return a moment on the office's own clock, as 13:05."""
        return moment.astimezone(ZoneInfo(self.timezone)).strftime("%H:%M")

    def name(self, locale: str) -> str:
        """Return the office's name in `locale`, or in its first language."""
        return in_language(self.names, locale)


class PriorityClass(Base):
    """A class of visitors and the rate at which its priority grows with each minute waited."""

    __tablename__ = "priority_classes"
    __table_args__ = (
        UniqueConstraint("office_id", "code"),
        CheckConstraint("rate > 0", name="rate_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    code: Mapped[str] = mapped_column(String(20))
    names: Mapped[Names]
    rate: Mapped[float]
    position: Mapped[int] = mapped_column(default=0)


class ServiceGroup(Base):
    """Services that a kiosk shows under one name first."""

    __tablename__ = "service_groups"
    __table_args__ = (UniqueConstraint("office_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    names: Mapped[Names]
    position: Mapped[int]


class Service(Base):
    """What people come for, with the letter and the range of numbers on its tickets."""

    __tablename__ = "services"
    __table_args__ = (
        UniqueConstraint("office_id", "code"),
        CheckConstraint("number_from > 0 AND number_from <= number_to", name="number_range"),
        CheckConstraint("target_wait_min > 0", name="wait_target"),
        CheckConstraint("target_serve_min > 0", name="target_serve"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    code: Mapped[str] = mapped_column(String(20))
    letter: Mapped[str] = mapped_column(String(2))
    number_from: Mapped[int] = mapped_column(default=1)
    number_to: Mapped[int] = mapped_column(default=LAST_NUMBER)
    names: Mapped[Names]
    requirements: Mapped[dict[str, list[str]]] = mapped_column(default=dict)
    icon: Mapped[str] = mapped_column(String(40), default="document")
    quota: Mapped[int | None]
    #: Mean seconds of a service before the office's own history says better.
    typical_seconds: Mapped[int] = mapped_column(default=600)
    #: Minutes within which a visitor should be called, and served, where not the office's own.
    target_wait_min: Mapped[int | None]
    target_serve_min: Mapped[int | None]
    suspended: Mapped[bool] = mapped_column(default=False)
    suspended_text: Mapped[Names] = mapped_column(default=dict)
    #: When the suspension ends by itself.
    suspended_until: Mapped[datetime | None]
    #: What it stands still for in an outage; those who wait for it keep their place.
    stopped_for: Mapped[str | None] = mapped_column(String(20))
    stopped_since: Mapped[datetime | None]
    #: What it cannot be given without, by `office.outages.Need`.
    needs: Mapped[list[str] | None]
    retired: Mapped[bool] = mapped_column(default=False)
    #: The service that follows once its condition, which the clerk confirms, is met.
    next_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    next_condition: Mapped[dict[str, str] | None]
    #: The group it stands in at kiosks, if any.
    group_id: Mapped[int | None] = mapped_column(ForeignKey("service_groups.id"))
    position: Mapped[int] = mapped_column(default=0)

    def name(self, locale: str) -> str:
        """Return the service's name in `locale`."""
        return in_language(self.names, locale)

    def is_suspended(self, now: datetime) -> bool:
        """Say whether no tickets are given for it at `now`, for an outage or by hand."""
        if self.stopped_for is not None:
            return True
        return self.suspended and (self.suspended_until is None or now < self.suspended_until)


class Counter(Base):
    """A numbered desk and who is signed on at it."""

    __tablename__ = "counters"
    __table_args__ = (
        UniqueConstraint("office_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    number: Mapped[int]
    names: Mapped[Names] = mapped_column(default=dict)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    opened_at: Mapped[datetime | None]
    #: Since when whoever is signed on takes a break, why, and when they mean to be back.
    paused_at: Mapped[datetime | None]
    pause_reason: Mapped[str | None] = mapped_column(String(20))
    back_at: Mapped[datetime | None]
    #: Whoever is signed on works on papers and is not to be rung for.
    desk_work: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: No longer there; visits were served at it, so its row stays.
    retired: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: What the last action here found, for its undoing; see office.undoing.
    last_action: Mapped[dict[str, Any] | None]

    @property
    def is_open(self) -> bool:
        """Whether somebody is signed on here."""
        return self.opened_at is not None

    @property
    def is_calling(self) -> bool:
        """Whether somebody is signed on here and not on a break."""
        return self.is_open and self.paused_at is None

    def shut(self) -> None:
        """Leave nobody signed on, and nothing to undo."""
        self.account_id = None
        self.opened_at = None
        self.end_pause()
        self.desk_work = False
        self.last_action = None

    def end_pause(self) -> None:
        """Be there again."""
        self.paused_at = None
        self.pause_reason = None
        self.back_at = None

    def name(self, locale: str) -> str:
        """Return what the counter is called in `locale`."""
        return in_language(self.names, locale) if self.names else str(self.number)


class CounterService(Base):
    """That a counter serves a service, in what order of preference, and whether it only helps."""

    __tablename__ = "counter_services"

    counter_id: Mapped[int] = mapped_column(ForeignKey("counters.id"), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"), primary_key=True)
    #: Those waiting for a service of a lower number are called before those of a higher one.
    preference: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: Only helps out: serves whoever has waited this many minutes. None serves all of them.
    helps_after_min: Mapped[int | None]


class Hours(Base):
    """One stretch of a weekday (0 is Monday) in which tickets are given out."""

    __tablename__ = "hours"
    __table_args__ = (
        UniqueConstraint("office_id", "weekday", "opens"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens < closes", name="opens_before_closes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]


class ClosedDay(Base):
    """A date on which the office is closed, with the occasion's name."""

    __tablename__ = "closed_days"
    __table_args__ = (UniqueConstraint("office_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    day: Mapped[date]
    names: Mapped[Names]


class EarlyClosing(Base):
    """A day on which the office stopped giving out numbers before its hours were over."""

    __tablename__ = "early_closings"
    __table_args__ = (
        CheckConstraint("(fate = 'served') = (home_at IS NULL)", name="home_at"),
        CheckConstraint("sent_home_at IS NULL OR home_at IS NOT NULL", name="sent_home"),
    )

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    #: Why, and what becomes of those who wait: see office.early.
    reason: Mapped[str] = mapped_column(String(20))
    fate: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime]
    #: Until when they are still called, and when they were sent home.
    home_at: Mapped[datetime | None]
    sent_home_at: Mapped[datetime | None]


def in_language(texts: dict[str, Any], locale: str) -> str:
    """Return the text in `locale`, else in Indonesian, else in any language, else nothing."""
    return str(texts.get(locale) or texts.get("id") or next(iter(texts.values()), ""))


FIRST = select(Office).order_by(Office.id).limit(1)
CODED = select(Office).where(Office.code == bindparam("code"))


def the_office(work: Work, code: str | None = None) -> Office:
    """Return the office called `code`, or the first one there is. Raises OfficeUnknown."""
    query, asked = (FIRST, {}) if code is None else (CODED, {"code": code})
    office = work.session.scalars(query, asked).first()
    if office is None:
        raise OfficeUnknown(office=code)
    return office


def only_office(work: Work, code: str | None = None) -> Office:
    """Return the office called `code`, or the only one there is.

    Raises OfficeUnknown, or OfficeUnnamed where there are several and no `code` says which.
    """
    if code is None and has_several(work):
        offices = work.session.execute(select(Office.code, Office.names).order_by(Office.code))
        raise OfficeUnnamed(offices={each.code: each.names for each in offices})
    return the_office(work, code)


def has_several(work: Work) -> bool:
    """Say whether the installation has more than one office."""
    return len(work.session.scalars(select(Office.id).order_by(Office.id).limit(2)).all()) > 1


def services_of(work: Work, office_id: int) -> list[Service]:
    """Return the services on offer, in the office's own order."""
    return list(work.session.scalars(SERVICES, {"office": office_id}))


SERVICES = (
    select(Service)
    .where(Service.office_id == bindparam("office"), Service.retired.is_(False))
    .order_by(Service.position, Service.code)
)
SERVICE = select(Service).where(
    Service.office_id == bindparam("office"),
    Service.code == bindparam("code"),
    Service.retired.is_(False),
)
CLASSES = (
    select(PriorityClass)
    .where(PriorityClass.office_id == bindparam("office"))
    .order_by(PriorityClass.position, PriorityClass.id)
)
COUNTERS = select(Counter).where(Counter.office_id == bindparam("office")).order_by(Counter.number)
COUNTER = select(Counter).where(
    Counter.office_id == bindparam("office"),
    Counter.number == bindparam("number"),
    Counter.retired.is_(False),
)
SERVED = (
    select(Service.id, Service.code, CounterService.preference, CounterService.helps_after_min)
    .join(CounterService, CounterService.service_id == Service.id)
    .where(CounterService.counter_id == bindparam("counter"), Service.retired.is_(False))
    .order_by(Service.position, Service.code)
)


def service_named(work: Work, office_id: int, code: str) -> Service:
    """Return the service with `code`. Raises ServiceUnknown."""
    service = work.session.scalars(SERVICE, {"office": office_id, "code": code}).first()
    if service is None:
        raise ServiceUnknown(service=code)
    return service


def classes_of(work: Work, office_id: int) -> list[PriorityClass]:
    """Return the priority classes, ordinary first."""
    return list(work.session.scalars(CLASSES, {"office": office_id}))


def class_named(classes: list[PriorityClass], code: str | None) -> PriorityClass:
    """Return the class with `code`, or the ordinary one. Raises PriorityUnknown."""
    for priority in classes:
        if code is None or priority.code == code:
            return priority
    raise PriorityUnknown(priority=code, allowed=[each.code for each in classes])


def counters_of(work: Work, office_id: int) -> list[Counter]:
    """Return the counters there are, by number."""
    return [each for each in all_counters(work, office_id) if not each.retired]


def all_counters(work: Work, office_id: int) -> list[Counter]:
    """Return the counters by number, with those that are there no longer."""
    return list(work.session.scalars(COUNTERS, {"office": office_id}))


def counter_numbered(work: Work, office_id: int, number: int) -> Counter:
    """Return the counter with `number`. Raises CounterUnknown."""
    if not 0 < number <= LARGEST:
        raise CounterUnknown(counter=number)
    counter = work.session.scalars(COUNTER, {"office": office_id, "number": number}).first()
    if counter is None:
        raise CounterUnknown(counter=number)
    return counter


def served_at(work: Work, counter: Counter) -> dict[int, Terms]:
    """Return the services `counter` serves, with the terms, by their ids in the office's order."""
    rows = work.session.execute(SERVED, {"counter": counter.id})
    return {service: Terms(code, first, after) for service, code, first, after in rows}


def terms_by_counter(work: Work, office_id: int) -> dict[int, dict[int, Terms]]:
    """Return on what terms each counter serves what, by counter id and service id."""
    rows = work.session.execute(
        select(
            CounterService.counter_id,
            Service.id,
            Service.code,
            CounterService.preference,
            CounterService.helps_after_min,
        )
        .join(Service, Service.id == CounterService.service_id)
        .where(Service.office_id == office_id, Service.retired.is_(False))
        .order_by(CounterService.counter_id, Service.position, Service.code)
    )
    found: dict[int, dict[int, Terms]] = {}
    for counter, service, code, preference, after in rows:
        found.setdefault(counter, {})[service] = Terms(code, preference, after)
    return found


def services_by_counter(work: Work, office_id: int) -> dict[int, set[int]]:
    """Return the ids of the services each counter serves, by counter id."""
    rows = work.session.execute(
        select(CounterService.counter_id, CounterService.service_id)
        .join(Counter, Counter.id == CounterService.counter_id)
        .where(Counter.office_id == office_id)
    )
    served: dict[int, set[int]] = {}
    for counter_id, service_id in rows:
        served.setdefault(counter_id, set()).add(service_id)
    return served
