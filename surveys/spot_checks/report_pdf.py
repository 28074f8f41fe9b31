"""A spot check on paper: what was told against what was recorded, and where it is signed."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from surveys.skm.actions import State
from surveys.spot_checks import telling
from surveys.spot_checks.additions import SpotAddition, states_of
from surveys.spot_checks.checks import SpotCheck
from surveys.spot_checks.telling import Told, number
from web.paper import FONT, ROOM, Sheet

#: Millimetres that a photo may be wide and high; two stand side by side.
WIDE, HIGH = 86, 64


def report(
    told: Told,
    check: SpotCheck,
    added: Sequence[SpotAddition],
    pictures: Sequence[tuple[bytes, str]],
    least: int,
    locale: str,
) -> bytes:
    """Return the report as a PDF, in the language of the request."""
    sheet = Sheet(told.office, _("Spot check of %(day)s", day=told.day))
    sheet.words(told.office, 12, quiet=True)
    sheet.words(_("Report of a spot check (sidak)"), 20, bold=True)
    sheet.words(told.day, 14)
    sheet.ln(2)
    _say(
        sheet,
        _(
            "Unannounced, from %(opened)s to %(closed)s. Where: %(place)s. By: %(name)s.",
            opened=told.opened,
            closed=told.closed,
            place=told.record["place"],
            name=told.record["inspector"],
        ),
        *([_("Rehearsal: nothing counts yet")] if told.record["rehearsal"] else []),
        *([] if check.signed_at else [_("Draft: not signed off, and may still change.")]),
    )
    _findings(sheet, told, added, locale)
    _told_and_recorded(sheet, told, least)
    _waits(sheet, told)
    _standard(sheet, told)
    _signature(sheet, told, check, locale)
    if added:
        _additions(sheet, told, added, locale)
    _annex(sheet, told)
    _queue(sheet, told)
    if pictures:
        _pictures(sheet, pictures)
    if told.integrity:
        _integrity(sheet, told)
    return bytes(sheet.output())


def _say(sheet: Sheet, *sentences: str) -> None:
    for each in sentences:
        sheet.words(each, 10.5)
        sheet.ln(1)


def _findings(sheet: Sheet, told: Told, added: Sequence[SpotAddition], locale: str) -> None:
    states = states_of(added)
    names = {State.OPEN: _("under way"), State.DONE: _("done"), State.DROPPED: _("dropped")}
    rows = [
        (
            each["text"],
            each["owner"],
            telling.day(date.fromisoformat(each["due"]), locale),
            names[states.get(each["key"], State.OPEN)],
        )
        for each in told.record["findings"]
    ]
    sheet.grid(
        _("Findings"),
        (_("What is to be done"), _("By whom"), _("Until"), _("State")),
        rows or [(_("None."), "", "", "")],
        first=90,
        others="LEFT",
    )


def _told_and_recorded(sheet: Sheet, told: Told, least: int) -> None:
    record = told.record
    served, waiting = (str(sum(record["told"][each])) for each in ("served", "waiting"))
    counts = record["terminals"].get("counts")
    sheet.grid(
        _("What people said, and what the terminals say"),
        (
            _("How they are served"),
            _("Told: served"),
            _("Told: waiting"),
            _("Told: all"),
            _("At terminals"),
        ),
        [
            *told.scores,
            (
                _("Answers"),
                served,
                waiting,
                str(int(served) + int(waiting)),
                "–" if counts is None else str(sum(counts)),
            ),
        ],
        first=62,
    )
    sheet.ln(2)
    zone = ZoneInfo(record["timezone"])
    _say(
        sheet,
        _(
            "Terminals: answers to visits of the services %(services)s from %(first)s to"
            " %(until)s. %(finished)s visits were finished; %(taps)s taps without a ticket are not"
            " counted.",
            services=", ".join(each["letter"] for each in record["terminals"]["services"]),
            first=telling.clock(record["terminals"]["from"], zone),
            until=telling.clock(record["terminals"]["until"], zone),
            finished=record["terminals"]["finished"],
            taps=record["terminals"]["taps"],
        ),
        *telling.verdict(told, least),
        _("Counts only: a spot check makes no index and is no part of the IKM."),
    )
    if not told.enough:
        _say(sheet, _("Fewer than %(least)s were asked: what they said is not told.", least=least))
    if told.reasons:
        sheet.grid(
            _("What was not good"),
            (_("Reason"), _("How often")),
            [(name, str(count)) for name, count in told.reasons],
            first=120,
        )
    if told.words:
        sheet.ln(3)
        sheet.words(_("In their words"), 12, bold=True)
        for each in told.words:
            sheet.words(f"“{each}”", 10)


def _waits(sheet: Sheet, told: Told) -> None:
    rows = [
        (label, group, service, said, recorded)
        for label, group, _outcome, service, said, recorded in told.people
        if said != "–"
    ]
    title = _("Waits told and waits recorded, in minutes")
    if rows:
        sheet.grid(
            title,
            (_("Number"), _("Who"), _("Service"), _("As told"), _("Recorded")),
            rows,
            first=26,
        )
    else:
        sheet.ln(4)
        sheet.words(title, 12, bold=True)
    sheet.ln(2)
    said, recorded, further = told.waits
    _say(
        sheet,
        _(
            "Median of waits: told %(told)s, recorded %(recorded)s minutes; of each one's"
            " difference, %(further)s.",
            told=said,
            recorded=recorded,
            further=further,
        ),
        _(
            "All finished visits of these hours: median %(median)s minutes.",
            median=number(told.record["terminals"]["wait_min"]),
        ),
    )


def _standard(sheet: Sheet, told: Told) -> None:
    sheet.grid(
        _("The service standard, as seen"),
        (_("What is looked at"), _("Seen"), _("Note")),
        told.checklist,
        first=96,
        others="LEFT",
    )
    sheet.grid(
        _("Counters that the system calls open"),
        (
            _("Counter"),
            _("Signed on"),
            _("Serves"),
            _("System"),
            _("Somebody there"),
            _("Note"),
        ),
        told.counters,
        first=16,
        others="LEFT",
    )


def _queue(sheet: Sheet, told: Told) -> None:
    sheet.grid(
        _("The queue at %(time)s", time=told.opened),
        (_("Service"), _("Waiting"), _("Longest (min)"), _("Counters open")),
        told.lines,
        first=92,
    )


def _signature(sheet: Sheet, told: Told, check: SpotCheck, locale: str) -> None:
    if sheet.will_page_break(66):
        sheet.add_page()
    sheet.ln(6)
    _say(sheet, _("This tells what was seen and told on the spot."))
    sheet.ln(4)
    signed = check.signature or {}
    zone = ZoneInfo(told.record["timezone"])
    when = "" if check.signed_at is None else telling.day(_date(check.signed_at, zone), locale)
    for text, space in (
        (", ".join(filter(None, (signed.get("town"), when))), 0),
        (signed.get("position", ""), 24),
        (signed.get("signer", "(" + "." * 40 + ")"), 0),
        (f"NIP {signed['nip']}" if signed.get("nip") else "", 0),
    ):
        sheet.set_x(sheet.l_margin + 100)
        sheet.set_font(FONT, size=10.5)
        sheet.cell(80, 6, text, new_x="LMARGIN", new_y="NEXT")
        sheet.ln(space)
    if check.digest:
        sheet.ln(4)
        sheet.words(
            _("Fingerprint of the signed record (SHA-256): %(digest)s", digest=check.digest),
            8,
            quiet=True,
        )


def _additions(sheet: Sheet, told: Told, added: Sequence[SpotAddition], locale: str) -> None:
    zone = ZoneInfo(told.record["timezone"])
    findings = {each["key"]: each["text"] for each in told.record["findings"]}
    names = {State.OPEN: _("under way"), State.DONE: _("done"), State.DROPPED: _("dropped")}
    sheet.grid(
        _("Additions after the sign-off"),
        (_("What"), _("By whom"), _("When")),
        [
            (
                " · ".join(
                    filter(
                        None,
                        (
                            f"{findings.get(each.finding or '', '')}: {names[State(each.state)]}"
                            if each.state
                            else "",
                            each.text,
                        ),
                    )
                ),
                each.by,
                f"{telling.day(_date(each.at, zone), locale)} {each.at.astimezone(zone):%H:%M}",
            )
            for each in added
        ],
        first=100,
        others="LEFT",
    )


def _annex(sheet: Sheet, told: Told) -> None:
    sheet.add_page()
    sheet.words(_("Annex: who was asked"), 15, bold=True)
    _say(
        sheet,
        _(
            "Drawn at random by number. The order is that of the SHA-256 of “seed:number”, so"
            " that anybody can draw it again; nobody was passed over unless it says so."
        ),
        "; ".join(f"{name}: {count}" for name, count in told.outcomes),
    )
    sheet.grid(
        _("Drawn, and what came of it"),
        (_("Number"), _("Who"), _("Outcome"), _("Service")),
        [(label, group, came, service) for label, group, came, service, _t, _r in told.people],
        first=26,
        others="LEFT",
    )
    for at, (time, within, seed, groups) in enumerate(told.draws, 1):
        sheet.ln(3)
        sheet.words(
            _(
                "Draw %(number)s at %(time)s, served within %(within)s minutes, seed %(seed)s",
                number=at,
                time=time,
                within=within,
                seed=seed,
            ),
            9,
            bold=True,
        )
        for name, labels in groups:
            sheet.words(f"{name}: {labels or '–'}", 8.5)


def _integrity(sheet: Sheet, told: Told) -> None:
    sheet.add_page()
    sheet.words(_("For inspectors only: money and brokers"), 15, bold=True)
    sheet.grid(
        _("What was said"),
        (_("Number"), _("Reason"), _("Words")),
        told.integrity,
        first=26,
        others="LEFT",
    )


def _pictures(sheet: Sheet, pictures: Sequence[tuple[bytes, str]]) -> None:
    sheet.add_page()
    sheet.words(_("Photos"), 15, bold=True)
    sheet.ln(2)
    for at, (content, note) in enumerate(pictures):
        right = at % 2
        if not right and sheet.will_page_break(HIGH + 14):
            sheet.add_page()
        top, left = sheet.get_y(), sheet.l_margin + right * (ROOM / 2)
        sheet.image(io.BytesIO(content), x=left, y=top, w=WIDE, h=HIGH, keep_aspect_ratio=True)
        sheet.set_xy(left, top + HIGH + 1)
        sheet.set_font(FONT, size=8.5)
        sheet.multi_cell(WIDE, 4, note or " ", align="L")
        done = right or at + 1 == len(pictures)
        sheet.set_xy(sheet.l_margin, top + HIGH + 14 if done else top)


def _date(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
