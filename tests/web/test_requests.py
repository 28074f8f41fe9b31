"""What no page of ours would ask: refused as any bad request is, and no fault in the log."""

import json
import re

import pytest
import requests
from structlog.testing import capture_logs

from tests.houses import Client, Server, Staffed
from web.forms import whole


@pytest.mark.parametrize(
    "path",
    [
        "/board?office=a%00b",
        "/skm?office=a%00b",
        "/skm?office=a&office=a%00b",
        "/entrance/1/a%00b",
        "/display/media/a%00b.png",
        "/api/v1/services?x=a%00b",
    ],
)
def test_an_address_that_no_database_can_seek_is_refused(client: Client, path: str) -> None:
    answer = client.flask.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "input_invalid")


def test_bytes_that_are_no_letters_are_read_as_such(client: Client) -> None:
    query = {"QUERY_STRING": "lang=\xff&\xfe=%C3%A9&next=/counter"}
    answer = client.flask.get("/sign-in", environ_overrides=query)
    assert (answer.status_code, 'value="/counter"' in answer.text) == (200, True)


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_the_log_tells_no_secret_name_or_address_of_who_asks_too_often(
    server: Server, shared_url: str
) -> None:
    for _ in range(121):
        status, _refused = server.ask("GET", "/tickets/rahasia-struk")
    assert status == 429
    door = f"{server.url}/sign-in"
    with requests.Session() as page:
        found = re.search(r'name="csrf-token" content="([^"]+)', page.get(door).text)
        assert found is not None
        form = {"csrf_token": found[1], "username": "sandi\nsaya", "password": "x"}
        for _ in range(11):
            refused = page.post(door, data=form)
        assert refused.status_code == 429
        assert page.post(door, data={}).status_code == 400
    said = (server.data / "server.log").read_text()
    for secret in ("rahasia-struk", "sandi", "saya", "127.0.0.1 "):
        assert secret not in said, said
    codes = [json.loads(line)["code"] for line in said.splitlines() if "kept_out" in line]
    assert codes == ["too_many_requests", "too_many_requests", "csrf_failed"]


def test_json_without_a_bottom_is_refused_in_one_line(client: Client, staffed: Staffed) -> None:
    _label, token = staffed.take_with_token()
    with capture_logs() as logs:
        answer = client.flask.post(
            f"/api/v1/tickets/{token}/needs",
            data="[" * 100_000,
            content_type="application/json",
        )
    assert (answer.status_code, answer.get_json()["code"]) == (400, "json_malformed")
    assert [each["event"] for each in logs] == ["too_deep"]


@pytest.mark.parametrize("typed", [None, "", "-1", "1.5", "²", "٣", "0x1", "9" * 5000, "1_0"])
def test_what_is_no_number_is_none(typed: str | None) -> None:
    assert whole(typed) is None


def test_a_number_may_stand_among_blanks() -> None:
    assert whole(" 007 ") == 7
