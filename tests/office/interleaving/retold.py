"""The state of the tickets told again from the journal alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.office.interleaving.values import RATES


@dataclass
class Retold:
    """What the journal tells of one ticket."""

    status: str
    service: str
    klass: str
    since: datetime
    at: int | None = None
    only: int | None = None


class Retelling:
    """The tickets by id and label, as the rows followed so far tell of them."""

    def __init__(self, policy: str) -> None:
        self.told: dict[tuple[int, str], Retold] = {}
        self._policy = policy
        self._stopped: dict[str, datetime] = {}

    def follow(self, row: dict[str, Any]) -> None:
        """Take in the next row; it must begin where the ticket's former one ended."""
        at = datetime.fromisoformat(row["at"])
        if row["kind"] == "outage_began":
            for code in row["services"]:
                self._stopped.setdefault(code, at)
        elif row["kind"] == "outage_ended":
            for code in row["services"]:
                _thaw(self.told.values(), code, self._stopped.pop(code), at, self._policy)
        elif row["kind"] == "office_changed":
            self._policy = row["present"].get("policy", self._policy)
        elif "to" in row:
            key = (row["ticket_id"], row["label"])
            former = self.told.get(key)
            assert row["from"] == (former.status if former else None), row
            only = row.get("to_counter", former.only if former else None)
            at_counter = row["to"] in ("called", "serving")
            self.told[key] = Retold(
                row["to"],
                row["service"],
                row["priority"],
                datetime.fromisoformat(row["line_since"]),
                row["counter"] if at_counter else None,
                only if row["to"] == "waiting" else (former.only if former else None),
            )


def retell(changes: Iterable[dict[str, Any]], policy: str) -> dict[tuple[int, str], Retold]:
    """Follow rows from the first on; return what they tell in the end."""
    retelling = Retelling(policy)
    for row in changes:
        retelling.follow(row)
    return retelling.told


def _thaw(
    tickets: Iterable[Retold], code: str, stopped: datetime, now: datetime, policy: str
) -> None:
    for each in tickets:
        if policy == "accumulating" and each.service == code and each.status in ("waiting", "held"):
            rate = RATES[each.klass]
            still = max(stopped, each.since)
            gained = rate * (still - each.since).total_seconds() + (now - still).total_seconds()
            each.since = now - timedelta(seconds=gained / rate)
