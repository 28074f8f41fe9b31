"""What tests of the domain look at: the journal, a ticket, everything an office has."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from office import board, serving
from office.desks import desk_at
from office.errors import LineEmpty, OfficeError
from office.journal import changes_after
from office.place import Office, service_named
from office.tickets import Step, Ticket, ticket_labelled
from storage.base import Base
from storage.work import Work
from tests.houses import Staffed

#: Where the verbs of an office write.
TABLES = [
    Base.metadata.tables[name]
    for name in ("tickets", "steps", "journal", "counters", "kept_answers")
]


def changes(staffed: Staffed, after: int = 0) -> list[dict[str, Any]]:
    """Return the journal after a version, as screens are told of it."""
    return [
        row.change()
        for row in staffed.read(
            lambda work, office: changes_after(work, office.id, after, 1_000_000)
        )
    ]


def last_change(staffed: Staffed) -> dict[str, Any]:
    """Return the newest row of the journal."""
    return changes(staffed)[-1]


def kinds(staffed: Staffed, after: int = 0) -> list[str]:
    """Return the kinds of the journal's rows after a version."""
    return [change["kind"] for change in changes(staffed, after)]


def version(staffed: Staffed) -> int:
    """Return the version the office stands at."""
    stands: int = staffed.read(lambda _work, office: office.version)
    return stands


def ticket(staffed: Staffed, label: str) -> Ticket:
    """Return the open day's ticket with this label."""
    found: Ticket = staffed.read(lambda work, office: _of_open_day(work, office, label))
    return found


def steps(staffed: Staffed, label: str) -> list[Step]:
    """Return the steps of the open day's ticket with this label, oldest first."""

    def look(work: Work, office: Office) -> list[Step]:
        of = _of_open_day(work, office, label).id
        return list(
            work.session.scalars(select(Step).where(Step.ticket_id == of).order_by(Step.position))
        )

    found: list[Step] = staffed.read(look)
    return found


def _of_open_day(work: Work, office: Office, label: str) -> Ticket:
    assert office.open_day is not None
    return ticket_labelled(work, office.id, office.open_day, label)


def board_of(staffed: Staffed) -> dict[str, Any]:
    """Return the board now."""
    shown: dict[str, Any] = staffed.read(
        lambda work, office: board.board(work, office, staffed.clock.now())
    )
    return shown


def waiting(staffed: Staffed) -> dict[str, int]:
    """Return how many wait for each service for which anybody waits, as the board says."""
    return {code: count for code, count in board_of(staffed)["waiting"].items() if count}


def set_service(staffed: Staffed, code: str, **values: Any) -> None:
    """Set columns of a service's row."""

    def act(work: Work, office: Office) -> None:
        service = service_named(work, office.id, code)
        for name, value in values.items():
            setattr(service, name, value)

    staffed.in_turn(act)


def at_as(staffed: Staffed, name: str, counter: int, verb: Callable[..., Any], *values: Any) -> Any:
    """Do a counter's verb as the actor called `name`; return the label it was about."""

    def act(work: Work, office: Office) -> Any:
        actor = staffed.actors[name]
        said = verb(desk_at(work, office, actor, staffed.clock.now(), counter), *values)
        about = said[0] if isinstance(said, tuple) else said
        return about.label if isinstance(about, Ticket) else about

    return staffed.in_turn(act)


def call_all(staffed: Staffed, counter: int) -> list[str]:
    """Call and finish at a counter, a second apart, until nobody is left; return the labels."""
    labels = []
    while True:
        try:
            labels.append(staffed.next(counter))
        except LineEmpty:
            return labels
        staffed.at(counter, serving.finish)
        staffed.clock.advance(seconds=1)


def everything(staffed: Staffed) -> list[Any]:
    """Return every row of the office that a verb may write."""

    def look(work: Work, office: Office) -> list[Any]:
        rows = [
            work.session.execute(
                select(table).where(table.c.office_id == office.id).order_by(*table.primary_key)
            ).all()
            for table in TABLES
        ]
        return [*rows, office.version, office.open_day]

    found: list[Any] = staffed.read(look)
    return found


@contextmanager
def refused(staffed: Staffed, code: str) -> Iterator[pytest.ExceptionInfo[OfficeError]]:
    """Expect a refusal with this code after which everything is as it was."""
    before = everything(staffed)
    with pytest.raises(OfficeError) as refusal:
        yield refusal
    assert refusal.value.code == code
    assert everything(staffed) == before
