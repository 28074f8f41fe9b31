"""Whether an office shows its board to everybody, on phones and on its web site; off at first."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from office.journal import Kind, append_change
from office.people import Actor
from office.place import Office
from storage.base import Base
from storage.work import Work


class PublicBoard(Base):
    """That an office's board is public; without a row it is not."""

    __tablename__ = "public_boards"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)


def is_public(work: Work, office_id: int) -> bool:
    """Say whether everybody may see the board."""
    return work.session.get(PublicBoard, office_id) is not None


def publish(work: Work, office: Office, actor: Actor, now: datetime, *, public: bool) -> None:
    """Show the board to everybody, or to the office's own screens alone, in the office's turn."""
    row = work.session.get(PublicBoard, office.id)
    if public == (row is not None):
        return
    if row is None:
        work.session.add(PublicBoard(office_id=office.id))
    else:
        work.session.delete(row)
    former, present = {"public": not public}, {"public": public}
    append_change(
        work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="public_board"
    )
