"""Outcomes, what is missing, the next step, notes and walk-ins, by keyboard, in a real browser."""

from playwright.sync_api import expect
from sqlalchemy import select

from office.people import Account
from office.place import Office, service_named
from storage.work import Work
from tests.counter.test_console_page import (
    Console,
    MakeConsole,
    at,
    console,
    journal,
    make_console,
    take,
)
from tests.people import arrange, violations

__all__ = ["console", "make_console"]


def test_missing_papers_are_ticked_and_a_code_to_return_is_told(console: Console) -> None:
    take(console.server, "A")
    console.begin()
    console.call()
    console.press("s")
    expect(console.visitor).to_contain_text("Sedang dilayani")
    console.press("e")
    dialog = console.page.get_by_role("dialog", name="Apa hasil kunjungan ini?")
    expect(dialog).to_be_visible()
    assert violations(console.page) == []
    console.press("2", "1", "3", "Enter")
    told = console.page.get_by_role("dialog", name="Kode untuk datang kembali")
    expect(told).to_contain_text("Pemohon hadir sendiri")
    assert violations(console.page) == []
    code = told.locator("[data-return-code]").inner_text()
    console.press("Enter")
    expect(console.visitor).to_contain_text("Tidak ada pengunjung")
    (done,) = journal(console.server, "ticket_finished")
    assert (done["outcome"], done["missing"]) == ("documents_incomplete", [0, 2])
    body = {"service": "A", "return_code": code}
    kiosk = console.server.tokens["kiosk"]
    assert console.server.ask("POST", "/tickets", kiosk, body)[0] == 201
    assert console.server.ask("POST", "/tickets", kiosk, body)[1]["code"] == "return_used"


def test_a_return_slip_and_a_number_given_back_need_no_mouse(make_console: MakeConsole) -> None:
    seat = make_console("penyelia").open(9)
    server = seat.server
    take(server, "A")
    at(server, 1, "next")
    ending = {"outcome": "documents_incomplete", "missing": [0]}
    clerk = server.tokens["clerks"]["1"]
    code = server.ask("POST", "/counters/1/finish", clerk, ending)[1]["return_right"]["code"]
    seat.begin()
    seat.press("c")
    dialog = seat.page.get_by_role("dialog", name="Pengunjung dengan struk kembali")
    expect(dialog).to_be_visible()
    assert violations(seat.page) == []
    seat.page.keyboard.type(code.lower())
    seat.press("Enter")
    expect(seat.toasts).to_contain_text("A002")
    seat.page.wait_for_timeout(700)  # the same key within that time is the same press
    seat.press("c")
    expect(dialog).to_be_visible()
    seat.page.keyboard.type(code)
    seat.press("Enter")
    expect(seat.toasts).to_contain_text("sudah dipakai")
    seat.press("x")
    expect(seat.page.get_by_role("dialog", name="Kembalikan nomor")).to_be_visible()
    assert violations(seat.page) == []
    seat.page.keyboard.type("a002")
    seat.press("Enter")
    expect(seat.toasts).to_contain_text("A002")
    (gone,) = journal(server, "ticket_cancelled")
    assert (gone["label"], gone["reason"]) == ("A002", "left")
    seat.press("z")
    expect(seat.toasts).to_contain_text("diurungkan")
    assert journal(server, "ticket_undone")[-1]["label"] == "A002"


def test_the_next_step_is_confirmed_by_one_key(console: Console) -> None:
    def follow(work: Work, office: Office) -> None:
        service = service_named(work, office.id, "A")
        service.next_id = service_named(work, office.id, "G").id
        service.next_condition = {"id": "Status PRR: kartu dapat dicetak", "en": "PRR"}

    arrange(console.server, follow)
    console.open()
    take(console.server, "A")
    console.begin()
    console.call()
    console.press("s")
    console.press("f")
    dialog = console.page.get_by_role("dialog", name="Langkah berikutnya bisa sekarang?")
    expect(dialog).to_contain_text("Status PRR: kartu dapat dicetak")
    assert violations(console.page) == []
    console.press("1")
    expect(console.visitor).to_contain_text("Tidak ada pengunjung")
    (moved,) = journal(console.server, "ticket_transferred")
    assert (moved["from_service"], moved["service"]) == ("A", "G")


