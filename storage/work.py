"""The unit of work: one transaction, committed once by the store, its events told afterwards."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from storage.engine import WRITES, open_engine
from storage.turnstile import Turnstile

log = logging.getLogger(__name__)

Listener = Callable[[Sequence[object]], None]


class Work:
    """One transaction and the events recorded in it."""

    def __init__(self, session: Session, *, writes: bool) -> None:
        self.session = session
        #: Whether this is a writing transaction, which may yet be rolled back.
        self.writes = writes
        self.events: list[object] = []

    def record(self, event: object) -> None:
        """Keep `event` to be told after the commit; a rolled back work tells nothing."""
        self.events.append(event)


class Store:
    """The database of one installation."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = open_engine(url)
        self._writing = self.engine.execution_options(**{WRITES: True})
        self._listeners: list[Listener] = []
        self._turnstile: AbstractContextManager[None] = (
            Turnstile() if self.engine.dialect.name == "sqlite" else nullcontext()
        )

    def after_commit(self, listener: Listener) -> None:
        """Call `listener` with the events of every committed work."""
        self._listeners.append(listener)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Open a writing transaction; commit at the end of the block, roll back on an error.

        Where writers of this process queue, listeners are told before the next one is let in, so
        in the order of the commits; they must not write to the store themselves.
        """
        with self._turnstile:
            with Session(self._writing, expire_on_commit=False) as session:
                work = Work(session, writes=True)
                with session.begin():
                    yield work
            if work.events:
                self._tell(work.events)

    @contextmanager
    def read(self) -> Iterator[Work]:
        """Open a reading transaction; whatever it changes is rolled back."""
        with Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield Work(session, writes=False)

    def close(self) -> None:
        """Give all connections back to the operating system."""
        self.engine.dispose()

    def _tell(self, events: Sequence[object]) -> None:
        for listener in self._listeners:
            try:
                listener(events)
            except Exception:
                log.exception("a listener failed after the commit")
