"""Where visitors fill the questionnaire in: on the phone, and at a tablet of the office."""

import re
from collections.abc import Callable

from apiflask import APIBlueprint
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from office.errors import OfficeError
from office.people import Right
from office.place import Office
from office.tickets import Ticket, ticket_with_token
from office.turn import take_turn
from storage.work import Work
from surveys.device_api import SLIP
from surveys.entitled import SlipUnknown, ticket_of_slip
from surveys.skm import forms, questionnaires
from surveys.skm.draws import is_drawn
from surveys.skm.forms import Channel, FormUnfilled
from surveys.skm.respondents import TRAITS
from web.access import holder
from web.errors import status_of
from web.house import house
from web.languages import asked_language, locale
from web.limits import TICKET, limiter, ticket_key
from web.pages import LINK, page_for
from web.refusals import sentence
from web.security import by_secret
from web.shelf import logo_address

pages = APIBlueprint("skm_asking", __name__, enable_openapi=False)

#: The address of a ticket, as a scanner types it.
SCANNED = re.compile(r"/t/([\w-]{8,64})")


@pages.route("/t/<token>/survey", methods=["GET", "POST"])
@limiter.limit(TICKET, key_func=ticket_key)
@by_secret
def on_phone(token: str) -> ResponseReturnValue:
    """Ask whoever holds a ticket the nine questions, once after the visit."""
    with house().store.read() as work:
        ticket = ticket_with_token(work, token)
        office_id = holder(work, token).office_id
        language = asked_language() or ticket.locale
    with force_locale(language):
        return _asked(
            office_id,
            Channel.PHONE,
            lambda work: ticket_with_token(work, token),
            url_for("kiosk.ticket_page", token=token),
        )


def slip_typed() -> str:
    """Return the office and the number somebody typed, which a limit on guesses counts by."""
    return f"slip:{g.actor.office_id}:{request.form.get('label', '')}"[:40].upper()


@pages.get("/exit/survey")
@page_for(Right.RATE_AT_EXIT, LINK)
def at_tablet() -> ResponseReturnValue:
    """Ask at a tablet for the slip that the answers belong to."""
    return _slip_asked()


@pages.post("/exit/survey")
@page_for(Right.RATE_AT_EXIT, LINK)
@limiter.limit(SLIP, key_func=slip_typed)
def sent_at_tablet() -> ResponseReturnValue:
    """Take the slip and ask the nine questions, or keep what was answered."""
    label, code = request.form.get("label", ""), request.form.get("code", "")
    office_id = g.actor.office_id

    def ticket(work: Work) -> Ticket:
        office = work.session.get_one(Office, office_id)
        scanned = SCANNED.search(label)
        if scanned is None:
            return ticket_of_slip(work, office, label, code)
        found = ticket_with_token(work, scanned[1])
        if found.office_id != office_id:
            raise SlipUnknown()
        return found

    return _asked(office_id, Channel.TABLET, ticket, url_for("exit.page"))


def _asked(
    office_id: int, channel: Channel, ticket_of: Callable[[Work], Ticket], back: str
) -> ResponseReturnValue:
    """Show the questionnaire, or keep its answers where they were sent, or say why not."""
    home = house()
    now = home.clock.now()
    sent = request.form.to_dict()
    answers = request.method == "POST" and "questionnaire" in sent
    refused: OfficeError | None = None
    try:
        if answers:
            with home.store.work() as work:
                office = take_turn(work, office_id, now)
                ticket = ticket_of(work)
                asked = questionnaires.numbered(work, office_id, _number(sent["questionnaire"]))
                forms.answer(
                    work,
                    office,
                    now,
                    ticket,
                    channel,
                    asked,
                    forms.scores_in(asked, sent),
                    forms.profile_in(sent),
                    sent.get("comment", ""),
                    drawn=is_drawn(work, ticket),
                )
        else:
            with home.store.read() as work:
                forms.need_answerable(work, ticket_of(work), now)
    except OfficeError as error:
        refused = error
    if refused is not None and channel is Channel.TABLET and not isinstance(refused, FormUnfilled):
        return _slip_asked(sentence(refused.code, refused.facts), status_of(refused))
    with home.store.read() as work:
        office = work.session.get_one(Office, office_id)
        asked = (
            questionnaires.numbered(work, office_id, _number(sent["questionnaire"]))
            if answers
            else questionnaires.asked_now(work, office_id)
        )
        logo = logo_address(work, office_id)
        drawn = refused is None and not answers and is_drawn(work, ticket_of(work))
    return render_template(
        "surveys/skm_form.html",
        office=office.name(locale()),
        logo=logo,
        questionnaire=asked,
        traits=TRAITS,
        sent=sent,
        slip={name: sent[name] for name in ("label", "code") if name in sent},
        tablet=channel is Channel.TABLET,
        drawn=drawn,
        done=answers and refused is None,
        unfilled=isinstance(refused, FormUnfilled),
        refused=sentence(refused.code, refused.facts) if refused else "",
        longest=forms.COMMENT_LIMIT,
        back=back,
    ), status_of(refused) if refused else 200


def _slip_asked(refused: str = "", status: int = 200) -> ResponseReturnValue:
    with house().store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        logo = logo_address(work, office.id)
    return render_template(
        "surveys/skm_slip.html",
        office=office.name(locale()),
        logo=logo,
        refused=refused,
        sent=request.form.to_dict(),
    ), status


def _number(sent: str) -> int:
    return int(sent) if sent.isdecimal() and len(sent) < 7 else 0
