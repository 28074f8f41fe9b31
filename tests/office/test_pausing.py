"""Breaks, work on papers and the silent call for help at a counter."""

from datetime import timedelta

from office import calling, desks, pausing, serving
from office.console import console
from office.forecasts import open_desks
from office.pausing import PauseReason
from office.place import Office, counter_numbered
from storage.work import Work
from tests.houses import MORNING, Staffed
from tests.office.observing import board_of, kinds, last_change, refused, version


def open_now(staffed: Staffed) -> int:
    """Return how many counters the forecast takes to be open."""

    def look(work: Work, office: Office) -> int:
        return sum(not each.away for each in open_desks(work, office, {}, staffed.clock.now()))

    found: int = staffed.read(look)
    return found


def test_on_a_break_nobody_is_called_and_the_board_says_when_it_ends(staffed: Staffed) -> None:
    staffed.take()
    staffed.at(1, desks.open_counter)
    staffed.at(1, pausing.pause, PauseReason.PRAYER, 15)
    told = last_change(staffed)
    back = (MORNING + timedelta(minutes=15)).isoformat()
    assert (told["kind"], told["counter"], told["reason"], told["back_at"]) == (
        *("counter_paused", 1, "prayer"),
        back,
    )
    first = board_of(staffed)["counters"][0]
    assert (first["open"], first["paused"], first["back_at"]) == (False, True, back)
    assert open_now(staffed) == 0
    for verb in (calling.call_next, serving.finish_and_next):
        with refused(staffed, "counter_paused"):
            staffed.at(1, verb)
    staffed.at(1, pausing.come_back)
    assert last_change(staffed)["kind"] == "counter_back"
    assert board_of(staffed)["counters"][0]["open"] is True
    assert open_now(staffed) == 1
    assert staffed.next(1) == "A001"


def test_a_break_begins_at_an_open_counter_without_a_visitor(staffed: Staffed) -> None:
    with refused(staffed, "counter_shut"):
        staffed.at(1, pausing.pause, PauseReason.LUNCH, None)
    staffed.take()
    staffed.next(1)
    with refused(staffed, "counter_busy"):
        staffed.at(1, pausing.pause, PauseReason.LUNCH, None)


def test_coming_back_without_a_break_changes_nothing(staffed: Staffed) -> None:
    staffed.at(1, desks.open_counter)
    was = version(staffed)
    staffed.at(1, pausing.come_back)
    assert version(staffed) == was


def test_signing_off_ends_a_break(staffed: Staffed) -> None:
    staffed.at(1, desks.open_counter)
    staffed.at(1, pausing.pause, PauseReason.LUNCH, 60)
    staffed.at(1, desks.close_counter)
    assert board_of(staffed)["counters"][0]["back_at"] is None
    staffed.take()
    assert staffed.next(1) == "A001"


def test_a_new_day_ends_every_break(staffed: Staffed) -> None:
    staffed.at(1, desks.open_counter)
    staffed.at(1, pausing.pause, PauseReason.LUNCH, 60)
    staffed.clock.advance(days=1)
    staffed.take()
    assert staffed.next(1) == "A001"


def test_desk_work_is_told_once(staffed: Staffed) -> None:
    staffed.at(1, desks.open_counter)
    staffed.at(1, pausing.set_desk_work, True)
    staffed.at(1, pausing.set_desk_work, True)
    assert kinds(staffed)[-2:] == ["counter_opened", "counter_desk_work"]
    shown = staffed.read(
        lambda work, office: console(
            work, office, counter_numbered(work, office.id, 1), staffed.clock.now()
        )
    )
    assert shown["counter"]["desk_work"] is True


def test_help_is_called_with_the_counter_and_nothing_else(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(1, pausing.call_help)
    told = last_change(staffed)
    assert (told["kind"], told["counter"]) == ("help_called", 1)
    assert "label" not in told
