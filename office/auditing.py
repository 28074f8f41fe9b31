"""The audit trail: which rows of the journal tell who ran the office, and whether all are whole.

What can be shown: that no row was altered, moved, added or taken away since the journal's newest
seal was noted somewhere else. Whoever can write to the database can also seal everything anew; only
a seal noted elsewhere, as in each backup's manifest, gives that away.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import bindparam, select

from office.clock import give_way
from office.errors import Invalid
from office.journal import JournalRow, Kind, seal
from office.place import Office
from storage.base import LARGEST
from storage.work import Work

#: Rows read at a time; between two such readings others go on.
AT_ONCE = 500
NOTED = re.compile(r"\s*([0-9]{1,10})[\s:]+([0-9a-f]{8,64})\s*", re.IGNORECASE)


#: A row's seal and what it is made of, in the order in which `seal` takes it.
ROWS = (
    select(
        JournalRow.seal,
        *(JournalRow.office_id, JournalRow.version, JournalRow.kind, JournalRow.at, JournalRow.day),
        *(JournalRow.actor, JournalRow.ticket_id, JournalRow.detail),
    )
    .where(JournalRow.office_id == bindparam("office"), JournalRow.version > bindparam("last"))
    .where(JournalRow.version <= bindparam("newest"))
    .order_by(JournalRow.version)
    .limit(AT_ONCE)
)


class Chapter(StrEnum):
    """What a row of the audit trail is about."""

    SIGN_INS = "sign_ins"
    PEOPLE = "people"
    DEVICES = "devices"
    SETTINGS = "settings"
    QUEUE = "queue"
    PERSONAL = "personal"


CHAPTERS: dict[Chapter, tuple[Kind, ...]] = {
    Chapter.SIGN_INS: (Kind.SIGNED_IN, Kind.SIGNED_OUT, Kind.SIGN_IN_FAILED, Kind.TAKEN_OVER),
    Chapter.PEOPLE: (Kind.ACCOUNT_CHANGED, Kind.RIGHTS_CHANGED),
    Chapter.DEVICES: (Kind.DEVICE_CHANGED,),
    Chapter.SETTINGS: (
        Kind.OFFICE_CHANGED,
        Kind.SERVICE_CHANGED,
        Kind.COUNTER_CHANGED,
        Kind.ROSTER_CHANGED,
    ),
    Chapter.QUEUE: (
        *(Kind.OUTAGE_BEGAN, Kind.OUTAGE_ENDED, Kind.CLOSED_EARLY, Kind.OPEN_AGAIN),
        *(Kind.SENT_HOME, Kind.DAY_CLOSED, Kind.ENTERED_BY_HAND, Kind.PRIORITY),
    ),
    Chapter.PERSONAL: (Kind.EXPORTED, Kind.PURGED, Kind.DATA_ASKED),
}
AUDITED = tuple(kind for kinds in CHAPTERS.values() for kind in kinds)


class Wrong(StrEnum):
    """What is wrong with the journal at a version."""

    #: There is no row of this version.
    MISSING = "missing"
    #: The row of this version, or its seal or the one before it, is not as it was written.
    ALTERED = "altered"
    #: The row has no seal though rows before it have.
    UNSEALED = "unsealed"
    #: The journal ends before this version, or not with the row that the office names.
    CUT_OFF = "cut_off"
    #: All seals fit, but not the one noted elsewhere: the journal was written anew.
    REWRITTEN = "rewritten"


@dataclass(frozen=True)
class Verdict:
    """What a check of an office's journal found."""

    #: The newest row, and its seal.
    version: int
    seal: str | None
    #: Rows before this version have no seal; nothing where none has.
    sealed_from: int | None
    #: What is wrong, and at which version; the rows before it are whole.
    wrong: Wrong | None = None
    at: int | None = None


def verify(work: Work, office: Office, noted: Sequence[tuple[int, str]] = ()) -> Verdict:
    """Check every row of the journal, and the seals `noted` elsewhere by version.

    A noted seal may be its first eight characters or more. Others go on meanwhile.
    """
    newest, stands = office.version, office.seal
    wanted: dict[int, list[str]] = {}
    for version, known in noted:
        wanted.setdefault(version, []).append(known)
    former: str | None = None
    sealed_from: int | None = None

    def found(wrong: Wrong, at: int) -> Verdict:
        return Verdict(newest, stands, sealed_from, wrong, at)

    last = 0
    while last < newest:
        rows = work.session.execute(
            ROWS, {"office": office.id, "last": last, "newest": newest}
        ).all()
        if not rows:
            return found(Wrong.CUT_OFF, last + 1)
        for sealed, *values in rows:
            if values[1] != last + 1:
                return found(Wrong.MISSING, last + 1)
            last += 1
            if sealed is None and former is None:
                continue
            if sealed is None:
                return found(Wrong.UNSEALED, last)
            if sealed != seal(former, *values):
                return found(Wrong.ALTERED, last)
            if not all(sealed.startswith(each) for each in wanted.get(last, ())):
                return found(Wrong.REWRITTEN, last)
            sealed_from = sealed_from or last
            former = sealed
        give_way()
    if former != stands or any(version > newest for version in wanted):
        return found(Wrong.CUT_OFF, last + 1)
    return Verdict(newest, former, sealed_from)


def noted_seal(typed: str) -> tuple[int, str]:
    """Return version and seal of what somebody noted, such as `1834:9f86d081`. Raises Invalid."""
    found = NOTED.fullmatch(typed)
    if found is None or int(found[1]) > LARGEST:
        raise Invalid(fields={"seal": "a version and a seal, such as 1834:9f86d081"})
    return int(found[1]), found[2].lower()


def rows_of(
    work: Work,
    office_id: int,
    first: date,
    last: date,
    chapter: Chapter | None,
    who: str | None,
    limit: int,
    before: int | None = None,
) -> list[JournalRow]:
    """Return the audit trail of the days `first` to `last`, newest first, at most `limit` rows.

    Of one chapter or all; of one actor, by key, also where something was done to that account;
    of versions below `before`.
    """
    kinds = AUDITED if chapter is None else CHAPTERS[chapter]
    query = select(JournalRow).where(
        JournalRow.office_id == office_id,
        JournalRow.day.between(first, last),
        JournalRow.kind.in_([kind.value for kind in kinds]),
    )
    if who is not None:
        about = JournalRow.detail["account"].as_string() == who
        query = query.where((JournalRow.actor == who) | about)
    if before is not None:
        query = query.where(JournalRow.version < before)
    return list(work.session.scalars(query.order_by(JournalRow.version.desc()).limit(limit)))


def seals_of(work: Work) -> Mapping[str, tuple[int, str]]:
    """Return the journal's newest version and its seal of each office that has one, by code."""
    rows = work.session.execute(
        select(Office.code, Office.version, Office.seal)
        .where(Office.seal.is_not(None))
        .order_by(Office.code)
    )
    return {code: (version, seal) for code, version, seal in rows if seal is not None}
