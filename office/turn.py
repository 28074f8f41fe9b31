"""The office's turn: the first thing every change to a queue takes, so that changes are serial."""

from datetime import datetime

from sqlalchemy import bindparam, select

from office import carrying, closing, early
from office.errors import OfficeUnknown
from office.place import Office
from storage.work import Work

TURN = (
    select(Office)
    .where(Office.id == bindparam("office"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def take_turn(work: Work, office_id: int, now: datetime) -> Office:
    """Lock the office's row and return it, with any former day closed first.

    On PostgreSQL the row is locked until the commit; on SQLite the transaction already began with
    BEGIN IMMEDIATE. Raises OfficeUnknown.
    """
    office = work.session.scalars(TURN, {"office": office_id}).first()
    if office is None:
        raise OfficeUnknown(office=office_id)
    closing.begin_day(work, office, now)
    if office.home_at is not None and now >= office.home_at:
        early.go_home(work, office, closing.the_clock(office), now)
    if office.carried_waits:
        carrying.bring_in(work, office, closing.the_clock(office), now)
    return office
