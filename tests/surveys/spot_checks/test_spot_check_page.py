"""An inspector's phone in a real browser: without network, loaded again, in two tabs, sent late."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route, expect

from office.people import Account
from office.place import Office
from storage.work import Work
from surveys.spot_checks.entries import SpotEntry
from tests.houses import Server
from tests.people import arrange, overflow, sign_in, violations
from tools.nursery import QUICK

NAME, PASSWORD = "pengawas", "kunci-pengawas-2026"


def add_inspector(work: Work, office: Office) -> None:
    """Let somebody look at the office from outside its chain."""
    work.session.add(
        Account(
            office_id=office.id,
            username=NAME,
            name="Pengawas",
            role="inspector",
            extra_rights=[],
            password_hash=QUICK.hash(PASSWORD),
        )
    )


def work_on(server: Server) -> tuple[str, list[str]]:
    """Let one visit of J be finished and two wait; return the numbers."""
    labels = [
        server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "J"})[1]["label"]
        for _ in range(3)
    ]
    clerk = server.tokens["clerks"]["5"]
    for verb in ("next", "start", "finish"):
        status, answer = server.ask("POST", f"/counters/5/{verb}", clerk, {})
        assert status == 200, answer
    return labels[0], labels[1:]


def kept(server: Server) -> list[tuple[str, str]]:
    """Return kind and subject of everything kept, each once for each time it is there."""
    found: list[tuple[str, str]] = arrange(
        server,
        lambda work, _office: sorted(
            (each.kind, each.subject if each.kind in ("person", "observation") else "")
            for each in work.session.query(SpotEntry)
        ),
    )
    return found


@pytest.fixture
def phone(page: Page, server: Server) -> Page:
    """An inspector's phone, its page kept for when there is no network."""
    arrange(server, add_inspector)
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, server, NAME, PASSWORD)
    page.goto(f"{server.url}/sidak/?lang=id")
    page.locator("html[data-kept=yes]").wait_for()
    return page


def tab(page: Page, name: str) -> None:
    """Go to a part of the check."""
    page.get_by_role("link", name=name, exact=True).click()


def test_a_walk_without_network_arrives_whole_and_once(
    phone: Page, context: BrowserContext, server: Server, tmp_path: Path
) -> None:
    served, waiting = work_on(server)
    phone.get_by_label("Anda di mana").fill("Ruang tunggu")
    assert violations(phone) == []
    phone.get_by_role("button", name="Buka sekarang").click()
    expect(phone.get_by_role("row", name="J ")).to_contain_text("2")
    tab(phone, "Pengunjung")
    phone.get_by_role("button", name="Undi siapa yang ditanya").click()
    card = phone.locator("[data-group=served]")
    expect(card).to_contain_text(served)
    expect(card).to_contain_text("Selesai di loket 5")
    assert violations(phone) == []

    context.set_offline(True)
    phone.reload()
    expect(card).to_contain_text(served)
    card.get_by_role("link", name="Tanyai").click()
    phone.get_by_role("button", name="Tidak puas", exact=True).click()
    phone.get_by_role("button", name="Menunggu lama").click()
    phone.get_by_label("berapa lama").fill("40")
    phone.get_by_label("perlu diperbaiki").fill("5203 0141 0785 0003")
    phone.reload()
    mend = phone.get_by_label("perlu diperbaiki")
    expect(mend).to_have_value("5203 0141 0785 0003")
    expect(phone.get_by_role("button", name="Tidak puas", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    assert violations(phone) == []
    keep = phone.get_by_role("button", name="Simpan")
    keep.click()
    expect(
        phone.get_by_role("alert").filter(has_text="tampak seperti nomor identitas")
    ).to_be_visible()
    mend.fill("Kursi kurang")
    keep.click()
    expect(phone.locator("[data-looked-for]")).to_contain_text("belum terkirim")
    phone.locator("[data-group=waiting]").get_by_role("button", name="Tidak ditemukan").click()
    expect(phone.locator("[data-unsent]")).to_contain_text("2 belum terkirim")
    tab(phone, "Ruangan")
    seats = phone.get_by_role("group", name="Toilet buka dan bersih")
    seats.get_by_role("button", name="Tidak", exact=True).click()
    seats.get_by_role("textbox").fill("Licin")
    seats.get_by_role("textbox").blur()
    expect(phone.locator("[data-unsent]")).to_contain_text("4 belum terkirim")
    assert violations(phone) == []
    tab(phone, "Temuan")
    phone.get_by_label("Yang akan dilakukan", exact=True).fill("Bersihkan toilet")
    phone.get_by_label("Penanggung jawab", exact=True).fill("Bagian umum")
    phone.get_by_label("Sampai", exact=True).fill("2030-01-31")
    phone.get_by_role("button", name="Simpan").click()
    expect(phone.locator("[data-findings]")).to_contain_text("Bersihkan toilet")
    tab(phone, "Foto")
    photo = tmp_path / "toilet.png"
    Image.new("RGB", (2400, 1800), (90, 140, 160)).save(photo)
    phone.get_by_label("Foto", exact=True).set_input_files(photo)
    phone.get_by_label("Apa yang terlihat").fill("Lantai licin")
    phone.get_by_role("button", name="Simpan").click()
    expect(phone.locator("[data-photos]")).to_contain_text("Lantai licin")
    assert violations(phone) == []
    expect(phone.locator("[data-unsent]")).to_contain_text("6 belum terkirim")
    assert kept(server) == []

    other = context.new_page()
    other.set_viewport_size({"width": 390, "height": 844})
    other.goto(phone.url)
    expect(other.locator("[data-unsent]")).to_contain_text("6 belum terkirim")
    # An answer that is lost on its way leads to the same thing being sent again.
    lost: list[str] = []

    def lose(route: Route) -> None:
        if len(lost) < 2:
            lost.append(route.request.url)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    context.route("**/api/v1/spot-checks/*/people", lose)
    context.set_offline(False)
    for each in (phone, other):
        expect(each.locator("[data-unsent]")).to_be_hidden()
        expect(each.locator("[data-photos]")).not_to_contain_text("belum terkirim")
    assert len(lost) == 2
    assert kept(server) == sorted(
        [
            ("person", served),
            ("person", waiting[0] if ("person", waiting[0]) in kept(server) else waiting[1]),
            *[("observation", "toilets")] * 2,
            ("finding", ""),
            ("photo", ""),
        ]
    )
    context.unroute("**/api/v1/spot-checks/*/people")

    tab(phone, "Tutup")
    expect(phone.locator("[data-left]")).to_contain_text("9 butir standar belum diperiksa.")
    assert overflow(phone) <= 0
    phone.get_by_role("button", name="Tutup sidak").click()
    expect(phone.get_by_role("alert").filter(has_text="Tekan sekali lagi")).to_be_visible()
    phone.get_by_role("button", name="Tutup sidak").click()
    phone.get_by_role("link", name="Baca laporan").click()
    expect(phone.locator("main")).to_contain_text("Kursi kurang")
    expect(phone.locator("main")).to_contain_text("Lantai licin")
    assert violations(phone) == []
    assert overflow(phone) <= 0
    phone.get_by_label("Nama penanda tangan").fill("Hj. Contoh Nama")
    phone.get_by_label("Jabatan").fill("Wakil Bupati")
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="Tandatangani").click()
    expect(phone.locator("main")).to_contain_text("Isinya tetap seperti saat ditandatangani.")
    assert not re.search("spot|sidak", (server.data / "server.log").read_text(), re.IGNORECASE)
    assert violations(phone) == []
