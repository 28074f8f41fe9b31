"""The check of a replay: from the journal, the answers and what the screens heard, what went wrong.

Pure: it asks the server nothing, and trusts of the server's words only what they must agree with.
"""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.replay.follow import Heard, Hearing
from app.replay.rebuilt import CALLED, TAKEN, Line, Row

#: Seconds from a clerk's request to a screen after which a call is late.
LATE = 1.0

ENDED = {"done", "no_show", "cancelled", "expired"}


@dataclass(frozen=True)
class Called:
    """A call as a clerk was answered; moments on the machine's monotonic clock."""

    counter: int
    label: str
    asked_at: float


@dataclass(frozen=True)
class Polled:
    """What a visitor's phone was told of the place in line."""

    label: str
    version: int
    position: int


@dataclass(frozen=True)
class Evidence:
    """All that was seen of a replay."""

    #: The whole journal, from its first row, as it was handed out.
    rows: Sequence[Row]
    #: The version at which the replay began.
    since: int
    rates: Mapping[str, float]
    policy: str
    #: Labels of the tickets the kiosk was given.
    given: Sequence[str]
    calls: Sequence[Called]
    screens: Sequence[Hearing]
    polls: Sequence[Polled] = ()
    answered_otherwise: int = 0


@dataclass
class Screen:
    """What one screen missed, saw twice, saw late or saw in the wrong order."""

    missed: int = 0
    doubled: int = 0
    late: int = 0
    unordered: int = 0
    #: Calls that differ from the journal in label or counter.
    wrong: int = 0
    #: Calls it had to ask for, and how often it noticed a gap or had to come back.
    asked_for: int = 0
    gaps: int = 0
    reconnects: int = 0


@dataclass
class Findings:
    """What the check counted, and every fault in a sentence."""

    tickets: int = 0
    calls: int = 0
    finished: int = 0
    no_shows: int = 0
    expired: int = 0
    #: Taken or called by others than the replay, while it ran.
    by_others: int = 0
    journal_gaps: int = 0
    numbers_duplicated: int = 0
    numbers_skipped: int = 0
    tickets_lost: int = 0
    calls_lost: int = 0
    calls_unanswered: int = 0
    tickets_unended: int = 0
    moves_broken: int = 0
    calls_out_of_order: int = 0
    calls_out_of_order_logged: int = 0
    answered_otherwise: int = 0
    positions_polled: int = 0
    positions_risen: int = 0
    positions_risen_unexplained: int = 0
    screens: list[Screen] = field(default_factory=list)
    #: Milliseconds from a clerk's request to a screen, of every call at every screen.
    latencies: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def check(evidence: Evidence) -> Findings:
    """Compare the evidence with itself and with the policy."""
    found = Findings(answered_otherwise=evidence.answered_otherwise)
    if evidence.answered_otherwise:
        found.faults.append(
            f"{evidence.answered_otherwise} requests sent again were answered otherwise"
        )
    _sequence(evidence, found)
    _numbers(evidence, found)
    _line(evidence, found)
    _answers(evidence, found)
    asked = _asked(evidence)
    for number, hearing in enumerate(evidence.screens, start=1):
        found.screens.append(_screen(evidence, number, hearing, asked, found))
    return found


def _own(evidence: Evidence) -> list[Row]:
    return [row for row in evidence.rows if row["version"] > evidence.since]


def _sequence(evidence: Evidence, found: Findings) -> None:
    """The journal counts 1, 2, 3 ... without a gap and without a repetition."""
    last = 0
    for row in evidence.rows:
        if row["version"] != last + 1:
            found.journal_gaps += 1
            found.faults.append(f"journal: {row['version']} follows {last}")
        last = row["version"]


def _numbers(evidence: Evidence, found: Findings) -> None:
    """Each number once a day, and each but a service's first follows the one before it."""
    seen: dict[tuple[str, str], set[int]] = defaultdict(set)
    begun: set[tuple[str, str, str]] = set()
    for row in evidence.rows:
        if row["kind"] != TAKEN:
            continue
        label, day = row["label"], row["day"]
        prefix, number = _parted(label)
        taken = seen[day, prefix]
        first = (day, prefix, row["service"]) not in begun
        begun.add((day, prefix, row["service"]))
        if row["version"] > evidence.since:
            if number in taken:
                found.numbers_duplicated += 1
                found.faults.append(f"{label} was given out twice on {day}")
            elif not first and number - 1 not in taken:
                below = max((each for each in taken if each < number), default=0)
                found.numbers_skipped += number - below - 1
                found.faults.append(f"{label} follows {prefix}{below:03d} on {day}")
        taken.add(number)


def _parted(label: str) -> tuple[str, int]:
    match = re.fullmatch(r"(\D*)(\d+)", label)
    return (match[1], int(match[2])) if match else (label, 0)


