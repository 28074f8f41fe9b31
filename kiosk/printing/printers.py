"""Sending a slip to a printer: ask how it is, send, and believe it only when it says so.

Status by DLE EOT n, which a printer answers at once, and GS r 1, which it answers in turn, after
what was sent before it (Epson ESC/POS Command Reference). Cheap printers answer only the first:
after a slip they are asked by that, once it had time to come out. A printer that answers neither
is believed when every byte was acknowledged; nobody can know more of it.
"""

import os
import time

from kiosk.printing import cups
from kiosk.printing.addresses import Address, AddressInvalid, parse_address
from kiosk.printing.states import PAPER_LOW
from kiosk.printing.wires import PrinterTrouble, Wire, opened
from web.aside import aside

#: Seconds for an answer to DLE EOT.
ANSWER = 1.0
#: Seconds for the slip to come out and GS r to be answered.
FINISH = 6.0
#: Seconds that a slip gets to come out where the printer does not say that it has.
COMES_OUT = 1.0


def send(address: str, payload: bytes) -> str | None:
    """Print `payload` on the printer at `address`; return a warning's code or None.

    Raises PrinterTrouble; with `started` part of it may be on paper.
    """
    target = _parsed(address)
    if target is None:
        return None
    if target.kind == "usb":
        return aside(_send, target, payload)
    return _send(target, payload)


def check_printer(address: str) -> str | None:
    """Return the code of what is wrong with the printer at `address`, or None; prints nothing."""
    try:
        target = _parsed(address)
        if target is None:
            return None
        return aside(_check, target) if target.kind == "usb" else _check(target)
    except PrinterTrouble as trouble:
        return trouble.code


def _parsed(address: str) -> Address | None:
    try:
        return parse_address(address)
    except AddressInvalid as invalid:
        raise PrinterTrouble("address_invalid") from invalid


def _check(target: Address) -> str | None:
    if target.kind == "file":
        return None if _writable(target.path) else "offline"
    if target.kind == "cups":
        return cups.trouble_of(target.host)
    with opened(target) as wire:
        try:
            _, warning = _ready(wire)
        except OSError:
            return "busy"
        return warning


def _writable(path: str) -> bool:
    return os.access(path if os.path.exists(path) else os.path.dirname(path), os.W_OK)


def _send(target: Address, payload: bytes) -> str | None:
    if target.kind == "cups":
        return cups.send(target.host, payload)
    with opened(target) as wire:
        if target.kind == "file":
            answers, warning, in_turn = False, None, False
        else:
            try:
                answers, warning = _ready(wire)
                in_turn = answers and _sensor(wire, ANSWER) is not None
            except OSError as refused:
                raise PrinterTrouble("busy") from refused
        try:
            wire.write(payload)
            if not answers:
                wire.settle()
                return warning
            return _finished(wire, in_turn)
        except TimeoutError as slow:
            raise PrinterTrouble("timeout", started=True) from slow
        except OSError as lost:
            raise PrinterTrouble("cut_short", started=True) from lost


def _finished(wire: Wire, in_turn: bool) -> str | None:
    """Wait until the printer has worked through everything sent; return its warning.

    `in_turn` says that it tells when it has.
    """
    if in_turn:
        sensor = _sensor(wire, FINISH)
        if sensor is not None:
            return PAPER_LOW if sensor & 0x03 else None
    else:
        wire.settle()
        time.sleep(COMES_OUT)
    try:
        answers, warning = _ready(wire)
    except PrinterTrouble as trouble:
        raise PrinterTrouble(trouble.code, started=True) from trouble
    if not answers:
        raise PrinterTrouble("cut_short", started=True)
    return warning


def _ready(wire: Wire) -> tuple[bool, str | None]:
    """Return whether the printer answers at all, and its warning. Raises PrinterTrouble."""
    general = _status(wire, 1)
    if general is None:
        return False, None
    cause, paper = _status(wire, 2) or 0, _status(wire, 4) or 0
    if cause & 0x04:
        raise PrinterTrouble("cover_open")
    if paper & 0x60 or cause & 0x20:
        raise PrinterTrouble("paper_out")
    if cause & 0x40:
        raise PrinterTrouble("fault")
    if general & 0x08:
        raise PrinterTrouble("offline")
    return True, PAPER_LOW if paper & 0x0C else None


def _sensor(wire: Wire, seconds: float) -> int | None:
    return _ask(wire, b"\x1dr\x01", fixed=0x90, expected=0x00, seconds=seconds)


def _status(wire: Wire, which: int) -> int | None:
    return _ask(wire, b"\x10\x04" + bytes([which]), fixed=0x93, expected=0x12, seconds=ANSWER)


def _ask(wire: Wire, request: bytes, fixed: int, expected: int, seconds: float) -> int | None:
    """Return the first byte that can be the answer, its `fixed` bits being as `expected`."""
    wire.write(request)
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        for byte in wire.read(left):
            if byte & fixed == expected:
                return byte
    return None
