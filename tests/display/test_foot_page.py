"""The foot of the board: what the manager writes there, and services that stand still."""

from playwright.sync_api import Page, expect

from tests.display.test_screens_page import board
from tests.houses import Server
from tests.people import EVIL, violations

__all__ = ["board"]


def test_the_board_says_what_the_manager_writes_and_which_service_stands_still(
    board: Page, manager: Page, server: Server
) -> None:
    manager.goto(f"{server.url}/manager/screens?lang=id")
    for language in ("Indonesia", "Inggris"):
        manager.get_by_label(f"Dalam bahasa {language}", exact=True).fill(EVIL)
    manager.get_by_role("button", name="Simpan teks").press("Enter")
    expect(manager.locator(".notice-good")).to_be_visible()
    expect(manager.get_by_label("Dalam bahasa Indonesia", exact=True)).to_have_value(EVIL)
    assert violations(manager) == []
    foot = board.locator("[data-text]")
    expect(foot).to_have_text(EVIL)

    status, answer = server.ask(
        "POST",
        "/services/A/suspend",
        server.tokens["manager"],
        {"message": {"id": "Kamera rusak.", "en": "The camera is broken."}},
    )
    assert status == 200, answer
    expect(board.locator("[data-service=A] .service-wait")).to_have_text("dihentikan sementara")
    expect(foot).to_contain_text("Perekaman KTP-el: Kamera rusak.")
