"""What is added to the tap after a visit: reasons and words, once, and to a given answer only."""

from collections.abc import Collection

import pytest

from office.errors import AlreadyRated, NotYetServed
from office.tickets import ticket_with_token
from surveys import ratings
from surveys.ratings import Rating, RatingOver, RatingReason
from surveys.reasons import Reason
from tests.houses import Staffed
from tests.office.observing import last_change


def visited(staffed: Staffed) -> str:
    """Let a visit of A be finished; return its secret."""
    _label, token = staffed.take_with_token()
    staffed.serve(1)
    return token


def rate(staffed: Staffed, token: str, comment: str | None = None) -> None:
    """Rate as the holder of a ticket."""
    staffed.in_turn(
        lambda work, office: ratings.rate(
            work,
            office,
            staffed.actors["kiosk"],
            staffed.clock.now(),
            ticket_with_token(work, token),
            2,
            comment,
        )
    )


def add(
    staffed: Staffed, token: str, comment: str | None, reasons: Collection[Reason] = ()
) -> None:
    """Add reasons and words as the holder of a ticket."""
    staffed.in_turn(
        lambda work, _office: ratings.add_details(
            work, ticket_with_token(work, token), staffed.clock.now(), reasons, comment
        )
    )


def talk(staffed: Staffed, token: str) -> None:
    """Ask to speak to somebody as the holder of a ticket."""
    staffed.in_turn(
        lambda work, office: ratings.wish_to_talk(
            work,
            office,
            staffed.actors["kiosk"],
            staffed.clock.now(),
            ticket_with_token(work, token),
        )
    )


def said(staffed: Staffed) -> list[tuple[int, str | None]]:
    """Return the scores and the words kept."""
    rows: list[tuple[int, str | None]] = staffed.read(
        lambda work, office: [
            (each.score, each.comment)
            for each in work.session.query(Rating).filter_by(office_id=office.id)
        ]
    )
    return rows


def reasons_kept(staffed: Staffed) -> set[str]:
    """Return the reasons kept in the office."""
    return staffed.read(  # type: ignore[no-any-return]
        lambda work, office: {
            each.reason
            for each in work.session.query(RatingReason)
            .join(Rating, Rating.id == RatingReason.rating_id)
            .filter(Rating.office_id == office.id)
        }
    )


def test_reasons_and_words_come_after_the_tap_and_leave_the_score(staffed: Staffed) -> None:
    token = visited(staffed)
    rate(staffed, token)
    add(staffed, token, "  Antrean lama  ", [Reason.WAITED_LONG, Reason.BROKER, Reason.BROKER])
    assert said(staffed) == [(2, "Antrean lama")]
    assert reasons_kept(staffed) == {"waited_long", "broker"}


def test_reasons_or_words_are_added_once(staffed: Staffed) -> None:
    for words, reasons in ((None, {Reason.UNCLEAR}), ("Ramah", set())):
        token = visited(staffed)
        rate(staffed, token)
        add(staffed, token, words, reasons)
        with pytest.raises(AlreadyRated):
            add(staffed, token, "Tidak ramah", [Reason.UNFRIENDLY])
    assert reasons_kept(staffed) == {"unclear"}


def test_words_given_with_the_tap_stay(staffed: Staffed) -> None:
    token = visited(staffed)
    rate(staffed, token, "Ramah")
    with pytest.raises(AlreadyRated):
        add(staffed, token, "Tidak ramah")


def test_nothing_is_added_without_a_tap_nor_when_the_time_is_over(staffed: Staffed) -> None:
    token = visited(staffed)
    with pytest.raises(NotYetServed):
        add(staffed, token, "Ramah")
    rate(staffed, token)
    staffed.clock.advance(hours=72)
    with pytest.raises(RatingOver):
        add(staffed, token, "Ramah")


def test_the_journal_says_nothing_of_the_words(staffed: Staffed) -> None:
    token = visited(staffed)
    rate(staffed, token)
    before = staffed.read(lambda _work, office: office.version)
    add(staffed, token, "Ramah", [Reason.PLACE])
    assert staffed.read(lambda _work, office: office.version) == before


def test_only_who_wants_to_speak_to_somebody_is_named_and_once(staffed: Staffed) -> None:
    token = visited(staffed)
    rate(staffed, token)
    talk(staffed, token)
    told = last_change(staffed)
    assert (told["kind"], told["label"]) == ("talk_wished", "A001")
    talk(staffed, token)
    assert last_change(staffed) == told
    staffed.clock.advance(days=1)
    with pytest.raises(RatingOver):
        talk(staffed, token)
