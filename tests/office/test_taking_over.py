"""Taking a counter over: the visitor stays, the colleague is signed off, the journal says so."""

from dataclasses import replace

from office import calling, desks, pausing, serving, taking_over, undoing
from office.journal import Kind
from office.place import counter_numbered
from office.summaries_desks import Actors, Row, desk_times
from tests.houses import Staffed
from tests.office.observing import at_as, kinds, last_change, refused, steps, version


def newcomer(staffed: Staffed, counter: int) -> str:
    """Let the clerk of a counter serve at any, as one who gave a PIN does; return the name."""
    name = f"roaming {counter}"
    staffed.actors[name] = replace(staffed.actors[str(counter)], counter_id=None)
    return name


def test_the_visitor_stays_and_goes_on_with_the_new_clerk(staffed: Staffed) -> None:
    who = newcomer(staffed, 2)
    label = staffed.take()
    staffed.next(1)
    staffed.at(1, serving.start)
    assert at_as(staffed, who, 1, taking_over.take_over) == label
    assert staffed.status(label) == "serving"
    told = last_change(staffed)
    former, new = staffed.actors["1"].account_id, staffed.actors["2"].account_id
    assert (told["kind"], told["counter"]) == ("counter_taken_over", 1)
    assert (told["former"], told["at_counter"]) == (f"account:{former}", label)
    with refused(staffed, "counter_taken"):
        staffed.at(1, serving.finish)
    at_as(staffed, who, 1, serving.finish)
    assert steps(staffed, label)[-1].account_id == new


def test_a_counter_taken_over_twice_is_taken_over_once(staffed: Staffed) -> None:
    who = newcomer(staffed, 2)
    staffed.at(1, desks.open_counter)
    at_as(staffed, who, 1, taking_over.take_over)
    before = version(staffed)
    at_as(staffed, who, 1, taking_over.take_over)
    assert version(staffed) == before


def test_where_nobody_sits_taking_over_is_signing_on(staffed: Staffed) -> None:
    at_as(staffed, newcomer(staffed, 2), 1, taking_over.take_over)
    assert kinds(staffed) == ["counter_opened"]


def test_the_break_ends_and_the_colleagues_last_action_is_not_undone(staffed: Staffed) -> None:
    who = newcomer(staffed, 2)
    staffed.take()
    staffed.serve(1)
    staffed.at(1, lambda desk: pausing.pause(desk, pausing.PauseReason.LUNCH, 30))
    at_as(staffed, who, 1, taking_over.take_over)
    assert kinds(staffed)[-2:] == ["counter_taken_over", "counter_back"]
    with refused(staffed, "nothing_to_undo"):
        at_as(staffed, who, 1, undoing.undo)


def test_the_new_clerks_own_counter_closes_unless_a_visitor_is_there(staffed: Staffed) -> None:
    who = newcomer(staffed, 2)
    staffed.take()
    staffed.at(1, desks.open_counter)
    staffed.at(2, calling.call_next)
    with refused(staffed, "counter_busy") as refusal:
        at_as(staffed, who, 1, taking_over.take_over)
    assert refusal.value.facts["counter"] == 2
    staffed.at(2, calling.put_back)
    at_as(staffed, who, 1, taking_over.take_over)
    assert not staffed.read(lambda work, office: counter_numbered(work, office.id, 2).is_open)


def test_the_time_at_the_counter_is_each_clerks_own() -> None:
    happened = [
        (0, Kind.COUNTER_OPENED, 7, {}),
        (60, Kind.CALLED, 7, {"to": "called"}),
        (100, Kind.STARTED, 7, {"to": "serving"}),
        (340, Kind.TAKEN_OVER, 8, {"former": "account:7"}),
        (700, Kind.FINISHED, 8, {"from": "serving", "to": "done"}),
        (800, Kind.COUNTER_CLOSED, 8, {}),
    ]
    rows = [
        Row(number, kind, at, 0, f"account:{who}", None, {"counter": 1, **detail})
        for number, (at, kind, who, detail) in enumerate(happened)
    ]
    assert [(each.clerk, each.status, each.end) for each in desk_times(rows, Actors({}, {}))] == [
        (7, "idle", 60),
        (7, "called", 100),
        (7, "serving", 340),
        (8, "serving", 700),
        (8, "idle", 800),
    ]
