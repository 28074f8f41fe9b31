"""The state of the tickets told again from the journal alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.office.interleaving.model import RATES


@dataclass
class Retold:
    """What the journal tells of one ticket."""

    status: str
    service: str
    klass: str
    since: datetime
    at: int | None = None
    only: int | None = None


def retell(changes: Iterable[dict[str, Any]], policy: str) -> dict[tuple[int, str], Retold]:
    """Follow the rows one by one; each must begin where the ticket's former one ended."""
    told: dict[tuple[int, str], Retold] = {}
    began: dict[str, tuple[datetime, list[str]]] = {}
    stopped: dict[str, datetime] = {}
    for row in changes:
        at = datetime.fromisoformat(row["at"])
        if row["kind"] == "outage_began":
            began[row["need"]] = (at, row["services"])
            for code in row["services"]:
                stopped.setdefault(code, at)
        elif row["kind"] == "outage_ended":
            for code in row["services"]:
                _thaw(told.values(), code, stopped.pop(code), at, policy)
        elif "to" in row:
            key = (row["ticket_id"], row["label"])
            former = told.get(key)
            assert row["from"] == (former.status if former else None), row
            only = row.get("to_counter", former.only if former else None)
            at_counter = row["to"] in ("called", "serving")
            told[key] = Retold(
                row["to"],
                row["service"],
                row["priority"],
                datetime.fromisoformat(row["line_since"]),
                row["counter"] if at_counter else None,
                only if row["to"] == "waiting" else (former.only if former else None),
            )
    return told


def _thaw(
    tickets: Iterable[Retold], code: str, stopped: datetime, now: datetime, policy: str
) -> None:
    for each in tickets:
        if policy == "accumulating" and each.service == code and each.status in ("waiting", "held"):
            rate = RATES[each.klass]
            still = max(stopped, each.since)
            gained = rate * (still - each.since).total_seconds() + (now - still).total_seconds()
            each.since = now - timedelta(seconds=gained / rate)
