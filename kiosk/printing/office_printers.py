"""The printer in an office's own network, where it chose one; else the installation's prints."""

import re
from contextlib import suppress
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from sqlalchemy import ForeignKey, String, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.printing.addresses import PORT, AddressInvalid, parse_address
from office.errors import Invalid
from office.journal import Kind, append_change
from office.people import Actor, Right
from office.place import Office
from storage.base import Base
from storage.work import Work

#: Where printers in networks listen (one for each of a print server's). No other port can be named:
#: what stands on a slip is the manager's, and is not to be said to programs that are no printer.
PORTS = range(PORT, PORT + 10)
PLACE = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:910[0-9])?")
#: Characters of a place as it is typed, and of an address.
LONGEST_PLACE, LONGEST = 100, 200


class PrinterWrong(Invalid):
    """It is no address of a printer in a network."""

    code = "printer_wrong"


class OfficePrinter(Base):
    """The printer that an office chose."""

    __tablename__ = "office_printers"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(LONGEST))


CHOSEN = select(OfficePrinter).where(OfficePrinter.office_id == bindparam("office"))


def own_printer(work: Work, office_id: int) -> str:
    """Return the address of the printer that an office chose, or nothing."""
    kept = work.session.scalars(CHOSEN, {"office": office_id}).first()
    return "" if kept is None else kept.address


def own_printers(work: Work) -> set[str]:
    """Return the printers that all offices chose."""
    return set(work.session.scalars(select(OfficePrinter.address).order_by(OfficePrinter.address)))


def address_of(host: str, width: str) -> str:
    """Return the address of a printer at HOST or HOST:PORT with paper so wide (mm), or nothing.

    Raises PrinterWrong.
    """
    host = host.strip()
    with suppress(ValueError):  # where it is a name, or has a port
        host = f"[{host}]" if isinstance(ip_address(host), IPv6Address) else host
    return checked(f"tcp://{host}?width={width}" if host else "")


def checked(address: str) -> str:
    """Return the address if it is that of a printer in a network, or nothing for nothing.

    Raises PrinterWrong.
    """
    kind, _, rest = address.partition("://")
    named = kind == "tcp" and PLACE.fullmatch(rest.partition("?")[0]) and len(address) <= LONGEST
    try:
        if address and (not named or parse_address(address) is None):
            raise AddressInvalid(address)
    except AddressInvalid as error:
        raise PrinterWrong(fields={"host": "a printer's place"}, limit=PORTS[-1]) from error
    return address


def choose_printer(work: Work, office: Office, actor: Actor, now: datetime, address: str) -> None:
    """Print the office's slips there from now on; nothing: where the installation prints.

    Slips that wait for the former printer go on waiting for it. Raises Forbidden or PrinterWrong.
    """
    actor.need(Right.MANAGE)
    former, present = {"printer": own_printer(work, office.id)}, {"printer": checked(address)}
    if present["printer"]:
        work.session.merge(OfficePrinter(office_id=office.id, address=address))
    elif (kept := work.session.get(OfficePrinter, office.id)) is not None:
        work.session.delete(kept)
    append_change(work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="printer")
