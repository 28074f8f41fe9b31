"""One day counted from its rows: the steps of its visits, and the journal's calls and counters."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from office.clock import LONGEST
from office.journal import JournalRow, Kind, since_opening
from office.people import Token
from office.place import Counter, Office, PriorityClass, Service
from office.staffing.target import target_of
from office.summaries_desks import Actors, DeskTime, Row, desk_times, hours_between, without_undone
from office.summaries_tally import LongWait, Stretch, Tally
from office.tickets import Status, Step, Ticket
from storage.work import Work

#: Services shorter than this many seconds are slips of the finger and in no average.
SHORTEST = 5
#: How the outcomes begin of steps whose wait is not counted: left open, or a call not answered.
NO_WAIT = ("left_", "no_show")
#: How a wait ends at the end of a day where the visitor may come first on another.
SENT_HOME = ("left_carried", "left_return")
#: What the end of a ticket is counted as.
ENDS = {
    Status.DONE: "finished",
    Status.NO_SHOW: "no_shows",
    Status.CANCELLED: "cancelled",
    Status.EXPIRED: "expired",
}
#: Rows after which a ticket waits anew, so that its next calls belong to its next step.
QUEUED = {Kind.TAKEN, Kind.TRANSFERRED, Kind.RESUMED, Kind.REJOINED}


@dataclass
class Calls:
    """What the journal tells of one step: the first call, and how often it was put back."""

    first_at: int | None = None
    put_back: int = 0
    out_of_order: int = 0


def count_day(
    work: Work,
    office: Office,
    day: date,
    now: datetime | None = None,
    *,
    with_journal: bool = True,
) -> dict[str, Tally]:
    """Return the tally of the office's day under "", and of each service under its code.

    Of a day that is not over, counters that are open are told until `now`. Without the journal the
    first calls and the counters' times are not known.
    """
    zone = ZoneInfo(office.timezone)
    tallies = {"": Tally()}
    rows = _journal_of(work, office, day) if with_journal else []
    actors = _actors(work, office)
    taken = {row.ticket_id: row.actor for row in rows if row.kind == Kind.TAKEN}
    calls = calls_of(rows)
    aim = target_of(office).seconds
    waited: dict[int, LongWait] = {}
    for step, ticket in _steps_of(work, office, day):
        stretch, until = _stretch(
            step, ticket, zone, calls.get((step.ticket_id, step.position)), aim
        )
        stretch.channel = actors.channel(taken.get(step.ticket_id))
        for tally in (tallies[""], tallies.setdefault(stretch.service, Tally())):
            tally.add(stretch)
        before = waited.get(step.ticket_id)
        if until is not None:
            waited[step.ticket_id] = LongWait(
                max(until, 0) + (before.waited_s if before else 0),
                step.ticket_id,
                day.isoformat(),
                ticket.label,
                stretch.service,
                ticket.status,
            )
        else:
            waited.pop(step.ticket_id, None)
    for code, tally in tallies.items():
        tally.keep_longest(
            each
            for each in waited.values()
            if each.waited_s > 0 and (not code or each.service == code)
        )
    times = desk_times(rows, actors, None if now is None else _stamp(now))
    _count_desks(tallies[""], times, day, zone)
    for tally in tallies.values():
        _count_open_day(tally, day)
    return {code: tally for code, tally in tallies.items() if tally.cells["all"]}


def _count_open_day(tally: Tally, day: date) -> None:
    """Count the day as one on which people came, so that days without anybody lower no average."""
    if tally.cells["all"] and tally.all["tickets"]:
        tally.all.count("days")
        tally.all.count(f"days_{day.weekday()}")


@dataclass(frozen=True, slots=True)
class _Visit:
    label: str
    status: str
    last: int
    priority: str
    by_hand: bool


@dataclass(frozen=True, slots=True)
class _Step:
    ticket_id: int
    position: int
    service: str
    target: int | None
    day: date
    queued_at: datetime
    called_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    inferred: bool
    recalls: int
    counter: int | None
    clerk: int | None
    outcome: str | None


def _steps_of(work: Work, office: Office, day: date) -> Iterator[tuple[_Step, _Visit]]:
    found = work.session.execute(
        select(
            Step.ticket_id,
            Step.position,
            Service.code,
            Service.target_wait_min,
            Step.day,
            Step.queued_at,
            Step.called_at,
            Step.started_at,
            Step.ended_at,
            Step.start_inferred,
            Step.recalls,
            Counter.number,
            Step.account_id,
            Step.outcome,
        )
        .join(Service, Service.id == Step.service_id)
        .outerjoin(Counter, Counter.id == Step.counter_id)
        .where(Step.office_id == office.id, Step.day == day)
        .order_by(Step.ticket_id, Step.position)
    )
    rows: list[tuple[Any, ...]] = [tuple(row) for row in found]
    steps = [_Step(*row) for row in rows]
    last = {each.ticket_id: each.position for each in steps}
    visits = {
        ticket_id: _Visit(label, status, last.get(ticket_id, 1), priority, by_hand)
        for ticket_id, label, status, priority, by_hand in work.session.execute(
            select(Ticket.id, Ticket.label, Ticket.status, PriorityClass.code, Ticket.by_hand)
            .join(PriorityClass, PriorityClass.id == Ticket.class_id)
            .where(Ticket.office_id == office.id, Ticket.day == day)
            .order_by(Ticket.id)
        )
    }
    for step in steps:
        yield step, visits[step.ticket_id]


def _stretch(
    step: _Step, visit: _Visit, zone: ZoneInfo, calls: Calls | None, aim: float
) -> tuple[Stretch, int | None]:
    """Return the step as a stretch, and the seconds in line until its call or end, if known."""
    queued = step.queued_at.astimezone(zone)
    weekday = step.day.weekday()
    found = Stretch(
        step.service,
        weekday * 24 + queued.hour,
        "unknown",
        visit.priority,
        step.counter,
        step.clerk,
    )
    counts = found.counts
    counts["stretches"] = 1
    if step.position == 1:
        counts["tickets"] = 1
    if step.position == visit.last:
        counts[ENDS.get(Status(visit.status), "open")] = 1
    if step.recalls:
        counts["recalls"] = step.recalls
    if calls is not None:
        counts.update(
            {
                name: by
                for name, by in (
                    ("put_back", calls.put_back),
                    ("out_of_order", calls.out_of_order),
                )
                if by
            }
        )
    outcome = step.outcome or ""
    if outcome in SENT_HOME:
        counts["left_waiting"] = 1
    elif outcome.startswith("left_"):
        counts[outcome] = 1
    elif outcome == "held" and "expired" in counts:
        counts["left_held"] = 1
    if outcome == "transferred":
        counts["transfers"] = 1
    if visit.by_hand:
        # the visit counts; its times are as good as a clock on the wall
        counts["by_hand"] = counts["wait_by_hand"] = counts["service_by_hand"] = 1
        return found, None
    until = _count_wait(found, step, calls, outcome, aim)
    _count_service(found, step, outcome, zone)
    if step.ended_at is not None and _is_finish(outcome):
        found.ended_slot = weekday * 24 + step.ended_at.astimezone(zone).hour
    return found, until


def _count_wait(
    found: Stretch, step: _Step, calls: Calls | None, outcome: str, aim: float
) -> int | None:
    """Count the wait, or why there is none; return the seconds in line, if they are known."""
    counts = found.counts
    if outcome.startswith("left_"):
        return None
    end = step.called_at or step.ended_at
    until = _seconds(step.queued_at, end) if end is not None else None
    if until is not None and until > LONGEST.total_seconds():
        until = None
    if step.called_at is None:
        if step.ended_at is None:
            counts["wait_open"] = 1
        else:
            counts["wait_not_called"] = 1
    elif outcome.startswith(NO_WAIT):
        counts["wait_missed_call"] = 1
    elif until is None or until < 0:
        counts["wait_clock"] = 1
    else:
        found.wait = until
        first = _stamp(step.queued_at)
        if calls is not None and calls.first_at is not None and calls.first_at >= first:
            found.first = min(calls.first_at - first, until)
        else:
            found.first = until
        counts["answered"] = 1
        if until <= (step.target * 60 if step.target else aim):
            counts["within_target"] = 1
    return until


def _count_service(found: Stretch, step: _Step, outcome: str, zone: ZoneInfo) -> None:
    """Count the time of service, or why there is none."""
    if step.started_at is None:
        return
    counts = found.counts
    if outcome.startswith("left_"):
        counts["service_across"] = 1
        return
    if step.ended_at is None:
        counts["service_open"] = 1
        return
    seconds = _seconds(step.started_at, step.ended_at)
    if outcome in {"held", "no_show"}:
        counts["service_interrupted"] = 1
    elif step.inferred:
        counts["service_inferred"] = 1
    elif seconds < 0:
        counts["service_clock"] = 1
    elif step.started_at.astimezone(zone).date() != step.ended_at.astimezone(zone).date():
        counts["service_across"] = 1
    elif seconds < SHORTEST:
        counts["service_short"] = 1
    else:
        found.service_time = seconds


def _is_finish(outcome: str) -> bool:
    """Say whether a step ended because the visitor was served; offices name their own outcomes."""
    return bool(outcome) and not (
        outcome.startswith(NO_WAIT) or outcome in {"held", "transferred", "cancelled"}
    )


def calls_of(rows: Iterable[Row]) -> dict[tuple[int, int], Calls]:
    """Return what the journal tells of each step's calls, by ticket and position."""
    positions: dict[int, int] = {}
    found: dict[tuple[int, int], Calls] = {}
    for row in rows:
        ticket = row.ticket_id
        if ticket is None:
            continue
        if row.kind in QUEUED:
            positions[ticket] = positions.get(ticket, 0) + 1
        elif row.kind in {Kind.CALLED, Kind.PUT_BACK}:
            calls = found.setdefault((ticket, positions.get(ticket, 1)), Calls())
            if row.kind == Kind.PUT_BACK:
                calls.put_back += 1
            else:
                calls.first_at = row.at if calls.first_at is None else calls.first_at
                calls.out_of_order += bool(row.detail.get("out_of_order"))
    return found


