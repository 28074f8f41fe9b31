"""The managers' pages of the survey in a real browser: the index, the sample, publications."""

from datetime import date

from playwright.sync_api import Page, expect

from surveys.skm.periods import Period, Span
from tests.houses import Server
from tests.people import EVIL, arrange, overflow, violations
from tests.surveys.skm.forms_of import keep_quarter


def is_right(page: Page) -> None:
    """See that axe finds nothing and nothing is wider than the page."""
    assert violations(page) == []
    assert overflow(page) <= 0


def test_a_manager_reads_the_index_and_draws_who_is_invited(manager: Page, server: Server) -> None:
    period = Period.around(Span.QUARTER, date.today()).before
    manager.goto(f"{server.url}/manager/survey?lang=id&period={period.key}")
    expect(manager.locator("[data-index]")).to_have_text("tidak ada data")
    is_right(manager)
    arrange(server, lambda work, office: keep_quarter(work, office, period.first))
    manager.reload()
    expect(manager.locator("[data-index]")).to_contain_text("91,48 A")
    elements = manager.get_by_role("region", name="Unsur, yang terlemah")
    expect(elements.get_by_role("row").nth(1)).to_contain_text("U3 · Waktu penyelesaian")
    expect(elements.get_by_role("row").nth(1)).to_contain_text("3,4483")
    expect(manager.get_by_role("region", name="Di balik unsur")).to_contain_text("Terlalu sedikit")
    is_right(manager)
    manager.get_by_text("Bobot satu unsur pada").click()
    manager.get_by_label("Bobot", exact=True).select_option("0.11")
    manager.get_by_role("button", name="Simpan").click()
    expect(manager.locator("[data-index]")).to_contain_text("90,56 A")
    manager.goto(f"{server.url}/manager/survey?lang=en&period=2026-Q9")
    expect(manager.get_by_role("alert")).to_have_text("There is no such period yet.")

    manager.goto(f"{server.url}/manager/survey/sample?lang=id")
    is_right(manager)
    manager.get_by_label("Undang dari seratus").fill("20")
    manager.get_by_role("button", name="Simpan").click()
    expect(manager.get_by_role("row").last).to_contain_text("20")
    is_right(manager)


def test_a_manager_publishes_a_quarter_that_everybody_reads(manager: Page, server: Server) -> None:
    period = Period.around(Span.QUARTER, date.today()).before
    arrange(server, lambda work, office: keep_quarter(work, office, period.first))
    manager.goto(f"{server.url}/manager/survey/published?lang=id")
    is_right(manager)
    manager.get_by_label("Kurun").select_option(period.key)
    manager.get_by_label("Penanda tangan laporan").fill("Drs. H. Contoh")
    manager.get_by_label("Jabatan").fill("Kepala Dinas")
    manager.get_by_role("button", name="Umumkan").click()
    expect(manager.get_by_role("row", name=period.name("id"))).to_contain_text("91,48 A")
    expect(manager.get_by_role("row", name=period.name("id"))).to_contain_text("sama")
    is_right(manager)
    manager.get_by_label("Kurun").evaluate(
        "(select, key) => { select.append(new Option(key, key)); select.value = key; }",
        period.key,
    )
    manager.get_by_role("button", name="Umumkan").click()
    expect(manager.get_by_role("alert")).to_contain_text("sudah diumumkan")

    manager.goto(f"{server.url}/manager/survey/actions?lang=id")
    manager.get_by_label("Unsur").select_option("waktu")
    manager.get_by_label("Yang akan dilakukan").fill(EVIL)
    manager.get_by_label("Penanggung jawab").fill("Kepala Seksi")
    manager.get_by_label("Sampai").fill("2099-12-31")
    manager.get_by_role("button", name="Tetapkan").click()
    expect(manager.get_by_role("row", name=EVIL)).to_contain_text("3,4483")
    is_right(manager)
    manager.get_by_role("button", name="Selesai").click()
    expect(manager.get_by_role("row", name=EVIL)).to_contain_text("selesai")

    manager.context.clear_cookies()
    manager.goto(f"{server.url}/skm?lang=en")
    is_right(manager)
    manager.get_by_role("link", name=period.name("en")).click()
    expect(manager.locator("[data-index]")).to_have_text("91.48")
    is_right(manager)
    manager.set_viewport_size({"width": 390, "height": 844})
    is_right(manager)
