"""Closing early: no more numbers from now on today, for a reason, and what becomes of who waits.

Whoever has a number is served all the same; or is called until a stated moment, and whoever is
left then goes home: carried over to the next day on which the office opens, or with a right to
come back on a day of their choice. Until they are sent home it can be taken back.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from babel.dates import format_date
from sqlalchemy import select

from office import carrying, hours, journal, returning
from office.errors import Conflict, Invalid
from office.journal import Kind
from office.people import Actor, Right
from office.place import EarlyClosing, Names, Office
from office.returning import Granted, ReturnRight, Why
from office.tickets import IS_OPEN, Status, Ticket
from storage.work import Work


class Reason(StrEnum):
    """Why an office closes early."""

    POWER = "power"
    SYSTEM = "system"
    STAFF = "staff"
    EVENT = "event"
    SAFETY = "safety"
    OTHER = "other"


class Fate(StrEnum):
    """What becomes of those who wait."""

    SERVED = "served"
    CARRIED = "carried"
    RETURN = "return"


#: By which outcome the stretch of somebody sent home ends, and what for they come back.
ENDS = {
    Fate.CARRIED: ("left_carried", Why.CARRIED),
    Fate.RETURN: ("left_return", Why.EARLY),
}

#: What visitors are told, in the languages every office has.
CLOSES: dict[str, Names] = {
    Reason.POWER: {
        "id": "Hari ini kantor tutup lebih awal karena listrik padam.",
        "en": "The office closes early today: the power has failed.",
    },
    Reason.SYSTEM: {
        "id": "Hari ini kantor tutup lebih awal karena sistem terganggu.",
        "en": "The office closes early today: the system is down.",
    },
    Reason.STAFF: {
        "id": "Hari ini kantor tutup lebih awal karena petugas tidak cukup.",
        "en": "The office closes early today: there are not enough staff.",
    },
    Reason.EVENT: {
        "id": "Hari ini kantor tutup lebih awal karena ada kegiatan dinas.",
        "en": "The office closes early today for an official event.",
    },
    Reason.SAFETY: {
        "id": "Hari ini kantor tutup lebih awal demi keselamatan.",
        "en": "The office closes early today for everybody's safety.",
    },
    Reason.OTHER: {
        "id": "Hari ini kantor tutup lebih awal.",
        "en": "The office closes early today.",
    },
}
FATES: dict[str, Names] = {
    Fate.SERVED: {
        "id": "Yang sudah memegang nomor tetap dilayani.",
        "en": "Everybody who has a number is still served.",
    },
    Fate.CARRIED: {
        "id": "Yang belum dipanggil sampai pukul {time} didahulukan pada {day}. Simpan tiketnya.",
        "en": "Whoever has not been called by {time} comes first on {day}. Keep your ticket.",
    },
    Fate.RETURN: {
        "id": "Yang belum dipanggil sampai pukul {time} boleh kembali paling lambat {until} dan "
        "didahulukan. Ambil kode kembali lewat HP atau petugas.",
        "en": "Whoever has not been called by {time} may come back until {until} and goes first. "
        "Get the return code on your phone or from the staff.",
    },
}


class CarryingOff(Conflict):
    """The office does not carry anybody over to another day."""

    code = "carrying_off"


class SentHome(Conflict):
    """Those who waited have been sent home; that cannot be taken back."""

    code = "sent_home"


class NotClosedEarly(Conflict):
    """The office has not closed early today."""

    code = "not_closed_early"


@dataclass(frozen=True)
class Wish:
    """How a supervisor wants the office to close."""

    reason: Reason
    fate: Fate
    #: Until when those who wait are still called; None sends them home at once.
    home_at: datetime | None = None


def close(work: Work, office: Office, actor: Actor, now: datetime, wish: Wish) -> EarlyClosing:
    """Give out no more numbers today; asked for again, only what is new changes.

    Raises Forbidden, Invalid, CarryingOff or SentHome.
    """
    actor.need(Right.RUN_FLOOR)
    if wish.fate is Fate.CARRIED and not office.carries_over:
        raise CarryingOff()
    home_at = None if wish.fate is Fate.SERVED else max(wish.home_at or now, now)
    if home_at is not None and home_at >= hours.end_of_day(office, now):
        raise Invalid(fields={"home_at": "today"})
    closing = hours.closed_early(work, office, now)
    if closing is not None and closing.sent_home_at is not None:
        if (closing.reason, closing.fate) == (wish.reason, wish.fate):
            return closing
        raise SentHome()
    if closing is None:
        closing = EarlyClosing(office_id=office.id, day=office.today(now), since=now)
        work.session.add(closing)
    elif (closing.reason, closing.fate, closing.home_at) == (wish.reason, wish.fate, home_at):
        return closing
    closing.reason, closing.fate, closing.home_at = wish.reason.value, wish.fate.value, home_at
    office.home_at = home_at
    work.session.flush()
    journal.append(
        work,
        office,
        Kind.CLOSED_EARLY,
        actor,
        now,
        reason=closing.reason,
        fate=closing.fate,
        home_at=home_at.isoformat() if home_at is not None else None,
    )
    if home_at is not None and home_at <= now:
        go_home(work, office, actor, now)
    return closing


def open_again(work: Work, office: Office, actor: Actor, now: datetime) -> None:
    """Give out numbers again as the hours have it; nothing where nobody closed early.

    Raises Forbidden or SentHome.
    """
    actor.need(Right.RUN_FLOOR)
    closing = hours.closed_early(work, office, now)
    if closing is None:
        return
    if closing.sent_home_at is not None:
        raise SentHome()
    work.session.delete(closing)
    office.home_at = None
    work.session.flush()
    journal.append(work, office, Kind.OPEN_AGAIN, actor, now)


def send_home(work: Work, office: Office, actor: Actor, now: datetime) -> int:
    """Send home who still waits or is on hold, before the moment stated; return how many.

    Raises Forbidden or NotClosedEarly.
    """
    actor.need(Right.RUN_FLOOR)
    closing = hours.closed_early(work, office, now)
    if closing is None or closing.fate == Fate.SERVED:
        raise NotClosedEarly()
    return go_home(work, office, actor, now)


def go_home(work: Work, office: Office, actor: Actor, now: datetime) -> int:
    """Send home who still waits or is on hold, as the early close has it; return how many.

    Whoever is at a counter is served to the end. Once it is done, nothing is done again.
    """
    office.home_at = None
    closing = hours.closed_early(work, office, now)
    if closing is None or closing.fate == Fate.SERVED or closing.sent_home_at is not None:
        return 0
    closing.sent_home_at = now
    tickets = list(
        work.session.scalars(
            select(Ticket)
            .where(
                Ticket.office_id == office.id,
                IS_OPEN,
                Ticket.status.in_([Status.WAITING.value, Status.HELD.value]),
            )
            .order_by(Ticket.id)
        )
    )
    for ticket in tickets:
        send_one_home(work, office, actor, now, ticket, closing)
    journal.append(
        work, office, Kind.SENT_HOME, actor, now, fate=closing.fate, expired=len(tickets)
    )
    return len(tickets)


def send_one_home(
    work: Work, office: Office, actor: Actor, now: datetime, ticket: Ticket, closing: EarlyClosing
) -> None:
    """End a waiting or held ticket unserved, with the right to come back as the close has it."""
    outcome, why = ENDS[Fate(closing.fate)]
    carrying.grant_left(work, office, now, ticket, closing.day, why)
    former = ticket.move(Status.EXPIRED)
    ticket.counter_id = None
    if former is Status.WAITING:
        ticket.step.ended_at, ticket.step.outcome = now, outcome
    journal.append_move(work, office, Kind.EXPIRED, actor, now, ticket, former, outcome=outcome)


def untold(work: Work, office: Office, now: datetime) -> list[tuple[ReturnRight, Ticket]]:
    """Return today's rights to come back after an early close whose codes nobody was told."""
    rows = work.session.execute(
        select(ReturnRight, Ticket)
        .join(Ticket, Ticket.id == ReturnRight.ticket_id)
        .where(
            ReturnRight.office_id == office.id,
            ReturnRight.reason == Why.EARLY.value,
            ReturnRight.used_by_id.is_(None),
            ReturnRight.code_hash.is_(None),
            Ticket.day == office.today(now),
        )
        .order_by(Ticket.id)
    )
    return [(right, ticket) for right, ticket in rows]


