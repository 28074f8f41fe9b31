"""Any interleaving of all verbs at any counters keeps every promise of the queue.

An independent model (tests/office/interleaving/model.py) says what must happen, who is next and
what is refused, and the office must agree after every step. It runs the same interleavings every
time; ANTREAN_TEST_INTERLEAVINGS=2000 tries so many others, for as long as that takes.
"""

import os
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from office import (
    aside,
    calling,
    carrying,
    changing,
    closing,
    desks,
    early,
    holding,
    moment,
    notes,
    outages,
    pausing,
    plan,
    receiving,
    reception,
    reprinting,
    rules,
    serving,
    suspensions,
    taking_over,
    undoing,
)
from office.pausing import PauseReason
from office.people import at_counters
from office.place import Office, PolicyName
from office.terms import Terms
from office.tickets import ticket_labelled
from storage.work import Store, Work
from tests.houses import MORNING
from tests.office.interleaving.agreeing import Agreeing
from tests.office.interleaving.model import Model
from tests.office.interleaving.small_office import build
from tests.office.interleaving.values import GRANTED, NEEDS, OUTCOMES, PATIENCE, RATES, Post, State

POSTS = (1, 2, 3)
#: Mostly the clerk whose counter it is; now and then a colleague or the chief.
WHO = st.sampled_from(["own"] * 6 + ["clerk1", "clerk1", "clerk3", "chief"])
NUMBER = st.sampled_from(POSTS)
#: Mostly where it is in place, which is brought about first; now and then anywhere.
WILD = st.sampled_from([False] * 7 + [True])
SERVICE = st.sampled_from(list(NEEDS))
NEED = st.sampled_from(["network", "ink"])
WHICH = st.integers(0, 40)
LONG = os.environ.get("ANTREAN_TEST_INTERLEAVINGS")


POLICIES = ["accumulating", "accumulating", "first_come", "ratio"]
BESIDE = st.sampled_from(["kiosk", "kiosk", "desk", "chief"])
BREAKS = ["pause", "back", "back", "work", "help", "note"]
ASKING = st.sampled_from(["holder", "desk"])


def terms(least: int = 1) -> st.SearchStrategy[dict[str, tuple[int, int | None]]]:
    """On what terms a counter serves: mostly everything alike, or with preference and helping."""
    one = st.tuples(st.integers(0, 2), st.sampled_from([None, None, 5]))
    return st.dictionaries(SERVICE, one, min_size=least)


