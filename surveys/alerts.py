"""What answers tell the supervisor at once, while the visitor may still be in the room."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from office.alerts import Alert, Sort
from office.place import Counter, Office, Service
from office.tickets import Status, Ticket
from storage.work import Work
from surveys.ratings import Rating, RatingReason
from surveys.reasons import INTEGRITY
from surveys.rules import rules_of

#: An alert stands so long, or until somebody has seen it.
STANDS = timedelta(minutes=30)


def alerts(work: Work, office: Office, now: datetime) -> list[Alert]:
    """Return who wishes to speak to somebody, and each service's newest low rating."""
    return _talks(work, office, now) + _low(work, office, now)


def _talks(work: Work, office: Office, now: datetime) -> list[Alert]:
    """Return the visitors who asked to speak to somebody; they alone are named."""
    rows = work.session.execute(
        select(Rating.id, Ticket.label, Counter.number)
        .join(Ticket, Ticket.id == Rating.ticket_id)
        .outerjoin(Counter, Counter.id == Rating.counter_id)
        .where(
            Rating.office_id == office.id,
            Rating.day == office.today(now),
            Rating.talk_at > now - STANDS,
        )
        .order_by(Rating.talk_at)
    )
    return [
        Alert(f"{Sort.TALK}:{number}", Sort.TALK, counter=counter, label=label)
        for number, label, counter in rows
    ]


def _low(work: Work, office: Office, now: datetime) -> list[Alert]:
    """Return each service's newest low rating: the service and the reasons, nothing else.

    Only of a service that so many visits were finished of today that it could be any of them.
    """
    rules = rules_of(work, office.id)
    today = office.today(now)
    newest = dict(
        work.session.execute(
            select(Rating.service_id, func.max(Rating.id))
            .where(
                Rating.office_id == office.id,
                Rating.day == today,
                Rating.score <= rules.low,
                Rating.at > now - STANDS,
            )
            .group_by(Rating.service_id)
            .order_by(Rating.service_id)
        ).all()
    )
    if not newest:
        return []
    finished = dict(
        work.session.execute(
            select(Ticket.service_id, func.count())
            .where(
                Ticket.office_id == office.id,
                Ticket.day == today,
                Ticket.status == Status.DONE.value,
                Ticket.service_id.in_(newest),
            )
            .group_by(Ticket.service_id)
        ).all()
    )
    found = []
    for service, number in newest.items():
        if finished.get(service, 0) < rules.alert_after:
            continue
        reasons = work.session.scalars(
            select(RatingReason.reason)
            .where(RatingReason.rating_id == number, RatingReason.reason.not_in(INTEGRITY))
            .order_by(RatingReason.reason)
        )
        code = work.session.get_one(Service, service).code
        found.append(
            Alert(
                f"{Sort.LOW_RATING}:{code}:{number}",
                Sort.LOW_RATING,
                service=code,
                reasons=tuple(reasons),
            )
        )
    return found
