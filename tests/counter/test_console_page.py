"""The staff console in a real browser: every verb by its key, and never one verb too many."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from office.place import Office, Service
from office.tickets import Ticket
from storage.work import Work
from tests.houses import Server
from tests.people import EVIL, alarms, arrange, overflow, sign_in, violations

#: Longest (ms) that a lost or found server may go unnoticed.
PATIENCE = 20_000

#: Presses the large button at a moment.
PRESS_AT = """
(moment) => void setTimeout(
  () => document.querySelector("[data-is='main']").click(), moment - Date.now())
"""


class Console:
    """A clerk's browser at a counter."""

    def __init__(self, page: Page, server: Server, name: str, password: str) -> None:
        self.page = page
        self.server = server
        self.visitor: Locator = page.locator("[data-told]")
        self.main: Locator = page.locator("[data-is='main']")
        self.line: Locator = page.locator("[data-line] li")
        self.toasts: Locator = page.locator(".toasts")
        sign_in(page, server, name, password)

    def open(self, counter: int = 1, language: str = "id") -> "Console":
        """Open the console of a counter; window.whole is lost when the page is loaded again."""
        self.page.goto(f"{self.server.url}/counter/{counter}?lang={language}")
        expect(self.visitor).not_to_be_empty()
        self.page.evaluate("window.whole = true")
        return self

    def press(self, *keys: str) -> None:
        """Press keys as a person does, who looks in between."""
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(100)
            self.settled()

    def settled(self) -> None:
        """Wait until no verb is under way."""
        expect(self.page.locator("[data-verbs][aria-busy]")).to_have_count(0)

    def enter(self) -> None:
        """Press the large button's key, well after it was last pressed."""
        self.page.wait_for_timeout(750)
        self.press("Enter")

    def begin(self) -> None:
        """Open the counter, by key."""
        self.press("Enter")
        expect(self.main).to_contain_text("Panggil berikutnya")

    def call(self) -> None:
        """Call whoever is next, by key."""
        expect(self.main).to_be_enabled()
        self.page.wait_for_timeout(750)
        self.press("n")
        expect(self.main).to_contain_text("Mulai")

    def count(self, list_name: str) -> Locator:
        """Return how many are on hold, or missed their call."""
        return self.page.locator(f"[data-{list_name}-count]")

    def show(self, list_name: str) -> Locator:
        """Open a list beside, and return its rows."""
        self.page.locator(f"[data-{list_name}-box] summary").click()
        return self.page.locator(f"[data-{list_name}] li")

    def stayed(self) -> bool:
        """Say whether the page is still the one that was opened."""
        return self.page.evaluate("window.whole") is True


MakeConsole = Callable[..., Console]


@pytest.fixture
def make_console(
    passwords: dict[str, str], server: Server, browser: Browser
) -> Iterator[MakeConsole]:
    """Seat clerks, each with a browser of their own."""
    profiles = []

    def make(name: str = "petugas1", width: int = 1366, height: int = 768) -> Console:
        profile = browser.new_context(viewport={"width": width, "height": height}, locale="id-ID")
        profiles.append(profile)
        return Console(profile.new_page(), server, name, passwords[name])

    yield make
    for profile in profiles:
        profile.close()


@pytest.fixture
def console(make_console: MakeConsole) -> Console:
    """Petugas 1 at counter 1, which is still closed; services A and D."""
    return make_console().open()


def take(server: Server, *services: str, priority: str | None = None) -> list[str]:
    """Let visitors come; return their labels."""
    labels = []
    for service in services:
        body = {"service": service, "priority": priority}
        status, ticket = server.ask("POST", "/tickets", server.tokens["kiosk"], body)
        assert status == 201, ticket
        labels.append(str(ticket["label"]))
    return labels


def at(server: Server, counter: int, verb: str, **body: Any) -> None:
    """Do a counter's verb as its clerk, from elsewhere."""
    clerk = server.tokens["clerks"][str(counter)]
    status, answer = server.ask("POST", f"/counters/{counter}/{verb}", clerk, body)
    assert status == 200, answer


def journal(server: Server, kind: str) -> list[dict[str, Any]]:
    """Return what happened of one kind, oldest first."""
    _, answer = server.ask("GET", "/journal", server.tokens["manager"])
    return [each for each in answer["changes"] if each["kind"] == kind]


