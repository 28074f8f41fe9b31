"""The outlook of an office: its line and forecast, computed once per version and few seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from office.clock import give_way
from office.forecasts import learnt_from, open_desks, paces_of, past_of
from office.learning import Learnt
from office.line import line_of
from office.place import Office, services_of
from office.policy import Waiting
from office.waits import STANDS_STILL, UNKNOWN, Desk, Forecast, Wait, forecast
from storage.work import Store, Work

#: A forecast is made anew at least this often, for time passes without anything happening.
FRESH = timedelta(seconds=5)
#: A wait told in passing, with a ticket just taken, may be this old; the pulse makes it anew.
RECENT = timedelta(seconds=12)
#: For so long after somebody was told in passing the pulse goes on making it anew.
ASKED = timedelta(minutes=5)
#: Service times are learnt anew this often.
PACES_FRESH = timedelta(seconds=60)


@dataclass(frozen=True)
class Outlook:
    """The line at one version, with what each waiting ticket and each newcomer has to expect."""

    version: int
    at: datetime
    line: tuple[Waiting, ...]
    places: Mapping[int, int]
    desks: tuple[Desk, ...]
    forecast: Forecast
    #: The services that stand still in an outage, for which nothing can be told.
    stopped: frozenset[int] = frozenset()

    def of_ticket(self, ticket_id: int) -> tuple[int | None, Wait]:
        """Return the place of a waiting ticket among its service, and its wait."""
        return self.places.get(ticket_id), self.forecast.by_ticket.get(ticket_id, UNKNOWN)

    def is_served(self, service_id: int) -> bool:
        """Say whether a counter is open for the service, be it on a break that ends."""
        return any(service_id in desk.service_ids for desk in self.desks)

    def of_newcomer(self, service_id: int) -> Wait:
        """Return the wait of whoever takes a ticket for the service now."""
        if service_id in self.stopped:
            return STANDS_STILL
        return self.forecast.by_service.get(service_id, UNKNOWN)


class Outlooks:
    """The newest outlook of each office; one made after a change not yet sure is not kept."""

    def __init__(self) -> None:
        self._newest: dict[int, Outlook] = {}
        self._asked: dict[int, datetime] = {}
        self._paces: dict[int, tuple[datetime, dict[int, float]]] = {}
        self._learnt: dict[int, Learnt] = {}
        self._learnt_on: dict[int, date] = {}
        #: What was learnt in a rehearsal is forgotten as the office opens.
        self._opened: dict[int, int] = {}

    def of(self, work: Work, office: Office, now: datetime) -> Outlook:
        """Return the outlook of `office` at its version in `work`, at most FRESH old."""
        known = self._newest.get(office.id)
        if known is not None and known.version == office.version and now - known.at < FRESH:
            return known
        self._forget_rehearsal(office)
        paces = self._paces_of(work, office, now)
        line = line_of(work, office, now)
        desks = open_desks(work, office, paces, now)
        outlook = Outlook(
            version=office.version,
            at=now,
            line=tuple(line),
            places={each.ticket_id: each.position for each in line},
            desks=tuple(desks),
            forecast=forecast(line, desks, paces, self._learnt.get(office.id), now),
            stopped=frozenset(
                each.id for each in services_of(work, office.id) if each.stopped_since is not None
            ),
        )
        if not work.events:
            self._newest[office.id] = outlook
        return outlook

    def recent(self, work: Work, office: Office, now: datetime) -> Outlook:
        """Return an outlook at most RECENT old, whatever has happened since it was made."""
        self._asked[office.id] = now
        known = self._newest.get(office.id)
        if known is not None and now - known.at < RECENT:
            return known
        return self.of(work, office, now)

    def is_asked(self, office_id: int, now: datetime) -> bool:
        """Say whether an office's outlook was told in passing within the last ASKED."""
        asked = self._asked.get(office_id)
        return asked is not None and now - asked < ASKED

    def _forget_rehearsal(self, office: Office) -> None:
        if self._opened.setdefault(office.id, office.opened_version) != office.opened_version:
            self._opened[office.id] = office.opened_version
            for known in (self._paces, self._learnt, self._learnt_on):
                known.pop(office.id, None)

    def _paces_of(self, work: Work, office: Office, now: datetime) -> dict[int, float]:
        known = self._paces.get(office.id)
        if known is None or now - known[0] >= PACES_FRESH:
            known = (now, paces_of(work, office, now))
            self._paces[office.id] = known
        return known[1]

    def learn(self, store: Store, office: Office, now: datetime) -> None:
        """Learn from the days before today, unless that was done today.

        It takes some seconds, outside any transaction, and lets other work go first all along;
        until it is done, what was known before goes on being told.
        """
        today = office.today(now)
        self._forget_rehearsal(office)
        if self._learnt_on.get(office.id) == today:
            return
        with store.read() as work:
            past = past_of(work, office, self._paces_of(work, office, now), now)
        self._learnt[office.id] = learnt_from(past, give_way)
        self._learnt_on[office.id] = today
