"""The roster: who is planned at which counter, when, and when their break is.

A planned shift holds for some weekdays of a range of days. It binds nobody: whoever signs on is at
the counter. It tells the estimates when a counter rests, and the figures of counters needed what
is planned already.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from office.clock import seconds_between
from office.errors import Conflict, CounterUnknown, Invalid, Unknown
from office.journal import Kind, append
from office.people import Account, Actor
from office.place import Counter, Office
from storage.base import LARGEST, Base
from storage.work import Work

WEEK = range(7)
#: Longest stretch of days one entry may cover.
LONGEST = timedelta(days=366)


class ShiftWrong(Invalid):
    """The shift has no moment, or its break lies outside it."""

    code = "shift_wrong"


class ShiftClash(Conflict):
    """Counter or clerk are planned elsewhere at the same time."""

    code = "shift_clash"


class ShiftUnknown(Unknown):
    """There is no such shift in this office."""

    code = "shift_unknown"


@dataclass(frozen=True)
class Wish:
    """What a manager plans: days with their weekdays (0 is Monday), hours, and a break."""

    counter_id: int
    account_id: int | None
    first_day: date
    last_day: date
    weekdays: tuple[int, ...]
    begins: time
    ends: time
    break_begins: time | None = None
    break_ends: time | None = None

    def days(self) -> set[date]:
        """Return the days it holds for."""
        return {
            day
            for ahead in range((self.last_day - self.first_day).days + 1)
            if (day := self.first_day + timedelta(days=ahead)).weekday() in self.weekdays
        }

    def check(self) -> None:
        """Raise ShiftWrong, with the fields that make no sense."""
        wrong = {}
        if not self.weekdays or not set(self.weekdays) <= set(WEEK):
            wrong["weekdays"] = "at least one, 0 to 6"
        if not self.first_day <= self.last_day <= self.first_day + LONGEST:
            wrong["last_day"] = "not before the first day, and within a year"
        elif not wrong and not self.days():
            wrong["weekdays"] = "none of them lies between these days"
        if self.ends <= self.begins:
            wrong["ends"] = "after `begins`"
        if (self.break_begins is None) != (self.break_ends is None):
            wrong["break_ends"] = "both ends of the break, or neither"
        elif (
            self.break_begins is not None
            and self.break_ends is not None
            and not self.begins <= self.break_begins < self.break_ends <= self.ends
        ):
            wrong["break_ends"] = "within the shift"
        if wrong:
            raise ShiftWrong(fields=wrong)


class RosterShift(Base):
    """One entry of the roster."""

    __tablename__ = "roster_shifts"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("begins < ends", name="hours"),
        CheckConstraint("(break_begins IS NULL) = (break_ends IS NULL)", name="break"),
        Index("ix_roster_shifts_office_id_last_day", "office_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    counter_id: Mapped[int] = mapped_column(ForeignKey("counters.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    weekdays: Mapped[list[int]]
    begins: Mapped[time]
    ends: Mapped[time]
    break_begins: Mapped[time | None]
    break_ends: Mapped[time | None]

    @property
    def wish(self) -> Wish:
        """What was planned."""
        return Wish(
            self.counter_id,
            self.account_id,
            self.first_day,
            self.last_day,
            tuple(self.weekdays),
            self.begins,
            self.ends,
            self.break_begins,
            self.break_ends,
        )

    def covers(self, day: date) -> bool:
        """Say whether it holds for `day`."""
        return self.first_day <= day <= self.last_day and day.weekday() in self.weekdays

    def works(self, clock: time) -> bool:
        """Say whether the counter is planned to call at this time of its days."""
        if not self.begins <= clock < self.ends:
            return False
        if self.break_begins is None or self.break_ends is None:
            return True
        return not self.break_begins <= clock < self.break_ends

    def plan(self, wish: Wish) -> None:
        """Take over what a manager plans."""
        for name, value in vars(wish).items():
            setattr(self, name, list(value) if name == "weekdays" else value)


def roster_of(work: Work, office_id: int, since: date) -> list[RosterShift]:
    """Return the entries that are not over before `since`, by counter, day and hour."""
    return list(
        work.session.scalars(
            select(RosterShift)
            .join(Counter, Counter.id == RosterShift.counter_id)
            .where(RosterShift.office_id == office_id, RosterShift.last_day >= since)
            .order_by(Counter.number, RosterShift.first_day, RosterShift.begins, RosterShift.id)
        )
    )


def planned_on(work: Work, office_id: int, day: date) -> list[RosterShift]:
    """Return the shifts of one day, by counter and hour."""
    return [each for each in roster_of(work, office_id, day) if each.covers(day)]


def counters_planned(shifts: Iterable[RosterShift], clock: time) -> int:
    """Return at how many counters somebody is planned to call at a time of the day."""
    return len({each.counter_id for each in shifts if each.works(clock)})


def breaks_ahead(
    shifts: Iterable[RosterShift], now: datetime, timezone: str
) -> dict[int, tuple[float, float]]:
    """Return the next planned break of each counter today: seconds from now, begin and end.

    One that has begun begins at zero; one that is over is none.
    """
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    found: dict[int, tuple[float, float]] = {}
    for each in shifts:
        if each.break_begins is None or each.break_ends is None or not each.covers(today):
            continue
        begins, ends = (
            seconds_between(now, datetime.combine(today, clock, zone))
            for clock in (each.break_begins, each.break_ends)
        )
        if ends > 0 and (each.counter_id not in found or begins < found[each.counter_id][0]):
            found[each.counter_id] = begins, ends
    return found


def add_shift(work: Work, office: Office, actor: Actor, now: datetime, wish: Wish) -> RosterShift:
    """Plan a shift. Raises ShiftWrong, ShiftClash, CounterUnknown or Invalid."""
    shift = RosterShift(office_id=office.id)
    _check(work, office, wish, None)
    shift.plan(wish)
    work.session.add(shift)
    work.session.flush()
    _tell(work, office, actor, now, shift, "added")
    return shift


def change_shift(
    work: Work, office: Office, actor: Actor, now: datetime, shift_id: int, wish: Wish
) -> RosterShift:
    """Plan a shift anew. Raises ShiftUnknown, and what `add_shift` raises."""
    shift = shift_of(work, office, shift_id)
    _check(work, office, wish, shift_id)
    if shift.wish != wish:
        shift.plan(wish)
        work.session.flush()
        _tell(work, office, actor, now, shift, "changed")
    return shift


def remove_shift(work: Work, office: Office, actor: Actor, now: datetime, shift_id: int) -> None:
    """Take a shift out of the roster. Raises ShiftUnknown."""
    shift = shift_of(work, office, shift_id)
    _tell(work, office, actor, now, shift, "removed")
    work.session.delete(shift)
    work.session.flush()


def shift_of(work: Work, office: Office, shift_id: int) -> RosterShift:
    """Return a shift of this office. Raises ShiftUnknown."""
    shift = work.session.get(RosterShift, shift_id) if shift_id <= LARGEST else None
    if shift is None or shift.office_id != office.id:
        raise ShiftUnknown()
    return shift


def _check(work: Work, office: Office, wish: Wish, besides: int | None) -> None:
    wish.check()
    counter = work.session.get(Counter, wish.counter_id)
    if counter is None or counter.office_id != office.id:
        raise CounterUnknown()
    if wish.account_id is not None:
        account = work.session.get(Account, wish.account_id)
        if account is None or account.office_id != office.id or not account.active:
            raise ShiftWrong(fields={"account": "nobody who signs in here"})
    others = [each for each in roster_of(work, office.id, wish.first_day) if each.id != besides]
    for other in others:
        same_counter = other.counter_id == wish.counter_id
        same_clerk = wish.account_id is not None and other.account_id == wish.account_id
        if (same_counter or same_clerk) and _meet(wish, other.wish):
            raise ShiftClash(
                on="counter" if same_counter else "clerk",
                day=min(wish.days() & other.wish.days()).isoformat(),
                begins=f"{other.begins:%H:%M}",
                ends=f"{other.ends:%H:%M}",
            )


def _meet(one: Wish, other: Wish) -> bool:
    if one.ends <= other.begins or other.ends <= one.begins:
        return False
    return not one.days().isdisjoint(other.days())


def _tell(
    work: Work, office: Office, actor: Actor, now: datetime, shift: RosterShift, what: str
) -> None:
    counter = work.session.get_one(Counter, shift.counter_id)
    append(
        work,
        office,
        Kind.ROSTER_CHANGED,
        actor,
        now,
        what=what,
        shift=shift.id,
        counter=counter.number,
    )


def half_hours(shifts: Sequence[RosterShift], slots: Iterable[int], minutes: int) -> dict[int, int]:
    """Return how many counters are planned in the middle of each slot of so many minutes."""
    return {
        slot: counters_planned(
            shifts, (datetime.min + timedelta(minutes=(slot + 0.5) * minutes)).time()
        )
        for slot in slots
    }


def end_shifts(work: Work, office: Office, counter_id: int, day: date) -> None:
    """Let nobody be planned at a counter from `day` on; what was planned before stays."""
    for shift in work.session.scalars(
        select(RosterShift)
        .where(
            RosterShift.office_id == office.id,
            RosterShift.counter_id == counter_id,
            RosterShift.last_day >= day,
        )
        .order_by(RosterShift.id)
    ):
        if shift.first_day >= day:
            work.session.delete(shift)
        else:
            shift.last_day = day - timedelta(days=1)
