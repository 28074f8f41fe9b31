"""The ticket on the phone in a real browser: the place in line, the call, and what comes after."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.houses import Server
from tests.people import violations

AMBER = "rgb(255, 184, 28)"

#: Keeps what the phone would have felt, and whether its screen is held awake.
FEEL = """
window.felt = [];
navigator.vibrate = (pattern) => felt.push(pattern);
window.awake = false;
const lock = { released: false, release() { window.awake = false; } };
const request = async () => { window.awake = true; return lock; };
Object.defineProperty(navigator, "wakeLock", { value: { request } });
"""


class Visit:
    """A ticket of service J, which counters 5 and 6 serve, and what befalls it."""

    def __init__(self, server: Server, service: str = "J", locale: str = "id") -> None:
        self.server = server
        body = {"service": service, "locale": locale}
        status, ticket = server.ask("POST", "/tickets", server.tokens["kiosk"], body)
        assert status == 201, ticket
        self.label: str = ticket["label"]
        self.url: str = ticket["url"]

    def at(self, verb: str, counter: int = 5, **body: Any) -> None:
        """Do something at a counter."""
        status, answer = self.server.ask(
            "POST", f"/counters/{counter}/{verb}", self.server.tokens["clerks"][str(counter)], body
        )
        assert status == 200, answer


MakeVisit = Callable[..., Visit]


@pytest.fixture
def make_visit(server: Server) -> MakeVisit:
    """Take tickets."""
    return lambda *values, **more: Visit(server, *values, **more)


@pytest.fixture
def phone(page: Page) -> Page:
    """A phone whose shaking can be felt."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.add_init_script(FEEL)
    return page


def opened(phone: Page, visit: Visit, query: str = "") -> Page:
    """Open a visit's page; window.whole is lost when it is loaded again."""
    phone.goto(visit.url + query)
    phone.evaluate("window.whole = true")
    return phone


def ground(page: Page) -> Any:
    """Return the colour of the whole page."""
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_the_phone_goes_through_the_visit_by_itself(phone: Page, make_visit: MakeVisit) -> None:
    first, visit = make_visit(), make_visit()
    opened(phone, visit)
    expect(phone.get_by_role("heading", name=visit.label)).to_be_visible()
    expect(phone.locator("[data-ahead]")).to_have_text(
        "Ada 1 orang di depan Anda untuk layanan ini."
    )
    expect(phone.locator("[data-wait]")).to_contain_text("Belum ada loket yang buka")
    first.at("next")
    expect(phone.locator("[data-ahead]")).to_have_text(
        "Tidak ada orang di depan Anda untuk layanan ini."
    )
    expect(phone.locator("[data-wait]")).to_contain_text("Biasanya")
    visit.at("next", counter=6)
    expect(phone.locator("[data-state]")).to_have_text("Giliran Anda!")
    expect(phone.locator("[data-way]")).to_have_text("Silakan ke")
    expect(phone.locator("[data-counter]")).to_have_text("Loket 6")
    expect(phone).to_have_title(f"Giliran Anda! Loket 6 · {visit.label}")
    assert ground(phone) == AMBER
    visit.at("no-show", counter=6)
    expect(phone.locator("[data-hint]")).to_contain_text("Segera beri tahu petugas")
    visit.at("rejoin", counter=6, label=visit.label)
    expect(phone.locator("[data-facts]")).to_be_visible()
    visit.at("next", counter=6)
    visit.at("start", counter=6)
    expect(phone.locator("[data-state]")).to_have_text("Anda sedang dilayani.")
    visit.at("hold", counter=6)
    expect(phone.locator("[data-state]")).to_have_text("Nomor Anda ditunda sementara.")
    visit.at("resume", counter=6, label=visit.label)
    visit.at("next", counter=6)
    visit.at("start", counter=6)
    visit.at("finish", counter=6)
    expect(phone.locator("[data-state]")).to_have_text("Kunjungan Anda selesai.")
    assert not phone.evaluate("window.awake")
    phone.get_by_role("button", name="Sangat puas").click()
    expect(phone.locator("[data-thanks]")).to_be_focused()
    expect(phone.locator("[data-rate]")).to_be_hidden()
    words = phone.get_by_label("Dengan kata-kata Anda")
    words.fill("NIK 5201 2345 6789 0123")
    expect(phone.locator("[data-comment-digits]")).to_be_visible()
    words.fill("Petugasnya ramah")
    expect(phone.locator("[data-comment-digits]")).to_be_hidden()
    phone.get_by_role("button", name="Menunggu lama").click()
    assert violations(phone) == []
    phone.get_by_role("button", name="Kirim").click()
    expect(phone.locator("[data-comment]")).to_be_hidden()
    phone.get_by_role("button", name="Saya ingin berbicara").click()
    expect(phone.locator("[data-talk-told]")).to_be_focused()
    expect(phone.locator("[data-talk]")).to_be_hidden()
    assert phone.evaluate("window.whole") is True
    phone.reload()
    expect(phone.locator("[data-thanks]")).to_be_visible()
    expect(phone.locator("[data-rate], [data-comment], [data-talk]")).to_have_count(3)
    for each in ("rate", "comment", "talk"):
        expect(phone.locator(f"[data-{each}]")).to_be_hidden()


