"""The managers' page of screens in a browser: hanging, naming, telling and removing them; zones."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from office.place import Counter, Office, Service
from office.screens import Layout, Place
from office.zones import Arrow
from storage.work import Work
from tests.display.hanging import LARGE, hang, newest, rehang, zone
from tests.houses import Server
from tests.people import arrange, sign_in, violations

PATIENCE = 20_000

#: The height of a capital letter of the call of the moment, as painted, in pixels.
LETTERS = """() => {
  const label = document.querySelector("[data-now-label]");
  const style = getComputedStyle(label);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const ink = pen.measureText("A");
  return ink.actualBoundingBoxAscent;
}"""

#: How long (ms) the quickest animation of the page takes for one turn, at most ten seconds.
QUICKEST = """() => Math.min(10000, ...document.getAnimations()
  .map((each) => each.effect.getComputedTiming().duration))"""
#: The contrast of the call of the moment, its text on its ground.
CONTRAST = """() => {
  const bright = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((each) => each / 255)
      .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const now = document.querySelector("[data-now]");
  const ink = getComputedStyle(document.querySelector("[data-now-label]")).color;
  const two = [bright(ink), bright(getComputedStyle(now).backgroundColor)].sort((a, b) => b - a);
  return (two[0] + 0.05) / (two[1] + 0.05);
}"""

CUT_OFF = """() => [...document.querySelectorAll(".label, .sign, .service-count")]
  .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.textContent)"""

#: What lies over something else or beyond the screen, of the parts of the board that are seen.
OVER = """() => {
  const all = ".head, .now, .recent, .serving, .waiting, .foot, .now-word, [data-now-of], " +
    ".now-label, .now-desk, .now-way";
  const seen = [...document.querySelectorAll(all)].filter((each) => each.checkVisibility());
  const parts = seen.map((each) => [each, each.getBoundingClientRect()]);
  const bad = [];
  for (const [one, a] of parts) {
    if (a.right > innerWidth + 1 || a.bottom > innerHeight + 1) bad.push(one.className);
    for (const [other, b] of parts) {
      if (one === other || one.contains(other) || other.contains(one)) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 1) bad.push(`${one.className} over ${other.className}`);
    }
  }
  return bad;
}"""


@pytest.fixture
def manager(manager: Page, server: Server) -> Page:
    """The managers' page of screens, in Indonesian."""
    manager.goto(f"{server.url}/manager/screens?lang=id")
    return manager


