"""The questionnaire where it is filled in: phone, tablet, paper typed by keys, a file."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from surveys.skm.elements import KEYS
from surveys.skm.forms import SkmAnswer, SkmForm
from tests.houses import Server
from tests.people import arrange, overflow, sign_in, violations
from tests.surveys.skm.test_uploads import FILE
from tests.surveys.test_exit_page import opened, visited


def kept(server: Server) -> list[tuple[Any, ...]]:
    """Return channel, whether filled, sex and scores of each form."""
    found: list[tuple[Any, ...]] = arrange(
        server,
        lambda work, _office: [
            (
                each.channel,
                each.filled,
                each.sex,
                [
                    scores.get(key)
                    for scores in [
                        dict(
                            work.session.query(SkmAnswer.element, SkmAnswer.score)
                            .filter_by(form_id=each.id)
                            .all()
                        )
                    ]
                    for key in KEYS
                ],
            )
            for each in work.session.query(SkmForm).order_by(SkmForm.id)
        ],
    )
    return found


def is_right(page: Page) -> None:
    """See that axe finds nothing and nothing is wider than the page."""
    assert violations(page) == []
    assert overflow(page) <= 0


def test_a_visit_is_answered_on_the_phone_or_at_a_tablet_once(page: Page, server: Server) -> None:
    (label, token, code), (second, _token, other) = visited(server), visited(server)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/t/{token}")
    page.get_by_role("link", name="Jawab sembilan pertanyaan").click()
    is_right(page)
    for number, key in enumerate(KEYS):
        page.locator(f"[name={key}-0]").nth(number % 4).check()
    page.get_by_label("Jenis kelamin").select_option("female")
    page.get_by_role("button", name="Kirim jawaban saya").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Terima kasih atas jawaban Anda.")
    is_right(page)
    assert kept(server) == [("phone", True, "female", [1, 2, 3, 4, 1, 2, 3, 4, 1])]
    page.goto(f"{server.url}/t/{token}?lang=en")
    expect(page.locator("[data-survey]")).to_be_hidden()
    page.goto(f"{server.url}/t/{token}/survey")
    expect(page.locator("main")).to_contain_text("have been answered")
    page.goto(f"{server.url}/t/{token}?lang=id")

    tablet = opened(page, server)
    tablet.get_by_role("link", name="Jawab sembilan pertanyaan").click()
    is_right(tablet)
    for typed, letters in ((label, code), (second, "3333" if other != "3333" else "4444")):
        tablet.locator("#label").fill(typed)
        tablet.locator("#code").fill(letters)
        tablet.get_by_role("button", name="Mulai").click()
        expect(tablet.get_by_role("alert")).to_be_visible()
    tablet.locator("#code").fill(other)
    tablet.locator("#code").press("Enter")
    is_right(tablet)
    # A browser that checks nothing sends what is there: the rest is marked.
    tablet.locator("[name=waktu-0]").nth(3).check()
    tablet.evaluate("document.querySelector('form').noValidate = true")
    tablet.get_by_role("button", name="Kirim jawaban saya").click()
    expect(tablet.locator(".is-open")).to_have_count(8)
    is_right(tablet)
    for key in KEYS:
        tablet.locator(f"[name={key}-0]").nth(3).check()
    tablet.get_by_role("button", name="Kirim jawaban saya").click()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Terima kasih atas jawaban Anda.")
    is_right(tablet)
    assert kept(server)[1] == ("tablet", True, None, [4] * 9)


def test_paper_is_typed_in_by_keys_alone_and_a_file_is_taken_over(
    page: Page, server: Server, passwords: dict[str, str], tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, server, "resepsionis", passwords["resepsionis"])
    page.goto(f"{server.url}/manager/survey/paper?lang=id")
    expect(page.get_by_role("link", name="Ambil jawaban dari berkas")).to_have_count(0)
    is_right(page)
    page.locator("#service").focus()
    page.keyboard.type("K")
    for _ in range(3):
        page.keyboard.press("Enter")
    page.keyboard.type("444344434" + "2" + "3")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Formulir 1 tersimpan.")
    expect(page.locator("#form_number")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("33333333")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("Formulir 2 tersimpan.")
    page.locator("#form_number").fill("1")
    page.get_by_role("button", name="Simpan formulir").click()
    expect(page.get_by_role("alert")).to_contain_text("Formulir bernomor 1 sudah diketik")
    assert kept(server) == [
        ("paper", True, "female", [4, 4, 4, 3, 4, 4, 4, 3, 4]),
        ("paper", False, None, [3] * 8 + [None]),
    ]
    page.get_by_role("button", name="Hapus formulir 2").click()
    expect(page.locator("main")).to_contain_text("Formulir sudah dihapus")
    is_right(page)

    page.context.clear_cookies()
    sign_in(page, server, "manajer", passwords["manajer"])
    page.goto(f"{server.url}/manager/survey/file?lang=id")
    file = tmp_path / "skm.csv"
    file.write_text("a;b\n1;2\n")
    page.get_by_label("Berkas").set_input_files(file)
    page.get_by_role("button", name="Periksa dulu").click()
    expect(page.get_by_role("alert")).to_contain_text("Tidak ada judul kolom")
    file.write_text(FILE)
    page.get_by_label("Berkas").set_input_files(file)
    page.get_by_role("button", name="Periksa dulu").click()
    expect(page.get_by_role("row", name="4 tidak ada jawaban untuk Perilaku")).to_be_visible()
    expect(page.locator(".notice")).to_contain_text("2 formulir terisi lengkap")
    is_right(page)
    page.get_by_role("button", name="Ambil jawaban ini").click()
    expect(page.locator("main")).to_contain_text("2 formulir terisi lengkap; 2 kurang satu")
    is_right(page)
    assert [each[0] for each in kept(server)] == ["paper", *["file"] * 4]

    page.goto(f"{server.url}/manager/survey/questionnaire")
    is_right(page)
    page.locator("#biaya-0-id").fill("Apakah Anda membayar?")
    page.get_by_role("button", name="Pakai pertanyaan ini").click()
    expect(page.locator("main")).to_contain_text("Versi 1")
    expect(page.locator("#biaya-0-id")).to_have_value("Apakah Anda membayar?")
