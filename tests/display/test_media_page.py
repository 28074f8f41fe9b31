"""Media in browsers: a manager hangs them, the board shows them between calls, calls take over."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.display.test_screens_page import board
from tests.houses import Server
from tests.office.test_shelf import MP4, picture
from tests.people import overflow, violations

__all__ = ["board"]


@pytest.fixture
def manager(manager: Page, server: Server) -> Page:
    """The managers' page of media, in Indonesian."""
    manager.goto(f"{server.url}/manager/media?lang=id")
    return manager


def upload(manager: Page, name: str, content: bytes, field: str = "file") -> None:
    """Choose a file and send it."""
    manager.locator(f"#{field}").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    manager.locator(f"[data-from={field}]").press("Enter")


def test_what_a_manager_hangs_is_shown_until_a_call_needs_the_place(
    board: Page, manager: Page, server: Server
) -> None:
    between = board.locator("[data-between]")
    expect(between).to_be_hidden()
    board.evaluate("window.whole = true")
    upload(manager, "Maklumat.exe.png", b"MZ" + b"\0" * 99)
    expect(manager.get_by_role("alert")).to_contain_text("bukan gambar")
    upload(manager, "<img src=x onerror=alert(1)>.png", picture(size=(800, 450)))
    row = manager.locator(".medium").first
    expect(row.get_by_role("heading")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(row).to_contain_text("tampil hari ini")
    expect(between).to_be_visible()
    assert between.locator(".frame-on img").evaluate("image => image.naturalWidth") == 800

    upload(manager, "logo.png", picture(mode="RGBA"), "logo")
    expect(board.locator("[data-logo]")).to_be_visible()
    expect(manager.locator(".logo img")).to_be_visible()
    assert board.evaluate("window.whole")

    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    server.ask("POST", "/counters/1/finish-and-next", server.tokens["clerks"]["1"])
    expect(board.locator("[data-now-label]")).to_be_visible()
    expect(between).to_be_hidden()
    expect(between).to_be_visible(timeout=60_000)

    manager.locator(".medium summary").last.press("Enter")
    manager.locator(".medium").first.get_by_label("Tampilkan", exact=True).uncheck()
    manager.locator(".medium").first.get_by_role("button", name="Simpan").press("Enter")
    expect(manager.locator(".medium").first).to_contain_text("nonaktif")
    expect(between).to_be_hidden()
    assert violations(manager) == []
    assert overflow(manager) <= 0
    manager.locator(".medium .remove summary").first.press("Enter")
    manager.get_by_role("button", name="Hapus sekarang").press("Enter")
    expect(manager.locator(".medium")).to_have_count(0)
    media = Path(server.data) / "media"
    assert len(list(media.iterdir())) == 1


def test_a_notice_is_paged_and_a_broken_video_is_left_out_and_told(
    board: Page, manager: Page, server: Server
) -> None:
    manager.locator("details summary").get_by_text("Tambah pengumuman").click()
    text = "Bawalah kartu keluarga asli. " * 8
    manager.locator("#title-id-new").fill("Perekaman KTP")
    manager.locator("#text-id-new").fill(text)
    manager.locator("#seconds-new").fill("5")
    manager.get_by_role("button", name="Tambahkan pengumuman").press("Enter")
    shown = board.locator(".frame-on .frame-text")
    expect(board.locator(".frame-on .frame-title")).to_have_text("Perekaman KTP")
    first = shown.text_content() or ""
    assert 0 < len(first) <= 160
    expect(shown).not_to_have_text(first)
    assert board.evaluate(
        "() => [...document.querySelectorAll('.frame-on .frame-words')]"
        ".every((each) => each.scrollHeight <= each.clientHeight + 1)"
    )
    # Half faded in, letters have too little contrast for a moment.
    board.emulate_media(reduced_motion="reduce")
    assert violations(board) == []
    upload(manager, "rusak.mp4", MP4)
    expect(manager.locator(".medium")).to_have_count(2)
    for _ in range(2):
        expect(shown).to_have_text(first, timeout=40_000)
        expect(shown).not_to_have_text(first, timeout=40_000)
    expect(board.locator("[data-between]")).to_be_visible()
    expect(board.locator(".frame-on video[src]")).to_have_count(0)
    manager.wait_for_function(
        """async () => {
          const answer = await fetch(location.href);
          return (await answer.text()).includes("ada layar yang gagal menampilkannya");
        }""",
        timeout=40_000,
    )
