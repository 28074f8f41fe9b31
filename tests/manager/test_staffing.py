"""Counters needed: what the address tells and refuses, and the page with its question."""

from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from manager import staffing_chart
from manager.staffing import gaps
from manager.staffing_shapes import BandShape, SlotShape
from office.place import Office
from office.staffing.target import Target, target_of
from storage.work import Work
from tests.houses import Client, Server, Staffed
from tests.people import arrange, overflow, sign_in, violations
from tools.month import make_past

pytestmark = pytest.mark.takes(1)

DAY = "2026-11-30"
#: A plan is worked out in a process of its own (ms).
PATIENCE = 60_000


def asked(client: Client, staffed: Staffed, query: str, who: str = "manager") -> tuple[int, Any]:
    """Ask for a day as somebody."""
    return client.ask("GET", f"/reports/staffing?{query}", staffed.sample.tokens[who])


def test_the_address_tells_what_is_missing(client: Client, staffed: Staffed) -> None:
    status, told = asked(client, staffed, f"day={DAY}")
    assert status == 200
    assert told["status"] == "too_little"
    assert told["missing"]["days"] == 0
    assert told["target"] == {"minutes": 30, "percent": 80}


def test_the_address_tells_a_plan_and_answers_a_question(client: Client, staffed: Staffed) -> None:
    staffed.in_turn(
        lambda work, office: make_past(work, office, date(2026, 11, 25), days=10, visitors=60)
    )
    status, told = asked(client, staffed, f"day={DAY}&more=1&from=09:00&until=11:00&group=1")
    assert status == 200, told
    assert told["status"] == "planned"
    assert told["groups"][0]["slots"][0]["at"] == "08:00"
    assert told["answer"]["question"] == {"more": 1, "from": "09:00", "until": "11:00", "group": 1}
    assert (
        told["answer"]["after"]["within"]["middle"] >= told["answer"]["before"]["within"]["middle"]
    )


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("day=2026-11-24", "day_out_of_reach"),
        ("day=2027-11-24", "day_out_of_reach"),
        ("day=9999-12-31", "day_out_of_reach"),
        ("day=today", "input_invalid"),
        ("", "input_invalid"),
        (f"day={DAY}&more=1", "input_invalid"),
        (f"day={DAY}&more=9&from=09:00&until=10:00", "input_invalid"),
        (f"day={DAY}&more=1&from=10:00&until=09:00", "input_invalid"),
        (f"day={DAY}&group=-1", "input_invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(
    client: Client, staffed: Staffed, query: str, code: str
) -> None:
    status, told = asked(client, staffed, query)
    assert (status, told["code"]) == (422, code)


def test_only_those_who_read_reports_are_told(client: Client, staffed: Staffed) -> None:
    assert asked(client, staffed, f"day={DAY}", "kiosk")[0] == 403


counts = st.integers(0, 30)
bands = st.builds(
    lambda low, width: BandShape(mean=low + width / 2, low=low, high=low + width),
    st.integers(0, 500),
    st.integers(0, 300),
)
slots = st.lists(
    st.builds(
        SlotShape,
        slot=st.just(16),
        came=bands,
        needed=counts,
        needed_if_busy=st.integers(30, 40),
        provided=st.one_of(st.none(), counts),
        within_needed=st.none(),
        within_provided=st.one_of(st.none(), st.floats(0, 1)),
    ),
    max_size=20,
)


@given(slots)
def test_what_is_drawn_stays_on_the_drawing(some: list[SlotShape]) -> None:
    chart = staffing_chart.drawn(some)
    assert len(chart.columns) == len(some)
    for each in chart.columns:
        assert chart.left <= each.x and each.x + each.width <= chart.right
        assert 0 < each.band_top <= each.mean + 0.2
        assert each.mean <= each.band_top + each.band_height + 0.2
        assert 150 < each.busy_top <= each.needed_top <= chart.height
        assert each.provided is None or 150 < each.provided <= chart.height


def slot(number: int, needed: int, provided: int | None, within: float | None) -> SlotShape:
    """Return a half hour."""
    return SlotShape(
        slot=number,
        came=BandShape(mean=1, low=0, high=2),
        needed=needed,
        needed_if_busy=needed,
        provided=provided,
        within_needed=1.0,
        within_provided=within,
    )


def test_hours_that_lack_counters_are_told_together_and_only_where_it_shows() -> None:
    day = [
        slot(16, 5, 4, 0.9),
        slot(17, 5, 4, 0.7),
        slot(18, 6, 5, 0.5),
        slot(19, 6, 3, 0.2),
        slot(20, 2, 3, 0.2),
        slot(21, 2, None, None),
        slot(22, 3, 2, 0.1),
    ]
    assert gaps(day, 0.8) == [
        ("08:30", "09:30", 1),
        ("09:30", "10:00", 3),
        ("11:00", "11:30", 1),
    ]


@pytest.fixture
def manager(page: Page, server: Server, passwords: dict[str, str]) -> Page:
    """The manager, signed in, before the page."""
    page.set_viewport_size({"width": 1366, "height": 768})
    page.set_default_timeout(2 * PATIENCE)
    page.set_default_navigation_timeout(2 * PATIENCE)
    sign_in(page, server, "manajer", passwords["manajer"])
    return page


def past(work: Work, office: Office) -> None:
    """Give the office a past up to today."""
    make_past(work, office, cast(date, office.open_day), days=12, visitors=60)


def test_a_day_is_planned_a_question_answered_and_the_aim_changed(
    manager: Page, server: Server
) -> None:
    arrange(server, past)
    manager.goto(f"{server.url}/manager/staffing?lang=id")
    expect(manager.locator("h1")).to_contain_text("Kebutuhan loket")
    expect(manager.locator("svg.chart")).to_have_count(2)
    assert violations(manager) == []
    assert overflow(manager) <= 0
    manager.locator("#group").select_option("1")
    manager.locator("#more").select_option("1")
    manager.get_by_role("button", name="Coba").click()
    expect(manager.locator("[data-answer] tbody tr")).to_have_count(2)
    expect(manager.locator("#group")).to_have_value("1")
    manager.set_viewport_size({"width": 390, "height": 844})
    assert overflow(manager) <= 0
    manager.goto(f"{server.url}/manager/staffing?lang=en")
    manager.locator("summary").click()
    manager.locator("#minutes").fill("15")
    manager.get_by_role("button", name="Change the aim").click()
    expect(manager.locator("summary")).to_contain_text("80 % called within 15 minutes")
    assert arrange(server, lambda _work, office: target_of(office)) == Target(15, 80)


def test_the_page_says_why_there_is_no_plan(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/staffing?lang=en")
    expect(manager.locator(".notice")).to_contain_text("too little past")
    assert violations(manager) == []
    answer = manager.goto(f"{server.url}/manager/staffing?day=2020-01-01&lang=en")
    assert answer is not None and answer.status == 422
    expect(manager.get_by_role("alert")).to_contain_text("three months ahead")
    assert violations(manager) == []
