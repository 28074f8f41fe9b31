"""The slip of a ticket: the office's template filled with what is true of one visitor."""

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from kiosk.printing.slip import Cut, Line, Logo, Part, Slip
from kiosk.printing.slip_template import Facts, TemplateRefused, parts_of, shipped
from kiosk.printing.words import usual_minutes, words_in

log = logging.getLogger(__name__)


def ticket_slip(
    *,
    office: str,
    label: str,
    service: str,
    ahead_count: int,
    taken_at: datetime,
    timezone: str,
    locale: str,
    priority: bool = False,
    waiting: bool = True,
    median_s: int | None = None,
    p90_s: int | None = None,
    bring: tuple[str, ...] = (),
    files: int = 1,
    further: tuple[tuple[str, int], ...] = (),
    url: str = "",
    code: str = "",
    reprint: bool = False,
    rehearsal: bool = False,
    logo: Logo | None = None,
    template: str = "",
) -> Slip:
    """Return the slip of a ticket, in the ticket's `locale`.

    `further` are the services that follow on the same number, each with its files.
    `priority` prints one neutral mark, never its ground. Of whoever is not `waiting` any more it
    says neither a place nor to wait. The wait is in seconds, left out when nothing is known;
    without `url` there is no QR code. `taken_at` is aware; it is printed in `timezone` (an IANA
    name) with the zone's abbreviation. Without a `template` the slip is the shipped one, and so it
    is where a template fails: a ticket is never without its paper. The marks of a rehearsal and of
    a reprint stand above whatever the template says, and below it the `code` that shows, with the
    number, that somebody holds this slip.
    """
    words = words_in(locale)
    local = taken_at.astimezone(ZoneInfo(timezone))
    usual, most = usual_minutes(median_s, p90_s)
    facts = Facts(
        office=office,
        number=label,
        service=service,
        files=files,
        further=tuple(
            name if count == 1 else words.with_files.format(service=name, count=count)
            for name, count in further
        ),
        priority=priority,
        waiting=waiting,
        ahead=max(ahead_count, 0),
        usual=usual,
        most=most,
        bring=bring,
        day=format_date(local, "EEEE, d MMMM y", locale=locale[:2]),
        time=local.strftime(words.clock),
        phone=bool(url),
    )
    parts: list[Part] = [Line(words.rehearsal, bold=True)] if rehearsal else []
    try:
        parts += parts_of(template or shipped(locale), facts, logo, url)
    except TemplateRefused:
        log.exception("the office's slip cannot be filled; the shipped one is printed")
        parts += parts_of(shipped(locale), facts, logo, url)
    if code:
        parts.append(Line(words.code.format(code=code)))
    return Slip(locale, (*parts, Cut()), reprint)