def waited(server: Server, **minutes: float) -> None:
    """Let tickets have waited so long, by label."""

    def age(work: Work, _office: Office) -> None:
        for label, span in minutes.items():
            ticket = work.session.query(Ticket).filter_by(label=label).one()
            ticket.arrived_at = ticket.line_since = datetime.now(UTC) - timedelta(minutes=span)

    arrange(server, age)


def test_every_verb_has_its_key(console: Console) -> None:
    take(console.server, "A", "A", "A", "A", "A")
    expect(console.visitor).to_contain_text("Loket ini tutup.")
    console.press("Enter")
    expect(console.visitor).to_contain_text("BerikutnyaA001")
    console.enter()
    expect(console.visitor).to_contain_text("Dipanggil")
    expect(console.visitor).to_contain_text("A001")
    console.press("r")
    expect(console.visitor).to_contain_text("dipanggil 2 kali")
    console.press("s")
    expect(console.visitor).to_contain_text("Sedang dilayani")
    console.press("f")
    expect(console.toasts).to_contain_text("A001 selesai.")
    expect(console.visitor).to_contain_text("BerikutnyaA002")
    console.press("n")
    expect(console.main).to_contain_text("Mulai")
    console.press("b")
    expect(console.visitor).to_contain_text("BerikutnyaA002")
    console.enter()
    expect(console.main).to_contain_text("Mulai")
    console.press("a")
    expect(console.count("missed")).to_have_text("1")
    expect(console.toasts).to_contain_text("A002 ditandai tidak hadir. Bila ternyata datang")
    console.enter()
    expect(console.visitor).to_contain_text("A003")
    expect(console.main).to_contain_text("Mulai")
    console.press("h")
    expect(console.count("held")).to_have_text("1")
    console.enter()
    expect(console.visitor).to_contain_text("A004")
    expect(console.main).to_contain_text("Mulai")
    console.enter()
    expect(console.main).to_contain_text("Selesai dan panggil berikutnya")
    console.press("t")
    expect(console.page.get_by_role("dialog", name="Alihkan ke")).to_be_visible()
    console.press("2", "Enter")
    expect(console.toasts).to_contain_text("A004 dialihkan ke Kartu Keluarga")
    console.press("?")
    expect(console.page.get_by_role("dialog", name="Tombol pintas")).to_be_visible()
    console.press("Escape")
    expect(console.page.get_by_role("dialog")).to_have_count(0)
    console.enter()
    expect(console.visitor).to_contain_text("A005")
    expect(console.main).to_contain_text("Mulai")
    console.enter()
    expect(console.visitor).to_contain_text("Sedang dilayani")
    console.enter()
    expect(console.visitor).to_contain_text("Tidak ada pengunjung yang menunggu.")
    assert console.stayed()
    assert [each["label"] for each in journal(console.server, "ticket_finished")] == [
        "A001",
        "A005",
    ]


def test_whoever_comes_is_seen_without_a_reload(console: Console) -> None:
    console.press("Enter")
    expect(console.visitor).to_contain_text("Tidak ada pengunjung yang menunggu.")
    expect(console.main).to_be_disabled()
    take(console.server, "A", "D", "K")
    expect(console.visitor).to_contain_text("BerikutnyaA001")
    expect(console.line).to_have_count(2)
    expect(console.main).to_be_enabled()
    expect(console.page).to_have_title("(2) Loket 1")
    console.page.get_by_label("semua layanan (3)").check()
    expect(console.line).to_have_count(3)
    at(console.server, 2, "next")
    expect(console.visitor).to_contain_text("BerikutnyaU001")
    assert console.stayed()


def test_whoever_is_still_at_another_counter_is_asked_whether_they_move(console: Console) -> None:
    console.begin()
    page = console.open(2).page
    console.press("Enter")
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("Anda masih di Loket 1. Pindah ke Loket 2?")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(console.main).to_contain_text("Buka loket ini")
    console.enter()
    console.press("Enter")
    expect(console.main).to_contain_text("Panggil berikutnya")
    take(console.server, "A")
    console.call()
    console.open(1).press("Enter")
    expect(box).to_contain_text("A001 masih di Loket 2. Selesaikan dulu kunjungan itu")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/counter/2"))
    expect(console.visitor).to_contain_text("A001")


