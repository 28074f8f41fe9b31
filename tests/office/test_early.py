"""Closing early: no more numbers today, and what becomes of those who wait."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from office import aside, calling, carrying, early, hours, reception, serving
from office.early import Fate, Reason, Wish
from office.place import EarlyClosing, Office
from office.returning import Granted, ReturnRight
from office.tickets import ticket_labelled, ticket_with_token
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import changes, everything, kinds, last_change, refused, version


def close(
    staffed: Staffed,
    fate: Fate = Fate.SERVED,
    in_minutes: int | None = None,
    reason: Reason = Reason.POWER,
    by: str = "manager",
) -> None:
    """Close early."""
    now = staffed.clock.now()
    at = None if in_minutes is None else now + timedelta(minutes=in_minutes)
    staffed.in_turn(
        lambda work, office: early.close(
            work, office, staffed.actors[by], now, Wish(reason, fate, at)
        )
    )


def open_again(staffed: Staffed) -> None:
    """Take it back."""
    staffed.in_turn(
        lambda work, office: early.open_again(
            work, office, staffed.actors["manager"], staffed.clock.now()
        )
    )


def standing(staffed: Staffed) -> EarlyClosing | None:
    """Return today's early close."""
    found: EarlyClosing | None = staffed.read(
        lambda work, office: hours.closed_early(work, office, staffed.clock.now())
    )
    return found


def leave(staffed: Staffed, token: str) -> Granted:
    """Ask for the return code of a ticket."""
    right: Granted = staffed.in_turn(
        lambda work, office: carrying.leave(
            work,
            office,
            staffed.actors["kiosk"],
            staffed.clock.now(),
            ticket_with_token(work, token),
        )
    )
    return right


def come_back(staffed: Staffed, code: str) -> str:
    """Take a number by a return code."""

    def act(work: Work, office: Office) -> str:
        kiosk, now = staffed.actors["kiosk"], staffed.clock.now()
        return reception.take(work, office, kiosk, now, None, return_code=code)[0].label

    label: str = staffed.in_turn(act)
    return label


def outcome(staffed: Staffed, label: str) -> str | None:
    """Return how the last stretch of today's ticket ended."""
    told: str | None = staffed.read(
        lambda work, office: (
            ticket_labelled(work, office.id, office.today(staffed.clock.now()), label).step.outcome
        )
    )
    return told


# Numbers


def test_no_number_is_given_out_after_an_early_close_and_whoever_has_one_is_served(
    staffed: Staffed,
) -> None:
    staffed.take()
    close(staffed)
    told = last_change(staffed)
    assert (told["kind"], told["reason"], told["fate"]) == ("closed_early", "power", "served")
    with refused(staffed, "office_closed"):
        staffed.take()
    assert staffed.serve(1) == "A001"
    staffed.clock.advance(days=1)
    assert staffed.take() == "A001"


def test_asked_for_again_it_changes_nothing_and_otherwise_what_is_new(staffed: Staffed) -> None:
    close(staffed)
    before = version(staffed)
    close(staffed)
    assert version(staffed) == before
    close(staffed, Fate.RETURN, 30)
    assert version(staffed) == before + 1
    found = standing(staffed)
    assert found is not None and found.fate == "return"


def test_it_can_be_taken_back_until_those_who_wait_have_gone_home(staffed: Staffed) -> None:
    staffed.take()
    close(staffed, Fate.RETURN, 30)
    open_again(staffed)
    assert standing(staffed) is None
    assert staffed.take() == "A002"
    staffed.clock.advance(hours=1)
    assert staffed.next(1) == "A001"
    close(staffed, Fate.RETURN)
    with refused(staffed, "sent_home"):
        open_again(staffed)
    before = everything(staffed)
    close(staffed, Fate.RETURN)
    assert everything(staffed) == before
    with refused(staffed, "sent_home"):
        close(staffed, Fate.SERVED)


def test_a_clerk_may_not_close_the_office(staffed: Staffed) -> None:
    with refused(staffed, "not_allowed"):
        close(staffed, by="1")


def test_nobody_is_carried_over_where_the_office_does_not_do_so(staffed: Staffed) -> None:
    with refused(staffed, "carrying_off"):
        close(staffed, Fate.CARRIED)


