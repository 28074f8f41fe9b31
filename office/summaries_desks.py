"""How long counters were idle, calling and serving, from a day's rows of the journal. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from office.clock import LONGEST
from office.journal import Kind
from office.people import Role

#: Rows after which a counter has nobody, where it had somebody.
FREED = {
    Kind.FINISHED,
    Kind.NO_SHOW,
    Kind.PUT_BACK,
    Kind.TRANSFERRED,
    Kind.HELD,
    Kind.EXPIRED,
}
AT_DESK = ("called", "serving")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the journal, as far as counting goes; `at` in whole seconds since 1970."""

    version: int
    kind: str
    at: int
    microsecond: int
    actor: str
    ticket_id: int | None
    detail: dict[str, Any]


def without_undone(rows: list[Row]) -> list[Row]:
    """Leave out what was taken back at a counter, as if it had not happened, and the taking back.

    The rows of one action share its actor and moment.
    """
    gone: set[int] = set()
    by_version = {row.version: row for row in rows}
    for row in rows:
        if row.kind != Kind.UNDONE:
            continue
        gone.add(row.version)
        last = by_version.get(row.detail.get("undone_version") or 0)
        if last is None:
            continue
        gone |= {
            each.version
            for each in rows[: rows.index(last) + 1]
            if each.ticket_id == last.ticket_id
            and (each.at, each.microsecond, each.actor) == (last.at, last.microsecond, last.actor)
        }
    return [row for row in rows if row.version not in gone] if gone else rows


@dataclass(frozen=True)
class Actors:
    """Who is behind the journal's actors: a device, or a person with or without a token."""

    roles: dict[str, str]
    accounts: dict[str, int | None]

    def channel(self, actor: str | None) -> str:
        """Return where a ticket was taken by this actor."""
        if actor is None:
            return "unknown"
        if actor.startswith("account:"):
            return "desk"
        role = self.roles.get(actor)
        return "unknown" if role is None else "kiosk" if role == Role.KIOSK else "desk"

    def account(self, actor: str) -> int | None:
        """Return the account of whoever acted at a counter."""
        kind, _, number = actor.partition(":")
        if kind == "account" and number.isdigit():
            return int(number)
        return self.accounts.get(actor)


@dataclass(frozen=True, slots=True)
class DeskTime:
    """A counter in one status for some time, with who was signed on."""

    counter: int
    clerk: int | None
    status: str
    begin: int
    end: int


@dataclass
class _Desk:
    clerk: int | None
    status: str
    since: int
    last: int


def desk_times(rows: Iterable[Row], actors: Actors, until_now: int | None = None) -> list[DeskTime]:
    """Return how long each counter was idle, calling, serving or paused, from rows in order.

    A counter that is still open goes on until `until_now`, in seconds since 1970. Without it the
    day is over, and a sign-off that was forgotten is taken to be the last thing that happened at
    the counter. A start that was inferred makes the time since the call a time of serving.
    """
    open_desks: dict[int, _Desk] = {}
    found: list[DeskTime] = []

    def until(number: int, at: int, status: str | None) -> None:
        desk = open_desks[number]
        at = max(at, desk.since)
        if 0 < at - desk.since <= LONGEST.total_seconds():
            found.append(DeskTime(number, desk.clerk, desk.status, desk.since, at))
        if status is None:
            del open_desks[number]
        else:
            desk.status, desk.since, desk.last = status, at, at

    for row in rows:
        number = row.detail.get("counter")
        if not isinstance(number, int):
            continue
        desk = open_desks.get(number)
        if row.kind == Kind.COUNTER_OPENED or (desk is None and row.kind == Kind.CALLED):
            if desk is not None:
                until(number, row.at, None)
            desk = open_desks[number] = _Desk(actors.account(row.actor), "idle", row.at, row.at)
        if desk is None:
            continue
        desk.last = max(desk.last, row.at)
        if row.kind == Kind.TAKEN_OVER:
            until(number, row.at, desk.status)
            desk.clerk = actors.account(row.actor)
        elif row.kind == Kind.COUNTER_CLOSED:
            until(number, row.at, None)
        elif row.kind == Kind.COUNTER_PAUSED:
            until(number, row.at, "paused")
        elif row.kind == Kind.COUNTER_BACK:
            until(number, row.at, "idle")
        elif row.kind == Kind.CALLED:
            until(number, row.at, "called")
        elif row.kind == Kind.STARTED and row.detail.get("inferred"):
            desk.status = "serving"
        elif row.kind == Kind.STARTED:
            until(number, row.at, "serving")
        elif row.kind in FREED and row.detail.get("from") in AT_DESK:
            until(number, row.at, "idle")
    for number, desk in list(open_desks.items()):
        until(number, max(desk.last, until_now or 0), None)
    return found


def hours_between(begin: int, end: int, zone: ZoneInfo) -> Iterator[tuple[int, int]]:
    """Yield each local hour of the day from `begin` to `end` and the seconds that lie in it."""
    while begin < end:
        local = datetime.fromtimestamp(begin, zone)
        left = 3600 - local.minute * 60 - local.second
        seconds = min(left, end - begin)
        yield local.hour, seconds
        begin += seconds