def _line(evidence: Evidence, found: Findings) -> None:
    """Rebuild the line; every call must be the one the policy names, every move a legal one."""
    line = Line(evidence.rates, evidence.policy)
    polls: dict[int, list[Polled]] = defaultdict(list)
    for poll in evidence.polls:
        polls[poll.version].append(poll)
    before: dict[str, Polled] = {}
    mine: dict[str, str] = {}
    kinds: Counter[str] = Counter()
    for row in evidence.rows:
        own = row["version"] > evidence.since
        if own:
            kinds[row["kind"]] += 1
        if own and row["kind"] == CALLED:
            _turn(row, line, found)
        wrong = line.apply(row)
        if own:
            found.moves_broken += len(wrong)
            found.faults.extend(f"{row['version']}: {each}" for each in wrong)
            if row["kind"] == TAKEN:
                mine[row["label"]] = row["day"]
        for poll in polls.get(row["version"], ()):
            _place(poll, before, line, found)
    found.tickets = kinds[TAKEN]
    found.calls = kinds[CALLED]
    found.finished = kinds["ticket_finished"]
    found.no_shows = kinds["ticket_no_show"]
    found.expired = kinds["ticket_expired"]
    found.positions_polled = len(evidence.polls)
    for label in mine:
        status = line.status[label].value
        if status not in ENDED:
            found.tickets_unended += 1
            found.faults.append(f"{label} was left {status}")


def _turn(row: Row, line: Line, found: Findings) -> None:
    due = line.due(row)
    if due == row["label"]:
        return
    if row.get("out_of_order"):
        found.calls_out_of_order_logged += 1
        return
    found.calls_out_of_order += 1
    found.faults.append(
        f"{row['version']}: counter {row['counter']} called {row['label']}, "
        f"whose turn it was not; it was that of {due or 'nobody'}"
    )


def _place(poll: Polled, before: dict[str, Polled], line: Line, found: Findings) -> None:
    """A place may only grow by tickets of a faster class, or by such as came back into the line."""
    former = before.get(poll.label)
    before[poll.label] = poll
    own = line.waiting.get(poll.label)
    if former is None or own is None or line.entered[poll.label].version > former.version:
        return
    rise = poll.position - former.position
    if rise <= 0:
        return
    found.positions_risen += 1
    allowed = 0
    for label, other in line.waiting.items():
        if label == poll.label or other.service_id != own.service_id:
            continue
        entry = line.entered[label]
        came_back = entry.kind != TAKEN and entry.version > former.version
        allowed += other.rate > own.rate or came_back
    if rise > allowed:
        found.positions_risen_unexplained += 1
        found.faults.append(
            f"{poll.version}: {poll.label} fell back from place {former.position} to "
            f"{poll.position} with {allowed} allowed to pass"
        )


def _answers(evidence: Evidence, found: Findings) -> None:
    """What kiosk and clerks were answered is in the journal, once each."""
    own = _own(evidence)
    taken = Counter(row["label"] for row in own if row["kind"] == TAKEN)
    given = Counter(evidence.given)
    for label, count in (given - taken).items():
        found.tickets_lost += count
        found.faults.append(f"{label} was given out and is not in the journal")
    for label, count in given.items():
        if count > 1:
            found.numbers_duplicated += count - 1
            found.faults.append(f"the kiosk was given {label} {count} times")
    found.by_others += (taken - given).total()
    called = Counter((row["counter"], row["label"]) for row in own if row["kind"] == CALLED)
    told = Counter((call.counter, call.label) for call in evidence.calls)
    for (counter, label), count in (told - called).items():
        found.calls_lost += count
        found.faults.append(f"counter {counter} was told {label}, which the journal does not know")
    clerks = {call.counter for call in evidence.calls}
    for (counter, label), count in (called - told).items():
        if counter in clerks:
            found.calls_unanswered += count
            found.faults.append(f"{label} was called to {counter} and no clerk was told")
        else:
            found.by_others += count


def _asked(evidence: Evidence) -> dict[int, float]:
    """Return when each call of the journal was asked for, by its version."""
    told: dict[tuple[int, str], deque[float]] = defaultdict(deque)
    for call in evidence.calls:
        told[call.counter, call.label].append(call.asked_at)
    asked = {}
    for row in _own(evidence):
        if row["kind"] == CALLED and told[row["counter"], row["label"]]:
            asked[row["version"]] = told[row["counter"], row["label"]].popleft()
    return asked


def _screen(
    evidence: Evidence,
    number: int,
    hearing: Hearing,
    asked: Mapping[int, float],
    found: Findings,
) -> Screen:
    """A screen shows every call of the replay once, in order, and soon."""
    screen = Screen(gaps=hearing.gaps, reconnects=hearing.reconnects)
    due = {row["version"]: row for row in _own(evidence) if row["kind"] == CALLED}
    shown: dict[int, Heard] = {}
    last = 0
    for heard in hearing.shown:
        version = heard.change["version"]
        if version not in due:
            continue
        if version in shown:
            screen.doubled += 1
            found.faults.append(f"screen {number} showed the call {version} twice")
            continue
        if version < last:
            screen.unordered += 1
            found.faults.append(f"screen {number} showed the call {version} after {last}")
        last = max(last, version)
        shown[version] = heard
        row = due[version]
        if any(heard.change.get(name) != row[name] for name in ("kind", "label", "counter")):
            screen.wrong += 1
            found.faults.append(f"screen {number} showed the call {version} wrongly")
        screen.asked_for += heard.asked_for
        if version in asked:
            taken = heard.at - asked[version]
            found.latencies.append(taken * 1000)
            screen.late += taken > LATE
    again = [version for version in hearing.doubled if version in due]
    screen.doubled += len(again)
    found.faults.extend(f"screen {number} was sent the call {version} twice" for version in again)
    for version in due.keys() - shown.keys():
        screen.missed += 1
        found.faults.append(
            f"screen {number} never showed {due[version]['label']} called to "
            f"{due[version]['counter']}"
        )
    return screen
