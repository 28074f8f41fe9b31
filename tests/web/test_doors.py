"""The doors as a server answers them: sign-in, links that work once, where one goes next."""

import re
from collections.abc import Callable
from datetime import timedelta
from importlib.metadata import version

import pytest

from office.people import Account, Role
from office.place import Office
from tests.houses import Client, Staffed
from tests.web.browsing import Browser
from tests.web.conftest import PASSWORD
from web.limits import limiter

MakeAccount = Callable[..., str]
MakeLinkCode = Callable[..., tuple[int, str]]


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.STAFF, "/counter"),
        (Role.SUPERVISOR, "/floor"),
        (Role.MANAGER, "/manager"),
        (Role.INSPECTOR, "/sidak/"),
        (Role.RECEPTION, "/reception"),
    ],
    ids=str,
)
def test_signing_in_leads_to_where_one_works(
    browser_profile: Browser, make_account: MakeAccount, role: Role, home: str
) -> None:
    assert browser_profile.get("/").location == "/sign-in"
    username = make_account(role)
    assert browser_profile.sign_in(f" {username.upper()} ", PASSWORD).location == home
    assert browser_profile.get("/").location == home
    assert browser_profile.get(home).status_code == 200


def test_a_name_that_two_offices_have_is_told_apart_by_the_office(
    browser_profile: Browser, staffed: Staffed, make_account: MakeAccount, password_hash: str
) -> None:
    username = make_account()
    with staffed.store.work() as work:
        other = Office(
            code=f"branch{staffed.office_id}",
            names={"id": "Cabang"},
            timezone="Asia/Jakarta",
            locales=["id"],
        )
        work.session.add(other)
        work.session.flush()
        work.session.add(
            Account(
                office_id=other.id,
                username=username,
                name="Made",
                role="manager",
                password_hash=password_hash,
            )
        )
        office = work.session.get_one(Office, staffed.office_id).code
    assert 'id="office"' in browser_profile.get("/sign-in").text
    assert browser_profile.sign_in(username, PASSWORD).status_code == 401
    assert browser_profile.sign_in(f"{username}@{office}", PASSWORD).location == "/counter"
    assert browser_profile.sign_in(f"{username}@{other.code}", PASSWORD).location == "/manager"


def test_a_wrong_name_and_a_wrong_password_are_told_apart_by_nobody(
    browser_profile: Browser, staffed: Staffed, make_account: MakeAccount
) -> None:
    username = make_account()
    pages = [
        browser_profile.sign_in(*tried)
        for tried in ((username, "wrong"), (username, ""), ("nobody", PASSWORD))
    ]
    assert {page.status_code for page in pages} == {401}
    alike = {
        re.sub(r'(content|value)="[^"]*"', "", page.text.replace(username, "nobody"))
        for page in pages
    }
    assert len(alike) == 1
    assert browser_profile.call("GET", "/counters")[0] == 401


def test_nobody_can_be_sent_elsewhere_by_a_link_to_the_sign_in(
    browser_profile: Browser, make_account: MakeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    username = make_account()
    monkeypatch.setattr("web.doors.matches", lambda _hash, _password: True)
    monkeypatch.setattr(limiter, "enabled", False)
    for wanted in (
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "/\n/evil.example",
        " //evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "evil.example",
        "http://[::1",
        "/counter\r\nSet-Cookie: a=b",
    ):
        asked = browser_profile.flask.get("/sign-in", query_string={"next": wanted})
        assert 'name="next" value=""' in asked.text, wanted
        assert browser_profile.sign_in(username, "", next=wanted).location == "/counter", wanted


def test_after_signing_in_one_goes_on_to_what_one_had_asked_for(
    browser_profile: Browser, make_account: MakeAccount
) -> None:
    door = browser_profile.get("/counter/3").location
    assert door == "/sign-in?next=/counter/3"
    assert 'name="next" value="/counter/3"' in browser_profile.get(door).text
    done = browser_profile.sign_in(make_account(), PASSWORD, next="/counter/3")
    assert done.location == "/counter/3"


def test_a_link_works_once(
    browser_profile: Browser, make_browser: Callable[[], Browser], make_link_code: MakeLinkCode
) -> None:
    _, code = make_link_code(Role.KIOSK)
    assert f'value="{code}"' in browser_profile.get(f"/link/{code}").text
    assert browser_profile.get("/kiosk").status_code == 302, "looking spends nothing"
    typed = f"{code[:4].lower()} {code[4:].lower()}"
    assert browser_profile.link(typed).location == "/kiosk"
    assert browser_profile.get("/kiosk").status_code == 200
    late = make_browser()
    assert late.link(code).status_code == 422
    assert late.get("/kiosk").status_code == 302


def test_a_link_that_is_wrong_or_too_old_is_refused_in_words(
    browser_profile: Browser, staffed: Staffed, make_link_code: MakeLinkCode
) -> None:
    _, code = make_link_code(Role.SCREEN)
    refused = browser_profile.link("AAAAAAAA")
    assert refused.status_code == 422
    assert "Mintalah kode baru." in refused.text
    staffed.clock.advance(seconds=timedelta(hours=12).total_seconds())
    assert browser_profile.link(code).status_code == 422
    assert browser_profile.get("/display").status_code == 302


def test_a_manager_adds_a_device_links_it_anew_and_ends_it(
    browser_profile: Browser, make_browser: Callable[[], Browser], make_account: MakeAccount
) -> None:
    browser_profile.sign_in(make_account(Role.MANAGER), PASSWORD)

    def code_shown(text: str) -> str:
        return text.split("/link/")[1][:8]

    browser_profile.send("/manager/devices", role="screen", name="Aula")
    listed = browser_profile.get("/manager/devices").text
    first = code_shown(listed)
    number = int(re.findall(r"/manager/devices/(\d+)/link", listed)[-1])
    assert first not in browser_profile.get("/manager/devices").text, "a code is shown once"
    browser_profile.send(f"/manager/devices/{number}/link")
    second = code_shown(browser_profile.get("/manager/devices").text)
    board = make_browser()
    assert board.link(first).status_code == 422, "a new code takes the place of the former"
    assert board.link(second).location == "/display"
    browser_profile.send(f"/manager/devices/{number}/revoke")
    assert "Aula" not in browser_profile.get("/manager/devices").text
    assert board.get("/display").status_code == 302


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/sign-in", {"username": "a\0b", "password": PASSWORD}, 422),
        ("/link", {"code": "\0"}, 422),
        ("/manager/devices", {"role": "kiosk", "name": "a\0b"}, 422),
        ("/manager/devices", {"role": "kiosk", "name": "  "}, 422),
        ("/manager/devices", {"role": "manager", "name": "a"}, 422),
        (f"/manager/devices/{2**80}/revoke", {}, 404),
        ("/manager/devices/0/link", {}, 404),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(
    browser_profile: Browser,
    make_account: MakeAccount,
    path: str,
    fields: dict[str, str],
    status: int,
) -> None:
    browser_profile.sign_in(make_account(Role.MANAGER), PASSWORD)
    assert browser_profile.send(path, **fields).status_code == status


def test_a_healthy_server_says_so_and_which_version_it_is(client: Client) -> None:
    answer = client.flask.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (
        200,
        {"status": "ok", "version": version("antrean")},
    )
