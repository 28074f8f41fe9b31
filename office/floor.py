"""The floor at one moment: every counter and its visitor, every line, what stands still, alerts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from office import alerts, early, outages
from office.alerts import Alert, Post, Queue, Sort
from office.clock import seconds_between
from office.hours import doors
from office.journal import JournalRow, Kind, since_opening
from office.line import for_counter, line_of
from office.media import broken_of
from office.people import Account, Role, Token
from office.place import Counter, Office, counters_of, services_of
from office.plan import plan_of
from office.policy import Waiting
from office.terms import Terms
from office.tickets import IS_AT_COUNTER, Step, Ticket
from storage.work import Work

#: A screen that has not been heard of for so long is silent.
SILENT_AFTER = timedelta(minutes=3)
#: A call for help is shown so long, or until somebody has seen it.
HELP_STANDS = timedelta(minutes=30)


def targets_of(office: Office) -> dict[str, int]:
    """Return the office's targets in minutes."""
    return {
        "wait": office.target_wait_min,
        "serve": office.target_serve_min,
        "idle": office.target_idle_min,
    }


def floor(
    work: Work,
    office: Office,
    now: datetime,
    troubles: Sequence[str] = (),
    more: Sequence[Alert] = (),
) -> dict[str, Any]:
    """Return the floor with the version it stands at.

    `troubles` are those of the printers, `more` what screens alert of beside the queue.
    """
    services = services_of(work, office.id)
    codes = {each.id: each.code for each in services}
    ids = {each.code: each.id for each in services}
    serve_targets = {each.id: each.target_serve_min for each in services}
    plan = plan_of(work, office.id)
    line = line_of(work, office, now)
    counters = counters_of(work, office.id)
    visits = _visits(work, office)
    free_since = _free_since(work, office)
    clerks = dict(
        work.session.execute(
            select(Account.id, Account.name).where(Account.office_id == office.id)
        ).all()
    )
    open_outages = outages.standing(work, office.id)
    posts: list[Post] = []
    shown_counters = []
    for counter in counters:
        terms = plan.get(counter.id, [])
        visit = visits.get(counter.id)
        post = _post(office, counter, terms, ids, line, visit, free_since.get(counter.id), now)
        if visit is not None:
            post = replace(post, target_min=serve_targets.get(visit[1]))
        posts.append(post)
        shown_counters.append(
            {
                "number": counter.number,
                "names": counter.names,
                "open": counter.is_open,
                "clerk": clerks.get(counter.account_id) if counter.account_id else None,
                "status": visit[2] if visit else _empty(counter),
                "label": visit[0] if visit else None,
                "service": codes.get(visit[1]) if visit else None,
                "since": post.since.isoformat() if post.since else None,
                "can_call": post.can_call,
                "target_serve": post.target_min or office.target_serve_min,
                "services": [
                    {
                        "code": each.code,
                        "preference": each.preference,
                        "helps_after_min": each.helps_after_min,
                    }
                    for each in terms
                ],
            }
        )
    open_ids = {each.id for each in counters if each.is_open}
    queues = []
    shown_services = []
    for service in services:
        waiting = [each for each in line if each.service_id == service.id]
        oldest = min(waiting, key=lambda each: each.arrived_at, default=None)
        serving = sum(
            any(each.code == service.code for each in plan.get(counter, ())) for counter in open_ids
        )
        stopped = service.stopped_for is not None
        queues.append(
            Queue(
                service.code,
                len(waiting),
                oldest.label if oldest else None,
                oldest.arrived_at if oldest else None,
                serving,
                stopped,
                service.target_wait_min,
            )
        )
        shown_services.append(
            {
                "code": service.code,
                "letter": service.letter,
                "names": service.names,
                "waiting": len(waiting),
                "oldest_since": oldest.arrived_at.isoformat() if oldest else None,
                "counters_open": serving,
                "target_wait": service.target_wait_min or office.target_wait_min,
                "suspended": service.is_suspended(now) and not stopped,
                "until": service.suspended_until.isoformat() if service.suspended_until else None,
                "text": service.suspended_text,
                "stopped_for": service.stopped_for,
                "needs": service.needs or [],
            }
        )
    targets = targets_of(office)
    found = [
        *_help_calls(work, office, now),
        *more,
        *alerts.of_floor(posts, queues, targets, now, bool(open_outages)),
    ]
    found += [Alert(f"{Sort.PRINTER}:{each}", Sort.PRINTER, trouble=each) for each in troubles]
    opening = doors(work, office, now)
    if opening["open"]:
        found += _silent(work, office, now)
    found += _broken(work, office)
    seen = alerts.acknowledged(work, office.id)
    return {
        "version": office.version,
        "at": now.isoformat(),
        "office": {
            "code": office.code,
            "names": office.names,
            "timezone": office.timezone,
            "rehearsal": office.rehearsal,
            **opening,
        },
        "closed_early": early.told(work, office, now),
        "targets": targets,
        "counters": shown_counters,
        "services": shown_services,
        "waiting": len(line),
        "outages": [
            {"need": each.need, "since": each.began_at.isoformat(), "services": each.services}
            for each in open_outages
        ],
        "alerts": [_told(each, seen) for each in found],
    }