def test_why_somebody_is_next_can_be_read(console: Console) -> None:
    take(console.server, "A", "A")
    take(console.server, "A", priority="priority")
    waited(console.server, A001=30, A002=20, A003=16)
    console.open().press("Enter")
    expect(console.visitor).to_contain_text("A003")
    expect(console.visitor).to_contain_text("menunggu 16 menit")
    why = re.compile(r"Alasan: Prioritas: .* 2 kali\. Mendahului 2 orang")
    expect(console.visitor).to_contain_text(why)
    console.enter()
    expect(console.main).to_contain_text("Mulai")
    expect(console.visitor).to_contain_text(why)
    expect(console.line.first).to_contain_text("A001")
    expect(console.line.first).to_contain_text("Alasan: Paling lama menunggu.")


def test_of_two_clerks_who_call_the_last_visitor_at_once_one_is_told_that_nobody_waits(
    make_console: MakeConsole, server: Server
) -> None:
    consoles = [make_console(f"petugas{number}").open(number) for number in (1, 2)]
    for each in consoles:
        each.press("Enter")
    take(server, "A")
    for each in consoles:
        expect(each.main).to_be_enabled()
    moment = consoles[0].page.evaluate("Date.now()") + 1000
    for each in consoles:
        each.page.evaluate(PRESS_AT, moment)
    for each in consoles:
        expect(each.visitor).not_to_contain_text("Berikutnya")
    told = [each.visitor.inner_text() for each in consoles]
    assert sum("Dipanggil" in each for each in told) == 1
    loser = consoles["Dipanggil" in told[0]]
    expect(loser.toasts).to_contain_text("Tidak ada")
    assert len(journal(server, "ticket_called")) == 1


def test_a_double_press_is_one_wish(console: Console) -> None:
    take(console.server, "A", "A", "A")
    console.begin()
    expect(console.main).to_be_enabled()
    console.page.wait_for_timeout(750)
    for _ in range(3):
        console.page.keyboard.press("Enter")
    expect(console.main).to_contain_text("Mulai")
    console.page.wait_for_timeout(750)
    expect(console.main).to_contain_text("Mulai")
    console.press("s")
    expect(console.main).to_contain_text("Selesai dan panggil berikutnya")
    console.page.wait_for_timeout(750)
    console.main.dblclick()
    expect(console.visitor).to_contain_text("A002")
    console.page.wait_for_timeout(500)
    expect(console.main).to_contain_text("Mulai")
    assert [each["label"] for each in journal(console.server, "ticket_called")] == ["A001", "A002"]


def test_who_types_ahead_is_understood(console: Console) -> None:
    take(console.server, "A", "A")
    console.begin()
    expect(console.main).to_be_enabled()
    for key in "nns":
        console.page.keyboard.press(key)
    expect(console.visitor).to_contain_text("Sedang dilayani")
    assert [each["label"] for each in journal(console.server, "ticket_called")] == ["A001"]


def test_at_a_colleagues_counter_one_can_only_look_and_is_told_why(
    make_console: MakeConsole, server: Server
) -> None:
    take(server, "A", "A")
    at(server, 1, "open")
    console = make_console("petugas2").open(1)
    expect(console.visitor).to_contain_text("Petugas 1 bertugas di sini.")
    expect(console.visitor.get_by_role("link", name="Pilih loket lain")).to_be_visible()
    expect(console.page.locator("[data-verbs] button, [data-line] button")).to_have_count(0)
    expect(console.page.locator("[data-close-counter]")).to_be_hidden()
    console.press("Enter", "n")
    assert journal(server, "ticket_called") == []
    at(server, 1, "close")
    expect(console.main).to_contain_text("Buka loket ini")
    console.press("Enter")
    expect(console.visitor).to_contain_text("BerikutnyaA001")
    assert console.stayed()


def test_a_supervisor_acts_in_a_clerks_place_and_sees_whose(
    make_console: MakeConsole, server: Server
) -> None:
    take(server, "A")
    at(server, 1, "open")
    console = make_console("penyelia").open(1)
    expect(console.visitor).to_contain_text("Petugas 1 bertugas di sini; Anda bertindak")
    console.press("n")
    expect(console.visitor).to_contain_text("A001")
    expect(console.main).to_contain_text("Mulai")


def test_a_refusal_is_told_in_words_and_the_visitor_stays(console: Console) -> None:
    def insist(_work: Work, office: Office) -> None:
        office.recalls_before_no_show = 1

    arrange(console.server, insist)
    take(console.server, "A")
    console.begin()
    console.call()
    console.press("a")
    expect(console.toasts).to_contain_text("Panggil")
    expect(console.visitor).to_contain_text("A001")
    console.press("r")
    expect(console.visitor).to_contain_text("dipanggil 2 kali")
    console.page.wait_for_timeout(700)
    console.press("a")
    expect(console.count("missed")).to_have_text("1")