@pytest.fixture
def board(server: Server, browser: Browser) -> Iterator[Page]:
    """A screen of the office."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.goto(hang(server))
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-desk]")).to_have_count(10, timeout=PATIENCE)
    yield page
    context.close()


def call(server: Server, service: str, counter: int) -> None:
    """Let a visitor come and call them."""
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": service})
    clerk = server.tokens["clerks"][str(counter)]
    status, answer = server.ask("POST", f"/counters/{counter}/finish-and-next", clerk)
    assert status == 200, answer


def test_a_screen_is_hung_elsewhere_by_keyboard_and_follows_without_a_reload(
    board: Page, manager: Page, server: Server
) -> None:
    zone(server, [5, 6])
    board.evaluate("window.whole = true")
    manager.reload()
    mine = manager.locator(".screen").last
    mine.get_by_label("Tata letak").focus()
    manager.keyboard.press("b")
    mine.get_by_label("Zona").select_option(label="Ruang kiri")
    mine.get_by_role("button", name="Simpan").press("Enter")
    expect(manager.get_by_text("Layar langsung menyesuaikan")).to_be_visible()
    expect(board.locator("html.board-big")).to_have_count(1, timeout=PATIENCE)
    expect(board.locator("[data-desk]")).to_have_count(2)
    expect(board.locator("[data-zone]")).to_have_text("Ruang kiri")
    assert board.evaluate("window.whole")
    call(server, "A", 1)
    call(server, "K", 5)
    expect(board.locator("[data-now-label]")).to_have_text("K001")
    expect(board.locator("[data-call]")).to_have_count(1)
    assert violations(manager) == []


def test_a_screen_tells_who_it_is_and_is_loaded_anew_when_asked(
    board: Page, manager: Page, server: Server
) -> None:
    manager.reload()
    mine = manager.locator(".screen").last
    expect(mine.locator("[data-state]")).to_contain_text("tersambung")
    mine.get_by_role("button", name="Tampilkan namanya").press("Enter")
    expect(board.locator("[data-identify]")).to_have_text("Ruang tunggu")
    expect(board.locator("[data-identify]")).to_be_hidden(timeout=PATIENCE)
    board.evaluate("window.whole = true")
    mine = manager.locator(".screen").last
    with board.expect_event("load"):
        mine.get_by_role("button", name="Muat ulang").press("Enter")
    assert board.evaluate("window.whole === undefined")
    expect(board.locator("[data-desk]")).to_have_count(10)
    listed = newest(server)
    assert listed.seen_at is not None and listed.build is not None


def test_a_removed_screen_stops_and_shows_a_code(board: Page, manager: Page) -> None:
    manager.reload()
    mine = manager.locator(".screen").last
    mine.locator("summary").press("Enter")
    mine.get_by_role("button", name="Hapus sekarang").press("Enter")
    expect(manager.get_by_text("Layar telah dihapus")).to_be_visible()
    expect(board.locator("[data-code]")).to_be_visible(timeout=PATIENCE)


def test_zones_are_made_changed_and_removed(manager: Page) -> None:
    manager.locator("#name-id-new-zone").fill("<img src=x onerror=alert(1)>")
    box = manager.locator("form[action$='/zones']")
    box.get_by_role("button").click()
    expect(manager.get_by_role("alert")).to_be_visible()
    manager.locator("#name-id-new-zone").fill("<img src=x onerror=alert(1)>")
    for number in (5, 6):
        manager.locator(f"form[action$='/zones'] input[value='{number}']").check()
    manager.locator("form[action$='/zones']").get_by_role("button").click()
    summary = manager.locator(".zone summary").first
    expect(summary).to_contain_text("<img src=x onerror=alert(1)> · loket 5, 6")
    expect(manager.locator("img")).to_have_count(0)
    assert violations(manager) == []
    summary.press("Enter")
    manager.locator(".zone").first.get_by_role("button", name="Hapus").press("Enter")
    expect(manager.get_by_text("kini menampilkan seluruh kantor")).to_be_visible()


def test_a_wrong_code_is_refused_in_words(manager: Page) -> None:
    manager.get_by_label("Kode di layar").fill("AAA AAA")
    manager.locator("#name-new").fill("Televisi")
    manager.get_by_role("button", name="Tambah", exact=True).click()
    expect(manager.locator(".field-error")).to_contain_text(
        "Tidak ada layar yang menampilkan kode ini"
    )


def crowd(work: Work, office: Office) -> None:
    """Let the office have twenty services, all with long names, and a counter with a name."""
    for service in work.session.query(Service).filter_by(office_id=office.id):
        service.names = {"id": f"{service.names['id']} dan perubahannya, termasuk salinan"}
    for number, letter in enumerate("BENOPQSV"):
        name = {"id": f"Pelayanan keliling di kecamatan terpencil {number}"}
        work.session.add(Service(office_id=office.id, code=f"X{number}", letter=letter, names=name))
    counter = work.session.query(Counter).filter_by(office_id=office.id, number=5).one()
    counter.names = {"id": "Loket Khusus Penyandang Disabilitas dan Lansia"}


@pytest.mark.parametrize("layout", LARGE)
def test_each_layout_is_whole_at_every_size_and_axe_finds_nothing(
    board: Page, server: Server, layout: Layout
) -> None:
    arrange(server, crowd)
    zone(server, [5, 6], "Ruang tunggu sebelah timur", Arrow.UP)
    rehang(server, Place(layout=layout))
    for service, counter in (("A", 1), ("C", 3), ("J", 6), ("L", 7), ("K", 5)):
        call(server, service, counter)
    expect(board.locator(f"html.board-{layout}")).to_have_count(1, timeout=PATIENCE)
    expect(board.locator("[data-now-label]")).not_to_be_empty()
    for width, height in ((1920, 1080), (3840, 2160), (1080, 1920), (2160, 3840)):
        board.set_viewport_size({"width": width, "height": height})
        size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        assert board.evaluate(size) == [width, height]
        assert board.evaluate(CUT_OFF) == []
        assert board.evaluate(OVER) == []
        assert board.evaluate(CONTRAST) >= 7
        # A portrait screen of the same make is as tall as the other is wide.
        assert board.evaluate(LETTERS) >= 0.16 * min(width, height)
    board.set_viewport_size({"width": 1920, "height": 1080})
    assert violations(board) == []
    call(server, "A", 1)
    expect(board.locator(".now-new")).to_have_count(1)
    assert board.evaluate(QUICKEST) >= 334, "nothing flashes three times a second"
    board.emulate_media(reduced_motion="reduce")
    assert board.evaluate(QUICKEST) == 10_000, "nothing moves"


def test_the_wait_to_be_expected_stands_beside_those_waiting(board: Page, server: Server) -> None:
    wait = board.locator("[data-service='A'] .service-wait")
    expect(wait).to_have_text("lama tunggu belum diketahui")
    call(server, "A", 1)
    for _ in range(3):
        server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    either = re.compile(r"^(biasanya|9 dari 10 di bawah) \d+ menit$")
    expect(wait).to_have_text(either, timeout=30_000)


def test_the_way_to_a_zone_stands_beside_its_counter(board: Page, server: Server) -> None:
    zone(server, [5], "Lantai 2", Arrow.UP)
    board.reload()
    expect(board.locator("[data-desk]")).to_have_count(10)
    call(server, "K", 5)
    expect(board.locator("[data-now-way]")).to_have_text("Lantai 2")
    expect(board.locator("[data-now-way] .way-up")).to_have_count(1)


def test_nobody_but_a_manager_sees_the_page(
    page: Page, server: Server, passwords: dict[str, str]
) -> None:
    sign_in(page, server, "petugas1", passwords["petugas1"])
    answer = page.goto(f"{server.url}/manager/screens")
    assert answer is not None and answer.status == 403
