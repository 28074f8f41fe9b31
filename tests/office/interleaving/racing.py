"""One of two processes that race: does the verbs it is told, each when the other is ready too."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import select

from office import (
    aside,
    calling,
    carrying,
    changing,
    early,
    holding,
    moment,
    receiving,
    reception,
    reprinting,
    serving,
    taking_over,
    undoing,
)
from office import closing as closing_day
from office.desks import Desk, close_counter, desk_at
from office.errors import OfficeError
from office.people import Actor
from office.place import Office
from office.tickets import Ticket
from office.turn import take_turn
from storage.work import Store, Work

#: The ticket that all races are about.
LABEL = "K001"


@dataclass(frozen=True)
class Deed:
    """A verb by its name, who does it, at which counter, and when."""

    verb: str
    actor: Actor
    number: int
    now: datetime


def _transfer(service: str | None, counter: int | None) -> Callable[[Desk], Any]:
    return lambda desk: serving.transfer(desk, service, counter)


DESK: dict[str, Callable[[Desk], Any]] = {
    "next": calling.call_next,
    "call": lambda desk: calling.call_ticket(desk, LABEL, "ordered"),
    "recall": calling.recall,
    "start": serving.start,
    "no_show": calling.no_show,
    "put_back": calling.put_back,
    "finish": serving.finish,
    "finish_and_next": serving.finish_and_next,
    "hold": aside.hold,
    "hold_waiting": lambda desk: aside.hold(desk, LABEL),
    "resume": lambda desk: aside.resume(desk, LABEL),
    "rejoin": lambda desk: aside.rejoin(desk, LABEL),
    "transfer_to_service": _transfer("C", None),
    "transfer_to_counter": _transfer(None, 3),
    "further": lambda desk: serving.add_service(desk, "C"),
    "priority": lambda desk: serving.set_priority(desk, LABEL, "urgent"),
    "undo": undoing.undo,
    "transfer_to_clerk": lambda desk: serving.transfer_to_clerk(desk, "clerk3"),
    "take_over": taking_over.take_over,
    "walk_in": lambda desk: calling.serve_walk_in(desk, "K", "ordered"),
    "cancel_here": lambda desk: aside.cancel(desk, LABEL),
    "close": close_counter,
}
About = Callable[[Work, Office, Actor, datetime, Ticket], Any]


def _to_c(verb: Callable[[Work, Office, Actor, datetime, Ticket, str], Any]) -> About:
    return lambda work, office, actor, now, ticket: verb(work, office, actor, now, ticket, "C")


#: What the holder of the number does, and the reception.
HOLDER: dict[str, About] = {
    "cancel": reception.cancel,
    "step_back": holding.step_back,
    "rejoin_self": holding.rejoin,
    "change_self": _to_c(holding.change_service),
    "leave": carrying.leave,
}
RECEPTION: dict[str, About] = {
    "change": _to_c(changing.change_service),
    "rejoin_here": receiving.rejoin,
    "reprint": reprinting.renew_secret,
    "need": lambda work, office, _actor, _now, ticket: moment.set_needs(
        work, office, ticket, [moment.Need.WRITE]
    ),
}


def _closed_in(minutes: int) -> Callable[[Work, Office, Actor, datetime], Any]:
    def close(work: Work, office: Office, actor: Actor, now: datetime) -> None:
        wish = early.Wish(early.Reason.POWER, early.Fate.RETURN, now + timedelta(minutes=minutes))
        early.close(work, office, actor, now, wish)

    return close


FLOOR: dict[str, Callable[[Work, Office, Actor, datetime], Any]] = {
    "close_day": closing_day.close_day,
    "close_early": _closed_in(0),
    "close_later": _closed_in(20),
    "send_home": early.send_home,
    "open_again": early.open_again,
}


def do(store: Store, deed: Deed) -> str | None:
    """Do a deed in a work of its own; return the code of its refusal, if it was refused."""
    try:
        with store.work() as work:
            office = take_turn(work, deed.actor.office_id, deed.now)
            _act(work, office, deed)
    except OfficeError as refusal:
        return refusal.code
    return None


def race(url: str, told: Connection, start: Barrier) -> None:
    """Do deed after deed, each together with the other process, until told None."""
    with closing(Store(url)) as store:
        with store.read() as work:
            work.session.execute(select(Office.id)).all()
        while (deed := told.recv()) is not None:
            start.wait(60)
            told.send(do(store, deed))


def _act(work: Work, office: Office, deed: Deed) -> None:
    if deed.verb == "begin_day":
        return  # the turn has done it
    if deed.verb in FLOOR:
        FLOOR[deed.verb](work, office, deed.actor, deed.now)
    elif deed.verb in HOLDER or deed.verb in RECEPTION:
        ticket = work.session.scalars(
            select(Ticket).where(Ticket.office_id == office.id, Ticket.label == LABEL)
        ).one()
        holder = replace(deed.actor, key=f"ticket:{ticket.id}")
        actor = holder if deed.verb in HOLDER else deed.actor
        {**HOLDER, **RECEPTION}[deed.verb](work, office, actor, deed.now, ticket)
    else:
        DESK[deed.verb](desk_at(work, office, deed.actor, deed.now, deed.number))
