"""What the records say of the hours of a spot check: ratings and waits of the same services."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from office.place import Office, Service
from office.tickets import Status, Ticket
from storage.work import Work
from surveys import groups
from surveys.ratings import Rating
from surveys.rules import rules_of
from surveys.spot_checks.checks import SpotCheck
from surveys.spot_checks.comparison import middle
from surveys.spot_checks.draws import Group, draws_of, tickets_of
from surveys.spot_checks.entries import Kind, Outcome, newest_of
from surveys.taps import Tap


def terminals(work: Work, office: Office, check: SpotCheck, until: datetime) -> dict[str, Any]:
    """Return what visitors answered without being asked, and how long they waited, meanwhile.

    From as long before the check as its first draw reaches back, of the services of those who were
    asked after being served; of all services where nobody was. Ratings are told in the batches in
    which they are told of each service.
    """
    draws = draws_of(work, check)
    first = check.opened_at - timedelta(minutes=draws[0].within_min if draws else 0)
    services = _services_asked(work, office, check)
    day, least = office.today(check.opened_at), rules_of(work, office.id).least
    batches = groups.whole_batches_between(work, office, Rating.service_id, first, until, least)
    told = groups.added(each for service, each in batches.items() if service in services)
    waits = [
        waited_min(each, until)
        for each in work.session.scalars(
            select(Ticket)
            .options(selectinload(Ticket.steps))
            .where(
                Ticket.office_id == office.id,
                Ticket.day == day,
                Ticket.status == Status.DONE.value,
                Ticket.service_id.in_(services),
            )
            .order_by(Ticket.id)
        )
        if each.step.ended_at is not None and first <= each.step.ended_at <= until
    ]
    names = work.session.execute(
        select(Service.letter, Service.names).where(Service.id.in_(services)).order_by(Service.id)
    ).all()
    return {
        "from": first.isoformat(),
        "until": until.isoformat(),
        "services": [{"letter": letter, "names": called} for letter, called in names],
        "counts": list(told.counts) if told.count else None,
        "least": least,
        "taps": work.session.scalar(
            select(func.count()).where(
                Tap.office_id == office.id, Tap.at.between(first, until), Tap.rapid.is_(False)
            )
        )
        or 0,
        "finished": len(waits),
        "wait_min": middle(waits),
    }


def waited_min(ticket: Ticket, until: datetime) -> int:
    """Return the minutes a visit waited to be called, over all its stretches, rounded down.

    As it was at `until`: who was still waiting then had waited until then.
    """
    spans = (
        min(step.called_at or step.ended_at or until, until) - step.queued_at
        for step in ticket.steps
    )
    return int(sum((max(each, timedelta()) for each in spans), timedelta()).total_seconds() // 60)


def _services_asked(work: Work, office: Office, check: SpotCheck) -> Collection[int]:
    served = {
        each["label"] for one in draws_of(work, check) for each in one.drawn[Group.SERVED.value]
    }
    asked = {
        label
        for label, each in newest_of(work, check, Kind.PERSON).items()
        if each.detail["outcome"] == Outcome.ASKED.value and label in served
    }
    if asked:
        tickets = tickets_of(work, office, office.today(check.opened_at), asked)
        return {each.service_id for each in tickets.values()}
    return set(work.session.scalars(select(Service.id).where(Service.office_id == office.id)))