def test_every_call_shakes_the_phone_until_it_is_touched(
    phone: Page, make_visit: MakeVisit
) -> None:
    visit = make_visit()
    opened(phone, visit)
    phone.get_by_role("button", name="Bunyikan saat dipanggil").click()
    expect(phone.locator("[data-alarm]")).to_have_attribute("aria-pressed", "true")
    assert phone.evaluate("felt") == [80]
    assert phone.evaluate("window.awake"), "the screen stays on while somebody waits"
    visit.at("next")
    expect(phone.locator("[data-state]")).to_have_text("Giliran Anda!")
    assert phone.evaluate("felt.length") == 2
    phone.mouse.click(5, 400)
    assert phone.evaluate("felt.at(-1)") == 0
    visit.at("recall")
    phone.wait_for_timeout(2000)
    assert phone.evaluate("felt.length") == 4


def test_a_call_missed_while_the_server_was_away_is_told_when_it_is_back(
    phone: Page, make_visit: MakeVisit, server: Server
) -> None:
    visit = make_visit()
    opened(phone, visit)
    expect(phone.locator("[data-live-banner]")).to_be_hidden()
    server.kill()
    expect(phone.locator("[data-live-banner]")).to_be_visible(timeout=10_000)
    server.start()
    visit.at("next")
    expect(phone.locator("[data-state]")).to_have_text("Giliran Anda!", timeout=15_000)
    expect(phone.locator("[data-live-banner]")).to_be_hidden()
    assert phone.evaluate("window.whole") is True


def test_a_number_is_given_back_only_when_it_is_meant(phone: Page, make_visit: MakeVisit) -> None:
    visit = make_visit()
    opened(phone, visit)
    phone.get_by_role("button", name="Batalkan nomor saya").click()
    phone.get_by_role("button", name="Tetap simpan nomor").click()
    expect(phone.get_by_role("dialog")).to_be_hidden()
    phone.get_by_role("button", name="Batalkan nomor saya").click()
    phone.keyboard.press("Escape")
    expect(phone.get_by_role("dialog")).to_be_hidden()
    expect(phone.locator("[data-facts]")).to_be_visible()
    phone.get_by_role("button", name="Batalkan nomor saya").click()
    phone.get_by_role("button", name="Ya, batalkan nomor").click()
    expect(phone.locator("[data-state]")).to_be_focused()
    expect(phone.locator("[data-state]")).to_have_text("Anda telah membatalkan nomor ini.")
    expect(phone.locator("[data-cancel]")).to_be_hidden()


def test_after_a_transfer_the_page_tells_what_the_new_service_needs(
    phone: Page, make_visit: MakeVisit
) -> None:
    visit = make_visit()
    opened(phone, visit)
    expect(phone.locator("[data-bring]")).to_contain_text("Formulir F-1.03")
    visit.at("next")
    visit.at("start")
    visit.at("transfer", service="F")
    expect(phone.locator("[data-service]")).to_have_text("Legalisir")
    expect(phone.locator("[data-bring]")).to_contain_text("Dokumen asli")


def test_the_page_speaks_the_language_it_is_read_in(phone: Page, make_visit: MakeVisit) -> None:
    visit = make_visit()
    opened(phone, visit)
    phone.get_by_role("link", name="English").click()
    expect(phone.locator("[data-ahead]")).to_have_text("Nobody is ahead of you for this service.")
    visit.at("next")
    expect(phone.locator("[data-state]")).to_have_text("Your turn!")
    expect(phone.locator("[data-counter]")).to_have_text("Counter 5")
    expect(phone.locator("[data-service]")).to_have_text("Moving out and in")


