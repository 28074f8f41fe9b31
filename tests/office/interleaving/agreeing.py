"""The office and its model side by side: how both are made to do the same, and what must agree."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import func, select

from office import calling, desks
from office.errors import OfficeError
from office.journal import JournalRow, changes_after
from office.line import line_of
from office.moment import needs_of
from office.notes import Note
from office.people import Account
from office.place import Counter, Office, PriorityClass, Service
from office.returning import Granted, ReturnRight
from office.tickets import Step, Ticket, VoidSecret
from office.turn import take_turn
from storage.work import Store, Work
from tests.office.interleaving.model import Model
from tests.office.interleaving.retold import Retelling
from tests.office.interleaving.small_office import SmallOffice
from tests.office.interleaving.values import Key, No, Visit


class Agreeing(RuleBasedStateMachine):
    """The office and its model, a second apart, without the rules."""

    store: Store
    model: Model
    small: SmallOffice

    def take(self, service: str, klass: str) -> None:
        """Let somebody take a number."""
        raise NotImplementedError

    def begin(self) -> None:
        """Look at an office that has just been made."""
        self.names = {actor.key: name for name, actor in self.small.actors.items()}
        self.looked = 0
        self.retold = Retelling(self.model.policy)
        #: The hash of each secret, and every code that was told, with its number and its count.
        self.hashes: dict[int, str] = {}
        self.codes: list[tuple[Key, int, str]] = []

    # --- what always holds --------------------------------------------------------------------

    @invariant()
    def everything_agrees(self) -> None:
        """The rows of the database are what the model says, and the journal tells them."""
        with self.store.read() as work:
            office = work.session.get_one(Office, self.small.office_id)
            self._journal_agrees(work, office)
            self._tickets_agree(work, office)
            self._counters_agree(work)
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
            self.retold.follow({**row.change(), "ticket_id": row.ticket_id})
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
                Ticket.token_hash,
                Service.code,
                PriorityClass.code,
            )
            .join(Service, Service.id == Ticket.service_id)
            .join(PriorityClass, PriorityClass.id == Ticket.class_id)
            .where(Ticket.office_id == office.id)
            .order_by(Ticket.id)
        ).all()
        assert [(row.day, row.label) for row in rows] == list(self.model.state.visits)
        at_counters = []
        for row, visit in zip(rows, self.model.state.visits.values(), strict=True):
            _id, _day, label, status, counter_id, since, further, secret, service, klass = row
            assert (label, status, service, klass) == (
                visit.label,
                visit.status,
                visit.service,
                visit.klass,
            )
            assert (further or []) == visit.further
            assert self.hashes.setdefault(visit.secret, secret) == secret
            assert abs(since - visit.since) <= timedelta(microseconds=3), label
            visit.since = since
            told = self.retold.told[(row.id, label)]
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
        assert len(self.hashes) == len(set(self.hashes.values())), "one secret opens two numbers"
        self._kept_agrees(work, {row.id: (row.day, row.label) for row in rows})
        self._steps_agree(work, office)

    def _kept_agrees(self, work: Work, keys: dict[int, Key]) -> None:
        """What is kept beside the tickets for the day only, and the rights to come back."""
        of_here = self.small.office_id
        needs = {keys[ticket]: set(said) for ticket, said in needs_of(work, of_here).items()}
        assert needs == {key: said for key, said in self.model.state.needs.items() if said}
        void = work.session.scalars(
            select(VoidSecret.token_hash).where(VoidSecret.office_id == of_here)
        )
        assert set(void) == {self.hashes.get(each) for each in self.model.state.void}
        notes = select(func.count()).where(Note.office_id == of_here)
        assert work.session.scalar(notes) == self.model.state.notes
        rights = work.session.scalars(select(ReturnRight).where(ReturnRight.office_id == of_here))
        assert {
            keys[each.ticket_id]: (
                (each.first_day, each.until, each.credit_s),
                (each.code_hash is not None, each.used_by_id is not None),
            )
            for each in rights
        } == {
            key: ((each.first, each.until, each.credit), (each.code is not None, each.used))
            for key, each in self.model.state.rights.items()
        }

    def _steps_agree(self, work: Work, office: Office) -> None:
        by_ticket: dict[str, list[Step]] = {}
        names = self._usernames(work)
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
            assert names.get(steps[-1].account_id) == visit.by
            open_steps = [each for each in steps if each.ended_at is None]
            if visit.status in ("waiting", "called", "serving"):
                assert open_steps == steps[-1:]
                assert (steps[-1].started_at is not None) == (visit.status == "serving")
            else:
                assert not open_steps

    def _counters_agree(self, work: Work) -> None:
        names = self._usernames(work)
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

    def _usernames(self, work: Work) -> dict[int | None, str]:
        rows = work.session.execute(
            select(Account.id, Account.username).where(Account.office_id == self.small.office_id)
        )
        return {number: name for number, name in rows}  # noqa: C416

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

        def act(work: Work, office: Office) -> list[Granted]:
            desk = desks.desk_at(work, office, actor, self.model.now, number)
            verb(desk, *values)
            return desk.granted

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
            if self.model.next_at(self.model.state.posts[number]) is None:
                self.take(next(iter(self.model.state.posts[number].terms), "K"), "ordinary")
            self._at("own", number, self.model.next, calling.call_next)
        found = there()
        return found[number % len(found)] if found else number

    def _any(self, status: str) -> bool:
        return any(each.status == status for each in self.model.state.visits.values())

    def _on_the_floor(
        self, who: str, expected: Callable[..., Any], verb: Callable[..., Any], *values: Any
    ) -> None:
        actor = self.small.actors[who]
        self._both(
            expected, lambda work, office: verb(work, office, actor, self.model.now, *values)
        )

    def _ticket(self, work: Work, visit: Visit) -> Ticket:
        return work.session.scalars(
            select(Ticket).where(
                Ticket.office_id == self.small.office_id,
                Ticket.day == visit.day,
                Ticket.label == visit.label,
            )
        ).one()

    def _beside(
        self,
        who: str,
        visit: Visit,
        expected: Callable[..., Any],
        verb: Callable[..., Any],
        *values: Any,
    ) -> Any:
        """Do what the holder of a number, or the reception, does about it."""

        def act(work: Work, office: Office) -> Any:
            ticket = self._ticket(work, visit)
            actor = self.small.actors["desk" if who == "desk" else "kiosk"]
            if who == "holder":
                actor = replace(actor, key=f"ticket:{ticket.id}")
            return verb(work, office, actor, self.model.now, ticket, *values)

        return self._both(lambda: expected((visit.day, visit.label)), act)

    def _both(self, think: Callable[[], Any], act: Callable[[Work, Office], Any]) -> Any:
        """Do the same in the model and in the office, each with the day's beginning before it.

        Codes to come back with, which `act` returns, are kept; returned is what the model returns.
        """
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
                said = act(work, take_turn(work, self.small.office_id, self.model.now))
            done = None
            self._keep(said)
        except OfficeError as refusal:
            done = refusal.code
        assert done == thought
        return visit

    def _keep(self, said: Any) -> None:
        for granted in said if isinstance(said, list) else [said]:
            if isinstance(granted, Granted) and granted.code:
                key = next(
                    key
                    for key, right in reversed(self.model.state.rights.items())
                    if key[1] == granted.label and right.first == granted.first_day
                )
                self.codes.append((key, self.model.state.codes[key], granted.code))

    def _placed(self, visit: Visit | None, behind: int) -> None:
        """Check that a re-entering ticket stands behind as many as stated, and take its moment."""
        if visit is None:
            return
        others = self._of_service(visit)
        with self.store.read() as work:
            since = self._ticket(work, visit).line_since
        assert since >= visit.since
        own, visit.since = visit.since, since
        stands = self._ahead(visit)
        places = min(behind, len(others))
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
