"""The people's page in a real browser: invited, welcomed, let go."""

from playwright.sync_api import Browser, Page, expect

from tests.houses import Server
from tests.people import overflow, violations

PASSWORD = "rahasia sekali"


def test_somebody_is_invited_chooses_a_password_works_and_is_let_go(
    manager: Page, browser: Browser, server: Server
) -> None:
    page = manager
    page.goto(f"{server.url}/manager/people?lang=id")
    page.get_by_role("textbox", name="Nama", exact=True).last.fill("Siti Aminah")
    page.get_by_label("Nama akun").fill("siti")
    page.get_by_role("button", name="Tambahkan dan tampilkan kode").click()
    code = page.locator("[data-code]").inner_text()
    assert violations(page) == []
    assert overflow(page) <= 0

    phone = browser.new_context(viewport={"width": 320, "height": 640}).new_page()
    phone.goto(f"{server.url}/sign-in?lang=en")
    phone.get_by_role("link", name="I have a code from the manager").click()
    phone.get_by_label("Account name").fill("siti")
    phone.get_by_label("Code").fill(code.lower())
    for again in ("rahasia sekalj", PASSWORD):
        phone.get_by_label("New password, at least ten characters").fill(PASSWORD)
        phone.get_by_label("The same password again").fill(again)
        assert violations(phone) == []
        assert overflow(phone) <= 0
        phone.keyboard.press("Enter")
        if again != PASSWORD:
            expect(phone.get_by_role("alert")).to_have_text("The two passwords are not the same.")
    expect(phone).to_have_url(f"{server.url}/counter")

    page.reload()
    assert page.locator("[data-code]").count() == 0
    page.get_by_text("Siti Aminah").click()
    page.get_by_role("button", name="Tutup akun: Siti Aminah").click()
    page.get_by_role("dialog").get_by_role("button", name="Tutup akun").click()
    expect(page.get_by_role("status").filter(visible=True)).to_contain_text("Akun ditutup")
    phone.goto(f"{server.url}/counter")
    expect(phone.get_by_role("heading", name="Sign in")).to_be_visible()
    phone.context.close()
