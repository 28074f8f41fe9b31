"""Fixtures of paper: an office with tickets on each database, printers, and a spooler."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.printing.jobs import PrintJob, queue_slip
from kiosk.printing.slip import Slip
from kiosk.printing.spooler import Spooler
from kiosk.printing.ticket_slip import ticket_slip
from office import people  # noqa: F401 - its tables are referred to
from office.place import Office, PriorityClass, Service
from office.tickets import Ticket
from storage.work import Store, Work
from tests.kiosk.printing.fakes import FakePrinter

#: Thursday 26 November 2026, 10:05 in Lombok.
MORNING = datetime(2026, 11, 26, 2, 5, tzinfo=UTC)
URL = "http://192.168.10.20:8080/t/AbCdEfGhIjKlMnOpQrStUv"


class StandingClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.moment = MORNING

    def now(self) -> datetime:
        """Return the moment it stands at."""
        return self.moment

    def advance(self, seconds: float) -> None:
        """Move on."""
        self.moment += timedelta(seconds=seconds)


def make_slip(**values: Any) -> Slip:
    """Return the slip of A012, or as `values` say."""
    usual: dict[str, Any] = {
        "office": "Dinas Kependudukan dan Pencatatan Sipil",
        "label": "A012",
        "service": "Perekaman KTP-el",
        "ahead_count": 14,
        "taken_at": MORNING,
        "timezone": "Asia/Makassar",
        "locale": "id",
        "median_s": 1500,
        "p90_s": 3000,
        "url": URL,
    }
    return ticket_slip(**usual | values)


@dataclass
class Desk:
    """An office that takes tickets and queues their slips."""

    store: Store
    clock: StandingClock
    office_id: int
    service_id: int
    class_id: int
    taken: int = 0

    def take(self, printer: str, **values: Any) -> tuple[str, int]:
        """Take a ticket, its slip in the same work; return its label and the job's id."""
        with self.store.work() as work:
            ticket, job = self.take_in(work, printer, **values)
        assert job is not None
        return ticket.label, job.id

    def take_in(self, work: Work, printer: str, **values: Any) -> tuple[Ticket, PrintJob | None]:
        """Take a ticket and queue its slip within `work`."""
        self.taken += 1
        now = self.clock.now()
        ticket = Ticket.taken(
            work.session.get_one(Service, self.service_id),
            self.taken,
            work.session.get_one(PriorityClass, self.class_id),
            now.date(),
            now,
            "id",
            f"secret {self.taken}",
        )
        work.session.add(ticket)
        work.session.flush()
        slip = make_slip(label=ticket.label, **values)
        return ticket, queue_slip(work, self.office_id, ticket.id, printer, slip, now)

    def job(self, job_id: int) -> PrintJob:
        """Return the job as it is now."""
        with self.store.read() as work:
            return work.session.get_one(PrintJob, job_id)


@pytest.fixture
def clock() -> StandingClock:
    """A clock at MORNING."""
    return StandingClock()


@pytest.fixture
def desk(store: Store, clock: StandingClock) -> Desk:
    """An office with one service."""
    with store.work() as work:
        office = Office(
            code="utama", names={"id": "Dukcapil"}, timezone="Asia/Makassar", locales=["id", "en"]
        )
        work.session.add(office)
        work.session.flush()
        service = Service(
            office_id=office.id, code="A", letter="A", names={"id": "Perekaman KTP-el"}
        )
        ordinary = PriorityClass(office_id=office.id, code="ordinary", names={}, rate=1.0)
        work.session.add_all([service, ordinary])
        work.session.flush()
        return Desk(store, clock, office.id, service.id, ordinary.id)


@pytest.fixture
def make_printer() -> Iterator[Callable[..., FakePrinter]]:
    """Make printers that are switched off at the end."""
    made: list[FakePrinter] = []

    def make(**values: Any) -> FakePrinter:
        made.append(FakePrinter(**values))
        return made[-1]

    yield make
    for each in made:
        each.switch_off()


@pytest.fixture
def printer(make_printer: Callable[..., FakePrinter]) -> FakePrinter:
    """A printer in good health."""
    return make_printer()


@pytest.fixture
def make_spooler(store: Store, clock: StandingClock) -> Iterator[Callable[..., Spooler]]:
    """Make spoolers, not started, that are stopped at the end."""
    made: list[Spooler] = []

    def make(**values: Any) -> Spooler:
        made.append(Spooler(store, clock, **values))
        return made[-1]

    yield make
    for each in made:
        each.stop()
