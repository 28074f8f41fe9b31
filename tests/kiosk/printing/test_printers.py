"""Sending to a printer that is well, that is not, and that dies on the way."""

import os
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.printing import printers
from kiosk.printing.escpos_slip import paper_for, render
from kiosk.printing.printers import check_printer, send
from kiosk.printing.wires import PrinterTrouble
from tests.kiosk.printing.conftest import make_slip
from tests.kiosk.printing.fakes import FakePrinter, black_hole
from tests.kiosk.printing.roll import read_token, unroll

PAYLOAD = render(make_slip(), paper_for(width=80))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less than one would for paper."""
    monkeypatch.setattr(printers, "FINISH", 0.5)
    monkeypatch.setattr(printers, "ANSWER", 0.3)
    monkeypatch.setattr(printers, "COMES_OUT", 0.1)


def trouble_of(address: str, payload: bytes = PAYLOAD) -> tuple[str, bool]:
    """Send, and return the trouble it came to."""
    with pytest.raises(PrinterTrouble) as caught:
        send(address, payload)
    return caught.value.code, caught.value.started


def test_a_printer_in_health_prints_the_slip(printer: FakePrinter) -> None:
    assert check_printer(printer.address) is None
    assert send(printer.address, PAYLOAD) is None
    assert printer.texts() == [unroll(PAYLOAD).text]


def test_the_next_slip_is_sent_on_a_fresh_connection(printer: FakePrinter) -> None:
    send(printer.address, PAYLOAD)
    printer.switch_off()
    assert trouble_of(printer.address) == ("offline", False)
    printer.switch_on()
    send(printer.address, PAYLOAD)
    assert len(printer.rolls) == 2


@pytest.mark.parametrize("fault", ["paper_out", "cover_open", "offline"])
def test_nothing_is_sent_to_a_printer_that_says_it_cannot(printer: FakePrinter, fault: str) -> None:
    setattr(printer, fault, True)
    assert check_printer(printer.address) == fault
    assert trouble_of(printer.address) == (fault, False)
    setattr(printer, fault, False)
    assert send(printer.address, PAYLOAD) is None
    assert len(printer.rolls) == 1


def test_low_paper_is_a_warning(printer: FakePrinter) -> None:
    printer.low = True
    assert send(printer.address, PAYLOAD) == "paper_low"
    assert len(printer.rolls) == 1


def test_paper_that_ends_half_way_leaves_the_slip_in_doubt(printer: FakePrinter) -> None:
    printer.paper_ends_after = 300
    assert trouble_of(printer.address) == ("paper_out", True)
    assert printer.rolls == []


def test_a_printer_that_takes_half_and_dies_has_not_printed(printer: FakePrinter) -> None:
    printer.dies_after = 300
    assert trouble_of(printer.address) == ("cut_short", True)
    assert printer.rolls == []


def test_a_printer_that_takes_half_and_falls_silent_has_not_printed(printer: FakePrinter) -> None:
    printer.dies_after, printer.dies_silently = 300, True
    code, started = trouble_of(printer.address)
    assert code in {"cut_short", "timeout"}
    assert started


def test_a_printer_that_never_answers_is_believed(
    make_printer: Callable[..., FakePrinter],
) -> None:
    mute = make_printer(answers=False)
    assert send(mute.address, PAYLOAD) is None
    mute.wait_for(1)
    assert mute.texts() == [unroll(PAYLOAD).text]


def test_a_cheap_printer_keeps_the_next_visitor_waiting_no_longer_than_its_slip_takes(
    printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer.answers_in_turn = False
    monkeypatch.setattr(printers, "FINISH", 30.0)
    began = time.monotonic()
    assert send(printer.address, PAYLOAD) is None
    assert time.monotonic() - began < 3
    assert printer.texts() == [unroll(PAYLOAD).text]
    printer.paper_ends_after = 300
    assert trouble_of(printer.address) == ("paper_out", True)


def test_a_mute_printer_that_breaks_off_is_not_believed(
    make_printer: Callable[..., FakePrinter],
) -> None:
    mute = make_printer(answers=False)
    mute.dies_after = 300
    assert trouble_of(mute.address) == ("cut_short", True)


def test_a_printer_busy_with_another_is_tried_later(
    make_printer: Callable[..., FakePrinter],
) -> None:
    printer = make_printer(one_at_a_time=True)
    with socket.create_connection(("127.0.0.1", printer.port)):
        while not printer._open:
            time.sleep(0.002)
        assert trouble_of(printer.address)[1] is False
    assert send(printer.address, PAYLOAD) is None


def test_an_address_that_swallows_calls_costs_two_seconds() -> None:
    with black_hole() as address:
        began = time.monotonic()
        assert trouble_of(address) == ("timeout", False)
        assert time.monotonic() - began < 3


def test_a_name_nobody_knows_is_offline() -> None:
    assert check_printer("tcp://127.0.0.1:1") == "offline"


def test_a_wrong_address_is_told_as_such() -> None:
    assert check_printer("lpt1") == "address_invalid"
    assert trouble_of("lpt1") == ("address_invalid", False)


def test_no_printer_is_no_trouble() -> None:
    assert check_printer("none") is None
    assert send("none", PAYLOAD) is None


def test_a_file_grows_and_a_folder_gets_a_file_for_each_slip(tmp_path: Path) -> None:
    file, folder = tmp_path / "slips.bin", tmp_path / "slips"
    folder.mkdir()
    assert check_printer(f"file://{file}") is None
    for address in (file, folder):
        send(f"file://{address}", PAYLOAD)
        send(f"file://{address}", PAYLOAD)
    assert file.read_bytes() == PAYLOAD * 2
    assert sorted(each.name for each in folder.iterdir()) == ["slip-000001.bin", "slip-000002.bin"]
    assert (folder / "slip-000002.bin").read_bytes() == PAYLOAD


def test_a_folder_that_is_not_there_is_offline(tmp_path: Path) -> None:
    address = f"file://{tmp_path}/missing/slips.bin"
    assert check_printer(address) == "offline"
    assert trouble_of(address) == ("offline", False)


def test_a_serial_printer_is_asked_and_written_to() -> None:
    master, slave = os.openpty()
    came: list[bytes] = []

    def be_a_printer() -> None:
        stream = b""
        while True:
            try:
                stream += os.read(master, 256)
            except OSError:
                return
            while stream and (found := read_token(stream)):
                token, length = found
                if token.name == "status at once":
                    os.write(master, b"\x12")
                elif token.name == "status in turn":
                    os.write(master, b"\x00")
                else:
                    came.append(stream[:length])
                stream = stream[length:]

    thread = threading.Thread(target=be_a_printer, daemon=True)
    thread.start()
    address = f"serial://{os.ttyname(slave)}?baud=38400"
    assert check_printer(address) is None
    assert send(address, PAYLOAD) is None
    assert unroll(b"".join(came)).text == unroll(PAYLOAD).text
    os.close(slave)
    os.close(master)
    thread.join(2)


def test_a_serial_line_that_is_not_there_is_offline() -> None:
    assert check_printer("serial:///dev/ttyMissing") == "offline"


class FakeUsb:
    """A USB printer behind pyusb: two endpoints that print and answer."""

    def __init__(self) -> None:
        self.came = b""
        self.answers: list[bytes] = []
        self.outlet = SimpleNamespace(bEndpointAddress=0x01, write=self.write)
        self.inlet = SimpleNamespace(bEndpointAddress=0x82, read=self.read)

    def write(self, sent: bytes, _milliseconds: int) -> int:
        """Take at most 64 bytes, as one packet does."""
        packet = bytes(sent[:64])
        if packet.startswith(b"\x10\x04"):
            self.answers.append(b"\x12")
        elif packet == b"\x1dr\x01":
            self.answers.append(b"\x00")
        else:
            self.came += packet
        return len(packet)

    def read(self, _size: int, _milliseconds: int) -> bytes:
        """Answer."""
        return self.answers.pop(0)

    def is_kernel_driver_active(self, _interface: int) -> bool:
        """Say no."""
        return False

    def set_configuration(self) -> None:
        """Nothing to do."""

    def get_active_configuration(self) -> dict[tuple[int, int], list[Any]]:
        """Return the one interface."""
        return {(0, 0): [self.outlet, self.inlet]}


def test_a_usb_printer_is_asked_and_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    device = FakeUsb()
    monkeypatch.setattr("usb.core.find", lambda **_ids: device)
    monkeypatch.setattr("usb.util.dispose_resources", lambda _device: None)
    assert check_printer("usb://04b8:0e15") is None
    assert send("usb://04b8:0e15", PAYLOAD) is None
    assert device.came == PAYLOAD


def test_a_usb_printer_that_is_unplugged_is_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("usb.core.find", lambda **_ids: None)
    assert trouble_of("usb://04b8:0e15") == ("offline", False)
