"""Pausing: a break with its reason, work on papers, and the silent call for help."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from office import journal
from office.desks import Desk, own, ticket_at
from office.errors import CounterBusy, CounterShut
from office.journal import Kind


class PauseReason(StrEnum):
    """Why nobody is called to an open counter for a while."""

    LUNCH = "lunch"
    PRAYER = "prayer"
    SHORT = "short_break"
    MEETING = "meeting"
    FAULT = "fault"


def pause(desk: Desk, reason: PauseReason, minutes: int | None) -> None:
    """Begin a break; the board says when the counter is back, if `minutes` are given.

    Raises CounterTaken, CounterShut, or CounterBusy while a visitor is called or being served.
    """
    _there(desk)
    counter = desk.counter
    visitor = ticket_at(desk.work, desk.office, counter)
    if visitor is not None:
        raise CounterBusy(counter=counter.number, label=visitor.label, status=visitor.status)
    counter.paused_at = desk.now
    counter.pause_reason = reason.value
    counter.back_at = desk.now + timedelta(minutes=minutes) if minutes else None
    counter.desk_work = False
    journal.append(
        desk.work,
        desk.office,
        Kind.COUNTER_PAUSED,
        desk.actor,
        desk.now,
        counter=counter.number,
        reason=reason.value,
        back_at=counter.back_at.isoformat() if counter.back_at else None,
    )


def come_back(desk: Desk) -> None:
    """End the break; without one nothing changes. Raises CounterTaken or CounterShut."""
    _there(desk)
    if desk.counter.paused_at is None:
        return
    desk.counter.end_pause()
    _tell(desk, Kind.COUNTER_BACK)


def set_desk_work(desk: Desk, on: bool) -> None:
    """Begin or end work on papers, which silences the bell. Raises CounterTaken or CounterShut."""
    _there(desk)
    if desk.counter.desk_work is on:
        return
    desk.counter.desk_work = on
    _tell(desk, Kind.DESK_WORK, on=on)


def call_help(desk: Desk) -> None:
    """Call the supervisor to the counter, without a sound. Raises CounterTaken."""
    own(desk)
    _tell(desk, Kind.HELP_CALLED)


def _there(desk: Desk) -> None:
    own(desk)
    if not desk.counter.is_open:
        raise CounterShut(counter=desk.counter.number)


def _tell(desk: Desk, kind: Kind, **detail: Any) -> None:
    journal.append(
        desk.work, desk.office, kind, desk.actor, desk.now, counter=desk.counter.number, **detail
    )
