"""The identity number at the kiosk: typed unseen, refused in words, asked where wanted."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from office.kiosk_rules import KioskRules
from office.place import Office
from storage.work import Work
from tests.houses import Server
from tests.kiosk.conftest import Arrange
from tests.people import violations

NIK = "5203014107850003"


def test_an_identity_number_is_typed_unseen_and_good_for_one_number(
    open_kiosk: Callable[..., Page], server: Server, arrange: Arrange
) -> None:
    def act(work: Work, office: Office) -> None:
        work.session.add(
            KioskRules(
                office_id=office.id,
                most_matters=3,
                most_files=5,
                in_a_minute=0,
                rest_minutes=5,
                per_identity=1,
            )
        )

    arrange(act)
    kiosk = open_kiosk()
    kiosk.locator("[data-services] [data-code=A]").click()
    kiosk.get_by_role("button", name="Ambil nomor").click()
    expect(kiosk.get_by_role("heading", name="Ini urusan siapa?")).to_be_focused()
    told = kiosk.locator("[data-identity-told]")
    take = kiosk.locator("[data-identity-take]")
    for digit in "5203":
        kiosk.get_by_role("button", name=digit, exact=True).click()
    expect(told).to_have_text("••03")
    expect(take).to_be_disabled()
    kiosk.keyboard.type("013207850003")
    expect(told).to_have_text("•" * 14 + "03")
    assert violations(kiosk) == []
    take.click()
    expect(kiosk.locator("[data-identity-refused]")).to_contain_text("Mohon periksa 16 angkanya")
    for _ in range(10):
        kiosk.keyboard.press("Backspace")
    kiosk.keyboard.type(NIK[6:])
    take.click()
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    kiosk.get_by_role("button", name="Selesai").click()
    kiosk.locator("[data-services] [data-code=A]").click()
    kiosk.get_by_role("button", name="Ambil nomor").click()
    expect(told).to_have_text("belum diisi")
    kiosk.keyboard.type(NIK)
    take.click()
    expect(kiosk.locator("[data-identity-refused]")).to_contain_text("meja penerimaan")
    reception = {"service": "A", "override": "family"}
    assert server.ask("POST", "/tickets", server.tokens["manager"], reception)[0] == 201
