"""An office's own printer: nothing but one in a network, and its slips go to no other."""

from collections.abc import Callable

import pytest

from kiosk.printing.agents import agent_seen, printer_for, printers_of
from kiosk.printing.office_printers import (
    PrinterWrong,
    address_of,
    choose_printer,
    own_printer,
    own_printers,
)
from office.errors import Forbidden
from office.people import Actor, Role, device_actor, issue_token
from office.place import Office
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import last_change, refused
from tests.offices import make_staffed, shared_store, shared_url, staffed, store
from tests.web.browsing import Browser
from tests.web.conftest import (
    PASSWORD,
    browser_profile,
    client,
    make_account,
    make_browser,
    password_hash,
    shared_app,
)

__all__ = [
    "browser_profile",
    "client",
    "make_account",
    "make_browser",
    "make_staffed",
    "password_hash",
    "shared_app",
    "shared_store",
    "shared_url",
    "staffed",
    "store",
]

USUAL, OWN = "tcp://10.0.0.9", "tcp://10.0.0.8?width=58"


@pytest.mark.parametrize(
    ("host", "width", "address"),
    [
        ("10.0.0.8", "58", "tcp://10.0.0.8?width=58"),
        (" 10.0.0.8:9101 ", "80", "tcp://10.0.0.8:9101?width=80"),
        ("printer.kantor.lan", "80", "tcp://printer.kantor.lan?width=80"),
        ("fd00::8", "80", "tcp://[fd00::8]?width=80"),
        ("[fd00::8]:9109", "80", "tcp://[fd00::8]:9109?width=80"),
        ("", "80", ""),
    ],
)
def test_a_printer_is_called_by_its_place_in_the_network(
    host: str, width: str, address: str
) -> None:
    assert address_of(host, width) == address


@pytest.mark.parametrize(
    "host",
    [
        *("10.0.0.8:6379", "localhost:8000", "10.0.0.8:9110", "10.0.0.8:0", "10.0.0.8:99999"),
        *("10.0.0.8?profile=x", "10.0.0.8#", "[::1", "a" * 300, "a\nb", "/dev/usb/lp0", ":9100"),
        *("file:///etc/passwd", "usb://04b8:0e28", "agent://1", "none://"),
    ],
)
def test_no_other_program_and_no_file_is_taken_for_a_printer(host: str) -> None:
    with pytest.raises(PrinterWrong):
        address_of(host, "80")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "usb://04b8:0e28", "agent://1", "none"])
def test_nor_by_a_file_of_the_office(staffed: Staffed, address: str) -> None:
    with refused(staffed, PrinterWrong.code):
        choose(staffed, address)


def choose(staffed: Staffed, address: str, by: str = "manager") -> None:
    """Let the office print somewhere."""
    staffed.in_turn(
        lambda work, office: choose_printer(
            work, office, staffed.actors[by], staffed.clock.now(), address
        )
    )


def printers(staffed: Staffed, actor: Actor | None = None) -> tuple[str, set[str]]:
    """Return where slips of somebody, or of the kiosk, are printed, and all printers."""
    who = actor or staffed.actors["kiosk"]
    found: tuple[str, set[str]] = staffed.read(
        lambda work, office: (printer_for(work, who, USUAL), printers_of(work, office.id, USUAL))
    )
    return found


def test_an_office_prints_where_it_chose_and_every_other_where_the_installation_does(
    staffed: Staffed,
) -> None:
    assert printers(staffed) == (USUAL, {USUAL})
    choose(staffed, OWN)
    told = last_change(staffed)
    assert (told["part"], told["former"], told["present"]) == (
        *("printer", {"printer": ""}),
        {"printer": OWN},
    )
    assert printers(staffed) == (OWN, {OWN})
    assert OWN in staffed.read(lambda work, _office: own_printers(work))
    elsewhere = staffed.read(lambda work, _office: own_printer(work, staffed.office_id + 1_000_000))
    assert elsewhere == ""
    choose(staffed, "")
    assert printers(staffed) == (USUAL, {USUAL})
    with refused(staffed, Forbidden.code):
        choose(staffed, OWN, by="1")


def test_a_kiosk_with_an_agent_goes_on_printing_there(staffed: Staffed) -> None:
    def add(work: Work, office: Office) -> str:
        now = staffed.clock.now()
        token, _secret = issue_token(work, office.id, Role.AGENT, "Agen", now)
        kiosk = "Mesin antrean pintu masuk"
        return agent_seen(work, device_actor(token), kiosk, "width=58", now).printer

    agent: str = staffed.in_turn(add)
    choose(staffed, OWN)
    assert printers(staffed) == (agent, {agent, OWN})
    assert printers(staffed, staffed.actors["manager"])[0] == OWN


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_a_manager_chooses_it_on_the_page_of_the_slip(
    browser_profile: Browser, make_account: Callable[..., str], staffed: Staffed
) -> None:
    browser_profile.sign_in(make_account(Role.MANAGER), PASSWORD)
    page = "/manager/slip/printer"
    wrong = browser_profile.send(page, host="10.0.0.8:22", width="80")
    assert (wrong.status_code, 'value="10.0.0.8:22"' in wrong.text) == (422, True)
    assert "9109" in wrong.text
    assert browser_profile.send(page, host="10.0.0.8:9101", width="58").status_code == 302
    shown = browser_profile.get("/manager/slip").text
    assert 'value="10.0.0.8:9101"' in shown
    assert '<option value="58" selected>' in shown
    assert browser_profile.send(page, host="", width="80").status_code == 302
    assert staffed.read(lambda work, office: own_printer(work, office.id)) == ""
