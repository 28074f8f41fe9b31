"""The accuracy of estimates: what the address tells, what the page says and draws."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from manager import accuracy_chart
from manager.accuracy_chart import marks_between
from office.accuracy import Accuracy
from tests.houses import Client, Server, Staffed
from tests.people import arrange, overflow, violations
from tools.month import make_past


def asked(client: Client, staffed: Staffed, query: str, who: str = "manager") -> tuple[int, Any]:
    """Ask for a period as somebody."""
    return client.ask("GET", f"/reports/accuracy?{query}", staffed.sample.tokens[who])


def test_the_address_tells_an_empty_period(client: Client, staffed: Staffed) -> None:
    status, told = asked(client, staffed, "from=2026-11-01&to=2026-11-02")
    assert status == 200
    assert told["from"] == "2026-11-01"
    assert told["all"]["count"] == 0
    assert told["all"]["bias_s"] is None
    assert told["by_hour"] == told["by_service"] == []


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-11-02&to=2026-11-01",
        "from=2026-01-01&to=2026-11-01",
        "from=soon&to=2026-11-01",
        "from=2026-11-01",
        "",
    ],
)
def test_a_period_that_makes_no_sense_is_refused(
    client: Client, staffed: Staffed, query: str
) -> None:
    status, told = asked(client, staffed, query)
    assert (status, told["code"]) == (422, "input_invalid")


def test_only_those_who_read_reports_are_told(client: Client, staffed: Staffed) -> None:
    status, told = asked(client, staffed, "from=2026-11-01&to=2026-11-02", "kiosk")
    assert (status, told["code"]) == (403, "not_allowed")


errors = st.integers(-30_000, 30_000)


@given(st.dictionaries(st.integers(0, 23), st.tuples(st.integers(0, 50), errors, errors, errors)))
def test_what_is_drawn_stays_on_the_drawing(hours: Mapping[int, tuple[int, int, int, int]]) -> None:
    found = {
        hour: Accuracy(count, bias_s=sorted(some)[1], error_p10_s=min(some), error_p90_s=max(some))
        for hour, (count, *some) in hours.items()
    }
    chart = accuracy_chart.by_hour(found)
    shown = [each for each in found.values() if each.enough]
    if chart is None:
        assert not shown
        return
    assert len(chart.columns) == len(shown)
    for column in chart.columns:
        assert chart.left <= column.x and column.x + column.width <= chart.right
        assert 0 <= column.top <= column.median + 0.2
        assert column.median <= column.top + column.height + 0.2 <= chart.height


@example(-8.0, 5e-324)
@given(st.floats(-2000, 2000), st.floats(-2000, 2000))
def test_the_lines_enclose_what_is_drawn(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    marks = marks_between(low, high)
    assert marks[0] <= low and high <= marks[-1]
    assert 0 in marks and len(marks) >= 2
    assert len({after - before for before, after in pairwise(marks)}) == 1


def test_the_page_says_that_there_is_too_little(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/accuracy?lang=en")
    expect(manager.locator(".notice")).to_contain_text("too few tickets")
    assert violations(manager) == []


def test_the_page_shows_a_month(manager: Page, server: Server) -> None:
    arrange(
        server,
        lambda work, office: make_past(
            work, office, cast(date, office.open_day), days=6, visitors=180
        ),
    )
    manager.goto(f"{server.url}/manager/accuracy?lang=id")
    expect(manager.locator("h1")).to_have_text("Ketepatan perkiraan")
    expect(manager.locator("svg.chart rect").first).to_be_visible()
    expect(manager.locator("tbody").first.locator("tr")).to_have_count(7)
    expect(manager.locator("main")).to_contain_text("Tidak dihitung: tidak datang saat dipanggil")
    assert "%" in manager.locator(".figure-value").first.inner_text()
    assert violations(manager) == []
    assert overflow(manager) <= 0
    manager.get_by_role("link", name="English").click()
    expect(manager.locator("h1")).to_have_text("Accuracy of estimates")
    manager.set_viewport_size({"width": 390, "height": 844})
    assert overflow(manager) <= 0


def test_a_reversed_period_is_explained_on_the_page(manager: Page, server: Server) -> None:
    answer = manager.goto(f"{server.url}/manager/accuracy?from=2026-11-02&to=2026-11-01&lang=en")
    assert answer is not None and answer.status == 422
    expect(manager.get_by_role("alert")).to_contain_text("in order")
