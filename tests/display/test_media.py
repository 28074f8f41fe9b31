"""Media over HTTP: who may upload and see what, and how files are sent."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from office.media import media_files
from tests.houses import Client, Staffed
from tests.office.test_shelf import MP4, picture

UPLOAD = "/manager/media/files"


def ask(
    flask: FlaskClient,
    token: str,
    method: str,
    path: str,
    data: bytes | None = None,
    **more: str,
) -> TestResponse:
    """Send a request with a token, as a program."""
    named = {name.replace("_", "-"): each for name, each in more.items()}
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return flask.open(path, method=method, headers={**headers, **named}, data=data, buffered=True)


@pytest.fixture
def tokens(staffed: Staffed) -> dict[str, str]:
    """The tokens of the sample office."""
    return {name: each for name, each in staffed.sample.tokens.items() if isinstance(each, str)}


def told(staffed: Staffed) -> list[str]:
    """Return the names of the files that the office's media need."""
    found: list[str] = staffed.read(lambda work, _office: media_files(work))
    return found


def test_a_video_is_sent_whole_in_ranges_and_not_again(
    client: Client, staffed: Staffed, tokens: dict[str, str]
) -> None:
    flask = client.flask
    sent = MP4 + bytes(range(256)) * 2000
    answer = ask(flask, tokens["manager"], "POST", f"{UPLOAD}?name=film.mp4", data=sent)
    assert answer.status_code == 200, answer.text
    address = f"/display/media/{told(staffed)[0]}"
    whole = ask(flask, tokens["screen"], "GET", address)
    assert whole.data == sent and whole.mimetype == "video/mp4"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    part = ask(flask, tokens["screen"], "GET", address, Range="bytes=100-199")
    assert (part.status_code, part.data) == (206, sent[100:200])
    again = ask(flask, tokens["screen"], "GET", address, If_None_Match=whole.headers["ETag"])
    assert again.status_code == 304
    assert ask(flask, tokens["kiosk"], "GET", address).status_code == 403
    assert flask.get(address, headers={"Accept": "application/json"}).status_code == 401


def test_only_managers_upload_and_nothing_refused_stays(
    client: Client, staffed: Staffed, tokens: dict[str, str], tmp_path: Path
) -> None:
    flask = client.flask
    assert ask(flask, tokens["screen"], "POST", UPLOAD, data=MP4).status_code == 403
    for path in (UPLOAD, "/manager/media/logo"):
        answer = ask(flask, tokens["manager"], "POST", path, data=b"<svg onload='alert(1)'/>")
        assert (answer.status_code, answer.json["code"]) == (422, "media_type_refused")  # type: ignore[index]
    assert told(staffed) == [] and list((tmp_path / "files" / "media").iterdir()) == []


def test_an_upload_beyond_the_office_s_room_is_refused(
    client: Client, staffed: Staffed, tokens: dict[str, str]
) -> None:
    client.flask.application.extensions["antrean"].media_room = 1000
    answer = ask(client.flask, tokens["manager"], "POST", UPLOAD, data=MP4 + b"\0" * 1000)
    assert (answer.status_code, answer.json["code"]) == (409, "media_space_full")  # type: ignore[index]
    client.flask.application.config["UPLOAD_LENGTH"] = 100
    answer = ask(client.flask, tokens["manager"], "POST", UPLOAD, data=MP4 + b"\0" * 1000)
    assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")  # type: ignore[index]


@pytest.mark.parametrize(
    "name", ["../../secret_key", "/etc/passwd", "a%01b.png", "x" * 3000, "%E2%80%AE片.png", ""]
)
def test_no_name_that_is_sent_becomes_a_path(
    client: Client, staffed: Staffed, tokens: dict[str, str], tmp_path: Path, name: str
) -> None:
    sent = picture()
    answer = ask(client.flask, tokens["manager"], "POST", f"{UPLOAD}?name={name}", data=sent)
    assert answer.status_code == 200, answer.text
    media = tmp_path / "files" / "media"
    assert [each.name for each in media.iterdir()] == told(staffed)
    answer = ask(client.flask, tokens["screen"], "GET", f"/display/media/{name}.png")
    assert answer.status_code == 404


def test_the_logo_is_everybodys_and_media_are_not(
    client: Client, staffed: Staffed, tokens: dict[str, str]
) -> None:
    flask = client.flask
    answer = ask(flask, tokens["manager"], "POST", "/manager/media/logo", data=picture(mode="RGBA"))
    name = answer.json["file"]  # type: ignore[index]
    shown = flask.get(f"/logo/{name}", buffered=True)
    assert shown.status_code == 200 and shown.mimetype == "image/png"
    assert "public" in shown.headers["Cache-Control"]
    ask(flask, tokens["manager"], "POST", UPLOAD, data=picture(size=(9, 9)))
    assert flask.get(f"/logo/{told(staffed)[0]}").status_code == 404
    again = ask(flask, tokens["manager"], "POST", "/manager/media/logo", data=picture())
    assert again.status_code == 200
    assert flask.get(f"/logo/{name}", buffered=True).status_code == 404
