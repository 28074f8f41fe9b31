"""A ticket's moves, how it is found, and what the database makes impossible by itself."""

from collections.abc import Callable
from datetime import time, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from office import aside
from office.errors import MoveRefused, TicketUnknown
from office.journal import JournalRow
from office.people import fingerprint, secret
from office.place import Hours, Office, PriorityClass, Service, counter_numbered
from office.tickets import MOVES, Status, Step, Ticket, ticket_labelled, ticket_with_token
from storage.base import Base
from storage.work import Work
from tests.houses import MORNING, Staffed
from tests.office.observing import ticket

#: The life of a ticket, written down a second time.
ALLOWED = {
    ("waiting", "called"),
    ("waiting", "held"),
    ("waiting", "cancelled"),
    ("waiting", "expired"),
    ("called", "waiting"),
    ("called", "serving"),
    ("called", "no_show"),
    ("called", "held"),
    ("called", "expired"),
    ("serving", "done"),
    ("serving", "waiting"),
    ("serving", "held"),
    ("serving", "expired"),
    ("held", "waiting"),
    ("held", "cancelled"),
    ("held", "expired"),
    ("no_show", "waiting"),
}


def test_every_status_has_its_moves() -> None:
    assert set(MOVES) == set(Status)


@pytest.mark.parametrize(("former", "to"), sorted(ALLOWED))
def test_a_ticket_makes_the_moves_of_its_life(former: str, to: str) -> None:
    moved = Ticket(label="A001", status=former)
    assert moved.move(Status(to)) is Status(former)
    assert moved.status == to


@pytest.mark.parametrize(
    ("former", "to"), sorted(set(product([each.value for each in Status], repeat=2)) - ALLOWED)
)
def test_a_ticket_makes_no_other_move_and_says_from_where_it_could(former: str, to: str) -> None:
    stays = Ticket(label="A001", status=former)
    with pytest.raises(MoveRefused) as refusal:
        stays.move(Status(to))
    assert refusal.value.code == "move_refused"
    assert refusal.value.facts == {
        "label": "A001",
        "status": former,
        "allowed": sorted(one for one, each in ALLOWED if each == to),
    }
    assert stays.status == former


# Finding


def test_a_ticket_is_found_by_its_number_however_it_is_written(staffed: Staffed) -> None:
    staffed.take()
    for said in ("A001", "a001", " A001 ", "A1", "A0001"):
        assert ticket(staffed, said).label == "A001"


def test_a_number_that_was_not_given_out_is_unknown(staffed: Staffed) -> None:
    staffed.take()
    for said in ("", "A", "001", "A002", "K001", "A999999999999", "A-001"):
        with pytest.raises(TicketUnknown):
            ticket(staffed, said)


def test_a_number_of_another_day_is_unknown(staffed: Staffed) -> None:
    staffed.take()
    with pytest.raises(TicketUnknown):
        staffed.read(
            lambda work, office: ticket_labelled(
                work, office.id, office.today(MORNING) - timedelta(days=1), "A001"
            )
        )


def test_a_ticket_is_found_by_its_secret_of_which_only_a_hash_is_kept(staffed: Staffed) -> None:
    label, token = staffed.take_with_token()
    found = staffed.read(lambda work, _office: ticket_with_token(work, token))
    assert found.label == label
    assert len(token) == 32
    assert token not in repr([getattr(found, each.key) for each in Ticket.__table__.columns])
    with pytest.raises(TicketUnknown):
        staffed.read(lambda work, _office: ticket_with_token(work, token[:-1]))


# What the database holds true


def adding(staffed: Staffed, make: Callable[[Work, Office], Base]) -> None:
    """Write a row past every rule of the office."""

    def act(work: Work, office: Office) -> None:
        work.session.add(make(work, office))
        work.session.flush()

    staffed.in_turn(act)


def copy_of(staffed: Staffed, label: str, **values: Any) -> Callable[[Work, Office], Ticket]:
    """Return a maker of a ticket like the one with `label`, apart from `values`."""
    like = ticket(staffed, label)
    columns = {
        each.key: getattr(like, each.key)
        for each in Ticket.__table__.columns
        if each.key not in {"id", "token_hash"}
    }
    return lambda _work, _office: Ticket(
        **(columns | {"token_hash": fingerprint(secret()), "number": 900} | values)
    )


def test_the_database_takes_no_number_twice(staffed: Staffed) -> None:
    staffed.take()
    with pytest.raises(IntegrityError, match=r"day_prefix_number|tickets.number"):
        adding(staffed, copy_of(staffed, "A001", number=1))
    adding(staffed, copy_of(staffed, "A001", number=2))


