"""What was promised with a ticket stays as it was told, and only what was told is kept."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from office import desks, promises, reception
from office.place import Office
from office.promises import Promise
from office.tickets import Step, ticket_labelled
from office.waits import UNKNOWN, Wait
from storage.work import Work
from tests.houses import Client, Staffed


def kept(staffed: Staffed) -> list[tuple[int, int]]:
    """Return the office's promises, in the order of their steps."""

    def look(work: Work, office: Office) -> list[tuple[int, int]]:
        rows = work.session.execute(
            select(Promise.median_s, Promise.p90_s)
            .where(Promise.office_id == office.id)
            .order_by(Promise.step_id)
        )
        return [(median, p90) for median, p90 in rows]

    found: list[tuple[int, int]] = staffed.read(look)
    return found


def promise(staffed: Staffed, label: str, wait: Wait) -> None:
    """Keep a promise for a ticket of today."""

    def act(work: Work, office: Office) -> None:
        ticket = ticket_labelled(work, office.id, office.today(staffed.clock.now()), label)
        promises.keep(work, ticket.step, wait)

    staffed.in_turn(act)


def test_a_ticket_keeps_what_was_told_with_it(client: Client, staffed: Staffed) -> None:
    staffed.at(1, desks.open_counter)
    staffed.take()
    staffed.take()
    status, answer = client.ask(
        "POST", "/tickets", staffed.sample.tokens["kiosk"], {"service": "A"}
    )
    assert status == 201
    told = answer["wait"]
    assert told["median_s"] > 0
    assert kept(staffed) == [(told["median_s"], told["p90_s"])]
    staffed.serve(1)
    staffed.clock.advance(hours=1)
    assert kept(staffed) == [(told["median_s"], told["p90_s"])]


def test_whoever_comes_first_is_not_told_to_wait_for_themselves(
    client: Client, staffed: Staffed
) -> None:
    staffed.at(1, desks.open_counter)
    kiosk = staffed.sample.tokens["kiosk"]
    answer = client.ask("POST", "/tickets", kiosk, {"service": "A"})[1]
    assert answer["wait"]["median_s"] == 0


def test_with_no_counter_open_nothing_was_promised(client: Client, staffed: Staffed) -> None:
    answer = client.ask("POST", "/tickets", staffed.sample.tokens["kiosk"], {"service": "A"})[1]
    assert answer["wait"]["reason"] == "no_counter_open"
    assert kept(staffed) == []


def test_the_same_request_sent_again_promises_once(client: Client, staffed: Staffed) -> None:
    staffed.at(1, desks.open_counter)
    for _ in range(2):
        client.ask(
            "POST",
            "/tickets",
            staffed.sample.tokens["kiosk"],
            {"service": "A"},
            Idempotency_Key="once",
        )
    assert len(kept(staffed)) == 1


def test_a_ticket_that_was_not_given_promises_nothing(staffed: Staffed) -> None:
    def act(work: Work, office: Office) -> None:
        ticket, _ = reception.take(work, office, staffed.actors["kiosk"], staffed.clock.now(), "A")
        promises.keep(work, ticket.step, Wait(60, 120))
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        staffed.in_turn(act)
    assert kept(staffed) == []


@pytest.mark.parametrize("wait", [UNKNOWN, Wait(None, 60), Wait(60, None)])
def test_what_was_not_told_is_not_kept(staffed: Staffed, wait: Wait) -> None:
    promise(staffed, staffed.take(), wait)
    assert kept(staffed) == []


def test_a_promise_never_has_its_parts_in_the_wrong_order(staffed: Staffed) -> None:
    promise(staffed, staffed.take(), Wait(100, 90))
    assert kept(staffed) == [(100, 100)]


def test_the_database_refuses_a_promise_below_nothing(staffed: Staffed) -> None:
    staffed.take()

    def act(work: Work, office: Office) -> None:
        step = work.session.scalars(select(Step).where(Step.office_id == office.id)).one()
        work.session.add(
            Promise(step_id=step.id, office_id=office.id, day=step.day, median_s=-1, p90_s=9)
        )

    with pytest.raises(IntegrityError):
        staffed.in_turn(act)
