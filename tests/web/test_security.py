"""What keeps pages safe: forged requests, headers, cookies, and no script but our own."""

import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from office.people import Role
from tests.houses import Client, Staffed
from tests.web.browsing import HTML, Browser
from tests.web.conftest import PASSWORD
from web.security import kept_key

#: No query of these tests is asked of one database in another way than of the other.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)

#: What the office's own site may show within its pages: read only, and without any cookie.
FRAMED = {"/skm"}

MakeAccount = Callable[..., str]


@pytest.fixture
def inside(
    browser_profile: Browser,
    make_account: MakeAccount,
    make_link_code: Callable[..., tuple[int, str]],
) -> Browser:
    """A browser that is a manager, a kiosk and a screen at once."""
    browser_profile.sign_in(make_account(Role.MANAGER), PASSWORD)
    for role in (Role.KIOSK, Role.SCREEN):
        browser_profile.link(make_link_code(role)[1])
    return browser_profile


def version(browser: Browser) -> int:
    """Return the journal's version."""
    number: int = browser.call("GET", "/office")[1]["version"]
    return number


@pytest.mark.parametrize("token", [None, "", "wrong"])
@pytest.mark.parametrize("path", ["/tickets", "/counters/1/open", "/day/close"])
def test_a_change_that_only_a_cookie_vouches_for_needs_the_pages_token(
    inside: Browser, path: str, token: str | None
) -> None:
    before = version(inside)
    headers = {} if token is None else {"X-CSRFToken": token}
    body = {"service": "A"} if path == "/tickets" else None
    answer = inside.flask.post(f"/api/v1{path}", json=body, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "csrf_failed")
    assert version(inside) == before
    assert inside.call("POST", path, body)[0] in {200, 201}


def test_the_token_of_another_browser_is_not_accepted(
    inside: Browser, make_browser: Callable[[], Browser]
) -> None:
    answer = inside.flask.post("/api/v1/day/close", headers={"X-CSRFToken": make_browser().token()})
    assert answer.get_json()["code"] == "csrf_failed"


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-out", "/link", "/manager/devices", "/manager/devices/1/revoke"]
)
def test_a_form_without_the_token_is_refused(inside: Browser, path: str) -> None:
    answer = inside.flask.post(path, data={"username": "x", "code": "x"}, headers=HTML)
    assert answer.status_code == 400
    assert "csrf_failed" in answer.text
    assert inside.call("GET", "/office")[0] == 200


def test_a_bearer_needs_no_token_of_a_page(inside: Browser, staffed: Staffed) -> None:
    answer = inside.flask.post(
        "/api/v1/tickets",
        json={"service": "A"},
        headers={"Authorization": f"Bearer {staffed.sample.tokens['kiosk']}"},
    )
    assert answer.status_code == 201
    answer = inside.flask.post("/api/v1/day/close", headers={"Authorization": "Bearer "})
    assert answer.get_json()["code"] == "csrf_failed", "an empty bearer is none"


def test_the_secret_in_a_tickets_address_is_all_its_holder_needs(
    inside: Browser, staffed: Staffed
) -> None:
    _, served = staffed.take_with_token("A")
    staffed.serve()
    _, waiting = staffed.take_with_token("A")
    assert inside.flask.post(f"/api/v1/tickets/{served}/rating", json={"score": 3}).status_code == (
        201
    )
    assert inside.flask.post(f"/api/v1/tickets/{waiting}/cancel").status_code == 200


def test_every_answer_bears_the_safety_headers(inside: Browser, staffed: Staffed) -> None:
    _, secret = staffed.take_with_token()
    code = staffed.read(lambda _work, office: office.code)
    pages = [
        rule.rule
        for rule in inside.flask.application.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and not rule.rule.startswith("/api")
    ]
    assert {"/", "/sign-in", "/link", "/kiosk", "/display", "/counter", "/manager"} <= set(pages)
    for path in [
        *pages,
        *("/counter/1", "/link/ABCD", f"/t/{secret}", f"/t/{secret}/qr.svg", "/t/unknown"),
        *("/nowhere", "/static/web/base.css", "/api/v1/board", "/api/v1/nothing"),
    ]:
        with inside.get(f"{path}?office={code}" if path in FRAMED else path) as answer:
            text = answer.get_data().decode(errors="replace")
        assert answer.status_code < 500, path
        policy = dict(
            each.split(" ", 1) for each in answer.headers["Content-Security-Policy"].split("; ")
        )
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["object-src"] == policy["base-uri"] == "'none'"
        assert policy["frame-ancestors"] == ("*" if path in FRAMED else "'none'"), path
        assert policy["form-action"] == "'self'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer", "a ticket's secret stays here"
        if answer.mimetype == "text/html":
            assert answer.headers["Cache-Control"] == "no-store", path
            for script in re.findall(r"<script[^>]*>", text):
                assert " src=" in script or 'type="application/json"' in script, path
            assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", text) == [], path


def test_what_visitors_and_managers_write_is_shown_as_written(
    inside: Browser, staffed: Staffed
) -> None:
    evil = "<img src=x onerror=alert(1)>\"'"
    for path, fields in (
        ("/sign-in", {"username": evil, "password": "x"}),
        ("/link", {"code": evil}),
        ("/manager/devices", {"role": "kiosk", "name": evil}),
    ):
        answer = inside.send(path, **fields)
        shown = (inside.get(answer.location) if answer.location else answer).text
        assert "<img" not in shown
        assert "&lt;img src=x onerror=alert(1)&gt;&#34;&#39;" in shown
    assert "<img" not in inside.get(f"/link/{evil}").text


def test_cookies_cannot_be_read_by_scripts_nor_sent_by_other_sites(
    client: Client, make_client: Callable[..., Client]
) -> None:
    def cookies(of: Client) -> list[str]:
        answers = [of.flask.get(path, headers=HTML) for path in ("/sign-in", "/sign-in?lang=en")]
        return [each for answer in answers for each in answer.headers.getlist("Set-Cookie")]

    plain = cookies(client)
    assert {each.split("=")[0] for each in plain} == {"antrean", "lang"}
    for cookie in plain:
        assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Secure" not in cookie
    secure = make_client(secure_cookies=True)
    kept = cookies(secure)
    for cookie in kept:
        assert "Secure" in cookie.split("; "), cookie
    assert {each.split("=")[0] for each in kept} == {"__Host-antrean", "lang"}
    told = "Strict-Transport-Security"
    assert secure.flask.get("/sign-in").headers[told].startswith("max-age=31536000")
    assert told not in client.flask.get("/sign-in").headers


def test_the_signing_key_outlives_a_restart_and_is_its_owners_alone(
    make_client: Callable[..., Client], tmp_path: Path
) -> None:
    keys = {make_client().flask.application.secret_key for _ in range(2)}
    file = tmp_path / "files" / "secret_key"
    assert keys == {kept_key(tmp_path / "files")}
    assert len(file.read_text()) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_secrets_and_passwords_are_kept_only_as_hashes(
    inside: Browser, staffed: Staffed, make_link_code: Callable[..., tuple[int, str]]
) -> None:
    _, code = make_link_code()
    _, secret = staffed.take_with_token()
    kept = _everything_kept(staffed)
    tokens = staffed.sample.tokens
    for value in (code, secret, PASSWORD, tokens["kiosk"], *tokens["clerks"].values()):
        assert value not in kept


def _everything_kept(staffed: Staffed) -> str:
    from storage.base import Base

    with staffed.store.read() as work:
        rows: list[Any] = [
            row
            for table in Base.metadata.sorted_tables
            for row in work.session.execute(table.select())
        ]
    return str(rows)
