"""The unit of work: all or nothing, and its events told afterwards or never."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from storage.turnstile import Turnstile
from storage.work import Store, Work


@contextmanager
def noted(url: str) -> Iterator[Store]:
    """Open a store with one table of its own."""
    with closing(Store(url)) as store:
        with store.work() as work:
            work.session.execute(text("CREATE TABLE notes (id INTEGER PRIMARY KEY, says INTEGER)"))
            work.session.execute(text("INSERT INTO notes VALUES (1, 0)"))
        yield store


@pytest.fixture
def notes(database_url: str) -> Iterator[Store]:
    """A store on each database."""
    with noted(database_url) as store:
        yield store


@pytest.fixture
def notes_on_sqlite(tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite, where the writers of one process queue."""
    with noted(f"sqlite:///{tmp_path / 'notes.db'}") as store:
        yield store


def said(work: Work) -> int:
    """Return what the note says."""
    found: int = work.session.execute(text("SELECT says FROM notes WHERE id = 1")).scalar_one()
    return found


def say(work: Work, value: int) -> None:
    """Change what the note says."""
    work.session.execute(text("UPDATE notes SET says = :value WHERE id = 1"), {"value": value})


def test_a_work_is_committed_at_its_end(notes: Store) -> None:
    with notes.work() as work:
        say(work, 7)
    with notes.read() as work:
        assert said(work) == 7


def test_an_error_undoes_the_work_and_goes_on_to_the_caller(notes: Store) -> None:
    with pytest.raises(RuntimeError, match="no"), notes.work() as work:
        say(work, 7)
        raise RuntimeError("no")
    with notes.read() as work:
        assert said(work) == 0


def test_after_an_error_the_next_work_begins_at_once(notes: Store) -> None:
    for _ in range(3):
        with pytest.raises(IntegrityError), notes.work() as work:
            work.session.execute(text("INSERT INTO notes VALUES (1, 1)"))
    with notes.work() as work:
        say(work, 8)


def test_reading_changes_nothing(notes: Store) -> None:
    with notes.read() as work:
        say(work, 7)
        work.session.flush()
        assert said(work) == 7
    with notes.read() as work:
        assert said(work) == 0


def test_a_work_knows_whether_it_writes(notes: Store) -> None:
    with notes.work() as work:
        assert work.writes
    with notes.read() as work:
        assert not work.writes


# Events


def test_events_are_told_together_after_the_commit(notes: Store) -> None:
    told: list[tuple[Sequence[object], int]] = []

    def listen(events: Sequence[object]) -> None:
        with notes.read() as work:
            told.append((list(events), said(work)))

    notes.after_commit(listen)
    with notes.work() as work:
        work.record("first")
        say(work, 7)
        work.record("second")
        assert told == []
    assert told == [(["first", "second"], 7)]


def test_a_work_rolled_back_tells_nothing(notes: Store) -> None:
    told: list[object] = []
    notes.after_commit(told.extend)
    with pytest.raises(RuntimeError), notes.work() as work:
        work.record("lost")
        raise RuntimeError
    assert told == []


def test_a_work_whose_commit_fails_tells_nothing(notes: Store) -> None:
    told: list[object] = []
    notes.after_commit(told.extend)

    def fail(_connection: object) -> None:
        raise RuntimeError("the disk is full")

    event.listen(notes.engine, "commit", fail)
    with pytest.raises(RuntimeError, match="full"), notes.work() as work:
        say(work, 7)
        work.record("lost")
    event.remove(notes.engine, "commit", fail)
    assert told == []
    with notes.read() as work:
        assert said(work) == 0


def test_reading_and_silent_works_tell_nothing(notes: Store) -> None:
    told: list[Sequence[object]] = []
    notes.after_commit(told.append)
    with notes.read() as work:
        work.record("lost")
    with notes.work() as work:
        say(work, 1)
    assert told == []


def test_a_listener_that_fails_is_logged_and_stops_nobody(
    notes: Store, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[object] = []

    def fail(_events: Sequence[object]) -> None:
        raise RuntimeError("the television is off")

    notes.after_commit(fail)
    notes.after_commit(told.extend)
    with caplog.at_level(logging.ERROR), notes.work() as work:
        say(work, 7)
        work.record("called")
    assert told == ["called"]
    assert "the television is off" in caplog.text
    with notes.read() as work:
        assert said(work) == 7


def test_on_sqlite_events_are_told_in_the_order_of_the_commits(notes_on_sqlite: Store) -> None:
    told: list[object] = []

    def listen(events: Sequence[object]) -> None:
        if events == [1]:
            time.sleep(0.05)
        told.extend(events)

    notes_on_sqlite.after_commit(listen)

    def count_up(_number: int) -> None:
        with notes_on_sqlite.work() as work:
            value = said(work) + 1
            say(work, value)
            work.record(value)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count_up, range(40)))
    assert told == list(range(1, 41))


# Writers at once


def test_on_sqlite_writers_of_one_process_come_in_the_order_they_asked(
    notes_on_sqlite: Store,
) -> None:
    turnstile = notes_on_sqlite._turnstile
    assert isinstance(turnstile, Turnstile)
    came: list[int] = []

    def write(number: int) -> None:
        with notes_on_sqlite.work() as work:
            say(work, number)
            came.append(number)

    threads = [threading.Thread(target=write, args=(number,), daemon=True) for number in range(8)]
    with notes_on_sqlite.work() as work:
        say(work, 99)
        for number, thread in enumerate(threads):
            thread.start()
            while len(turnstile._waiting) <= number:
                time.sleep(0.001)
        assert came == []
    for thread in threads:
        thread.join(10)
    assert came == list(range(8))


def test_on_sqlite_no_writer_overwrites_what_another_wrote(notes_on_sqlite: Store) -> None:
    with closing(Store(notes_on_sqlite.url)) as other:
        stores = (notes_on_sqlite, other)

        def count_up(number: int) -> None:
            with stores[number % 2].work() as work:
                say(work, said(work) + 1)

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(count_up, range(40)))
        with other.read() as work:
            assert said(work) == 40


def test_readers_do_not_wait_for_a_writer(notes: Store) -> None:
    seen: list[int] = []

    def look() -> None:
        with notes.read() as work:
            seen.append(said(work))

    with notes.work() as work:
        say(work, 7)
        reader = threading.Thread(target=look)
        reader.start()
        reader.join(5)
        assert seen == [0]
