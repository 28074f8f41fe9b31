"""The manager's pages of the voice in a real browser: settings heard and saved, words recorded."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from office.place import Office, Service
from storage.work import Work
from tests.houses import Server
from tests.people import arrange, overflow, sign_in, violations
from tests.services import AUDIBLE, CHROMIUM_FLAGS

#: A microphone that hears a beep every second, and leave to use it.
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="session")
def studio(launch_browser: Callable[..., Browser]) -> Iterator[Browser]:
    """A browser with a microphone and leave to sound."""
    browser = launch_browser(args=[*CHROMIUM_FLAGS, *MICROPHONE, AUDIBLE])
    yield browser
    browser.close()


@pytest.fixture
def manager(studio: Browser, server: Server, passwords: dict[str, str]) -> Iterator[Page]:
    """The manager, signed in."""
    profile = studio.new_context(viewport={"width": 1366, "height": 768})
    page = profile.new_page()
    sign_in(page, server, "manajer", passwords["manajer"])
    yield page
    profile.close()


def voice(server: Server) -> Any:
    """Return the settings as the API tells them."""
    return server.ask("GET", "/voice", server.tokens["manager"])[1]


def test_settings_are_heard_before_they_are_saved_and_then_saved(
    manager: Page, server: Server
) -> None:
    manager.goto(f"{server.url}/manager/voice?lang=id")
    assert violations(manager) == []
    assert overflow(manager) <= 0
    manager.get_by_label("nol, lalu bilangannya").check()
    manager.get_by_label("Ucapkan setiap panggilan").select_option("2")
    with manager.expect_response("**/display/voice/sample/**") as heard:
        manager.get_by_role("button", name="Dengar bahasa Indonesia").click()
    assert heard.value.status == 200 and heard.value.header_value("content-type") == "audio/wav"
    assert "style=number" in heard.value.url
    assert voice(server)["style"] == "digits"
    manager.get_by_role("button", name="Simpan").click()
    expect(manager.locator("[data-state]")).to_contain_text("Tersimpan")
    told = voice(server)
    assert (told["style"], told["repeats"]) == ("number", 2)


def test_a_sentence_nobody_can_say_is_refused_beside_its_field(
    manager: Page, server: Server
) -> None:
    manager.goto(f"{server.url}/manager/voice?lang=id")
    manager.get_by_label("dalam bahasa Indonesia").fill("Nomor {nomor} ke {counter}")
    manager.get_by_role("button", name="Simpan").click()
    expect(manager.locator("[data-template-error=id]")).to_contain_text("{nomor}")
    assert voice(server)["templates"] == {}


def test_a_quiet_time_is_added_and_taken_away_by_keyboard(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/voice?lang=id")
    manager.get_by_role("button", name="Tambah jam").press("Enter")
    row = manager.locator("[data-stretches] li")
    row.get_by_label("dari").fill("12:00")
    row.get_by_label("sampai").fill("12:30")
    row.get_by_label("volume dalam persen").fill("20")
    row.get_by_label("ucapkan").uncheck()
    assert violations(manager) == []
    manager.get_by_role("button", name="Simpan").press("Enter")
    expect(manager.locator("[data-state]")).to_contain_text("Tersimpan")
    quiet = {"from": "12:00", "to": "12:30", "volume": 20, "speech": False}
    assert voice(server)["stretches"] == [quiet]
    manager.reload()
    row.get_by_role("button", name="Hapus jam ini").press("Enter")
    manager.get_by_role("button", name="Simpan").press("Enter")
    expect(manager.locator("[data-state]")).to_contain_text("Tersimpan")
    assert voice(server)["stretches"] == []


def test_a_word_is_recorded_by_the_microphone_heard_and_deleted(
    manager: Page, server: Server
) -> None:
    manager.goto(f"{server.url}/manager/voice/recordings?lang=id")
    word = manager.locator("[data-pack=id] [data-word]").filter(has_text="nomor antrean")
    expect(word).to_be_visible()
    assert violations(manager) == []
    assert overflow(manager) <= 0
    progress = manager.locator("[data-progress=id]")
    expect(progress).to_contain_text("0 dari")
    word.get_by_role("button", name="Rekam").click()
    expect(word).to_have_class("word word-live")
    manager.wait_for_timeout(2500)
    word.get_by_role("button", name="Rekam").click()
    expect(progress).to_contain_text("1 dari")
    with manager.expect_response("**/voice/clips/id/*.wav") as heard:
        word.get_by_role("button", name="Dengar").click()
    assert heard.value.status in (200, 206)
    word.get_by_role("button", name="Hapus").click()
    expect(progress).to_contain_text("0 dari")


def test_a_sound_file_is_turned_into_what_the_server_keeps(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/voice/recordings?lang=en")
    word = manager.locator("[data-pack=id] [data-word]").filter(has_text="nomor antrean")
    # A stereo file at another rate, as telephones make them.
    made = manager.evaluate(
        """() => {
          const rate = 48000, count = rate, bytes = new DataView(new ArrayBuffer(44 + count * 4));
          const text = (at, value) => [...value].forEach((each, place) =>
            bytes.setUint8(at + place, each.charCodeAt(0)));
          text(0, "RIFF"); bytes.setUint32(4, 36 + count * 4, true); text(8, "WAVEfmt ");
          bytes.setUint32(16, 16, true); bytes.setUint16(20, 1, true); bytes.setUint16(22, 2, true);
          bytes.setUint32(24, rate, true); bytes.setUint32(28, rate * 4, true);
          bytes.setUint16(32, 4, true); bytes.setUint16(34, 16, true); text(36, "data");
          bytes.setUint32(40, count * 4, true);
          for (let at = 0; at < count * 2; at += 1)
            bytes.setInt16(44 + at * 2, Math.sin(at / 30) * 9000, true);
          return [...new Uint8Array(bytes.buffer)];
        }"""
    )
    file = {"name": "a.wav", "mimeType": "audio/wav", "buffer": bytes(made)}
    word.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(manager.locator("[data-progress=id]")).to_contain_text("1 of")
    broken = {"name": "a.ogg", "mimeType": "audio/ogg", "buffer": b"no sound"}
    word.locator("input[type=file]").set_input_files(broken)  # type: ignore[arg-type]
    expect(manager.locator(".toasts")).to_contain_text("holds no sound")


def test_alike_letters_are_warned_of(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/voice?lang=en")
    expect(manager.locator("[data-alike]")).to_have_count(0)

    def rename(work: Work, _office: Office) -> None:
        for code, letter in (("A", "B"), ("C", "T")):
            work.session.query(Service).filter_by(code=code).one().letter = letter

    arrange(server, rename)
    manager.reload()
    expect(manager.locator("[data-alike]")).to_contain_text("ID card enrolment")
