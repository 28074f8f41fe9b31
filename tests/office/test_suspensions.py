"""Suspensions: no tickets for a while, with words, and their end by the clock."""

from datetime import UTC, datetime, timedelta

from office import closing, suspensions
from office.people import Actor
from tests.houses import Staffed
from tests.office.observing import changes, last_change, refused, version

WORDS = {"id": "Petugas sedang rapat.", "en": "The staff are in a meeting."}


def suspend(staffed: Staffed, minutes: float | None = None, name: str = "manager") -> None:
    """Suspend A."""
    now = staffed.clock.now()
    until = now + timedelta(minutes=minutes) if minutes is not None else None
    actor: Actor = staffed.actors[name]
    staffed.in_turn(
        lambda work, office: suspensions.suspend(work, office, actor, now, "A", WORDS, until)
    )


def test_no_ticket_is_given_but_those_waiting_are_called(staffed: Staffed) -> None:
    staffed.take()
    suspend(staffed)
    with refused(staffed, "service_suspended") as refusal:
        staffed.take()
    assert refusal.value.facts["texts"] == WORDS
    assert staffed.next(1) == "A001"


def test_it_ends_at_its_time_by_itself_and_the_journal_tells_once(staffed: Staffed) -> None:
    suspend(staffed, 10)
    staffed.clock.advance(minutes=10)
    assert staffed.take() == "A001"

    def lift() -> int:
        count: int = staffed.in_turn(
            lambda work, office: suspensions.lift_overdue(
                work, office, closing.the_clock(office), staffed.clock.now()
            )
        )
        return count

    assert (lift(), lift()) == (1, 0)
    told = last_change(staffed)
    assert (told["kind"], told["suspended"]) == ("service_changed", False)


def test_it_is_lifted_by_hand_once(staffed: Staffed) -> None:
    suspend(staffed)
    for _ in range(2):
        staffed.in_turn(
            lambda work, office: suspensions.resume(
                work, office, staffed.actors["manager"], staffed.clock.now(), "A"
            )
        )
    assert [row["suspended"] for row in changes(staffed)] == [True, False]
    assert staffed.take() == "A001"


def test_the_words_are_not_in_the_journal(staffed: Staffed) -> None:
    suspend(staffed)
    assert WORDS["id"] not in str(last_change(staffed))


def test_a_time_in_the_past_is_refused_and_a_clerk_is(staffed: Staffed) -> None:
    stands = version(staffed)
    with refused(staffed, "input_invalid"):
        suspend(staffed, -1)
    with refused(staffed, "not_allowed"):
        suspend(staffed, name="1")
    assert version(staffed) == stands


def test_a_service_begins_on_its_first_day_and_is_announced_before(staffed: Staffed) -> None:
    def begin(ahead: int) -> None:
        now = staffed.clock.now()
        staffed.in_turn(
            lambda work, office: suspensions.begin_on(
                work,
                office,
                staffed.actors["manager"],
                now,
                "A",
                office.today(now) + timedelta(days=ahead),
            )
        )

    for ahead in (-1, 367):
        with refused(staffed, "input_invalid"):
            begin(ahead)
    begin(0)
    assert staffed.take() == "A001"
    begin(5)
    with refused(staffed, "service_suspended") as refusal:
        staffed.take()
    assert refusal.value.facts["texts"] == {
        "id": "Dilayani mulai Senin, 30 November 2026.",
        "en": "Served from Monday, 30 November 2026.",
    }
    staffed.clock.moment = datetime(2026, 11, 29, 15, 59, 59, tzinfo=UTC)
    with refused(staffed, "service_suspended"):
        staffed.take()
    staffed.clock.moment = datetime(2026, 11, 29, 16, tzinfo=UTC)
    assert staffed.take() is not None