class Interleaving(Agreeing):
    """Every verb that changes a queue, at any counter and beside."""

    @initialize(
        policy=st.sampled_from(POLICIES),
        served=st.tuples(terms(), terms(), terms()),
        recalls=st.integers(0, 1),
        places=st.integers(1, 3),
        carries=st.booleans(),
        line=st.lists(st.tuples(SERVICE, st.sampled_from(list(RATES))), min_size=4, max_size=8),
    )
    def open_office(
        self,
        policy: str,
        served: tuple[dict[str, tuple[int, int | None]], ...],
        recalls: int,
        places: int,
        carries: bool,
        line: list[tuple[str, str]],
    ) -> None:
        """Make an office of three counters, with some people in it."""
        posts = {number: Post(number, served[number - 1]) for number in POSTS}
        state = State(date(2026, 11, 25), posts=posts)
        self.model = Model(policy, recalls, places, carries, state, MORNING)
        self.small = build(self.store, self.model, MORNING)
        self.begin()
        for service, klass in line:
            self.take(service, klass)

    # --- verbs at a counter -------------------------------------------------------------------

    @rule(who=WHO, number=NUMBER)
    def open(self, who: str, number: int) -> None:
        self._at(who, number, self.model.open, desks.open_counter)

    @rule(who=WHO, number=NUMBER)
    def close(self, who: str, number: int) -> None:
        self._at(who, number, self.model.close, desks.close_counter)

    @rule(who=WHO, number=NUMBER)
    def next(self, who: str, number: int) -> None:
        self._at(who, number, self.model.next, calling.call_next)

    @rule(who=WHO, number=NUMBER, which=WHICH, why=st.sampled_from([None, "ordered"]))
    def call(self, who: str, number: int, which: int, why: str | None) -> None:
        label = self._label(which, "waiting")
        self._at(who, number, self.model.call, calling.call_ticket, label, why)

    @rule(who=WHO, number=NUMBER, service=SERVICE)
    def walk_in(self, who: str, number: int, service: str) -> None:
        verbs = self.model.walk_in, calling.serve_walk_in
        self._at(who, number, *verbs, service, "document_ready")

    @rule(who=WHO, number=NUMBER, wild=WILD)
    def recall(self, who: str, number: int, wild: bool) -> None:
        number = self._where(number, wild, "called")
        self._at(who, number, self.model.recall, calling.recall)

    @rule(who=WHO, number=NUMBER, wild=WILD)
    def no_show(self, who: str, number: int, wild: bool) -> None:
        number = self._where(number, wild, "called")
        if not wild and self.model.recalls:
            self._at("own", number, self.model.recall, calling.recall)
        self._at(who, number, self.model.no_show, calling.no_show)

    @rule(who=WHO, number=NUMBER, wild=WILD)
    def put_back(self, who: str, number: int, wild: bool) -> None:
        number = self._where(number, wild, "called")
        self._at(who, number, self.model.put_back, calling.put_back)

    @rule(who=WHO, number=NUMBER, wild=WILD)
    def start(self, who: str, number: int, wild: bool) -> None:
        number = self._where(number, wild, "called")
        self._at(who, number, self.model.start, serving.start)

    @rule(
        who=WHO,
        number=NUMBER,
        wild=WILD,
        outcome=st.sampled_from([None, *OUTCOMES, "unheard_of"]),
        ready=st.sampled_from([None, True, False, False]),
    )
    def finish(
        self, who: str, number: int, wild: bool, outcome: str | None, ready: bool | None
    ) -> None:
        number = self._where(number, wild, "called", "serving")

        def verb(desk: desks.Desk, outcome: str | None, ready: bool | None) -> Any:
            return serving.finish(desk, outcome, (), ready)

        self._at(who, number, self.model.finish, verb, outcome, ready)

    @rule(who=WHO, number=NUMBER, wild=WILD, ready=st.booleans())
    def finish_and_next(self, who: str, number: int, wild: bool, ready: bool) -> None:
        number = self._where(number, wild, "called", "serving")

        def verb(desk: desks.Desk, outcome: str | None, ready: bool | None) -> Any:
            return serving.finish_and_next(desk, outcome, (), ready)

        self._at(who, number, self.model.finish_and_next, verb, None, ready)

    @rule(who=WHO, number=NUMBER, wild=WILD, service=SERVICE)
    def transfer_to_service(self, who: str, number: int, wild: bool, service: str) -> None:
        number = self._where(number, wild, "called", "serving")
        self._at(who, number, self.model.transfer, serving.transfer, service, None)

    @rule(who=WHO, number=NUMBER, wild=WILD, other=NUMBER, service=st.none() | SERVICE)
    def transfer_to_counter(
        self, who: str, number: int, wild: bool, other: int, service: str | None
    ) -> None:
        number = self._where(number, wild, "called", "serving")
        self._at(who, number, self.model.transfer, serving.transfer, service, other)

    @rule(who=WHO, number=NUMBER, wild=WILD, clerk=st.sampled_from(list(GRANTED)))
    def transfer_to_clerk(self, who: str, number: int, wild: bool, clerk: str) -> None:
        number = self._where(number, wild, "called", "serving")
        self._at(who, number, self.model.transfer_to, serving.transfer_to_clerk, clerk)

    @rule(who=WHO, number=NUMBER, wild=WILD, service=SERVICE)
    def add_service(self, who: str, number: int, wild: bool, service: str) -> None:
        number = self._where(number, wild, "called", "serving")
        self._at(who, number, self.model.further, serving.add_service, service)

    @rule(who=WHO, number=NUMBER, which=WHICH, klass=st.sampled_from(list(RATES)))
    def set_priority(self, who: str, number: int, which: int, klass: str) -> None:
        label = self._label(which, "waiting")
        self._at(who, number, self.model.priority, serving.set_priority, label, klass)

    @rule(who=WHO, number=NUMBER, wild=WILD)
    def hold_visitor(self, who: str, number: int, wild: bool) -> None:
        number = self._where(number, wild, "called", "serving")
        self._at(who, number, self.model.hold, aside.hold, None)

    @rule(who=WHO, number=NUMBER, which=WHICH)
    def hold(self, who: str, number: int, which: int) -> None:
        self._at(who, number, self.model.hold, aside.hold, self._label(which))

    @rule(who=WHO, number=NUMBER, which=WHICH)
    def resume(self, who: str, number: int, which: int) -> None:
        if not self._any("held"):
            self.hold_visitor("own", number, False)
        label = self._label(which, "held")
        self._at(who, number, self.model.resume, aside.resume, label)

    @rule(who=WHO, number=NUMBER, which=WHICH)
    def rejoin(self, who: str, number: int, which: int) -> None:
        if not self._any("no_show"):
            self.no_show("own", number, False)
        label = self._label(which, "no_show")
        visit = self._at(who, number, self.model.rejoin, aside.rejoin, label)
        self._placed(visit, self.model.places)

    @rule(who=WHO, number=NUMBER, which=WHICH)
    def cancel_at_counter(self, who: str, number: int, which: int) -> None:
        label = self._label(which, "waiting")
        self._at(who, number, self.model.cancel_here, aside.cancel, label)

    @rule(who=WHO, number=NUMBER, wild=WILD, what=st.sampled_from(BREAKS), which=WHICH)
    def call_nobody(self, who: str, number: int, wild: bool, what: str, which: int) -> None:
        """Do at a counter what moves no number."""
        if not wild and self.model.state.posts[number].clerk is None:
            self.open("own", number)
        if what == "note":
            label = self._label(which, "serving")
            self._at(who, number, self.model.note, _note, label)
            return
        if what == "work":
            on = which % 3 > 0
            self._at(who, number, self.model.desk_work, pausing.set_desk_work, on)
            return
        expected, verb = {
            "pause": (self.model.pause, _pause),
            "back": (self.model.back, pausing.come_back),
            "help": (self.model.help, pausing.call_help),
        }[what]
        self._at(who, number, expected, verb)

    @rule(who=WHO, number=NUMBER, wild=WILD)
    def undo(self, who: str, number: int, wild: bool) -> None:
        acted = [post.number for post in self.model.state.posts.values() if post.act]
        if acted and not wild:
            number = acted[number % len(acted)]
        self._at(who, number, self.model.undo, undoing.undo)

    @rule(who=st.sampled_from(list(GRANTED)), number=NUMBER, visitor=st.booleans())
    def take_over(self, who: str, number: int, visitor: bool) -> None:
        if visitor:
            number = self._where(number, False, "called", "serving")
        actor, proved = self.small.actors[who], at_counters(self.small.actors[who])
        self.small.actors[who] = proved
        self._at(who, number, self.model.take_over, taking_over.take_over)
        self.small.actors[who] = actor

    @rule(who=WHO, number=NUMBER, which=WHICH)
    def admit(self, who: str, number: int, which: int) -> None:
        key, count, code = self._code(which)

        def verb(desk: desks.Desk, _key: Any, _count: int) -> Any:
            return aside.admit(desk, code)

        self._placed(self._at(who, number, self.model.admit, verb, key, count), 1)

    # --- verbs of visitors and of the reception -----------------------------------------------

    @rule(service=SERVICE, klass=st.sampled_from(list(RATES)), who=BESIDE, beyond=WILD)
    def take(self, service: str, klass: str, who: str = "kiosk", beyond: bool = False) -> None:
        def act(work: Work, office: Office) -> None:
            actor, now = self.small.actors[who], self.model.now
            reception.take(work, office, actor, now, service, klass, beyond=beyond)

        self._both(lambda: self.model.take(service, klass, who, beyond), act)

    @precondition(lambda self: self.codes)
    @rule(which=WHICH, who=BESIDE)
    def take_again(self, which: int, who: str) -> None:
        key, count, code = self._code(which)

        def act(work: Work, office: Office) -> None:
            actor, now = self.small.actors[who], self.model.now
            reception.take(work, office, actor, now, None, return_code=code)

        self._placed(self._both(lambda: self.model.take_again(key, count, who), act), 1)

    @precondition(lambda self: self.model.state.visits)
    @rule(which=WHICH, who=ASKING)
    def cancel(self, which: int, who: str) -> None:
        visit = self._visit(which, "waiting")
        self._beside(who, visit, lambda key: self.model.cancel(key, who), reception.cancel)

    @precondition(lambda self: self.model.state.visits)
    @rule(which=WHICH)
    def step_back(self, which: int) -> None:
        visit = self._visit(which, "waiting")
        ahead = self._ahead(visit) if visit.status == "waiting" else 0
        stepped = self._beside("holder", visit, self.model.step_back, holding.step_back)
        self._placed(stepped, ahead + self.model.places)

    @precondition(lambda self: self.model.state.visits)
    @rule(which=WHICH, who=ASKING)
    def rejoin_beside(self, which: int, who: str) -> None:
        if not self._any("no_show"):
            self.no_show("own", 1 + which % len(POSTS), False)
        visit = self._visit(which, "no_show")
        if who == "holder":
            rejoined = self._beside(who, visit, self.model.rejoin_self, holding.rejoin)
        else:
            rejoined = self._beside(who, visit, self.model.rejoin_here, receiving.rejoin)
        self._placed(rejoined, self.model.places)

    @precondition(lambda self: self.model.state.visits)
    @rule(which=WHICH, who=ASKING, service=SERVICE)
    def change_service(self, which: int, who: str, service: str) -> None:
        verb = holding.change_service if who == "holder" else changing.change_service

        def expected(key: Any) -> None:
            self.model.change(key, who, service)

        self._beside(who, self._visit(which, "waiting"), expected, verb, service)

    @precondition(lambda self: self.model.state.visits)
    @rule(which=WHICH, who=ASKING, left=st.sampled_from(["waiting", "held", "expired"]))
    def leave(self, which: int, who: str, left: str) -> None:
        visit = self._visit(which, left)
        self._beside(who, visit, lambda key: self.model.leave(key, who), carrying.leave)

    @rule(which=WHICH, who=st.sampled_from(["desk", "desk", "chief", "clerk1", "clerk3"]))
    def reprint(self, which: int, who: str) -> None:
        label = self._label(which)

        def act(work: Work, office: Office) -> None:
            ticket = ticket_labelled(work, office.id, office.today(self.model.now), label)
            actor, now = self.small.actors[who], self.model.now
            reprinting.renew_secret(work, office, actor, now, ticket)

        self._both(lambda: self.model.reprint(who, label), act)

    @rule(which=WHICH, needs=st.sets(st.sampled_from(["fetch", "write"])))
    def say_needs(self, which: int, needs: set[str]) -> None:
        label = self._label(which)

        def act(work: Work, office: Office) -> None:
            ticket = ticket_labelled(work, office.id, office.today(self.model.now), label)
            moment.set_needs(work, office, ticket, [moment.Need(each) for each in needs])

        self._both(lambda: self.model.need(label, needs), act)

    # --- verbs of the floor -------------------------------------------------------------------

    @rule(what=st.sampled_from(["outage", "over", "over", "suspend", "resume"]), need=NEED)
    def stop_services(self, what: str, need: str) -> None:
        code = "CA"[need == "ink"]
        think, verb, value = {
            "outage": (self.model.outage, outages.begin, outages.Need(need)),
            "over": (self.model.outage_over, outages.end, outages.Need(need)),
            "suspend": (self.model.suspend, _suspend, code),
            "resume": (self.model.unsuspend, suspensions.resume, code),
        }[what]
        self._on_the_floor("chief", lambda: think(value), verb, value)

    @rule(
        what=st.sampled_from(["close", "close", "close", "again", "again", "home", "codes"]),
        who=st.sampled_from(["chief"] * 9 + ["clerk1"]),
        reason=st.sampled_from(["power", "event"]),
        fate=st.sampled_from(["served", "carried", "return", "return"]),
        minutes=st.sampled_from([None, 5, 20, 20_000]),
    )
    def close_early(self, what: str, who: str, reason: str, fate: str, minutes: int | None) -> None:
        if what == "close":
            # both are a second further when they do it
            moment = self.model.now + timedelta(seconds=1)
            at = None if minutes is None else moment + timedelta(minutes=minutes)
            wish = early.Wish(early.Reason(reason), early.Fate(fate), at)
            self._on_the_floor(
                who,
                lambda: self.model.close_early(who, reason, fate, minutes),
                early.close,
                wish,
            )
            return
        name, verb = {
            "again": ("open_again", early.open_again),
            "home": ("send_home", early.send_home),
            "codes": ("tell_codes", early.tell_codes),
        }[what]
        self._on_the_floor(who, lambda: getattr(self.model, name)(who), verb)

    @rule(
        number=NUMBER,
        served=terms(least=0),
        policy=st.none() | st.sampled_from(POLICIES),
        places=st.integers(1, 3),
    )
    def change_the_rules(
        self, number: int, served: dict[str, Any], policy: str | None, places: int
    ) -> None:
        """Let a counter serve something else, or the office go by another policy."""
        if policy is None:
            wanted = [Terms(code, *each) for code, each in served.items()]
            self._on_the_floor(
                "chief", lambda: self.model.plan(number, served), plan.set_plan, number, wanted
            )
            return
        rates, recalls, carries = dict(RATES), self.model.recalls, self.model.carries
        wish = rules.TurnRules(PolicyName(policy), rates, places, recalls, carries)
        self._on_the_floor(
            "manager", lambda: self.model.rules(policy, places), rules.set_turn_rules, wish
        )

    @rule(night=WILD, minutes=st.sampled_from([1, 4, 11, 29]))
    def time_goes_by(self, night: bool, minutes: int) -> None:
        self.model.now += timedelta(hours=15) if night else timedelta(minutes=minutes)

    @rule(close=WILD)
    def close_day(self, close: bool) -> None:
        """Close it by hand, which is seldom done."""
        if close:
            manager = self.small.actors["manager"]
            self._both(
                self.model.close_day,
                lambda work, office: closing.close_day(work, office, manager, self.model.now),
            )

    def _code(self, which: int) -> tuple[Any, int, str]:
        """Return a code that was told, with its number and its count, or one that never was."""
        if not self.codes:
            return (self.model.state.day, "Z999"), 0, "AAAAA-AAAAA"
        return self.codes[which % len(self.codes)]


def _pause(desk: desks.Desk) -> None:
    pausing.pause(desk, PauseReason.SHORT, None)


def _note(desk: desks.Desk, label: str) -> None:
    notes.add_note(desk, label, "?")


def _suspend(work: Work, office: Office, actor: Any, now: Any, code: str) -> Any:
    return suspensions.suspend(work, office, actor, now, code, {})


@pytest.mark.timeout(7200 if LONG else 300)
def test_any_interleaving_of_the_verbs_agrees_with_the_model(shared_store: Store) -> None:
    assert Office.__table__.c.target_wait_min.default.arg == PATIENCE
    sqlite = shared_store.engine.dialect.name == "sqlite"

    class AtThisStore(Interleaving):
        store = shared_store

    run_state_machine_as_test(
        AtThisStore,
        settings=settings(
            max_examples=int(LONG) if LONG else 50 if sqlite else 10,
            stateful_step_count=60 if LONG else 35,
            derandomize=LONG is None,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=list(Phase) if LONG else [Phase.generate],
            report_multiple_bugs=False,
            print_blob=LONG is not None,
        ),
    )
