"""What a clerk sees at a counter: the visitor, the line in order with reasons, held and missed."""

from collections.abc import Container
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from office import policy
from office.announcing import call_heard
from office.clock import seconds_between
from office.desks import ticket_at
from office.line import for_counter, line_of
from office.moment import needs_of
from office.notes import notes_of
from office.outcomes import outcomes_of
from office.people import Account
from office.place import (
    Counter,
    Office,
    PolicyName,
    PriorityClass,
    Service,
    counters_of,
    served_at,
    services_by_counter,
    services_of,
)
from office.policy import Waiting
from office.tickets import IS_AT_COUNTER, Status, Step, Ticket
from office.undoing import UNDO_WITHIN
from storage.work import Work

#: How much of the line a console shows.
SHOWN = 60


def counter_list(work: Work, office: Office) -> list[dict[str, Any]]:
    """Return every counter with who sits there, what it serves and whom."""
    codes = {service.id: service.code for service in services_of(work, office.id)}
    served = services_by_counter(work, office.id)
    names = dict(
        work.session.execute(
            select(Account.id, Account.name).where(Account.office_id == office.id)
        ).all()
    )
    tickets = {
        ticket.counter_id: ticket
        for ticket in work.session.scalars(
            select(Ticket).where(Ticket.office_id == office.id, IS_AT_COUNTER)
        )
    }
    shown = []
    for counter in counters_of(work, office.id):
        ticket = tickets.get(counter.id)
        shown.append(
            {
                "number": counter.number,
                "name": counter.name("id"),
                "names": counter.names,
                "open": counter.is_open,
                "opened_at": counter.opened_at.isoformat() if counter.opened_at else None,
                "paused": counter.paused_at is not None,
                "back_at": counter.back_at.isoformat() if counter.back_at else None,
                "clerk": names.get(counter.account_id) if counter.account_id else None,
                "account_id": counter.account_id,
                "services": [
                    code for sid, code in codes.items() if sid in served.get(counter.id, ())
                ],
                "ticket": None
                if ticket is None
                else {
                    "label": ticket.label,
                    "status": ticket.status,
                    "service": codes.get(ticket.service_id),
                },
            }
        )
    return shown


def ticket_at_counter(
    work: Work, ticket: Ticket, counter: Counter, now: datetime, locale: str = "id"
) -> dict[str, Any]:
    """Return a called, serving or just ended ticket as its clerk sees it."""
    service = ticket.service
    step = ticket.step
    until = step.called_at or step.ended_at or now
    return {
        "label": ticket.label,
        "status": ticket.status,
        "service": {"code": service.code, "name": service.name(locale), "names": service.names},
        "priority": ticket.priority.code,
        "position": None,
        "locale": ticket.locale,
        "counter": counter.number,
        "taken_at": ticket.arrived_at.isoformat(),
        "called_at": step.called_at.isoformat() if step.called_at else None,
        "started_at": step.started_at.isoformat() if step.started_at else None,
        "recalls": step.recalls,
        "waited_s": round(seconds_between(ticket.arrived_at, until)),
        "outcome": step.outcome,
        "visit_steps": step.position,
        "further": ticket.further or [],
        "files": ticket.files,
        "notes": notes_of(work, ticket),
    }


