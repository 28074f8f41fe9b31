"""While a spot check is open nobody but inspectors learns of it: by page, socket, metric or log."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.houses import Client, Staffed
from tests.surveys.spot_checks.walks import Inspector, key, visit
from tests.web.conftest import make_client
from tests.web.test_who_may import SOCKETS, WAYS, tokens, ways_of
from web.limits import limiter

__all__ = ["make_client", "tokens"]

#: What is at stake: where it was opened, what was found, its keys.
MARKS = ("tempat-yang-dirahasiakan", "temuan-yang-dirahasiakan", key(1), key(900))
#: What differs from one answer to the next, whatever happens.
CHANGING = re.compile(r'name="(csrf-token|csrf_token|key)" (content|value)="[^"]*"')
#: Files that bear the second they were made at, or take long (their figures stand on pages, too);
#: and the pages that show a new code each time and what is left of the disk.
LEFT_OUT = re.compile(r"\.(xlsx|pdf|png|wav)$|openapi|/display/pair$|/manager/media$")

#: What a page tells is no matter of the database.
pytestmark = [
    pytest.mark.takes(15),
    pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True),
]


def seen(client: Client, tokens: dict[str, str]) -> dict[str, str]:
    """Return what everybody but inspectors is told at every address they may read."""
    app = client.flask.application
    limiter.reset()
    told = {}
    for way, path in ways_of(app).items():
        if not way.startswith("GET ") or LEFT_OUT.search(way):
            continue
        for who in WAYS[way].who - {"inspector", "nobody"}:
            answer = app.test_client().get(
                path + WAYS[way].query, headers={"Authorization": f"Bearer {tokens[who]}"}
            )
            told[f"{way} as {who}"] = f"{answer.status_code} {CHANGING.sub('', answer.text)}"
    measured = app.test_client().get("/metrics")
    assert measured.status_code == 200
    return told | {"/metrics": measured.text}


def heard(client: Client, tokens: dict[str, str]) -> dict[str, Any]:
    """Return what every socket tells whoever connects and is no inspector."""
    app = client.flask.application
    home = app.extensions["antrean"]
    for space in home.spaces:
        home.socketio.on_namespace(space)
    told = {}
    for name, (allowed, more) in SOCKETS.items():
        for who in allowed - {"inspector"}:
            socket = home.socketio.test_client(
                app, namespace=name, auth={"token": tokens[who], **more}
            )
            told[f"{name} as {who}"] = [
                {"name": each["name"], "args": each["args"]} for each in socket.get_received(name)
            ]
            socket.disconnect(name)
    return told


def test_nothing_changes_for_anybody_while_a_check_is_open(
    make_client: Callable[..., Client],
    staffed: Staffed,
    tokens: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    client = make_client()
    label = visit(staffed, minutes=5)
    for _ in range(3):
        staffed.take("A")
    # Whoever connects, such as a printer's agent, is told of from then on.
    heard(client, tokens)
    pages, sockets = seen(client, tokens), heard(client, tokens)
    with caplog.at_level(logging.DEBUG):
        caplog.clear()
        capfd.readouterr()
        inspector = Inspector(client, staffed, tokens["inspector"])
        inspector.open(MARKS[0])
        inspector.draw()
        inspector.person(label, score=1, reasons=["asked_for_money"], mend=MARKS[1])
        assert (
            inspector.note(
                "findings", finding=key(900), text=MARKS[1], owner="Umum", due="2027-01-01"
            )[0]
            == 200
        )
        assert inspector.note("observations", item="fees", answer="perhaps")[0] == 422
        assert inspector.page("/sidak/").status_code == 200
        assert client.ask("GET", "/spot-checks", "lapsed")[0] == 401
        assert client.ask("GET", "/spot-checks", tokens["manager"])[0] == 403
        logged = caplog.text + "".join(capfd.readouterr())
    assert not re.search(r"spot|sidak", logged, re.IGNORECASE)
    assert seen(client, tokens) == pages
    assert heard(client, tokens) == sockets
    for each in (*pages.values(), str(sockets)):
        assert not any(mark in each for mark in MARKS)
    number = inspector.state["number"]
    for who in set(tokens) - {"inspector"}:
        answer = inspector.page(f"/manager/spot-checks/{number}", tokens[who])
        assert answer.status_code in (302, 403, 404), who
    assert MARKS[0] in inspector.page("/manager/spot-checks").text
    inspector.close()
    assert MARKS[0] in inspector.page("/manager/spot-checks", tokens["manager"]).text
