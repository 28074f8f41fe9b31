"""The roster's page and address."""

from datetime import date, timedelta

from babel.dates import format_date
from playwright.sync_api import Page, expect

from tests.houses import Client, Server, Staffed
from tests.people import violations

#: A Monday within the reach of the roster, whatever day it is.
MONDAY = date.today() + timedelta(days=14 - date.today().weekday())


def test_the_address_tells_who_is_planned(client: Client, staffed: Staffed) -> None:
    token = staffed.sample.tokens["manager"]
    assert client.ask("GET", "/roster?day=2026-11-25", token) == (
        *(200, {"day": "2026-11-25", "shifts": []}),
    )
    status, told = client.ask("GET", "/roster?day=tomorrow", token)
    assert (status, told["code"], list(told["fields"])) == (422, "input_invalid", ["day"])


def test_a_manager_plans_changes_and_takes_out_a_shift(manager: Page, server: Server) -> None:
    page = manager
    page.goto(f"{server.url}/manager/roster?day={MONDAY}&lang=en")
    form = page.locator("form[action*='/manager/roster?']")
    form.get_by_label("Counter").select_option("2")
    form.get_by_label("Clerk").select_option(label="Petugas 2")
    form.get_by_label("To day").fill(str(MONDAY + timedelta(days=25)))
    form.get_by_label("Break from").fill("12:00")
    form.get_by_label("Break until").fill("11:30")
    form.get_by_role("button", name="Plan it").click()
    expect(page.locator(".field-error").first).to_contain_text("the break must lie within them")
    expect(form.get_by_label("Break from")).to_have_value("12:00")
    form.get_by_label("Break until").fill("12:45")
    form.get_by_role("button", name="Plan it").click()
    row = page.locator("table.roster tr", has=page.get_by_role("rowheader", name="2", exact=True))
    expect(row).to_contain_text("Petugas 2 08:00–15:00, break 12:00–12:45")
    expect(row.locator("rect")).to_have_count(2)
    assert violations(page) == []
    page.get_by_text("Plan a shift").click()
    form.get_by_label("Counter").select_option("3")
    form.get_by_label("Clerk").select_option(label="Petugas 2")
    form.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("alert")).to_contain_text(
        f"already planned on {format_date(MONDAY, 'd MMMM y', 'en')} from 08:00 to 15:00"
    )
    entry = page.locator("details", has_text="Mon–Fri 08:00–15:00")
    entry.locator("summary").click()
    entry.get_by_label("To hour").fill("13:30")
    entry.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("08:00–13:30")
    page.goto(f"{server.url}/manager/roster?day={MONDAY + timedelta(days=5)}&lang=id")
    expect(page.locator("table.roster tbody")).not_to_contain_text("Petugas 2")
    page.locator("details", has_text="Sen–Jum").locator("summary").click()
    page.get_by_role("button", name="Keluarkan dari jadwal").click()
    expect(page.get_by_text("Semua jadwal mulai hari ini")).to_have_count(0)