def test_without_a_script_everything_can_be_read(browser: Browser, make_visit: MakeVisit) -> None:
    make_visit().at("next")
    visit = make_visit(locale="en")
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(visit.url)
        expect(page.locator("[data-ahead]")).to_have_text(
            "Nobody is ahead of you for this service."
        )
        expect(page.locator("[data-wait]")).to_contain_text("It usually takes")
        expect(page.get_by_text("This page is updated every 20 seconds.")).to_be_visible()
        assert 'http-equiv="refresh"' in page.content()
        expect(page.get_by_role("button")).to_have_count(0)
        visit.at("next", counter=6)
        page.reload()
        expect(page.locator("[data-counter]")).to_have_text("Counter 6")
        assert "is-called" in str(page.locator("html").get_attribute("class"))


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_state_is_accessible_and_fits_a_small_phone_with_big_letters(
    phone: Page, make_visit: MakeVisit, language: str
) -> None:
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.emulate_media(reduced_motion="reduce")
    visit = make_visit()
    opened(phone, visit, f"?lang={language}")
    phone.evaluate("document.documentElement.style.fontSize = '20px'")

    def looks_right(state: str) -> None:
        expect(phone.locator("html")).to_have_class(f"phone is-{state}")
        assert violations(phone) == []
        assert phone.evaluate("document.documentElement.scrollWidth") == 320

    looks_right("waiting")
    phone.locator("[data-cancel]").click()
    looks_right("waiting")
    phone.keyboard.press("Escape")
    for verb, state in (
        ("next", "called"),
        ("no-show", "no_show"),
        ("rejoin", "waiting"),
        ("next", "called"),
        ("start", "serving"),
        ("finish", "done"),
    ):
        if verb == "rejoin":
            visit.at(verb, label=visit.label)
        else:
            visit.at(verb)
        looks_right(state)
    phone.locator("[data-score='3']").click()
    expect(phone.locator("[data-comment]")).to_be_visible()
    looks_right("done")


def test_whoever_needs_more_time_lets_others_go_first(page: Page, server: Server) -> None:
    taken = [
        server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})[1]
        for _ in range(5)
    ]
    page.goto(f"{server.url}/t/{taken[0]['token']}?lang=id")
    expect(page.locator("[data-ahead]")).to_contain_text("Tidak ada orang")
    for ahead in ("3 orang", "4 orang"):
        page.get_by_role("button", name="Saya perlu waktu lagi").click()
        expect(page.locator("[data-ahead]")).to_contain_text(ahead)
    expect(page.locator("[data-step-back]")).to_be_hidden()


def test_who_missed_the_call_rejoins_once_by_the_phone(page: Page, server: Server) -> None:
    clerk = server.tokens["clerks"]["1"]
    _, ticket = server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    page.goto(f"{server.url}/t/{ticket['token']}?lang=id")
    server.ask("POST", "/counters/1/next", clerk)
    expect(page.locator("[data-state]")).to_have_text("Giliran Anda!")
    status, _ = server.ask("POST", "/counters/1/no-show", clerk)
    assert status == 200
    page.get_by_role("button", name="Masuk antrean lagi").click()
    expect(page.locator("[data-rejoin]")).to_be_hidden()
    _, state = server.ask("GET", f"/tickets/{ticket['token']}")
    assert (state["status"], state["can_rejoin"]) == ("waiting", False)


def test_the_page_weighs_under_a_hundred_kilobytes_and_can_be_kept_by_its_number(
    phone: Page, make_visit: MakeVisit
) -> None:
    visit = make_visit()
    weights: dict[str, int] = {}
    session = phone.context.new_cdp_session(phone)
    session.send("Network.enable")
    urls: dict[str, str] = {}
    session.on(
        "Network.responseReceived", lambda e: urls.update({e["requestId"]: e["response"]["url"]})
    )
    session.on(
        "Network.loadingFinished",
        lambda e: weights.update({e["requestId"]: int(e["encodedDataLength"])}),
    )
    opened(phone, visit)
    expect(phone.get_by_text(visit.label, exact=True).first).to_be_visible()
    phone.wait_for_load_state("networkidle")
    loaded = {urls[each]: weight for each, weight in weights.items() if each in urls}
    assert any("socket.io" in each for each in loaded)
    assert sum(loaded.values()) < 100_000, loaded
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    kept = json.loads(manifest["data"])
    assert kept["short_name"] == visit.label
    assert visit.url.endswith(kept["start_url"])
