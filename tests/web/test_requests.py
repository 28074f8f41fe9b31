"""What no page of ours would ask: refused as any bad request is, and no fault in the log."""

import pytest
from structlog.testing import capture_logs

from tests.houses import Client, Staffed
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
