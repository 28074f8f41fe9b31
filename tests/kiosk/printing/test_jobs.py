"""Print jobs on each database: written with their ticket, claimed once, retried, dropped."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kiosk.printing import claims, jobs
from kiosk.printing.claims import Claim
from kiosk.printing.jobs import JobState, PrintJob, pause
from kiosk.printing.slip import sample_slip
from kiosk.printing.states import note_state, states_of
from office.place import Counter
from office.tickets import Status, Ticket
from storage.work import Store
from tests.kiosk.printing.conftest import Desk, StandingClock
from tests.kiosk.printing.roll import unroll

PRINTER = "tcp://10.0.0.9:9100"
OTHER = "tcp://10.0.0.10:9100"


def claim(desk: Desk, printer: str = PRINTER) -> Claim | None:
    """Claim the printer's next job in a work of its own."""
    with desk.store.work() as work:
        return claims.claim(work, printer, desk.clock.now())


def claimed(desk: Desk, printer: str = PRINTER) -> Claim:
    """Claim the printer's next job, which there is."""
    taken = claim(desk, printer)
    assert taken is not None
    return taken


def trouble(desk: Desk, taken: Claim, code: str = "offline", started: bool = False) -> None:
    """Note trouble with a claim."""
    with desk.store.work() as work:
        assert claims.mark_trouble(work, taken, code, started, desk.clock.now())


def test_a_slip_is_queued_with_its_ticket_or_not_at_all(desk: Desk) -> None:
    with pytest.raises(RuntimeError), desk.store.work() as work:
        desk.take_in(work, PRINTER)
        raise RuntimeError
    with desk.store.read() as work:
        assert work.session.scalars(select(PrintJob)).all() == []
        assert work.session.scalars(select(Ticket)).all() == []
    label, job_id = desk.take(PRINTER)
    job = desk.job(job_id)
    assert job.state == JobState.QUEUED
    assert unroll(job.payload).line(label)


def test_the_spooler_is_told_after_the_commit(desk: Desk) -> None:
    heard: list[object] = []
    desk.store.after_commit(heard.extend)
    _, job_id = desk.take(PRINTER)
    assert heard == [jobs.SlipQueued(desk.office_id, job_id, PRINTER)]


@pytest.mark.parametrize("printer", ["", "none", "lpt1", "tcp://host?profile=LaserJet"])
def test_no_printer_or_a_wrong_one_never_holds_up_a_ticket(desk: Desk, printer: str) -> None:
    with desk.store.work() as work:
        ticket, job = desk.take_in(work, printer)
    assert job is None
    with desk.store.read() as work:
        assert work.session.get(Ticket, ticket.id) is not None


