"""Headphone mode: a number is taken by four keys and the ear, the ticket read to the end."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.people import violations

#: Sound that ends at once: what is read is looked at, not listened to.
SHORT = """() => {
HTMLMediaElement.prototype.play = function () {
  window.heard = [...(window.heard ?? []), new URL(this.src).searchParams.get("text")];
  fetch(this.src);
  setTimeout(() => this.dispatchEvent(new Event("ended")), 20);
  return Promise.resolve();
};
}"""


def test_a_number_is_taken_by_ear_with_four_keys(open_kiosk: Callable[..., Page]) -> None:
    kiosk = open_kiosk()
    kiosk.evaluate(SHORT)
    with kiosk.expect_response("**/voice/id.wav?*") as answered:
        kiosk.keyboard.press("*")
    assert (answered.value.status, answered.value.headers["content-type"]) == (200, "audio/wav")
    expect(kiosk.get_by_role("button", name="Dengarkan")).to_have_attribute("aria-pressed", "true")
    said = kiosk.locator("[data-heard]")
    expect(said).to_have_text("Sentuh salah satu layanan.")
    assert violations(kiosk) == []

    def until(text: str) -> None:
        for _ in range(40):
            kiosk.keyboard.press("6")
            if re.search(text, said.inner_text()):
                return
        raise AssertionError(f"{text} was never said")

    until("Akta Kelahiran.*Lima untuk memilih")
    kiosk.keyboard.press("5")
    expect(kiosk.locator("[data-take]")).to_be_visible()
    kiosk.wait_for_timeout(500)
    until("Prioritas.*Belum terpilih")
    kiosk.keyboard.press("5")
    expect(said).to_have_text(re.compile("Prioritas.*Terpilih"))
    until("^Ambil nomor")
    kiosk.route("**/api/v1/tickets", lambda route: route.abort())
    kiosk.keyboard.press("5")
    expect(said).to_contain_text("Server tidak dapat dihubungi")
    kiosk.unroute("**/api/v1/tickets")
    until("^Ambil nomor")
    kiosk.keyboard.press("5")
    expect(kiosk.locator("[data-label]")).to_have_text("L001")
    expect(said).to_have_text("Nol untuk mengulang.")
    heard = kiosk.evaluate("window.heard").copy()
    ticket = heard[heard.index("Nomor Anda") :]
    for part in ("L001", "Akta Kelahiran", "Prioritas", "Tidak ada orang di depan Anda."):
        assert part in ticket, ticket
    until("^Selesai")
    kiosk.keyboard.press("5")
    expect(kiosk.get_by_role("button", name="Dengarkan")).to_have_attribute("aria-pressed", "false")
