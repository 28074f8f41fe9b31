"""Asking other servers: what a name leads to is looked at once connected, and nobody's refused."""

import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from web.outside import may_be_anybodys, to_one_of_several, to_the_office


@pytest.mark.parametrize(
    ("address", "anybodys", "here"),
    [
        ("10.0.0.9", True, True),
        ("192.168.1.5", True, True),
        ("203.0.113.7", True, True),
        ("fd00::9", True, True),
        ("127.0.0.1", False, True),
        ("127.9.9.9", False, True),
        ("::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("fe80::1%eth0", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
    ],
)
def test_nobody_is_at_some_addresses_and_only_an_office_alone_here(
    address: str, anybodys: bool, here: bool
) -> None:
    assert may_be_anybodys(address, here=False) is anybodys
    assert may_be_anybodys(address, here=True) is here


@pytest.fixture
def heard() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and the paths it was asked for."""
    asked: list[str] = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"localhost:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


def test_a_name_that_leads_to_this_machine_is_told_nothing_for_one_of_several_offices(
    heard: tuple[str, list[str]],
) -> None:
    place, asked = heard
    for kind in ("http", "https"):
        request = urllib.request.Request(f"{kind}://{place}/hook", b"{}")
        with pytest.raises(OSError, match="not an address of a program"):
            to_one_of_several.open(request, timeout=5)
    assert asked == []
    with to_the_office.open(urllib.request.Request(f"http://{place}/hook", b"{}")) as answer:
        assert answer.status == 204
    assert asked == ["/hook"]