def test_a_slip_that_cannot_be_made_never_holds_up_a_ticket(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_values: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(jobs, "render", fail)
    with desk.store.work() as work:
        assert desk.take_in(work, PRINTER)[1] is None


def test_jobs_are_claimed_in_order_and_one_at_a_time(desk: Desk) -> None:
    _, first = desk.take(PRINTER)
    _, second = desk.take(PRINTER)
    taken = claimed(desk)
    assert taken.job_id == first
    assert claim(desk) is None
    with desk.store.work() as work:
        assert claims.mark_printed(work, taken, desk.clock.now())
    assert desk.job(first).state == JobState.PRINTED
    assert desk.job(first).printed_at == desk.clock.now()
    assert claimed(desk).job_id == second


def test_printers_do_not_wait_for_one_another(desk: Desk) -> None:
    desk.take(PRINTER)
    desk.take(OTHER)
    assert claim(desk, PRINTER)
    assert claim(desk, OTHER)


def test_of_many_who_claim_at_once_one_gets_it(desk: Desk) -> None:
    desk.take(PRINTER)
    desk.take(PRINTER)
    got: list[Claim] = []
    start = threading.Barrier(8)

    def try_it() -> None:
        start.wait()
        try:
            taken = claim(desk)
        except IntegrityError:
            return
        if taken:
            got.append(taken)

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(got) == 1


def test_the_database_refuses_two_jobs_at_one_printer(desk: Desk) -> None:
    _, first = desk.take(PRINTER)
    _, second = desk.take(PRINTER)
    with pytest.raises(IntegrityError), desk.store.work() as work:
        for job_id in (first, second):
            job = work.session.get_one(PrintJob, job_id)
            job.state, job.claimed_at = "sending", desk.clock.now()


def test_the_pause_grows_to_half_a_minute() -> None:
    assert [pause(attempts) for attempts in range(1, 9)] == [1, 2, 4, 8, 16, 30, 30, 30]


def test_trouble_is_tried_again_after_the_pause_and_keeps_the_order(
    desk: Desk, clock: StandingClock
) -> None:
    _, first = desk.take(PRINTER)
    trouble(desk, claimed(desk), "paper_out")
    desk.take(PRINTER)
    assert desk.job(first).trouble == "paper_out"
    assert claim(desk) is None
    clock.advance(1)
    taken = claimed(desk)
    assert (taken.job_id, taken.attempt, taken.reprint) == (first, 2, False)
    trouble(desk, taken)
    clock.advance(1)
    assert claim(desk) is None
    clock.advance(1)
    assert claimed(desk).job_id == first


def test_a_stale_job_is_dropped_not_printed(desk: Desk, clock: StandingClock) -> None:
    _, old = desk.take(PRINTER)
    clock.advance(5 * 60)
    _, young = desk.take(PRINTER)
    clock.advance(5 * 60)
    assert claimed(desk).job_id == young
    assert desk.job(old).state == JobState.DROPPED


def test_a_slip_perhaps_printed_in_part_is_printed_again_with_a_mark(
    desk: Desk, clock: StandingClock
) -> None:
    label, job_id = desk.take(PRINTER)
    trouble(desk, claimed(desk), "cut_short", started=True)
    assert desk.job(job_id).state == JobState.QUEUED
    clock.advance(1)
    taken = claimed(desk)
    roll = unroll(claims.bytes_of(taken))
    assert roll.text.startswith("*** CETAK ULANG ***")
    assert roll.line(label)


def test_after_three_doubts_the_job_fails(desk: Desk, clock: StandingClock) -> None:
    _, job_id = desk.take(PRINTER)
    for _ in range(3):
        trouble(desk, claimed(desk), "cut_short", started=True)
        clock.advance(30)
    assert desk.job(job_id).state == JobState.FAILED
    assert claim(desk) is None


def test_a_job_left_in_sending_by_a_crash_is_in_doubt_after_a_minute(
    desk: Desk, clock: StandingClock
) -> None:
    _, job_id = desk.take(PRINTER)
    dead = claimed(desk)
    clock.advance(59)
    assert claim(desk) is None
    clock.advance(1)
    assert claim(desk) is None
    clock.advance(1)
    taken = claimed(desk)
    assert (taken.job_id, taken.reprint) == (job_id, True)
    with desk.store.work() as work:
        assert not claims.mark_printed(work, dead, clock.now())
        assert not claims.mark_trouble(work, dead, "offline", False, clock.now())
    assert desk.job(job_id).state == JobState.SENDING


def test_the_only_spooler_takes_up_at_once_what_a_crash_left(desk: Desk) -> None:
    desk.take(PRINTER)
    claimed(desk)
    with desk.store.work() as work:
        assert claims.release_all(work, desk.clock.now()) == 1
    assert claimed(desk).reprint


def test_a_slip_that_another_replaces_is_not_printed(desk: Desk) -> None:
    label, job_id = desk.take(PRINTER)
    ticket_id = desk.job(job_id).ticket_id
    assert ticket_id is not None
    with desk.store.work() as work:
        jobs.drop_slips(work, desk.office_id, ticket_id)
        slip = sample_slip(label, desk.clock.now(), "Asia/Makassar", "id")
        jobs.queue_slip(work, desk.office_id, ticket_id, PRINTER, slip, desk.clock.now())
    assert desk.job(job_id).state == JobState.DROPPED
    assert unroll(claims.bytes_of(claimed(desk))).line("UJI CETAK")


def test_a_slip_made_as_a_reprint_is_marked_once(desk: Desk) -> None:
    desk.take(PRINTER, reprint=True)
    assert unroll(claims.bytes_of(claimed(desk))).text.count("CETAK ULANG") == 1


def test_a_test_of_the_printer_is_no_ticket(desk: Desk) -> None:
    slip = sample_slip("Dukcapil", desk.clock.now(), "Asia/Makassar", "id")
    with desk.store.work() as work:
        assert jobs.queue_slip(work, desk.office_id, None, PRINTER, slip, desk.clock.now())
    assert unroll(claims.bytes_of(claimed(desk))).line("UJI CETAK")


def test_where_a_tickets_slip_stands_can_be_asked(desk: Desk) -> None:
    _, job_id = desk.take(PRINTER)
    ticket_id = desk.job(job_id).ticket_id
    assert ticket_id is not None
    with desk.store.read() as work:
        assert jobs.state_of(work, desk.office_id, ticket_id) is JobState.QUEUED
        assert jobs.state_of(work, desk.office_id, ticket_id + 1) is None


def test_how_a_printer_is_stands_until_it_is_well(desk: Desk) -> None:
    now = desk.clock.now()
    with desk.store.work() as work:
        assert note_state(work, PRINTER, "paper_out", now)
        assert not note_state(work, PRINTER, "paper_out", now)
        assert note_state(work, OTHER, "offline", now)
        assert note_state(work, OTHER, None, now)
        work.session.flush()
        assert states_of(work, {PRINTER, OTHER}) == {PRINTER: "paper_out"}


@pytest.mark.parametrize(
    ("status", "reprint", "state"),
    [
        (Status.WAITING, False, JobState.SENDING),
        (Status.HELD, False, JobState.SENDING),
        (Status.CANCELLED, False, JobState.DROPPED),
        (Status.DONE, True, JobState.DROPPED),
        (Status.SERVING, True, JobState.SENDING),
        (Status.SERVING, False, JobState.DROPPED),
    ],
)
def test_a_slip_nobody_needs_any_more_is_dropped(
    desk: Desk, status: Status, reprint: bool, state: JobState
) -> None:
    _, job_id = desk.take(PRINTER)
    with desk.store.work() as work:
        job = work.session.get_one(PrintJob, job_id)
        job.reprint = reprint
        ticket = work.session.get_one(Ticket, job.ticket_id)
        if status is Status.SERVING:
            counter = Counter(office_id=desk.office_id, number=1, names={})
            work.session.add(counter)
            work.session.flush()
            ticket.counter_id = counter.id
        ticket.status = status.value
    with desk.store.work() as work:
        claims.claim(work, PRINTER, desk.clock.now())
    assert desk.job(job_id).state == state


def test_when_a_printer_is_due_follows_its_oldest_job(desk: Desk, clock: StandingClock) -> None:
    desk.take(PRINTER)
    trouble(desk, claimed(desk))
    again = clock.now() + timedelta(seconds=1)
    desk.take(PRINTER)
    desk.take(OTHER)
    with desk.store.read() as work:
        assert claims.due(work) == {PRINTER: again, OTHER: clock.now()}
    claimed(desk, OTHER)
    with desk.store.read() as work:
        assert claims.due(work)[OTHER] == clock.now() + claims.LEASE


def test_slips_with_their_secrets_are_forgotten_after_a_day(
    desk: Desk, clock: StandingClock
) -> None:
    desk.take(PRINTER)
    clock.advance(23 * 3600)
    _, young = desk.take(PRINTER)
    clock.advance(3600)
    with desk.store.work() as work:
        claims.forget_old(work, clock.now())
    with desk.store.read() as work:
        assert [each.id for each in work.session.scalars(select(PrintJob))] == [young]


def test_an_old_claim_of_another_attempt_changes_nothing(store: Store, desk: Desk) -> None:
    desk.take(PRINTER)
    taken = claimed(desk)
    with store.work() as work:
        assert not claims.mark_printed(work, replace(taken, attempt=7), desk.clock.now())
