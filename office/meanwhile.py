"""Settings that two people change at a time: what one would undo that the other did meanwhile.

A page shows the settings as they stood at a version of the journal. What is saved from it is
compared, in the same turn, with what the journal tells of later versions: each value for itself,
so that two may change different things of one setting, and add to the same list.
"""

import json
from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from office.journal import Journaled, JournalRow, Kind
from office.place import Office
from storage.work import Work

#: What can be set on pages.
KINDS = (
    *(Kind.OFFICE_CHANGED, Kind.SERVICE_CHANGED, Kind.COUNTER_CHANGED, Kind.DEVICE_CHANGED),
    *(Kind.ACCOUNT_CHANGED, Kind.RIGHTS_CHANGED, Kind.ROSTER_CHANGED),
)
#: What a row can be about.
ABOUT = ("part", "service", "counter", "device", "account", "shift", "medium")
#: Rows that tell no values say with these words that what is there was written anew.
WRITTEN_ANEW = ("changed", "renamed")
#: Moves by one place, wherever that is.
MOVES = ("place",)

Values = Mapping[str, Any]


def undone(work: Work, office: Office, read: int, begun: int) -> list[JournalRow]:
    """Return what this work, begun at one version, undoes of what came after version `read`.

    One row for each setting, which tells of the newest change, but of all values that would be
    undone as they were at `read` and as they are. Empty where nothing is undone.
    """
    ours = [
        event.change
        for event in work.events
        if isinstance(event, Journaled) and event.version > begun and event.change["kind"] in KINDS
    ]
    if not ours or read >= begun:
        return []
    rows = work.session.scalars(
        select(JournalRow)
        .where(
            JournalRow.office_id == office.id,
            JournalRow.version > read,
            JournalRow.version <= begun,
            JournalRow.kind.in_([kind.value for kind in KINDS]),
        )
        .order_by(JournalRow.version)
    ).all()
    found = []
    for own in ours:
        theirs = [row for row in rows if _about(row.kind, row.detail) == _about(own["kind"], own)]
        row = _undone_by(own, theirs) if theirs else None
        if row is not None:
            found.append(row)
    return found


def _about(kind: str, detail: Values) -> tuple[Any, ...]:
    return (kind, *(detail.get(name) for name in ABOUT))


def _undone_by(own: Values, theirs: Sequence[JournalRow]) -> JournalRow | None:
    last = theirs[-1]
    mine = values_of(own)
    if mine is None:
        what = own.get("what") if own.get("what") in WRITTEN_ANEW else ""
        return next((row for row in theirs[::-1] if row.detail.get("what") == what), None)
    former: dict[str, Any] = {}
    present: dict[str, Any] = {}
    for row in theirs:
        before, after = values_of(row.detail) or ({}, {})
        for name in after:
            former.setdefault(name, before.get(name))
            present[name] = after[name]
    met = [
        name
        for name in mine[1]
        if name in present
        and name not in MOVES
        and undoes((former[name], present[name]), (mine[0].get(name), mine[1][name]))
    ]
    if not met:
        return None
    told = {name: value for name, value in last.detail.items() if name in ABOUT}
    return JournalRow(
        office_id=last.office_id,
        version=last.version,
        kind=last.kind,
        at=last.at,
        day=last.day,
        actor=last.actor,
        detail={
            **told,
            "former": {name: former[name] for name in met},
            "present": {name: present[name] for name in met},
        },
    )


def values_of(detail: Values) -> tuple[Values, Values] | None:
    """Return the values that a row tells, before and after; nothing where it tells none."""
    if "granted" in detail:
        return {"rights": detail["revoked"]}, {"rights": detail["granted"]}
    former, present = detail.get("former"), detail.get("present")
    if isinstance(former, dict) and isinstance(present, dict):
        return former, present
    return None


def undoes(theirs: tuple[Any, Any], ours: tuple[Any, Any]) -> bool:
    """Say whether a change from one value to another takes back something of an earlier change.

    Of what holds others each counts for itself: what is added to a list takes nothing back. Where
    the earlier change was one of order alone, every other change of that list does.
    """
    came, went = _differing(*theirs)
    if not came and not went:
        return bool(theirs[0] != theirs[1] and ours[0] != ours[1])
    ours_came, ours_went = _differing(*ours)
    return bool(ours_went & came or ours_came & went)


def _differing(former: Any, present: Any) -> tuple[Tally[tuple[str, str]], Tally[tuple[str, str]]]:
    """Return what is new in a value, and what is gone from it."""
    before, after = Tally(_leaves(former)), Tally(_leaves(present))
    return after - before, before - after


def _leaves(value: Any, path: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [leaf for name, each in value.items() for leaf in _leaves(each, f"{path}/{name}")]
    if isinstance(value, list | tuple):
        return [(path, json.dumps(each, sort_keys=True, default=str)) for each in value]
    return [(path, json.dumps(value, default=str))]
