"""Leaving an address on the phone, and the mail that a real server then sends."""

import json
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.houses import Server
from tests.kiosk.notifying.gateways import Post
from tests.kiosk.notifying.visitors import ADDRESS
from tests.people import overflow, violations


def test_a_visitor_leaves_an_address_on_the_phone_and_gets_mail(
    page: Page, make_server: Callable[..., Server], post: Post
) -> None:
    server = make_server(notify=json.dumps(post.gateways))
    manager, kiosk = server.tokens["manager"], server.tokens["kiosk"]
    _, rules = server.ask("GET", "/rules/kiosk", manager)
    assert server.ask("POST", "/rules/kiosk", manager, rules | {"notify_place": 3})[0] == 200
    _, ticket = server.ask("POST", "/tickets", kiosk, {"service": "J", "locale": "id"})
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{ticket['url']}?lang=id")
    page.get_by_role("link", name="Kabari saya juga lewat pesan").click()
    page.get_by_label("WhatsApp").check()
    page.get_by_label("Alamat atau nomor").fill(ADDRESS)
    page.get_by_role("button", name="Kabari saya di sana").click()
    expect(page.get_by_role("alert")).to_contain_text("Silakan periksa")
    assert violations(page) == []
    page.get_by_label("Surel").check()
    page.get_by_role("button", name="Kabari saya di sana").click()
    expect(page.get_by_text(ADDRESS)).to_be_visible()
    assert (violations(page), overflow(page)) == ([], 0)
    end = time.monotonic() + 30
    while not post.mails and time.monotonic() < end:
        time.sleep(0.05)
    assert [to for to, _ in post.mails] == [ADDRESS]
    page.get_by_role("button", name="Hapus alamat saya sekarang").click()
    expect(page.get_by_text(ADDRESS)).to_have_count(0)
