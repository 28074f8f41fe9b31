"""Any interleaving of all verbs at any counters keeps every promise of the queue.

An independent model (tests/office/interleaving/model.py) says what must happen, who is next and
what is refused, and the office must agree after every step. It runs the same interleavings every
time; ANTREAN_TEST_INTERLEAVINGS=2000 tries so many others, for as long as that takes.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from office import (
    aside,
    calling,
    closing,
    desks,
    holding,
    outages,
    pausing,
    reception,
    serving,
    suspensions,
    undoing,
)
from office.errors import OfficeError
from office.journal import JournalRow, changes_after
from office.line import line_of
from office.pausing import PauseReason
from office.people import Account
from office.place import Counter, Office, PriorityClass, Service
from office.tickets import Step, Ticket
from office.turn import take_turn
from storage.work import Store, Work
from tests.houses import MORNING
from tests.office.interleaving.model import (
    GRANTED,
    NEEDS,
    OUTCOMES,
    PATIENCE,
    RATES,
    Model,
    No,
    Post,
    State,
    Visit,
)
from tests.office.interleaving.retold import retell
from tests.office.interleaving.small_office import build

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


def terms() -> st.SearchStrategy[dict[str, tuple[int, int | None]]]:
    """On what terms a counter serves: mostly everything alike, or with preference and helping."""
    one = st.tuples(st.integers(0, 2), st.sampled_from([None, None, 5]))
    return st.dictionaries(SERVICE, one, min_size=1)


class Interleaving(RuleBasedStateMachine):
    """The office and its model side by side, a second apart."""

    store: Store

    @initialize(
        policy=st.sampled_from(["accumulating", "accumulating", "first_come", "ratio"]),
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
        self.names = {actor.key: name for name, actor in self.small.actors.items()}
        self.looked = 0
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
        self._placed(self._at(who, number, self.model.rejoin, aside.rejoin, label), 0)

    @rule(who=WHO, number=NUMBER, which=WHICH)
    def cancel_at_counter(self, who: str, number: int, which: int) -> None:
        label = self._label(which, "waiting")
        self._at(who, number, self.model.cancel_here, aside.cancel, label)

    @rule(who=WHO, number=NUMBER)
    def pause(self, who: str, number: int) -> None:
        self._at(
            who,
            number,
            self.model.pause,
            lambda desk: pausing.pause(desk, PauseReason.SHORT, None),
        )

    @rule(who=WHO, number=NUMBER)
    def come_back(self, who: str, number: int) -> None:
        self._at(who, number, self.model.back, pausing.come_back)

    @rule(who=WHO, number=NUMBER, on=st.booleans())
    def desk_work(self, who: str, number: int, on: bool) -> None:
        self._at(who, number, self.model.desk_work, pausing.set_desk_work, on)

    @rule(who=WHO, number=NUMBER)
    def undo(self, who: str, number: int) -> None:
        self._at(who, number, self.model.undo, undoing.undo)

    # --- verbs of visitors and of the floor ---------------------------------------------------

    @rule(service=SERVICE, klass=st.sampled_from(list(RATES)))
    def take(self, service: str, klass: str) -> None:
        self._both(
            lambda: self.model.take(service, klass),
            lambda work, office: reception.take(
                work, office, self.small.actors["kiosk"], self.model.now, service, klass
            ),
        )

    @precondition(lambda self: self.model.state.visits)
    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        self._held_by(self._visit(which, "waiting"), self.model.cancel, reception.cancel)

    @precondition(lambda self: self.model.state.visits)
    @rule(which=WHICH)
    def step_back(self, which: int) -> None:
        visit = self._visit(which, "waiting")
        ahead = self._ahead(visit) if visit.status == "waiting" else 0
        self._placed(self._held_by(visit, self.model.step_back, holding.step_back), ahead)

    @precondition(lambda self: self.model.state.visits)
    @rule(which=WHICH)
    def rejoin_by_phone(self, which: int) -> None:
        if not self._any("no_show"):
            self.no_show("own", 1 + which % len(POSTS), False)
        visit = self._visit(which, "no_show")
        self._placed(self._held_by(visit, self.model.rejoin_self, holding.rejoin), 0)

    @rule(
        what=st.sampled_from(
            ["outage", "outage_over", "outage_over", "suspend", "resume", "close_day", "night"]
        ),
        need=NEED,
        service=SERVICE,
    )
    def run_the_floor(self, what: str, need: str, service: str) -> None:
        """Do what happens seldom."""
        if what == "outage":
            self._floor(self.model.outage, outages.begin, outages.Need(need))
        elif what == "outage_over":
            self._floor(self.model.outage_over, outages.end, outages.Need(need))
        elif what == "suspend":
            self._floor(self.model.suspend, suspensions.suspend, service, {})
        elif what == "resume":
            self._floor(self.model.unsuspend, suspensions.resume, service)
        elif what == "close_day":
            self._close_day()
        else:
            self.model.now += timedelta(hours=15)

    def _close_day(self) -> None:
        self._both(
            self.model.close_day,
            lambda work, office: closing.close_day(
                work, office, self.small.actors["manager"], self.model.now
            ),
        )

    @rule(minutes=st.sampled_from([1, 4, 11, 29]))
    def time_goes_by(self, minutes: int) -> None:
        self.model.now += timedelta(minutes=minutes)

    # --- what always holds --------------------------------------------------------------------

    @invariant()
    def everything_agrees(self) -> None:
        """The rows of the database are what the model says, and the journal tells them."""
        with self.store.read() as work:
            office = work.session.get_one(Office, self.small.office_id)
            self._journal_agrees(work, office)
            self._tickets_agree(work, office)
            self._counters_agree(work, office)
            stopped = set(self.model.state.stopped)
            line = [
                each.label
                for each in line_of(work, office, self.model.now)
                if each.stopped_since is None
            ]
        expected = [each.label for each in self.model.line() if each.service not in stopped]
        assert line == expected

    def _journal_agrees(self, work: Work, office: Office) -> None:
        rows = changes_after(work, office.id, self.looked, 1_000)
        assert [row.version for row in rows] == list(range(self.looked + 1, office.version + 1))
        expected = self.model.state.rows[self.looked :]
        assert [
            (row.kind, row.at, self._name(row), row.detail.get("counter"), row.detail.get("label"))
            for row in rows
        ] == [
            (row.kind, row.at, row.who, row.counter, row.ticket[1] if row.ticket else None)
            for row in expected
        ]
        for row, one in zip(rows, expected, strict=True):
            if row.kind == "ticket_called":
                assert tuple(sorted(row.detail["overtakings"].items())) == one.passed
                assert row.detail["overtaken"] == sum(count for _, count in one.passed)
                assert row.detail["reason"]["policy"] == self.model.policy
        self.looked = office.version

    def _tickets_agree(self, work: Work, office: Office) -> None:
        numbers: dict[int | None, int] = {each.id: each.number for each in self._counters(work)}
        rows = work.session.execute(
            select(
                Ticket.id,
                Ticket.day,
                Ticket.label,
                Ticket.status,
                Ticket.counter_id,
                Ticket.line_since,
                Ticket.further,
                Service.code,
                PriorityClass.code,
            )
            .join(Service, Service.id == Ticket.service_id)
            .join(PriorityClass, PriorityClass.id == Ticket.class_id)
            .where(Ticket.office_id == office.id)
            .order_by(Ticket.id)
        ).all()
        retold = retell(
            (
                {**row.change(), "ticket_id": row.ticket_id}
                for row in changes_after(work, office.id, 0, 100_000)
            ),
            self.model.policy,
        )
        assert [(row.day, row.label) for row in rows] == list(self.model.state.visits)
        at_counters = []
        for row, visit in zip(rows, self.model.state.visits.values(), strict=True):
            _id, _day, label, status, counter_id, since, further, service, klass = row
            assert (label, status, service, klass) == (
                visit.label,
                visit.status,
                visit.service,
                visit.klass,
            )
            assert (further or []) == visit.further
            assert abs(since - visit.since) <= timedelta(microseconds=3), label
            visit.since = since
            told = retold[(row.id, label)]
            assert (told.status, told.service, told.klass) == (status, service, klass)
            assert abs(told.since - since) <= timedelta(microseconds=3), label
            if status in ("waiting", "called", "serving"):
                where = visit.only if status == "waiting" else visit.at
                assert numbers.get(counter_id) == where
                assert (told.only if status == "waiting" else told.at) == where
            if status in ("called", "serving"):
                at_counters.append(counter_id)
            if status in ("waiting", "held", "called", "serving"):
                assert row.day == office.open_day
        assert len(at_counters) == len(set(at_counters))
        self._steps_agree(work, office)

    def _steps_agree(self, work: Work, office: Office) -> None:
        by_ticket: dict[str, list[Step]] = {}
        for step, label, day in work.session.execute(
            select(Step, Ticket.label, Ticket.day)
            .join(Ticket, Ticket.id == Step.ticket_id)
            .where(Step.office_id == office.id)
            .order_by(Step.ticket_id, Step.position)
        ):
            by_ticket.setdefault(f"{day} {label}", []).append(step)
        for (day, label), visit in self.model.state.visits.items():
            steps = by_ticket[f"{day} {label}"]
            assert [each.position for each in steps] == list(range(1, len(steps) + 1))
            assert [each.called_at for each in steps] == visit.calls
            open_steps = [each for each in steps if each.ended_at is None]
            if visit.status in ("waiting", "called", "serving"):
                assert open_steps == steps[-1:]
                assert (steps[-1].started_at is not None) == (visit.status == "serving")
            else:
                assert not open_steps

    def _counters_agree(self, work: Work, office: Office) -> None:
        rows = work.session.execute(
            select(Account.id, Account.username).where(Account.office_id == office.id)
        )
        names: dict[int | None, str] = {number: name for number, name in rows}  # noqa: C416
        for counter in self._counters(work):
            post = self.model.state.posts[counter.number]
            assert counter.is_open == (post.clerk is not None)
            assert names.get(counter.account_id) == post.clerk
            assert (counter.paused_at is not None) == post.paused
            assert counter.desk_work == post.desk_work
            if post.paused:
                assert self.model.visitor(post) is None
            if self.model.visitor(post) is not None:
                assert counter.is_open

    def _counters(self, work: Work) -> list[Counter]:
        return list(
            work.session.scalars(select(Counter).where(Counter.office_id == self.small.office_id))
        )

    def _name(self, row: JournalRow) -> str:
        return "holder" if row.actor.startswith("ticket:") else self.names.get(row.actor, row.actor)

    # --- how ----------------------------------------------------------------------------------

    def _at(
        self,
        who: str,
        number: int,
        expected: Callable[..., Any],
        verb: Callable[..., Any],
        *values: Any,
    ) -> Any:
        """Do a counter's verb in the model and in the office."""
        if who == "own":
            who = self.model.state.posts[number].clerk or f"clerk{number}"
        actor = self.small.actors[who]
        # The model is copied when it is tried: the post has to be looked up anew.
        name = expected.__name__

        def think() -> Any:
            return getattr(self.model, name)(who, self.model.state.posts[number], *values)

        def act(work: Work, office: Office) -> Any:
            return verb(desks.desk_at(work, office, actor, self.model.now, number), *values)

        return self._both(think, act)

    def _where(self, number: int, wild: bool, *statuses: str) -> int:
        """Return a counter with a visitor of `statuses`, if need be after calling one there."""
        if wild:
            return number

        def there() -> list[int]:
            return [
                each.at
                for each in self.model.state.visits.values()
                if each.status in statuses and each.at is not None
            ]

        if not there():
            self.next("own", number)
        found = there()
        return found[number % len(found)] if found else number

    def _any(self, status: str) -> bool:
        return any(each.status == status for each in self.model.state.visits.values())

    def _floor(self, expected: Callable[..., Any], verb: Callable[..., Any], *values: Any) -> None:
        chief = self.small.actors["chief"]
        self._both(
            lambda: expected(values[0]),
            lambda work, office: verb(work, office, chief, self.model.now, *values),
        )

    def _held_by(self, visit: Visit, expected: Callable[..., Any], verb: Callable[..., Any]) -> Any:
        key = (visit.day, visit.label)

        def act(work: Work, office: Office) -> Any:
            ticket = work.session.scalars(
                select(Ticket).where(
                    Ticket.office_id == office.id,
                    Ticket.day == visit.day,
                    Ticket.label == visit.label,
                )
            ).one()
            holder = replace(self.small.actors["kiosk"], key=f"ticket:{ticket.id}")
            return verb(work, office, holder, self.model.now, ticket)

        return self._both(lambda: expected(key), act)

    def _both(self, think: Callable[[], Any], act: Callable[[Work, Office], Any]) -> Any:
        """Do the same in the model and in the office, each with the day's beginning before it."""
        self.model.now += timedelta(seconds=1)

        def thinking() -> Any:
            self.model.let_day_begin()
            return think()

        visit = None
        try:
            visit = self.model.attempt(thinking)
            thought = None
        except No as no:
            thought = str(no)
        try:
            with self.store.work() as work:
                act(work, take_turn(work, self.small.office_id, self.model.now))
            done = None
        except OfficeError as refusal:
            done = refusal.code
        assert done == thought
        return visit

    def _placed(self, visit: Visit | None, ahead: int) -> None:
        """Check that a re-entering ticket stands behind as many as stated, and take its moment."""
        if visit is None:
            return
        others = self._of_service(visit)
        with self.store.read() as work:
            since = work.session.scalars(
                select(Ticket.line_since).where(
                    Ticket.office_id == self.small.office_id,
                    Ticket.day == visit.day,
                    Ticket.label == visit.label,
                )
            ).one()
        assert since >= visit.since
        own, visit.since = visit.since, since
        stands = self._ahead(visit)
        places = min(ahead + self.model.places, len(others))
        if self.model.policy == "ratio":
            return
        assert stands >= places
        if since > own:
            moved = sum(each.moved for each in others)
            assert stands <= places + moved

    def _ahead(self, visit: Visit) -> int:
        """Count those of the same service who stand before a waiting ticket."""
        line = [each for each in self.model.line() if each.service == visit.service]
        return next(place for place, each in enumerate(line) if each.label == visit.label)

    def _of_service(self, visit: Visit) -> list[Visit]:
        return [
            each
            for each in self.model.waiting()
            if each.service == visit.service and each.label != visit.label
        ]

    def _visit(self, which: int, status: str) -> Visit:
        visits = list(self.model.state.visits.values())
        apt = [each for each in visits if each.status == status] or visits
        return apt[which % len(apt)]

    def _label(self, which: int, status: str | None = None) -> str:
        """Return the label of a ticket of the day, by preference one of `status`; or of none."""
        today = [
            each for each in self.model.state.visits.values() if each.day == self.model.state.day
        ]
        labels = [each.label for each in today if each.status == status] or [
            each.label for each in today
        ]
        return labels[which % len(labels)] if labels else "Z999"


@pytest.mark.timeout(7200 if LONG else 300)
def test_any_interleaving_of_the_verbs_agrees_with_the_model(shared_store: Store) -> None:
    assert Office.__table__.c.target_wait_min.default.arg == PATIENCE
    sqlite = shared_store.engine.dialect.name == "sqlite"

    class AtThisStore(Interleaving):
        store = shared_store

    run_state_machine_as_test(
        AtThisStore,
        settings=settings(
            max_examples=int(LONG) if LONG else 40 if sqlite else 8,
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
