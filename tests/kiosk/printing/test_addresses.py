"""Where printers are, as an office writes it."""

import pytest

from kiosk.printing.addresses import AddressInvalid, parse_address


def test_a_network_printer_has_a_host_and_a_port() -> None:
    address = parse_address("tcp://10.0.0.9:9101?width=58")
    assert address is not None
    assert (address.host, address.port, address.paper.columns) == ("10.0.0.9", 9101, 32)


def test_the_usual_port_and_paper_need_not_be_written() -> None:
    address = parse_address("tcp://kiosk-printer")
    assert address is not None
    assert (address.port, address.paper.columns) == (9100, 48)


def test_a_profile_brings_its_own_paper() -> None:
    address = parse_address("tcp://10.0.0.9?profile=POS-5890")
    assert address is not None
    assert (address.paper.profile, address.paper.columns) == ("POS-5890", 32)


def test_other_printers_are_files_serial_lines_and_usb_devices() -> None:
    file = parse_address("file:///dev/usb/lp0")
    line = parse_address("serial:///dev/ttyS0?baud=19200")
    usb = parse_address("usb://04b8:0E15")
    assert file is not None and file.path == "/dev/usb/lp0"
    assert line is not None and (line.path, line.baud) == ("/dev/ttyS0", 19200)
    assert usb is not None and (usb.vendor, usb.product) == (0x04B8, 0x0E15)


@pytest.mark.parametrize("text", ["", "none", " none "])
def test_none_is_no_printer(text: str) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.9",
        "tcp://",
        "tcp://host:port",
        "lpt1",
        "usb://epson",
        "tcp://host?width=112",
        "tcp://host?width=wide",
        "tcp://host?profile=LaserJet",
        "tcp://host?colour=yes",
        "http://host",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(AddressInvalid):
        parse_address(text)
