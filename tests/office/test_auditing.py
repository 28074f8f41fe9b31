"""Sealed journals: what was altered, moved, added or taken away by hand is found where it is."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from office.auditing import Verdict, Wrong, noted_seal, rows_of, seals_of, verify
from office.errors import Invalid
from office.journal import JournalKept, JournalRow, Kind
from office.place import Office
from tests.houses import Staffed


@pytest.fixture
def busy(staffed: Staffed) -> Staffed:
    """An office with a journal of ten rows."""
    for _ in range(3):
        staffed.take()
    for _ in range(2):
        staffed.serve()
    return staffed


def checked(staffed: Staffed, *noted: tuple[int, str]) -> Verdict:
    """Return what a check of the office's journal finds."""
    found: Verdict = staffed.read(lambda work, office: verify(work, office, noted))
    return found


def by_hand(staffed: Staffed, statement: str, **values: Any) -> None:
    """Change the database as somebody with the file or the password of the server could."""
    with staffed.store.work() as work:
        work.session.execute(text(statement), {"office": staffed.office_id, **values})


def seal_of(staffed: Staffed, version: int) -> str:
    """Return the seal of a row."""
    seal: str = staffed.read(
        lambda work, office: work.session.get_one(JournalRow, (office.id, version)).seal
    )
    return seal


JOURNAL = "UPDATE journal SET {} WHERE office_id = :office AND version = {}"
DELETED = "DELETE FROM journal WHERE office_id = :office AND version = {}"


def test_a_journal_nobody_touched_is_whole_up_to_its_newest_row(busy: Staffed) -> None:
    found = checked(busy)
    assert (found.wrong, found.version, found.sealed_from) == (None, 10, 1)
    assert found.seal == seal_of(busy, 10)
    with busy.store.read() as work:
        assert (10, found.seal) in seals_of(work).values()


@pytest.mark.parametrize(
    ("statements", "wrong", "at"),
    [
        ([JOURNAL.format("actor = 'account:1'", 4)], Wrong.ALTERED, 4),
        ([JOURNAL.format("at = '2020-01-01 00:00:00.000000'", 9)], Wrong.ALTERED, 9),
        ([JOURNAL.format("detail = '{}'", 2)], Wrong.ALTERED, 2),
        ([JOURNAL.format("ticket_id = NULL", 3)], Wrong.ALTERED, 3),
        ([DELETED.format(5)], Wrong.MISSING, 5),
        ([DELETED.format(1)], Wrong.MISSING, 1),
        ([DELETED.format(10)], Wrong.CUT_OFF, 10),
        (
            [DELETED.format(10), "UPDATE offices SET version = 9 WHERE id = :office"],
            Wrong.CUT_OFF,
            10,
        ),
        (
            [
                JOURNAL.format("version = -1", 6),
                JOURNAL.format("version = 6", 7),
                JOURNAL.format("version = 7", -1),
            ],
            Wrong.ALTERED,
            6,
        ),
        ([DELETED.format(6), JOURNAL.format("version = 6", 7)], Wrong.ALTERED, 6),
        ([JOURNAL.format("seal = NULL", 7)], Wrong.UNSEALED, 7),
        ([JOURNAL.format("seal = NULL", 1)], Wrong.ALTERED, 2),
    ],
    ids=str,
)
def test_what_was_done_to_a_row_by_hand_is_found_where_it_is(
    busy: Staffed, statements: list[str], wrong: Wrong, at: int
) -> None:
    for statement in statements:
        by_hand(busy, statement)
    found = checked(busy)
    assert (found.wrong, found.at) == (wrong, at)


def forged(busy: Staffed, since: int) -> None:
    """Seal every row anew from `since` on, as somebody who knows how could."""

    def seal(work: Any, office: Office) -> str | None:
        former = None
        for row in (
            work.session.query(JournalRow).filter_by(office_id=office.id).order_by("version")
        ):
            former = row.sealed_after(former)
            if row.version >= since:
                by_hand_later.append((row.version, former))
        return former

    by_hand_later: list[tuple[int, str]] = []
    last = busy.read(seal)
    for version, sealed in by_hand_later:
        by_hand(busy, JOURNAL.format("seal = :seal", version), seal=sealed)
    by_hand(busy, "UPDATE offices SET seal = :seal WHERE id = :office", seal=last)


def test_a_journal_sealed_anew_is_given_away_only_by_a_seal_noted_elsewhere(busy: Staffed) -> None:
    noted = [(version, seal_of(busy, version)) for version in (3, 8, 10)]
    assert checked(busy, *noted).wrong is None
    by_hand(busy, JOURNAL.format("actor = 'account:1'", 6))
    forged(busy, 6)
    assert checked(busy).wrong is None, "what a chain of hashes alone cannot show"
    assert checked(busy, noted[0]).wrong is None
    found = checked(busy, *noted)
    assert (found.wrong, found.at) == (Wrong.REWRITTEN, 8)
    typed = noted_seal(f" 8:{noted[1][1][:16].upper()} ")
    assert checked(busy, typed).wrong is Wrong.REWRITTEN


def test_an_end_cut_off_neatly_is_given_away_only_by_a_seal_noted_elsewhere(busy: Staffed) -> None:
    newest = 10, seal_of(busy, 10)
    by_hand(busy, DELETED.format(10))
    by_hand(
        busy,
        "UPDATE offices SET version = 9, seal = :seal WHERE id = :office",
        seal=seal_of(busy, 9),
    )
    assert checked(busy).wrong is None, "what a chain of hashes alone cannot show"
    found = checked(busy, newest)
    assert (found.wrong, found.at) == (Wrong.CUT_OFF, 10)


def test_rows_from_before_there_were_seals_are_named_as_such(busy: Staffed) -> None:
    by_hand(busy, "UPDATE journal SET seal = NULL WHERE office_id = :office")
    by_hand(busy, "UPDATE offices SET seal = NULL WHERE id = :office")
    assert checked(busy) == Verdict(10, None, None)
    busy.take()
    found = checked(busy)
    assert (found.wrong, found.version, found.sealed_from) == (None, 11, 11)


def test_the_program_itself_can_neither_alter_nor_delete_a_row(busy: Staffed) -> None:
    for deed in (
        lambda work, row: setattr(row, "actor", "account:1"),
        lambda work, row: work.session.delete(row),
    ):
        with pytest.raises(JournalKept), busy.store.work() as work:
            deed(work, work.session.get(JournalRow, (busy.office_id, 4)))
    assert checked(busy).wrong is None


def test_seals_follow_one_another_when_many_write_at_once(
    staffed: Staffed, make_staffed: Callable[[], Staffed]
) -> None:
    other = make_staffed()
    threads = [
        threading.Thread(target=lambda office=office: [office.take() for _ in range(6)])
        for office in (staffed, other)
        for _ in range(4)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for office in (staffed, other):
        found = checked(office)
        assert (found.wrong, found.version) == (None, 24)


@pytest.mark.parametrize("typed", ["", "9f86d081", "12:xyz", "12:9f86", "99999999999:9f86d081"])
def test_what_is_no_seal_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        noted_seal(typed)


def test_the_trail_tells_settings_and_not_the_queue(busy: Staffed) -> None:
    busy.close_day()
    today = busy.clock.now().date()
    rows = busy.read(lambda work, office: rows_of(work, office.id, today, today, None, None, 50))
    assert [row.kind for row in rows] == [Kind.DAY_CLOSED]
