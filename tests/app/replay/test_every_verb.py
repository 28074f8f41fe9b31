"""A real day lived by twelve clerks with every verb: nothing lost, and every call explained.

Two hours of the busiest shipped day; ANTREAN_TEST_WHOLE_DAY=FILE lives the whole busiest day of
that recording and prints what was done.
"""

import os
import random
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from app.replay.days import SHIPPED, read_day
from office.journal import JournalRow
from office.place import Office
from office.tickets import Ticket
from tests.app.replay.twelve_clerks import TwelveClerks
from tests.houses import Staffed
from tests.office.interleaving.retold import retell
from tests.office.observing import changes
from tests.offices import make_staffed, shared_store, shared_url, staffed, store
from tests.web.test_who_may import WAYS

__all__ = ["make_staffed", "shared_store", "shared_url", "staffed", "store"]

WHOLE = os.environ.get("ANTREAN_TEST_WHOLE_DAY")
#: What is done by each address of a counter, under the names by which the clerks count.
AT_A_COUNTER = {
    "open": {"sign on"},
    "close": {"sign off"},
    "next": {"next"},
    "call": {"call this one"},
    "walk-in": {"walk-in"},
    "recall": {"recall"},
    "start": {"start"},
    "no-show": {"no-show"},
    "put-back": {"put back"},
    "finish": {"finish"},
    "finish-and-next": {"finish and next"},
    "transfer": {"transfer to service", "transfer to counter", "transfer to clerk"},
    "hold": {"hold"},
    "resume": {"resume"},
    "rejoin": {"rejoin"},
    "return": {"return slip"},
    "further": {"further service"},
    "note": {"note"},
    "priority": {"priority"},
    "cancel": {"cancel"},
    "undo": {"undo"},
    "pause": {"pause"},
    "back": {"back"},
    "desk-work": {"desk work"},
    "help": {"help"},
    "take-over": {"take over"},
    "needs": {"needs"},
}
VERBS = set().union(*AT_A_COUNTER.values()) | {
    *("take", "step back", "rejoin by phone", "cancel by phone"),
    *("outage", "outage over", "suspend", "resume service", "close of day", "next day"),
    *("close early", "open again"),
}


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
def test_nothing_is_lost_and_every_call_is_explained(staffed: Staffed) -> None:
    day = read_day(Path(WHOLE)) if WHOLE else read_day(SHIPPED, between=(36_000, 43_200))
    lived = TwelveClerks(staffed, day, random.Random(7))
    lived.live()
    rows = changes(staffed)
    assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
    with staffed.store.read() as work:
        tickets = work.session.scalars(
            select(Ticket).where(Ticket.office_id == staffed.office_id).order_by(Ticket.id)
        ).all()
        ids = dict(
            work.session.execute(
                select(JournalRow.version, JournalRow.ticket_id).where(
                    JournalRow.office_id == staffed.office_id
                )
            ).all()
        )
        policy = work.session.get_one(Office, staffed.office_id).policy
    assert sorted(each.label for each in tickets) == sorted(lived.taken)
    assert {each.status for each in tickets} <= {"done", "no_show", "cancelled", "expired"}
    told = retell(({**row, "ticket_id": ids[row["version"]]} for row in rows), policy)
    assert {key[1]: each.status for key, each in told.items()} == {
        each.label: each.status for each in tickets
    }
    calls = [row for row in rows if row["kind"] == "ticket_called"]
    reasons: Counter[str] = Counter()
    for row in calls:
        assert row["reason"]["policy"] == policy
        assert row["overtaken"] == sum(row["overtakings"].values())
        reasons.update(row["overtakings"])
    assert "unexplained" not in reasons
    if WHOLE:
        print(len(tickets), "tickets", Counter(each.status for each in tickets))
        print(len(calls), "calls,", sum(not row["overtaken"] for row in calls), "in turn", reasons)
        print(len(rows), "rows;", lived.verbs, lived.refusals)
    assert set(lived.verbs) == VERBS