def alert_with(found: dict[str, Any], key: str) -> Alert:
    """Return the alert of the floor with this key. Raises AlertUnknown."""
    for each in found["alerts"]:
        if each["key"] == key:
            facts = {name: value for name, value in each.items() if name not in ("seen", "sort")}
            return Alert(sort=Sort(each["sort"]), **facts)
    raise alerts.AlertUnknown(alert=key)


def _told(alert: Alert, seen: dict[str, tuple[str | None, datetime]]) -> dict[str, Any]:
    who = seen.get(alert.key)
    return {
        "key": alert.key,
        "sort": alert.sort.value,
        "minutes": alert.minutes,
        "counter": alert.counter,
        "service": alert.service,
        "label": alert.label,
        "count": alert.count,
        "device": alert.device,
        "device_id": alert.device_id,
        "trouble": alert.trouble,
        "reasons": list(alert.reasons),
        "seen": {"by": who[0], "at": who[1].isoformat()} if who is not None else None,
    }


def _post(
    office: Office,
    counter: Counter,
    terms: Sequence[Terms],
    ids: dict[str, int],
    line: list[Waiting],
    visit: tuple[str, int, str, datetime] | None,
    free_since: datetime | None,
    now: datetime,
) -> Post:
    if visit is not None:
        return Post(counter.number, counter.is_open, 0, visit[3], visit[0])
    if counter.opened_at is None:
        return Post(counter.number, False, 0, None)
    if counter.paused_at is not None or counter.desk_work:
        return Post(counter.number, True, 0, counter.paused_at)
    served = {ids[each.code]: each for each in terms if each.code in ids}
    mine = for_counter(line, office, counter.id, served, now)
    since = max(filter(None, (counter.opened_at, free_since)))
    newest = max((each.line_since for each in mine), default=None)
    oldest = min((each.line_since for each in mine), default=None)
    # it is idle while people wait only from when somebody came
    if newest is not None and oldest is not None:
        since = max(since, oldest)
    return Post(counter.number, True, len(mine), since)


def _empty(counter: Counter) -> str:
    """Return what a counter without a visitor is."""
    if not counter.is_open:
        return "closed"
    if counter.paused_at is not None:
        return "paused"
    return "desk_work" if counter.desk_work else "idle"


def _visits(work: Work, office: Office) -> dict[int, tuple[str, int, str, datetime]]:
    """Return label, service, status and since when of the visitor at each counter."""
    rows = work.session.execute(
        select(
            Ticket.counter_id,
            Ticket.label,
            Ticket.service_id,
            Ticket.status,
            func.coalesce(Step.started_at, Step.called_at),
        )
        .join(Step, (Step.ticket_id == Ticket.id) & Step.ended_at.is_(None))
        .where(Ticket.office_id == office.id, IS_AT_COUNTER)
    )
    return {
        counter: (label, service, status, since)
        for counter, label, service, status, since in rows
        if counter is not None
    }


def _free_since(work: Work, office: Office) -> dict[int, datetime]:
    """Return when each counter's last visit of the day ended."""
    rows = work.session.execute(
        select(Step.counter_id, func.max(Step.ended_at))
        .where(
            Step.office_id == office.id,
            Step.day == office.open_day,
            Step.counter_id.is_not(None),
            Step.ended_at.is_not(None),
        )
        .group_by(Step.counter_id)
    )
    return {counter: ended for counter, ended in rows if counter is not None and ended is not None}


def _help_calls(work: Work, office: Office, now: datetime) -> list[Alert]:
    """Return the calls for help of the last half hour, one for each counter."""
    rows = work.session.scalars(
        select(JournalRow)
        .where(
            since_opening(office),
            JournalRow.day == office.open_day,
            JournalRow.kind == Kind.HELP_CALLED.value,
        )
        .order_by(JournalRow.version)
    )
    newest = {row.detail["counter"]: row for row in rows if row.at > now - HELP_STANDS}
    return [
        Alert(
            f"{Sort.HELP}:{counter}:{row.version}",
            Sort.HELP,
            int(seconds_between(row.at, now) // 60),
            counter=counter,
        )
        for counter, row in newest.items()
    ]


def _broken(work: Work, office: Office) -> list[Alert]:
    """Return an alert for each picture or video that a screen could not show."""
    return [
        Alert(
            f"{Sort.MEDIA}:{each.id}:{each.broken_at:%Y-%m-%dT%H:%M}",
            Sort.MEDIA,
            device=each.title("id") or str(each.id),
        )
        for each in broken_of(work, office.id)
    ]


def _silent(work: Work, office: Office, now: datetime) -> list[Alert]:
    """Return the kiosks and screens that were there today and are not heard of any more."""
    rows = work.session.execute(
        select(Token.id, Token.name, Token.seen_at)
        .where(
            Token.office_id == office.id,
            Token.role.in_([Role.KIOSK.value, Role.SCREEN.value]),
            Token.revoked_at.is_(None),
            Token.seen_at < now - SILENT_AFTER,
            Token.seen_at > now - timedelta(hours=12),
        )
        .order_by(Token.id)
    )
    return [
        Alert(
            f"{Sort.SILENT}:{token}:{seen.isoformat(timespec='minutes')}",
            Sort.SILENT,
            int(seconds_between(seen, now) // 60),
            device=name,
        )
        for token, name, seen in rows
        if seen is not None
    ]
