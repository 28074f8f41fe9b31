"""Figures of the running server for Prometheus: GET /metrics, for this machine or with a token.

They name offices, services and sockets by their codes; nobody, and no ticket.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from office.errors import Forbidden
from office.journal import Journaled, Kind
from office.people import is_same
from office.place import Office, Service
from office.tickets import IS_OPEN, Ticket
from web.access import bearer
from web.house import House

HERE = ("127.0.0.1", "::1")
WAITS = (60, 300, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200, 10800)
LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """What this process has counted since it was started."""

    def __init__(self, home: House) -> None:
        self.registry = CollectorRegistry()
        self._rows = Counter(
            "antrean_journal_rows",
            "What happened: numbers taken, calls and so on, told by this process",
            ("kind",),
            registry=self.registry,
        )
        self._waits = Histogram(
            "antrean_wait_seconds",
            "From taking a number to its call",
            buckets=WAITS,
            registry=self.registry,
        )
        self._lags = Histogram(
            "antrean_emit_lag_seconds",
            "From the commit of a change to its being sent to all screens",
            buckets=LAGS,
            registry=self.registry,
        )
        self.registry.register(Standing(home))

    def heard(self, events: Sequence[object]) -> None:
        """Count what a committed work has told."""
        for event in events:
            if isinstance(event, Journaled):
                self._rows.labels(event.change["kind"]).inc()
                if event.change["kind"] == Kind.CALLED.value:
                    self._waits.observe(waited(event.change))

    def sent(self, committed: float) -> None:
        """Count that a change committed at this time.monotonic() has been sent."""
        self._lags.observe(time.monotonic() - committed)


class Standing(Collector):
    """How things stand at the moment somebody asks."""

    def __init__(self, home: House) -> None:
        self._home = home

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Yield who waits, the journals' versions, the sockets, and what others add."""
        home = self._home
        tickets = GaugeMetricFamily(
            "antrean_tickets_open",
            "Open tickets by office, service and status",
            labels=("office", "service", "status"),
        )
        versions = GaugeMetricFamily(
            "antrean_journal_version", "Newest version of each journal", labels=("office",)
        )
        with home.store.read() as work:
            rows = work.session.execute(
                select(Office.code, Service.code, Ticket.status, func.count())
                .join(Office, Office.id == Ticket.office_id)
                .join(Service, Service.id == Ticket.service_id)
                .where(IS_OPEN)
                .group_by(Office.code, Service.code, Ticket.status)
                .order_by(Office.code, Service.code, Ticket.status)
            )
            for office, service, status, count in rows:
                tickets.add_metric((office, service, status), count)
            for code, version in work.session.execute(
                select(Office.code, Office.version).order_by(Office.id)
            ):
                versions.add_metric((code,), version)
            more = [each for measure in home.gauges for each in measure(work)]
        sockets = GaugeMetricFamily(
            "antrean_sockets", "Connected screens of this process", labels=("namespace",)
        )
        for space in home.spaces:
            sockets.add_metric((str(space.namespace),), len(space.seats))
        refused = CounterMetricFamily(
            "antrean_connections_refused", "Connections ended, by why", labels=("why",)
        )
        for why, times in sorted(home.gate.refusals.counts.items()):
            refused.add_metric((why,), times)
        yield from (tickets, versions, sockets, refused)
        for name, told, labels, value in more:
            gauge = GaugeMetricFamily(name, told, labels=tuple(labels))
            gauge.add_metric(tuple(labels.values()), value)
            yield gauge


def waited(change: dict[str, Any]) -> float:
    """Return the seconds from the number to the call that a journal row tells of."""
    at, arrived = (datetime.fromisoformat(change[name]) for name in ("at", "arrived_at"))
    return max((at - arrived).total_seconds(), 0.0)


def init_app(app: Flask, home: House, token: str) -> None:
    """Add the address; with an empty `token` only this machine itself may ask."""
    pages = APIBlueprint("metrics", __name__, enable_openapi=False)
    counted = Metrics(home)
    home.metrics = counted
    home.store.after_commit(counted.heard)

    @pages.get("/metrics")
    def metrics() -> Response:
        if not may_ask(token):
            raise Forbidden(right="metrics")
        return Response(generate_latest(counted.registry), content_type=CONTENT_TYPE_LATEST)

    app.register_blueprint(pages)


def may_ask(token: str) -> bool:
    """Say whether the request comes from this machine, through no proxy, or holds the token."""
    given = bearer(request)
    if given is not None and token:
        return is_same(token, given)
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via"))
    return request.remote_addr in HERE and not forwarded
