"""Purging: what is past its time goes, what is not stays, and the journal tells how much it was."""

from datetime import timedelta

from office import purging
from office.auditing import verify
from office.data_requests import DUE, Proof, answer, ask, requests_of, waiting
from office.journal import JournalRow, Kind
from office.notes import Note
from office.place import Office, services_of
from office.tickets import ticket_labelled
from storage.work import Work
from surveys.purges import PURGES
from surveys.ratings import Rating
from tests.houses import Staffed
from tests.office.observing import refused


def fill(staffed: Staffed) -> None:
    """Leave a note, a rating with words and an answered request behind."""
    label = staffed.take()

    def act(work: Work, office: Office) -> None:
        now = staffed.clock.now()
        ticket = ticket_labelled(work, office.id, office.today(now), label)
        work.session.add_all(
            [
                Note(office_id=office.id, ticket_id=ticket.id, at=now, text="Membawa map biru"),
                Rating(
                    office_id=office.id,
                    service_id=services_of(work, office.id)[0].id,
                    day=office.today(now),
                    score=2,
                    comment="Lama sekali",
                    channel="exit",
                    at=now,
                ),
            ]
        )
        chief = staffed.actors["manager"]
        made = ask(work, office, chief, now, "deletion", Proof.LETTER, "Hapus komentar saya")
        answer(work, office, chief, now, made.id, "done", "Sudah dihapus")

    staffed.in_turn(act)


def left(staffed: Staffed) -> dict[str, int]:
    """Return what is past its time and still there."""
    found: dict[str, int] = staffed.read(
        lambda work, office: purging.left(work, office, staffed.clock.now(), PURGES)
    )
    return found


def purge(staffed: Staffed) -> dict[str, int]:
    """Purge the office."""
    gone: dict[str, int] = staffed.in_turn(
        lambda work, office: purging.purge(work, office, staffed.clock.now(), PURGES)
    )
    return gone


def test_nothing_goes_before_its_time_and_nothing_is_written_of_it(staffed: Staffed) -> None:
    fill(staffed)
    before = staffed.read(lambda _work, office: office.version)
    assert left(staffed) == purge(staffed) == {}
    assert staffed.read(lambda _work, office: office.version) == before


def test_what_is_past_its_time_goes_and_the_journal_proves_it(staffed: Staffed) -> None:
    fill(staffed)
    # Without a turn meanwhile, as in a box that was switched off, or a backup restored late.
    staffed.clock.advance(days=400)
    expected = {"notes": 1, "rating_comments": 1, "data_requests": 1}
    assert left(staffed) == expected

    def act(work: Work, office: Office) -> dict[str, int]:
        return purging.purge(work, office, staffed.clock.now(), PURGES)

    with staffed.store.work() as work:
        office = work.session.get_one(Office, staffed.office_id)
        assert act(work, office) == expected
    assert left(staffed) == {}
    rating, request, row = staffed.read(
        lambda work, office: (
            work.session.query(Rating).filter_by(office_id=office.id).one(),
            requests_of(work, office.id)[0],
            work.session.query(JournalRow).filter_by(office_id=office.id, kind=Kind.PURGED).one(),
        )
    )
    assert (rating.score, rating.comment) == (2, None)
    assert (request.state, request.words, request.answer) == ("done", None, None)
    assert row.detail == expected
    assert staffed.read(verify).wrong is None, "a purge leaves the seals whole"


def test_a_request_has_three_times_twenty_four_hours(staffed: Staffed) -> None:
    chief = staffed.actors["manager"]

    def act(work: Work, office: Office) -> int:
        now = staffed.clock.now()
        return ask(work, office, chief, now, "access", Proof.IDENTITY, "Data apa saja?").id

    number = staffed.in_turn(act)

    def stand() -> tuple[int, int]:
        found: tuple[int, int] = staffed.read(
            lambda work, office: waiting(work, office.id, staffed.clock.now())
        )
        return found

    staffed.clock.moment += DUE
    assert stand() == (1, 0)
    staffed.clock.moment += timedelta(seconds=1)
    assert stand() == (1, 1)

    def answered(state: str, words: str) -> None:
        staffed.in_turn(
            lambda work, office: answer(
                work, office, chief, staffed.clock.now(), number, state, words
            )
        )

    for state, words, code in (
        ("open", "Ya", "input_invalid"),
        ("done", " ", "input_invalid"),
        ("done", "NIK 5203014107850003", "note_has_number"),
    ):
        with refused(staffed, code):
            answered(state, words)
    answered("done", "Hanya nomor dan waktu antrean")
    assert stand() == (0, 0)
    with refused(staffed, "data_request_unknown"):
        answered("done", "Sekali lagi")
    rows = staffed.read(
        lambda work, office: [
            row.detail["what"]
            for row in work.session.query(JournalRow).filter_by(
                office_id=office.id, kind=Kind.DATA_ASKED
            )
        ]
    )
    assert sorted(rows) == ["asked", "done"]