def test_a_visitor_is_sent_on_to_a_service_or_to_one_counter(
    console: Console, server: Server
) -> None:
    take(server, "A", "A")
    at(server, 5, "open")
    console.begin()
    console.call()
    console.press("t")
    dialog = console.page.get_by_role("dialog", name="Alihkan ke")
    family = dialog.get_by_role("button", name="Kartu Keluarga")
    expect(family).not_to_contain_text("loket tutup")
    expect(dialog.get_by_role("button", name="Legalisir")).to_contain_text("loket tutup")
    expect(dialog.get_by_role("option", name="Loket 5 (Petugas 5)")).to_have_count(1)
    console.press("Enter")
    expect(family).to_have_attribute("aria-pressed", "false")
    expect(dialog).to_be_visible()
    console.press("Escape")
    console.page.wait_for_timeout(700)
    console.press("t", "k")
    expect(family).to_have_attribute("aria-pressed", "true")
    console.press("Enter")
    expect(console.visitor).to_contain_text("BerikutnyaA002")
    console.call()
    console.press("t")
    dialog.get_by_label("atau ke loket").select_option("2")
    dialog.get_by_role("button", name="Alihkan", exact=False).last.click()
    expect(console.toasts).to_contain_text("A002 dialihkan ke Loket 2")
    sent = [(each["service"], each["to_counter"]) for each in journal(server, "ticket_transferred")]
    assert sent == [("K", None), ("A", 2)]


def test_a_right_given_or_taken_holds_amid_a_visit_without_a_reload(
    make_console: MakeConsole, server: Server
) -> None:
    take(server, "A")
    console, manager = make_console().open(), make_console("manajer").page
    send_on = console.page.locator("[data-verbs] [data-verb='transfer']")
    keys = console.page.locator("[data-key-list]")
    console.begin()
    console.call()
    expect(send_on).to_be_visible()
    for given in (False, True):
        manager.goto(f"{server.url}/manager/rights?lang=id")
        form = manager.get_by_role("form", name="Petugas 1", exact=True)
        form.get_by_label("Mengalihkan pengunjung").set_checked(given)
        form.get_by_role("button").click()
        expect(send_on).to_have_count(int(given))
        expect(keys.get_by_text("minta kepada manajer")).to_have_count(int(not given))
    console.press("t")
    expect(console.page.get_by_role("dialog", name="Alihkan ke")).to_be_visible()
    assert console.stayed()


def test_the_held_and_the_missed_come_back_from_their_lists(console: Console) -> None:
    take(console.server, "A", "A")
    console.begin()
    console.call()
    console.press("h")
    expect(console.count("held")).to_have_text("1")
    console.call()
    expect(console.visitor).to_contain_text("A002")
    held = console.show("held")
    expect(held).to_contain_text("urutannya tetap")
    held.get_by_role("button", name="Lanjutkan A001").click()
    expect(console.line.first).to_contain_text("A001")
    expect(console.visitor).to_contain_text("A002")
    console.press("a")
    missed = console.show("missed")
    expect(missed).to_contain_text("masuk lagi setelah 3 orang")
    missed.get_by_role("button", name="Masukkan lagi A002").click()
    expect(console.toasts).to_contain_text("A002 masuk antrean lagi")
    expect(console.line).to_have_count(2)
    expect(console.page.locator("[data-missed-box]")).to_be_hidden()


def test_out_of_order_only_with_a_reason_that_is_kept(console: Console) -> None:
    take(console.server, "A", "A", "A")
    console.begin()
    button = console.page.get_by_role("button", name="Panggil A003")
    button.click()
    dialog = console.page.get_by_role("dialog", name="A003 di luar urutan")
    expect(dialog).to_be_visible()
    console.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    assert journal(console.server, "ticket_called") == []
    button.click()
    console.press("3")
    expect(console.visitor).to_contain_text("A003")
    expect(console.visitor).to_contain_text("dipanggil di luar urutan: Kesalahan kami")
    [call] = journal(console.server, "ticket_called")
    assert (call["label"], call["out_of_order"], call["because"], call["overtaken"]) == (
        "A003",
        True,
        "our_mistake",
        2,
    )


