"""How an office runs its queue: the rules of the turn and what it aims at, told and changed."""

from dataclasses import asdict, dataclass
from datetime import datetime

from office import journal
from office.errors import PriorityUnknown, refuse_beyond
from office.journal import Kind
from office.people import Actor, Right
from office.place import Office, PolicyName, classes_of, service_named, services_of
from storage.work import Work

#: The smallest and the largest of each number, so that a slip of the hand is noticed.
LIMITS = {
    "reentry_places": (0, 50),
    "recalls_before_no_show": (0, 9),
    "rates": (1, 10),
    "wait_min": (1, 240),
    "wait_percent": (50, 99),
    "serve_min": (1, 240),
    "idle_min": (1, 240),
}


@dataclass(frozen=True)
class TurnRules:
    """Whose turn it is, and what becomes of those who miss it or are left at the end of a day."""

    policy: PolicyName
    #: The rate at which the priority of each class grows, by its code; an ordinary visitor's is 1.
    rates: dict[str, float]
    #: How many go first when somebody comes after a missed call.
    reentry_places: int
    recalls_before_no_show: int
    #: Whoever is left waiting when the day ends comes first on the next.
    carries_over: bool


@dataclass(frozen=True)
class Aim:
    """Minutes within which a service's visitors are called and served, or the office's own."""

    wait_min: int | None
    serve_min: int | None


@dataclass(frozen=True)
class Aims:
    """From how many minutes something takes too long, and the share of waits that should not."""

    wait_min: int
    wait_percent: int
    serve_min: int
    idle_min: int
    #: What single services have of their own, by code.
    services: dict[str, Aim]


def turn_rules_of(work: Work, office: Office) -> TurnRules:
    """Return the office's rules of the turn."""
    return TurnRules(
        policy=PolicyName(office.policy),
        rates={each.code: each.rate for each in classes_of(work, office.id)},
        reentry_places=office.reentry_places,
        recalls_before_no_show=office.recalls_before_no_show,
        carries_over=office.carries_over,
    )


def set_turn_rules(
    work: Work, office: Office, actor: Actor, now: datetime, wanted: TurnRules
) -> None:
    """Let the office go by these rules from the next call on.

    Raises Forbidden, PriorityUnknown or Invalid.
    """
    actor.need(Right.MANAGE)
    classes = {each.code: each for each in classes_of(work, office.id)}
    for code in wanted.rates:
        if code not in classes:
            raise PriorityUnknown(priority=code, allowed=list(classes))
    _within(
        reentry_places=wanted.reentry_places,
        recalls_before_no_show=wanted.recalls_before_no_show,
        **{f"rates.{code}": rate for code, rate in wanted.rates.items()},
    )
    former = turn_rules_of(work, office)
    for code, rate in wanted.rates.items():
        classes[code].rate = rate
    office.policy = wanted.policy.value
    office.reentry_places = wanted.reentry_places
    office.recalls_before_no_show = wanted.recalls_before_no_show
    office.carries_over = wanted.carries_over
    journal.append_change(
        work,
        office,
        Kind.OFFICE_CHANGED,
        actor,
        now,
        asdict(former),
        asdict(turn_rules_of(work, office)),
        part="turn",
    )


def aims_of(work: Work, office: Office) -> Aims:
    """Return what the office aims at."""
    return Aims(
        wait_min=office.target_wait_min,
        wait_percent=office.target_wait_percent,
        serve_min=office.target_serve_min,
        idle_min=office.target_idle_min,
        services={
            each.code: Aim(each.target_wait_min, each.target_serve_min)
            for each in services_of(work, office.id)
        },
    )


def set_aims(work: Work, office: Office, actor: Actor, now: datetime, wanted: Aims) -> None:
    """Let the office aim at this from now on; services that are not named keep their own.

    Raises Forbidden, ServiceUnknown or Invalid.
    """
    actor.need(Right.MANAGE)
    _within(
        wait_min=wanted.wait_min,
        wait_percent=wanted.wait_percent,
        serve_min=wanted.serve_min,
        idle_min=wanted.idle_min,
        **{
            f"services.{code}.{name}": value
            for code, aim in wanted.services.items()
            for name, value in asdict(aim).items()
            if value is not None
        },
    )
    services = {code: service_named(work, office.id, code) for code in wanted.services}
    former = aims_of(work, office)
    office.target_wait_min, office.target_wait_percent = wanted.wait_min, wanted.wait_percent
    office.target_serve_min, office.target_idle_min = wanted.serve_min, wanted.idle_min
    for code, service in services.items():
        service.target_wait_min = wanted.services[code].wait_min
        service.target_serve_min = wanted.services[code].serve_min
    journal.append_change(
        work,
        office,
        Kind.OFFICE_CHANGED,
        actor,
        now,
        asdict(former),
        asdict(aims_of(work, office)),
        part="aims",
    )


def _within(**values: float) -> None:
    """Raise Invalid naming each value that is not within its limits."""
    kinds = {
        name: "rates" if name.startswith("rates.") else name.rpartition(".")[2] for name in values
    }
    refuse_beyond({name: LIMITS[kind] for name, kind in kinds.items()}, values)