def tell_codes(work: Work, office: Office, actor: Actor, now: datetime) -> list[Granted]:
    """Return each of those rights with its code, to be put on paper. Raises Forbidden."""
    actor.need(Right.RUN_FLOOR)
    return [
        returning.with_code(right, ticket, ticket.service)
        for right, ticket in untold(work, office, now)
    ]


def told(work: Work, office: Office, now: datetime) -> Names:
    """Return what visitors are told of today's early close, by language; nothing without one."""
    closing = hours.closed_early(work, office, now)
    return sentences(work, office, closing) if closing is not None else {}


def sentences(work: Work, office: Office, closing: EarlyClosing) -> Names:
    """Return the early close in a sentence or two, by language."""
    until = closing.day + timedelta(days=1 + office.return_days)
    next_day = hours.next_open_day(work, office, closing.day) or closing.day + timedelta(days=1)
    clock = office.clock_of(closing.home_at) if closing.home_at is not None else ""
    return {
        locale: f"{CLOSES[closing.reason][locale]} "
        + FATES[closing.fate][locale].format(
            time=clock.replace(":", ".") if locale == "id" else clock,
            day=_day(next_day, locale),
            until=_day(until, locale),
        )
        for locale in CLOSES[closing.reason]
    }


def _day(day: date, locale: str) -> str:
    return str(format_date(day, "EEEE, d MMMM" if locale == "id" else "EEEE d MMMM", locale))
