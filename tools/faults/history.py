"""The history checker: from the journal and what the clients saw, what was lost or came twice.

In the manner of Jepsen, and pure: it reads the rows that GET /journal told in the end and the notes
of kiosks, clerks and boards, and nothing else of the installation. All moments are seconds of one
monotonic clock, that of the machine the clients run on.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.replay.rebuilt import CALLED, TAKEN, Line, Row
from office.place import PolicyName
from office.tickets import Status

#: Answers after which the pages send again; the first two are those of a proxy.
TRIED_AGAIN = (502, 504, 503)

PUT_BACK = "ticket_put_back"

#: What a row of the journal says, as far as a board shows it.
SHOWN = ("kind", "label", "counter")


class Wrong(StrEnum):
    """The kinds of findings."""

    #: Acknowledged, and not in the journal; or a version or a number that is left out.
    LOST = "lost"
    #: Given out, called or done more often than it was asked for.
    DOUBLED = "doubled"
    #: A call that a board neither showed nor was caught up with.
    MISSED = "missed"
    #: Told otherwise than it is in the journal, or than it was told before.
    UNTRUE = "untrue"
    #: Answered by an error that the pages do not try again after.
    BROKEN = "broken"
    #: Never answered although everything was in order again.
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Finding:
    """One thing that must not be."""

    wrong: Wrong
    says: str


@dataclass(frozen=True)
class Answer:
    """What came back of one sending of a request."""

    at: float
    status: int
    #: The number that was given or called; None where the answer names none.
    label: str | None = None
    #: The stable code of a refusal.
    code: str = ""

    @property
    def done(self) -> bool:
        """Whether it says that the request was done."""
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether it says that nothing was done, nor will be."""
        return 400 <= self.status < 500 and self.status != 429


@dataclass
class Wish:
    """A change that a client asked for under one key, however often it was sent."""

    #: The row it makes, and where: the service of a number, the counter of a call.
    kind: str
    where: str | int
    began: float
    sendings: int = 0
    #: Whether its sender meant to go on until it was answered.
    insisted: bool = True
    answers: list[Answer] = field(default_factory=list)

    @property
    def done(self) -> Answer | None:
        """The first answer that says that it was done."""
        return next((each for each in self.answers if each.done), None)

    @property
    def open(self) -> bool:
        """Whether its sender cannot know if it was done."""
        return not any(each.done or each.refused for each in self.answers)


@dataclass(frozen=True)
class Shown:
    """A change that a board showed."""

    at: float
    version: int
    change: Mapping[str, Any]


@dataclass(frozen=True)
class Anew:
    """A snapshot by which a board began anew."""

    at: float
    version: int


@dataclass
class Board:
    """What one board was told, in that order."""

    name: str
    words: list[Shown | Anew] = field(default_factory=list)


@dataclass(frozen=True)
class History:
    """All that is known of what happened: the whole journal, and what everybody saw."""

    rows: Sequence[Row]
    wishes: Sequence[Wish]
    boards: Sequence[Board] = ()
    #: The version at which the clients began.
    since: int = 0


@dataclass
class Verdict:
    """What the checker counted, and every finding in a sentence."""

    issued: int = 0
    called: int = 0
    #: Wishes whose senders never knew, and how many of those were done after all.
    unknown: int = 0
    unknown_done: int = 0
    #: Calls that boards showed as they came, and such as a snapshot told them of.
    shown: int = 0
    by_snapshot: int = 0
    findings: list[Finding] = field(default_factory=list)

    def count(self, wrong: Wrong) -> int:
        """Return how many findings are of one kind."""
        return sum(each.wrong is wrong for each in self.findings)

    def add(self, wrong: Wrong, says: str) -> None:
        """Add a finding."""
        self.findings.append(Finding(wrong, says))


def check(history: History) -> Verdict:
    """Compare a history with itself."""
    verdict = Verdict()
    _versions(history.rows, verdict)
    _numbers(history.rows, history.since, verdict)
    _moves(history.rows, history.since, verdict)
    _answers(history.wishes, verdict)
    own = [row for row in history.rows if row["version"] > history.since]
    _acknowledged(own, history.wishes, verdict)
    _in_time(own, history.wishes, verdict)
    rows = {row["version"]: row for row in history.rows}
    for board in history.boards:
        _board(board, rows, verdict)
    return verdict


def _versions(rows: Sequence[Row], verdict: Verdict) -> None:
    """The journal counts 1, 2, 3 ..."""
    for due, row in enumerate(rows, start=1):
        if row["version"] != due:
            verdict.add(Wrong.LOST, f"version {row['version']} stands where {due} is due")
            return


