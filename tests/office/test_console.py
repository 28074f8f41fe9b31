"""What a clerk is told: the visitor, the line in order with reasons, the held and the missed."""

from typing import Any

from office import aside, calling, console, serving
from office.outcomes import FIRST
from office.place import Office, counter_numbered
from office.tickets import ticket_labelled
from storage.work import Work
from tests.houses import MORNING, Staffed
from tests.office.observing import version


def console_of(staffed: Staffed, counter: int = 1) -> dict[str, Any]:
    """Return what the console of a counter shows now."""
    shown: dict[str, Any] = staffed.read(
        lambda work, office: console.console(
            work, office, counter_numbered(work, office.id, counter), staffed.clock.now()
        )
    )
    return shown


def list_of(staffed: Staffed) -> list[dict[str, Any]]:
    """Return the list of counters now."""
    shown: list[dict[str, Any]] = staffed.read(console.counter_list)
    return shown


def test_a_console_is_whole_before_anything_happened(staffed: Staffed) -> None:
    shown = console_of(staffed)
    assert shown == {
        "version": 0,
        "at": MORNING.isoformat(),
        "counter": {
            "number": 1,
            "name": "Loket 1",
            "names": {"id": "Loket 1", "en": "Counter 1"},
            "open": False,
            "paused": False,
            "pause_reason": None,
            "back_at": None,
            "desk_work": False,
            "clerk": None,
            "account_id": None,
            "services": ["A", "D"],
        },
        "rehearsal": True,
        "recalls_before_no_show": 0,
        "reentry_places": 3,
        "ticket": None,
        "needs": [],
        "next": None,
        "waiting": {"mine": 0, "all": 0},
        "line": [],
        "held": [],
        "missed": [],
        "undo": None,
        "announcement": None,
        "outcome_mandatory": False,
        "outcomes": shown["outcomes"],
    }
    told = [(each["code"], each["default"]) for each in shown["outcomes"]]
    assert told == [(code, code == "done") for code, _names, _follow in FIRST]


def test_the_visitor_is_told_with_every_time_of_the_visit(staffed: Staffed) -> None:
    staffed.take("A", "priority", "en")
    called_at = staffed.clock.advance(minutes=5)
    staffed.next(1)
    staffed.at(1, calling.recall)
    started_at = staffed.clock.advance(minutes=1)
    staffed.at(1, serving.start)
    staffed.clock.advance(minutes=9)
    shown = console_of(staffed)
    assert (shown["counter"]["open"], shown["counter"]["clerk"]) == (True, "Petugas 1")
    assert shown["version"] == version(staffed)
    assert shown["ticket"] == {
        "label": "A001",
        "status": "serving",
        "service": {
            "code": "A",
            "name": "Perekaman KTP-el",
            "names": {"id": "Perekaman KTP-el", "en": "ID card enrolment"},
        },
        "priority": "priority",
        "position": None,
        "locale": "en",
        "counter": 1,
        "taken_at": MORNING.isoformat(),
        "called_at": called_at.isoformat(),
        "started_at": started_at.isoformat(),
        "recalls": 1,
        "waited_s": 300,
        "outcome": None,
        "visit_steps": 1,
        "further": [],
        "files": 1,
        "notes": [],
    }


def test_the_line_shows_ones_own_first_in_order_with_reasons(staffed: Staffed) -> None:
    for code, priority in (("K", None), ("A", None), ("A", "priority"), ("D", None)):
        staffed.take(code, priority)
        staffed.clock.advance(minutes=2)
    shown = console_of(staffed)
    assert [(each["label"], each["mine"], each["position"]) for each in shown["line"]] == [
        ("A002", True, 1),
        ("A001", True, 2),
        ("U001", True, 1),
        ("K001", False, 1),
    ]
    first = shown["line"][0]
    assert first["reason"] == {
        "policy": "accumulating",
        "waited_min": 4,
        "priority": "priority",
        "score": 8.0,
        "helping_out": False,
    }
    assert (first["waited_s"], first["score"], first["only_here"]) == (240, 8.0, False)
    assert shown["next"] == {"label": "A002", "reason": first["reason"]}
    assert shown["waiting"] == {"mine": 3, "all": 4}
    assert staffed.next(1) == "A002"


