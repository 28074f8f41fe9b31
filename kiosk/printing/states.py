"""How each printer was when it was last heard of: a row, so that every process and screen knows."""

from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.work import Work

#: What a working printer may warn of; it prints still.
PAPER_LOW = "paper_low"


class PrinterState(Base):
    """A printer that has a trouble or a warning; one that is well has no row."""

    __tablename__ = "printer_states"

    printer: Mapped[str] = mapped_column(String(200), primary_key=True)
    trouble: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime]


def note_state(work: Work, printer: str, trouble: str | None, now: datetime) -> bool:
    """Keep the trouble of `printer`, or None; say whether it is another than before."""
    row = work.session.get(PrinterState, printer)
    if (row.trouble if row is not None else None) == trouble:
        return False
    if trouble is None:
        work.session.delete(row)
    elif row is None:
        work.session.add(PrinterState(printer=printer, trouble=trouble[:20], changed_at=now))
    else:
        row.trouble, row.changed_at = trouble[:20], now
    return True


def states_of(work: Work, printers: set[str]) -> dict[str, str]:
    """Return the trouble or warning of those of `printers` that have one."""
    rows = work.session.execute(
        select(PrinterState.printer, PrinterState.trouble).where(
            PrinterState.printer.in_(sorted(printers))
        )
    )
    return dict(rows.all())


def state_of_printer(work: Work, printer: str) -> str | None:
    """Return the trouble or warning of one printer, or None."""
    row = work.session.get(PrinterState, printer)
    return row.trouble if row is not None else None
