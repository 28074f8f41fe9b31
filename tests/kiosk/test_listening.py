"""Headphone mode: a number is taken by four keys and the ear, the ticket read to the end."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from office.kiosk_rules import KioskRules
from office.place import Office
from storage.work import Work
from tests.kiosk.conftest import Arrange
from tests.people import violations

#: Sound that ends at once: what is read is looked at, not listened to.
SHORT = """() => {
HTMLMediaElement.prototype.play = function () {
  window.volumes = [...(window.volumes ?? []), this.volume];
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
    for part in (
        "L001",
        "Akta Kelahiran",
        "Prioritas",
        "Tidak ada orang di depan Anda untuk layanan ini.",
    ):
        assert part in ticket, ticket
    before = kiosk.evaluate("window.volumes.at(-1)")
    kiosk.keyboard.press("2")
    expect(said).to_have_text("Suara 4 dari 5.")
    kiosk.keyboard.press("8")
    kiosk.keyboard.press("-")
    expect(said).to_have_text("Suara 2 dari 5.")
    assert kiosk.evaluate("window.volumes.at(-1)") < before
    until("^Selesai")
    kiosk.keyboard.press("5")
    expect(kiosk.get_by_role("button", name="Dengarkan")).to_have_attribute("aria-pressed", "false")


def test_a_number_typed_by_ear_and_a_kiosk_that_rests_are_read(
    open_kiosk: Callable[..., Page], arrange: Arrange
) -> None:
    def act(work: Work, office: Office) -> None:
        limits = {"most_matters": 1, "most_files": 1, "in_a_minute": 1, "rest_minutes": 5}
        work.session.add(KioskRules(office_id=office.id, per_identity=1, **limits))

    arrange(act)
    kiosk = open_kiosk()
    kiosk.evaluate(SHORT)
    said = kiosk.locator("[data-heard]")
    kiosk.locator("[data-services] [data-code=A]").click()
    kiosk.keyboard.press("*")
    kiosk.locator("[data-take]").click()
    expect(said).to_contain_text("Enter mengambil nomor")
    kiosk.keyboard.type("52")
    expect(said).to_have_text("2 dari 16 angka")
    kiosk.keyboard.press(".")
    expect(said).to_have_text("1 dari 16 angka")
    kiosk.keyboard.type("203013207850003\n")
    expect(said).to_contain_text("Mohon periksa 16 angkanya")
    for _ in range(10):
        kiosk.keyboard.press(".")
    kiosk.keyboard.type("4107850003\n")
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    expect(said).to_have_text("Nol untuk mengulang.")
    assert "5203" not in " ".join(kiosk.evaluate("window.heard"))
    kiosk.locator("[data-done]").click()
    expect(kiosk.get_by_role("alertdialog")).to_be_visible()
    kiosk.keyboard.press("*")
    expect(said).to_have_text("Nol untuk mengulang.")
    heard = kiosk.evaluate("window.heard")
    assert "Mesin ini berhenti sejenak" in heard[-3]
    assert "Silakan hubungi petugas" in heard[-2]