def test_the_database_takes_no_two_tickets_at_a_counter(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    counter_id = ticket(staffed, "A001").counter_id
    for status in ("called", "serving"):
        with pytest.raises(IntegrityError, match=r"uq_tickets_at_counter|tickets.counter_id"):
            adding(staffed, copy_of(staffed, "A001", status=status))
    adding(staffed, copy_of(staffed, "A001", status="waiting", counter_id=counter_id))


def test_the_database_takes_no_call_without_a_counter(staffed: Staffed) -> None:
    staffed.take()
    for status in ("called", "serving"):
        with pytest.raises(IntegrityError, match="ck_tickets_counter"):
            adding(staffed, copy_of(staffed, "A001", status=status, counter_id=None))


def test_the_database_takes_no_unknown_status(staffed: Staffed) -> None:
    staffed.take()
    with pytest.raises(IntegrityError, match="ck_tickets_status"):
        adding(staffed, copy_of(staffed, "A001", status="lost"))


def test_the_database_takes_no_secret_twice(staffed: Staffed) -> None:
    staffed.take()
    hashed = ticket(staffed, "A001").token_hash
    with pytest.raises(IntegrityError, match="token_hash"):
        adding(staffed, copy_of(staffed, "A001", token_hash=hashed))


def test_the_database_takes_no_two_open_steps_of_a_visit(staffed: Staffed) -> None:
    staffed.take()
    visit = ticket(staffed, "A001")
    with pytest.raises(IntegrityError, match=r"uq_steps_open|steps.ticket_id\n"):
        adding(staffed, lambda _work, _office: Step.queued(visit, MORNING, position=2))
    staffed.next()
    staffed.at(1, aside.hold)
    adding(staffed, lambda _work, _office: Step.queued(visit, MORNING, position=2))


def test_the_database_takes_no_start_before_a_call(staffed: Staffed) -> None:
    staffed.take()
    visit = ticket(staffed, "A001")

    def started(_work: Work, _office: Office) -> Step:
        step = Step.queued(visit, MORNING, position=2)
        step.ended_at = step.started_at = MORNING
        return step

    with pytest.raises(IntegrityError, match="ck_steps_called_first"):
        adding(staffed, started)


def test_the_database_takes_no_version_twice(staffed: Staffed) -> None:
    staffed.take()
    with pytest.raises(IntegrityError, match=r"pk_journal|journal.version"):
        adding(
            staffed,
            lambda _work, office: JournalRow(
                office_id=office.id,
                version=1,
                kind="day_closed",
                at=MORNING,
                day=MORNING.date(),
                actor="clock",
                detail={},
            ),
        )


def test_the_database_takes_no_ticket_of_a_service_that_is_not_there(staffed: Staffed) -> None:
    staffed.take()
    with pytest.raises(IntegrityError, match=r"service_id|FOREIGN KEY"):
        adding(staffed, copy_of(staffed, "A001", service_id=10_000_000))


IMPOSSIBLE: list[tuple[str, Callable[[int], Base]]] = [
    (
        "ck_priority_classes_rate_positive",
        lambda office_id: PriorityClass(office_id=office_id, code="x", names={}, rate=0.0),
    ),
    (
        "ck_services_number_range",
        lambda office_id: Service(
            office_id=office_id, code="x", letter="X", names={}, number_from=5, number_to=4
        ),
    ),
    (
        "ck_services_number_range",
        lambda office_id: Service(
            office_id=office_id, code="x", letter="X", names={}, number_from=0
        ),
    ),
    (
        r"uq_services_office_id_code|services\.code",
        lambda office_id: Service(office_id=office_id, code="A", letter="X", names={}),
    ),
    (
        "ck_hours_weekday",
        lambda office_id: Hours(office_id=office_id, weekday=7, opens=time(8), closes=time(9)),
    ),
    (
        "ck_hours_opens_before_closes",
        lambda office_id: Hours(office_id=office_id, weekday=6, opens=time(8), closes=time(8)),
    ),
]


def test_the_database_takes_no_impossible_office(staffed: Staffed) -> None:
    for broken, make in IMPOSSIBLE:
        with pytest.raises(IntegrityError, match=broken), staffed.store.work() as work:
            work.session.add(make(staffed.office_id))


def test_the_database_keeps_a_counters_number_for_one_counter(staffed: Staffed) -> None:
    def act(work: Work, office: Office) -> None:
        counter_numbered(work, office.id, 2).number = 1
        work.session.flush()

    with pytest.raises(IntegrityError, match=r"counters_office_id_number|counters.number"):
        staffed.in_turn(act)
