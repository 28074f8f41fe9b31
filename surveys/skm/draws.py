"""Who is invited: finished visits drawn at random by a recorded seed, so that anybody can check."""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import Invalid
from office.journal import Kind
from office.people import Actor, Right
from office.place import Office
from office.tickets import Status, Ticket
from storage.base import Base
from storage.work import Work
from web.aside import aside


class SkmDraw(Base):
    """From `first_day` on, `percent` of a hundred finished visits are invited; 0 invites nobody."""

    __tablename__ = "skm_draws"
    __table_args__ = (
        UniqueConstraint("office_id", "first_day"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    first_day: Mapped[date]
    percent: Mapped[int]
    #: Told once the draw is over; until then only what it is bound to by its fingerprint.
    seed: Mapped[str] = mapped_column(String(32))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    def has(self, day: date, label: str) -> bool:
        """Say whether the visit with this number on this day is drawn."""
        return is_in_draw(self.seed, self.percent, day, label)

    @property
    def bound(self) -> str:
        """The fingerprint that binds a running draw to its seed."""
        return hashlib.sha256(self.seed.encode()).hexdigest()


@dataclass(frozen=True)
class Told:
    """A draw as it is told: its seed once it is over, its fingerprint always."""

    first: date
    last: date | None
    percent: int
    bound: str
    seed: str | None


def draw_from(
    work: Work, office: Office, actor: Actor, now: datetime, percent: int
) -> SkmDraw | None:
    """Invite so many of a hundred from tomorrow on; the first draw of all begins today.

    Raises Forbidden or Invalid.
    """
    actor.need(Right.MANAGE)
    if not 0 <= percent <= 100:
        raise Invalid(fields={"percent": "between 0 and 100"})
    today = office.today(now)
    draws = draws_of(work, office.id)
    if (draws[-1].percent if draws else 0) == percent:
        return None
    first_day = today + timedelta(days=1) if draws and draws[0].first_day <= today else today
    draw = next((each for each in draws if each.first_day == first_day), None)
    if draw is None:
        draw = SkmDraw(office_id=office.id, first_day=first_day)
        work.session.add(draw)
    draw.percent = percent
    draw.seed = secrets.token_hex(16)
    draw.account_id = actor.account_id
    journal.append(
        work, office, Kind.OFFICE_CHANGED, actor, now, part="survey_draw", present=percent
    )
    return draw


def draws_of(work: Work, office_id: int) -> list[SkmDraw]:
    """Return the office's draws, the oldest first."""
    return list(
        work.session.scalars(
            select(SkmDraw).where(SkmDraw.office_id == office_id).order_by(SkmDraw.first_day)
        )
    )


def told(draws: list[SkmDraw], today: date) -> list[Told]:
    """Return draws as they may be told, the newest first."""
    lasts = [*(each.first_day - timedelta(days=1) for each in draws[1:]), None]
    return [
        Told(
            each.first_day,
            last,
            each.percent,
            each.bound,
            each.seed if last is not None and last < today else None,
        )
        for each, last in zip(draws, lasts, strict=False)
    ][::-1]


def is_drawn(work: Work, ticket: Ticket) -> bool:
    """Say whether a visit is invited."""
    draw = work.session.scalars(
        select(SkmDraw)
        .where(SkmDraw.office_id == ticket.office_id, SkmDraw.first_day <= ticket.day)
        .order_by(SkmDraw.first_day.desc())
        .limit(1)
    ).first()
    return draw is not None and draw.has(ticket.day, ticket.label)


def invited_of(
    work: Work, office: Office, draws: Sequence[SkmDraw], first: date, last: date
) -> int:
    """Return how many finished visits of the days were invited by `draws`, the oldest first."""
    labels: defaultdict[date, list[str]] = defaultdict(list)
    for day, label in work.session.execute(
        select(Ticket.day, Ticket.label).where(
            Ticket.office_id == office.id,
            Ticket.day.between(first, last),
            Ticket.status == Status.DONE.value,
        )
    ):
        labels[day].append(label)
    starts = [(each.first_day, each.percent, each.seed) for each in draws]
    return aside(_drawn_among, starts, labels)


def _drawn_among(
    starts: Sequence[tuple[date, int, str]], labels: Mapping[date, Sequence[str]]
) -> int:
    """Return how many of the labels of each day are drawn, by the draw that holds on the day."""
    found = 0
    for day, several in labels.items():
        held = [each for each in starts if each[0] <= day]
        if held:
            _first_day, percent, seed = held[-1]
            found += sum(is_in_draw(seed, percent, day, label) for label in several)
    return found


def is_in_draw(seed: str, percent: int, day: date, label: str) -> bool:
    """Say whether the visit with this number on this day is drawn.

    It is where the first eight bytes of SHA-256 of "seed:day:label", as a share of 2^64, lie below
    the percentage: the same for whoever counts it, and known to nobody beforehand.
    """
    drawn = hashlib.sha256(f"{seed}:{day.isoformat()}:{label}".encode()).digest()[:8]
    return int.from_bytes(drawn) * 100 < percent << 64