def test_people_go_home_on_the_day_of_the_close_only(staffed: Staffed) -> None:
    with refused(staffed, "input_invalid"):
        close(staffed, Fate.RETURN, 24 * 60)


# Those who wait


def test_until_the_stated_moment_counters_call_and_then_whoever_is_left_goes_home_once(
    staffed: Staffed,
) -> None:
    for _ in range(4):
        staffed.take()
    staffed.next(1)
    staffed.at(1, serving.start)
    close(staffed, Fate.RETURN, 30)
    staffed.clock.advance(minutes=29)
    assert staffed.next(2) == "A002"
    staffed.at(2, serving.start)
    staffed.at(2, aside.hold, "A003")
    staffed.clock.advance(minutes=1)
    for _ in range(2):
        staffed.in_turn(lambda _work, _office: None)
    rows = changes(staffed)
    assert [each["label"] for each in rows if each["kind"] == "ticket_expired"] == ["A003", "A004"]
    assert (rows[-1]["kind"], rows[-1]["expired"]) == ("sent_home", 2)
    assert kinds(staffed).count("sent_home") == 1
    assert outcome(staffed, "A004") == "left_return"
    with refused(staffed, "line_empty"):
        staffed.next(3)
    staffed.at(1, serving.finish)
    assert staffed.status("A001") == "done"


def test_who_is_carried_over_comes_first_by_themselves_on_the_next_open_day(
    staffed: Staffed,
) -> None:
    staffed.change(carries_over=True)
    staffed.clock.moment = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)  # a Friday
    _, token = staffed.take_with_token()
    close(staffed, Fate.CARRIED)
    assert outcome(staffed, "A001") == "left_carried"
    texts = staffed.read(lambda work, office: early.told(work, office, staffed.clock.now()))
    assert "didahulukan pada Senin, 30 November" in texts["id"]
    assert "pukul 10.00" in texts["id"]
    assert "comes first on Monday 30 November" in texts["en"]
    staffed.clock.moment = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
    assert staffed.take() == "A002"
    held = staffed.read(lambda work, _office: ticket_with_token(work, token))
    assert (held.label, held.day.isoformat()) == ("A001", "2026-11-30")


def test_a_return_code_is_told_on_asking_and_takes_one_number_before_the_others(
    staffed: Staffed,
) -> None:
    _, token = staffed.take_with_token()
    staffed.take()
    staffed.clock.advance(minutes=30)
    with refused(staffed, "no_outage"):
        leave(staffed, token)
    close(staffed, Fate.RETURN)
    first, code = leave(staffed, token).code, leave(staffed, token).code
    staffed.clock.advance(days=1)
    ahead = staffed.take()
    with refused(staffed, "return_invalid"):
        come_back(staffed, first)
    label = come_back(staffed, code)
    assert [staffed.next(1), staffed.next(2)] == [label, ahead]
    with refused(staffed, "return_used"):
        come_back(staffed, code)


def test_slips_are_for_those_who_were_told_no_code(staffed: Staffed) -> None:
    _, token = staffed.take_with_token()
    for _ in range(2):
        staffed.take()
    close(staffed, Fate.RETURN)
    leave(staffed, token)

    def tell(work: Work, office: Office) -> list[Granted]:
        return early.tell_codes(work, office, staffed.actors["manager"], staffed.clock.now())

    assert [each.label for each in staffed.in_turn(tell)] == ["A002", "A003"]
    assert staffed.in_turn(tell) == []


@pytest.mark.parametrize("carries", [True, False])
def test_who_is_put_back_after_the_others_went_home_goes_the_same_way_at_midnight(
    staffed: Staffed, carries: bool
) -> None:
    staffed.change(carries_over=carries)
    staffed.take()
    staffed.next(1)
    close(staffed, Fate.RETURN)
    staffed.at(1, calling.put_back)
    assert staffed.status("A001") == "waiting"
    staffed.clock.advance(days=1)
    staffed.in_turn(lambda _work, _office: None)
    reasons: list[Any] = staffed.read(
        lambda work, office: list(
            work.session.scalars(
                select(ReturnRight.reason).where(ReturnRight.office_id == office.id)
            )
        )
    )
    assert reasons == ["closed_early"]
    assert standing(staffed) is None
