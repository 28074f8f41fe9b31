"""Words added to the tap after a visit: once, and only to an answer that was given."""

import pytest

from office.errors import AlreadyRated, NotYetServed
from office.tickets import ticket_with_token
from surveys import ratings
from surveys.ratings import Rating
from tests.houses import Staffed


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


def add(staffed: Staffed, token: str, comment: str) -> None:
    """Add words as the holder of a ticket."""
    staffed.in_turn(
        lambda work, _office: ratings.add_comment(work, ticket_with_token(work, token), comment)
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


def test_words_come_after_the_tap_and_leave_the_score(staffed: Staffed) -> None:
    token = visited(staffed)
    rate(staffed, token)
    add(staffed, token, "  Antrean lama  ")
    assert said(staffed) == [(2, "Antrean lama")]


def test_words_are_added_once(staffed: Staffed) -> None:
    token = visited(staffed)
    rate(staffed, token)
    add(staffed, token, "Ramah")
    with pytest.raises(AlreadyRated):
        add(staffed, token, "Tidak ramah")
    assert said(staffed) == [(2, "Ramah")]


def test_words_given_with_the_tap_stay(staffed: Staffed) -> None:
    token = visited(staffed)
    rate(staffed, token, "Ramah")
    with pytest.raises(AlreadyRated):
        add(staffed, token, "Tidak ramah")


def test_words_without_a_tap_are_refused(staffed: Staffed) -> None:
    with pytest.raises(NotYetServed):
        add(staffed, visited(staffed), "Ramah")


def test_the_journal_says_nothing_of_the_words(staffed: Staffed) -> None:
    token = visited(staffed)
    rate(staffed, token)
    before = staffed.read(lambda _work, office: office.version)
    add(staffed, token, "Ramah")
    assert staffed.read(lambda _work, office: office.version) == before
