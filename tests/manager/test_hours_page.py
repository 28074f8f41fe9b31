"""The page of hours and closed days in a real browser, and the kiosk that hears of it."""

import re
from datetime import date

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect

from manager.timetable import days_told
from office.hours import SpecialHours
from tests.houses import Server
from tests.people import overflow, violations

WEEKEND = [("Saturday–Sunday", "")]


def test_hours_are_refused_kept_and_days_closed(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/hours?lang=id")
    assert overflow(manager) <= 0
    friday = manager.locator("#day-4")
    friday.fill("07.30–11.00, 10.30–15.00")
    manager.get_by_role("button", name="Simpan").click()
    expect(friday).to_have_accessible_description(re.compile("Jumat: jam-jam ini bertumpuk."))
    said = manager.locator(".week-day .field-error").bounding_box()
    field = manager.locator(".week-day:has(.field-error)").bounding_box()
    assert said and field and said["width"] == field["width"]
    expect(friday).to_be_focused()
    expect(friday).to_have_value("07.30–11.00, 10.30–15.00")
    assert violations(manager) == []
    friday.fill("07.30-11.00; 13.30-15.00")
    manager.get_by_role("button", name="Simpan").click()
    expect(friday).to_have_value("07.30–11.00, 13.30–15.00")
    assert server.ask("GET", "/office", server.tokens["manager"])[1]["rehearsal"] is True

    manager.get_by_role("button", name="Ambil hari libur tahun").last.click()
    days = manager.locator(".closed-days li")
    expect(days.filter(has_text="Hari Kemerdekaan")).to_have_count(1)
    there = days.count()
    added = manager.get_by_role("form", name="Tambah hari tutup")
    added.get_by_label("Dari").fill("2099-01-05")
    added.get_by_label("Keterangan dalam bahasa Indonesia").fill("Rapat kerja")
    added.get_by_role("button", name="Tambah", exact=True).click()
    expect(days).to_have_count(there + 1)
    days.filter(has_text="Rapat kerja").get_by_role("button").click()
    expect(days).to_have_count(there)
    assert violations(manager) == []


def test_special_hours_are_added_seen_and_ended(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/hours?lang=id")
    special = manager.get_by_role("region", name="Jam khusus")
    special.get_by_text("Tambah jam khusus").click()
    special.get_by_label("Dari").fill("2099-02-01")
    special.get_by_label("Sampai").fill("2099-01-01")
    special.get_by_label("Keterangan dalam bahasa Indonesia").fill("Bulan puasa")
    special.get_by_label("Senin").fill("08.00-14.30")
    special.get_by_role("button", name="Tambah", exact=True).click()
    expect(manager.get_by_role("alert")).to_be_visible()
    expect(special.get_by_label("Senin")).to_have_value("08.00-14.30")
    assert violations(manager) == []
    special.get_by_label("Sampai").fill("2099-03-02")
    special.get_by_role("button", name="Tambah", exact=True).click()
    there = special.get_by_role("listitem").filter(has_text="Bulan puasa")
    expect(there).to_contain_text("1 Februari 2099 – 2 Maret 2099")
    expect(there).to_contain_text("Senin 08.00–14.30")
    assert overflow(manager) <= 0
    there.get_by_role("button").click()
    expect(there).to_have_count(0)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (date(2099, 1, 1), date(2099, 1, 1), [("Thursday", "08.00-12.00")]),
        (
            date(2099, 1, 2),
            date(2099, 1, 5),
            [("Monday", "08.00-12.00"), ("Friday", "08.00-12.00"), ("Saturday–Sunday", "")],
        ),
        (date(2099, 1, 1), date(2099, 2, 1), [("Monday–Friday", "08.00-12.00"), *WEEKEND]),
    ],
)
@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_special_hours_tell_only_the_weekdays_that_occur(
    shared_app: APIFlask, first: date, last: date, told: list[tuple[str, str]]
) -> None:
    special = SpecialHours(first, last, {}, (*["08.00-12.00"] * 5, "", ""))
    with shared_app.test_request_context("/?lang=en"):
        assert days_told(special) == told
