"""Emergency sheets: numbers on paper for the hours in which the box is down, entered afterwards.

Each service has a range of its own above every number that its letter gives out, so that a number
written by hand is never one of a kiosk, whatever else the day brings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from office import journal, summaries
from office.errors import Conflict, Invalid
from office.journal import Kind
from office.outcomes import outcomes_of
from office.people import Actor, Right, secret
from office.place import Office, Service, class_named, classes_of, service_named, services_of
from office.tickets import Status, Ticket
from storage.work import Work

#: Numbers on the sheet of a service.
ROWS = 40
#: Days back for which sheets can be entered.
REACH = timedelta(days=7)
#: The outcome of whoever left before being served.
LEFT = "cancelled"


class SheetDayWrong(Invalid):
    """Sheets are entered for today and the days of a week before."""

    code = "sheet_day_wrong"


class SheetRowWrong(Invalid):
    """The times or the outcome of these numbers, `names`, cannot be right."""

    code = "sheet_row_wrong"


class SheetRowEntered(Conflict):
    """These numbers, `names`, have been entered already."""

    code = "sheet_row_entered"


@dataclass(frozen=True)
class Sheet:
    """The numbers kept for a service, from the first to the last."""

    service: Service
    first: int
    last: int

    def label(self, number: int) -> str:
        """Return how a number is written."""
        return f"{self.service.letter}{number:03d}"

    @property
    def labels(self) -> list[str]:
        """Every number of the sheet."""
        return [self.label(number) for number in range(self.first, self.last + 1)]


@dataclass(frozen=True)
class Written:
    """One row of a sheet: the number, and the office's local times of coming, call and end."""

    number: int
    came: time
    called: time | None = None
    ended: time | None = None
    #: How it ended: the code of an outcome of the office, or LEFT.
    outcome: str = "done"


def sheets_of(work: Work, office: Office) -> list[Sheet]:
    """Return the sheet of each service on offer, in the office's order."""
    above = dict(
        work.session.execute(
            select(Service.letter, func.max(Service.number_to))
            .where(Service.office_id == office.id)
            .group_by(Service.letter)
            .order_by(Service.letter)
        ).all()
    )
    found = []
    for service in services_of(work, office.id):
        first = above[service.letter] + 1
        above[service.letter] += ROWS
        found.append(Sheet(service, first, first + ROWS - 1))
    return found


def entered_on(work: Work, office: Office, day: date) -> set[str]:
    """Return the numbers of the day that have been entered from sheets."""
    return set(
        work.session.scalars(
            select(Ticket.label).where(
                Ticket.office_id == office.id, Ticket.day == day, Ticket.by_hand.is_(True)
            )
        )
    )


def day_of(office: Office, now: datetime, day: date | None) -> date:
    """Return the day whose sheets are meant. Raises SheetDayWrong."""
    today = office.today(now)
    if day is None:
        return today
    if not today - REACH <= day <= today:
        raise SheetDayWrong()
    return day


def enter(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    service_code: str,
    day: date,
    rows: Sequence[Written],
) -> list[str]:
    """Enter what was written on a sheet; return the numbers. They count as visits of that day.

    Their waits and times are in no average and nothing is learnt from them. All rows are entered,
    or none. Raises Forbidden, ServiceUnknown, SheetDayWrong, SheetRowWrong or SheetRowEntered.
    """
    actor.need(Right.RUN_FLOOR)
    service = service_named(work, office.id, service_code)
    day = day_of(office, now, day)
    [sheet] = [each for each in sheets_of(work, office) if each.service.id == service.id]
    outcomes = {each.code for each in outcomes_of(work, office.id)} | {LEFT}
    zone = ZoneInfo(office.timezone)
    made: list[tuple[Ticket, Written, tuple[datetime, datetime | None, datetime]]] = []
    wrong, twice = [], []
    entered = entered_on(work, office, day)
    ordinary = class_named(classes_of(work, office.id), None)
    for row in rows:
        label = sheet.label(row.number)
        came, called, ended = (
            datetime.combine(day, at, zone) if at is not None else None
            for at in (row.came, row.called, row.ended)
        )
        assert came is not None  # every row has the time of coming
        times = [each for each in (came, called, ended) if each is not None]
        if (
            not sheet.first <= row.number <= sheet.last
            or times != sorted(times)
            or times[-1] > now
            or row.outcome not in outcomes
        ):
            wrong.append(label)
        elif label in entered:
            twice.append(label)
        else:
            entered.add(label)
            ticket = Ticket.taken(
                service, row.number, ordinary, day, came, office.locales[0], secret()
            )
            made.append((ticket, row, (came, called, times[-1])))
    if wrong or not rows:
        raise SheetRowWrong(names=", ".join(wrong))
    if twice:
        raise SheetRowEntered(names=", ".join(twice))
    for ticket, row, (came, called, ended) in made:
        ticket.by_hand = True
        ticket.status = (Status.CANCELLED if row.outcome == LEFT else Status.DONE).value
        ticket.queue(came)
        ticket.step.called_at = ticket.step.started_at = called
        ticket.step.ended_at = ended
        ticket.step.outcome = row.outcome
    work.session.add_all(ticket for ticket, _, _ in made)
    work.session.flush()
    labels = [ticket.label for ticket, _, _ in made]
    journal.append(
        work,
        office,
        Kind.ENTERED_BY_HAND,
        actor,
        now,
        service=service.code,
        of_day=day.isoformat(),
        labels=labels,
    )
    if day < office.today(now):
        summaries.keep_up(work, office, day)
    return labels