def console(work: Work, office: Office, counter: Counter, now: datetime) -> dict[str, Any]:
    """Return the state of the console of `counter` with the version it stands at."""
    codes = {service.id: service.code for service in services_of(work, office.id)}
    line = line_of(work, office, now)
    served = served_at(work, counter)
    mine = for_counter(line, office, counter.id, served, now)
    mine_ids = {each.ticket_id for each in mine}
    chosen_policy = PolicyName(office.policy)

    def reason_of(each: Waiting) -> dict[str, object]:
        return policy.reason(each, now, chosen_policy, served.get(each.service_id))

    needs = needs_of(work, office.id)
    current = ticket_at(work, office, counter)
    account = work.session.get(Account, counter.account_id) if counter.account_id else None
    return {
        "version": office.version,
        "at": now.isoformat(),
        "counter": {
            "number": counter.number,
            "name": counter.name("id"),
            "names": counter.names,
            "open": counter.is_open,
            "paused": counter.paused_at is not None,
            "pause_reason": counter.pause_reason,
            "back_at": counter.back_at.isoformat() if counter.back_at else None,
            "desk_work": counter.desk_work,
            "clerk": account.name if account else None,
            "account_id": counter.account_id,
            "services": [each.code for each in served.values()],
        },
        "rehearsal": office.rehearsal,
        "recalls_before_no_show": office.recalls_before_no_show,
        "reentry_places": office.reentry_places,
        "outcome_mandatory": office.outcome_mandatory,
        "outcomes": [
            {
                "code": each.code,
                "names": each.names,
                "follow": each.follow,
                "default": each.is_default,
            }
            for each in outcomes_of(work, office.id)
        ],
        "ticket": ticket_at_counter(work, current, counter, now) if current else None,
        "needs": needs.get(current.id, []) if current else [],
        "announcement": call_heard(work, office, current)
        if current is not None and current.status == Status.CALLED
        else None,
        "next": {"label": mine[0].label, "reason": reason_of(mine[0])} if mine else None,
        "waiting": {"mine": len(mine), "all": len(line)},
        "line": [
            {
                "label": each.label,
                "service": codes.get(each.service_id),
                "priority": each.class_code,
                "taken_at": each.arrived_at.isoformat(),
                "waited_s": round(seconds_between(each.arrived_at, now)),
                "score": round(policy.score(each, now), 1),
                "reason": reason_of(each),
                "position": each.position,
                "mine": each.ticket_id in mine_ids,
                "only_here": each.only_counter == counter.id,
                "needs": needs.get(each.ticket_id, []),
            }
            for each in [*mine, *(each for each in line if each.ticket_id not in mine_ids)][:SHOWN]
        ],
        "held": _aside(work, office, counter, served, Status.HELD),
        "missed": _aside(work, office, counter, served, Status.NO_SHOW),
        "undo": _undoable(work, counter, now),
    }


def _undoable(work: Work, counter: Counter, now: datetime) -> dict[str, str] | None:
    """Return the last action's ticket and until when the action can be undone, if it still can."""
    action = counter.last_action
    if action is None:
        return None
    until = datetime.fromisoformat(action["at"]) + UNDO_WITHIN
    ticket = work.session.get(Ticket, action["found"][0]["ticket"])
    if ticket is None or now > until:
        return None
    return {"label": ticket.label, "until": until.isoformat()}


def _aside(
    work: Work, office: Office, counter: Counter, served: Container[int], status: Status
) -> list[dict[str, Any]]:
    later = aliased(Step)
    newest = select(func.max(later.position)).where(later.ticket_id == Ticket.id).scalar_subquery()
    rows = work.session.execute(
        select(
            Ticket.label,
            Ticket.service_id,
            Service.code,
            PriorityClass.code,
            Ticket.arrived_at,
            Step.ended_at,
            Step.counter_id,
            Step.only_counter_id,
        )
        .join(Service, Service.id == Ticket.service_id)
        .join(PriorityClass, PriorityClass.id == Ticket.class_id)
        .join(Step, (Step.ticket_id == Ticket.id) & (Step.position == newest))
        .where(
            Ticket.office_id == office.id,
            Ticket.day == office.open_day,
            Ticket.status == status.value,
        )
        .order_by(Ticket.id.desc())
        .limit(SHOWN)
    )
    return [
        {
            "label": label,
            "service": service,
            "priority": priority,
            "taken_at": at.isoformat(),
            "since": (since or at).isoformat(),
            "ours": service_id in served or counter.id in {held_at, only_at},
        }
        for label, service_id, service, priority, at, since, held_at, only_at in rows
    ]
