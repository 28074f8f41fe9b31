"""The ratings of a period as a manager reads them, and as the inspector does."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, func, select

from office.people import Account
from office.place import Counter, Office, Service
from office.tickets import Status, Ticket
from storage.work import Work
from surveys import groups, taps
from surveys.groups import SCORES, Told
from surveys.ratings import Channel, Rating, RatingReason
from surveys.reasons import INTEGRITY, Reason
from surveys.rules import Rules, rules_of

#: Most words shown at once, the lowest scores first.
WORDS = 50


@dataclass(frozen=True)
class Report:
    """What a period's answers come to."""

    first: date
    last: date
    rules: Rules
    #: Answers to the days' visits, and what those came to that are told: whole batches.
    answered: int
    told: Told
    #: Visits finished in the period: who could have answered.
    finished: int
    by_channel: dict[Channel, int]
    taps: dict[str, Any]
    #: Whether there are enough answers that reasons and words may be read.
    enough: bool
    reasons: list[tuple[Reason, int]] = field(default_factory=list)
    words: list[tuple[int, str]] = field(default_factory=list)
    by_service: list[tuple[str, Told]] = field(default_factory=list)
    by_counter: list[tuple[str, Told]] = field(default_factory=list)
    by_clerk: list[tuple[str, Told]] = field(default_factory=list)


@dataclass(frozen=True)
class Notice:
    """What one visitor reported of money or a broker."""

    day: date
    service: str
    reasons: list[Reason]
    words: str | None


def report(work: Work, office: Office, first: date, last: date, locale: str) -> Report:
    """Return the ratings of the days; names in `locale`."""
    rules = rules_of(work, office.id)
    told = groups.told_of_all(work, office, first, last, rules.least)
    found = Report(
        first,
        last,
        rules,
        groups.in_all(work, office, first, last).count,
        told,
        _finished(work, office, first, last),
        _channels(work, office, first, last),
        taps.summary(work, office, first, last),
        told.count >= rules.least,
    )
    if not found.enough:
        return found
    among = groups.ids_told(office, first, last, rules.least)
    found.reasons.extend(_reasons(work, among))
    found.words.extend(_words(work, among))

    def shown(column: Any) -> dict[int, Told]:
        batches = groups.whole_batches(work, office, column, first, last, rules.least)
        return groups.tellable(batches, told.count, rules.least)

    services = {
        each.id: f"{each.letter} · {each.name(locale)}"
        for each in work.session.scalars(select(Service).where(Service.office_id == office.id))
    }
    counters = {
        each.id: each.name(locale)
        for each in work.session.scalars(select(Counter).where(Counter.office_id == office.id))
    }
    clerks = dict(
        work.session.execute(
            select(Account.id, Account.name).where(Account.office_id == office.id)
        ).all()
    )
    for rows, names, column in (
        (found.by_service, services, Rating.service_id),
        (found.by_counter, counters, Rating.counter_id),
        (found.by_clerk, clerks, Rating.account_id),
    ):
        rows.extend(
            sorted(
                ((names[key], each) for key, each in shown(column).items()),
                key=lambda row: (row[1].mean or 0, row[0]),
            )
        )
    return found


def of_day(work: Work, office: Office, day: date) -> dict[str, Any]:
    """Return how many answered to a day's visits, and what those came to that are told."""
    told = groups.told_today(work, office, day, rules_of(work, office.id).least)
    return {
        "answered": groups.in_all(work, office, day, day).count,
        "count": told.count,
        "scores": {str(score): count for score, count in zip(SCORES, told.counts, strict=True)},
        "mean": None if told.mean is None else round(told.mean, 2),
    }


def notices(work: Work, office: Office, first: date, last: date, locale: str) -> list[Notice]:
    """Return what visitors reported of money and brokers, the newest first; for the inspector."""
    rows = work.session.execute(
        select(Rating.id, Rating.day, Rating.comment, Service)
        .join(Service, Service.id == Rating.service_id)
        .where(Rating.office_id == office.id, Rating.day.between(first, last), _is_of_integrity())
        .order_by(Rating.day.desc(), Rating.id.desc())
    ).all()
    return [
        Notice(
            day,
            service.name(locale),
            [
                Reason(each)
                for each in work.session.scalars(
                    select(RatingReason.reason)
                    .where(RatingReason.rating_id == number, RatingReason.reason.in_(INTEGRITY))
                    .order_by(RatingReason.reason)
                )
            ],
            comment,
        )
        for number, day, comment, service in rows
    ]


def _finished(work: Work, office: Office, first: date, last: date) -> int:
    return (
        work.session.scalar(
            select(func.count()).where(
                Ticket.office_id == office.id,
                Ticket.day.between(first, last),
                Ticket.status == Status.DONE.value,
            )
        )
        or 0
    )


def _channels(work: Work, office: Office, first: date, last: date) -> dict[Channel, int]:
    found = dict.fromkeys(Channel, 0)
    for channel, count in work.session.execute(
        select(Rating.channel, func.count())
        .where(Rating.office_id == office.id, Rating.day.between(first, last))
        .group_by(Rating.channel)
    ):
        found[Channel(channel)] = count
    return found


def _reasons(work: Work, among: Select[tuple[int]]) -> list[tuple[Reason, int]]:
    """Return how often each reason was touched, the most frequent first; the inspector's not."""
    rows = work.session.execute(
        select(RatingReason.reason, func.count())
        .join(Rating, Rating.id == RatingReason.rating_id)
        .where(Rating.id.in_(among), RatingReason.reason.not_in(INTEGRITY))
        .group_by(RatingReason.reason)
        .order_by(func.count().desc(), RatingReason.reason)
    )
    return [(Reason(reason), count) for reason, count in rows]


def _words(work: Work, among: Select[tuple[int]]) -> list[tuple[int, str]]:
    """Return words with their score, in no order of time; the inspector's not."""
    rows = work.session.execute(
        select(Rating.score, Rating.comment)
        .where(Rating.id.in_(among), Rating.comment.is_not(None), ~_is_of_integrity())
        .order_by(Rating.score, Rating.comment)
        .limit(WORDS)
    )
    return [(score, comment) for score, comment in rows if comment is not None]


def _is_of_integrity() -> Any:
    return exists().where(RatingReason.rating_id == Rating.id, RatingReason.reason.in_(INTEGRITY))
