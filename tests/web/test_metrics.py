"""What /metrics tells, and whom; and whether the clock can be believed."""

import re
from datetime import timedelta

import pytest

from office.alerts import Alert
from tests.houses import MORNING, Client, Staffed
from web.clock_watch import TOLD, ClockWatch
from web.house import House
from web.metrics import Metrics

#: Neither is a matter of the database.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)


def figures(text: str) -> dict[str, float]:
    """Return each figure of the text format by its name and labels."""
    return {
        name: float(value)
        for name, value in re.findall(r"^([a-z][^ ]*(?:\{[^}]*\})?) (\S+)$", text, re.M)
    }


def test_the_day_is_counted_and_nobody_named(client: Client, staffed: Staffed) -> None:
    home: House = client.flask.application.extensions["antrean"]
    counted = home.metrics
    assert isinstance(counted, Metrics)
    # the app came to this store after it was made
    staffed.store.after_commit(counted.heard)
    before = figures(client.flask.get("/metrics").text)
    office = staffed.read(lambda _work, office: office.code)
    label, token = staffed.take_with_token()
    staffed.take("K")
    staffed.clock.advance(minutes=7)
    assert staffed.next(1) == label
    answer = client.flask.get("/metrics")
    told = figures(answer.text)

    def grown(name: str) -> float:
        return told.get(name, 0) - before.get(name, 0)

    assert grown('antrean_journal_rows_total{kind="ticket_taken"}') == 2
    assert grown('antrean_journal_rows_total{kind="ticket_called"}') == 1
    assert grown('antrean_wait_seconds_bucket{le="300.0"}') == 0
    assert grown('antrean_wait_seconds_bucket{le="600.0"}') == 1
    assert told[f'antrean_tickets_open{{office="{office}",service="K",status="waiting"}}'] == 1
    assert told[f'antrean_tickets_open{{office="{office}",service="A",status="called"}}'] == 1
    assert told[f'antrean_journal_version{{office="{office}"}}'] == 4
    assert told['antrean_sockets{namespace="/display"}'] == 0
    assert told["antrean_print_jobs_failed"] >= 0
    assert "antrean_emit_lag_seconds_count" in told
    for secret in (label, token, "Petugas"):
        assert secret not in answer.text


def test_others_see_no_figures(client: Client) -> None:
    there = {"REMOTE_ADDR": "10.0.0.7"}
    assert client.flask.get("/metrics", environ_base=there).status_code == 403
    through = {"X-Forwarded-For": "10.0.0.7"}
    assert client.flask.get("/metrics", headers=through).status_code == 403
    some = {"Authorization": "Bearer of-something"}
    assert client.flask.get("/metrics", headers=some, environ_base=there).status_code == 403


def told(watch: ClockWatch, staffed: Staffed) -> list[Alert]:
    """Return what the floor is told of the clock."""
    return list(staffed.read(lambda work, office: watch.alerts(work, office, staffed.clock.now())))


def test_a_clock_that_is_moved_is_told_of_for_an_hour(staffed: Staffed) -> None:
    gone = iter([0.0, 5.0, 10.0])
    watch = ClockWatch(lambda: next(gone))
    watch.look(MORNING)
    watch.look(MORNING + timedelta(seconds=6))
    assert told(watch, staffed) == []
    watch.look(staffed.clock.advance(minutes=30))
    (alert,) = told(watch, staffed)
    assert (alert.trouble, alert.minutes) == ("clock_moved", 29)
    staffed.clock.advance(seconds=TOLD.total_seconds())
    assert told(watch, staffed) == []


def test_a_clock_set_ahead_by_hours_is_told_of_while_it_is_not_followed(staffed: Staffed) -> None:
    watch = ClockWatch(left_out=lambda: timedelta(hours=24))
    (alert,) = told(watch, staffed)
    assert (alert.trouble, alert.minutes) == ("clock_ahead", 24 * 60)


def test_a_clock_behind_what_has_happened_is_told_of(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(minutes=-45)
    (alert,) = told(ClockWatch(), staffed)
    assert (alert.trouble, alert.minutes) == ("clock_behind", 45)
