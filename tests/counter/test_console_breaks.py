"""Undo, breaks, papers, the call for help and the search, by keyboard, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.counter.test_console_page import Console, console, journal, make_console, take
from tests.people import violations

__all__ = ["console", "make_console"]


def test_the_last_action_is_undone_by_its_key(console: Console) -> None:
    take(console.server, "A", "A")
    console.begin()
    console.call()
    expect(console.visitor).to_contain_text("A001")
    console.press("z")
    expect(console.toasts).to_contain_text("A001: tindakan terakhir diurungkan.")
    expect(console.visitor).to_contain_text("BerikutnyaA001")
    expect(console.page.get_by_role("button", name="Urungkan")).to_have_count(0)
    console.call()
    console.press("s")
    expect(console.visitor).to_contain_text("Sedang dilayani")
    console.enter()
    expect(console.visitor).to_contain_text("A002")
    console.press("z")
    expect(console.visitor).to_contain_text("A001")
    expect(console.visitor).to_contain_text("Sedang dilayani")
    undone = journal(console.server, "ticket_undone")
    assert [(each["label"], each["to"]) for each in undone] == [
        ("A001", "waiting"),
        ("A002", "waiting"),
        ("A001", "serving"),
    ]


def test_a_break_is_begun_and_ended_by_keyboard(console: Console) -> None:
    take(console.server, "A")
    console.begin()
    console.press("p")
    dialog = console.page.get_by_role("dialog", name="Istirahat: mengapa?")
    expect(dialog).to_be_visible()
    assert violations(console.page) == []
    console.press("2")
    expect(console.visitor).to_contain_text("Anda sedang istirahat.")
    expect(console.visitor).to_contain_text("Diumumkan: kembali pukul")
    assert violations(console.page) == []
    (began,) = journal(console.server, "counter_paused")
    assert began["reason"] == "prayer"
    console.press("n")
    expect(console.visitor).to_contain_text("Anda sedang istirahat.")
    console.enter()
    expect(console.visitor).to_contain_text("BerikutnyaA001")
    assert len(journal(console.server, "counter_back")) == 1


def test_papers_silence_the_bell_and_help_is_called_in_silence(console: Console) -> None:
    console.begin()
    console.press("d")
    papers = console.page.get_by_role("button", name="Kerja berkas")
    expect(papers).to_have_attribute("aria-pressed", "true")
    console.page.wait_for_timeout(750)
    console.press("d")
    expect(papers).to_have_attribute("aria-pressed", "false")
    console.press("!")
    expect(console.toasts).to_contain_text("Penyelia sudah diberi tahu.")
    (called,) = journal(console.server, "help_called")
    assert called["counter"] == 1
    assert "label" not in called


def test_the_bell_rings_when_somebody_waits_and_the_counter_is_idle(console: Console) -> None:
    console.begin()
    take(console.server, "A")
    expect(console.visitor).to_contain_text("BerikutnyaA001")
    ringing = console.page.locator(".visitor-ringing")
    expect(ringing).to_have_count(1, timeout=20_000)
    console.call()
    expect(ringing).to_have_count(0)


def test_the_line_is_searched(console: Console) -> None:
    take(console.server, "A", "A", "D", priority=None)
    console.begin()
    expect(console.line).to_have_count(3)
    console.press("/")
    console.page.keyboard.type("ikd")
    expect(console.line).to_have_count(1)
    expect(console.line).to_contain_text("U001")
    console.page.keyboard.type("zz")
    expect(console.line).to_contain_text("Tidak ada yang cocok")


@pytest.mark.parametrize("width", [320, 1366])
def test_the_quiet_buttons_fit(make_console: object, width: int) -> None:
    seat = make_console(width=width).open()  # type: ignore[operator]
    seat.begin()
    wide = seat.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    assert violations(seat.page) == []
