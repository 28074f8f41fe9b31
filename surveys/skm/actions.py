"""What an office does about a weak element: who, and until when."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import Invalid, Unknown
from office.journal import Kind
from office.people import Actor, Right
from office.place import Office
from storage.base import LARGEST, Base
from storage.work import Work
from surveys.skm.elements import KEYS

_KEYS = ", ".join(f"'{key}'" for key in KEYS)


class State(StrEnum):
    """How far an action is."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class ActionUnknown(Unknown):
    """There is no such follow-up action."""

    code = "action_unknown"


class SkmAction(Base):
    """One thing to be done about one element."""

    __tablename__ = "skm_actions"
    __table_args__ = (
        CheckConstraint(f"element IN ({_KEYS})", name="element"),
        CheckConstraint("state IN ('open', 'done', 'dropped')", name="state"),
        CheckConstraint("(state = 'open') = (ended IS NULL)", name="ended"),
        Index("ix_skm_actions_office_id", "office_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    element: Mapped[str] = mapped_column(String(12))
    what: Mapped[str] = mapped_column(String(300))
    owner: Mapped[str] = mapped_column(String(120))
    due: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    #: The day it was resolved upon, and the one it was done or dropped.
    begun: Mapped[date]
    ended: Mapped[date | None]


def resolve(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    element: str,
    what: str,
    owner: str,
    due: date,
) -> SkmAction:
    """Resolve upon an action. Raises Forbidden or Invalid."""
    actor.need(Right.MANAGE)
    today = office.today(now)
    wrong = {
        name: said
        for name, fault, said in (
            ("element", element not in KEYS, "one of the nine"),
            ("what", not 1 <= len(what.strip()) <= 300, "1 to 300 letters"),
            ("owner", not 1 <= len(owner.strip()) <= 120, "1 to 120 letters"),
            ("due", due < today, "from today on"),
        )
        if fault
    }
    if wrong:
        raise Invalid(fields=wrong)
    action = SkmAction(
        office_id=office.id,
        element=element,
        what=what.strip(),
        owner=owner.strip(),
        due=due,
        state=State.OPEN.value,
        begun=today,
    )
    work.session.add(action)
    work.session.flush()
    journal.append(
        work, office, Kind.OFFICE_CHANGED, actor, now, part="survey_action", present=element
    )
    return action


def end(
    work: Work, office: Office, actor: Actor, now: datetime, number: int, wanted: str
) -> SkmAction:
    """Say that an action is done or dropped, or open again.

    Raises Forbidden, ActionUnknown or Invalid.
    """
    actor.need(Right.MANAGE)
    action = work.session.get(SkmAction, number) if number <= LARGEST else None
    if action is None or action.office_id != office.id:
        raise ActionUnknown()
    if wanted not in set(State):
        raise Invalid(fields={"state": "open, done or dropped"})
    state = State(wanted)
    if action.state == state.value:
        return action
    former, action.state = action.state, state.value
    action.ended = None if state is State.OPEN else office.today(now)
    journal.append(
        work,
        office,
        Kind.OFFICE_CHANGED,
        actor,
        now,
        part="survey_action",
        former=former,
        present=state.value,
    )
    return action


def actions_since(work: Work, office_id: int, first: date) -> list[SkmAction]:
    """Return the actions resolved upon from a day on, by their due day."""
    return list(
        work.session.scalars(
            select(SkmAction)
            .where(SkmAction.office_id == office_id, SkmAction.begun >= first)
            .order_by(SkmAction.due, SkmAction.id)
        )
    )
