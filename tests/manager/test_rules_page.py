"""The page of the queue's rules: told what they mean before they are saved, and then kept."""

from playwright.sync_api import Page, expect

from tests.houses import Server
from tests.people import overflow, violations


def test_a_manager_sees_what_a_rule_means_and_then_saves_it(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/rules?lang=id")
    assert violations(manager) == []
    assert overflow(manager) <= 0
    turn = manager.locator("[data-turn]")
    bound = manager.locator("[data-bound]")
    expect(bound).to_contain_text("60 menit")
    turn.get_by_label("Dua banding satu").check()
    expect(bound).to_contain_text("90 menit")
    turn.get_by_label("Setelah panggilan terlewat").fill("5")
    stands = server.ask("GET", "/rules/turn", server.tokens["manager"])[1]
    assert stands["policy"] == "accumulating"
    turn.get_by_role("button", name="Simpan").press("Enter")
    expect(turn.locator("[data-state]")).to_contain_text("Tersimpan")
    told = server.ask("GET", "/rules/turn", server.tokens["manager"])[1]
    assert (told["policy"], told["reentry_places"]) == ("ratio", 5)
    aims = manager.locator("[data-aims]")
    aims.get_by_label("Dipanggil dalam (menit)", exact=True).fill("20")
    own = manager.locator("[data-service]").first
    code = own.get_attribute("data-service")
    own.get_by_label("dipanggil dalam").fill("12")
    aims.get_by_role("button", name="Simpan").click()
    expect(aims.locator("[data-state]")).to_contain_text("Tersimpan")
    kept = server.ask("GET", "/rules/aims", server.tokens["manager"])[1]
    assert (kept["wait_min"], kept["services"][code]["wait_min"]) == (20, 12)
    wrong = server.ask("POST", "/rules/aims", server.tokens["manager"], {**kept, "idle_min": 0})
    assert (wrong[0], wrong[1]["code"], list(wrong[1]["fields"])) == (
        422,
        "input_invalid",
        ["idle_min"],
    )
