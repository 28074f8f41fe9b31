"""Spot checks at a desk: the list, the report on screen and on paper, sign-off and additions."""

import secrets
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office.people import Right
from office.place import Office
from storage.work import Work
from surveys.rules import rules_of
from surveys.skm.actions import State
from surveys.spot_checks import additions, checks, photos, report_pdf, telling
from surveys.spot_checks.checks import SpotCheck
from surveys.spot_checks.record import record_of
from web.files import to_save
from web.house import house
from web.languages import locale
from web.limits import limiter
from web.pages import Act, asker, form_done, page_for

pages = APIBlueprint("spot_checks", __name__, enable_openapi=False)

#: Of papers that take a while to be made.
MADE = "30 per minute"
TYPES = {"jpg": "image/jpeg", "png": "image/png"}


@pages.get("/manager/spot-checks")
@page_for(Right.READ_REPORTS)
def page() -> ResponseReturnValue:
    """List the checks that may be known of, and the findings that are open."""
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        today = office.today(home.clock.now())
        found = checks.checks_of(work, asker())
        open_findings = additions.open_findings(work, asker())
    zone = ZoneInfo(office.timezone)
    return render_template(
        "surveys/spot_checks.html",
        actor=g.actor,
        inspector=asker().may(Right.SPOT_CHECK),
        checks=found,
        open_findings=open_findings,
        day_of=lambda moment: telling.day(moment.astimezone(zone).date(), locale()),
        clock=lambda moment: f"{moment.astimezone(zone):%H:%M}",
        states=state_names(),
        today=today,
    )


@pages.get("/manager/spot-checks/<int:number>")
@page_for(Right.READ_REPORTS)
def report(number: int) -> ResponseReturnValue:
    """Show a check."""
    return _shown(number)


@pages.get("/manager/spot-checks/<int:number>/report.pdf")
@page_for(Right.READ_REPORTS)
@limiter.limit(MADE)
def paper(number: int) -> Response:
    """Give a check on paper; the inspector's has what visitors said of money and brokers."""
    with house().store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        check = _closed(work, number)
        told = _told(work, office, check)
        added = additions.additions_of(work, check)
        pictures = [
            (photos.photo_of(work, check, each["key"]).content, each["note"])
            for each in told.record["photos"]
        ]
        least = rules_of(work, office.id).least
    content = report_pdf.report(told, check, added, pictures, least, locale())
    return to_save(content, f"sidak-{check.opened_at:%Y%m%d-%H%M}.pdf")


@pages.get("/manager/spot-checks/<int:number>/photos/<key>")
@page_for(Right.READ_REPORTS)
def photo(number: int, key: str) -> Response:
    """Show a photo of a check to whoever may read of the check."""
    with house().store.read() as work:
        found = photos.photo_of(work, checks.check_numbered(work, asker(), number), key)
        return Response(found.content, content_type=TYPES[found.type])


@pages.post("/manager/spot-checks/<int:number>/sign")
@page_for(Right.SPOT_CHECK)
def sign(number: int) -> ResponseReturnValue:
    """Sign a check off: from now on it stays as it is."""
    sent = request.form.to_dict()

    def act(work: Work, office: Office, now: datetime) -> None:
        check = checks.check_numbered(work, asker(), number)
        record = record_of(work, office, check)
        checks.sign_off(work, office, asker(), now, check, record, sent)

    return _done(act, number, _("Signed off. From now on it stays as it is."))


@pages.post("/manager/spot-checks/<int:number>/additions")
@page_for(Right.READ_REPORTS)
def add(number: int) -> ResponseReturnValue:
    """Add words to a signed check, or say how far a finding is."""
    sent = request.form.to_dict()

    def act(work: Work, office: Office, now: datetime) -> None:
        additions.add(
            work,
            office,
            asker(),
            now,
            checks.check_numbered(work, asker(), number),
            sent.get("key", ""),
            sent.get("text", ""),
            sent.get("finding"),
            sent.get("state"),
        )

    return _done(act, number, _("Added."))


def state_names() -> dict[State, str]:
    """Return what the states of findings are called."""
    return {State.OPEN: _("under way"), State.DONE: _("done"), State.DROPPED: _("dropped")}


def _done(act: Act, number: int, said: str) -> ResponseReturnValue:
    return form_done(
        act,
        said,
        lambda refused, status: _shown(number, refused, status),
        url_for("spot_checks.report", number=number),
    )


def _shown(number: int, refused: str = "", status: int = 200) -> ResponseReturnValue:
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        check = _closed(work, number)
        told = _told(work, office, check)
        added = additions.additions_of(work, check)
        least = rules_of(work, office.id).least
        today = office.today(home.clock.now())
    zone = ZoneInfo(office.timezone)
    states = additions.states_of(added)
    return render_template(
        "surveys/spot_check_report.html",
        actor=g.actor,
        check=check,
        told=told,
        least=least,
        verdict=telling.verdict(told, least),
        findings=[
            {**each, "state": states.get(each["key"], State.OPEN)}
            for each in told.record["findings"]
        ],
        states=state_names(),
        added=added,
        number=telling.number,
        moment=lambda when: (
            f"{telling.day(when.astimezone(zone).date(), locale())} {when.astimezone(zone):%H:%M}"
        ),
        day=lambda written: telling.day(datetime.fromisoformat(written).date(), locale()),
        today=today,
        may_add=asker().may(Right.SPOT_CHECK) or asker().may(Right.MANAGE),
        new_key=secrets.token_hex(16),
        most={**checks.SIGNATURE, "text": additions.LONGEST},
        sent=request.form.to_dict(),
        refused=refused,
    ), status


def _closed(work: Work, number: int) -> SpotCheck:
    """Return a closed check. Raises SpotCheckUnknown or SpotCheckOpen."""
    check = checks.check_numbered(work, asker(), number)
    if check.closed_at is None:
        raise checks.SpotCheckOpen()
    return check


def _told(work: Work, office: Office, check: SpotCheck) -> telling.Told:
    record: dict[str, Any] = check.record or record_of(work, office, check)
    least = rules_of(work, office.id).least
    return telling.told(record, locale(), least, inspector=asker().may(Right.SPOT_CHECK))