def test_a_note_is_written_and_seen_at_the_next_counter(
    console: Console, make_console: MakeConsole
) -> None:
    take(console.server, "A")
    console.begin()
    console.call()
    console.press("m")
    expect(console.page.get_by_role("dialog", name="Catatan kunjungan ini")).to_be_visible()
    console.page.keyboard.type("NIK 3201234567890001")
    warning = console.page.get_by_text("Ini tampak seperti nomor identitas.")
    expect(warning).to_be_visible()
    assert violations(console.page) == []
    console.page.get_by_label("Catatan", exact=True).fill("sidik jari sulit")
    expect(warning).to_be_hidden()
    console.press("Tab", "Tab", "Enter")
    expect(console.visitor).to_contain_text("sidik jari sulit (Petugas 1)")
    at(console.server, 1, "transfer", service="K")
    other = make_console("petugas5").open(5)
    other.begin()
    other.call()
    expect(other.visitor).to_contain_text("sidik jari sulit")
    assert "sidik" not in repr(journal(console.server, "note_added"))


def test_a_further_service_is_added_by_keyboard(console: Console) -> None:
    take(console.server, "A")
    console.begin()
    console.call()
    console.press("t")
    console.press("2")
    console.page.get_by_role("button", name="Tambahkan setelah ini").press("Enter")
    expect(console.visitor).to_contain_text("lalu Kartu Keluarga")
    console.press("s")
    expect(console.visitor).to_contain_text("Sedang dilayani")
    console.press("f")
    expect(console.visitor).to_contain_text("Tidak ada pengunjung")
    assert journal(console.server, "ticket_transferred")[0]["service"] == "K"


def test_a_visitor_without_a_ticket_is_served_by_right(
    console: Console, make_console: MakeConsole
) -> None:
    expect(console.page.locator("[data-walk-in-begin]")).to_be_hidden()
    take(console.server, "A", "A")
    seat = make_console("penyelia").open(9)
    seat.begin()
    seat.press("w")
    dialog = seat.page.get_by_role("dialog", name="Layani tanpa nomor: mengapa?")
    expect(dialog).to_be_visible()
    assert violations(seat.page) == []
    dialog.get_by_label("Layanan").select_option("A")
    dialog.get_by_role("button").first.focus()
    seat.press("1")
    expect(seat.visitor).to_contain_text("A003")
    assert journal(seat.server, "ticket_called")[-1]["because"] == "needs_help_now"


def test_what_the_manager_sets_holds_at_an_open_console_at_once(console: Console) -> None:
    server, manager = console.server, console.server.tokens["manager"]
    (label,) = take(server, "A")
    console.begin()
    console.call()
    console.press("s")
    expect(console.visitor).to_contain_text("Sedang dilayani")
    told = server.ask("GET", "/outcomes", manager)[1]
    photo = {"code": "photo_missing", "names": {"id": "Foto kurang", "en": "No photo"}}
    wanted = {**told, "outcomes": [photo, *told["outcomes"]], "mandatory": True}
    assert server.ask("POST", "/outcomes", manager, wanted)[0] == 200
    take(server, "A")
    expect(console.page.locator("[data-count]")).to_have_text("1")
    console.press("f")
    dialog = console.page.get_by_role("dialog", name="Apa hasil kunjungan ini?")
    expect(dialog.get_by_role("button").first).to_contain_text("Foto kurang")
    console.press("1")
    expect(console.visitor).not_to_contain_text(label)
    assert journal(server, "ticket_finished")[0]["outcome"] == "photo_missing"
    assert console.stayed()


def test_a_clerk_without_the_right_is_offered_nothing_that_needs_it(console: Console) -> None:
    def take_all_away(work: Work, office: Office) -> None:
        for account in work.session.scalars(
            select(Account).where(Account.office_id == office.id, Account.role == "staff")
        ):
            account.extra_rights = []

    take(console.server, "A", "A")
    verbs = console.page.locator("[data-verbs]")
    console.begin()
    console.call()
    expect(verbs.get_by_role("button", name="Alihkan")).to_be_visible()
    console.press("b")
    arrange(console.server, take_all_away)
    console.page.reload()
    expect(console.line).to_have_count(2)
    expect(console.line.get_by_role("button")).to_have_count(0)
    for beside in ("walk-in-begin", "cancel-begin"):
        expect(console.page.locator(f"[data-{beside}]")).to_be_hidden()
    console.call()
    expect(verbs.get_by_role("button", name="Alihkan")).to_have_count(0)
    console.press("t")
    expect(console.page.get_by_role("dialog")).to_have_count(0)
