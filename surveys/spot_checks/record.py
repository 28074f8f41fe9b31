"""A spot check as one document: what is frozen when it is signed, and shown before that.

Plain values, moments as ISO 8601, names in every language: its SHA-256 is what the paper bears.
"""

from datetime import datetime
from typing import Any

from office.place import Office
from storage.work import Work
from surveys.spot_checks.checks import SpotCheck
from surveys.spot_checks.comparison import middle, p_value_of
from surveys.spot_checks.draws import Group, draws_of, tickets_of
from surveys.spot_checks.entries import Kind, Outcome, SpotEntry, newest_of
from surveys.spot_checks.terminals import waited_min


def record_of(work: Work, office: Office, check: SpotCheck) -> dict[str, Any]:
    """Return everything about a closed check, as it stands."""
    people = _people(work, office, check)
    told = {
        group.value: [
            sum(each["group"] == group.value and each.get("score") == score for each in people)
            for score in (1, 2, 3, 4)
        ]
        for group in Group
    }
    terminals = check.terminals or {}
    p_value = p_value_of(told[Group.SERVED.value], terminals.get("counts"))
    pairs = [each for each in people if each.get("wait_min") is not None]
    return {
        "office": office.names,
        "timezone": office.timezone,
        "rehearsal": office.rehearsal,
        "inspector": check.inspector,
        "place": check.place,
        "opened_at": check.opened_at.isoformat(),
        "closed_at": check.closed_at.isoformat() if check.closed_at else None,
        "snapshot": check.snapshot,
        "draws": [
            {
                "at": each.at.isoformat(),
                "seed": each.seed,
                "within_min": each.within_min,
                "drawn": each.drawn,
            }
            for each in draws_of(work, check)
        ],
        "people": people,
        "told": told,
        "terminals": terminals,
        "p_value": None if p_value is None else round(float(p_value), 4),
        "waits": {
            "people": len(pairs),
            "told_min": middle([each["wait_min"] for each in pairs]),
            "recorded_min": middle([each["recorded_min"] for each in pairs]),
            "further_min": middle([each["wait_min"] - each["recorded_min"] for each in pairs]),
        },
        "observations": {
            subject: each.detail
            for subject, each in newest_of(work, check, Kind.OBSERVATION).items()
        },
        "findings": [
            {"key": subject, **each.detail}
            for subject, each in newest_of(work, check, Kind.FINDING).items()
        ],
        "photos": [
            {"key": subject, "at": each.at.isoformat(), **each.detail}
            for subject, each in newest_of(work, check, Kind.PHOTO).items()
        ],
    }


def _people(work: Work, office: Office, check: SpotCheck) -> list[dict[str, Any]]:
    """Return all who were drawn up to the last one looked for, in the order of the draws.

    Whoever was passed over though somebody drawn later was looked for is named as that.
    """
    entries = newest_of(work, check, Kind.PERSON)
    tickets = tickets_of(work, office, office.today(check.opened_at), entries)
    found, done = [], set()
    for number, draw in enumerate(draws_of(work, check), 1):
        for group in Group:
            drawn = draw.drawn[group.value]
            looked_for = [at for at, each in enumerate(drawn) if each["label"] in entries]
            for at, each in enumerate(drawn[: looked_for[-1] + 1] if looked_for else []):
                label = each["label"]
                if label in done:
                    continue
                entry = entries.get(label)
                told = {"outcome": "passed_over"} if entry is None else _told(entry, tickets, label)
                done |= {label} if entry is not None else set()
                found.append(
                    {
                        "label": label,
                        "group": group.value,
                        "draw": number,
                        "place": at + 1,
                        "names": each["names"],
                        **told,
                    }
                )
    return found


def _told(entry: SpotEntry, tickets: dict[str, Any], label: str) -> dict[str, Any]:
    told = {"at": entry.at.isoformat(), **entry.detail}
    if entry.detail["outcome"] == Outcome.ASKED.value and label in tickets:
        told["recorded_min"] = waited_min(tickets[label], entry.at)
    return told


def moment(written: str | None) -> datetime | None:
    """Return a moment of a record."""
    return datetime.fromisoformat(written) if written else None
