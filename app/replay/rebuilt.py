"""The line as the journal alone tells it, rebuilt row by row, apart from the server's tables."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from office import policy
from office.place import PolicyName
from office.policy import Waiting
from office.tickets import MOVES, Status

Row = dict[str, Any]

CALLED = "ticket_called"
TAKEN = "ticket_taken"
UNDONE = "ticket_undone"
CHANGED = "office_changed"
#: What is said of a ticket that stays as it is, and as what.
STAYS = {
    "ticket_recalled": Status.CALLED,
    "ticket_stepped_back": Status.WAITING,
    "ticket_transferred": Status.WAITING,
    "priority_changed": Status.WAITING,
}


@dataclass(frozen=True)
class Entry:
    """The last time a ticket came into the line: by which version, and how."""

    version: int
    kind: str


@dataclass(frozen=True)
class _Called:
    at: datetime
    step: int
    rate: float


class Line:
    """Who waits, who is where, and whom a counter ought to call."""

    def __init__(self, rates: Mapping[str, float], policy_name: str) -> None:
        self._rates = rates
        self._policy = PolicyName(policy_name)
        self.waiting: dict[str, Waiting] = {}
        self.entered: dict[str, Entry] = {}
        self.status: dict[str, Status] = {}
        self.at_counter: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        self._steps: dict[str, int] = {}
        self._calls: dict[str, _Called] = {}
        self._services: dict[str, int] = {}
        self._day = ""

    def due(self, row: Row) -> str | None:
        """Return the label that the counter of a call `row` ought to call, before it is applied."""
        at = datetime.fromisoformat(row["at"])
        served = {self._service(code) for code in row["services"]}
        recent = sorted(self._calls.values(), key=lambda each: (each.at, each.step))[-2:]
        ordered = policy.in_order(
            self.waiting.values(), at, self._policy, [each.rate for each in recent]
        )
        for each in ordered:
            if each.only_counter == row["counter"] or (
                each.only_counter is None and each.service_id in served
            ):
                return each.label
        return None

    def apply(self, row: Row) -> list[str]:
        """Take the next row in; return what is wrong with it."""
        if row["day"] != self._day:
            self._day = row["day"]
            self._calls.clear()
        if row["kind"] == CHANGED and row.get("part") == "turn":
            self._go_by(row["present"])
        label = row.get("label")
        if label is None or row.get("to") is None:
            return []
        former, to = row.get("from"), Status(row["to"])
        wrong = self._wrong(row, label, former, to)
        if former == Status.WAITING:
            self.waiting.pop(label, None)
        if to is Status.WAITING:
            self._enter(row, label, former)
        self._sit(row, label, to)
        self.status[label] = to
        return wrong

    def rate(self, label: str) -> float:
        """Return the rate of a waiting ticket's class."""
        return self.waiting[label].rate

    def _go_by(self, rules: Row) -> None:
        """Order by other rules of the turn from now on, those who wait by now included."""
        self._policy = PolicyName(rules.get("policy", self._policy))
        self._rates = rules.get("rates", self._rates)
        for label, each in self.waiting.items():
            rate = self._rates.get(each.class_code, 1.0)
            self.waiting[label] = replace(each, rate=rate)

    def _wrong(self, row: Row, label: str, former: str | None, to: Status) -> list[str]:
        kind, known = row["kind"], self.status.get(label)
        wrong = []
        if kind == TAKEN:
            if known in (Status.WAITING, Status.CALLED, Status.SERVING, Status.HELD):
                wrong.append(f"{label} was taken while it was {known.value}")
            return wrong
        if known is not None and former != known:
            wrong.append(f"{label} was {known.value}, not {former}, at {kind}")
        elif kind != UNDONE and former is not None and not self._may_move(kind, former, to):
            wrong.append(f"{label} moved from {former} to {to.value}")
        if kind == CALLED:
            other = self.at_counter.get(row["counter"])
            if other is not None and other != label:
                wrong.append(f"counter {row['counter']} called {label} while it had {other}")
            places = [n for n, at in self.at_counter.items() if at == label]
            if any(place != row["counter"] for place in places):
                wrong.append(f"{label} was called to {row['counter']} while at {places[0]}")
        return wrong

    @staticmethod
    def _may_move(kind: str, former: str, to: Status) -> bool:
        stays = former == to and STAYS.get(kind) == to
        return stays or to in MOVES[Status(former)]

    def _enter(self, row: Row, label: str, former: str | None) -> None:
        kind = row["kind"]
        if kind == TAKEN:
            self._numbers[label] = row["version"]
        if kind == TAKEN or former != Status.CALLED or kind == "ticket_transferred":
            self._steps[label] = row["version"]
        elif kind in ("ticket_put_back", UNDONE):
            self._calls.pop(f"{label} {self._steps.get(label)}", None)
        self.entered[label] = Entry(row["version"], kind)
        self.waiting[label] = Waiting(
            ticket_id=self._numbers.get(label, 0),
            label=label,
            service_id=self._service(row["service"]),
            class_code=row["priority"],
            rate=self._rates.get(row["priority"], 1.0),
            arrived_at=datetime.fromisoformat(row["arrived_at"]),
            line_since=datetime.fromisoformat(row.get("line_since") or row["arrived_at"]),
            only_counter=row.get("to_counter"),
        )

    def _sit(self, row: Row, label: str, to: Status) -> None:
        for number in [n for n, at in self.at_counter.items() if at == label]:
            del self.at_counter[number]
        if to in (Status.CALLED, Status.SERVING) and row.get("counter") is not None:
            self.at_counter[row["counter"]] = label
        if to is Status.CALLED:
            step = self._steps.get(label, 0)
            self._calls[f"{label} {step}"] = _Called(
                datetime.fromisoformat(row["at"]),
                step,
                self._rates.get(row["priority"], 1.0),
            )

    def _service(self, code: str) -> int:
        return self._services.setdefault(code, len(self._services) + 1)
