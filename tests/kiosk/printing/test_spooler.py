"""The spooler with real printers on the loopback, on each database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.printing import printers
from kiosk.printing.jobs import JobState
from kiosk.printing.spooler import Spooler
from tests.kiosk.printing.conftest import Desk, StandingClock
from tests.kiosk.printing.fakes import FakePrinter, black_hole

pytestmark = pytest.mark.takes(0.7)

ROOT = Path(__file__).resolve().parents[3]
MakeSpooler = Callable[..., Spooler]
MakePrinter = Callable[..., FakePrinter]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less than one would for paper."""
    monkeypatch.setattr(printers, "FINISH", 0.5)
    monkeypatch.setattr(printers, "ANSWER", 0.3)


def wait_until(truth: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until `truth` holds."""
    end = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.01)


def state(desk: Desk, job_id: int) -> str:
    """Return where the job stands."""
    return desk.job(job_id).state


def test_a_slip_is_out_at_once_after_its_ticket(
    desk: Desk,
    printer: FakePrinter,
    make_spooler: MakeSpooler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kiosk.printing.spooler.IDLE", 60.0)
    make_spooler().start()
    time.sleep(0.2)
    label, job_id = desk.take(printer.address)
    printer.wait_for(1, 5)
    assert printer.rolls[0].line(label)
    wait_until(lambda: state(desk, job_id) == JobState.PRINTED)


def test_two_kiosks_share_a_printer_that_takes_one_connection(
    desk: Desk, make_printer: MakePrinter, make_spooler: MakeSpooler
) -> None:
    printer = make_printer(one_at_a_time=True)
    make_spooler().start()
    make_spooler().start()
    labels = [desk.take(printer.address)[0] for _ in range(12)]
    printer.wait_for(12, 30)
    time.sleep(0.5)
    assert [roll.lines for roll in printer.rolls if "CETAK ULANG" in roll.text] == []
    assert [
        next(label for label in labels if label in roll.text) for roll in printer.rolls
    ] == labels


def test_a_dead_address_holds_up_neither_tickets_nor_other_printers(
    desk: Desk, printer: FakePrinter, make_spooler: MakeSpooler
) -> None:
    spooler = make_spooler()
    spooler.start()
    with black_hole() as nowhere:
        _, lost = desk.take(nowhere)
        wait_until(lambda: state(desk, lost) == JobState.SENDING)
        began = time.monotonic()
        label, _ = desk.take(printer.address)
        assert time.monotonic() - began < 1
        printer.wait_for(1)
        assert time.monotonic() - began < 2
        assert printer.rolls[0].line(label)
        wait_until(lambda: spooler.troubles == {nowhere: "timeout"})
        assert state(desk, lost) == JobState.QUEUED


def test_a_printer_that_takes_half_and_dies_prints_the_same_number_again(
    desk: Desk, clock: StandingClock, printer: FakePrinter, make_spooler: MakeSpooler
) -> None:
    spooler = make_spooler()
    spooler.start()
    printer.dies_after = 300
    label, job_id = desk.take(printer.address)
    wait_until(lambda: desk.job(job_id).doubts == 1)
    assert state(desk, job_id) == JobState.QUEUED
    assert printer.rolls == []
    clock.advance(1)
    spooler.wake()
    printer.wait_for(1)
    assert printer.rolls[0].line(label)
    assert printer.rolls[0].text.startswith("*** CETAK ULANG ***")
    wait_until(lambda: state(desk, job_id) == JobState.PRINTED)


def test_after_a_power_cycle_the_next_slip_prints_without_a_restart(
    desk: Desk, clock: StandingClock, printer: FakePrinter, make_spooler: MakeSpooler
) -> None:
    told: list[tuple[str, str | None]] = []
    spooler = make_spooler(on_trouble=lambda where, code: told.append((where, code)))
    spooler.start()
    _, first = desk.take(printer.address)
    wait_until(lambda: state(desk, first) == JobState.PRINTED)
    printer.switch_off()
    _, second = desk.take(printer.address)
    wait_until(lambda: desk.job(second).trouble == "offline")
    printer.switch_on()
    clock.advance(1)
    spooler.wake()
    printer.wait_for(2)
    assert "CETAK ULANG" not in printer.rolls[1].text
    wait_until(lambda: told == [(printer.address, "offline"), (printer.address, None)])


def test_paper_out_reaches_the_staff_once_and_everything_prints_when_it_is_back(
    desk: Desk, clock: StandingClock, printer: FakePrinter, make_spooler: MakeSpooler
) -> None:
    told: list[str | None] = []
    spooler = make_spooler(on_trouble=lambda _where, code: told.append(code))
    spooler.start()
    printer.paper_out = True
    labels = [desk.take(printer.address)[0] for _ in range(3)]
    wait_until(lambda: told == ["paper_out"])
    clock.advance(1)
    spooler.wake()
    time.sleep(0.3)
    assert printer.rolls == []
    printer.paper_out = False
    clock.advance(2)
    spooler.wake()
    printer.wait_for(3)
    for roll, label in zip(printer.rolls, labels, strict=True):
        assert roll.line(label)
    wait_until(lambda: told == ["paper_out", None])


def test_a_slip_nobody_waits_for_any_more_is_not_printed(
    desk: Desk, clock: StandingClock, printer: FakePrinter, make_spooler: MakeSpooler
) -> None:
    _, old = desk.take(printer.address)
    clock.advance(11 * 60)
    label, _ = desk.take(printer.address)
    make_spooler().start()
    printer.wait_for(1)
    assert printer.rolls[0].line(label)
    assert state(desk, old) == JobState.DROPPED
    time.sleep(0.2)
    assert len(printer.rolls) == 1


def test_a_restart_takes_up_what_was_queued(
    desk: Desk, printer: FakePrinter, make_spooler: MakeSpooler
) -> None:
    labels = [desk.take(printer.address)[0] for _ in range(3)]
    make_spooler().start()
    printer.wait_for(3)
    for roll, label in zip(printer.rolls, labels, strict=True):
        assert roll.line(label)


def test_a_printer_in_trouble_is_asked_again_though_nothing_is_queued(
    desk: Desk,
    clock: StandingClock,
    printer: FakePrinter,
    make_spooler: MakeSpooler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kiosk.printing.spooler.RECHECK", 0.1)
    spooler = make_spooler()
    spooler.start()
    printer.cover_open = True
    _, job_id = desk.take(printer.address)
    wait_until(lambda: spooler.troubles == {printer.address: "cover_open"})
    clock.advance(11 * 60)
    spooler.wake()
    wait_until(lambda: state(desk, job_id) == JobState.DROPPED)
    printer.cover_open = False
    wait_until(lambda: spooler.troubles == {})
    assert printer.rolls == []


def test_a_failing_listener_or_sender_does_not_stop_the_spooler(
    desk: Desk, clock: StandingClock, printer: FakePrinter, make_spooler: MakeSpooler
) -> None:
    calls = []

    def deliver(address: str, payload: bytes) -> str | None:
        calls.append(address)
        if len(calls) == 1:
            raise RuntimeError("a fault of our own")
        return printers.send(address, payload)

    def listen(_printer: str, _code: str | None) -> None:
        raise RuntimeError("a listener's own")

    spooler = make_spooler(deliver=deliver, on_trouble=listen)
    spooler.start()
    _, job_id = desk.take(printer.address)
    wait_until(lambda: desk.job(job_id).trouble == "fault")
    clock.advance(1)
    spooler.wake()
    printer.wait_for(1)


PROGRAM = """
import sys
{patch}
import select
from datetime import UTC, datetime
from kiosk.printing.spooler import Spooler
from office import people, place, tickets
from storage.work import Store

class Clock:
    def now(self):
        return datetime(2026, 11, 26, 2, 5, tzinfo=UTC)

spooler = Spooler(Store({url!r}), Clock())
spooler.start(alone=True)
print("ready", flush=True)
select.select([sys.stdin], [], [])
spooler.stop()
"""


def program(desk: Desk, patch: str = "") -> subprocess.Popen[str]:
    """Run a spooler in a process of its own until its input ends."""
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(url=desk.store.url, patch=patch)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"
    return running


def test_a_process_killed_while_printing_leaves_the_slip_to_be_marked_a_reprint(
    desk: Desk, printer: FakePrinter, make_spooler: MakeSpooler
) -> None:
    printer.dies_after, printer.dies_silently = 300, True
    label, job_id = desk.take(printer.address)
    with program(desk) as running:
        wait_until(lambda: printer.dies_after is None)
        os.kill(running.pid, signal.SIGKILL)
    assert state(desk, job_id) == JobState.SENDING
    make_spooler().start(alone=True)
    printer.wait_for(1)
    assert printer.rolls[0].line(label)
    assert printer.rolls[0].text.startswith("*** CETAK ULANG ***")
    wait_until(lambda: state(desk, job_id) == JobState.PRINTED)


def test_it_prints_on_a_single_loop_of_greenlets_too(desk: Desk, printer: FakePrinter) -> None:
    with program(desk, "from gevent import monkey; monkey.patch_all()") as running:
        labels = [desk.take(printer.address)[0] for _ in range(3)]
        printer.wait_for(3)
        running.communicate("", timeout=15)
    assert running.returncode == 0
    for roll, label in zip(printer.rolls, labels, strict=True):
        assert roll.line(label)
