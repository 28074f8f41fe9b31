"""The board for everybody: off until turned on, then on phones and in frames; cached."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Page, expect
from requests import get

from office.people import actor_of_token
from office.place import Office
from office.public import publish
from storage.work import Work
from tests.houses import Server
from tests.people import EVIL, arrange, overflow, violations


def turn_on(server: Server) -> None:
    """Make the board public, and give the office a name that is a trap."""

    def act(work: Work, office: Office) -> None:
        manager = actor_of_token(work, server.tokens["manager"])
        assert manager is not None
        office.names = {"id": EVIL, "en": EVIL}
        publish(work, office, manager, datetime.now(UTC), public=True)

    arrange(server, act)


def call(server: Server) -> None:
    """Let a visitor come and call them to counter 1."""
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    server.ask("POST", "/counters/1/finish-and-next", server.tokens["clerks"]["1"])


def test_it_is_nowhere_until_the_office_turns_it_on(server: Server) -> None:
    for path in ("/board", "/board/state"):
        assert get(server.url + path, timeout=30).status_code == 404
    turn_on(server)
    for path in ("/board", "/board/state"):
        answer = get(server.url + path, timeout=30)
        assert answer.status_code == 200
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers
        assert "Set-Cookie" not in answer.headers
    other = get(server.url + "/sign-in", timeout=30)
    assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
    assert other.headers["X-Frame-Options"] == "DENY"


def test_its_state_is_kept_for_seconds_and_not_sent_twice(server: Server) -> None:
    turn_on(server)
    first = get(server.url + "/board/state", timeout=30)
    assert first.headers["Cache-Control"] == "public, max-age=3"
    tag = first.headers["ETag"]
    again = get(server.url + "/board/state", headers={"If-None-Match": tag}, timeout=30)
    assert (again.status_code, again.content) == (304, b"")
    call(server)
    news = get(server.url + "/board/state", headers={"If-None-Match": tag}, timeout=30)
    assert (news.status_code, news.json()["recent"][0]["label"]) == (200, "A001")


def test_a_phone_follows_the_calls(page: Page, server: Server) -> None:
    turn_on(server)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/board?lang=id")
    expect(page.get_by_text("Belum ada panggilan")).to_be_visible()
    expect(page.locator("[data-office]")).to_have_text(EVIL)
    call(server)
    expect(page.locator(".public-newest")).to_contain_text("A001", timeout=15_000)
    expect(page.locator(".public-newest")).to_contain_text("Loket 1")
    closed = {"message": {"id": "Pencetak rusak.", "en": "No printer."}}
    status, answer = server.ask("POST", "/services/C/suspend", server.tokens["manager"], closed)
    assert status == 200, answer
    expect(page.get_by_text("dihentikan sementara: Pencetak rusak.")).to_be_visible()
    expect(page.locator(".public-wait").first).to_contain_text("9 dari 10 di bawah")
    assert overflow(page) == 0
    assert violations(page) == []
    server.kill()
    expect(page.locator("[data-away]")).to_be_visible(timeout=20_000)


@contextmanager
def site_with(html: str) -> Iterator[str]:
    """Serve a page from an origin of its own; yield its address."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_values: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://localhost:{serving.server_port}/"
        serving.shutdown()


def test_it_fits_a_frame_of_another_site(page: Page, server: Server) -> None:
    turn_on(server)
    call(server)
    frame = f'<iframe src="{server.url}/board" width="400" height="700" title="x"></iframe>'
    with site_with(frame) as address:
        page.goto(address)
        inside = page.frame_locator("iframe")
        expect(inside.locator(".public-newest")).to_contain_text("A001")
        assert inside.locator("html").evaluate("each => each.scrollWidth") <= 400
        page.locator("iframe").evaluate("each => { each.width = 600; each.height = 400; }")
        assert inside.locator("html").evaluate("each => each.scrollWidth") <= 600
        expect(inside.locator(".public-newest")).to_be_in_viewport()