def _numbers(rows: Sequence[Row], since: int, verdict: Verdict) -> None:
    """Each number is given out once a day, in order, without a gap."""
    last: dict[tuple[str, str], int] = {}
    given: set[tuple[str, str]] = set()
    for row in rows:
        if row["kind"] != TAKEN:
            continue
        day, label = row["day"], row["label"]
        prefix = label.rstrip("0123456789")
        number = int(label[len(prefix) :])
        if row["version"] > since:
            if (day, label) in given:
                verdict.add(Wrong.DOUBLED, f"{label} was given out twice on {day}")
            elif number != last.get((day, prefix), number - 1) + 1:
                after = f"{prefix}{last[day, prefix]:03d}"
                verdict.add(Wrong.LOST, f"{label} follows {after} on {day}")
        given.add((day, label))
        last[day, prefix] = max(number, last.get((day, prefix), 0))


def _moves(rows: Sequence[Row], since: int, verdict: Verdict) -> None:
    """A number is called once, unless it came back into the line; each move is a lawful one."""
    line = Line({}, PolicyName.FIRST_COME.value)
    called: dict[tuple[str, str], int] = {}
    for row in rows:
        own = row["version"] > since
        wrong = line.apply(row)
        label = row.get("label")
        if label is None or row.get("to") is None:
            continue
        key = (row["day"], label)
        if row["to"] == Status.WAITING:
            called.pop(key, None)
        elif row["kind"] == CALLED:
            before = called.get(key)
            if own and before is not None:
                says = f"{label} was called at {before} and again at {row['version']}"
                verdict.add(Wrong.DOUBLED, says)
                continue
            called[key] = row["version"]
        if own:
            for each in wrong:
                verdict.add(Wrong.UNTRUE, f"{row['version']}: {each}")


def _answers(wishes: Iterable[Wish], verdict: Verdict) -> None:
    """However often a request was sent, it was answered alike; who insisted was answered."""
    for wish in wishes:
        told = {each.label for each in wish.answers if each.done}
        if len(told) > 1:
            labels = " and ".join(sorted(map(str, told)))
            verdict.add(Wrong.UNTRUE, f"one {wish.kind} at {wish.where} was answered {labels}")
        for answer in wish.answers:
            if answer.status == 429 or (answer.status >= 500 and answer.status not in TRIED_AGAIN):
                says = f"{wish.kind} at {wish.where} was answered {answer.status} {answer.code}"
                verdict.add(Wrong.BROKEN, says)
        if wish.open and wish.insisted:
            says = f"a {wish.kind} at {wish.where} had no answer in {wish.sendings} sendings"
            verdict.add(Wrong.UNANSWERED, says)


def _acknowledged(own: Sequence[Row], wishes: Sequence[Wish], verdict: Verdict) -> None:
    """What was acknowledged is there once; what was not is there once or not at all."""
    places = {TAKEN: "service", CALLED: "counter", PUT_BACK: "counter"}
    there: dict[tuple[str, Any], Counter[str]] = defaultdict(Counter)
    told: dict[tuple[str, Any], Counter[str]] = defaultdict(Counter)
    unknown: Counter[tuple[str, Any]] = Counter()
    for row in own:
        if row["kind"] in places:
            there[row["kind"], row[places[row["kind"]]]][row["label"]] += 1
    for wish in wishes:
        done, where = wish.done, (wish.kind, wish.where)
        if done is not None and done.label is not None:
            told[where][done.label] += 1
        unknown[where] += wish.open
    verdict.issued = sum(n.total() for (kind, _), n in told.items() if kind == TAKEN)
    verdict.called = sum(n.total() for (kind, _), n in told.items() if kind == CALLED)
    verdict.unknown = unknown.total()
    for where in {*there, *told}:
        kind, place = where
        for label, count in (told[where] - there[where]).items():
            if there[where][label]:
                says = f"{label} was acknowledged {count} times more than it is in the journal"
                verdict.add(Wrong.DOUBLED, says)
            else:
                says = f"{label} ({kind} at {place}) was acknowledged and is not in the journal"
                verdict.add(Wrong.LOST, says)
        more = there[where] - told[where]
        verdict.unknown_done += min(more.total(), unknown[where])
        if more.total() > unknown[where]:
            labels = ", ".join(sorted(more))
            says = f"{kind} at {place}: nobody asked, or was told no, for one of {labels}"
            verdict.add(Wrong.DOUBLED, says)


