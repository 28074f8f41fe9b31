"""What can be had now: every service with its wait, its quota and, if it cannot, why not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from office import early, hours
from office.errors import ServiceSuspended
from office.groups import groups_of
from office.kiosk_rules import rules_of
from office.outages import still_text
from office.place import Office, classes_of, in_language, services_of
from office.policy import Waiting
from office.reception import full, given_today, offer, used_up_today
from office.waits import STANDS_STILL, UNKNOWN, Desk, Forecast
from storage.work import Work


def offers(
    work: Work,
    office: Office,
    now: datetime,
    line: Sequence[Waiting],
    forecast: Forecast,
    desks: Sequence[Desk],
    locale: str = "id",
) -> dict[str, Any]:
    """Return the services on offer in `locale`, with the version they stand at."""
    rules = rules_of(work, office.id)
    opening = hours.office_opening(work, office, now)
    left = hours.served_today(work, office, now)
    given = given_today(work, office)
    used_up = used_up_today(work, office)
    waiting: dict[int, int] = {}
    for each in line:
        waiting[each.service_id] = waiting.get(each.service_id, 0) + 1
    shown = []
    for service in services_of(work, office.id):
        wait = forecast.by_service.get(service.id, UNKNOWN)
        offered = offer(
            service,
            opening.is_open,
            given.get(service.id, 0),
            service.id in used_up,
            now,
            full(service, wait, left),
        )
        suspended = offered.reason == ServiceSuspended.code
        text = still_text(service) if suspended else {}
        shown.append(
            {
                "code": service.code,
                "letter": service.letter,
                "name": service.name(locale),
                "names": service.names,
                "requirements": service.requirements,
                "icon": service.icon,
                "group": service.group_id,
                "open": offered.reason is None,
                "reason": offered.reason,
                "reason_text": in_language(text, locale) if suspended else None,
                "reason_texts": text,
                "until": service.suspended_until.isoformat()
                if suspended and service.stopped_for is None and service.suspended_until
                else None,
                "waiting": waiting.get(service.id, 0),
                "wait": (STANDS_STILL if service.stopped_for is not None else wait).told(),
                "quota_left": offered.quota_left,
                "counters_open": sum(
                    service.id in desk.service_ids and not desk.away for desk in desks
                ),
            }
        )
    return {
        "version": office.version,
        "at": now.isoformat(),
        "office": {
            "code": office.code,
            "name": office.name(locale),
            "names": office.names,
            "timezone": office.timezone,
            "locales": office.locales,
            "rehearsal": office.rehearsal,
            **hours.doors(work, office, now, opening),
            "closed_early": early.told(work, office, now),
            "closes": opening.closes.isoformat("minutes") if opening.closes else None,
        },
        "policy": office.policy,
        "priority_classes": [
            {"code": each.code, "names": each.names, "rate": each.rate}
            for each in classes_of(work, office.id)
        ],
        "services": shown,
        "groups": [{"id": each.id, "names": each.names} for each in groups_of(work, office.id)],
        "limits": {
            "matters": rules.most_matters,
            "files": rules.most_files,
            "identity": rules.per_identity > 0,
        },
    }
