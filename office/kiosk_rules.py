"""What an office decides about its kiosks: how much one number may be for, and what is too fast."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, bindparam, select, text
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import refuse_beyond
from office.journal import Kind
from office.people import Actor, Right
from office.place import Office
from storage.base import Base
from storage.work import Work


class KioskRules(Base):
    """The office's own rules; without a row the usual ones hold."""

    __tablename__ = "kiosk_rules"
    __table_args__ = (
        CheckConstraint("most_matters BETWEEN 1 AND 5", name="most_matters"),
        CheckConstraint("most_files BETWEEN 1 AND 20", name="most_files"),
        CheckConstraint("in_a_minute BETWEEN 0 AND 60", name="in_a_minute"),
        CheckConstraint("rest_minutes BETWEEN 1 AND 30", name="rest_minutes"),
        CheckConstraint("per_identity BETWEEN 0 AND 20", name="per_identity"),
        CheckConstraint("phone_minutes BETWEEN 0 AND 30", name="phone_minutes"),
        CheckConstraint("notify_place BETWEEN 0 AND 20", name="notify_place"),
    )

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    most_matters: Mapped[int]
    most_files: Mapped[int]
    in_a_minute: Mapped[int]
    rest_minutes: Mapped[int]
    per_identity: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    phone_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    notify_place: Mapped[int] = mapped_column(default=0, server_default=text("0"))


@dataclass(frozen=True)
class Rules:
    """How much a visitor may ask for at a kiosk, and when a kiosk rests."""

    LIMITS: ClassVar[dict[str, tuple[int, int]]] = {
        "most_matters": (1, 5),
        "most_files": (1, 20),
        "in_a_minute": (0, 60),
        "rest_minutes": (1, 30),
        "per_identity": (0, 20),
        "phone_minutes": (0, 30),
        "notify_place": (0, 20),
    }

    #: Services that one number may be for.
    most_matters: int = 3
    #: Files of one service that a visitor may bring; with more they go to the reception.
    most_files: int = 5
    #: Numbers of one kiosk in a minute after which it rests; 0 lets it go on.
    in_a_minute: int = 0
    #: Minutes it rests, unless the staff let it go on before.
    rest_minutes: int = 5
    #: Numbers of a day for one applicant, who types the identity number in; 0 asks nobody.
    per_identity: int = 0
    #: Minutes after scanning the entrance's code in which a phone may take one number; 0: none.
    phone_minutes: int = 0
    #: Place in line at which a visitor is sent a message to an address of theirs; 0: never.
    notify_place: int = 0


RULES = select(KioskRules).where(KioskRules.office_id == bindparam("office"))


def rules_of(work: Work, office_id: int) -> Rules:
    """Return the office's rules."""
    kept = work.session.scalars(RULES, {"office": office_id}).first()
    if kept is None:
        return Rules()
    return Rules(**{each.name: getattr(kept, each.name) for each in fields(Rules)})


def set_rules(work: Work, office: Office, actor: Actor, now: datetime, wanted: Rules) -> None:
    """Let the office's kiosks go by these rules from now on. Raises Forbidden or Invalid."""
    actor.need(Right.MANAGE)
    former, present = asdict(rules_of(work, office.id)), asdict(wanted)
    refuse_beyond(Rules.LIMITS, present)
    if present == former:
        return
    work.session.merge(KioskRules(office_id=office.id, **present))
    journal.append_change(
        work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="kiosk"
    )
