"""How well the office's promised waits were kept: what was told against what happened.

What a visitor was told when taking the ticket is compared with the wait until the call that was
answered, by service and by the hour in which the ticket was taken.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean, median
from zoneinfo import ZoneInfo

from sqlalchemy import select

from office import outages
from office.clock import local_midnight, seconds_between
from office.figures import NO_WAIT, quantile
from office.outages import touched
from office.place import Names, Office, Service
from office.promises import Promise
from office.tickets import Step, Ticket
from storage.work import Work

#: Promises below which nothing is said of a group: a handful of visits proves nothing.
FEW = 20
DAY = timedelta(days=1)
#: Why a ticket's wait is in no figure, in the order in which the reasons are looked for.
LEFT_OUT = (
    "still_open",
    "no_show",
    "expired",
    "cancelled",
    "set_aside",
    "outage",
    "no_promise",
)


@dataclass(frozen=True)
class Kept:
    """One promise and what became of it, in seconds."""

    service: str
    hour: int
    median_s: float
    p90_s: float
    waited_s: float


@dataclass(frozen=True)
class Accuracy:
    """How a group of promises turned out, in seconds; nothing but the count without any."""

    count: int
    #: Half of the promises missed by less than this, and on average they missed by that.
    typical_error_s: int | None = None
    mean_error_s: int | None = None
    #: The usual difference of the wait from what was told; positive when too little was promised.
    bias_s: int | None = None
    #: Share of those who waited no longer than what was told for nine in ten.
    within_p90: float | None = None
    #: Between these differences from what was told lie eight in ten; negative where it was shorter.
    error_p10_s: int | None = None
    error_p90_s: int | None = None
    promised_median_s: int | None = None
    waited_median_s: int | None = None

    @property
    def enough(self) -> bool:
        """Whether there are enough promises to say something."""
        return self.count >= FEW


@dataclass(frozen=True)
class ServiceAccuracy:
    """The promises of one service."""

    code: str
    names: Names
    accuracy: Accuracy


@dataclass(frozen=True)
class Report:
    """The promises of a period."""

    first: date
    last: date
    all: Accuracy
    by_service: Sequence[ServiceAccuracy]
    by_hour: Mapping[int, Accuracy]
    left_out: Mapping[str, int]


def judged(kept: Sequence[Kept]) -> Accuracy:
    """Return how these promises turned out."""
    if not kept:
        return Accuracy(0)
    errors = [each.waited_s - each.median_s for each in kept]
    return Accuracy(
        count=len(kept),
        typical_error_s=round(median(abs(each) for each in errors)),
        mean_error_s=round(fmean(abs(each) for each in errors)),
        bias_s=round(median(errors)),
        within_p90=sum(each.waited_s <= each.p90_s for each in kept) / len(kept),
        error_p10_s=round(quantile(errors, 0.1) or 0.0),
        error_p90_s=round(quantile(errors, 0.9) or 0.0),
        promised_median_s=round(median(each.median_s for each in kept)),
        waited_median_s=round(median(each.waited_s for each in kept)),
    )


def why_left_out(
    promised: bool, called: datetime | None, ended: datetime | None, outcome: str | None
) -> str | None:
    """Return why a wait is not counted, or nothing if it is."""
    outcome = outcome or ""
    if outcome.startswith(NO_WAIT):
        return "no_show" if outcome.startswith("no_show") else "expired"
    if called is None:
        if outcome == "cancelled":
            return "cancelled"
        return "still_open" if ended is None else "set_aside"
    return None if promised else "no_promise"


def report(work: Work, office: Office, first: date, last: date) -> Report:
    """Return how the promises made on the local days `first` to `last` were kept."""
    zone = ZoneInfo(office.timezone)
    rows = work.session.execute(
        select(
            Service.code,
            Service.names,
            Promise.median_s,
            Promise.p90_s,
            Step.queued_at,
            Step.called_at,
            Step.ended_at,
            Step.outcome,
        )
        .join(Service, Service.id == Step.service_id)
        .join(Ticket, Ticket.id == Step.ticket_id)
        .outerjoin(Promise, Promise.step_id == Step.id)
        .where(
            Step.office_id == office.id,
            Step.day.between(first, last),
            Step.position == 1,
            Ticket.by_hand.is_(False),
        )
        .order_by(Service.position, Service.code, Step.id)
    )
    midnight = local_midnight(max(first, date.min + DAY), office.timezone)
    after = local_midnight(min(last, date.max - DAY) + DAY, office.timezone)
    stood_still = outages.between(work, office.id, midnight, after)
    kept: list[Kept] = []
    names: dict[str, Names] = {}
    left_out: Counter[str] = Counter()
    for code, told, usual, nine_in_ten, queued, called, ended, outcome in rows:
        names[code] = told
        why = why_left_out(usual is not None, called, ended, outcome)
        if why is not None or called is None:
            left_out[why or "still_open"] += 1
            continue
        if touched(stood_still, code, queued, called):
            left_out["outage"] += 1
            continue
        hour = queued.astimezone(zone).hour
        kept.append(Kept(code, hour, usual, nine_in_ten, seconds_between(queued, called)))
    return summed_up(first, last, kept, names, {each: left_out[each] for each in LEFT_OUT})


def summed_up(
    first: date,
    last: date,
    kept: Iterable[Kept],
    names: Mapping[str, Names],
    left_out: Mapping[str, int],
) -> Report:
    """Return the report on these promises."""
    everything = list(kept)
    by_service: dict[str, list[Kept]] = defaultdict(list)
    by_hour: dict[int, list[Kept]] = defaultdict(list)
    for each in everything:
        by_service[each.service].append(each)
        by_hour[each.hour].append(each)
    return Report(
        first=first,
        last=last,
        all=judged(everything),
        by_service=[
            ServiceAccuracy(code, told, judged(by_service[code])) for code, told in names.items()
        ],
        by_hour={hour: judged(by_hour[hour]) for hour in sorted(by_hour)},
        left_out=left_out,
    )
