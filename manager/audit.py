"""The audit trail: who changed what in the office, and a check that nobody altered it since."""

import csv
import io
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from manager.accuracy import asked_period
from manager.audit_words import PARTS, differing, name_of, value_of
from office import auditing, journal, taking_back
from office.auditing import Chapter, Wrong
from office.catalogue import all_services
from office.errors import Invalid
from office.fairness import names_of
from office.journal import JournalRow, Kind
from office.people import Right, Token
from office.place import Office
from office.turn import take_turn
from office.zones import zones_of
from storage.work import Work
from web.errors import status_of
from web.files import to_save
from web.forms import whole
from web.house import house
from web.languages import locale
from web.limits import limiter, person_key
from web.pages import asker, form_done, page_for
from web.refusals import sentence
from web.sheets import cell

pages = APIBlueprint("audit", __name__, enable_openapi=False)

CHAPTERS: dict[Chapter, LazyString] = {
    Chapter.SIGN_INS: _l("Sign-ins"),
    Chapter.PEOPLE: _l("People and rights"),
    Chapter.DEVICES: _l("Devices"),
    Chapter.SETTINGS: _l("Settings"),
    Chapter.QUEUE: _l("Decisions about the queue"),
    Chapter.PERSONAL: _l("Personal data"),
}
KINDS: dict[str, LazyString] = {
    Kind.SIGNED_IN: _l("Signed in"),
    Kind.SIGNED_OUT: _l("Signed out"),
    Kind.SIGN_IN_FAILED: _l("Sign-in refused"),
    Kind.TAKEN_OVER: _l("Took over a counter"),
    Kind.ACCOUNT_CHANGED: _l("Account"),
    Kind.RIGHTS_CHANGED: _l("Rights"),
    Kind.DEVICE_CHANGED: _l("Device"),
    Kind.OFFICE_CHANGED: _l("Settings of the office"),
    Kind.SERVICE_CHANGED: _l("Service"),
    Kind.COUNTER_CHANGED: _l("Counter"),
    Kind.ROSTER_CHANGED: _l("Roster"),
    Kind.OUTAGE_BEGAN: _l("Outage reported"),
    Kind.OUTAGE_ENDED: _l("Outage over"),
    Kind.CLOSED_EARLY: _l("Closed early"),
    Kind.OPEN_AGAIN: _l("Open again"),
    Kind.SENT_HOME: _l("Sent home"),
    Kind.DAY_CLOSED: _l("Day closed"),
    Kind.ENTERED_BY_HAND: _l("Entered from sheets"),
    Kind.PRIORITY: _l("Priority changed"),
    Kind.EXPORTED: _l("Data taken out"),
    Kind.PURGED: _l("Data deleted for good"),
    Kind.DATA_ASKED: _l("Request about personal data"),
}
#: What a row says was done or was wrong.
WORDS: dict[str, LazyString] = {
    "added": _l("added"),
    "invited": _l("new sign-in code made"),
    "changed": _l("changed"),
    "closed": _l("closed"),
    "reopened": _l("opened again"),
    "accepted": _l("chose a password with the code"),
    "password_changed": _l("password changed"),
    "pin_changed": _l("PIN changed"),
    "sign_ins_ended": _l("signed out everywhere"),
    "second_factor_begun": _l("second factor set up"),
    "second_factor_ended": _l("second factor removed"),
    "provider_bound": _l("linked to the person at the sign-in service"),
    "provider_unbound": _l("link to the sign-in service removed"),
    "subject": _l("another person at the sign-in service has this name"),
    "asked": _l("request made"),
    "done": _l("done"),
    "refused": _l("not granted"),
    "removed": _l("removed"),
    "renamed": _l("renamed"),
    "code_made": _l("new link code made"),
    "key_replaced": _l("key replaced"),
    "linked": _l("linked"),
    "name": _l("a name nobody has"),
    "password": _l("wrong password"),
    "pin": _l("wrong PIN"),
    "code": _l("wrong code of the second factor"),
    "office_opened": _l("the office opened, the rehearsal ended"),
    "rehearsing": _l("back to the rehearsal"),
    "plan": _l("brought up to the office's file"),
    "audit_trail": _l("this audit trail, as a file"),
}
ACTORS: dict[str, LazyString] = {
    "clock": _l("by itself"),
    "door": _l("at the sign-in"),
    "plan": _l("the office's file"),
    "machine": _l("on the server, by command"),
}
WRONG: dict[Wrong, LazyString] = {
    Wrong.MISSING: _l("Row %(at)s is missing: somebody deleted it."),
    Wrong.ALTERED: _l("Row %(at)s, or the one before it, is not as it was written."),
    Wrong.UNSEALED: _l("The seal of row %(at)s is gone."),
    Wrong.CUT_OFF: _l("The trail ends before row %(at)s: its end was cut off."),
    Wrong.REWRITTEN: _l("Row %(at)s has another seal than you noted: the trail was written anew."),
}
#: What a row tells beside these is shown as it is.
TOLD_ELSEWHERE = ("sign_in", "what", "why", "account", "device", "medium", "former", "present")
#: Days shown where nobody asks for others.
USUAL = 7
AT_ONCE = 100
MOST_EXPORTED = 100_000
#: A check reads the whole journal.
CHECKS = "6 per minute; 30 per hour"


