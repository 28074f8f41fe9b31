"""Webhooks and programs' tokens: what a real receiver gets, whatever it does, and who may ask."""

import json
import runpy
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from manager import webhooks as sending
from manager.webhooks import Sender
from office import programs, webhooks
from office.errors import Forbidden, Invalid
from office.people import Right, actor_of_token
from office.webhooks import PAUSES, Webhook, signature
from tests.houses import Client, Staffed
from tests.office.observing import last_change, refused
from web.house import House

#: Sending is no matter of the database; what is kept is tested on both by its migration.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)


@dataclass
class Receiver:
    """A program that is sent what happens; it answers as it is told to."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    silent: threading.Event = field(default_factory=threading.Event)

    @property
    def versions(self) -> list[int]:
        """The versions of all changes that have come."""
        return [each["version"] for _, body in self.got for each in json.loads(body)["changes"]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on a port of its own."""
    told = Receiver()
    told.silent.set()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.silent.wait(20)
            status = told.answers.pop(0) if told.answers else 204
            if status < 300:
                told.got.append((dict(self.headers), body))
            self.send_response(status)
            self.send_header("Location", told.url)
            self.end_headers()

        def log_message(self, *_said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    told.url = f"http://127.0.0.1:{server.server_address[1]}/hook?key=its-own"
    serving = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    serving.start()
    yield told
    told.silent.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def sender(client: Client, staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> Sender:
    """What sends in an installation of this one office, without its own loop."""
    monkeypatch.setattr(sending, "has_several", lambda _work: False)
    home: House = client.flask.application.extensions["antrean"]
    return Sender(home)


def add(staffed: Staffed, url: str, *families: str) -> tuple[int, str]:
    """Add a webhook; return its number and key."""
    hook: Webhook = staffed.in_turn(
        lambda work, office: webhooks.add_webhook(
            work,
            office,
            staffed.actors["manager"],
            staffed.clock.now(),
            url,
            families or ("visits",),
        )
    )
    return hook.id, hook.secret


def kept(staffed: Staffed, number: int) -> Webhook:
    """Return the webhook as it stands."""
    hook: Webhook = staffed.read(lambda work, _office: work.session.get_one(Webhook, number))
    return hook


def test_what_happens_arrives_signed_and_in_order(
    staffed: Staffed, sender: Sender, receiver: Receiver
) -> None:
    staffed.take()
    number, key = add(staffed, receiver.url)
    assert "its-own" not in json.dumps(last_change(staffed)), "the journal keeps no secret"
    labels = [staffed.take(), staffed.take("K")]
    staffed.next(1)
    staffed.in_turn(
        lambda work, office: webhooks.add_webhook(
            work, office, staffed.actors["manager"], staffed.clock.now(), receiver.url, ["settings"]
        )
    )
    assert sender.send_next(number)
    assert not sender.send_next(number), "the change of settings is not for this one"
    ((headers, body),) = receiver.got
    told = json.loads(body)
    assert [each["kind"] for each in told["changes"]] == [
        *("ticket_taken", "ticket_taken", "ticket_called"),
    ]
    assert [each["label"] for each in told["changes"][:2]] == labels
    assert headers["Antrean-Version"] == str(receiver.versions[-1])
    assert headers["Antrean-Signature"] == signature(key, staffed.clock.now(), body)
    example = runpy.run_path("docs/examples/receiver.py")["is_genuine"]
    header, now = headers["Antrean-Signature"], staffed.clock.now().timestamp()
    assert example(key, header, body, now)
    assert not example(key, header, body + b" ", now)
    assert not example("another", header, body, now)
    assert not example(key, header, body, now + 3600)
    assert not example(key, "", body, now)
    assert kept(staffed, number).sent == staffed.read(lambda _work, office: office.version)


@pytest.mark.parametrize("answer", [500, 302, 404])
def test_what_is_refused_is_tried_again_with_growing_pauses_and_nothing_is_lost(
    staffed: Staffed, sender: Sender, receiver: Receiver, answer: int
) -> None:
    number, _ = add(staffed, receiver.url)
    receiver.answers = [answer] * 3
    labels = [staffed.take()]
    for tried in range(3):
        assert not sender.send_next(number)
        hook = kept(staffed, number)
        assert (hook.failures, hook.trouble) == (tried + 1, f"HTTP {answer}")
        pause = (hook.next_try_at - staffed.clock.now()).total_seconds()
        assert pause == PAUSES[tried]
        assert not sender.send_next(number), "not before the pause is over"
        labels.append(staffed.take())
        staffed.clock.advance(seconds=pause)
    assert sender.send_next(number)
    assert [each["label"] for each in json.loads(receiver.got[0][1])["changes"]] == labels
    assert (kept(staffed, number).failures, kept(staffed, number).trouble) == (0, None)


def test_one_that_hangs_or_is_away_holds_no_other_up(
    staffed: Staffed, sender: Sender, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PATIENCE", 0.5)
    with socket.socket() as deaf:
        # it takes connections and never says anything
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        hangs, _ = add(staffed, f"http://127.0.0.1:{deaf.getsockname()[1]}/")
        works, _ = add(staffed, receiver.url)
        away, _ = add(staffed, "http://127.0.0.1:9/")
        staffed.take()
        sender.look()
        end = time.monotonic() + 10
        while time.monotonic() < end and not (
            receiver.got and kept(staffed, hangs).failures and kept(staffed, away).failures
        ):
            time.sleep(0.02)
        assert len(receiver.got) == 1
        assert kept(staffed, works).failures == 0
        assert kept(staffed, hangs).trouble == "timed out"
        assert "refused" in str(kept(staffed, away).trouble)


def test_it_is_sent_again_from_any_version(
    staffed: Staffed, sender: Sender, receiver: Receiver
) -> None:
    number, _ = add(staffed, receiver.url)
    staffed.take()
    staffed.take()
    sender.send_next(number)
    first = receiver.versions

    def again(version: int, by: str = "manager") -> None:
        staffed.in_turn(
            lambda work, office: webhooks.send_again(
                work, office, staffed.actors[by], staffed.clock.now(), number, version
            )
        )

    again(first[-1])
    sender.send_next(number)
    assert receiver.versions == [*first, first[-1]]
    with refused(staffed, "version_ahead"):
        again(9999)
    with refused(staffed, Forbidden.code):
        again(1, by="1")


def test_one_of_several_offices_sends_nothing_to_the_machine_they_share(
    staffed: Staffed, sender: Sender, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "has_several", lambda _work: True)
    number, _key = add(staffed, receiver.url)
    staffed.take()
    assert not sender.send_next(number)
    assert receiver.got == []
    assert kept(staffed, number).trouble == "not an address of a program of the office"


def test_nobody_adds_one_that_leads_nowhere(staffed: Staffed) -> None:
    for url in (
        *("ftp://example", "http://", "javascript:alert(1)", "http://" + "a" * 500),
        *("http://[::1", "http://example.id:99999", "http://example.id:0", "file:///etc/passwd"),
    ):
        with refused(staffed, "webhook_address_wrong"):
            add(staffed, url)
    with refused(staffed, Invalid.code):
        add(staffed, "http://127.0.0.1/", "sign_ins")


def test_a_programs_token_does_what_it_was_let_and_ends_with_its_person(
    client: Client, staffed: Staffed
) -> None:
    def let_in(*scopes: str, by: str = "manager") -> str:
        token: str = staffed.in_turn(
            lambda work, office: programs.let_in(
                work, office, staffed.actors[by], staffed.clock.now(), " SIAK ", scopes
            )
        )[1]
        return token

    token = let_in(Right.READ_JOURNAL.value, Right.TAKE_TICKET.value)
    actor = staffed.read(lambda work, _office: actor_of_token(work, token))
    assert actor.rights == {Right.READ_JOURNAL, Right.TAKE_TICKET}
    place = f"/offices/{staffed.read(lambda _work, office: office.code)}"
    assert client.ask("GET", f"{place}/journal", token)[0] == 200
    assert client.ask("POST", f"{place}/tickets", token, {"service": "A"})[0] == 201
    for method, path in (("GET", "/floor"), ("POST", "/day/close"), ("GET", "/rules/turn")):
        assert client.ask(method, place + path, token)[0] == 403
    for path, said in (
        ("/floor", "This token has not the right floor.run. Tokens are given rights under"),
        ("/slip", "This needs the right office.manage, which people have"),
    ):
        told = client.ask("GET", place + path, token, Accept_Language="en")[1]
        assert said in told["detail"]
    for scopes in ((), (Right.MANAGE.value,), ("everything",), (Right.READ_INTEGRITY.value,)):
        with refused(staffed, Invalid.code):
            let_in(*scopes)
    with refused(staffed, Forbidden.code):
        let_in(Right.READ_JOURNAL.value, by="1")
    assert actor.token_id is not None
    staffed.in_turn(
        lambda work, office: programs.shut_out(
            work, office, staffed.actors["manager"], staffed.clock.now(), actor.token_id
        )
    )
    assert client.ask("GET", f"{place}/journal", token)[0] == 401
