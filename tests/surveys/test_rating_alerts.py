"""What the floor is told of answers at once: a service and its reasons, and never who it was."""

from collections.abc import Collection
from typing import Any

from office.alerts import Alert, Sort
from office.tickets import ticket_with_token
from surveys import alerts, ratings
from surveys.reasons import Reason
from surveys.rules import Rules, set_rules
from tests.houses import Staffed


def rated(
    staffed: Staffed, score: int, reasons: Collection[Reason] = (), service: str = "A"
) -> str:
    """Let a visit be finished and rated; return its secret."""
    _label, token = staffed.take_with_token(service)
    staffed.serve(1 if service == "A" else 5)

    def act(work: Any, office: Any) -> None:
        ticket, now = ticket_with_token(work, token), staffed.clock.now()
        ratings.rate(work, office, staffed.actors["kiosk"], now, ticket, score)
        ratings.add_details(work, ticket, now, reasons, "Dia meminta uang")

    staffed.in_turn(act)
    return token


def told(staffed: Staffed) -> list[Alert]:
    """Return the alerts of this moment."""
    found: list[Alert] = staffed.read(
        lambda work, office: alerts.alerts(work, office, staffed.clock.now())
    )
    return found


def test_a_low_rating_is_told_after_enough_visits_of_its_service(staffed: Staffed) -> None:
    rated(staffed, 1, [Reason.UNFRIENDLY])
    for _ in range(3):
        rated(staffed, 4)
    rated(staffed, 1, [], "J")
    assert told(staffed) == []
    rated(staffed, 3)
    (alert,) = told(staffed)
    assert (alert.sort, alert.service, alert.reasons) == (Sort.LOW_RATING, "A", ("unfriendly",))
    assert (alert.label, alert.counter, alert.count, alert.minutes) == (None, None, None, 0)


def test_money_and_brokers_are_not_told_to_the_floor(staffed: Staffed) -> None:
    for _ in range(5):
        rated(staffed, 4)
    rated(staffed, 1, [Reason.ASKED_FOR_MONEY, Reason.BROKER, Reason.UNCLEAR])
    (alert,) = told(staffed)
    assert alert.reasons == ("unclear",)


def test_each_new_low_rating_is_an_alert_of_its_own_and_ends_after_a_while(
    staffed: Staffed,
) -> None:
    for _ in range(5):
        rated(staffed, 1)
    (former,) = told(staffed)
    rated(staffed, 1)
    (newer,) = told(staffed)
    assert newer.key != former.key
    staffed.clock.advance(minutes=30)
    assert told(staffed) == []


def test_the_office_says_how_low_is_low(staffed: Staffed) -> None:
    for _ in range(5):
        rated(staffed, 2)
    assert told(staffed) == []

    def choose(low: int) -> None:
        staffed.in_turn(
            lambda work, office: set_rules(
                work, office, staffed.actors["manager"], staffed.clock.now(), Rules(low=low)
            )
        )

    choose(2)
    assert len(told(staffed)) == 1
    rated(staffed, 1)
    choose(0)
    assert told(staffed) == []


def test_who_wants_to_speak_to_somebody_is_told_with_number_and_counter(staffed: Staffed) -> None:
    token = rated(staffed, 4)
    staffed.in_turn(
        lambda work, office: ratings.wish_to_talk(
            work,
            office,
            staffed.actors["kiosk"],
            staffed.clock.now(),
            ticket_with_token(work, token),
        )
    )
    (alert,) = told(staffed)
    assert (alert.sort, alert.label, alert.counter) == (Sort.TALK, "A001", 1)
    staffed.clock.advance(minutes=30)
    assert told(staffed) == []