def test_the_focus_stays_in_the_line_while_the_line_moves(console: Console) -> None:
    take(console.server, "A", "A", "A")
    console.begin()
    console.page.get_by_role("button", name="Panggil A003").focus()
    take(console.server, "A")
    expect(console.line).to_have_count(4)
    expect(console.page.get_by_role("button", name="Panggil A003")).to_be_focused()


def test_after_a_power_cut_the_visitor_is_still_there_and_work_goes_on(console: Console) -> None:
    take(console.server, "A", "A")
    console.begin()
    console.call()
    console.press("s")
    expect(console.visitor).to_contain_text("Sedang dilayani")
    console.server.kill()
    banner = console.page.locator("[data-live-banner]")
    expect(banner).to_be_visible(timeout=PATIENCE)
    expect(console.visitor).to_contain_text("A001")
    console.server.start()
    expect(banner).to_be_hidden(timeout=PATIENCE)
    expect(console.visitor).to_contain_text("Sedang dilayani")
    console.press("f")
    expect(console.visitor).to_contain_text("BerikutnyaA002")
    assert console.stayed()


def test_what_is_pressed_while_the_server_is_away_goes_out_by_itself(console: Console) -> None:
    take(console.server, "A", "A")
    console.begin()
    expect(console.main).to_be_enabled()
    console.server.kill()
    console.page.keyboard.press("n")
    expect(console.page.locator("[data-sending]")).to_have_text("Mengirim ...")
    expect(console.page.locator("[data-sending]")).to_contain_text("Belum terkirim")
    console.server.start()
    expect(console.page.locator("[data-live-banner]")).to_be_hidden(timeout=PATIENCE)
    expect(console.visitor).to_contain_text("A001")
    expect(console.main).to_contain_text("Mulai")
    expect(console.page.locator("[data-sending]")).to_have_text("")
    assert [each["label"] for each in journal(console.server, "ticket_called")] == ["A001"]


def test_who_signs_out_leaves_no_counter_open(console: Console) -> None:
    take(console.server, "A")
    console.begin()
    console.call()
    leave = console.page.get_by_role("button", name="Keluar")
    leave.click()
    expect(console.toasts).to_contain_text("Masih ada pengunjung di loket.")
    console.press("s")
    expect(console.main).to_contain_text("Selesai")
    console.press("f")
    expect(console.main).to_contain_text("Panggil berikutnya")
    leave.click()
    console.page.wait_for_url("**/sign-in")
    assert len(journal(console.server, "counter_closed")) == 1


def test_a_services_name_is_never_taken_for_html(console: Console, server: Server) -> None:
    def rename(work: Work, _office: Office) -> None:
        for service in work.session.query(Service):
            service.names = {"id": EVIL, "en": EVIL}

    heard = alarms(console.page)
    arrange(server, rename)
    take(server, "A", "A")
    console.page.goto(f"{server.url}/counter")
    expect(console.page.locator(".choice-services").first).to_contain_text(EVIL)
    console.open().begin()
    expect(console.visitor).to_contain_text(EVIL)
    expect(console.line.first).to_contain_text(EVIL)
    console.call()
    console.press("t")
    expect(console.page.locator("[data-transfer-services] button").first).to_contain_text(EVIL)
    expect(console.page.locator("main img, dialog img")).to_have_count(0)
    assert heard == []


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(("width", "height"), [(1366, 768), (320, 768)])
def test_every_state_is_accessible_and_fits(
    make_console: MakeConsole, server: Server, language: str, width: int, height: int
) -> None:
    console = make_console("petugas1", width, height)

    def looks_right() -> None:
        assert violations(console.page) == []
        assert overflow(console.page) <= 0
        if width > 760:
            assert console.page.evaluate("document.documentElement.scrollHeight") == height

    console.page.goto(f"{server.url}/counter?lang={language}")
    assert violations(console.page) == []
    assert overflow(console.page) <= 0
    console.open(1, language)
    looks_right()
    take(server, *"AADDKA")
    take(server, "A", priority="priority")
    at(server, 2, "next")
    at(server, 2, "no-show")
    at(server, 2, "next")
    at(server, 2, "hold")
    console.press("Enter")
    expect(console.line).to_have_count(4)
    console.show("held")
    console.show("missed")
    looks_right()
    for keys in (["?"], ["Escape", "n"], ["t"], ["Escape", "s"]):
        console.press(*keys)
        console.page.wait_for_timeout(400)
        looks_right()
    console.press("f")
    expect(console.main).to_contain_text("Enter")
    console.page.locator("[data-line] button").first.click()
    looks_right()
