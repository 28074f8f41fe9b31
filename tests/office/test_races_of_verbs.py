"""Every pair of verbs on one ticket, from two processes at once: as if one had come first.

Each pair is raced on one of the databases, by turns; ANTREAN_TEST_ALL_RACES=1 races all on both.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from multiprocessing.connection import Connection

import pytest
from sqlalchemy import select

from office import reception
from office.desks import desk_at, open_counter
from office.journal import JournalRow
from office.place import Counter
from office.tickets import Ticket
from office.turn import take_turn
from storage.work import Store
from tests.houses import MORNING
from tests.office.interleaving.model import Model
from tests.office.interleaving.racing import (
    FLOOR,
    HOLDER,
    LABEL,
    RECEPTION,
    Deed,
    do,
    race,
)
from tests.office.interleaving.small_office import SmallOffice, build
from tests.office.interleaving.values import No, Post, State, Visit

DAY = date(2026, 11, 25)
TERMS: dict[str, tuple[int, int | None]] = {"A": (0, None), "C": (0, None), "K": (0, None)}
#: The status in which each verb is in place.
IN_PLACE = {
    "next": "waiting",
    "call": "waiting",
    "hold_waiting": "waiting",
    "cancel": "waiting",
    "step_back": "waiting",
    "priority": "waiting",
    "close_day": "waiting",
    "recall": "called",
    "start": "called",
    "no_show": "called",
    "put_back": "called",
    "transfer_to_service": "called",
    "undo": "called",
    "finish": "serving",
    "finish_and_next": "serving",
    "hold": "serving",
    "transfer_to_counter": "serving",
    "further": "serving",
    "resume": "held",
    "rejoin": "no_show",
    "rejoin_self": "no_show",
    "transfer_to_clerk": "serving",
    "take_over": "called",
    "walk_in": "waiting",
    "cancel_here": "waiting",
    "close": "serving",
    "change_self": "waiting",
    "change": "waiting",
    "rejoin_here": "no_show",
    "reprint": "waiting",
    "need": "held",
    "close_early": "waiting",
    "send_home": "closing",
    "open_again": "closing",
    "leave": "sent_home",
}
#: What brings the ticket there.
BEFORE = {
    "waiting": (),
    "called": ("next",),
    "serving": ("next", "start"),
    "held": ("hold_waiting",),
    "no_show": ("next", "no_show"),
    "closing": ("close_later",),
    "sent_home": ("close_early",),
}
#: Who does what is not done by the clerk of counter 1, and where.
BY = {
    "next": (("clerk1", 1), ("clerk2", 2)),
    "call": (("clerk1", 1), ("clerk2", 2)),
    "walk_in": (("clerk1", 1), ("clerk2", 2)),
    "take_over": (("clerk3", 1), ("clerk2", 1)),
    "close": (("clerk3", 3), ("chief", 3)),
    **dict.fromkeys(FLOOR, (("chief", 1), ("chief", 1))),
    **dict.fromkeys(HOLDER, (("desk", 1), ("desk", 1))),
    **dict.fromkeys(RECEPTION, (("desk", 1), ("desk", 1))),
    "close_day": (("manager", 1), ("manager", 1)),
}
#: Each pair of verbs, in the status in which the one is in place.
PAIRS = [
    (one, other, status)
    for place, (one, status) in enumerate(IN_PLACE.items())
    for other in list(IN_PLACE)[place:]
]
ALL = "ANTREAN_TEST_ALL_RACES" in os.environ


@dataclass(frozen=True)
class Outcome:
    """What came of a race: both refusals, the ticket, and what the journal tells."""

    refusals: tuple[str | None, str | None]
    status: str
    counter: int | None
    service: str
    rows: tuple[tuple[str, str], ...]


@dataclass
class Track:
    """Two processes at their start, and the store they race at."""

    store: Store
    lanes: tuple[Connection, Connection]

    def run(self, deeds: tuple[Deed, Deed]) -> tuple[str | None, str | None]:
        """Let both do their deeds at once; return the codes of their refusals."""
        for lane, deed in zip(self.lanes, deeds, strict=True):
            lane.send(deed)
        codes: list[str | None] = []
        for lane in self.lanes:
            assert lane.poll(60)
            codes.append(lane.recv())
        return codes[0], codes[1]


@pytest.fixture
def track(shared_store: Store) -> Iterator[Track]:
    """A pair of processes over each database, which do all races one after the other."""
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(2)
    url = shared_store.engine.url.render_as_string(hide_password=False)
    pipes = [spawn.Pipe() for _ in range(2)]
    racers = [spawn.Process(target=race, args=(url, theirs, start)) for _ours, theirs in pipes]
    for racer in racers:
        racer.start()
    yield Track(shared_store, (pipes[0][0], pipes[1][0]))
    for ours, _theirs in pipes:
        ours.send(None)
    for racer in racers:
        racer.join(30)
    assert [racer.exitcode for racer in racers] == [0, 0]


@pytest.mark.timeout(3600 if ALL else 300)
def test_two_verbs_on_one_ticket_come_out_as_if_one_had_been_first(track: Track) -> None:
    first_come = {0: 0, 1: 0}
    turn = track.store.engine.dialect.name == "postgresql"
    for one, other, status in PAIRS if ALL else PAIRS[turn::2]:
        model, small = _made(track.store)
        for verb in BEFORE[status]:
            model.now += timedelta(seconds=1)
            who, number = _who(0, verb)
            assert do(track.store, Deed(verb, small.actors[who], number, model.now)) is None
            _think(model, _by(who, number, verb))
        deeds = (_deed(small, 0, one, model.now), _deed(small, 1, other, model.now))
        possible = [_in_order(model, (one, other), order) for order in ((0, 1), (1, 0))]
        told = track.run(deeds)
        found = _found(track.store, small, told)
        assert found in possible, (one, other, status)
        if possible[0] != possible[1]:
            first_come[possible.index(found)] += 1
    assert all(first_come.values()), "they never raced: the same process was always first"


def _made(store: Store) -> tuple[Model, SmallOffice]:
    """Make an office with two people in line, the first of them with the ticket in question."""
    posts = {number: Post(number, TERMS) for number in (1, 2, 3)}
    model = Model("first_come", 0, 1, False, State(DAY, posts=posts), MORNING)
    small = build(store, model, MORNING)
    with store.work() as work:
        office = take_turn(work, small.office_id, MORNING)
        for _ in range(2):
            model.now += timedelta(seconds=1)
            model.take("K", "ordinary")
            reception.take(work, office, small.actors["kiosk"], model.now, "K", "ordinary")
        model.now += timedelta(seconds=1)
        model.open("clerk3", posts[3])
        open_counter(desk_at(work, office, small.actors["clerk3"], model.now, 3))
    return model, small


def _by(who: str, number: int, verb: str) -> Callable[[Model], None]:
    """Return what the model does for a verb."""

    def think(model: Model) -> None:
        post = model.state.posts[number]
        key = (DAY, LABEL)
        deeds: dict[str, Callable[[], Visit | None]] = {
            "next": lambda: model.next(who, post),
            "call": lambda: model.call(who, post, LABEL, "ordered"),
            "recall": lambda: model.recall(who, post),
            "start": lambda: model.start(who, post),
            "no_show": lambda: model.no_show(who, post),
            "put_back": lambda: model.put_back(who, post),
            "finish": lambda: model.finish(who, post, None, None),
            "finish_and_next": lambda: model.finish_and_next(who, post, None, None),
            "hold": lambda: model.hold(who, post, None),
            "hold_waiting": lambda: model.hold(who, post, LABEL),
            "resume": lambda: model.resume(who, post, LABEL),
            "rejoin": lambda: model.rejoin(who, post, LABEL),
            "transfer_to_service": lambda: model.transfer(who, post, "C", None),
            "transfer_to_counter": lambda: model.transfer(who, post, None, 3),
            "further": lambda: model.further(who, post, "C"),
            "priority": lambda: model.priority(who, post, LABEL, "urgent"),
            "undo": lambda: model.undo(who, post),
            "cancel": lambda: model.cancel(key),
            "step_back": lambda: model.step_back(key),
            "rejoin_self": lambda: model.rejoin_self(key),
            "close_day": lambda: model.close_day("manager"),
            "transfer_to_clerk": lambda: model.transfer_to(who, post, "clerk3"),
            "take_over": lambda: model.take_over(who, post),
            "walk_in": lambda: model.walk_in(who, post, "K", "ordered"),
            "cancel_here": lambda: model.cancel_here(who, post, LABEL),
            "close": lambda: model.close(who, post),
            "change_self": lambda: model.change(key, "holder", "C"),
            "change": lambda: model.change(key, who, "C"),
            "rejoin_here": lambda: model.rejoin_here(key),
            "reprint": lambda: model.reprint(who, LABEL),
            "need": lambda: model.need(LABEL, {"write"}),
            "close_early": lambda: model.close_early(who, "power", "return", 0),
            "close_later": lambda: model.close_early(who, "power", "return", 20),
            "send_home": lambda: model.send_home(who),
            "open_again": lambda: model.open_again(who),
            "leave": lambda: model.leave(key, "holder"),
        }
        entered = deeds[verb]()
        if entered is not None:
            for each in model.waiting():
                if each is not entered and each.service == entered.service:
                    entered.since = max(entered.since, each.since + timedelta(milliseconds=1))

    return think


def _think(model: Model, think: Callable[[Model], None]) -> str | None:
    try:
        model.attempt(think, model)
    except No as no:
        return str(no)
    return None


def _who(lane: int, verb: str) -> tuple[str, int]:
    """Return who does a verb where: the clerk of counter 1, and a colleague or the chief."""
    return BY.get(verb, (("clerk1", 1), ("chief", 1)))[lane]


def _deed(small: SmallOffice, lane: int, verb: str, now: datetime) -> Deed:
    who, number = _who(lane, verb)
    return Deed(verb, small.actors[who], number, now + timedelta(seconds=lane + 1))


def _in_order(model: Model, verbs: tuple[str, str], order: tuple[int, int]) -> Outcome:
    """Return what comes of it if the two are done one after the other."""
    tried = deepcopy(model)
    refusals: list[str | None] = [None, None]
    for lane in order:
        tried.now = model.now + timedelta(seconds=lane + 1)
        refusals[lane] = _think(tried, _by(*_who(lane, verbs[lane]), verbs[lane]))
    visit = tried.state.visits[(DAY, LABEL)]
    where = visit.only if visit.status == "waiting" else visit.at
    rows = tuple((row.kind, row.ticket[1] if row.ticket else "") for row in tried.state.rows)
    return Outcome((refusals[0], refusals[1]), visit.status, where, visit.service, rows)


def _found(store: Store, small: SmallOffice, refusals: tuple[str | None, str | None]) -> Outcome:
    """Return what came of it in the office."""
    with store.read() as work:
        ticket = work.session.scalars(
            select(Ticket).where(Ticket.office_id == small.office_id, Ticket.label == LABEL)
        ).one()
        counter = work.session.get(Counter, ticket.counter_id or 0)
        there = counter.number if counter and ticket.status != "done" else None
        rows = work.session.scalars(
            select(JournalRow)
            .where(JournalRow.office_id == small.office_id)
            .order_by(JournalRow.version)
        ).all()
        assert [row.version for row in rows] == list(range(1, len(rows) + 1))
        told = tuple((row.kind, row.detail.get("label", "")) for row in rows)
        return Outcome(refusals, ticket.status, there, ticket.service.code, told)