def _in_time(own: Sequence[Row], wishes: Sequence[Wish], verdict: Verdict) -> None:
    """What was answered before another thing was asked for comes before it in the journal."""
    versions: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in own:
        if row["kind"] in (TAKEN, CALLED):
            versions[row["kind"], row["label"]].append(row["version"])
    spans = []
    told = Counter((wish.kind, wish.done.label) for wish in wishes if wish.done is not None)
    for wish in wishes:
        done = wish.done
        found = versions.get((wish.kind, done.label), []) if done and done.label else []
        # what was given out twice is found elsewhere
        once = done is not None and told[wish.kind, done.label] == 1
        if done is not None and once and len(found) == 1:
            spans.append((wish.began, done.at, found[0], done.label))
    ended = sorted(spans, key=lambda span: span[1])
    newest, by, at = 0, None, 0
    for began, _, version, label in sorted(spans):
        while at < len(ended) and ended[at][1] < began:
            if ended[at][2] > newest:
                newest, by = ended[at][2], ended[at][3]
            at += 1
        if version < newest:
            says = f"{label} stands before {by}, which was answered before it was asked for"
            verdict.add(Wrong.UNTRUE, says)


def _board(board: Board, rows: Mapping[int, Row], verdict: Verdict) -> None:
    """A board shows each version once, in order, and as the journal has it, up to the newest."""
    at: int | None = None
    for word in board.words:
        if isinstance(word, Anew):
            if at is not None and word.version < at:
                says = f"{board.name} stood at {at} and was told that it is {word.version} now"
                verdict.add(Wrong.UNTRUE, says)
            elif at is not None:
                verdict.by_snapshot += len(_calls(rows, at, word.version))
            at = word.version
            continue
        version, row = word.version, rows.get(word.version)
        if at is not None and version <= at:
            verdict.add(Wrong.DOUBLED, f"{board.name} showed {version} again after {at}")
            continue
        if at is not None:
            _not_shown(board, rows, at, version - 1, verdict)
        at = version
        if row is None:
            verdict.add(Wrong.UNTRUE, f"{board.name} showed {version}, which is not in the journal")
        elif row["kind"] == CALLED and any(word.change.get(n) != row.get(n) for n in SHOWN):
            verdict.add(Wrong.UNTRUE, f"{board.name} showed {version} otherwise than it is")
        elif word.change.get("kind") != row["kind"]:
            verdict.add(Wrong.UNTRUE, f"{board.name} showed {version} as another thing")
        else:
            verdict.shown += row["kind"] == CALLED
    _not_shown(board, rows, at if at is not None else 0, max(rows, default=0), verdict)


def _calls(rows: Mapping[int, Row], after: int, until: int) -> list[int]:
    between = range(after + 1, until + 1)
    return [each for each in between if each in rows and rows[each]["kind"] == CALLED]


def _not_shown(
    board: Board, rows: Mapping[int, Row], after: int, until: int, verdict: Verdict
) -> None:
    for version in _calls(rows, after, until):
        row = rows[version]
        says = f"{board.name} never showed {row['label']} called to {row['counter']}"
        verdict.add(Wrong.MISSED, says)


@dataclass(frozen=True)
class Times:
    """How long things took (s), at worst."""

    #: From asking to the answer.
    answer: float
    #: From a call's answer to its being shown.
    screen: float
    #: From the fault until all who had asked meanwhile were answered and all screens knew.
    right: float

    def or_slower(self, other: "Times") -> "Times":
        """Return the longer of each two."""
        return Times(
            max(self.answer, other.answer),
            max(self.screen, other.screen),
            max(self.right, other.right),
        )


def times(history: History, struck: float, mended: float) -> Times:
    """Return how long things took in a history with a fault between two moments."""
    calls: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row in history.rows:
        if row["kind"] == CALLED and row["version"] > history.since:
            calls[row["label"], row["counter"]].append(row["version"])
    answer = screen = right = 0.0
    told: dict[int, float] = {}
    asked: dict[int, float] = {}
    for wish in history.wishes:
        done = wish.done
        if done is None:
            continue
        answer = max(answer, done.at - wish.began)
        if wish.began <= mended and done.at >= struck:
            right = max(right, done.at - struck)
        found = calls.get((str(done.label), wish.where), []) if wish.kind == CALLED else []  # type: ignore[arg-type]
        if len(found) == 1:
            told[found[0]], asked[found[0]] = done.at, wish.began
    for board in history.boards:
        at = -1
        for word in board.words:
            fresh = range(at + 1, word.version + 1) if at >= 0 else ()
            for version in fresh:
                if version in told:
                    screen = max(screen, word.at - told[version])
                    if asked[version] <= mended and word.at >= struck:
                        right = max(right, word.at - struck)
            at = word.version
    return Times(answer, screen, right)
