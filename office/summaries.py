"""Past days in short: written when a day closes, gathered into months and years, and checked."""

import json
import logging
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, delete, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from office.place import Office
from office.summaries_day import count_day
from office.summaries_tally import Tally
from office.tickets import Ticket
from storage.base import Base
from storage.work import Store, Work

log = logging.getLogger(__name__)

#: The spans summaries are kept of, the shortest first.
DAY, MONTH, YEAR = "day", "month", "year"


class Summary(Base):
    """The tally of one day, month or year: of the whole office, or of one service."""

    __tablename__ = "summaries"
    __table_args__ = (CheckConstraint("span IN ('day', 'month', 'year')", name="span"),)

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    #: A service's code, or nothing for the whole office.
    service: Mapped[str] = mapped_column(String(20), primary_key=True)
    span: Mapped[str] = mapped_column(String(5), primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    #: A packed tally as JSON, made small.
    counted: Mapped[bytes] = mapped_column(LargeBinary)


def packed(tally: Tally) -> bytes:
    """Return a tally as the database keeps it."""
    return zlib.compress(json.dumps(tally.packed(), separators=(",", ":")).encode(), 6)


def unpacked(counted: bytes) -> dict[str, Any]:
    """Return a packed tally as the database kept it."""
    found: dict[str, Any] = json.loads(zlib.decompress(counted))
    return found


def first_of(span: str, day: date) -> date:
    """Return the first day of the span that `day` lies in."""
    if span == YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if span == MONTH else day


def last_of(span: str, first: date) -> date:
    """Return the last day of the span that begins with `first`."""
    if span == DAY:
        return first
    if span == YEAR or first.month == 12:
        return first.replace(month=12, day=31)
    return first.replace(month=first.month + 1) - timedelta(days=1)


def write_day(work: Work, office: Office, day: date) -> None:
    """Write the day's summaries anew; months and years it lies in are gathered anew later."""
    _forget(work, office, day)
    add_summaries(work, office.id, DAY, day, count_day(work, office, day))


def keep_up(work: Work, office: Office, closed: date | None) -> None:
    """Write the summaries of the day just `closed`, and gather what is over; never in the way.

    A fault in counting must not keep an office from opening: it is logged, the day closes without
    its summary, and `antrean summaries rebuild` writes it later.
    """
    try:
        with work.session.begin_nested():
            if closed is not None:
                write_day(work, office, closed)
            elif office.open_day is not None:
                roll_up(work, office, office.open_day)
    except Exception:
        log.exception("the day's summary could not be written")


def _forget(work: Work, office: Office, day: date) -> None:
    work.session.execute(
        delete(Summary)
        .where(
            Summary.office_id == office.id,
            or_(
                *(
                    (Summary.span == span) & (Summary.first == first_of(span, day))
                    for span in (DAY, MONTH, YEAR)
                )
            ),
        )
        .execution_options(synchronize_session=False)
    )


def add_summaries(
    work: Work, office_id: int, span: str, first: date, tallies: dict[str, Tally]
) -> None:
    """Add the summaries of one span."""
    for service, tally in tallies.items():
        work.session.add(
            Summary(
                office_id=office_id,
                service=service,
                span=span,
                first=first,
                counted=packed(tally),
            )
        )
    work.session.flush()


def roll_up(work: Work, office: Office, before: date) -> None:
    """Gather every month and then year that is over `before` a day and not gathered yet."""
    for part, whole in ((DAY, MONTH), (MONTH, YEAR)):
        there = _firsts(work, office, whole)
        over = {
            first_of(whole, each)
            for each in _firsts(work, office, part)
            if last_of(whole, first_of(whole, each)) < before
        }
        for first in sorted(over - there):
            tallies = gathered(work, office, part, first, last_of(whole, first))
            add_summaries(work, office.id, whole, first, tallies)


def gathered(work: Work, office: Office, span: str, first: date, last: date) -> dict[str, Tally]:
    """Return the sums of all summaries of a span that begin between two days, by service."""
    tallies: dict[str, Tally] = {}
    for service, counted in work.session.execute(
        select(Summary.service, Summary.counted)
        .where(
            Summary.office_id == office.id,
            Summary.span == span,
            Summary.first.between(first, last),
        )
        .order_by(Summary.service, Summary.first)
    ):
        tallies.setdefault(service, Tally()).merge(unpacked(counted))
    return tallies


def _firsts(work: Work, office: Office, span: str) -> set[date]:
    return set(
        work.session.scalars(
            select(Summary.first).where(
                Summary.office_id == office.id, Summary.service == "", Summary.span == span
            )
        )
    )


def add_past(
    work: Work, office: Office, first: date, last: date, service: str, tally: Tally
) -> None:
    """Count into `tally` the closed days from `first` to `last`, by the longest spans there are."""
    open_ranges = [(first, last)]
    for span in (YEAR, MONTH, DAY):
        if not open_ranges:
            return
        found = work.session.execute(
            select(Summary.first, Summary.counted)
            .where(
                Summary.office_id == office.id,
                Summary.service == service,
                Summary.span == span,
                or_(*(Summary.first.between(*each) for each in open_ranges)),
            )
            .order_by(Summary.first)
        )
        covered = []
        for begins, counted in found:
            ends = last_of(span, begins)
            if any(start <= begins and ends <= end for start, end in open_ranges):
                covered.append((begins, ends))
                tally.merge(unpacked(counted))
        open_ranges = list(_without(open_ranges, covered))


def _without(
    ranges: Iterable[tuple[date, date]], covered: list[tuple[date, date]]
) -> Iterator[tuple[date, date]]:
    """Yield what of `ranges` no covered range, in order, takes away."""
    one = timedelta(days=1)
    for first, last in ranges:
        for begins, ends in covered:
            if first <= begins and ends <= last:
                if first < begins:
                    yield first, begins - one
                if ends == last:
                    break
                first = ends + one
        else:
            yield first, last


def days_visited(work: Work, office: Office, first: date, last: date) -> list[date]:
    """Return the closed days between two days on which tickets were taken."""
    if office.open_day is None:
        return []
    # From each day to the next one there is: as many looks into the index as days, not as tickets
    of_office = select(func.min(Ticket.day)).where(Ticket.office_id == office.id)
    days = select(of_office.where(Ticket.day >= first).scalar_subquery().label("day")).cte(
        recursive=True
    )
    following = of_office.where(Ticket.day > days.c.day).scalar_subquery()
    days = days.union_all(select(following).where(days.c.day <= last))
    found = select(days.c.day).where(days.c.day <= last, days.c.day < office.open_day)
    return list(work.session.scalars(found))


def lacking(store: Store) -> bool:
    """Return whether a closed day of an office has no summary, as where none were kept before."""
    with store.read() as work:
        return any(
            not set(days_visited(work, office, date.min, date.max)) <= _firsts(work, office, DAY)
            for office in work.session.scalars(select(Office))
        )


def rebuild(
    store: Store, office_id: int, first: date, last: date, *, only_missing: bool = False
) -> int:
    """Write the summaries of all closed days between two days anew, each in its own transaction.

    Returns how many days there were. With `only_missing` the days that have one keep it.
    """
    with store.read() as work:
        office = work.session.get_one(Office, office_id)
        there = {each for each in _firsts(work, office, DAY) if first <= each <= last}
        days = set(days_visited(work, office, first, last))
        days = days - there if only_missing else days | there
    if not days:
        return 0
    for day in sorted(days):
        with store.work() as work:
            write_day(work, _locked(work, office_id), day)
    with store.work() as work:
        office = _locked(work, office_id)
        if office.open_day is not None:
            roll_up(work, office, office.open_day)
    return len(days)


def _locked(work: Work, office_id: int) -> Office:
    return work.session.scalars(
        select(Office).where(Office.id == office_id).with_for_update()
    ).one()


def differences(work: Work, office: Office, first: date, last: date) -> list[str]:
    """Say which summaries between two days are not what the office's rows would give now."""
    kept = {
        (each.span, each.first, each.service): each.counted
        for each in work.session.scalars(
            select(Summary).where(
                Summary.office_id == office.id, Summary.first.between(first, last)
            )
        )
    }
    wanted: dict[tuple[str, date, str], Tally] = {}
    days = {begins for span, begins, _ in kept if span == DAY}
    for day in days.union(days_visited(work, office, first, last)):
        for service, tally in count_day(work, office, day).items():
            wanted[DAY, day, service] = tally
    for part, whole in ((DAY, MONTH), (MONTH, YEAR)):
        for begins in {begins for span, begins, _ in kept if span == whole}:
            found = gathered(work, office, part, begins, last_of(whole, begins))
            wanted |= {(whole, begins, service): tally for service, tally in found.items()}
    told = []
    for key in sorted(kept.keys() | wanted.keys()):
        there = unpacked(kept[key]) if key in kept else None
        right = json.loads(json.dumps(wanted[key].packed())) if key in wanted else None
        if there != right:
            span, begins, service = key
            state = "missing" if there is None else "not called for" if right is None else "wrong"
            told.append(f"{span} {begins.isoformat()} {service or 'all'}: {state}")
    return told
