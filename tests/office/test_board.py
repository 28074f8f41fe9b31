"""What a waiting room is told: whom the counters serve, the last calls, who missed theirs."""

from collections.abc import Callable
from contextlib import closing

from office import aside, calling, serving
from office.board import RECENT
from storage.work import Store
from tests.houses import MORNING, Staffed
from tests.office.observing import board_of, set_service, version


def test_a_board_is_whole_before_anything_happened(staffed: Staffed) -> None:
    shown = board_of(staffed)
    assert set(shown) == {
        *("version", "at", "office", "serving", "recent", "missed", "waiting", "services"),
        *("counters", "closed_early", "running_text", "zone"),
    }
    assert (shown["version"], shown["at"]) == (0, MORNING.isoformat())
    assert (shown["serving"], shown["recent"], shown["missed"]) == ([], [], [])
    assert shown["waiting"] == dict.fromkeys("ACKLMNIJDFGH", 0)
    assert [each["letter"] for each in shown["services"]] == list("ACKLMRIJUFGH")
    assert [each["number"] for each in shown["counters"]] == list(range(1, 11))
    assert shown["counters"][0] == {
        "number": 1,
        "name": "Loket 1",
        "names": {"id": "Loket 1", "en": "Counter 1"},
        "open": False,
        "zone": None,
        "paused": False,
        "back_at": None,
    }
    assert shown["office"]["timezone"] == "Asia/Makassar"
    assert set(shown["running_text"]) == {"id", "en"}


def test_whom_the_counters_serve_is_told_by_counter(staffed: Staffed) -> None:
    for code in ("K", "A"):
        staffed.take(code)
    staffed.next(5)
    staffed.at(5, serving.start)
    staffed.clock.advance(minutes=1)
    staffed.next(1)
    shown = board_of(staffed)
    assert shown["serving"] == [
        {
            "label": "A001",
            "counter": 1,
            "since": staffed.clock.now().isoformat(),
            "status": "called",
            "service": "A",
        },
        {
            "label": "K001",
            "counter": 5,
            "since": MORNING.isoformat(),
            "status": "serving",
            "service": "K",
        },
    ]
    assert [each["open"] for each in shown["counters"]] == [
        number in {1, 5} for number in range(1, 11)
    ]


def test_the_last_calls_come_newest_first_with_their_recalls(staffed: Staffed) -> None:
    for _ in range(2):
        staffed.take()
    staffed.next(1)
    staffed.next(2)
    staffed.at(1, calling.recall)
    recent = board_of(staffed)["recent"]
    assert [(each["label"], each["counter"], each["kind"]) for each in recent] == [
        ("A001", 1, "ticket_recalled"),
        ("A002", 2, "ticket_called"),
        ("A001", 1, "ticket_called"),
    ]
    assert recent[0]["version"] == version(staffed)
    assert {each["service"] for each in recent} == {"A"}


def test_of_many_calls_the_newest_are_told(staffed: Staffed) -> None:
    for _ in range(RECENT + 2):
        staffed.take()
        staffed.serve(1)
    recent = [each["label"] for each in board_of(staffed)["recent"]]
    assert recent == [f"A{number:03d}" for number in range(RECENT + 2, 2, -1)]


def test_a_call_that_was_put_back_is_told_no_more(staffed: Staffed) -> None:
    for _ in range(2):
        staffed.take()
    staffed.next(2)
    staffed.next(1)
    staffed.at(1, calling.recall)
    staffed.at(1, calling.put_back)
    assert [each["label"] for each in board_of(staffed)["recent"]] == ["A001"]
    staffed.next(1)
    recent = board_of(staffed)["recent"]
    assert [(each["label"], each["kind"]) for each in recent] == [
        ("A002", "ticket_called"),
        ("A001", "ticket_called"),
    ]


def test_whoever_missed_last_is_told_first(staffed: Staffed) -> None:
    for _ in range(2):
        staffed.take()
    staffed.next(1)
    staffed.next(2)
    staffed.at(2, calling.no_show)
    staffed.clock.advance(minutes=1)
    staffed.at(1, calling.no_show)
    assert board_of(staffed)["missed"] == ["A001", "A002"]


def test_who_missed_the_call_is_told_until_they_are_back(staffed: Staffed) -> None:
    for _ in range(2):
        staffed.take()
        staffed.next(1)
        staffed.at(1, calling.no_show)
    assert board_of(staffed)["missed"] == ["A002", "A001"]
    staffed.at(1, aside.rejoin, "A001")
    assert board_of(staffed)["missed"] == ["A002"]


def test_those_waiting_are_counted_by_service(staffed: Staffed) -> None:
    for code in ("A", "A", "K"):
        staffed.take(code)
    staffed.next(1)
    waiting = board_of(staffed)["waiting"]
    assert (waiting["A"], waiting["K"], waiting["C"]) == (1, 1, 0)


def test_a_board_shows_its_own_office_alone(
    staffed: Staffed, make_staffed: Callable[[], Staffed]
) -> None:
    other = make_staffed()
    before = board_of(other)
    for _ in range(2):
        staffed.take()
    staffed.next(1)
    staffed.at(1, calling.no_show)
    staffed.next(1)
    assert board_of(other) == before


def test_a_name_is_text_whatever_it_looks_like(staffed: Staffed) -> None:
    name = "<img src=x onerror=alert(1)>"
    set_service(staffed, "A", names={"id": name})
    staffed.change(running_text={"id": name})
    shown = board_of(staffed)
    assert shown["services"][0]["names"] == shown["running_text"] == {"id": name}


def test_after_a_restart_the_board_is_as_it_was_and_numbers_go_on(staffed: Staffed) -> None:
    for code in ("A", "A", "A", "K"):
        staffed.take(code)
    staffed.next(1)
    staffed.at(1, calling.no_show)
    staffed.next(1)
    staffed.at(1, serving.start)
    staffed.next(5)
    staffed.at(5, calling.recall)
    before = board_of(staffed)
    with closing(Store(staffed.store.url)) as restarted:
        staffed.store = restarted
        assert board_of(staffed) == before
        assert staffed.take() == "A004"
        assert board_of(staffed)["version"] == before["version"] + 1