def test_who_was_sent_here_is_mine_and_marked(staffed: Staffed) -> None:
    staffed.take("A")
    staffed.next(1)
    staffed.at(1, serving.transfer, None, 5)
    (here,) = console_of(staffed, 5)["line"]
    assert (here["mine"], here["only_here"]) == (True, True)
    (there,) = console_of(staffed, 2)["line"]
    assert (there["mine"], there["only_here"]) == (False, False)


def test_a_long_line_is_shown_from_its_front(staffed: Staffed) -> None:
    for _ in range(console.SHOWN + 3):
        staffed.take()
    shown = console_of(staffed)
    assert len(shown["line"]) == console.SHOWN
    assert shown["line"][0]["label"] == "A001"
    assert shown["waiting"] == {"mine": console.SHOWN + 3, "all": console.SHOWN + 3}


def test_the_held_and_the_missed_are_at_hand_for_everybody(staffed: Staffed) -> None:
    for code in ("A", "A", "K"):
        staffed.take(code)
    staffed.next(1)
    held_at = staffed.clock.advance(minutes=4)
    staffed.at(1, aside.hold)
    staffed.next(1)
    staffed.at(1, calling.no_show)
    shown = console_of(staffed, 5)
    assert shown["held"] == [
        {
            "label": "A001",
            "service": "A",
            "priority": "ordinary",
            "taken_at": MORNING.isoformat(),
            "since": held_at.isoformat(),
            "ours": False,
        }
    ]
    assert [each["ours"] for each in console_of(staffed, 1)["held"]] == [True]
    assert [each["label"] for each in shown["missed"]] == ["A002"]


def test_yesterdays_missed_are_not_at_hand(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(1, calling.no_show)
    staffed.clock.advance(days=1)
    staffed.take()
    assert console_of(staffed)["missed"] == []


def test_every_counter_is_listed_with_its_clerk_and_visitor(staffed: Staffed) -> None:
    staffed.take("K")
    opened_at = staffed.clock.advance(minutes=1)
    staffed.next(5)
    listed = list_of(staffed)
    assert [each["number"] for each in listed] == list(range(1, 11))
    assert listed[4] == {
        "number": 5,
        "name": "Loket 5",
        "names": {"id": "Loket 5", "en": "Counter 5"},
        "open": True,
        "opened_at": opened_at.isoformat(),
        "paused": False,
        "back_at": None,
        "clerk": "Petugas 5",
        "account_id": staffed.actors["5"].account_id,
        "services": ["K", "J"],
        "ticket": {"label": "K001", "status": "called", "service": "K"},
    }
    assert (listed[0]["open"], listed[0]["clerk"], listed[0]["ticket"]) == (False, None, None)


def test_who_waits_for_a_counter_is_not_its_visitor(staffed: Staffed) -> None:
    staffed.take("A")
    staffed.next(1)
    staffed.at(1, serving.transfer, None, 2)
    assert [each["ticket"] for each in list_of(staffed)] == [None] * 10
    assert console_of(staffed, 2)["ticket"] is None


def test_a_finished_visit_is_told_once_more_with_its_outcome(staffed: Staffed) -> None:
    staffed.take()
    staffed.serve(1)

    def look(work: Work, office: Office) -> dict[str, Any]:
        return console.ticket_at_counter(
            work,
            ticket_labelled(work, office.id, office.today(staffed.clock.now()), "A001"),
            counter_numbered(work, office.id, 1),
            staffed.clock.now(),
            "en",
        )

    told = staffed.read(look)
    assert (told["status"], told["outcome"]) == ("done", "done")
    assert told["service"]["name"] == "ID card enrolment"
