"""The end of a day by several processes at once, and by one that is killed amid it."""

import multiprocessing
import os
import signal
from contextlib import closing

import pytest
from sqlalchemy import event, select

from office import calling
from office.journal import Kind
from office.place import counters_of
from office.tickets import Step, Ticket
from office.turn import take_turn
from storage.work import Store
from tests.houses import Staffed
from tests.office.interleaving.racing import Deed, do, race
from tests.office.observing import changes

SPAWN = multiprocessing.get_context("spawn")


def fill(staffed: Staffed, waiting: int) -> None:
    """Leave people in line and at two counters, whose clerks forget to sign off."""
    for _ in range(waiting + 2):
        staffed.take()
    staffed.next(1)
    staffed.next(2)
    staffed.at(1, calling.recall)


def assert_ended_once(staffed: Staffed, tickets: int) -> None:
    """Check that everybody was sent home once, with a reason, and every session ended once."""
    rows = changes(staffed)
    assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
    expired = [row for row in rows if row["kind"] == Kind.EXPIRED]
    assert sorted(row["label"] for row in expired) == [f"A{n:03d}" for n in range(1, tickets + 1)]
    assert {row["outcome"] for row in expired} == {"left_waiting", "left_called"}
    closings = [row for row in rows if row["kind"] == Kind.DAY_CLOSED]
    assert [row["expired"] for row in closings] == [tickets]
    left = [row["counter"] for row in rows if row["kind"] == Kind.COUNTER_CLOSED]
    assert left == [1, 2]
    with staffed.store.read() as work:
        assert not any(each.is_open for each in counters_of(work, staffed.office_id))
        of = select(Ticket.id).where(Ticket.office_id == staffed.office_id)
        assert not work.session.scalars(
            select(Step.id).where(Step.ticket_id.in_(of), Step.ended_at.is_(None))
        ).all()


def killed_amid(url: str, deed: Deed, after: int) -> None:
    """Begin the new day, and die without a word after so many rows have been written."""
    with closing(Store(url)) as store:
        written = 0

        def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            nonlocal written
            written += statement.startswith(("INSERT", "UPDATE"))
            if written >= after:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(store.engine, "after_cursor_execute", count)
        with store.work() as work:
            take_turn(work, deed.actor.office_id, deed.now)


@pytest.mark.timeout(300)
def test_two_processes_that_begin_the_day_at_once_end_the_former_once(staffed: Staffed) -> None:
    fill(staffed, 20)
    tomorrow = staffed.clock.advance(days=1)
    start = SPAWN.Barrier(2)
    url = staffed.store.engine.url.render_as_string(hide_password=False)
    pipes = [SPAWN.Pipe() for _ in range(2)]
    racers = [SPAWN.Process(target=race, args=(url, theirs, start)) for _ours, theirs in pipes]
    for racer in racers:
        racer.start()
    for number, (ours, _theirs) in enumerate(pipes, start=1):
        ours.send(Deed("begin_day", staffed.actors[str(number)], number, tomorrow))
        ours.send(None)
    for (ours, _theirs), racer in zip(pipes, racers, strict=True):
        assert ours.poll(90)
        assert ours.recv() is None
        racer.join(60)
    assert_ended_once(staffed, 22)


@pytest.mark.timeout(300)
def test_a_process_killed_amid_the_end_of_a_day_leaves_it_to_be_done_wholly(
    staffed: Staffed,
) -> None:
    fill(staffed, 20)
    before = len(changes(staffed))
    tomorrow = staffed.clock.advance(days=1)
    url = staffed.store.engine.url.render_as_string(hide_password=False)
    deed = Deed("begin_day", staffed.actors["1"], 1, tomorrow)
    process = SPAWN.Process(target=killed_amid, args=(url, deed, 2))
    process.start()
    process.join(90)
    assert process.exitcode == -signal.SIGKILL
    assert len(changes(staffed)) == before
    assert do(staffed.store, deed) is None
    assert do(staffed.store, deed) is None
    assert_ended_once(staffed, 22)
