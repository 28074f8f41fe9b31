"""The fairness report: who went before whom, by reason, class and clerk, from the journal alone.

Every call says whom it passed and why; one that cannot say why is counted as `unexplained`.
"""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from office.journal import JournalRow, Kind, since_opening
from office.people import Account
from office.place import Office
from storage.work import Work

#: Whoever came back with a slip, and passed as their number was taken, not as it was called.
RETURNED = "returned"
UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Fairness:
    """Calls of a period, and the overtakings in them."""

    calls: int = 0
    #: Calls that passed nobody.
    in_turn: int = 0
    #: How many were passed, by reason.
    by_reason: Mapping[str, int] = field(default_factory=dict)
    #: How many were passed, by the class of whoever went before them.
    by_class: Mapping[str, int] = field(default_factory=dict)
    #: Calls out of order and those they passed, by who called; only what a person decided.
    by_actor: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def overtaken(self) -> int:
        """How many were passed in all."""
        return sum(self.by_reason.values())

    @property
    def unexplained(self) -> int:
        """How many were passed for no stated reason; anything but nought is a fault."""
        return self.by_reason.get(UNEXPLAINED, 0)


def counted(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Fairness:
    """Count calls and returns, each given by its actor and its detail in the journal."""
    number = in_turn = 0
    by_reason: Tally[str] = Tally()
    by_class: Tally[str] = Tally()
    decided: dict[str, tuple[int, int]] = {}
    for actor, detail in rows:
        if detail.get("returns"):
            if came_before := int(detail.get("passed", 0)):
                by_reason[RETURNED] += came_before
                by_class[str(detail.get("priority", ""))] += came_before
            continue
        number += 1
        passed = reasons_of(detail)
        count = sum(passed.values())
        in_turn += count == 0
        by_reason.update(passed)
        if count:
            by_class[str(detail.get("priority", ""))] += count
        if detail.get("out_of_order"):
            before = decided.get(actor, (0, 0))
            decided[actor] = (before[0] + 1, before[1] + count)
    return Fairness(number, in_turn, dict(by_reason), dict(by_class), decided)


def reasons_of(detail: Mapping[str, Any]) -> dict[str, int]:
    """Return how many a call passed, by reason.

    Calls written before the reasons were kept tell only the sum: out of order it is the reason
    given, else the class of whoever was called or, without a higher class, unexplained.
    """
    kept = detail.get("overtakings")
    if kept is not None:
        return {str(reason): int(count) for reason, count in kept.items()}
    count = int(detail.get("overtaken", 0))
    if not count:
        return {}
    if detail.get("because"):
        return {str(detail["because"]): count}
    if detail.get("only_counter"):
        return {"own_counter": count}
    return {"priority" if detail.get("priority") != "ordinary" else UNEXPLAINED: count}


def report(work: Work, office: Office, first: date, last: date) -> Fairness:
    """Return the fairness of the local days `first` to `last`, both included."""
    rows = work.session.execute(
        select(JournalRow.actor, JournalRow.detail)
        .where(
            since_opening(office),
            JournalRow.day.between(first, last),
            (JournalRow.kind == Kind.CALLED.value)
            | (
                (JournalRow.kind == Kind.TAKEN.value)
                & JournalRow.detail["returns"].as_boolean().is_(True)
            ),
        )
        .order_by(JournalRow.version)
    )
    return counted((actor, detail) for actor, detail in rows)


def names_of(work: Work, office_id: int) -> dict[str, str]:
    """Return the names of the people who call, by how the journal names them."""
    rows = work.session.execute(
        select(Account.id, Account.name).where(Account.office_id == office_id)
    )
    return {f"account:{number}": name for number, name in rows}
