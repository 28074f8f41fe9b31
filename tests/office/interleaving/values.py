"""What the model of a small office is made of: plain values, and who may do what."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

#: Minutes after which a counter's preference for others no longer counts.
PATIENCE = 30
RATES = {"ordinary": 1.0, "priority": 2.0, "urgent": 3.0}
#: Each service with what it cannot be given without.
NEEDS = {"A": ("network",), "C": ("network", "ink"), "K": ()}
#: The service that may follow another.
FOLLOWS = {"A": "C"}
#: Each outcome, and whether the visitor may come back after it.
OUTCOMES = {"done": False, "documents_incomplete": True, "come_back": True}
#: Within how many days who was sent away may come back, and the most seconds waited that count.
RETURN_DAYS = 14
MOST_CREDIT = 4 * 3600
#: Who may do what beyond serving; `chief` may act at anybody's counter.
GRANTED = {
    "clerk1": {"out_of_order", "transfer", "priority", "walk_in", "cancel", "reprint"},
    "clerk2": {"out_of_order", "transfer", "priority", "walk_in"},
    "clerk3": set(),
    "chief": {
        *("out_of_order", "transfer", "priority", "walk_in", "cancel", "reprint"),
        *("anywhere", "floor"),
    },
}
#: Who acts elsewhere than at a counter.
BESIDE = {"kiosk": set(), "desk": {"cancel", "reprint"}}
AT_COUNTER = ("called", "serving")
ZONE = ZoneInfo("Asia/Makassar")


class No(Exception):
    """The model refuses, with this code."""


@dataclass
class Visit:
    """One ticket."""

    serial: int
    label: str
    day: date
    service: str
    klass: str
    arrived: datetime
    since: datetime
    status: str = "waiting"
    #: Where it is called or served.
    at: int | None = None
    #: The only counter it waits for.
    only: int | None = None
    #: The counter that set it aside while it was called or served there.
    held_at: int | None = None
    further: list[str] = field(default_factory=list)
    recalls: int = 0
    #: When each stretch was called.
    calls: list[datetime | None] = field(default_factory=lambda: [None])
    missed: datetime | None = None
    #: How often the holder asked for more time or another service, and anybody let it rejoin.
    stepped: int = 0
    changed: int = 0
    rejoined: int = 0
    #: Its place is not that of its arrival: it stepped back, rejoined or returned.
    moved: bool = False
    #: Who called or serves it, or did last.
    by: str | None = None
    #: Which secret opens it.
    secret: int = 0

    @property
    def rate(self) -> float:
        return RATES[self.klass]


@dataclass(frozen=True)
class Row:
    """One row of the journal."""

    kind: str
    at: datetime
    who: str
    counter: int | None = None
    ticket: tuple[date, str] | None = None
    #: What a call passed, by reason.
    passed: tuple[tuple[str, int], ...] = ()


@dataclass
class Act:
    """The last action at a counter: when, how its tickets stood, and the rows before it."""

    at: datetime
    who: str
    found: dict[tuple[date, str], Visit]
    rows: int


@dataclass
class Post:
    """One counter."""

    number: int
    #: Each service it serves: the preference, and the minutes after which it helps out.
    terms: dict[str, tuple[int, int | None]]
    clerk: str | None = None
    paused: bool = False
    desk_work: bool = False
    act: Act | None = None


@dataclass
class Early:
    """How the office closes before its hours are over."""

    reason: str
    fate: str
    home_at: datetime | None
    sent: bool = False


@dataclass
class Right:
    """The right to come back with a number that has ended."""

    service: str
    why: str
    first: date
    until: date | None
    #: Seconds waited that count, or none for the office's stated place.
    credit: int | None = None
    #: Which of the codes made for this number holds, if any was told.
    code: int | None = None
    used: bool = False


Key = tuple[date, str]


@dataclass
class State:
    """Everything that changes."""

    day: date
    visits: dict[tuple[date, str], Visit] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    #: Since when what is missing, in the order it went missing.
    missing: dict[str, datetime] = field(default_factory=dict)
    stopped: dict[str, datetime] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    #: By the day, and by the number that has ended.
    early: dict[date, Early] = field(default_factory=dict)
    home_at: datetime | None = None
    rights: dict[Key, Right] = field(default_factory=dict)
    #: How many codes have been made for each number, and how many secrets in all.
    codes: dict[Key, int] = field(default_factory=dict)
    secrets: int = 0
    #: The secrets that stood on slips replaced today.
    void: set[int] = field(default_factory=set)
    needs: dict[Key, set[str]] = field(default_factory=dict)
    notes: int = 0
