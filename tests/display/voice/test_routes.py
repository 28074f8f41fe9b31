"""The addresses of the spoken calls and the chime."""

from typing import Any

import pytest

from display.voice import synthesis
from display.voice.synthesis import VoiceUnavailable
from office.place import Office, counter_numbered
from storage.work import Work
from tests.display.voice.listening import listen
from tests.houses import Client, Staffed

CALL = "/display/voice/id/A012/3.wav"


@pytest.fixture
def screen(staffed: Staffed) -> dict[str, str]:
    """Return the headers of a linked screen."""
    return {"Authorization": f"Bearer {staffed.sample.tokens['screen']}"}


def code(answer: Any) -> tuple[int, str]:
    """Return the status and the code of a refusal."""
    assert answer.content_type == "application/problem+json"
    return answer.status_code, answer.get_json()["code"]


def test_a_screen_gets_a_call_as_sound(client: Client, screen: dict[str, str]) -> None:
    answer = client.flask.get(CALL, headers=screen)
    assert answer.status_code == 200 and answer.mimetype == "audio/wav"
    assert 2 < listen(answer.data).seconds < 8
    assert "max-age" in answer.headers["Cache-Control"]
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert client.flask.get(CALL, headers=screen | tag).status_code == 304


def test_a_call_in_english_is_another_sound(client: Client, screen: dict[str, str]) -> None:
    indonesian = client.flask.get(CALL, headers=screen).data
    english = client.flask.get(CALL.replace("/id/", "/en/"), headers=screen)
    assert english.status_code == 200 and english.data != indonesian


def test_a_counter_with_a_name_is_called_by_it(
    client: Client, staffed: Staffed, screen: dict[str, str]
) -> None:
    numbered = client.flask.get(CALL, headers=screen).data

    def name(work: Work, office: Office) -> None:
        counter_numbered(work, office.id, 3).names = {"id": "Ruang Perekaman"}

    staffed.in_turn(name)
    assert client.flask.get(CALL, headers=screen).data != numbered


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("/display/voice/id/012/3.wav", (404, "ticket_unknown")),
        ("/display/voice/id/ABC1/3.wav", (404, "ticket_unknown")),
        ("/display/voice/id/A123456/3.wav", (404, "ticket_unknown")),
        ("/display/voice/id/A012/99.wav", (404, "counter_unknown")),
        ("/display/voice/fr/A012/3.wav", (404, "not_found")),
        ("/display/voice/id/A012/-1.wav", (404, "not_found")),
    ],
)
def test_what_cannot_be_called_is_not_found(
    client: Client, screen: dict[str, str], path: str, refusal: tuple[int, str]
) -> None:
    assert code(client.flask.get(path, headers=screen)) == refusal


def test_only_who_may_see_the_board_hears_calls(client: Client, staffed: Staffed) -> None:
    assert code(client.flask.get(CALL)) == (401, "credentials_missing")
    kiosk = {"Authorization": f"Bearer {staffed.sample.tokens['kiosk']}"}
    assert code(client.flask.get(CALL, headers=kiosk)) == (403, "not_allowed")


def test_without_a_voice_the_screen_is_told(
    client: Client, screen: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_values: object) -> bytes:
        raise VoiceUnavailable("no library")

    monkeypatch.setattr(synthesis, "synthesise", refuse)
    assert code(client.flask.get(CALL, headers=screen)) == (503, "voice_unavailable")


def test_an_early_close_is_spoken_while_it_stands(
    client: Client, staffed: Staffed, screen: dict[str, str]
) -> None:
    path = "/display/voice/early/7/id.wav"
    assert code(client.flask.get(path, headers=screen)) == (409, "not_closed_early")
    body = {"reason": "power", "fate": "served"}
    assert client.ask("POST", "/closing", staffed.sample.tokens["manager"], body)[0] == 200
    spoken = client.flask.get(path, headers=screen)
    assert spoken.status_code == 200 and 4 < listen(spoken.data).seconds < 15
    english = client.flask.get(path.replace("/id", "/en"), headers=screen)
    assert english.status_code == 200 and english.data != spoken.data


def test_anybody_may_hear_the_chime(client: Client) -> None:
    answer = client.flask.get("/display/chime.wav")
    assert listen(answer.data).seconds == pytest.approx(0.9, abs=0.01)
    assert "immutable" in answer.headers["Cache-Control"]
