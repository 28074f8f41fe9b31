"""The doors of the pages in a real browser: signing in, linking, getting lost."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.houses import Server
from tests.people import violations
from tests.web.conftest import ADDRESS


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("path", ["/sign-in", "/link/AB12CD34", "/nowhere"])
def test_every_door_is_accessible_and_fits_a_phone(
    page: Page, server: Server, path: str, language: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{server.url}{path}?lang={language}")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate("document.documentElement.lang") == language


def test_changing_the_language_keeps_where_one_was_going(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/sign-in?next=/counter/3&lang=id")
    expect(page.get_by_role("heading", name="Masuk")).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query) == {"next": ["/counter/3"], "lang": ["en"]}
    assert page.locator("[name=next]").get_attribute("value") == "/counter/3"


def test_a_wrong_password_is_told_at_the_fields(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/sign-in?lang=en")
    page.get_by_label("Account name").fill("nobody")
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    expect(page.get_by_label("Account name")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Account name")).to_have_value("nobody")
    expect(page.get_by_label("Password")).to_have_value("")


def test_typing_the_code_of_a_device_asks_nothing_about_leaving(page: Page, server: Server) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(f"{server.url}/link?lang=en")
    page.get_by_label("Code").fill("AB12CD34")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not valid")
    assert asked == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("id", ["0 menit", "25 menit", "1 jam 35 menit", "2 jam"]),
        ("en", ["0 minutes", "25 minutes", "1 hour 35 minutes", "2 hours"]),
    ],
)
def test_spans_are_said_in_the_pages_language(blank: Page, language: str, words: list[str]) -> None:
    said = blank.evaluate(
        """
        async ([language, spans]) => {
          const { inWords } = await import("/static/web/page.js");
          document.documentElement.lang = language;
          return spans.map((span) => inWords(span));
        }
        """,
        [language, [-5, 1559, 5700, 7200]],
    )
    assert said == words


def test_a_toast_shows_text_as_text(blank: Page) -> None:
    assert blank.url == f"{ADDRESS}/"
    blank.evaluate(
        """
        async () => (await import("/static/web/page.js")).toast("<b>A012</b>", "bad")
        """
    )
    expect(blank.get_by_role("alert")).to_have_text("<b>A012</b>")
