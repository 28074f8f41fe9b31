"""The paper of a right to come back: its code, what is missing, and until when it holds."""

from collections.abc import Callable
from datetime import date, datetime

from babel.dates import format_date

from kiosk.printing.agents import printer_for
from kiosk.printing.jobs import queue_slip
from kiosk.printing.slip import QR, Align, Cut, Line, Part, Rule, Size, Slip, Space
from kiosk.printing.words import words_in
from office.people import Actor
from office.place import Office
from office.returning import Granted
from storage.work import Work


def return_slip(
    *,
    office: str,
    label: str,
    service: str,
    code: str,
    missing: tuple[str, ...],
    first_day: date | None,
    until: date | None,
    locale: str,
    rehearsal: bool = False,
) -> Slip:
    """Return the slip of a right to come back, in `locale`; without `until` it names no date.

    `first_day` is told where the right holds from a later day on only.
    """
    words = words_in(locale)

    def said(day: date) -> str:
        return format_date(day, "EEEE, d MMMM y", locale=locale[:2])

    parts: list[Part] = [Line(office, bold=True)]
    if rehearsal:
        parts.append(Line(words.rehearsal, bold=True))
    parts += [
        Rule(),
        Line(words.return_title, bold=True),
        Line(label),
        Line(service, Size.LARGE, bold=True),
        Space(),
        Line(code, Size.LARGE, bold=True),
        Space(),
        QR(code, words.return_scan),
        Rule(),
    ]
    if missing:
        parts.append(Line(words.return_missing, align=Align.LEFT, bold=True))
        parts += [Line(f"- {each}", align=Align.LEFT) for each in missing]
        parts.append(Space())
    if until is None:
        parts.append(Line(words.return_undated))
    else:
        if first_day is not None:
            parts.append(Line(words.return_from.format(day=said(first_day))))
        parts.append(Line(words.return_until.format(day=said(until))))
    parts += [Line(words.return_once), Cut()]
    return Slip(locale, tuple(parts))


def return_printing(
    usual: Callable[[], str],
) -> Callable[[Work, Office, Actor, Granted, datetime], bool]:
    """Return what queues the paper of a right just granted, and says whether anything prints it.

    `usual()` is the printer where nobody has one nearer.
    """

    def queue(work: Work, office: Office, actor: Actor, right: Granted, now: datetime) -> bool:
        bring = right.service.requirements.get(right.locale) or next(
            iter(right.service.requirements.values()), []
        )
        slip = return_slip(
            office=office.name(right.locale),
            label=right.label,
            service=right.service.name(right.locale),
            code=right.code,
            missing=tuple(bring[place] for place in right.missing if place < len(bring)),
            first_day=right.first_day if right.first_day > office.today(now) else None,
            until=right.until,
            locale=right.locale,
            rehearsal=office.rehearsal,
        )
        # of no ticket: a reprint of the ticket is not to print this one
        printer = printer_for(work, actor, usual())
        return queue_slip(work, office.id, None, printer, slip, now) is not None

    return queue