@pages.get("/manager/audit")
@page_for(Right.READ_AUDIT)
def page() -> ResponseReturnValue:
    """List what was done, newest first."""
    return _page()


@pages.post("/manager/audit/check")
@page_for(Right.READ_AUDIT)
@limiter.limit(CHECKS, key_func=person_key)
def check() -> ResponseReturnValue:
    """Check every row, against a seal that somebody noted if they type it."""
    typed = request.form.get("seal", "").strip()
    try:
        noted = [auditing.noted_seal(typed)] if typed else []
    except Invalid as refused:
        return _page(error=sentence(refused.code, refused.facts), status=status_of(refused))
    with house().store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        verdict = auditing.verify(work, office, noted)
    wrong = None if verdict.wrong is None else str(WRONG[verdict.wrong]) % {"at": verdict.at}
    return _page(verdict=verdict, wrong=wrong)


@pages.post("/manager/audit/export")
@page_for(Right.READ_AUDIT)
def export() -> ResponseReturnValue:
    """Hand the chosen days out as a CSV file; that it was done is written in the trail itself."""
    home = house()
    now = home.clock.now()
    with home.store.work() as work:
        office = take_turn(work, asker().office_id, now)
        first, last, _trouble = _days(office.today(now))
        told = {"first": first.isoformat(), "last": last.isoformat()}
        journal.append(work, office, Kind.EXPORTED, asker(), now, None, what="audit_trail", **told)
        work.session.flush()
        rows = auditing.rows_of(work, office.id, first, last, *_chosen(), MOST_EXPORTED)
        names, called = names_of_all(work, office.id), called_by(work, office.id)
        shown = [_told(row, names, called, office) for row in rows]
    return to_save(_csv(shown), f"audit-{office.code}-{first}-{last}.csv")


@pages.post("/manager/audit/<int:version>/back")
@page_for(Right.MANAGE)
def back(version: int) -> ResponseReturnValue:
    """Take a change of settings back."""
    return form_done(
        lambda work, office, now: taking_back.take_back(
            work, office, asker(), now, version, house().settings
        ),
        _("Taken back. It is as it was before."),
        lambda error, status: _page(error=error, status=status),
        url_for("audit.page", chapter=Chapter.SETTINGS.value),
    )


def names_of_all(work: Work, office_id: int) -> Mapping[str, str]:
    """Return what people and devices are called, by the key the journal names them with."""
    devices = work.session.execute(
        select(Token.id, Token.name).where(Token.office_id == office_id, Token.account_id.is_(None))
    )
    return {f"token:{each}": name for each, name in devices} | names_of(work, office_id)


def called_by(work: Work, office_id: int) -> Mapping[str, str]:
    """Return what services and zones are called in this language, by code and number."""
    zones = {f"zone:{each.id}": each.name(locale()) for each in zones_of(work, office_id)}
    services = all_services(work, office_id)
    return zones | {each.code: each.name(locale()) for each in services}


def row_told(work: Work, office: Office, row: JournalRow) -> dict[str, Any]:
    """Return a row as people read it: its `setting`, `who` wrote it, and each of its `changes`."""
    return _told(row, names_of_all(work, office.id), called_by(work, office.id), office)


