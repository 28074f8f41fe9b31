"""What came of an action: its element's mean and the index before it, and after it ended."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from office.place import Office
from storage.work import Work
from surveys.skm.actions import SkmAction, State, actions_since
from surveys.skm.periods import Period
from surveys.skm.publications import SkmPublication, published


@dataclass(frozen=True)
class Followed:
    """An action, with the mean of its element published last before it and newest since its end."""

    action: SkmAction
    before: Decimal | None
    after: Decimal | None
    #: The index in the same publications.
    index_before: Decimal | None
    index_after: Decimal | None
    #: The period the later mean is of.
    after_period: Period | None
    late: bool


def followed(work: Work, office: Office, today: date) -> list[Followed]:
    """Return the office's actions, open ones first by their due day, with what came of them."""
    runs = published(work, office.id)
    told = []
    for each in actions_since(work, office.id, date.min):
        before = next((run for run in runs if run.last < each.begun), None)
        ended = each.ended
        after = next((run for run in runs[::-1] if ended and run.what.first > ended), None)
        told.append(
            Followed(
                each,
                _mean(before, each.element),
                _mean(after, each.element),
                _index(before),
                _index(after),
                after.what if after else None,
                each.state == State.OPEN and each.due < today,
            )
        )
    return sorted(told, key=lambda one: (one.action.state != State.OPEN, one.action.due))


def _mean(run: SkmPublication | None, element: str) -> Decimal | None:
    return None if run is None else Decimal(run.figures["elements"][element]["nrr"])


def _index(run: SkmPublication | None) -> Decimal | None:
    return None if run is None else Decimal(run.figures["index"])