def _count_desks(tally: Tally, times: list[DeskTime], day: date, zone: ZoneInfo) -> None:
    """Count the counters' times: at each counter, of each clerk, and in each hour."""
    reach: dict[tuple[str, str], tuple[int, int, int]] = {}
    for each in times:
        places = [("counter", str(each.counter))]
        if each.clerk is not None:
            places.append(("clerk", str(each.clerk)))
        for way, key in places:
            cell = tally.cell(way, key)
            cell.count(f"{each.status}_s", each.end - each.begin)
            begin, end, busy = reach.get((way, key), (each.begin, each.end, 0))
            busy += each.end - each.begin
            reach[way, key] = (min(begin, each.begin), max(end, each.end), busy)
        tally.all.count(f"{each.status}_s", each.end - each.begin)
        for hour, seconds in hours_between(each.begin, each.end, zone):
            cell = tally.cell("slot", str(day.weekday() * 24 + hour))
            cell.count(f"{each.status}_s", seconds)
    for (way, key), (begin, end, busy) in reach.items():
        closed = max(end - begin - busy, 0)
        tally.cell(way, key).count("closed_s", closed)
        if way == "counter":
            tally.all.count("closed_s", closed)


def _journal_of(work: Work, office: Office, day: date) -> list[Row]:
    found = work.session.execute(
        select(
            JournalRow.version,
            JournalRow.kind,
            JournalRow.at,
            JournalRow.actor,
            JournalRow.ticket_id,
            JournalRow.detail,
        )
        .where(since_opening(office), JournalRow.day == day)
        .order_by(JournalRow.version)
    )
    return without_undone(
        [
            Row(version, kind, _stamp(at), at.microsecond, actor, ticket_id, detail)
            for version, kind, at, actor, ticket_id, detail in found
        ]
    )


def _actors(work: Work, office: Office) -> Actors:
    found = work.session.execute(
        select(Token.id, Token.role, Token.account_id)
        .where(Token.office_id == office.id)
        .order_by(Token.id)
    ).all()
    return Actors(
        {f"token:{each.id}": each.role for each in found},
        {f"token:{each.id}": each.account_id for each in found},
    )


def _stamp(at: datetime) -> int:
    """Return a moment in whole seconds since 1970."""
    return int(at.timestamp())


def _seconds(earlier: datetime, later: datetime) -> int:
    """Return the whole seconds from one moment to another, negative where a clock was set back."""
    return _stamp(later) - _stamp(earlier)