def _chosen() -> tuple[Chapter | None, str | None]:
    chapter, who = request.values.get("chapter", ""), request.values.get("who", "")
    return (Chapter(chapter) if chapter in list(Chapter) else None), (who[:40] or None)


def _days(today: date) -> tuple[date, date, str | None]:
    asked = {name: request.values[name] for name in ("from", "to") if request.values.get(name)}
    if not asked:
        return today - timedelta(days=USUAL - 1), today, None
    return asked_period(asked, today)


def _page(
    verdict: auditing.Verdict | None = None,
    wrong: str | None = None,
    error: str | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    home = house()
    before = request.values.get("before", "")
    chapter, who = _chosen()
    with home.store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        today = office.today(home.clock.now())
        first, last, trouble = _days(today)
        names, called = names_of_all(work, office.id), called_by(work, office.id)
        rows = auditing.rows_of(
            work,
            office.id,
            first,
            last,
            chapter,
            who,
            AT_ONCE + 1,
            whole(before),
        )
        shown = [_told(row, names, called, office) for row in rows[:AT_ONCE]]
    page = render_template(
        "manager/audit.html",
        actor=g.actor,
        office=office,
        first=first,
        last=last,
        today=today,
        trouble=error or trouble,
        chapters=CHAPTERS,
        chapter=chapter,
        who_key=who,
        people=sorted(
            ((key, name) for key, name in names.items() if key.startswith("account:")),
            key=lambda each: each[1].casefold(),
        ),
        rows=shown,
        more=rows[AT_ONCE - 1].version if len(rows) > AT_ONCE else None,
        verdict=verdict,
        wrong=wrong,
    )
    return page, (422 if trouble else status)


def _told(
    row: JournalRow, names: Mapping[str, str], called: Mapping[str, str], office: Office
) -> dict[str, Any]:
    """Return a row as people read it."""
    detail = row.detail
    about = detail.get("account") or detail.get("device")
    did = detail.get("what") or detail.get("why")
    former, present = detail.get("former"), detail.get("present")
    changes = (
        [
            (name_of(name), *(value_of(each, name, called) for each in pair))
            for name, value in present.items()
            for pair in (differing(former.get(name), value),)
        ]
        if isinstance(former, dict) and isinstance(present, dict)
        else []
    )
    rest = {
        name_of(name): value_of(value, name, called)
        for name, value in detail.items()
        if name not in TOLD_ELSEWHERE and value not in (None, False, "", [], {})
    }
    return {
        "version": row.version,
        "at": row.at.astimezone(ZoneInfo(office.timezone)),
        "kind": str(KINDS[row.kind]),
        "setting": _setting(row, called),
        "who": names.get(row.actor) or str(ACTORS.get(row.actor, row.actor)),
        "about": names.get(about, about) if about and about != row.actor else "",
        "did": str(WORDS.get(did, did)) if isinstance(did, str) else "",
        "changes": changes,
        "rest": rest,
        "seal": row.seal or "",
        "can_go_back": taking_back.can_go_back(row, house().settings),
    }


def _setting(row: JournalRow, called: Mapping[str, str]) -> str:
    """Return what a row tells a change of, by name, as whoever takes it back is asked."""
    part = taking_back.part_of(row)
    named = str(PARTS.get(part, KINDS[row.kind]))
    about = row.detail.get("service", row.detail.get("counter"))
    return named if about is None else f"{named}: {called.get(str(about), about)}"


def _csv(rows: list[dict[str, Any]]) -> bytes:
    """Return the rows as CSV that spreadsheets read as text, whatever a name begins with."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow((_("Row"), _("Time"), _("Who"), _("What"), _("About"), _("Details"), _("Seal")))
    for each in rows:
        changes = [f"{name}: {former} → {present}" for name, former, present in each["changes"]]
        rest = [f"{name}: {value}" for name, value in each["rest"].items()]
        detail = "; ".join(filter(None, (each["did"], *changes, *rest)))
        row = (each["version"], each["at"].isoformat(), each["who"], each["kind"], each["about"])
        table.writerow(cell(value, ",") for value in (*row, detail, each["seal"]))
    return out.getvalue().encode("utf-8-sig")
