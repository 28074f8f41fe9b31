"""One counter, two people: taking over by PIN, a forgotten sign-off, two browsers, by keyboard."""

from playwright.sync_api import expect

from office.people import Account
from office.pins import hash_pin
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

PIN = "280145"


def give_pin(work: Work, office: Office) -> None:
    """Give Petugas 2 a PIN."""
    account = work.session.query(Account).filter_by(office_id=office.id, username="petugas2").one()
    account.pin_hash = hash_pin(PIN)


def test_a_colleague_goes_on_with_the_visitor_and_the_former_clerk_is_told(
    console: Console, make_console: MakeConsole
) -> None:
    server = console.server
    arrange(server, give_pin)
    (label,) = take(server, "A")
    console.begin()
    console.call()
    console.press("s")
    expect(console.visitor).to_contain_text("Sedang dilayani")
    other = make_console("petugas1").open(1)
    expect(other.visitor).to_contain_text(label)
    console.press("g")
    dialog = console.page.get_by_role("dialog", name="Lanjutkan di loket ini sebagai")
    expect(dialog.get_by_label("Nama")).to_be_focused()
    assert violations(console.page) == []
    assert overflow(console.page) <= 0
    dialog.get_by_label("Nama").select_option(label="Petugas 2")
    console.press("Tab")
    console.page.keyboard.type("280146")
    console.page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("PIN salah.")
    expect(dialog.get_by_label("PIN")).to_be_focused()
    (left,) = take(server, "I")
    at(server, 2, "next")
    console.page.keyboard.type(PIN)
    console.page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text(f"Anda masih melayani {left} di loket 2.")
    at(server, 2, "finish")
    console.page.keyboard.type(PIN)
    console.page.keyboard.press("Enter")
    expect(console.toasts).to_contain_text(f"Petugas 2. {label} masih di sini.")
    expect(console.visitor).to_contain_text(label)
    expect(console.page.get_by_role("banner")).to_contain_text("Petugas 2")
    expect(other.toasts).to_contain_text("Petugas 2 telah mengambil alih loket ini.")
    expect(other.visitor).to_contain_text("Petugas 2 bertugas di sini.")
    other.press("f")
    console.press("f")
    expect(console.visitor).not_to_contain_text(label)
    (taken,) = journal(server, "counter_taken_over")
    assert (taken["counter"], taken["at_counter"]) == (1, label)
    assert [each["label"] for each in journal(server, "ticket_finished")] == [left, label]


def test_a_forgotten_sign_off_is_no_obstacle_to_who_comes_next(make_console: MakeConsole) -> None:
    seat = make_console("petugas2")
    server = seat.server
    arrange(server, give_pin)
    take(server, "A")
    at(server, 1, "open")
    seat.open(1)
    expect(seat.visitor).to_contain_text("Petugas 1 bertugas di sini.")
    assert violations(seat.page) == []
    seat.press("g")
    expect(seat.page.get_by_label("Nama")).to_have_value("petugas2")
    expect(seat.page.get_by_label("PIN, enam angka")).to_be_focused()
    seat.page.keyboard.type(PIN)
    seat.page.keyboard.press("Enter")
    expect(seat.toasts).to_contain_text("Loket ini sekarang Anda layani, Petugas 2.")
    seat.call()
    expect(seat.visitor).to_contain_text("A001")


def test_two_browsers_of_one_clerk_at_one_counter_show_the_same_and_do_it_once(
    console: Console, make_console: MakeConsole
) -> None:
    server = console.server
    take(server, "A", "A")
    console.begin()
    other = make_console("petugas1").open(1)
    console.call()
    expect(other.visitor).to_contain_text("A001")
    expect(other.main).to_contain_text("Mulai")
    other.press("s")
    expect(console.visitor).to_contain_text("Sedang dilayani")
    console.page.close()
    other.press("f")
    expect(other.visitor).to_contain_text("BerikutnyaA002")
    assert [each["label"] for each in journal(server, "ticket_finished")] == ["A001"]
    third = make_console("petugas1").open(1)
    expect(third.visitor).to_contain_text("BerikutnyaA002")
