"""What one visit is for: several services on one number, and how many files of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from office.errors import Conflict, Invalid
from office.kiosk_rules import Rules
from office.people import Actor, Right
from office.place import Service, services_of
from office.tickets import Ticket
from storage.work import Work


class TooManyMatters(Conflict):
    """One number is for `most` services at most."""

    code = "too_many_matters"


class TooManyFiles(Conflict):
    """More than `most` files of a service are for the reception."""

    code = "too_many_files"


@dataclass(frozen=True)
class Matter:
    """A service by its code, and how many files the visitor brings for it."""

    service: str
    files: int = 1


def refuse_many(rules: Rules, actor: Actor, matters: Sequence[Matter]) -> None:
    """Raise Invalid, TooManyMatters or TooManyFiles where one number is not for all of it.

    The reception, to which those with many files are sent, takes any number of them.
    """
    if len({each.service for each in matters}) < len(matters):
        raise Invalid(fields={"further": "a service stands in it twice"})
    if any(each.files < 1 for each in matters):
        raise Invalid(fields={"files": "at least 1"})
    if len(matters) > rules.most_matters:
        raise TooManyMatters(most=rules.most_matters)
    if any(each.files > rules.most_files for each in matters) and not actor.may(Right.RECEIVE):
        raise TooManyFiles(most=rules.most_files)


def state_on(ticket: Ticket, matters: Sequence[Matter]) -> Mapping[str, int]:
    """Write on a ticket just taken what else it is for; return the files by service, if any.

    Most visits are for one file of one service; nothing is written of these.
    """
    if len(matters) == 1 and matters[0].files == 1:
        return {}
    ticket.matters = {each.service: each.files for each in matters}
    if len(matters) > 1:
        ticket.further = [each.service for each in matters[1:]]
    return ticket.matters


def further_of(work: Work, ticket: Ticket) -> list[Service]:
    """Return the services still to come in a visit, those that are on offer."""
    if not ticket.further:
        return []
    offered = {each.code: each for each in services_of(work, ticket.office_id)}
    return [offered[code] for code in ticket.further if code in offered]
