"""Where a printer is: `tcp://host:9100`, `file:///path`, `usb://vid:pid`, `serial:///dev/...`,
`cups://queue`; and `agent://number`, which a print agent registers itself.

Options follow as in a web address: `?width=58` (mm of paper, 58 or 80), `?profile=TM-T20II` (a
profile of python-escpos), `?baud=19200` (serial). `none` is no printer.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from kiosk.printing.escpos_slip import Paper, ProfileUnknown, paper_for

NONE = "none"
PORT = 9100
BAUD = 9600
KINDS = ("tcp", "file", "usb", "serial", "cups")
OPTIONS = {"width", "profile", "baud"}
#: Names CUPS gives its queues.
QUEUE = re.compile(r"[\w.-]{1,127}")
USB_IDS = re.compile(r"([0-9a-f]{4}):([0-9a-f]{4})", re.IGNORECASE)


class AddressInvalid(ValueError):
    """It is not the address of a printer; the text says why."""


@dataclass(frozen=True)
class Address:
    """The address of a printer, taken apart."""

    kind: str
    paper: Paper
    host: str = ""
    port: int = 0
    path: str = ""
    vendor: int = 0
    product: int = 0
    baud: int = BAUD


def parse_address(text: str) -> Address | None:
    """Return the printer at `text`, or None for "none" or nothing. Raises AddressInvalid."""
    text = text.strip()
    if text in {"", NONE}:
        return None
    try:
        return _parsed(text)
    except ProfileUnknown as unknown:
        raise AddressInvalid(f"unknown paper or profile: {unknown}") from unknown
    except AddressInvalid:
        raise
    except ValueError as wrong:
        raise AddressInvalid(str(wrong)) from wrong


def _parsed(text: str) -> Address:
    parts = urlsplit(text)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := options.keys() - OPTIONS:
        raise AddressInvalid(f"unknown option: {', '.join(sorted(unknown))}")
    width = int(options["width"]) if "width" in options else None
    paper = paper_for(options.get("profile", ""), width)
    match parts.scheme:
        case "tcp" if parts.hostname:
            return Address("tcp", paper, host=parts.hostname, port=parts.port or PORT)
        case "file" if parts.path:
            return Address("file", paper, path=parts.path)
        case "serial" if parts.path:
            baud = int(options.get("baud", BAUD))
            return Address("serial", paper, path=parts.path, baud=baud)
        case "cups" if QUEUE.fullmatch(parts.netloc):
            return Address("cups", paper, host=parts.netloc)
        case "agent" if parts.netloc.isdecimal():
            return Address("agent", paper, host=parts.netloc)
        case "usb" if ids := USB_IDS.fullmatch(parts.netloc):
            vendor, product = (int(each, 16) for each in ids.groups())
            return Address("usb", paper, vendor=vendor, product=product)
    raise AddressInvalid(f"expected one of {', '.join(f'{each}://...' for each in KINDS)} or none")
