"""How long what spot checks gathered is kept: photos 90 days, words and numbers a year.

Counts, the checklist's answers and the findings stay. What a deleted part was, the paper still
tells whoever has it; the record says on which day it was deleted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from office.place import Office
from office.purging import Purge
from storage.work import Work
from surveys.spot_checks.checks import SpotCheck
from surveys.spot_checks.draws import SpotDraw
from surveys.spot_checks.entries import Kind, SpotEntry
from surveys.spot_checks.photos import SpotPhoto

PHOTOS = timedelta(days=90)
WORDS = timedelta(days=365)
#: What visitors said in words and notes, and what leads to single visits or clerks.
_OF_PEOPLE = ("mend", "more", "label")


@dataclass(frozen=True, kw_only=True)
class PurgeOfChecks(Purge):
    """A part of checks that goes, of each at once, since its record has to be written anew."""

    forget: Callable[[Work, SpotCheck, datetime], None]

    def run(self, work: Work, office: Office, now: datetime) -> int:
        """Let the part go that is past its time; return of how many checks that was."""
        overdue = select(SpotCheck).where(self.condition(office, now)).order_by(SpotCheck.id)
        checks = work.session.scalars(overdue).all()
        for check in checks:
            self.forget(work, check, now)
        return len(checks)


def _forget_photos(work: Work, check: SpotCheck, now: datetime) -> None:
    work.session.execute(delete(SpotPhoto).where(SpotPhoto.check_id == check.id))
    _drop(work, check, Kind.PHOTO)
    if check.record is not None:
        check.record = {**check.record, "photos": []}
    check.photos_gone_at = now


def _forget_words(work: Work, check: SpotCheck, now: datetime) -> None:
    """Let go of words and numbers: the record stays without them, entries of people do not."""
    if check.record is not None:
        check.record = _without_words(check.record)
    _drop(work, check, Kind.PERSON)
    work.session.execute(delete(SpotDraw).where(SpotDraw.check_id == check.id))
    check.snapshot = _unnamed(check.snapshot)
    check.words_gone_at = now


def _with_photos(office_id: int, now: datetime, _today: date) -> Any:
    old = SpotCheck.opened_at < now - PHOTOS
    return (SpotCheck.office_id == office_id) & old & SpotCheck.photos_gone_at.is_(None)


def _with_words(office_id: int, now: datetime, _today: date) -> Any:
    old = SpotCheck.opened_at < now - WORDS
    return (SpotCheck.office_id == office_id) & old & SpotCheck.words_gone_at.is_(None)


PURGES = (
    PurgeOfChecks("spot_check_photos", SpotCheck, _with_photos, forget=_forget_photos),
    PurgeOfChecks("spot_check_words", SpotCheck, _with_words, forget=_forget_words),
)


def _drop(work: Work, check: SpotCheck, kind: Kind) -> None:
    work.session.execute(
        delete(SpotEntry).where(SpotEntry.check_id == check.id, SpotEntry.kind == kind.value)
    )


def _without_words(record: dict[str, Any]) -> dict[str, Any]:
    return {
        **record,
        "snapshot": _unnamed(record["snapshot"]),
        "draws": [
            {**each, "drawn": {group: [] for group in each["drawn"]}} for each in record["draws"]
        ],
        "people": [
            {**each, **{name: "" for name in _OF_PEOPLE if name in each}}
            for each in record["people"]
        ],
    }


def _unnamed(snapshot: dict[str, Any]) -> dict[str, Any]:
    counters = [{**each, "clerk": None, "label": None} for each in snapshot["counters"]]
    return {**snapshot, "counters": counters}
