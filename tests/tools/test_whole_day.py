"""A real day lived by twelve clerks with every verb: nothing lost, and every call explained."""

import pytest
from sqlalchemy import select

from app.replay.days import SHIPPED, read_day
from office.journal import JournalRow
from office.place import Office
from office.tickets import Ticket
from storage.work import Store
from tests.office.interleaving.retold import retell
from tests.offices import shared_store as shared_store
from tests.offices import shared_url as shared_url
from tests.web.test_who_may import WAYS
from tools.twelve_clerks import AT_A_COUNTER
from tools.whole_day import prove, stage_at

__all__ = ["shared_store", "shared_url"]


def test_the_clerks_know_every_verb_a_counter_has() -> None:
    there = {
        way.rpartition("/")[2]
        for way in WAYS
        if way.startswith("POST /api/v1/counters/<int:number>/")
    }
    # the supervisor moves services; a visitor rates, at the counter's own sign
    assert there - {"services", "rating"} == set(AT_A_COUNTER)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_nothing_is_lost_and_every_call_is_explained(shared_store: Store) -> None:
    stage = stage_at(shared_store, "day")
    report = prove(stage, read_day(SHIPPED, between=(36_000, 43_200)), 7)
    assert report["faults"] == []
    with shared_store.read() as work:
        policy = work.session.get_one(Office, stage.office_id).policy
        rows = work.session.scalars(
            select(JournalRow)
            .where(JournalRow.office_id == stage.office_id)
            .order_by(JournalRow.version)
        ).all()
        told = retell(({**row.change(), "ticket_id": row.ticket_id} for row in rows), policy)
        tickets = work.session.scalars(
            select(Ticket).where(Ticket.office_id == stage.office_id)
        ).all()
    assert {key: each.status for key, each in told.items()} == {
        (each.id, each.label): each.status for each in tickets
    }
