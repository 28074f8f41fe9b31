"""Media in browsers: a manager hangs them, the board shows them between calls, calls take over."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.display.test_screens_page import board
from tests.display.test_soak_page import with_change
from tests.houses import Server
from tests.office.test_shelf import MP4, picture
from tests.people import overflow, violations

pytestmark = pytest.mark.takes(20)

__all__ = ["board"]


#: A short film, made by the browser itself: three seconds of a square that wanders.
FILM = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
  const pen = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: "video/webm" });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const done = new Promise((ended) => { recorder.onstop = ended; });
  recorder.start();
  for (let step = 0; step < 30; step += 1) {
    pen.fillStyle = "#046";
    pen.fillRect(0, 0, 320, 180);
    pen.fillStyle = "#fb2";
    pen.fillRect(step * 9, 70, 40, 40);
    await new Promise((drawn) => setTimeout(drawn, 100));
  }
  recorder.stop();
  await done;
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
}"""

#: Writes down when the video in front is paused and goes on: at which second of it.
FOLLOW = """() => {
  window.breaks = [];
  const video = document.querySelector(".frame-on video");
  for (const kind of ["pause", "play"]) {
    video.addEventListener(kind, () => window.breaks.push([kind, video.currentTime]));
  }
}"""


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


def leave_out(manager: Page, place: int) -> None:
    """Let the medium at a place of the list be shown no more."""
    medium = manager.locator(".medium").nth(place)
    medium.locator("details.zone > summary").press("Enter")
    medium.get_by_label("Tampilkan", exact=True).uncheck()
    medium.get_by_role("button", name="Simpan").press("Enter")
    expect(medium).to_contain_text("nonaktif")


def test_what_a_manager_hangs_is_shown_until_a_call_needs_the_place(
    board: Page, manager: Page, server: Server
) -> None:
    between = board.locator("[data-between]")
    board.route("**/board.js*", with_change("const MOMENT = 30_000;", "const MOMENT = 8_000;"))
    board.reload()
    expect(board.locator("[data-desk]")).to_have_count(10)
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

    upload(manager, "film.webm", bytes.fromhex(manager.evaluate(FILM)))
    expect(manager.locator(".medium")).to_have_count(2)
    leave_out(manager, 0)
    film = between.locator(".frame-on video")
    expect(film).to_be_visible()
    expect(film).to_have_js_property("muted", True)
    board.wait_for_function(
        "() => { const { currentTime } = document.querySelector('.frame-on video');"
        " return currentTime > 0.1 && currentTime < 1.5; }"
    )
    board.evaluate(FOLLOW)
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    server.ask("POST", "/counters/1/finish-and-next", server.tokens["clerks"]["1"])
    expect(board.locator("[data-now-label]")).to_be_visible()
    expect(between).to_be_hidden()
    expect(film).to_have_js_property("paused", True)
    expect(between).to_be_visible()
    board.wait_for_function("() => window.breaks.length >= 2")
    (paused, stopped), (resumed, went_on) = board.evaluate("window.breaks.slice(-2)")
    assert (paused, resumed) == ("pause", "play")
    assert went_on == pytest.approx(stopped, abs=0.1), "it goes on where it was"
    leave_out(manager, 1)
    expect(between).to_be_hidden()
    assert violations(manager) == []
    assert overflow(manager) <= 0
    for left in (1, 0):
        manager.locator(".medium .remove summary").first.press("Enter")
        manager.locator(".medium .remove").first.get_by_role("button").press("Enter")
        expect(manager.locator(".medium")).to_have_count(left)
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
