"""Print agents as rows: which kiosk each prints for, on what paper, and where its slips go."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.printing.addresses import NONE, AddressInvalid, parse_address
from kiosk.printing.jobs import JobState, PrintJob
from kiosk.printing.office_printers import own_printer
from kiosk.printing.states import note_state
from office.errors import Invalid
from office.people import Actor, Role, Token
from storage.base import Base
from storage.work import Work


class PrintAgent(Base):
    """A program beside a kiosk that prints there what the server hands it."""

    __tablename__ = "print_agents"
    __table_args__ = (Index("ix_print_agents_office_id", "office_id"),)

    token_id: Mapped[int] = mapped_column(ForeignKey("tokens.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    #: The kiosk whose slips it prints; None where it prints for whoever has no printer nearer.
    kiosk_token_id: Mapped[int | None] = mapped_column(ForeignKey("tokens.id"))
    #: Options of its printer's paper, as in a printer's address, such as width=58.
    paper: Mapped[str] = mapped_column(String(80))
    seen_at: Mapped[datetime]

    @property
    def printer(self) -> str:
        """Its address among the printers."""
        return address_of(self.token_id) + (f"?{self.paper}" if self.paper else "")


#: The agents of an `office` that may print, the one seen last first.
AGENTS = (
    select(PrintAgent)
    .join(Token, Token.id == PrintAgent.token_id)
    .where(PrintAgent.office_id == bindparam("office"), Token.revoked_at.is_(None))
    .order_by(PrintAgent.seen_at.desc(), PrintAgent.token_id)
)


def address_of(token_id: int) -> str:
    """Return the address of an agent, without the options of its paper."""
    return f"agent://{token_id}"


def agent_seen(work: Work, actor: Actor, kiosk: str, paper: str, now: datetime) -> PrintAgent:
    """Note that the agent `actor` is here and prints for the kiosk with this name.

    Without a name it prints for the office's only kiosk, or for all of several. Raises Invalid for
    a kiosk that is not there and for paper that makes no sense.
    """
    assert actor.token_id is not None
    try:
        parse_address(f"{address_of(actor.token_id)}?{paper}")
    except AddressInvalid as invalid:
        raise Invalid(fields={"paper": [str(invalid)]}) from invalid
    kiosks = list(
        work.session.scalars(
            select(Token)
            .where(
                Token.office_id == actor.office_id,
                Token.role == Role.KIOSK.value,
                Token.revoked_at.is_(None),
            )
            .order_by(Token.id)
        )
    )
    named = [each for each in kiosks if not kiosk or each.name == kiosk]
    if kiosk and not named:
        raise Invalid(fields={"kiosk": ["unknown"]})
    agent = work.session.get(PrintAgent, actor.token_id)
    if agent is None:
        agent = PrintAgent(token_id=actor.token_id, office_id=actor.office_id)
        work.session.add(agent)
    agent.kiosk_token_id = named[0].id if len(named) == 1 else None
    agent.paper = paper[:80]
    agent.seen_at = now
    return agent


def hurry(work: Work, printer: str, now: datetime) -> None:
    """Let the slips that wait for `printer` be tried now: it is back."""
    work.session.execute(
        update(PrintJob)
        .where(PrintJob.printer == printer, PrintJob.state == JobState.QUEUED.value)
        .values(next_try_at=now)
    )


def agents_of(work: Work, office_id: int) -> list[PrintAgent]:
    """Return the agents that may print, the one seen last first."""
    return list(work.session.scalars(AGENTS, {"office": office_id}))


def printer_for(work: Work, actor: Actor, usual: str) -> str:
    """Return where slips of `actor` are printed: beside its kiosk, else where the office prints.

    That is where it chose to, or where the installation does: the `usual` printer.
    """
    usual = own_printer(work, actor.office_id) or usual
    agents = agents_of(work, actor.office_id)
    for agent in agents:
        if actor.token_id is not None and agent.kiosk_token_id == actor.token_id:
            return agent.printer
    if usual == NONE and agents:
        return agents[0].printer
    return usual


def printers_of(work: Work, office_id: int, usual: str) -> set[str]:
    """Return every printer of the office."""
    usual = own_printer(work, office_id) or usual
    return {usual, *(each.printer for each in agents_of(work, office_id))} - {NONE, ""}


def note_all_offline(work: Work, now: datetime) -> None:
    """Note of every agent that it is not connected; for the start of the only server there is."""
    for agent in work.session.scalars(select(PrintAgent).order_by(PrintAgent.token_id)):
        note_state(work, agent.printer, "offline", now)
