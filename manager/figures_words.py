"""The queue's figures in words, as the page, its files and the week's sheet say them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from office.outages import Need
from web.languages import moment as at_moment

#: What an office can be without.
LACKING: dict[str, LazyString] = {
    Need.NATIONAL_DATABASE.value: _l("National database"),
    Need.NETWORK.value: _l("Network"),
    Need.BLANK_CARDS.value: _l("Blank cards"),
    Need.INK.value: _l("Ink"),
}


def sentence(report: dict[str, Any]) -> str:
    """Say the three figures that matter."""
    if not report["wait"]["count"]:
        return str(_("Nobody was called in this period."))
    return str(
        _(
            "Half of the visitors were called within %(median)s min, nine in ten within"
            " %(p90)s; %(share)s %% within the aim. %(absent)s never came.",
            median=max(minutes(report["wait"]["median_s"]), 1),
            p90=max(minutes(report["wait"]["p90_s"]), 1),
            share=round(100 * (report["target"]["share"] or 0)),
            absent=report["no_shows"],
        )
    )


def minutes(seconds: int | None) -> int:
    """Return whole minutes, rounded up so that no promise is too good."""
    return -(-(seconds or 0) // 60)


def weekdays() -> list[str]:
    """Return the names of the weekdays, Monday first."""
    return [
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    ]


def left_out(report: dict[str, Any]) -> list[tuple[str, int]]:
    """Return what is in no time, in words, with how many each."""
    waits, services = report["left_out"]["waits"], report["left_out"]["services"]
    found = [
        (_("calls nobody answered"), waits["missed_call"]),
        (_("ended before a call"), waits["not_called"]),
        (_("still waiting"), waits["open"]),
        (_("left open at the end of the day"), waits["expired"]),
        (_("services whose start was not pressed"), services["inferred"]),
        (_("services under 5 seconds"), services["short"]),
        (_("services interrupted"), services["interrupted"]),
        (_("services across the end of the day"), services["across"]),
        (_("times with a clock set back"), waits["clock"] + services["clock"]),
    ]
    return [(words, count) for words, count in found if count]


def channels() -> dict[str, str]:
    """Return where tickets were taken, in words."""
    return {"kiosk": _("Kiosk"), "desk": _("Desk"), "unknown": _("unknown")}


def lacking() -> dict[str, str]:
    """Return what an office can be without, in words."""
    return {need: str(words) for need, words in LACKING.items()}


def lost(report: dict[str, Any], zone: ZoneInfo) -> list[str]:
    """Say which outages fell into the period, from when to when, and what stood still."""
    words = lacking()
    return [
        _(
            "%(need)s: %(began)s to %(ended)s (%(services)s)",
            need=words[each["need"]],
            began=moment(datetime.fromisoformat(each["began_at"]), zone),
            ended=moment(datetime.fromisoformat(each["ended_at"]), zone)
            if each["ended_at"]
            else _("now"),
            services=", ".join(each["services"]),
        )
        for each in report["outages"]
    ]


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return a day and time of the office as it is written."""
    return at_moment(at.astimezone(zone))
