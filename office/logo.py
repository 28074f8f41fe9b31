"""The office's logo: one picture, for its screens, its kiosk and the public board."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from office.journal import Kind, append
from office.people import Actor
from office.place import Office
from storage.base import Base
from storage.work import Work


class Logo(Base):
    """The file of an office's logo; an office without a row has none."""

    __tablename__ = "logos"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    file: Mapped[str] = mapped_column(String(80))


def logo_of(work: Work, office_id: int) -> str | None:
    """Return the name of the file with the office's logo."""
    logo = work.session.get(Logo, office_id)
    return logo.file if logo else None


def logo_files(work: Work) -> list[str]:
    """Return the names of all files that are some office's logo."""
    return list(work.session.scalars(select(Logo.file).distinct().order_by(Logo.file)))


def is_logo(work: Work, file: str) -> bool:
    """Say whether a file is an office's logo, and so everybody's to see."""
    found = work.session.scalars(select(Logo.office_id).where(Logo.file == file).limit(1))
    return found.first() is not None


def choose_logo(
    work: Work, office: Office, actor: Actor, now: datetime, file: str | None
) -> str | None:
    """Make a stored picture the office's logo, or leave it without one, in the office's turn.

    Returns the file of the former logo.
    """
    logo = work.session.get(Logo, office.id)
    former = logo.file if logo else None
    if file is None:
        if logo is not None:
            work.session.delete(logo)
    elif logo is None:
        work.session.add(Logo(office_id=office.id, file=file))
    else:
        logo.file = file
    append(work, office, Kind.OFFICE_CHANGED, actor, now, part="logo")
    return former
