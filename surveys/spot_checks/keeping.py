"""How long what spot checks gathered is kept: photos 90 days, words and numbers a year.

Counts, the checklist's answers and the findings stay. What a deleted part was, the paper still
tells whoever has it; the record says on which day it was deleted.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from storage.work import Work
from surveys.spot_checks.checks import SpotCheck
from surveys.spot_checks.draws import SpotDraw
from surveys.spot_checks.entries import Kind, SpotEntry
from surveys.spot_checks.photos import SpotPhoto

PHOTOS = timedelta(days=90)
WORDS = timedelta(days=365)
#: What visitors said in words and notes, and what leads to single visits or clerks.
_OF_PEOPLE = ("mend", "more", "label")


def forget(work: Work, office_id: int, now: datetime) -> None:
    """Delete of the office's checks what has been kept long enough."""
    forget_photos(work, office_id, now)
    forget_words(work, office_id, now)


def forget_photos(work: Work, office_id: int, now: datetime) -> None:
    """Delete what names the photos of the office's checks opened too long ago."""
    for check in _past(work, office_id, now - PHOTOS, SpotCheck.photos_gone_at):
        work.session.execute(delete(SpotPhoto).where(SpotPhoto.check_id == check.id))
        _drop(work, check, Kind.PHOTO)
        if check.record is not None:
            check.record = {**check.record, "photos": []}
        check.photos_gone_at = now


def forget_words(work: Work, office_id: int, now: datetime) -> None:
    """Delete the words and numbers of the office's checks opened too long ago.

    Of a signed check the record stays without them; of one that never was, its entries of people.
    """
    for check in _past(work, office_id, now - WORDS, SpotCheck.words_gone_at):
        if check.record is not None:
            check.record = _without_words(check.record)
        _drop(work, check, Kind.PERSON)
        work.session.execute(delete(SpotDraw).where(SpotDraw.check_id == check.id))
        check.snapshot = _unnamed(check.snapshot)
        check.words_gone_at = now


def _past(
    work: Work, office_id: int, before: datetime, gone_at: InstrumentedAttribute[Any]
) -> list[SpotCheck]:
    return list(
        work.session.scalars(
            select(SpotCheck)
            .where(
                SpotCheck.office_id == office_id,
                SpotCheck.opened_at < before,
                gone_at.is_(None),
            )
            .order_by(SpotCheck.id)
        )
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
