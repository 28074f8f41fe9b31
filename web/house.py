"""The house: what one running server is made of, found by every screen through the Flask app."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flask import current_app
from flask_socketio import SocketIO

from office.alerts import Alert
from office.clock import Clock
from office.journal import JournalRow
from office.notifying import Way
from office.opening import Strike
from office.people import Actor
from office.place import Office
from office.returning import Granted
from office.taking_back import SETTINGS, Setting
from office.tickets import Ticket
from storage.work import Store, Work
from web.clock_watch import ClockWatch
from web.outlook import Outlooks
from web.provider import Provider
from web.sockets import Gate

if TYPE_CHECKING:
    from web.live import LiveSpace, SeatedSpace
    from web.metrics import Metrics
    from web.navigation import Entry

#: Adds to what is told of a ticket or of the day, so that screens need not know each other.
TicketFact = Callable[[Work, Ticket], dict[str, Any]]
DayFact = Callable[[Work, Office], dict[str, Any]]
#: Name, what it is, labels and value.
Gauge = tuple[str, str, dict[str, str], float]
FloorAlert = Callable[[Work, Office, datetime], list[Alert]]
#: Queues the paper of a right to come back in the same work; says whether anything prints it.
ReturnPaper = Callable[[Work, Office, Actor, Granted, datetime], bool]


@dataclass(frozen=True)
class Safekeeping:
    """How an installation is kept safe."""

    folder: Path | None = None
    #: Moment and bytes of each backup, newest first.
    backups: tuple[tuple[datetime, int], ...] = ()
    #: When the last one was tried, and what went wrong.
    tried_at: datetime | None = None
    wrong: str | None = None
    #: How many daily ones are kept; 0 makes none.
    kept: int = 0
    copy_to: Path | None = None
    #: For how many seconds the newest change has had no copy.
    behind: float | None = None


@dataclass
class House:
    """The parts of one running server."""

    store: Store
    clock: Clock
    socketio: SocketIO
    #: Where files of this installation live.
    folder: Path
    #: The address phones reach the server at, without a slash at the end; empty: the request's own.
    public_url: str = ""
    #: Where people may sign in beside the password.
    provider: Provider | None = None
    #: Where slips are printed; "none" where nothing prints.
    printer: str = "none"
    #: Gateways for messages to visitors, by way: apprise addresses with "{address}" in them.
    notify: Mapping[Way, str] = field(default_factory=dict)
    #: Bytes of pictures and videos that an office may keep.
    media_room: int = 500 * 2**20
    #: Tells of the backups and the continuous copy; see app/keeping.py.
    safekeeping: Callable[[], "Safekeeping"] = field(default_factory=lambda: Safekeeping)
    #: Whether no other process serves the same database.
    alone: bool = True
    #: Whether the database could not be reached when it was asked last, by the pulse.
    cut_off: bool = False
    #: Says whether this process does not hear what others do, or they not what it does.
    parted: Callable[[], bool] = lambda: False
    #: Makes one message to other processes of what is sent to screens within it.
    together: Callable[[], AbstractContextManager[None]] = nullcontext
    outlooks: Outlooks = field(default_factory=Outlooks)
    #: The socket namespaces of the screens.
    spaces: list["LiveSpace"] = field(default_factory=list)
    #: Socket namespaces that follow no journal, and whose seats can be taken away all the same.
    seated: list["SeatedSpace"] = field(default_factory=list)
    #: What runs beside the requests, each for ever.
    background: list[Callable[[], None]] = field(default_factory=list)
    #: The settings whose changes can be taken back, by what the journal calls them.
    settings: dict[str, Setting] = field(default_factory=lambda: dict(SETTINGS))
    #: Tells a row of the journal as people read it; see manager/audit.py.
    row_told: Callable[[Work, Office, JournalRow], dict[str, Any]] = lambda _work, _office, _row: {}
    #: The managers' pages.
    menu: list["Entry"] = field(default_factory=list)
    ticket_facts: list[TicketFact] = field(default_factory=list)
    day_facts: list[DayFact] = field(default_factory=list)
    #: The pages through which a new office is set up, in order: endpoint and title.
    set_up_walk: list[tuple[str, Any]] = field(default_factory=list)
    #: What the supervisor should look at beside the queue.
    floor_alerts: list[FloorAlert] = field(default_factory=list)
    #: What screens measure for /metrics: name, what it is, labels, value.
    gauges: list[Callable[[Work], list[Gauge]]] = field(default_factory=list)
    #: Counts for /metrics, where that address is.
    metrics: "Metrics | None" = None
    #: What stands before the sockets.
    gate: Gate = field(init=False)
    clock_watch: ClockWatch = field(default_factory=ClockWatch)
    return_papers: list[ReturnPaper] = field(default_factory=list)
    #: What screens keep of visits, which goes with the rehearsal as an office opens.
    strikes: list[Strike] = field(default_factory=list)
    #: The blueprints whose addresses the log never tells.
    unlogged: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Put the gate before the sockets."""
        self.gate = Gate(self.socketio)


def house() -> House:
    """Return the house of the current Flask app."""
    return cast(House, current_app.extensions["antrean"])
