"""Following a ticket: its whole small state, and its pushes to the phone, at most once a second."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from flask import request
from flask_socketio import ConnectionRefusedError, emit
from sqlalchemy import select

from kiosk.arrivals import MOST, Arrivals
from office import early, holding, hours
from office.clock import give_way
from office.errors import OfficeError, RehearsalOver, TicketReprinted, TicketUnknown
from office.matters import further_of
from office.moment import needs_of
from office.place import Office, counters_of
from office.returning import UNTOLD, ReturnRight, Why
from office.tickets import (
    AT_COUNTER,
    MOVES,
    Status,
    Step,
    Ticket,
    files_of,
    tickets_with_tokens,
    unknown_secret,
)
from office.waits import Wait
from storage.work import Work
from web.house import House, house
from web.live import Space
from web.outlook import Outlook

log = structlog.get_logger(__name__)

#: Seconds between two looks for news.
PACE = 1.0
#: Seconds after which a phone is told again although nothing changed, so that it knows.
STILL = 15

#: Whoever has this place in their service's line or a better one, and is expected to be called
#: within these seconds, is told to stay near: counters may serve others, too.
NEAR_PLACE, NEAR_S = 3, 600

NOT_WAITING = Wait(None, None, "not_waiting")


def ticket_states(
    work: Work,
    office: Office,
    tickets: list[Ticket],
    outlook: Outlook,
    now: datetime,
    home: House,
    locale: str | None = None,
) -> dict[int, dict[str, Any]]:
    """Return the state of each of `tickets`, by ticket id, in `locale` or in its own language."""
    counters = {each.id: each for each in counters_of(work, office.id)}
    at_counter = [each.id for each in tickets if each.status in AT_COUNTER]
    steps = {
        step.ticket_id: step
        for step in work.session.scalars(
            select(Step).where(Step.ticket_id.in_(at_counter), Step.ended_at.is_(None))
        )
    }
    closed_early = early.told(work, office, now)
    over = [each.id for each in tickets if each.status == Status.EXPIRED.value]
    coming_back = {
        right.ticket_id: {
            "first_day": _opens(work, office, right.first_day).isoformat(),
            "until": right.until.isoformat() if right.until else None,
            "by_itself": right.reason == Why.CARRIED.value,
        }
        for right in work.session.scalars(
            select(ReturnRight).where(
                ReturnRight.ticket_id.in_(over),
                ReturnRight.used_by_id.is_(None),
                ReturnRight.reason.in_([each.value for each in UNTOLD]),
            )
        )
    }
    asked = holding.asked_before(work, office.id, [each.id for each in tickets])
    missed = {
        each.id: each.step.ended_at for each in tickets if each.status == Status.NO_SHOW.value
    }
    needs = needs_of(work, office.id)
    states = {}
    for ticket in tickets:
        language = locale or ticket.locale
        service = ticket.service
        status = Status(ticket.status)
        position, wait = (
            outlook.of_ticket(ticket.id) if status is Status.WAITING else (None, NOT_WAITING)
        )
        desk = counters.get(ticket.counter_id or 0) if status.value in AT_COUNTER else None
        step = steps.get(ticket.id)
        unserved = status is Status.WAITING and not outlook.is_served(ticket.service_id)
        state = {
            "version": office.version,
            "at": now.isoformat(),
            "office": office.names,
            "timezone": office.timezone,
            "label": ticket.label,
            "status": ticket.status,
            "service": {
                "code": service.code,
                "name": service.name(language),
                "names": service.names,
            },
            "files": ticket.files,
            "further": further_told(work, ticket, language),
            "priority": ticket.priority.code,
            "locale": ticket.locale,
            "position": position,
            "wait": wait.told(),
            "counter": desk.number if desk is not None else None,
            "counter_name": desk.name(language) if desk is not None else None,
            "counter_names": desk.names if desk is not None else None,
            "called_at": step.called_at.isoformat() if step and step.called_at else None,
            "taken_at": ticket.arrived_at.isoformat(),
            "day": ticket.day.isoformat(),
            "recalls": step.recalls if step is not None else 0,
            "requirements": service.requirements,
            "can_cancel": Status.CANCELLED in MOVES[status],
            "can_step_back": holding.can_step_back(ticket, asked),
            "can_rejoin": holding.can_rejoin(ticket, missed.get(ticket.id), now, asked),
            "places_back": office.reentry_places,
            "unserved": unserved,
            "near": position is not None
            and position <= NEAR_PLACE
            and wait.median_s is not None
            and wait.median_s <= NEAR_S
            and not unserved
            and service.stopped_for is None,
            "can_leave": status is Status.WAITING and service.stopped_for is not None,
            "can_change": status is Status.WAITING,
            "needs": needs.get(ticket.id, []),
            "closed_early": closed_early if status in (Status.WAITING, Status.HELD) else {},
            "coming_back": coming_back.get(ticket.id),
            "can_rate": False,
            "rated": False,
            "can_comment": False,
            "can_talk": False,
            "can_survey": False,
            "drawn": False,
        }
        for fact in home.ticket_facts:
            state |= fact(work, ticket)
        states[ticket.id] = state
    return states


def further_told(work: Work, ticket: Ticket, language: str) -> list[dict[str, Any]]:
    """Return the services still to come in this visit, with the files of each."""
    return [
        {
            "code": each.code,
            "name": each.name(language),
            "names": each.names,
            "files": files_of(ticket.matters, each.code),
        }
        for each in further_of(work, ticket)
    ]


def _opens(work: Work, office: Office, day: date) -> date:
    """Return the first day from `day` on, on which the office opens."""
    return hours.next_open_day(work, office, day - timedelta(days=1)) or day


def ticket_state(work: Work, ticket: Ticket, now: datetime, locale: str | None) -> dict[str, Any]:
    """Return the state of one ticket at this moment."""
    home = house()
    office = work.session.get_one(Office, ticket.office_id)
    outlook = home.outlooks.of(work, office, now)
    return ticket_states(work, office, [ticket], outlook, now, home, locale)[ticket.id]


@dataclass(frozen=True)
class Followed:
    """What a phone follows, and how that stands."""

    #: The office, the ticket and the hash of the secret.
    holds: tuple[int, int, str]
    state: dict[str, Any]


class TicketSpace(Space):
    """Phones, each following the one ticket whose secret it holds."""

    def __init__(self, namespace: str, home: House) -> None:
        super().__init__(namespace)
        #: The office, the ticket and the hash of the secret that each phone holds.
        self._followers: dict[str, tuple[int, int, str]] = {}
        self._told: dict[str, dict[str, Any]] = {}
        self._arrivals = Arrivals[Followed](lambda secrets: _found(home, secrets))

    def on_connect(self, auth: Any = None) -> None:
        """Let the phone follow the ticket of auth {token}."""
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            followed = self._arrivals.find(token if isinstance(token, str) else "")
        except (TicketUnknown, TicketReprinted, RehearsalOver) as error:
            raise ConnectionRefusedError(error.code) from error
        self._followers[_sid()] = followed.holds
        self._told[_sid()] = followed.state
        emit("snapshot", followed.state)

    def on_disconnect(self, *_reason: Any) -> None:
        """Follow no more."""
        self._followers.pop(_sid(), None)
        self._told.pop(_sid(), None)

    def on_refresh(self, _asked: Any = None) -> None:
        """Tell the state again at the next look."""
        self._told.pop(_sid(), None)

    def run(self, home: House) -> None:
        """Tell every phone whose ticket changed, for ever, at most once a second."""
        pause = threading.Event()
        while not pause.wait(PACE):
            try:
                self.look(home)
            except Exception:
                log.exception("following_failed")

    def look(self, home: House) -> None:
        """Tell every phone what changed since it was last told."""
        by_office: dict[int, dict[int, list[str]]] = {}
        secrets: dict[str, str] = {}
        for sid, (office_id, ticket_id, token_hash) in list(self._followers.items()):
            secrets[sid] = token_hash
            by_office.setdefault(office_id, {}).setdefault(ticket_id, []).append(sid)
        now = home.clock.now()
        for followed in by_office.values():
            ids = list(followed)
            for some in (ids[at : at + MOST] for at in range(0, len(ids), MOST)):
                with home.store.read() as work:
                    tickets = list(work.session.scalars(select(Ticket).where(Ticket.id.in_(some))))
                    states = _states(work, tickets, now, home)
                for ticket in tickets:
                    for sid in followed[ticket.id]:
                        if secrets[sid] != ticket.token_hash:
                            # It comes back with its secret, and is told what became of that.
                            home.socketio.server.disconnect(sid, namespace=self.namespace)
                            continue
                        state = states[ticket.id]
                        if _news(self._told.get(sid), state, now):
                            self._told[sid] = state
                            home.socketio.emit("snapshot", state, namespace=self.namespace, to=sid)
                # calls and boards go first, however many phones there are
                give_way()


def _states(
    work: Work, tickets: Sequence[Ticket], now: datetime, home: House
) -> dict[int, dict[str, Any]]:
    """Return the state of each ticket, by its id, in its own language."""
    states: dict[int, dict[str, Any]] = {}
    for office_id in {each.office_id for each in tickets}:
        office = work.session.get_one(Office, office_id)
        theirs = [each for each in tickets if each.office_id == office_id]
        outlook = home.outlooks.of(work, office, now)
        states |= ticket_states(work, office, theirs, outlook, now, home)
    return states


def _found(home: House, secrets: Sequence[str]) -> dict[str, Followed | OfficeError]:
    """Return the ticket of each secret, or why it has none."""
    found: dict[str, Followed | OfficeError] = {}
    with home.store.read() as work:
        tickets = tickets_with_tokens(work, secrets)
        states = _states(work, list(tickets.values()), home.clock.now(), home)
        for secret in secrets:
            ticket = tickets.get(secret)
            if ticket is None:
                found[secret] = unknown_secret(work, secret)
            else:
                holds = (ticket.office_id, ticket.id, ticket.token_hash)
                found[secret] = Followed(holds, states[ticket.id])
    return found


def _news(told: dict[str, Any] | None, state: dict[str, Any], now: datetime) -> bool:
    if told is None:
        return True
    if (now - datetime.fromisoformat(told["at"])).total_seconds() >= STILL:
        return True
    quiet = {"version", "at", "wait"}
    return any(told[key] != value for key, value in state.items() if key not in quiet)


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]
