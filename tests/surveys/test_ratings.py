"""The tap after a visit: once, only when it is over, and without a trace of who."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from office import aside, calling, serving
from office.errors import OfficeError
from office.place import Office
from office.tickets import ticket_with_token
from storage.work import Work
from surveys import ratings
from surveys.ratings import COMMENT_LIMIT, Rating
from surveys.rules import Rules, rules_of, set_rules
from tests.houses import Staffed
from tests.office.observing import last_change, refused, ticket, version

TODAY = date(2026, 11, 25)


def rate(staffed: Staffed, token: str, score: int = 4, comment: str | None = None) -> None:
    """Rate as the holder of a ticket."""

    def act(work: Work, office: Office) -> None:
        kiosk, now = staffed.actors["kiosk"], staffed.clock.now()
        ratings.rate(work, office, kiosk, now, ticket_with_token(work, token), score, comment)

    staffed.in_turn(act)


def visited(staffed: Staffed) -> str:
    """Let a visit of A be finished; return its secret."""
    _label, token = staffed.take_with_token()
    staffed.serve(1)
    return token


def kept(staffed: Staffed) -> list[Rating]:
    """Return the ratings of the office."""
    found: list[Rating] = staffed.read(
        lambda work, office: (
            work.session.query(Rating).filter_by(office_id=office.id).order_by(Rating.id).all()
        )
    )
    return found


def summary(staffed: Staffed, day: date = TODAY) -> dict[str, Any]:
    """Return what the ratings of a day add up to."""
    found: dict[str, Any] = staffed.read(lambda work, office: ratings.summary(work, office, day))
    return found


def test_a_finished_visit_is_rated(staffed: Staffed) -> None:
    token = visited(staffed)
    rate(staffed, token, 3, "  Cepat dan ramah ")
    (rating,) = kept(staffed)
    assert (rating.score, rating.comment, rating.day) == (3, "Cepat dan ramah", TODAY)
    assert rating.at == staffed.clock.now()
    assert staffed.read(
        lambda work, _office: ratings.is_rated(work, ticket_with_token(work, token))
    )


def test_a_visit_is_rated_once(staffed: Staffed) -> None:
    token = visited(staffed)
    rate(staffed, token, 4)
    with refused(staffed, "already_rated"):
        rate(staffed, token, 1)
    assert [each.score for each in kept(staffed)] == [4]


@pytest.mark.parametrize(
    "verbs",
    [
        [],
        [calling.call_next],
        [calling.call_next, serving.start],
        [calling.call_next, aside.hold],
    ],
)
def test_a_visit_that_is_not_over_is_not_rated(
    staffed: Staffed, verbs: list[Callable[..., Any]]
) -> None:
    _label, token = staffed.take_with_token()
    for verb in verbs:
        staffed.at(1, verb)
    with refused(staffed, "not_yet_served"):
        rate(staffed, token)
    assert kept(staffed) == []


def test_who_was_absent_rates_nothing(staffed: Staffed) -> None:
    _label, token = staffed.take_with_token()
    staffed.next(1)
    staffed.at(1, calling.no_show)
    with refused(staffed, "not_yet_served"):
        rate(staffed, token)


def test_a_visit_can_be_rated_the_day_after_and_counts_for_its_own_day(staffed: Staffed) -> None:
    token = visited(staffed)
    staffed.clock.advance(days=1)
    rate(staffed, token, 2)
    assert summary(staffed)["scores"] == {"1": 0, "2": 1, "3": 0, "4": 0}
    assert summary(staffed, date(2026, 11, 26))["count"] == 0


def test_a_transferred_visit_is_rated_for_the_service_that_ended_it(staffed: Staffed) -> None:
    label, token = staffed.take_with_token()
    staffed.next(1)
    staffed.at(1, serving.transfer, "K", None)
    staffed.serve(5)
    rate(staffed, token)
    assert kept(staffed)[0].service_id == ticket(staffed, label).service_id


def test_no_words_are_no_comment(staffed: Staffed) -> None:
    for comment in (None, "", "   "):
        rate(staffed, visited(staffed), 4, comment)
    assert [each.comment for each in kept(staffed)] == [None, None, None]


def test_of_a_long_comment_the_beginning_is_kept(staffed: Staffed) -> None:
    rate(staffed, visited(staffed), 4, "a" * (COMMENT_LIMIT + 5))
    assert kept(staffed)[0].comment == "a" * COMMENT_LIMIT


def test_the_journal_tells_that_somebody_rated_but_neither_who_nor_how(staffed: Staffed) -> None:
    rate(staffed, visited(staffed), 1, "Lama")
    told = last_change(staffed)
    assert told == {
        "version": version(staffed),
        "kind": "rating_given",
        "at": staffed.clock.now().isoformat(),
        "day": "2026-11-25",
    }


def test_no_ratings_have_no_mean(staffed: Staffed) -> None:
    assert summary(staffed) == {
        "count": 0,
        "scores": {"1": 0, "2": 0, "3": 0, "4": 0},
        "mean": None,
    }


def test_ratings_add_up_to_their_mean(staffed: Staffed) -> None:
    for score in (4, 4, 1):
        rate(staffed, visited(staffed), score)
    assert summary(staffed) == {
        "count": 3,
        "scores": {"1": 1, "2": 0, "3": 0, "4": 2},
        "mean": 3.0,
    }


def test_the_database_takes_no_other_score(staffed: Staffed) -> None:
    token = visited(staffed)
    for score in (0, 5, -1):
        with pytest.raises(IntegrityError, match="ck_ratings_score"):
            rate(staffed, token, score)
    assert kept(staffed) == []


def test_the_database_takes_no_two_ratings_of_a_visit(
    staffed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = visited(staffed)
    rate(staffed, token)
    monkeypatch.setattr(ratings, "is_rated", lambda _work, _ticket: False)
    with pytest.raises(IntegrityError, match=r"rat(ings|ed_visits)"):
        rate(staffed, token)


def test_a_rating_needs_the_tickets_secret(staffed: Staffed) -> None:
    visited(staffed)
    with pytest.raises(OfficeError) as refusal:
        rate(staffed, "A001")
    assert refusal.value.code == "ticket_unknown"


def test_a_rating_says_where_and_with_whom_the_visit_ended(staffed: Staffed) -> None:
    rate(staffed, visited(staffed))
    (rating,) = kept(staffed)
    clerk = staffed.actors["1"]
    assert (rating.account_id, rating.channel) == (clerk.account_id, "phone")
    assert rating.counter_id == clerk.counter_id


def test_a_visit_is_rated_within_the_offices_hours_only(staffed: Staffed) -> None:
    manager = staffed.actors["manager"]
    early, late = visited(staffed), visited(staffed)
    staffed.in_turn(
        lambda work, office: set_rules(
            work, office, manager, staffed.clock.now(), Rules(open_hours=2)
        )
    )
    staffed.clock.advance(minutes=119)
    rate(staffed, early)
    staffed.clock.advance(minutes=1)
    with refused(staffed, "rating_over"):
        rate(staffed, late)


def forget(staffed: Staffed) -> int:
    """Forget of which visits the answers were that are past their time."""
    forgotten: int = staffed.in_turn(
        lambda work, office: ratings.forget_visits(work, office, staffed.clock.now())
    )
    return forgotten


def test_an_answer_forgets_its_visit_and_the_visit_is_not_rated_again(staffed: Staffed) -> None:
    token = visited(staffed)
    rate(staffed, token, 2, "Lama")
    staffed.clock.advance(hours=72)
    assert forget(staffed) == 0
    staffed.clock.advance(seconds=1)
    assert forget(staffed) == 1
    (rating,) = kept(staffed)
    assert (rating.ticket_id, rating.score, rating.comment) == (None, 2, "Lama")
    assert (rating.day, rating.at) == (TODAY, datetime(2026, 11, 24, 16, tzinfo=UTC))
    staffed.in_turn(
        lambda work, office: set_rules(
            work, office, staffed.actors["manager"], staffed.clock.now(), Rules(open_hours=336)
        )
    )
    with refused(staffed, "already_rated"):
        rate(staffed, token)


def test_rules_out_of_bounds_are_refused_and_changes_are_written(staffed: Staffed) -> None:
    now = staffed.clock.now()

    def choose(rules: Rules, name: str = "manager") -> None:
        staffed.in_turn(
            lambda work, office: set_rules(work, office, staffed.actors[name], now, rules)
        )

    for wrong in (Rules(open_hours=0), Rules(low=3), Rules(alert_after=1), Rules(least=4)):
        with refused(staffed, "input_invalid"):
            choose(wrong)
    with refused(staffed, "not_allowed"):
        choose(Rules(low=2), "1")
    choose(Rules(low=2))
    assert last_change(staffed)["present"] == {"low": 2}
    assert staffed.read(lambda work, office: rules_of(work, office.id)) == Rules(low=2)
