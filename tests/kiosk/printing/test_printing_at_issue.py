"""Printing through the server: nobody waits for a printer, and what it prints is the ticket."""

import time
from collections.abc import Callable

import requests

from tests.houses import Server
from tests.kiosk.printing.fakes import FakePrinter, black_hole
from tests.kiosk.printing.test_spooler import wait_until
from tests.office.test_shelf import picture
from tests.web.browsing import FarBrowser


def test_a_printer_that_answers_nobody_keeps_nobody_waiting(
    make_server: Callable[..., Server],
) -> None:
    with black_hole() as address:
        server = make_server(printer=address)
        for number in range(1, 4):
            began = time.monotonic()
            status, ticket = server.ask(
                "POST", "/tickets", server.tokens["kiosk"], {"service": "A"}
            )
            took = time.monotonic() - began
            assert (status, ticket["label"], ticket["print"]) == (201, f"A00{number}", "queued")
            assert took < 2, f"{took:.1f} s"
        began = time.monotonic()
        status, called = server.ask("POST", "/counters/1/next", server.tokens["clerks"]["1"])
        assert (status, called["ticket"]["label"]) == (200, "A001")
        assert time.monotonic() - began < 2


def test_a_ticket_comes_out_of_the_printer_once_however_often_it_is_asked_for(
    make_server: Callable[..., Server], printer: FakePrinter
) -> None:
    server = make_server(printer=printer.address, public_url="http://antrean.example")
    logo = requests.post(
        f"{server.url}/manager/media/logo",
        picture(),
        headers={"Authorization": f"Bearer {server.tokens['manager']}"},
        timeout=30,
    )
    assert logo.status_code == 200
    asked = ("POST", "/tickets", server.tokens["kiosk"], {"service": "K", "locale": "en"})
    answers = [server.ask(*asked, Idempotency_Key="one-tap") for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    _, last = server.ask(*asked)
    printer.wait_for(2)
    first, second = printer.texts()
    ticket = answers[0][1]
    assert (ticket["print"], ticket["label"]) == ("queued", "K001")
    assert "K001" in first
    assert "Family card" in first
    assert last["label"] in second
    assert [len(roll.pictures) for roll in printer.rolls] == [1, 1]
    phone = requests.get(f"{server.url}/t/{ticket['token']}", timeout=30)
    assert f'src="/logo/{logo.json()["file"]}"' in phone.text
    assert ticket["url"] == f"http://antrean.example/t/{ticket['token']}"


def test_tickets_taken_while_the_printer_was_off_are_printed_when_it_is_on(
    make_server: Callable[..., Server], printer: FakePrinter
) -> None:
    printer.switch_off()
    server = make_server(printer=printer.address)
    labels = [
        server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": code})[1]["label"]
        for code in "ACK"
    ]
    server.kill()
    server.start()
    printer.switch_on()
    printer.wait_for(3, seconds=45)
    assert [next(each for each in labels if each in text) for text in printer.texts()] == labels


def test_a_test_slip_of_the_page_tells_what_the_printer_lacks_and_comes_when_it_has_it(
    make_server: Callable[..., Server], printer: FakePrinter, passwords: dict[str, str]
) -> None:
    server = make_server(printer=printer.address)
    chief = FarBrowser(server.url)
    chief.send("/sign-in", username="manajer", password=passwords["manajer"])
    printer.paper_out = True
    assert "Belum tercetak" in chief.send("/manager/slip/test", lang="id").text
    wait_until(lambda: "kertas habis" in chief.get("/manager/slip?lang=id").text)
    assert "no paper" in chief.get("/manager/slip?lang=en").text
    printer.paper_out = False
    printer.wait_for(1, 40)
    assert "A001" not in printer.texts()[0]
    wait_until(lambda: "no paper" not in chief.get("/manager/slip?lang=en").text)
    # Whoever mends a printer and tests it waits for no pause of before.
    printer.switch_off()
    for _ in range(3):
        chief.send("/manager/slip/test", lang="id")
    printer.switch_on()
    assert "Printed." in chief.send("/manager/slip/test").text
    printer.wait_for(5, 40)
    # Half a slip and no power: the same number again, and then the next, without a restart.
    printer.dies_after = 60
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    chief.send("/manager/slip/test", lang="id")
    printer.wait_for(7, 40)
    assert len(printer.rolls) == 7
    assert printer.rolls[5].line("A001")
