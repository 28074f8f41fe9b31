"""A clock set ahead by hours does not end the day, and one that was wrong before is followed."""

import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from office.clock import DOUBT, EARLIEST, JUST_STARTED, SteadyClock
from tests.houses import MORNING


@dataclass
class Machine:
    """A machine whose clock can be set, and the steady clock that goes by it."""

    moment: datetime = MORNING
    up: float = 2 * JUST_STARTED
    clock: SteadyClock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = SteadyClock(self, lambda: self.up)
        self.clock.now()

    def now(self) -> datetime:
        return self.moment

    def passes(self, seconds: float) -> datetime:
        """Let time go by, and return what the steady clock shows then."""
        self.moment += timedelta(seconds=seconds)
        self.up += seconds
        return self.clock.now()

    def set(self, **spans: float) -> datetime:
        """Set the clock, and return what the steady clock shows then."""
        self.moment += timedelta(**spans)
        return self.clock.now()


def test_a_leap_ahead_is_followed_an_hour_later() -> None:
    machine = Machine()
    assert machine.set(days=1) == MORNING
    assert machine.clock.left_out == timedelta(days=1)
    assert machine.passes(DOUBT - 1) == MORNING + timedelta(seconds=DOUBT - 1)
    assert machine.passes(1) == machine.moment
    assert machine.clock.left_out == timedelta()


def test_a_leap_ahead_that_is_taken_back_was_never_there() -> None:
    machine = Machine()
    machine.set(days=400)
    assert machine.passes(600) == MORNING + timedelta(seconds=600)
    assert machine.set(days=-400) == machine.moment == MORNING + timedelta(seconds=600)
    assert machine.clock.left_out == timedelta()


def test_a_second_leap_is_doubted_as_the_first() -> None:
    machine = Machine()
    machine.set(days=30)
    assert machine.set(days=-29) == MORNING
    assert machine.clock.left_out == timedelta(days=1)


@pytest.mark.parametrize("hours", [1, 5, -1, -30])
def test_a_smaller_step_and_one_back_are_followed(hours: int) -> None:
    machine = Machine()
    assert machine.set(hours=hours) == MORNING + timedelta(hours=hours)


def test_a_machine_that_has_just_started_learns_the_time() -> None:
    machine = Machine(up=30.0)
    assert machine.set(days=3) == MORNING + timedelta(days=3)


def test_a_clock_that_cannot_have_been_right_is_followed() -> None:
    machine = Machine(moment=datetime(2000, 1, 1, tzinfo=UTC))
    assert machine.set(days=9000) == machine.moment
    assert machine.moment < EARLIEST
    machine.moment = MORNING
    assert machine.clock.now() == MORNING


def test_time_that_goes_by_is_no_leap() -> None:
    machine = Machine()
    assert machine.passes(86400) == MORNING + timedelta(days=1)


#: Under gevent: how many pieces of long work are done until what has come in is read.
BUSY = """
from gevent import monkey
monkey.patch_all()
import socket
import gevent
from office.clock import give_way

mine, theirs = socket.socketpair()
done = []

def work():
    while len(done) < 500:
        done.append(None)
        if len(done) == 10:
            mine.send(b"?")
        give_way()

def answer():
    theirs.recv(1)
    return len(done)

answering = gevent.spawn(answer)
gevent.spawn(work)
print(answering.get())
"""


def test_amid_long_work_what_comes_in_is_read_at_once() -> None:
    told = subprocess.run([sys.executable, "-c", BUSY], capture_output=True, text=True, check=True)
    assert 10 <= int(told.stdout) < 20
