"""The manager's socket: the day so far, and every change."""

from typing import Any

from office import console, early, figures, hours, outages
from office.people import Right
from office.place import Office, services_of
from storage.work import Work
from web.house import house
from web.live import LiveSpace, Seat


def day_so_far(work: Work, office: Office) -> dict[str, Any]:
    """Return the live summary of the day: who waits, who is served, counters, ratings."""
    home = house()
    now = home.clock.now()
    day = figures.today(work, office, now)
    outlook = home.outlooks.of(work, office, now)
    counters = console.counter_list(work, office)
    by_service = day.pop("waiting_by_service")
    longest = day.pop("longest_by_service")
    summary = {
        "version": office.version,
        "at": now.isoformat(),
        "office": {
            "code": office.code,
            "names": office.names,
            "timezone": office.timezone,
            "rehearsal": office.rehearsal,
            **hours.doors(work, office, now),
        },
        "closed_early": early.told(work, office, now),
        **day,
        "outages": [
            {"need": each.need, "since": each.began_at.isoformat()}
            for each in outages.standing(work, office.id)
        ],
        "counters": counters,
        "counters_open": sum(each["open"] for each in counters),
        "services": [
            {
                "code": each.code,
                "letter": each.letter,
                "names": each.names,
                "icon": each.icon,
                "suspended": each.suspended,
                "stopped_for": each.stopped_for,
                "waiting": by_service.get(each.id, 0),
                "longest_s": longest.get(each.id),
                "counters_open": sum(
                    each.id in desk.service_ids and not desk.away for desk in outlook.desks
                ),
                "wait": outlook.of_newcomer(each.id).told(),
            }
            for each in services_of(work, office.id)
        ],
    }
    for fact in home.day_facts:
        summary |= fact(work, office)
    return summary


class ManagerSpace(LiveSpace):
    """Managers' dashboards."""

    right = Right.READ_REPORTS

    def snapshot(self, work: Work, office: Office, seat: Seat) -> dict[str, Any]:
        """Return the day so far."""
        return day_so_far(work, office)
