"""The kiosk's addresses: what can be had, take a ticket, follow it, give it back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, request

from kiosk.addresses import page_url
from kiosk.following import further_told, ticket_state
from kiosk.live import offers_now
from kiosk.paper import print_ticket
from kiosk.shapes import (
    Admitted,
    AgentLink,
    AgentToken,
    Applicant,
    LeftShape,
    Needs,
    Offers,
    ServiceWanted,
    TakeTicket,
    TicketShape,
    TicketTakenShape,
)
from office import carrying, devices, holding, identity, matters, moment, promises, reception
from office.board import waiting_counts
from office.devices import agent_linked
from office.errors import TicketUnknown
from office.line import line_of
from office.people import Actor, Right, Role
from office.place import Office, PolicyName
from office.tickets import Ticket, ticket_with_token
from office.turn import take_turn
from office.waits import Wait
from storage.work import Work
from web.access import bearer, identities, in_named_office, public_office
from web.house import house
from web.languages import asked_language, locale
from web.limits import APPLICANT, LINK, TICKET, limiter, ticket_key
from web.returns import right_printed, right_told
from web.security import by_secret
from web.shapes import problems
from web.turns import Turn, in_holders_turn, in_turn, in_unkept_turn

api = APIBlueprint("kiosk_api", __name__, tag="Tickets")


@api.get("/services")
@api.output(Offers)
@api.doc(responses=problems(401, 404), security=[{}, {"token": []}])
def services() -> Response:
    """List what can be had now, with waits, quota left, and why not."""
    home = house()
    with home.store.read() as work:
        office = public_office(work, home.clock.now())
        return jsonify(offers_now(work, office, locale()))


@api.post("/tickets")
@api.input(TakeTicket)
@api.output(TicketTakenShape, status_code=201)
@api.doc(responses=problems(400, 401, 403, 404, 409, 413, 422, 429))
def take_ticket(json_data: TakeTicket) -> Response:
    """Take a ticket for a service."""

    def act(turn: Turn) -> dict[str, Any]:
        # before the ticket is taken, or it might be counted as ahead of itself
        outlook = house().outlooks.recent(turn.work, turn.office, turn.now)
        ticket, token = reception.take(
            turn.work,
            turn.office,
            turn.actor,
            turn.now,
            json_data.service,
            json_data.priority,
            json_data.locale,
            json_data.return_code,
            outlook.forecast.by_service,
            json_data.beyond,
            json_data.files,
            [matters.Matter(each.service, each.files) for each in json_data.further],
            json_data.identity,
            json_data.override,
        )
        if json_data.needs:
            moment.set_needs(turn.work, turn.office, ticket, json_data.needs)
        return _taken(turn, ticket, token, outlook.of_newcomer(ticket.service_id))

    return in_turn(Right.TAKE_TICKET, act, 201)


@api.post("/identities")
@api.input(Applicant)
@api.output(Admitted)
@api.doc(responses=problems(400, 401, 403, 404, 409, 413, 422, 429))
@limiter.limit(APPLICANT)
def admit(json_data: Applicant) -> Response:
    """Turn an identity number into a pass of today; neither it nor the request is kept."""

    def act(turn: Turn) -> dict[str, Any]:
        return {"identity": identity.admit(turn.work, turn.office, turn.now, json_data.nik)}

    return in_unkept_turn(Right.TAKE_TICKET, act)


@api.get("/tickets/<token>")
@api.output(TicketShape)
@api.doc(responses=problems(404, 410, 429))
@limiter.limit(TICKET, key_func=ticket_key)
def follow_ticket(token: str) -> Response:
    """Tell where a ticket stands; its secret is the credential."""
    home = house()
    with home.store.read() as work:
        ticket = ticket_with_token(work, token)
        if not in_named_office(work, ticket.office_id):
            raise TicketUnknown()
        return jsonify(ticket_state(work, ticket, home.clock.now(), asked_language()))


@api.post("/tickets/<token>/cancel")
@api.output(TicketShape)
@api.doc(responses=problems(404, 409, 410, 429))
@limiter.limit(TICKET, key_func=ticket_key)
@by_secret
def cancel_ticket(token: str) -> Response:
    """Give a waiting or held ticket back; its number is not used again."""
    return _of_holder(token, reception.cancel)


@api.post("/tickets/<token>/step-back")
@api.output(TicketShape)
@api.doc(responses=problems(404, 409, 410, 429))
@limiter.limit(TICKET, key_func=ticket_key)
@by_secret
def step_back(token: str) -> Response:
    """Ask for more time: the ticket goes the office's stated number of places back."""
    return _of_holder(token, holding.step_back)


@api.post("/tickets/<token>/rejoin")
@api.output(TicketShape)
@api.doc(responses=problems(404, 409, 410, 429))
@limiter.limit(TICKET, key_func=ticket_key)
@by_secret
def rejoin(token: str) -> Response:
    """Rejoin the line after a missed call, the office's stated number of places down."""
    return _of_holder(token, holding.rejoin)


