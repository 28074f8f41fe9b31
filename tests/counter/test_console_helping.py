"""What is to be done for a visitor, a lost slip, a colleague by name, others' held: by keyboard."""

from playwright.sync_api import expect
from sqlalchemy import select

from office.moment import MomentNeeds
from office.people import Account
from office.place import Office
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
from tests.people import arrange, overflow, violations

__all__ = ["console", "make_console"]


def test_what_to_do_for_a_visitor_is_large_at_the_counter_and_gone_at_close(
    console: Console,
) -> None:
    server = console.server
    body = {"service": "A", "needs": ["fetch"]}
    token = server.ask("POST", "/tickets", server.tokens["kiosk"], body)[1]["token"]
    take(server, "A")
    expect(console.line.first).to_contain_text("Jemput langsung")
    console.begin()
    expect(console.visitor).to_contain_text("Jemput langsung")
    console.call()
    needs = console.visitor.locator(".visitor-needs")
    expect(needs).to_have_text("Jemput langsung")
    assert violations(console.page) == []
    said = {"needs": ["fetch", "step_free"]}
    assert server.ask("POST", f"/tickets/{token}/needs", None, said)[0] == 200
    expect(needs).to_contain_text("Tanpa anak tangga")
    console.press("k")
    dialog = console.page.get_by_role("dialog", name="Bantuan untuk pengunjung ini hari ini")
    expect(dialog.get_by_label("Jemput langsung")).to_be_checked()
    assert violations(console.page) == []
    console.press("1", "3", "Enter")
    expect(needs).to_contain_text("Tuliskan")
    expect(needs).not_to_contain_text("Jemput langsung")
    assert overflow(console.page) <= 0
    console.press("s")
    expect(console.visitor).to_contain_text("Sedang dilayani")
    expect(needs).to_contain_text("Tuliskan")
    assert server.ask("POST", "/day/close", server.tokens["manager"], {})[0] == 200
    kept = arrange(
        server, lambda work, _office: list(work.session.scalars(select(MomentNeeds.needs)))
    )
    assert kept == []
    assert "step_free" not in repr(server.ask("GET", "/journal", server.tokens["manager"])[1])


def test_a_lost_slip_is_made_anew_by_right_and_cannot_be_undone(
    console: Console, make_console: MakeConsole
) -> None:
    server = console.server
    (label,) = take(server, "A")
    console.press("l")
    expect(console.page.get_by_role("dialog")).to_have_count(0)
    seat = make_console("penyelia").open(9)
    seat.begin()
    seat.press("l")
    dialog = seat.page.get_by_role("dialog", name="Cetak struk baru")
    expect(dialog).to_be_visible()
    assert violations(seat.page) == []
    seat.page.keyboard.type(label.lower())
    seat.press("Enter")
    expect(seat.toasts).to_contain_text(f"{label}: tidak ada printer di sini.")
    assert journal(server, "slip_reprinted")[0]["label"] == label
    expect(seat.page.locator("[data-undo]")).to_be_hidden()


def test_a_visitor_is_sent_to_a_colleague_by_name(console: Console) -> None:
    server = console.server
    at(server, 5, "open")
    (label,) = take(server, "A")
    console.begin()
    console.call()
    console.press("s", "t")
    dialog = console.page.get_by_role("dialog", name="Alihkan ke")
    colleague = dialog.get_by_label("atau ke rekan")
    expect(colleague.get_by_role("option")).to_have_count(2)
    colleague.select_option(label="Petugas 5 (Loket 5)")
    assert violations(console.page) == []
    dialog.get_by_role("button", name="Alihkan").press("Enter")
    expect(console.toasts).to_contain_text(f"{label} dialihkan ke Petugas 5")
    (sent,) = journal(server, "ticket_transferred")
    assert (sent["label"], sent["to_counter"]) == (label, 5)


def test_what_others_hold_is_shown_with_who_brings_it_back(
    console: Console, make_console: MakeConsole
) -> None:
    server = console.server
    take(server, "A", "K")
    at(server, 5, "next")
    at(server, 5, "hold")
    at(server, 1, "next")
    at(server, 1, "hold")
    expect(console.count("held")).to_have_text("2")
    rows = console.show("held")
    expect(rows.nth(0)).to_contain_text("A001")
    expect(rows.nth(0).get_by_role("button")).to_have_count(1)
    expect(rows.nth(1)).to_contain_text("dilanjutkan oleh rekan dari layanannya")
    expect(rows.nth(1).get_by_role("button")).to_have_count(0)

    def promote(work: Work, office: Office) -> None:
        account = work.session.query(Account).filter_by(office_id=office.id, username="petugas2")
        account.one().role = "supervisor"

    arrange(server, promote)
    chief = make_console("petugas2").open(2)
    expect(chief.show("held").get_by_role("button")).to_have_count(2)
