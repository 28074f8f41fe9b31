"""Taking a ticket and giving it back: numbers, and every reason why there is none."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from office import aside, calling, reception, serving
from office.errors import MoveRefused, OfficeError
from office.place import ClosedDay, Office, service_named
from office.tickets import ticket_labelled
from office.waits import Wait
from storage.work import Work
from tests.houses import MORNING, Staffed
from tests.office.observing import (
    changes,
    last_change,
    refused,
    set_service,
    steps,
    ticket,
    version,
    waiting,
)


def cancel(staffed: Staffed, label: str) -> None:
    """Give a ticket back as its holder."""

    def act(work: Work, office: Office) -> None:
        reception.cancel(
            work,
            office,
            staffed.actors["kiosk"],
            staffed.clock.now(),
            ticket_labelled(work, office.id, office.today(staffed.clock.now()), label),
        )

    staffed.in_turn(act)


# Numbers


def test_numbers_follow_one_another(staffed: Staffed) -> None:
    assert [staffed.take() for _ in range(3)] == ["A001", "A002", "A003"]


def test_every_letter_counts_for_itself(staffed: Staffed) -> None:
    assert [staffed.take(code) for code in ("A", "K", "A", "K")] == ["A001", "K001", "A002", "K002"]


def test_a_service_may_print_another_letter_than_its_code(staffed: Staffed) -> None:
    assert staffed.take("N") == "R001"


def test_numbers_beyond_999_go_on(staffed: Staffed) -> None:
    set_service(staffed, "A", number_from=999, number_to=9999)
    assert [staffed.take(), staffed.take()] == ["A999", "A1000"]
    assert ticket(staffed, "A1000").number == 1000


def test_two_services_share_a_letter_in_ranges_of_their_own(staffed: Staffed) -> None:
    set_service(staffed, "A", number_to=499)
    set_service(staffed, "C", letter="A", number_from=500)
    labels = [staffed.take(code) for code in ("C", "A", "C", "A")]
    assert labels == ["A500", "A001", "A501", "A002"]


def test_a_cancelled_number_is_not_given_out_again(staffed: Staffed) -> None:
    staffed.take()
    staffed.take()
    cancel(staffed, "A002")
    assert staffed.take() == "A003"


def test_offices_number_for_themselves(
    staffed: Staffed, make_staffed: Callable[[], Staffed]
) -> None:
    staffed.take()
    assert make_staffed().take() == "A001"
    assert staffed.take() == "A002"


def test_a_ticket_taken_joins_the_line_and_the_journal(staffed: Staffed) -> None:
    staffed.take("K", "priority", "en")
    taken = ticket(staffed, "K001")
    assert (taken.status, taken.locale, taken.priority.code) == ("waiting", "en", "priority")
    assert taken.arrived_at == taken.line_since == MORNING
    assert taken.day == date(2026, 11, 25)
    (step,) = steps(staffed, "K001")
    assert (step.position, step.queued_at, step.ended_at) == (1, MORNING, None)
    assert changes(staffed) == [
        {
            "version": 1,
            "kind": "ticket_taken",
            "at": MORNING.isoformat(),
            "day": "2026-11-25",
            "label": "K001",
            "service": "K",
            "counter": None,
            "priority": "priority",
            "from": None,
            "to": "waiting",
            "arrived_at": MORNING.isoformat(),
            "line_since": MORNING.isoformat(),
        }
    ]


def test_without_a_wish_a_ticket_is_ordinary_and_in_the_offices_first_language(
    staffed: Staffed,
) -> None:
    staffed.in_turn(
        lambda work, office: reception.take(work, office, staffed.actors["kiosk"], MORNING, "A")
    )
    taken = ticket(staffed, "A001")
    assert (taken.priority.code, taken.locale) == ("ordinary", "id")


# Refusals


def test_what_is_not_on_offer_is_refused(staffed: Staffed) -> None:
    staffed.take()
    for service, priority, locale, code in [
        ("Z", None, "id", "service_unknown"),
        ("a", None, "id", "service_unknown"),
        ("A", "regent", "id", "priority_unknown"),
        ("A", None, "nl", "locale_unknown"),
    ]:
        with refused(staffed, code):
            staffed.take(service, priority, locale)
    assert staffed.take() == "A002"


def test_a_service_that_was_retired_is_unknown(staffed: Staffed) -> None:
    set_service(staffed, "A", retired=True)
    with refused(staffed, "service_unknown"):
        staffed.take()


def test_a_suspended_service_is_refused_with_its_reason(staffed: Staffed) -> None:
    texts = {"id": "Jaringan pusat terputus", "en": "The national network is down"}
    set_service(staffed, "A", suspended=True, suspended_text=texts)
    with refused(staffed, "service_suspended") as refusal:
        staffed.take()
    assert refusal.value.facts == {"service": "A", "texts": texts}
    assert staffed.take("K") == "K001"


def test_beyond_its_quota_a_service_is_refused(staffed: Staffed) -> None:
    set_service(staffed, "A", quota=2)
    assert [staffed.take(), staffed.take()] == ["A001", "A002"]
    with refused(staffed, "quota_spent") as refusal:
        staffed.take()
    assert refusal.value.facts == {"service": "A", "quota": 2}


def test_a_cancelled_ticket_still_counts_in_the_quota(staffed: Staffed) -> None:
    set_service(staffed, "A", quota=1)
    staffed.take()
    cancel(staffed, "A001")
    with refused(staffed, "quota_spent"):
        staffed.take()


def test_a_transferred_visitor_is_not_counted_in_the_quota(staffed: Staffed) -> None:
    set_service(staffed, "K", quota=1)
    staffed.take()
    staffed.next()
    staffed.at(1, serving.transfer, "K", None)
    assert staffed.take("K") == "K001"


def test_a_quota_begins_anew_every_day(staffed: Staffed) -> None:
    set_service(staffed, "A", quota=1)
    staffed.take()
    staffed.clock.advance(days=1)
    assert staffed.take() == "A001"


def test_a_range_used_up_is_refused(staffed: Staffed) -> None:
    set_service(staffed, "A", number_from=5, number_to=6)
    assert [staffed.take(), staffed.take()] == ["A005", "A006"]
    with refused(staffed, "numbers_spent"):
        staffed.take()


def test_outside_the_hours_tickets_are_refused_with_the_next_opening(staffed: Staffed) -> None:
    staffed.change(rehearsal=False)
    staffed.clock.moment = MORNING + timedelta(hours=3, minutes=30)
    with refused(staffed, "office_closed") as refusal:
        staffed.take()
    assert refusal.value.facts == {"opens": "13:00"}
    staffed.clock.advance(minutes=30)
    assert staffed.take() == "A001"


def test_on_a_closed_day_tickets_are_refused(staffed: Staffed) -> None:
    staffed.change(rehearsal=False)
    staffed.in_turn(
        lambda work, office: work.session.add(
            ClosedDay(office_id=office.id, day=date(2026, 11, 25), names={"id": "Hari Guru"})
        )
    )
    with refused(staffed, "office_closed") as refusal:
        staffed.take()
    assert refusal.value.facts == {"opens": None}


# Giving back


def test_a_waiting_ticket_given_back_leaves_the_line(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(minutes=3)
    cancel(staffed, "A001")
    assert waiting(staffed) == {}
    (step,) = steps(staffed, "A001")
    assert (step.outcome, step.ended_at) == ("cancelled", staffed.clock.now())
    told = last_change(staffed)
    assert (told["kind"], told["from"], told["to"]) == ("ticket_cancelled", "waiting", "cancelled")


def test_a_held_ticket_can_be_given_back(staffed: Staffed) -> None:
    staffed.take()
    staffed.next()
    staffed.at(1, aside.hold)
    cancel(staffed, "A001")
    assert staffed.status("A001") == "cancelled"
    assert [step.outcome for step in steps(staffed, "A001")] == ["held"]


def test_a_ticket_sent_to_a_counter_can_be_given_back(staffed: Staffed) -> None:
    staffed.take()
    staffed.next()
    staffed.at(1, serving.transfer, None, 2)
    cancel(staffed, "A001")
    assert waiting(staffed) == {}
    assert ticket(staffed, "A001").counter_id is None


def test_a_ticket_called_served_or_done_cannot_be_given_back(staffed: Staffed) -> None:
    staffed.take()
    for verb in (calling.call_next, serving.start, serving.finish):
        staffed.at(1, verb)
        with refused(staffed, "move_refused"):
            cancel(staffed, "A001")


def test_a_ticket_is_given_back_once(staffed: Staffed) -> None:
    staffed.take()
    cancel(staffed, "A001")
    before = version(staffed)
    with pytest.raises(MoveRefused):
        cancel(staffed, "A001")
    assert version(staffed) == before


def test_yesterdays_ticket_cannot_be_given_back(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(days=1)
    with pytest.raises(OfficeError) as refusal:
        cancel(staffed, "A001")
    assert refusal.value.code == "ticket_unknown"


def test_whoever_could_not_be_sure_to_be_served_today_gets_no_number(staffed: Staffed) -> None:
    staffed.change(rehearsal=False)
    staffed.clock.moment = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)  # 15:00, closing at 16:00

    def ask(minutes: int, beyond: bool = False, who: str = "kiosk") -> str:
        def act(work: Work, office: Office) -> str:
            service = service_named(work, office.id, "A")
            waits = {service.id: Wait(0, minutes * 60)}
            ticket, _ = reception.take(
                work,
                office,
                staffed.actors[who],
                staffed.clock.now(),
                "A",
                waits=waits,
                beyond=beyond,
            )
            return ticket.label

        label: str = staffed.in_turn(act)
        return label

    assert ask(51) == "A001", "51 minutes of waiting and nine of service end at four"
    with refused(staffed, "day_full"):
        ask(52)
    with refused(staffed, "not_allowed"):
        ask(52, beyond=True)
    assert ask(52, beyond=True, who="manager") == "A002"
    staffed.change(serves_after=30)
    assert ask(52) == "A003"
    staffed.change(rehearsal=True, serves_after=0)
    assert ask(9999) == "A004", "in rehearsal the day has no end"