@api.post("/tickets/<token>/leave")
@api.output(LeftShape)
@api.doc(responses=problems(404, 409, 410, 429))
@limiter.limit(TICKET, key_func=ticket_key)
@by_secret
def leave(token: str) -> Response:
    """Go home while the service stands still, with a right to come back on a later day.

    Asked at a kiosk, it is printed there; a phone keeps the code.
    """

    def act(turn: Turn) -> dict[str, Any]:
        ticket = ticket_with_token(turn.work, token)
        right = carrying.leave(turn.work, turn.office, turn.actor, turn.now, ticket)
        printed = [
            right_printed(turn.work, turn.office, kiosk, right, turn.now) for kiosk in _kiosk(turn)
        ]
        told = right_told(right, asked_language(), printed=any(printed))
        return {"version": turn.office.version, "return_right": told}

    return in_holders_turn(token, act)


def _kiosk(turn: Turn) -> list[Actor]:
    """Return the kiosk at which a ticket's holder asks, if it is one."""
    return [
        actor
        for actor in identities(turn.work, turn.now, bearer(request))
        if actor.role is Role.KIOSK and actor.office_id == turn.office.id
    ][:1]


@api.post("/tickets/<token>/needs")
@api.input(Needs)
@api.output(TicketShape)
@api.doc(responses=problems(400, 404, 409, 410, 413, 422, 429))
@limiter.limit(TICKET, key_func=ticket_key)
@by_secret
def say_needs(token: str, json_data: Needs) -> Response:
    """Say what the staff are to do for the visitor today."""

    def verb(work: Work, office: Office, _actor: Actor, _now: datetime, ticket: Ticket) -> None:
        moment.set_needs(work, office, ticket, json_data.needs)

    return _of_holder(token, verb)


@api.post("/tickets/<token>/service")
@api.input(ServiceWanted)
@api.output(TicketShape)
@api.doc(responses=problems(400, 404, 409, 410, 413, 422, 429))
@limiter.limit(TICKET, key_func=ticket_key)
@by_secret
def change_service(token: str, json_data: ServiceWanted) -> Response:
    """Wait for another service, having chosen wrongly; the arrival time is kept."""

    def verb(work: Work, office: Office, actor: Actor, now: datetime, ticket: Ticket) -> None:
        holding.change_service(work, office, actor, now, ticket, json_data.service)

    return _of_holder(token, verb)


def _of_holder(
    token: str, verb: Callable[[Work, Office, Actor, datetime, Ticket], None]
) -> Response:
    def act(turn: Turn) -> dict[str, Any]:
        ticket = ticket_with_token(turn.work, token)
        verb(turn.work, turn.office, turn.actor, turn.now, ticket)
        turn.work.session.flush()
        state = ticket_state(turn.work, ticket, turn.now, asked_language())
        # this answer is kept longer than needs of the moment are
        state.pop("needs")
        return state

    return in_holders_turn(token, act)


@api.post("/agents/link")
@api.input(AgentLink)
@api.output(AgentToken)
@api.doc(responses=problems(400, 413, 422, 429), security=[])
@limiter.limit(LINK)
def link_agent(json_data: AgentLink) -> Response:
    """Give a print agent its token for the code that a manager was shown; the code is spent."""
    home = house()
    with home.store.work() as work:
        now = home.clock.now()
        token, value = agent_linked(work, json_data.code, now)
        devices.tell(work, take_turn(work, token.office_id, now), None, now, token, "linked")
        return jsonify({"token": value, "name": token.name})


def _taken(turn: Turn, ticket: Ticket, token: str, wait: Wait) -> dict[str, Any]:
    service = ticket.service
    promises.keep(turn.work, ticket.step, wait)
    position = _position(turn, ticket)
    job = print_ticket(turn, ticket, token, position, wait)
    return {
        "label": ticket.label,
        "token": token,
        "status": ticket.status,
        "service": {
            "code": service.code,
            "name": service.name(ticket.locale),
            "names": service.names,
        },
        "files": ticket.files,
        "further": further_told(turn.work, ticket, ticket.locale),
        "priority": ticket.priority.code,
        "position": position,
        "wait": wait.told(),
        "url": page_url(token),
        "taken_at": ticket.arrived_at.isoformat(),
        "day": ticket.day.isoformat(),
        "version": turn.office.version,
        "print": "none" if job is None else "queued",
    }


def _position(turn: Turn, ticket: Ticket) -> int:
    """Return the place of a ticket just taken: last, save where the policy alternates."""
    if turn.office.policy == PolicyName.RATIO:
        line = line_of(turn.work, turn.office, turn.now)
        return next(each.position for each in line if each.ticket_id == ticket.id)
    return waiting_counts(turn.work, turn.office.id)[ticket.service_id]
